//! What must come out whatever the machine: closed forms of queueing theory, the front-door reference model, traces,
//! working days, and the random generator's known answers.
//!
//! The models are the files of `scenarios/reference`, and so are their answers.

mod known_answers;
mod reference;
mod relations;

use mash_sim::{NetworkError, queueing::QueueError};
use mash_stats::StatsError;
use schemars::JsonSchema;
use serde::Serialize;

/// One thing that was verified.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Verified {
    /// What was run.
    pub case: String,
    /// What was measured of it, with its unit.
    pub measure: String,
    /// What must come out.
    pub expected: f64,
    /// What came out.
    pub found: f64,
    /// Half the width of its 99% interval; none where the answer is not a matter of chance.
    pub half_width: Option<f64>,
    /// Replications run.
    pub replications: u32,
    /// Does it hold?
    pub passed: bool,
    /// Where what must come out is from.
    pub source: String,
}

/// What keeps a case from being verified at all.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// A reference file is mistaken.
    #[error("{file}: {error}")]
    File {
        /// Which.
        file: &'static str,
        /// Every mistake.
        error: NetworkError,
    },
    /// The model cannot be run.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// A measure is not a number.
    #[error(transparent)]
    Stats(#[from] StatsError),
}

/// Verifies everything; `told` hears of each case as it is begun.
///
/// # Errors
/// [`VerifyError`].
pub fn verify(seed: u64, mut told: impl FnMut(&str)) -> Result<Vec<Verified>, VerifyError> {
    let mut found = known_answers::all();
    for (file, text) in reference::FILES {
        let scenario = reference::read(file, text)?;
        told(&scenario.title);
        found.extend(reference::verify(&scenario, seed)?);
    }
    told("relations");
    found.extend(relations::all(seed)?);
    Ok(found)
}
