//! Facts to an answer: the stages of a pack over a fact sheet, folded, with what is missing and whom to ask.

use std::collections::BTreeMap;

use mash_model::{
    Agency, AgencyToAsk, Consent, Contact, Decision, DutyId, FactSheet, FailedRule, NOTICE, OutcomeId,
    Reason, RuleId, Slot, Stage, UndeterminedRule, calendar::WorkingCalendar,
};

use crate::{
    evaluator::{Evaluator, Marks},
    fold::Folded,
    manifest::{MANUAL_REVIEW, MORE_INFORMATION, RouteConsent},
    rule::RuleIndex,
    rule_pack::RulePack,
    rule_set::RuleSet,
};

/// The answer of one stage.
#[derive(Debug, Clone, PartialEq)]
pub struct StageAnswer {
    /// The stage.
    pub stage: Stage,
    /// Route and rating; [`RulePack::steps`] tells how they came about.
    pub folded: Folded,
    /// What becomes of the contact.
    pub outcome: OutcomeId,
    /// Duties, in the manifest's order.
    pub duties: Vec<DutyId>,
    /// Position on consent.
    pub consent: Consent,
    /// The strongest route undetermined rules could still give, as a position in the manifest.
    pub could_still_be: usize,
    /// What became of each rule of the stage.
    pub marks: Marks,
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
    pub enquiries: Marks,
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
        let rules = self.stage_rules(Stage::Screening).or(self.stage_rules(Stage::Enquiries));
        self.screened(&engine.evaluate(&rules, sheet), sheet)
    }

    fn screened(&self, marks: &Marks, sheet: &FactSheet) -> Triage {
        let enquiries = marks.within(self.stage_rules(Stage::Enquiries));
        let asked = self.arranged.asks.iter().filter(|(_, rules)| rules.meets(&enquiries.fired));
        let asked = asked.map(|(agency, _)| *agency).collect();
        Triage {
            screening: self.stage_answer(Stage::Screening, marks, sheet),
            enquiries,
            asked,
            decision: None,
        }
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

    /// Screens and, where the contact goes on to the hub, decides on the same facts: every rule is evaluated once.
    #[must_use]
    pub fn triage(&self, engine: &dyn Evaluator, sheet: &FactSheet) -> Triage {
        let marks = engine.evaluate(&self.arranged.all, sheet);
        let mut triage = self.screened(&marks, sheet);
        if self.goes_to_hub(&triage) {
            triage.decision = Some(self.stage_answer(Stage::Decision, &marks, sheet));
        }
        triage
    }

    /// The answer of one stage.
    #[must_use]
    pub fn answer(&self, engine: &dyn Evaluator, stage: Stage, sheet: &FactSheet) -> StageAnswer {
        self.stage_answer(stage, &engine.evaluate(self.stage_rules(stage), sheet), sheet)
    }

    /// The answer of one stage from marks that hold at least its rules.
    fn stage_answer(&self, stage: Stage, marks: &Marks, sheet: &FactSheet) -> StageAnswer {
        let marks = marks.within(self.stage_rules(stage));
        let folded = self.arranged.fold.answer(&marks.fired);
        let could = marks.undetermined.without(&self.arranged.fold.lowers.rules);
        let could_still_be = self.arranged.fold.answer(&marks.fired.or(&could)).route;
        let contradiction = self.contradiction(sheet);
        let route = self.manifest.routes.get(folded.route);
        let missing_for_closing: Vec<Slot> = if route.is_some_and(|route| route.closes) {
            let closing = self.arranged.closing.iter().copied();
            closing.filter(|&slot| sheet.get(slot).is_none()).collect()
        } else {
            Vec::new()
        };
        let concluded = || {
            let rule = self.arranged.outcomes.first_shared(&marks.fired)?;
            self.rule(rule).and_then(|rule| rule.conclusion.outcome.clone())
        };
        let outcome = if contradiction.is_some() || !marks.failed.is_empty() {
            OutcomeId::from(MANUAL_REVIEW)
        } else if let Some(outcome) = concluded() {
            outcome
        } else if missing_for_closing.is_empty() {
            self.arranged.outcome_list.get(folded.route).cloned().unwrap_or_else(|| OutcomeId::from(""))
        } else {
            OutcomeId::from(MORE_INFORMATION)
        };
        StageAnswer {
            stage,
            consent: self.consent(route.map(|route| route.consent), sheet),
            folded,
            outcome,
            duties: self.duties(&marks.fired),
            could_still_be,
            marks,
            missing_for_closing,
            contradiction,
        }
    }

    fn duties(&self, fired: &RuleSet) -> Vec<DutyId> {
        let known = self.manifest.duties.iter().zip(&self.arranged.duties);
        known.filter(|(_, rules)| rules.meets(fired)).map(|(duty, _)| duty.id.clone()).collect()
    }

    /// Undetermined rules that, were they to fire, would strengthen the answer's route, rating or duties.
    #[must_use]
    pub fn strengthening(&self, answer: &StageAnswer) -> RuleSet {
        let (open, fired, folded) = (&answer.marks.undetermined, &answer.marks.fired, answer.folded);
        let mut found = RuleSet::none(self.rules.len());
        let more_urgent = folded.rating.map_or(0, |rating| rating + 1);
        for rules in self.arranged.fold.ratings.iter().skip(more_urgent) {
            found = found.or(&open.and(rules));
        }
        for rules in self.arranged.duties.iter().filter(|rules| !rules.meets(fired)) {
            found = found.or(&open.and(rules));
        }
        for alike in &self.arranged.alike {
            let some = open.and(alike);
            if let Some(one) = some.first() {
                let mut with = fired.clone();
                with.insert(one);
                // A stronger route brings its own rating; a rule's rating was looked at above.
                if self.arranged.fold.answer(&with).route > folded.route {
                    found = found.or(&some);
                }
            }
        }
        found
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
        let answer = triage.answer();
        let manifest = &self.manifest;
        let route = manifest.routes.get(answer.folded.route);
        let route_id =
            |index: usize| manifest.routes.get(index).map_or_else(|| "".into(), |route| route.id.clone());
        let rating = answer.folded.rating.and_then(|rating| manifest.ratings.get(rating));
        let fired = || answer.marks.fired.iter().filter_map(|rule| self.rule(rule));
        let strengthening = self.strengthening(answer);
        let listed = if all_rules { &answer.marks.undetermined } else { &strengthening };
        let needs = engine.needs(listed, &contact.facts);
        let useful = self.settles(&strengthening, &needs);
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
            undetermined: needs
                .iter()
                .filter_map(|(rule, needs)| self.undetermined(*rule, needs, &useful))
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
    fn settles(&self, strengthening: &RuleSet, needs: &[(RuleIndex, Vec<Slot>)]) -> BTreeMap<Agency, u32> {
        let mut counts = BTreeMap::new();
        for (_, needs) in needs.iter().filter(|(rule, _)| strengthening.contains(*rule)) {
            for agency in self.holders(needs) {
                *counts.entry(agency).or_insert(0) += 1;
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
        rule: RuleIndex,
        needs: &[Slot],
        useful: &BTreeMap<Agency, u32>,
    ) -> Option<UndeterminedRule> {
        let mut ask = self.holders(needs);
        ask.sort_by_key(|agency| (std::cmp::Reverse(useful.get(agency).copied().unwrap_or(0)), *agency));
        let needs = needs.iter().filter_map(|&slot| self.dictionary.get(slot));
        Some(UndeterminedRule {
            rule: self.rule(rule)?.id.clone(),
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
