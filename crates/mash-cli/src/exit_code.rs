//! Exit codes that scripts may rely on.
//!
//! | code | meaning |
//! |---|---|
//! | 0 | fine |
//! | 1 | findings: a pack with errors under `check` (with `--deny-warnings`, warnings too), cases that fail under `test`, answers that do not come out under `verify`, measures outside England's band under `believe`, a warm-up that is too short under `warm-up` |
//! | 2 | misuse: the command line makes no sense |
//! | 3 | invalid input: a file that cannot be used, named with the place and the mend |
//! | 4 | the run failed or was stopped; nothing that looks complete was written |

use std::process::ExitCode;

use mash_batch::CompareError;
use mash_io::{FileError, Issue, RowsError};
use mash_rules::PackError;
use mash_sim::{network_file::NetworkError, scenario::ScenarioError};

/// Why a command did not end well.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Findings were printed already, where the command prints them.
    Findings,
    /// The command line makes no sense.
    Misuse(String),
    /// A pack cannot be used.
    Pack(PackError),
    /// Files cannot be read or written.
    Files(Vec<FileError>),
    /// A scenario cannot be used.
    Scenario { path: String, error: ScenarioError },
    /// A network of queues cannot be used.
    Network { path: String, error: NetworkError },
    /// Rows of a file cannot be used: those shown, and how many there are in all.
    Rows { shown: Vec<Issue>, all: u64 },
    /// The run failed.
    Run(String),
}

impl From<PackError> for Failure {
    fn from(error: PackError) -> Self {
        Failure::Pack(error)
    }
}

impl From<FileError> for Failure {
    fn from(error: FileError) -> Self {
        Failure::Files(vec![error])
    }
}

impl From<RowsError> for Failure {
    fn from(error: RowsError) -> Self {
        match error {
            RowsError::File(error) => Failure::Files(vec![error]),
            RowsError::Rows(shown) => Failure::Rows { all: shown.len() as u64, shown },
        }
    }
}

impl From<CompareError> for Failure {
    fn from(error: CompareError) -> Self {
        match error {
            CompareError::DifferentFacts { .. } | CompareError::DifferentRoutes { .. } => {
                Failure::Misuse(error.to_string())
            }
            CompareError::Nothing
            | CompareError::Stopped { .. }
            | CompareError::Generate(_)
            | CompareError::Stats(_) => Failure::Run(error.to_string()),
        }
    }
}

/// The exit code of a failure.
pub(crate) fn of(failure: &Failure) -> ExitCode {
    ExitCode::from(match failure {
        Failure::Findings => 1,
        Failure::Misuse(_) => 2,
        Failure::Pack(_)
        | Failure::Files(_)
        | Failure::Scenario { .. }
        | Failure::Network { .. }
        | Failure::Rows { .. } => 3,
        Failure::Run(_) => 4,
    })
}
