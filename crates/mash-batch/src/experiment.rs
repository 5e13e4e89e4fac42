//! An experiment: alternatives run over the same replications, and each held against the first.
//!
//! In: scenarios under packs, a seed, when to stop. Out: the figures of every replication of every alternative, with
//! what happened week by week and whose route is another than under the baseline. All alternatives of a replication
//! share its draws (common random numbers), so that what differs is the alternatives. Threads change no byte.

pub mod equality;
mod harm;
pub mod headline;
mod kept;
mod moves;
pub mod rates;
mod replicated;
pub mod results;
pub mod scorecard;
mod setup;
mod stopping;
pub mod study;
pub mod uncertainty;
mod weeks;
mod write_up;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use mash_sim::front_door::Records;
use mash_stats::StatsError;

pub use harm::harm;
pub use kept::{Baselines, Kept};
pub use moves::MovedCase;
pub use replicated::ReplicationRow;
pub use setup::{Alternative, Setup};
pub use stopping::{Precision, Stopping};
pub use write_up::{About, write_up};

use crate::{
    counts::Table,
    front_door_model::FrontDoorModelError,
    model::{Model, ModelError},
    parallel,
};
use replicated::{hand_on, take};

/// Replications of a block for each thread.
const A_THREAD: u32 = 2;

/// Alternatives and how they are run.
#[derive(Debug)]
pub struct Experiment<'m> {
    /// The baseline, then what is held against it.
    pub alternatives: Vec<Alternative<'m>>,
    /// Seed of every draw.
    pub seed: u64,
    /// When it stops.
    pub stopping: Stopping,
    /// Positions of the measures that are followed month by month.
    pub(crate) followed: Vec<usize>,
    /// Replications of the baseline that were run before.
    pub(crate) kept: Option<Arc<Kept>>,
}

/// Why an experiment has no result.
#[derive(Debug, thiserror::Error)]
pub enum ExperimentError {
    /// A scenario and a pack make no front door.
    #[error("{alternative}: {error}")]
    FrontDoor {
        /// The alternative.
        alternative: String,
        /// Why.
        error: FrontDoorModelError,
    },
    /// A target is set on something that is not measured.
    #[error("targets: there is no measure `{measure}`; {mend}")]
    Target {
        /// What was written.
        measure: String,
        /// What was meant.
        mend: String,
    },
    /// A range names no figure, or its value makes the scenario wrong.
    #[error("ranges: {0}")]
    Range(mash_sim::scenario::VaryError),
    /// A rate is given for a desk that is not counted.
    #[error("hourly: there is no desk `{desk}`; {mend}")]
    Rate {
        /// What was written.
        desk: String,
        /// What was meant.
        mend: String,
    },
    /// A replication cannot be run.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// A figure is not a number.
    #[error(transparent)]
    Stats(#[from] StatsError),
    /// What is handed on could not be kept.
    #[error("{0}")]
    Sink(String),
    /// The alternatives do not measure the same.
    #[error(
        "`{0}` measures other things than the baseline: its pack has other ratings; compare packs that share a base"
    )]
    OtherMeasures(String),
    /// The packs of two alternatives cannot be put to the same facts.
    #[error(transparent)]
    EqualFacts(#[from] crate::compare::CompareError),
    /// There is no baseline.
    #[error("an experiment needs a baseline")]
    Nothing,
    /// It was stopped.
    #[error("stopped after {done} of {of} replications; nothing was written")]
    Stopped {
        /// Replications done.
        done: u32,
        /// The most that there would have been.
        of: u32,
    },
}

/// What an experiment hands on while it runs.
pub trait Sink {
    /// A child whose route is another than under the baseline: alternatives in order, replications in order.
    ///
    /// # Errors
    /// Why it cannot be kept.
    fn moved(&mut self, _: &MovedCase) -> Result<(), String> {
        Ok(())
    }
    /// Are whole records wanted? They are large.
    fn wants_records(&self) -> bool {
        false
    }
    /// The records of an alternative's replication, where they are wanted.
    ///
    /// # Errors
    /// Why they cannot be kept.
    fn records(&mut self, _alternative: usize, _replication: u32, _: &Records) -> Result<(), String> {
        Ok(())
    }
}

/// Keeps nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct KeepNothing;

impl Sink for KeepNothing {}

/// The figures of one alternative.
#[derive(Debug, Clone, Default)]
pub struct Figures {
    /// By measure, then by replication; none where there was nothing to measure.
    pub measures: Vec<Vec<Option<f64>>>,
    pub(crate) weeks: Vec<weeks::Weeks>,
    pub(crate) months: Vec<weeks::Months>,
    pub(crate) caseloads: Vec<weeks::Caseloads>,
    pub(crate) groups: Table,
    pub(crate) moves: Table,
}

impl Figures {
    /// One measure by replication; empty where there is no such measure.
    #[must_use]
    pub fn of(&self, measure: usize) -> &[Option<f64>] {
        self.measures.get(measure).map_or(&[], Vec::as_slice)
    }
}

/// What was run.
#[derive(Debug, Clone)]
pub struct Ran {
    /// Replications of each alternative.
    pub replications: u32,
    /// By alternative.
    pub figures: Vec<Figures>,
    /// Children whose route is another, the first few of each alternative.
    pub examples: Vec<Vec<MovedCase>>,
}

/// What is made of replications besides their figures.
pub struct Handed<'s> {
    /// Examples of moved children kept of each alternative.
    pub examples: usize,
    /// Hears of the rest.
    pub sink: &'s mut dyn Sink,
}

impl std::fmt::Debug for Handed<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Handed").field("examples", &self.examples).finish_non_exhaustive()
    }
}

impl Experiment<'_> {
    /// Runs every alternative, replication by replication; `told` hears how many of how many are done.
    ///
    /// # Errors
    /// [`ExperimentError`].
    pub fn run(
        &self,
        examples: usize,
        sink: &mut dyn Sink,
        told: &dyn Fn(u32, u32),
        stop: &AtomicBool,
    ) -> Result<Ran, ExperimentError> {
        let mut ran = self.begin()?;
        let mut handed = Handed { examples, sink };
        told(0, self.stopping.most);
        while !self.is_done(&ran) {
            if stop.load(Ordering::Relaxed) {
                return Err(ExperimentError::Stopped { done: ran.replications, of: self.stopping.most });
            }
            let to = ran.replications + Self::block();
            self.extend(&mut ran, to, &mut handed)?;
            told(ran.replications, self.stopping.most);
        }
        Ok(ran)
    }

    /// Replications that keep every thread busy for a moment: a step worth looking after.
    #[must_use]
    pub fn block() -> u32 {
        A_THREAD * u32::try_from(parallel::threads()).unwrap_or(1)
    }

    /// Nothing run yet.
    ///
    /// # Errors
    /// [`ExperimentError::Nothing`] and [`ExperimentError::OtherMeasures`].
    pub fn begin(&self) -> Result<Ran, ExperimentError> {
        let Some(baseline) = self.alternatives.first() else { return Err(ExperimentError::Nothing) };
        let measures = baseline.model.measures();
        if let Some(other) = self.alternatives.iter().find(|other| other.model.measures() != measures) {
            return Err(ExperimentError::OtherMeasures(other.id.clone()));
        }
        let empty = Figures { measures: vec![Vec::new(); measures.len()], ..Figures::default() };
        Ok(Ran {
            replications: 0,
            figures: vec![empty; self.alternatives.len()],
            examples: vec![Vec::new(); self.alternatives.len()],
        })
    }

    /// Goes on until there are `to` replications, fewer where the experiment is done before. The steps in which it is
    /// taken so far change no byte.
    ///
    /// # Errors
    /// A replication that cannot be run, or what is handed on could not be kept.
    pub fn extend(&self, ran: &mut Ran, to: u32, handed: &mut Handed<'_>) -> Result<(), ExperimentError> {
        if self.is_done(ran) {
            return Ok(());
        }
        let keep = handed.sink.wants_records();
        let numbers: Vec<u32> = (ran.replications..to.min(self.stopping.most)).collect();
        for done in parallel::map(&numbers, |replication| self.replicate(*replication, keep)) {
            // Looked at row by row, so that the size of a step decides nothing.
            if self.stopping.is_reached(ran) {
                break;
            }
            let done = done?;
            hand_on(&done.records, ran.replications, handed.sink)?;
            take(ran, done.row, handed)?;
        }
        Ok(())
    }

    /// Are all replications there, or every wanted precision reached?
    #[must_use]
    pub fn is_done(&self, ran: &Ran) -> bool {
        ran.replications >= self.stopping.most || self.stopping.is_reached(ran)
    }
}
