//! A fact sheet as codes: what the tables of a program are looked up by.

use std::mem::{Discriminant, discriminant};

use mash_model::{FactDefinition, FactDictionary, FactKind, FactSheet, FactValue, Slot};

use crate::{
    program::{Coding, Program, stretch_of},
    rule_set::Bits,
};

/// How one fact's values become codes.
#[derive(Debug, Clone)]
struct Encoder {
    /// Of a value of the fact's kind.
    kind: Discriminant<FactValue>,
    /// Least value as a number.
    min: i64,
    /// How many values there are.
    values: u64,
    /// First value of each stretch, for a fact that is not coded by its values.
    stretches: Option<Vec<i64>>,
}

/// Turns fact sheets of one dictionary into codes.
#[derive(Debug, Clone)]
pub(super) struct Encoders(Vec<Encoder>);

impl Encoders {
    pub(super) fn new(dictionary: &FactDictionary, program: &Program) -> Self {
        let encoder = |slot: Slot, fact: &FactDefinition| {
            let (example, min) = match &fact.kind {
                FactKind::Bool => (FactValue::Bool(false), 0),
                FactKind::Integer { min, .. } => (FactValue::Integer(*min), *min),
                FactKind::Ordinal(_) | FactKind::Enum(_) => (FactValue::Rank(0), 0),
            };
            let stretches = match program.coding(slot) {
                Coding::Values => None,
                Coding::Stretches(firsts) => Some(firsts.clone()),
            };
            Encoder { kind: discriminant(&example), min, values: fact.value_count(), stretches }
        };
        Self(dictionary.iter().map(|(slot, fact)| encoder(slot, fact)).collect())
    }

    /// Calls `each` with the slot and code of every fact known; `false` at the first value that its fact does not admit.
    #[inline]
    pub(super) fn known(&self, sheet: &FactSheet, mut each: impl FnMut(usize, usize)) -> bool {
        // Which facts are known is gathered first, without a branch, so that the facts not known cost next to nothing.
        for (block, (encoders, values)) in self.0.chunks(64).zip(sheet.values().chunks(64)).enumerate() {
            let known = values.iter().rev().fold(0_u64, |bits, value| bits << 1 | u64::from(value.is_some()));
            for at in Bits(known) {
                let (Some(encoder), Some(Some(value))) = (encoders.get(at), values.get(at)) else {
                    return false;
                };
                let Some(code) = encoder.code(*value) else { return false };
                each(block * 64 + at, code);
            }
        }
        true
    }
}

impl Encoder {
    #[inline]
    fn code(&self, value: FactValue) -> Option<usize> {
        let number = match value {
            FactValue::Bool(value) => i64::from(value),
            FactValue::Integer(number) => number,
            FactValue::Rank(rank) => i64::from(rank),
        };
        // As an unsigned number a value below the least is far above the greatest.
        let position = u64::from_ne_bytes(number.wrapping_sub(self.min).to_ne_bytes());
        if discriminant(&value) != self.kind || position >= self.values {
            return None;
        }
        match &self.stretches {
            None => usize::try_from(position + 1).ok(),
            Some(firsts) => Some(stretch_of(firsts, number)),
        }
    }
}
