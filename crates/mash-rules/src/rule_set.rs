//! A set of a pack's rules: one bit a rule, in pack order.

use smallvec::SmallVec;

use crate::rule::RuleIndex;

/// Rules that a set holds without an allocation: 64 a word.
const INLINE_WORDS: usize = 4;

/// Some of a pack's rules. Sets of one pack may be joined; a rule past the end is in no set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct RuleSet {
    words: SmallVec<[u64; INLINE_WORDS]>,
}

impl RuleSet {
    /// No rule of a pack of this many.
    #[must_use]
    pub fn none(rules: usize) -> Self {
        Self { words: smallvec::smallvec![0; rules.div_ceil(64)] }
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
    pub(crate) fn of_words(words: impl IntoIterator<Item = u64>) -> Self {
        Self { words: words.into_iter().collect() }
    }

    /// Adds a rule.
    #[inline]
    pub fn insert(&mut self, rule: RuleIndex) {
        if let Some(word) = self.words.get_mut(rule.0 / 64) {
            *word |= 1 << (rule.0 % 64);
        }
    }

    /// Is the rule in the set?
    #[must_use]
    #[inline]
    pub fn contains(&self, rule: RuleIndex) -> bool {
        self.words.get(rule.0 / 64).is_some_and(|word| word >> (rule.0 % 64) & 1 == 1)
    }

    /// The rules, in pack order.
    pub fn iter(&self) -> impl Iterator<Item = RuleIndex> + '_ {
        self.words
            .iter()
            .enumerate()
            .flat_map(|(at, &word)| Bits(word).map(move |bit| RuleIndex(at * 64 + bit)))
    }

    /// The first rule in pack order.
    #[must_use]
    pub fn first(&self) -> Option<RuleIndex> {
        self.iter().next()
    }

    /// Number of rules.
    #[must_use]
    pub fn len(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Is no rule in it?
    #[must_use]
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|&word| word == 0)
    }

    /// Do the two share a rule?
    #[must_use]
    #[inline]
    pub fn meets(&self, other: &Self) -> bool {
        self.words.iter().zip(&other.words).any(|(a, b)| a & b != 0)
    }

    /// The first rule that both hold.
    #[must_use]
    #[inline]
    pub fn first_shared(&self, other: &Self) -> Option<RuleIndex> {
        self.words.iter().zip(&other.words).enumerate().find_map(|(at, (a, b))| {
            let both = a & b;
            (both != 0).then(|| RuleIndex(at * 64 + both.trailing_zeros() as usize))
        })
    }

    /// Rules that both hold.
    #[must_use]
    #[inline]
    pub fn and(&self, other: &Self) -> Self {
        Self::of_words(self.words.iter().zip(&other.words).map(|(a, b)| a & b))
    }

    /// Rules that either holds.
    #[must_use]
    #[inline]
    pub fn or(&self, other: &Self) -> Self {
        Self::of_words(self.words.iter().zip(&other.words).map(|(a, b)| a | b))
    }

    /// Rules of this set that the other does not hold.
    #[must_use]
    #[inline]
    pub fn without(&self, other: &Self) -> Self {
        Self::of_words(self.words.iter().zip(&other.words).map(|(a, b)| a & !b))
    }

    /// The set's bits, 64 rules a word.
    #[must_use]
    pub fn words(&self) -> &[u64] {
        &self.words
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
