//! A pack with thresholds set to other values, as an overlay that stands in no folder: for sweeps.

use std::collections::BTreeMap;

use serde_json::{Map, Number, Value, json};

use crate::rule_pack::{PackFiles, PackFolder};

/// The files of `files` with an overlay on top that sets these thresholds.
///
/// The overlay is checked like any other when the pack is loaded: a threshold that is not there, or a value outside its
/// range, is an error then.
#[must_use]
pub fn with_thresholds(files: &PackFiles, set: &BTreeMap<String, f64>) -> PackFiles {
    let set = set.iter().map(|(name, value)| (name.clone(), Value::Number(number(*value)))).collect();
    with_values(files, &set, "varied in a sweep")
}

/// The same for thresholds of every type: numbers, grades and switches; `owner` stands in the overlay's manifest.
#[must_use]
pub fn with_values(files: &PackFiles, set: &BTreeMap<String, Value>, owner: &str) -> PackFiles {
    let mut files = files.clone();
    if let Some(asked) = files.chain.first() {
        let above = asked.path.rsplit_once('/').map_or(String::new(), |(above, _)| format!("{above}/"));
        let mut top =
            PackFolder { path: format!("{above}{}-varied", folder(asked)), ..PackFolder::default() };
        top.files.insert("manifest.json".to_owned(), overlay(asked, set, owner).to_string());
        files.chain.insert(0, top);
    }
    files
}

/// The manifest of an overlay beside a pack's folder that sets these thresholds.
#[must_use]
pub fn overlay(asked: &PackFolder, set: &BTreeMap<String, Value>, owner: &str) -> Value {
    let manifest: Value = asked
        .files
        .get("manifest.json")
        .and_then(|text| serde_json::from_str(text.trim_start_matches('\u{feff}')).ok())
        .unwrap_or_default();
    let folder = folder(asked);
    let title = manifest.get("title").and_then(Value::as_str).unwrap_or(folder);
    let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let named: Vec<String> = set.iter().map(|(name, value)| format!("{name} = {}", plain(value))).collect();
    let values: Map<String, Value> = set.clone().into_iter().collect();
    json!({
        "id": format!("{folder}-varied"),
        "title": format!("{title}, with {}", named.join(", ")),
        "version": "1.0.0",
        "base": format!("../{folder}"),
        "owner": owner,
        "effective": manifest.get("effective"),
        "reviewed_by_practitioners": null,
        "crossing": null,
        "set": values,
    })
}

fn folder(pack: &PackFolder) -> &str {
    pack.path.rsplit('/').next().unwrap_or(&pack.path)
}

/// A whole number stays one.
fn number(value: f64) -> Number {
    #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
    let whole = (value.fract() == 0.0 && value.abs() < 9e15).then(|| Number::from(value as i64));
    whole.or_else(|| Number::from_f64(value)).unwrap_or_else(|| Number::from(0))
}
