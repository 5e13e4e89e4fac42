//! Facts to an answer: the stages of a pack over a fact sheet, folded, with what is missing and whom to ask.

use mash_model::{Agency, Consent, DutyId, FactSheet, FactValue, OutcomeId, Slot, Stage};

use crate::{
    evaluator::{Evaluator, Marks},
    fold::Folded,
    manifest::{MANUAL_REVIEW, MORE_INFORMATION, RouteConsent},
    rule_pack::RulePack,
    rule_set::RuleSet,
};

/// The fact or constraint that a contradiction is about, and what it is, in words.
pub type Contradiction = (String, String);

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
    /// Facts that contradict one another or their dictionary.
    pub contradiction: Option<Contradiction>,
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
        let marks = engine.evaluate(&self.arranged.at_the_door, sheet);
        self.screened(&marks, sheet, self.contradiction(sheet))
    }

    fn screened(&self, marks: &Marks, sheet: &FactSheet, contradiction: Option<Contradiction>) -> Triage {
        let enquiries = marks.within(self.stage_rules(Stage::Enquiries));
        let asked = self.arranged.asks.iter().filter(|(_, rules)| rules.meets(&enquiries.fired));
        let asked = asked.map(|(agency, _)| *agency).collect();
        Triage {
            screening: self.stage_answer(Stage::Screening, marks, sheet, contradiction),
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
        let mut triage = self.screened(&marks, sheet, self.contradiction(sheet));
        if self.goes_to_hub(&triage) {
            let contradiction = triage.screening.contradiction.clone();
            triage.decision = Some(self.stage_answer(Stage::Decision, &marks, sheet, contradiction));
        }
        triage
    }

    /// The answer of one stage.
    #[must_use]
    pub fn answer(&self, engine: &dyn Evaluator, stage: Stage, sheet: &FactSheet) -> StageAnswer {
        let marks = engine.evaluate(self.stage_rules(stage), sheet);
        self.stage_answer(stage, &marks, sheet, self.contradiction(sheet))
    }

    /// The answer of one stage from marks that hold at least its rules.
    fn stage_answer(
        &self,
        stage: Stage,
        marks: &Marks,
        sheet: &FactSheet,
        contradiction: Option<Contradiction>,
    ) -> StageAnswer {
        let marks = marks.within(self.stage_rules(stage));
        let folded = self.arranged.fold.answer(&marks.fired);
        let could = marks.undetermined.without(&self.arranged.fold.lowers.rules);
        let could_still_be = self.arranged.fold.answer(&marks.fired.or(&could)).route;
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

    /// Duties that these rules conclude, as positions in the manifest.
    pub fn duties_of<'a>(&'a self, fired: &'a RuleSet) -> impl Iterator<Item = usize> + 'a {
        let duties = self.arranged.duties.iter().enumerate();
        duties.filter(|(_, rules)| rules.meets(fired)).map(|(at, _)| at)
    }

    /// The same as ids.
    pub(crate) fn duties(&self, fired: &RuleSet) -> Vec<DutyId> {
        let known = self.duties_of(fired).filter_map(|at| self.manifest.duties.get(at));
        known.map(|duty| duty.id.clone()).collect()
    }

    /// Undetermined rules that, were they to fire, would strengthen the answer's route, rating or duties.
    #[must_use]
    pub fn strengthening(&self, answer: &StageAnswer) -> RuleSet {
        self.strengthening_of(&answer.marks.fired, &answer.marks.undetermined, answer.folded)
    }

    /// Rules among those `open` that would strengthen the answer of those that fired.
    pub(crate) fn strengthening_of(&self, fired: &RuleSet, open: &RuleSet, folded: Folded) -> RuleSet {
        let mut found = RuleSet::none(self.rules.len());
        let more_urgent = folded.rating.map_or(0, |rating| rating + 1);
        for rules in self.arranged.fold.ratings.iter().skip(more_urgent) {
            found = found.or(&open.and(rules));
        }
        for rules in self.arranged.duties.iter().filter(|rules| !rules.meets(fired)) {
            found = found.or(&open.and(rules));
        }
        let fold = &self.arranged.fold;
        let moved = fold.raises.rules.meets(fired) || fold.lowers.rules.meets(fired);
        for alike in &self.arranged.alike {
            let some = open.and(&alike.rules);
            let Some(one) = some.first() else { continue };
            // A stronger route brings its own rating; a rule's rating was looked at above.
            let stronger = if moved || alike.moves {
                let mut with = fired.clone();
                with.insert(one);
                fold.answer(&with).route > folded.route
            } else {
                // Where nothing is raised or lowered, the strongest route that is named stands.
                alike.names > Some(folded.route)
            };
            if stronger {
                found = found.or(&some);
            }
        }
        found
    }

    fn consent(&self, route: Option<RouteConsent>, sheet: &FactSheet) -> Consent {
        self.consent_where(route, |slot| sheet.get(slot))
    }

    /// The position on consent of a route, where the fact of that name has this value.
    pub(crate) fn consent_where(
        &self,
        route: Option<RouteConsent>,
        value: impl Fn(Slot) -> Option<FactValue>,
    ) -> Consent {
        match route {
            Some(RouteConsent::NotRequired) => Consent::NotRequired,
            Some(RouteConsent::NotApplicable) | None => Consent::NotApplicable,
            Some(RouteConsent::Needed) => {
                let fact = self.dictionary.find("consent");
                let stated = fact.and_then(|(slot, fact)| value(slot).map(|value| fact.text_of(value)));
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
    fn contradiction(&self, sheet: &FactSheet) -> Option<Contradiction> {
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
}
