//! How far the votes on several vignettes agree.
//!
//! In: [`Votes`], for each vignette one vote or none of each person, as positions in the list of routes (weakest first).
//! Out: [`Agreement`]: the share of pairs that agree, and coefficients that set it against agreement by chance, each with
//! a 95% interval by resampling vignettes. With fewer than [`LEAST_VIGNETTES`] vignettes only the share and the spread.
//!
//! [`pairwise`] is the share itself, [`kappa`] Cohen's and Fleiss' kappa, [`alpha`] Krippendorff's alpha, [`gwet`] AC1 and
//! AC2, [`weights`] how far two routes count as the same, [`interval`] the resampling, [`change`] what further
//! information or a group's talk did to the votes.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::small_groups;

pub mod alpha;
pub mod change;
pub mod gwet;
pub mod interval;
pub mod kappa;
pub mod pairwise;
pub mod votes;
pub mod weights;

pub use interval::Coefficient;
pub use pairwise::Spread;
pub use votes::{Votes, VotesError};
pub use weights::Weights;

/// Vignettes from which on coefficients are given; below, chance rules them. `synthesised`.
pub const LEAST_VIGNETTES: usize = 5;

/// How far votes agree.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Agreement {
    /// Vignettes with two votes or more; the others say nothing about agreement.
    pub vignettes: usize,
    /// People with at least one vote.
    pub raters: usize,
    /// Votes.
    pub votes: usize,
    /// Share of pairs of votes on the same vignette that agree, 0 to 1, averaged over vignettes.
    pub percent: Option<Coefficient>,
    /// Fleiss' kappa; absent below [`LEAST_VIGNETTES`], or where it is not defined.
    pub fleiss_kappa: Option<Coefficient>,
    /// Cohen's kappa; only where two people voted.
    pub cohen_kappa: Option<Coefficient>,
    /// Krippendorff's alpha, any two routes being equally far apart.
    pub alpha_nominal: Option<Coefficient>,
    /// Krippendorff's alpha, routes in their order.
    pub alpha_ordinal: Option<Coefficient>,
    /// Gwet's AC1, any two routes being equally far apart.
    pub ac1: Option<Coefficient>,
    /// Gwet's AC2 with ordinal weights.
    pub ac2: Option<Coefficient>,
    /// How the votes on each vignette are spread, in their order.
    pub spread: Vec<Spread>,
}

/// How far the votes agree; `seed` is that of the resampling.
#[must_use]
pub fn agreement(votes: &Votes, seed: u64) -> Agreement {
    let counts = votes.counts();
    let number = |counts: &[f64]| counts.iter().sum::<f64>();
    // A single vote says nothing about agreement, and something about how often a route is chosen.
    let voted: Vec<&[f64]> = counts.iter().map(Vec::as_slice).filter(|counts| number(counts) > 0.0).collect();
    let vignettes = voted.iter().filter(|counts| number(counts) >= 2.0).count();
    let enough = vignettes >= LEAST_VIGNETTES;
    let of = |statistic: &dyn Fn(&[&[f64]]) -> Option<f64>| {
        if enough { interval::resampled(&voted, statistic, seed) } else { None }
    };
    let percent = pairwise::agreement(&voted, Weights::Nominal);
    Agreement {
        vignettes,
        raters: votes.raters(),
        votes: votes.rows().iter().flatten().flatten().count(),
        percent: of(&|counts| pairwise::agreement(counts, Weights::Nominal))
            .or_else(|| percent.map(Coefficient::without_interval)),
        fleiss_kappa: of(&kappa::fleiss),
        cohen_kappa: votes.pair_of_raters().filter(|_| enough).and_then(|pairs| {
            let statistic =
                |pairs: &[(usize, usize)]| kappa::cohen(pairs, votes.categories(), Weights::Nominal);
            interval::resampled(&pairs, &statistic, seed)
        }),
        alpha_nominal: of(&|counts| alpha::alpha(counts, alpha::Distance::Nominal)),
        alpha_ordinal: of(&|counts| alpha::alpha(counts, alpha::Distance::Ordinal)),
        ac1: of(&|counts| gwet::ac(counts, Weights::Nominal)),
        ac2: of(&|counts| gwet::ac(counts, Weights::Ordinal)),
        spread: counts.iter().map(|counts| Spread::of(counts)).collect(),
    }
}

/// How far votes agree within each group of people that may be shown; `group_of` names the group of each column.
///
/// Groups that are too small are put together, or nothing is shown: [`small_groups::shown`].
#[must_use]
pub fn by_group(votes: &Votes, group_of: &[String], seed: u64) -> BTreeMap<String, Agreement> {
    let groups = small_groups::shown(group_of).into_iter();
    groups.map(|(name, people)| (name, agreement(&votes.of_people(&people), seed))).collect()
}

#[cfg(test)]
mod tests;
