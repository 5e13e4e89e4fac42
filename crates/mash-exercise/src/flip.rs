//! A draft vignette from a case whose route changed between two packs.
//!
//! The draft holds what the case holds and invents nothing: facts as a form, one stage, no story, no accepted route, nothing
//! about what was later found. A facilitator writes the rest and only then accepts it.

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use mash_model::{Agency, Characteristics, FactId, FactValue, RouteId, RuleId, VignetteId};
use mash_rules::{RulePack, cases::Otherwise, facts::value_of};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    check::themes,
    vignette::{Document, DocumentKind, Field, Flip, InformationStage, Person, Vignette},
};

/// A contact whose answer changed, as results of a comparison hold it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FlippedContact {
    /// Who made contact.
    pub source: Agency,
    /// When, Europe/London clock time.
    pub received: DateTime,
    /// All that was known when the answer was given, absent facts among them.
    pub facts: BTreeMap<FactId, Value>,
    /// The packs, the routes under each, and the rules that fired under one only.
    pub flip: Flip,
}

/// With what a draft's own words begin, so that none of them is taken for a story.
pub(crate) const DRAFT: &str = "Draft:";

/// A draft for a facilitator to write on. `accepted_by_facilitator` is false and the accepted routes are empty.
///
/// A fact that the pack's dictionary does not have stays in the draft, and [checking](crate::check) it names the fact.
#[must_use]
pub fn from_flip(pack: &RulePack, id: VignetteId, case: &FlippedContact) -> Vignette {
    let fields = case.facts.iter().filter_map(|(id, written)| {
        let (_, fact) = pack.dictionary.find(id.as_str())?;
        let value = value_of(fact, written).ok()?;
        // What was asked and is absent belongs to the case, and is dull on paper.
        (fact.absent != Some(value)).then(|| Field {
            label: fact.question.clone(),
            text: match value {
                FactValue::Bool(true) => "Yes".to_owned(),
                FactValue::Bool(false) => "No".to_owned(),
                FactValue::Integer(_) | FactValue::Rank(_) => fact.text_of(value),
            },
        })
    });
    let route = |id: &RouteId| {
        let found = pack.manifest.routes.iter().find(|route| route.id == *id);
        found.map_or_else(|| id.to_string(), |route| route.title.clone())
    };
    Vignette {
        id,
        title: format!("{DRAFT} from {} to {}", route(&case.flip.before), route(&case.flip.after)),
        theme: theme_of(pack, &case.flip.rules),
        content_note: format!("{DRAFT} say here what it is about."),
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
                paragraphs: vec![format!("{DRAFT} tell it here as the agency would.")],
            },
            facts: case.facts.keys().cloned().collect(),
        }],
        facts: case.facts.clone(),
        otherwise: Otherwise::NotKnown,
        later_found: None,
        accepted: Vec::new(),
        panel: None,
        learning_points: Vec::new(),
        flip: Some(case.flip.clone()),
        accepted_by_facilitator: false,
        acceptance: None,
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
