//! Bugs planted on purpose: each must make a difference that the comparison finds.
//!
//! A bug is planted into a copy of the pack, whose conditions then mean what an engine with that bug would say; into what
//! an engine reads of a fact sheet; or into the circuit that the compiled engine runs.

mod circuits;
mod conditions;

use mash_model::{FactDictionary, FactKind, FactSheet, FactValue};
use mash_rules::{Evaluator, Marks, Needs, RuleIndex, RulePack, RuleSet, program::Node};

use super::{
    answers::{Answers, Errors, difference},
    columns,
    facts::Sheet,
    grammar::Expression,
    pack::Pack,
    trial::{self, Failure},
};

/// How a bug is planted.
#[derive(Debug, Clone, Copy)]
pub enum Plant {
    /// Each node of each condition and function becomes this.
    Conditions(fn(&Pack, Expression) -> Expression),
    /// Each fact that is not known reads as this.
    NotKnown(fn(&FactKind) -> Option<FactValue>),
    /// Each node of the circuit becomes this.
    Circuit(fn(&RulePack, &Node) -> Node),
}

use Plant::{Circuit, Conditions, NotKnown};

/// The bugs.
pub const BUGS: [(&str, Plant); 27] = [
    ("an error after a settled && is still an error", Conditions(conditions::error_after_settled)),
    ("an error after a not-known operand fails the rule", Conditions(conditions::error_after_not_known)),
    ("an interval is off by one", Conditions(conditions::off_by_one)),
    ("a range takes its end too", Conditions(conditions::range_end)),
    ("not known reads as false", NotKnown(conditions::not_known_is_false)),
    ("not known reads as the least value", NotKnown(conditions::not_known_is_least)),
    ("the guards of a switch are tried last first", Conditions(conditions::guards_reversed)),
    ("at_least counts not known as true", Conditions(conditions::at_least_counts_not_known)),
    ("?? takes the default although settled", Conditions(conditions::default_although_settled)),
    ("known says false of an && that false settles", Conditions(conditions::known_wants_all)),
    (
        "an if takes the else branch when its condition is not known",
        Conditions(conditions::else_when_not_known),
    ),
    ("! of not known is true", Conditions(conditions::not_of_not_known)),
    ("a function is inlined with its arguments swapped", Conditions(conditions::arguments_swapped)),
    ("a wide integer is cut one too far", Conditions(conditions::wide_cut)),
    ("circuit: a cell that fails is false", Circuit(circuits::failure_is_false)),
    ("circuit: a cell that is not known is false", Circuit(circuits::not_known_is_false)),
    ("circuit: the cell of not known is that of the least value", Circuit(circuits::not_known_is_least)),
    ("circuit: a table is cut one value too far", Circuit(circuits::cut_too_far)),
    ("circuit: a table is cut one stretch too far", Circuit(circuits::stretch_too_far)),
    ("circuit: what was not lowered is forgiven", Circuit(circuits::residual_forgiven)),
    ("circuit: at_least is content with one less", Circuit(circuits::one_less_is_enough)),
    ("circuit: ?? tries its operands last first", Circuit(circuits::default_first)),
    ("circuit: known passes on what it is about", Circuit(circuits::known_passes_on)),
    ("circuit: ! is lost", Circuit(circuits::not_is_lost)),
    ("circuit: an if is taken for an &&", Circuit(circuits::if_is_and)),
    ("circuit: the last operand is left out", Circuit(circuits::last_left_out)),
    ("circuit: needs stop at the first fact", Circuit(circuits::needs_stop_at_the_first)),
];

/// An engine with a bug.
enum Planted<'p> {
    Conditions(Box<RulePack>),
    NotKnown(&'p RulePack, fn(&FactKind) -> Option<FactValue>),
    Circuit(Box<RulePack>),
}

impl<'p> Planted<'p> {
    /// The engine; none where the bug changes nothing of this pack.
    fn new(pack: &Pack, loaded: &'p RulePack, plant: Plant) -> Option<Self> {
        match plant {
            Plant::NotKnown(reads) => Some(Planted::NotKnown(loaded, reads)),
            Plant::Conditions(change) => {
                let changed = changed(pack, change);
                let changed = (changed != *pack).then(|| changed.load().ok()).flatten();
                changed.map(Box::new).map(Planted::Conditions)
            }
            Plant::Circuit(change) => {
                let program = loaded.program().changed(|node| change(loaded, node));
                if program.nodes() == loaded.program().nodes() {
                    return None;
                }
                let again = pack.load().ok()?;
                Some(Planted::Circuit(Box::new(again.with_program(program))))
            }
        }
    }

    /// Where the text of the rules differs, so do the places of errors, and what is said of them.
    fn errors(&self) -> Errors {
        match self {
            Planted::Conditions(_) => Errors::Ignored,
            Planted::NotKnown(..) | Planted::Circuit(_) => Errors::Compared,
        }
    }

    /// Has the engine its say over this sheet.
    fn ask<T>(&self, sheet: &FactSheet, about: impl Fn(&dyn Evaluator, &FactSheet) -> T) -> T {
        match self {
            Planted::Conditions(pack) => about(pack.interpreter(), sheet),
            Planted::Circuit(pack) => about(&pack.compiled(), sheet),
            Planted::NotKnown(pack, reads) => {
                about(pack.interpreter(), &all_known(&pack.dictionary, sheet, *reads))
            }
        }
    }
}

impl Evaluator for Planted<'_> {
    fn evaluate(&self, rules: &RuleSet, sheet: &FactSheet) -> Marks {
        self.ask(sheet, |engine, sheet| engine.evaluate(rules, sheet))
    }

    fn needs(&self, rules: &RuleSet, sheet: &FactSheet) -> Vec<(RuleIndex, Needs)> {
        self.ask(sheet, |engine, sheet| engine.needs(rules, sheet))
    }
}

/// Looks for a difference that a bug makes, pack by pack from a seed on; with it, how many packs that took.
#[must_use]
pub fn find(plant: Plant, first_seed: u64, packs: u64) -> Option<(u64, Failure)> {
    (0..packs).find_map(|number| {
        let seed = first_seed + number;
        let (pack, sheets) = trial::draw(seed);
        let loaded = pack.load().ok()?;
        let engine = Planted::new(&pack, &loaded, plant)?;
        let (sheet, difference) = sheets.into_iter().find_map(|sheet| {
            let found = differs_over(&pack, &loaded, &engine, &sheet)?;
            Some((sheet, found))
        })?;
        Some((number + 1, Failure { seed, pack, sheet, difference }))
    })
}

/// Looks for a difference that a bug makes in columns, where many sheets are decided at once; gives the packs it took.
#[must_use]
pub fn find_in_columns(change: fn(&RulePack, &Node) -> Node, first_seed: u64, packs: u64) -> Option<u64> {
    (1..=packs).find(|number| {
        let (pack, sheets) = trial::draw(first_seed + number - 1);
        let Ok(loaded) = pack.load() else { return false };
        let sheets: Vec<FactSheet> =
            sheets.iter().map(|sheet| sheet.facts(&pack.dictionary, &loaded)).collect();
        let said: Vec<Answers> =
            sheets.iter().map(|sheet| Answers::of(&loaded, loaded.interpreter(), sheet)).collect();
        let program = loaded.program().changed(|node| change(&loaded, node));
        columns::put(&loaded.with_program(program), &sheets, &said).difference.is_some()
    })
}

/// The difference that a bug makes over one pack and sheet.
#[must_use]
pub fn differs(plant: Plant, pack: &Pack, sheet: &Sheet) -> Option<String> {
    let loaded = pack.load().ok()?;
    let engine = Planted::new(pack, &loaded, plant)?;
    differs_over(pack, &loaded, &engine, sheet)
}

fn differs_over(pack: &Pack, loaded: &RulePack, engine: &Planted<'_>, sheet: &Sheet) -> Option<String> {
    let facts = sheet.facts(&pack.dictionary, loaded);
    let said = Answers::of(loaded, loaded.interpreter(), &facts);
    let else_said = Answers::of(loaded, engine, &facts);
    difference(loaded, &said, &else_said, engine.errors())
}

fn changed(pack: &Pack, change: fn(&Pack, Expression) -> Expression) -> Pack {
    let mut changed = pack.clone();
    let rewrite = |expression| change(pack, expression);
    for rule in &mut changed.rules {
        rule.condition = rule.condition.rewritten(&rewrite);
    }
    for function in &mut changed.functions {
        function.body = function.body.rewritten(&rewrite);
    }
    changed
}

fn all_known(
    dictionary: &FactDictionary,
    sheet: &FactSheet,
    reads: fn(&FactKind) -> Option<FactValue>,
) -> FactSheet {
    let mut known = sheet.clone();
    for (slot, fact) in dictionary.iter().filter(|(slot, _)| sheet.get(*slot).is_none()) {
        known.set(slot, reads(&fact.kind));
    }
    known
}
