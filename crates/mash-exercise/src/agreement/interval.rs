//! A coefficient with its 95% interval, by resampling vignettes.
//!
//! Vignettes are drawn with replacement, as many as there are, [`RESAMPLES`] times; the interval runs from the 2.5th to the
//! 97.5th percentile of the coefficients. It says how far another set of vignettes like these could lead, for the same
//! people. With few vignettes it is too narrow rather than too wide.
//!
//! Source: B. Efron and R. Tibshirani, An Introduction to the Bootstrap (1993), chapter 13 (percentile interval).

use mash_sim::{Purpose, Stream};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Resamples drawn.
pub const RESAMPLES: u32 = 2_000;

/// Share of resamples in which a coefficient must be defined for an interval to be given.
const LEAST_DEFINED: f64 = 0.9;

/// A coefficient with its interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Coefficient {
    /// Its value.
    pub value: f64,
    /// Lower end of the 95% interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
}

impl Coefficient {
    /// A value of which no interval is given.
    #[must_use]
    pub fn without_interval(value: f64) -> Self {
        Self { value, low: None, high: None }
    }
}

/// A statistic of vignettes with its interval; `None` where it is not defined for them.
#[must_use]
pub fn resampled<T: Copy>(
    vignettes: &[T],
    statistic: &dyn Fn(&[T]) -> Option<f64>,
    seed: u64,
) -> Option<Coefficient> {
    let value = statistic(vignettes)?;
    let mut values: Vec<f64> = Vec::new();
    for resample in 0..RESAMPLES {
        let Some(drawn) = draw(vignettes, seed, resample) else {
            return Some(Coefficient::without_interval(value));
        };
        values.extend(statistic(&drawn).filter(|value| value.is_finite()));
    }
    if (values.len() as f64) < LEAST_DEFINED * f64::from(RESAMPLES) {
        return Some(Coefficient::without_interval(value));
    }
    values.sort_by(f64::total_cmp);
    Some(Coefficient { value, low: percentile(&values, 0.025), high: percentile(&values, 0.975) })
}

/// As many vignettes as there are, with replacement; `None` where one stream has not that many draws.
fn draw<T: Copy>(vignettes: &[T], seed: u64, resample: u32) -> Option<Vec<T>> {
    let last = i64::try_from(vignettes.len()).ok()? - 1;
    let mut stream = Stream::new(seed, resample, 0, Purpose::Resample);
    vignettes
        .iter()
        .map(|_| {
            let place = usize::try_from(stream.between(0, last).ok()?).ok()?;
            vignettes.get(place).copied()
        })
        .collect()
}

/// The percentile of sorted values, between two of them in proportion.
fn percentile(sorted: &[f64], share: f64) -> Option<f64> {
    let place = share * sorted.len().checked_sub(1)? as f64;
    let (below, part) = (libm::floor(place), place - libm::floor(place));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in the list")]
    let below = below as usize;
    let low = sorted.get(below)?;
    let high = sorted.get(below + 1).unwrap_or(low);
    Some(low + part * (high - low))
}
