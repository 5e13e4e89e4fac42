//! Which values of one fact a cell admits: the sets that overlaps and gaps are computed with.

use mash_model::{FactDefinition, FactKind, FactValue};

/// A set of values of one fact, with or without *not known*.
///
/// Settled values are numbers here: `false` 0 and `true` 1, the rank of an ordinal's or enum's value, an integer itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ValueSet {
    not_known: bool,
    // INVARIANT: in order, disjoint, none empty, no two that touch.
    spans: Vec<(i64, i64)>,
}

impl ValueSet {
    /// Every value, and not known.
    #[must_use]
    pub fn any(fact: &FactDefinition) -> Self {
        Self { not_known: true, ..Self::known(fact) }
    }

    /// Every value.
    #[must_use]
    pub fn known(fact: &FactDefinition) -> Self {
        let (least, most) = bounds(fact);
        Self::between(least, most)
    }

    /// Not known, and nothing else.
    #[must_use]
    pub fn not_known() -> Self {
        Self { not_known: true, spans: Vec::new() }
    }

    /// The numbers `least..=most`; empty when `least` is above `most`.
    #[must_use]
    pub fn between(least: i64, most: i64) -> Self {
        Self { not_known: false, spans: if least <= most { vec![(least, most)] } else { Vec::new() } }
    }

    /// These values.
    #[must_use]
    pub fn of(values: impl IntoIterator<Item = FactValue>) -> Self {
        values.into_iter().fold(Self::between(1, 0), |set, value| {
            let number = number_of(value);
            set.union(&Self::between(number, number))
        })
    }

    /// Does it hold nothing?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.not_known && self.spans.is_empty()
    }

    /// Does it hold this value, or not known when there is none?
    #[must_use]
    pub fn contains(&self, value: Option<FactValue>) -> bool {
        value.map_or(self.not_known, |value| {
            let number = number_of(value);
            self.spans.iter().any(|(least, most)| (*least..=*most).contains(&number))
        })
    }

    /// Is anything in both?
    #[must_use]
    pub fn meets(&self, other: &Self) -> bool {
        (self.not_known && other.not_known)
            || self.spans.iter().any(|(least, most)| other.spans.iter().any(|(l, m)| least <= m && l <= most))
    }

    /// What is in both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let spans = self
            .spans
            .iter()
            .flat_map(|(least, most)| other.spans.iter().map(move |(l, m)| (*least.max(l), *most.min(m))))
            .filter(|(least, most)| least <= most)
            .collect();
        Self { not_known: self.not_known && other.not_known, spans }
    }

    /// What is here and not in the other.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        let mut spans = Vec::new();
        for (least, most) in &self.spans {
            // Walks along the span, from one hole that the other leaves to the next.
            let mut from = Some(*least);
            for (l, m) in other.spans.iter().filter(|(l, m)| l <= most && m >= least) {
                if let Some(start) = from.filter(|start| start < l) {
                    spans.push((start, l - 1));
                }
                from = m.checked_add(1).filter(|next| next <= most);
            }
            spans.extend(from.map(|start| (start, *most)));
        }
        Self { not_known: self.not_known && !other.not_known, spans }
    }

    /// What is in either.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let mut all: Vec<(i64, i64)> = self.spans.iter().chain(&other.spans).copied().collect();
        all.sort_unstable();
        let mut spans: Vec<(i64, i64)> = Vec::new();
        for (least, most) in all {
            match spans.last_mut() {
                Some(last) if least <= last.1.saturating_add(1) => last.1 = last.1.max(most),
                _ => spans.push((least, most)),
            }
        }
        Self { not_known: self.not_known || other.not_known, spans }
    }

    /// The set as a cell of a table would state it: `3..7`, `>= medium`, `low | none | not known`.
    #[must_use]
    pub fn as_cell(&self, fact: &FactDefinition) -> String {
        let known = Self::known(fact);
        if *self == Self::any(fact) {
            return "-".to_owned();
        }
        let mut parts: Vec<String> = if self.spans == known.spans {
            vec!["known".to_owned()]
        } else {
            self.spans.iter().flat_map(|span| span_as_cell(*span, fact)).collect()
        };
        if self.not_known {
            parts.push("not known".to_owned());
        }
        parts.join(" | ")
    }
}

/// Least and greatest number of a fact's values.
fn bounds(fact: &FactDefinition) -> (i64, i64) {
    match &fact.kind {
        FactKind::Bool => (0, 1),
        FactKind::Integer { min, max, .. } => (*min, *max),
        FactKind::Ordinal(values) | FactKind::Enum(values) => {
            (0, i64::try_from(values.len()).unwrap_or(i64::MAX).saturating_sub(1))
        }
    }
}

/// The number that stands for a value.
pub(super) fn number_of(value: FactValue) -> i64 {
    match value {
        FactValue::Bool(value) => i64::from(value),
        FactValue::Integer(value) => value,
        FactValue::Rank(rank) => i64::from(rank),
    }
}

/// The value that a number stands for, as files write it.
fn text_of(fact: &FactDefinition, number: i64) -> String {
    let value = match &fact.kind {
        FactKind::Bool => FactValue::Bool(number != 0),
        FactKind::Integer { .. } => FactValue::Integer(number),
        FactKind::Ordinal(_) | FactKind::Enum(_) => {
            FactValue::Rank(u16::try_from(number).unwrap_or(u16::MAX))
        }
    };
    fact.text_of(value)
}

fn span_as_cell((least, most): (i64, i64), fact: &FactDefinition) -> Vec<String> {
    let (first, last) = bounds(fact);
    let text = |number| text_of(fact, number);
    let ordered = matches!(fact.kind, FactKind::Integer { .. } | FactKind::Ordinal(_));
    match () {
        () if least == most => vec![text(least)],
        () if ordered && most == last => vec![format!(">= {}", text(least))],
        () if ordered && least == first => vec![format!("<= {}", text(most))],
        () if ordered => vec![format!("{}..{}", text(least), text(most))],
        () => (least..=most).map(text).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(spans: &[(i64, i64)]) -> ValueSet {
        spans.iter().fold(ValueSet::between(1, 0), |set, (l, m)| set.union(&ValueSet::between(*l, *m)))
    }

    #[test]
    fn sets_of_spans_behave_as_sets_of_numbers() {
        let sets: Vec<ValueSet> = [
            &[][..],
            &[(0, 9)],
            &[(0, 0)],
            &[(9, 9)],
            &[(2, 4)],
            &[(0, 1), (5, 9)],
            &[(1, 3), (5, 5), (7, 8)],
            &[(i64::MIN, i64::MAX)],
        ]
        .iter()
        .map(|spans| set(spans))
        .collect();
        for a in &sets {
            for b in &sets {
                for number in [i64::MIN, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, i64::MAX] {
                    let holds = |set: &ValueSet| set.contains(Some(FactValue::Integer(number)));
                    assert_eq!(holds(&a.intersection(b)), holds(a) && holds(b), "{a:?} {b:?} {number}");
                    assert_eq!(holds(&a.difference(b)), holds(a) && !holds(b), "{a:?} {b:?} {number}");
                    assert_eq!(a.meets(b), !a.intersection(b).is_empty(), "{a:?} {b:?}");
                    assert_eq!(holds(&a.union(b)), holds(a) || holds(b), "{a:?} {b:?} {number}");
                }
                assert_eq!(a.union(b), b.union(a));
                assert_eq!(a.difference(b).union(&a.intersection(b)), *a);
            }
        }
    }
}
