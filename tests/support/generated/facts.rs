//! Generated dictionaries, and what is known of generated children.
//!
//! A dictionary is small, so that conditions meet; it holds every kind of fact, and shapes that an engine could get
//! wrong: ranges below zero, one value only, a range too wide for a table, the whole of 64 bits, values that need quoting
//! or look like numbers, more values than a word has bits.

use std::collections::BTreeSet;

use fastrand::Rng;
use mash_model::{FactKind, FactSheet, FactValue};
use mash_rules::RulePack;
use serde_json::{Map, Value, json};

use super::{
    grammar::{Construct, Pattern},
    pack::Pack,
};

/// A fact that generated rules may read.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// Its id.
    pub id: String,
    /// Its values.
    pub kind: FactKind,
    /// Does the shipped core have it, so that the pack's own facts leave it out?
    pub core: bool,
}

/// Widest range whose values are counted one by one.
const NARROW: i64 = 1_000;

impl Fact {
    /// The range of an integer.
    #[must_use]
    pub fn range(&self) -> Option<(i64, i64)> {
        match self.kind {
            FactKind::Integer { min, max, .. } => Some((min, max)),
            FactKind::Bool | FactKind::Ordinal(_) | FactKind::Enum(_) => None,
        }
    }

    /// Has it more values than anybody would tabulate?
    #[must_use]
    pub fn is_wide(&self) -> bool {
        self.range().is_some_and(|(min, max)| max.saturating_sub(min) > NARROW)
    }

    /// Names of the values of an ordinal or enum; empty for other kinds.
    #[must_use]
    pub fn names(&self) -> &[String] {
        match &self.kind {
            FactKind::Ordinal(names) | FactKind::Enum(names) => names,
            FactKind::Bool | FactKind::Integer { .. } => &[],
        }
    }

    /// What it is, in a word or two.
    #[must_use]
    pub fn label(&self) -> &'static str {
        match &self.kind {
            FactKind::Bool => "fact: bool",
            FactKind::Integer { .. } if self.is_wide() => "fact: wide integer",
            FactKind::Integer { .. } => "fact: integer",
            FactKind::Ordinal(_) => "fact: ordinal",
            FactKind::Enum(_) => "fact: enum",
        }
    }

    fn json(&self) -> Value {
        let agency = ["police", "school", "gp", "housing"][self.id.len() % 4];
        let mut entry = json!({
            "id": self.id, "group": "generated", "direction": "risk", "question": "?", "mark": "synthesised",
            "agencies": [agency],
        });
        let (kind, more) = match &self.kind {
            FactKind::Bool => ("bool", json!({})),
            FactKind::Integer { min, max, unit } => {
                ("integer", json!({"min": min, "max": max, "unit": unit}))
            }
            FactKind::Ordinal(names) => ("ordinal", json!({ "values": names })),
            FactKind::Enum(names) => ("enum", json!({ "values": names })),
        };
        entry["type"] = kind.into();
        for (key, value) in more.as_object().into_iter().flatten() {
            entry[key] = value.clone();
        }
        entry
    }
}

/// `facts.json` of a dictionary.
#[must_use]
pub fn facts_json(dictionary: &[Fact]) -> String {
    let own: Vec<Value> = dictionary.iter().filter(|fact| !fact.core).map(Fact::json).collect();
    json!({ "facts": own }).to_string()
}

/// A dictionary.
pub fn dictionary(random: &mut Rng) -> Vec<Fact> {
    let fact = |id: &str, kind: FactKind| Fact { id: id.to_owned(), kind, core: false };
    let integer = |(min, max): (i64, i64)| FactKind::Integer { min, max, unit: "times".to_owned() };
    let mut facts: Vec<Fact> = ["p", "q", "r", "is_so"].iter().map(|id| fact(id, FactKind::Bool)).collect();
    let narrow = [(0, 1), (0, 3), (0, 12), (-5, 5), (-9, -2), (3, 9), (0, 40), (7, 7), (-100, 100)];
    for id in ["n", "m", "count"] {
        facts.push(fact(id, integer(narrow[random.usize(..narrow.len())])));
    }
    let extreme = [(-4_000_000_000_000, 4_000_000_000_000), (i64::MIN, i64::MAX), (0, i64::MAX)];
    let wide = if random.u8(..20) == 0 { extreme[random.usize(..extreme.len())] } else { (0, 1_000_000) };
    facts.push(fact("wide", integer(wide)));
    facts.push(fact("g", FactKind::Ordinal(names(random))));
    facts.push(fact("grade", FactKind::Ordinal(names(random))));
    facts.push(fact("e", FactKind::Enum(names(random))));
    facts.push(fact("kind_of", FactKind::Enum(names(random))));
    let consent = ["none", "given", "not sought", "refused", "overridden"];
    let consent = FactKind::Ordinal(consent.iter().map(ToString::to_string).collect());
    facts.push(Fact { id: "consent".to_owned(), kind: consent, core: true });
    facts
}

/// Names of values. Lists share some, so that a value of one fact may be one of another.
fn names(random: &mut Rng) -> Vec<String> {
    let lists: [&[&str]; 8] = [
        &["none", "low", "medium", "high"],
        &["none", "standard", "medium", "high", "very high"],
        &["<1", "1-4", "5-9", "10+"],
        &["a \"b\"", "a 'b'", "a \\ b", "a `b`", "${a}"],
        &["3", "true", "()", "none"],
        &["é", "≥3", "none", "Straße"],
        &["none"],
        &["no", "yes"],
    ];
    match random.u8(..12) {
        0 => (0..70).map(|number| format!("v{number:02}")).collect(),
        pick => lists[usize::from(pick) % lists.len()].iter().map(ToString::to_string).collect(),
    }
}

/// What is known of one child: a value, or not known, for each fact of the dictionary.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet(pub Vec<Option<FactValue>>);

impl Sheet {
    /// The sheet as engines take it.
    #[must_use]
    pub fn facts(&self, dictionary: &[Fact], pack: &RulePack) -> FactSheet {
        let mut sheet = FactSheet::unknown(&pack.dictionary);
        for (fact, value) in dictionary.iter().zip(&self.0) {
            if let Some(slot) = pack.dictionary.slot(&fact.id) {
                sheet.set(slot, *value);
            }
        }
        sheet
    }

    /// The known facts as a case of a pack would write them. A value that no case could hold is told apart by `#`.
    #[must_use]
    pub fn json(&self, dictionary: &[Fact]) -> String {
        let mut written = Map::new();
        for (fact, value) in dictionary.iter().zip(&self.0) {
            let value = match *value {
                None => continue,
                Some(FactValue::Bool(value)) => Value::Bool(value),
                Some(FactValue::Integer(value)) => value.into(),
                Some(FactValue::Rank(rank)) => {
                    let name = fact.names().get(usize::from(rank)).cloned();
                    name.unwrap_or_else(|| format!("#{rank}")).into()
                }
            };
            written.insert(fact.id.clone(), value);
        }
        Value::Object(written).to_string()
    }
}

/// Sheets for a pack. Values lean towards the numbers its rules mention; neighbours differ in one fact.
pub fn sheets(random: &mut Rng, pack: &Pack, count: usize) -> Vec<Sheet> {
    let mentioned = mentioned(pack);
    let mut sheets: Vec<Sheet> = Vec::with_capacity(count);
    for _ in 0..count {
        let sheet = match sheets.last() {
            Some(last) if random.u8(..10) < 4 => neighbour(random, pack, &mentioned, last),
            _ => fresh(random, pack, &mentioned),
        };
        sheets.push(sheet);
    }
    sheets
}

fn fresh(random: &mut Rng, pack: &Pack, mentioned: &[i64]) -> Sheet {
    let known = [0.1, 0.4, 0.6, 0.8, 0.9, 1.0, 1.0, 1.0][random.usize(..8)];
    let mut values: Vec<Option<FactValue>> = Vec::new();
    for fact in &pack.dictionary {
        values.push((random.f64() < known).then(|| value(random, fact, mentioned)));
    }
    if random.u8(..30) == 0 {
        let at = random.usize(..values.len());
        values[at] = Some(inadmissible(random, &pack.dictionary[at]));
    }
    Sheet(values)
}

fn neighbour(random: &mut Rng, pack: &Pack, mentioned: &[i64], last: &Sheet) -> Sheet {
    let mut values = last.0.clone();
    let at = random.usize(..values.len());
    values[at] = (random.u8(..4) > 0).then(|| value(random, &pack.dictionary[at], mentioned));
    Sheet(values)
}

/// A value the fact admits.
fn value(random: &mut Rng, fact: &Fact, mentioned: &[i64]) -> FactValue {
    match &fact.kind {
        FactKind::Bool => FactValue::Bool(random.bool()),
        FactKind::Integer { min, max, .. } => {
            let near = mentioned.get(random.usize(..mentioned.len().max(1))).copied().unwrap_or(0);
            let near = near.saturating_add(random.i64(-1..=1));
            let inside = (*min..=*max).contains(&near);
            FactValue::Integer(match random.u8(..8) {
                0..5 if inside => near,
                5 => *min,
                6 => *max,
                _ => random.i64(*min..=*max),
            })
        }
        FactKind::Ordinal(names) | FactKind::Enum(names) => {
            FactValue::Rank(random.u16(..u16::try_from(names.len()).unwrap_or(u16::MAX)))
        }
    }
}

/// A value the fact does not admit: beside its range, past its list, or of another kind.
fn inadmissible(random: &mut Rng, fact: &Fact) -> FactValue {
    let other = [FactValue::Bool(true), FactValue::Integer(3), FactValue::Rank(0), FactValue::Rank(9_999)];
    let of_kind = match &fact.kind {
        FactKind::Bool => FactValue::Rank(1),
        FactKind::Integer { min, max, .. } if random.bool() => {
            max.checked_add(1).or(min.checked_sub(1)).map_or(FactValue::Bool(false), FactValue::Integer)
        }
        FactKind::Integer { min, .. } => {
            min.checked_sub(random.i64(1..4)).map_or(FactValue::Rank(2), FactValue::Integer)
        }
        FactKind::Ordinal(names) | FactKind::Enum(names) => {
            FactValue::Rank(u16::try_from(names.len()).unwrap_or(u16::MAX))
        }
    };
    if random.u8(..4) == 0 { other[random.usize(..other.len())] } else { of_kind }
}

/// Every number that the pack's conditions and thresholds mention.
fn mentioned(pack: &Pack) -> Vec<i64> {
    let mut numbers = BTreeSet::new();
    let bodies = pack.functions.iter().map(|function| &function.body);
    for condition in pack.rules.iter().map(|rule| &rule.condition).chain(bodies) {
        for node in condition.nodes() {
            match &node.construct {
                Construct::Integer(number) => {
                    numbers.insert(*number);
                }
                Construct::Switch(arms) => {
                    for pattern in arms.iter().flat_map(|arm| &arm.patterns) {
                        match pattern {
                            Pattern::Integer(number) => numbers.extend([*number]),
                            Pattern::Range(start, end, _) => numbers.extend([*start, *end]),
                            Pattern::Bool(_) | Pattern::Text(_) => {}
                        }
                    }
                }
                _ => {}
            }
        }
    }
    numbers.extend(pack.thresholds.iter().filter_map(|threshold| threshold.value.as_i64()));
    numbers.into_iter().collect()
}
