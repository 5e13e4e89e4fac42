//! From a scenario to a year of cases.
//!
//! In: scenario, fact dictionary, truth model, seed and replication. Out: every child's part of every contact of the
//! year, in order of receipt. The same five give the same bytes; a household's cases depend on no other household.

use mash_model::{Characteristics, ChildId, Contact, ContactId, FactDictionary, FactValue, HouseholdId};

use crate::{
    case::Case,
    case_mix::pictures,
    knowledge::{AgencySet, Knowledge},
    known_facts::{FactIndex, Known},
    population::{Household, Place},
    random_streams::{DrawOverflowError, Purpose},
    sampling,
    scenario::Scenario,
    truth_model::{LatentNeed, TruthModel, TruthModelId},
};

/// Why no cases could be generated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GenerateError {
    /// The scenario has no truth model of this id.
    #[error("scenario `{scenario}` has no truth model `{truth_model}`; it has {known}")]
    UnknownTruthModel {
        /// The scenario.
        scenario: String,
        /// What was asked for.
        truth_model: TruthModelId,
        /// What it has, comma-separated.
        known: String,
    },
    /// A stream ran out of draws.
    #[error(transparent)]
    DrawOverflow(#[from] DrawOverflowError),
}

/// Every case of one replication, in order of receipt.
///
/// # Errors
/// [`GenerateError::UnknownTruthModel`] when the scenario has no such model; [`GenerateError::DrawOverflow`] when one
/// purpose of one household uses more than 65,536 draws, which no shipped scenario can.
pub fn generate(
    scenario: &Scenario,
    dictionary: &FactDictionary,
    truth_model: &TruthModelId,
    seed: u64,
    replication: u32,
) -> Result<Vec<Case>, GenerateError> {
    let generator = Generator::new(scenario, dictionary, truth_model, seed, replication)?;
    let mut cases = Vec::new();
    for household in 1..=generator.households()? {
        generator.cases_of(household, &mut cases)?;
    }
    cases.sort_by_key(|case| case.contact.received);
    Ok(cases)
}

/// Makes the cases of one replication, household by household and in any order.
#[derive(Debug)]
pub struct Generator<'s> {
    scenario: &'s Scenario,
    index: FactIndex<'s>,
    knowledge: Knowledge,
    model: &'s TruthModel,
    seed: u64,
    replication: u32,
}

impl<'s> Generator<'s> {
    /// Looks up everything that all households share.
    ///
    /// # Errors
    /// [`GenerateError::UnknownTruthModel`] when the scenario has no such model.
    pub fn new(
        scenario: &'s Scenario,
        dictionary: &'s FactDictionary,
        truth_model: &TruthModelId,
        seed: u64,
        replication: u32,
    ) -> Result<Self, GenerateError> {
        let Some(model) = scenario.truth_model(truth_model) else {
            let known: Vec<&str> = scenario.truth_models.iter().map(|model| model.id.as_str()).collect();
            return Err(GenerateError::UnknownTruthModel {
                scenario: scenario.id.clone(),
                truth_model: truth_model.clone(),
                known: known.join(", "),
            });
        };
        let index = FactIndex::new(dictionary);
        let knowledge = Knowledge::new(scenario, &index);
        Ok(Self { scenario, index, knowledge, model, seed, replication })
    }

    /// Households that begin a run of contacts in the year or in the year before, numbered from 1. A run that begins
    /// in the year before may reach into the year; the rest make no contact in it.
    ///
    /// # Errors
    /// [`GenerateError::DrawOverflow`], which cannot happen for a single draw.
    pub fn households(&self) -> Result<u64, GenerateError> {
        let uniform = self.place(0).stream(Purpose::Volume, 0).uniform()?;
        Ok(sampling::poisson(uniform, 2.0 * self.scenario.tables.households))
    }

    /// Adds the cases of one household to `cases`, in order of receipt.
    ///
    /// # Errors
    /// [`GenerateError::DrawOverflow`] when one purpose uses more than 65,536 draws.
    pub fn cases_of(&self, household: u64, cases: &mut Vec<Case>) -> Result<(), GenerateError> {
        let place = self.place(household);
        let Some(household) = Household::draw(self.scenario, place)? else { return Ok(()) };
        for (number, approach) in household.approaches.iter().enumerate() {
            if !approach.in_year {
                continue;
            }
            let together = household.children.len() > 1;
            for (child, picture) in
                pictures(self.scenario, &self.index, &household, number)?.into_iter().enumerate()
            {
                let place = place.approach(number).child(child);
                let mut truth = picture.truth;
                let held = self.knowledge.held(self.scenario, &self.index, place, &truth)?;
                let others = held.concerned().without(AgencySet::of(&[approach.agency])).len();
                let slot_of = |fact: Known| self.index.find(fact).map(|(slot, _)| slot);
                let (agencies_reporting, corroborated) =
                    (slot_of(Known::AgenciesReporting), slot_of(Known::Corroborated));
                if let Some(slot) = agencies_reporting {
                    truth.set(slot, Some(FactValue::Integer(i64::from(others) + 1)));
                }
                if let Some(slot) = corroborated {
                    truth.set(slot, Some(FactValue::Bool(others > 0)));
                }
                let door = self.knowledge.at_the_door(self.scenario, &self.index, place, approach.agency, &truth)?;
                let Some(person) = household.children.get(child) else { continue };
                let cuts = self.scenario.tables.cuts;
                cases.push(Case {
                    contact: Contact {
                        id: self.contact_id(place),
                        received: approach.received,
                        source: approach.agency,
                        household: Some(HouseholdId::from(format!("r{}-h{}", self.replication, place.household))),
                        contact: together.then(|| self.shared_id(place)),
                        child: Some(ChildId::from(format!(
                            "r{}-h{}-{}",
                            self.replication,
                            place.household,
                            child + 1
                        ))),
                        facts: door.facts,
                        characteristics: Characteristics {
                            age: person.age,
                            sex: Some(person.sex),
                            ethnicity: Some(person.ethnicity.clone()),
                            disability: None,
                        },
                    },
                    truth,
                    latent_need: LatentNeed::of_score(self.model.score(&picture.severity), &cuts),
                    severity: picture.severity,
                    held,
                    misreported: door.misreported,
                    cuts,
                    agencies_reporting,
                    corroborated,
                });
            }
        }
        Ok(())
    }

    fn place(&self, household: u64) -> Place {
        Place { seed: self.seed, replication: self.replication, household, approach: 0, child: 0 }
    }

    /// Household, contact and child in one number, so that an id depends on no other household.
    fn contact_id(&self, place: Place) -> ContactId {
        let number = place.household * 100 + u64::from(place.approach) * 10 + u64::from(place.child) + 1;
        ContactId::from(format!("r{}-c{number}", self.replication))
    }

    fn shared_id(&self, place: Place) -> ContactId {
        ContactId::from(format!("r{}-g{}", self.replication, place.household * 10 + u64::from(place.approach)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{cases, dictionary, scenario};

    #[test]
    fn the_shipped_scenario_generates() {
        let year = cases();
        assert!(year.len() > 15_000, "{}", year.len());
        for case in year {
            assert_eq!(case.truth.inadmissible(dictionary()), None);
            assert_eq!(case.truth.broken_constraint(dictionary()), None);
            assert_eq!(case.contact.facts.broken_constraint(dictionary()), None);
        }
    }

    #[test]
    fn an_unknown_truth_model_is_named() {
        let error = generate(scenario(), dictionary(), &"T9".into(), 1, 0).unwrap_err();
        assert_eq!(
            error.to_string(),
            "scenario `herefordshire-like-2023` has no truth model `T9`; it has signs-tell, part-hidden, wears-down"
        );
    }
}
