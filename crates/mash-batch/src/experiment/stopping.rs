//! When an experiment stops: at a number of replications, or when several differences are known narrowly enough.

use mash_stats::Estimate;

use super::Ran;
use crate::figures::{difference, estimated};

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

impl Precision {
    /// The widest half-width over the alternatives; none where one cannot be told yet.
    pub(super) fn reached(&self, ran: &Ran) -> Option<f64> {
        let mut all = ran.figures.iter().map(|figures| figures.of(self.measure));
        let baseline = all.next()?;
        let half = |it: Option<Estimate>| it.filter(|it| it.n > 1).map(|it| it.high - it.mean);
        let mut widest = None;
        for values in all {
            let half = half(difference(baseline, values))?;
            widest = Some(widest.map_or(half, |widest: f64| widest.max(half)));
        }
        widest.or_else(|| half(estimated(baseline)))
    }
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
    pub(super) fn is_reached(&self, ran: &Ran) -> bool {
        if self.wanted.is_empty() || ran.replications < LEAST {
            return false;
        }
        self.wanted.iter().all(|wanted| wanted.reached(ran).is_some_and(|it| it <= wanted.half_width))
    }
}
