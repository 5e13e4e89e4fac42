//! The conditions of a pack as one circuit: what the compiled engine runs and the exact analysis reasons about.
//!
//! A leaf is a [`Table`] over the values of one fact, or of a few, filled in by Rhai itself when the pack loads; the
//! inner nodes are the forms that may settle what is not known. A node says one of four things of a row of facts: true,
//! false, not known, or *ask the interpreter*, which covers both a failure and a part that could not be lowered.
//! Equal nodes are one node.

use std::collections::BTreeMap;

use mash_model::{FactDictionary, FactKind, FactValue, Slot};

use crate::{rule::RuleIndex, source::SourcePlace};

/// Position of a node in its program; operands always stand before the node that uses them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(crate) u32);

impl NodeId {
    /// The node as an index into [`Program::nodes`].
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What an expression comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cell {
    /// It is false.
    False,
    /// It is true; where only being settled matters, it is settled.
    True,
    /// It is not known; the number names what it needs among the table's `needs`.
    NotKnown(u16),
    /// It fails, or only the interpreter can tell.
    Ask,
}

/// What an expression over a few facts comes to for each combination of their values.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Table {
    /// The facts it reads, in dictionary order; at least one.
    pub facts: Vec<Slot>,
    /// One cell a combination of codes, those of the last fact next to one another. Code 0 is not known.
    pub cells: Vec<Cell>,
    /// Facts that leave a cell not known, in dictionary order.
    pub needs: Vec<Vec<Slot>>,
}

/// One node of the circuit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Node {
    /// The same whatever the facts; never [`Cell::NotKnown`].
    Constant(Cell),
    /// A look-up by the facts' codes.
    Table(Table),
    /// `!a`.
    Not(NodeId),
    /// `a && b`: false at the first false, otherwise not known when one was.
    All {
        /// Operands, in the order written.
        of: Vec<NodeId>,
        /// Whether an operand that asks is ignored after one that is not known: so it is for a failure, but not where
        /// the operand could not be lowered and may yet be false.
        forgiving: bool,
    },
    /// `a || b`: true at the first true, otherwise not known when one was.
    Any {
        /// As for [`Node::All`].
        of: Vec<NodeId>,
        /// As for [`Node::All`].
        forgiving: bool,
    },
    /// `known(a)`.
    Known(NodeId),
    /// `a ?? b`: the first operand that is settled.
    Coalesce(Vec<NodeId>),
    /// `at_least(n, [...])`.
    AtLeast {
        /// How many must be true.
        wanted: i64,
        /// Operands, in the order written.
        of: Vec<NodeId>,
        /// As for [`Node::All`].
        forgiving: bool,
    },
    /// `if c { a } else { b }`, and everything that is reached only when something before it is settled.
    If {
        /// The condition.
        condition: NodeId,
        /// What it comes to when the condition is true.
        then: NodeId,
        /// And when it is false.
        otherwise: NodeId,
    },
    /// A part that could not be lowered: always [`Cell::Ask`]. The number is that of its entry in
    /// [`Program::residuals`].
    Residual(u32),
}

impl Node {
    /// The nodes it reads.
    pub fn operands(&self) -> impl Iterator<Item = NodeId> + '_ {
        let (list, few): (&[NodeId], [Option<NodeId>; 3]) = match self {
            Node::Constant(_) | Node::Table(_) | Node::Residual(_) => (&[], [None; 3]),
            Node::Not(a) | Node::Known(a) => (&[], [Some(*a), None, None]),
            Node::All { of, .. } | Node::Any { of, .. } | Node::AtLeast { of, .. } | Node::Coalesce(of) => {
                (of, [None; 3])
            }
            Node::If { condition, then, otherwise } => {
                (&[], [Some(*condition), Some(*then), Some(*otherwise)])
            }
        };
        list.iter().copied().chain(few.into_iter().flatten())
    }
}

/// A part of a rule that stays with the interpreter, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Residual {
    /// The part as a place in its file.
    pub place: SourcePlace,
    /// Why it could not be lowered, in words.
    pub reason: String,
}

/// How the values of a fact map to the codes of tables: one code a value, or one a stretch of values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Coding {
    /// The codes of [`mash_model::fact_columns`]: 0 for not known, then one a value.
    Values,
    /// For an integer of too many values: 0 for not known, then one a stretch between these first values, ascending;
    /// the first is the fact's least.
    Stretches(Vec<i64>),
}

/// The conditions of a pack as one circuit.
#[derive(Debug, Clone)]
pub struct Program {
    pub(crate) nodes: Vec<Node>,
    pub(crate) roots: Vec<NodeId>,
    pub(crate) broken: NodeId,
    pub(crate) codings: Vec<Coding>,
    /// Codes of each fact, not known included.
    pub(crate) code_counts: Vec<usize>,
    pub(crate) residuals: Vec<Residual>,
}

impl Program {
    /// The nodes, operands before those that use them.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The node of an id.
    #[must_use]
    pub fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.index())
    }

    /// The node of each rule's condition, in pack order.
    #[must_use]
    pub fn roots(&self) -> &[NodeId] {
        &self.roots
    }

    /// The node that is true when the facts known break a constraint of the dictionary, and false otherwise.
    #[must_use]
    pub fn broken(&self) -> NodeId {
        self.broken
    }

    /// Parts that stay with the interpreter.
    #[must_use]
    pub fn residuals(&self) -> &[Residual] {
        &self.residuals
    }

    /// Number of codes of a fact in tables, not known included.
    #[must_use]
    pub fn code_count(&self, slot: Slot) -> usize {
        self.code_counts.get(slot.index()).copied().unwrap_or(1)
    }

    /// How a fact's values map to codes.
    #[must_use]
    pub fn coding(&self, slot: Slot) -> &Coding {
        self.codings.get(slot.index()).unwrap_or(&Coding::Values)
    }

    /// A value that has this code; `None` for not known and for codes past the last.
    #[must_use]
    pub fn value_of_code(&self, dictionary: &FactDictionary, slot: Slot, code: usize) -> Option<FactValue> {
        match self.coding(slot) {
            Coding::Values => dictionary.get(slot)?.value_of_code(u8::try_from(code).ok()?),
            Coding::Stretches(firsts) => firsts.get(code.checked_sub(1)?).copied().map(FactValue::Integer),
        }
    }

    /// The code of a value; `None` when its fact does not admit it.
    #[must_use]
    pub fn code_of_value(&self, dictionary: &FactDictionary, slot: Slot, value: FactValue) -> Option<usize> {
        let fact = dictionary.get(slot)?;
        match (self.coding(slot), value) {
            (Coding::Values, value) => fact.code_of(value).map(usize::from),
            (Coding::Stretches(firsts), FactValue::Integer(number)) if fact.admits(value) => {
                Some(stretch_of(firsts, number))
            }
            (Coding::Stretches(_), _) => None,
        }
    }

    /// Rules with a part that could not be lowered, with those parts.
    #[must_use]
    pub fn residual_rules(&self) -> Vec<(RuleIndex, Vec<&Residual>)> {
        let mut parts_of: Vec<std::collections::BTreeSet<u32>> = Vec::with_capacity(self.nodes.len());
        for node in &self.nodes {
            let mut parts = std::collections::BTreeSet::new();
            if let Node::Residual(number) = node {
                parts.insert(*number);
            }
            for operand in node.operands() {
                parts.extend(parts_of.get(operand.index()).into_iter().flatten().copied());
            }
            parts_of.push(parts);
        }
        let rules = self.roots.iter().enumerate().map(|(rule, root)| {
            let parts = parts_of.get(root.index()).into_iter().flatten();
            let parts = parts.filter_map(|number| self.residuals.get(*number as usize)).collect::<Vec<_>>();
            (RuleIndex(rule), parts)
        });
        rules.filter(|(_, parts)| !parts.is_empty()).collect()
    }

    /// The same circuit with other nodes in place of some: how tests plant a bug in it.
    ///
    /// `change` sees every node with its operands already renumbered and gives the node to stand there.
    #[must_use]
    pub fn changed(&self, mut change: impl FnMut(&Node) -> Node) -> Self {
        Self { nodes: self.nodes.iter().map(&mut change).collect(), ..self.clone() }
    }
}

/// The code of a number among stretches: 1 for the first.
pub(crate) fn stretch_of(firsts: &[i64], number: i64) -> usize {
    firsts.partition_point(|first| *first <= number).max(1)
}

/// Number of values, in words of codes, of a fact that is coded by its values.
pub(crate) fn value_codes(kind: &FactKind) -> usize {
    match kind {
        FactKind::Bool => 3,
        FactKind::Integer { min, max, .. } => {
            usize::try_from(max.saturating_sub(*min)).map_or(usize::MAX, |span| span.saturating_add(2))
        }
        FactKind::Ordinal(values) | FactKind::Enum(values) => values.len() + 1,
    }
}

/// Collects nodes, each once.
#[derive(Debug, Default)]
pub(crate) struct Builder {
    nodes: Vec<Node>,
    /// Whether each node depends on a part that could not be lowered.
    residual: Vec<bool>,
    known: BTreeMap<Node, NodeId>,
    pub(crate) residuals: Vec<Residual>,
}

impl Builder {
    /// The id of a node, new or met before. What can be settled without the facts is.
    pub(crate) fn add(&mut self, node: Node) -> NodeId {
        let node = self.simplified(node);
        if let Some(id) = self.known.get(&node) {
            return *id;
        }
        let id = NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        let residual =
            matches!(node, Node::Residual(_)) || node.operands().any(|operand| self.has_residual(operand));
        self.residual.push(residual);
        self.nodes.push(node.clone());
        self.known.insert(node, id);
        id
    }

    pub(crate) fn get(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.index())
    }

    pub(crate) fn constant(&mut self, cell: Cell) -> NodeId {
        self.add(Node::Constant(cell))
    }

    /// `then`, once `first` is settled.
    pub(crate) fn after(&mut self, first: NodeId, then: NodeId) -> NodeId {
        self.add(Node::If { condition: first, then, otherwise: then })
    }

    /// A node that asks the interpreter, with the reason.
    pub(crate) fn residual(&mut self, residual: Residual) -> NodeId {
        let number = self.residuals.iter().position(|known| *known == residual).unwrap_or_else(|| {
            self.residuals.push(residual);
            self.residuals.len() - 1
        });
        self.add(Node::Residual(u32::try_from(number).unwrap_or(u32::MAX)))
    }

    /// Does a node depend on a part that could not be lowered?
    pub(crate) fn has_residual(&self, id: NodeId) -> bool {
        self.residual.get(id.index()).copied().unwrap_or(false)
    }

    fn constant_of(&self, id: NodeId) -> Option<Cell> {
        match self.get(id) {
            Some(Node::Constant(cell)) => Some(*cell),
            _ => None,
        }
    }

    fn simplified(&self, node: Node) -> Node {
        match node {
            Node::Table(table) => match table.cells.first() {
                Some(cell @ (Cell::True | Cell::False | Cell::Ask))
                    if table.cells.iter().all(|other| other == cell) =>
                {
                    Node::Constant(*cell)
                }
                _ => Node::Table(table),
            },
            Node::Not(a) => match self.get(a) {
                Some(Node::Constant(Cell::True)) => Node::Constant(Cell::False),
                Some(Node::Constant(Cell::False)) => Node::Constant(Cell::True),
                // A table of one cell stands for one that is filled in later.
                Some(Node::Table(table)) if table.cells.len() > 1 => Node::Table(negated(table)),
                Some(Node::Not(inner)) => self.get(*inner).cloned().unwrap_or(Node::Not(a)),
                _ => Node::Not(a),
            },
            Node::If { condition, then, otherwise } => match self.constant_of(condition) {
                Some(Cell::True) => self.get(then).cloned(),
                Some(Cell::False) => self.get(otherwise).cloned(),
                Some(Cell::Ask) => Some(Node::Constant(Cell::Ask)),
                Some(Cell::NotKnown(_)) | None => None,
            }
            .unwrap_or(Node::If { condition, then, otherwise }),
            Node::All { of, forgiving } => self.listed(of, Cell::True, |of| Node::All { of, forgiving }),
            Node::Any { of, forgiving } => self.listed(of, Cell::False, |of| Node::Any { of, forgiving }),
            other => other,
        }
    }

    /// `&&` or `||` without the operands that change nothing; one operand alone is itself.
    fn listed(&self, of: Vec<NodeId>, neutral: Cell, make: impl Fn(Vec<NodeId>) -> Node) -> Node {
        let of: Vec<NodeId> = of.into_iter().filter(|id| self.constant_of(*id) != Some(neutral)).collect();
        match of.as_slice() {
            [] => Node::Constant(neutral),
            [one] => self.get(*one).cloned().unwrap_or_else(|| make(of)),
            _ => make(of),
        }
    }

    /// The program, with only the nodes that some rule needs.
    pub(crate) fn finish(
        self,
        roots: &[NodeId],
        broken: NodeId,
        codings: Vec<Coding>,
        code_counts: Vec<usize>,
    ) -> Program {
        let mut needed = vec![false; self.nodes.len()];
        let mut open: Vec<NodeId> = roots.iter().copied().chain([broken]).collect();
        while let Some(id) = open.pop() {
            if let Some(place) = needed.get_mut(id.index()).filter(|needed| !**needed) {
                *place = true;
                open.extend(self.get(id).into_iter().flat_map(Node::operands));
            }
        }
        let mut renumbered = BTreeMap::new();
        let mut nodes = Vec::new();
        for ((index, node), _) in (0u32..).zip(self.nodes).zip(needed).filter(|(_, needed)| *needed) {
            renumbered.insert(NodeId(index), NodeId(u32::try_from(nodes.len()).unwrap_or(u32::MAX)));
            nodes.push(node.renumbered(&|id| renumbered.get(&id).copied().unwrap_or(id)));
        }
        let renumbered = |id: &NodeId| renumbered.get(id).copied().unwrap_or(*id);
        let (roots, broken) = (roots.iter().map(renumbered).collect(), renumbered(&broken));
        Program { nodes, roots, broken, codings, code_counts, residuals: self.residuals }
    }
}

impl Node {
    /// The same node over renumbered operands.
    fn renumbered(self, new: &dyn Fn(NodeId) -> NodeId) -> Self {
        let all = |of: Vec<NodeId>| of.into_iter().map(new).collect();
        match self {
            Node::Constant(_) | Node::Table(_) | Node::Residual(_) => self,
            Node::Not(a) => Node::Not(new(a)),
            Node::Known(a) => Node::Known(new(a)),
            Node::All { of, forgiving } => Node::All { of: all(of), forgiving },
            Node::Any { of, forgiving } => Node::Any { of: all(of), forgiving },
            Node::Coalesce(of) => Node::Coalesce(all(of)),
            Node::AtLeast { wanted, of, forgiving } => Node::AtLeast { wanted, of: all(of), forgiving },
            Node::If { condition, then, otherwise } => {
                Node::If { condition: new(condition), then: new(then), otherwise: new(otherwise) }
            }
        }
    }
}

/// A table with true and false exchanged.
fn negated(table: &Table) -> Table {
    let cell = |cell: &Cell| match cell {
        Cell::True => Cell::False,
        Cell::False => Cell::True,
        Cell::NotKnown(_) | Cell::Ask => *cell,
    };
    Table { cells: table.cells.iter().map(cell).collect(), ..table.clone() }
}
