//! Decision tables: rules as rows of a table that a spreadsheet can edit.
//!
//! In: a table as CSV text (a workbook's sheet comes as CSV too; this crate opens no file). Out: the same rules as
//! Rhai text, one line a row, with the cell that each stretch of it came from. Everything after that is the path
//! of every other rule: the checker, the engines, coverage, explanations and documents know nothing of tables.
//! [`overlap`] looks at a table as a whole: rows that can both apply, rows that others cover, and what no row covers.

mod columns;
mod condition;
mod escape;
mod lower;
pub mod overlap;
mod sheet;
mod value_set;

use std::collections::BTreeMap;

use mash_model::{FactDictionary, RuleId, Slot, ThresholdId};

pub(crate) use lower::lower;
pub use value_set::ValueSet;

use crate::{host::MAX_FUNCTIONS, manifest::Manifest, source::SourcePlace, thresholds::ThresholdValue};

/// Most rows of a table: as many as a rule file may have conditions.
pub const MAX_ROWS: usize = MAX_FUNCTIONS;

/// A decision table of a loaded pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionTable {
    /// Path of the file, and the sheet in a workbook.
    pub title: String,
    /// The facts its conditions read, in the order of its columns.
    pub facts: Vec<Slot>,
    /// Its rows, in order.
    pub rows: Vec<TableRow>,
}

/// One row: a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRow {
    /// The rule it states.
    pub rule: RuleId,
    /// Number of the row in a spreadsheet, from 1.
    pub number: usize,
    /// The cell that holds the rule's id.
    pub place: SourcePlace,
    /// For each fact of the table, the values that the row's cell admits.
    pub admits: Vec<ValueSet>,
}

/// The names a table may use.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Vocabulary<'v> {
    pub(crate) manifest: &'v Manifest,
    pub(crate) dictionary: &'v FactDictionary,
    pub(crate) thresholds: &'v BTreeMap<ThresholdId, ThresholdValue>,
}

/// Is a pack's file of this name a table? `tables/neglect.csv`, or `tables/neglect.xlsx#Sheet1` for a workbook's sheet.
#[must_use]
pub fn is_table(name: &str) -> bool {
    name.starts_with("tables/") && (name.ends_with(".csv") || name.contains(SHEET))
}

/// What stands between a workbook's file and its sheet in the name of a pack's file.
const SHEET: &str = ".xlsx#";

/// The name under which a pack holds the text of a workbook's sheet: `da.xlsx` and `Sheet1` are `da.xlsx#Sheet1`.
#[must_use]
pub fn sheet_name(workbook: &str, sheet: &str) -> String {
    format!("{workbook}#{sheet}")
}

/// A cell as a spreadsheet names it, from the number of its row and its column counted from 0: `C7` for 7 and 2.
#[must_use]
pub fn cell_name(row: usize, column: usize) -> String {
    let letter = char::from(b'A' + u8::try_from(column % 26).unwrap_or(0));
    let mut name = format!("{letter}{row}");
    let mut more = column / 26;
    while more > 0 {
        more -= 1;
        name.insert(0, char::from(b'A' + u8::try_from(more % 26).unwrap_or(0)));
        more /= 26;
    }
    name
}

/// The file of a table, and its sheet in a workbook.
fn file_and_sheet(name: &str) -> (&str, Option<&str>) {
    match name.find(SHEET).map(|at| at + SHEET.len()) {
        Some(end) => (name.get(..end - 1).unwrap_or(name), name.get(end..)),
        None => (name, None),
    }
}
