//! What a condition cell asks of its fact: read from text, written as Rhai, and as the set of values it admits.
//!
//! | cell | asks |
//! |---|---|
//! | empty or `-` | nothing |
//! | `severe` | this value |
//! | `!= none` | any other value |
//! | `>= 3`, `> 3`, `<= 3`, `< 3` | a number, or an ordinal in the dictionary's order |
//! | `3..7` | from the first to the last, both included |
//! | `known`, `not known` | whether anybody has said |
//! | `low \| medium`, `<= 2 \| 5`, `true \| not known` | any one of these |
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

/// What a cell asks: any one of these; nothing when there are none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Condition(Vec<Test>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Test {
    Is(Operand),
    Not(Operand),
    Compare(Order, Operand),
    Between(Operand, Operand),
    Known,
    NotKnown,
}

/// A value of the fact, or the threshold that holds one.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Operand {
    Value(FactValue),
    Threshold(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
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
        match cell {
            // Word processors make a dash of a hyphen.
            "" | "-" | "–" | "—" => Ok(Self(Vec::new())),
            _ if !cell.contains('|') => Ok(Self(vec![Test::read(cell, fact)?])),
            _ => {
                let tests: Result<Vec<Test>, Problem> =
                    cell.split('|').map(|text| Test::read(text.trim(), fact)).collect();
                let tests = tests?;
                if tests.iter().any(|test| matches!(test, Test::Not(_))) {
                    return Err(Problem::new(
                        FindingKind::TableCell,
                        format!("`{cell}` has `!=` in a list"),
                        "list the values that are meant",
                    ));
                }
                Ok(Self(tests))
            }
        }
    }

    /// The thresholds it names.
    pub(super) fn thresholds(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flat_map(Test::operands).filter_map(|operand| match operand {
            Operand::Threshold(name) => Some(name.as_str()),
            Operand::Value(_) => None,
        })
    }

    /// The condition over `f` that asks the same; `None` where nothing is asked.
    pub(super) fn as_rhai(&self, fact: &FactDefinition) -> Option<String> {
        let read = format!("f.{}", fact.id);
        let values: Vec<&Operand> = self
            .0
            .iter()
            .filter_map(|test| match test {
                Test::Is(value) => Some(value),
                _ => None,
            })
            .collect();
        let mut asked = Vec::new();
        match values.as_slice() {
            [] => {}
            [Operand::Value(FactValue::Bool(true))] => asked.push(read.clone()),
            [Operand::Value(FactValue::Bool(false))] => asked.push(format!("!{read}")),
            [value] => asked.push(format!("{read} == {}", value.as_rhai(fact))),
            values => {
                let values: Vec<String> = values.iter().map(|value| value.as_rhai(fact)).collect();
                asked.push(format!("{read} in [{}]", values.join(", ")));
            }
        }
        asked.extend(self.0.iter().filter_map(|test| test.as_rhai(&read, fact)));
        match asked.as_slice() {
            [] => None,
            [one] => Some(one.clone()),
            several => {
                let both = |text: &String| text.contains(" && ");
                let several = several
                    .iter()
                    .map(|text| if both(text) { format!("({text})") } else { text.clone() })
                    .collect::<Vec<_>>();
                Some(format!("({})", several.join(" || ")))
            }
        }
    }

    /// The values of the fact that meet it, with these thresholds in force.
    pub(super) fn values(
        &self,
        fact: &FactDefinition,
        thresholds: &BTreeMap<ThresholdId, ThresholdValue>,
    ) -> ValueSet {
        if self.0.is_empty() {
            return ValueSet::any(fact);
        }
        let nothing = ValueSet::of([]);
        self.0.iter().fold(nothing, |set, test| set.union(&test.values(fact, thresholds)))
    }
}

impl Test {
    fn read(text: &str, fact: &FactDefinition) -> Result<Self, Problem> {
        // A value that looks like a comparison, such as the age band `<1`, is the value.
        if let Some(rank) = fact.rank_of(text) {
            return Ok(Self::Is(Operand::Value(FactValue::Rank(rank))));
        }
        let operand = |text: &str| Operand::read(text.trim(), fact);
        let order =
            ORDERS.iter().find_map(|(sign, order)| text.strip_prefix(sign).map(|rest| (*order, rest)));
        let test = match (text, order, text.split_once("..")) {
            ("known", ..) => return Ok(Self::Known),
            ("not known", ..) => return Ok(Self::NotKnown),
            (_, Some((order, rest)), _) => {
                has_order(text, fact)?;
                Self::Compare(order, operand(rest)?)
            }
            (_, None, Some((from, to))) => {
                has_order(text, fact)?;
                Self::Between(operand(from)?, operand(to.trim_start_matches('='))?)
            }
            (_, None, None) => match text.strip_prefix("!=").or_else(|| text.strip_prefix('≠')) {
                Some(rest) => Self::Not(operand(rest)?),
                None => Self::Is(operand(text)?),
            },
        };
        // What no value of the fact can meet is a slip, unless it is for a threshold to say.
        let by_threshold = test.operands().any(|operand| matches!(operand, Operand::Threshold(_)));
        if by_threshold || !test.values(fact, &BTreeMap::new()).is_empty() {
            return Ok(test);
        }
        let least_first = if matches!(fact.kind, FactKind::Ordinal(_)) { ", least first" } else { "" };
        Err(Problem::new(
            FindingKind::OutsideRange,
            format!("no value of fact `{}` is `{text}`", fact.id),
            format!("it is {}{least_first}", fact.expected()),
        ))
    }

    fn operands(&self) -> impl Iterator<Item = &Operand> {
        let (first, second) = match self {
            Self::Known | Self::NotKnown => (None, None),
            Self::Is(value) | Self::Not(value) | Self::Compare(_, value) => (Some(value), None),
            Self::Between(from, to) => (Some(from), Some(to)),
        };
        first.into_iter().chain(second)
    }

    /// The test of what `read` reads; none for a value, which is written with the others of its list.
    fn as_rhai(&self, read: &str, fact: &FactDefinition) -> Option<String> {
        Some(match self {
            Self::Is(_) => return None,
            Self::Not(value) => format!("{read} != {}", value.as_rhai(fact)),
            Self::Compare(order, value) => compare(read, *order, value, fact),
            Self::Between(from, to) => {
                let (low, high) =
                    (compare(read, Order::AtLeast, from, fact), compare(read, Order::AtMost, to, fact));
                format!("{low} && {high}")
            }
            Self::Known => format!("known({read})"),
            Self::NotKnown => format!("!known({read})"),
        })
    }

    fn values(&self, fact: &FactDefinition, thresholds: &BTreeMap<ThresholdId, ThresholdValue>) -> ValueSet {
        let value = |operand: &Operand| operand.value(fact, thresholds);
        let number = |operand: &Operand| value(operand).map(number_of);
        // Nothing is beyond the last number there is, or beside a threshold that does not exist.
        let between = |least: Option<i64>, most: Option<i64>| match (least, most) {
            (Some(least), Some(most)) => ValueSet::between(least, most),
            _ => ValueSet::of([]),
        };
        let (first, last) = (Some(i64::MIN), Some(i64::MAX));
        let known = ValueSet::known(fact);
        let asked = match self {
            Self::NotKnown => return ValueSet::not_known(),
            Self::Known => return known,
            Self::Is(operand) => ValueSet::of(value(operand)),
            Self::Not(operand) => known.difference(&ValueSet::of(value(operand))),
            Self::Between(from, to) => between(number(from), number(to)),
            Self::Compare(Order::AtLeast, bound) => between(number(bound), last),
            Self::Compare(Order::Above, bound) => between(number(bound).and_then(|n| n.checked_add(1)), last),
            Self::Compare(Order::AtMost, bound) => between(first, number(bound)),
            Self::Compare(Order::Below, bound) => {
                between(first, number(bound).and_then(|n| n.checked_sub(1)))
            }
        };
        asked.intersection(&known)
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
fn has_order(test: &str, fact: &FactDefinition) -> Result<(), Problem> {
    match fact.kind {
        FactKind::Integer { .. } | FactKind::Ordinal(_) => Ok(()),
        FactKind::Bool | FactKind::Enum(_) => Err(Problem::new(
            FindingKind::WrongType,
            format!("`{test}` compares, and the values of fact `{}` have no order", fact.id),
            format!("it is {}", fact.expected()),
        )),
    }
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
