//! What is tried as files: a scenario that extends the baseline's, and an overlay of the pack where thresholds move.

use mash_batch::exploration::THRESHOLD;
use mash_sim::scenario::extend::EXTENDS;
use serde_json::{Map, Value};

use super::{Asked, ExploreError, Explorer};

/// Name of the scenario's file.
pub(crate) const SCENARIO: &str = "tried.json";

/// Folder of the overlay, beside the pack that it is based on.
pub(crate) fn overlay_folder(asked: &Asked) -> String {
    format!("{}-varied", asked.against.as_ref().unwrap_or(&asked.pack))
}

/// Does the overlay belong to it?
pub(crate) fn has_overlay(asked: &Asked) -> bool {
    asked.changes.iter().any(|change| change.place.starts_with(THRESHOLD))
}

/// What `mash compare --against` is told, from the folder that holds `scenarios` and `rules`.
pub(crate) fn against(asked: &Asked) -> String {
    let pack = match (&asked.against, has_overlay(asked)) {
        (_, true) => Some(format!("rules/{}", overlay_folder(asked))),
        (Some(against), false) => Some(format!("rules/{against}")),
        (None, false) => None,
    };
    let figures = asked.changes.iter().any(|change| !change.place.starts_with(THRESHOLD));
    match (figures, pack) {
        (true, Some(pack)) => format!("scenarios/{SCENARIO},{pack}"),
        (false, Some(pack)) => pack,
        (_, None) => format!("scenarios/{SCENARIO}"),
    }
}

/// The scenario's file, to be put into the folder `scenarios`.
///
/// # Errors
/// What is tried is wrong.
pub(crate) fn scenario(explorer: &Explorer, asked: &Asked) -> Result<String, ExploreError> {
    let tried = asked.tried(explorer)?;
    let mut file = Map::new();
    file.insert(EXTENDS.to_owned(), Value::from(format!("{}.json", asked.scenario)));
    if let Value::Object(change) = tried.scenario_change {
        file.extend(change);
    }
    Ok(pretty(&Value::Object(file)))
}

/// The manifest of the overlay, to be put into a folder of its own in `rules`.
///
/// # Errors
/// What is tried is wrong, or moves no threshold.
pub(crate) fn overlay(explorer: &Explorer, asked: &Asked) -> Result<String, ExploreError> {
    asked.tried(explorer)?.overlay.as_ref().map(pretty).ok_or_else(|| {
        ExploreError::parameter(
            "set",
            "no threshold is moved",
            "Move a threshold; the scenario's file holds the rest.",
        )
    })
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n"
}
