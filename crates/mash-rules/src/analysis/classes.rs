//! The finite regions that a pack's conditions cut: for each fact, the values that nothing tells apart.
//!
//! Two values of a fact are of one class when every table of every pack under question, and every constraint, says the
//! same of both. *Not known* is a class of its own, and so is *asked and absent*.

use std::collections::BTreeSet;

use mash_model::{FactDefinition, FactId, FactKind, FactSheet, FactValue, Slot, fact::Constraint};

use crate::{
    program::{Cell, Coding, Node, Program},
    rule_pack::RulePack,
};

/// Why two packs cannot be laid side by side.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "fact `{fact}` is {a} in pack `{in_a}` and {b} in pack `{in_b}`; packs are compared over facts that mean the same"
)]
pub struct DifferentFactError {
    /// The fact.
    pub fact: FactId,
    /// The first pack.
    pub in_a: String,
    /// What the first pack takes it to be.
    pub a: String,
    /// The second pack.
    pub in_b: String,
    /// What the second pack takes it to be.
    pub b: String,
}

/// A stretch of values next to one another; one value, but for integers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub(crate) first: FactValue,
    pub(crate) last: FactValue,
}

/// Values of one fact that nothing tells apart; none for *not known*.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Class {
    pub(crate) stretches: Vec<Stretch>,
    /// Is it *asked and absent*?
    pub(crate) absent: bool,
}

impl Class {
    /// The value that stands for the class; `None` for not known.
    pub(crate) fn value(&self) -> Option<FactValue> {
        self.stretches.first().map(|stretch| stretch.first)
    }

    /// The greatest value.
    pub(crate) fn greatest(&self) -> Option<FactValue> {
        self.stretches.iter().map(|stretch| stretch.last).max()
    }

    pub(crate) fn contains(&self, value: Option<FactValue>) -> bool {
        match value {
            None => self.stretches.is_empty(),
            Some(value) => {
                self.stretches.iter().any(|stretch| (stretch.first..=stretch.last).contains(&value))
            }
        }
    }
}

/// One fact of the packs under question.
#[derive(Debug, Clone)]
pub(crate) struct Fact<'p> {
    pub(crate) definition: &'p FactDefinition,
    /// Its slot in each pack; none where the pack does not have it.
    pub(crate) slots: Vec<Option<Slot>>,
    /// Not known first.
    pub(crate) classes: Vec<Class>,
}

/// The facts of one pack, or of several laid side by side.
#[derive(Debug, Clone)]
pub(crate) struct Facts<'p> {
    pub(crate) packs: Vec<&'p RulePack>,
    pub(crate) facts: Vec<Fact<'p>>,
}

impl<'p> Facts<'p> {
    /// The facts of these packs, by id, with their classes.
    ///
    /// # Errors
    /// [`DifferentFactError`] when a fact's values are not the same everywhere.
    pub(crate) fn new(packs: &[&'p RulePack]) -> Result<Self, DifferentFactError> {
        let mut facts: Vec<Fact<'p>> = Vec::new();
        for (at, pack) in packs.iter().enumerate() {
            for (slot, definition) in pack.dictionary.iter() {
                let known = facts.iter_mut().find(|fact| fact.definition.id == definition.id);
                if let Some(fact) = known {
                    if fact.definition.kind != definition.kind {
                        let first = fact.slots.iter().position(Option::is_some).unwrap_or(0);
                        return Err(DifferentFactError {
                            fact: definition.id.clone(),
                            in_a: packs.get(first).map_or_else(String::new, |pack| pack.manifest.id.clone()),
                            a: fact.definition.expected(),
                            in_b: pack.manifest.id.clone(),
                            b: definition.expected(),
                        });
                    }
                    if let Some(place) = fact.slots.get_mut(at) {
                        *place = Some(slot);
                    }
                } else {
                    let slots = (0..packs.len()).map(|other| (other == at).then_some(slot)).collect();
                    facts.push(Fact { definition, slots, classes: Vec::new() });
                }
            }
        }
        for fact in &mut facts {
            fact.classes = classes(packs, fact);
        }
        Ok(Self { packs: packs.to_vec(), facts })
    }

    /// The place of a pack's fact among these.
    pub(crate) fn place(&self, pack: usize, slot: Slot) -> Option<usize> {
        self.facts.iter().position(|fact| fact.slots.get(pack).copied().flatten() == Some(slot))
    }

    /// The classes that a sheet's facts fall into; a value that its fact does not admit falls into none, and into 0 here.
    pub(crate) fn case_of(&self, pack: usize, sheet: &FactSheet) -> Vec<usize> {
        let class = |fact: &Fact<'_>| {
            let value = fact.slots.get(pack).copied().flatten().and_then(|slot| sheet.get(slot));
            fact.classes.iter().position(|class| class.contains(value)).unwrap_or(0)
        };
        self.facts.iter().map(class).collect()
    }

    /// The facts of a case, by class, as one pack sees them.
    pub(crate) fn sheet(&self, pack: usize, case: &[usize]) -> FactSheet {
        let mut sheet = match self.packs.get(pack) {
            Some(pack) => FactSheet::unknown(&pack.dictionary),
            None => FactSheet::unknown(&mash_model::FactDictionary::default()),
        };
        for (fact, class) in self.facts.iter().zip(case) {
            let Some(slot) = fact.slots.get(pack).copied().flatten() else { continue };
            sheet.set(slot, fact.classes.get(*class).and_then(Class::value));
        }
        sheet
    }
}

/// The classes of one fact, not known first.
fn classes(packs: &[&RulePack], fact: &Fact<'_>) -> Vec<Class> {
    let mut classes = vec![Class { stretches: Vec::new(), absent: false }];
    let mut told_apart: Vec<(Vec<Cell>, Vec<bool>)> = vec![(Vec::new(), Vec::new())];
    for stretch in stretches(packs, fact) {
        let absent = fact.definition.absent.is_some_and(|absent| {
            absent == stretch.first || (stretch.first..=stretch.last).contains(&absent)
        });
        let (mut cells, mut bits) = (Vec::new(), vec![absent]);
        for (pack, slot) in packs.iter().zip(&fact.slots) {
            let Some(slot) = *slot else { continue };
            let program = pack.program();
            if let Some(code) = program.code_of_value(&pack.dictionary, slot, stretch.first) {
                told(program, slot, code, &mut cells);
            }
            for (_, values) in atoms(pack.dictionary.constraints(), slot) {
                bits.push(values.contains(&stretch.first));
            }
        }
        let signature = (cells, bits);
        match told_apart.iter().skip(1).position(|known| *known == signature) {
            Some(at) => {
                if let Some(class) = classes.get_mut(at + 1) {
                    class.stretches.push(stretch);
                }
            }
            None => {
                classes.push(Class { stretches: vec![stretch], absent });
                told_apart.push(signature);
            }
        }
    }
    classes
}

/// What every table says of a code, combination by combination of its other facts.
fn told(program: &Program, slot: Slot, code: usize, cells: &mut Vec<Cell>) {
    for node in program.nodes() {
        let Node::Table(table) = node else { continue };
        let Some(at) = table.facts.iter().position(|other| *other == slot) else { continue };
        let stride: usize = table.facts.iter().skip(at + 1).map(|other| program.code_count(*other)).product();
        let block = stride * program.code_count(slot);
        for block in table.cells.chunks(block.max(1)) {
            cells.extend(block.iter().skip(code * stride).take(stride).map(|cell| match cell {
                Cell::NotKnown(_) => Cell::NotKnown(0),
                other => *other,
            }));
        }
    }
}

fn atoms(constraints: &[Constraint], slot: Slot) -> impl Iterator<Item = &(Slot, Vec<FactValue>)> {
    constraints
        .iter()
        .flat_map(|constraint| constraint.when.iter().chain(&constraint.then))
        .filter(move |(other, _)| *other == slot)
}

/// The values of a fact cut as finely as any pack or constraint may tell apart, least first.
fn stretches(packs: &[&RulePack], fact: &Fact<'_>) -> Vec<Stretch> {
    let one = |value: FactValue| Stretch { first: value, last: value };
    match &fact.definition.kind {
        FactKind::Bool => vec![one(FactValue::Bool(false)), one(FactValue::Bool(true))],
        FactKind::Ordinal(values) | FactKind::Enum(values) => (0..values.len())
            .filter_map(|rank| u16::try_from(rank).ok())
            .map(FactValue::Rank)
            .map(one)
            .collect(),
        FactKind::Integer { min, max, .. } => {
            let mut firsts = BTreeSet::from([*min]);
            for (pack, slot) in packs.iter().zip(&fact.slots) {
                let Some(slot) = *slot else { continue };
                match pack.program().coding(slot) {
                    Coding::Values => firsts.extend(*min..=*max),
                    Coding::Stretches(cuts) => firsts.extend(cuts.iter().copied()),
                }
                let bounds = atoms(pack.dictionary.constraints(), slot).flat_map(|(_, values)| values);
                for value in bounds.chain(&fact.definition.absent) {
                    if let FactValue::Integer(value) = value {
                        firsts.extend([*value, value.saturating_add(1)]);
                    }
                }
            }
            let firsts: Vec<i64> = firsts.into_iter().filter(|first| (min..=max).contains(&first)).collect();
            let ends = firsts.iter().skip(1).map(|next| next - 1).chain([*max]);
            let integer = FactValue::Integer;
            firsts.iter().zip(ends).map(|(a, b)| Stretch { first: integer(*a), last: integer(b) }).collect()
        }
    }
}
