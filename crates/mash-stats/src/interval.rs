//! A 95% interval from replication values, by Student's t.
//!
//! In: one value a replication, in replication order, in whatever unit the figure has. Out: mean and interval in the
//! same unit. Replications are independent and, being means or counts over many cases, close to normal, so the mean
//! plus or minus `t` standard errors covers the true mean in about 95 runs of 100.
//!
//! Source: A. M. Law, Simulation Modeling and Analysis, 5th edition (2015), sections 4.5 (interval for a mean) and
//! 10.2 (paired-t interval); for the t distribution, NIST Digital Library of Mathematical Functions, section 8.17
//! (incomplete beta functions), and Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 26.7.5.

use crate::{Estimate, Paired, StatsError};

/// How often an interval covers the true mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confidence {
    /// In 95 runs of 100.
    P95,
    /// In 99 runs of 100.
    P99,
}

impl Confidence {
    /// Share of intervals that miss on each side.
    fn upper_tail(self) -> f64 {
        match self {
            Confidence::P95 => 0.025,
            Confidence::P99 => 0.005,
        }
    }

    /// The value with that share above it under the standard normal distribution.
    fn normal(self) -> f64 {
        match self {
            Confidence::P95 => 1.959_963_984_540_054,
            Confidence::P99 => 2.575_829_303_548_900_4,
        }
    }
}

/// Mean of `values` with its 95% interval, in the unit of the values.
///
/// Input: one value a replication, in replication order. With one replication, or no spread, the interval is the mean.
///
/// # Errors
/// [`StatsError::NoReplications`] for an empty list, [`StatsError::NotFinite`] naming the first replication that is not
/// a finite number, [`StatsError::TooLarge`] where the mean or interval overflows, [`StatsError::TooMany`] past
/// `u32::MAX` replications.
pub fn estimate(values: &[f64]) -> Result<Estimate, StatsError> {
    estimate_at(values, Confidence::P95)
}

/// As [`estimate`], with an interval of this confidence.
///
/// # Errors
/// As [`estimate`].
pub fn estimate_at(values: &[f64], confidence: Confidence) -> Result<Estimate, StatsError> {
    if values.is_empty() {
        return Err(StatsError::NoReplications);
    }
    if let Some(replication) = values.iter().position(|value| !value.is_finite()) {
        return Err(StatsError::NotFinite { replication });
    }
    let n = u32::try_from(values.len()).map_err(|_| StatsError::TooMany { replications: values.len() })?;

    let mean = sum(values.iter().copied()) / f64::from(n);
    let half_width = match n - 1 {
        0 => 0.0,
        df => {
            let squares = sum(values.iter().map(|value| (value - mean) * (value - mean)));
            t_critical(df, confidence) * libm::sqrt(squares / f64::from(df) / f64::from(n))
        }
    };
    let estimate = Estimate { mean, low: mean - half_width, high: mean + half_width, n };
    if estimate.low.is_finite() && estimate.high.is_finite() {
        Ok(estimate)
    } else {
        Err(StatsError::TooLarge)
    }
}

/// Both options' estimates and the estimate of their difference, B less A, in the unit of the values.
///
/// Input: value `i` of `a` and value `i` of `b` come from the same replication, so with common random numbers most of
/// the chance variation cancels in each difference. The interval of the difference rests on the differences alone; it
/// is not the two intervals laid against each other, and is usually far narrower.
///
/// ```
/// let referrals_a = [512.0, 498.0, 530.0, 487.0, 505.0];
/// let referrals_b = [500.0, 489.0, 517.0, 477.0, 493.0];
/// let found = mash_stats::paired(&referrals_a, &referrals_b)?;
///
/// let shown = |it: mash_stats::Estimate| format!("{:.1} ({:.1} to {:.1})", it.mean, it.low, it.high);
/// assert_eq!(shown(found.a), "506.4 (486.4 to 526.4)");
/// assert_eq!(shown(found.b), "495.2 (476.9 to 513.5)");
/// assert_eq!(shown(found.difference), "-11.2 (-13.2 to -9.2)");
/// # Ok::<(), mash_stats::StatsError>(())
/// ```
///
/// # Errors
/// [`StatsError::UnequalReplications`] where the lists differ in length; otherwise as [`estimate`].
pub fn paired(a: &[f64], b: &[f64]) -> Result<Paired, StatsError> {
    if a.len() != b.len() {
        return Err(StatsError::UnequalReplications { a: a.len(), b: b.len() });
    }
    let (estimate_a, estimate_b) = (estimate(a)?, estimate(b)?);
    let differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| b - a).collect();
    let difference = estimate(&differences).map_err(|error| match error {
        // Both lists are finite, so only the subtraction can have overflowed.
        StatsError::NotFinite { .. } => StatsError::TooLarge,
        StatsError::NoReplications
        | StatsError::UnequalReplications { .. }
        | StatsError::TooLarge
        | StatsError::TooMany { .. } => error,
    })?;
    Ok(Paired { a: estimate_a, b: estimate_b, difference })
}

/// Sum in the order given, carrying what each addition rounds off (Neumaier's form of compensated summation).
///
/// Source: A. Neumaier, Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen, ZAMM 54 (1974).
fn sum(values: impl Iterator<Item = f64>) -> f64 {
    let (mut sum, mut lost) = (0.0_f64, 0.0_f64);
    for value in values {
        let next = sum + value;
        lost += if sum.abs() >= value.abs() { (sum - next) + value } else { (value - next) + sum };
        sum = next;
    }
    sum + lost
}

/// The t value of a confidence, for `df` degrees of freedom, one or more.
pub(crate) fn t_critical(df: u32, confidence: Confidence) -> f64 {
    // The first term the series leaves out is about 1.6 / df^4: below the last bit of the result from here on.
    if df > 10_000 {
        t_critical_large(f64::from(df), confidence)
    } else {
        t_critical_newton(f64::from(df), confidence)
    }
}

/// The t value by its expansion in powers of `1 / df` about the normal one. Source: Abramowitz and Stegun 26.7.5.
fn t_critical_large(df: f64, confidence: Confidence) -> f64 {
    let z = confidence.normal();
    let z2 = z * z;
    let first = z * (z2 + 1.0) / 4.0;
    let second = z * ((5.0 * z2 + 16.0) * z2 + 3.0) / 96.0;
    let third = z * (((3.0 * z2 + 19.0) * z2 + 17.0) * z2 - 15.0) / 384.0;
    z + (first + (second + third / df) / df) / df
}

/// The t value by Newton's method on the upper tail.
///
/// The tail falls and flattens as t grows, so from any start below the answer every step lands between there and the
/// answer: no bracket is needed. The normal value is such a start, since t has the heavier tail for every `df`.
fn t_critical_newton(df: f64, confidence: Confidence) -> f64 {
    let log_beta = ln_beta(df / 2.0, 0.5);
    let mut t = confidence.normal();
    for _ in 0..100 {
        let step = (t_upper_tail(t, df, log_beta) - confidence.upper_tail()) / t_density(t, df, log_beta);
        let next = t + step;
        // At the answer the step is rounding error, of either sign.
        if next <= t || step < t * 1e-15 {
            break;
        }
        t = next;
    }
    t
}

/// Probability of a value above `t >= 0`: half of `I_x(df/2, 1/2)` at `x = df / (df + t^2)`.
fn t_upper_tail(t: f64, df: f64, log_beta: f64) -> f64 {
    let t2 = t * t;
    // Both are computed directly: 1 - x would lose the digits of the smaller one.
    let (x, one_less_x) = (df / (df + t2), t2 / (df + t2));
    0.5 * incomplete_beta(df / 2.0, 0.5, x, one_less_x, log_beta)
}

/// Probability of a value as far from zero as `t`, on either side, under Student's t with `df` degrees of freedom, one or
/// more.
pub(crate) fn t_two_sided(t: f64, df: f64) -> f64 {
    2.0 * t_upper_tail(t.abs(), df, ln_beta(df / 2.0, 0.5))
}

/// Density of Student's t at `t`.
fn t_density(t: f64, df: f64, log_beta: f64) -> f64 {
    libm::exp(-0.5 * libm::log(df) - 0.5 * (df + 1.0) * libm::log1p(t * t / df) - log_beta)
}

/// Logarithm of the beta function.
fn ln_beta(a: f64, b: f64) -> f64 {
    libm::lgamma(a) + libm::lgamma(b) - libm::lgamma(a + b)
}

/// The regularised incomplete beta function `I_x(a, b)`, by its continued fraction.
///
/// `one_less_x` is `1 - x` and `log_beta` is `ln_beta(a, b)`. Source: NIST DLMF 8.17.22, with 8.17.4 to swap the ends
/// where the fraction would converge slowly.
fn incomplete_beta(a: f64, b: f64, x: f64, one_less_x: f64, log_beta: f64) -> f64 {
    let front = libm::exp(a * libm::log(x) + b * libm::log(one_less_x) - log_beta);
    if x < (a + 1.0) / (a + b + 2.0) {
        front * beta_fraction(a, b, x) / a
    } else {
        1.0 - front * beta_fraction(b, a, one_less_x) / b
    }
}

/// The continued fraction of the incomplete beta function, evaluated from the front by Lentz's method.
///
/// Source: NIST DLMF 8.17.22 and 8.17.23 for the terms, 3.10(iii) for the method.
fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    /// Stands in for a denominator of zero.
    const TINY: f64 = 1e-300;
    /// Far past the need: about the square root of the larger of `a` and `b` is enough.
    const TERMS: u32 = 2_000;
    let away_from_zero = |value: f64| if value.abs() < TINY { TINY } else { value };

    let mut c = 1.0;
    let mut d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = d;
    for term in 1..=TERMS {
        let m = f64::from(term);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut change = 1.0;
        for numerator in [even, odd] {
            d = 1.0 / away_from_zero(1.0 + numerator * d);
            c = away_from_zero(1.0 + numerator / c);
            change = c * d;
            fraction *= change;
        }
        if (change - 1.0).abs() < 1e-16 {
            break;
        }
    }
    fraction
}

#[cfg(test)]
mod tests {
    use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

    use super::*;

    #[track_caller]
    fn check_close(got: f64, expect: f64, relative: f64) {
        assert!((got - expect).abs() <= relative * expect.abs(), "got {got}, expected {expect}");
    }

    #[track_caller]
    fn check(values: &[f64], mean: f64, half_width: f64) {
        let got = estimate(values).unwrap();
        check_close(got.mean, mean, 1e-12);
        check_close(got.high - got.mean, half_width, 1e-6);
        check_close(got.mean - got.low, half_width, 1e-6);
        assert_eq!(got.n as usize, values.len());
    }

    #[test]
    fn t_values_to_the_last_digits() {
        // By root finding on the incomplete beta function with 30 digits (mpmath); tables print the first few.
        for (df, expect) in [
            (1, 12.706_204_736_174_704),
            (2, 4.302_652_729_749_464),
            (3, 3.182_446_305_283_71),
            (4, 2.776_445_105_197_794),
            (9, 2.262_157_162_798_206),
            (29, 2.045_229_642_132_704),
            (99, 1.984_216_951_586_418),
            (999, 1.962_341_461_133_45),
            (5_000, 1.960_438_551_706_508),
            (10_000, 1.960_201_239_890_626),
            (10_001, 1.960_201_216_164_641),
            (100_000, 1.959_987_707_534_61),
        ] {
            check_close(t_critical(df, Confidence::P95), expect, 1e-12);
        }
    }

    #[test]
    fn closed_forms_at_one_and_two_degrees_of_freedom() {
        check_close(t_critical(1, Confidence::P95), libm::tan(std::f64::consts::PI * 0.475), 1e-14);
        check_close(t_critical(2, Confidence::P95), 0.95 * (2.0_f64 / (1.0 - 0.95 * 0.95)).sqrt(), 1e-14);
    }

    #[test]
    fn t_values_put_a_fortieth_above_them_by_another_library() {
        for df in (1..=200).chain([500, 1_000, 5_000, 10_000, 10_001, 50_000]) {
            let oracle = StudentsT::new(0.0, 1.0, f64::from(df)).unwrap();
            check_close(oracle.sf(t_critical(df, Confidence::P95)), 0.025, 1e-9);
            check_close(oracle.sf(t_critical(df, Confidence::P99)), 0.005, 1e-8);
        }
    }

    #[test]
    fn t_values_fall_towards_the_normal_one_and_meet_where_the_method_changes() {
        let mut last = f64::INFINITY;
        for df in 1..=2_000 {
            let t = t_critical(df, Confidence::P95);
            assert!(t < last && t > 1.959_963_984_540_054, "df {df}: {t} after {last}");
            last = t;
        }
        check_close(
            t_critical_newton(10_000.0, Confidence::P95),
            t_critical_large(10_000.0, Confidence::P95),
            1e-12,
        );
        check_close(t_critical(u32::MAX, Confidence::P95), 1.959_963_984_540_054, 1e-9);
    }

    #[test]
    fn incomplete_beta_agrees_with_another_library() {
        for a in [0.5, 1.0, 2.5, 10.0, 60.0] {
            for b in [0.5, 1.0, 3.0, 25.0] {
                for x in [0.01, 0.2, 0.5, 0.75, 0.99] {
                    let expect = statrs::function::beta::beta_reg(a, b, x);
                    let got = incomplete_beta(a, b, x, 1.0 - x, ln_beta(a, b));
                    assert!((got - expect).abs() < 1e-11, "I_{x}({a}, {b}): {got}, expected {expect}");
                }
            }
        }
    }

    #[test]
    fn worked_examples() {
        // Five values, mean 3, variance 2.5: 2.776445 * sqrt(2.5 / 5).
        check(&[1.0, 2.0, 3.0, 4.0, 5.0], 3.0, 2.776_445_105 * 0.5_f64.sqrt());
        // Two values: the standard error is half their distance.
        check(&[10.0, 14.0], 12.0, 12.706_204_736 * 2.0);
    }

    #[test]
    fn one_replication_or_no_spread_gives_the_mean_alone() {
        assert_eq!(estimate(&[7.5]).unwrap(), Estimate { mean: 7.5, low: 7.5, high: 7.5, n: 1 });
        assert_eq!(estimate(&[2.0; 12]).unwrap(), Estimate { mean: 2.0, low: 2.0, high: 2.0, n: 12 });
    }

    #[test]
    fn pairing_removes_what_both_options_share() {
        let a = [120.0, 80.0, 200.0, 40.0];
        let b = [123.0, 82.0, 204.0, 43.0];
        let got = paired(&a, &b).unwrap();
        check_close(got.difference.mean, 3.0, 1e-12);
        // Differences 3, 2, 4, 3: variance 2/3, so 3.182446 * sqrt(1/6).
        check_close(got.difference.high - 3.0, 3.182_446_305 * (1.0_f64 / 6.0).sqrt(), 1e-6);
        assert!(got.a.high - got.a.low > 50.0 * (got.difference.high - got.difference.low));
        assert_eq!(got.a, estimate(&a).unwrap());
        assert_eq!(got.b, estimate(&b).unwrap());
    }

    #[test]
    fn unusable_values_are_errors_that_name_the_place() {
        assert_eq!(estimate(&[]), Err(StatsError::NoReplications));
        assert_eq!(estimate(&[1.0, f64::NAN]), Err(StatsError::NotFinite { replication: 1 }));
        assert_eq!(estimate(&[f64::INFINITY]), Err(StatsError::NotFinite { replication: 0 }));
        assert_eq!(estimate(&[f64::MAX, f64::MAX]), Err(StatsError::TooLarge));
        assert_eq!(estimate(&[f64::MAX, -f64::MAX]), Err(StatsError::TooLarge));
        assert_eq!(paired(&[1.0], &[]), Err(StatsError::UnequalReplications { a: 1, b: 0 }));
        assert_eq!(paired(&[], &[]), Err(StatsError::NoReplications));
        assert_eq!(paired(&[1.0, 2.0], &[1.0, f64::NAN]), Err(StatsError::NotFinite { replication: 1 }));
        assert_eq!(paired(&[-f64::MAX], &[f64::MAX]), Err(StatsError::TooLarge));
    }

    #[test]
    fn sums_keep_what_plain_addition_rounds_away() {
        assert_eq!(sum([1.0, 1e100, 1.0, -1e100].into_iter()).to_bits(), 2.0_f64.to_bits());
    }

    #[test]
    fn ninety_five_intervals_in_a_hundred_cover_the_true_mean() {
        let normal = Normal::new(10.0, 3.0).unwrap();
        let mut state = 42_u64;
        let mut draw = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let high_bits = u32::try_from(state >> 32).unwrap();
            normal.inverse_cdf((f64::from(high_bits) + 0.5) / 4_294_967_296.0)
        };
        let runs = 4_000;
        let covered = (0..runs)
            .filter(|_| {
                let sample: Vec<f64> = (0..5).map(|_| draw()).collect();
                let got = estimate(&sample).unwrap();
                got.low <= 10.0 && 10.0 <= got.high
            })
            .count();
        // Three standard errors of a share of 0.95 in 4,000 are 0.0103.
        assert!((3_759..=3_841).contains(&covered), "{covered} of {runs} covered");
    }
}
