//! What can be wrong with a vignette: the place, what is wrong, and the mend.

use mash_rules::Severity;
use mash_sim::ScenarioProblem;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One thing wrong with a vignette.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VignetteProblem {
    /// Whether the vignette cannot be used (error), or merely should be looked at (warning).
    pub severity: Severity,
    /// Place in the file, for example `stages[1].facts[2]`; empty for the file as a whole.
    pub at: String,
    /// What is wrong.
    pub message: String,
    /// How to mend it, where that is clear.
    pub mend: Option<String>,
}

impl VignetteProblem {
    /// Something that must be mended.
    #[must_use]
    pub fn error(at: impl Into<String>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, at: at.into(), message: message.into(), mend: None }
    }

    /// Something to look at.
    #[must_use]
    pub fn warning(at: impl Into<String>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(at, message) }
    }

    /// With the mend.
    #[must_use]
    pub fn mend(mut self, mend: impl Into<String>) -> Self {
        self.mend = Some(mend.into());
        self
    }

    /// With "did you mean", or the list of names.
    #[must_use]
    pub fn suggest<'n>(self, written: &str, names: impl IntoIterator<Item = &'n str>) -> Self {
        let names: Vec<&str> = names.into_iter().collect();
        match mash_rules::error::nearest(written, names.iter().copied()) {
            Some(near) => self.mend(format!("did you mean `{near}`?")),
            None if !names.is_empty() && names.len() <= LISTED => {
                self.mend(format!("use one of {}", names.join(", ")))
            }
            None => self,
        }
    }

    /// Is it an error?
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// Longest list of names that a mend holds.
const LISTED: usize = 24;

impl From<ScenarioProblem> for VignetteProblem {
    fn from(problem: ScenarioProblem) -> Self {
        Self { mend: problem.mend, ..Self::error(problem.at, problem.message) }
    }
}

impl std::fmt::Display for VignetteProblem {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if !self.at.is_empty() {
            write!(out, "{}: ", self.at)?;
        }
        out.write_str(&self.message)?;
        self.mend.as_ref().map_or(Ok(()), |mend| write!(out, "; {mend}"))
    }
}

/// A text that is no vignette.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct VignetteError {
    /// Everything that is wrong, in the order of the text.
    pub problems: Vec<VignetteProblem>,
}
