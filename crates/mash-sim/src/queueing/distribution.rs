//! How long a piece of work takes.

use super::time::Time;
use crate::{
    random_streams::{DrawOverflowError, Stream},
    sampling,
};

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
    /// A duration.
    ///
    /// # Errors
    /// [`DrawOverflowError`] where the stream has no draw left.
    pub fn sample(&self, stream: &mut Stream) -> Result<Time, DrawOverflowError> {
        let (first, second) = (stream.uniform()?, stream.uniform()?);
        let hours = match *self {
            Distribution::Fixed { hours } => hours,
            Distribution::Exponential { mean } => sampling::exponential(first, mean),
            Distribution::LogNormal { mean, sd } => {
                let variance = libm::log1p((sd / mean) * (sd / mean));
                let log = libm::log(mean) - variance / 2.0
                    + libm::sqrt(variance) * sampling::normal_quantile(first);
                libm::exp(log)
            }
            Distribution::GammaOfTwo { mean } => {
                sampling::exponential(first, mean / 2.0) + sampling::exponential(second, mean / 2.0)
            }
        };
        Ok(Time::from_hours(hours))
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
