//! Whether a paired difference is more than chance, and how far that can be said of many at once.
//!
//! In: differences of replications, or the p-values of several questions. Out: p-values from 0 to 1. Source: A. M. Law,
//! Simulation Modeling and Analysis, 5th edition (2015), section 10.2, for the paired t; S. Holm, A simple sequentially
//! rejective multiple test procedure, Scandinavian Journal of Statistics 6 (1979), for many questions.

use crate::{StatsError, interval::t_two_sided, running::Running};

/// Two-sided p-value of "the mean difference is zero", by Student's t over replications.
///
/// None where one replication, or no spread, leaves nothing to judge by; differences that are all the same and not zero
/// have p-value 0.
///
/// # Errors
/// As [`estimate()`](crate::estimate()).
pub fn paired_p(differences: &[f64]) -> Result<Option<f64>, StatsError> {
    let mut running = Running::default();
    for difference in differences {
        running.push(*difference)?;
    }
    let n = running.n();
    if n < 2 {
        return Ok(None);
    }
    let estimate = running.estimate()?;
    let spread = running.variance();
    if spread == 0.0 {
        return Ok((estimate.mean != 0.0).then_some(0.0));
    }
    let t = estimate.mean / libm::sqrt(spread / f64::from(n));
    Ok(Some(t_two_sided(t, f64::from(n - 1))))
}

/// Holm's adjustment: p-values that may each be held against the same level, so that the chance of one false finding
/// among all of them stays below it. In the order given; what is none stays none and does not count.
#[must_use]
pub fn holm(p: &[Option<f64>]) -> Vec<Option<f64>> {
    let mut order: Vec<(usize, f64)> =
        p.iter().enumerate().filter_map(|(at, value)| Some((at, (*value)?))).collect();
    order.sort_by(|(_, a), (_, b)| a.total_cmp(b));
    let mut adjusted = vec![None; p.len()];
    let mut left = f64::from(u32::try_from(order.len()).unwrap_or(u32::MAX));
    let mut highest = 0.0_f64;
    for (at, value) in order {
        highest = highest.max((value * left).min(1.0));
        left -= 1.0;
        if let Some(place) = adjusted.get_mut(at) {
            *place = Some(highest);
        }
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use statrs::distribution::{ContinuousCDF, StudentsT};

    use super::*;

    #[test]
    fn the_paired_p_is_the_t_distributions() {
        let differences = [1.0, 2.5, -0.5, 1.5, 0.7, 2.2];
        let n = 6.0_f64;
        let mean = differences.iter().sum::<f64>() / n;
        let variance = differences.iter().map(|it| (it - mean).powi(2)).sum::<f64>() / (n - 1.0);
        let t = mean / (variance / n).sqrt();
        let expected = 2.0 * (1.0 - StudentsT::new(0.0, 1.0, n - 1.0).unwrap().cdf(t));
        let got = paired_p(&differences).unwrap().unwrap();
        assert!((got - expected).abs() < 1e-10, "{got} and {expected}");
    }

    #[test]
    fn without_spread_there_is_nothing_to_judge_by() {
        assert_eq!(paired_p(&[3.0]).unwrap(), None);
        assert_eq!(paired_p(&[0.0; 4]).unwrap(), None);
        assert_eq!(paired_p(&[2.0; 4]).unwrap(), Some(0.0));
        assert!(paired_p(&[1.0, f64::NAN]).is_err());
    }

    /// The worked example of four hypotheses in Holm's article, by hand: 0.01, 0.04, 0.03, 0.005.
    #[test]
    fn holm_by_hand() {
        let got = holm(&[Some(0.01), Some(0.04), None, Some(0.03), Some(0.005)]);
        let expected = [Some(0.03), Some(0.06), None, Some(0.06), Some(0.02)];
        for (got, expected) in got.iter().zip(expected) {
            match (got, expected) {
                (Some(got), Some(expected)) => assert!((got - expected).abs() < 1e-12, "{got} {expected}"),
                (got, expected) => assert_eq!(*got, expected),
            }
        }
    }
}
