//! Social workers and deciding people, as a scenario writes them.

use serde::{Deserialize, Serialize};

use super::super::{
    figure::{Figure, Marked},
    file::ByName,
};

/// Social workers who hold cases. Each post is one full-time worker.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkforceFile {
    /// Posts of case holders.
    pub posts: Figure,
    /// Share of workers in post at the start who are agency workers.
    pub agency_share: Figure,
    /// Share of posts that are empty at the start.
    pub empty_share: Figure,
    /// Share of permanent workers who are newly qualified when they begin.
    pub newly_qualified: Figure,
    /// Caseload limit of a worker, children.
    pub caseload_limit: Figure,
    /// The limit of a newly qualified worker's first year, as a share of that.
    pub newly_qualified_limit: Figure,
    /// Weeks in which a new worker takes no more than half the limit.
    pub training_weeks: Figure,
    /// Permanent workers who leave in a year, as a share of them, at a caseload at the limit.
    pub permanent_turnover: Figure,
    /// Agency workers who leave in a year, as a share of them (above 1: less than a year on average).
    pub agency_turnover: Figure,
    /// How turnover follows caseload: power of caseload over limit; 0 is no effect.
    pub turnover_by_caseload: Figure,
    /// Share of vacancies that agency workers fill.
    pub filled_by_agency: Figure,
    /// Mean weeks until an agency worker begins.
    pub agency_weeks: Figure,
    /// Mean weeks until a permanent worker begins.
    pub recruitment_weeks: Figure,
    /// Share of working days lost to sickness.
    pub sickness: Figure,
    /// Share of working days on leave and in training.
    pub leave: Figure,
    /// Visits that a worker can make in a week.
    pub visits_a_week: Figure,
    /// Working days from one visit to the next for a child in need.
    pub in_need_visit_days: Figure,
    /// The same for a child on a plan.
    pub plan_visit_days: Figure,
    /// Share of cases that go to another worker when the assessment is done.
    pub transferred_after_assessment: Figure,
    /// Weeks from one supervision to the next.
    pub supervision_weeks: Figure,
    /// Share of supervisions that are held.
    pub supervision_held: Figure,
}

/// How people depart from what the pack recommends. Everything is in steps of the ladder from no further action to a
/// strategy discussion; the sum of all is rounded to whole steps, up or down.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PeopleFile {
    /// Standard deviation between deciding people.
    pub between_people: Figure,
    /// Standard deviation of one person from case to case.
    pub within_person: Figure,
    /// Where decisions lean; below zero is optimism.
    pub lean: Figure,
    /// Further modifiers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modifiers: Option<ModifiersFile>,
}

/// What else moves a decision, in steps. Whatever is left out is off.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ModifiersFile {
    /// By weekday, `monday` to `sunday`, on which the contact was received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weekday: Option<Marked<ByName>>,
    /// By channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Marked<ByName>>,
    /// For each decision that the desk has made before on that day, for each person there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nth_decision: Option<Figure>,
    /// For each child by which the mean caseload passes the limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caseload: Option<Figure>,
    /// Credence given to a source, by source group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credence: Option<Marked<ByName>>,
}
