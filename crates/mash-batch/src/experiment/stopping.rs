//! When an experiment stops: at a number of replications, or when several differences are known narrowly enough.

use mash_stats::{Running, StatsError};

use super::Ran;

/// Fewest replications of an experiment that stops at a precision.
pub(super) const LEAST: u32 = 10;

/// How narrowly a measure is wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct Precision {
    /// Position of the measure.
    pub measure: usize,
    /// Wanted half-width of the 95% interval of its difference from the baseline, of every alternative; of its mean
    /// where there is only the baseline. In the measure's unit.
    pub half_width: f64,
}

/// When an experiment stops.
#[derive(Debug, Clone, PartialEq)]
pub struct Stopping {
    /// At most so many replications.
    pub most: u32,
    /// Earlier, from ten replications on, when all of these are reached; never where there are none.
    pub wanted: Vec<Precision>,
}

impl Stopping {
    /// Has every wanted half-width been reached?
    pub(super) fn is_reached(&self, ran: &Ran) -> Result<bool, StatsError> {
        if self.wanted.is_empty() || ran.replications < LEAST {
            return Ok(false);
        }
        for precision in &self.wanted {
            let of = |alternative: &super::Figures| alternative.measures.get(precision.measure).cloned();
            let mut all = ran.figures.iter().map(|figures| of(figures).unwrap_or_default());
            let baseline = all.next().unwrap_or_default();
            let mut differences: Vec<Vec<Option<f64>>> = all
                .map(|values| {
                    let pairs = values.iter().zip(&baseline);
                    pairs.map(|(value, base)| Some((*value)? - (*base)?)).collect()
                })
                .collect();
            if differences.is_empty() {
                differences.push(baseline);
            }
            for values in differences {
                let mut running = Running::default();
                for value in values.into_iter().flatten() {
                    running.push(value)?;
                }
                if running.n() < 2 {
                    return Ok(false);
                }
                let estimate = running.estimate()?;
                if estimate.high - estimate.mean > precision.half_width {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }
}
