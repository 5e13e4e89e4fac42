//! Reading what a command needs: packs, scenarios, cases.

use std::path::Path;

use mash_rules::RulePack;
use mash_sim::Scenario;
use sha2::{Digest, Sha256};

use crate::exit_code::Failure;

/// Largest scenario file that is read, in bytes.
const MAX_SCENARIO_BYTES: u64 = 16 * 1024 * 1024;

/// Loads a pack from its folder.
///
/// # Errors
/// Files that cannot be read, or everything that is wrong with the pack.
pub(crate) fn pack(path: &Path) -> Result<RulePack, Failure> {
    let files = mash_io::pack_folder::read(path).map_err(Failure::Files)?;
    Ok(RulePack::load(&files)?)
}

/// Reads a scenario, with the SHA-256 of its file.
///
/// # Errors
/// The file cannot be read, or everything that is wrong with it.
pub(crate) fn scenario(path: &Path) -> Result<(Scenario, String), Failure> {
    let text = mash_io::text_file::read(path, MAX_SCENARIO_BYTES)?;
    let scenario = Scenario::from_json(&text)
        .map_err(|error| Failure::Scenario { path: path.display().to_string(), error })?;
    let hash = Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    Ok((scenario, hash))
}
