//! Whether a series settles, from when on, and whether a stated warm-up leaves all of that out.
//!
//! In: one series a replication, all of one length, in the order of time, and how many of the first observations are left
//! out as it stands. Out: where [`mser5`] and Welch's moving average ([`settles`]) put the end of the transient in the mean
//! over replications, what the series still grows by late in the run, and the verdict; a level only where it settles.
//!
//! Sources: those of [`crate::warm_up`]. That a mean over replications is looked at, and not one run, is Welch's.

use serde::Serialize;

use crate::{
    Estimate, StatsError, estimate,
    warm_up::{WarmUp, moving_average, mser5, settles},
};

/// How a series is looked at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Look {
    /// Observations left out as it stands.
    pub stated: usize,
    /// Observations of a season, which is taken out first; 1 for none.
    pub season: usize,
    /// Neighbours on either side that Welch's average takes in.
    pub window: usize,
    /// Share of the level that an average may be off and the series still be settled; where chance alone moves it
    /// further (three standard errors of the mean over replications), that.
    pub band: f64,
    /// What nobody minds, in the unit of the series: a band is never narrower.
    pub least: f64,
}

/// What is said of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The transient ends within what is left out.
    LongEnough,
    /// It ends later.
    TooShort,
    /// It does not end within the first half of the series, or the series still grows or falls in the second: no mean
    /// describes it.
    DoesNotSettle,
}

/// A series looked at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settling {
    /// By MSER-5.
    pub mser5: WarmUp,
    /// By Welch's moving average.
    pub welch: WarmUp,
    /// Mean of the last quarter less that of the quarter before.
    pub growth: Estimate,
    /// Mean of the last quarter, settled or not.
    pub last: Estimate,
    /// What is said.
    pub verdict: Verdict,
    /// Observations to leave out; none of a series that does not settle.
    pub needed: Option<usize>,
    /// Mean of what is left then, or after what is stated where that is more; none of a series that does not settle.
    pub level: Option<Estimate>,
}

/// Looks at a series of which each replication gave one.
///
/// # Errors
/// [`StatsError::NoReplications`] of none; [`StatsError::NotFinite`] naming the first replication with a value that is no
/// number.
pub fn settling(series: &[Vec<f64>], look: Look) -> Result<Settling, StatsError> {
    let length = series.iter().map(Vec::len).min().ok_or(StatsError::NoReplications)?;
    let quarter = length / 4;
    let of_part = |from: usize, to: usize| -> Vec<f64> {
        series.iter().map(|one| mean(one.get(from..to).unwrap_or_default())).collect()
    };
    let (third, fourth) =
        (of_part(length - 2 * quarter, length - quarter), of_part(length - quarter, length));
    let last = estimate(&fourth)?;
    let growth: Vec<f64> = third.iter().zip(&fourth).map(|(before, after)| after - before).collect();
    let growth = estimate(&growth)?;

    let average = over_replications(series, length);
    let adjusted = without_season(&average, look.season);
    let level = mean(adjusted.get(length / 2..).unwrap_or_default()).abs();
    let chance = 3.0 * standard_error(series, length, look.window);
    let band = (look.band * level).max(chance).max(look.least);
    let share = if level > 0.0 { band / level } else { 0.0 };
    let mser5 = mser5(&adjusted);
    let welch = settles(&moving_average(&adjusted, look.window), share);

    let moves =
        (growth.low > 0.0 || growth.high < 0.0) && growth.mean.abs() > (look.band * level).max(look.least);
    // The mean of many runs varies so little that MSER-5 leaves out weeks which differ by next to nothing, and of a series
    // that wanders without a trend its best point may lie anywhere: what it adds counts where that differs by the band.
    let needed = match (mser5, welch) {
        (_, WarmUp::TooShort) => None,
        _ if moves => None,
        (WarmUp::EndsAt(one), WarmUp::EndsAt(other)) => {
            let from = other.max(look.stated);
            let between = mean(adjusted.get(from..one).unwrap_or_default());
            let rest = mean(adjusted.get(one..).unwrap_or_default());
            Some(if one <= from || (between - rest).abs() > band { one.max(other) } else { other })
        }
        (WarmUp::TooShort, WarmUp::EndsAt(other)) => Some(other),
    };
    let verdict = match needed {
        None => Verdict::DoesNotSettle,
        Some(needed) if needed <= look.stated => Verdict::LongEnough,
        Some(_) => Verdict::TooShort,
    };
    let from = |needed: usize| needed.max(look.stated).min(length);
    let level = needed.map(|needed| estimate(&of_part(from(needed), length))).transpose()?;
    Ok(Settling { mser5, welch, growth, last, verdict, needed, level })
}

/// The mean over replications, observation by observation.
fn over_replications(series: &[Vec<f64>], length: usize) -> Vec<f64> {
    let at = |place: usize| -> Vec<f64> { series.iter().filter_map(|one| one.get(place).copied()).collect() };
    (0..length).map(|place| mean(&at(place))).collect()
}

/// Takes out what each part of a season differs by from the whole, as the second half of the series has it.
fn without_season(series: &[f64], season: usize) -> Vec<f64> {
    let half = series.len() / 2;
    if season < 2 || series.len() - half < 2 * season {
        return series.to_vec();
    }
    let whole = mean(series.get(half..).unwrap_or_default());
    let off = |phase: usize| {
        let same = series.iter().enumerate().skip(half).filter(|(at, _)| at % season == phase);
        mean(&same.map(|(_, value)| *value).collect::<Vec<_>>()) - whole
    };
    let offs: Vec<f64> = (0..season).map(off).collect();
    series.iter().zip(offs.iter().cycle()).map(|(value, off)| value - off).collect()
}

/// What chance alone moves a moving average of the mean over replications by: the standard error of that mean, itself the
/// mean over the second half.
fn standard_error(series: &[Vec<f64>], length: usize, window: usize) -> f64 {
    if series.len() < 2 {
        return 0.0;
    }
    let smooth: Vec<Vec<f64>> =
        series.iter().map(|one| moving_average(one.get(..length).unwrap_or_default(), window)).collect();
    let count = number(series.len());
    let error = |place: usize| {
        let values: Vec<f64> = smooth.iter().filter_map(|one| one.get(place).copied()).collect();
        let middle = mean(&values);
        let squares: f64 = values.iter().map(|value| (value - middle) * (value - middle)).sum();
        libm::sqrt(squares / (count - 1.0) / count)
    };
    mean(&(length / 2..length).map(error).collect::<Vec<_>>())
}

fn mean(values: &[f64]) -> f64 {
    if values.is_empty() { 0.0 } else { values.iter().sum::<f64>() / number(values.len()) }
}

#[expect(clippy::cast_precision_loss, reason = "series are far below 2^52")]
fn number(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOOK: Look = Look { stated: 52, season: 52, window: 13, band: 0.05, least: 0.1 };

    /// Ten replications of 400 weeks: a level with noise, a season of so much, and what `more` adds.
    fn runs(season: f64, more: impl Fn(f64) -> f64) -> Vec<Vec<f64>> {
        let mut state = 11_u64;
        let mut noise = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            f64::from(u32::try_from(state >> 32).unwrap()) / 2_147_483_648.0 - 1.0
        };
        let week = |at: u32| 20.0 + season * libm::sin(f64::from(at) / 52.0 * std::f64::consts::TAU);
        (0..10).map(|_| (0..400).map(|at| week(at) + more(f64::from(at)) + noise()).collect()).collect()
    }

    fn verdict(series: &[Vec<f64>], look: Look) -> (Verdict, Option<usize>) {
        let found = settling(series, look).unwrap();
        (found.verdict, found.needed)
    }

    #[test]
    fn a_season_is_no_transient() {
        let (verdict, needed) = verdict(&runs(6.0, |_| 0.0), Look { stated: 15, ..LOOK });
        assert_eq!(verdict, Verdict::LongEnough, "{needed:?}");
        // Taken for what it is not, it would be one.
        let blind = settling(&runs(6.0, |_| 0.0), Look { stated: 15, season: 1, window: 2, ..LOOK }).unwrap();
        assert_ne!(blind.verdict, Verdict::LongEnough);
    }

    #[test]
    fn a_transient_is_held_against_what_is_left_out() {
        // Begins 15 below; a 20th of that, and less than the band, is left after 90 weeks.
        let filling = runs(2.0, |at| -15.0 * libm::exp(-at / 30.0));
        let found = settling(&filling, LOOK).unwrap();
        assert_eq!(found.verdict, Verdict::TooShort);
        assert!((60..=110).contains(&found.needed.unwrap()), "{:?}", found.needed);
        // MSER-5 would leave out more, of which nobody would see the difference.
        assert!(
            matches!(found.mser5, WarmUp::EndsAt(weeks) if weeks > found.needed.unwrap()),
            "{:?}",
            found.mser5
        );
        assert!((found.level.unwrap().mean - 20.0).abs() < 0.3, "{:?}", found.level);
        assert_eq!(verdict(&filling, Look { stated: 160, ..LOOK }).0, Verdict::LongEnough);
    }

    #[test]
    fn what_grows_or_falls_throughout_has_no_level() {
        for slope in [0.05, -0.03] {
            let found = settling(&runs(2.0, |at| slope * at), LOOK).unwrap();
            assert_eq!((found.verdict, found.needed, found.level), (Verdict::DoesNotSettle, None, None));
            assert!((found.growth.mean / slope - 100.0).abs() < 10.0, "{:?}", found.growth);
        }
        // It begins to grow only after the middle.
        let late = runs(0.0, |at| (at - 220.0).max(0.0) * 0.1);
        assert_eq!(verdict(&late, LOOK).0, Verdict::DoesNotSettle);
    }

    #[test]
    fn a_series_of_nothing_is_settled_at_nothing() {
        let nothing = vec![vec![0.0; 300]; 4];
        let found = settling(&nothing, LOOK).unwrap();
        assert_eq!((found.verdict, found.needed), (Verdict::LongEnough, Some(0)));
        assert!(found.level.unwrap().mean.abs() < 1e-12);
        assert_eq!(settling(&[], LOOK), Err(StatsError::NoReplications));
        let wrong = settling(&[vec![1.0; 300], vec![f64::NAN; 300]], LOOK);
        assert_eq!(wrong, Err(StatsError::NotFinite { replication: 1 }));
    }
}
