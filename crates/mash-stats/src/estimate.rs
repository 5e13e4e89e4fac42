//! A figure with its interval.

use serde::{Deserialize, Serialize};

/// A mean over replications with its 95% interval.
///
/// `low` and `high` are equal to `mean` when there was one replication or no spread; `n` tells which.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Estimate {
    /// Mean over replications.
    pub mean: f64,
    /// Lower end of the 95% interval.
    pub low: f64,
    /// Upper end of the 95% interval.
    pub high: f64,
    /// Replications it rests on.
    pub n: u32,
}

/// One figure under each of two options and their paired difference, option B less option A.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Paired {
    /// Under option A.
    pub a: Estimate,
    /// Under option B.
    pub b: Estimate,
    /// B less A, replication by replication.
    pub difference: Estimate,
}
