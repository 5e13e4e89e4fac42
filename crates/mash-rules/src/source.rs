//! Where a piece of a pack's text stands: file, line, column.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A place in one of a pack's files. Lines and columns count from 1; 0 means the whole file.
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
}

impl SourcePlace {
    /// A whole file.
    #[must_use]
    pub fn file(file: &str) -> Self {
        Self { file: file.to_owned(), line: 0, column: 0 }
    }

    /// A line and column of a file.
    #[must_use]
    pub fn at(file: &str, line: usize, column: usize) -> Self {
        Self { file: file.to_owned(), line, column }
    }

    /// The place Rhai reports.
    #[must_use]
    pub(crate) fn of(file: &str, position: rhai::Position) -> Self {
        Self::at(file, position.line().unwrap_or(0), position.position().unwrap_or(1))
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
        match self.line {
            0 => out.write_str(&self.file),
            line => write!(out, "{}:{line}:{}", self.file, self.column),
        }
    }
}
