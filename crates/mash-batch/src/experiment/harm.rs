//! Missed harm and over-intervention under every truth model, with and without an effect of unmet need on re-contact.
//!
//! Only differences are given: what truly is the matter with simulated children is assumed, and a conclusion whose sign
//! depends on the assumption is not known.

use std::sync::atomic::AtomicBool;

use mash_sim::Scenario;

use super::{Experiment, ExperimentError, KeepNothing, Setup, Stopping, results::HarmRow};
use crate::{figures::difference, model::Model};

/// Places of the scenario that make unmet need count, and the values at which it does not.
const NO_EFFECT: [(&str, f64); 2] =
    [("front_door.recontact.unmet", 1.0), ("front_door.recontact.worsens_a_year", 0.0)];

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
    let models = &baseline.scenario.truth_models;
    let of = u32::try_from(2 * models.len()).unwrap_or(u32::MAX);
    let mut rows = Vec::new();
    for unmet_need_counts in [true, false] {
        let scenarios: Vec<Scenario> = setups
            .iter()
            .map(|setup| if unmet_need_counts { setup.scenario.clone() } else { without(setup.scenario) })
            .collect();
        for model in models {
            told(u32::try_from(rows.len()).unwrap_or(u32::MAX), of);
            let setups: Vec<Setup<'_>> = setups
                .iter()
                .zip(&scenarios)
                .map(|(setup, scenario)| setup.with(scenario, model.id.clone()))
                .collect();
            let stopping = Stopping { most: replications, wanted: Vec::new() };
            let experiment = Experiment::new(&setups, seed, stopping)?;
            let ran = experiment.run(0, &mut KeepNothing, &|_, _| {}, stop)?;
            let measures = experiment.alternatives.first().map_or(&[][..], |it| it.model.measures());
            let differences = |id: &str| {
                let at = measures.iter().position(|measure| measure.id == id);
                let mut all = ran.figures.iter().map(|figures| at.map_or(&[][..], |at| figures.of(at)));
                let base = all.next().unwrap_or_default();
                all.map(|values| difference(base, values)).collect()
            };
            rows.push(HarmRow {
                truth_model: model.id.to_string(),
                title: model.title.clone(),
                unmet_need_counts,
                replications: ran.replications,
                missed: differences("missed"),
                over: differences("over_intervention"),
            });
        }
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
