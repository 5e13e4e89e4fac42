//! How figures change from one year to the next, found from all authorities together.

use super::{Known, Scale, Series};
use mash_sim::queueing::measures::quantile;

/// Fewest changes from which anything is found; chosen.
const FEWEST: usize = 10;

/// What a year's figure is expected to be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Predicted {
    /// Expected, in the measure's unit.
    pub value: f64,
    /// Lower end of the 95% prediction interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Predicted {
    /// Whether a figure lies in the interval.
    #[must_use]
    pub fn holds(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }
}

/// The changes of one measure, made ready to predict one year.
#[derive(Debug, Clone, PartialEq)]
pub struct Predictor {
    /// Part of the way to the authority's own earlier mean.
    pub to_own_mean: f64,
    /// Part of the way to the median of all authorities.
    pub to_median: f64,
    /// Changes it was found from.
    pub changes: u32,
    scale: Scale,
    medians: Vec<(u16, f64)>,
    spread: Spread,
    all: Vec<Change>,
}

/// Variance of a change: the same for all, and one that shrinks with size; and what the scaled changes' tails are.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Spread {
    between_years: f64,
    chance: f64,
    low: f64,
    high: f64,
}

/// From one year to the next, on the scale of the measure.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Change {
    moved: f64,
    own: f64,
    median: f64,
    size: f64,
}

impl Predictor {
    /// What is known before `year`; `None` where fewer than ten changes are.
    #[must_use]
    pub fn of(series: &[Series], scale: Scale, year: u16) -> Option<Self> {
        let first = series.iter().flat_map(|own| &own.years).map(|known| known.year).min()?;
        let medians: Vec<(u16, f64)> =
            (first..year).filter_map(|at| Some((at, median(series, scale, at)?))).collect();
        let mut all = Vec::new();
        for own in series {
            for to in own.years.iter().filter(|known| known.year < year) {
                let change = start(own, scale, &medians, to.year).zip(scale.to(to.value));
                if let Some((start, value)) = change {
                    let Start { last, own, median, size } = start;
                    all.push(Change { moved: value - last, own, median, size });
                }
            }
        }
        if all.len() < FEWEST {
            return None;
        }
        let [to_own_mean, to_median] = parts(&all);
        let spread = Spread::of(&all, [to_own_mean, to_median]);
        let changes = u32::try_from(all.len()).unwrap_or(u32::MAX);
        Some(Self { to_own_mean, to_median, changes, scale, medians, spread, all })
    }

    /// The same changes, with last year's figure once more as the prediction.
    #[must_use]
    pub fn naive(&self) -> Self {
        let spread = Spread::of(&self.all, [0.0, 0.0]);
        Self { to_own_mean: 0.0, to_median: 0.0, spread, ..self.clone() }
    }

    /// The figure of an authority in `year`; `None` where the year before, or any earlier one, is not known.
    #[must_use]
    pub fn predict(&self, own: &Series, year: u16) -> Option<Predicted> {
        let Start { last, own, median, size } = start(own, self.scale, &self.medians, year)?;
        let value = last + self.to_own_mean * own + self.to_median * median;
        let width = self.spread.standard_deviation(size);
        let back = |scaled: f64| self.scale.back(scaled);
        Some(Predicted {
            value: back(value),
            low: back(value + self.spread.low * width),
            high: back(value + self.spread.high * width),
        })
    }
}

/// Where a change begins.
struct Start {
    last: f64,
    /// Way to the authority's own earlier mean.
    own: f64,
    /// Way to the median of all.
    median: f64,
    size: f64,
}

fn start(own: &Series, scale: Scale, medians: &[(u16, f64)], year: u16) -> Option<Start> {
    let before = year.checked_sub(1)?;
    let last: &Known = own.years.iter().find(|known| known.year == before)?;
    let at = scale.to(last.value)?;
    let earlier: Vec<f64> = own
        .years
        .iter()
        .filter(|known| known.year < before)
        .filter_map(|known| scale.to(known.value))
        .collect();
    let (_, median) = medians.iter().find(|(year, _)| *year == before)?;
    let mean = mean(&earlier)?;
    Some(Start { last: at, own: mean - at, median: median - at, size: last.size.max(1.0) })
}

fn median(series: &[Series], scale: Scale, year: u16) -> Option<f64> {
    let of_year = series.iter().filter_map(|own| own.years.iter().find(|known| known.year == year));
    let values: Vec<f64> = of_year.filter_map(|known| scale.to(known.value)).collect();
    (!values.is_empty()).then(|| quantile(&values, 0.5))
}

#[expect(clippy::cast_precision_loss, reason = "a few years")]
fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// Least squares of the changes on the two ways, without a constant: the next year's change of all authorities together
/// is not foreseen.
fn parts(all: &[Change]) -> [f64; 2] {
    let sum = |of: fn(&Change) -> f64| all.iter().map(of).sum::<f64>();
    let (aa, bb, ab) = (sum(|c| c.own * c.own), sum(|c| c.median * c.median), sum(|c| c.own * c.median));
    let (ay, by) = (sum(|c| c.own * c.moved), sum(|c| c.median * c.moved));
    let determinant = aa * bb - ab * ab;
    if determinant <= 1e-12 * aa * bb {
        return [if aa > 0.0 { ay / aa } else { 0.0 }, 0.0];
    }
    [(ay * bb - by * ab) / determinant, (by * aa - ay * ab) / determinant]
}

impl Spread {
    fn of(all: &[Change], [to_own, to_median]: [f64; 2]) -> Self {
        let missed: Vec<(f64, f64)> = all
            .iter()
            .map(|change| (change.moved - to_own * change.own - to_median * change.median, change.size))
            .collect();
        let (between_years, chance) = variances(&missed);
        let unscaled = Self { between_years, chance, low: 0.0, high: 0.0 };
        let scaled: Vec<f64> =
            missed.iter().map(|(missed, size)| missed / unscaled.standard_deviation(*size)).collect();
        Self { low: quantile(&scaled, 0.025), high: quantile(&scaled, 0.975), ..unscaled }
    }

    fn standard_deviation(&self, size: f64) -> f64 {
        libm::sqrt((self.between_years + self.chance / size).max(1e-18))
    }
}

/// Squares of what was missed, as a constant and a part over size, by least squares; neither below 0.
#[expect(clippy::cast_precision_loss, reason = "a thousand changes or so")]
fn variances(missed: &[(f64, f64)]) -> (f64, f64) {
    let n = missed.len() as f64;
    let sum = |of: fn(f64, f64) -> f64| {
        missed.iter().map(|(missed, size)| of(missed * missed, 1.0 / size)).sum::<f64>()
    };
    let (x, y, xx, xy) = (sum(|_, x| x), sum(|y, _| y), sum(|_, x| x * x), sum(|y, x| x * y));
    let across = xx - x * x / n;
    let slope = if across > 0.0 { (xy - x * y / n) / across } else { 0.0 };
    let constant = (y - slope * x) / n;
    if slope <= 0.0 {
        (y / n, 0.0)
    } else if constant <= 0.0 {
        (0.0, if xx > 0.0 { xy / xx } else { 0.0 })
    } else {
        (constant, slope)
    }
}
