//! Which of a list of names stands at a place of a text: a few instructions, no allocation.
//!
//! A name is looked up by its first 32 bytes, and a longer one by the next 32 too, up to and with the quotation mark
//! that ends it; sixteen bytes are compared at a time. The closing mark makes a name and its length one thing.

use wide::u8x16;

/// Bytes of a text that one look-up reads, and half the bytes that must stand after any name.
pub(super) const LOOK_AHEAD: usize = 32;

/// A place of the table that holds no name.
const FREE: u16 = u16::MAX;

/// For each length of a name, which of the bytes are it and its closing mark.
#[expect(clippy::indexing_slicing, reason = "computed as it is compiled")]
const KEPT: [[[u8; 16]; 2]; LOOK_AHEAD + 1] = {
    let mut kept = [[[0; 16]; 2]; LOOK_AHEAD + 1];
    let mut length = 0;
    while length <= LOOK_AHEAD {
        let mut byte = 0;
        while byte <= length && byte < LOOK_AHEAD {
            kept[length][byte / 16][byte % 16] = 0xff;
            byte += 1;
        }
        length += 1;
    }
    kept
};

/// The start of a name with its closing mark, zeros after.
#[derive(Debug, Clone, Copy)]
struct Head([u8x16; 2]);

impl Head {
    /// No name: every name has a quotation mark in its head or is longer.
    const NONE: Self = Self([u8x16::new([0xff; 16]); 2]);

    /// The head of a name, unless JSON writes it with an escape.
    fn of(name: &str) -> Option<Self> {
        let plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\';
        let mut text = [0; LOOK_AHEAD];
        for (place, byte) in text.iter_mut().zip(name.bytes().chain([b'"'])) {
            *place = byte;
        }
        Self::read(&text).map(|(head, _)| head).filter(|_| name.bytes().all(plain))
    }

    /// The head of the name that stands at the start of a text, with the name's length: [`LOOK_AHEAD`] when it does not
    /// end within.
    #[inline(always)]
    fn read(text: &[u8]) -> Option<(Self, usize)> {
        let [low, high] = text.as_chunks::<16>().0.first_chunk::<2>()?.map(u8x16::new);
        let mark = u8x16::splat(b'"');
        let marks = low.simd_eq(mark).to_bitmask() | high.simd_eq(mark).to_bitmask() << 16;
        let length = marks.trailing_zeros() as usize;
        let [keep_low, keep_high] = KEPT.get(length)?.map(u8x16::new);
        Some((Self([low & keep_low, high & keep_high]), length))
    }

    #[inline(always)]
    fn is(self, other: Self) -> bool {
        let [low, high] = self.0;
        let [other_low, other_high] = other.0;
        (low.simd_eq(other_low) & high.simd_eq(other_high)).to_bitmask() == 0xffff
    }

    /// Where to look first in a table of 2 to the power of `64 - shift` places.
    #[inline(always)]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the halves of a number, and a place that `shift` keeps small"
    )]
    fn place(self, shift: u32) -> usize {
        let [low, high] = self.0;
        let folded = u128::from_le_bytes((low ^ high).to_array());
        let mixed = (folded as u64) ^ ((folded >> 64) as u64).rotate_left(29);
        (mixed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> shift) as usize
    }
}

/// A few words to look up, the likely ones first. One of [`LOOK_AHEAD`] bytes or more is never found.
#[derive(Debug)]
pub(super) struct Words(Box<[Head]>);

impl Words {
    /// These words. One that JSON writes with an escape is never found.
    pub(super) fn new<'n>(words: impl IntoIterator<Item = &'n str>) -> Self {
        Self(words.into_iter().map(|word| Head::of(word).unwrap_or(Head::NONE)).collect())
    }

    /// The position of the word that stands at the start of `text` with a quotation mark after it, and its length in
    /// bytes. Nothing is found in the last [`LOOK_AHEAD`] bytes of a text.
    #[inline(always)]
    pub(super) fn find(&self, text: &[u8]) -> Option<(usize, usize)> {
        let (head, length) = Head::read(text)?;
        let position = self.0.iter().position(|word| word.is(head))?;
        (length < LOOK_AHEAD).then_some((position, length))
    }
}

/// A list of names to look up.
#[derive(Debug)]
pub(super) struct Names {
    heads: Vec<Head>,
    /// What stands past the head of a long name, as a head of its own.
    tails: Vec<Head>,
    /// Positions in the list, by the place of the head or the next free one after it.
    places: Vec<u16>,
    shift: u32,
}

impl Names {
    /// A table of these names. One of twice [`LOOK_AHEAD`] bytes or more, or that JSON writes with an escape, is never
    /// found.
    pub(super) fn new<'n>(names: impl IntoIterator<Item = &'n str>) -> Self {
        let names: Vec<&str> = names.into_iter().collect();
        // Mostly free, so that most names stand where they are looked for first.
        let size = (names.len() * 8).next_power_of_two().max(8);
        let mut table = Self {
            heads: names.iter().map(|name| Head::of(name).unwrap_or(Head::NONE)).collect(),
            tails: names
                .iter()
                .map(|name| name.get(LOOK_AHEAD..).and_then(Head::of).unwrap_or(Head::NONE))
                .collect(),
            places: vec![FREE; size],
            shift: u64::BITS - size.trailing_zeros(),
        };
        for (name, position) in names.into_iter().zip(0..FREE) {
            let Some(head) = Head::of(name) else { continue };
            let mut place = head.place(table.shift);
            while table.places.get(place).is_some_and(|position| *position != FREE) {
                place = table.after(place);
            }
            if let Some(free) = table.places.get_mut(place) {
                *free = position;
            }
        }
        table
    }

    /// The position in the list of the name that stands at the start of `text` with a quotation mark after it, and its
    /// length in bytes. Nothing is found in the last two times [`LOOK_AHEAD`] bytes of a text.
    #[inline(always)]
    pub(super) fn find(&self, text: &[u8]) -> Option<(usize, usize)> {
        let (head, length) = Head::read(text)?;
        let (tail, more) = if length < LOOK_AHEAD {
            (None, 0)
        } else {
            Head::read(text.get(LOOK_AHEAD..)?).map(|(tail, more)| (Some(tail), more))?
        };
        let mut place = head.place(self.shift);
        loop {
            let position = usize::from(*self.places.get(place)?);
            // A free place has no head, and ends the search.
            if self.heads.get(position)?.is(head)
                && tail.is_none_or(|tail| self.tails.get(position).is_some_and(|found| found.is(tail)))
            {
                return (more < LOOK_AHEAD).then_some((position, length + more));
            }
            place = self.after(place);
        }
    }

    #[inline(always)]
    fn after(&self, place: usize) -> usize {
        (place + 1) & (self.places.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: &str = "a_name_of_more_than_thirty_two_bytes";
    const LONGER: &str = "a_name_of_more_than_thirty_two_bytes_and_some";
    const JUST: &str = "a_name_of_thirty_two_bytes_12345";

    fn find(names: &Names, text: &str) -> Option<(usize, usize)> {
        names.find(format!("{text}{}", "\n".repeat(LOOK_AHEAD)).as_bytes())
    }

    #[test]
    fn names_are_found_up_to_their_closing_mark() {
        let list = ["id", "", "idx", LONG, LONGER, JUST, &JUST[..31], "é", "a\"b", "a\\b"];
        let names = Names::new(list);
        for (position, name) in list.into_iter().enumerate().take(8) {
            assert_eq!(find(&names, &format!("{name}\":1")), Some((position, name.len())), "{name}");
        }
        for text in [
            "i\"",
            "id",
            "id \"",
            "ID\"",
            "id\0\"",
            "\0\"",
            &LONG[..32],
            "a\"b\"",
            "a\\b\"",
            "a_name_of_more_than_thirty_two_byteZ\"",
        ] {
            assert_eq!(find(&names, text), None, "{text}");
        }
        assert_eq!(names.find(b"id\""), None, "too near the end");
        assert_eq!(find(&Names::new([]), "id\""), None);
    }

    #[test]
    fn words_are_found_up_to_their_closing_mark() {
        let list = ["none", "no", "", "é", "a\"b", &JUST[..31], JUST];
        let words = Words::new(list);
        let find = |text: &str| words.find(format!("{text}{}", "\n".repeat(LOOK_AHEAD)).as_bytes());
        for (position, word) in list.into_iter().enumerate() {
            let expect = (word != "a\"b" && word.len() < LOOK_AHEAD).then_some((position, word.len()));
            assert_eq!(find(&format!("{word}\":1")), expect, "{word}");
        }
        for text in ["non\"", "none", "NONE\"", "no\0\""] {
            assert_eq!(find(text), None, "{text}");
        }
        assert_eq!(words.find(&[0xff; 40]), None);
    }

    #[test]
    fn a_table_of_many_names_finds_each() {
        let list: Vec<String> = (0..5_000).map(|number| format!("n{number}")).collect();
        let names = Names::new(list.iter().map(String::as_str));
        for (position, name) in list.iter().enumerate() {
            assert_eq!(find(&names, &format!("{name}\"")), Some((position, name.len())));
        }
    }
}
