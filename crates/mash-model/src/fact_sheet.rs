//! What is known about one child at one moment: a value, or not known, for every slot of a dictionary.

use crate::fact::{Constraint, FactDictionary, FactValue, Slot};

/// One row of facts by slot. `None` is *not known*: neither false nor zero.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FactSheet {
    values: Vec<Option<FactValue>>,
}

impl FactSheet {
    /// A sheet on which nothing is known.
    #[must_use]
    pub fn unknown(dictionary: &FactDictionary) -> Self {
        Self { values: vec![None; dictionary.len()] }
    }

    /// A sheet on which every fact that has an *absent* value is asked and absent.
    #[must_use]
    pub fn absent(dictionary: &FactDictionary) -> Self {
        Self { values: dictionary.iter().map(|(_, fact)| fact.absent).collect() }
    }

    /// The value in a slot; `None` when not known.
    #[must_use]
    #[inline]
    pub fn get(&self, slot: Slot) -> Option<FactValue> {
        self.values.get(slot.index()).copied().flatten()
    }

    /// Sets or forgets a value; a slot outside the sheet is left alone.
    #[inline]
    pub fn set(&mut self, slot: Slot, value: Option<FactValue>) {
        if let Some(place) = self.values.get_mut(slot.index()) {
            *place = value;
        }
    }

    /// Known facts, in dictionary order.
    #[inline]
    pub fn known(&self) -> impl Iterator<Item = (Slot, FactValue)> + '_ {
        (0u16..).map(Slot).zip(&self.values).filter_map(|(slot, value)| value.map(|value| (slot, value)))
    }

    /// Every slot's value in order; `None` is not known.
    #[must_use]
    #[inline]
    pub fn values(&self) -> &[Option<FactValue>] {
        &self.values
    }

    /// Number of slots, known or not.
    #[must_use]
    #[inline]
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Has the sheet no slots?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The first constraint that the known facts break.
    #[must_use]
    pub fn broken_constraint<'d>(&self, dictionary: &'d FactDictionary) -> Option<&'d Constraint> {
        let among = |(slot, allowed): &(Slot, Vec<FactValue>)| self.get(*slot).map(|v| allowed.contains(&v));
        dictionary.constraints().iter().find(|constraint| {
            constraint.when.iter().all(|atom| among(atom) == Some(true))
                && constraint.then.iter().any(|atom| among(atom) == Some(false))
        })
    }

    /// The first known value that its fact does not admit.
    #[must_use]
    pub fn inadmissible(&self, dictionary: &FactDictionary) -> Option<(Slot, FactValue)> {
        self.known().find(|(slot, value)| dictionary.get(*slot).is_none_or(|fact| !fact.admits(*value)))
    }
}
