//! What must come out whatever the machine: closed forms of queueing theory, the front-door reference model, traces,
//! working days, and the random generator's known answers.

mod closed_forms;
mod front_door;
mod known_answers;

use mash_sim::queueing::{Network, QueueError, Time, Visits, run};
use mash_stats::{Confidence, StatsError, estimate_at};
use schemars::JsonSchema;
use serde::Serialize;

use crate::parallel;

/// One thing that was verified.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Verified {
    /// What was run.
    pub case: String,
    /// What was measured of it, with its unit.
    pub measure: String,
    /// What must come out.
    pub expected: f64,
    /// What came out.
    pub found: f64,
    /// Half the width of its 99% interval; none where the answer is not a matter of chance.
    pub half_width: Option<f64>,
    /// Replications run.
    pub replications: u32,
    /// Does it hold?
    pub passed: bool,
    /// Where what must come out is from.
    pub source: String,
}

/// What keeps a case from being verified at all.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The model cannot be run.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// A measure is not a number.
    #[error(transparent)]
    Stats(#[from] StatsError),
}

/// Verifies everything; `told` hears of each case as it is begun.
///
/// # Errors
/// [`VerifyError`].
pub fn verify(seed: u64, mut told: impl FnMut(&str)) -> Result<Vec<Verified>, VerifyError> {
    let mut found = known_answers::all();
    for case in closed_forms::all() {
        told(case.name);
        found.extend(case.verify(seed)?);
    }
    told("front-door reference model");
    found.extend(front_door::all(seed)?);
    Ok(found)
}

/// Replications run between two looks at the precision.
const BLOCK: u32 = 16;
/// Most replications of a case.
const MOST: u32 = 4_000;

/// A model whose answer is known.
struct Case {
    name: &'static str,
    network: Network,
    /// Contacts that arrive from here on count, until the arrivals end.
    from: Time,
    measures: Vec<Measure>,
    source: &'static str,
}

struct Measure {
    name: &'static str,
    exact: f64,
    /// Wanted half-width of the 99% interval, as a share of the exact value.
    within: f64,
    of: fn(&Visits) -> f64,
}

impl Measure {
    fn new(name: &'static str, exact: f64, of: fn(&Visits) -> f64) -> Self {
        Self { name, exact, within: 0.01, of }
    }

    fn within(self, within: f64) -> Self {
        Self { within, ..self }
    }
}

/// One replication's visits.
fn replicate(
    network: &Network,
    [from, to]: [Time; 2],
    seed: u64,
    replication: u32,
) -> Result<Visits, QueueError> {
    let mut visits = Visits { all: Vec::new(), from, to };
    run(network, seed, replication, |visit| visits.all.push(visit))?;
    Ok(visits)
}

/// Values of measures over some replications: a list for each measure.
fn measured(
    network: &Network,
    window: [Time; 2],
    seed: u64,
    replications: std::ops::Range<u32>,
    measures: &[fn(&Visits) -> f64],
) -> Result<Vec<Vec<f64>>, QueueError> {
    let numbers: Vec<u32> = replications.collect();
    let rows = parallel::map(&numbers, |replication| -> Result<Vec<f64>, QueueError> {
        let visits = replicate(network, window, seed, *replication)?;
        Ok(measures.iter().map(|measure| measure(&visits)).collect())
    });
    let mut columns = vec![Vec::with_capacity(numbers.len()); measures.len()];
    for row in rows {
        for (column, value) in columns.iter_mut().zip(row?) {
            column.push(value);
        }
    }
    Ok(columns)
}

impl Case {
    /// Runs until every interval is as narrow as wanted, and lays the means beside the exact values.
    fn verify(&self, seed: u64) -> Result<Vec<Verified>, VerifyError> {
        let measures: Vec<fn(&Visits) -> f64> = self.measures.iter().map(|measure| measure.of).collect();
        let window = [self.from, self.network.until];
        let mut columns = vec![Vec::new(); measures.len()];
        let mut replications = 0;
        loop {
            let block = measured(&self.network, window, seed, replications..replications + BLOCK, &measures)?;
            replications += BLOCK;
            columns.iter_mut().zip(block).for_each(|(column, more)| column.extend(more));
            let estimates = columns.iter().map(|column| estimate_at(column, Confidence::P99));
            let estimates = estimates.collect::<Result<Vec<_>, _>>()?;
            let half = |estimate: &mash_stats::Estimate| (estimate.high - estimate.low) / 2.0;
            let all = || self.measures.iter().zip(&estimates);
            let precise =
                all().all(|(measure, estimate)| half(estimate) <= measure.within * measure.exact.abs());
            if precise || replications >= MOST {
                let line = |(measure, estimate): (&Measure, &mash_stats::Estimate)| Verified {
                    case: self.name.to_owned(),
                    measure: measure.name.to_owned(),
                    expected: measure.exact,
                    found: estimate.mean,
                    half_width: Some(half(estimate)),
                    replications,
                    passed: precise && (estimate.mean - measure.exact).abs() <= 1.5 * half(estimate),
                    source: self.source.to_owned(),
                };
                return Ok(all().map(line).collect());
            }
        }
    }
}
