//! An experiment: alternatives run over the same replications, and each held against the first.
//!
//! In: scenarios under packs, a seed, when to stop. Out: the figures of every replication of every alternative, with
//! what happened week by week and whose route is another than under the baseline. All alternatives of a replication
//! share its draws (common random numbers), so that what differs is the alternatives. Threads change no byte.

mod harm;
pub mod headline;
mod moves;
pub mod rates;
pub mod results;
pub mod scorecard;
mod setup;
mod stopping;
pub mod uncertainty;
mod weeks;
mod write_up;

use std::sync::atomic::{AtomicBool, Ordering};

use mash_sim::front_door::{Records, Silent};
use mash_stats::StatsError;

pub use harm::harm;
pub use moves::MovedCase;
pub use setup::{Alternative, Setup};
pub use stopping::{Precision, Stopping};
pub use write_up::{About, write_up};

use crate::{
    counts::{Counts, Table},
    front_door_model::FrontDoorModelError,
    model::{Model, ModelError},
    parallel,
};

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

/// One replication of one alternative.
struct Replicated {
    measures: Vec<Option<f64>>,
    weeks: weeks::Weeks,
    months: weeks::Months,
    caseloads: weeks::Caseloads,
    moves: Counts,
    moved: Vec<MovedCase>,
    records: Option<Records>,
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
        let Some(baseline) = self.alternatives.first() else { return Err(ExperimentError::Nothing) };
        let measures = baseline.model.measures();
        if let Some(other) = self.alternatives.iter().find(|other| other.model.measures() != measures) {
            return Err(ExperimentError::OtherMeasures(other.id.clone()));
        }
        let empty = Figures { measures: vec![Vec::new(); measures.len()], ..Figures::default() };
        let mut ran = Ran {
            replications: 0,
            figures: vec![empty; self.alternatives.len()],
            examples: vec![Vec::new(); self.alternatives.len()],
        };
        let most = self.stopping.most;
        let block = A_THREAD * u32::try_from(parallel::threads()).unwrap_or(1);
        let keep = sink.wants_records();
        told(0, most);
        while ran.replications < most && !self.stopping.is_reached(&ran) {
            if stop.load(Ordering::Relaxed) {
                return Err(ExperimentError::Stopped { done: ran.replications, of: most });
            }
            let last = (ran.replications + block).min(most);
            let numbers: Vec<u32> = (ran.replications..last).collect();
            for done in parallel::map(&numbers, |replication| self.replicate(*replication, keep)) {
                // Looked at row by row, so that the size of a block decides nothing.
                if self.stopping.is_reached(&ran) {
                    break;
                }
                take(&mut ran, done?, examples, sink)?;
            }
            told(ran.replications, most);
        }
        Ok(ran)
    }

    /// Every alternative of one replication.
    fn replicate(&self, replication: u32, keep: bool) -> Result<Vec<Replicated>, ModelError> {
        let mut done: Vec<Replicated> = Vec::with_capacity(self.alternatives.len());
        let mut baseline: Option<Records> = None;
        for (at, alternative) in self.alternatives.iter().enumerate() {
            let model = &alternative.model;
            let records = model
                .records(self.seed, replication, &mut Silent)
                .map_err(|error| ModelError { replication, reason: error.to_string() })?;
            let (moves, moved) = match &baseline {
                Some(before) => moves::between(at, replication, before, &records),
                None => (Counts::default(), Vec::new()),
            };
            done.push(Replicated {
                measures: model.figures(&records),
                weeks: weeks::weeks(&records),
                months: weeks::months(&records, model.door()),
                caseloads: weeks::caseloads(&records),
                moves,
                moved,
                records: keep.then(|| records.clone()),
            });
            baseline = baseline.or(Some(records));
        }
        Ok(done)
    }
}

fn take(
    ran: &mut Ran,
    done: Vec<Replicated>,
    examples: usize,
    sink: &mut dyn Sink,
) -> Result<(), ExperimentError> {
    let places = ran.figures.iter_mut().zip(&mut ran.examples);
    for (at, (one, (figures, shown))) in done.into_iter().zip(places).enumerate() {
        for (measure, value) in figures.measures.iter_mut().zip(&one.measures) {
            measure.push(*value);
        }
        figures.weeks.push(one.weeks);
        figures.months.push(one.months);
        figures.caseloads.push(one.caseloads);
        figures.moves.0.push(one.moves);
        for moved in &one.moved {
            sink.moved(moved).map_err(ExperimentError::Sink)?;
        }
        let room = examples.saturating_sub(shown.len());
        shown.extend(one.moved.into_iter().take(room));
        if let Some(records) = &one.records {
            sink.records(at, ran.replications, records).map_err(ExperimentError::Sink)?;
        }
    }
    ran.replications += 1;
    Ok(())
}
