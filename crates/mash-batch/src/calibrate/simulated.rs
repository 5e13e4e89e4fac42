//! What points give: every one of them over the same replications.

use std::ops::Range;

use mash_rules::{EngineKind, RulePack};
use mash_sim::{Scenario, TruthModelId};
use serde_json::Value;

use super::{
    CalibrateError, Target,
    parameter::Parameter,
    point::{Point, change, scenario_at},
};
use crate::{front_door_model::FrontDoorModel, model::Model, parallel};

/// What is run.
#[derive(Debug)]
pub(super) struct Simulations<'p> {
    pub(super) base: &'p Value,
    pub(super) parameters: Vec<&'static Parameter>,
    pub(super) pack: &'p RulePack,
    pub(super) truth_model: Option<&'p TruthModelId>,
    pub(super) seed: u64,
}

/// Figures of one point: by target, one a replication; none where there was nothing to measure.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Figures(pub(super) Vec<Vec<Option<f64>>>);

impl Figures {
    /// Figures of one target that are there.
    pub(super) fn of(&self, target: usize) -> Vec<f64> {
        self.0.get(target).into_iter().flatten().copied().flatten().collect()
    }

    /// Mean by target; 0 where no replication had a figure.
    pub(super) fn means(&self) -> Vec<f64> {
        (0..self.0.len()).map(|target| mean(&self.of(target))).collect()
    }

    /// Standard deviation between replications by target.
    pub(super) fn deviations(&self) -> Vec<f64> {
        (0..self.0.len()).map(|target| deviation(&self.of(target))).collect()
    }

    /// Mean difference of another point from this one, replication by replication, and its standard deviation, by target.
    #[expect(clippy::cast_precision_loss, reason = "a few replications")]
    pub(super) fn differences(&self, other: &Figures) -> Vec<(f64, f64)> {
        let of = |(a, b): (&Vec<Option<f64>>, &Vec<Option<f64>>)| {
            let both: Vec<f64> = a.iter().zip(b).filter_map(|(a, b)| Some((*b)? - (*a)?)).collect();
            (mean(&both), deviation(&both) / libm::sqrt(both.len().max(1) as f64))
        };
        self.0.iter().zip(&other.0).map(of).collect()
    }
}

#[expect(clippy::cast_precision_loss, reason = "a few replications")]
fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

#[expect(clippy::cast_precision_loss, reason = "a few replications")]
fn deviation(values: &[f64]) -> f64 {
    let middle = mean(values);
    let squares: f64 = values.iter().map(|value| (value - middle) * (value - middle)).sum();
    libm::sqrt(squares / values.len().saturating_sub(1).max(1) as f64)
}

impl Simulations<'_> {
    /// The scenario at a point.
    pub(super) fn scenario(&self, point: &Point) -> Result<Scenario, CalibrateError> {
        let change = change(self.base, &self.parameters, point, &|_| "being fitted".to_owned());
        scenario_at(self.base, &change)
    }

    /// Figures of every point over these replications; the work of all is spread over all threads.
    pub(super) fn run(
        &self,
        points: &[Point],
        targets: &[Target],
        replications: Range<u32>,
    ) -> Result<Vec<Figures>, CalibrateError> {
        let scenarios =
            points.iter().map(|point| self.scenario(point)).collect::<Result<Vec<Scenario>, _>>()?;
        let models = scenarios
            .iter()
            .map(|scenario| {
                FrontDoorModel::new(scenario, self.pack, EngineKind::Compiled, self.truth_model)
                    .map_err(CalibrateError::FrontDoor)
            })
            .collect::<Result<Vec<_>, _>>()?;
        let work: Vec<(&FrontDoorModel<'_>, u32)> =
            models.iter().flat_map(|model| replications.clone().map(move |number| (model, number))).collect();
        let mut rows =
            parallel::map(&work, |(model, number)| row(model, targets, self.seed, *number)).into_iter();
        let mut all = Vec::with_capacity(points.len());
        for _ in points {
            let mut figures = vec![Vec::new(); targets.len()];
            for row in rows.by_ref().take(replications.len()) {
                figures.iter_mut().zip(row?).for_each(|(values, value)| values.push(value));
            }
            all.push(Figures(figures));
        }
        Ok(all)
    }
}

/// The figures of one replication in the order of targets.
fn row(
    model: &FrontDoorModel<'_>,
    targets: &[Target],
    seed: u64,
    number: u32,
) -> Result<Vec<Option<f64>>, CalibrateError> {
    let figures = model.replicate(seed, number)?;
    let of = |target: &Target| {
        let at = model.measures().iter().position(|measure| measure.id == target.simulated);
        at.and_then(|at| figures.get(at).copied().flatten())
    };
    Ok(targets.iter().map(of).collect())
}
