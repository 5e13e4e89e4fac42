//! What can be wrong with a file: the file, the place, what is wrong, and the mend.

use std::{fmt, path::PathBuf};

/// A file that cannot be read or written at all.
#[derive(Debug, thiserror::Error)]
#[error("{}: {problem}", .path.display())]
pub struct FileError {
    /// The file.
    pub path: PathBuf,
    /// What went wrong.
    pub problem: String,
    /// How to mend it.
    pub mend: Option<String>,
}

impl FileError {
    /// A problem with a file.
    pub fn new(path: impl Into<PathBuf>, problem: impl Into<String>) -> Self {
        Self { path: path.into(), problem: problem.into(), mend: None }
    }

    /// With the mend.
    #[must_use]
    pub fn mend(mut self, mend: impl Into<String>) -> Self {
        self.mend = Some(mend.into());
        self
    }
}

/// A file of rows that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RowsError {
    /// It cannot be read at all.
    #[error(transparent)]
    File(#[from] FileError),
    /// Rows are wrong.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Rows(Vec<Issue>),
}

/// One thing wrong in one row of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// The file, `-` for standard input.
    pub file: String,
    /// Line, from 1.
    pub line: u64,
    /// The field, where one is to blame.
    pub field: Option<String>,
    /// What is wrong.
    pub problem: String,
    /// How to mend it.
    pub mend: Option<String>,
}

impl fmt::Display for Issue {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}", self.file, self.line)?;
        if let Some(field) = &self.field {
            write!(out, ", field `{field}`")?;
        }
        write!(out, ": {}", self.problem)?;
        match &self.mend {
            Some(mend) => write!(out, " ({mend})"),
            None => Ok(()),
        }
    }
}
