//! The share of pairs of votes that agree, and how votes are spread.
//!
//! For a vignette on which `n` people voted, `n_k` of them for category `k`, the share is
//! `sum_k n_k (n_k* - 1) / (n (n - 1))`, with `n_k* = sum_l w_kl n_l`; of several vignettes, the mean of theirs. Vignettes
//! with fewer than two votes are left out.
//!
//! Source: J. L. Fleiss, Measuring nominal scale agreement among many raters (1971); with weights, K. L. Gwet (2014).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::weights::Weights;

/// The share of pairs of votes that agree, 0 to 1; `None` where no vignette has two votes.
#[must_use]
pub fn agreement(counts: &[&[f64]], weights: Weights) -> Option<f64> {
    let shares: Vec<f64> = counts.iter().filter_map(|counts| of_one(counts, weights)).collect();
    mean(&shares)
}

fn of_one(counts: &[f64], weights: Weights) -> Option<f64> {
    let votes: f64 = counts.iter().sum();
    if votes < 2.0 {
        return None;
    }
    let alike = |k: usize| -> f64 {
        let near = counts.iter().enumerate();
        near.map(|(l, count)| weights.between(k, l, counts.len()) * count).sum()
    };
    let pairs: f64 = counts.iter().enumerate().map(|(k, count)| count * (alike(k) - 1.0)).sum();
    Some(pairs / (votes * (votes - 1.0)))
}

/// The mean; `None` of nothing.
pub(super) fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// Mean share of each category over the vignettes with a vote.
pub(super) fn shares(counts: &[&[f64]]) -> Vec<f64> {
    let mut shares = vec![0.0; counts.iter().map(|counts| counts.len()).max().unwrap_or(0)];
    let mut voted = 0.0;
    for counts in counts {
        let votes: f64 = counts.iter().sum();
        if votes > 0.0 {
            voted += 1.0;
            shares.iter_mut().zip(*counts).for_each(|(share, count)| *share += count / votes);
        }
    }
    shares.iter_mut().for_each(|share| *share /= voted);
    shares
}

/// How the votes on one vignette are spread.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Spread {
    /// Votes by category, in the order of the categories.
    pub votes: Vec<u32>,
    /// The lowest category with a vote.
    pub lowest: Option<usize>,
    /// The highest.
    pub highest: Option<usize>,
    /// The category with most votes; of several, the lowest.
    pub most_common: Option<usize>,
    /// Share of the votes that it has, 0 to 1.
    pub most_common_share: Option<f64>,
}

impl Spread {
    /// The spread of votes by category.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "counts are small whole numbers"
    )]
    pub fn of(counts: &[f64]) -> Self {
        let votes: Vec<u32> = counts.iter().map(|count| *count as u32).collect();
        let all: u32 = votes.iter().sum();
        let most = votes.iter().copied().max().filter(|most| *most > 0);
        Self {
            lowest: votes.iter().position(|count| *count > 0),
            highest: votes.iter().rposition(|count| *count > 0),
            most_common: most.and_then(|most| votes.iter().position(|count| *count == most)),
            most_common_share: most.map(|most| f64::from(most) / f64::from(all)),
            votes,
        }
    }
}
