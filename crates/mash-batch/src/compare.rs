//! Two packs on the same simulated years: common random numbers, so that what differs is the packs.

pub mod changes;
mod tally;
mod write_up;

use std::sync::atomic::{AtomicBool, Ordering};

use mash_rules::{EngineKind, RulePack};
use mash_sim::{GenerateError, Scenario, TruthModelId, generate};
use mash_stats::StatsError;
use serde::{Deserialize, Serialize};

use crate::{
    counts::{Counts, Table},
    decide::{Decided, decide},
    parallel,
    results::{Comparison, FlippedCase},
};

/// How a comparison is run.
#[derive(Debug, Clone)]
pub struct CompareSettings {
    /// Seed of every draw.
    pub seed: u64,
    /// Replications; at least one.
    pub replications: u32,
    /// Flipped children to show in the results.
    pub examples: usize,
    /// Version of the program, for the provenance.
    pub version: String,
    /// The command that repeats the run.
    pub command: String,
    /// SHA-256 of the scenario file.
    pub scenario_hash: String,
    /// Engine that evaluates the rules; it changes the time a run takes and nothing else.
    pub engine: EngineKind,
}

/// Why a comparison has no result.
#[derive(Debug, thiserror::Error)]
pub enum CompareError {
    /// The packs read different facts, so that one year of facts does not serve both.
    #[error("pack `{a}` and pack `{b}` have different fact dictionaries; compare packs that share a base")]
    DifferentFacts {
        /// Option A.
        a: String,
        /// Option B.
        b: String,
    },
    /// The packs list different routes.
    #[error("pack `{a}` and pack `{b}` have different routes; compare packs that share a base")]
    DifferentRoutes {
        /// Option A.
        a: String,
        /// Option B.
        b: String,
    },
    /// There is nothing to run.
    #[error("a comparison needs at least one replication and one truth model")]
    Nothing,
    /// The run was stopped.
    #[error("stopped after {done} of {of} replications; nothing was written")]
    Stopped {
        /// Replications finished.
        done: u32,
        /// Replications asked for.
        of: u32,
    },
    /// The year could not be generated.
    #[error(transparent)]
    Generate(#[from] GenerateError),
    /// The figures do not make an estimate.
    #[error(transparent)]
    Stats(#[from] StatsError),
}

/// Compares pack B against pack A over the replications of a scenario.
///
/// `progress` is told how many replications are done; `stop` ends the run before the next one.
///
/// # Errors
/// [`CompareError`].
pub fn compare(
    scenario: &Scenario,
    a: &RulePack,
    b: &RulePack,
    settings: &CompareSettings,
    progress: &(dyn Fn(u32, u32) + Sync),
    stop: &AtomicBool,
) -> Result<Comparison, CompareError> {
    let comparing = Comparing::new(scenario, a, b, settings)?;
    let mut rows = Vec::new();
    progress(0, settings.replications);
    for replication in 0..settings.replications {
        if stop.load(Ordering::Relaxed) {
            return Err(CompareError::Stopped { done: replication, of: settings.replications });
        }
        rows.push(comparing.replicate(replication)?);
        progress(replication + 1, settings.replications);
    }
    comparing.finish(rows)
}

/// Two packs that can be compared.
#[derive(Debug)]
pub(crate) struct Comparing<'c> {
    scenario: &'c Scenario,
    packs: (&'c RulePack, &'c RulePack),
    model: TruthModelId,
    settings: &'c CompareSettings,
}

/// What one replication counts, and the first of its children who flip.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ComparedRow {
    counts: Counts,
    examples: Vec<FlippedCase>,
}

impl<'c> Comparing<'c> {
    /// # Errors
    /// Packs that cannot be compared, or nothing to run.
    pub(crate) fn new(
        scenario: &'c Scenario,
        a: &'c RulePack,
        b: &'c RulePack,
        settings: &'c CompareSettings,
    ) -> Result<Self, CompareError> {
        let names = || (a.manifest.id.clone(), b.manifest.id.clone());
        if !a.dictionary.iter().map(|(_, fact)| fact).eq(b.dictionary.iter().map(|(_, fact)| fact)) {
            let (a, b) = names();
            return Err(CompareError::DifferentFacts { a, b });
        }
        let routes = |pack: &'c RulePack| pack.manifest.routes.iter().map(|route| &route.id);
        if !routes(a).eq(routes(b)) {
            let (a, b) = names();
            return Err(CompareError::DifferentRoutes { a, b });
        }
        let Some(model) = scenario.truth_models.first().map(|model| model.id.clone()) else {
            return Err(CompareError::Nothing);
        };
        if settings.replications == 0 {
            return Err(CompareError::Nothing);
        }
        Ok(Self { scenario, packs: (a, b), model, settings })
    }

    /// One replication: the same cases decided under both packs, and counted in the order of receipt.
    pub(crate) fn replicate(&self, replication: u32) -> Result<ComparedRow, CompareError> {
        let (a, b) = self.packs;
        let settings = self.settings;
        let cases = generate(self.scenario, &a.dictionary, &self.model, settings.seed, replication)?;
        let (engine_a, engine_b) = (a.engine(settings.engine), b.engine(settings.engine));
        let decided: Vec<(Decided, Decided)> =
            parallel::map(&cases, |case| (decide(a, &*engine_a, case), decide(b, &*engine_b, case)));
        let (mut counts, mut examples) = (Counts::default(), Vec::new());
        for (case, (under_a, under_b)) in cases.iter().zip(&decided) {
            tally::count(&mut counts, self.scenario, (a, b), case, (under_a, under_b));
            if examples.len() < settings.examples {
                examples.extend(tally::example((a, b), case, (under_a, under_b), replication));
            }
        }
        tally::branch(&mut counts, self.scenario);
        Ok(ComparedRow { counts, examples })
    }

    /// What all replications come to, in their order.
    pub(crate) fn finish(&self, rows: Vec<ComparedRow>) -> Result<Comparison, CompareError> {
        let (mut table, mut examples) = (Table::default(), Vec::new());
        for row in rows {
            table.0.push(row.counts);
            let room = self.settings.examples.saturating_sub(examples.len());
            examples.extend(row.examples.into_iter().take(room));
        }
        let (a, b) = self.packs;
        Ok(write_up::comparison(self.scenario, a, b, &self.model, self.settings, &table, examples)?)
    }
}
