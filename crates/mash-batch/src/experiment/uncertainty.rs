//! What doubt about the inputs does to a difference, kept apart from the chance between simulated years.
//!
//! Two levels: points over the ranges that the scenario states for synthesised figures, and a few replications of every
//! alternative at each point. The spread between points, less what chance adds to it, is the doubt about inputs; the
//! spread within points is chance. Source of the split: one-way analysis of variance with random effects, as in
//! A. M. Law, Simulation Modeling and Analysis, 5th edition (2015), and R. R. Barton, B. L. Nelson, W. Xie, Quantifying
//! input uncertainty via simulation confidence intervals, INFORMS Journal on Computing 26 (2014).

use mash_sim::{
    Scenario,
    queueing::measures::quantile,
    scenario::{RangeFile, ranges::latin_hypercube},
};
use mash_stats::{Running, measures::Measure};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Experiment, ExperimentError, Ran, Setup, Stopping, headline::HEADLINE};
use crate::figures::differences;

/// What doubt about inputs does to one difference.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UncertaintyRow {
    /// The measure.
    pub measure: String,
    /// The alternative.
    pub alternative: String,
    /// Mean difference over all points and replications.
    pub mean: f64,
    /// Standard deviation between points that doubt about inputs brings, chance taken off; never below zero.
    pub inputs: f64,
    /// Standard deviation that chance leaves in the mean of one point.
    pub chance: f64,
    /// One point in twenty has a mean below this.
    pub p5: f64,
    /// One point in twenty has a mean above this.
    pub p95: f64,
    /// Points at which the difference goes the other way than the mean, per cent.
    pub other_way_pct: f64,
}

/// How such a run was made, and what it found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Uncertainty {
    /// Points over the ranges.
    pub points: u32,
    /// Replications of every alternative at each.
    pub replications: u32,
    /// The ranges.
    pub ranges: Vec<RangeFile>,
    /// By headline measure and alternative.
    pub rows: Vec<UncertaintyRow>,
}

/// A measure and an alternative, with the differences of each point.
type Found = ((String, String), Vec<Vec<f64>>);

/// Points over the baseline's ranges, each with a value a range.
pub(super) fn design(setups: &[Setup<'_>], points: u32, seed: u64) -> Result<Vec<Vec<f64>>, ExperimentError> {
    let Some(baseline) = setups.first() else { return Err(ExperimentError::Nothing) };
    latin_hypercube(&baseline.scenario.as_written().ranges, points, seed)
        .map_err(|error| ExperimentError::Sink(error.to_string()))
}

/// The experiment at one point, given to `work`.
pub(super) fn at_point<R>(
    values: &[f64],
    setups: &[Setup<'_>],
    seed: u64,
    replications: u32,
    work: impl FnOnce(&Experiment<'_>) -> Result<R, ExperimentError>,
) -> Result<R, ExperimentError> {
    let Some(baseline) = setups.first() else { return Err(ExperimentError::Nothing) };
    let ranges = &baseline.scenario.as_written().ranges;
    let scenarios: Vec<Scenario> = setups
        .iter()
        .map(|setup| setup.scenario.at_point(ranges, values))
        .collect::<Result<_, _>>()
        .map_err(ExperimentError::Range)?;
    let varied: Vec<Setup<'_>> = setups
        .iter()
        .zip(&scenarios)
        .filter_map(|(setup, scenario)| {
            let first = scenario.truth_models.first().map(|model| model.id.clone());
            Some(setup.with(scenario, setup.truth_model.clone().or(first)?))
        })
        .collect();
    work(&Experiment::new(&varied, seed, Stopping { most: replications, wanted: Vec::new() })?)
}

/// Differences of all points, as they are found.
#[derive(Debug, Default)]
pub(super) struct Points(Vec<Found>);

impl Points {
    /// Adds the differences of a point.
    pub(super) fn add(&mut self, setups: &[Setup<'_>], measures: &[Measure], ran: &Ran) {
        for id in HEADLINE.iter().flat_map(|(_, ids)| ids.iter()) {
            let Some(at) = measures.iter().position(|measure| measure.id == *id) else { continue };
            let column = |which: usize| ran.figures.get(which).map_or(&[][..], |it| it.of(at));
            for (which, setup) in setups.iter().enumerate().skip(1) {
                let differences = differences(column(0), column(which));
                let key = ((*id).to_owned(), setup.id.clone());
                match self.0.iter_mut().find(|(known, _)| *known == key) {
                    Some((_, points)) => points.push(differences),
                    None => self.0.push((key, vec![differences])),
                }
            }
        }
    }

    /// What they come to.
    pub(super) fn finish(self, setups: &[Setup<'_>], points: u32, replications: u32) -> Uncertainty {
        let ranges = setups.first().map(|it| it.scenario.as_written().ranges.clone()).unwrap_or_default();
        let all = self.0.into_iter();
        let rows = all.filter_map(|((measure, alternative), points)| row(measure, alternative, &points));
        Uncertainty { points, replications, ranges, rows: rows.collect() }
    }
}

/// Splits the spread of a difference; none where no point has a figure.
fn row(measure: String, alternative: String, points: &[Vec<f64>]) -> Option<UncertaintyRow> {
    let mut between = Running::default();
    let (mut within, mut means) = (0.0, Vec::new());
    let mut counted = 0.0;
    for values in points.iter().filter(|values| !values.is_empty()) {
        let mut of_point = Running::default();
        values.iter().try_for_each(|value| of_point.push(*value)).ok()?;
        let mean = of_point.estimate().ok()?.mean;
        between.push(mean).ok()?;
        means.push(mean);
        within += of_point.variance() / f64::from(of_point.n());
        counted += 1.0;
    }
    let mean = between.estimate().ok()?.mean;
    let chance = within / counted;
    let other = means.iter().filter(|value| **value * mean < 0.0).count();
    Some(UncertaintyRow {
        measure,
        alternative,
        mean,
        inputs: libm::sqrt((between.variance() - chance).max(0.0)),
        chance: libm::sqrt(chance),
        p5: quantile(&means, 0.05),
        p95: quantile(&means, 0.95),
        other_way_pct: 100.0 * f64::from(u32::try_from(other).unwrap_or(0)) / counted,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spread_between_points_is_told_from_spread_within() {
        // Points at 0 and 10 with replications one apart: doubt about inputs, hardly any chance.
        let apart: Vec<Vec<f64>> = [0.0, 10.0, 0.0, 10.0].iter().map(|it| vec![it - 0.5, it + 0.5]).collect();
        let it = row("m".into(), "a".into(), &apart).unwrap();
        assert!((it.inputs - (100.0_f64 / 3.0 - 0.25).sqrt()).abs() < 1e-9, "{it:?}");
        assert!((it.chance - 0.5).abs() < 1e-12);
        // The same mean everywhere, replications far apart: chance alone.
        let alike: Vec<Vec<f64>> = (0..6).map(|_| vec![-4.0, 4.0]).collect();
        let it = row("m".into(), "a".into(), &alike).unwrap();
        assert!(it.inputs.abs() < 1e-12 && it.mean.abs() < 1e-12);
        assert!(it.chance > 3.9);
    }
}
