//! Many rows at once: one bit a row, 64 rows a word, a few words a chunk.

use wide::u8x64;

/// Words of a chunk.
pub(super) const WORDS: usize = 8;
/// Rows of a chunk.
pub(super) const CHUNK: usize = 64 * WORDS;
/// One bit for each row of a chunk.
pub(super) type Plane = [u64; WORDS];

pub(super) const NONE: Plane = [0; WORDS];
pub(super) const ALL: Plane = [u64::MAX; WORDS];

#[inline]
pub(super) fn and(to: &mut Plane, other: &Plane) {
    to.iter_mut().zip(other).for_each(|(to, other)| *to &= other);
}

#[inline]
pub(super) fn or(to: &mut Plane, other: &Plane) {
    to.iter_mut().zip(other).for_each(|(to, other)| *to |= other);
}

#[inline]
pub(super) fn without(to: &mut Plane, other: &Plane) {
    to.iter_mut().zip(other).for_each(|(to, other)| *to &= !other);
}

/// Rows in both.
#[inline]
pub(super) fn both(a: &Plane, b: &Plane) -> Plane {
    let mut joined = *a;
    and(&mut joined, b);
    joined
}

/// Rows of `a` that are not in `b`.
#[inline]
pub(super) fn except(a: &Plane, b: &Plane) -> Plane {
    let mut left = *a;
    without(&mut left, b);
    left
}

#[inline]
pub(super) fn is_empty(plane: &Plane) -> bool {
    plane.iter().all(|word| *word == 0)
}

/// Adds one to the byte of every row in the plane.
#[inline]
pub(super) fn count(to: &mut [u8; CHUNK], plane: &Plane) {
    if is_empty(plane) {
        return;
    }
    for (eight, byte) in
        to.as_chunks_mut::<8>().0.iter_mut().zip(plane.iter().flat_map(|word| word.to_le_bytes()))
    {
        // Each of the eight bytes keeps the bit of its own row, which then becomes 0 or 1.
        let own = (u64::from(byte) * 0x0101_0101_0101_0101) & 0x8040_2010_0804_0201;
        let ones = ((own + 0x7f7f_7f7f_7f7f_7f7f) >> 7) & 0x0101_0101_0101_0101;
        *eight = (u64::from_le_bytes(*eight) + ones).to_le_bytes();
    }
}

/// Rows in the plane, by position.
pub(super) fn rows(plane: &Plane) -> impl Iterator<Item = usize> + '_ {
    plane
        .iter()
        .enumerate()
        .flat_map(|(word, bits)| crate::rule_set::Bits(*bits).map(move |bit| word * 64 + bit))
}

/// A stretch of codes of one column: from `low` on, `span` more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Interval {
    pub(super) slot: usize,
    pub(super) low: u8,
    pub(super) span: u8,
}

impl Interval {
    /// Which of 64 codes lie in the stretch.
    #[inline]
    pub(super) fn mask(self, codes: u8x64) -> u64 {
        let above = codes - u8x64::splat(self.low);
        above.min(u8x64::splat(self.span)).simd_eq(above).to_bitmask()
    }
}

/// The stretches that a set of codes is made of.
pub(super) fn intervals(slot: usize, codes: impl Iterator<Item = usize>) -> Vec<Interval> {
    let mut found: Vec<Interval> = Vec::new();
    for code in codes.filter_map(|code| u8::try_from(code).ok()) {
        match found.last_mut() {
            Some(last) if last.low + last.span + 1 == code => last.span += 1,
            _ => found.push(Interval { slot, low: code, span: 0 }),
        }
    }
    found
}

/// Exchanges rows and columns of 64 words of 64 bits: bit `i` of word `j` becomes bit `j` of word `i`.
///
/// Source: H. S. Warren, Hacker's Delight, section 7-3 (the method; the code is our own).
pub(super) fn transpose(words: &mut [u64; 64]) {
    let mut width = 32;
    let mut mask = 0x0000_0000_ffff_ffff_u64;
    while width > 0 {
        for block in words.chunks_exact_mut(2 * width) {
            let (low, high) = block.split_at_mut(width);
            for (a, b) in low.iter_mut().zip(high) {
                let moved = ((*a >> width) ^ *b) & mask;
                *a ^= moved << width;
                *b ^= moved;
            }
        }
        width /= 2;
        mask ^= mask << width;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_holds_its_codes_and_no_other() {
        let codes: Vec<u8> = (0..=255).collect();
        for (low, span) in [(0, 0), (1, 0), (3, 4), (250, 5), (0, 255), (254, 1)] {
            let interval = Interval { slot: 0, low, span };
            for chunk in codes.chunks(64) {
                let mask = interval.mask(u8x64::new(chunk.try_into().unwrap()));
                for (bit, code) in chunk.iter().enumerate() {
                    let inside =
                        (u16::from(low)..=u16::from(low) + u16::from(span)).contains(&u16::from(*code));
                    assert_eq!(mask >> bit & 1 == 1, inside, "{code} in {low}+{span}");
                }
            }
        }
    }

    #[test]
    fn codes_become_the_fewest_stretches() {
        let of = |codes: &[usize]| {
            intervals(7, codes.iter().copied()).iter().map(|i| (i.low, i.span)).collect::<Vec<_>>()
        };
        assert_eq!(of(&[1, 2, 3, 7, 9, 10]), [(1, 2), (7, 0), (9, 1)]);
        assert_eq!(of(&[]), []);
    }

    #[test]
    fn counting_adds_one_to_the_rows_of_the_plane_alone() {
        let mut plane = NONE;
        let picked = [0, 1, 7, 8, 63, 64, 200, CHUNK - 1];
        picked.iter().for_each(|row| plane[row / 64] |= 1 << (row % 64));
        let mut counts = [0; CHUNK];
        count(&mut counts, &plane);
        count(&mut counts, &ALL);
        for (row, found) in counts.iter().enumerate() {
            assert_eq!(*found, 1 + u8::from(picked.contains(&row)), "{row}");
        }
        assert_eq!(rows(&plane).collect::<Vec<_>>(), picked);
    }

    #[test]
    fn transposing_moves_every_bit() {
        for (row, column) in [(0, 0), (0, 63), (63, 0), (5, 40), (31, 32), (63, 63)] {
            let mut words = [0_u64; 64];
            words[row] = 1 << column;
            transpose(&mut words);
            let mut expect = [0_u64; 64];
            expect[column] = 1 << row;
            assert_eq!(words, expect, "{row} {column}");
        }
    }
}
