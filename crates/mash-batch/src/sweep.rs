//! Points of a sweep, each replicated with the same draws: a curve or a surface with bands.

use mash_stats::{Estimate, measures::Measure};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    batch::Row,
    figures::{difference, estimated},
    model::{Model, ModelError},
    parallel,
};

/// One point: what was varied, and every measure there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SweptPoint {
    /// The values, in the order of the places.
    pub values: Vec<f64>,
    /// By measure, in the model's order; none where there was nothing to measure.
    pub estimates: Vec<Option<Estimate>>,
    /// By measure: the difference from the first point, over the same draws.
    pub differences: Vec<Option<Estimate>>,
}

/// A sweep and what it found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SweepResults {
    /// Title of the scenario.
    pub scenario: String,
    /// Title of the pack.
    pub pack: String,
    /// What was varied, in the order of each point's values.
    pub places: Vec<String>,
    /// Measures, in the order of each point's estimates.
    pub measures: Vec<Measure>,
    /// Measures that were asked for.
    pub shown: Vec<String>,
    /// The points, in the order asked for.
    pub points: Vec<SweptPoint>,
    /// Where the wanted level is first met.
    pub first_met: Option<FirstMet>,
    /// Seed of every draw.
    pub seed: u64,
    /// Replications of each point.
    pub replications: u32,
    /// That everything is synthetic.
    pub notice: String,
}

impl SweepResults {
    /// Position of a measure.
    #[must_use]
    pub fn measure(&self, id: &str) -> Option<usize> {
        self.measures.iter().position(|measure| measure.id == id)
    }

    /// A point's values with their places, for people.
    #[must_use]
    pub fn named(&self, point: &SweptPoint) -> String {
        let named = self.places.iter().zip(&point.values);
        named.map(|(place, value)| format!("{place} = {value}")).collect::<Vec<_>>().join(", ")
    }
}

/// Every measure of one replication after another.
pub type Rows = Vec<Vec<Option<f64>>>;

/// Runs rows of one point, in the order of their numbers; `first` is the number of the point's first.
///
/// # Errors
/// A replication that cannot be run.
pub fn rows(model: &dyn Model, seed: u64, first: u32, numbers: &[u32]) -> Result<Vec<Row>, ModelError> {
    let figures = parallel::map(numbers, |number| model.replicate(seed, number.saturating_sub(first)));
    let one = |(number, figures): (&u32, Result<_, ModelError>)| {
        Ok(Row { replication: *number, figures: figures? })
    };
    numbers.iter().zip(figures).map(one).collect()
}

/// The estimates of a point, and its differences from the first.
#[must_use]
pub fn swept(values: Vec<f64>, rows: &Rows, first: &Rows) -> SweptPoint {
    let measures = rows.first().map_or(0, Vec::len);
    let column = |rows: &Rows, at: usize| -> Vec<Option<f64>> {
        rows.iter().map(|row| row.get(at).copied().flatten()).collect()
    };
    let (mut estimates, mut differences) = (Vec::new(), Vec::new());
    for at in 0..measures {
        let (here, there) = (column(rows, at), column(first, at));
        estimates.push(estimated(&here));
        differences.push(difference(&there, &here));
    }
    SweptPoint { values, estimates, differences }
}

/// A level that a measure should reach.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Level {
    /// The measure.
    pub measure: String,
    /// True for "at least", false for "at most".
    pub at_least: bool,
    /// The level, in the measure's unit.
    pub level: f64,
}

/// Where a level is first met, in the order of the points.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FirstMet {
    /// The level.
    pub level: Level,
    /// Position of the first point whose mean meets it.
    pub by_mean: Option<usize>,
    /// Position of the first point whose whole interval meets it.
    pub by_interval: Option<usize>,
}

/// Finds where a level is first met; `at` is the position of its measure.
#[must_use]
pub fn first_met(points: &[SweptPoint], level: Level, at: usize) -> FirstMet {
    let meets = |value: f64| if level.at_least { value >= level.level } else { value <= level.level };
    let find = |test: &dyn Fn(&Estimate) -> bool| {
        points.iter().position(|point| point.estimates.get(at).copied().flatten().as_ref().is_some_and(test))
    };
    FirstMet {
        by_mean: find(&|it| meets(it.mean)),
        by_interval: find(&|it| meets(it.low) && meets(it.high)),
        level,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_met_by_the_mean_before_it_is_by_the_interval() {
        let rows = |base: f64| -> Rows { [-1.0, 0.0, 1.0].iter().map(|it| vec![Some(base + it)]).collect() };
        let first = rows(10.0);
        let points: Vec<SweptPoint> =
            [10.0, 20.0, 30.0].into_iter().map(|base| swept(vec![base], &rows(base), &first)).collect();
        let level = |level| Level { measure: "m".to_owned(), at_least: true, level };
        let met = first_met(&points, level(19.5), 0);
        assert_eq!((met.by_mean, met.by_interval), (Some(1), Some(2)));
        assert_eq!(first_met(&points, level(99.0), 0).by_mean, None);
        // Shared draws: no spread in the difference.
        assert!((points[1].differences[0].unwrap().low - 10.0).abs() < 1e-12);
    }
}
