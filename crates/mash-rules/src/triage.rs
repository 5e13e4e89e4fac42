//! Facts to an answer: the stages of a pack over a fact sheet, folded, with what is missing and whom to ask.

use std::collections::BTreeMap;

use mash_model::{
    Agency, AgencyToAsk, Consent, Contact, Decision, DutyId, FactSheet, FailedRule, NOTICE, OutcomeId,
    Reason, RuleId, Slot, Stage, UndeterminedRule, calendar::WorkingCalendar,
};

use crate::{
    evaluator::{Evaluator, StageMarks, UndeterminedMark},
    fold::{Folded, fold},
    manifest::{MANUAL_REVIEW, MORE_INFORMATION, RouteConsent},
    rule::RuleIndex,
    rule_pack::RulePack,
};

/// The answer of one stage.
#[derive(Debug, Clone, PartialEq)]
pub struct StageAnswer {
    /// The stage.
    pub stage: Stage,
    /// Route and rating, with the steps that led there.
    pub folded: Folded,
    /// What becomes of the contact.
    pub outcome: OutcomeId,
    /// Duties, in the manifest's order.
    pub duties: Vec<DutyId>,
    /// Position on consent.
    pub consent: Consent,
    /// The strongest route undetermined rules could still give, as a position in the manifest.
    pub could_still_be: usize,
    /// What became of each rule.
    pub marks: StageMarks,
    /// Undetermined rules that could still strengthen route, rating or duties.
    pub strengthening: Vec<RuleIndex>,
    /// Facts that must be known before closing and are not, when the route closes.
    pub missing_for_closing: Vec<Slot>,
    /// Facts that contradict one another or their dictionary, in words.
    pub contradiction: Option<(String, String)>,
}

impl StageAnswer {
    /// Must a person decide?
    #[must_use]
    pub fn manual_review(&self) -> bool {
        !self.marks.failed.is_empty() || self.contradiction.is_some()
    }
}

/// The stages of one contact: screening, whom to ask, and the hub's decision where it goes that far.
#[derive(Debug, Clone, PartialEq)]
pub struct Triage {
    /// Screening over the facts at the door.
    pub screening: StageAnswer,
    /// The enquiries rules over the same facts.
    pub enquiries: StageMarks,
    /// Agencies the enquiries rules ask, in the order of the agency list.
    pub asked: Vec<Agency>,
    /// The hub's decision; absent when screening settled the contact.
    pub decision: Option<StageAnswer>,
}

impl Triage {
    /// The answer that stands.
    #[must_use]
    pub fn answer(&self) -> &StageAnswer {
        self.decision.as_ref().unwrap_or(&self.screening)
    }
}

impl RulePack {
    /// Screens the facts known at the door, and says whom to ask.
    ///
    /// The contact goes on to the hub when an enquiries rule asks somebody, when a strategy discussion is called for,
    /// or when something must be known before it may be closed; otherwise screening settles it.
    #[must_use]
    pub fn screen(&self, engine: &dyn Evaluator, sheet: &FactSheet) -> Triage {
        let screening = self.answer(engine, Stage::Screening, sheet);
        let enquiries = engine.evaluate(Stage::Enquiries, sheet);
        let mut asked: Vec<Agency> = enquiries
            .fired
            .iter()
            .filter_map(|&rule| self.rule(rule))
            .flat_map(|rule| rule.conclusion.ask.iter().copied())
            .collect();
        asked.sort_unstable();
        asked.dedup();
        Triage { screening, enquiries, asked, decision: None }
    }

    /// Does the contact go on to the hub after screening?
    #[must_use]
    pub fn goes_to_hub(&self, triage: &Triage) -> bool {
        let answer = &triage.screening;
        let elsewhere = self.manifest.outcomes.iter().any(|outcome| outcome.id == answer.outcome);
        !elsewhere
            && (!triage.asked.is_empty()
                || answer.folded.route + 1 >= self.manifest.routes.len()
                || answer.outcome == MORE_INFORMATION
                || answer.manual_review())
    }

    /// Screens and, where the contact goes on to the hub, decides on the same facts.
    #[must_use]
    pub fn triage(&self, engine: &dyn Evaluator, sheet: &FactSheet) -> Triage {
        let mut triage = self.screen(engine, sheet);
        if self.goes_to_hub(&triage) {
            triage.decision = Some(self.answer(engine, Stage::Decision, sheet));
        }
        triage
    }

    /// The answer of one stage.
    #[must_use]
    pub fn answer(&self, engine: &dyn Evaluator, stage: Stage, sheet: &FactSheet) -> StageAnswer {
        let marks = engine.evaluate(stage, sheet);
        let folded = fold(self, &marks.fired.iter().copied());
        let contradiction = self.contradiction(sheet);
        let duties = self.duties(&marks.fired);
        let could = marks.undetermined.iter().map(|mark| mark.rule).filter(|&rule| !self.only_lowers(rule));
        let could_still_be = fold(self, &marks.fired.iter().copied().chain(could)).route;
        let strengthening = self.strengthening(&marks, &folded, &duties);
        let route = self.manifest.routes.get(folded.route);
        let missing_for_closing: Vec<Slot> = if route.is_some_and(|route| route.closes) {
            let facts = self.manifest.closing.facts.iter();
            facts
                .filter_map(|fact| self.dictionary.slot(fact.as_str()))
                .filter(|&slot| sheet.get(slot).is_none())
                .collect()
        } else {
            Vec::new()
        };
        let concluded = marks
            .fired
            .iter()
            .filter_map(|&rule| self.rule(rule))
            .find_map(|rule| rule.conclusion.outcome.clone());
        let outcome = if contradiction.is_some() || !marks.failed.is_empty() {
            OutcomeId::from(MANUAL_REVIEW)
        } else if let Some(outcome) = concluded {
            outcome
        } else if !missing_for_closing.is_empty() {
            OutcomeId::from(MORE_INFORMATION)
        } else {
            OutcomeId::from(route.map_or("", |route| route.id.as_str()))
        };
        StageAnswer {
            stage,
            consent: self.consent(route.map(|route| route.consent), sheet),
            folded,
            outcome,
            duties,
            could_still_be,
            marks,
            strengthening,
            missing_for_closing,
            contradiction,
        }
    }

    fn duties(&self, fired: &[RuleIndex]) -> Vec<DutyId> {
        let concluded: Vec<&DutyId> = fired
            .iter()
            .filter_map(|&rule| self.rule(rule))
            .flat_map(|rule| &rule.conclusion.duties)
            .collect();
        let known = self.manifest.duties.iter().map(|duty| &duty.id);
        known.filter(|duty| concluded.contains(duty)).cloned().collect()
    }

    fn only_lowers(&self, rule: RuleIndex) -> bool {
        self.rule(rule).is_some_and(|rule| rule.conclusion.lower > 0)
    }

    /// Undetermined rules that, were they to fire, would strengthen route, rating or duties.
    fn strengthening(&self, marks: &StageMarks, folded: &Folded, duties: &[DutyId]) -> Vec<RuleIndex> {
        let stronger = |mark: &&UndeterminedMark| {
            let index = mark.rule;
            let Some(rule) = self.rule(index) else { return false };
            let conclusion = &rule.conclusion;
            if conclusion.rating > folded.rating
                || conclusion.duties.iter().any(|duty| !duties.contains(duty))
            {
                return true;
            }
            let could_move = conclusion.route.max(conclusion.at_least).max(conclusion.not_below)
                > Some(folded.route)
                || conclusion.raise > 0
                || conclusion.firm;
            could_move && {
                let more = fold(self, &marks.fired.iter().copied().chain(std::iter::once(index)));
                more.route > folded.route || more.rating > folded.rating
            }
        };
        marks.undetermined.iter().filter(stronger).map(|mark| mark.rule).collect()
    }

    fn consent(&self, route: Option<RouteConsent>, sheet: &FactSheet) -> Consent {
        match route {
            Some(RouteConsent::NotRequired) => Consent::NotRequired,
            Some(RouteConsent::NotApplicable) | None => Consent::NotApplicable,
            Some(RouteConsent::Needed) => {
                let stated = self
                    .dictionary
                    .find("consent")
                    .and_then(|(slot, fact)| sheet.get(slot).map(|value| fact.text_of(value)));
                match stated.as_deref() {
                    Some("given") => Consent::Given,
                    Some("refused") => Consent::Refused,
                    Some("overridden") => Consent::Overridden,
                    _ => Consent::ToBeSought,
                }
            }
        }
    }

    /// A value its fact does not admit, or a constraint the known facts break: name and message.
    fn contradiction(&self, sheet: &FactSheet) -> Option<(String, String)> {
        if let Some((slot, value)) = sheet.inadmissible(&self.dictionary) {
            let fact = self.dictionary.get(slot)?;
            return Some((
                fact.id.to_string(),
                format!("`{}` is {}, expected {}", fact.id, fact.text_of(value), fact.expected()),
            ));
        }
        let broken = sheet.broken_constraint(&self.dictionary)?;
        let names: Vec<String> = broken
            .when
            .iter()
            .chain(&broken.then)
            .filter_map(|(slot, _)| {
                let fact = self.dictionary.get(*slot)?;
                let value = sheet.get(*slot).map_or_else(|| "not known".to_owned(), |v| fact.text_of(v));
                Some(format!("{} is {value}", fact.id))
            })
            .collect();
        Some((broken.id.clone(), format!("facts that cannot both hold: {}", names.join(", "))))
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
        self.decision(calendar, contact, &triage, all_rules)
    }

    /// Writes a triage out as a decision.
    #[must_use]
    pub fn decision(
        &self,
        calendar: &WorkingCalendar,
        contact: &Contact,
        triage: &Triage,
        all_rules: bool,
    ) -> Decision {
        let answer = triage.answer();
        let manifest = &self.manifest;
        let route = manifest.routes.get(answer.folded.route);
        let route_id =
            |index: usize| manifest.routes.get(index).map_or_else(|| "".into(), |route| route.id.clone());
        let rating = answer.folded.rating.and_then(|rating| manifest.ratings.get(rating));
        let fired = || answer.marks.fired.iter().filter_map(|&rule| self.rule(rule));
        let useful = self.settles(answer);
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
        Decision {
            id: contact.id.clone(),
            stage: answer.stage,
            route: route_id(answer.folded.route),
            level: route.and_then(|route| manifest.numbering.get(&route.id).copied()),
            rating: rating.map(|rating| rating.id.clone()),
            outcome: answer.outcome.clone(),
            duties: answer.duties.clone(),
            due: rating
                .and_then(|rating| rating.timescale)
                .map(|timescale| calendar.due(contact.received, timescale.limit())),
            consent: answer.consent,
            could_still_be: route_id(answer.could_still_be),
            family_may_be_told: fired().all(|rule| rule.family_may_be_told),
            fired: fired().map(|rule| rule.id.clone()).collect(),
            undetermined: answer
                .marks
                .undetermined
                .iter()
                .filter(|mark| all_rules || answer.strengthening.contains(&mark.rule))
                .filter_map(|mark| self.undetermined(mark, &useful))
                .collect(),
            manual_review: answer.manual_review(),
            failed,
            ask: self.to_ask(triage, answer, &useful),
            reasons: fired()
                .map(|rule| Reason {
                    rule: rule.id.clone(),
                    because: rule.because.clone(),
                    plain: rule.plain.clone(),
                    source: rule.source.clone(),
                })
                .collect(),
            notice: NOTICE.to_owned(),
        }
    }

    /// For each agency, how many of the strengthening rules need a fact it holds.
    fn settles(&self, answer: &StageAnswer) -> BTreeMap<Agency, u32> {
        let mut counts = BTreeMap::new();
        for mark in &answer.marks.undetermined {
            if answer.strengthening.contains(&mark.rule) {
                for agency in self.holders(&mark.needs) {
                    *counts.entry(agency).or_insert(0) += 1;
                }
            }
        }
        counts
    }

    /// Agencies that hold any of the facts, each once.
    fn holders(&self, slots: &[Slot]) -> Vec<Agency> {
        let mut agencies: Vec<Agency> = slots
            .iter()
            .filter_map(|&slot| self.dictionary.get(slot))
            .flat_map(|fact| fact.agencies.iter().copied())
            .collect();
        agencies.sort_unstable();
        agencies.dedup();
        agencies
    }

    fn undetermined(
        &self,
        mark: &UndeterminedMark,
        useful: &BTreeMap<Agency, u32>,
    ) -> Option<UndeterminedRule> {
        let mut ask = self.holders(&mark.needs);
        ask.sort_by_key(|agency| (std::cmp::Reverse(useful.get(agency).copied().unwrap_or(0)), *agency));
        let needs = mark.needs.iter().filter_map(|&slot| self.dictionary.get(slot));
        Some(UndeterminedRule {
            rule: self.rule(mark.rule)?.id.clone(),
            needs: needs.map(|fact| fact.id.clone()).collect(),
            ask,
        })
    }

    /// Agencies to ask: holders of what must be known before closing first, then by what they could settle.
    fn to_ask(
        &self,
        triage: &Triage,
        answer: &StageAnswer,
        useful: &BTreeMap<Agency, u32>,
    ) -> Vec<AgencyToAsk> {
        let closing = self.holders(&answer.missing_for_closing);
        let mut agencies: Vec<Agency> = useful
            .keys()
            .copied()
            .chain(triage.asked.iter().copied())
            .chain(closing.iter().copied())
            .collect();
        agencies.sort_unstable();
        agencies.dedup();
        let mut ask: Vec<AgencyToAsk> = agencies
            .into_iter()
            .map(|agency| AgencyToAsk {
                agency,
                could_settle: useful.get(&agency).copied().unwrap_or(0),
                asked_by_rule: triage.asked.contains(&agency),
            })
            .collect();
        ask.sort_by_key(|entry| {
            (
                !closing.contains(&entry.agency),
                std::cmp::Reverse(entry.could_settle),
                !entry.asked_by_rule,
                entry.agency,
            )
        });
        ask
    }
}
