//! What is known about many children at once: one column a fact, one row a child.
//!
//! A fact of at most [`MAX_CODES`] values is a column of bytes: 0 for *not known*, otherwise one more than the value's
//! position among the fact's values (`false`, `true`; least to greatest; in the order listed). A fact of more values is
//! a column of numbers, or of positions for an ordinal or enum. Columns are what an import writes and what the compiled rules read; a row is a [`FactSheet`].

use crate::{
    FactDictionary, FactSheet,
    fact::{FactDefinition, FactKind, FactValue, Slot},
};

/// Most values a fact may have to be a column of bytes: 255 codes less the one for not known.
pub const MAX_CODES: u64 = 254;

/// The code of *not known*.
pub const NOT_KNOWN: u8 = 0;

impl FactDefinition {
    /// How many values the fact may take.
    #[must_use]
    pub fn value_count(&self) -> u64 {
        match &self.kind {
            FactKind::Bool => 2,
            FactKind::Integer { min, max, .. } => max
                .checked_sub(*min)
                .and_then(|span| u64::try_from(span).ok())
                .map_or(u64::MAX, |span| span.saturating_add(1)),
            FactKind::Ordinal(values) | FactKind::Enum(values) => values.len() as u64,
        }
    }

    /// Is the fact's column one of codes, rather than of numbers?
    #[must_use]
    pub fn is_coded(&self) -> bool {
        self.value_count() <= MAX_CODES
    }

    /// The code of a value, from 1; `None` when the fact does not admit the value or is not coded.
    #[must_use]
    #[inline]
    pub fn code_of(&self, value: FactValue) -> Option<u8> {
        if !self.admits(value) {
            return None;
        }
        let position = match (value, &self.kind) {
            (FactValue::Bool(value), _) => u64::from(value),
            (FactValue::Integer(value), FactKind::Integer { min, .. }) => {
                u64::try_from(value.checked_sub(*min)?).ok()?
            }
            (FactValue::Rank(rank), _) => u64::from(rank),
            (FactValue::Integer(_), _) => return None,
        };
        if position >= MAX_CODES { None } else { u8::try_from(position + 1).ok() }
    }

    /// The value of a code; `None` for not known and for codes past the last value.
    #[must_use]
    pub fn value_of_code(&self, code: u8) -> Option<FactValue> {
        let position = code.checked_sub(1)?;
        let value = match &self.kind {
            FactKind::Bool => FactValue::Bool(position > 0),
            FactKind::Integer { min, .. } => FactValue::Integer(min.checked_add(i64::from(position))?),
            FactKind::Ordinal(_) | FactKind::Enum(_) => FactValue::Rank(u16::from(position)),
        };
        (u64::from(position) < self.value_count() && self.admits(value)).then_some(value)
    }
}

/// One fact of many children.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FactColumn {
    /// One code a row; see the module.
    Codes(Vec<u8>),
    /// One number a row, for a fact of more than [`MAX_CODES`] values: an integer, or the position of an ordinal's or
    /// enum's value. `None` is not known.
    Numbers(Vec<Option<i64>>),
}

/// The facts of many children, by slot of one dictionary. Every column has the same number of rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FactColumns {
    rows: usize,
    columns: Vec<FactColumn>,
}

impl FactColumns {
    /// Columns of this many rows, on which nothing is known.
    #[must_use]
    pub fn unknown(dictionary: &FactDictionary, rows: usize) -> Self {
        let column = |fact: &FactDefinition| {
            if fact.is_coded() {
                FactColumn::Codes(vec![NOT_KNOWN; rows])
            } else {
                FactColumn::Numbers(vec![None; rows])
            }
        };
        Self { rows, columns: dictionary.iter().map(|(_, fact)| column(fact)).collect() }
    }

    /// Columns of these sheets, a row each, in order.
    ///
    /// # Errors
    /// The position of the first sheet that holds a value its fact does not admit: such a case goes to manual review
    /// and has no row.
    pub fn of_sheets<'s>(
        dictionary: &FactDictionary,
        sheets: impl ExactSizeIterator<Item = &'s FactSheet>,
    ) -> Result<Self, usize> {
        let mut columns = Self::unknown(dictionary, sheets.len());
        for (row, sheet) in sheets.enumerate() {
            for (slot, value) in sheet.known() {
                let known = dictionary.get(slot).is_some_and(|fact| columns.set(row, slot, fact, value));
                if !known {
                    return Err(row);
                }
            }
        }
        Ok(columns)
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The column of a slot.
    #[must_use]
    pub fn column(&self, slot: Slot) -> Option<&FactColumn> {
        self.columns.get(slot.index())
    }

    /// Forgets everything and makes it this many rows, keeping the memory.
    pub fn reset(&mut self, rows: usize) {
        self.rows = rows;
        for column in &mut self.columns {
            match column {
                FactColumn::Codes(codes) => {
                    codes.clear();
                    codes.resize(rows, NOT_KNOWN);
                }
                FactColumn::Numbers(numbers) => {
                    numbers.clear();
                    numbers.resize(rows, None);
                }
            }
        }
    }

    /// Keeps the first rows only.
    pub fn truncate(&mut self, rows: usize) {
        self.rows = self.rows.min(rows);
        for column in &mut self.columns {
            match column {
                FactColumn::Codes(codes) => codes.truncate(rows),
                FactColumn::Numbers(numbers) => numbers.truncate(rows),
            }
        }
    }

    /// Forgets all that is known in a row.
    pub fn forget(&mut self, row: usize) {
        for column in &mut self.columns {
            match column {
                FactColumn::Codes(codes) => codes.get_mut(row).into_iter().for_each(|code| *code = NOT_KNOWN),
                FactColumn::Numbers(numbers) => {
                    numbers.get_mut(row).into_iter().for_each(|number| *number = None)
                }
            }
        }
    }

    /// Sets the code of a row, which the caller has from [`FactDefinition::code_of`] or a table of the same codes;
    /// `false`, and nothing set, when the slot has no column of codes or there is no such row.
    #[inline]
    pub fn set_code(&mut self, row: usize, slot: Slot, code: u8) -> bool {
        match self.columns.get_mut(slot.index()) {
            Some(FactColumn::Codes(codes)) => codes.get_mut(row).map(|place| *place = code).is_some(),
            _ => false,
        }
    }

    /// Sets the value of a row; `false`, and nothing set, when the fact does not admit it or there is no such row.
    pub fn set(&mut self, row: usize, slot: Slot, fact: &FactDefinition, value: FactValue) -> bool {
        match (self.columns.get_mut(slot.index()), value) {
            (Some(FactColumn::Codes(codes)), value) => match (codes.get_mut(row), fact.code_of(value)) {
                (Some(place), Some(code)) => {
                    *place = code;
                    true
                }
                _ => false,
            },
            (Some(FactColumn::Numbers(numbers)), value) if fact.admits(value) => {
                let number = match value {
                    FactValue::Bool(value) => i64::from(value),
                    FactValue::Integer(value) => value,
                    FactValue::Rank(rank) => i64::from(rank),
                };
                numbers.get_mut(row).map(|place| *place = Some(number)).is_some()
            }
            _ => false,
        }
    }

    /// The value of a row; `None` when not known or when there is no such row.
    #[must_use]
    pub fn value(&self, row: usize, slot: Slot, fact: &FactDefinition) -> Option<FactValue> {
        match self.columns.get(slot.index())? {
            FactColumn::Codes(codes) => codes.get(row).and_then(|code| fact.value_of_code(*code)),
            FactColumn::Numbers(numbers) => {
                let number = numbers.get(row).copied().flatten()?;
                match &fact.kind {
                    FactKind::Ordinal(_) | FactKind::Enum(_) => {
                        u16::try_from(number).ok().map(FactValue::Rank)
                    }
                    FactKind::Bool | FactKind::Integer { .. } => Some(FactValue::Integer(number)),
                }
            }
        }
    }

    /// One row as a sheet.
    #[must_use]
    pub fn sheet(&self, dictionary: &FactDictionary, row: usize) -> FactSheet {
        let mut sheet = FactSheet::unknown(dictionary);
        for (slot, fact) in dictionary.iter() {
            sheet.set(slot, self.value(row, slot, fact));
        }
        sheet
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Direction, FactId};

    fn fact(id: &str, kind: FactKind) -> FactDefinition {
        FactDefinition {
            id: FactId::from(id),
            group: "t".to_owned(),
            kind,
            direction: Direction::Risk,
            question: "?".to_owned(),
            agencies: Vec::new(),
            source: Vec::new(),
            mark: "synthesised".to_owned(),
            absent: None,
        }
    }

    fn dictionary() -> FactDictionary {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let unit = "times".to_owned();
        FactDictionary::new(vec![
            fact("b", FactKind::Bool),
            fact("n", FactKind::Integer { min: -3, max: 20, unit: unit.clone() }),
            fact("w", FactKind::Integer { min: 0, max: 1_000_000, unit: unit.clone() }),
            fact("all", FactKind::Integer { min: i64::MIN, max: i64::MAX, unit }),
            fact("g", FactKind::Ordinal(names(&["none", "low", "high"]))),
            fact("many", FactKind::Enum((0..300).map(|value| format!("v{value}")).collect())),
        ])
        .unwrap()
    }

    #[test]
    fn every_value_comes_back_from_its_code() {
        for (_, fact) in dictionary().iter().filter(|(_, fact)| fact.is_coded()) {
            let count = u8::try_from(fact.value_count()).unwrap();
            for code in 1..=count {
                let value = fact.value_of_code(code).unwrap();
                assert_eq!(fact.code_of(value), Some(code), "{}", fact.id);
            }
            assert_eq!(fact.value_of_code(NOT_KNOWN), None);
            assert_eq!(fact.value_of_code(count + 1), None, "{}", fact.id);
        }
    }

    #[test]
    fn rows_are_sheets_and_sheets_are_rows() {
        let dictionary = dictionary();
        let values = [
            FactValue::Bool(false),
            FactValue::Integer(-3),
            FactValue::Integer(999_999),
            FactValue::Integer(i64::MIN),
            FactValue::Rank(2),
            FactValue::Rank(299),
        ];
        let mut sheets = vec![FactSheet::unknown(&dictionary)];
        for (index, value) in (0u16..).zip(values) {
            let mut sheet = sheets.last().unwrap().clone();
            sheet.set(Slot(index), Some(value));
            sheets.push(sheet);
        }
        let columns = FactColumns::of_sheets(&dictionary, sheets.iter()).unwrap();
        assert_eq!(columns.rows(), 7);
        for (row, sheet) in sheets.iter().enumerate() {
            assert_eq!(&columns.sheet(&dictionary, row), sheet);
        }
    }

    #[test]
    fn rows_are_forgotten_and_cut_off() {
        let dictionary = dictionary();
        let mut sheet = FactSheet::unknown(&dictionary);
        sheet.set(Slot(0), Some(FactValue::Bool(true)));
        sheet.set(Slot(2), Some(FactValue::Integer(7)));
        let mut columns = FactColumns::of_sheets(&dictionary, [&sheet, &sheet, &sheet].into_iter()).unwrap();
        columns.forget(1);
        columns.truncate(2);
        assert_eq!(columns.rows(), 2);
        assert_eq!(columns.sheet(&dictionary, 0), sheet);
        assert_eq!(columns.sheet(&dictionary, 1), FactSheet::unknown(&dictionary));
        assert!(columns.set_code(1, Slot(0), 2));
        assert!(!columns.set_code(2, Slot(0), 2) && !columns.set_code(1, Slot(2), 2));
    }

    #[test]
    fn a_value_out_of_range_has_no_row() {
        let dictionary = dictionary();
        for (slot, value) in [
            (Slot(1), FactValue::Integer(21)),
            (Slot(2), FactValue::Integer(-1)),
            (Slot(4), FactValue::Rank(3)),
            (Slot(0), FactValue::Integer(1)),
            (Slot(2), FactValue::Bool(true)),
        ] {
            let mut sheet = FactSheet::unknown(&dictionary);
            sheet.set(slot, Some(value));
            let good = FactSheet::unknown(&dictionary);
            assert_eq!(FactColumns::of_sheets(&dictionary, [&good, &sheet].into_iter()), Err(1));
        }
    }
}
