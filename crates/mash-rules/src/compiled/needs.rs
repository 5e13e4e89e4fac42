//! What a node comes to in one row, and the facts it needs when it is not known: the circuit read as it is defined.
//!
//! Needs are gathered in one list: whatever is settled takes back what its parts had added.

use mash_model::Slot;

use super::truth::{Truth, counted, listed};
use crate::{
    evaluator::Needs,
    program::{Cell, Node, NodeId, Program, Table},
};

/// What a rule needs in one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wanted {
    /// It is settled.
    Nothing,
    /// These facts, in dictionary order.
    Facts(Needs),
    /// The interpreter tells.
    Ask,
}

/// What the facts that a node reads leave to be known, when they have these codes.
pub(super) fn wanted(program: &Program, id: NodeId, code: &impl Fn(Slot) -> usize) -> Wanted {
    let mut row = Row { program, code, needs: Needs::new() };
    match row.settle(id) {
        Truth::True | Truth::False => Wanted::Nothing,
        Truth::Ask => Wanted::Ask,
        Truth::NotKnown => {
            if row.needs.len() > 1 {
                row.needs.sort_unstable();
                row.needs.dedup();
            }
            Wanted::Facts(row.needs)
        }
    }
}

/// The fact that a rule waits for whenever it is not settled, for a rule that is a table over one fact.
pub(super) fn only_fact(program: &Program, id: NodeId) -> Option<Slot> {
    match program.node(id) {
        Some(Node::Table(table)) if !table.cells.contains(&Cell::Ask) => match table.facts.as_slice() {
            [slot] if table.needs.iter().all(|needs| needs == &[*slot]) => Some(*slot),
            _ => None,
        },
        _ => None,
    }
}

struct Row<'a, C> {
    program: &'a Program,
    code: &'a C,
    /// Facts that what is not known so far needs, in any order.
    needs: Needs,
}

impl<C: Fn(Slot) -> usize> Row<'_, C> {
    /// What a node comes to; its needs are added when it is not known, and only then.
    fn settle(&mut self, id: NodeId) -> Truth {
        let before = self.needs.len();
        let program = self.program;
        let settled = match program.node(id) {
            None | Some(Node::Residual(_)) => Truth::Ask,
            Some(Node::Constant(cell)) => self.cell(*cell, &[]),
            Some(Node::Table(table)) => self.look_up(table),
            Some(Node::Not(a)) => match self.settle(*a) {
                Truth::True => Truth::False,
                Truth::False => Truth::True,
                other => other,
            },
            Some(Node::All { of, forgiving }) => {
                listed(of.iter().map(|id| self.settle(*id)), false, *forgiving)
            }
            Some(Node::Any { of, forgiving }) => {
                listed(of.iter().map(|id| self.settle(*id)), true, *forgiving)
            }
            Some(Node::Known(a)) => match self.settle(*a) {
                Truth::True | Truth::False => Truth::True,
                Truth::NotKnown => Truth::False,
                Truth::Ask => Truth::Ask,
            },
            Some(Node::Coalesce(of)) => {
                let found = of.iter().map(|id| self.settle(*id)).find(|found| *found != Truth::NotKnown);
                found.unwrap_or(if of.is_empty() { Truth::Ask } else { Truth::NotKnown })
            }
            Some(Node::AtLeast { wanted, of, forgiving }) => {
                counted(*wanted, of.iter().map(|id| self.settle(*id)), *forgiving)
            }
            Some(Node::If { condition, then, otherwise }) => match self.settle(*condition) {
                Truth::True => self.settle(*then),
                Truth::False => self.settle(*otherwise),
                other => other,
            },
        };
        if settled != Truth::NotKnown {
            self.needs.truncate(before);
        }
        settled
    }

    fn cell(&mut self, cell: Cell, needs: &[Vec<Slot>]) -> Truth {
        if let Cell::NotKnown(number) = cell {
            self.needs.extend_from_slice(needs.get(usize::from(number)).map_or(&[], Vec::as_slice));
        }
        cell.into()
    }

    fn look_up(&mut self, table: &Table) -> Truth {
        let program = self.program;
        let at = |row: usize, slot: &Slot| row * program.code_count(*slot) + (self.code)(*slot);
        let row = table.facts.iter().fold(0, at);
        table.cells.get(row).map_or(Truth::Ask, |cell| self.cell(*cell, &table.needs))
    }
}
