//! The face that both engines show: what becomes of rules over a fact sheet.

use mash_model::{FactSheet, Slot};
use smallvec::SmallVec;

use crate::{rule::RuleIndex, rule_set::RuleSet, source::SourcePlace};

/// Facts that left a rule unsettled, in dictionary order; nearly always few.
pub type Needs = SmallVec<[Slot; 6]>;

/// What became of some rules. Every rule evaluated is fired, not fired, undetermined or failed, and only one of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks {
    /// The rules evaluated.
    pub rules: RuleSet,
    /// Conditions that are true.
    pub fired: RuleSet,
    /// Conditions that the facts known do not settle.
    pub undetermined: RuleSet,
    /// Conditions that failed, in pack order.
    pub failed: Vec<FailedMark>,
}

impl Marks {
    /// Conditions that are false.
    #[must_use]
    pub fn not_fired(&self) -> RuleSet {
        let mut rules = self.rules.without(&self.fired).without(&self.undetermined);
        for mark in &self.failed {
            rules.remove(mark.rule);
        }
        rules
    }

    /// The marks of those rules that `rules` holds.
    #[must_use]
    pub fn within(&self, rules: &RuleSet) -> Self {
        Self {
            rules: self.rules.and(rules),
            fired: self.fired.and(rules),
            undetermined: self.undetermined.and(rules),
            failed: self.failed.iter().filter(|mark| rules.contains(mark.rule)).cloned().collect(),
        }
    }
}

/// A rule that failed while running.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedMark {
    /// The rule.
    pub rule: RuleIndex,
    /// Where in its file, or in the file of the function it called.
    pub place: SourcePlace,
    /// What went wrong.
    pub message: String,
}

/// The engines of a pack. They give the same marks, always.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EngineKind {
    /// The circuit of tables and gates: fast.
    #[default]
    Compiled,
    /// Rhai runs every condition: the reference meaning.
    Interpreted,
}

/// Evaluates the conditions of a pack's rules. A condition depends on the facts alone, not on the stage that asks.
pub trait Evaluator {
    /// What becomes of these rules over these facts.
    fn evaluate(&self, rules: &RuleSet, sheet: &FactSheet) -> Marks;

    /// The same where every value is one that its fact admits, from an engine that sees that on the way; otherwise none.
    fn evaluate_admitted(&self, _rules: &RuleSet, _sheet: &FactSheet) -> Option<Marks> {
        None
    }

    /// For each of these rules that is undetermined, in pack order: the facts that left it unsettled.
    fn needs(&self, rules: &RuleSet, sheet: &FactSheet) -> Vec<(RuleIndex, Needs)>;
}

impl<E: Evaluator + ?Sized> Evaluator for &E {
    fn evaluate(&self, rules: &RuleSet, sheet: &FactSheet) -> Marks {
        (**self).evaluate(rules, sheet)
    }

    fn evaluate_admitted(&self, rules: &RuleSet, sheet: &FactSheet) -> Option<Marks> {
        (**self).evaluate_admitted(rules, sheet)
    }

    fn needs(&self, rules: &RuleSet, sheet: &FactSheet) -> Vec<(RuleIndex, Needs)> {
        (**self).needs(rules, sheet)
    }
}
