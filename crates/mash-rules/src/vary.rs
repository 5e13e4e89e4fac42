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
    let Some(asked) = files.chain.first() else { return files.clone() };
    let manifest: Value = asked
        .files
        .get("manifest.json")
        .and_then(|text| serde_json::from_str(text.trim_start_matches('\u{feff}')).ok())
        .unwrap_or_default();
    let folder = asked.path.rsplit('/').next().unwrap_or(&asked.path);
    let named: Vec<String> = set.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    let values: Map<String, Value> =
        set.iter().map(|(name, value)| (name.clone(), Value::Number(number(*value)))).collect();
    let overlay = json!({
        "id": format!("{folder}-varied"),
        "title": format!("{}, with {}", manifest.get("title").and_then(Value::as_str).unwrap_or(folder), named.join(", ")),
        "version": "1.0.0",
        "base": format!("../{folder}"),
        "owner": "varied in a sweep",
        "effective": manifest.get("effective"),
        "reviewed_by_practitioners": null,
        "crossing": null,
        "set": values,
    });
    let above = asked.path.rsplit_once('/').map_or(String::new(), |(above, _)| format!("{above}/"));
    let mut top = PackFolder { path: format!("{above}{folder}-varied"), ..PackFolder::default() };
    top.files.insert("manifest.json".to_owned(), overlay.to_string());
    let mut files = files.clone();
    files.chain.insert(0, top);
    files
}

/// A whole number stays one.
fn number(value: f64) -> Number {
    #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
    let whole = (value.fract() == 0.0 && value.abs() < 9e15).then(|| Number::from(value as i64));
    whole.or_else(|| Number::from_f64(value)).unwrap_or_else(|| Number::from(0))
}
