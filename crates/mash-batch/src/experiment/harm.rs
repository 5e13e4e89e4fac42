//! Missed harm and over-intervention under every truth model, with and without an effect of unmet need on re-contact.
//!
//! Only differences are given: what truly is the matter with simulated children is assumed, and a conclusion whose sign
//! depends on the assumption is not known.

use std::sync::atomic::AtomicBool;

use mash_sim::{Scenario, TruthModel};
use mash_stats::measures::Measure;

use super::{Experiment, ExperimentError, KeepNothing, Ran, Setup, Stopping, equality, results::HarmRow};
use crate::{figures::difference, model::Model};

/// Places of the scenario that make unmet need count, and the values at which it does not.
const NO_EFFECT: [(&str, f64); 2] =
    [("front_door.recontact.unmet", 1.0), ("front_door.recontact.worsens_a_year", 0.0)];

/// One combination of assumptions: a truth model of the baseline's scenario, and whether unmet need counts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Assumed<'m> {
    pub(super) model: &'m TruthModel,
    pub(super) unmet_need_counts: bool,
}

/// Every combination, in the order of the results.
pub(super) fn combinations<'m>(setups: &[Setup<'m>]) -> Vec<Assumed<'m>> {
    let models = setups.first().map_or(&[][..], |baseline| &baseline.scenario.truth_models);
    let with = |unmet_need_counts| models.iter().map(move |model| Assumed { model, unmet_need_counts });
    with(true).chain(with(false)).collect()
}

/// The experiment under one combination, given to `work`.
pub(super) fn under<R>(
    assumed: Assumed<'_>,
    setups: &[Setup<'_>],
    seed: u64,
    replications: u32,
    work: impl FnOnce(&Experiment<'_>) -> Result<R, ExperimentError>,
) -> Result<R, ExperimentError> {
    let counts = assumed.unmet_need_counts;
    let scenario = |setup: &Setup<'_>| if counts { setup.scenario.clone() } else { without(setup.scenario) };
    let scenarios: Vec<Scenario> = setups.iter().map(scenario).collect();
    let setups: Vec<Setup<'_>> = setups
        .iter()
        .zip(&scenarios)
        .map(|(setup, scenario)| setup.with(scenario, assumed.model.id.clone()))
        .collect();
    work(&Experiment::new(&setups, seed, Stopping { most: replications, wanted: Vec::new() })?)
}

/// What one combination found.
pub(super) fn row(assumed: Assumed<'_>, scenario: &Scenario, measures: &[Measure], ran: &Ran) -> HarmRow {
    let differences = |id: &str| {
        let at = measures.iter().position(|measure| measure.id == id);
        let mut all = ran.figures.iter().map(|figures| at.map_or(&[][..], |at| figures.of(at)));
        let base = all.next().unwrap_or_default();
        all.map(|values| difference(base, values)).collect()
    };
    HarmRow {
        truth_model: assumed.model.id.to_string(),
        title: assumed.model.title.clone(),
        unmet_need_counts: assumed.unmet_need_counts,
        replications: ran.replications,
        missed: differences("missed"),
        over: differences("over_intervention"),
        groups: equality::harm(scenario, ran),
    }
}

/// Differences from the baseline over so many replications of each combination; `told` hears how many of how many
/// combinations are done.
///
/// # Errors
/// [`ExperimentError`].
pub fn harm(
    setups: &[Setup<'_>],
    seed: u64,
    replications: u32,
    told: &dyn Fn(u32, u32),
    stop: &AtomicBool,
) -> Result<Vec<HarmRow>, ExperimentError> {
    let Some(baseline) = setups.first() else { return Err(ExperimentError::Nothing) };
    let all = combinations(setups);
    let of = u32::try_from(all.len()).unwrap_or(u32::MAX);
    let mut rows = Vec::new();
    for (done, assumed) in (0..).zip(all) {
        told(done, of);
        rows.push(under(assumed, setups, seed, replications, |experiment| {
            let ran = experiment.run(0, &mut KeepNothing, &|_, _| {}, stop)?;
            let measures = experiment.alternatives.first().map_or(&[][..], |it| it.model.measures());
            Ok(row(assumed, baseline.scenario, measures, &ran))
        })?);
    }
    told(of, of);
    Ok(rows)
}

/// The scenario in which a household comes again as soon, whether its needs were met or not. One that says nothing of
/// it already is that.
fn without(scenario: &Scenario) -> Scenario {
    NO_EFFECT.iter().fold(scenario.clone(), |scenario, (place, value)| {
        scenario.varied(place, *value, "Unmet need does not count").unwrap_or(scenario)
    })
}
