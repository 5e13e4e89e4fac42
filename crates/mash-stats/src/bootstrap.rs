//! An interval for a mean that assumes no distribution: replications drawn again, with replacement.
//!
//! In: one value a replication. Out: the 2.5th and 97.5th percentile of the means of [`SAMPLES`] samples, in the unit of
//! the values. Source: B. Efron and R. Tibshirani, An Introduction to the Bootstrap (1993), chapter 13. With few
//! replications it is too narrow; it stands beside the interval by Student's t, never in its place.

use mash_sim::{
    queueing::measures::quantile,
    random_streams::{Purpose, Stream},
};

use crate::StatsError;

/// Samples drawn.
pub const SAMPLES: u32 = 1_000;

/// Lower and upper end of the 95% percentile interval of the mean. The same seed and values give the same ends.
///
/// # Errors
/// [`StatsError::NoReplications`] for an empty list, [`StatsError::NotFinite`] for a value that is none,
/// [`StatsError::TooMany`] past 65,536 values.
pub fn bootstrap(values: &[f64], seed: u64) -> Result<[f64; 2], StatsError> {
    if values.is_empty() {
        return Err(StatsError::NoReplications);
    }
    if let Some(replication) = values.iter().position(|value| !value.is_finite()) {
        return Err(StatsError::NotFinite { replication });
    }
    let too_many = || StatsError::TooMany { replications: values.len() };
    let last = i64::try_from(values.len() - 1).map_err(|_| too_many())?;
    let n = f64::from(u32::try_from(values.len()).map_err(|_| too_many())?);
    let mut means = Vec::with_capacity(SAMPLES as usize);
    for sample in 0..SAMPLES {
        let mut stream = Stream::new(seed, 0, u64::from(sample), Purpose::Resampling);
        let mut sum = 0.0;
        for _ in values {
            let at = stream.between(0, last).map_err(|_| too_many())?;
            sum += usize::try_from(at).ok().and_then(|at| values.get(at)).copied().unwrap_or(0.0);
        }
        means.push(sum / n);
    }
    Ok([quantile(&means, 0.025), quantile(&means, 0.975)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_agrees_with_the_normal_interval_on_many_values() {
        let values: Vec<f64> = (0..400).map(|at| f64::from(at * 7919 % 400)).collect();
        let [low, high] = bootstrap(&values, 5).unwrap();
        let normal = crate::estimate(&values).unwrap();
        assert!(
            (low - normal.low).abs() < 2.0 && (high - normal.high).abs() < 2.0,
            "{low} {high} {normal:?}"
        );
        let bits = |seed: u64| bootstrap(&values, seed).unwrap().map(f64::to_bits);
        assert_eq!(bits(5), [low, high].map(f64::to_bits));
        assert_ne!(bits(6), bits(5));
    }

    #[test]
    fn one_value_is_its_own_interval() {
        assert_eq!(bootstrap(&[3.5], 1).unwrap().map(f64::to_bits), [3.5_f64; 2].map(f64::to_bits));
        assert!(bootstrap(&[], 1).is_err() && bootstrap(&[f64::INFINITY], 1).is_err());
    }
}
