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
        text.lines()
            .enumerate()
            .find_map(|(index, line)| line.find(needle).map(|at| (index + 1, column_of(line, at))))
            .map_or_else(|| Self::file(file), |(line, column)| Self::at(file, line, column))
    }
}

/// Column, from 1, of a byte offset in a line.
fn column_of(line: &str, offset: usize) -> usize {
    line.char_indices().take_while(|(at, _)| *at < offset).count() + 1
}

impl fmt::Display for SourcePlace {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => out.write_str(&self.file),
            line => write!(out, "{}:{line}:{}", self.file, self.column),
        }
    }
}
