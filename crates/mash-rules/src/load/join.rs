//! Joining the manifests and thresholds of a pack and its bases, base first.

use std::collections::BTreeMap;

use mash_model::ThresholdId;

use super::ParsedFolder;
use crate::{
    error::{Finding, FindingKind},
    json_text::{Step, key_at},
    manifest::{Fold, Manifest, ManifestFile},
    source::SourcePlace,
    thresholds::{Threshold, in_force},
};

/// The complete manifest, or `None` when it has no routes at all.
pub(super) fn manifest(parsed: &[ParsedFolder<'_>], findings: &mut Vec<Finding>) -> Option<Manifest> {
    let mut joined: Option<Manifest> = None;
    for folder in parsed {
        let file = &folder.manifest;
        let name = folder.folder.path.rsplit('/').next().unwrap_or(&folder.folder.path);
        if file.id != name && name != "." && !name.is_empty() {
            findings.push(
                Finding::error(
                    FindingKind::Inconsistent,
                    folder.place("manifest.json", "\"id\""),
                    format!("the pack's id `{}` differs from its folder's name `{name}`", file.id),
                )
                .mend("rename one of the two"),
            );
        }
        if let (Some(base), Some(routes)) = (&joined, &file.routes) {
            keep_route_order(folder, base, routes, findings);
        }
        joined = add(folder, joined, file, findings);
        joined.as_ref()?;
    }
    joined
}

fn add(
    folder: &ParsedFolder<'_>,
    base: Option<Manifest>,
    file: &ManifestFile,
    findings: &mut Vec<Finding>,
) -> Option<Manifest> {
    let effective = file.effective.or_else(|| base.as_ref().map(|base| base.effective));
    let Some(effective) = effective else {
        findings.push(
            Finding::error(
                FindingKind::Incomplete,
                folder.place("manifest.json", "\"id\""),
                "the manifest says nowhere from when the pack is in force",
            )
            .mend("add \"effective\": { \"from\": \"2026-04-01\" }"),
        );
        return None;
    };
    let (documents, parts) = match base {
        Some(base) => (base.documents.clone(), Some(base)),
        None => (BTreeMap::new(), None),
    };
    let mut documents = documents;
    documents.extend(file.documents.clone());
    let of = |own: Option<Vec<crate::manifest::Route>>| {
        own.or_else(|| parts.as_ref().map(|base| base.routes.clone())).unwrap_or_default()
    };
    let routes = of(file.routes.clone());
    let Some(strongest) = routes.last().map(|route| route.id.clone()) else {
        findings.push(
            Finding::error(
                FindingKind::Incomplete,
                folder.place("manifest.json", "\"routes\""),
                "the manifest lists no routes",
            )
            .mend("list the routes, weakest first, or name a base that does"),
        );
        return None;
    };
    let inherit = |own: &Option<BTreeMap<_, _>>| {
        own.clone().or_else(|| parts.as_ref().map(|base| base.numbering.clone())).unwrap_or_default()
    };
    Some(Manifest {
        id: file.id.clone(),
        title: file.title.clone(),
        version: file.version.clone(),
        owner: file
            .owner
            .clone()
            .or_else(|| parts.as_ref().map(|base| base.owner.clone()))
            .unwrap_or_default(),
        effective,
        reviewed: file.reviewed_by_practitioners.clone(),
        crossing: file.crossing,
        documents,
        numbering: inherit(&file.numbering),
        levels: file
            .levels
            .clone()
            .or_else(|| parts.as_ref().map(|base| base.levels.clone()))
            .unwrap_or_default(),
        ratings: file
            .ratings
            .clone()
            .or_else(|| parts.as_ref().map(|base| base.ratings.clone()))
            .unwrap_or_default(),
        outcomes: file
            .outcomes
            .clone()
            .or_else(|| parts.as_ref().map(|base| base.outcomes.clone()))
            .unwrap_or_default(),
        duties: joined_duties(file, parts.as_ref()),
        fold: file.fold.clone().or_else(|| parts.as_ref().map(|base| base.fold.clone())).unwrap_or(Fold {
            raise_steps: 1,
            lower_steps: 1,
            lower_only_below: strongest,
        }),
        closing: file
            .closing
            .clone()
            .or_else(|| parts.as_ref().map(|base| base.closing.clone()))
            .unwrap_or_default(),
        routes,
    })
}

/// Duties add up along the chain: what a base requires stays required.
fn joined_duties(
    file: &ManifestFile,
    base: Option<&Manifest>,
) -> Vec<crate::manifest::Named<mash_model::DutyId>> {
    let mut duties = base.map(|base| base.duties.clone()).unwrap_or_default();
    for duty in file.duties.iter().flatten() {
        match duties.iter_mut().find(|known| known.id == duty.id) {
            Some(known) => *known = duty.clone(),
            None => duties.push(duty.clone()),
        }
    }
    duties
}

/// An overlay may add routes, never leave out or reorder those of its base.
fn keep_route_order(
    folder: &ParsedFolder<'_>,
    base: &Manifest,
    routes: &[crate::manifest::Route],
    findings: &mut Vec<Finding>,
) {
    let positions: Vec<Option<usize>> =
        base.routes.iter().map(|known| routes.iter().position(|route| route.id == known.id)).collect();
    if positions.iter().any(Option::is_none) || !positions.is_sorted() {
        let order: Vec<&str> = base.routes.iter().map(|route| route.id.as_str()).collect();
        findings.push(
            Finding::error(
                FindingKind::FloorLowered,
                folder.place("manifest.json", "\"routes\""),
                format!("the routes leave out or reorder those of the base `{}`", base.id),
            )
            .mend(format!("keep the base's order, weakest first: {}", order.join(", "))),
        );
    }
}

/// Thresholds in force on the pack's first day, with what overlays set.
pub(super) fn thresholds(
    parsed: &[ParsedFolder<'_>],
    manifest: &Manifest,
    findings: &mut Vec<Finding>,
) -> BTreeMap<ThresholdId, Threshold> {
    let day = manifest.effective.from;
    let mut joined: BTreeMap<ThresholdId, Threshold> = BTreeMap::new();
    for folder in parsed {
        for (id, entry) in &folder.thresholds {
            let at = || folder.place("thresholds.json", &format!("\"{id}\""));
            if let Some(known) = joined.get(id).filter(|known| known.floor) {
                findings.push(
                    Finding::error(
                        FindingKind::FloorLowered,
                        at(),
                        format!("threshold `{id}` belongs to the statutory floor `{}`", known.set_by),
                    )
                    .mend("give the pack's own threshold another name"),
                );
                continue;
            }
            let Some(value) = in_force(entry, day) else {
                findings.push(
                    Finding::error(
                        FindingKind::Incomplete,
                        at(),
                        format!("threshold `{id}` has no value in force on {day}"),
                    )
                    .mend("add a value whose `from` is on or before that day"),
                );
                continue;
            };
            joined.insert(
                id.clone(),
                Threshold {
                    id: id.clone(),
                    title: entry.title.clone(),
                    value: value.value.clone(),
                    unit: value.unit.clone(),
                    source: value.source.clone(),
                    mark: value.mark.clone().unwrap_or_else(|| "unverified".to_owned()),
                    set_by: folder.manifest.id.clone(),
                    floor: folder.manifest.floor,
                },
            );
        }
        set_overlay(folder, &mut joined, findings);
    }
    joined
}

fn set_overlay(
    folder: &ParsedFolder<'_>,
    joined: &mut BTreeMap<ThresholdId, Threshold>,
    findings: &mut Vec<Finding>,
) {
    for (id, value) in &folder.manifest.set {
        let (file, text) = (folder.file("manifest.json"), folder.text("manifest.json"));
        let at = || {
            key_at(&file, text, &[Step::Key("set")], id.as_str()).unwrap_or_else(|| SourcePlace::file(&file))
        };
        let names: Vec<String> = joined.keys().map(ToString::to_string).collect();
        match joined.get_mut(id) {
            None => findings.push(
                Finding::error(
                    FindingKind::UnknownThreshold,
                    at(),
                    format!("`set` names unknown threshold `{id}`"),
                )
                .suggest_in(text, id.as_str(), names.iter().map(String::as_str)),
            ),
            Some(known) if known.floor => findings.push(
                Finding::error(
                    FindingKind::FloorLowered,
                    at(),
                    format!(
                        "threshold `{id}` belongs to the statutory floor `{}` and cannot be set",
                        known.set_by
                    ),
                )
                .mend("add a rule that asks for more instead"),
            ),
            Some(known) if !known.value.same_type(value) => findings.push(
                Finding::error(
                    FindingKind::WrongType,
                    at(),
                    format!("threshold `{id}` is `{}`, and `{value}` is of another type", known.value),
                )
                .mend(format!("its unit is {}", known.unit)),
            ),
            Some(known) => {
                known.value = value.clone();
                known.set_by = folder.manifest.id.clone();
            }
        }
    }
}
