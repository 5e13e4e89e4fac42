//! Gwet's AC1 and AC2: agreement beyond chance where chance is the chance of a vote that was hard to place, so that the
//! coefficient holds up when nearly all votes are for one category.
//!
//! `p_e = T / (q (q - 1)) sum_k s_k (1 - s_k)` with `q` categories, `s_k` their mean shares and `T` the sum of all weights
//! (`q` without weights). `q` is the number of categories offered. With weights of 0 and 1 it is AC1, otherwise AC2.
//!
//! Source: K. L. Gwet, Computing inter-rater reliability in the presence of high agreement (2008); Handbook of Inter-Rater
//! Reliability, 4th edition (2014).

use super::{
    kappa::beyond_chance,
    pairwise::{self, shares},
    weights::Weights,
};

/// AC1 (nominal weights) or AC2 of votes by category, a row a vignette; `None` where no vignette has two votes, or fewer
/// than two categories were offered.
#[must_use]
pub fn ac(counts: &[&[f64]], weights: Weights) -> Option<f64> {
    let agreed = pairwise::agreement(counts, weights)?;
    let shares = shares(counts);
    let q = shares.len();
    if q < 2 {
        return None;
    }
    let all: f64 = (0..q).flat_map(|k| (0..q).map(move |l| weights.between(k, l, q))).sum();
    let hard: f64 = shares.iter().map(|share| share * (1.0 - share)).sum();
    beyond_chance(agreed, all * hard / (q * (q - 1)) as f64)
}
