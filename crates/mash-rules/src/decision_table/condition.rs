//! What a condition cell asks of its fact: read from text, written as Rhai, and as the set of values it admits.
//!
//! | cell | asks |
//! |---|---|
//! | empty or `-` | nothing |
//! | `severe` | this value |
//! | `low \| medium` | one of these values |
//! | `!= none` | any other value |
//! | `>= 3`, `> 3`, `<= 3`, `< 3` | a number, or an ordinal in the dictionary's order |
//! | `3..7` | from the first to the last, both included |
//! | `known`, `not known` | whether anybody has said |
//!
//! `threshold::name` may stand for a value anywhere.

use std::collections::BTreeMap;

use mash_model::{FactDefinition, FactKind, FactValue, ThresholdId};

use super::{
    escape::quoted,
    value_set::{ValueSet, number_of},
};
use crate::{
    error::{FindingKind, nearest},
    facts::value_of_text,
    thresholds::ThresholdValue,
};

/// What a cell asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Condition {
    Any,
    Known,
    NotKnown,
    OneOf(Vec<Operand>),
    Not(Operand),
    Compare(Order, Operand),
    Between(Operand, Operand),
}

/// A value of the fact, or the threshold that holds one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Operand {
    Value(FactValue),
    Threshold(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    AtLeast,
    Above,
    AtMost,
    Below,
}

/// What is wrong with a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) kind: FindingKind,
    pub(super) message: String,
    pub(super) mend: String,
}

impl Problem {
    pub(super) fn new(kind: FindingKind, message: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { kind, message: message.into(), mend: mend.into() }
    }

    /// A name that does not exist, with the nearest that does, or all of them where they are few.
    pub(super) fn unknown<'n>(
        message: impl Into<String>,
        written: &str,
        names: impl IntoIterator<Item = &'n str>,
    ) -> Self {
        let names: Vec<&str> = names.into_iter().collect();
        let mend = match nearest(written, names.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if names.len() <= 12 => format!("one of {}", names.join(", ")),
            None => "see the manifest, or the list of agencies".to_owned(),
        };
        Self::new(FindingKind::UnknownName, message, mend)
    }
}

/// Comparisons as they are written; the longer first.
const ORDERS: [(&str, Order); 6] = [
    (">=", Order::AtLeast),
    ("≥", Order::AtLeast),
    ("<=", Order::AtMost),
    ("≤", Order::AtMost),
    (">", Order::Above),
    ("<", Order::Below),
];

impl Condition {
    /// Reads a cell.
    pub(super) fn read(cell: &str, fact: &FactDefinition) -> Result<Self, Problem> {
        // A value that looks like a comparison, such as the age band `<1`, is the value.
        if let Some(rank) = fact.rank_of(cell) {
            return Ok(Self::OneOf(vec![Operand::Value(FactValue::Rank(rank))]));
        }
        match cell {
            // Word processors make a dash of a hyphen.
            "" | "-" | "–" | "—" => return Ok(Self::Any),
            "known" => return Ok(Self::Known),
            "not known" => return Ok(Self::NotKnown),
            _ => {}
        }
        let operand = |text: &str| Operand::read(text.trim(), fact);
        if cell.contains('|') {
            let values: Result<Vec<Operand>, Problem> = cell.split('|').map(operand).collect();
            return values.map(Self::OneOf);
        }
        if let Some(rest) = cell.strip_prefix("!=").or_else(|| cell.strip_prefix('≠')) {
            return operand(rest).map(Self::Not);
        }
        if let Some((order, rest)) =
            ORDERS.iter().find_map(|(sign, order)| cell.strip_prefix(sign).map(|rest| (*order, rest)))
        {
            in_order(cell, fact)?;
            let condition = Self::Compare(order, operand(rest)?);
            return condition.can_hold(cell, fact);
        }
        if let Some((from, to)) = cell.split_once("..") {
            in_order(cell, fact)?;
            let condition = Self::Between(operand(from)?, operand(to.trim_start_matches('='))?);
            return condition.can_hold(cell, fact);
        }
        operand(cell).map(|value| Self::OneOf(vec![value]))
    }

    /// A comparison of written values that no value of the fact meets is a slip.
    fn can_hold(self, cell: &str, fact: &FactDefinition) -> Result<Self, Problem> {
        let by_threshold = match &self {
            Self::Compare(_, operand) => operand.is_threshold(),
            Self::Between(from, to) => from.is_threshold() || to.is_threshold(),
            _ => true,
        };
        if by_threshold || !self.values(fact, &BTreeMap::new()).is_empty() {
            return Ok(self);
        }
        Err(Problem::new(
            FindingKind::OutsideRange,
            format!("no value of fact `{}` is `{cell}`", fact.id),
            format!("it is {}{}", fact.expected(), least_first(fact)),
        ))
    }

    /// The thresholds it names.
    pub(super) fn thresholds(&self) -> impl Iterator<Item = &str> {
        let operands: Vec<&Operand> = match self {
            Self::Any | Self::Known | Self::NotKnown => Vec::new(),
            Self::OneOf(values) => values.iter().collect(),
            Self::Not(value) | Self::Compare(_, value) => vec![value],
            Self::Between(from, to) => vec![from, to],
        };
        operands.into_iter().filter_map(|operand| match operand {
            Operand::Threshold(name) => Some(name.as_str()),
            Operand::Value(_) => None,
        })
    }

    /// The condition over `f` that asks the same; `None` where nothing is asked.
    pub(super) fn as_rhai(&self, fact: &FactDefinition) -> Option<String> {
        let read = format!("f.{}", fact.id);
        let text = |operand: &Operand| operand.as_rhai(fact);
        Some(match self {
            Self::Any => return None,
            Self::Known => format!("known({read})"),
            Self::NotKnown => format!("!known({read})"),
            Self::OneOf(values) => match values.as_slice() {
                [Operand::Value(FactValue::Bool(true))] => read,
                [Operand::Value(FactValue::Bool(false))] => format!("!{read}"),
                [value] => format!("{read} == {}", text(value)),
                values => {
                    let values: Vec<String> = values.iter().map(text).collect();
                    format!("{read} in [{}]", values.join(", "))
                }
            },
            Self::Not(value) => format!("{read} != {}", text(value)),
            Self::Compare(order, value) => compare(&read, *order, value, fact),
            Self::Between(from, to) => {
                let (low, high) =
                    (compare(&read, Order::AtLeast, from, fact), compare(&read, Order::AtMost, to, fact));
                format!("{low} && {high}")
            }
        })
    }

    /// The values of the fact that meet it, with these thresholds in force.
    pub(super) fn values(
        &self,
        fact: &FactDefinition,
        thresholds: &BTreeMap<ThresholdId, ThresholdValue>,
    ) -> ValueSet {
        let number = |operand: &Operand| operand.value(fact, thresholds).map(number_of);
        let known = ValueSet::known(fact);
        let within = |least: Option<i64>, most: Option<i64>| {
            // Nothing is beyond the last number there is.
            match (least, most) {
                (Some(least), Some(most)) => ValueSet::between(least, most).intersection(&known),
                _ => ValueSet::between(1, 0),
            }
        };
        match self {
            Self::Any => ValueSet::any(fact),
            Self::Known => known,
            Self::NotKnown => ValueSet::not_known(),
            Self::OneOf(values) => {
                ValueSet::of(values.iter().filter_map(|operand| operand.value(fact, thresholds)))
                    .intersection(&known)
            }
            Self::Not(value) => known.difference(&ValueSet::of(value.value(fact, thresholds))),
            Self::Compare(order, value) => {
                let bound = number(value);
                match order {
                    Order::AtLeast => within(bound, Some(i64::MAX)),
                    Order::Above => within(bound.and_then(|bound| bound.checked_add(1)), Some(i64::MAX)),
                    Order::AtMost => within(Some(i64::MIN), bound),
                    Order::Below => within(Some(i64::MIN), bound.and_then(|bound| bound.checked_sub(1))),
                }
            }
            Self::Between(from, to) => within(number(from), number(to)),
        }
    }
}

/// A comparison. An ordinal is compared by `reaches`, in the dictionary's order; plain Rhai would compare letters.
fn compare(read: &str, order: Order, value: &Operand, fact: &FactDefinition) -> String {
    let bound = value.as_rhai(fact);
    if matches!(fact.kind, FactKind::Integer { .. }) {
        let sign = match order {
            Order::AtLeast => ">=",
            Order::Above => ">",
            Order::AtMost => "<=",
            Order::Below => "<",
        };
        return format!("{read} {sign} {bound}");
    }
    match order {
        Order::AtLeast => format!("reaches({read}, {bound})"),
        Order::Above => format!("reaches({read}, {bound}) && {read} != {bound}"),
        Order::AtMost => format!("(!reaches({read}, {bound}) || {read} == {bound})"),
        Order::Below => format!("!reaches({read}, {bound})"),
    }
}

/// Only numbers and ordinals have an order.
fn in_order(cell: &str, fact: &FactDefinition) -> Result<(), Problem> {
    match fact.kind {
        FactKind::Integer { .. } | FactKind::Ordinal(_) => Ok(()),
        FactKind::Bool | FactKind::Enum(_) => Err(Problem::new(
            FindingKind::WrongType,
            format!("`{cell}` compares, and the values of fact `{}` have no order", fact.id),
            format!("it is {}", fact.expected()),
        )),
    }
}

fn least_first(fact: &FactDefinition) -> &'static str {
    if matches!(fact.kind, FactKind::Ordinal(_)) { ", least first" } else { "" }
}

impl Operand {
    fn read(text: &str, fact: &FactDefinition) -> Result<Self, Problem> {
        if let Some(name) = text.strip_prefix("threshold::") {
            if is_name(name) {
                return Ok(Self::Threshold(name.to_owned()));
            }
            return Err(Problem::new(
                FindingKind::TableCell,
                format!("`{text}` names no threshold"),
                "write threshold::name, with the name as thresholds.json has it",
            ));
        }
        let (text, integer) = (whole(text), matches!(fact.kind, FactKind::Integer { .. }));
        if let Ok(value) = value_of_text(fact, text) {
            return Ok(Self::Value(value));
        }
        let expected = format!("it is {}", fact.expected());
        Err(match text {
            "" => Problem::new(
                FindingKind::TableCell,
                "a value is missing",
                format!("{expected}; `-` is any of them"),
            ),
            _ if is_date(text) => Problem::new(
                FindingKind::WrongType,
                format!("fact `{}` is never the date `{text}`", fact.id),
                format!(
                    "{expected}; where Excel made a date of it, format the cell as Text and type it again"
                ),
            ),
            _ if integer && text.parse::<i64>().is_ok() => Problem::new(
                FindingKind::OutsideRange,
                format!("{text} is outside the range of fact `{}`", fact.id),
                expected,
            ),
            _ if !fact.value_names().is_empty() => Problem::new(
                FindingKind::OutsideRange,
                format!("`{text}` is not a value of fact `{}`", fact.id),
                match nearest(text, fact.value_names().iter().map(String::as_str)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => expected,
                },
            ),
            _ => Problem::new(
                FindingKind::WrongType,
                format!("fact `{}` is never `{text}`", fact.id),
                expected,
            ),
        })
    }

    fn is_threshold(&self) -> bool {
        matches!(self, Self::Threshold(_))
    }

    fn as_rhai(&self, fact: &FactDefinition) -> String {
        match self {
            Self::Threshold(name) => format!("threshold::{name}"),
            Self::Value(value @ FactValue::Rank(_)) => quoted(&fact.text_of(*value)),
            Self::Value(value) => fact.text_of(*value),
        }
    }

    /// The value it stands for; none for a threshold that does not exist or is of another type, which the checker reports.
    fn value(
        &self,
        fact: &FactDefinition,
        thresholds: &BTreeMap<ThresholdId, ThresholdValue>,
    ) -> Option<FactValue> {
        match self {
            Self::Value(value) => Some(*value),
            Self::Threshold(name) => match (thresholds.get(name.as_str())?, &fact.kind) {
                (ThresholdValue::Bool(value), FactKind::Bool) => Some(FactValue::Bool(*value)),
                (ThresholdValue::Integer(value), FactKind::Integer { .. }) => {
                    Some(FactValue::Integer(*value))
                }
                (ThresholdValue::Grade(grade), _) => fact.rank_of(grade).map(FactValue::Rank),
                _ => None,
            },
        }
    }
}

/// A whole number as a spreadsheet may have stored it, `3.0`, as `3`.
fn whole(text: &str) -> &str {
    match text.split_once('.') {
        Some((number, zeros)) if !zeros.is_empty() && zeros.chars().all(|digit| digit == '0') => number,
        _ => text,
    }
}

/// May it be written in a rule as a name?
pub(super) fn is_name(text: &str) -> bool {
    text.chars().next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && text.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

/// Is it a date or time of day as a spreadsheet writes one: `05-Sep`, `Oct-15`, `2026-09-05`, `05/09/2026`, `01:30`?
pub(super) fn is_date(text: &str) -> bool {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let digits = |part: &str| !part.is_empty() && part.len() <= 4 && part.chars().all(|c| c.is_ascii_digit());
    let month = |part: &str| MONTHS.contains(&part.to_ascii_lowercase().as_str());
    let day = text.split([' ', 'T']).next().unwrap_or("");
    match day.split(['-', '/']).collect::<Vec<_>>().as_slice() {
        [a, b] => (month(a) && digits(b)) || (digits(a) && month(b)),
        [a, b, c] => digits(a) && (digits(b) || month(b)) && digits(c) && a.len().max(c.len()) >= 2,
        _ => day.split_once(':').is_some_and(|(hour, rest)| digits(hour) && rest.split(':').all(digits)),
    }
}
