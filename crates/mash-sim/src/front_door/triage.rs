//! What the simulation asks of a rule pack. It knows no rule: whoever runs it says how facts become a recommendation.

use mash_model::{FactSheet, calendar::TimeLimit};

use crate::{knowledge::AgencySet, queueing::Time, truth_model::LatentNeed};

/// A pack, as the hub uses it.
pub trait Triage: Sync {
    /// Ratings, least urgent first.
    fn ratings(&self) -> &[RatingLimit];
    /// What is recommended on what is known at the door.
    fn screen(&self, facts: &FactSheet, moment: Moment) -> Recommendation;
    /// What is recommended on what is known in the hub.
    fn decide(&self, facts: &FactSheet, moment: Moment) -> Recommendation;
    /// When other rules take effect inside the run; none where the same rules hold throughout.
    fn takes_effect(&self) -> Option<Time> {
        None
    }
}

/// When a contact came, and when it is looked at: which rules hold may depend on either.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The contact was received.
    pub received: Time,
    /// It is looked at.
    pub now: Time,
}

/// A rating and its time limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RatingLimit {
    /// Id of the rating.
    pub id: String,
    /// Within which a decision is due; none where there is no limit.
    pub limit: Option<TimeLimit>,
}

/// What a pack recommends for one child.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recommendation {
    /// The route, on the ladder from no further action to a strategy discussion.
    pub route: LatentNeed,
    /// The rating, a position in [`Triage::ratings`].
    pub rating: Option<u8>,
    /// Agencies that rules ask.
    pub ask: AgencySet,
    /// Agencies that hold what must be known before closing and is not.
    pub holders_of_missing: AgencySet,
    /// Whether the contact goes on to the hub.
    pub to_hub: bool,
    /// Whether it may not be closed for want of a fact.
    pub more_information: bool,
    /// Whether a person must decide, a rule having failed.
    pub manual_review: bool,
}
