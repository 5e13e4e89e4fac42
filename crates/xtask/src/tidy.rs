//! `cargo xtask tidy`: habits of this workspace that no other tool looks at.
//!
//! In: `cargo metadata` and the files of the repository. Out: every finding, not the first; a warning is shown and
//! fails nothing.

mod crates;
mod files;
mod folders;

use crate::Outcome;
use crate::workspace::Workspace;

pub(crate) use crates::BROWSER_CRATES;

/// Something to mend, or to look at.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    /// A file from the root, with a line where one is to blame.
    place: String,
    /// What is wrong and what is expected.
    message: String,
    /// Shown, and fails nothing.
    warning: bool,
}

impl Finding {
    fn error(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self { place: place.into(), message: message.into(), warning: false }
    }

    fn warning(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self { place: place.into(), message: message.into(), warning: true }
    }
}

/// Looks at everything and shows what it found.
pub(crate) fn check(workspace: &Workspace) -> Result<Outcome, String> {
    let mut findings = crates::check(workspace)?;
    findings.extend(files::check(workspace)?);
    findings.extend(folders::check(workspace)?);
    for Finding { place, message, warning } in &findings {
        println!("{}: {place}: {message}", if *warning { "warning" } else { "error" });
    }
    match findings.iter().filter(|finding| !finding.warning).count() {
        0 => Ok(Outcome::Passed),
        errors => Err(format!("{errors} to mend")),
    }
}
