//! Bugs planted into circuits, node by node.
//!
//! A node that asks the interpreter where it need not is slow and never wrong, so every bug here answers where it should
//! ask, or answers something else.

use mash_model::FactKind;
use mash_rules::{
    RulePack,
    program::{Cell, Node, Table},
};

pub(super) fn failure_is_false(_: &RulePack, node: &Node) -> Node {
    cells(node, |cell| if cell == Cell::Ask { Cell::False } else { cell })
}

pub(super) fn not_known_is_false(_: &RulePack, node: &Node) -> Node {
    cells(node, |cell| if matches!(cell, Cell::NotKnown(_)) { Cell::False } else { cell })
}

pub(super) fn not_known_is_least(_: &RulePack, node: &Node) -> Node {
    of_one_fact(node, |table| {
        if let [not_known, least, ..] = table.cells.as_mut_slice() {
            *not_known = *least;
        }
    })
}

pub(super) fn cut_too_far(pack: &RulePack, node: &Node) -> Node {
    cut(pack, node, true)
}

pub(super) fn stretch_too_far(pack: &RulePack, node: &Node) -> Node {
    cut(pack, node, false)
}

/// The first change along the values of a number comes one value, or one stretch, later.
fn cut(pack: &RulePack, node: &Node, coded: bool) -> Node {
    of_one_fact(node, |table| {
        let fact = pack.dictionary.get(table.facts[0]);
        let number = fact
            .is_some_and(|fact| matches!(fact.kind, FactKind::Integer { .. }) && fact.is_coded() == coded);
        let change = (2..table.cells.len()).find(|&code| table.cells[code] != table.cells[code - 1]);
        if let Some(code) = change.filter(|_| number) {
            table.cells[code] = table.cells[code - 1];
        }
    })
}

pub(super) fn residual_forgiven(_: &RulePack, node: &Node) -> Node {
    let mut node = node.clone();
    if let Node::All { forgiving, .. } | Node::Any { forgiving, .. } | Node::AtLeast { forgiving, .. } =
        &mut node
    {
        *forgiving = true;
    }
    node
}

pub(super) fn one_less_is_enough(_: &RulePack, node: &Node) -> Node {
    match node {
        Node::AtLeast { wanted, of, forgiving } => {
            Node::AtLeast { wanted: wanted.saturating_sub(1), of: of.clone(), forgiving: *forgiving }
        }
        node => node.clone(),
    }
}

pub(super) fn default_first(_: &RulePack, node: &Node) -> Node {
    match node {
        Node::Coalesce(of) => Node::Coalesce(of.iter().rev().copied().collect()),
        node => node.clone(),
    }
}

pub(super) fn known_passes_on(pack: &RulePack, node: &Node) -> Node {
    match node {
        Node::Known(of) => pack.program().node(*of).unwrap_or(node).clone(),
        node => node.clone(),
    }
}

pub(super) fn not_is_lost(pack: &RulePack, node: &Node) -> Node {
    match node {
        Node::Not(of) => pack.program().node(*of).unwrap_or(node).clone(),
        node => node.clone(),
    }
}

pub(super) fn if_is_and(_: &RulePack, node: &Node) -> Node {
    match node {
        Node::If { condition, then, .. } => Node::All { of: vec![*condition, *then], forgiving: true },
        node => node.clone(),
    }
}

pub(super) fn last_left_out(_: &RulePack, node: &Node) -> Node {
    let mut node = node.clone();
    if let Node::All { of, .. } | Node::Any { of, .. } = &mut node {
        of.truncate((of.len() - 1).max(1));
    }
    node
}

pub(super) fn needs_stop_at_the_first(_: &RulePack, node: &Node) -> Node {
    let mut node = node.clone();
    if let Node::Table(table) = &mut node {
        table.needs.iter_mut().for_each(|needs| needs.truncate(1));
    }
    node
}

fn cells(node: &Node, change: impl Fn(Cell) -> Cell) -> Node {
    match node {
        Node::Table(table) => {
            Node::Table(Table { cells: table.cells.iter().copied().map(change).collect(), ..table.clone() })
        }
        node => node.clone(),
    }
}

fn of_one_fact(node: &Node, change: impl Fn(&mut Table)) -> Node {
    let mut node = node.clone();
    if let Node::Table(table) = &mut node
        && table.facts.len() == 1
    {
        change(table);
    }
    node
}
