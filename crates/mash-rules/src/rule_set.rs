//! A set of a pack's rules: one bit a rule, in pack order.

use crate::rule::RuleIndex;

/// Words that a set holds in itself: 64 rules each. A larger pack's sets keep the rest on the heap.
const WORDS: usize = 4;

/// Some of a pack's rules. Sets of one pack may be joined; a rule past the end is in no set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct RuleSet {
    first: [u64; WORDS],
    /// Empty, and not allocated, for packs of at most 256 rules.
    rest: Box<[u64]>,
}

impl RuleSet {
    /// No rule of a pack of this many.
    #[must_use]
    pub fn none(rules: usize) -> Self {
        let rest = rules.div_ceil(64).saturating_sub(WORDS);
        Self { first: [0; WORDS], rest: vec![0; rest].into() }
    }

    /// Every rule of a pack of this many.
    #[must_use]
    pub fn all(rules: usize) -> Self {
        (0..rules).fold(Self::none(rules), |mut set, rule| {
            set.insert(RuleIndex(rule));
            set
        })
    }

    /// The rules of a pack that a test picks.
    pub fn picked<R>(rules: &[R], pick: impl Fn(&R) -> bool) -> Self {
        let mut set = Self::none(rules.len());
        for (index, _) in rules.iter().enumerate().filter(|(_, rule)| pick(rule)) {
            set.insert(RuleIndex(index));
        }
        set
    }

    /// A set whose bits are these words; bit 0 of the first word is the pack's first rule.
    #[inline]
    pub(crate) fn of_words(words: impl IntoIterator<Item = u64>) -> Self {
        let mut words = words.into_iter();
        let mut first = [0; WORDS];
        first.iter_mut().zip(&mut words).for_each(|(to, word)| *to = word);
        Self { first, rest: words.collect() }
    }

    /// Adds a rule.
    #[inline]
    pub fn insert(&mut self, rule: RuleIndex) {
        if let Some(word) = self.word_mut(rule.0 / 64) {
            *word |= 1 << (rule.0 % 64);
        }
    }

    /// Takes a rule out.
    pub fn remove(&mut self, rule: RuleIndex) {
        if let Some(word) = self.word_mut(rule.0 / 64) {
            *word &= !(1 << (rule.0 % 64));
        }
    }

    #[inline]
    fn word_mut(&mut self, word: usize) -> Option<&mut u64> {
        match word.checked_sub(WORDS) {
            None => self.first.get_mut(word),
            Some(word) => self.rest.get_mut(word),
        }
    }

    /// Is the rule in the set?
    #[must_use]
    #[inline]
    pub fn contains(&self, rule: RuleIndex) -> bool {
        self.word(rule.0 / 64) >> (rule.0 % 64) & 1 == 1
    }

    #[inline]
    fn word(&self, word: usize) -> u64 {
        let found = match word.checked_sub(WORDS) {
            None => self.first.get(word),
            Some(word) => self.rest.get(word),
        };
        found.copied().unwrap_or(0)
    }

    /// The rules, in pack order.
    pub fn iter(&self) -> impl Iterator<Item = RuleIndex> + '_ {
        self.words().enumerate().flat_map(|(at, word)| Bits(word).map(move |bit| RuleIndex(at * 64 + bit)))
    }

    /// The first rule in pack order.
    #[must_use]
    pub fn first(&self) -> Option<RuleIndex> {
        self.iter().next()
    }

    /// Number of rules.
    #[must_use]
    pub fn len(&self) -> usize {
        self.words().map(|word| word.count_ones() as usize).sum()
    }

    /// Is no rule in it?
    #[must_use]
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.words().all(|word| word == 0)
    }

    /// Do the two share a rule?
    #[must_use]
    #[inline]
    pub fn meets(&self, other: &Self) -> bool {
        let first = self.first.iter().zip(&other.first).fold(0, |shared, (a, b)| shared | (a & b));
        first != 0 || self.rest.iter().zip(&other.rest).any(|(a, b)| a & b != 0)
    }

    /// The first rule that both hold.
    #[must_use]
    #[inline]
    pub fn first_shared(&self, other: &Self) -> Option<RuleIndex> {
        // Nearly always they share none.
        if !self.meets(other) {
            return None;
        }
        self.words().zip(other.words()).enumerate().find_map(|(at, (a, b))| {
            let both = a & b;
            (both != 0).then(|| RuleIndex(at * 64 + both.trailing_zeros() as usize))
        })
    }

    /// Rules that both hold.
    #[must_use]
    #[inline]
    pub fn and(&self, other: &Self) -> Self {
        self.joined(other, |a, b| a & b)
    }

    /// Rules that either holds.
    #[must_use]
    #[inline]
    pub fn or(&self, other: &Self) -> Self {
        self.joined(other, |a, b| a | b)
    }

    /// Rules of this set that the other does not hold.
    #[must_use]
    #[inline]
    pub fn without(&self, other: &Self) -> Self {
        self.joined(other, |a, b| a & !b)
    }

    #[inline]
    fn joined(&self, other: &Self, join: impl Fn(u64, u64) -> u64) -> Self {
        let mut first = self.first;
        first.iter_mut().zip(other.first).for_each(|(a, b)| *a = join(*a, b));
        Self { first, rest: self.rest.iter().zip(&other.rest).map(|(a, b)| join(*a, *b)).collect() }
    }

    /// The set's bits, 64 rules a word; words past the pack's last rule are 0.
    #[inline]
    pub fn words(&self) -> impl Iterator<Item = u64> + '_ {
        self.first.iter().chain(&self.rest).copied()
    }
}

/// Positions of the bits of a word, lowest first.
pub(crate) struct Bits(pub(crate) u64);

impl Iterator for Bits {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        let bit = self.0.trailing_zeros() as usize;
        (self.0 != 0).then(|| {
            self.0 &= self.0 - 1;
            bit
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(rules: &[usize]) -> RuleSet {
        rules.iter().fold(RuleSet::none(300), |mut set, &rule| {
            set.insert(RuleIndex(rule));
            set
        })
    }

    #[test]
    fn what_goes_in_comes_out_in_order() {
        let some = set(&[299, 0, 64, 63, 128]);
        assert_eq!(some.iter().map(|rule| rule.0).collect::<Vec<_>>(), [0, 63, 64, 128, 299]);
        assert_eq!((some.len(), some.first()), (5, Some(RuleIndex(0))));
        assert!(some.contains(RuleIndex(63)) && !some.contains(RuleIndex(62)));
        assert!(!some.contains(RuleIndex(5_000)));
        assert_eq!(RuleSet::all(300).len(), 300);
    }

    #[test]
    fn sets_are_joined_bit_by_bit() {
        let (a, b) = (set(&[1, 70, 200]), set(&[70, 200, 250]));
        assert_eq!(a.and(&b), set(&[70, 200]));
        assert_eq!(a.or(&b), set(&[1, 70, 200, 250]));
        assert_eq!(a.without(&b), set(&[1]));
        assert_eq!(a.first_shared(&b), Some(RuleIndex(70)));
        assert!(a.meets(&b) && !a.meets(&set(&[2])));
        assert!(set(&[]).is_empty());
    }
}
