//! What a calibration reads and writes: targets from published or local figures, a scenario made one authority's own,
//! and the fitted scenario as a file that extends its base.

mod authority_scenario;
mod fitted_scenario;
mod local;
mod targets;

pub use authority_scenario::of_authority;
pub use fitted_scenario::{FittedScenario, text};
pub use local::{Local, read_local};
pub use targets::{Targets, targets};

use serde_json::{Map, Value, json};

/// A figure with its grounds, all three stated so that none of a base is left standing.
fn figure(value: impl Into<Value>, mark: &str, source: Option<&str>, reason: Option<&str>) -> Value {
    json!({"value": value.into(), "mark": mark, "source": source, "reason": reason})
}

/// Puts `value` at a place of a patch, names joined by dots.
fn put(patch: &mut Value, path: &str, value: Value) {
    let below = path.rsplit('.').fold(value, |below, name| json!({ name: below }));
    overlay(patch, below);
}

/// One patch on another, as one patch: unlike applying them, `null` stays.
fn overlay(patch: &mut Value, more: Value) {
    match (patch, more) {
        (Value::Object(fields), Value::Object(more)) => {
            for (name, below) in more {
                // A figure stands whole: a value of the earlier patch keeps nothing of itself below the later.
                if below.get("mark").is_some() {
                    fields.insert(name, below);
                } else {
                    overlay(fields.entry(name).or_insert_with(|| Value::Object(Map::new())), below);
                }
            }
        }
        (patch, more) => *patch = more,
    }
}

/// What stands at a place, names joined by dots.
fn at<'v>(scenario: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(scenario, |value, name| value.get(name))
}

/// The number at a place.
fn number(scenario: &Value, path: &str) -> Option<f64> {
    at(scenario, path)?.get("value")?.as_f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patches_join_and_nulls_stay() {
        let mut patch =
            json!({"a": {"b": {"value": {"x": 1, "y": 2}, "mark": "derived", "source": null}}, "c": null});
        overlay(
            &mut patch,
            json!({"a": {"b": {"value": {"x": 3}, "mark": "synthesised"}, "d": {"value": 1, "mark": "derived"}}}),
        );
        let expect = json!({
            "a": {"b": {"value": {"x": 3}, "mark": "synthesised"}, "d": {"value": 1, "mark": "derived"}},
            "c": null,
        });
        assert_eq!(patch, expect);
    }
}
