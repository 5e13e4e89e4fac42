//! Another pack that takes effect on a day inside a run, so that the weeks after go-live can be seen.

use mash_model::FactSheet;
use mash_sim::{
    front_door::{Moment, RatingLimit, Recommendation, Triage},
    queueing::Time,
};

use crate::pack_triage::PackTriage;

/// Which day says under which pack a contact falls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Governs {
    /// The day of receipt: a contact keeps the pack under which it came.
    #[default]
    Receipt,
    /// The day on which it is looked at: work in hand changes over at once.
    Decision,
}

/// The packs of a run: one throughout, or a second from a moment on.
#[derive(Debug)]
pub struct Packs<'p> {
    first: PackTriage<'p>,
    then: Option<(PackTriage<'p>, Time, Governs)>,
}

/// Packs that cannot follow one another.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the pack that takes effect later has other ratings than the first; a run keeps one list of ratings")]
pub struct OtherRatingsError;

impl<'p> Packs<'p> {
    /// One pack throughout.
    #[must_use]
    pub fn one(pack: PackTriage<'p>) -> Self {
        Self { first: pack, then: None }
    }

    /// The same until a moment, and another pack from then on.
    ///
    /// # Errors
    /// [`OtherRatingsError`] where the packs' ratings differ.
    pub fn then(self, pack: PackTriage<'p>, from: Time, governs: Governs) -> Result<Self, OtherRatingsError> {
        if self.first.ratings() != pack.ratings() {
            return Err(OtherRatingsError);
        }
        Ok(Self { then: Some((pack, from, governs)), ..self })
    }

    /// The pack that holds.
    fn at(&self, moment: Moment) -> &PackTriage<'p> {
        match &self.then {
            Some((pack, from, governs)) if governs.moment(moment) >= *from => pack,
            _ => &self.first,
        }
    }
}

impl Governs {
    fn moment(self, moment: Moment) -> Time {
        match self {
            Governs::Receipt => moment.received,
            Governs::Decision => moment.now,
        }
    }
}

impl Triage for Packs<'_> {
    fn ratings(&self) -> &[RatingLimit] {
        self.first.ratings()
    }

    fn screen(&self, facts: &FactSheet, moment: Moment) -> Recommendation {
        self.at(moment).screen(facts, moment)
    }

    fn decide(&self, facts: &FactSheet, moment: Moment) -> Recommendation {
        self.at(moment).decide(facts, moment)
    }

    fn takes_effect(&self) -> Option<Time> {
        // Under receipt a contact never changes packs.
        self.then.as_ref().filter(|(_, _, governs)| *governs == Governs::Decision).map(|(_, from, _)| *from)
    }
}
