//! The fast engine: a pack's circuit run on one case, or on many at once.
//!
//! Whatever a circuit leaves to the interpreter it is asked for, rule by rule: failures with their places and words,
//! parts that could not be lowered, and sheets with a value that its fact does not admit. So both engines always give
//! the same marks.

mod answers;
mod batch;
mod codes;
mod decide;
mod needs;
mod planes;
mod single;

use mash_model::{FactDictionary, FactSheet, Slot};

use self::{batch::Batch, codes::Encoders, decide::Triaging, single::Single};
use crate::{
    arranged::Arranged,
    evaluator::{Evaluator, Marks},
    interpreted::Interpreter,
    manifest::Manifest,
    program::Program,
    rule::{Rule, RuleIndex},
    rule_set::RuleSet,
};

/// The circuit of a pack, ready to run.
#[derive(Debug)]
pub(crate) struct Circuit {
    pub(crate) program: Program,
    encoders: Encoders,
    single: Single,
    batch: Batch,
    triaging: Triaging,
}

impl Circuit {
    pub(crate) fn new(
        manifest: &Manifest,
        dictionary: &FactDictionary,
        rules: &[Rule],
        arranged: &Arranged,
        program: Program,
    ) -> Self {
        Self {
            encoders: Encoders::new(dictionary, &program),
            single: Single::new(&program),
            batch: Batch::new(&program),
            triaging: Triaging::new(manifest, rules, arranged),
            program,
        }
    }
}

/// The compiled engine of a pack.
#[derive(Debug, Clone, Copy)]
pub struct Compiled<'p> {
    pub(crate) circuit: &'p Circuit,
    pub(crate) interpreter: &'p Interpreter,
}

impl Evaluator for Compiled<'_> {
    fn evaluate(&self, rules: &RuleSet, sheet: &FactSheet) -> Marks {
        let Some(settled) = self.circuit.single.settle(&self.circuit.encoders, sheet) else {
            return self.interpreter.evaluate(rules, sheet);
        };
        let asks = settled.asks.and(rules);
        let open = rules.without(&settled.holds).without(&settled.fails_to_hold);
        let marks = Marks {
            rules: rules.clone(),
            fired: settled.holds.and(rules),
            undetermined: open.without(&asks),
            failed: Vec::new(),
        };
        if asks.is_empty() { marks } else { joined(marks, self.interpreter.evaluate(&asks, sheet)) }
    }

    fn needs(&self, rules: &RuleSet, sheet: &FactSheet) -> Vec<(RuleIndex, Vec<Slot>)> {
        let mut codes = vec![0; sheet.len()];
        let admitted = self.circuit.encoders.known(sheet, |slot, code| {
            if let Some(place) = codes.get_mut(slot) {
                *place = u16::try_from(code).unwrap_or(u16::MAX);
            }
        });
        if !admitted {
            return self.interpreter.needs(rules, sheet);
        }
        let mut needs = Vec::with_capacity(rules.len());
        for rule in rules.iter() {
            let Some(root) = self.circuit.program.roots().get(rule.0) else { continue };
            match needs::settle(&self.circuit.program, *root, &codes) {
                needs::Settled::NotKnown(slots) => needs.push((rule, slots.into_vec())),
                needs::Settled::True | needs::Settled::False => {}
                needs::Settled::Ask => {
                    let mut one = RuleSet::none(self.circuit.program.roots().len());
                    one.insert(rule);
                    needs.extend(self.interpreter.needs(&one, sheet));
                }
            }
        }
        needs
    }
}

/// The marks of two disjoint sets of rules.
fn joined(a: Marks, b: Marks) -> Marks {
    Marks {
        rules: a.rules,
        fired: a.fired.or(&b.fired),
        undetermined: a.undetermined.or(&b.undetermined),
        failed: b.failed,
    }
}
