//! Cohen's kappa of two people and Fleiss' kappa of several: agreement beyond what their shares of categories give by
//! chance, over the most there could be: `(p_a - p_e) / (1 - p_e)`.
//!
//! Cohen: `p_e = sum_kl w_kl p_k q_l`, from each person's own shares. Fleiss: `p_e = sum_k s_k^2`, from the mean shares
//! `s_k` of all votes; where numbers of votes differ, each vignette counts alike (Gwet 2014).
//!
//! Source: J. Cohen, A coefficient of agreement for nominal scales (1960); with weights, Cohen (1968); Fleiss (1971).

use super::{
    pairwise::{self, shares},
    weights::Weights,
};

/// Cohen's kappa of two people's votes, a pair a vignette; `None` without votes, or where both always chose one same
/// category, for which kappa is not defined.
#[must_use]
pub fn cohen(pairs: &[(usize, usize)], categories: usize, weights: Weights) -> Option<f64> {
    let votes = pairs.len() as f64;
    let share = |of: &dyn Fn(&(usize, usize)) -> usize, k: usize| {
        pairs.iter().filter(|pair| of(pair) == k).count() as f64 / votes
    };
    let a: Vec<f64> = (0..categories).map(|k| share(&|pair| pair.0, k)).collect();
    let b: Vec<f64> = (0..categories).map(|k| share(&|pair| pair.1, k)).collect();
    let agreed: f64 = pairs.iter().map(|(k, l)| weights.between(*k, *l, categories)).sum::<f64>() / votes;
    let mut by_chance = 0.0;
    for (k, p) in a.iter().enumerate() {
        for (l, q) in b.iter().enumerate() {
            by_chance += weights.between(k, l, categories) * p * q;
        }
    }
    beyond_chance(agreed, by_chance)
}

/// Fleiss' kappa of votes by category, a row a vignette; `None` where no vignette has two votes, or all votes are for one
/// category.
#[must_use]
pub fn fleiss(counts: &[&[f64]]) -> Option<f64> {
    let agreed = pairwise::agreement(counts, Weights::Nominal)?;
    beyond_chance(agreed, shares(counts).iter().map(|share| share * share).sum())
}

/// Agreement beyond chance; `None` where chance alone agrees always.
pub(super) fn beyond_chance(agreed: f64, by_chance: f64) -> Option<f64> {
    let room = 1.0 - by_chance;
    (room > NOTHING && agreed.is_finite()).then(|| (agreed - by_chance) / room)
}

/// Rounding leaves about this much where there is nothing.
const NOTHING: f64 = 1e-12;
