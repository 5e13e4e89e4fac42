//! The answer of a stage in a few numbers: what a simulation asks of a pack, thousands of times a replication.
//!
//! It says what [`RulePack::screen`], [`RulePack::goes_to_hub`] and [`RulePack::answer`] say, without their texts and
//! lists, and allocates nothing unless a rule fails or facts contradict one another.

use mash_model::{FactSheet, OutcomeId, Stage};

use crate::{
    evaluator::{Evaluator, Marks},
    manifest::{MANUAL_REVIEW, MORE_INFORMATION},
    outline::Agencies,
    rule_pack::RulePack,
    rule_set::RuleSet,
};

/// The answer of one stage, as positions in the manifest and bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Brief {
    /// The route.
    pub route: usize,
    /// The rating, where the pack has ratings.
    pub rating: Option<usize>,
    /// Agencies that enquiries rules ask, as bits in the order of [`Agency::ALL`](mash_model::Agency::ALL); of the
    /// decision, none.
    pub asked: u64,
    /// Agencies that hold what must be known before closing and is not, likewise.
    pub holders_of_missing: u64,
    /// Whether the contact goes on to the hub; of the decision, always.
    pub to_hub: bool,
    /// Whether it may not be closed for want of a fact.
    pub more_information: bool,
    /// Whether a person must decide: a rule failed, or facts contradict one another.
    pub manual_review: bool,
}

impl RulePack {
    /// What [`RulePack::screen`] and [`RulePack::goes_to_hub`] say of the facts known at the door, in brief.
    #[must_use]
    pub fn brief_screening(&self, engine: &dyn Evaluator, sheet: &FactSheet) -> Brief {
        let (marks, contradicted) = self.brief_marks(engine, &self.arranged.at_the_door, sheet);
        let enquiries = marks.fired.and(self.stage_rules(Stage::Enquiries));
        let asking = self.arranged.asks.iter().filter(|(_, rules)| rules.meets(&enquiries));
        let asked = asking.fold(0, |bits, (agency, _)| bits | 1 << (*agency as u64));
        self.brief(Stage::Screening, &marks, contradicted, sheet, asked)
    }

    /// What [`RulePack::answer`] says of the facts known in the hub, in brief.
    #[must_use]
    pub fn brief_decision(&self, engine: &dyn Evaluator, sheet: &FactSheet) -> Brief {
        let (marks, contradicted) = self.brief_marks(engine, self.stage_rules(Stage::Decision), sheet);
        Brief { to_hub: true, ..self.brief(Stage::Decision, &marks, contradicted, sheet, 0) }
    }

    /// The marks of some rules, and whether facts contradict one another or their dictionary.
    fn brief_marks(&self, engine: &dyn Evaluator, rules: &RuleSet, sheet: &FactSheet) -> (Marks, bool) {
        let broken = || sheet.broken_constraint(&self.dictionary).is_some();
        match engine.evaluate_admitted(rules, sheet) {
            Some(marks) => (marks, broken()),
            None => {
                let contradicted = sheet.inadmissible(&self.dictionary).is_some() || broken();
                (engine.evaluate(rules, sheet), contradicted)
            }
        }
    }

    fn brief(
        &self,
        stage: Stage,
        marks: &Marks,
        contradicted: bool,
        sheet: &FactSheet,
        asked: Agencies,
    ) -> Brief {
        let rules = self.stage_rules(stage);
        let fired = marks.fired.and(rules);
        let folded = self.arranged.fold.answer(&fired);
        let manual_review = contradicted || marks.failed.iter().any(|mark| rules.contains(mark.rule));
        let (mut missing, mut holders_of_missing) = (false, 0);
        if self.manifest.routes.get(folded.route).is_some_and(|route| route.closes) {
            for slot in self.arranged.closing.iter().filter(|slot| sheet.get(**slot).is_none()) {
                missing = true;
                holders_of_missing |= self.arranged.held_by(&[*slot]);
            }
        }
        let concluded = || {
            let rule = self.rule(self.arranged.outcomes.first_shared(&fired)?)?;
            rule.conclusion.outcome.as_ref().map(OutcomeId::as_str)
        };
        let of_route = || self.arranged.outcome_list.get(folded.route).map_or("", OutcomeId::as_str);
        let outcome = match (manual_review, concluded()) {
            (true, _) => MANUAL_REVIEW,
            (false, Some(outcome)) => outcome,
            (false, None) if missing => MORE_INFORMATION,
            (false, None) => of_route(),
        };
        let elsewhere = self.manifest.outcomes.iter().any(|other| other.id == outcome);
        let more_information = outcome == MORE_INFORMATION;
        let strongest = folded.route + 1 >= self.manifest.routes.len();
        Brief {
            route: folded.route,
            rating: folded.rating,
            asked,
            holders_of_missing,
            to_hub: !elsewhere && (asked != 0 || strongest || more_information || manual_review),
            more_information,
            manual_review,
        }
    }
}
