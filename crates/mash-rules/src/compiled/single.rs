//! One case: the circuit laid out as bits.
//!
//! Every use of a node has a bit of its own in two rows of words, *true* and *false*; a third row says *ask*. The rules
//! are the first bits, so that a finished row is a [`RuleSet`]. The value of a fact sets all the bits that follow from
//! it at once, by a short list made in advance; facts not known cost nothing.
//!
//! The operands of an `&&` stand next to one another as a *field* with a free bit above it. One addition then tells of
//! every field of a word at once whether all its operands are true, by the carry into the free bit, and another whether
//! one is false; `||` is the same with true and false exchanged. The field of a whole rule stands where that bit, turned
//! by a number that is the word's own, is the rule's bit, so that answers too are put in place a word at a time.

mod layout;

use mash_model::FactSheet;
use smallvec::SmallVec;

use self::layout::Layout;
use super::{
    codes::Encoders,
    lookup::Lookup,
    truth::{Truth, counted, listed},
};
use crate::{
    program::{Cell, Node, Program},
    rule_set::{Bits, RuleSet},
};

/// Entries that are set together.
const TOGETHER: usize = 4;

/// Words held without an allocation; larger circuits use the heap.
const INLINE_WORDS: usize = 64;

/// One word of each row: 64 uses of nodes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Word {
    holds: u64,
    not: u64,
}

impl Word {
    #[inline]
    fn add(&mut self, other: Word) {
        self.holds |= other.holds;
        self.not |= other.not;
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

/// Bits that are set in one word.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
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
    /// `at_least` over operands that stand in one word and never ask.
    Counted {
        wanted: i64,
        word: usize,
        mask: u64,
    },
    If,
    /// A table over several facts, by its place in the list of tables.
    Table(usize),
}

/// A word of fields: `&&` over operands that never ask; `||` too, with its operands and its answer negated.
#[derive(Debug, Clone, Default)]
struct Fields {
    word: usize,
    /// The lowest operand of each field.
    lowest: u64,
    /// Every operand.
    operands: u64,
    /// The free bit above each field.
    above: u64,
    /// The word of rules that answers are turned into, by how many bits, and which of them are negated.
    rules: usize,
    turn: u32,
    negated: u64,
    /// Free bits of fields whose answers are wanted elsewhere, with those uses by the position of the bit.
    elsewhere: u64,
    uses: Vec<Vec<Use>>,
}

/// Any other gate, over bits next to one another.
#[derive(Debug, Clone)]
struct Gate {
    kind: Kind,
    /// Its operands, as bits counted from the first word.
    operands: std::ops::Range<usize>,
    uses: Vec<Use>,
}

/// Gates whose operands are settled by the facts and by the levels before.
#[derive(Debug, Clone, Default)]
struct Level {
    fields: Vec<Fields>,
    gates: Vec<Gate>,
}

/// The circuit of some of a pack's rules, for one case at a time.
#[derive(Debug, Clone)]
pub(super) struct Single {
    rules: usize,
    /// Bits that no fact decides.
    start: Words,
    /// The word that tells of the first 64 uses whether they ask; past the last where nothing does.
    asks: usize,
    /// For each slot, where its codes begin in the list of codes.
    slots: Vec<usize>,
    /// For each code, what follows from it: a stretch of the list of entries.
    codes: Vec<(u32, u32)>,
    /// Several at a time, the last filled up with entries that set nothing: few stretches then differ in length, and
    /// the processor seldom guesses wrong where one ends.
    entries: Vec<[Entry; TOGETHER]>,
    /// Slots whose being not known decides something.
    unknown_matters: Vec<usize>,
    levels: Vec<Level>,
    lookups: Vec<Lookup>,
}

impl Single {
    /// The circuit of these rules of a pack.
    pub(super) fn new(program: &Program, rules: &RuleSet) -> Self {
        Layout::new(program, rules).finish()
    }

    /// What becomes of the circuit's rules, all others being left open; `None` when a value is not one its fact admits.
    pub(super) fn settle(&self, encoders: &Encoders, sheet: &FactSheet) -> Option<Settled> {
        let mut state = Words::from_slice(&self.start);
        let mut codes: SmallVec<[u16; 128]> = SmallVec::new();
        if !self.lookups.is_empty() {
            codes.resize(self.slots.len(), 0);
        }
        // Of a row of a length known in advance, no place need be checked.
        let admitted = match <&mut [Word; INLINE_WORDS]>::try_from(state.as_mut_slice()) {
            Ok(words) => self.enter(encoders, sheet, &mut codes, |entry| {
                words.get_mut(entry.word % INLINE_WORDS).into_iter().for_each(|word| word.add(entry.bits));
            }),
            Err(_) => self.enter(encoders, sheet, &mut codes, |entry| add(&mut state, entry)),
        };
        let words: &mut [Word] = &mut state;
        if !admitted {
            return None;
        }
        for &slot in &self.unknown_matters {
            if matches!(sheet.values().get(slot), Some(None)) {
                self.entries_of(slot, 0).for_each(|entry| add(words, entry));
            }
        }
        for level in &self.levels {
            level.fields.iter().for_each(|fields| fields.run(words));
            for gate in &level.gates {
                let truth = self.gate(gate, words, &codes);
                gate.uses.iter().for_each(|place| self.put(words, *place, truth));
            }
        }
        let all = self.rules.div_ceil(64);
        let rules = words.get(..all).unwrap_or_default();
        let asks = words.get(self.asks..self.asks + all).unwrap_or_default();
        Some(Settled {
            holds: RuleSet::of_words(rules.iter().map(|word| word.holds)),
            fails_to_hold: RuleSet::of_words(rules.iter().map(|word| word.not)),
            asks: RuleSet::of_words(asks.iter().map(|word| word.holds)),
        })
    }

    /// Sets what follows from every fact known, and keeps its code where there is room for codes; `false` at the first
    /// value that its fact does not admit.
    #[inline]
    fn enter(
        &self,
        encoders: &Encoders,
        sheet: &FactSheet,
        codes: &mut [u16],
        mut add: impl FnMut(&Entry),
    ) -> bool {
        encoders.known(sheet, |slot, code| {
            self.entries_of(slot, code).for_each(&mut add);
            if let Some(place) = codes.get_mut(slot) {
                *place = u16::try_from(code).unwrap_or(u16::MAX);
            }
        })
    }

    /// What follows from a fact's code.
    #[inline]
    fn entries_of(&self, slot: usize, code: usize) -> impl Iterator<Item = &Entry> {
        let at = self.slots.get(slot).map_or(usize::MAX, |first| first + code);
        let (from, to) = self.codes.get(at).copied().unwrap_or_default();
        self.entries.get(from as usize..to as usize).unwrap_or_default().iter().flatten()
    }

    /// Sets the bit of one use.
    #[inline]
    fn put(&self, words: &mut [Word], place: Use, truth: Truth) {
        let word = if truth == Truth::Ask { self.asks + place.word } else { place.word };
        let Some(word) = words.get_mut(word) else { return };
        match (truth, place.negated) {
            (Truth::NotKnown, _) => {}
            (Truth::True, false) | (Truth::False, true) | (Truth::Ask, _) => word.holds |= place.bit,
            (Truth::False, false) | (Truth::True, true) => word.not |= place.bit,
        }
    }

    #[inline]
    fn truth_at(&self, words: &[Word], at: usize) -> Truth {
        let word = words.get(at / 64).copied().unwrap_or_default();
        let asks = words.get(self.asks + at / 64).copied().unwrap_or_default();
        let bit = |row: u64| row >> (at % 64) & 1 == 1;
        match (bit(word.holds), bit(word.not), bit(asks.holds)) {
            (_, _, true) => Truth::Ask,
            (true, _, _) => Truth::True,
            (_, true, _) => Truth::False,
            _ => Truth::NotKnown,
        }
    }

    /// A gate by its whole definition: operands in order, with what asks.
    fn gate(&self, gate: &Gate, words: &[Word], codes: &[u16]) -> Truth {
        let mut operands = gate.operands.clone().map(|at| self.truth_at(words, at));
        match gate.kind {
            Kind::Listed { settles_at, forgiving } => listed(operands, settles_at, forgiving),
            Kind::Known => match operands.next() {
                Some(Truth::True | Truth::False) => Truth::True,
                Some(Truth::NotKnown) => Truth::False,
                Some(Truth::Ask) | None => Truth::Ask,
            },
            Kind::Coalesce => operands.find(|truth| *truth != Truth::NotKnown).unwrap_or(Truth::NotKnown),
            Kind::AtLeast { wanted, forgiving } => counted(wanted, operands, forgiving),
            Kind::Counted { wanted, word, mask } => {
                let word = words.get(word).copied().unwrap_or_default();
                let count = |bits: u64| i64::from((bits & mask).count_ones());
                if count(word.holds) >= wanted {
                    Truth::True
                } else if count(!word.not) < wanted {
                    Truth::False
                } else {
                    Truth::NotKnown
                }
            }
            Kind::If => match operands.next() {
                Some(Truth::True) => operands.next().unwrap_or(Truth::Ask),
                Some(Truth::False) => operands.nth(1).unwrap_or(Truth::Ask),
                other => other.unwrap_or(Truth::Ask),
            },
            Kind::Table(number) => {
                let Some(lookup) = self.lookups.get(number) else { return Truth::Ask };
                let code = |slot: usize| codes.get(slot).map_or(0, |code| usize::from(*code));
                Truth::from(lookup.cell(lookup.strides().iter().map(|(slot, by)| code(*slot) * by).sum()))
            }
        }
    }
}

impl Fields {
    /// Settles every gate of the word that its operands settle.
    #[inline]
    fn run(&self, words: &mut [Word]) {
        let word = words.get(self.word).copied().unwrap_or_default();
        // One more than all ones carries, and so does one or more plus all ones. Nothing carries past the free bit.
        let every = (word.holds & self.operands).wrapping_add(self.lowest) & self.above;
        let some = (word.not & self.operands).wrapping_add(self.operands) & self.above;
        // No branch on an answer: it is as good as random, and a wrong guess costs more than the gate.
        let exchanged = (every ^ some) & self.negated;
        if let Some(rules) = words.get_mut(self.rules) {
            rules.holds |= (every ^ exchanged).rotate_right(self.turn);
            rules.not |= (some ^ exchanged).rotate_right(self.turn);
        }
        for above in Bits((every | some) & self.elsewhere) {
            let holds = every >> above & 1 == 1;
            let uses = self.uses.get(above).map(Vec::as_slice).unwrap_or_default();
            for place in uses {
                if let Some(word) = words.get_mut(place.word) {
                    let bit = u64::from(holds != place.negated).wrapping_neg() & place.bit;
                    word.holds |= bit;
                    word.not |= bit ^ place.bit;
                }
            }
        }
    }
}

#[inline]
fn add(words: &mut [Word], entry: &Entry) {
    if let Some(word) = words.get_mut(entry.word) {
        word.add(entry.bits);
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
