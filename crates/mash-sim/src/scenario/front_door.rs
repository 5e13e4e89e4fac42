//! The front door's people, clocks and capacities as a scenario writes them: the section `front_door`.
//!
//! Rates, shares and means are marked figures. A part that is left out is switched off: it takes no time, draws no
//! random number and changes no byte of what the rest does.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    figure::{Figure, Marked},
    file::ByName,
};

mod downstream;
mod hub;
mod workforce;

pub use downstream::{AssessmentFile, EarlyHelpFile, PlanFile, Section47File};
pub use hub::{
    ConsentFile, ConsentPolicy, DeskFile, Discipline, EnquiriesFile, HoursFile, IntakeFile, OversightFile,
    PartnerDeskFile, PoliceBatchFile, PoolFile, StrategyFile,
};
pub use workforce::{ModifiersFile, PeopleFile, WorkforceFile};

/// How contacts travel through the hub, and what follows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FrontDoorFile {
    /// What is simulated before and after the year that counts.
    pub run: RunFile,
    /// When households are heard of again. Without it each makes one contact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recontact: Option<RecontactFile>,
    /// How contacts come in.
    pub intake: IntakeFile,
    /// Who screens.
    pub screening: DeskFile,
    /// Who decides in the hub.
    pub decision: DeskFile,
    /// Which decisions a manager reads before they stand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oversight: Option<OversightFile>,
    /// How partner agencies are asked. Without it nobody is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enquiries: Option<EnquiriesFile>,
    /// Who meets in a strategy discussion.
    pub strategy: StrategyFile,
    /// Early help. Without it, it is given at once and without end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub early_help: Option<EarlyHelpFile>,
    /// Child and family assessments and what follows. Without it a referral ends the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assessment: Option<AssessmentFile>,
    /// Section 47 enquiries and conferences; needs `assessment`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section_47: Option<Section47File>,
    /// Child protection plans; needs `section_47`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanFile>,
    /// Social workers who hold cases. Without it every case has a worker who never leaves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workforce: Option<WorkforceFile>,
    /// How people depart from what the pack recommends. Without it they never do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub people: Option<PeopleFile>,
}

/// What is simulated besides the year that counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RunFile {
    /// Days before the year, so that it begins with a hub at work and a history.
    pub warm_up_days: Figure,
    /// Days after the year, so that cases of its last weeks come to their clocks' ends.
    pub cool_down_days: Figure,
}

/// When households are heard of again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecontactFile {
    /// Chance that a household is ever heard of again after its first contact, its second, and so on; the last holds
    /// for all later ones. For a household of average chronicity whose need is met as it was when the figures were read.
    pub again: Marked<Vec<f64>>,
    /// Mean days from one contact to the next, of those that come.
    pub gap_days: Figure,
    /// How much one standard deviation of long-standing difficulties adds to the log of the hazard.
    pub by_chronicity: Figure,
    /// Factor on the hazard while what was needed was not given; 1 is no effect at all.
    pub unmet: Figure,
    /// Standard deviations by which a household's difficulties grow in a year of unmet need; 0 is none.
    pub worsens_a_year: Figure,
}

/// Values by rating id; `otherwise` stands for the rest.
pub type ByRating = BTreeMap<String, f64>;

/// The value of a rating.
#[must_use]
pub(crate) fn of_rating(values: &ByName, rating: &str) -> Option<f64> {
    values.get(rating).or_else(|| values.get("otherwise")).copied()
}
