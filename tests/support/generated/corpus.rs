//! Conditions written by hand, aimed at what an engine is likely to get wrong.
//!
//! A file of `tests/corpus` is Rhai: functions, then conditions, each from `|f|` at the start of a line to the next. Lines
//! such as `// n: ?, 0, 3` say which values facts take, `?` for not known; a condition is tried over all of them
//! together. In files named `error_*` each condition fails somewhere; in the others none ever does.

use mash_model::{FactSheet, FactValue};
use mash_rules::{PackError, RulePack};

use super::facts::Fact;

/// One condition of the corpus.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The file it stands in.
    pub file: String,
    /// The condition, without `|f|`.
    pub condition: String,
    /// Functions of the file.
    pub functions: String,
    /// Facts with the values they take; none is not known.
    pub values: Vec<(String, Vec<Option<String>>)>,
}

impl Entry {
    /// The conditions of a file.
    #[must_use]
    pub fn all(file: &str, text: &str) -> Vec<Self> {
        let values: Vec<_> = text.lines().filter_map(values).collect();
        let mut pieces = text.split("\n|f|");
        let functions = pieces.next().unwrap_or("").to_owned();
        pieces
            .map(|condition| Self {
                file: file.to_owned(),
                condition: condition.trim().to_owned(),
                functions: functions.clone(),
                values: values.clone(),
            })
            .collect()
    }

    /// The condition as the one rule of a pack.
    ///
    /// # Errors
    /// What the loader finds wrong with it.
    pub fn load(&self) -> Result<RulePack, PackError> {
        let rules = crate::rule(&self.functions, &self.condition);
        let facts = super::facts::facts_json(&dictionary());
        let thresholds = r#"{ "limit": { "title": "t", "values": [
            { "from": "2026-01-01", "value": 3, "source": { "title": "t" } } ] } }"#;
        let files = [
            ("manifest.json", crate::MANIFEST),
            ("facts.json", facts.as_str()),
            ("thresholds.json", thresholds),
            ("rules.rhai", rules.as_str()),
        ];
        let chain = vec![crate::folder("small", &files)];
        RulePack::load(&mash_rules::PackFiles { chain, broken_base: None })
    }

    /// Every combination of the values, with how it is written.
    #[must_use]
    pub fn sheets(&self, pack: &RulePack) -> Vec<(String, FactSheet)> {
        let mut sheets = vec![(String::new(), FactSheet::unknown(&pack.dictionary))];
        for (fact, values) in &self.values {
            let (slot, definition) =
                pack.dictionary.find(fact).unwrap_or_else(|| panic!("{}: {fact}", self.file));
            let mut more = Vec::with_capacity(sheets.len() * values.len());
            for (written, sheet) in &sheets {
                for value in values {
                    let known = value.as_ref().map(|text| match text.parse::<i64>() {
                        // A value outside the range is wanted too, so the number is taken as it stands.
                        Ok(number) if definition.value_names().is_empty() => FactValue::Integer(number),
                        _ => mash_rules::facts::value_of_text(definition, text)
                            .unwrap_or_else(|problem| panic!("{}: {problem}", self.file)),
                    });
                    let mut sheet = sheet.clone();
                    sheet.set(slot, known);
                    more.push((format!("{written} {fact}={}", value.as_deref().unwrap_or("?")), sheet));
                }
            }
            sheets = more;
        }
        sheets
    }
}

/// `// fact: value, value`, where values are `?`, plain or in quotes.
fn values(line: &str) -> Option<(String, Vec<Option<String>>)> {
    let (fact, values) = line.strip_prefix("// ")?.split_once(": ")?;
    if !dictionary().iter().any(|known| known.id == fact) {
        return None;
    }
    let values: serde_json::Value =
        serde_json::from_str(&format!("[{}]", values.replace('?', "null"))).ok()?;
    let written = |value: &serde_json::Value| match value {
        serde_json::Value::Null => None,
        serde_json::Value::String(text) => Some(text.clone()),
        value => Some(value.to_string()),
    };
    Some((fact.to_owned(), values.as_array()?.iter().map(written).collect()))
}

/// Facts that the corpus may read.
fn dictionary() -> Vec<Fact> {
    use mash_model::FactKind::{Bool, Enum, Integer, Ordinal};
    let integer = |min, max| Integer { min, max, unit: "times".to_owned() };
    let names = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<String>>();
    let facts = [
        ("p", Bool),
        ("q", Bool),
        ("r", Bool),
        ("n", integer(0, 20)),
        ("m", integer(-5, 5)),
        ("one", integer(7, 7)),
        ("wide", integer(0, 1_000_000)),
        ("huge", integer(i64::MIN, i64::MAX)),
        ("g", Ordinal(names(&["none", "low", "medium", "high"]))),
        ("age", Ordinal(names(&["<1", "1-4", "5-9", "10+"]))),
        ("e", Enum(names(&["a \"b\"", "a 'b'", "3", "true", "é"]))),
    ];
    facts.into_iter().map(|(id, kind)| Fact { id: id.to_owned(), kind, core: false }).collect()
}
