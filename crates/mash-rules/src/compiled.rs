//! The fast engine: a pack's circuit run on one case, or on many at once.
//!
//! Whatever a circuit leaves to the interpreter it is asked for, rule by rule: failures with their places and words,
//! parts that could not be lowered, and sheets with a value that its fact does not admit. So both engines always give
//! the same marks.

mod answers;
mod batch;
mod codes;
mod decide;
mod lookup;
mod needs;
mod planes;
mod single;
mod truth;

use mash_model::{FactColumn, FactColumns, FactDictionary, FactSheet, Slot};

use self::{
    batch::Batch,
    codes::Encoders,
    decide::Triaging,
    needs::{Wanted, only_fact, wanted},
    single::Single,
};
use crate::{
    arranged::Arranged,
    evaluator::{Evaluator, Marks, Needs},
    interpreted::Interpreter,
    manifest::Manifest,
    program::{Coding, Program, stretch_of},
    rule::{Rule, RuleIndex},
    rule_set::RuleSet,
};

/// The circuit of a pack, ready to run.
#[derive(Debug)]
pub(crate) struct Circuit {
    pub(crate) program: Program,
    encoders: Encoders,
    /// Of every rule.
    single: Single,
    /// Of the rules at the door and of those of the decision alone, which have less to look at.
    stages: [(RuleSet, Single); 2],
    batch: Batch,
    triaging: Triaging,
    /// For each rule, the fact that it waits for whenever it is not settled, where it is always that one.
    only_facts: Vec<Option<Slot>>,
}

impl Circuit {
    pub(crate) fn new(
        manifest: &Manifest,
        dictionary: &FactDictionary,
        rules: &[Rule],
        arranged: &Arranged,
        program: Program,
    ) -> Self {
        let [_, _, decision] = &arranged.stages;
        Self {
            encoders: Encoders::new(dictionary, &program),
            single: Single::new(&program, &arranged.all),
            stages: [&arranged.at_the_door, decision]
                .map(|rules| (rules.clone(), Single::new(&program, rules))),
            batch: Batch::new(&program),
            triaging: Triaging::new(manifest, rules, arranged),
            only_facts: program.roots().iter().map(|root| only_fact(&program, *root)).collect(),
            program,
        }
    }
}

impl Circuit {
    /// The smallest circuit that holds these rules.
    fn single(&self, rules: &RuleSet) -> &Single {
        let stage = self.stages.iter().find(|(held, _)| rules.without(held).is_empty());
        stage.map_or(&self.single, |(_, single)| single)
    }

    /// What each of these rules needs that is not settled when facts have these codes; `ask` tells of a rule that only
    /// the interpreter can tell of.
    fn needs(
        &self,
        rules: &RuleSet,
        code: &impl Fn(Slot) -> usize,
        ask: impl Fn(RuleIndex) -> Option<Needs>,
    ) -> Vec<(RuleIndex, Needs)> {
        let mut needs = Vec::with_capacity(rules.len());
        for rule in rules.iter() {
            let Some(root) = self.program.roots().get(rule.0) else { continue };
            match wanted(&self.program, *root, code) {
                Wanted::Facts(slots) => needs.push((rule, slots)),
                Wanted::Nothing => {}
                Wanted::Ask => needs.extend(ask(rule).map(|slots| (rule, slots))),
            }
        }
        needs
    }

    /// What each of these rules needs, none of which is settled in a row; rules that ask the interpreter are left out.
    pub(crate) fn needs_in_row(
        &self,
        rules: &RuleSet,
        facts: &FactColumns,
        row: usize,
    ) -> Vec<(RuleIndex, Needs)> {
        let code = |slot: Slot| match facts.column(slot) {
            Some(FactColumn::Codes(codes)) => codes.get(row).map_or(0, |code| usize::from(*code)),
            Some(FactColumn::Numbers(numbers)) => match (numbers.get(row), self.program.coding(slot)) {
                (Some(Some(number)), Coding::Stretches(firsts)) => stretch_of(firsts, *number),
                _ => 0,
            },
            None => 0,
        };
        let mut needs = Vec::with_capacity(rules.len());
        for rule in rules.iter() {
            let only = self.only_facts.get(rule.0).copied().flatten();
            let found = match (only, self.program.roots().get(rule.0)) {
                (Some(slot), _) => Wanted::Facts(smallvec::smallvec![slot]),
                (None, Some(root)) => wanted(&self.program, *root, &code),
                (None, None) => Wanted::Nothing,
            };
            if let Wanted::Facts(facts) = found {
                needs.push((rule, facts));
            }
        }
        needs
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
        self.evaluate_admitted(rules, sheet).unwrap_or_else(|| self.interpreter.evaluate(rules, sheet))
    }

    fn evaluate_admitted(&self, rules: &RuleSet, sheet: &FactSheet) -> Option<Marks> {
        let settled = self.circuit.single(rules).settle(&self.circuit.encoders, sheet)?;
        let asks = settled.asks.and(rules);
        let open = rules.without(&settled.holds).without(&settled.fails_to_hold);
        let marks = Marks {
            rules: rules.clone(),
            fired: settled.holds.and(rules),
            undetermined: open.without(&asks),
            failed: Vec::new(),
        };
        Some(if asks.is_empty() { marks } else { joined(marks, self.interpreter.evaluate(&asks, sheet)) })
    }

    fn needs(&self, rules: &RuleSet, sheet: &FactSheet) -> Vec<(RuleIndex, Needs)> {
        let mut codes = vec![0; sheet.len()];
        let admitted = self.circuit.encoders.known(sheet, |slot, code| {
            if let Some(place) = codes.get_mut(slot) {
                *place = u16::try_from(code).unwrap_or(u16::MAX);
            }
        });
        if !admitted {
            return self.interpreter.needs(rules, sheet);
        }
        let code = |slot: Slot| codes.get(slot.index()).map_or(0, |code| usize::from(*code));
        self.circuit.needs(rules, &code, |rule| {
            let mut one = RuleSet::none(self.circuit.program.roots().len());
            one.insert(rule);
            self.interpreter.needs(&one, sheet).pop().map(|(_, needs)| needs)
        })
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
