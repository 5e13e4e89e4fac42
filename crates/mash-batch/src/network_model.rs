//! A network of stations from a file as a model that batches replicate.
//!
//! A queue that still grows when the run ends has no mean: a few replications are run beforehand, and the number waiting
//! in the last third of the run is laid beside the middle third. Where it grows, what depends on it is withheld.

use mash_sim::{
    NetworkScenario,
    network_file::NamedMeasure,
    queueing::{Measure as Wanted, QueueError, Statistic, measure},
};
use mash_stats::{Confidence, StatsError, estimate, estimate_at, measures::Measure};

use crate::{
    model::{Model, ModelError},
    parallel,
};

/// Replications run to see whether queues settle.
const PILOT: u32 = 20;
/// Growth from the middle third to the last below which a queue counts as settled, as a share of the middle third.
const GROWTH: f64 = 0.2;

/// Why a network makes no model.
#[derive(Debug, thiserror::Error)]
pub enum NetworkModelError {
    /// It cannot be run.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// A pilot gives no estimate.
    #[error(transparent)]
    Stats(#[from] StatsError),
    /// A queue still grows when the run ends, and the file does not allow that.
    #[error("{0}; run longer with a longer warm-up, add servers, or say `\"allow_unstable\": true`")]
    DoesNotSettle(Growing),
}

/// A station whose queue still grows when the run ends.
#[derive(Debug, Clone, PartialEq)]
pub struct Growing {
    /// Its name.
    pub station: String,
    /// Mean number waiting in the middle third of the run.
    pub middle: f64,
    /// The same in the last third.
    pub last: f64,
}

impl std::fmt::Display for Growing {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Growing { station, middle, last } = self;
        write!(
            out,
            "the queue at `{station}` does not settle: {middle:.1} wait in the middle third of the run, \
             {last:.1} in the last"
        )
    }
}

/// A checked network, ready to replicate.
#[derive(Debug)]
pub struct NetworkModel {
    scenario: NetworkScenario,
    wanted: Vec<Wanted>,
    measures: Vec<Measure>,
    /// Of each measure: is it withheld?
    withheld: Vec<bool>,
    growing: Vec<Growing>,
}

impl NetworkModel {
    /// Runs a few replications to see whether every queue settles.
    ///
    /// A recorded run is what it is, and is not asked. Where the file allows a network that is unstable, what depends on
    /// a queue that grows is withheld: the waits and numbers of its station, and times until done there and in every
    /// later step.
    ///
    /// # Errors
    /// [`NetworkModelError`].
    pub fn new(scenario: NetworkScenario) -> Result<Self, NetworkModelError> {
        let growing = if scenario.is_recorded() { Vec::new() } else { growing(&scenario)? };
        if let (Some((_, first)), false) = (growing.first(), scenario.as_written().network.allow_unstable) {
            return Err(NetworkModelError::DoesNotSettle(first.clone()));
        }
        let stations: Vec<usize> = growing.iter().map(|(station, _)| *station).collect();
        let withheld = scenario.measures.iter().map(|named| is_withheld(&scenario, named, &stations));
        Ok(Self {
            wanted: scenario.measures.iter().map(|named| named.measure).collect(),
            measures: scenario.measures.iter().map(|named| described(&scenario, named)).collect(),
            withheld: withheld.collect(),
            growing: growing.into_iter().map(|(_, growing)| growing).collect(),
            scenario,
        })
    }

    /// The network.
    #[must_use]
    pub fn scenario(&self) -> &NetworkScenario {
        &self.scenario
    }

    /// Stations whose queues grow, so that what depends on them is withheld.
    #[must_use]
    pub fn growing(&self) -> &[Growing] {
        &self.growing
    }
}

impl Model for NetworkModel {
    fn id(&self) -> &str {
        &self.scenario.id
    }

    fn measures(&self) -> &[Measure] {
        &self.measures
    }

    fn replicate(&self, seed: u64, replication: u32) -> Result<Vec<Option<f64>>, ModelError> {
        let row = measure(&self.scenario.network, self.scenario.window, &self.wanted, seed, replication);
        let row = row.map_err(|error| ModelError { replication, reason: error.to_string() })?;
        let kept = row.into_iter().zip(&self.withheld);
        Ok(kept.map(|(value, withheld)| value.filter(|_| !withheld)).collect())
    }
}

/// Stations whose queues grow from the middle third of the run to the last, by more than chance and by a fifth.
fn growing(scenario: &NetworkScenario) -> Result<Vec<(usize, Growing)>, NetworkModelError> {
    let thirds =
        |station| [1, 2].map(|third| Wanted { station, class: None, of: Statistic::WaitingInThird(third) });
    let waits: Vec<usize> = (0..scenario.network.stations.len())
        .filter(|station| scenario.network.stations.get(*station).is_some_and(|at| !at.is_ample()))
        .collect();
    if waits.is_empty() {
        return Ok(Vec::new());
    }
    let wanted: Vec<Wanted> = waits.iter().flat_map(|station| thirds(*station)).collect();
    let numbers: Vec<u32> = (0..PILOT).collect();
    let rows = parallel::map(&numbers, |replication| {
        measure(&scenario.network, scenario.window, &wanted, scenario.seed, *replication)
    });
    let rows = rows.into_iter().collect::<Result<Vec<_>, _>>()?;
    let mut found = Vec::new();
    for (place, station) in waits.iter().enumerate() {
        let third = |which: usize| -> Vec<f64> {
            rows.iter().map(|row| row.get(2 * place + which).copied().flatten().unwrap_or(0.0)).collect()
        };
        let (middles, lasts) = (third(0), third(1));
        let more: Vec<f64> = middles.iter().zip(&lasts).map(|(middle, last)| last - middle).collect();
        let (middle, last) = (estimate(&middles)?.mean, estimate(&lasts)?.mean);
        if estimate_at(&more, Confidence::P99)?.low > 0.0 && last - middle > GROWTH * middle {
            let name = scenario.stations.get(*station).cloned().unwrap_or_default();
            found.push((*station, Growing { station: name, middle, last }));
        }
    }
    Ok(found)
}

/// Does a measure depend on a queue that grows?
fn is_withheld(scenario: &NetworkScenario, named: &NamedMeasure, growing: &[usize]) -> bool {
    let station = named.measure.station;
    match named.measure.of {
        Statistic::Utilisation | Statistic::TurnedAway => false,
        Statistic::UntilDoneMean
        | Statistic::UntilDoneQuantile(_)
        | Statistic::UntilDoneWithin(_)
        | Statistic::UntilDoneOf(_) => {
            let steps = &scenario.network.steps;
            let last = steps.iter().rposition(|step| step.0.contains(&station)).unwrap_or(0);
            growing.contains(&station)
                || steps.iter().take(last).any(|step| step.0.iter().any(|at| growing.contains(at)))
        }
        Statistic::WaitMean
        | Statistic::WaitQuantile(_)
        | Statistic::WaitOver(_)
        | Statistic::WaitingMean
        | Statistic::WaitingInThird(_)
        | Statistic::PresentMean
        | Statistic::PresentSd
        | Statistic::PresentQuantile(_) => growing.contains(&station),
    }
}

/// A measure in the words that results use.
fn described(scenario: &NetworkScenario, named: &NamedMeasure) -> Measure {
    let what = match named.measure.of {
        Statistic::WaitMean | Statistic::WaitQuantile(_) | Statistic::WaitOver(_) => {
            "Start: coming to the station. Stop: work begins there. Contacts turned away do not count."
        }
        Statistic::UntilDoneMean
        | Statistic::UntilDoneQuantile(_)
        | Statistic::UntilDoneWithin(_)
        | Statistic::UntilDoneOf(_) => {
            "Start: arrival at the first step. Stop: the station is done. Contacts turned away do not count."
        }
        Statistic::WaitingMean | Statistic::WaitingInThird(_) => "Contacts that wait, over time.",
        Statistic::PresentMean | Statistic::PresentSd | Statistic::PresentQuantile(_) => {
            "Contacts that wait or are being worked on, over time."
        }
        Statistic::Utilisation => {
            "Time at work of all servers over their time within opening hours; work past closing counts as work."
        }
        Statistic::TurnedAway => "Contacts that found no server free and went away, of all that came.",
    };
    let window = scenario.window;
    let counted = match named.measure.of {
        Statistic::UntilDoneOf(_) => String::new(),
        _ => format!(" Counted from hour {} until hour {}.", window.from.hours(), window.to.hours()),
    };
    Measure {
        id: named.id.clone(),
        title: named.title.clone(),
        unit: named.unit.to_owned(),
        definition: format!("{what}{counted}"),
        authority: None,
        source: None,
    }
}

#[cfg(test)]
mod tests;
