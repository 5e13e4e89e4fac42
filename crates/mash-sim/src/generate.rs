//! From a scenario to a year of cases.
//!
//! In: scenario, fact dictionary, truth model, seed and replication. Out: every child's part of every contact of the
//! year, in order of receipt. The same five give the same bytes; a household's cases depend on no other household.

use mash_model::{Characteristics, ChildId, Contact, ContactId, FactDictionary, FactValue, HouseholdId};

use crate::{
    case::Case,
    case_mix::{has_disability, pictures},
    knowledge::{AgencySet, Knowledge},
    known_facts::{FactIndex, Known},
    population::{Household, Place},
    random_streams::{DrawOverflowError, Purpose},
    sampling,
    scenario::Scenario,
    theme::AgeBand,
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
                let door = self.knowledge.at_the_door(&self.index, place, approach.agency, &truth)?;
                let Some(person) = household.children.get(child) else { continue };
                let cuts = self.scenario.tables.cuts;
                let disability = has_disability(&self.index, &truth);
                cases.push(Case {
                    contact: Contact {
                        id: self.contact_id(place),
                        received: approach.received,
                        source: approach.agency,
                        household: Some(HouseholdId::from(format!(
                            "r{}-h{}",
                            self.replication, place.household
                        ))),
                        contact: together.then(|| self.shared_id(place)),
                        child: Some(ChildId::from(format!(
                            "r{}-h{}-{}",
                            self.replication,
                            place.household,
                            child + 1
                        ))),
                        facts: door.facts,
                        characteristics: Characteristics {
                            age: person.age.or((picture.band == AgeBand::UnderOne).then_some(0)),
                            sex: Some(person.sex),
                            ethnicity: Some(person.ethnicity.clone()),
                            disability,
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
        ContactId::from(format!(
            "r{}-g{}",
            self.replication,
            place.household * 10 + u64::from(place.approach)
        ))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use mash_model::{Sex, SourceGroup};

    use super::*;
    use crate::testing::{cases, dictionary, scenario, value};

    fn year(replication: u32, model: usize) -> Vec<Case> {
        generate(scenario(), dictionary(), &scenario().truth_models[model].id, 7, replication).unwrap()
    }

    #[test]
    fn truth_and_report_keep_the_dictionary() {
        for case in cases() {
            assert_eq!(case.truth.inadmissible(dictionary()), None);
            assert_eq!(case.truth.broken_constraint(dictionary()), None);
            assert_eq!(case.contact.facts.inadmissible(dictionary()), None);
            assert_eq!(case.contact.facts.broken_constraint(dictionary()), None);
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_cases() {
        let first = year(2, 0);
        assert_eq!(first, year(2, 0));
        assert_ne!(first.len(), year(3, 0).len());
        let mut received: Vec<_> = first.iter().map(|case| case.contact.received).collect();
        assert!(received.is_sorted());
        received.retain(|at| at.date() < scenario().year_start || at.date() > scenario().year_end);
        assert_eq!(received, []);
    }

    #[test]
    fn golden_contacts() {
        let all = year(0, 0);
        let lines: Vec<String> = [0, 1_000, 5_000]
            .into_iter()
            .map(|at| {
                let case = &all[at];
                let contact = &case.contact;
                let known = contact.facts.known().count();
                format!("{} {} {} {} {known}", contact.id, contact.received, contact.source, case.latent_need)
            })
            .collect();
        assert_eq!(
            lines,
            [
                "r0-c271501 2022-04-01T08:53:22 school child_and_family_assessment 77",
                "r0-c163123 2022-05-20T13:57:31 school child_and_family_assessment 70",
                "r0-c57923 2022-12-12T21:49:45 police no_further_action 73",
            ]
        );
    }

    #[test]
    fn a_household_depends_on_no_other() {
        let generator =
            Generator::new(scenario(), dictionary(), &scenario().truth_models[0].id, 7, 2).unwrap();
        let (mut alone, mut all) = (Vec::new(), year(2, 0));
        generator.cases_of(1_234, &mut alone).unwrap();
        let mut number = 1_234;
        while alone.is_empty() {
            number += 1;
            generator.cases_of(number, &mut alone).unwrap();
        }
        all.retain(|case| case.contact.household == alone[0].contact.household);
        assert_eq!(all, alone);
    }

    #[test]
    fn ids_are_unique_and_siblings_share_theirs() {
        let mut ids = BTreeMap::new();
        let mut groups: BTreeMap<_, Vec<&Case>> = BTreeMap::new();
        let all = year(0, 0);
        for case in &all {
            assert!(ids.insert(case.contact.id.clone(), ()).is_none(), "{}", case.contact.id);
            if let Some(group) = &case.contact.contact {
                groups.entry(group.clone()).or_default().push(case);
            }
        }
        assert!(groups.len() > 800);
        for siblings in groups.values() {
            assert!(siblings.len() > 1);
            for fact in [
                "dash_grade",
                "da_incidents_12m",
                "parental_mental_ill_health",
                "consent",
                "previous_contacts_12m",
            ] {
                let values: Vec<_> = siblings.iter().map(|case| value(&case.truth, fact)).collect();
                assert!(values.windows(2).all(|pair| pair[0] == pair[1]), "{fact} {values:?}");
            }
            assert!(siblings.iter().all(|case| case.contact.household == siblings[0].contact.household));
        }
    }

    #[test]
    fn truth_models_differ_only_in_need() {
        let [first, second] = [year(1, 0), year(1, 1)];
        let mut moved = 0;
        for (one, other) in first.iter().zip(&second) {
            assert_eq!(one.contact, other.contact);
            assert_eq!(one.truth, other.truth);
            assert_eq!(one.held, other.held);
            assert_eq!(one.latent_need_under(&scenario().truth_models[1]), other.latent_need);
            moved += usize::from(one.latent_need != other.latent_need);
        }
        assert!(moved * 4 > first.len(), "{moved} of {}", first.len());
    }

    #[test]
    fn volume_and_sources_are_as_the_scenario_says() {
        let all = cases();
        let count = all.len() as f64 / 3.0;
        assert!((count / scenario().expected_contacts - 1.0).abs() < 0.04, "{count}");
        for group in SourceGroup::ALL {
            let share = all.iter().filter(|case| case.contact.source.source_group() == group).count() as f64
                / all.len() as f64;
            assert!((share - scenario().contact_share(group)).abs() < 0.015, "{group:?} {share}");
        }
    }

    #[test]
    fn need_is_shared_out_as_the_scenario_says_under_every_truth_model() {
        let expected = scenario().need_shares();
        for model in &scenario().truth_models {
            let mut counts = [0.0; 6];
            for case in cases() {
                counts[case.latent_need_under(model).rank()] += 1.0 / cases().len() as f64;
            }
            for (share, expect) in counts.iter().zip(expected) {
                assert!((share - expect).abs() < 0.03, "{} {counts:?} against {expected:?}", model.id);
            }
        }
    }

    /// One child a household, so that the draws compared are independent.
    fn one_a_household() -> impl Iterator<Item = &'static Case> {
        let mut seen = std::collections::BTreeSet::new();
        cases().iter().filter(move |case| seen.insert(case.contact.household.clone()))
    }

    fn chi_square(rows: &BTreeMap<String, [f64; 6]>) -> f64 {
        let total: f64 = rows.values().flatten().sum();
        let column = |rank: usize| rows.values().map(|row| row[rank]).sum::<f64>();
        let cell = |row: &[f64; 6], rank: usize| {
            let expected = row.iter().sum::<f64>() * column(rank) / total;
            (row[rank] - expected).powi(2) / expected
        };
        rows.values().map(|row| (0..6).map(|rank| cell(row, rank)).sum::<f64>()).sum()
    }

    #[test]
    fn need_does_not_depend_on_ethnicity_or_sex() {
        let (mut ethnicity, mut sex) = (BTreeMap::new(), BTreeMap::new());
        for case in one_a_household().filter(|case| case.contact.characteristics.sex != Some(Sex::U)) {
            let characteristics = &case.contact.characteristics;
            let code = characteristics.ethnicity.clone().unwrap();
            let band = if code == "WBRI" { code } else { code[..1].to_owned() };
            ethnicity.entry(band).or_insert([0.0; 6])[case.latent_need.rank()] += 1.0;
            sex.entry(format!("{:?}", characteristics.sex)).or_insert([0.0; 6])[case.latent_need.rank()] +=
                1.0;
        }
        // 0.1% points of chi-square with 5 x 5 or more, and with 5, degrees of freedom.
        assert!(ethnicity.len() >= 6 && chi_square(&ethnicity) < 52.6, "{}", chi_square(&ethnicity));
        assert!(sex.len() == 2 && chi_square(&sex) < 20.5, "{}", chi_square(&sex));
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
