//! The usual row of JSON Lines, read into columns without allocating.
//!
//! It takes what programs write: an object without white space, or with one space after each `:` and `,`; keys and
//! strings without escapes; whole numbers. It takes a row only when [`contact_file`](crate::contact_file) would give
//! the same contact, and leaves every other row, good or bad, to it.

use mash_model::{
    Agency, FactColumns, FactDictionary, FactKind, FactValue, Sex, Slot, fact::FactDefinition,
    fact_columns::NOT_KNOWN,
};

use super::{
    ContactRow,
    names::{Names, Words},
};
use crate::{contact_file::usual_date_time, personal_data::is_pseudonym};

/// What a row may name, ready to look up.
#[derive(Debug)]
pub(super) struct JsonNames {
    fields: Names,
    characteristics: Names,
    agencies: Names,
    facts: Names,
    /// By slot.
    values: Vec<Values>,
}

/// How JSON writes the values of a fact.
#[derive(Debug)]
enum Values {
    Bool,
    /// Whole numbers from the first to the last, of which each has a code.
    Coded(i64, i64),
    Number,
    Named(Words),
}

const FIELDS: [&str; 8] =
    ["id", "received", "source", "household", "contact", "child", "facts", "characteristics"];
const CHARACTERISTICS: [&str; 4] = ["age", "sex", "ethnicity", "disability"];

impl JsonNames {
    pub(super) fn new(dictionary: &FactDictionary) -> Self {
        let values = |fact: &FactDefinition| match &fact.kind {
            FactKind::Bool => Values::Bool,
            FactKind::Integer { min, max, .. } if fact.is_coded() => Values::Coded(*min, *max),
            FactKind::Integer { .. } => Values::Number,
            FactKind::Ordinal(names) | FactKind::Enum(names) => {
                Values::Named(Words::new(names.iter().map(String::as_str)))
            }
        };
        Self {
            fields: Names::new(FIELDS),
            characteristics: Names::new(CHARACTERISTICS),
            agencies: Names::new(Agency::ALL.iter().map(|agency| agency.id())),
            facts: Names::new(dictionary.iter().map(|(_, fact)| fact.id.as_str())),
            values: dictionary.iter().map(|(_, fact)| values(fact)).collect(),
        }
    }

    /// The contact at the start of `text`, and what stands after its line; its facts are written into row `at` of `facts`,
    /// which may be left half written when there is none.
    #[inline]
    pub(super) fn row<'t, const SPACED: bool>(
        &self,
        dictionary: &FactDictionary,
        text: &'t [u8],
        line: u64,
        facts: &mut FactColumns,
        at: usize,
    ) -> Option<(ContactRow<&'t str>, &'t [u8])> {
        let (mut received, mut source, mut has_facts) = (None, None, false);
        let [mut id, mut household, mut contact, mut child] = [None; 4];
        let (mut age, mut sex, mut ethnicity, mut disability) = (None, None, None, None);
        let mut once = [false; FIELDS.len()];
        let mut end = Json::<SPACED>(text).object(&self.fields, |mut json, field| {
            first(&mut once, field)?;
            match field {
                0 => id = Some(json.pseudonym()?),
                1 => received = Some(json.date_time()?),
                2 => source = Agency::ALL.get(json.name(&self.agencies)?).copied(),
                3 => household = json.unless_null(Json::pseudonym)?,
                4 => contact = json.unless_null(Json::pseudonym)?,
                5 => child = json.unless_null(Json::pseudonym)?,
                6 => {
                    has_facts = true;
                    json = self.facts(dictionary, json, facts, at)?;
                }
                _ => {
                    let mut once = [false; CHARACTERISTICS.len()];
                    json = json.object(&self.characteristics, |mut json, field| {
                        first(&mut once, field)?;
                        match field {
                            0 => age = json.unless_null(|json| u8::try_from(json.integer()?).ok())?,
                            1 => sex = json.unless_null(Json::sex)?,
                            2 => ethnicity = json.unless_null(Json::printed)?,
                            _ => disability = json.unless_null(Json::bool)?,
                        }
                        Some(json)
                    })?;
                }
            }
            Some(json)
        })?;
        end.line_end()?;
        let row = ContactRow {
            line,
            id: id?,
            received: received?,
            source: source?,
            household,
            contact,
            child,
            age,
            sex,
            ethnicity,
            disability,
        };
        has_facts.then_some((row, end.0))
    }

    /// The facts of a contact. A fact that stands twice has its last value, as everywhere.
    ///
    /// Nine tenths of the time goes into this loop. Most facts are `true` or `false` and not the last, so those are
    /// told by one comparison of all from the key's closing mark to the next key.
    #[inline(never)]
    fn facts<'t, const SPACED: bool>(
        &self,
        dictionary: &FactDictionary,
        mut json: Json<'t, SPACED>,
        facts: &mut FactColumns,
        at: usize,
    ) -> Option<Json<'t, SPACED>> {
        let (f, t): (&[u8], &[u8]) =
            if SPACED { (b"\": false, \"", b"\": true, \"") } else { (b"\":false,\"", b"\":true,\"") };
        json.literal(b"{")?;
        if json.literal(b"}").is_some() {
            return Some(json);
        }
        json.literal(b"\"")?;
        loop {
            let (position, length) = self.facts.find(json.0)?;
            let slot = Slot(u16::try_from(position).ok()?);
            let values = self.values.get(position)?;
            json.0 = json.0.get(length..)?;
            let bool = if json.literal(f).is_some() {
                Some(1)
            } else if json.literal(t).is_some() {
                Some(2)
            } else {
                None
            };
            if let Some(code) = bool {
                (matches!(values, Values::Bool) && facts.set_code(at, slot, code)).then_some(())?;
                continue;
            }
            json.literal(b"\"")?;
            json.separator(b':')?;
            let known = match values {
                Values::Bool => facts.set_code(at, slot, 1 + u8::from(json.bool()?)),
                Values::Coded(min, max) => {
                    let value = json.integer()?;
                    let code = u8::try_from(value.checked_sub(*min)?.checked_add(1)?).ok()?;
                    code > NOT_KNOWN && value <= *max && facts.set_code(at, slot, code)
                }
                Values::Number => {
                    facts.set(at, slot, dictionary.get(slot)?, FactValue::Integer(json.integer()?))
                }
                Values::Named(words) => {
                    json.literal(b"\"")?;
                    let (rank, length) = words.find(json.0)?;
                    json.0 = json.0.get(length + 1..)?;
                    facts.set_code(at, slot, u8::try_from(rank + 1).ok()?)
                }
            };
            if !known {
                return None;
            }
            if json.literal(b"}").is_some() {
                return Some(json);
            }
            json.separator(b',')?;
            json.literal(b"\"")?;
        }
    }
}

/// That a field stands for the first time.
fn first<const FIELDS: usize>(once: &mut [bool; FIELDS], field: usize) -> Option<()> {
    let stood = once.get_mut(field)?;
    (!std::mem::replace(stood, true)).then_some(())
}

/// JSON yet to be read. Every method takes what it names from the start, or gives `None`.
#[derive(Clone, Copy)]
struct Json<'t, const SPACED: bool>(&'t [u8]);

impl<'t, const SPACED: bool> Json<'t, SPACED> {
    /// An object; `member` is given the position of each key among the names, and takes its value.
    #[inline(always)]
    fn object(mut self, names: &Names, mut member: impl FnMut(Self, usize) -> Option<Self>) -> Option<Self> {
        self.literal(b"{")?;
        if self.literal(b"}").is_some() {
            return Some(self);
        }
        loop {
            let position = self.name(names)?;
            self.separator(b':')?;
            self = member(self, position)?;
            match self.0.first()? {
                b',' => self.separator(b',')?,
                b'}' => {
                    self.literal(b"}")?;
                    return Some(self);
                }
                _ => return None,
            }
        }
    }

    #[inline(always)]
    fn literal(&mut self, text: &[u8]) -> Option<()> {
        self.0 = self.0.strip_prefix(text)?;
        Some(())
    }

    #[inline(always)]
    fn separator(&mut self, byte: u8) -> Option<()> {
        self.literal(&[byte])?;
        if SPACED { self.literal(b" ") } else { Some(()) }
    }

    /// A string that is one of the names: its position.
    #[inline(always)]
    fn name(&mut self, names: &Names) -> Option<usize> {
        self.literal(b"\"")?;
        let (position, length) = names.find(self.0)?;
        self.0 = self.0.get(length + 1..)?;
        Some(position)
    }

    /// A string as it is written, escapes and all.
    fn string(&mut self) -> Option<&'t [u8]> {
        self.literal(b"\"")?;
        let (text, rest) = self.0.split_at_checked(memchr::memchr(b'"', self.0)?)?;
        self.0 = rest.get(1..)?;
        Some(text)
    }

    fn pseudonym(&mut self) -> Option<&'t str> {
        std::str::from_utf8(self.string()?).ok().filter(|text| is_pseudonym(text))
    }

    /// A string of printed ASCII.
    fn printed(&mut self) -> Option<&'t str> {
        let text = self.string()?;
        let plain = text.iter().all(|byte| (b' '..=b'~').contains(byte) && *byte != b'\\');
        std::str::from_utf8(text).ok().filter(|_| plain)
    }

    fn date_time(&mut self) -> Option<jiff::civil::DateTime> {
        let text = self.string()?;
        usual_date_time(text).or_else(|| std::str::from_utf8(text).ok()?.parse().ok())
    }

    fn sex(&mut self) -> Option<Sex> {
        match self.string()? {
            b"F" => Some(Sex::F),
            b"M" => Some(Sex::M),
            b"U" => Some(Sex::U),
            _ => None,
        }
    }

    fn bool(&mut self) -> Option<bool> {
        let value = self.literal(b"true").is_some();
        if value || self.literal(b"false").is_some() { Some(value) } else { None }
    }

    /// A whole number of at most eighteen digits; neither `-0` nor a leading zero, which JSON and `mash` refuse.
    #[inline(always)]
    fn integer(&mut self) -> Option<i64> {
        let negative = self.literal(b"-").is_some();
        let mut value = 0;
        let mut digits = 0;
        while let Some(digit) = self.0.first().map(|byte| byte.wrapping_sub(b'0')).filter(|digit| *digit < 10)
        {
            let leading_zero = digits == 1 && value == 0;
            if digits == 18 || leading_zero {
                return None;
            }
            value = value * 10 + i64::from(digit);
            digits += 1;
            self.0 = self.0.get(1..)?;
        }
        if digits == 0 || (negative && value == 0) || matches!(self.0, [b'.' | b'e' | b'E', ..]) {
            return None;
        }
        Some(if negative { -value } else { value })
    }

    fn unless_null<T>(&mut self, value: impl FnOnce(&mut Self) -> Option<T>) -> Option<Option<T>> {
        if self.literal(b"null").is_some() { Some(None) } else { value(self).map(Some) }
    }

    /// White space and the end of the line.
    fn line_end(&mut self) -> Option<()> {
        while let [b' ' | b'\t' | b'\r', rest @ ..] = self.0 {
            self.0 = rest;
        }
        self.literal(b"\n")
    }
}
