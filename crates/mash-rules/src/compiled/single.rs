//! One case: the circuit laid out as bits.
//!
//! Every use of a node has a bit of its own in two rows of words, *true* and *false*; a third row says *ask*. The rules
//! are the first bits, so that a finished row is a [`RuleSet`]. The operands of a gate stand next to one another, so
//! that `&&` is one comparison with a mask; `||` is the same with true and false exchanged. The value of a fact sets all
//! the bits that follow from it at once, by a short list made in advance; facts not known cost nothing.

use mash_model::FactSheet;
use smallvec::SmallVec;

use super::codes::Encoders;
use crate::{
    program::{Cell, Node, NodeId, Program},
    rule_set::RuleSet,
};

/// Words held without an allocation; larger circuits use the heap.
const INLINE_WORDS: usize = 24;

/// One word of each row: 64 uses of nodes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Word {
    holds: u64,
    not: u64,
    asks: u64,
}

impl Word {
    #[inline]
    fn add(&mut self, other: Word) {
        self.holds |= other.holds;
        self.not |= other.not;
        self.asks |= other.asks;
    }
}
type Words = SmallVec<[Word; INLINE_WORDS]>;

/// What becomes of every rule, as bits; a rule in none of the sets is not settled.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Settled {
    pub(super) holds: RuleSet,
    pub(super) fails_to_hold: RuleSet,
    pub(super) asks: RuleSet,
}

/// Bits that follow from one value of one fact, in one word.
#[derive(Debug, Clone, Copy, Default)]
struct Entry {
    word: usize,
    bits: Word,
}

/// Where one use of a node's answer goes: one bit of a word, true and false exchanged where it is negated.
#[derive(Debug, Clone, Copy, Default)]
struct Use {
    word: usize,
    bit: u64,
    negated: bool,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    /// `&&` or `||` in order: where it settles, and whether it forgives.
    Listed {
        settles_at: bool,
        forgiving: bool,
    },
    Known,
    Coalesce,
    AtLeast {
        wanted: i64,
        forgiving: bool,
    },
    If,
    /// A table over several facts, by its place in the list of tables.
    Table(usize),
}

/// `&&` over bits of one word that never ask; `||` too, with its operands and its answer negated.
#[derive(Debug, Clone)]
struct Masked {
    word: usize,
    mask: u64,
    first: Use,
    /// Further uses of the answer, in the list of uses.
    others: std::ops::Range<usize>,
}

/// Any other gate, over bits next to one another.
#[derive(Debug, Clone)]
struct Gate {
    kind: Kind,
    /// How many masked gates come before it.
    after: usize,
    /// Its operands, as bits counted from the first word.
    operands: std::ops::Range<usize>,
    /// Uses of the answer, in the list of uses.
    uses: std::ops::Range<usize>,
}

/// A table over several facts: slots with the distance between two of their codes.
#[derive(Debug, Clone)]
struct Lookup {
    strides: Vec<(usize, usize)>,
    cells: Vec<Cell>,
}

/// The circuit of a pack for one case at a time.
#[derive(Debug, Clone)]
pub(super) struct Single {
    rules: usize,
    /// Bits that no fact decides.
    start: Words,
    /// For each slot, the entries of each code: a range of `entries`.
    codes: Vec<Vec<std::ops::Range<usize>>>,
    entries: Vec<Entry>,
    /// Slots whose being not known decides something.
    unknown_matters: Vec<usize>,
    masked: Vec<Masked>,
    gates: Vec<Gate>,
    uses: Vec<Use>,
    lookups: Vec<Lookup>,
}

/// Truth of one operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Truth {
    True,
    False,
    NotKnown,
    Ask,
}

impl From<Cell> for Truth {
    fn from(cell: Cell) -> Self {
        match cell {
            Cell::True => Truth::True,
            Cell::False => Truth::False,
            Cell::NotKnown(_) => Truth::NotKnown,
            Cell::Ask => Truth::Ask,
        }
    }
}

impl Single {
    pub(super) fn new(program: &Program) -> Self {
        Layout::new(program).finish(program)
    }

    /// What becomes of every rule; `None` when a value is not one its fact admits.
    pub(super) fn settle(&self, encoders: &Encoders, sheet: &FactSheet) -> Option<Settled> {
        let mut state = self.start.clone();
        let words: &mut [Word] = &mut state;
        let mut codes: SmallVec<[u16; 128]> = SmallVec::new();
        let keep_codes = !self.lookups.is_empty();
        if keep_codes {
            codes.resize(self.codes.len(), 0);
        }
        let set = |words: &mut [Word], range: Option<&std::ops::Range<usize>>| {
            let entries = range.and_then(|range| self.entries.get(range.clone())).unwrap_or_default();
            for entry in entries {
                if let Some(word) = words.get_mut(entry.word) {
                    word.add(entry.bits);
                }
            }
        };
        let admitted = encoders.known(sheet, |slot, code| {
            set(words, self.codes.get(slot).and_then(|codes| codes.get(code)));
            if keep_codes && let Some(place) = codes.get_mut(slot) {
                *place = u16::try_from(code).unwrap_or(u16::MAX);
            }
        });
        if !admitted {
            return None;
        }
        for &slot in &self.unknown_matters {
            if matches!(sheet.values().get(slot), Some(None)) {
                set(words, self.codes.get(slot).and_then(|codes| codes.first()));
            }
        }
        let mut masked = self.masked.iter();
        let mut done = 0;
        for gate in &self.gates {
            self.run_masked(words, masked.by_ref().take(gate.after - done));
            done = gate.after;
            let truth = self.gate(gate, words, &codes);
            for place in self.uses.get(gate.uses.clone()).unwrap_or_default() {
                put_truth(words, *place, truth);
            }
        }
        self.run_masked(words, masked);
        let rules = words.get(..self.rules.div_ceil(64)).unwrap_or_default();
        Some(Settled {
            holds: RuleSet::of_words(rules.iter().map(|word| word.holds)),
            fails_to_hold: RuleSet::of_words(rules.iter().map(|word| word.not)),
            asks: RuleSet::of_words(rules.iter().map(|word| word.asks)),
        })
    }

    #[inline]
    fn run_masked<'g>(&self, words: &mut [Word], gates: impl Iterator<Item = &'g Masked>) {
        for gate in gates {
            let word = words.get(gate.word).copied().unwrap_or_default();
            let holds = word.holds & gate.mask == gate.mask;
            let not = word.not & gate.mask != 0;
            // No branch on the answer: it is as good as random, and a wrong guess costs more than the gate.
            put_settled(words, &gate.first, holds, not);
            if !gate.others.is_empty() {
                for place in self.uses.get(gate.others.clone()).unwrap_or_default() {
                    put_settled(words, place, holds, not);
                }
            }
        }
    }

    /// A gate by its whole definition: operands in order, with what asks.
    fn gate(&self, gate: &Gate, words: &[Word], codes: &[u16]) -> Truth {
        let mut operands = gate.operands.clone().map(|at| truth_at(words, at));
        match gate.kind {
            Kind::Listed { settles_at, forgiving } => listed(operands, settles_at, forgiving),
            Kind::Known => match operands.next() {
                Some(Truth::True | Truth::False) => Truth::True,
                Some(Truth::NotKnown) => Truth::False,
                Some(Truth::Ask) | None => Truth::Ask,
            },
            Kind::Coalesce => operands.find(|truth| *truth != Truth::NotKnown).unwrap_or(Truth::NotKnown),
            Kind::AtLeast { wanted, forgiving } => counted(wanted, operands, forgiving),
            Kind::If => match operands.next() {
                Some(Truth::True) => operands.next().unwrap_or(Truth::Ask),
                Some(Truth::False) => operands.nth(1).unwrap_or(Truth::Ask),
                other => other.unwrap_or(Truth::Ask),
            },
            Kind::Table(number) => {
                let Some(lookup) = self.lookups.get(number) else { return Truth::Ask };
                let row: usize = lookup
                    .strides
                    .iter()
                    .map(|(slot, stride)| codes.get(*slot).map_or(0, |code| usize::from(*code) * stride))
                    .sum();
                lookup.cells.get(row).map_or(Truth::Ask, |cell| Truth::from(*cell))
            }
        }
    }
}

/// Sets the bit of one use of an answer that never asks.
#[inline]
fn put_settled(words: &mut [Word], place: &Use, holds: bool, not: bool) {
    let Some(word) = words.get_mut(place.word) else { return };
    let bits = |set: bool| u64::from(set).wrapping_neg() & place.bit;
    let (holds, not) = (bits(holds), bits(not));
    let exchanged = (holds ^ not) & u64::from(place.negated).wrapping_neg();
    word.holds |= holds ^ exchanged;
    word.not |= not ^ exchanged;
}

/// Sets the bit of one use.
#[inline]
fn put_truth(words: &mut [Word], place: Use, truth: Truth) {
    let Some(word) = words.get_mut(place.word) else { return };
    match (truth, place.negated) {
        (Truth::NotKnown, _) => {}
        (Truth::Ask, _) => word.asks |= place.bit,
        (Truth::True, false) | (Truth::False, true) => word.holds |= place.bit,
        (Truth::False, false) | (Truth::True, true) => word.not |= place.bit,
    }
}

#[inline]
fn truth_at(words: &[Word], at: usize) -> Truth {
    let word = words.get(at / 64).copied().unwrap_or_default();
    let bit = |row: u64| row >> (at % 64) & 1 == 1;
    match (bit(word.holds), bit(word.not), bit(word.asks)) {
        (_, _, true) => Truth::Ask,
        (true, _, _) => Truth::True,
        (_, true, _) => Truth::False,
        _ => Truth::NotKnown,
    }
}

fn listed(operands: impl Iterator<Item = Truth>, settles_at: bool, forgiving: bool) -> Truth {
    let settling = if settles_at { Truth::True } else { Truth::False };
    let mut open = false;
    for truth in operands {
        match truth {
            _ if truth == settling => return truth,
            Truth::True | Truth::False => {}
            Truth::NotKnown => open = true,
            Truth::Ask if open && forgiving => {}
            Truth::Ask => return Truth::Ask,
        }
    }
    match (open, settles_at) {
        (true, _) => Truth::NotKnown,
        (false, true) => Truth::False,
        (false, false) => Truth::True,
    }
}

fn counted(wanted: i64, operands: impl ExactSizeIterator<Item = Truth>, forgiving: bool) -> Truth {
    let mut left = i64::try_from(operands.len()).unwrap_or(i64::MAX);
    let (mut holding, mut open): (i64, i64) = (0, 0);
    for truth in operands {
        if holding >= wanted || holding + open + left < wanted {
            break;
        }
        left -= 1;
        match truth {
            Truth::True => holding += 1,
            Truth::False => {}
            Truth::NotKnown => open += 1,
            Truth::Ask if open > 0 && forgiving => open += 1,
            Truth::Ask => return Truth::Ask,
        }
    }
    if holding >= wanted {
        Truth::True
    } else if holding + open + left < wanted {
        Truth::False
    } else if open > 0 {
        Truth::NotKnown
    } else {
        Truth::False
    }
}

/// Gives bits to the uses of nodes.
struct Layout {
    rules: usize,
    /// Uses of each node's answer, as bits.
    used: Vec<Vec<(usize, bool)>>,
    /// First bit of each gate's operands.
    firsts: Vec<Option<usize>>,
    bits: usize,
}

impl Layout {
    fn new(program: &Program) -> Self {
        let nodes = program.nodes();
        let mut layout = Layout {
            rules: program.roots().len(),
            used: vec![Vec::new(); nodes.len()],
            firsts: vec![None; nodes.len()],
            bits: program.roots().len().next_multiple_of(64),
        };
        for (rule, root) in program.roots().iter().enumerate() {
            layout.use_of(program, *root, rule, false);
        }
        let asking = asking(program);
        // Users stand after what they use: from the last on, every gate that nothing uses can be left out.
        for (index, node) in nodes.iter().enumerate().rev() {
            let is_gate = !matches!(node, Node::Constant(_) | Node::Residual(_) | Node::Not(_))
                && !matches!(node, Node::Table(table) if table.facts.len() == 1);
            let is_used = layout.used.get(index).is_some_and(|uses| !uses.is_empty());
            if !is_gate || !is_used {
                continue;
            }
            let operands: Vec<NodeId> = node.operands().collect();
            if operands.len() <= 64 && layout.bits % 64 + operands.len() > 64 {
                layout.bits = layout.bits.next_multiple_of(64);
            }
            let first = layout.bits;
            layout.bits += operands.len();
            if let Some(place) = layout.firsts.get_mut(index) {
                *place = Some(first);
            }
            let exchanged = exchanged(node, &asking, first);
            if exchanged && let Some(uses) = layout.used.get_mut(index) {
                uses.iter_mut().for_each(|(_, negated)| *negated = !*negated);
            }
            for (at, operand) in operands.into_iter().enumerate() {
                layout.use_of(program, operand, first + at, exchanged);
            }
        }
        layout
    }

    /// Notes that a bit is an answer of the node, or of what it negates.
    fn use_of(&mut self, program: &Program, id: NodeId, bit: usize, negated: bool) {
        match program.node(id) {
            Some(Node::Not(inner)) => self.use_of(program, *inner, bit, !negated),
            _ => {
                if let Some(uses) = self.used.get_mut(id.index()) {
                    uses.push((bit, negated));
                }
            }
        }
    }

    fn finish(self, program: &Program) -> Single {
        let words = self.bits.div_ceil(64);
        let mut single = Single {
            rules: self.rules,
            start: smallvec::smallvec![Word::default(); words],
            codes: Vec::new(),
            entries: Vec::new(),
            unknown_matters: Vec::new(),
            masked: Vec::new(),
            gates: Vec::new(),
            uses: Vec::new(),
            lookups: Vec::new(),
        };
        let asking = asking(program);
        // Entries by slot, code and word.
        let mut by_code: Vec<Vec<Vec<Entry>>> = (0..program.code_counts.len())
            .map(|slot| vec![Vec::new(); program.code_counts.get(slot).copied().unwrap_or(0)])
            .collect();
        for (index, node) in program.nodes().iter().enumerate() {
            let Some(uses) = self.used.get(index).filter(|uses| !uses.is_empty()) else { continue };
            match node {
                Node::Constant(cell) => single.constant(*cell, uses),
                Node::Residual(_) => single.constant(Cell::Ask, uses),
                Node::Table(table) if table.facts.len() == 1 => {
                    let slot = table.facts.first().map_or(usize::MAX, |slot| slot.index());
                    for (code, cell) in table.cells.iter().enumerate() {
                        if let Some(entries) = by_code.get_mut(slot).and_then(|codes| codes.get_mut(code)) {
                            uses.iter().for_each(|(bit, negated)| put(entries, *bit, *negated, *cell));
                        }
                    }
                }
                _ => {
                    let first = self.firsts.get(index).copied().flatten().unwrap_or(0);
                    single.push_gate(program, node, first, uses, &asking);
                }
            }
        }
        for (slot, codes) in by_code.into_iter().enumerate() {
            if codes.first().is_some_and(|entries| !entries.is_empty()) {
                single.unknown_matters.push(slot);
            }
            let mut ranges = Vec::with_capacity(codes.len());
            for entries in codes {
                let start = single.entries.len();
                single.entries.extend(entries);
                ranges.push(start..single.entries.len());
            }
            single.codes.push(ranges);
        }
        single
    }
}

/// Is the gate one comparison with a mask?
fn is_masked(node: &Node, asking: &[bool], first: usize) -> bool {
    let operands = node.operands().count();
    matches!(node, Node::All { .. } | Node::Any { .. })
        && operands > 0
        && first % 64 + operands <= 64
        && !node.operands().any(|operand| asking.get(operand.index()).copied().unwrap_or(true))
}

/// Is the gate an `||` that is computed as an `&&` with true and false exchanged?
fn exchanged(node: &Node, asking: &[bool], first: usize) -> bool {
    matches!(node, Node::Any { .. }) && is_masked(node, asking, first)
}

/// Sets one bit among the entries of a code.
fn put(entries: &mut Vec<Entry>, bit: usize, negated: bool, cell: Cell) {
    let (word, mask) = (bit / 64, 1_u64 << (bit % 64));
    if matches!(cell, Cell::NotKnown(_)) {
        return;
    }
    let place = entries.iter().position(|entry| entry.word == word).unwrap_or_else(|| {
        entries.push(Entry { word, ..Entry::default() });
        entries.len() - 1
    });
    if let Some(entry) = entries.get_mut(place) {
        match (cell, negated) {
            (Cell::True, false) | (Cell::False, true) => entry.bits.holds |= mask,
            (Cell::False, false) | (Cell::True, true) => entry.bits.not |= mask,
            (Cell::Ask, _) => entry.bits.asks |= mask,
            (Cell::NotKnown(_), _) => {}
        }
    }
}

/// For each node: may it ask?
pub(super) fn asking(program: &Program) -> Vec<bool> {
    let mut asking: Vec<bool> = Vec::with_capacity(program.nodes().len());
    for node in program.nodes() {
        let own = match node {
            Node::Residual(_) | Node::Constant(Cell::Ask) => true,
            Node::Table(table) => table.cells.contains(&Cell::Ask),
            _ => false,
        };
        let inherited = node.operands().any(|operand| asking.get(operand.index()).copied().unwrap_or(true));
        asking.push(own || inherited);
    }
    asking
}

impl Single {
    fn constant(&mut self, cell: Cell, uses: &[(usize, bool)]) {
        let mut entries = Vec::new();
        uses.iter().for_each(|(bit, negated)| put(&mut entries, *bit, *negated, cell));
        for entry in entries {
            if let Some(word) = self.start.get_mut(entry.word) {
                word.add(entry.bits);
            }
        }
    }

    fn push_gate(
        &mut self,
        program: &Program,
        node: &Node,
        first: usize,
        uses: &[(usize, bool)],
        asking: &[bool],
    ) {
        let operands = node.operands().count();
        let start = self.uses.len();
        let place =
            |(bit, negated): &(usize, bool)| Use { word: bit / 64, bit: 1 << (bit % 64), negated: *negated };
        if is_masked(node, asking, first)
            && let Some((one, others)) = uses.split_first()
        {
            self.uses.extend(others.iter().map(place));
            let mask = (u64::MAX >> (64 - operands)) << (first % 64);
            let others = start..self.uses.len();
            self.masked.push(Masked { word: first / 64, mask, first: place(one), others });
            return;
        }
        let kind = match node {
            Node::All { forgiving, .. } => Kind::Listed { settles_at: false, forgiving: *forgiving },
            Node::Any { forgiving, .. } => Kind::Listed { settles_at: true, forgiving: *forgiving },
            Node::Known(_) => Kind::Known,
            Node::Coalesce(_) => Kind::Coalesce,
            Node::AtLeast { wanted, forgiving, .. } => {
                Kind::AtLeast { wanted: *wanted, forgiving: *forgiving }
            }
            Node::If { .. } => Kind::If,
            Node::Table(table) => {
                let mut stride = 1;
                let mut strides = Vec::new();
                for slot in table.facts.iter().rev() {
                    strides.push((slot.index(), stride));
                    stride *= program.code_count(*slot);
                }
                self.lookups.push(Lookup { strides, cells: table.cells.clone() });
                Kind::Table(self.lookups.len() - 1)
            }
            // These have no gate: their answers are put where they are used.
            Node::Constant(_) | Node::Not(_) | Node::Residual(_) => return,
        };
        self.uses.extend(uses.iter().map(place));
        let (operands, uses) = (first..first + operands, start..self.uses.len());
        self.gates.push(Gate { kind, after: self.masked.len(), operands, uses });
    }
}
