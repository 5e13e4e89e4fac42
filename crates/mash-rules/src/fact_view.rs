//! What a condition sees as `f`: the facts of one child, read by slot.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use mash_model::{FactDictionary, FactSheet, Slot};
use rhai::{Dynamic, Engine, EvalContext, ImmutableString, Position};

use crate::{
    kleene::{self, Needs, RhaiResult},
    rule_set::RuleSet,
};

/// Names of ordinal and enum values by slot and rank, interned once for a pack.
pub(crate) type ValueNames = Arc<Vec<Vec<ImmutableString>>>;

/// Interns the value names of a dictionary.
pub(crate) fn value_names(dictionary: &FactDictionary) -> ValueNames {
    Arc::new(
        dictionary
            .iter()
            .map(|(_, fact)| fact.value_names().iter().map(|name| name.as_str().into()).collect())
            .collect(),
    )
}

/// The facts of one evaluation. Cheap to clone: Rhai clones variables when it reads them.
#[derive(Debug, Clone)]
pub(crate) struct FactView(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    sheet: FactSheet,
    names: ValueNames,
    rules: RuleSet,
    recorder: Option<Arc<Recorder>>,
}

impl FactView {
    pub(crate) fn new(
        sheet: FactSheet,
        names: ValueNames,
        rules: RuleSet,
        recorder: Option<Arc<Recorder>>,
    ) -> Self {
        Self(Arc::new(Inner { sheet, names, rules, recorder }))
    }

    /// The rules that this evaluation is asked for.
    pub(crate) fn rules(&self) -> &RuleSet {
        &self.0.rules
    }

    /// The recorder of an evaluation, which carries its view in its tag.
    pub(crate) fn recorder_of(context: &EvalContext<'_, '_, '_, '_, '_, '_>) -> Option<Arc<Recorder>> {
        context.tag().read_lock::<FactView>().and_then(|view| view.0.recorder.clone())
    }

    /// The fact's value, or the termination that says it is not known.
    pub(crate) fn read(&self, slot: Slot, position: Position) -> RhaiResult {
        if let Some(recorder) = &self.0.recorder {
            recorder.fact(slot);
        }
        match (self.0.sheet.get(slot), self.0.names.get(slot.index())) {
            (Some(value), Some(names)) => Ok(kleene::dynamic_of(value, names)),
            _ => Err(kleene::not_known(Needs::One(slot), position)),
        }
    }
}

/// Getters for the places where Rhai reads `f.fact` itself, such as `f.fact.len()`.
pub(crate) fn register(engine: &mut Engine, dictionary: &FactDictionary) {
    engine.register_type_with_name::<FactView>("facts");
    for (slot, fact) in dictionary.iter() {
        engine.register_get(fact.id.as_str(), move |view: &mut FactView| -> RhaiResult {
            view.read(slot, Position::NONE)
        });
    }
}

/// Notes which facts were read and which clauses came out true and false.
#[derive(Debug)]
pub(crate) struct Recorder {
    facts: Vec<AtomicBool>,
    clauses_true: Vec<AtomicBool>,
    clauses_false: Vec<AtomicBool>,
}

fn flags(count: usize) -> Vec<AtomicBool> {
    (0..count).map(|_| AtomicBool::new(false)).collect()
}

fn note(flags: &[AtomicBool], index: usize) {
    if let Some(flag) = flags.get(index) {
        flag.store(true, Ordering::Relaxed);
    }
}

fn noted(flags: &[AtomicBool]) -> Vec<bool> {
    flags.iter().map(|flag| flag.load(Ordering::Relaxed)).collect()
}

impl Recorder {
    pub(crate) fn new(facts: usize, clauses: usize) -> Self {
        Self { facts: flags(facts), clauses_true: flags(clauses), clauses_false: flags(clauses) }
    }

    /// Forgets what was noted.
    pub(crate) fn forget(&self) {
        for flag in self.facts.iter().chain(&self.clauses_true).chain(&self.clauses_false) {
            flag.store(false, Ordering::Relaxed);
        }
    }

    fn fact(&self, slot: Slot) {
        note(&self.facts, slot.index());
    }

    pub(crate) fn clause(&self, index: usize, value: bool) {
        note(if value { &self.clauses_true } else { &self.clauses_false }, index);
    }

    pub(crate) fn facts_read(&self) -> Vec<Slot> {
        (0u16..).map(Slot).zip(noted(&self.facts)).filter_map(|(slot, read)| read.then_some(slot)).collect()
    }

    /// For each clause: was it seen true, was it seen false?
    pub(crate) fn clauses(&self) -> Vec<(bool, bool)> {
        noted(&self.clauses_true).into_iter().zip(noted(&self.clauses_false)).collect()
    }
}

/// The value a variable named `f` holds.
pub(crate) fn as_dynamic(view: FactView) -> Dynamic {
    Dynamic::from(view)
}
