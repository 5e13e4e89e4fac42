//! One figure of a scenario set to another value, for sweeps, what-ifs and fits.

use serde_json::{Map, Value};

use super::{Scenario, ScenarioError, ScenarioLayer, check, shape};

/// Why a figure cannot be set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaryError {
    /// There is no such place.
    #[error("the scenario has no `{name}` in `{place}`; {mend}")]
    NoSuchPlace {
        /// The place asked for.
        place: String,
        /// The part of it that is not there.
        name: String,
        /// What was meant, or what there is.
        mend: String,
    },
    /// The place holds no number.
    #[error("`{place}` is {found}, not a number; name a figure below it")]
    NotANumber {
        /// The place asked for.
        place: String,
        /// What stands there.
        found: String,
    },
    /// The place holds something else than the value given.
    #[error("`{place}` is {found} and cannot be {given}; {mend}")]
    OtherKind {
        /// The place asked for.
        place: String,
        /// What stands there.
        found: String,
        /// What was given.
        given: String,
        /// What to give.
        mend: String,
    },
    /// The scenario is wrong with that value.
    #[error("`{place}` = {value}: {error}")]
    Wrong {
        /// The place.
        place: String,
        /// The value.
        value: String,
        /// What is wrong.
        error: ScenarioError,
    },
}

impl Scenario {
    /// The scenario with the number at `place` set to `value`, marked synthesised with the reason given.
    ///
    /// `place` names a figure as assumptions do (`front_door.workforce.agency_share`), or a number inside one
    /// (`front_door.screening.minutes.red`, `front_door.recontact.again.0`).
    ///
    /// # Errors
    /// [`VaryError`]: no such place, no number there, or a value with which the scenario is wrong.
    pub fn varied(&self, place: &str, value: f64, reason: &str) -> Result<Scenario, VaryError> {
        let mut whole = serde_json::to_value(&self.file).unwrap_or_default();
        let names: Vec<&str> = place.split('.').collect();
        set(&mut whole, &names, place, &number(value), reason)?;
        let layer = ScenarioLayer { file: String::new(), value: whole };
        let varied = check::from_layers(&[layer]).map_err(|error| VaryError::Wrong {
            place: place.to_owned(),
            value: value.to_string(),
            error,
        })?;
        Ok(Scenario { changes: self.changes.clone(), ..varied })
    }
}

/// A whole number stays one, so that places for whole numbers take it.
pub(super) fn number(value: f64) -> Value {
    let whole = value.fract() == 0.0 && value.abs() < 9e15;
    #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
    let number = if whole { Value::from(value as i64) } else { Value::from(value) };
    number
}

/// Sets the number, word or switch at `place` to another of its kind.
pub(super) fn set(
    at: &mut Value,
    names: &[&str],
    place: &str,
    value: &Value,
    reason: &str,
) -> Result<(), VaryError> {
    if is_figure(at)
        && names.first() != Some(&"value")
        && let Value::Object(figure) = at
    {
        mark(figure, reason);
        let inner = figure.entry("value").or_insert(Value::Null);
        return set(inner, names, place, value, reason);
    }
    let Some((name, below)) = names.split_first() else {
        fit(at, value, place)?;
        *at = value.clone();
        return Ok(());
    };
    let nothing = |known: Vec<&str>| VaryError::NoSuchPlace {
        place: place.to_owned(),
        name: (*name).to_owned(),
        mend: shape::mend(name, known),
    };
    match at {
        Value::Object(fields) => {
            let known: Vec<String> = fields.keys().cloned().collect();
            match fields.get_mut(*name) {
                Some(field) => set(field, below, place, value, reason),
                None => Err(nothing(known.iter().map(String::as_str).collect())),
            }
        }
        Value::Array(items) => {
            let count = items.len();
            match name.parse().ok().and_then(|position: usize| items.get_mut(position)) {
                Some(item) => set(item, below, place, value, reason),
                None => Err(VaryError::NoSuchPlace {
                    place: place.to_owned(),
                    name: (*name).to_owned(),
                    mend: format!("it is a list of {count}: write a position from 0"),
                }),
            }
        }
        other => Err(VaryError::NotANumber { place: place.to_owned(), found: shape::found(other) }),
    }
}

/// May the value stand in place of what is there?
fn fit(there: &Value, value: &Value, place: &str) -> Result<(), VaryError> {
    let (found, given, place) = (shape::found(there), shape::found(value), place.to_owned());
    let mend = match (there, value) {
        (Value::Number(_), Value::Number(_)) | (Value::String(_), Value::String(_)) => return Ok(()),
        (Value::Bool(_), Value::Bool(_)) => return Ok(()),
        (Value::Number(_), _) => "give a number",
        (Value::String(_), _) => "give a word",
        (Value::Bool(_), _) => "give true or false",
        (Value::Null | Value::Array(_) | Value::Object(_), _) => {
            return Err(VaryError::NotANumber { place, found });
        }
    };
    Err(VaryError::OtherKind { place, found, given, mend: mend.to_owned() })
}

pub(super) fn is_figure(value: &Value) -> bool {
    value.get("value").is_some() && value.get("mark").is_some()
}

/// Says of a figure that it was chosen here.
fn mark(figure: &mut Map<String, Value>, reason: &str) {
    figure.insert("mark".to_owned(), Value::from("synthesised"));
    figure.insert("reason".to_owned(), Value::from(reason));
    figure.remove("source");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scenario() -> Scenario {
        Scenario::from_json(include_str!("../../../../scenarios/herefordshire-like-2023.json")).unwrap()
    }

    #[test]
    fn a_figure_a_number_inside_one_and_an_item_of_a_list() {
        let scenario = scenario();
        let varied = scenario.varied("front_door.workforce.agency_share", 0.3, "Swept").unwrap();
        let workforce = varied.as_written().front_door.as_ref().unwrap().workforce.as_ref().unwrap();
        assert_eq!(
            (workforce.agency_share.value, workforce.agency_share.reason.as_deref()),
            (0.3, Some("Swept"))
        );
        let varied = scenario.varied("front_door.screening.minutes.red", 20.0, "Swept").unwrap();
        let minutes = &varied.as_written().front_door.as_ref().unwrap().screening.minutes.value;
        assert_eq!(minutes.get("red"), Some(&20.0));
        let varied = scenario.varied("front_door.recontact.again.0", 0.2, "Swept").unwrap();
        let again = &varied.as_written().front_door.as_ref().unwrap().recontact.as_ref().unwrap().again.value;
        assert_eq!(again.first(), Some(&0.2));
    }

    #[test]
    fn the_same_value_changes_nothing_but_its_mark() {
        let scenario = scenario();
        let share =
            scenario.as_written().front_door.as_ref().unwrap().workforce.as_ref().unwrap().agency_share.value;
        let varied = scenario.varied("front_door.workforce.agency_share", share, "Same").unwrap();
        assert_eq!(format!("{:?}", varied.tables), format!("{:?}", scenario.tables));
    }

    #[test]
    fn what_is_not_there_is_named_with_what_was_meant() {
        let message = |place: &str, value: f64| scenario().varied(place, value, "x").unwrap_err().to_string();
        assert_eq!(
            message("front_door.workforce.agency_shar", 0.1),
            "the scenario has no `agency_shar` in `front_door.workforce.agency_shar`; did you mean `agency_share`?"
        );
        assert!(message("front_door.recontact.again.9", 0.1).contains("list of 4"));
        assert!(message("front_door.workforce", 0.1).contains("not a number"));
        assert!(message("front_door.workforce.agency_share", 3.0).contains("= 3: "));
    }
}
