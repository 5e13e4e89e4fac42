//! Doubt about inputs: the range in which a synthesised figure might lie.

use serde::{Deserialize, Serialize};

use super::{Scenario, VaryError};
use crate::random_streams::{DrawOverflowError, Purpose, Stream};

/// One figure and its range; every value in it is held to be as likely.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RangeFile {
    /// Place of the figure, as assumptions name it.
    pub place: String,
    /// Lowest value.
    pub low: f64,
    /// Highest value.
    pub high: f64,
    /// Why this range.
    pub reason: String,
}

/// What is wrong with a list of ranges: place, message, mend.
pub(super) fn mistakes(ranges: &[RangeFile]) -> Vec<(String, String, Option<String>)> {
    let mut mistakes = Vec::new();
    for (at, range) in ranges.iter().enumerate() {
        if !(range.low.is_finite() && range.high.is_finite() && range.low <= range.high) {
            mistakes.push((
                format!("ranges[{at}]"),
                format!("{} to {} is no range", range.low, range.high),
                Some("write the lower value as `low`".to_owned()),
            ));
        }
        if ranges.iter().take(at).any(|other| other.place == range.place) {
            mistakes.push((
                format!("ranges[{at}].place"),
                format!("`{}` has a range already", range.place),
                Some("keep one range a figure".to_owned()),
            ));
        }
    }
    mistakes
}

/// Values of every range at one of several points of a Latin hypercube: each range is cut into as many parts as there are
/// points, and each part is used once.
///
/// # Errors
/// [`DrawOverflowError`] for more than 65,536 points.
pub fn latin_hypercube(
    ranges: &[RangeFile],
    points: u32,
    seed: u64,
) -> Result<Vec<Vec<f64>>, DrawOverflowError> {
    let mut columns = Vec::with_capacity(ranges.len());
    for (entity, range) in (0_u64..).zip(ranges) {
        let mut stream = Stream::new(seed, 0, entity, Purpose::Ranges);
        let mut keyed = Vec::new();
        for point in 0..points {
            keyed.push((stream.bits()?, point));
        }
        keyed.sort_unstable();
        let mut column = Vec::new();
        for (_, part) in keyed {
            let within = stream.uniform()?;
            let share = (f64::from(part) + within) / f64::from(points);
            column.push(range.low + (range.high - range.low) * share);
        }
        columns.push(column);
    }
    let at = |point: usize| columns.iter().filter_map(|column| column.get(point).copied()).collect();
    Ok((0..points as usize).map(at).collect())
}

impl Scenario {
    /// The scenario at one point of its ranges: `values` in the order of `ranges`.
    ///
    /// # Errors
    /// [`VaryError`] where a range names no figure, or its value makes the scenario wrong.
    pub fn at_point(&self, ranges: &[RangeFile], values: &[f64]) -> Result<Scenario, VaryError> {
        ranges.iter().zip(values).try_fold(self.clone(), |scenario, (range, value)| {
            scenario.varied(&range.place, *value, "Drawn from its range")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_every_range_is_used_once() {
        let range = |low, high| RangeFile { place: String::new(), low, high, reason: String::new() };
        let points = latin_hypercube(&[range(0.0, 1.0), range(10.0, 30.0)], 8, 3).unwrap();
        for (at, (low, wide)) in [(0.0, 1.0), (10.0, 20.0)].into_iter().enumerate() {
            let mut parts: Vec<f64> =
                points.iter().map(|point| ((point[at] - low) / wide * 8.0).floor()).collect();
            parts.sort_by(f64::total_cmp);
            assert!(parts.iter().zip(0..8).all(|(part, expect)| (part - f64::from(expect)).abs() < 1e-9));
        }
        assert_eq!(latin_hypercube(&[range(2.0, 2.0)], 3, 1).unwrap(), [[2.0], [2.0], [2.0]]);
    }
}
