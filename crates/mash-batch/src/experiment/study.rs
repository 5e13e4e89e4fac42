//! All that an experiment runs, row by row: replications of the alternatives, missed harm under each assumption, points
//! over doubtful inputs, and packs on equal facts.
//!
//! In: what is asked. Out: rows, numbered through all parts, which can be run in any shards and be kept in between, and
//! from the whole of them what the experiment found. Neither shards nor a pause between rows change a byte.

use std::sync::atomic::{AtomicBool, Ordering};

use mash_sim::front_door::Records;
use serde::{Deserialize, Serialize};

use super::{
    Experiment, ExperimentError, Handed, KeepNothing, Precision, Ran, ReplicationRow, Setup, Sink, Stopping,
    harm::{self, Assumed},
    replicated::{hand_on, take},
    results::{EqualFacts, HarmRow},
    uncertainty::{self, Points, Uncertainty},
};
use crate::{
    batch::Shard,
    compare::{CompareError, CompareSettings, ComparedRow, Comparing},
    model::Model,
    parallel,
};

/// Replications of packs on equal facts: decisions alone, without queues.
const EQUAL_FACTS: u32 = 5;
/// Replications of every alternative at each point of the inputs' ranges.
const AT_EACH_POINT: u32 = 3;

/// What is asked of an experiment.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Seed of every draw.
    pub seed: u64,
    /// When its replications stop.
    pub stopping: Stopping,
    /// Replications of missed harm under each assumption; none where zero.
    pub harm_replications: u32,
    /// Points over doubtful inputs; none where zero.
    pub points: u32,
    /// Children to show of each alternative.
    pub examples: usize,
    /// Version of the program.
    pub version: String,
}

/// An experiment with all its parts.
#[derive(Debug)]
pub struct Study<'m> {
    /// The baseline, then what is held against it.
    pub setups: &'m [Setup<'m>],
    /// The alternatives, ready to run.
    pub experiment: Experiment<'m>,
    asked: Asked,
    parts: Vec<Part<'m>>,
}

/// One part: its rows follow one another.
#[derive(Debug, Clone)]
struct Part<'m> {
    what: What<'m>,
    /// The most rows that it can have.
    rows: u32,
}

#[derive(Debug, Clone)]
enum What<'m> {
    Replications,
    Harm(Assumed<'m>),
    Point(Vec<f64>),
    EqualFacts(usize, CompareSettings),
}

/// One row of a study.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StudyRow {
    /// Its number, through all parts.
    pub number: u32,
    found: Row,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Row {
    Replication(ReplicationRow),
    EqualFacts(ComparedRow),
}

/// How far a study is: what decides which row comes next.
#[derive(Debug, Clone)]
pub struct Progress {
    /// Rows by part.
    done: Vec<u32>,
    /// The replications so far, where they stop at a precision.
    ran: Option<Ran>,
}

/// What a study found.
#[derive(Debug)]
pub struct Found {
    /// The replications of the alternatives.
    pub ran: Ran,
    /// Missed harm under each assumption.
    pub harm: Vec<HarmRow>,
    /// What doubt about inputs does, where it was looked at.
    pub uncertainty: Option<Uncertainty>,
    /// Packs on equal facts.
    pub on_equal_facts: Vec<EqualFacts>,
}

/// What is done with rows as they come.
pub trait Keep {
    /// Keeps rows, in the order of their numbers.
    ///
    /// # Errors
    /// Why they cannot be kept.
    fn rows(&mut self, _: Vec<StudyRow>) -> Result<(), String>;
    /// Are whole records wanted? They are large, and stand in no row.
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

/// A row that a study did not run, or not here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("row {0} is none of this run")]
pub struct StrangeRowError(u32);

impl<'m> Study<'m> {
    /// Lays out what is to be run.
    ///
    /// # Errors
    /// Alternatives that cannot be run, or ranges that name no figure.
    pub fn new(setups: &'m [Setup<'m>], asked: Asked) -> Result<Self, ExperimentError> {
        let Some((baseline, others)) = setups.split_first() else { return Err(ExperimentError::Nothing) };
        let experiment = Experiment::new(setups, asked.seed, asked.stopping.clone())?;
        let most = asked.stopping.most;
        let mut parts = vec![Part { what: What::Replications, rows: most }];
        let of_harm = asked.harm_replications.min(most);
        if of_harm > 0 && !others.is_empty() {
            let combinations = harm::combinations(setups).into_iter();
            parts.extend(combinations.map(|it| Part { what: What::Harm(it), rows: of_harm }));
        }
        if asked.points > 0 {
            let points = uncertainty::design(setups, asked.points, asked.seed)?.into_iter();
            parts.extend(points.map(|it| Part { what: What::Point(it), rows: AT_EACH_POINT }));
        }
        for (at, other) in (1..).zip(others) {
            if other.last_pack().hash == baseline.last_pack().hash {
                continue;
            }
            let settings = CompareSettings {
                seed: asked.seed,
                replications: most.min(EQUAL_FACTS),
                examples: asked.examples,
                version: asked.version.clone(),
                command: String::new(),
                scenario_hash: baseline.scenario_sha256.clone(),
                engine: baseline.engine,
            };
            let rows = settings.replications;
            parts.push(Part { what: What::EqualFacts(at, settings), rows });
        }
        Ok(Self { setups, experiment, asked, parts })
    }

    /// Ends the replications earlier, once all of these are reached.
    pub fn stop_at(&mut self, wanted: Vec<Precision>) {
        self.experiment.stopping.wanted.clone_from(&wanted);
        self.asked.stopping.wanted = wanted;
    }

    /// The most rows that it can have.
    #[must_use]
    pub fn rows(&self) -> u32 {
        self.parts.iter().map(|part| part.rows).sum()
    }

    /// Numbers of the first row of each part.
    #[must_use]
    pub fn begins(&self) -> Vec<u32> {
        let mut next = 0;
        let begin = |part: &Part<'_>| {
            let first = next;
            next += part.rows;
            first
        };
        self.parts.iter().map(begin).collect()
    }

    /// Nothing done yet.
    ///
    /// # Errors
    /// As [`Experiment::begin`].
    pub fn progress(&self) -> Result<Progress, ExperimentError> {
        let ran = self.experiment.begin()?;
        let ran = (!self.asked.stopping.wanted.is_empty()).then_some(ran);
        Ok(Progress { done: vec![0; self.parts.len()], ran })
    }

    /// Notes a row that was run before.
    ///
    /// # Errors
    /// [`StrangeRowError`] where it is none of this study's.
    pub fn note(&self, progress: &mut Progress, row: &StudyRow) -> Result<(), StrangeRowError> {
        let strange = || StrangeRowError(row.number);
        let part = self.begins().iter().rposition(|first| *first <= row.number).ok_or_else(strange)?;
        let fits = matches!(
            (self.parts.get(part).map(|part| &part.what), &row.found),
            (Some(What::EqualFacts(..)), Row::EqualFacts(_))
                | (Some(What::Replications | What::Harm(_) | What::Point(_)), Row::Replication(_))
        );
        let done = progress.done.get_mut(part).filter(|_| fits).ok_or_else(strange)?;
        *done += 1;
        if let (0, Some(ran), Row::Replication(found)) = (part, &mut progress.ran, &row.found) {
            let mut handed = Handed { examples: 0, sink: &mut KeepNothing };
            take(ran, found.clone(), &mut handed).map_err(|_| strange())?;
        }
        Ok(())
    }

    /// Rows that a part will have, as far as can be told: those of harm and of equal facts are never more than the
    /// replications.
    fn wanted(&self, part: &Part<'_>, progress: &Progress) -> u32 {
        match (&part.what, &progress.ran) {
            (What::Harm(_) | What::EqualFacts(..), Some(ran)) => part.rows.min(ran.replications),
            _ => part.rows,
        }
    }

    /// Runs what is left of a shard after the rows noted; `told` hears how many of how many are done. False where it was
    /// stopped in between.
    ///
    /// # Errors
    /// A row that cannot be run or kept; rows handed on before stand.
    pub fn run(
        &self,
        shard: Shard,
        progress: &mut Progress,
        keep: &mut dyn Keep,
        told: &dyn Fn(u32, u32),
        stop: &AtomicBool,
    ) -> Result<bool, ExperimentError> {
        let of = shard.count(self.rows());
        let mut step = Step { told, of, stop };
        for (at, (part, first)) in self.parts.iter().zip(self.begins()).enumerate() {
            let wanted = self.wanted(part, progress);
            let here = shard.replications(first + wanted).skip_while(|number| *number < first);
            let done = progress.done.get(at).copied().unwrap_or(0) as usize;
            let left: Vec<u32> = here.skip(done).map(|number| number - first).collect();
            if left.is_empty() || (at == 0 && self.is_precise(progress)) {
                continue;
            }
            let complete = match &part.what {
                What::Replications => {
                    self.replications(&self.experiment, (at, first), &left, progress, keep, &mut step)?
                }
                What::Harm(assumed) => {
                    harm::under(*assumed, self.setups, self.asked.seed, part.rows, |experiment| {
                        self.replications(experiment, (at, first), &left, progress, keep, &mut step)
                    })?
                }
                What::Point(values) => {
                    uncertainty::at_point(values, self.setups, self.asked.seed, part.rows, |experiment| {
                        self.replications(experiment, (at, first), &left, progress, keep, &mut step)
                    })?
                }
                What::EqualFacts(other, settings) => {
                    let comparing = self.comparing(*other, settings)?;
                    let mut complete = true;
                    for replication in left {
                        if step.is_stopped() {
                            complete = false;
                            break;
                        }
                        let found = Row::EqualFacts(comparing.replicate(replication).map_err(compared)?);
                        let row = StudyRow { number: first + replication, found };
                        self.keep(progress, keep, vec![row], &step)?;
                    }
                    complete
                }
            };
            if !complete {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn replications(
        &self,
        experiment: &Experiment<'_>,
        (part, first): (usize, u32),
        left: &[u32],
        progress: &mut Progress,
        keep: &mut dyn Keep,
        step: &mut Step<'_>,
    ) -> Result<bool, ExperimentError> {
        let whole = part == 0;
        let records = whole && keep.wants_records();
        for numbers in left.chunks(Experiment::block() as usize) {
            if step.is_stopped() {
                return Ok(false);
            }
            let done = parallel::map(numbers, |replication| experiment.replicate(*replication, records));
            let mut rows = Vec::with_capacity(numbers.len());
            for (replication, done) in numbers.iter().zip(done) {
                // Looked at row by row, so that the size of a block decides nothing.
                if whole && self.is_precise(progress) {
                    break;
                }
                let done = done?;
                hand_on(&done.records, *replication, &mut OfRecords(keep))?;
                let found = if whole { done.row } else { done.row.measures_only() };
                let row = StudyRow { number: first + replication, found: Row::Replication(found) };
                self.note(progress, &row).map_err(|error| ExperimentError::Sink(error.to_string()))?;
                rows.push(row);
            }
            keep.rows(rows).map_err(ExperimentError::Sink)?;
            step.tell(progress);
            if whole && self.is_precise(progress) {
                break;
            }
        }
        Ok(true)
    }

    fn keep(
        &self,
        progress: &mut Progress,
        keep: &mut dyn Keep,
        rows: Vec<StudyRow>,
        step: &Step<'_>,
    ) -> Result<(), ExperimentError> {
        for row in &rows {
            self.note(progress, row).map_err(|error| ExperimentError::Sink(error.to_string()))?;
        }
        keep.rows(rows).map_err(ExperimentError::Sink)?;
        step.tell(progress);
        Ok(())
    }

    fn is_precise(&self, progress: &Progress) -> bool {
        progress.ran.as_ref().is_some_and(|ran| self.asked.stopping.is_reached(ran))
    }

    fn comparing<'s>(
        &'s self,
        other: usize,
        settings: &'s CompareSettings,
    ) -> Result<Comparing<'s>, ExperimentError> {
        let (Some(baseline), Some(other)) = (self.setups.first(), self.setups.get(other)) else {
            return Err(ExperimentError::Nothing);
        };
        Comparing::new(baseline.scenario, baseline.last_pack(), other.last_pack(), settings).map_err(compared)
    }

    /// What all rows come to, in their order; `sink` hears of every moved child.
    ///
    /// # Errors
    /// A row that cannot be had, or that is missing; figures that make no estimate.
    pub fn finish(
        &self,
        rows: impl Iterator<Item = Result<StudyRow, ExperimentError>>,
        sink: &mut dyn Sink,
    ) -> Result<Found, ExperimentError> {
        let Some(baseline) = self.setups.first() else { return Err(ExperimentError::Nothing) };
        let measures = self.experiment.alternatives.first().map_or(&[][..], |it| it.model.measures());
        let (mut ran, mut harm, mut on_equal_facts) = (self.experiment.begin()?, Vec::new(), Vec::new());
        let mut points = (self.asked.points > 0).then(Points::default);
        let mut rows = rows.peekable();
        let begins = self.begins();
        for (part, (first, next)) in
            self.parts.iter().zip(begins.iter().zip(begins.iter().skip(1).chain([&u32::MAX])))
        {
            let mut of_part = Vec::new();
            let mut found = self.experiment.begin()?;
            let mut expected = *first;
            while let Some(row) =
                rows.next_if(|row| row.as_ref().map_or(true, |row| (*first..*next).contains(&row.number)))
            {
                let row = row?;
                if row.number != expected {
                    return Err(missing(expected));
                }
                expected += 1;
                match row.found {
                    Row::Replication(row) if matches!(part.what, What::Replications) => {
                        take(&mut ran, row, &mut Handed { examples: self.asked.examples, sink: &mut *sink })?;
                    }
                    Row::Replication(row) => {
                        take(&mut found, row, &mut Handed { examples: 0, sink: &mut KeepNothing })?;
                    }
                    Row::EqualFacts(row) => of_part.push(row),
                }
            }
            let wanted = match &part.what {
                What::Replications if self.experiment.stopping.is_reached(&ran) => ran.replications,
                What::Harm(_) | What::EqualFacts(..) => part.rows.min(ran.replications),
                What::Replications | What::Point(_) => part.rows,
            };
            if expected - first != wanted {
                return Err(missing(expected));
            }
            match &part.what {
                What::Replications => {}
                What::Harm(assumed) => harm.push(harm::row(*assumed, baseline.scenario, measures, &found)),
                What::Point(_) => {
                    if let Some(points) = &mut points {
                        points.add(self.setups, measures, &found);
                    }
                }
                What::EqualFacts(other, settings) => {
                    let alternative = self.setups.get(*other).map(|it| it.id.clone()).unwrap_or_default();
                    let settings = CompareSettings { replications: wanted, ..settings.clone() };
                    let comparison = self.comparing(*other, &settings)?.finish(of_part).map_err(compared)?;
                    on_equal_facts.push(EqualFacts { alternative, comparison });
                }
            }
        }
        let uncertainty = points.map(|points| points.finish(self.setups, self.asked.points, AT_EACH_POINT));
        Ok(Found { ran, harm, uncertainty, on_equal_facts })
    }
}

/// How far a run is, and whether it should end.
struct Step<'t> {
    told: &'t dyn Fn(u32, u32),
    of: u32,
    stop: &'t AtomicBool,
}

impl Step<'_> {
    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn tell(&self, progress: &Progress) {
        (self.told)(progress.rows(), self.of);
    }
}

impl Progress {
    /// Rows done.
    #[must_use]
    pub fn rows(&self) -> u32 {
        self.done.iter().sum()
    }
}

/// Hands whole records on to what keeps rows.
struct OfRecords<'k>(&'k mut dyn Keep);

impl Sink for OfRecords<'_> {
    fn records(&mut self, alternative: usize, replication: u32, records: &Records) -> Result<(), String> {
        self.0.records(alternative, replication, records)
    }
}

fn missing(number: u32) -> ExperimentError {
    ExperimentError::Sink(format!("row {number} of the run is missing"))
}

/// Packs that cannot be compared on equal facts.
fn compared(error: CompareError) -> ExperimentError {
    ExperimentError::EqualFacts(error)
}
