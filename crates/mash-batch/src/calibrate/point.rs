//! One set of values of the free figures, and the change of a scenario that states them.

use std::collections::BTreeMap;

use mash_sim::{
    Scenario,
    scenario::{ScenarioLayer, extend::merged},
};
use serde_json::{Map, Value, json};

use super::{
    CalibrateError,
    parameter::{Form, Parameter},
};

/// Values of all free figures.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Point {
    /// By parameter: its value.
    pub(super) values: Vec<f64>,
    /// Share of referrals by source group; empty where sources are left as they are.
    pub(super) sources: BTreeMap<String, f64>,
}

/// What stands at a place of a scenario, names joined by dots.
pub(super) fn at<'v>(scenario: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(scenario, |value, name| value.get(name))
}

/// The value of a parameter in a scenario as it is; none where the scenario does not have it.
pub(super) fn stated(scenario: &Value, parameter: &Parameter) -> Option<f64> {
    let value = at(scenario, parameter.path)?.get("value")?;
    match parameter.form {
        Form::Value => value.as_f64(),
        Form::DaysTimes => value.is_array().then_some(1.0),
    }
}

/// The digits that a fitted figure is written with.
#[must_use]
pub(super) fn rounded(value: f64) -> f64 {
    format!("{value:.3e}").parse().unwrap_or(value)
}

/// The change of `scenario` that states the point, a merge patch. `reason` says of each figure why it has its value; the
/// other grounds are taken away.
pub(super) fn change(
    scenario: &Value,
    parameters: &[&Parameter],
    point: &Point,
    reason: &dyn Fn(&str) -> String,
) -> Value {
    let mut change = Value::Object(Map::new());
    for (parameter, value) in parameters.iter().zip(&point.values) {
        let stated = match parameter.form {
            Form::Value => json!(value),
            Form::DaysTimes => {
                let bands = at(scenario, parameter.path).and_then(|figure| figure.get("value"));
                times(bands.unwrap_or(&Value::Null), *value)
            }
        };
        put(&mut change, parameter.path, figure(&stated, &reason(parameter.path)));
    }
    if !point.sources.is_empty() {
        let path = "sources.referral_shares";
        put(&mut change, path, figure(&json!(point.sources), &reason(path)));
        let path = "sources.conversion";
        put(&mut change, path, figure(&json!(conversion(scenario, &point.sources)), &reason(path)));
    }
    change
}

fn figure(value: &Value, reason: &str) -> Value {
    json!({"value": value, "mark": "synthesised", "source": null, "reason": reason})
}

fn put(change: &mut Value, path: &str, figure: Value) {
    let below = path.rsplit('.').fold(figure, |below, name| json!({ name: below }));
    // Both are objects of objects; merging keeps nulls below, since each figure stands at a place of its own.
    fn join(into: &mut Value, from: Value) {
        match (into, from) {
            (Value::Object(into), Value::Object(from)) => {
                for (name, below) in from {
                    join(into.entry(name).or_insert_with(|| Value::Object(Map::new())), below);
                }
            }
            (into, from) => *into = from,
        }
    }
    join(change, below);
}

fn times(bands: &Value, factor: f64) -> Value {
    let day = |day: &Value| rounded(day.as_f64().unwrap_or(0.0) * factor);
    let band = |band: &Value| json!([band.get(0).map_or(0.0, day), band.get(1)]);
    Value::Array(bands.as_array().map(|bands| bands.iter().map(band).collect()).unwrap_or_default())
}

/// Shares of contacts that become referrals, all times one factor, so that with these shares of referrals all sources
/// together still give `volume.referrals_per_contact`.
fn conversion(scenario: &Value, sources: &BTreeMap<String, f64>) -> BTreeMap<String, f64> {
    let number = |value: Option<&Value>| value.and_then(Value::as_f64);
    let table = at(scenario, "sources.conversion").and_then(|figure| figure.get("value"));
    let of = |group: &str| number(table.and_then(|table| table.get(group))).unwrap_or(1.0);
    let overall = number(at(scenario, "volume.referrals_per_contact.value")).unwrap_or(1.0);
    let factor = overall * sources.iter().map(|(group, share)| share / of(group)).sum::<f64>();
    sources.keys().map(|group| (group.clone(), rounded((of(group) * factor).clamp(0.001, 0.95)))).collect()
}

/// The scenario at a point.
pub(super) fn scenario_at(base: &Value, change: &Value) -> Result<Scenario, CalibrateError> {
    let layer = ScenarioLayer { file: "fitted".to_owned(), value: merged(base, change) };
    Scenario::from_layers(&[layer]).map_err(CalibrateError::Scenario)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calibrate::PARAMETERS;

    fn base() -> Value {
        serde_json::from_str(include_str!("../../../../scenarios/herefordshire-like-2023.json")).unwrap()
    }

    #[test]
    fn a_point_is_a_scenario_that_states_it() {
        let base = base();
        let parameters: Vec<&Parameter> = PARAMETERS.iter().collect();
        let mut point = Point {
            values: parameters.iter().map(|parameter| stated(&base, parameter).unwrap()).collect(),
            sources: BTreeMap::new(),
        };
        let change = change(&base, &parameters, &point, &|path| format!("because of {path}"));
        let same = scenario_at(&base, &change).unwrap();
        let own: Scenario =
            Scenario::from_layers(&[ScenarioLayer { file: String::new(), value: base.clone() }]).unwrap();
        assert_eq!(same.branching, own.branching);
        let figure = at(&change, "need.assessment_share").unwrap();
        assert_eq!(figure["reason"], "because of need.assessment_share");
        assert!(figure["source"].is_null() && figure.as_object().unwrap().contains_key("source"));

        let shares = at(&base, "sources.referral_shares").unwrap()["value"].as_object().unwrap();
        point.sources = shares.iter().map(|(group, _)| (group.clone(), 0.0)).collect();
        point.sources.insert("police".to_owned(), 0.4);
        point.sources.insert("schools".to_owned(), 0.6);
        let moved = super::change(&base, &parameters, &point, &|_| "fitted".to_owned());
        let scenario = scenario_at(&base, &moved).unwrap();
        let conversion = &scenario.as_written().sources.conversion.value;
        let overall = 1.0 / (0.4 / conversion["police"] + 0.6 / conversion["schools"]);
        assert!((overall - 0.22).abs() < 1e-4, "{overall}");
    }

    #[test]
    fn bands_are_stretched_and_keep_their_shares() {
        let bands = json!([[0, 0.1], [45, 0.8], [90, 1]]);
        assert_eq!(times(&bands, 0.5), json!([[0.0, 0.1], [22.5, 0.8], [45.0, 1]]));
    }

    #[test]
    fn four_digits_are_written() {
        assert_eq!((rounded(0.123_456), rounded(1_234.56), rounded(0.0)), (0.1235, 1235.0, 0.0));
    }
}
