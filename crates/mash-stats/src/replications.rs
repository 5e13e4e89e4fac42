//! How many replications a wanted precision takes, and what pairing saves.
//!
//! Source: A. M. Law, Simulation Modeling and Analysis, 5th edition (2015), sections 9.4.1 (sequential procedure and its
//! first guess) and 11.2 (common random numbers).

use crate::{Confidence, StatsError, estimate_at, interval::t_critical};

/// Replications that an interval of this half-width would take, as far as a pilot's values tell: the least number, not
/// below the pilot's own, at which Student's t times the pilot's standard error is that narrow.
///
/// Input: one value a replication of the pilot, and the wanted half-width in the same unit. `None` where that would
/// take more than a million.
///
/// # Errors
/// [`StatsError`] as [`estimate_at`]; [`StatsError::NotFinite`] too where the half-width is not above 0.
pub fn replications_needed(
    pilot: &[f64],
    half_width: f64,
    confidence: Confidence,
) -> Result<Option<u32>, StatsError> {
    const MOST: u32 = 1_000_000;
    let found = estimate_at(pilot, confidence)?;
    if half_width <= 0.0 || half_width.is_nan() {
        return Err(StatsError::NotFinite { replication: pilot.len() });
    }
    if found.n < 2 {
        // One value says nothing of the spread.
        return Ok(None);
    }
    let n = f64::from(found.n);
    let sd = (found.high - found.low) / 2.0 * libm::sqrt(n) / t_critical(found.n - 1, confidence);
    let enough = |n: u32| t_critical(n - 1, confidence) * sd / libm::sqrt(f64::from(n)) <= half_width;
    if !enough(MOST) {
        return Ok(None);
    }
    // The half-width falls as replications are added, so the place where it is first narrow enough can be halved for.
    let (mut low, mut high) = (found.n - 1, MOST);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if enough(middle) { high = middle } else { low = middle }
    }
    Ok(Some(high))
}

/// How many times narrower, in variance, a difference is with the same draws than with draws of its own.
///
/// Input: both options over the same replications with common random numbers, and one list of each with seeds of its
/// own. Out: the variance of the difference of independent values over that of the paired differences; infinite where
/// the paired ones do not vary. The variance of independent differences is the sum of the two options' variances.
///
/// # Errors
/// [`StatsError::UnequalReplications`] where the paired lists differ in length; [`StatsError::NoReplications`] where a
/// list has fewer than two values; otherwise as [`estimate_at`].
pub fn variance_ratio(paired: [&[f64]; 2], independent: [&[f64]; 2]) -> Result<f64, StatsError> {
    let [a, b] = paired;
    if a.len() != b.len() {
        return Err(StatsError::UnequalReplications { a: a.len(), b: b.len() });
    }
    let differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| b - a).collect();
    let [own_a, own_b] = independent;
    Ok((variance(own_a)? + variance(own_b)?) / variance(&differences)?)
}

/// The variance of one value.
fn variance(values: &[f64]) -> Result<f64, StatsError> {
    let found = estimate_at(values, Confidence::P95)?;
    if found.n < 2 {
        return Err(StatsError::NoReplications);
    }
    let error = (found.high - found.low) / 2.0 / t_critical(found.n - 1, Confidence::P95);
    Ok(error * error * f64::from(found.n))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_replications_as_give_the_half_width() {
        // Standard deviation 1: at 95%, 1.96^2 / 0.1^2 = 384 and a little more for Student's t.
        let pilot: Vec<f64> =
            (0..20).map(|i| if i % 2 == 0 { 10.0 } else { 10.0 + 2.0 * (0.95_f64).sqrt() }).collect();
        let needed = replications_needed(&pilot, 0.1, Confidence::P95).unwrap().unwrap();
        assert!((385..=388).contains(&needed), "{needed}");
        // The pilot is enough.
        assert_eq!(replications_needed(&pilot, 1.0, Confidence::P95).unwrap(), Some(20));
        assert_eq!(replications_needed(&pilot, 1e-9, Confidence::P95).unwrap(), None);
        assert_eq!(replications_needed(&[1.0], 0.1, Confidence::P95).unwrap(), None);
        assert!(replications_needed(&pilot, 0.0, Confidence::P95).is_err());
        assert_eq!(replications_needed(&[], 0.1, Confidence::P95), Err(StatsError::NoReplications));
    }

    #[test]
    fn pairing_takes_away_what_both_options_share() {
        let shared = [3.0, 9.0, 1.0, 7.0, 5.0];
        let own = [0.1, -0.1, 0.0, 0.1, -0.1];
        let b: Vec<f64> = shared.iter().zip(own).map(|(shared, own)| shared + 2.0 + own).collect();
        // Variances 10 and 10.02 or so over 0.01.
        let ratio = variance_ratio([&shared, &b], [&shared, &b]).unwrap();
        assert!((1_950.0..2_050.0).contains(&ratio), "{ratio}");
        assert_eq!(
            variance_ratio([&shared, &b[1..]], [&shared, &b]),
            Err(StatsError::UnequalReplications { a: 5, b: 4 })
        );
        assert_eq!(variance_ratio([&shared, &b], [&[1.0], &b]), Err(StatsError::NoReplications));
    }
}
