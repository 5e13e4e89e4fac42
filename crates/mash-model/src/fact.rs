//! The fact dictionary: the closed list of what a rule may read.
//!
//! A fact has a type, a direction (is more of it a risk?), a plain question, the agencies that typically hold it and
//! a source. At run time a fact is a [`Slot`] number; names are for people and files.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Agency, FactId};

/// Position of a fact in its dictionary. Facts are columns by slot at run time, never a map by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(pub u16);

impl Slot {
    /// The slot as an index into a row of values.
    #[must_use]
    #[inline]
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// What values a fact may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FactKind {
    /// True or false.
    Bool,
    /// A whole number within `min..=max`.
    Integer {
        /// Least value allowed.
        min: i64,
        /// Greatest value allowed.
        max: i64,
        /// What is counted, for example `incidents`.
        unit: String,
    },
    /// One of the values, least first.
    Ordinal(Vec<String>),
    /// One of the values, in no order.
    Enum(Vec<String>),
}

/// Whether more of a fact is a risk, a protection, or neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// More of it is worse for the child.
    Risk,
    /// More of it is better for the child.
    Protective,
    /// Context: says nothing by itself.
    Neither,
}

/// One settled value of a fact. Not known is `Option::None` around it, never a value in here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FactValue {
    /// Of a [`FactKind::Bool`].
    Bool(bool),
    /// Of a [`FactKind::Integer`].
    Integer(i64),
    /// Index into the values of a [`FactKind::Ordinal`] or [`FactKind::Enum`].
    Rank(u16),
}

/// One fact of the dictionary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactDefinition {
    /// Name in rules and files.
    pub id: FactId,
    /// Theme, for example `domestic_abuse`.
    pub group: String,
    /// Values it may take.
    pub kind: FactKind,
    /// Whether more is a risk.
    pub direction: Direction,
    /// The question a practitioner would ask.
    pub question: String,
    /// Who typically holds it.
    pub agencies: Vec<Agency>,
    /// Keys of the documents it was read in.
    pub source: Vec<String>,
    /// `verified` (read in a document) or `synthesised` (our addition).
    pub mark: String,
    /// The value that means *asked and absent*, where there is one.
    pub absent: Option<FactValue>,
}

impl FactDefinition {
    /// The value as it is written in files and read by rules.
    #[must_use]
    pub fn text_of(&self, value: FactValue) -> String {
        match (value, &self.kind) {
            (FactValue::Bool(value), _) => value.to_string(),
            (FactValue::Integer(value), _) => value.to_string(),
            (FactValue::Rank(rank), FactKind::Ordinal(values) | FactKind::Enum(values)) => {
                values.get(usize::from(rank)).cloned().unwrap_or_else(|| format!("#{rank}"))
            }
            (FactValue::Rank(rank), FactKind::Bool | FactKind::Integer { .. }) => format!("#{rank}"),
        }
    }

    /// Names of the values of an ordinal or enum; empty for other kinds.
    #[must_use]
    pub fn value_names(&self) -> &[String] {
        match &self.kind {
            FactKind::Ordinal(values) | FactKind::Enum(values) => values,
            FactKind::Bool | FactKind::Integer { .. } => &[],
        }
    }

    /// Rank of a value's name, for an ordinal or enum.
    #[must_use]
    pub fn rank_of(&self, name: &str) -> Option<u16> {
        self.value_names().iter().position(|value| value == name).and_then(|rank| u16::try_from(rank).ok())
    }

    /// Does the value belong to this fact's kind and range?
    #[must_use]
    #[inline]
    pub fn admits(&self, value: FactValue) -> bool {
        match (value, &self.kind) {
            (FactValue::Bool(_), FactKind::Bool) => true,
            (FactValue::Integer(value), FactKind::Integer { min, max, .. }) => (*min..=*max).contains(&value),
            (FactValue::Rank(rank), FactKind::Ordinal(values) | FactKind::Enum(values)) => {
                usize::from(rank) < values.len()
            }
            (FactValue::Bool(_) | FactValue::Integer(_) | FactValue::Rank(_), _) => false,
        }
    }

    /// The values it may take, in words.
    #[must_use]
    pub fn expected(&self) -> String {
        match &self.kind {
            FactKind::Bool => "true or false".to_owned(),
            FactKind::Integer { min, max, unit } => format!("a whole number of {unit} from {min} to {max}"),
            FactKind::Ordinal(values) | FactKind::Enum(values) => {
                let quoted: Vec<String> = values.iter().map(|value| format!("\"{value}\"")).collect();
                format!("one of {}", quoted.join(", "))
            }
        }
    }
}

/// If every fact of `when` has one of its values, every known fact of `then` must have one of its.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Constraint {
    /// Name, for messages.
    pub id: String,
    /// All must hold for the constraint to bind.
    pub when: Vec<(Slot, Vec<FactValue>)>,
    /// All must hold then.
    pub then: Vec<(Slot, Vec<FactValue>)>,
    /// Where it comes from.
    pub source: String,
}

/// The facts a pack's rules may read, in order, with the constraints between them.
#[derive(Debug, Clone, Default)]
pub struct FactDictionary {
    facts: Vec<FactDefinition>,
    by_id: BTreeMap<FactId, Slot>,
    constraints: Vec<Constraint>,
}

impl FactDictionary {
    /// A dictionary of these facts, in this order.
    ///
    /// # Errors
    /// [`DuplicateFactError`] names the first id that stands twice, or the fact past slot 65,535.
    pub fn new(facts: Vec<FactDefinition>) -> Result<Self, DuplicateFactError> {
        let mut by_id = BTreeMap::new();
        for (index, fact) in facts.iter().enumerate() {
            let slot = u16::try_from(index).map_err(|_| DuplicateFactError { fact: fact.id.clone() })?;
            // INVARIANT: a slot in `by_id` is an index into `facts`.
            if by_id.insert(fact.id.clone(), Slot(slot)).is_some() {
                return Err(DuplicateFactError { fact: fact.id.clone() });
            }
        }
        Ok(Self { facts, by_id, constraints: Vec::new() })
    }

    /// The same dictionary with these constraints.
    #[must_use]
    pub fn with_constraints(mut self, constraints: Vec<Constraint>) -> Self {
        self.constraints = constraints;
        self
    }

    /// Number of facts.
    #[must_use]
    pub fn len(&self) -> usize {
        self.facts.len()
    }

    /// Are there none?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty()
    }

    /// The slot of a fact.
    #[must_use]
    pub fn slot(&self, id: &str) -> Option<Slot> {
        self.by_id.get(id).copied()
    }

    /// The fact in a slot.
    #[must_use]
    #[inline]
    pub fn get(&self, slot: Slot) -> Option<&FactDefinition> {
        self.facts.get(slot.index())
    }

    /// The fact of this id, with its slot.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<(Slot, &FactDefinition)> {
        let slot = self.slot(id)?;
        self.get(slot).map(|fact| (slot, fact))
    }

    /// Facts with their slots, in dictionary order.
    pub fn iter(&self) -> impl Iterator<Item = (Slot, &FactDefinition)> {
        (0u16..).map(Slot).zip(&self.facts)
    }

    /// Constraints between facts.
    #[must_use]
    pub fn constraints(&self) -> &[Constraint] {
        &self.constraints
    }
}

/// Two facts share an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("fact `{fact}` is defined twice")]
pub struct DuplicateFactError {
    /// The id that stands twice.
    pub fact: FactId,
}
