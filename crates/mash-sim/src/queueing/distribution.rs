//! How long a piece of work takes.

use super::time::Time;
use crate::sampling;

/// A law of durations, in hours. Every sample takes two draws, whatever the law, so that another law leaves the draws of
/// whatever comes after it alone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Distribution {
    /// Always the same.
    Fixed {
        /// Hours.
        hours: f64,
    },
    /// Exponential.
    Exponential {
        /// Mean, hours.
        mean: f64,
    },
    /// Lognormal, by the mean and standard deviation of the duration itself.
    LogNormal {
        /// Mean, hours.
        mean: f64,
        /// Standard deviation, hours.
        sd: f64,
    },
    /// Gamma of shape 2: the sum of two exponentials of half the mean.
    GammaOfTwo {
        /// Mean, hours.
        mean: f64,
    },
}

impl Distribution {
    /// Mean, hours.
    #[must_use]
    pub fn mean(&self) -> f64 {
        match *self {
            Distribution::Fixed { hours } => hours,
            Distribution::Exponential { mean }
            | Distribution::LogNormal { mean, .. }
            | Distribution::GammaOfTwo { mean } => mean,
        }
    }

    /// The same law with every duration multiplied.
    #[must_use]
    pub fn times(&self, factor: f64) -> Self {
        match *self {
            Distribution::Fixed { hours } => Distribution::Fixed { hours: hours * factor },
            Distribution::Exponential { mean } => Distribution::Exponential { mean: mean * factor },
            Distribution::LogNormal { mean, sd } => {
                Distribution::LogNormal { mean: mean * factor, sd: sd * factor }
            }
            Distribution::GammaOfTwo { mean } => Distribution::GammaOfTwo { mean: mean * factor },
        }
    }
}

/// A law with what every sample of it needs worked out once.
#[derive(Debug, Clone, Copy)]
pub(super) enum Sampler {
    Fixed(Time),
    Exponential { mean: f64 },
    LogNormal { centre: f64, spread: f64 },
    GammaOfTwo { half: f64 },
}

impl Sampler {
    pub(super) fn new(law: &Distribution) -> Self {
        match *law {
            Distribution::Fixed { hours } => Sampler::Fixed(Time::from_hours(hours)),
            Distribution::Exponential { mean } => Sampler::Exponential { mean },
            Distribution::LogNormal { mean, sd } => {
                let variance = libm::log1p((sd / mean) * (sd / mean));
                Sampler::LogNormal { centre: libm::log(mean) - variance / 2.0, spread: libm::sqrt(variance) }
            }
            Distribution::GammaOfTwo { mean } => Sampler::GammaOfTwo { half: mean / 2.0 },
        }
    }

    /// The duration that belongs to two uniforms.
    pub(super) fn sample(&self, [first, second]: [f64; 2]) -> Time {
        // One less a uniform is exact, so its logarithm loses nothing; that of a product is the sum of two.
        let hours = match *self {
            Sampler::Fixed(time) => return time,
            Sampler::Exponential { mean } => -mean * libm::log(1.0 - first),
            Sampler::LogNormal { centre, spread } => {
                libm::exp(centre + spread * sampling::normal_quantile(first))
            }
            Sampler::GammaOfTwo { half } => -half * libm::log((1.0 - first) * (1.0 - second)),
        };
        Time::from_hours(hours)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random_streams::{Purpose, Stream};

    fn moments(law: Distribution) -> (f64, f64) {
        let sampler = Sampler::new(&law);
        let mut values = Vec::new();
        for entity in 0..40_000 {
            let mut stream = Stream::new(5, 0, entity, Purpose::Service);
            let pair = [stream.uniform().unwrap(), stream.uniform().unwrap()];
            values.push(sampler.sample(pair).hours());
        }
        let mean = values.iter().sum::<f64>() / 40_000.0;
        let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / 40_000.0;
        (mean, variance.sqrt())
    }

    #[test]
    fn samples_have_the_mean_and_spread_of_their_law() {
        for (law, sd) in [
            (Distribution::Fixed { hours: 1.5 }, 0.0),
            (Distribution::Exponential { mean: 2.0 }, 2.0),
            (Distribution::LogNormal { mean: 1.0, sd: 0.8 }, 0.8),
            (Distribution::GammaOfTwo { mean: 0.6 }, 0.6 / 2.0_f64.sqrt()),
        ] {
            let (mean, found) = moments(law);
            assert!((mean - law.mean()).abs() <= 0.015 * law.mean(), "{law:?}: mean {mean}");
            assert!((found - sd).abs() <= 0.03 * law.mean(), "{law:?}: sd {found}");
        }
    }
}
