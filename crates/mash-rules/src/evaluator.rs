//! The face that both engines show: the conditions of a stage over a fact sheet, as marks.

use mash_model::{FactSheet, Slot, Stage};

use crate::{rule::RuleIndex, source::SourcePlace};

/// What became of each rule of a stage. Every rule of the stage stands in exactly one list, in pack order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StageMarks {
    /// Conditions that are true.
    pub fired: Vec<RuleIndex>,
    /// Conditions that are false.
    pub not_fired: Vec<RuleIndex>,
    /// Conditions that the facts known do not settle.
    pub undetermined: Vec<UndeterminedMark>,
    /// Conditions that failed.
    pub failed: Vec<FailedMark>,
}

/// A rule the facts known do not settle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndeterminedMark {
    /// The rule.
    pub rule: RuleIndex,
    /// The facts that left it unsettled, in dictionary order.
    pub needs: Vec<Slot>,
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

/// Evaluates the conditions of a stage.
pub trait Evaluator {
    /// The marks of every rule of the stage over these facts.
    fn evaluate(&self, stage: Stage, sheet: &FactSheet) -> StageMarks;
}
