//! Who knows what: what the referrer's form says at the door, what is told wrongly, and what each agency holds.
//!
//! In: the true facts of one child at one contact. Out: the facts at the door, and for every fact the agencies whose
//! reply would give it. A form's questions are answered whether or not there is a concern, so that *asked and absent*
//! is reported too. What an agency would reply is drawn once a case and agency: asking one more changes no other answer.

use mash_model::{Agency, Direction, FactDefinition, FactKind, FactSheet, FactValue, Slot};

use crate::{
    known_facts::{FactIndex, Known},
    population::Place,
    random_streams::{BLOCKS, DrawOverflowError, Purpose, bits_at, bits_of_pairs, open_unit},
    sampling::{Odds, uniform_integer},
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
    /// What referrers say, those alike together.
    forms: Vec<Form>,
    /// By agency: its form.
    form_of: Vec<usize>,
    /// By agency: what it typically holds.
    holdings: Vec<Vec<Held>>,
    /// By agency: share of enquiries it can answer.
    known: Vec<f64>,
    /// How likely a fact held is in the reply: of a whole answer, and of one in part.
    recorded: [Odds; 2],
}

/// How referrers of one kind say what they know.
#[derive(Debug, PartialEq)]
struct Form {
    /// Facts that may be said.
    asked: Vec<Asked>,
    /// Pairs of draws that are wanted whatever the truth, several at a time.
    pairs: Vec<[u16; BLOCKS]>,
    /// Draws: as many as there are facts, said or not.
    draws: u16,
    /// How likely a concern is put too low, too high, and made up.
    mistakes: [f64; 3],
}

/// One fact on a form or beside it.
#[derive(Debug, PartialEq)]
struct Asked {
    slot: Slot,
    /// Number of its draw.
    number: u16,
    /// The value that says that nothing is wrong; none where no value says that something is.
    harmless: Option<FactValue>,
    /// How likely it is said: where nothing is wrong, and where something is.
    odds: [Odds; 2],
    /// The greater of the two.
    most: Odds,
    /// Whether it may be said where nothing is wrong; if not, its draw is wanted of a concern only.
    always: bool,
    /// Whether a concern may be put too low or too high.
    can_be_mistaken: bool,
    on_form: bool,
}

/// Draws by the number of their pair.
type Pairs = [[u64; 2]; Known::ALL.len().div_ceil(2)];

/// One fact that an agency typically holds.
#[derive(Debug)]
struct Held {
    slot: Slot,
    /// The value that says that nothing is wrong; none where no value says that something is.
    harmless: Option<FactValue>,
}

/// The facts at the door, and those among them that differ from the truth by a mistake of the referrer.
#[derive(Debug)]
pub(crate) struct AtTheDoor {
    pub(crate) facts: FactSheet,
    pub(crate) misreported: Vec<Slot>,
}

impl Knowledge {
    pub(crate) fn new(scenario: &Scenario, index: &FactIndex<'_>) -> Self {
        let known = &scenario.file.reporting.family_known.value;
        let (mut forms, mut form_of) = (Vec::new(), Vec::with_capacity(Agency::ALL.len()));
        for agency in Agency::ALL {
            let form = Form::new(scenario, index, *agency);
            let same = forms.iter().position(|other| *other == form);
            form_of.push(same.unwrap_or(forms.len()));
            if same.is_none() {
                forms.push(form);
            }
        }
        let holdings = Agency::ALL.iter().map(|agency| {
            let held = index.present().filter(|(fact, _, definition)| {
                definition.agencies.contains(agency) && !matches!(fact.group(), "contact" | "age")
            });
            held.map(|(_, slot, definition)| Held { slot, harmless: harmless(definition) }).collect()
        });
        let shares = Agency::ALL
            .iter()
            .map(|agency| known.get(agency.id()).or_else(|| known.get("otherwise")).copied().unwrap_or(0.0));
        let reporting = &scenario.file.reporting;
        let recorded =
            [1.0, reporting.partial_share.value].map(|part| Odds::of(part * reporting.recorded.value));
        Self { forms, form_of, holdings: holdings.collect(), known: shares.collect(), recorded }
    }

    /// What the referrer says and the hub's own records show.
    pub(crate) fn at_the_door(
        &self,
        index: &FactIndex<'_>,
        place: Place,
        source: Agency,
        truth: &FactSheet,
    ) -> Result<AtTheDoor, DrawOverflowError> {
        let mut facts = FactSheet::unknown(index.dictionary);
        let form = self.form_of.get(source as usize).and_then(|form| self.forms.get(*form));
        let Some(form) = form else { return Ok(AtTheDoor { facts, misreported: Vec::new() }) };
        let says = form.drawn(place);
        // A draw here is wanted of few facts.
        let errs =
            |number: u16| bits_at(place.seed, place.replication, place.entity(0), Purpose::Misreport, number);
        let [too_low, too_high, made_up] = form.mistakes;
        let invents = open_unit(errs(form.draws)) < made_up;
        let (mut misreported, mut absent_on_form) = (Vec::new(), Vec::new());
        for asked in said_of(&form.asked, &says, truth) {
            let Some(value) = truth.get(asked.slot) else { continue };
            let concern = asked.is_concern(value);
            let [otherwise, odds] = asked.odds;
            let drawn = if asked.always { asked.drawn(&says) } else { asked.drawn_at(place) };
            if !(if concern { odds } else { otherwise }).hold(drawn) {
                continue;
            }
            let mut said = value;
            if asked.can_be_mistaken {
                if concern {
                    let wrong = open_unit(errs(asked.number));
                    said = stated(index, asked.slot, value, wrong, too_low, too_high);
                } else if asked.on_form && invents {
                    absent_on_form.push(asked.slot);
                }
            }
            if said != value {
                misreported.push(asked.slot);
            }
            facts.set(asked.slot, Some(said));
        }
        if invents
            && let Some((slot, value)) = invented(index, open_unit(errs(form.draws + 1)), &absent_on_form)
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

    /// What an agency would reply: hands over each fact, as it truly is, and says whether something is wrong.
    pub(crate) fn reply(
        &self,
        scenario: &Scenario,
        place: Place,
        agency: Agency,
        truth: &FactSheet,
        mut tell: impl FnMut(Slot, FactValue),
    ) -> Result<bool, DrawOverflowError> {
        let reporting = &scenario.file.reporting;
        let number = agency as usize;
        let (Some(holdings), Some(known)) = (self.holdings.get(number), self.known.get(number)) else {
            return Ok(false);
        };
        if holdings.is_empty() {
            return Ok(false);
        }
        let mut draws = place.stream(Purpose::Held, u8::try_from(number).unwrap_or(u8::MAX));
        let (answers, partial) = (draws.chance(*known)?, draws.chance(reporting.partial_answers.value)?);
        if !answers {
            return Ok(false);
        }
        let [whole, part] = self.recorded;
        let odds = if partial { part } else { whole };
        let mut recorded = [0; Known::ALL.len()];
        draws.fill(recorded.get_mut(..holdings.len()).unwrap_or_default())?;
        let mut concerned = false;
        for (held, drawn) in holdings.iter().zip(recorded) {
            if odds.hold(drawn)
                && let Some(value) = truth.get(held.slot)
            {
                tell(held.slot, value);
                concerned |= held.harmless.is_some_and(|harmless| harmless != value);
            }
        }
        Ok(concerned)
    }

    /// What each agency would reply.
    pub(crate) fn held(
        &self,
        scenario: &Scenario,
        index: &FactIndex<'_>,
        place: Place,
        truth: &FactSheet,
    ) -> Result<HeldFacts, DrawOverflowError> {
        let mut by_slot = vec![AgencySet::default(); index.dictionary.len()];
        let mut concerned = AgencySet::default();
        for agency in Agency::ALL {
            let wrong = self.reply(scenario, place, *agency, truth, |slot, _| {
                if let Some(holders) = by_slot.get_mut(slot.index()) {
                    holders.insert(*agency);
                }
            })?;
            if wrong {
                concerned.insert(*agency);
            }
        }
        Ok(HeldFacts { by_slot, concerned })
    }
}

impl Asked {
    /// Does this value say that something is wrong?
    #[inline]
    fn is_concern(&self, value: FactValue) -> bool {
        self.harmless.is_some_and(|harmless| harmless != value)
    }

    /// The draw that decides whether it is said.
    #[inline]
    fn drawn(&self, says: &Pairs) -> u64 {
        says.as_flattened().get(usize::from(self.number)).copied().unwrap_or(u64::MAX)
    }

    /// The same, drawn by itself.
    fn drawn_at(&self, place: Place) -> u64 {
        bits_at(place.seed, place.replication, place.entity(0), Purpose::Report, self.number)
    }
}

/// Facts that may be said of this truth. They are gathered without a branch: a fact is as good as a coin, and a wrong
/// guess costs more than the draw.
fn said_of<'a>(asked: &'a [Asked], says: &'a Pairs, truth: &'a FactSheet) -> impl Iterator<Item = &'a Asked> {
    asked.chunks(64).flat_map(move |asked| {
        let mut said = asked.iter().enumerate().fold(0_u64, |bits, (at, asked)| {
            let may = if asked.always {
                asked.most.hold(asked.drawn(says))
            } else {
                truth.get(asked.slot).is_some_and(|value| asked.is_concern(value))
            };
            bits | u64::from(may) << at
        });
        std::iter::from_fn(move || {
            let at = said.trailing_zeros();
            said &= said.wrapping_sub(1);
            asked.get(usize::try_from(at).ok()?)
        })
    })
}

impl Form {
    fn new(scenario: &Scenario, index: &FactIndex<'_>, source: Agency) -> Self {
        let reporting = &scenario.file.reporting;
        let written = &reporting.forms.value;
        let groups = written.get(source.id()).or_else(|| written.get("otherwise"));
        let (answered, factor) = if is_lay(source) {
            (reporting.public_answered.value, reporting.public_error_factor.value)
        } else {
            (reporting.form_answered.value, 1.0)
        };
        let asked = |(number, (fact, slot, definition)): (u16, (Known, Slot, &FactDefinition))| {
            let on_form = groups.is_some_and(|groups| groups.iter().any(|group| group == fact.group()));
            let always = |chance: f64| [chance; 2];
            let chances = match fact {
                Known::Corroborated => always(0.0),
                Known::Consent => always(reporting.consent_stated.value),
                Known::AgeBand | Known::Unborn => always(0.99),
                _ if matches!(fact.group(), "history" | "contact") => always(0.99),
                _ if on_form => always(answered),
                _ => [0.0, reporting.mentioned_outside_form.value],
            };
            let odds @ [otherwise, concern] = chances.map(Odds::of);
            Asked {
                slot,
                number,
                harmless: harmless(definition),
                odds,
                most: otherwise.max(concern),
                always: otherwise.can_hold(),
                can_be_mistaken: can_be_mistaken(fact, definition),
                on_form,
            }
        };
        let mistakes = [reporting.understated.value, reporting.overstated.value, reporting.invented.value];
        let asked: Vec<Asked> = (0..)
            .zip(index.present())
            .map(asked)
            .filter(|asked| asked.odds.iter().any(|odds| odds.can_hold()))
            .collect();
        let mut wanted: Vec<u16> =
            asked.iter().filter(|asked| asked.always).map(|asked| asked.number / 2).collect();
        wanted.dedup();
        // The last are filled up with a pair that is there already.
        let several = |pairs: &[u16]| {
            std::array::from_fn(|at| pairs.get(at).or(pairs.last()).copied().unwrap_or_default())
        };
        Self {
            pairs: wanted.chunks(BLOCKS).map(several).collect(),
            asked,
            draws: u16::try_from(index.present().count()).unwrap_or(u16::MAX),
            mistakes: mistakes.map(|share| share * factor),
        }
    }

    /// The draws that are wanted whatever the truth; the others are left out.
    fn drawn(&self, place: Place) -> Pairs {
        let mut says = [[0; 2]; Known::ALL.len().div_ceil(2)];
        for pairs in &self.pairs {
            let drawn =
                bits_of_pairs(place.seed, place.replication, place.entity(0), Purpose::Report, *pairs);
            for (pair, drawn) in pairs.iter().zip(drawn) {
                if let Some(says) = says.get_mut(usize::from(*pair)) {
                    *says = drawn;
                }
            }
        }
        says
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

/// The value that says that nothing is wrong; none where no value says that something is.
fn harmless(definition: &FactDefinition) -> Option<FactValue> {
    definition.absent.filter(|_| definition.direction == Direction::Risk)
}

fn can_be_mistaken(fact: Known, definition: &FactDefinition) -> bool {
    definition.direction == Direction::Risk
        && !matches!(fact.group(), "age" | "history" | "contact" | "status")
}

/// What the referrer says of a concern that is there.
fn stated(
    index: &FactIndex<'_>,
    slot: Slot,
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
    if index.dictionary.get(slot).is_some_and(|definition| definition.admits(moved)) { moved } else { value }
}

/// A concern that is not there, at its mildest.
fn invented(index: &FactIndex<'_>, uniform: f64, absent: &[Slot]) -> Option<(Slot, FactValue)> {
    let which = uniform_integer(uniform, 0, i64::try_from(absent.len()).unwrap_or(1) - 1);
    let slot = *absent.get(usize::try_from(which).ok()?)?;
    let definition = index.dictionary.get(slot)?;
    let value = match (&definition.kind, definition.absent) {
        (FactKind::Bool, _) => FactValue::Bool(true),
        (FactKind::Integer { .. }, Some(FactValue::Integer(count))) => FactValue::Integer(count + 1),
        (FactKind::Ordinal(_), Some(FactValue::Rank(rank))) => FactValue::Rank(rank + 1),
        _ => return None,
    };
    definition.admits(value).then_some((slot, value))
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
