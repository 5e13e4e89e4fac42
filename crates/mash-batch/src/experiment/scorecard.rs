//! The scorecard of an improvement board: targets scored blue, red, amber or green under each alternative.
//!
//! A score judges a service against a target; it has nothing to do with the rating of a contact and shares neither its
//! words nor its legend.

use mash_sim::scenario::targets::{Better, TargetFile};
use mash_stats::Estimate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::figures::estimated;

/// How a target is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Score {
    /// As far beyond the target as the scenario's own meaning of blue asks.
    Blue,
    /// The target is met.
    Green,
    /// It is missed, within the margin.
    Amber,
    /// It is missed by more.
    Red,
}

impl Score {
    /// Every score, best first.
    pub const ALL: [Score; 4] = [Score::Blue, Score::Green, Score::Amber, Score::Red];

    /// In words, so that no reader needs the colour.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Score::Blue => "Blue: beyond the target",
            Score::Green => "Green: target met",
            Score::Amber => "Amber: missed, within the margin",
            Score::Red => "Red: missed by more than the margin",
        }
    }

    /// How a value scores against a target.
    #[must_use]
    pub fn of(value: f64, target: &TargetFile) -> Self {
        let sign = match target.better {
            Better::Higher => 1.0,
            Better::Lower => -1.0,
        };
        let reaches = |level: f64| sign * value >= sign * level;
        if reaches(target.blue_from) {
            Score::Blue
        } else if reaches(target.target.value) {
            Score::Green
        } else if reaches(target.target.value - sign * target.amber_within) {
            Score::Amber
        } else {
            Score::Red
        }
    }
}

/// One target under every alternative.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScoreRow {
    /// The measure.
    pub measure: String,
    /// What people read.
    pub title: String,
    /// Unit of the measure.
    pub unit: String,
    /// The target, in that unit.
    pub target: f64,
    /// Whether more is better.
    pub better: Better,
    /// What blue means here.
    pub blue_means: String,
    /// `published`, `reported`, `synthesised`, ...
    pub mark: String,
    /// Where the target comes from; none where it has no source.
    pub source: Option<String>,
    /// By alternative.
    pub scores: Vec<Option<Scored>>,
}

/// How one alternative meets a target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Scored {
    /// The figure.
    pub estimate: Estimate,
    /// The score of its mean.
    pub score: Score,
    /// Share of replications, each a year that might have been, in which the target is met.
    pub probability: f64,
    /// 95% interval of that share, by Wilson's score.
    pub probability_interval: [f64; 2],
}

/// Scores one target; `values` are by alternative, one a replication.
pub(super) fn scored(values: &[Option<f64>], target: &TargetFile) -> Option<Scored> {
    let estimate = estimated(values)?;
    let met = values.iter().flatten().filter(|value| Score::of(**value, target) <= Score::Green).count();
    let n = f64::from(estimate.n);
    let share = f64::from(u32::try_from(met).unwrap_or(u32::MAX)) / n;
    Some(Scored {
        score: Score::of(estimate.mean, target),
        estimate,
        probability: share,
        probability_interval: wilson(share, n),
    })
}

/// Wilson's score interval at 95%. Source: E. B. Wilson, Probable inference, the law of succession, and statistical
/// inference, JASA 22 (1927).
fn wilson(share: f64, n: f64) -> [f64; 2] {
    const Z: f64 = 1.959_963_984_540_054;
    let z2 = Z * Z;
    let centre = (share + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = Z * libm::sqrt(share * (1.0 - share) / n + z2 / (4.0 * n * n)) / (1.0 + z2 / n);
    [(centre - half).max(0.0), (centre + half).min(1.0)]
}

#[cfg(test)]
mod tests {
    use mash_sim::scenario::{Mark, Marked};

    use super::*;

    fn target(better: Better, target: f64, amber_within: f64, blue_from: f64) -> TargetFile {
        TargetFile {
            measure: "m".to_owned(),
            target: Marked { value: target, mark: Mark::Synthesised, source: None, reason: None },
            better,
            amber_within,
            blue_from,
            blue_means: String::new(),
        }
    }

    #[test]
    fn a_score_follows_the_bands_on_either_side() {
        let higher = target(Better::Higher, 90.0, 5.0, 95.0);
        let scores = [96.0, 95.0, 90.0, 89.9, 85.0, 84.9].map(|value| Score::of(value, &higher));
        assert_eq!(scores, [Score::Blue, Score::Blue, Score::Green, Score::Amber, Score::Amber, Score::Red]);
        let lower = target(Better::Lower, 15.0, 2.0, 13.0);
        let scores = [12.0, 15.0, 17.0, 17.1].map(|value| Score::of(value, &lower));
        assert_eq!(scores, [Score::Blue, Score::Green, Score::Amber, Score::Red]);
    }

    /// 8 of 10: 0.490 to 0.943, as printed in Agresti and Coull (1998) for the score interval's formula.
    #[test]
    fn the_interval_of_a_share() {
        let [low, high] = wilson(0.8, 10.0);
        assert!((low - 0.4902).abs() < 5e-4 && (high - 0.9433).abs() < 5e-4, "{low} {high}");
        assert!(wilson(0.0, 10.0)[0].abs() < 1e-12);
        assert!((wilson(1.0, 10.0)[1] - 1.0).abs() < 1e-12);
    }
}
