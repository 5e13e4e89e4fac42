//! A generated case: the contact as it reaches the hub, and behind it what is true and who knows it.

use mash_model::{Agency, Contact, FactSheet, FactValue, Slot};

use crate::{
    knowledge::{AgencySet, HeldFacts},
    truth_model::{LatentNeed, Severity, TruthModel},
};

/// One child in one contact, with the truth behind it.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// What the hub sees.
    pub contact: Contact,
    /// What is true; a fact the generator does not know stays not known.
    pub truth: FactSheet,
    /// The response the child's situation calls for under the truth model asked for.
    pub latent_need: LatentNeed,
    /// How serious the child's situation is, seen and unseen; the same under every truth model.
    pub severity: Severity,
    /// What partner agencies would reply.
    pub held: HeldFacts,
    /// Facts at the door that differ from the truth by a mistake of the referrer.
    pub misreported: Vec<Slot>,
    pub(crate) cuts: [f64; 5],
    pub(crate) agencies_reporting: Option<Slot>,
    pub(crate) corroborated: Option<Slot>,
}

impl Case {
    /// What is known once these agencies have been asked: facts at the door, corrected and completed by every reply.
    ///
    /// A reply is fixed for the case and the agency, so asking one more never changes another's answer. How many
    /// agencies report a concern, and whether anything bears the report out, are counted over the agencies asked.
    #[must_use]
    pub fn facts_after_enquiries(&self, asked: &[Agency]) -> FactSheet {
        let asked = AgencySet::of(asked);
        let mut facts = self.contact.facts.clone();
        if asked.is_empty() {
            return facts;
        }
        for (slot, value) in self.truth.known() {
            if !self.held.holders(slot).common(asked).is_empty() {
                facts.set(slot, Some(value));
            }
        }
        let others = self.held.concerned().common(asked).without(AgencySet::of(&[self.contact.source])).len();
        if let Some(slot) = self.agencies_reporting {
            facts.set(slot, Some(FactValue::Integer(i64::from(others) + 1)));
        }
        if let Some(slot) = self.corroborated {
            facts.set(slot, Some(FactValue::Bool(others > 0)));
        }
        facts
    }

    /// The facts one agency's reply would give.
    pub fn held_by(&self, agency: Agency) -> impl Iterator<Item = (Slot, FactValue)> + '_ {
        self.truth.known().filter(move |(slot, _)| self.held.holders(*slot).contains(agency))
    }

    /// What the child's situation calls for under another truth model.
    #[must_use]
    pub fn latent_need_under(&self, model: &TruthModel) -> LatentNeed {
        LatentNeed::of_score(model.score(&self.severity), &self.cuts)
    }
}
