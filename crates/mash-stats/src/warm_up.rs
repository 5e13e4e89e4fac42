//! Where the transient of a run ends: how many of its first observations to leave out.
//!
//! In: one series in the order of time, for example the number waiting hour by hour, or the mean of that over
//! replications. Out: a position in the series. A run that starts empty is not yet what it will be; a mean that takes
//! its first hours in is biased.
//!
//! Sources: K. P. White, An effective truncation heuristic for bias reduction in simulation output, Simulation 69
//! (1997), and K. P. White, M. J. Cobb and S. C. Spratt, A comparison of five steady-state truncation heuristics,
//! Winter Simulation Conference (2000): MSER and MSER-5. P. D. Welch, The statistical analysis of simulation results
//! (1983), and A. M. Law, Simulation Modeling and Analysis, 5th edition (2015), section 9.5.1: the moving average.

/// Observations that MSER-5 puts in one batch.
const BATCH: usize = 5;
/// Fewest batches of which a truncation point says anything.
const FEWEST: usize = 10;

/// Where a transient ends, or that it cannot be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WarmUp {
    /// Leave out so many observations from the start.
    EndsAt(usize),
    /// The point that is best lies in the second half, so the transient may not have ended: the series is too short.
    TooShort,
}

/// MSER-5: the truncation after which the squared standard error of the mean of what is left is least.
///
/// Input: a series in the order of time; batches of five observations are averaged first, and what does not fill the
/// last batch is left out. Out: a multiple of five, in the first half, or [`WarmUp::TooShort`] where the least is in the
/// second half, where the series has fewer than 50 observations, or where one is not a finite number.
#[must_use]
pub fn mser5(series: &[f64]) -> WarmUp {
    let batches: Vec<f64> =
        series.as_chunks::<BATCH>().0.iter().map(|batch| batch.iter().sum::<f64>() / 5.0).collect();
    if batches.len() < FEWEST || batches.iter().any(|value| !value.is_finite()) {
        return WarmUp::TooShort;
    }
    // From the end towards the start: mean and squares of what would be left (Welford's update). The last few batches
    // alone vary too little to be believed.
    let (mut count, mut mean, mut squares) = (0.0, 0.0, 0.0);
    let mut best: Option<(f64, usize)> = None;
    for (left_out, value) in batches.iter().enumerate().rev() {
        count += 1.0;
        let off = value - mean;
        mean += off / count;
        squares += off * (value - mean);
        let error = squares / (count * count);
        // Of several that are as good, the one that leaves out least.
        if count >= 5.0 && best.is_none_or(|(least, _)| error <= least) {
            best = Some((error, left_out));
        }
    }
    match best {
        Some((_, left_out)) if left_out * 2 <= batches.len() => WarmUp::EndsAt(left_out * BATCH),
        _ => WarmUp::TooShort,
    }
}

/// Welch's moving average: each observation with up to `window` neighbours on either side, fewer near the ends. To be
/// looked at, or given to [`settles`].
#[must_use]
pub fn moving_average(series: &[f64], window: usize) -> Vec<f64> {
    let last = series.len().saturating_sub(1);
    let mean = |at: usize| {
        let side = window.min(at).min(last - at);
        let around = series.iter().skip(at - side).take(2 * side + 1);
        around.sum::<f64>() / around_count(side)
    };
    (0..series.len()).map(mean).collect()
}

#[expect(clippy::cast_precision_loss, reason = "windows are far below 2^52")]
fn around_count(side: usize) -> f64 {
    (2 * side + 1) as f64
}

/// From where on a smoothed series stays within a band around its level.
///
/// Input: a moving average, and the band as a share of the level, which is the mean of the second half. Out: the first
/// position of the first half after which no value of it leaves the band, or [`WarmUp::TooShort`] where the series is
/// still outside at its middle, or has fewer than 50 values.
#[must_use]
pub fn settles(smoothed: &[f64], band: f64) -> WarmUp {
    let half = smoothed.len() / 2;
    if smoothed.len() < FEWEST * BATCH || smoothed.iter().any(|value| !value.is_finite()) {
        return WarmUp::TooShort;
    }
    let second = smoothed.iter().skip(half);
    let level = second.clone().sum::<f64>() / number(smoothed.len() - half);
    let outside = |value: &f64| (value - level).abs() > band * level.abs();
    match smoothed.iter().take(half).rposition(outside) {
        None => WarmUp::EndsAt(0),
        Some(last) if last + 1 < half => WarmUp::EndsAt(last + 1),
        Some(_) => WarmUp::TooShort,
    }
}

#[expect(clippy::cast_precision_loss, reason = "series are far below 2^52")]
fn number(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Noise between -1 and 1, the same each time.
    fn noise() -> impl Iterator<Item = f64> {
        let mut state = 9_u64;
        std::iter::repeat_with(move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            f64::from(u32::try_from(state >> 32).unwrap()) / 2_147_483_648.0 - 1.0
        })
    }

    /// Starts at 0 and comes to `level`, with all but a 20th of the way behind it after three times `pace`.
    fn series(level: f64, pace: f64, length: u32) -> Vec<f64> {
        let way = |at: u32| level * (1.0 - (-f64::from(at) / pace).exp());
        (0..length).zip(noise()).map(|(at, noise)| way(at) + noise).collect()
    }

    #[test]
    fn a_known_transient_is_left_out_and_the_mean_mended() {
        let with = series(10.0, 60.0, 2_000);
        let WarmUp::EndsAt(point) = mser5(&with) else { panic!("too short") };
        // After 100 observations a fifth of the way is left, after 500 nothing that noise does not hide.
        assert!((100..=500).contains(&point), "{point}");
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        assert!((mean(&with[point..]) - 10.0).abs() < 0.1 && mean(&with) < 9.8);
        let WarmUp::EndsAt(smooth) = settles(&moving_average(&with, 50), 0.05) else { panic!("too short") };
        assert!((100..=400).contains(&smooth), "{smooth}");
    }

    #[test]
    fn nothing_is_left_out_of_a_series_without_a_transient() {
        let without: Vec<f64> = noise().take(2_000).map(|noise| 10.0 + noise).collect();
        let WarmUp::EndsAt(point) = mser5(&without) else { panic!("too short") };
        assert!(point <= 200, "{point}");
        // Near its ends the average is of few values, and as wide as the noise.
        assert_eq!(settles(&moving_average(&without, 50), 0.15), WarmUp::EndsAt(0));
        assert_eq!(mser5(&[4.0; 100]), WarmUp::EndsAt(0));
    }

    #[test]
    fn a_transient_that_does_not_end_is_said_to() {
        let growing: Vec<f64> =
            (0..2_000).zip(noise()).map(|(at, noise)| f64::from(at) / 10.0 + noise).collect();
        assert_eq!(mser5(&growing), WarmUp::TooShort);
        assert_eq!(settles(&moving_average(&growing, 50), 0.05), WarmUp::TooShort);
        assert_eq!(mser5(&series(10.0, 2_000.0, 2_000)), WarmUp::TooShort);
        assert_eq!(mser5(&[1.0; 49]), WarmUp::TooShort);
        assert_eq!(mser5(&[f64::NAN; 100]), WarmUp::TooShort);
    }

    #[test]
    fn a_moving_average_is_narrower_near_the_ends() {
        let smoothed = moving_average(&[1.0, 2.0, 6.0, 4.0, 2.0], 2);
        let close = smoothed
            .iter()
            .zip([1.0, 3.0, 3.0, 4.0, 2.0])
            .all(|(found, expect)| (found - expect).abs() < 1e-12);
        assert!(close, "{smoothed:?}");
        assert!(moving_average(&[], 3).is_empty());
    }
}
