//! What each kind of finding means: why it matters at the front door, an example that gives it, the example mended, and
//! what `check --fix` does about it.
//!
//! One place for all of it: `mash explain-lint`, the rules of a SARIF log and the table in docs/rule-authoring.md are
//! made of [`FindingKind::explanation`], and tests run every example.

mod analysed;
mod example;
mod names;
mod pack;
mod rules;
mod tables;
mod values;

use schemars::JsonSchema;
use serde::Serialize;

pub use example::{Example, ExampleFile, FLOOR};

use crate::error::{FindingKind, Severity};

/// What a kind of finding means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Explanation {
    /// Usual severity; the finding itself says which it has.
    pub severity: Severity,
    /// What is wrong, in a few words.
    pub title: &'static str,
    /// What is wrong, in full.
    pub meaning: &'static str,
    /// Why it matters to those who use the pack.
    pub why: &'static str,
    /// A pack that gives this finding and no other.
    pub bad: Example,
    /// The same pack mended.
    pub good: Example,
    /// What of it `check --fix` mends; `None` where only its author can.
    pub fix: Option<&'static str>,
}

impl FindingKind {
    /// What this kind of finding means.
    #[must_use]
    pub fn explanation(self) -> &'static Explanation {
        match self {
            FindingKind::File => &pack::FILE,
            FindingKind::Json => &pack::JSON,
            FindingKind::Syntax => &rules::SYNTAX,
            FindingKind::Base => &pack::BASE,
            FindingKind::UnknownFact => &names::FACT,
            FindingKind::UnknownThreshold => &names::THRESHOLD,
            FindingKind::UnknownName => &names::NAME,
            FindingKind::WrongType => &values::WRONG_TYPE,
            FindingKind::OutsideRange => &values::OUTSIDE_RANGE,
            FindingKind::Duplicate => &names::DUPLICATE,
            FindingKind::Incomplete => &rules::INCOMPLETE,
            FindingKind::FloorLowered => &pack::FLOOR_LOWERED,
            FindingKind::NotAllowed => &rules::NOT_ALLOWED,
            FindingKind::Unused => &values::UNUSED,
            FindingKind::Characteristic => &values::CHARACTERISTIC,
            FindingKind::Inconsistent => &pack::INCONSISTENT,
            FindingKind::NeverFires => &analysed::NEVER_FIRES,
            FindingKind::NeverDecides => &analysed::NEVER_DECIDES,
            FindingKind::Clash => &analysed::CLASH,
            FindingKind::Gap => &analysed::GAP,
            FindingKind::HiddenRisk => &analysed::HIDDEN_RISK,
            FindingKind::NotMonotone => &analysed::NOT_MONOTONE,
            FindingKind::NotExact => &analysed::NOT_EXACT,
            FindingKind::TableShape => &tables::SHAPE,
            FindingKind::TableCell => &tables::CELL,
            FindingKind::TableRowAlways => &tables::ROW_ALWAYS,
        }
    }

    /// The kind of an id such as `MASH005`, in capitals or not.
    #[must_use]
    pub fn of_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.id().eq_ignore_ascii_case(id))
    }
}

/// The table of all kinds, as docs/rule-authoring.md prints it.
#[must_use]
pub fn markdown_table() -> String {
    let rows = FindingKind::ALL.into_iter().map(|kind| {
        let explanation = kind.explanation();
        let warning = if explanation.severity == Severity::Warning { "a warning: " } else { "" };
        let (id, meaning, fix) = (kind.id(), explanation.meaning, explanation.fix.unwrap_or("-"));
        format!("| `{id}` | {warning}{meaning} | {fix} |\n")
    });
    let head = "| id | what is wrong | what `--fix` mends |\n|---|---|---|\n";
    std::iter::once(head.to_owned()).chain(rows).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_kind_is_in_the_list_and_has_its_own_words() {
        // The schema lists the kinds that the type has: one that is missing from `ALL` is found here.
        let schema = serde_json::to_value(schemars::schema_for!(FindingKind)).unwrap();
        let written = schema.to_string();
        let ids: BTreeSet<&str> = written.split('"').filter(|text| text.starts_with("MASH")).collect();
        let listed: Vec<&str> = FindingKind::ALL.iter().map(|kind| kind.id()).collect();
        assert_eq!(listed, ids.into_iter().collect::<Vec<_>>());
        let titles: BTreeSet<&str> = FindingKind::ALL.iter().map(|kind| kind.explanation().title).collect();
        assert_eq!(titles.len(), FindingKind::ALL.len());
    }

    #[test]
    fn titles_fit_a_line_and_texts_a_table() {
        for kind in FindingKind::ALL {
            let text = kind.explanation();
            assert!(text.title.chars().count() <= 68, "{}: {}", kind.id(), text.title);
            for part in [text.title, text.meaning, text.fix.unwrap_or("")] {
                assert!(!part.contains(['|', '\n']) && !part.ends_with('.'), "{}: {part}", kind.id());
            }
            assert!(text.why.ends_with('.'), "{}", kind.id());
        }
    }
}
