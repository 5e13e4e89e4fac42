//! Philox4x32-10: a counter and a key in, 128 bits out, and no state.
//!
//! Source: Salmon, Moraes, Dror and Shaw, Parallel random numbers: as easy as 1, 2, 3 (2011), with the known answers
//! published with Random123.

/// Rounds of the generator.
const ROUNDS: usize = 10;
/// What the first and the third word are multiplied by in a round.
const FACTORS: [u64; 2] = [0xD251_1F53, 0xCD9E_8D57];
/// What the two words of the key grow by from round to round.
const WEYL: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];

/// Philox4x32 with ten rounds.
#[must_use]
pub fn philox4x32_10(mut counter: [u32; 4], [mut k0, mut k1]: [u32; 2]) -> [u32; 4] {
    for _ in 0..ROUNDS {
        let [a, b, c, d] = counter;
        let [low0, high0] = halves(u64::from(a) * FACTORS[0]);
        let [low1, high1] = halves(u64::from(c) * FACTORS[1]);
        counter = [high1 ^ b ^ k0, low1, high0 ^ d ^ k1, low0];
        k0 = k0.wrapping_add(WEYL[0]);
        k1 = k1.wrapping_add(WEYL[1]);
    }
    counter
}

/// Philox4x32 with ten rounds over several counters at once, word by word: each block as the bits of two draws.
///
/// Words stand in twice their width, so that a product is one multiplication and its halves a shift and a mask: the
/// blocks then go through the processor together, while one alone waits for its own multiplications.
#[inline]
pub(crate) fn side_by_side<const N: usize>(
    words: [[u32; N]; 4],
    [mut k0, mut k1]: [u32; 2],
) -> [[u64; 2]; N] {
    let mut wide = [[0; N]; 4];
    wide.iter_mut().flatten().zip(words.iter().flatten()).for_each(|(to, word)| *to = u64::from(*word));
    let [mut a, mut b, mut c, mut d] = wide;
    for _ in 0..ROUNDS {
        for (((a, b), c), d) in a.iter_mut().zip(&mut b).zip(&mut c).zip(&mut d) {
            let (first, second) = (*a * FACTORS[0], *c * FACTORS[1]);
            *a = (second >> 32) ^ *b ^ u64::from(k0);
            *b = second & u64::from(u32::MAX);
            *c = (first >> 32) ^ *d ^ u64::from(k1);
            *d = first & u64::from(u32::MAX);
        }
        k0 = k0.wrapping_add(WEYL[0]);
        k1 = k1.wrapping_add(WEYL[1]);
    }
    let mut blocks = [[0; 2]; N];
    for (block, (((a, b), c), d)) in blocks.iter_mut().zip(a.iter().zip(&b).zip(&c).zip(&d)) {
        *block = [(b << 32) | a, (d << 32) | c];
    }
    blocks
}

/// The lower and the upper 32 bits.
pub(crate) fn halves(number: u64) -> [u32; 2] {
    [lower_half(number), lower_half(number >> 32)]
}

#[expect(clippy::cast_possible_truncation, reason = "the lower half is wanted")]
pub(crate) fn lower_half(number: u64) -> u32 {
    number as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn philox_known_answers() {
        let cases = [
            ([0; 4], [0; 2], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
            ([u32::MAX; 4], [u32::MAX; 2], [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
            (
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
                [0xa409_3822, 0x299f_31d0],
                [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1],
            ),
        ];
        for (counter, key, expect) in cases {
            assert_eq!(philox4x32_10(counter, key), expect);
        }
    }

    #[test]
    fn side_by_side_is_what_each_gives_alone() {
        let counters = [[0, u32::MAX, 7, 9], [1, 2, u32::MAX, 0], [3, 3, 3, 3], [u32::MAX, 0, 0, 1 << 31]];
        let by_word = std::array::from_fn(|word| counters.map(|counter| counter[word]));
        for (counter, [first, second]) in counters.into_iter().zip(side_by_side(by_word, [5, u32::MAX])) {
            let [a, b, c, d] = philox4x32_10(counter, [5, u32::MAX]);
            assert_eq!([halves(first), halves(second)], [[a, b], [c, d]]);
        }
    }
}
