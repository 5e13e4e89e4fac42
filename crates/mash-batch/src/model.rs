//! What a batch repeats: one replication to one row of figures.

use mash_stats::measures::Measure;

/// A model that can be replicated.
pub trait Model: Sync {
    /// Name in results.
    fn id(&self) -> &str;
    /// What is measured, in the order of columns.
    fn measures(&self) -> &[Measure];
    /// The figures of one replication, one a measure; none where there was nothing to measure. The same seed and
    /// replication give the same figures, whatever else runs.
    ///
    /// # Errors
    /// [`ModelError`] where this replication cannot be run.
    fn replicate(&self, seed: u64, replication: u32) -> Result<Vec<Option<f64>>, ModelError>;
}

/// A replication that could not be run.
#[derive(Debug, thiserror::Error)]
#[error("replication {replication}: {reason}")]
pub struct ModelError {
    /// Which one.
    pub replication: u32,
    /// Why.
    pub reason: String,
}
