//! Many replications of a model: in order, at any number of threads, in memory that does not grow with their number.
//!
//! In: a [`Model`], a seed, how many replications and which [`Shard`] of them. Out: one [`Row`] a replication, handed on
//! in the order of replications, block by block. What is folded of rows is folded in that order, so neither threads
//! nor blocks nor a pause between them change a byte.

mod shard;
mod summary;

use std::sync::atomic::{AtomicBool, Ordering};

use mash_stats::StatsError;

pub use shard::{Shard, ShardError};
pub use summary::Summary;

use crate::{
    model::{Model, ModelError},
    parallel,
};

/// Replications of a block for each thread.
const A_THREAD: u32 = 4;

/// The figures of one replication, one a measure.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Which replication, from 0.
    pub replication: u32,
    /// A figure a measure, in the model's order; none where there was nothing to measure.
    pub figures: Vec<Option<f64>>,
}

/// How many replications are run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Replications {
    /// So many.
    Count(u32),
    /// Until the 95% interval of a measure is narrow enough.
    Until {
        /// The measure, a position in the model's list.
        measure: usize,
        /// Wanted half-width, in the measure's unit.
        half_width: f64,
        /// At least so many, two or more.
        least: u32,
        /// At most so many.
        most: u32,
    },
}

impl Replications {
    /// The most that there can be.
    #[must_use]
    pub fn most(self) -> u32 {
        match self {
            Replications::Count(count) => count,
            Replications::Until { most, .. } => most,
        }
    }
}

/// A batch.
pub struct Batch<'m> {
    /// What is replicated.
    pub model: &'m dyn Model,
    /// Seed of every draw.
    pub seed: u64,
    /// How many.
    pub replications: Replications,
    /// Which of them.
    pub shard: Shard,
}

impl std::fmt::Debug for Batch<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Batch")
            .field("model", &self.model.id())
            .field("seed", &self.seed)
            .field("replications", &self.replications)
            .field("shard", &self.shard)
            .finish()
    }
}

/// How a batch ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Every replication is done, or the interval is narrow enough.
    Complete,
    /// It was stopped in between; what was handed on stands.
    Stopped,
}

/// Why a batch has no result.
#[derive(Debug, thiserror::Error)]
pub enum BatchError {
    /// A replication cannot be run.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// Rows could not be kept.
    #[error("{0}")]
    Sink(String),
    /// A figure is not a number.
    #[error(transparent)]
    Stats(#[from] StatsError),
    /// A precision is reached by looking at all replications.
    #[error("a batch that stops at a precision cannot be run in shards: give a number of replications")]
    ShardedPrecision,
}

impl Batch<'_> {
    /// Runs what is left after the rows that `summary` holds already: those of this shard, in order, without a gap.
    ///
    /// `sink` is given rows in order; `told` hears how many of how many are done.
    ///
    /// # Errors
    /// [`BatchError`]; rows handed on before stand.
    pub fn run(
        &self,
        summary: &mut Summary,
        sink: &mut dyn FnMut(&[Row]) -> Result<(), String>,
        told: &dyn Fn(u32, u32),
        stop: &AtomicBool,
    ) -> Result<Ended, BatchError> {
        if matches!(self.replications, Replications::Until { .. }) && self.shard != Shard::WHOLE {
            return Err(BatchError::ShardedPrecision);
        }
        let mut left =
            self.shard.replications(self.replications.most()).skip(summary.rows() as usize).peekable();
        let of = self.shard.count(self.replications.most());
        let block = usize::try_from(A_THREAD).unwrap_or(1) * parallel::threads();
        told(summary.rows(), of);
        while left.peek().is_some() && !self.is_precise(summary)? {
            if stop.load(Ordering::Relaxed) {
                return Ok(Ended::Stopped);
            }
            let numbers: Vec<u32> = left.by_ref().take(block).collect();
            let rows = parallel::map(&numbers, |replication| self.model.replicate(self.seed, *replication));
            let mut done = Vec::with_capacity(numbers.len());
            for (replication, figures) in numbers.into_iter().zip(rows) {
                // Looked at row by row, so that the size of a block decides nothing.
                if self.is_precise(summary)? {
                    break;
                }
                let row = Row { replication, figures: figures? };
                summary.push(&row)?;
                done.push(row);
            }
            sink(&done).map_err(BatchError::Sink)?;
            told(summary.rows(), of);
        }
        Ok(Ended::Complete)
    }

    fn is_precise(&self, summary: &Summary) -> Result<bool, BatchError> {
        let Replications::Until { measure, half_width, least, .. } = self.replications else {
            return Ok(false);
        };
        if summary.rows() < least.max(2) {
            return Ok(false);
        }
        let reached = summary.half_width(measure)?;
        Ok(reached.is_some_and(|reached| reached <= half_width))
    }
}

#[cfg(test)]
mod tests {
    use mash_stats::measures::Measure;

    use super::*;

    struct Sums(Vec<Measure>);

    impl Sums {
        fn new() -> Self {
            let measure = |id: &str| Measure {
                id: id.to_owned(),
                title: String::new(),
                unit: String::new(),
                definition: String::new(),
                authority: None,
                source: None,
            };
            Self(vec![measure("noise"), measure("sometimes")])
        }
    }

    impl Model for Sums {
        fn id(&self) -> &str {
            "sums"
        }

        fn measures(&self) -> &[Measure] {
            &self.0
        }

        fn replicate(&self, seed: u64, replication: u32) -> Result<Vec<Option<f64>>, ModelError> {
            let noise = f64::from(replication.wrapping_mul(2_654_435_761) >> 20) + seed as f64;
            Ok(vec![Some(noise), replication.is_multiple_of(3).then_some(noise)])
        }
    }

    fn rows(replications: Replications, shard: Shard, threads: usize) -> (Vec<Row>, Summary) {
        let model = Sums::new();
        let batch = Batch { model: &model, seed: 3, replications, shard };
        let (mut rows, mut summary) = (Vec::new(), Summary::new(2));
        let work = || {
            let mut keep = |more: &[Row]| {
                rows.extend_from_slice(more);
                Ok(())
            };
            batch.run(&mut summary, &mut keep, &|_, _| {}, &AtomicBool::new(false)).unwrap()
        };
        assert_eq!(parallel::with_threads(threads, work).unwrap(), Ended::Complete);
        (rows, summary)
    }

    #[test]
    fn threads_and_shards_change_nothing() {
        let (all, summary) = rows(Replications::Count(50), Shard::WHOLE, 1);
        assert_eq!(all.iter().map(|row| row.replication).collect::<Vec<_>>(), (0..50).collect::<Vec<_>>());
        for threads in [2, 7] {
            let (others, same) = rows(Replications::Count(50), Shard::WHOLE, threads);
            assert_eq!((others, same), (all.clone(), summary.clone()));
        }
        for of in [2, 7] {
            let shards = (1..=of).map(|index| Shard::new(index, of).unwrap());
            let mut parts: Vec<Row> =
                shards.flat_map(|shard| rows(Replications::Count(50), shard, 2).0).collect();
            parts.sort_by_key(|row| row.replication);
            assert_eq!(parts, all);
        }
    }

    #[test]
    fn a_wanted_precision_is_reached_at_the_same_row_at_any_number_of_threads() {
        let until = Replications::Until { measure: 0, half_width: 250.0, least: 5, most: 500 };
        let (one, summary) = rows(until, Shard::WHOLE, 1);
        assert!(summary.half_width(0).unwrap().unwrap() <= 250.0 && one.len() > 5 && one.len() < 500);
        assert_eq!(rows(until, Shard::WHOLE, 7).0, one);
        let (short, _) = rows(Replications::Count(u32::try_from(one.len()).unwrap() - 1), Shard::WHOLE, 1);
        let mut before = Summary::new(2);
        short.iter().for_each(|row| before.push(row).unwrap());
        assert!(before.half_width(0).unwrap().unwrap() > 250.0);
    }
}
