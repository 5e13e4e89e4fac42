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
    /// Something that was reported: its cells are not looked at.
    Unknown,
}

/// The first row.
#[derive(Debug)]
pub(super) struct Header {
    /// One entry a column.
    pub(super) columns: Vec<Column>,
    /// Is it as it should be? Rows under any other header can be looked at, and state no rules.
    pub(super) whole: bool,
}

/// Reads the header; `None` when there is none.
pub(super) fn read(
    sheet: &Sheet<'_>,
    dictionary: &FactDictionary,
    findings: &mut Vec<Finding>,
) -> Option<Header> {
    let Some(header) = sheet.rows.first() else {
        findings.push(sheet.shape(sheet.whole(), "the table is empty").mend(
            "the first row names the columns: rule, title, source, facts, conclusions, because, plain",
        ));
        return None;
    };
    let mut columns = Vec::new();
    let mut meant: BTreeSet<Part> = BTreeSet::new();
    for (index, written) in header.cells.iter().enumerate() {
        let at = || sheet.place(header, index);
        let column = match column(written, dictionary) {
            None => {
                findings.push(unknown(sheet, written, at(), dictionary, &mut meant));
                Column::Unknown
            }
            Some(column) if column != Column::Blank && columns.contains(&column) => {
                let message = format!("two columns are called `{written}`");
                findings.push(
                    Finding::error(FindingKind::Duplicate, at(), message)
                        .mend("put what the second says into the first, or into rows of its own"),
                );
                Column::Unknown
            }
            Some(column) => column,
        };
        columns.push(column);
    }
    let missing: Vec<String> = REQUIRED
        .into_iter()
        .filter(|part| !columns.contains(&Column::Part(*part)) && !meant.contains(part))
        .map(|part| format!("`{}`", part.name()))
        .collect();
    if !missing.is_empty() {
        let message = format!("the table has no column {}", missing.join(", "));
        findings.push(sheet.shape(sheet.place(header, 0), message).mend(match header.cells.as_slice() {
            // One cell with semicolons: saved with another country's separator.
            [only] if only.contains(';') => "save the table with commas between its cells",
            _ if sheet.is_of_workbook() => {
                "add it to the first row; a sheet that is no table is hidden or moved to another workbook"
            }
            _ => "add it to the first row",
        }));
    }
    let whole = missing.is_empty() && !columns.contains(&Column::Unknown);
    Some(Header { columns, whole })
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
