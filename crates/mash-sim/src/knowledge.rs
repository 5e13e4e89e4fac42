//! Who knows what: what the referrer's form says at the door, what is told wrongly, and what each agency holds.
//!
//! In: the true facts of one child at one contact. Out: the facts at the door, and for every fact the agencies whose
//! reply would give it. A form's questions are answered whether or not there is a concern, so that *asked and absent*
//! is reported too. What an agency would reply is drawn once a case and agency: asking one more changes no other answer.

use mash_model::{Agency, Direction, FactDefinition, FactKind, FactSheet, FactValue, Slot};

use crate::{
    known_facts::{FactIndex, Known},
    population::Place,
    random_streams::{DrawOverflowError, Purpose, Stream},
    scenario::Scenario,
};

/// Groups of questions that a form may ask.
pub(crate) const FORM_GROUPS: &[&str] = &[
    "age",
    "physical",
    "sexual",
    "crime",
    "exploitation",
    "missing",
    "domestic_abuse",
    "behaviour",
    "parent_health",
    "parent",
    "emotional",
    "neglect",
    "harmful_practice",
    "child_mental_health",
    "child",
    "education",
    "housing",
    "status",
    "engagement",
    "protective",
    "safety",
];

/// A set of agencies.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AgencySet(u64);

impl AgencySet {
    /// The agencies listed.
    #[must_use]
    pub fn of(agencies: &[Agency]) -> Self {
        Self(agencies.iter().fold(0, |bits, agency| bits | (1 << (*agency as u64))))
    }

    /// Is the agency among them?
    #[must_use]
    pub fn contains(self, agency: Agency) -> bool {
        self.0 & (1 << (agency as u64)) != 0
    }

    /// Those in both sets.
    #[must_use]
    pub fn common(self, other: AgencySet) -> AgencySet {
        Self(self.0 & other.0)
    }

    /// Those in either set.
    #[must_use]
    pub fn with(self, other: AgencySet) -> AgencySet {
        Self(self.0 | other.0)
    }

    /// The agencies of these bits, in the order of [`Agency::ALL`].
    #[must_use]
    pub fn of_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// Those not in the other set.
    #[must_use]
    pub fn without(self, other: AgencySet) -> AgencySet {
        Self(self.0 & !other.0)
    }

    /// How many there are.
    #[must_use]
    pub fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// Are there none?
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(crate) fn insert(&mut self, agency: Agency) {
        self.0 |= 1 << (agency as u64);
    }
}

/// What partner agencies would reply about one child at one contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldFacts {
    /// By slot: agencies whose reply gives the fact.
    by_slot: Vec<AgencySet>,
    /// Agencies whose reply says that something is wrong.
    concerned: AgencySet,
}

impl HeldFacts {
    /// Agencies whose reply gives the fact.
    #[must_use]
    pub fn holders(&self, slot: Slot) -> AgencySet {
        self.by_slot.get(slot.index()).copied().unwrap_or_default()
    }

    /// Agencies whose reply says that something is wrong.
    #[must_use]
    pub fn concerned(&self) -> AgencySet {
        self.concerned
    }
}

/// Forms and records of a scenario, laid out for one dictionary.
#[derive(Debug)]
pub(crate) struct Knowledge {
    /// By agency: whether its form asks about each fact, in the order of [`FactIndex::present`].
    forms: Vec<Vec<bool>>,
    /// By agency: slots it typically holds.
    holdings: Vec<Vec<Slot>>,
    /// By agency: share of enquiries it can answer.
    known: Vec<f64>,
}

/// The facts at the door, and those among them that differ from the truth by a mistake of the referrer.
#[derive(Debug)]
pub(crate) struct AtTheDoor {
    pub(crate) facts: FactSheet,
    pub(crate) misreported: Vec<Slot>,
}

impl Knowledge {
    pub(crate) fn new(scenario: &Scenario, index: &FactIndex<'_>) -> Self {
        let reporting = &scenario.file.reporting;
        let (written, known) = (&reporting.forms.value, &reporting.family_known.value);
        let forms = Agency::ALL.iter().map(|agency| {
            let groups = written.get(agency.id()).or_else(|| written.get("otherwise"));
            let asks =
                |fact: Known| groups.is_some_and(|groups| groups.iter().any(|group| group == fact.group()));
            index.present().map(|(fact, _, _)| asks(fact)).collect()
        });
        let holdings = Agency::ALL.iter().map(|agency| {
            let held = index.present().filter(|(fact, _, definition)| {
                definition.agencies.contains(agency) && !matches!(fact.group(), "contact" | "age")
            });
            held.map(|(_, slot, _)| slot).collect()
        });
        let shares = Agency::ALL
            .iter()
            .map(|agency| known.get(agency.id()).or_else(|| known.get("otherwise")).copied().unwrap_or(0.0));
        Self { forms: forms.collect(), holdings: holdings.collect(), known: shares.collect() }
    }

    /// What the referrer says and the hub's own records show.
    pub(crate) fn at_the_door(
        &self,
        scenario: &Scenario,
        index: &FactIndex<'_>,
        place: Place,
        source: Agency,
        truth: &FactSheet,
    ) -> Result<AtTheDoor, DrawOverflowError> {
        let reporting = &scenario.file.reporting;
        let lay = is_lay(source);
        let (answered, factor) = if lay {
            (reporting.public_answered.value, reporting.public_error_factor.value)
        } else {
            (reporting.form_answered.value, 1.0)
        };
        let mut says = place.stream(Purpose::Report, 0);
        let mut errs = place.stream(Purpose::Misreport, 0);
        let mut facts = FactSheet::unknown(index.dictionary);
        let (mut misreported, mut absent_on_form) = (Vec::new(), Vec::new());
        let empty = Vec::new();
        let form = self.forms.get(source as usize).unwrap_or(&empty);
        for ((fact, slot, definition), on_form) in index.present().zip(form) {
            let (told, wrong) = (says.uniform()?, errs.uniform()?);
            let Some(value) = truth.get(slot) else { continue };
            let concern = is_concern(definition, value);
            let chance = match fact {
                Known::Corroborated => 0.0,
                Known::Consent => reporting.consent_stated.value,
                Known::AgeBand | Known::Unborn => 0.99,
                _ if matches!(fact.group(), "history" | "contact") => 0.99,
                _ if *on_form => answered,
                _ if concern => reporting.mentioned_outside_form.value,
                _ => 0.0,
            };
            if told >= chance {
                continue;
            }
            let mut said = value;
            if can_be_mistaken(fact, definition) {
                if concern {
                    said = stated(
                        definition,
                        value,
                        wrong,
                        reporting.understated.value * factor,
                        reporting.overstated.value * factor,
                    );
                } else if *on_form {
                    absent_on_form.push((slot, definition));
                }
            }
            if said != value {
                misreported.push(slot);
            }
            facts.set(slot, Some(said));
        }
        if let Some((slot, value)) = invented(&mut errs, reporting.invented.value * factor, &absent_on_form)?
        {
            misreported.push(slot);
            facts.set(slot, Some(value));
        }
        if let Some((slot, _)) = index.find(Known::AgenciesReporting) {
            facts.set(slot, Some(FactValue::Integer(1)));
        }
        if !misreported.is_empty() && facts.broken_constraint(index.dictionary).is_some() {
            // A report that contradicts itself is put right on the telephone.
            for slot in misreported.drain(..) {
                facts.set(slot, truth.get(slot));
            }
        }
        Ok(AtTheDoor { facts, misreported })
    }

    /// What each agency would reply.
    pub(crate) fn held(
        &self,
        scenario: &Scenario,
        index: &FactIndex<'_>,
        place: Place,
        truth: &FactSheet,
    ) -> Result<HeldFacts, DrawOverflowError> {
        let reporting = &scenario.file.reporting;
        let mut by_slot = vec![AgencySet::default(); index.dictionary.len()];
        let mut concerned = AgencySet::default();
        for ((agency, slots), known) in Agency::ALL.iter().zip(&self.holdings).zip(&self.known) {
            if slots.is_empty() {
                continue;
            }
            let part = u8::try_from(*agency as usize).unwrap_or(u8::MAX);
            let mut draws = place.stream(Purpose::Held, part);
            let (answers, partial) = (draws.chance(*known)?, draws.chance(reporting.partial_answers.value)?);
            if !answers {
                continue;
            }
            let share = if partial { reporting.partial_share.value } else { 1.0 } * reporting.recorded.value;
            for slot in slots {
                if draws.chance(share)?
                    && let Some(value) = truth.get(*slot)
                {
                    if let Some(holders) = by_slot.get_mut(slot.index()) {
                        holders.insert(*agency);
                    }
                    if index.dictionary.get(*slot).is_some_and(|definition| is_concern(definition, value)) {
                        concerned.insert(*agency);
                    }
                }
            }
        }
        Ok(HeldFacts { by_slot, concerned })
    }
}

/// Whether the referrer is a member of the public rather than a professional.
fn is_lay(source: Agency) -> bool {
    matches!(
        source,
        Agency::Family
            | Agency::Neighbour
            | Agency::SelfReferral
            | Agency::MemberOfPublic
            | Agency::Anonymous
            | Agency::Unknown
    )
}

/// Whether the value says that something is wrong.
fn is_concern(definition: &FactDefinition, value: FactValue) -> bool {
    definition.direction == Direction::Risk && definition.absent.is_some_and(|absent| absent != value)
}

fn can_be_mistaken(fact: Known, definition: &FactDefinition) -> bool {
    definition.direction == Direction::Risk
        && !matches!(fact.group(), "age" | "history" | "contact" | "status")
}

/// What the referrer says of a concern that is there.
fn stated(
    definition: &FactDefinition,
    value: FactValue,
    wrong: f64,
    too_low: f64,
    too_high: f64,
) -> FactValue {
    let step = if wrong < too_low {
        -1
    } else if wrong > 1.0 - too_high {
        1
    } else {
        return value;
    };
    let moved = match value {
        FactValue::Bool(_) => FactValue::Bool(step > 0),
        FactValue::Integer(count) => FactValue::Integer(count + step),
        FactValue::Rank(rank) => FactValue::Rank(rank.saturating_add_signed(if step < 0 { -1 } else { 1 })),
    };
    if definition.admits(moved) { moved } else { value }
}

/// At most one concern that is not there, at its mildest.
fn invented(
    errs: &mut Stream,
    chance: f64,
    absent: &[(Slot, &FactDefinition)],
) -> Result<Option<(Slot, FactValue)>, DrawOverflowError> {
    let (happens, which) =
        (errs.chance(chance)?, errs.between(0, i64::try_from(absent.len()).unwrap_or(1) - 1)?);
    if !happens {
        return Ok(None);
    }
    let drawn = usize::try_from(which).ok().and_then(|position| absent.get(position));
    Ok(drawn.and_then(|(slot, definition)| {
        let value = match (&definition.kind, definition.absent) {
            (FactKind::Bool, _) => Some(FactValue::Bool(true)),
            (FactKind::Integer { .. }, Some(FactValue::Integer(count))) => {
                Some(FactValue::Integer(count + 1))
            }
            (FactKind::Ordinal(_), Some(FactValue::Rank(rank))) => Some(FactValue::Rank(rank + 1)),
            _ => None,
        };
        value.filter(|value| definition.admits(*value)).map(|value| (*slot, value))
    }))
}

#[cfg(test)]
mod tests {
    use mash_model::SourceGroup;

    use super::*;
    use crate::testing::{cases, dictionary, value};

    #[test]
    fn the_report_is_true_but_for_its_mistakes() {
        let mut mistakes = 0;
        for case in cases() {
            for (slot, said) in case.contact.facts.known() {
                let name = dictionary().get(slot).unwrap().id.as_str();
                if case.misreported.contains(&slot) {
                    mistakes += 1;
                    assert_ne!(case.truth.get(slot), Some(said), "{name}");
                } else if name != "agencies_reporting" {
                    assert_eq!(case.truth.get(slot), Some(said), "{name}");
                }
            }
        }
        let share = f64::from(mistakes) / cases().len() as f64;
        assert!((0.02..0.4).contains(&share), "{share}");
    }

    #[test]
    fn forms_answer_and_enquiries_complete() {
        let asked = [Agency::Police, Agency::School, Agency::HealthVisitor, Agency::Gp];
        for group in [SourceGroup::Police, SourceGroup::Schools, SourceGroup::Health] {
            let of_group: Vec<_> =
                cases().iter().filter(|case| case.contact.source.source_group() == group).collect();
            let mean = |known: &dyn Fn(&crate::Case) -> usize| {
                of_group
                    .iter()
                    .map(|case| known(case) as f64 / case.truth.known().count() as f64)
                    .sum::<f64>()
                    / of_group.len() as f64
            };
            let door = mean(&|case| case.contact.facts.known().count());
            let after = mean(&|case| case.facts_after_enquiries(&asked).known().count());
            assert!((0.45..0.7).contains(&door), "{group:?} {door}");
            assert!(after > 0.75, "{group:?} {after}");
        }
    }

    #[test]
    fn a_reply_does_not_depend_on_who_else_is_asked() {
        for case in cases().iter().take(2_000) {
            let police = case.facts_after_enquiries(&[Agency::Police]);
            let both = case.facts_after_enquiries(&[Agency::Gp, Agency::Police]);
            assert_eq!(both, case.facts_after_enquiries(&[Agency::Police, Agency::Gp]));
            for (slot, said) in police.known() {
                let name = dictionary().get(slot).unwrap().id.as_str();
                if !matches!(name, "agencies_reporting" | "corroborated") {
                    let expect = if case.held.holders(slot).contains(Agency::Gp) {
                        case.truth.get(slot)
                    } else {
                        Some(said)
                    };
                    assert_eq!(both.get(slot), expect, "{name}");
                }
            }
            for (slot, held) in case.held_by(Agency::Police) {
                assert_eq!(police.get(slot), Some(held));
            }
            assert_eq!(case.facts_after_enquiries(&[]), case.contact.facts);
        }
    }

    #[test]
    fn the_hub_knows_its_own_records() {
        let known = |fact: &str| {
            let cases = cases();
            cases.iter().filter(|case| value(&case.contact.facts, fact).is_some()).count() as f64
                / cases.len() as f64
        };
        for fact in
            ["previous_contacts_12m", "previous_referrals_12m", "on_or_recent_cpp", "open_case", "age_band"]
        {
            assert!(known(fact) > 0.97, "{fact} {}", known(fact));
        }
        assert!((known("consent") - 0.8).abs() < 0.02, "{}", known("consent"));
    }
}
