//! Whether desks can keep up, asked before a run.

use std::path::Path;

use mash_batch::{front_door_model::FrontDoorModel, offered_load::overloaded};
use mash_io::FileError;

use crate::exit_code::Failure;

/// Says of each desk that may not keep up what is offered to it.
///
/// # Errors
/// A desk whose queue would only grow: the scenario is refused, with place, utilisation and mend.
pub(super) fn check(model: &FrontDoorModel<'_>, scenario: &Path, seed: u64) -> Result<Vec<String>, Failure> {
    let found = overloaded(model, seed).map_err(|error| Failure::Run(error.to_string()))?;
    let impossible: Vec<FileError> = found
        .iter()
        .filter(|desk| desk.is_impossible())
        .map(|desk| {
            FileError::new(scenario, format!("{}: {}", desk.load.at, desk.message())).mend(desk.mend())
        })
        .collect();
    if !impossible.is_empty() {
        return Err(Failure::Files(impossible));
    }
    Ok(found.iter().map(|desk| format!("{}: {}; {}", desk.load.at, desk.message(), desk.mend())).collect())
}
