//! How long things take.

use crate::{queueing::Time, sampling::normal_quantile};

/// A lognormal law of durations by its mean, or always the mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Law {
    log: f64,
    spread: f64,
}

impl Law {
    /// A mean in hours, more than 0, and the standard deviation as a share of it.
    pub(crate) fn new(mean_hours: f64, spread: f64) -> Self {
        let variance = libm::log1p(spread * spread);
        Self { log: libm::log(mean_hours) - variance / 2.0, spread: libm::sqrt(variance) }
    }

    /// The duration at this place of the law.
    pub(crate) fn at(self, uniform: f64) -> Time {
        Time::from_hours(self.hours_at(uniform))
    }

    /// The mean, in hours.
    pub(crate) fn mean_hours(self) -> f64 {
        libm::exp(self.log + self.spread * self.spread / 2.0)
    }

    pub(crate) fn hours_at(self, uniform: f64) -> f64 {
        let deviate = if self.spread > 0.0 { self.spread * normal_quantile(uniform) } else { 0.0 };
        libm::exp(self.log + deviate)
    }

    /// Where the rest of a duration lies that is met at a moment of its course: longer ones are met more often.
    /// `first` picks the duration, `second` the place within it.
    pub(crate) fn rest_at(self, first: f64, second: f64) -> Time {
        let deviate = self.spread * normal_quantile(first) + self.spread * self.spread;
        Time::from_hours(libm::exp(self.log + deviate) * second)
    }
}

/// A law read off bands: the end of each, with the share that is done by then.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Bands(pub(crate) Vec<[f64; 2]>);

impl Bands {
    /// The value at this place, even within a band.
    pub(crate) fn at(&self, uniform: f64) -> f64 {
        let (mut from, mut below) = (0.0, 0.0);
        for [end, share] in &self.0 {
            if uniform <= *share {
                return if *share > below {
                    from + (end - from) * (uniform - below) / (share - below)
                } else {
                    *end
                };
            }
            (from, below) = (*end, *share);
        }
        from
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_of_a_law_is_what_it_says() {
        let law = Law::new(3.0, 0.8);
        let n = 200_000;
        let mean =
            (0..n).map(|i| law.hours_at((f64::from(i) + 0.5) / f64::from(n))).sum::<f64>() / f64::from(n);
        assert!((mean - 3.0).abs() < 0.001, "{mean}");
        assert_eq!(Law::new(2.0, 0.0).at(0.3), Time::from_hours(2.0));
    }

    #[test]
    fn the_rest_of_a_duration_has_half_its_size_biased_mean() {
        // Mean of the rest of a stationary renewal process: (mean^2 + variance) / (2 mean).
        let law = Law::new(10.0, 0.5);
        let n = 1_000;
        let at = |i: i32| (f64::from(i) + 0.5) / f64::from(n);
        let all = (0..n).flat_map(|i| (0..100).map(move |j| (i, j)));
        let mean = all.map(|(i, j)| law.rest_at(at(i), (f64::from(j) + 0.5) / 100.0).hours()).sum::<f64>()
            / f64::from(n)
            / 100.0;
        assert!((mean - 6.25).abs() < 0.02, "{mean}");
    }

    #[test]
    fn bands_give_back_their_shares() {
        let bands = Bands(vec![[0.0, 0.1], [10.0, 0.5], [45.0, 0.9], [70.0, 1.0]]);
        assert!((bands.at(0.05) - 0.0).abs() < 1e-12);
        assert!((bands.at(0.3) - 5.0).abs() < 1e-12);
        assert!((bands.at(0.9) - 45.0).abs() < 1e-12);
        assert!((bands.at(1.0) - 70.0).abs() < 1e-12);
    }
}
