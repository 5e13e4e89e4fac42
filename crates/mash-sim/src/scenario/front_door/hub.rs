//! The hub as a scenario writes it: intake, desks, enquiries, strategy discussions.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    super::{
        figure::{Figure, Marked},
        file::ByName,
    },
    ByRating,
};

/// Opening hours, `["08:30", "17:00"]`; a part left out is closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HoursFile {
    /// Monday to Friday, bank holidays excepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub working_days: Option<[String; 2]>,
    /// Weekends and bank holidays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_days: Option<[String; 2]>,
}

/// Who is served next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Discipline {
    /// First come, first served.
    FirstCome,
    /// The most urgent rating, and among those the oldest contact.
    Rating,
    /// The one whose time limit ends first.
    Due,
}

/// People at a desk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeskFile {
    /// Posts.
    pub staff: Figure,
    /// Share of post days on which nobody is there: leave, sickness, vacancy.
    pub absent: Figure,
    /// When work is begun; work in hand at closing time is finished.
    pub hours: HoursFile,
    /// Who is served next.
    pub discipline: Discipline,
    /// Mean minutes of work for a contact, by rating.
    pub minutes: Marked<ByRating>,
    /// Standard deviation over mean, lognormal; 0 is always the mean.
    pub spread: Figure,
}

/// How contacts come in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IntakeFile {
    /// Weights of the channels `phone`, `form` and `e_mail` by source group; `otherwise` stands for the rest. What comes
    /// in while the hub is closed comes out of hours.
    pub channels: Marked<BTreeMap<String, ByName>>,
    /// Police notices held back after nights and weekends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub police_batch: Option<PoliceBatchFile>,
    /// Share of police notices that the force has triaged and does not send, among those that call for no more than
    /// advice; 0 where every notice is shared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub police_triage: Option<Figure>,
    /// Which contacts about an open case go to its worker without a place in the hub's queues.
    pub open_cases_bypass: bool,
}

/// Police notices held back after nights and weekends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PoliceBatchFile {
    /// Share of notices of events while the hub is closed, without immediate danger, that wait.
    pub held_back: Figure,
    /// Time of the next working day at which they are sent, `"08:00"`.
    pub sent_at: String,
}

/// Which decisions a manager reads before they stand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OversightFile {
    /// Managers.
    pub desk: DeskFile,
    /// Share of contacts read by the route decided, by route id; `otherwise` stands for the rest.
    pub share: Marked<ByName>,
    /// A household with at least so many contacts in twelve months is read whatever the route.
    pub repeat_contacts: Figure,
}

/// When the family's agreement is sought before partners are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConsentPolicy {
    /// Never.
    Never,
    /// Unless screening calls for a strategy discussion.
    BelowHarm,
    /// Always.
    Always,
}

/// What is done about agreement. Which lawful basis stands in the record is another matter, and recorded apart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsentFile {
    /// When it is sought.
    pub sought: ConsentPolicy,
    /// Mean hours of the hub until the family has answered.
    pub hours: Figure,
    /// Whether a refusal stops enquiries.
    pub refusal_stops: bool,
}

/// How partner agencies are asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EnquiriesFile {
    /// What is done about agreement.
    pub consent: ConsentFile,
    /// Each agency's desk by agency id; `otherwise` stands for the rest.
    pub desks: BTreeMap<String, PartnerDeskFile>,
    /// Ratings about which partners are asked; without it every contact for which the pack asks them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only_ratings: Option<Vec<String>>,
    /// Hours of the hub after which an agency that has not begun is reminded.
    pub reminder_hours: Figure,
    /// Hours after which the hub decides without the replies that are missing, by rating: of the clock for the most
    /// urgent rating, of the hub for the others.
    pub deadline_hours: Marked<ByRating>,
    /// Whether a reply that comes after the decision and would make it stronger opens the contact again.
    pub reopen_on_late_reply: bool,
}

/// The desk of a partner agency.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PartnerDeskFile {
    /// People; without it there are always enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff: Option<Figure>,
    /// When work is begun.
    pub hours: HoursFile,
    /// Mean minutes until an enquiry that is begun is answered, by rating.
    pub minutes: Marked<ByRating>,
    /// Minutes of somebody's work that an enquiry takes, for the count of hours alone: an answer comes no sooner for it. A
    /// desk with `staff` is counted by its time at work instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work_minutes: Option<Figure>,
    /// Standard deviation over mean, lognormal.
    pub spread: Figure,
    /// Share of enquiries that lie until the agency is reminded.
    pub until_reminded: Figure,
    /// Share of enquiries that are never answered.
    pub never: Figure,
}

/// People who can meet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PoolFile {
    /// How many can be in a discussion at once while it is open.
    pub staff: Figure,
    /// When.
    pub hours: HoursFile,
    /// How many are on call at other hours, for immediate danger only.
    pub on_call: Figure,
}

/// Who meets in a strategy discussion: all three at the same time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StrategyFile {
    /// Managers of children's social care; the out-of-hours team on call.
    pub social_care: PoolFile,
    /// Police.
    pub police: PoolFile,
    /// Health.
    pub health: PoolFile,
    /// Mean minutes.
    pub minutes: Figure,
    /// Standard deviation over mean, lognormal.
    pub spread: Figure,
}
