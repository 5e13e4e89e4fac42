//! The interval of a figure whose values come one at a time and are not kept.
//!
//! In: values in replication order. Out, at any moment: the [`Estimate`] of those seen so far, in the same unit. Memory
//! does not grow with the number of values.
//!
//! Source: B. P. Welford, Note on a Method for Calculating Corrected Sums of Squares and Products, Technometrics 4
//! (1962).

use crate::{Confidence, Estimate, StatsError, interval::t_critical};

/// Count, mean and spread of the values seen so far.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Running {
    n: u32,
    mean: f64,
    /// Sum of squared distances from the mean.
    squares: f64,
}

impl Running {
    /// Takes the next value.
    ///
    /// # Errors
    /// [`StatsError::NotFinite`] with the position of the value, from 0; [`StatsError::TooMany`] past `u32::MAX` values.
    pub fn push(&mut self, value: f64) -> Result<(), StatsError> {
        let position = usize::try_from(self.n).unwrap_or(usize::MAX);
        if !value.is_finite() {
            return Err(StatsError::NotFinite { replication: position });
        }
        let many = StatsError::TooMany { replications: position.saturating_add(1) };
        self.n = self.n.checked_add(1).ok_or(many)?;
        let from_old = value - self.mean;
        self.mean += from_old / f64::from(self.n);
        self.squares += from_old * (value - self.mean);
        Ok(())
    }

    /// Values seen.
    #[must_use]
    pub fn n(&self) -> u32 {
        self.n
    }

    /// Sample variance; zero for fewer than two values.
    #[must_use]
    pub fn variance(&self) -> f64 {
        if self.n < 2 { 0.0 } else { self.squares / f64::from(self.n - 1) }
    }

    /// Mean of the values with its 95% interval; the interval is the mean where there is one value or no spread.
    ///
    /// # Errors
    /// [`StatsError::NoReplications`] where there is no value yet; [`StatsError::TooLarge`] where mean or interval
    /// overflow.
    pub fn estimate(&self) -> Result<Estimate, StatsError> {
        let half_width = match self.n {
            0 => return Err(StatsError::NoReplications),
            1 => 0.0,
            n => {
                let df = n - 1;
                t_critical(df, Confidence::P95) * libm::sqrt(self.squares / f64::from(df) / f64::from(n))
            }
        };
        let Self { n, mean, .. } = *self;
        let estimate = Estimate { mean, low: mean - half_width, high: mean + half_width, n };
        if estimate.low.is_finite() && estimate.high.is_finite() {
            Ok(estimate)
        } else {
            Err(StatsError::TooLarge)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn running(values: impl IntoIterator<Item = f64>) -> Running {
        let mut running = Running::default();
        values.into_iter().for_each(|value| running.push(value).unwrap());
        running
    }

    #[track_caller]
    fn agrees(values: &[f64]) {
        let (got, expect) =
            (running(values.iter().copied()).estimate().unwrap(), crate::estimate(values).unwrap());
        let scale = values.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
        for (got, expect) in [(got.mean, expect.mean), (got.low, expect.low), (got.high, expect.high)] {
            assert!((got - expect).abs() <= 1e-12 * scale, "{got} is not {expect}");
        }
        assert_eq!(got.n, expect.n);
    }

    #[test]
    fn agrees_with_the_estimate_of_the_whole_list() {
        agrees(&[7.5]);
        agrees(&[1.0, 2.0, 3.0, 4.0, 5.0]);
        agrees(&[1e9 + 1.0, 1e9 + 2.0, 1e9 + 4.0, 1e9 + 8.0]);
        let many: Vec<f64> = (0..10_000_u32).map(|i| f64::from(i.wrapping_mul(2_654_435_761) >> 8)).collect();
        agrees(&many);
    }

    #[test]
    fn no_spread_gives_the_mean_alone() {
        let got = running([2.0; 12]).estimate().unwrap();
        assert_eq!(got, Estimate { mean: 2.0, low: 2.0, high: 2.0, n: 12 });
    }

    #[test]
    fn unusable_values_are_errors() {
        assert_eq!(Running::default().estimate(), Err(StatsError::NoReplications));
        let mut some = running([1.0, 2.0]);
        assert_eq!(some.push(f64::NAN), Err(StatsError::NotFinite { replication: 2 }));
        assert_eq!(some, running([1.0, 2.0]), "a value that is refused leaves no trace");
        assert_eq!(running([f64::MAX, -f64::MAX]).estimate(), Err(StatsError::TooLarge));
    }
}
