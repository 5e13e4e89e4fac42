//! One place moved to a value, as a person writes it.

use std::{fmt, str::FromStr};

use serde_json::Value;

use super::{
    ExplorationError,
    knob::{Knob, Span},
};

/// Most places moved at once.
pub const MOST_CHANGES: usize = 24;

/// A place and its value: a number, a word, or true or false.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Place of a figure, `contacts`, or `threshold.NAME`.
    pub place: String,
    /// The value.
    pub value: Value,
}

impl Change {
    /// The value as a person writes it: `6`, `0.3`, `high`, `true`.
    #[must_use]
    pub fn value_of(text: &str) -> Value {
        let text = text.trim();
        match text {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            _ => match text.parse::<f64>() {
                Ok(number) if number.is_finite() => whole_or_not(number),
                _ => Value::from(text),
            },
        }
    }

    /// The value in letters.
    #[must_use]
    pub fn text(value: &Value) -> String {
        value.as_str().map_or_else(|| value.to_string(), str::to_owned)
    }
}

/// A whole number stays one.
fn whole_or_not(number: f64) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
    let whole = (number.fract() == 0.0 && number.abs() < 9e15).then(|| Value::from(number as i64));
    whole.unwrap_or_else(|| Value::from(number))
}

impl FromStr for Change {
    type Err = ExplorationError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            Some((place, value)) if !place.trim().is_empty() && !value.trim().is_empty() => {
                Ok(Self { place: place.trim().to_owned(), value: Self::value_of(value) })
            }
            _ => Err(ExplorationError::Form(text.to_owned())),
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}", self.place, Self::text(&self.value))
    }
}

/// Looks whether every change is one that can be made.
///
/// # Errors
/// [`ExplorationError`]: no such place, a value that it cannot have, a place given twice, or too many.
pub fn check(knobs: &[Knob], changes: &[Change]) -> Result<(), ExplorationError> {
    if changes.len() > MOST_CHANGES {
        return Err(ExplorationError::TooMany(changes.len()));
    }
    for (at, change) in changes.iter().enumerate() {
        let Some(knob) = knobs.iter().find(|knob| knob.place == change.place) else {
            let known = knobs.iter().map(|knob| knob.place.as_str());
            let near = mash_rules::error::nearest(&change.place, known.collect::<Vec<_>>());
            return Err(ExplorationError::NoSuchPlace {
                place: change.place.clone(),
                mend: near.map_or_else(
                    || "take a place from the list of what can be moved".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                ),
            });
        };
        if changes.iter().take(at).any(|other| other.place == change.place) {
            return Err(ExplorationError::Twice(change.place.clone()));
        }
        if !fits(&knob.span, &change.value) {
            return Err(ExplorationError::Value {
                place: change.place.clone(),
                value: Change::text(&change.value),
                mend: mend(&knob.span),
            });
        }
    }
    Ok(())
}

fn fits(span: &Span, value: &Value) -> bool {
    match (span, value) {
        (Span::Numbers { low, high, whole, .. }, Value::Number(number)) => {
            let number = number.as_f64().unwrap_or(f64::NAN);
            *low <= number && number <= *high && (!whole || number.fract() == 0.0)
        }
        (Span::Words(words), Value::String(word)) => words.contains(word),
        (Span::Switch, Value::Bool(_)) => true,
        _ => false,
    }
}

fn mend(span: &Span) -> String {
    match span {
        Span::Numbers { low, high, whole: true, .. } => format!("a whole number from {low} to {high}"),
        Span::Numbers { low, high, .. } => format!("a number from {low} to {high}"),
        Span::Words(words) => format!("one of {}", words.join(", ")),
        Span::Switch => "true or false".to_owned(),
    }
}
