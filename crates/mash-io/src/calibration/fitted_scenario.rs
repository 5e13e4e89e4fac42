//! The fitted scenario as a file: it extends its base and states what it changes, with the grounds of each figure.

use std::path::Path;

use mash_sim::{
    Scenario,
    scenario::{ScenarioError, ScenarioLayer, extend::EXTENDS},
};
use serde_json::{Value, json};

use super::overlay;
use crate::{error::FileError, scenario_file::extends_path};

/// What a fitted scenario is made of.
#[derive(Debug, Clone, Copy)]
pub struct FittedScenario<'f> {
    /// Where it will stand.
    pub path: &'f Path,
    /// The file that it extends.
    pub base: &'f Path,
    /// The base, whole.
    pub base_value: &'f Value,
    /// Whom it is like.
    pub authority: &'f str,
    /// The year that ends on 31 March.
    pub year: u16,
    /// What makes it the authority's own.
    pub own: &'f Value,
    /// What was fitted.
    pub fitted: &'f Value,
}

/// The text of the file, read back once to see that it is a scenario.
///
/// # Errors
/// The way to the base cannot be told, or, which would be a mistake of the calibration, everything that is wrong with it.
pub fn text(of: &FittedScenario<'_>) -> Result<Result<String, ScenarioError>, FileError> {
    let name =
        of.path.file_stem().map_or_else(|| "fitted".to_owned(), |name| name.to_string_lossy().into_owned());
    let mut change = json!({
        "extends": extends_path(of.path, of.base)?,
        "id": name,
        "title": format!(
            "A place like {}, April {} to March {}, fitted by mash calibrate (synthetic children only)",
            of.authority,
            of.year.saturating_sub(1),
            of.year
        ),
    });
    overlay(&mut change, of.own.clone());
    overlay(&mut change, of.fitted.clone());
    let mut stated = change.clone();
    if let Some(fields) = stated.as_object_mut() {
        fields.remove(EXTENDS);
    }
    let layers = [("base", of.base_value.clone()), ("fitted", stated)];
    let layers = layers.map(|(file, value)| ScenarioLayer { file: file.to_owned(), value });
    if let Err(error) = Scenario::from_layers(&layers) {
        return Ok(Err(error));
    }
    let text = serde_json::to_string_pretty(&change).unwrap_or_default();
    Ok(Ok(text + "\n"))
}
