//! Why a list of figures gives no estimate.

/// What is wrong with the values of a figure over replications.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StatsError {
    /// There is no replication to estimate from.
    #[error("no replications: there is nothing to estimate from")]
    NoReplications,
    /// The two options were not run over the same replications.
    #[error("option A has {a} replications and option B {b}: a paired difference needs the same ones")]
    UnequalReplications {
        /// Replications of option A.
        a: usize,
        /// Replications of option B.
        b: usize,
    },
    /// A value is not a number, or infinite.
    #[error("the figure of replication {replication} is not a finite number")]
    NotFinite {
        /// Position of the first such value, counted from 0.
        replication: usize,
    },
    /// The values are finite but their mean, spread or interval is too large for a 64-bit float.
    #[error("the figures are too large to sum")]
    TooLarge,
    /// More replications than an [`Estimate`](crate::Estimate) can count.
    #[error("{replications} replications are more than can be counted")]
    TooMany {
        /// Replications given.
        replications: usize,
    },
}
