//! The first row of a table: which column says what.

use std::collections::BTreeSet;

use mash_model::{FactDictionary, Slot};

use super::{condition::is_name, sheet::Sheet};
use crate::{
    error::{Finding, FindingKind, nearest},
    facts::CHARACTERISTICS,
};

/// A column that is no condition: a part of the rule, named as the method of `rule(...)` that states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Rule,
    Title,
    Source,
    Because,
    Plain,
    FamilyMayBeTold,
    Stage,
    Route,
    AtLeast,
    NotBelow,
    Raise,
    Lower,
    Firm,
    Rating,
    Duty,
    Outcome,
    Ask,
}

impl Part {
    /// Every part; the first [`REQUIRED`] must be there.
    pub(super) const ALL: [Self; 17] = [
        Self::Rule,
        Self::Title,
        Self::Source,
        Self::Because,
        Self::Plain,
        Self::FamilyMayBeTold,
        Self::Stage,
        Self::Route,
        Self::AtLeast,
        Self::NotBelow,
        Self::Raise,
        Self::Lower,
        Self::Firm,
        Self::Rating,
        Self::Duty,
        Self::Outcome,
        Self::Ask,
    ];

    /// The header.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Rule => "rule",
            Self::Title => "title",
            Self::Source => "source",
            Self::Because => "because",
            Self::Plain => "plain",
            Self::FamilyMayBeTold => "family_may_be_told",
            Self::Stage => "stage",
            Self::Route => "route",
            Self::AtLeast => "at_least",
            Self::NotBelow => "not_below",
            Self::Raise => "raise",
            Self::Lower => "lower",
            Self::Firm => "firm",
            Self::Rating => "rating",
            Self::Duty => "duty",
            Self::Outcome => "outcome",
            Self::Ask => "ask",
        }
    }

    /// Must every table have it, and every row fill it?
    pub(super) fn is_required(self) -> bool {
        REQUIRED.contains(&self)
    }
}

/// Columns that every table has.
pub(super) const REQUIRED: [Part; 6] =
    [Part::Rule, Part::Title, Part::Source, Part::Because, Part::Plain, Part::FamilyMayBeTold];

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Column {
    /// A part of the rule.
    Part(Part),
    /// A condition on a fact.
    Fact(Slot),
    /// Nothing: it has no header and must be empty.
    Blank,
}

/// Reads the header, one entry a column; `None` when a table without it could not mean anything.
pub(super) fn read(
    sheet: &Sheet<'_>,
    dictionary: &FactDictionary,
    findings: &mut Vec<Finding>,
) -> Option<Vec<Column>> {
    let Some(header) = sheet.rows.first() else {
        findings.push(sheet.shape(sheet.whole(), "the table is empty").mend(
            "the first row names the columns: rule, title, source, facts, conclusions, because, plain",
        ));
        return None;
    };
    let mut columns = Vec::new();
    let mut meant: BTreeSet<Part> = BTreeSet::new();
    let mut bad = false;
    for (index, written) in header.cells.iter().enumerate() {
        let at = || sheet.place(header, index);
        let column = match column(written, dictionary) {
            Some(column) => column,
            None => {
                bad = true;
                findings.push(unknown(sheet, written, at(), dictionary, &mut meant));
                Column::Blank
            }
        };
        if column != Column::Blank && columns.contains(&column) {
            bad = true;
            findings.push(
                Finding::error(FindingKind::Duplicate, at(), format!("two columns are called `{written}`"))
                    .mend("put what the second says into the first, or into rows of its own"),
            );
        }
        columns.push(column);
    }
    for part in REQUIRED {
        if !columns.contains(&Column::Part(part)) && !meant.contains(&part) {
            bad = true;
            let message = format!("the table has no column `{}`", part.name());
            findings
                .push(sheet.shape(sheet.place(header, 0), message).mend(mend_of(header.cells.as_slice())));
        }
    }
    (!bad).then_some(columns)
}

/// What a header means. Capitals, spaces and hyphens are as good as the underscores of ids.
fn column(written: &str, dictionary: &FactDictionary) -> Option<Column> {
    if written.is_empty() {
        return Some(Column::Blank);
    }
    let plain = written.to_lowercase().replace([' ', '-'], "_");
    if let Some(part) = Part::ALL.into_iter().find(|part| part.name() == plain) {
        return Some(Column::Part(part));
    }
    dictionary
        .slot(written)
        .or_else(|| dictionary.slot(&plain))
        // A fact whose id is no name can be read by no rule.
        .filter(|slot| dictionary.get(*slot).is_some_and(|fact| is_name(fact.id.as_str())))
        .map(Column::Fact)
}

fn unknown(
    sheet: &Sheet<'_>,
    written: &str,
    at: crate::source::SourcePlace,
    dictionary: &FactDictionary,
    meant: &mut BTreeSet<Part>,
) -> Finding {
    if CHARACTERISTICS.contains(&written.to_lowercase().as_str()) {
        return Finding::error(
            FindingKind::Characteristic,
            at,
            format!("a rule may not read the characteristic `{written}`"),
        )
        .mend("characteristics are for reporting only");
    }
    let names: Vec<&str> = Part::ALL
        .iter()
        .map(|part| part.name())
        .chain(dictionary.iter().map(|(_, fact)| fact.id.as_str()))
        .collect();
    let near = nearest(written, names.iter().copied());
    meant.extend(Part::ALL.into_iter().filter(|part| Some(part.name()) == near));
    sheet.shape(at, format!("column `{written}` is neither a fact nor a part of a rule")).mend(
        near.map_or_else(
            || "take it out, or declare the fact in facts.json".to_owned(),
            |near| format!("did you mean `{near}`?"),
        ),
    )
}

fn mend_of(header: &[String]) -> String {
    match header {
        // One cell with semicolons: saved with another country's separator.
        [only] if only.contains(';') => "save the table with commas between its cells".to_owned(),
        _ => format!("a table needs {}", REQUIRED.map(Part::name).join(", ")),
    }
}
