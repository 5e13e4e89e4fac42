//! What the rules answer about one child in one contact.

use serde::{Deserialize, Serialize};

use crate::{Agency, ContactId, DutyId, FactId, OutcomeId, RatingId, RouteId, RuleId};

/// The moments at which rules are asked.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Is it for the hub at all, and how urgent?
    Screening,
    /// Whom to ask.
    Enquiries,
    /// Route and outcome.
    Decision,
}

impl Stage {
    /// The stages in the order a contact meets them.
    pub const ALL: [Stage; 3] = [Stage::Screening, Stage::Enquiries, Stage::Decision];

    /// The id used in files.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Stage::Screening => "screening",
            Stage::Enquiries => "enquiries",
            Stage::Decision => "decision",
        }
    }

    /// Position in [`Stage::ALL`].
    #[must_use]
    pub fn index(self) -> usize {
        match self {
            Stage::Screening => 0,
            Stage::Enquiries => 1,
            Stage::Decision => 2,
        }
    }
}

/// The position on consent that goes with the route.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Consent {
    /// The route works with no agreement of the family and needs none.
    NotApplicable,
    /// Reasonable cause to suspect significant harm: proceed without, and record why.
    NotRequired,
    /// Needed and given.
    Given,
    /// Needed and not yet sought, or nobody has said.
    ToBeSought,
    /// Needed and refused: weigh the refusal, do not close by default.
    Refused,
    /// Overridden by a manager with a recorded reason.
    Overridden,
}

/// A decision with its reasons. Serialises to one line of `mash decide`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Decision {
    /// The contact decided.
    pub id: ContactId,
    /// The stage that answered.
    pub stage: Stage,
    /// The route the rules conclude.
    pub route: RouteId,
    /// The route's level in this pack's numbering; absent in a pack without levels.
    pub level: Option<u8>,
    /// How urgent; absent in a pack without ratings.
    pub rating: Option<RatingId>,
    /// What becomes of the contact: the route, or where it goes instead.
    pub outcome: OutcomeId,
    /// Duties that accompany the route, in the manifest's order.
    pub duties: Vec<DutyId>,
    /// End of the rating's time limit, Europe/London clock time; absent when the rating has none.
    pub due: Option<jiff::civil::DateTime>,
    /// Position on consent.
    pub consent: Consent,
    /// The strongest route that undetermined rules could still give.
    pub could_still_be: RouteId,
    /// Whether the family may be told before a strategy discussion: false when any fired rule says no.
    pub family_may_be_told: bool,
    /// Rules that fired, in pack order.
    pub fired: Vec<RuleId>,
    /// Undetermined rules: by default those that could still strengthen the answer.
    pub undetermined: Vec<UndeterminedRule>,
    /// Rules that failed while running.
    pub failed: Vec<FailedRule>,
    /// A rule failed or the facts contradict one another: a person must decide.
    pub manual_review: bool,
    /// Agencies the enquiries rules and the undetermined rules say to ask, most useful first.
    pub ask: Vec<AgencyToAsk>,
    /// Why, one entry a rule that fired.
    pub reasons: Vec<Reason>,
    /// That this is a synthetic or training case.
    pub notice: String,
}

/// A rule that the facts known do not settle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct UndeterminedRule {
    /// The rule.
    pub rule: RuleId,
    /// The facts that left it unsettled, in dictionary order.
    pub needs: Vec<FactId>,
    /// Agencies that hold them, the one that could settle most first.
    pub ask: Vec<Agency>,
}

/// A rule that failed while running.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct FailedRule {
    /// The rule, or the constraint that the facts break.
    pub rule: RuleId,
    /// File, line and column.
    pub at: String,
    /// What went wrong.
    pub message: String,
}

/// An agency to ask and how much its answer could settle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct AgencyToAsk {
    /// The agency.
    pub agency: Agency,
    /// Undetermined rules that could strengthen the answer and need a fact this agency holds.
    pub could_settle: u32,
    /// An enquiries rule asked for this agency.
    pub asked_by_rule: bool,
}

/// Why a rule that fired matters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Reason {
    /// The rule.
    pub rule: RuleId,
    /// The professional reason.
    pub because: String,
    /// The same in plain words.
    pub plain: String,
    /// Where the rule comes from.
    pub source: Vec<SourceCitation>,
}

/// A document and a place in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SourceCitation {
    /// Key of a document in the pack's manifest.
    pub document: String,
    /// Paragraph or section.
    pub paragraph: String,
}
