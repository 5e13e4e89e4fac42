//! Where a piece of a pack's text stands: file, line, column; in a decision table also the cell.
//!
//! Rhai counts lines and columns of the text it parses. For a rule file that text is the file; for a decision table it is
//! text made from the table, so a `SourceFile` knows which cell each stretch of it came from, and every place that the
//! checker, the engines and coverage report passes through it.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

/// A place in one of a pack's files. Lines and columns count from 1; 0 means the whole file.
///
/// In a decision table the line is that of the text (in a workbook: the row) and the column counts the table's columns.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
pub struct SourcePlace {
    /// Path of the file as the pack was named.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// In a decision table, the cell as a spreadsheet names it: `C7`, or `'Sheet name'!C7` in a workbook.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cell: Option<String>,
}

impl SourcePlace {
    /// A whole file.
    #[must_use]
    pub fn file(file: &str) -> Self {
        Self { file: file.to_owned(), line: 0, column: 0, cell: None }
    }

    /// A line and column of a file.
    #[must_use]
    pub fn at(file: &str, line: usize, column: usize) -> Self {
        Self { file: file.to_owned(), line, column, cell: None }
    }

    /// The place Rhai reports, in the words of the file that its text came from.
    #[must_use]
    pub(crate) fn of(file: &SourceFile, position: rhai::Position) -> Self {
        let (line, column) = (position.line().unwrap_or(0), position.position().unwrap_or(1));
        match &file.cells {
            None => Self::at(&file.name, line, column),
            Some(lines) => line
                .checked_sub(1)
                .and_then(|line| lines.get(line))
                .and_then(|cells| cells.iter().rev().find(|(start, _)| *start <= column))
                .map_or_else(|| Self::file(&file.name), |(_, place)| place.clone()),
        }
    }

    /// The first place of `needle` in a file's text, or the whole file.
    #[must_use]
    pub fn find(file: &str, text: &str, needle: &str) -> Self {
        text.find(needle).map_or_else(|| Self::file(file), |offset| Self::of_offset(file, text, offset))
    }

    /// The place of a byte offset in a file's text.
    #[must_use]
    pub fn of_offset(file: &str, text: &str, offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line = before.rsplit('\n').next().unwrap_or("");
        let column = without_mark(line).chars().count() + 1;
        Self::at(file, before.matches('\n').count() + 1, column)
    }

    /// The byte offset of this place in its file's text; `None` for a whole file or past the text's end.
    #[must_use]
    pub fn offset_in(&self, text: &str) -> Option<usize> {
        let before = self.line.checked_sub(1)?;
        let start: usize = text.split_inclusive('\n').take(before).map(str::len).sum();
        let line = text.get(start..)?.split('\n').next()?;
        let start = start + (line.len() - without_mark(line).len());
        let mut letters =
            without_mark(line).char_indices().map(|(at, _)| at).chain([without_mark(line).len()]);
        letters.nth(self.column.saturating_sub(1)).map(|at| start + at)
    }
}

/// The byte order mark that some editors put at the start of a file, and that no column counts.
pub(crate) const BYTE_ORDER_MARK: char = '\u{feff}';

/// A text without its byte order mark.
pub(crate) fn without_mark(text: &str) -> &str {
    text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text)
}

impl fmt::Display for SourcePlace {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.cell, self.line) {
            (Some(cell), _) => write!(out, "{}:{cell}", self.file),
            (None, 0) => out.write_str(&self.file),
            (None, line) => write!(out, "{}:{line}:{}", self.file, self.column),
        }
    }
}

/// One line of text made from a table: the column at which each piece starts, and the cell it came from, in order.
pub(crate) type LineCells = Vec<(usize, SourcePlace)>;

/// The file that a text parsed by Rhai came from. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct SourceFile {
    name: Arc<str>,
    /// For a decision table: the cells of each line of the text made from it.
    cells: Option<Arc<Vec<LineCells>>>,
}

impl SourceFile {
    /// A rule file, which Rhai parses as it stands.
    pub(crate) fn rules(name: &str) -> Self {
        Self { name: name.into(), cells: None }
    }

    /// A decision table, from which a text of these lines was made.
    pub(crate) fn table(name: &str, cells: Vec<LineCells>) -> Self {
        Self { name: name.into(), cells: Some(Arc::new(cells)) }
    }

    /// Path of the file as the pack was named.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}
