//! Checking the manifest: names that nothing in the pack answers to.

use mash_model::FactDictionary;

use crate::{
    error::{Finding, FindingKind},
    json_text::{Step, key_at, value_at},
    manifest::{Manifest, ManifestFile},
    source::SourcePlace,
};

/// A manifest as written, with its text for places.
pub(crate) struct ManifestText<'p> {
    pub(crate) file: String,
    pub(crate) text: &'p str,
    pub(crate) manifest: &'p ManifestFile,
}

/// Names in the manifest that nothing answers to.
pub(crate) fn manifest(
    written: &[ManifestText<'_>],
    manifest: &Manifest,
    dictionary: &FactDictionary,
    findings: &mut Vec<Finding>,
) {
    let place = |needle: &str| {
        written
            .iter()
            .rev()
            .map(|entry| SourcePlace::find(&entry.file, entry.text, needle))
            .find(|place| place.line > 0)
            .unwrap_or_else(|| SourcePlace::file(written.last().map_or("", |entry| entry.file.as_str())))
    };
    let routes: Vec<&str> = manifest.routes.iter().map(|route| route.id.as_str()).collect();
    let ratings: Vec<&str> = manifest.ratings.iter().map(|rating| rating.id.as_str()).collect();
    let mut unknown = |what: &str, name: &str, names: &[&str], stands: &PlaceIn<'_>| {
        let found =
            written.iter().rev().find_map(|entry| stands(&entry.file, entry.text).map(|at| (at, entry.text)));
        let (at, text) = found.unwrap_or_else(|| (place(&format!("\"{name}\"")), ""));
        findings.push(Finding::error(FindingKind::UnknownName, at, format!("{what} `{name}`")).suggest_in(
            text,
            name,
            names.iter().copied(),
        ));
    };
    for route in manifest.numbering.keys().filter(|route| manifest.route_index(route.as_str()).is_none()) {
        let stands = |file: &str, text: &str| key_at(file, text, &[Step::Key("numbering")], route.as_str());
        unknown("`numbering` names unknown route", route.as_str(), &routes, &stands);
    }
    let lower_only_below = manifest.fold.lower_only_below.as_str();
    if manifest.route_index(lower_only_below).is_none() {
        let path = [Step::Key("fold"), Step::Key("lower_only_below")];
        unknown("`fold.lower_only_below` names unknown route", lower_only_below, &routes, &|file, text| {
            value_at(file, text, &path)
        });
    }
    for (index, route) in manifest.routes.iter().enumerate() {
        if let Some(rating) = &route.default_rating
            && manifest.rating_index(rating.as_str()).is_none()
        {
            let path = [Step::Key("routes"), Step::Item(index), Step::Key("default_rating")];
            unknown("`default_rating` names unknown rating", rating.as_str(), &ratings, &|file, text| {
                value_at(file, text, &path)
            });
        }
    }
    for (index, fact) in manifest.closing.facts.iter().enumerate() {
        if dictionary.slot(fact.as_str()).is_none() {
            let names: Vec<&str> = dictionary.iter().map(|(_, fact)| fact.id.as_str()).collect();
            let path = [Step::Key("closing"), Step::Key("facts"), Step::Item(index)];
            unknown("`closing.facts` names unknown fact", fact.as_str(), &names, &|file, text| {
                value_at(file, text, &path)
            });
        }
    }
    if !manifest.numbering.is_empty() {
        for route in manifest.routes.iter().filter(|route| !manifest.numbering.contains_key(&route.id)) {
            findings.push(Finding::error(
                FindingKind::Incomplete,
                place("\"numbering\""),
                format!("`numbering` gives no level to route `{}`", route.id),
            ));
        }
    }
}

/// Where a name stands in a manifest of this file and text, if it does.
type PlaceIn<'p> = dyn Fn(&str, &str) -> Option<SourcePlace> + 'p;
