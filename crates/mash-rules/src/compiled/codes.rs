//! A fact sheet as codes: what the tables of a program are looked up by.

use mash_model::{FactDictionary, FactKind, FactSheet, FactValue, Slot};

use crate::program::{Coding, Program, stretch_of, value_codes};

/// How one fact's values become codes.
#[derive(Debug, Clone)]
enum Encoder {
    Bool,
    /// Least value, and how many there are.
    Integer {
        min: i64,
        values: u64,
    },
    /// How many values an ordinal or enum has.
    Rank {
        values: u16,
    },
    /// Range, and first value of each stretch.
    Stretches {
        min: i64,
        max: i64,
        firsts: Vec<i64>,
    },
}

/// Turns fact sheets of one dictionary into codes.
#[derive(Debug, Clone)]
pub(super) struct Encoders(Vec<Encoder>);

impl Encoders {
    pub(super) fn new(dictionary: &FactDictionary, program: &Program) -> Self {
        let encoder = |slot: Slot, kind: &FactKind| match (kind, program.coding(slot)) {
            (FactKind::Integer { min, max, .. }, Coding::Stretches(firsts)) => {
                Encoder::Stretches { min: *min, max: *max, firsts: firsts.clone() }
            }
            (FactKind::Integer { min, .. }, Coding::Values) => {
                Encoder::Integer { min: *min, values: value_codes(kind) as u64 - 1 }
            }
            (FactKind::Bool, _) => Encoder::Bool,
            (FactKind::Ordinal(values) | FactKind::Enum(values), _) => {
                Encoder::Rank { values: u16::try_from(values.len()).unwrap_or(u16::MAX) }
            }
        };
        Self(dictionary.iter().map(|(slot, fact)| encoder(slot, &fact.kind)).collect())
    }

    /// Calls `each` with the slot and code of every fact known; `false` at the first value that its fact does not admit.
    #[inline]
    pub(super) fn known(&self, sheet: &FactSheet, mut each: impl FnMut(usize, usize)) -> bool {
        for (slot, (encoder, value)) in self.0.iter().zip(sheet.values()).enumerate() {
            let Some(value) = value else { continue };
            let Some(code) = encoder.code(*value) else { return false };
            each(slot, code);
        }
        true
    }
}

impl Encoder {
    #[inline]
    fn code(&self, value: FactValue) -> Option<usize> {
        match (self, value) {
            (Encoder::Bool, FactValue::Bool(value)) => Some(1 + usize::from(value)),
            (Encoder::Rank { values }, FactValue::Rank(rank)) => {
                (rank < *values).then_some(1 + usize::from(rank))
            }
            (Encoder::Integer { min, values }, FactValue::Integer(number)) => {
                let position = u64::try_from(number.checked_sub(*min)?).ok()?;
                (position < *values).then(|| usize::try_from(position + 1).ok())?
            }
            (Encoder::Stretches { min, max, firsts }, FactValue::Integer(number)) => {
                (min..=max).contains(&&number).then(|| stretch_of(firsts, number))
            }
            _ => None,
        }
    }
}
