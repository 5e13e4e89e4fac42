//! What a node comes to in one row, and the facts it needs when it is not known: the circuit read as it is defined.
//!
//! Needs are gathered in one list: whatever is settled takes back what its parts had added.

use mash_model::Slot;

use crate::{
    evaluator::Needs,
    program::{Cell, Node, NodeId, Program, Table},
};

/// What a node comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Settled {
    True,
    False,
    NotKnown,
    /// The interpreter tells.
    Ask,
}

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
        Settled::True | Settled::False => Wanted::Nothing,
        Settled::Ask => Wanted::Ask,
        Settled::NotKnown => {
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
    fn settle(&mut self, id: NodeId) -> Settled {
        let before = self.needs.len();
        let program = self.program;
        let settled = match program.node(id) {
            None | Some(Node::Residual(_)) => Settled::Ask,
            Some(Node::Constant(cell)) => self.cell(*cell, &[]),
            Some(Node::Table(table)) => self.look_up(table),
            Some(Node::Not(a)) => match self.settle(*a) {
                Settled::True => Settled::False,
                Settled::False => Settled::True,
                other => other,
            },
            Some(Node::All { of, forgiving }) => self.listed(of, *forgiving, Settled::False, Settled::True),
            Some(Node::Any { of, forgiving }) => self.listed(of, *forgiving, Settled::True, Settled::False),
            Some(Node::Known(a)) => match self.settle(*a) {
                Settled::True | Settled::False => Settled::True,
                Settled::NotKnown => Settled::False,
                Settled::Ask => Settled::Ask,
            },
            Some(Node::Coalesce(of)) => {
                let found = of.iter().map(|id| self.settle(*id)).find(|found| *found != Settled::NotKnown);
                found.unwrap_or(if of.is_empty() { Settled::Ask } else { Settled::NotKnown })
            }
            Some(Node::AtLeast { wanted, of, forgiving }) => self.counted(*wanted, of, *forgiving),
            Some(Node::If { condition, then, otherwise }) => match self.settle(*condition) {
                Settled::True => self.settle(*then),
                Settled::False => self.settle(*otherwise),
                other => other,
            },
        };
        if settled != Settled::NotKnown {
            self.needs.truncate(before);
        }
        settled
    }

    fn cell(&mut self, cell: Cell, needs: &[Vec<Slot>]) -> Settled {
        match cell {
            Cell::True => Settled::True,
            Cell::False => Settled::False,
            Cell::Ask => Settled::Ask,
            Cell::NotKnown(number) => {
                self.needs.extend_from_slice(needs.get(usize::from(number)).map_or(&[], Vec::as_slice));
                Settled::NotKnown
            }
        }
    }

    fn look_up(&mut self, table: &Table) -> Settled {
        let program = self.program;
        let at = |row: usize, slot: &Slot| row * program.code_count(*slot) + (self.code)(*slot);
        let row = table.facts.iter().fold(0, at);
        table.cells.get(row).map_or(Settled::Ask, |cell| self.cell(*cell, &table.needs))
    }

    /// `&&` settles at false, `||` at true; otherwise it is as its last operand.
    fn listed(&mut self, of: &[NodeId], forgiving: bool, settles_at: Settled, otherwise: Settled) -> Settled {
        let mut open = false;
        for operand in of {
            match self.settle(*operand) {
                settled if settled == settles_at => return settled,
                Settled::True | Settled::False => {}
                Settled::NotKnown => open = true,
                Settled::Ask if open && forgiving => {}
                Settled::Ask => return Settled::Ask,
            }
        }
        if open { Settled::NotKnown } else { otherwise }
    }

    fn counted(&mut self, wanted: i64, of: &[NodeId], forgiving: bool) -> Settled {
        let mut left = i64::try_from(of.len()).unwrap_or(i64::MAX);
        let (mut holding, mut open): (i64, i64) = (0, 0);
        for operand in of {
            if holding >= wanted || holding + open + left < wanted {
                break;
            }
            left -= 1;
            match self.settle(*operand) {
                Settled::True => holding += 1,
                Settled::False => {}
                Settled::NotKnown => open += 1,
                Settled::Ask if open > 0 && forgiving => open += 1,
                Settled::Ask => return Settled::Ask,
            }
        }
        match open {
            _ if holding >= wanted => Settled::True,
            _ if holding + open + left < wanted => Settled::False,
            0 => Settled::False,
            _ => Settled::NotKnown,
        }
    }
}
