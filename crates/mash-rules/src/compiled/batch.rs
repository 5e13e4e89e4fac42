//! Many cases: the circuit run a chunk of rows at a time, straight from columns.
//!
//! Each node is two planes, *true* and *false*, and where it may ask a third. Planes of one chunk stay in cache; the
//! loops over their words are plain and the compiler makes vectors of them.

use mash_model::{FactColumn, FactColumns};
use wide::u8x64;

use super::{
    lookup::Lookup,
    planes::{ALL, CHUNK, Interval, NONE, Plane, and, both, except, intervals, or, without},
    single::asking,
};
use crate::program::{Cell, Coding, Node, NodeId, Program, stretch_of};

/// A table over one fact as stretches of its codes: positions in the list of intervals.
#[derive(Debug, Clone)]
struct Leaf {
    holds: Vec<usize>,
    not: Negative,
    asks: Vec<usize>,
}

/// Where a leaf is false.
#[derive(Debug, Clone)]
enum Negative {
    /// Wherever the fact is known and the leaf is not true: the position of the stretch of all values.
    WhereKnown(usize),
    /// In these stretches.
    In(Vec<usize>),
}

#[derive(Debug, Clone)]
enum Step {
    Constant(Cell),
    Leaf(Leaf),
    Lookup(Lookup),
    Not(usize),
    Listed { of: Vec<usize>, settles_at: bool, forgiving: bool },
    Known(usize),
    Coalesce(Vec<usize>),
    AtLeast { wanted: i64, of: Vec<usize>, forgiving: bool },
    If { condition: usize, then: usize, otherwise: usize },
}

/// The circuit of a pack for many cases at a time.
#[derive(Debug, Clone)]
pub(super) struct Batch {
    /// Sorted by slot.
    intervals: Vec<Interval>,
    steps: Vec<Step>,
    asking: Vec<bool>,
    roots: Vec<usize>,
    broken: usize,
    /// First values of the stretches of facts that have too many values for codes, by slot.
    stretches: Vec<(usize, Vec<i64>)>,
    /// Slots whose codes a table over several facts looks up.
    looked_up: Vec<usize>,
}

/// Truth of one node over a chunk.
#[derive(Debug, Clone, Copy)]
struct Planes {
    holds: Plane,
    not: Plane,
}

/// The memory of a run: one chunk of rows and what each node comes to.
#[derive(Debug, Clone)]
pub(super) struct Chunk {
    intervals: Vec<Plane>,
    nodes: Vec<Planes>,
    /// By node; empty where no node may ask.
    asks: Vec<Plane>,
    codes: Vec<[u8; CHUNK]>,
}

impl Batch {
    pub(super) fn new(program: &Program) -> Self {
        let asking = asking(program);
        let mut wanted: Vec<Interval> = Vec::new();
        for node in program.nodes() {
            if let Some((slot, cells)) = single_fact(node) {
                wanted.extend(parts(slot, cells).into_iter().flatten());
                wanted.push(known_values(slot, cells.len()));
            }
        }
        wanted.sort_unstable();
        wanted.dedup();
        let place = |interval: &Interval| wanted.binary_search(interval).unwrap_or(0);
        let steps = program.nodes().iter().map(|node| step(program, node, &place)).collect();
        let looked_up = program
            .nodes()
            .iter()
            .filter_map(|node| match node {
                Node::Table(table) if table.facts.len() > 1 => {
                    Some(table.facts.iter().map(|slot| slot.index()))
                }
                _ => None,
            })
            .flatten()
            .collect::<std::collections::BTreeSet<usize>>();
        let stretches = program.codings.iter().enumerate().filter_map(|(slot, coding)| match coding {
            Coding::Stretches(firsts) => Some((slot, firsts.clone())),
            Coding::Values => None,
        });
        let index = |id: &NodeId| id.index();
        Self {
            steps,
            asking,
            roots: program.roots().iter().map(index).collect(),
            broken: program.broken().index(),
            stretches: stretches.collect(),
            looked_up: looked_up.into_iter().collect(),
            intervals: wanted,
        }
    }

    pub(super) fn chunk(&self) -> Chunk {
        let asks = if self.asking.contains(&true) { vec![NONE; self.steps.len()] } else { Vec::new() };
        Chunk {
            intervals: vec![NONE; self.intervals.len()],
            nodes: vec![Planes { holds: NONE, not: NONE }; self.steps.len()],
            asks,
            codes: vec![[0; CHUNK]; self.looked_up.len()],
        }
    }

    /// Settles every node over the rows from `first` on; rows past the end are as if nothing were known of them.
    pub(super) fn run(&self, columns: &FactColumns, first: usize, chunk: &mut Chunk) {
        self.read(columns, first, chunk);
        for (index, step) in self.steps.iter().enumerate() {
            let (done, rest) = chunk.nodes.split_at_mut(index);
            let Some(place) = rest.first_mut() else { return };
            if self.asking.get(index).copied().unwrap_or(true) {
                let (asked, rest) = chunk.asks.split_at_mut(index);
                let operand = |id: usize| -> (Planes, Plane) {
                    let planes = done.get(id).copied().unwrap_or(Planes { holds: NONE, not: NONE });
                    (planes, asked.get(id).copied().unwrap_or(NONE))
                };
                let (planes, asks) = careful(step, &operand, &chunk.intervals, &chunk.codes, &self.looked_up);
                *place = planes;
                if let Some(place) = rest.first_mut() {
                    *place = asks;
                }
            } else {
                plain(step, done, place, &chunk.intervals, &chunk.codes, &self.looked_up);
            }
        }
    }

    /// Rows of the chunk for which a rule holds, does not hold, and asks.
    pub(super) fn rule<'c>(&self, chunk: &'c Chunk, rule: usize) -> (&'c Plane, &'c Plane, &'c Plane) {
        let node = self.roots.get(rule).copied().unwrap_or(usize::MAX);
        let planes = chunk.nodes.get(node);
        (
            planes.map_or(&NONE, |planes| &planes.holds),
            planes.map_or(&NONE, |planes| &planes.not),
            chunk.asks.get(node).unwrap_or(&NONE),
        )
    }

    /// Rows whose facts contradict one another.
    pub(super) fn broken<'c>(&self, chunk: &'c Chunk) -> &'c Plane {
        chunk.nodes.get(self.broken).map_or(&NONE, |planes| &planes.holds)
    }

    /// May any rule ask the interpreter?
    pub(super) fn may_ask(&self) -> bool {
        self.roots.iter().any(|root| self.asking.get(*root).copied().unwrap_or(true))
    }

    /// Number of rules.
    pub(super) fn rules(&self) -> usize {
        self.roots.len()
    }

    /// Rows of the chunk that do not know a fact, past the end included.
    pub(super) fn not_known(&self, columns: &FactColumns, slot: usize, first: usize) -> Plane {
        let mut buffer = [0_u8; CHUNK];
        let codes = self.codes(columns, slot, first, &mut buffer);
        let mut plane = NONE;
        let unknown = Interval { slot, low: 0, span: 0 };
        for (word, codes) in plane.iter_mut().zip(codes.as_chunks::<64>().0) {
            *word = unknown.mask(u8x64::new(*codes));
        }
        plane
    }

    /// Reads the columns of the chunk into planes of intervals, and the codes that tables look up.
    fn read(&self, columns: &FactColumns, first: usize, chunk: &mut Chunk) {
        let mut buffer = [0_u8; CHUNK];
        let mut at = 0;
        while let Some(slot) = self.intervals.get(at).map(|interval| interval.slot) {
            let same = self.intervals.iter().skip(at).take_while(|interval| interval.slot == slot).count();
            let codes = self.codes(columns, slot, first, &mut buffer);
            let (masks, intervals) =
                (chunk.intervals.get_mut(at..at + same), self.intervals.get(at..at + same));
            if let (Some(masks), Some(intervals)) = (masks, intervals) {
                for (word, codes) in codes.as_chunks::<64>().0.iter().enumerate() {
                    let codes = u8x64::new(*codes);
                    for (mask, interval) in masks.iter_mut().zip(intervals) {
                        if let Some(mask) = mask.get_mut(word) {
                            *mask = interval.mask(codes);
                        }
                    }
                }
            }
            at += same;
        }
        for (slot, place) in self.looked_up.iter().zip(&mut chunk.codes) {
            let codes = self.codes(columns, *slot, first, &mut buffer);
            place.copy_from_slice(codes);
        }
    }

    /// The codes of a slot over the chunk; those past the end are 0.
    fn codes<'b>(
        &self,
        columns: &'b FactColumns,
        slot: usize,
        first: usize,
        buffer: &'b mut [u8; CHUNK],
    ) -> &'b [u8; CHUNK] {
        let column = u16::try_from(slot).ok().and_then(|slot| columns.column(mash_model::Slot(slot)));
        match column {
            Some(FactColumn::Codes(codes)) => {
                let rest = codes.get(first..).unwrap_or_default();
                if let Some(whole) = rest.first_chunk::<CHUNK>() {
                    return whole;
                }
                buffer.fill(0);
                buffer.iter_mut().zip(rest).for_each(|(to, code)| *to = *code);
            }
            Some(FactColumn::Numbers(numbers)) => {
                buffer.fill(0);
                let firsts =
                    self.stretches.iter().find(|(other, _)| *other == slot).map(|(_, firsts)| firsts);
                for (to, number) in buffer.iter_mut().zip(numbers.iter().skip(first)) {
                    if let (Some(number), Some(firsts)) = (number, firsts) {
                        *to = u8::try_from(stretch_of(firsts, *number)).unwrap_or(0);
                    }
                }
            }
            None => buffer.fill(0),
        }
        buffer
    }
}

/// A node that is a table over one fact.
fn single_fact(node: &Node) -> Option<(usize, &[Cell])> {
    match node {
        Node::Table(table) => match table.facts.as_slice() {
            [slot] => Some((slot.index(), &table.cells)),
            _ => None,
        },
        _ => None,
    }
}

/// Stretches where a table is true, false, and asks.
fn parts(slot: usize, cells: &[Cell]) -> [Vec<Interval>; 3] {
    [Cell::True, Cell::False, Cell::Ask].map(|kind| {
        intervals(slot, cells.iter().enumerate().filter(|(_, cell)| **cell == kind).map(|(code, _)| code))
    })
}

/// Every value of a fact, as one stretch.
fn known_values(slot: usize, codes: usize) -> Interval {
    Interval { slot, low: 1, span: u8::try_from(codes.saturating_sub(2)).unwrap_or(u8::MAX - 1) }
}

fn step(program: &Program, node: &Node, place: &dyn Fn(&Interval) -> usize) -> Step {
    let places = |of: &[NodeId]| of.iter().map(|id| id.index()).collect();
    match node {
        Node::Constant(cell) => Step::Constant(*cell),
        Node::Residual(_) => Step::Constant(Cell::Ask),
        Node::Not(a) => Step::Not(a.index()),
        Node::Known(a) => Step::Known(a.index()),
        Node::All { of, forgiving } => {
            Step::Listed { of: places(of), settles_at: false, forgiving: *forgiving }
        }
        Node::Any { of, forgiving } => {
            Step::Listed { of: places(of), settles_at: true, forgiving: *forgiving }
        }
        Node::Coalesce(of) => Step::Coalesce(places(of)),
        Node::AtLeast { wanted, of, forgiving } => {
            Step::AtLeast { wanted: *wanted, of: places(of), forgiving: *forgiving }
        }
        Node::If { condition, then, otherwise } => {
            Step::If { condition: condition.index(), then: then.index(), otherwise: otherwise.index() }
        }
        Node::Table(table) => match single_fact(node) {
            Some((slot, cells)) => {
                let [holds, not, asks] = parts(slot, cells);
                let complement = matches!(cells.first(), Some(Cell::NotKnown(_)))
                    && cells.iter().skip(1).all(|cell| matches!(cell, Cell::True | Cell::False));
                let all = |of: &[Interval]| of.iter().map(place).collect();
                Step::Leaf(Leaf {
                    holds: all(&holds),
                    not: if complement {
                        Negative::WhereKnown(place(&known_values(slot, cells.len())))
                    } else {
                        Negative::In(all(&not))
                    },
                    asks: all(&asks),
                })
            }
            None => Step::Lookup(Lookup::new(program, table)),
        },
    }
}

fn union(intervals: &[Plane], of: &[usize]) -> Plane {
    let mut joined = NONE;
    of.iter().filter_map(|at| intervals.get(*at)).for_each(|plane| or(&mut joined, plane));
    joined
}

impl Leaf {
    #[inline]
    fn planes(&self, intervals: &[Plane]) -> Planes {
        let holds = match self.holds.as_slice() {
            [one] => intervals.get(*one).copied().unwrap_or(NONE),
            many => union(intervals, many),
        };
        let not = match &self.not {
            Negative::WhereKnown(known) => except(intervals.get(*known).unwrap_or(&NONE), &holds),
            Negative::In(stretches) => union(intervals, stretches),
        };
        Planes { holds, not }
    }
}

/// Rows in which a table is true, is false, and asks.
fn looked_up(lookup: &Lookup, codes: &[[u8; CHUNK]], slots: &[usize]) -> (Planes, Plane) {
    let mut planes = Planes { holds: NONE, not: NONE };
    let mut asks = NONE;
    let columns = lookup.strides().iter().filter_map(|(slot, by)| {
        let at = slots.binary_search(slot).ok()?;
        codes.get(at).map(|codes| (codes, *by))
    });
    let columns: Vec<(&[u8; CHUNK], usize)> = columns.collect();
    let words = planes.holds.iter_mut().zip(&mut planes.not).zip(&mut asks);
    for (word, ((holds, not), ask)) in words.enumerate() {
        for bit in 0..64 {
            let code = |codes: &[u8; CHUNK]| codes.get(word * 64 + bit).map_or(0, |code| usize::from(*code));
            match lookup.cell(columns.iter().map(|(codes, by)| code(codes) * by).sum()) {
                Cell::True => *holds |= 1 << bit,
                Cell::False => *not |= 1 << bit,
                Cell::NotKnown(_) => {}
                Cell::Ask => *ask |= 1 << bit,
            }
        }
    }
    (planes, asks)
}

fn constant(cell: Cell) -> (Planes, Plane) {
    match cell {
        Cell::True => (Planes { holds: ALL, not: NONE }, NONE),
        Cell::False => (Planes { holds: NONE, not: ALL }, NONE),
        Cell::NotKnown(_) => (Planes { holds: NONE, not: NONE }, NONE),
        Cell::Ask => (Planes { holds: NONE, not: NONE }, ALL),
    }
}

/// A step none of whose parts asks.
#[inline]
fn plain(
    step: &Step,
    done: &[Planes],
    place: &mut Planes,
    intervals: &[Plane],
    codes: &[[u8; CHUNK]],
    slots: &[usize],
) {
    const UNSETTLED: &Planes = &Planes { holds: NONE, not: NONE };
    let operand = |id: &usize| done.get(*id).unwrap_or(UNSETTLED);
    match step {
        Step::Leaf(leaf) => *place = leaf.planes(intervals),
        Step::Listed { of, settles_at, .. } => {
            *place = if *settles_at {
                let [holds, not] = joined::<true>(of, done);
                Planes { holds, not }
            } else {
                let [not, holds] = joined::<false>(of, done);
                Planes { holds, not }
            };
        }
        Step::Not(a) => {
            let planes = operand(a);
            *place = Planes { holds: planes.not, not: planes.holds };
        }
        Step::If { condition, then, otherwise } => {
            let (condition, then, otherwise) = (operand(condition), operand(then), operand(otherwise));
            let pick = |of: fn(&Planes) -> &Plane| {
                let mut picked = both(&condition.holds, of(then));
                or(&mut picked, &both(&condition.not, of(otherwise)));
                picked
            };
            *place = Planes { holds: pick(|planes| &planes.holds), not: pick(|planes| &planes.not) };
        }
        Step::AtLeast { wanted, of, .. } => {
            let open = reached(*wanted, of.iter().map(|id| except(&ALL, &operand(id).not)));
            *place = Planes {
                holds: reached(*wanted, of.iter().map(|id| operand(id).holds)),
                not: except(&ALL, &open),
            };
        }
        Step::Constant(_) | Step::Lookup(_) | Step::Known(_) | Step::Coalesce(_) => {
            let operand = |id: usize| (*operand(&id), NONE);
            (*place, _) = careful(step, &operand, intervals, codes, slots);
        }
    }
}

/// A step by its whole definition: operands in order, with what asks.
fn careful(
    step: &Step,
    operand: &dyn Fn(usize) -> (Planes, Plane),
    intervals: &[Plane],
    codes: &[[u8; CHUNK]],
    slots: &[usize],
) -> (Planes, Plane) {
    match step {
        Step::Constant(cell) => constant(*cell),
        Step::Leaf(leaf) => (leaf.planes(intervals), union(intervals, &leaf.asks)),
        Step::Lookup(lookup) => looked_up(lookup, codes, slots),
        Step::Not(a) => {
            let (planes, asks) = operand(*a);
            (Planes { holds: planes.not, not: planes.holds }, asks)
        }
        Step::Known(a) => {
            let (planes, asks) = operand(*a);
            let mut holds = planes.holds;
            or(&mut holds, &planes.not);
            (Planes { holds, not: except(&except(&ALL, &holds), &asks) }, asks)
        }
        Step::If { condition, then, otherwise } => {
            let ((condition, mut asks), then, otherwise) =
                (operand(*condition), operand(*then), operand(*otherwise));
            let pick = |a: &Plane, b: &Plane| {
                let mut picked = both(&condition.holds, a);
                or(&mut picked, &both(&condition.not, b));
                picked
            };
            or(&mut asks, &pick(&then.1, &otherwise.1));
            let planes = Planes {
                holds: pick(&then.0.holds, &otherwise.0.holds),
                not: pick(&then.0.not, &otherwise.0.not),
            };
            (planes, asks)
        }
        Step::Coalesce(of) => {
            let (mut planes, mut asks, mut open) = (Planes { holds: NONE, not: NONE }, NONE, ALL);
            for (found, asked) in of.iter().map(|id| operand(*id)) {
                or(&mut planes.holds, &both(&open, &found.holds));
                or(&mut planes.not, &both(&open, &found.not));
                or(&mut asks, &both(&open, &asked));
                [&found.holds, &found.not, &asked]
                    .into_iter()
                    .for_each(|settled| without(&mut open, settled));
            }
            (planes, asks)
        }
        Step::Listed { of, settles_at, forgiving } => {
            let (mut settled, mut asks, mut unsettled, mut live) = (NONE, NONE, NONE, ALL);
            for (planes, asked) in of.iter().map(|id| operand(*id)) {
                let settling = if *settles_at { &planes.holds } else { &planes.not };
                let mut open = live;
                [&planes.holds, &planes.not, &asked].into_iter().for_each(|known| without(&mut open, known));
                let mut failing = both(&live, &asked);
                if *forgiving {
                    without(&mut failing, &unsettled);
                }
                or(&mut settled, &both(&live, settling));
                or(&mut asks, &failing);
                or(&mut unsettled, &open);
                without(&mut live, settling);
                without(&mut live, &failing);
            }
            // What is still live was never settled: either something in it was not known, or all went the other way.
            let other = except(&live, &unsettled);
            let planes = if *settles_at {
                Planes { holds: settled, not: other }
            } else {
                Planes { holds: other, not: settled }
            };
            (planes, asks)
        }
        Step::AtLeast { wanted, of, forgiving } => {
            let operands: Vec<(Planes, Plane)> = of.iter().map(|id| operand(*id)).collect();
            counted(*wanted, &operands, *forgiving)
        }
    }
}

/// Rows where one operand settles the gate, and rows where all go the other way.
#[inline]
fn joined<const SETTLES_AT: bool>(of: &[usize], done: &[Planes]) -> [Plane; 2] {
    let (mut one, mut every) = (NONE, ALL);
    for planes in of.iter().filter_map(|id| done.get(*id)) {
        let (settling, other) =
            if SETTLES_AT { (&planes.holds, &planes.not) } else { (&planes.not, &planes.holds) };
        or(&mut one, settling);
        and(&mut every, other);
    }
    [one, every]
}

/// Rows that so many of the planes hold.
fn reached(wanted: i64, planes: impl ExactSizeIterator<Item = Plane>) -> Plane {
    let Ok(wanted) = usize::try_from(wanted) else { return ALL };
    if wanted > planes.len() {
        return NONE;
    }
    // `counts[n]`: rows that at least so many of the planes so far hold.
    let mut counts = vec![NONE; wanted + 1];
    if let Some(none) = counts.first_mut() {
        *none = ALL;
    }
    for plane in planes {
        for more in (1..=wanted).rev() {
            let carried = both(counts.get(more - 1).unwrap_or(&NONE), &plane);
            counts.get_mut(more).into_iter().for_each(|count| or(count, &carried));
        }
    }
    counts.pop().unwrap_or(NONE)
}

/// `at_least`, with one plane for each count so far of operands that are true and one for each that are open.
fn counted(wanted: i64, operands: &[(Planes, Plane)], forgiving: bool) -> (Planes, Plane) {
    let count = operands.len();
    let mut result = Planes { holds: NONE, not: NONE };
    let mut asks = NONE;
    // `state[h][o]`: rows still undecided with h operands true and o open.
    let mut state = vec![vec![NONE; count + 1]; count + 1];
    if let Some(start) = state.first_mut().and_then(|open| open.first_mut()) {
        *start = ALL;
    }
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    for at in 0..=count {
        let left = number(count - at);
        let mut next = vec![vec![NONE; count + 1]; count + 1];
        for (holding, by_open) in state.iter().enumerate() {
            for (open, rows) in by_open.iter().enumerate() {
                if number(holding) >= wanted {
                    or(&mut result.holds, rows);
                    continue;
                }
                if number(holding) + number(open) + left < wanted {
                    or(&mut result.not, rows);
                    continue;
                }
                let Some((planes, asked)) = operands.get(at) else {
                    if open == 0 {
                        or(&mut result.not, rows);
                    }
                    continue;
                };
                let mut unsettled = *rows;
                [&planes.holds, &planes.not, asked]
                    .into_iter()
                    .for_each(|known| without(&mut unsettled, known));
                let failing = both(rows, asked);
                if forgiving && open > 0 {
                    or(&mut unsettled, &failing);
                } else {
                    or(&mut asks, &failing);
                }
                let mut add = |holding: usize, open: usize, rows: &Plane| {
                    if let Some(place) = next.get_mut(holding).and_then(|by_open| by_open.get_mut(open)) {
                        or(place, rows);
                    }
                };
                add(holding + 1, open, &both(rows, &planes.holds));
                add(holding, open, &both(rows, &planes.not));
                add(holding, open + 1, &unsettled);
            }
        }
        state = next;
    }
    (result, asks)
}
