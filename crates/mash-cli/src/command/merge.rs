//! `mash merge`: the shards of one batch put together.

use std::path::{Path, PathBuf};

use mash_io::results_folder::merge::merge;

use super::Written;
use crate::{exit_code::Failure, terminal};

pub(crate) fn run(folders: &[PathBuf], out: &Path, json: bool) -> Result<(), Failure> {
    let manifest = merge(folders, out)?;
    let names = manifest.files.iter().map(|file| file.name.as_str()).chain(["manifest.json"]);
    let files: Vec<String> = names.map(|name| out.join(name).display().to_string()).collect();
    if json {
        terminal::json(&Written::new(files));
    } else {
        terminal::out(&format!(
            "{} replications of {} shards of {}\n{}\n",
            manifest.rows,
            folders.len(),
            manifest.head.model,
            files.join("\n")
        ));
    }
    Ok(())
}
