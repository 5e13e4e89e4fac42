//! What a child's situation calls for, and how that hangs together with what can be seen of it.
//!
//! Need and visible signs both come from a child's severity: the incident behind the contact, long-standing
//! difficulties, and what neither referrer nor partner sees. A truth model weighs the three into need. The signs
//! never depend on the model, so contacts, facts and decisions are the same under every one, and results differ only
//! in who truly needed what. No rule is ever consulted.

use serde::{Deserialize, Serialize};

/// The response a child's situation calls for, weakest first. Drawn, never decided.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum LatentNeed {
    /// Nothing.
    NoFurtherAction,
    /// Advice or information.
    Advice,
    /// Early help by one agency.
    EarlyHelp,
    /// Targeted early help by several agencies.
    TargetedEarlyHelp,
    /// A child and family assessment.
    ChildAndFamilyAssessment,
    /// A strategy discussion.
    StrategyDiscussion,
}

impl LatentNeed {
    /// Every response, weakest first.
    pub const ALL: [LatentNeed; 6] = [
        LatentNeed::NoFurtherAction,
        LatentNeed::Advice,
        LatentNeed::EarlyHelp,
        LatentNeed::TargetedEarlyHelp,
        LatentNeed::ChildAndFamilyAssessment,
        LatentNeed::StrategyDiscussion,
    ];

    /// The id of the route that answers it.
    #[must_use]
    pub fn route_id(self) -> &'static str {
        match self {
            LatentNeed::NoFurtherAction => "no_further_action",
            LatentNeed::Advice => "advice",
            LatentNeed::EarlyHelp => "early_help",
            LatentNeed::TargetedEarlyHelp => "targeted_early_help",
            LatentNeed::ChildAndFamilyAssessment => "child_and_family_assessment",
            LatentNeed::StrategyDiscussion => "strategy_discussion",
        }
    }

    /// Position in [`LatentNeed::ALL`].
    #[must_use]
    pub fn rank(self) -> usize {
        self as usize
    }

    /// The response whose cut points enclose the score.
    #[must_use]
    pub(crate) fn of_score(score: f64, cuts: &[f64; 5]) -> LatentNeed {
        let rank = cuts.iter().filter(|cut| score >= **cut).count();
        LatentNeed::ALL.get(rank).copied().unwrap_or(LatentNeed::StrategyDiscussion)
    }
}

impl std::fmt::Display for LatentNeed {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.route_id())
    }
}

/// Name of a truth model.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TruthModelId(String);

impl TruthModelId {
    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for TruthModelId {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for TruthModelId {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl std::fmt::Display for TruthModelId {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0)
    }
}

/// How incident, chronicity and what nobody sees make up need.
#[derive(Debug, Clone, PartialEq)]
pub struct TruthModel {
    /// Name in commands and results.
    pub id: TruthModelId,
    /// What people read.
    pub title: String,
    /// Why it is offered.
    pub reason: String,
    // INVARIANT: the squares of the three weights sum to one, so that need is as spread out under every model.
    incident: f64,
    chronic: f64,
    hidden: f64,
}

impl TruthModel {
    /// A model of these weights, scaled so that their squares sum to one; `None` when all are zero or one is not a number.
    #[must_use]
    pub fn new(
        id: TruthModelId,
        title: String,
        reason: String,
        [incident, chronic, hidden]: [f64; 3],
    ) -> Option<Self> {
        let length = libm::sqrt(incident * incident + chronic * chronic + hidden * hidden);
        (length.is_finite() && length > 0.0).then(|| Self {
            id,
            title,
            reason,
            incident: incident / length,
            chronic: chronic / length,
            hidden: hidden / length,
        })
    }

    /// Correlation between need and the visible signs.
    #[must_use]
    pub fn visible(&self) -> f64 {
        (self.incident + self.chronic) / core::f64::consts::SQRT_2
    }

    /// The need score of a child in this state.
    #[must_use]
    pub(crate) fn score(&self, severity: &Severity) -> f64 {
        self.incident * severity.incident
            + self.chronic * severity.chronic
            + self.hidden * severity.hidden
            + severity.source_shift
    }
}

/// How serious one child's situation is, in standard deviations from the average contact.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Severity {
    /// Of the incident that led to the contact.
    pub incident: f64,
    /// Of long-standing difficulties.
    pub chronic: f64,
    /// Of what neither referrer nor partners see.
    pub hidden: f64,
    /// How far contacts from this source lie from the average contact.
    pub source_shift: f64,
}

impl Severity {
    /// How serious it looks to somebody who knows every visible fact.
    #[must_use]
    pub(crate) fn apparent(&self) -> f64 {
        (self.incident + self.chronic) / core::f64::consts::SQRT_2 + self.source_shift
    }

    /// How far long-standing difficulties outweigh the incident.
    #[must_use]
    pub(crate) fn balance(&self) -> f64 {
        (self.chronic - self.incident) / core::f64::consts::SQRT_2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_scaled() {
        let model = TruthModel::new("a".into(), String::new(), String::new(), [3.0, 0.0, 4.0]).unwrap();
        let severity = Severity { incident: 1.0, chronic: 5.0, hidden: 1.0, source_shift: 0.5 };
        assert!((model.score(&severity) - 1.9).abs() < 1e-12);
        assert!(TruthModel::new("b".into(), String::new(), String::new(), [0.0; 3]).is_none());
    }

    #[test]
    fn scores_fall_between_cut_points() {
        let cuts = [-1.0, 0.0, 0.5, 1.0, 2.0];
        assert_eq!(LatentNeed::of_score(-3.0, &cuts), LatentNeed::NoFurtherAction);
        assert_eq!(LatentNeed::of_score(1.0, &cuts), LatentNeed::ChildAndFamilyAssessment);
        assert_eq!(LatentNeed::of_score(9.0, &cuts), LatentNeed::StrategyDiscussion);
    }
}
