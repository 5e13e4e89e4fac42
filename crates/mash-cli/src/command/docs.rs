//! `mash docs`: a pack's threshold document.

use std::{collections::BTreeMap, path::Path};

use mash_model::NOTICE;
use mash_report::{
    DocumentEntry, FactEntry, RatingEntry, RouteEntry, RuleEntry, RuleSource, Theme, ThresholdDocument,
    ThresholdEntry, threshold_document_html,
};
use mash_rules::{Rule, RulePack, manifest::RouteConsent, rule::Conclusion};

use super::Written;
use crate::{exit_code::Failure, input, terminal};

pub(crate) fn run(path: &Path, out: &Path, json: bool) -> Result<(), Failure> {
    let pack = input::pack(path)?;
    let document = document(&pack);
    let html = threshold_document_html(&document).map_err(|error| Failure::Run(error.to_string()))?;
    mash_io::output::write(out, &html)?;
    if out == Path::new("-") {
        return Ok(());
    }
    if json {
        terminal::json(&Written::new(vec![out.display().to_string()]));
    } else {
        terminal::err(&format!("wrote {}: {} rules\n", out.display(), pack.rules.len()));
    }
    Ok(())
}

fn document(pack: &RulePack) -> ThresholdDocument {
    let manifest = &pack.manifest;
    ThresholdDocument {
        title: manifest.title.clone(),
        version: manifest.version.clone(),
        owner: manifest.owner.clone(),
        effective_from: manifest.effective.from.strftime("%-d %B %Y").to_string(),
        reviewed: manifest.reviewed.as_ref().map(|_| manifest.reviewed_in_words()),
        notice: NOTICE.to_owned(),
        routes: manifest
            .routes
            .iter()
            .map(|route| {
                let level = manifest.numbering.get(&route.id).copied();
                RouteEntry {
                    id: route.id.to_string(),
                    title: route.title.clone(),
                    level,
                    level_title: manifest
                        .levels
                        .iter()
                        .find(|entry| Some(entry.level) == level)
                        .map(|entry| entry.title.clone()),
                    consent: match route.consent {
                        RouteConsent::NotApplicable => "not applicable",
                        RouteConsent::Needed => "needed",
                        RouteConsent::NotRequired => "not required; the reason is recorded",
                    }
                    .to_owned(),
                    closes: route.closes,
                    default_rating: route.default_rating.as_ref().map(|id| rating_title(pack, id.as_str())),
                }
            })
            .collect(),
        ratings: manifest
            .ratings
            .iter()
            .map(|rating| RatingEntry {
                id: rating.id.to_string(),
                title: rating.title.clone(),
                timescale: rating.timescale.map(mash_rules::manifest::Timescale::in_words),
                source: rating.source.as_ref().map_or_else(String::new, |source| source.title.clone()),
                href: rating.source.as_ref().and_then(|source| source.href.clone()),
                mark: rating.mark.clone().unwrap_or_else(|| "unverified".to_owned()),
            })
            .collect(),
        thresholds: thresholds(pack),
        themes: themes(pack),
        facts: pack
            .dictionary
            .iter()
            .map(|(_, fact)| FactEntry {
                id: fact.id.to_string(),
                question: fact.question.clone(),
                values: fact.expected(),
                agencies: fact.agencies.iter().map(|agency| agency.title().to_owned()).collect(),
                mark: fact.mark.clone(),
            })
            .collect(),
        documents: manifest
            .documents
            .iter()
            .map(|(id, document)| DocumentEntry {
                id: id.clone(),
                title: document.title.clone(),
                href: document.href.clone(),
                mark: document.mark.clone(),
            })
            .collect(),
    }
}

fn rating_title(pack: &RulePack, id: &str) -> String {
    let ratings = &pack.manifest.ratings;
    ratings.iter().find(|rating| rating.id == id).map_or_else(|| id.to_owned(), |rating| rating.title.clone())
}

fn thresholds(pack: &RulePack) -> Vec<ThresholdEntry> {
    pack.thresholds
        .values()
        .map(|threshold| {
            let read = format!("threshold::{}", threshold.id);
            ThresholdEntry {
                name: threshold.id.to_string(),
                title: threshold.title.clone(),
                value: threshold.value.to_string(),
                unit: (!threshold.unit.is_empty()).then(|| threshold.unit.replace('_', " ")),
                source: threshold.source.title.clone(),
                href: threshold.source.href.clone(),
                mark: threshold.mark.clone(),
                rules: pack
                    .rules
                    .iter()
                    .filter(|rule| {
                        rule.condition.match_indices(&read).any(|(at, _)| {
                            let next =
                                rule.condition.get(at + read.len()..).and_then(|rest| rest.chars().next());
                            next.is_none_or(|next| !next.is_ascii_alphanumeric() && next != '_')
                        })
                    })
                    .map(|rule| rule.id.to_string())
                    .collect(),
            }
        })
        .collect()
}

/// One theme a file, the statutory floor first, in pack order.
fn themes(pack: &RulePack) -> Vec<Theme> {
    let mut order: Vec<String> = Vec::new();
    let mut themes: BTreeMap<String, Vec<RuleEntry>> = BTreeMap::new();
    for rule in &pack.rules {
        let file = rule.place.file.rsplit('/').next().unwrap_or("");
        let name = file.rsplit_once('.').map_or(file, |(name, _)| name);
        let prefix = if rule.floor { "Statutory floor: " } else { "" };
        let title = format!("{prefix}{}", capitalised(&name.replace('_', " ")));
        if !order.contains(&title) {
            order.push(title.clone());
        }
        themes.entry(title).or_default().push(entry(pack, rule));
    }
    order.into_iter().map(|title| Theme { rules: themes.remove(&title).unwrap_or_default(), title }).collect()
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn entry(pack: &RulePack, rule: &Rule) -> RuleEntry {
    RuleEntry {
        id: rule.id.to_string(),
        title: rule.title.clone(),
        stages: rule.stages.iter().map(|stage| stage.id().to_owned()).collect(),
        condition_text: rule.condition.clone(),
        conclusion: in_words(pack, &rule.conclusion),
        because: rule.because.clone(),
        plain: rule.plain.clone(),
        family_may_be_told: Some(rule.family_may_be_told),
        sources: rule
            .source
            .iter()
            .map(|citation| {
                let document = pack.manifest.documents.get(&citation.document);
                RuleSource {
                    document: document
                        .map_or_else(|| citation.document.clone(), |document| document.title.clone()),
                    paragraph: citation.paragraph.clone(),
                    href: document.and_then(|document| document.href.clone()),
                    mark: document.map_or_else(String::new, |document| document.mark.clone()),
                }
            })
            .collect(),
        from_pack: rule.pack.clone(),
        is_floor: rule.floor,
    }
}

/// What a rule concludes, in words.
fn in_words(pack: &RulePack, conclusion: &Conclusion) -> String {
    let manifest = &pack.manifest;
    let route = |index: usize| {
        manifest.routes.get(index).map_or_else(String::new, |route| route.title.to_lowercase())
    };
    let mut parts = Vec::new();
    if let Some(index) = conclusion.route {
        parts.push(format!("calls for {}", route(index)));
    }
    if let Some(index) = conclusion.at_least {
        parts.push(format!("lifts to at least {}", route(index)));
    }
    if conclusion.raise > 0 {
        parts.push(format!("raises by {}", conclusion.raise));
    }
    if conclusion.lower > 0 {
        parts.push(format!("lowers by {}", conclusion.lower));
    }
    if let Some(index) = conclusion.not_below {
        parts.push(format!("never below {}", route(index)));
    }
    if conclusion.firm {
        parts.push("cannot be lowered".to_owned());
    }
    if let Some(rating) = conclusion.rating.and_then(|rating| manifest.ratings.get(rating)) {
        parts.push(format!("rated {}", rating.title.to_lowercase()));
    }
    if let Some(outcome) = &conclusion.outcome {
        parts.push(format!("goes {}", manifest.outcome_title(outcome.as_str()).to_lowercase()));
    }
    for duty in &conclusion.duties {
        let title = manifest.duties.iter().find(|known| known.id == *duty);
        parts.push(format!(
            "duty: {}",
            title.map_or_else(|| duty.to_string(), |duty| duty.title.to_lowercase())
        ));
    }
    if !conclusion.ask.is_empty() {
        let agencies: Vec<String> =
            conclusion.ask.iter().map(|agency| agency.title().to_lowercase()).collect();
        parts.push(format!("asks {}", agencies.join(", ")));
    }
    parts.join("; ")
}
