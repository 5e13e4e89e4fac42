//! A front door fitted to published figures: its free figures moved until the measures they are there to meet are met.
//!
//! In: a scenario as JSON, a pack, and [targets](Target). Out: a [`Fit`]: every free figure before and after with its
//! interval, every measure published and simulated, and what these figures cannot tell apart.
//!
//! The method is Gauss-Newton on residuals in standard errors, within bounds. Every point is run over the same
//! replications with the same draws, so that differences between points are mostly not chance; sensitivities are
//! differences over a part of each range, kept up to date between (Broyden). Shares of sources are raked: each times
//! published over simulated, which is all that they move. Nothing here depends on threads: [`parallel`](crate::parallel)
//! gives results in order, and all sums run in one.

mod fit;
mod matrix;
mod parameter;
mod point;
mod simulated;
mod sources;

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicBool, Ordering},
};

use mash_rules::RulePack;
use mash_sim::{TruthModelId, scenario::ScenarioError};
use mash_stats::{
    StatsError,
    fit::{Bounds, Sensitivity, step},
};
use serde_json::Value;

use crate::{front_door_model::FrontDoorModelError, model::ModelError};

pub use fit::{Fit, FittedMeasure, FittedParameter, LeftOut, NotTold};
pub use parameter::{Form, PARAMETERS, Parameter, Spacing, Start, fitted_measures};

use point::{Point, stated};
use simulated::{Figures, Simulations};

/// A figure that the simulation should give.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// The published measure.
    pub measure: String,
    /// What people read.
    pub title: String,
    /// Unit of all figures.
    pub unit: String,
    /// The measure of the simulation that stands for it.
    pub simulated: String,
    /// What it should be.
    pub value: f64,
    /// The source group of which this is the share of referrals; such targets are raked, the others fitted.
    pub source_group: Option<String>,
}

/// What is fitted.
#[derive(Debug, Clone, Copy)]
pub struct Calibration<'c> {
    /// The whole scenario, as it is before.
    pub scenario: &'c Value,
    /// The pack that decides.
    pub pack: &'c RulePack,
    /// The truth model; the scenario's first where none is named.
    pub truth_model: Option<&'c TruthModelId>,
    /// What it should give. A measure that no free figure is there to meet is reported and not fitted.
    pub targets: &'c [Target],
    /// Seed of every draw.
    pub seed: u64,
    /// Replications of each point, 2 or more. As many again, never seen by the fit, are run at the end, twice over.
    pub replications: u32,
}

/// Why there is no fit.
#[derive(Debug, thiserror::Error)]
pub enum CalibrateError {
    /// No target has a free figure.
    #[error("nothing to fit: no figure is given that a free figure of the scenario moves")]
    Nothing,
    /// A point is no scenario.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// The scenario cannot be run.
    #[error(transparent)]
    FrontDoor(#[from] FrontDoorModelError),
    /// A replication failed.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// Figures that cannot be summed.
    #[error(transparent)]
    Stats(#[from] StatsError),
    /// It was stopped.
    #[error("stopped; nothing was written")]
    Stopped,
}

/// Most rounds of the fit. Two or three are usual.
const ROUNDS: u32 = 6;
/// Farthest a parameter moves in one round, as a share of its range.
const FARTHEST: f64 = 0.3;
/// A step below this share of every range ends the fit.
const NEAR: f64 = 0.002;
/// Share of the sum of squares that a round must gain to be worth another.
const WORTH: f64 = 0.02;
/// Part of a published figure that its standard error has at least, since figures are recorded differently from place to
/// place; synthesised.
const RECORDING: f64 = 0.02;
/// Published figures have one digit after the point.
const ROUNDING: f64 = 0.1;

/// Fits a scenario. `told` hears what is being done.
///
/// # Errors
/// [`CalibrateError`].
pub fn calibrate(
    calibration: &Calibration<'_>,
    told: &dyn Fn(&str),
    stop: &AtomicBool,
) -> Result<Fit, CalibrateError> {
    let mut work = Work::new(calibration)?;
    let go_on = || if stop.load(Ordering::Relaxed) { Err(CalibrateError::Stopped) } else { Ok(()) };
    told("first run");
    work.run_here()?;
    work.weigh();
    work.rake()?;
    let mut fresh = true;
    told("sensitivities");
    let mut matrix = work.sensitivity()?;
    for round in 0..ROUNDS {
        go_on()?;
        told(&format!(
            "round {}: off by {:.1} standard errors in the root mean square",
            round + 1,
            work.off()
        ));
        let before = work.squares();
        let change = step(&matrix, &work.residuals(), &work.bounds(FARTHEST), 0.0);
        let small = change.iter().all(|by| by.abs() < NEAR);
        if !small {
            work.go(&change, &mut matrix)?;
        }
        let gained = before - work.squares();
        let raked = work.rake()?;
        if gained < WORTH * before && !raked {
            if fresh {
                break;
            }
            go_on()?;
            told("sensitivities again");
            matrix = work.sensitivity()?;
            fresh = true;
        } else {
            fresh = false;
        }
    }
    if !fresh {
        go_on()?;
        told("sensitivities at the end");
        matrix = work.sensitivity()?;
        let change = step(&matrix, &work.residuals(), &work.bounds(FARTHEST), 0.0);
        work.go(&change, &mut matrix)?;
    }
    go_on()?;
    told("replications that the fit has not seen");
    fit::write_up(&mut work, &matrix)
}

/// A fit under way.
struct Work<'c> {
    calibration: Calibration<'c>,
    simulations: Simulations<'c>,
    targets: Vec<Target>,
    left_out: Vec<LeftOut>,
    /// Values before, by parameter.
    before: Vec<f64>,
    /// Shares of the ranges where it is.
    at: Vec<f64>,
    sources: BTreeMap<String, f64>,
    figures: Figures,
    /// Standard error by target.
    errors: Vec<f64>,
    points: u32,
}

impl<'c> Work<'c> {
    fn new(calibration: &Calibration<'c>) -> Result<Self, CalibrateError> {
        let of = |measure: &str| {
            calibration.targets.iter().find(|target| target.measure == measure).map(|target| target.value)
        };
        let (mut parameters, mut before, mut at, mut left_out) = (vec![], vec![], vec![], vec![]);
        for parameter in &PARAMETERS {
            let leave = |why: String| LeftOut { name: parameter.path.to_owned(), why };
            let Some(value) = stated(calibration.scenario, parameter) else {
                left_out.push(leave("the scenario does not have it".to_owned()));
                continue;
            };
            if parameter.moves.iter().all(|measure| of(measure).is_none()) {
                let measures = parameter.moves.join(", ");
                left_out.push(leave(format!("no figure to meet: {measures}")));
                continue;
            }
            parameters.push(parameter);
            before.push(value);
            let start = parameter.start.and_then(|start| start(&of)).unwrap_or(value);
            at.push(parameter.share(start));
        }
        if parameters.is_empty() {
            return Err(CalibrateError::Nothing);
        }
        let mut work = Self {
            calibration: *calibration,
            simulations: Simulations {
                base: calibration.scenario,
                parameters,
                pack: calibration.pack,
                truth_model: calibration.truth_model,
                seed: calibration.seed,
            },
            targets: calibration.targets.to_vec(),
            left_out,
            before,
            at,
            sources: BTreeMap::new(),
            figures: Figures(Vec::new()),
            errors: Vec::new(),
            points: 0,
        };
        work.sources = work.sources_to_begin_with();
        Ok(work)
    }

    /// The point at these shares of the ranges.
    fn point(&self, at: &[f64]) -> Point {
        let parameters = &self.simulations.parameters;
        let values =
            parameters.iter().zip(at).map(|(parameter, share)| point::rounded(parameter.value(*share)));
        Point { values: values.collect(), sources: self.sources.clone() }
    }

    fn run(&mut self, points: &[Point]) -> Result<Vec<Figures>, CalibrateError> {
        self.points += u32::try_from(points.len()).unwrap_or(u32::MAX);
        self.simulations.run(points, &self.targets, 0..self.calibration.replications)
    }

    fn run_here(&mut self) -> Result<(), CalibrateError> {
        let here = self.point(&self.at.clone());
        if let Some(figures) = self.run(&[here])?.pop() {
            self.figures = figures;
        }
        Ok(())
    }

    /// Standard errors: what one year's figure moves by chance, as replications show, its rounding, and how far recording
    /// differs. They are found anew with every sensitivity matrix, since where a fit begins may be far from any year that
    /// could be.
    fn weigh(&mut self) {
        let deviations = self.figures.deviations();
        self.errors = self
            .targets
            .iter()
            .zip(deviations)
            .map(|(target, deviation)| {
                let recording = (RECORDING * target.value).max(ROUNDING);
                libm::sqrt(deviation * deviation + recording * recording)
            })
            .collect();
    }

    /// Whether a target counts in the fit.
    fn is_fitted(&self, target: &Target) -> bool {
        let moved = |parameter: &&'static Parameter| parameter.moves.contains(&target.measure.as_str());
        target.source_group.is_none() && self.simulations.parameters.iter().any(moved)
    }

    /// Standard errors by which each figure is off; 0 of those that do not count.
    fn residuals(&self) -> Vec<f64> {
        self.residuals_of(&self.figures)
    }

    fn residuals_of(&self, figures: &Figures) -> Vec<f64> {
        let means = figures.means();
        let each = self.targets.iter().zip(means).zip(&self.errors).zip(&figures.0);
        each.map(|(((target, mean), error), found)| {
            let counts = self.is_fitted(target) && found.iter().any(Option::is_some);
            if counts { (target.value - mean) / error } else { 0.0 }
        })
        .collect()
    }

    fn squares(&self) -> f64 {
        self.residuals().iter().map(|residual| residual * residual).sum()
    }

    /// Root mean square of the residuals that count.
    #[expect(clippy::cast_precision_loss, reason = "a dozen targets")]
    fn off(&self) -> f64 {
        let counts = self.targets.iter().filter(|target| self.is_fitted(target)).count();
        libm::sqrt(self.squares() / counts.max(1) as f64)
    }

    fn bounds(&self, farthest: f64) -> Bounds {
        Bounds {
            down: self.at.iter().map(|at| (-at).max(-farthest)).collect(),
            up: self.at.iter().map(|at| (1.0 - at).min(farthest)).collect(),
        }
    }

    /// Goes as far along a step as gains: all of it, half or a quarter. Where none gains it stays.
    fn go(&mut self, change: &[f64], matrix: &mut Sensitivity) -> Result<(), CalibrateError> {
        let here = self.squares();
        for part in [1.0, 0.5, 0.25] {
            let change: Vec<f64> = change.iter().map(|by| part * by).collect();
            let at: Vec<f64> =
                self.at.iter().zip(&change).map(|(at, by)| (at + by).clamp(0.0, 1.0)).collect();
            let point = self.point(&at);
            let Some(figures) = self.run(&[point])?.pop() else { return Ok(()) };
            let residuals = self.residuals_of(&figures);
            let moved: Vec<f64> =
                self.residuals().iter().zip(&residuals).map(|(before, after)| before - after).collect();
            matrix.learn(&change, &moved);
            if residuals.iter().map(|residual| residual * residual).sum::<f64>() < here {
                (self.at, self.figures) = (at, figures);
                return Ok(());
            }
        }
        Ok(())
    }
}
