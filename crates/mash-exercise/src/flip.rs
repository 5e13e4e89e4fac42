//! A draft vignette from a case whose route changed between two packs.
//!
//! The draft holds what the case holds and invents nothing: facts as a form, one stage, no story, no accepted route, nothing
//! about what was later found. A facilitator writes the rest and only then accepts it.

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use mash_model::{Agency, Characteristics, FactId, FactSheet, RouteId, RuleId, VignetteId};
use mash_rules::{RulePack, cases::Otherwise, facts::json_of};

use crate::{
    check::themes,
    vignette::{Document, DocumentKind, Field, Flip, InformationStage, Person, Vignette},
};

/// A case whose route changed.
#[derive(Debug, Clone, PartialEq)]
pub struct FlippedFacts {
    /// Id of the vignette to draft.
    pub id: VignetteId,
    /// Who made contact.
    pub source: Agency,
    /// When, Europe/London clock time.
    pub received: DateTime,
    /// What was known when the answer was given.
    pub facts: FactSheet,
    /// The packs, the routes under each, and the rules that fired under one only.
    pub flip: Flip,
}

/// A draft for a facilitator to write on. `accepted_by_facilitator` is false and the accepted routes are empty.
#[must_use]
pub fn from_flip(pack: &RulePack, case: &FlippedFacts) -> Vignette {
    let told = |(slot, value)| pack.dictionary.get(slot).map(|fact| (fact, value));
    let known: Vec<_> = case.facts.known().filter_map(told).collect();
    // What was asked and is absent belongs to the case, and is dull on paper.
    let present =
        |(fact, value): &&(&mash_model::FactDefinition, mash_model::FactValue)| fact.absent != Some(*value);
    let fields = known.iter().filter(present).map(|(fact, value)| Field {
        label: fact.question.clone(),
        text: match fact.text_of(*value).as_str() {
            "true" => "Yes".to_owned(),
            "false" => "No".to_owned(),
            text => text.to_owned(),
        },
    });
    let route = |id: &RouteId| {
        let found = pack.manifest.routes.iter().find(|route| route.id == *id);
        found.map_or_else(|| id.to_string(), |route| route.title.clone())
    };
    let facts: BTreeMap<FactId, _> =
        known.iter().map(|(fact, value)| (fact.id.clone(), json_of(fact, *value))).collect();
    Vignette {
        id: case.id.clone(),
        title: format!("Draft: from {} to {}", route(&case.flip.before), route(&case.flip.after)),
        theme: theme_of(pack, &case.flip.rules),
        content_note: "Draft: say here what it is about.".to_owned(),
        pair: None,
        shows: None,
        people: vec![Person { name: "Child A".to_owned(), what: "a simulated child".to_owned() }],
        source: case.source,
        received: case.received,
        characteristics: Characteristics::default(),
        stages: vec![InformationStage {
            id: "contact".into(),
            title: "What is known".to_owned(),
            from: case.source,
            asked: false,
            needs_agreement: false,
            document: Document {
                kind: DocumentKind::ConcernForm,
                heading: format!("Contact from: {}", case.source.title()),
                fields: fields.collect(),
                paragraphs: vec!["Draft: tell it here as the agency would.".to_owned()],
            },
            facts: facts.keys().cloned().collect(),
        }],
        facts,
        otherwise: Otherwise::NotKnown,
        later_found: None,
        accepted: Vec::new(),
        panel: None,
        learning_points: Vec::new(),
        flip: Some(case.flip.clone()),
        accepted_by_facilitator: false,
        synthetic: true,
    }
}

/// The theme of the first rule that made the difference, or of the pack's first theme.
fn theme_of(pack: &RulePack, rules: &[RuleId]) -> String {
    let stem = |rule: &RuleId| {
        let (_, rule) = pack.find_rule(rule.as_str())?;
        let name = rule.place.file.rsplit('/').next()?;
        name.strip_suffix(".rhai").map(str::to_owned)
    };
    let first = || themes(pack).first().map(|theme| (*theme).to_owned());
    rules.iter().find_map(stem).or_else(first).unwrap_or_default()
}
