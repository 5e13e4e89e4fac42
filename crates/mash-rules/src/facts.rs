//! `facts.json`: the shipped core of 95 indicators, and what a pack adds to it.

use std::collections::BTreeMap;

use mash_model::{
    Agency, FactDictionary, FactId, FactKind, FactValue, Slot,
    fact::{Constraint, Direction, FactDefinition},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    error::{Finding, FindingKind},
    json_text::{Step, key_at},
    source::SourcePlace,
};

/// The shipped core: 95 indicators with their types, questions, agencies, sources and marks.
pub const CORE_FACTS: &str = include_str!("../data/core_facts.json");
/// Name under which findings mention the shipped core.
pub const CORE_FACTS_NAME: &str = "core facts";

/// `facts.json` as written.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FactsFile {
    /// Facts to add.
    pub facts: Vec<FactEntry>,
    /// Constraints between facts.
    #[serde(default)]
    pub constraints: Vec<ConstraintEntry>,
}

/// One fact as written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FactEntry {
    /// Name in rules.
    pub id: FactId,
    /// Theme.
    pub group: String,
    /// `bool`, `integer`, `ordinal` or `enum`.
    #[serde(rename = "type")]
    pub kind: FactType,
    /// Values of an ordinal (least first) or enum.
    #[serde(default)]
    pub values: Vec<String>,
    /// Least value of an integer.
    pub min: Option<i64>,
    /// Greatest value of an integer.
    pub max: Option<i64>,
    /// Unit of an integer.
    pub unit: Option<String>,
    /// Is more of it a risk?
    pub direction: Direction,
    /// The plain question.
    pub question: String,
    /// Who typically holds it.
    pub agencies: Vec<Agency>,
    /// Documents it was read in.
    #[serde(default)]
    pub source: Vec<String>,
    /// `verified`, `reported`, `unverified` or `synthesised`.
    pub mark: String,
    /// The value that means asked and absent; left out: `false`, `0` or `"none"`; null: there is none.
    #[serde(default, deserialize_with = "present")]
    pub absent: Option<Value>,
    /// Level the indicator has alone in the documents read.
    #[serde(default)]
    pub level_alone: Option<String>,
    /// Least route the indicator has alone.
    #[serde(default)]
    pub minimum_route: Option<String>,
    /// Related factor of the CIN census.
    #[serde(default)]
    pub cin_factor: Option<String>,
    /// What raises or lowers it, in the documents' words.
    #[serde(default)]
    pub raised_or_lowered_by: Option<String>,
}

/// `null` written out differs from a field left out.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// Type of a fact as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FactType {
    /// True or false.
    Bool,
    /// A whole number.
    Integer,
    /// Ordered values.
    Ordinal,
    /// Unordered values.
    Enum,
}

/// One constraint as written: fact to the values it must then have.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConstraintEntry {
    /// Name, for messages.
    pub id: String,
    /// All must hold for the constraint to bind.
    pub when: BTreeMap<FactId, Vec<Value>>,
    /// All must hold then.
    pub then: BTreeMap<FactId, Vec<Value>>,
    /// Where it comes from.
    pub source: String,
}

/// Characteristics that are kept for reporting: no rule may read them, and no pack may make them facts.
pub const CHARACTERISTICS: [&str; 5] = ["ethnicity", "sex", "gender", "religion", "nationality"];

/// A facts file with the text it was read from.
pub(crate) struct FactsSource<'t> {
    pub(crate) file: &'t str,
    pub(crate) text: &'t str,
    pub(crate) facts: FactsFile,
}

/// Joins the core and the packs' facts, base first, into one dictionary; everything wrong goes to `findings`.
pub(crate) fn build_dictionary(sources: &[FactsSource<'_>], findings: &mut Vec<Finding>) -> FactDictionary {
    let mut facts: Vec<FactDefinition> = Vec::new();
    for source in sources {
        for entry in &source.facts.facts {
            let at = || SourcePlace::find(source.file, source.text, &format!("\"{}\"", entry.id));
            if facts.iter().any(|fact| fact.id == entry.id) {
                findings.push(
                    Finding::error(
                        FindingKind::Duplicate,
                        at(),
                        format!("fact `{}` is defined twice", entry.id),
                    )
                    .mend("give the pack's own fact another id"),
                );
                continue;
            }
            if CHARACTERISTICS.contains(&entry.id.as_str()) {
                findings.push(
                    Finding::error(
                        FindingKind::Characteristic,
                        at(),
                        format!("`{}` is a characteristic for reporting and cannot be a fact", entry.id),
                    )
                    .mend("rules decide on what happens to the child, never on who the child is"),
                );
                continue;
            }
            match definition(entry) {
                Ok(fact) => facts.push(fact),
                Err(message) => findings.push(Finding::error(FindingKind::Inconsistent, at(), message)),
            }
        }
    }
    // Duplicates were left out above, so the only error left is a list past 65,535 facts.
    let dictionary = FactDictionary::new(facts).unwrap_or_default();
    let mut constraints = Vec::new();
    for source in sources {
        for (index, entry) in source.facts.constraints.iter().enumerate() {
            match constraint(entry, &dictionary) {
                Ok(constraint) => constraints.push(constraint),
                Err((message, written)) => {
                    let at = ["when", "then"].iter().find_map(|side| {
                        let path = [Step::Key("constraints"), Step::Item(index), Step::Key(side)];
                        key_at(source.file, source.text, &path, &written)
                    });
                    let at = at.unwrap_or_else(|| {
                        SourcePlace::find(source.file, source.text, &format!("\"{}\"", entry.id))
                    });
                    let names: Vec<&str> = dictionary.iter().map(|(_, fact)| fact.id.as_str()).collect();
                    findings.push(Finding::error(FindingKind::Inconsistent, at, message).suggest_in(
                        source.text,
                        &written,
                        names,
                    ));
                }
            }
        }
    }
    dictionary.with_constraints(constraints)
}

fn definition(entry: &FactEntry) -> Result<FactDefinition, String> {
    let id = &entry.id;
    let kind = match entry.kind {
        FactType::Bool => FactKind::Bool,
        FactType::Integer => {
            let (Some(min), Some(max)) = (entry.min, entry.max) else {
                return Err(format!("integer fact `{id}` needs `min` and `max`"));
            };
            if min > max {
                return Err(format!("integer fact `{id}` has `min` {min} above `max` {max}"));
            }
            let Some(unit) = entry.unit.clone() else {
                return Err(format!("integer fact `{id}` needs a `unit`"));
            };
            FactKind::Integer { min, max, unit }
        }
        FactType::Ordinal | FactType::Enum => {
            if entry.values.is_empty() {
                return Err(format!("fact `{id}` needs `values`"));
            }
            let mut seen = entry.values.clone();
            seen.sort();
            if seen.windows(2).any(|pair| matches!(pair, [a, b] if a == b)) {
                return Err(format!("fact `{id}` lists a value twice"));
            }
            if entry.kind == FactType::Ordinal {
                FactKind::Ordinal(entry.values.clone())
            } else {
                FactKind::Enum(entry.values.clone())
            }
        }
    };
    let mut fact = FactDefinition {
        id: id.clone(),
        group: entry.group.clone(),
        kind,
        direction: entry.direction,
        question: entry.question.clone(),
        agencies: entry.agencies.clone(),
        source: entry.source.clone(),
        mark: entry.mark.clone(),
        absent: None,
    };
    fact.absent = match &entry.absent {
        Some(Value::Null) => None,
        Some(written) => {
            Some(value_of(&fact, written).map_err(|problem| format!("`absent` of fact `{id}`: {problem}"))?)
        }
        None => match &fact.kind {
            FactKind::Bool => Some(FactValue::Bool(false)),
            FactKind::Integer { min, max, .. } => (*min..=*max).contains(&0).then_some(FactValue::Integer(0)),
            FactKind::Ordinal(_) | FactKind::Enum(_) => fact.rank_of("none").map(FactValue::Rank),
        },
    };
    Ok(fact)
}

fn constraint(entry: &ConstraintEntry, dictionary: &FactDictionary) -> Result<Constraint, (String, String)> {
    let side = |facts: &BTreeMap<FactId, Vec<Value>>| {
        facts
            .iter()
            .map(|(id, values)| {
                let (slot, fact) = dictionary.find(id.as_str()).ok_or_else(|| {
                    (format!("constraint `{}` names unknown fact `{id}`", entry.id), id.to_string())
                })?;
                let values: Result<Vec<FactValue>, _> = values
                    .iter()
                    .map(|value| {
                        value_of(fact, value).map_err(|problem| {
                            (format!("constraint `{}`, fact `{id}`: {problem}", entry.id), String::new())
                        })
                    })
                    .collect();
                Ok::<_, (String, String)>((slot, values?))
            })
            .collect::<Result<Vec<(Slot, Vec<FactValue>)>, _>>()
    };
    Ok(Constraint {
        id: entry.id.clone(),
        when: side(&entry.when)?,
        then: side(&entry.then)?,
        source: entry.source.clone(),
    })
}

/// The value that JSON states for a fact.
///
/// # Errors
/// What was written and what was expected, with "did you mean" for the value of an ordinal or enum.
pub fn value_of(fact: &FactDefinition, written: &Value) -> Result<FactValue, String> {
    let found = match (written, &fact.kind) {
        (Value::Bool(value), FactKind::Bool) => Some(FactValue::Bool(*value)),
        (Value::Number(number), FactKind::Integer { .. }) => number.as_i64().map(FactValue::Integer),
        (Value::String(text), FactKind::Ordinal(_) | FactKind::Enum(_)) => {
            fact.rank_of(text).map(FactValue::Rank)
        }
        _ => None,
    };
    match found {
        Some(value) if fact.admits(value) => Ok(value),
        _ => {
            let near = written
                .as_str()
                .and_then(|text| crate::error::nearest(text, fact.value_names().iter().map(String::as_str)))
                .map_or_else(String::new, |near| format!("; did you mean \"{near}\"?"));
            Err(format!("`{}` is {written}, expected {}{near}", fact.id, fact.expected()))
        }
    }
}

/// The value that plain text states for a fact, as in a CSV cell: `true`/`false`, `yes`/`no`, digits, or a value.
///
/// # Errors
/// As [`value_of`].
pub fn value_of_text(fact: &FactDefinition, text: &str) -> Result<FactValue, String> {
    let written = match &fact.kind {
        FactKind::Bool => match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" => Value::Bool(true),
            "false" | "no" | "0" => Value::Bool(false),
            _ => Value::String(text.to_owned()),
        },
        FactKind::Integer { .. } => {
            text.parse::<i64>().map_or_else(|_| Value::String(text.to_owned()), Value::from)
        }
        FactKind::Ordinal(_) | FactKind::Enum(_) => Value::String(text.to_owned()),
    };
    value_of(fact, &written)
}

/// The value as JSON writes it.
#[must_use]
pub fn json_of(fact: &FactDefinition, value: FactValue) -> Value {
    match value {
        FactValue::Bool(value) => Value::Bool(value),
        FactValue::Integer(value) => Value::from(value),
        FactValue::Rank(_) => Value::String(fact.text_of(value)),
    }
}
