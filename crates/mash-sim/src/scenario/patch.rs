//! Figures set to other values, as what a file that extends the scenario says of them.
//!
//! In: places with their values. Out: a JSON Merge Patch (RFC 7396) with the grounds of every figure it changes, which
//! a file needs only its own `extends`, `id` and `title` besides.

use serde_json::{Map, Value};

use super::{
    Scenario, ScenarioLayer, VaryError, check,
    vary::{is_figure, set},
};

/// A scenario with some figures changed.
#[derive(Debug, Clone)]
pub struct Patched {
    /// The scenario, complete and checked, exactly as from the file.
    pub scenario: Scenario,
    /// What the file says, `extends` apart.
    pub change: Value,
}

impl Scenario {
    /// The scenario with the number, word or switch at each place set to another, as a file would that extends this one
    /// under an id and a title of its own. Figures are marked synthesised with the reason given.
    ///
    /// # Errors
    /// [`VaryError`]: no such place, something of another kind there, or values with which the scenario is wrong.
    pub fn patched(
        &self,
        changes: &[(String, Value)],
        reason: &str,
        id: &str,
        title: &str,
    ) -> Result<Patched, VaryError> {
        let whole = serde_json::to_value(&self.file).unwrap_or_default();
        let mut changed = whole.clone();
        for (place, value) in changes {
            let names: Vec<&str> = place.split('.').collect();
            set(&mut changed, &names, place, value, reason)?;
        }
        let mut change = Map::new();
        change.insert("id".to_owned(), Value::from(id));
        change.insert("title".to_owned(), Value::from(title));
        if let Value::Object(fields) = difference(&whole, &changed) {
            change.extend(fields);
        }
        let change = Value::Object(change);
        let layers = [("the scenario", whole), ("the change", change.clone())];
        let layers = layers.map(|(file, value)| ScenarioLayer { file: file.to_owned(), value });
        let scenario = check::from_layers(&layers).map_err(|error| {
            // The change that is complained of, where it can be told.
            let text = error.to_string();
            let of = changes.iter().find(|(place, _)| text.contains(place.as_str())).or(changes.last());
            let (place, value) =
                of.map_or_else(Default::default, |(place, value)| (place.clone(), value.to_string()));
            VaryError::Wrong { place, value, error }
        })?;
        Ok(Patched { scenario, change })
    }
}

/// The merge patch that makes `after` of `before`. A figure with another value states its grounds, even where they are
/// the same: whoever reads the file must not take them for those of the value before.
fn difference(before: &Value, after: &Value) -> Value {
    let (Value::Object(a), Value::Object(b)) = (before, after) else { return after.clone() };
    let mut patch = Map::new();
    for (name, value) in b {
        match a.get(name) {
            Some(before) if before == value => {}
            Some(before) => drop(patch.insert(name.clone(), difference(before, value))),
            None => drop(patch.insert(name.clone(), value.clone())),
        }
    }
    if is_figure(after) && patch.contains_key("value") {
        for ground in ["mark", "reason"] {
            patch.extend(b.get(ground).map(|stated| (ground.to_owned(), stated.clone())));
        }
    }
    patch.extend(a.keys().filter(|name| !b.contains_key(*name)).map(|name| (name.clone(), Value::Null)));
    Value::Object(patch)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const WHOLE: &str = include_str!("../../../../scenarios/herefordshire-like-2023.json");

    #[test]
    fn the_file_of_a_change_says_the_change_and_nothing_else() {
        let scenario = Scenario::from_json(WHOLE).unwrap();
        let changes = [
            ("front_door.workforce.agency_share".to_owned(), json!(0.3)),
            ("front_door.screening.minutes.red".to_owned(), json!(20)),
            ("front_door.enquiries.consent.sought".to_owned(), json!("always")),
        ];
        let patched = scenario.patched(&changes, "Tried", "tried", "Tried").unwrap();
        assert_eq!(
            patched.change,
            json!({
                "id": "tried", "title": "Tried",
                "front_door": {
                    "workforce": {"agency_share": {"value": 0.3, "mark": "synthesised", "reason": "Tried", "source": null}},
                    "screening": {"minutes": {"value": {"red": 20}, "mark": "synthesised", "reason": "Tried"}},
                    "enquiries": {"consent": {"sought": "always"}},
                },
            })
        );
        let places: Vec<&str> = patched.scenario.changes().iter().map(|it| it.place.as_str()).collect();
        assert_eq!(
            places,
            [
                "front_door.enquiries.consent.sought",
                "front_door.screening.minutes.red",
                "front_door.workforce.agency_share"
            ]
        );
    }

    #[test]
    fn nothing_changed_is_the_same_scenario() {
        let scenario = Scenario::from_json(WHOLE).unwrap();
        let patched = scenario.patched(&[], "", &scenario.id, &scenario.title).unwrap();
        assert_eq!(format!("{:?}", patched.scenario.tables), format!("{:?}", scenario.tables));
        assert_eq!(patched.change.as_object().unwrap().len(), 2);
    }

    #[test]
    fn a_change_that_cannot_be_is_named() {
        let scenario = Scenario::from_json(WHOLE).unwrap();
        let wrong = |place: &str, value: Value| {
            scenario.patched(&[(place.to_owned(), value)], "", "a", "A").unwrap_err().to_string()
        };
        assert!(
            wrong("front_door.workforce.agency_share", json!(3))
                .contains("`front_door.workforce.agency_share` = 3")
        );
        assert!(wrong("front_door.workforce.agency_share", json!("x")).ends_with("give a number"));
        assert!(wrong("front_door.workforce", json!(1)).contains("not a number"));
        assert!(wrong("front_door.enquiries.consent.sought", json!("sometimes")).contains("sometimes"));
    }
}
