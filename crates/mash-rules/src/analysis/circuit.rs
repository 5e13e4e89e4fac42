//! A pack's circuit as propositions: of each rule, that it fires, that it does not, and that it is left to the
//! interpreter; *undetermined* is none of the three.
//!
//! Follows the order of evaluation that [`crate::compiled`] defines node by node. Equal gates are one literal, so what two
//! packs share is shared here too.

use std::collections::BTreeMap;

use batsat::Lit;

use super::{
    classes::Facts,
    logic::{Counter, Logic},
};
use crate::program::{Cell, Node, NodeId, Program, Table};

/// What an expression comes to; at most one of the three holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Truth {
    pub(crate) yes: Lit,
    pub(crate) no: Lit,
    /// It fails, or only the interpreter can tell.
    pub(crate) ask: Lit,
}

impl Truth {
    fn of(cell: Cell, logic: &Logic) -> Self {
        Self {
            yes: logic.constant(cell == Cell::True),
            no: logic.constant(cell == Cell::False),
            ask: logic.constant(cell == Cell::Ask),
        }
    }

    fn negated(self) -> Self {
        Self { yes: self.no, no: self.yes, ..self }
    }

    /// The facts known do not settle it.
    pub(crate) fn open(self, logic: &mut Logic) -> Lit {
        logic.all([!self.yes, !self.no, !self.ask])
    }
}

/// For each fact, one literal a class, exactly one of them true.
#[derive(Debug, Clone)]
pub(crate) struct Selectors(pub(crate) Vec<Vec<Lit>>);

impl Selectors {
    pub(crate) fn new(logic: &mut Logic, facts: &Facts<'_>) -> Self {
        let one_fact = |classes: usize| {
            let lits: Vec<Lit> = (0..classes).map(|_| logic.free()).collect();
            logic.require_any(lits.iter().copied());
            for (at, lit) in lits.iter().enumerate() {
                for other in lits.iter().take(at) {
                    logic.require_any([!*lit, !*other]);
                }
            }
            lits
        };
        Self(facts.facts.iter().map(|fact| fact.classes.len()).map(one_fact).collect())
    }

    pub(crate) fn get(&self, fact: usize, class: usize) -> Option<Lit> {
        self.0.get(fact)?.get(class).copied()
    }

    /// The fact is not known.
    pub(crate) fn unknown(&self, fact: usize) -> Option<Lit> {
        self.get(fact, 0)
    }

    /// The classes of the last case found.
    pub(crate) fn case(&self, logic: &Logic) -> Vec<usize> {
        let chosen = |lits: &Vec<Lit>| lits.iter().position(|lit| logic.holds(*lit)).unwrap_or(0);
        self.0.iter().map(chosen).collect()
    }
}

/// Writes one pack's circuit out over some selectors.
pub(crate) struct Writer<'a, 'p> {
    pub(crate) logic: &'a mut Logic,
    pub(crate) facts: &'a Facts<'p>,
    pub(crate) selectors: &'a Selectors,
    /// Which of the packs.
    pub(crate) pack: usize,
}

impl Writer<'_, '_> {
    /// What each node of the circuit comes to; where only one fact is another, nodes that do not read it stay.
    pub(crate) fn nodes(&mut self, program: &Program, changed: Option<(usize, &[Truth])>) -> Vec<Truth> {
        let mut nodes: Vec<Truth> = Vec::with_capacity(program.nodes().len());
        let mut other: Vec<bool> = Vec::with_capacity(program.nodes().len());
        for (at, node) in program.nodes().iter().enumerate() {
            let reads = match (changed, node) {
                (None, _) => true,
                (Some((fact, _)), Node::Table(table)) => {
                    table.facts.iter().any(|slot| self.facts.place(self.pack, *slot) == Some(fact))
                }
                (Some(_), node) => node.operands().any(|id| other.get(id.index()).copied().unwrap_or(true)),
            };
            let kept = changed.filter(|_| !reads).and_then(|(_, before)| before.get(at).copied());
            let truth = match kept {
                Some(truth) => truth,
                None => self.node(program, node, &nodes),
            };
            nodes.push(truth);
            other.push(reads);
        }
        nodes
    }

    fn node(&mut self, program: &Program, node: &Node, nodes: &[Truth]) -> Truth {
        let asks = Truth::of(Cell::Ask, self.logic);
        let get = |id: &NodeId| nodes.get(id.index()).copied().unwrap_or(asks);
        let list = |of: &[NodeId]| of.iter().map(get).collect::<Vec<_>>();
        match node {
            Node::Residual(_) => asks,
            Node::Constant(cell) => Truth::of(*cell, self.logic),
            Node::Table(table) => {
                let mut seen = BTreeMap::new();
                self.table(program, table, 0, &table.cells, &mut seen)
            }
            Node::Not(a) => get(a).negated(),
            Node::All { of, forgiving } => self.every(&list(of), *forgiving),
            Node::Any { of, forgiving } => {
                let negated: Vec<Truth> = list(of).into_iter().map(Truth::negated).collect();
                self.every(&negated, *forgiving).negated()
            }
            Node::Known(a) => {
                let a = get(a);
                Truth { yes: self.logic.any([a.yes, a.no]), no: a.open(self.logic), ask: a.ask }
            }
            Node::Coalesce(of) => self.coalesce(&list(of)),
            Node::AtLeast { wanted, of, forgiving } => self.at_least(*wanted, &list(of), *forgiving),
            Node::If { condition, then, otherwise } => {
                let (condition, then, otherwise) = (get(condition), get(then), get(otherwise));
                let mut either = |a: Lit, b: Lit| {
                    let (a, b) = (self.logic.all([condition.yes, a]), self.logic.all([condition.no, b]));
                    self.logic.any([a, b])
                };
                let (yes, no) = (either(then.yes, otherwise.yes), either(then.no, otherwise.no));
                let reached = either(then.ask, otherwise.ask);
                Truth { yes, no, ask: self.logic.any([condition.ask, reached]) }
            }
        }
    }

    /// A table fact by fact: classes that lead to the same rest are taken together.
    fn table(
        &mut self,
        program: &Program,
        table: &Table,
        depth: usize,
        cells: &[Cell],
        seen: &mut BTreeMap<(usize, Vec<Cell>), Truth>,
    ) -> Truth {
        let Some(slot) = table.facts.get(depth).copied() else {
            return Truth::of(cells.first().copied().unwrap_or(Cell::Ask), self.logic);
        };
        let key = (depth, cells.to_vec());
        if let Some(truth) = seen.get(&key) {
            return *truth;
        }
        let stride = (cells.len() / program.code_count(slot).max(1)).max(1);
        let mut groups: BTreeMap<Truth, Vec<Lit>> = BTreeMap::new();
        if let (Some(place), Some(pack)) =
            (self.facts.place(self.pack, slot), self.facts.packs.get(self.pack).copied())
        {
            let classes = self.facts.facts.get(place).map(|fact| fact.classes.as_slice()).unwrap_or_default();
            for (at, class) in classes.iter().enumerate() {
                let code = match class.value() {
                    None => Some(0),
                    Some(value) => program.code_of_value(&pack.dictionary, slot, value),
                };
                let rest = code.and_then(|code| cells.get(code * stride..(code + 1) * stride));
                let truth = match rest {
                    Some(rest) => self.table(program, table, depth + 1, rest, seen),
                    None => Truth::of(Cell::Ask, self.logic),
                };
                groups.entry(truth).or_default().extend(self.selectors.get(place, at));
            }
        }
        let mut sides: [Vec<Lit>; 3] = Default::default();
        for (truth, lits) in groups {
            let here = self.logic.any(lits);
            for (side, lit) in sides.iter_mut().zip([truth.yes, truth.no, truth.ask]) {
                side.push(self.logic.all([here, lit]));
            }
        }
        let [yes, no, ask] = sides.map(|side| self.logic.any(side));
        let truth = Truth { yes, no, ask };
        seen.insert(key, truth);
        truth
    }

    /// `&&`: an operand that asks is reached unless one before it is false, and ignored after one that is not known
    /// where it is forgiving.
    fn every(&mut self, of: &[Truth], forgiving: bool) -> Truth {
        let logic = &mut *self.logic;
        let (mut no_false, mut open, mut stops) = (logic.yes(), logic.no(), Vec::new());
        for operand in of {
            if operand.ask != logic.no() {
                let forgiven = if forgiving { open } else { logic.no() };
                stops.push(logic.all([no_false, operand.ask, !forgiven]));
            }
            let not_known = operand.open(logic);
            open = logic.any([open, not_known]);
            no_false = logic.all([no_false, !operand.no]);
        }
        let ask = logic.any(stops);
        let yes = logic.all(of.iter().map(|operand| operand.yes));
        let some_false = logic.any(of.iter().map(|operand| operand.no));
        Truth { yes, no: logic.all([some_false, !ask]), ask }
    }

    /// `??`: the first operand that is settled.
    fn coalesce(&mut self, of: &[Truth]) -> Truth {
        let logic = &mut *self.logic;
        let mut reached = logic.yes();
        let mut sides: [Vec<Lit>; 3] = Default::default();
        for operand in of {
            for (side, lit) in sides.iter_mut().zip([operand.yes, operand.no, operand.ask]) {
                side.push(logic.all([reached, lit]));
            }
            let open = operand.open(logic);
            reached = logic.all([reached, open]);
        }
        let [yes, no, ask] = sides.map(|side| logic.any(side));
        Truth { yes, no, ask }
    }

    /// `at_least`: counts until enough are true, or too few could still be.
    fn at_least(&mut self, wanted: i64, of: &[Truth], forgiving: bool) -> Truth {
        let logic = &mut *self.logic;
        let Ok(wanted) = usize::try_from(wanted) else { return Truth::of(Cell::True, logic) };
        let Some(spare) = of.len().checked_sub(wanted) else { return Truth::of(Cell::False, logic) };
        let mut holding = Counter::new(logic, wanted);
        let mut failing = Counter::new(logic, spare + 1);
        let (mut open, mut stops) = (logic.no(), Vec::new());
        for operand in of {
            if operand.ask != logic.no() {
                let forgiven = if forgiving { open } else { logic.no() };
                let (enough, too_few) = (holding.at_least(wanted), failing.at_least(spare + 1));
                stops.push(logic.all([operand.ask, !forgiven, !enough, !too_few]));
            }
            holding.add(logic, operand.yes, 1);
            failing.add(logic, operand.no, 1);
            let not_known = operand.open(logic);
            open = logic.any([open, not_known]);
        }
        let ask = logic.any(stops);
        let (enough, too_few) = (holding.at_least(wanted), failing.at_least(spare + 1));
        Truth { yes: logic.all([enough, !ask]), no: logic.all([too_few, !ask]), ask }
    }
}
