//! Next year's figure of each authority from its earlier years, and how far such predictions are off where it is known.
//!
//! In: one measure of many authorities over years. Out: a [`Predictor`], made of the changes from year to year of all of
//! them, and a [`HoldOut`]: its predictions of a year that it has not seen, beside last year's figure once more.
//!
//! The prediction starts at the last figure and goes part of the way to the authority's own earlier mean and part of the
//! way to the median of all; the two parts are found by least squares over all known changes, and both are 0 in last
//! year once more. The interval is made of the quantiles of what such predictions missed in the years that are known,
//! scaled by size: chance within a year shrinks with the count behind a figure, change between years does not.
//!
//! Source: R. J. Hyndman and G. Athanasopoulos, Forecasting: Principles and Practice, 3rd edition (2021), 5.2 (last
//! value as the method to beat), 5.5 (intervals from residuals) and 5.10 (years held out).

mod predictor;

use serde::{Deserialize, Serialize};

use crate::{Estimate, estimate};

pub use predictor::{Predicted, Predictor};

/// One measure of one authority.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// The authority.
    pub name: String,
    /// Its years, rising.
    pub years: Vec<Known>,
}

/// A figure of one year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Known {
    /// The year.
    pub year: u16,
    /// The figure, in its unit.
    pub value: f64,
    /// Roughly how many children or cases are behind it, above 0.
    pub size: f64,
}

/// The scale on which changes are alike, however large the figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// Logarithms: rates and means, above 0.
    Log,
    /// Logits of per cent, half a point away from both ends: shares.
    Logit,
}

impl Scale {
    pub(crate) fn to(self, value: f64) -> Option<f64> {
        match self {
            Scale::Log => (value > 0.0).then(|| libm::log(value)),
            Scale::Logit => (0.0..=100.0)
                .contains(&value)
                .then(|| libm::log((value + HALF_POINT) / (100.0 - value + HALF_POINT))),
        }
    }

    pub(crate) fn back(self, scaled: f64) -> f64 {
        match self {
            Scale::Log => libm::exp(scaled),
            Scale::Logit => {
                let share = 1.0 / (1.0 + libm::exp(-scaled));
                ((100.0 + 2.0 * HALF_POINT) * share - HALF_POINT).clamp(0.0, 100.0)
            }
        }
    }
}

/// Keeps 0% and 100% at a finite distance; chosen.
const HALF_POINT: f64 = 0.5;

/// How predictions of a year that was held out did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct HoldOut {
    /// Authorities predicted: those with the year before, one earlier and the year itself.
    pub authorities: u32,
    /// Mean absolute error of the predictions, in the measure's unit.
    pub error: f64,
    /// The same of last year's figure once more.
    pub naive_error: f64,
    /// Naive error less error, authority by authority, with its 95% interval: above 0 where predictions are better.
    pub gain: Estimate,
    /// Share of authorities whose figure lies in the 95% prediction interval, per cent.
    pub coverage_pct: f64,
    /// The same of last year's figure once more, with an interval made in the same way.
    pub naive_coverage_pct: f64,
    /// Median width of the interval, in the measure's unit.
    pub width: f64,
    /// Part of the way to the authority's own earlier mean.
    pub to_own_mean: f64,
    /// Part of the way to the median of all authorities.
    pub to_median: f64,
    /// Changes from year to year that the parts and the interval were found from.
    pub changes: u32,
}

/// Predicts `year` from the years before it, for every authority that has it, and says how that went.
///
/// `None` where fewer than ten changes are known before `year`, or fewer than two authorities can be predicted.
#[must_use]
pub fn hold_out(series: &[Series], scale: Scale, year: u16) -> Option<HoldOut> {
    let predictor = Predictor::of(series, scale, year)?;
    let naive = predictor.naive();
    let (mut errors, mut naive_errors, mut gains, mut widths) = (vec![], vec![], vec![], vec![]);
    let (mut inside, mut naive_inside) = (0_u32, 0_u32);
    for own in series {
        let Some(truth) = own.years.iter().find(|known| known.year == year) else { continue };
        let found = predictor.predict(own, year).zip(naive.predict(own, year));
        let Some((predicted, last)) = found.filter(|_| scale.to(truth.value).is_some()) else { continue };
        let (error, naive_error) = ((predicted.value - truth.value).abs(), (last.value - truth.value).abs());
        errors.push(error);
        naive_errors.push(naive_error);
        gains.push(naive_error - error);
        widths.push(predicted.high - predicted.low);
        inside += u32::from(predicted.holds(truth.value));
        naive_inside += u32::from(last.holds(truth.value));
    }
    let gain = estimate(&gains).ok().filter(|gain| gain.n >= 2)?;
    widths.sort_by(f64::total_cmp);
    let percent = |count: u32| 100.0 * f64::from(count) / f64::from(gain.n);
    Some(HoldOut {
        authorities: gain.n,
        error: estimate(&errors).ok()?.mean,
        naive_error: estimate(&naive_errors).ok()?.mean,
        gain,
        coverage_pct: percent(inside),
        naive_coverage_pct: percent(naive_inside),
        width: widths.get(widths.len() / 2).copied()?,
        to_own_mean: predictor.to_own_mean,
        to_median: predictor.to_median,
        changes: predictor.changes,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Draws of a small generator with a fixed start, near normal.
    pub(super) struct Noise(u64);

    impl Noise {
        pub(super) fn next(&mut self) -> f64 {
            let mut sum = -6.0;
            for _ in 0..12 {
                self.0 =
                    self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                sum += (self.0 >> 11) as f64 / (1_u64 << 53) as f64;
            }
            sum
        }
    }

    /// Authorities around means of their own, on the logarithmic scale: `stays` of last year's distance is left.
    fn world(authorities: usize, stays: f64) -> Vec<Series> {
        let mut noise = Noise(7);
        (0..authorities)
            .map(|at| {
                let own = 6.0 + 0.3 * noise.next();
                let mut off = 0.0;
                let years = (2018..=2024).map(|year| {
                    off = stays * off + 0.1 * noise.next();
                    Known { year, value: libm::exp(own + off), size: 1_000.0 }
                });
                Series { name: format!("a{at}"), years: years.collect() }
            })
            .collect()
    }

    #[test]
    fn where_figures_return_to_a_mean_predictions_beat_last_year_and_cover() {
        let found = hold_out(&world(400, 0.0), Scale::Log, 2024).unwrap();
        assert_eq!(found.authorities, 400);
        assert!(found.to_own_mean > 0.5, "{found:?}");
        assert!(found.gain.low > 0.0 && found.error < 0.9 * found.naive_error, "{found:?}");
        // Of 400, two standard errors to each side of 95%.
        assert!((92.8..=97.2).contains(&found.coverage_pct), "{found:?}");
    }

    #[test]
    fn where_figures_wander_last_year_is_as_good() {
        let found = hold_out(&world(400, 1.0), Scale::Log, 2024).unwrap();
        assert!(found.to_own_mean.abs() < 0.1 && found.to_median.abs() < 0.1, "{found:?}");
        assert!((92.8..=97.2).contains(&found.coverage_pct), "{found:?}");
        assert!((found.error / found.naive_error - 1.0).abs() < 0.02, "{found:?}");
    }

    #[test]
    fn the_year_held_out_is_not_looked_at() {
        let mut others = world(60, 0.5);
        let before = Predictor::of(&others, Scale::Log, 2024).unwrap();
        for own in &mut others {
            own.years.last_mut().unwrap().value *= 3.0;
        }
        let after = Predictor::of(&others, Scale::Log, 2024).unwrap();
        assert_eq!(before, after);
        assert_eq!(before.predict(&others[0], 2024), after.predict(&others[0], 2024));
    }

    #[test]
    fn few_years_give_nothing() {
        assert_eq!(hold_out(&world(60, 0.5), Scale::Log, 2019), None);
        assert_eq!(hold_out(&[], Scale::Log, 2024), None);
    }

    #[test]
    fn shares_stay_between_0_and_100() {
        for value in [0.0, 3.0, 50.0, 100.0] {
            let there = Scale::Logit.to(value).unwrap();
            assert!((Scale::Logit.back(there) - value).abs() < 1e-9);
        }
        assert_eq!((Scale::Logit.back(-40.0), Scale::Logit.back(40.0)), (0.0, 100.0));
        assert_eq!((Scale::Log.to(0.0), Scale::Logit.to(101.0)), (None, None));
    }
}
