//! What follows a decision, as a scenario writes it: early help, assessment, section 47, conference, plan.

use serde::{Deserialize, Serialize};

use super::super::figure::{Figure, Marked};

/// Early help.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EarlyHelpFile {
    /// Share of early help that partners give; the council's own teams give the rest.
    pub by_partners: Figure,
    /// Share of families who take it up.
    pub taken_up: Figure,
    /// Families that the council's teams can help at once.
    pub council_places: Figure,
    /// Families that partners can help at once.
    pub partner_places: Figure,
    /// Mean days.
    pub days: Figure,
    /// Standard deviation over mean, lognormal.
    pub spread: Figure,
    /// Share of ended early help that is stepped up to an assessment, where an assessment was needed all along.
    pub stepped_up: Figure,
}

/// Child and family assessments.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AssessmentFile {
    /// Working days from referral to completion, as published: ends of bands with the share completed by then.
    pub days: Marked<Vec<[f64; 2]>>,
    /// How much longer an assessment takes as its worker's caseload passes the limit: power of caseload over limit; 0 is
    /// no effect.
    pub by_caseload: Figure,
    /// Odds, as a factor, by which a child who needs no assessment is more often found not in need than one who does;
    /// 1 where assessments tell nothing.
    pub accuracy: Figure,
    /// Mean days for which a child found in need stays open.
    pub in_need_days: Figure,
    /// Standard deviation over mean, lognormal.
    pub in_need_spread: Figure,
    /// Share of closed cases that step down to early help.
    pub stepped_down: Figure,
    /// Strategy discussions a year about each child in need who is not on a plan.
    pub strategy_a_year: Figure,
    /// Children in need, those on a plan included, when the simulation begins.
    pub open_at_start: Figure,
    /// Family Help: the same teams and workers give targeted early help and help to children in need, so that a child
    /// who turns out to need an assessment has no new referral and no new worker.
    #[serde(default)]
    pub family_help: bool,
}

/// Section 47 enquiries and initial child protection conferences.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Section47File {
    /// Working days from the strategy discussion to the initial conference, as published: ends of bands with shares.
    pub conference_days: Marked<Vec<[f64; 2]>>,
    /// Mean days of an enquiry that leads to no conference.
    pub days: Figure,
    /// Initial conferences that can be chaired in a week, one for each child; without it there is always a chair.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conferences_a_week: Option<Figure>,
}

/// Child protection plans.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanFile {
    /// Share of plans that end at the first review, three months on.
    pub ends_at_first_review: Figure,
    /// Share that end at each later review, six months apart.
    pub ends_at_later_review: Figure,
    /// Share of reviews that are late.
    pub reviews_late: Figure,
    /// Share of first core groups held within ten working days.
    pub core_group_in_time: Figure,
    /// Children on a plan when the simulation begins.
    pub on_plan_at_start: Figure,
}
