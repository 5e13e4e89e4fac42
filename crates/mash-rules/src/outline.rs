//! A decision in positions of its pack, with what is missing and whom to ask; then the same in names.

use std::cmp::Reverse;

use jiff::civil::DateTime;
use mash_model::{
    Agency, AgencyToAsk, Consent, Contact, ContactId, Decision, FactColumns, FailedRule, NOTICE, Reason,
    RouteId, RuleId, Slot, Stage, UndeterminedRule, calendar::WorkingCalendar,
};

use crate::{
    decision_columns::DecisionColumns,
    evaluator::{Evaluator, Needs},
    fold::Folded,
    manifest::Route,
    rule::{Rule, RuleIndex},
    rule_pack::RulePack,
    rule_set::{Bits, RuleSet},
    triage::Triage,
};

/// Agencies, as bits in the order of [`Agency::ALL`].
pub(crate) type Agencies = u64;

const AGENCIES: usize = Agency::ALL.len();
const _: () = assert!(AGENCIES <= 64, "every agency has its bit");

/// All that a decision says but for the contact's id and times, as positions in the pack.
#[derive(Debug, Clone, PartialEq)]
pub struct Outline {
    /// The stage that answered.
    pub stage: Stage,
    /// Route and rating, as positions in the manifest.
    pub folded: Folded,
    /// What becomes of the contact, as a position in [`RulePack::outcome_list`].
    pub outcome: usize,
    /// Position on consent.
    pub consent: Consent,
    /// The strongest route that undetermined rules could still give, as a position in the manifest.
    pub could_still_be: usize,
    /// Rules that fired.
    pub fired: RuleSet,
    /// Undetermined rules that are listed, in pack order.
    pub undetermined: Vec<(RuleIndex, Needs)>,
    /// Rules that failed while running, and facts that contradict one another.
    pub failed: Vec<FailedRule>,
    /// Must a person decide?
    pub manual_review: bool,
    ask: AskOrder,
    asked: Agencies,
    closing: Agencies,
}

/// Agencies by how many rules they could settle.
#[derive(Debug, Clone, PartialEq, Eq)]
struct AskOrder {
    /// By agency: undetermined rules that could strengthen the answer and need a fact it holds.
    settles: [u16; AGENCIES],
    /// Agencies in order, the one that could settle most first.
    order: [u8; AGENCIES],
    /// By agency: its place in that order.
    rank: [u8; AGENCIES],
}

impl Outline {
    /// Agencies that hold any of the facts, the one that could settle most first.
    pub fn holders<'a>(&'a self, pack: &RulePack, needs: &[Slot]) -> impl Iterator<Item = Agency> + 'a {
        let ranks = Bits(pack.arranged.held_by(needs)).fold(0, |ranks, agency| {
            ranks
                | 1_u64
                    .checked_shl(self.ask.rank.get(agency).map_or(64, |rank| u32::from(*rank)))
                    .unwrap_or(0)
        });
        Bits(ranks).filter_map(|rank| agency(usize::from(*self.ask.order.get(rank)?)))
    }

    /// Agencies to ask: holders of what must be known before closing first, then by what they could settle.
    #[must_use]
    pub fn to_ask(&self) -> Vec<AgencyToAsk> {
        let entry = |at: u8| {
            let place = usize::from(at);
            let could_settle = self.ask.settles.get(place).copied().unwrap_or(0);
            let is = |agencies: Agencies| agencies >> place & 1 == 1;
            let wanted = could_settle > 0 || is(self.asked | self.closing);
            let asked_by_rule = is(self.asked);
            let entry =
                AgencyToAsk { agency: agency(place)?, could_settle: could_settle.into(), asked_by_rule };
            wanted.then_some((is(self.closing), entry))
        };
        let mut ask: Vec<(bool, AgencyToAsk)> = self.ask.order.iter().filter_map(|at| entry(*at)).collect();
        // The order of agencies has them by what they could settle and by name; what is left is stable.
        ask.sort_by_key(|(closing, entry)| (!closing, Reverse(entry.could_settle), !entry.asked_by_rule));
        ask.into_iter().map(|(_, entry)| entry).collect()
    }
}

impl AskOrder {
    fn new(settles: [u16; AGENCIES]) -> Self {
        let mut keys: [u32; AGENCIES] = [0; AGENCIES];
        for ((place, key), settles) in (0..).zip(&mut keys).zip(settles) {
            *key = u32::from(u16::MAX - settles) << 8 | place;
        }
        keys.sort_unstable();
        let order = keys.map(|key| key.to_le_bytes()[0]);
        let mut rank = [0; AGENCIES];
        for (place, agency) in (0..).zip(order) {
            rank.get_mut(usize::from(agency)).into_iter().for_each(|rank| *rank = place);
        }
        Self { settles, order, rank }
    }
}

fn agency(place: usize) -> Option<Agency> {
    Agency::ALL.get(place).copied()
}

/// What an outline is made of.
struct Answered {
    stage: Stage,
    folded: Folded,
    outcome: usize,
    consent: Consent,
    could_still_be: usize,
    fired: RuleSet,
    undetermined: RuleSet,
    asked: Agencies,
    missing_for_closing: Agencies,
    failed: Vec<FailedRule>,
    manual_review: bool,
}

impl RulePack {
    /// The outline of a contact's triage; `all_rules` lists every undetermined rule, not only those that could strengthen
    /// the answer.
    #[must_use]
    pub fn outline(
        &self,
        engine: &dyn Evaluator,
        contact: &Contact,
        triage: &Triage,
        all_rules: bool,
    ) -> Outline {
        let answer = triage.answer();
        let mut failed: Vec<FailedRule> = answer
            .marks
            .failed
            .iter()
            .filter_map(|mark| {
                let rule = self.rule(mark.rule)?;
                let message = mark.message.clone();
                Some(FailedRule { rule: rule.id.clone(), at: mark.place.to_string(), message })
            })
            .collect();
        if let Some((name, message)) = &answer.contradiction {
            let (rule, at) = (RuleId::from(name.as_str()), "facts of the contact".to_owned());
            failed.push(FailedRule { rule, at, message: message.clone() });
        }
        let outcome = self.outcome_list().iter().position(|outcome| *outcome == answer.outcome);
        let answered = Answered {
            stage: answer.stage,
            folded: answer.folded,
            outcome: outcome.unwrap_or(0),
            consent: answer.consent,
            could_still_be: answer.could_still_be,
            fired: answer.marks.fired.clone(),
            undetermined: answer.marks.undetermined.clone(),
            asked: bits_of(&triage.asked),
            missing_for_closing: self.arranged.held_by(&answer.missing_for_closing),
            failed,
            manual_review: answer.manual_review(),
        };
        self.outline_of(answered, all_rules, |rules| engine.needs(rules, &contact.facts))
    }

    /// The outline of a row of decisions over these facts; `None` where a person must decide, and [`RulePack::outline`]
    /// tells why.
    #[must_use]
    pub fn outline_row(
        &self,
        facts: &FactColumns,
        decisions: &DecisionColumns,
        row: usize,
        all_rules: bool,
    ) -> Option<Outline> {
        if decisions.manual_review.get(row).copied().unwrap_or(true) {
            return None;
        }
        let position = |column: &[u8]| column.get(row).copied().map(usize::from);
        let folded = Folded {
            route: position(&decisions.route)?,
            rating: position(&decisions.rating)?.checked_sub(1),
        };
        let route = self.manifest.routes.get(folded.route)?;
        let value = |slot| facts.value(row, slot, self.dictionary.get(slot)?);
        let missing = self.arranged.closing.iter().filter(|slot| route.closes && value(**slot).is_none());
        let answered = Answered {
            stage: decisions.stage(row),
            folded,
            outcome: position(&decisions.outcome)?,
            consent: self.consent_where(Some(route.consent), value),
            could_still_be: position(&decisions.could_still_be)?,
            fired: decisions.fired(row),
            undetermined: decisions.undetermined(row),
            asked: decisions.asked.get(row).copied()?,
            missing_for_closing: missing.fold(0, |held, slot| held | self.arranged.held_by(&[*slot])),
            failed: Vec::new(),
            manual_review: false,
        };
        Some(self.outline_of(answered, all_rules, |rules| self.circuit.needs_in_row(rules, facts, row)))
    }

    fn outline_of(
        &self,
        answered: Answered,
        all_rules: bool,
        needs: impl Fn(&RuleSet) -> Vec<(RuleIndex, Needs)>,
    ) -> Outline {
        let strengthening = self.strengthening_of(&answered.fired, &answered.undetermined, answered.folded);
        let undetermined = needs(if all_rules { &answered.undetermined } else { &strengthening });
        let mut settles = [0_u16; AGENCIES];
        for (_, needs) in undetermined.iter().filter(|(rule, _)| strengthening.contains(*rule)) {
            for agency in Bits(self.arranged.held_by(needs)) {
                settles.get_mut(agency).into_iter().for_each(|count| *count = count.saturating_add(1));
            }
        }
        Outline {
            stage: answered.stage,
            folded: answered.folded,
            outcome: answered.outcome,
            consent: answered.consent,
            could_still_be: answered.could_still_be,
            fired: answered.fired,
            undetermined,
            failed: answered.failed,
            manual_review: answered.manual_review,
            ask: AskOrder::new(settles),
            asked: answered.asked,
            closing: answered.missing_for_closing,
        }
    }

    /// When a contact that was received then must be decided by; `None` where its rating has no limit.
    #[must_use]
    pub fn due(&self, calendar: &WorkingCalendar, folded: Folded, received: DateTime) -> Option<DateTime> {
        let timescale = self.manifest.ratings.get(folded.rating?)?.timescale?;
        Some(calendar.due(received, timescale.limit()))
    }

    /// The decision of a contact: screening, and the hub's decision on the same facts where it goes that far.
    ///
    /// `all_rules` lists every undetermined rule, not only those that could strengthen the answer.
    #[must_use]
    pub fn decide(
        &self,
        engine: &dyn Evaluator,
        calendar: &WorkingCalendar,
        contact: &Contact,
        all_rules: bool,
    ) -> Decision {
        let triage = self.triage(engine, &contact.facts);
        self.decision(engine, calendar, contact, &triage, all_rules)
    }

    /// Writes the triage of a contact's facts out as a decision; the engine says what undetermined rules need.
    #[must_use]
    pub fn decision(
        &self,
        engine: &dyn Evaluator,
        calendar: &WorkingCalendar,
        contact: &Contact,
        triage: &Triage,
        all_rules: bool,
    ) -> Decision {
        let outline = self.outline(engine, contact, triage, all_rules);
        self.named(calendar, &contact.id, contact.received, &outline)
    }

    /// The outline of a contact's decision in names.
    #[must_use]
    pub fn named(
        &self,
        calendar: &WorkingCalendar,
        id: &ContactId,
        received: DateTime,
        outline: &Outline,
    ) -> Decision {
        let manifest = &self.manifest;
        let route_id =
            |route: Option<&Route>| route.map_or_else(|| RouteId::from(""), |route| route.id.clone());
        let route = manifest.routes.get(outline.folded.route);
        let rating = outline.folded.rating.and_then(|rating| manifest.ratings.get(rating));
        let fired = || outline.fired.iter().filter_map(|rule| self.rule(rule));
        Decision {
            id: id.clone(),
            stage: outline.stage,
            route: route_id(route),
            level: route.and_then(|route| manifest.numbering.get(&route.id).copied()),
            rating: rating.map(|rating| rating.id.clone()),
            outcome: self.outcome_list().get(outline.outcome).cloned().unwrap_or_else(|| "".into()),
            duties: self.duties(&outline.fired),
            due: self.due(calendar, outline.folded, received),
            consent: outline.consent,
            could_still_be: route_id(manifest.routes.get(outline.could_still_be)),
            family_may_be_told: fired().all(|rule| rule.family_may_be_told),
            fired: fired().map(|rule| rule.id.clone()).collect(),
            undetermined: outline
                .undetermined
                .iter()
                .filter_map(|(rule, needs)| self.undetermined(outline, *rule, needs))
                .collect(),
            failed: outline.failed.clone(),
            manual_review: outline.manual_review,
            ask: outline.to_ask(),
            reasons: fired().map(Rule::reason).collect(),
            notice: NOTICE.to_owned(),
        }
    }

    fn undetermined(&self, outline: &Outline, rule: RuleIndex, needs: &[Slot]) -> Option<UndeterminedRule> {
        let facts = needs.iter().filter_map(|&slot| self.dictionary.get(slot));
        Some(UndeterminedRule {
            rule: self.rule(rule)?.id.clone(),
            needs: facts.map(|fact| fact.id.clone()).collect(),
            ask: outline.holders(self, needs).collect(),
        })
    }
}

/// The agencies of a list as bits.
pub(crate) fn bits_of(agencies: &[Agency]) -> Agencies {
    let listed = Agency::ALL.iter().enumerate().filter(|(_, agency)| agencies.contains(agency));
    listed.fold(0, |bits, (place, _)| bits | 1 << place)
}

impl Rule {
    /// Why the rule matters, where it fired.
    #[must_use]
    pub fn reason(&self) -> Reason {
        Reason {
            rule: self.id.clone(),
            because: self.because.clone(),
            plain: self.plain.clone(),
            source: self.source.clone(),
        }
    }
}
