//! One case: the circuit laid out as bits.
//!
//! Every use of a node has a bit of its own in two rows of words, *true* and *false*; a third row says *ask*. The rules
//! are the first bits, so that a finished row is a [`RuleSet`]. The operands of a gate stand next to one another, so
//! that `&&` and `||` are one comparison with a mask. The value of a fact sets all the bits that follow from it at once,
//! by a short list made in advance; facts not known cost nothing.

use mash_model::FactSheet;
use smallvec::SmallVec;

use super::codes::Encoders;
use crate::{
    program::{Cell, Node, NodeId, Program},
    rule_set::RuleSet,
};

/// Words held without an allocation; larger circuits use the heap.
const INLINE_WORDS: usize = 32;
type Words = SmallVec<[u64; INLINE_WORDS]>;

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
    holds: u64,
    not: u64,
    asks: u64,
}

/// Where one use of a node's answer goes.
#[derive(Debug, Clone, Copy)]
struct Use {
    word: usize,
    bit: u32,
    negated: bool,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    /// `&&` whose operands never ask: all in one word.
    All,
    /// `||` likewise.
    Any,
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

/// A gate over `operands` bits from `first` on.
#[derive(Debug, Clone)]
struct Gate {
    kind: Kind,
    first: usize,
    operands: usize,
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
    start: [Words; 3],
    /// For each slot, the entries of each code: a range of `entries`.
    codes: Vec<Vec<std::ops::Range<usize>>>,
    entries: Vec<Entry>,
    /// Slots whose being not known decides something.
    unknown_matters: Vec<usize>,
    gates: Vec<Gate>,
    uses: Vec<Use>,
    lookups: Vec<Lookup>,
    may_ask: bool,
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
        let [mut holds, mut not, mut asks] = self.start.clone();
        let mut codes: SmallVec<[u16; 128]> = SmallVec::new();
        let keep_codes = !self.lookups.is_empty();
        if keep_codes {
            codes.resize(self.codes.len(), 0);
        }
        let mut set = |range: Option<&std::ops::Range<usize>>| {
            let entries = range.and_then(|range| self.entries.get(range.clone())).unwrap_or_default();
            for entry in entries {
                if let (Some(holds), Some(not)) = (holds.get_mut(entry.word), not.get_mut(entry.word)) {
                    *holds |= entry.holds;
                    *not |= entry.not;
                }
                if self.may_ask
                    && let Some(asks) = asks.get_mut(entry.word)
                {
                    *asks |= entry.asks;
                }
            }
        };
        let admitted = encoders.known(sheet, |slot, code| {
            set(self.codes.get(slot).and_then(|codes| codes.get(code)));
            if keep_codes && let Some(place) = codes.get_mut(slot) {
                *place = u16::try_from(code).unwrap_or(u16::MAX);
            }
        });
        if !admitted {
            return None;
        }
        for &slot in &self.unknown_matters {
            if matches!(sheet.values().get(slot), Some(None)) {
                set(self.codes.get(slot).and_then(|codes| codes.first()));
            }
        }
        for gate in &self.gates {
            let truth = self.gate(gate, (&holds, &not, &asks), &codes);
            for place in self.uses.get(gate.uses.clone()).unwrap_or_default() {
                let row = match (truth, place.negated) {
                    (Truth::NotKnown, _) => continue,
                    (Truth::Ask, _) => &mut asks,
                    (Truth::True, false) | (Truth::False, true) => &mut holds,
                    (Truth::False, false) | (Truth::True, true) => &mut not,
                };
                if let Some(word) = row.get_mut(place.word) {
                    *word |= 1 << place.bit;
                }
            }
        }
        let words = self.rules.div_ceil(64);
        let set = |words_of: Words| RuleSet::of_words(words_of.into_iter().take(words));
        Some(Settled { holds: set(holds), fails_to_hold: set(not), asks: set(asks) })
    }

    #[inline]
    fn gate(&self, gate: &Gate, rows: (&Words, &Words, &Words), codes: &[u16]) -> Truth {
        let (holds, not, asks) = rows;
        let operands = || (gate.first..gate.first + gate.operands).map(|at| truth_at(holds, not, asks, at));
        match gate.kind {
            Kind::All | Kind::Any => {
                let word = gate.first / 64;
                let mask = (u64::MAX >> (64 - gate.operands)) << (gate.first % 64);
                let holds = holds.get(word).copied().unwrap_or(0) & mask;
                let not = not.get(word).copied().unwrap_or(0) & mask;
                let any = matches!(gate.kind, Kind::Any);
                let (settling, other) = if any { (holds, not) } else { (not, holds) };
                match (settling != 0, other == mask) {
                    (true, _) if any => Truth::True,
                    (true, _) => Truth::False,
                    (false, true) if any => Truth::False,
                    (false, true) => Truth::True,
                    (false, false) => Truth::NotKnown,
                }
            }
            Kind::Listed { settles_at, forgiving } => listed(operands(), settles_at, forgiving),
            Kind::Known => match operands().next() {
                Some(Truth::True | Truth::False) => Truth::True,
                Some(Truth::NotKnown) => Truth::False,
                Some(Truth::Ask) | None => Truth::Ask,
            },
            Kind::Coalesce => operands().find(|truth| *truth != Truth::NotKnown).unwrap_or(Truth::NotKnown),
            Kind::AtLeast { wanted, forgiving } => counted(wanted, operands(), forgiving),
            Kind::If => {
                let mut operands = operands();
                match operands.next() {
                    Some(Truth::True) => operands.next().unwrap_or(Truth::Ask),
                    Some(Truth::False) => operands.nth(1).unwrap_or(Truth::Ask),
                    other => other.unwrap_or(Truth::Ask),
                }
            }
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

#[inline]
fn truth_at(holds: &Words, not: &Words, asks: &Words, at: usize) -> Truth {
    let bit = |row: &Words| row.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1);
    match (bit(holds), bit(not), bit(asks)) {
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
            for (at, operand) in operands.into_iter().enumerate() {
                layout.use_of(program, operand, first + at, false);
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
        let row = || -> Words { smallvec::smallvec![0; words] };
        let mut single = Single {
            rules: self.rules,
            start: [row(), row(), row()],
            codes: Vec::new(),
            entries: Vec::new(),
            unknown_matters: Vec::new(),
            gates: Vec::new(),
            uses: Vec::new(),
            lookups: Vec::new(),
            may_ask: false,
        };
        let asking = asking(program);
        single.may_ask = asking.iter().any(|asks| *asks);
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
            (Cell::True, false) | (Cell::False, true) => entry.holds |= mask,
            (Cell::False, false) | (Cell::True, true) => entry.not |= mask,
            (Cell::Ask, _) => entry.asks |= mask,
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
        let [holds, not, asks] = &mut self.start;
        for entry in entries {
            for (row, bits) in [(&mut *holds, entry.holds), (&mut *not, entry.not), (&mut *asks, entry.asks)]
            {
                if let Some(word) = row.get_mut(entry.word) {
                    *word |= bits;
                }
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
        let asks = node.operands().any(|operand| asking.get(operand.index()).copied().unwrap_or(true));
        let one_word = operands > 0 && first % 64 + operands <= 64;
        let kind = match node {
            Node::All { .. } if !asks && one_word => Kind::All,
            Node::Any { .. } if !asks && one_word => Kind::Any,
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
        let start = self.uses.len();
        self.uses.extend(uses.iter().map(|(bit, negated)| Use {
            word: bit / 64,
            bit: u32::try_from(bit % 64).unwrap_or(0),
            negated: *negated,
        }));
        self.gates.push(Gate { kind, first, operands, uses: start..self.uses.len() });
    }
}
