//! Where the uses of a circuit's nodes stand as bits.

use super::{Entry, Fields, Gate, Kind, Level, Lookup, Single, Use, Word, asking};
use crate::{
    program::{Cell, Node, NodeId, Program},
    rule_set::RuleSet,
};

/// Bits of a word.
const WORD: usize = 64;

/// Gives bits to the uses of nodes.
pub(super) struct Layout<'p> {
    program: &'p Program,
    asking: Vec<bool>,
    /// For each node, how many gates stand on one another below it: those of one level do not read one another.
    levels: Vec<usize>,
    /// Uses of each node's answer: a bit counted from the first word, and whether it is negated.
    used: Vec<Vec<(usize, bool)>>,
    /// Where each gate's operands begin.
    firsts: Vec<Option<usize>>,
    /// Words that hold fields.
    open: Vec<FieldWord>,
    /// Words given out.
    words: usize,
    /// The last word that other gates' operands stand in, with how many of its bits are taken.
    last: Option<(usize, usize)>,
}

/// A word that holds fields of one level.
struct FieldWord {
    word: usize,
    level: usize,
    /// The word of rules whose answers these are, where they are.
    rules: Option<usize>,
    turn: usize,
    taken: u64,
}

impl FieldWord {
    /// Where a field of so many operands may stand here that answers this rule, if it answers one: its first operand,
    /// and all its bits.
    fn place(&self, operands: usize, rule: Option<usize>) -> Option<(usize, u64)> {
        let above = match rule {
            Some(rule) => (rule + self.turn) % WORD,
            None => (WORD + operands).saturating_sub(self.taken.leading_zeros() as usize),
        };
        let first = above.checked_sub(operands).filter(|_| above < WORD)?;
        let bits = ones(operands + 1) << first;
        (self.taken & bits == 0).then_some((first, bits))
    }
}

impl<'p> Layout<'p> {
    /// The layout of these rules; all others stay not settled.
    pub(super) fn new(program: &'p Program, rules: &RuleSet) -> Self {
        let nodes = program.nodes();
        let mut layout = Layout {
            program,
            asking: asking(program),
            levels: levels(program),
            used: vec![Vec::new(); nodes.len()],
            firsts: vec![None; nodes.len()],
            open: Vec::new(),
            words: program.roots().len().div_ceil(WORD),
            last: None,
        };
        for rule in rules.iter() {
            if let Some(root) = program.roots().get(rule.0) {
                layout.use_of(*root, rule.0, false);
            }
        }
        let last = layout.levels.iter().max().map_or(0, |level| level + 1);
        // Users stand after what they use: from the last on, every gate that nothing uses can be left out.
        for (index, node) in nodes.iter().enumerate().rev() {
            let uses = layout.used.get(index).map(Vec::as_slice).unwrap_or_default();
            let Some((answer, _)) = uses.first().copied().filter(|_| is_gate(node)) else { continue };
            // Only rules need it: then all others may come before.
            let only_rules = uses.iter().all(|(bit, _)| *bit < program.roots().len());
            let operands: Vec<NodeId> = node.operands().collect();
            let is_field = layout.is_field(node);
            let first = if is_field {
                let level = if only_rules { last } else { layout.levels.get(index).copied().unwrap_or(0) };
                layout.room_for_field(level, operands.len(), answer)
            } else {
                layout.room(operands.len())
            };
            if let Some(place) = layout.firsts.get_mut(index) {
                *place = Some(first);
            }
            let exchanged = is_field && matches!(node, Node::Any { .. });
            if exchanged && let Some(uses) = layout.used.get_mut(index) {
                uses.iter_mut().for_each(|(_, negated)| *negated = !*negated);
            }
            for (at, operand) in operands.into_iter().enumerate() {
                layout.use_of(operand, first + at, exchanged);
            }
        }
        layout
    }

    /// Is the gate a field: an `&&` or `||` whose operands never ask?
    fn is_field(&self, node: &Node) -> bool {
        matches!(node, Node::All { .. } | Node::Any { .. })
            && (1..WORD).contains(&node.operands().count())
            && self.never_asks(node)
    }

    /// Do a node's operands never ask?
    fn never_asks(&self, node: &Node) -> bool {
        !node.operands().any(|operand| self.asking.get(operand.index()).copied().unwrap_or(true))
    }

    /// The first of the bits of a field of so many operands, the answer of which goes to this bit.
    fn room_for_field(&mut self, level: usize, operands: usize, answer: usize) -> usize {
        let (rules, rule) = if answer < self.program.roots().len() {
            (Some(answer / WORD), Some(answer % WORD))
        } else {
            (None, None)
        };
        for open in self.open.iter_mut().filter(|open| open.level == level && open.rules == rules) {
            if let Some((first, bits)) = open.place(operands, rule) {
                open.taken |= bits;
                return open.word * WORD + first;
            }
        }
        let turn = rule.map_or(0, |rule| (operands + WORD - rule) % WORD);
        let word = self.words;
        self.words += 1;
        self.open.push(FieldWord { word, level, rules, turn, taken: ones(operands + 1) });
        word * WORD
    }

    /// The first of so many bits next to one another.
    fn room(&mut self, bits: usize) -> usize {
        let (word, taken) = match self.last {
            Some((word, taken)) if taken + bits <= WORD => (word, taken),
            _ => {
                self.words += bits.div_ceil(WORD).max(1);
                (self.words - bits.div_ceil(WORD).max(1), 0)
            }
        };
        self.last = Some((word, taken + bits));
        word * WORD + taken
    }

    /// Notes that a bit is an answer of the node, or of what it negates.
    fn use_of(&mut self, id: NodeId, bit: usize, negated: bool) {
        match self.program.node(id) {
            Some(Node::Not(inner)) => self.use_of(*inner, bit, !negated),
            _ => {
                if let Some(uses) = self.used.get_mut(id.index()) {
                    uses.push((bit, negated));
                }
            }
        }
    }

    pub(super) fn finish(self) -> Single {
        let words = if self.asking.contains(&true) { 2 * self.words } else { self.words };
        let mut single = Single {
            rules: self.program.roots().len(),
            start: smallvec::smallvec![Word::default(); words.max(super::INLINE_WORDS)],
            asks: self.words,
            slots: Vec::new(),
            codes: Vec::new(),
            entries: Vec::new(),
            unknown_matters: Vec::new(),
            levels: Vec::new(),
            lookups: Vec::new(),
        };
        for open in &self.open {
            let rules = open.rules.unwrap_or(usize::MAX);
            let turn = u32::try_from(open.turn).unwrap_or(0);
            single.at_level(open.level, |level| {
                level.fields.push(Fields { word: open.word, rules, turn, ..Fields::default() });
            });
        }
        let counts = &self.program.code_counts;
        let mut by_code: Vec<Vec<Vec<Entry>>> = counts.iter().map(|codes| vec![Vec::new(); *codes]).collect();
        for (index, node) in self.program.nodes().iter().enumerate() {
            let Some(uses) = self.used.get(index).filter(|uses| !uses.is_empty()) else { continue };
            match node {
                Node::Constant(cell) => single.constant(*cell, uses),
                Node::Residual(_) => single.constant(Cell::Ask, uses),
                Node::Table(table) if table.facts.len() == 1 => {
                    let slot = table.facts.first().map_or(usize::MAX, |slot| slot.index());
                    for (code, cell) in table.cells.iter().enumerate() {
                        if let Some(entries) = by_code.get_mut(slot).and_then(|codes| codes.get_mut(code)) {
                            uses.iter().for_each(|(bit, negated)| {
                                put(entries, self.words, *bit, *negated, *cell);
                            });
                        }
                    }
                }
                _ => self.push_gate(&mut single, index, node, uses),
            }
        }
        for (slot, codes) in by_code.into_iter().enumerate() {
            if codes.first().is_some_and(|entries| !entries.is_empty()) {
                single.unknown_matters.push(slot);
            }
            single.slots.push(single.codes.len());
            let mut before = (Vec::new(), (0, 0));
            for entries in codes {
                if entries != before.0 {
                    let start = position(single.entries.len());
                    single.entries.extend(entries.chunks(super::TOGETHER).map(together));
                    before = (entries, (start, position(single.entries.len())));
                }
                single.codes.push(before.1);
            }
        }
        single
    }

    fn push_gate(&self, single: &mut Single, index: usize, node: &Node, uses: &[(usize, bool)]) {
        let first = self.firsts.get(index).copied().flatten().unwrap_or(0);
        let level = self.levels.get(index).copied().unwrap_or(0);
        let operands = node.operands().count();
        let in_one_word = first / WORD == (first + operands.max(1) - 1) / WORD;
        let kind = match node {
            _ if self.is_field(node) => {
                single.push_field(first, operands, uses);
                return;
            }
            Node::All { forgiving, .. } => Kind::Listed { settles_at: false, forgiving: *forgiving },
            Node::Any { forgiving, .. } => Kind::Listed { settles_at: true, forgiving: *forgiving },
            Node::Known(_) => Kind::Known,
            Node::Coalesce(_) => Kind::Coalesce,
            Node::AtLeast { wanted, .. } if in_one_word && self.never_asks(node) => {
                let mask = ones(operands) << (first % WORD);
                Kind::Counted { wanted: *wanted, word: first / WORD, mask }
            }
            Node::AtLeast { wanted, forgiving, .. } => {
                Kind::AtLeast { wanted: *wanted, forgiving: *forgiving }
            }
            Node::If { .. } => Kind::If,
            Node::Table(table) => {
                single.lookups.push(Lookup::new(self.program, table));
                Kind::Table(single.lookups.len() - 1)
            }
            // These have no gate: their answers are put where they are used.
            Node::Constant(_) | Node::Not(_) | Node::Residual(_) => return,
        };
        let uses: Vec<Use> = uses.iter().map(use_at).collect();
        let gate = Gate { kind, operands: first..first + operands, uses };
        single.at_level(level, |level| level.gates.push(gate.clone()));
    }
}

impl Single {
    fn constant(&mut self, cell: Cell, uses: &[(usize, bool)]) {
        let mut entries = Vec::new();
        uses.iter().for_each(|(bit, negated)| put(&mut entries, self.asks, *bit, *negated, cell));
        entries.iter().for_each(|entry| super::add(&mut self.start, entry));
    }

    /// Puts something into a level, made where it is not there yet.
    fn at_level(&mut self, level: usize, put: impl FnMut(&mut Level)) {
        if self.levels.len() <= level {
            self.levels.resize_with(level + 1, Level::default);
        }
        self.levels.get_mut(level).into_iter().for_each(put);
    }

    fn push_field(&mut self, first: usize, operands: usize, uses: &[(usize, bool)]) {
        let (word, low) = (first / WORD, first % WORD);
        let mut fields = self.levels.iter_mut().flat_map(|level| &mut level.fields);
        let Some(fields) = fields.find(|fields| fields.word == word) else { return };
        let above = 1_u64 << (low + operands);
        fields.lowest |= 1 << low;
        fields.operands |= ones(operands) << low;
        fields.above |= above;
        let mut elsewhere = uses;
        // The first use of a field that stands in a word of rules is the rule.
        if fields.rules != usize::MAX
            && let Some(((_, negated), others)) = uses.split_first()
        {
            fields.negated |= if *negated { above } else { 0 };
            elsewhere = others;
        }
        if !elsewhere.is_empty() {
            fields.elsewhere |= above;
            fields.uses.resize(WORD, Vec::new());
            let place = fields.uses.get_mut(low + operands);
            place.into_iter().for_each(|uses| uses.extend(elsewhere.iter().map(use_at)));
        }
    }
}

/// So many bits that are set; at most all of a word.
fn ones(count: usize) -> u64 {
    u64::MAX.checked_shr(u32::try_from(WORD.saturating_sub(count)).unwrap_or(0)).unwrap_or(0)
}

fn position(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn use_at((bit, negated): &(usize, bool)) -> Use {
    Use { word: bit / WORD, bit: 1 << (bit % WORD), negated: *negated }
}

/// Does a node have a place of its own, rather than being put where it is used?
fn is_gate(node: &Node) -> bool {
    !matches!(node, Node::Constant(_) | Node::Residual(_) | Node::Not(_))
        && !matches!(node, Node::Table(table) if table.facts.len() == 1)
}

fn levels(program: &Program) -> Vec<usize> {
    let mut levels: Vec<usize> = Vec::with_capacity(program.nodes().len());
    for node in program.nodes() {
        let below = |id: NodeId| {
            let own = usize::from(program.node(id).is_some_and(is_gate));
            levels.get(id.index()).copied().unwrap_or(0) + own
        };
        levels.push(node.operands().map(below).max().unwrap_or(0));
    }
    levels
}

/// Sets one bit among the entries of a code; `asks` is the word that tells of the first uses whether they ask.
fn put(entries: &mut Vec<Entry>, asks: usize, bit: usize, negated: bool, cell: Cell) {
    let mask = 1_u64 << (bit % WORD);
    let (word, bits) = match (cell, negated) {
        (Cell::NotKnown(_), _) => return,
        (Cell::True, false) | (Cell::False, true) => (bit / WORD, Word { holds: mask, not: 0 }),
        (Cell::False, false) | (Cell::True, true) => (bit / WORD, Word { holds: 0, not: mask }),
        (Cell::Ask, _) => (asks + bit / WORD, Word { holds: mask, not: 0 }),
    };
    match entries.iter_mut().find(|entry| entry.word == word) {
        Some(entry) => entry.bits.add(bits),
        None => entries.push(Entry { word, bits }),
    }
}

/// Some entries, filled up.
fn together(entries: &[Entry]) -> [Entry; super::TOGETHER] {
    std::array::from_fn(|at| entries.get(at).copied().unwrap_or_default())
}
