//! Scenarios that extend one another: what a file changes, on top of the file that it names.
//!
//! In: the files of a chain, the whole one first, as JSON. Out: one value, the file in which each place of it is
//! written, and what the last file changes. A change is a JSON Merge Patch (RFC 7396): objects are merged, `null` takes
//! away, and everything else, arrays among them, is replaced whole.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{ScenarioProblem, figure::plain};

/// The field that names the file which a scenario extends.
pub const EXTENDS: &str = "extends";

/// One file of a chain of scenarios.
#[derive(Debug, Clone, PartialEq)]
pub struct ScenarioLayer {
    /// The file, as shown to people.
    pub file: String,
    /// What is written in it.
    pub value: Value,
}

/// One value that a scenario states otherwise than the one it extends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ScenarioChange {
    /// Place in the scenario, for example `volume.referrals` or `sources.conversion.police`.
    pub place: String,
    /// The value before as text; absent where there was none.
    pub before: Option<String>,
    /// The value after as text; absent where it was taken away.
    pub after: Option<String>,
}

/// `base` with `change` applied to it as RFC 7396 says.
///
/// In: any two JSON values. Out: `change` itself unless it is an object; otherwise the fields of `base` with those of
/// `change` merged into them, less those that `change` gives as `null`.
#[must_use]
pub fn merged(base: &Value, change: &Value) -> Value {
    let Value::Object(changes) = change else {
        return change.clone();
    };
    let mut fields = base.as_object().cloned().unwrap_or_default();
    for (name, change) in changes {
        if change.is_null() {
            fields.remove(name);
        } else {
            let below = merged(fields.get(name).unwrap_or(&Value::Null), change);
            fields.insert(name.clone(), below);
        }
    }
    Value::Object(fields)
}

/// Position of the file in which `place` is written.
///
/// In: the chain, the whole file first, and a place as problems and assumptions name it: names joined by dots, items of
/// arrays in any form, since an array stands in one file whole. Out: the last file that states the place or anything
/// below it; `None` where none does.
#[must_use]
pub fn written_in(layers: &[ScenarioLayer], place: &str) -> Option<usize> {
    layers.iter().rposition(|layer| states(&layer.value, place))
}

/// Position of the file that should have stated field `name` of `place`: the one that takes it away, or else the first
/// that states the place.
pub(super) fn missing_from(layers: &[ScenarioLayer], place: &str, name: &str) -> Option<usize> {
    let at = if place.is_empty() { name.to_owned() } else { format!("{place}.{name}") };
    written_in(layers, &at).or_else(|| layers.iter().position(|layer| states(&layer.value, place)))
}

fn states(value: &Value, place: &str) -> bool {
    let mut value = value;
    for name in place.split('.').filter(|name| !name.is_empty()) {
        // An array, a number or a null says all there is to say about what lies below it.
        let Value::Object(fields) = value else { return true };
        let name = name.split_once('[').map_or(name, |(name, _)| name);
        match fields.get(name) {
            Some(below) => value = below,
            None => return false,
        }
    }
    true
}

/// Everything the chain comes to, with the mistakes that only a chain can have.
#[derive(Debug)]
pub(super) struct Joined {
    /// The whole scenario.
    pub(super) value: Value,
    /// What the last file changes.
    pub(super) changes: Vec<ScenarioChange>,
    /// Figures changed without saying what the new value rests on, and fields taken away that are not there.
    pub(super) problems: Vec<ScenarioProblem>,
}

/// Applies the files of a chain one on another.
pub(super) fn join(layers: &[ScenarioLayer]) -> Joined {
    let mut joined = Joined { value: Value::Null, changes: Vec::new(), problems: Vec::new() };
    for (position, layer) in layers.iter().enumerate() {
        let mut change = layer.value.clone();
        if let Some(fields) = change.as_object_mut() {
            fields.remove(EXTENDS);
        }
        if position == 0 {
            joined.value = change;
            continue;
        }
        let mut found = Vec::new();
        for own in ["id", "title"] {
            if change.get(own).is_none() {
                let message = format!("field `{own}` is missing");
                let mend = format!("a scenario that extends another has its own `{own}`");
                found.push(ScenarioProblem::new("", message, Some(mend)));
            }
        }
        look(&joined.value, &change, "", &mut found);
        joined.problems.extend(found.into_iter().map(|problem| problem.in_file(&layer.file)));
        let whole = merged(&joined.value, &change);
        joined.changes = changes(&joined.value, &whole);
        joined.value = whole;
    }
    joined
}

/// Words that say what a figure's value rests on.
const GROUNDS: [&str; 3] = ["mark", "source", "reason"];

fn look(base: &Value, change: &Value, at: &str, found: &mut Vec<ScenarioProblem>) {
    let (Value::Object(fields), Value::Object(changes)) = (base, change) else { return };
    let moved = changes
        .get("value")
        .is_some_and(|value| fields.get("value").is_some_and(|before| merged(before, value) != *before));
    if moved && fields.contains_key("mark") {
        for ground in GROUNDS {
            if fields.contains_key(ground) && !changes.contains_key(ground) {
                let message = format!("a new `value` with the `{ground}` of the one it replaces");
                let mend = if ground == "mark" {
                    "write `mark` beside the new value, even if it is the same".to_owned()
                } else {
                    format!("write the new value's own `{ground}`, or `\"{ground}\": null` to leave it out")
                };
                found.push(ScenarioProblem::new(at, message, Some(mend)));
            }
        }
    }
    for (name, change) in changes {
        let place = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
        match fields.get(name) {
            None if change.is_null() && !GROUNDS.contains(&name.as_str()) => {
                let message = format!("takes `{name}` away, which is not there");
                let mend = super::shape::mend(name, fields.keys().map(String::as_str));
                found.push(ScenarioProblem::new(&place, message, Some(mend)));
            }
            Some(base) => look(base, change, &place, found),
            None => {}
        }
    }
}

/// Every value in which `after` differs from `before`, in file order; who a scenario is and what its figures rest on
/// are left out.
fn changes(before: &Value, after: &Value) -> Vec<ScenarioChange> {
    let mut found = Vec::new();
    compare(Some(before), Some(after), "", &mut found);
    found
}

fn compare(before: Option<&Value>, after: Option<&Value>, at: &str, found: &mut Vec<ScenarioChange>) {
    if before == after {
        return;
    }
    let none = Map::new();
    match (before, after) {
        (Some(Value::Object(a)), Some(Value::Object(b))) => {
            compare_fields(a, b, at, found);
        }
        (Some(Value::Object(a)), None) => compare_fields(a, &none, at, found),
        (None, Some(Value::Object(b))) => compare_fields(&none, b, at, found),
        (Some(Value::Array(a)), Some(Value::Array(b))) if named_alike(a, b) => {
            for (a, b) in a.iter().zip(b) {
                compare(Some(a), Some(b), &format!("{at}.{}", name_of(a).unwrap_or_default()), found);
            }
        }
        _ => found.push(ScenarioChange {
            place: at.to_owned(),
            before: before.map(plain),
            after: after.map(plain),
        }),
    }
}

fn compare_fields(a: &Map<String, Value>, b: &Map<String, Value>, at: &str, found: &mut Vec<ScenarioChange>) {
    let figure = a.contains_key("mark") || b.contains_key("mark");
    let apart = |name: &str| {
        (at.is_empty() && matches!(name, "id" | "title" | "$schema")) || (figure && GROUNDS.contains(&name))
    };
    let names: std::collections::BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    for name in names.into_iter().filter(|name| !apart(name)) {
        let place = match (at, name.as_str()) {
            ("", name) => name.to_owned(),
            (at, "value") if figure => at.to_owned(),
            (at, name) => format!("{at}.{name}"),
        };
        compare(a.get(name), b.get(name), &place, found);
    }
}

/// The name by which an item of a list goes.
pub(super) fn name_of(item: &Value) -> Option<&str> {
    ["id", "theme", "measure"].iter().find_map(|key| item.get(key).and_then(Value::as_str))
}

fn named_alike(a: &[Value], b: &[Value]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| name_of(a).is_some() && name_of(a) == name_of(b))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{Scenario, scenario::ScenarioError, testing::SCENARIO};

    fn chain(changes: &[(&str, Value)]) -> Vec<ScenarioLayer> {
        let base =
            ScenarioLayer { file: "base.json".to_owned(), value: serde_json::from_str(SCENARIO).unwrap() };
        let more = changes.iter().map(|(file, change)| {
            // Merging would drop the nulls of the change.
            let mut value = json!({"extends": "base.json", "id": "a", "title": "A"});
            for (name, below) in change.as_object().unwrap() {
                value[name] = below.clone();
            }
            ScenarioLayer { file: (*file).to_owned(), value }
        });
        std::iter::once(base).chain(more).collect()
    }

    fn read(changes: &[(&str, Value)]) -> Result<Scenario, ScenarioError> {
        Scenario::from_layers(&chain(changes))
    }

    fn problems(changes: &[(&str, Value)]) -> Vec<String> {
        read(changes).unwrap_err().problems().iter().map(ToString::to_string).collect()
    }

    /// Every line of the table in RFC 7396, appendix A.
    #[test]
    fn merging_follows_the_rfc() {
        for (base, change, result) in [
            (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "b"}), json!({"b": "c"}), json!({"a": "b", "b": "c"})),
            (json!({"a": "b"}), json!({"a": null}), json!({})),
            (json!({"a": "b", "b": "c"}), json!({"a": null}), json!({"b": "c"})),
            (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "c"}), json!({"a": ["b"]}), json!({"a": ["b"]})),
            (json!({"a": {"b": "c"}}), json!({"a": {"b": "d", "c": null}}), json!({"a": {"b": "d"}})),
            (json!({"a": [{"b": "c"}]}), json!({"a": [1]}), json!({"a": [1]})),
            (json!(["a", "b"]), json!(["c", "d"]), json!(["c", "d"])),
            (json!({"a": "b"}), json!(["c"]), json!(["c"])),
            (json!({"a": "foo"}), Value::Null, Value::Null),
            (json!({"a": "foo"}), json!("bar"), json!("bar")),
            (json!({"e": null}), json!({"a": 1}), json!({"e": null, "a": 1})),
            (json!([1, 2]), json!({"a": "b", "c": null}), json!({"a": "b"})),
            (json!({}), json!({"a": {"bb": {"ccc": null}}}), json!({"a": {"bb": {}}})),
        ] {
            assert_eq!(merged(&base, &change), result, "{base} {change}");
        }
    }

    #[test]
    fn a_change_is_read_on_top_of_its_base() {
        let change = json!({
            "authority_like": null,
            "names_real_authority": false,
            "volume": {"children": {"value": 50000, "mark": "synthesised", "source": null, "reason": "a round number"}},
            "reporting": {"family_known": {"value": {"gp": 0.5}, "mark": "synthesised", "source": null, "reason": "worse"}},
        });
        let scenario = read(&[("a.json", change)]).unwrap();
        assert!((scenario.children - 50_000.0).abs() < 1e-9);
        assert_eq!(scenario.authority_like, None);
        let line = scenario.assumptions().iter().find(|line| line.name == "volume.children").unwrap();
        assert_eq!((line.source.as_deref(), line.reason.as_deref()), (None, Some("a round number")));
        let told: Vec<_> = scenario
            .changes()
            .iter()
            .map(|c| (c.place.as_str(), c.before.as_deref(), c.after.as_deref()))
            .collect();
        assert_eq!(
            told,
            [
                ("authority_like", Some("Herefordshire, County of"), None),
                ("names_real_authority", Some("true"), Some("false")),
                ("reporting.family_known.gp", Some("0.85"), Some("0.5")),
                ("volume.children", Some("33961"), Some("50000")),
            ]
        );
    }

    #[test]
    fn changes_are_those_of_the_last_file_and_lists_of_named_items_are_told_item_by_item() {
        let bands: Value = serde_json::from_str::<Value>(SCENARIO).unwrap()["bands"].clone();
        let mut wider = bands;
        wider[0]["high"] = json!(2000);
        let scenario = read(&[("a.json", json!({"seed": 1})), ("b.json", json!({"bands": wider}))]).unwrap();
        assert_eq!(scenario.seed, 1);
        let [only] = scenario.changes() else { panic!("{:?}", scenario.changes()) };
        assert_eq!(only.place, "bands.referrals_per_10k.high");
        assert_eq!((only.before.as_deref(), only.after.as_deref()), (Some("829"), Some("2000")));
    }

    #[test]
    fn a_problem_names_the_file_in_which_the_value_is_written() {
        let share = json!({"value": 5.0, "mark": "synthesised", "source": null, "reason": "slip"});
        let found = problems(&[
            ("a.json", json!({"history": {"open_otherwise": share}, "voulme": 1})),
            ("b.json", json!({"seed": "one", "volume": {"referrals": null}, "year": {"end": null}})),
        ]);
        assert_eq!(
            found,
            [
                "b.json: seed: expected a whole number, found `one`",
                "b.json: volume: field `referrals` is missing",
                "a.json: voulme: unknown field `voulme`; did you mean `volume`?",
                "b.json: year: field `end` is missing",
            ]
        );
        let found =
            problems(&[("a.json", json!({"history": {"open_otherwise": share}})), ("b.json", json!({}))]);
        assert_eq!(
            found,
            [
                "a.json: history.open_otherwise.value: expected a share from 0 to 1, found 5; write 0.05 for 5 per cent"
            ]
        );
    }

    #[test]
    fn a_new_value_needs_its_own_grounds() {
        let found = problems(&[("a.json", json!({"volume": {"referrals_per_contact": {"value": 0.221}}}))]);
        assert_eq!(
            found,
            [
                "a.json: volume.referrals_per_contact: a new `value` with the `mark` of the one it replaces; write `mark` beside the new value, even if it is the same",
                "a.json: volume.referrals_per_contact: a new `value` with the `source` of the one it replaces; write the new value's own `source`, or `\"source\": null` to leave it out",
                "a.json: volume.referrals_per_contact: a new `value` with the `reason` of the one it replaces; write the new value's own `reason`, or `\"reason\": null` to leave it out",
            ]
        );
        let same = json!({"volume": {"referrals_per_contact": {"value": 0.22}}});
        assert!(read(&[("a.json", same)]).is_ok());
    }

    #[test]
    fn taking_away_what_is_not_there_is_a_slip() {
        let found = problems(&[("a.json", json!({"authority_liek": null}))]);
        assert_eq!(
            found,
            [
                "a.json: authority_liek: takes `authority_liek` away, which is not there; did you mean `authority_like`?"
            ]
        );
    }

    #[test]
    fn a_change_has_its_own_id_and_title() {
        let mut layers = chain(&[("a.json", json!({}))]);
        layers[1].value = json!({"extends": "base.json", "id": "a"});
        let error = Scenario::from_layers(&layers).unwrap_err();
        assert_eq!(
            error.to_string(),
            "a.json: field `title` is missing; a scenario that extends another has its own `title`"
        );
    }

    #[test]
    fn a_text_alone_cannot_extend_a_file() {
        let error = Scenario::from_json(r#"{"extends": "base.json", "id": "a", "title": "A"}"#).unwrap_err();
        assert_eq!(
            error.to_string(),
            "extends: extends `base.json`, and no other file can be read here; give the scenario as a file, or write it whole"
        );
    }
}
