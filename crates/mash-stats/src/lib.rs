//! Intervals and paired differences: numbers in, numbers out.
//!
//! One value a replication comes in; an [`Estimate`] with its 95% [`interval`] goes out, or a [`Paired`] difference of
//! two options that ran over the same replications.
//!
//! [`warm_up`] finds where the transient of a run ends, [`settling`] holds that against a stated warm-up, [`replications`]
//! how many runs a precision takes and what the same draws under both options save.
//!
//! [`fit`] finds parameters from figures that a model should give, and says which of them cannot be found;
//! [`hold_out`] predicts next year's figures and says how far off the predictions of years that are known were.
//!
//! [`measures`] computes the figures of one replication from the records that it leaves.
//!
//! This crate opens no file, reads no clock, draws no random number and starts no thread. The same values in the same
//! order give the same bits on every platform: sums run in that order and every transcendental function is `libm`'s.

pub mod bootstrap;
pub mod error;
pub mod estimate;
pub mod fit;
pub mod hold_out;
pub mod interval;
pub mod measures;
pub mod replications;
pub mod running;
pub mod settling;
pub mod significance;
pub mod warm_up;

pub use bootstrap::bootstrap;
pub use error::StatsError;
pub use estimate::{Estimate, Paired};
pub use interval::{Confidence, estimate, estimate_at, paired};
pub use replications::{replications_needed, variance_ratio};
pub use running::Running;
pub use significance::{holm, paired_p};
pub use warm_up::{WarmUp, moving_average, mser5, settles};
