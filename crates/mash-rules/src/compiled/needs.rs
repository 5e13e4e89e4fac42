//! What a node comes to in one row, and the facts it needs when it is not known: the circuit read as it is defined.
//!
//! Plain and not fast. The fast forms in this folder are checked against it, and it answers when needs are asked for.

use mash_model::Slot;
use smallvec::SmallVec;

use crate::program::{Cell, Node, NodeId, Program, Table};

/// Facts in dictionary order, nearly always few.
pub(crate) type Needs = SmallVec<[Slot; 6]>;

/// What a node comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Settled {
    True,
    False,
    /// For want of these facts.
    NotKnown(Needs),
    /// The interpreter tells.
    Ask,
}

fn join(needs: &mut Option<Needs>, more: &[Slot]) {
    let joined = needs.get_or_insert_with(Needs::new);
    for slot in more {
        if let Err(place) = joined.binary_search(slot) {
            joined.insert(place, *slot);
        }
    }
}

/// What a node comes to when facts have these codes, by slot.
pub(crate) fn settle(program: &Program, id: NodeId, codes: &[u16]) -> Settled {
    let of = |id: &NodeId| settle(program, *id, codes);
    match program.node(id) {
        None | Some(Node::Residual(_)) => Settled::Ask,
        Some(Node::Constant(cell)) => cell_as(*cell, &[]),
        Some(Node::Table(table)) => looked_up(program, table, codes),
        Some(Node::Not(a)) => match of(a) {
            Settled::True => Settled::False,
            Settled::False => Settled::True,
            other => other,
        },
        Some(Node::All { of: operands, forgiving }) => listed(operands.iter().map(of), *forgiving, false),
        Some(Node::Any { of: operands, forgiving }) => listed(operands.iter().map(of), *forgiving, true),
        Some(Node::Known(a)) => match of(a) {
            Settled::True | Settled::False => Settled::True,
            Settled::NotKnown(_) => Settled::False,
            Settled::Ask => Settled::Ask,
        },
        Some(Node::Coalesce(operands)) => {
            let mut needs = None;
            for operand in operands {
                match of(operand) {
                    Settled::NotKnown(more) => join(&mut needs, &more),
                    settled => return settled,
                }
            }
            needs.map_or(Settled::Ask, Settled::NotKnown)
        }
        Some(Node::AtLeast { wanted, of: operands, forgiving }) => {
            counted(*wanted, operands.iter().map(of), *forgiving)
        }
        Some(Node::If { condition, then, otherwise }) => match of(condition) {
            Settled::True => of(then),
            Settled::False => of(otherwise),
            other => other,
        },
    }
}

fn cell_as(cell: Cell, needs: &[Vec<Slot>]) -> Settled {
    match cell {
        Cell::True => Settled::True,
        Cell::False => Settled::False,
        Cell::Ask => Settled::Ask,
        Cell::NotKnown(number) => {
            Settled::NotKnown(needs.get(usize::from(number)).into_iter().flatten().copied().collect())
        }
    }
}

fn looked_up(program: &Program, table: &Table, codes: &[u16]) -> Settled {
    let row = table.facts.iter().fold(0, |row, slot| {
        row * program.code_count(*slot) + codes.get(slot.index()).map_or(0, |code| usize::from(*code))
    });
    table.cells.get(row).map_or(Settled::Ask, |cell| cell_as(*cell, &table.needs))
}

/// `&&` settles at false, `||` at true.
fn listed(operands: impl Iterator<Item = Settled>, forgiving: bool, settles_at: bool) -> Settled {
    let mut needs: Option<Needs> = None;
    for operand in operands {
        match operand {
            Settled::True | Settled::False if (operand == Settled::True) == settles_at => return operand,
            Settled::True | Settled::False => {}
            Settled::NotKnown(more) => join(&mut needs, &more),
            Settled::Ask if needs.is_some() && forgiving => {}
            Settled::Ask => return Settled::Ask,
        }
    }
    match needs {
        Some(needs) => Settled::NotKnown(needs),
        None if settles_at => Settled::False,
        None => Settled::True,
    }
}

fn counted(wanted: i64, operands: impl ExactSizeIterator<Item = Settled>, forgiving: bool) -> Settled {
    let mut left = i64::try_from(operands.len()).unwrap_or(i64::MAX);
    let (mut holding, mut open): (i64, i64) = (0, 0);
    let mut needs: Option<Needs> = None;
    for operand in operands {
        if holding >= wanted || holding + open + left < wanted {
            break;
        }
        left -= 1;
        match operand {
            Settled::True => holding += 1,
            Settled::False => {}
            Settled::NotKnown(more) => {
                join(&mut needs, &more);
                open += 1;
            }
            Settled::Ask if needs.is_some() && forgiving => open += 1,
            Settled::Ask => return Settled::Ask,
        }
    }
    match needs {
        _ if holding >= wanted => Settled::True,
        _ if holding + open + left < wanted => Settled::False,
        Some(needs) => Settled::NotKnown(needs),
        None => Settled::False,
    }
}
