//! One replication of every alternative: run, measured, and held against the baseline.

use std::sync::Arc;

use mash_sim::front_door::{Records, Silent};

use super::{
    Experiment, ExperimentError, Handed, Ran,
    moves::{self, DecidedChild, MovedCase},
    setup::Alternative,
    weeks,
};
use crate::{counts::Counts, model::ModelError};

/// What is measured of one replication of one alternative, and all that another is held against.
#[derive(Debug, Clone)]
pub(super) struct Measured {
    measures: Vec<Option<f64>>,
    weeks: weeks::Weeks,
    months: weeks::Months,
    caseloads: weeks::Caseloads,
    decided: Vec<DecidedChild>,
}

/// One replication of one alternative.
pub(super) struct Replicated {
    measured: Arc<Measured>,
    moves: Counts,
    moved: Vec<MovedCase>,
    records: Option<Records>,
}

impl Measured {
    fn of(alternative: &Alternative<'_>, records: &Records) -> Self {
        let model = &alternative.model;
        Self {
            measures: model.figures(records),
            weeks: weeks::weeks(records),
            months: weeks::months(records, model.door()),
            caseloads: weeks::caseloads(records),
            decided: moves::decided(records),
        }
    }

    /// What it takes in memory, in bytes.
    pub(super) fn bytes(&self) -> usize {
        let option = size_of::<Option<f64>>();
        let series = self.weeks.iter().chain(&self.months).map(|it| it.capacity() * option).sum::<usize>();
        size_of::<Self>()
            + self.measures.capacity() * option
            + series
            + self.decided.capacity() * size_of::<DecidedChild>()
    }
}

impl Experiment<'_> {
    /// Every alternative of one replication.
    pub(super) fn replicate(&self, replication: u32, keep: bool) -> Result<Vec<Replicated>, ModelError> {
        let mut done: Vec<Replicated> = Vec::with_capacity(self.alternatives.len());
        for (at, alternative) in self.alternatives.iter().enumerate() {
            // Whole records are never kept.
            let kept = self.kept.as_ref().filter(|_| at == 0 && !keep);
            let (measured, records) = match kept.and_then(|kept| kept.get(replication)) {
                Some(measured) => (measured, None),
                None => {
                    let records = alternative
                        .model
                        .records(self.seed, replication, &mut Silent)
                        .map_err(|error| ModelError { replication, reason: error.to_string() })?;
                    let measured = Arc::new(Measured::of(alternative, &records));
                    if let Some(kept) = kept {
                        kept.put(replication, &measured);
                    }
                    (measured, keep.then_some(records))
                }
            };
            let (moves, moved) = match done.first() {
                Some(baseline) => {
                    moves::between(at, replication, &baseline.measured.decided, &measured.decided)
                }
                None => (Counts::default(), Vec::new()),
            };
            done.push(Replicated { measured, moves, moved, records });
        }
        Ok(done)
    }
}

/// Adds a replication to what was run.
pub(super) fn take(
    ran: &mut Ran,
    done: Vec<Replicated>,
    handed: &mut Handed<'_>,
) -> Result<(), ExperimentError> {
    let places = ran.figures.iter_mut().zip(&mut ran.examples);
    for (at, (one, (figures, shown))) in done.into_iter().zip(places).enumerate() {
        let measured = &one.measured;
        for (measure, value) in figures.measures.iter_mut().zip(&measured.measures) {
            measure.push(*value);
        }
        figures.weeks.push(measured.weeks.clone());
        figures.months.push(measured.months.clone());
        figures.caseloads.push(measured.caseloads);
        figures.moves.0.push(one.moves);
        for moved in &one.moved {
            handed.sink.moved(moved).map_err(ExperimentError::Sink)?;
        }
        let room = handed.examples.saturating_sub(shown.len());
        shown.extend(one.moved.into_iter().take(room));
        if let Some(records) = &one.records {
            handed.sink.records(at, ran.replications, records).map_err(ExperimentError::Sink)?;
        }
    }
    ran.replications += 1;
    Ok(())
}
