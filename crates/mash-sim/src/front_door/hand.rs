//! A contact in the hub's hands.

use mash_model::FactSheet;

use super::triage::Recommendation;
use crate::{knowledge::AgencySet, population::Place, queueing::Time};

/// A contact about one household, from receipt until everything asked about it has come back or never will.
#[derive(Debug)]
pub(crate) struct InHand {
    pub(crate) family: u32,
    /// The contact's own streams.
    pub(crate) place: Place,
    pub(crate) source: mash_model::Agency,
    pub(crate) received: Time,
    pub(crate) children: Vec<ChildInHand>,
    /// The most urgent rating among its children: a position in the pack, least urgent first.
    pub(crate) rating: u8,
    pub(crate) due: Time,
    /// Moves on with every step, so that a deadline or a place in a queue that was left is known to be old.
    pub(crate) version: u16,
    pub(crate) step: Step,
    pub(crate) asked: AgencySet,
    pub(crate) replied: AgencySet,
    /// Enquiries that an agency has or will have on its desk.
    pub(crate) with_agencies: u8,
    /// Holders of what was missing have been asked.
    pub(crate) asked_again: bool,
    /// Decisions begun.
    pub(crate) rounds: u16,
    /// Whether replies have come since the rating was last looked at.
    pub(crate) behind: bool,
}

/// Where a contact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Waits for screening or is screened.
    Screening,
    /// Waits for the family's answer.
    Agreement,
    /// Waits for replies.
    Replies,
    /// Waits for a decision or is decided.
    Decision,
    /// Is read by a manager.
    Oversight,
    /// Concluded.
    Concluded,
}

/// One child in it.
#[derive(Debug)]
pub(crate) struct ChildInHand {
    pub(crate) child: u8,
    pub(crate) record: u32,
    pub(crate) truth: FactSheet,
    /// What is known.
    pub(crate) facts: FactSheet,
    /// What was known at the door; kept only where the value of information is measured.
    pub(crate) at_door: Option<FactSheet>,
    /// Agencies that said something is wrong.
    pub(crate) concerned: AgencySet,
    /// What the pack recommends on what is known now.
    pub(crate) latest: Recommendation,
    /// Whether `latest` is of the hub's stage and of all that is known.
    pub(crate) fresh: bool,
    /// Whether a reply has come that asks for a new recommendation.
    pub(crate) stale: bool,
    /// Decided on by this desk: the route, once it is.
    pub(crate) decided: Option<crate::truth_model::LatentNeed>,
    /// Out of the hub's hands: with its worker, or another authority.
    pub(crate) elsewhere: bool,
}

impl InHand {
    /// Children that the hub decides on.
    pub(crate) fn own(&self) -> impl Iterator<Item = &ChildInHand> {
        self.children.iter().filter(|child| !child.elsewhere)
    }
}
