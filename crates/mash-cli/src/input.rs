//! Reading what a command needs: packs, scenarios, cases.

use std::path::Path;

use mash_io::scenario_file::{self, LoadedScenario, ScenarioFileError};
use mash_rules::RulePack;

use crate::exit_code::Failure;

/// Loads a pack from its folder.
///
/// # Errors
/// Files that cannot be read, or everything that is wrong with the pack.
pub(crate) fn pack(path: &Path) -> Result<RulePack, Failure> {
    let files = mash_io::pack_folder::read(path).map_err(Failure::Files)?;
    Ok(RulePack::load(&files)?)
}

/// Reads a scenario and what it extends, with the SHA-256 of its files.
///
/// # Errors
/// A file cannot be read, or everything that is wrong with the scenario.
pub(crate) fn scenario(path: &Path) -> Result<LoadedScenario, Failure> {
    Ok(scenario_file::read(path)?)
}

impl From<ScenarioFileError> for Failure {
    fn from(error: ScenarioFileError) -> Self {
        match error {
            ScenarioFileError::File(error) => Failure::Files(vec![error]),
            ScenarioFileError::Scenario { path, error } => Failure::Scenario { path, error },
        }
    }
}
