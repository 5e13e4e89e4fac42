//! One replication of every alternative: run, measured, and held against the baseline.

use std::sync::Arc;

use mash_sim::front_door::Records;
use serde::{Deserialize, Serialize};

use super::{
    Experiment, ExperimentError, Handed, Ran, Sink,
    equality::{self, Persons},
    moves::{self, DecidedChild, MovedCase},
    setup::Alternative,
    weeks,
};
use crate::{counts::Counts, model::ModelError};

/// What is measured of one replication of one alternative, and all that another is held against.
#[derive(Debug, Clone)]
pub(super) struct Measured {
    figures: Measurements,
    decided: Vec<DecidedChild>,
}

/// What is measured of one replication of one alternative by itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Measurements {
    measures: Vec<Option<f64>>,
    weeks: weeks::Weeks,
    months: weeks::Months,
    caseloads: weeks::Caseloads,
    groups: Counts,
}

/// One replication of every alternative: all that results are made of, and small enough to be kept between runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReplicationRow(Vec<AlternativeRow>);

/// One alternative of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct AlternativeRow {
    figures: Measurements,
    moves: Counts,
    moved: Vec<MovedCase>,
}

impl ReplicationRow {
    /// What is left where only measures and groups are asked for.
    pub(super) fn measures_only(mut self) -> Self {
        for one in &mut self.0 {
            (one.figures.weeks, one.figures.months) = (weeks::Weeks::default(), Vec::new());
            (one.moves, one.moved) = (Counts::default(), Vec::new());
        }
        self
    }
}

/// One replication run: its row, and each alternative's records where they are wanted.
#[derive(Debug)]
pub(super) struct Replicated {
    pub(super) row: ReplicationRow,
    pub(super) records: Vec<Option<Records>>,
}

impl Measured {
    fn of(alternative: &Alternative<'_>, records: &Records, persons: &Persons, followed: &[usize]) -> Self {
        let model = &alternative.model;
        let figures = Measurements {
            measures: model.figures(records),
            weeks: weeks::weeks(records),
            months: weeks::months(records, model, followed),
            caseloads: weeks::caseloads(records),
            groups: equality::sums(records, persons),
        };
        Self { figures, decided: moves::decided(records, persons) }
    }

    /// What it takes in memory, in bytes.
    pub(super) fn bytes(&self) -> usize {
        let option = size_of::<Option<f64>>();
        let figures = &self.figures;
        let series =
            figures.weeks.iter().chain(&figures.months).map(|it| it.capacity() * option).sum::<usize>();
        size_of::<Self>()
            + figures.measures.capacity() * option
            + figures.groups.bytes()
            + series
            + self.decided.capacity() * size_of::<DecidedChild>()
    }
}

impl Experiment<'_> {
    /// Every alternative of one replication.
    pub(super) fn replicate(&self, replication: u32, keep: bool) -> Result<Replicated, ModelError> {
        let (mut rows, mut all_records) = (Vec::with_capacity(self.alternatives.len()), Vec::new());
        let mut baseline: Option<Arc<Measured>> = None;
        for (at, alternative) in self.alternatives.iter().enumerate() {
            // Whole records are never kept.
            let kept = self.kept.as_ref().filter(|_| at == 0 && !keep);
            let (measured, records) = match kept.and_then(|kept| kept.get(replication)) {
                Some(measured) => (measured, None),
                None => {
                    let mut persons = Persons::default();
                    let records = alternative
                        .model
                        .records(self.seed, replication, &mut persons)
                        .map_err(|error| ModelError { replication, reason: error.to_string() })?;
                    let measured = Arc::new(Measured::of(alternative, &records, &persons, &self.followed));
                    if let Some(kept) = kept {
                        kept.put(replication, &measured);
                    }
                    (measured, keep.then_some(records))
                }
            };
            let (moves, moved) = match &baseline {
                Some(baseline) => moves::between(at, replication, &baseline.decided, &measured.decided),
                None => (Counts::default(), Vec::new()),
            };
            rows.push(AlternativeRow { figures: measured.figures.clone(), moves, moved });
            all_records.push(records);
            baseline.get_or_insert(measured);
        }
        Ok(Replicated { row: ReplicationRow(rows), records: all_records })
    }
}

/// Adds a replication to what was run.
pub(super) fn take(
    ran: &mut Ran,
    row: ReplicationRow,
    handed: &mut Handed<'_>,
) -> Result<(), ExperimentError> {
    let places = ran.figures.iter_mut().zip(&mut ran.examples);
    for (one, (figures, shown)) in row.0.into_iter().zip(places) {
        let found = one.figures;
        for (measure, value) in figures.measures.iter_mut().zip(found.measures) {
            measure.push(value);
        }
        figures.weeks.push(found.weeks);
        figures.months.push(found.months);
        figures.caseloads.push(found.caseloads);
        figures.groups.0.push(found.groups);
        figures.moves.0.push(one.moves);
        for moved in &one.moved {
            handed.sink.moved(moved).map_err(ExperimentError::Sink)?;
        }
        let room = handed.examples.saturating_sub(shown.len());
        shown.extend(one.moved.into_iter().take(room));
    }
    ran.replications += 1;
    Ok(())
}

/// Hands on the records of a replication.
pub(super) fn hand_on(
    records: &[Option<Records>],
    replication: u32,
    sink: &mut dyn Sink,
) -> Result<(), ExperimentError> {
    for (at, records) in records.iter().enumerate() {
        if let Some(records) = records {
            sink.records(at, replication, records).map_err(ExperimentError::Sink)?;
        }
    }
    Ok(())
}
