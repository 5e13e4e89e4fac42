//! The front-door reference model as `scenarios/reference` has it.

use mash_sim::{NetworkScenario, queueing::measure};

/// A file of `scenarios/reference` that records nothing.
///
/// # Panics
/// The file is mistaken.
#[must_use]
pub fn reference(text: &str) -> NetworkScenario {
    NetworkScenario::from_json(text, |_| Err("no file is read".to_owned())).expect("a sound file")
}

/// By day and night.
#[must_use]
pub fn day_and_night() -> NetworkScenario {
    reference(include_str!("../scenarios/reference/front-door-day-and-night.json"))
}

/// In shifts.
#[must_use]
pub fn shifts() -> NetworkScenario {
    reference(include_str!("../scenarios/reference/front-door-shifts.json"))
}

/// One replication: every measure that the file names.
///
/// # Panics
/// The model cannot be run.
#[must_use]
pub fn replicate(scenario: &NetworkScenario, replication: u32) -> Vec<Option<f64>> {
    let measures: Vec<_> = scenario.measures.iter().map(|named| named.measure).collect();
    let row = measure(&scenario.network, scenario.window, &measures, scenario.seed, replication);
    row.expect("a model that runs")
}
