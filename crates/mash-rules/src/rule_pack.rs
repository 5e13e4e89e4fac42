//! A loaded pack: manifest, dictionary, thresholds, rules and their programs, validated as a whole.

use std::collections::BTreeMap;

use mash_model::{FactDictionary, FactSheet, RuleId, Stage, ThresholdId};

use crate::{
    arranged::Arranged,
    cases::Case,
    compiled::{Circuit, Compiled},
    decision_table::DecisionTable,
    error::{Finding, PackError},
    evaluator::{EngineKind, Evaluator, Marks},
    fold::FoldStep,
    interpreted::Interpreter,
    load,
    manifest::Manifest,
    program::Program,
    rule::{Clause, Rule, RuleIndex},
    rule_set::RuleSet,
    thresholds::Threshold,
};

/// The text files of one pack's folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PackFolder {
    /// Path of the folder, as findings name it.
    pub path: String,
    /// File name relative to the folder (`cases/neglect.json`) to text. A workbook's sheet stands under
    /// [`sheet_name`](crate::decision_table::sheet_name) as CSV.
    pub files: BTreeMap<String, String>,
}

/// The folders of a pack and its bases, as read by whoever may open files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PackFiles {
    /// The pack itself first, then its base, its base's base and so on.
    pub chain: Vec<PackFolder>,
    /// Why the last folder's base is not in the chain, when it is not.
    pub broken_base: Option<BrokenBase>,
}

/// Why a base pack could not be followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BrokenBase {
    /// There is no pack at this path.
    Missing(String),
    /// The base is already in the chain.
    Cycle(String),
}

/// A pack that loaded without errors.
#[derive(Debug)]
pub struct RulePack {
    /// The complete manifest.
    pub manifest: Manifest,
    /// Facts that rules may read.
    pub dictionary: FactDictionary,
    /// Thresholds in force.
    pub thresholds: BTreeMap<ThresholdId, Threshold>,
    /// Rules in pack order: bases first, files by name, rules by place.
    pub rules: Vec<Rule>,
    /// Clauses of all conditions.
    pub clauses: Vec<Clause>,
    /// Decision tables, in pack order; each row is one of the rules, unless an overlay removed it.
    pub tables: Vec<DecisionTable>,
    /// The pack's own cases; those of its bases belong to them.
    pub cases: Vec<Case>,
    /// Warnings.
    pub warnings: Vec<Finding>,
    /// SHA-256 over the files of the pack and its bases (cases apart), the core facts and the build flags.
    pub hash: String,
    pub(crate) arranged: Arranged,
    pub(crate) interpreter: Interpreter,
    pub(crate) circuit: Circuit,
}

impl RulePack {
    /// Loads and validates a pack.
    ///
    /// # Errors
    /// [`PackError`] with everything that is wrong, each finding with its place and mend.
    pub fn load(files: &PackFiles) -> Result<Self, PackError> {
        load::load(files)
    }

    /// The engine that gives rules their meaning.
    #[must_use]
    pub fn interpreter(&self) -> &(dyn Evaluator + Sync) {
        &self.interpreter
    }

    /// The engine that runs rules fast, with the same marks.
    #[must_use]
    pub fn compiled(&self) -> Compiled<'_> {
        Compiled { circuit: &self.circuit, interpreter: &self.interpreter }
    }

    /// The engine of a kind.
    #[must_use]
    pub fn engine(&self, kind: EngineKind) -> Box<dyn Evaluator + Sync + '_> {
        match kind {
            EngineKind::Compiled => Box::new(self.compiled()),
            EngineKind::Interpreted => Box::new(&self.interpreter),
        }
    }

    /// The conditions of the pack's rules as one circuit.
    #[must_use]
    pub fn program(&self) -> &Program {
        &self.circuit.program
    }

    /// The same pack with another circuit in place of its own: how tests plant a bug in the compiled engine.
    #[must_use]
    pub fn with_program(self, program: Program) -> Self {
        let (manifest, dictionary) = (&self.manifest, &self.dictionary);
        let circuit = Circuit::new(manifest, dictionary, &self.rules, &self.arranged, program);
        Self { circuit, ..self }
    }

    /// The rule at an index.
    #[must_use]
    pub fn rule(&self, index: RuleIndex) -> Option<&Rule> {
        self.rules.get(index.0)
    }

    /// The rule of an id.
    #[must_use]
    pub fn find_rule(&self, id: &str) -> Option<(RuleIndex, &Rule)> {
        self.rules.iter().enumerate().find(|(_, rule)| rule.id == id).map(|(i, rule)| (RuleIndex(i), rule))
    }

    /// Ids of rules, for messages.
    #[must_use]
    pub fn ids(&self, rules: &RuleSet) -> Vec<RuleId> {
        rules.iter().filter_map(|index| self.rule(index)).map(|rule| rule.id.clone()).collect()
    }

    /// The rules that belong to a stage.
    #[must_use]
    pub fn stage_rules(&self, stage: Stage) -> &RuleSet {
        let [screening, enquiries, decision] = &self.arranged.stages;
        match stage {
            Stage::Screening => screening,
            Stage::Enquiries => enquiries,
            Stage::Decision => decision,
        }
    }

    /// Every rule of the pack.
    #[must_use]
    pub fn all_rules(&self) -> &RuleSet {
        &self.arranged.all
    }

    /// How rules that fired lead to their route, step by step.
    #[must_use]
    pub fn steps(&self, fired: &RuleSet) -> Vec<FoldStep> {
        self.arranged.fold.steps(fired)
    }

    /// The marks of one stage.
    #[must_use]
    pub fn marks(&self, engine: &dyn Evaluator, stage: Stage, sheet: &FactSheet) -> Marks {
        engine.evaluate(self.stage_rules(stage), sheet)
    }
}
