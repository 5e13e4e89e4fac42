//! Runs whose rows are kept in a folder: shards of them, and going on after a stop.

use std::path::Path;

use mash_batch::batch::Shard;
use mash_io::{
    FileError,
    results_folder::{
        self, AskedRun, RunHead, RunManifest,
        checkpoint::{Checkpoint, KeptRow},
        shard,
    },
};
use serde::Serialize;

use super::Written;
use crate::{exit_code::Failure, terminal};

/// The shard that a command line asks for.
///
/// # Errors
/// Misuse: no shard that there can be, or nowhere to leave it.
pub(super) fn shard(text: Option<&str>, folder: Option<&Path>) -> Result<Shard, Failure> {
    let shard = match text {
        Some(text) => text.parse().map_err(|error| Failure::Misuse(format!("--shard: {error}")))?,
        None => Shard::WHOLE,
    };
    if shard != Shard::WHOLE && folder.is_none() {
        return Err(Failure::Misuse(
            "a shard is for `mash merge`: say where it goes with `--out DIR`".to_owned(),
        ));
    }
    Ok(shard)
}

/// Opens the checkpoint of a folder and says what it held; gives it with the number of its rows.
///
/// # Errors
/// It is of another run, or damaged; or the folder cannot be made.
pub(super) fn open<K: KeptRow>(
    folder: &Path,
    head: &RunHead,
    measures: &[String],
    restart: bool,
    fold: &mut dyn FnMut(&K) -> bool,
) -> Result<(Checkpoint, u32), Failure> {
    results_folder::create(folder)?;
    let resumed = Checkpoint::open(folder, head, measures, restart, fold)?;
    if resumed.dropped {
        terminal::err("the last row of the checkpoint was cut off: its replication is run again\n");
    }
    if resumed.rows > 0 {
        terminal::err(&format!("going on after {} replications of the checkpoint\n", resumed.rows));
    }
    Ok((resumed.checkpoint, resumed.rows))
}

/// A run that was stopped and can go on.
pub(super) fn stopped(rows: u32, folder: &Path) -> Failure {
    Failure::Run(format!(
        "stopped after {rows} replications; the same command goes on from {}",
        folder.display()
    ))
}

/// Leaves a finished shard and says so.
///
/// # Errors
/// It cannot be written.
pub(super) fn leave(
    folder: &Path,
    head: &RunHead,
    measures: usize,
    rows: u32,
    checkpoint: Checkpoint,
    json: bool,
) -> Result<(), Failure> {
    let manifest = shard::write(folder, head, measures, rows, checkpoint)?;
    let files = files(folder, &manifest);
    if json {
        terminal::json(&Written::new(files));
    } else {
        terminal::out(&format!(
            "shard {} of {}: {rows} rows, for `mash merge`\n{}\n",
            head.shard,
            head.model,
            files.join("\n")
        ));
    }
    Ok(())
}

/// The files that a manifest names, and itself.
pub(super) fn files(folder: &Path, manifest: &RunManifest) -> Vec<String> {
    let names = manifest.files.iter().map(|file| file.name.as_str()).chain(["manifest.json"]);
    names.map(|name| folder.join(name).display().to_string()).collect()
}

/// A command line as a manifest keeps it.
///
/// # Errors
/// It cannot be told as JSON, which is a defect of this program.
pub(super) fn asked(verb: &str, arguments: &impl Serialize) -> Result<AskedRun, Failure> {
    let arguments = serde_json::to_value(arguments).map_err(|error| Failure::Run(error.to_string()))?;
    Ok(AskedRun { verb: verb.to_owned(), arguments })
}

/// Are the files that shards were run from the same as those here?
///
/// # Errors
/// They are not: the results of the shards would be told as those of other scenarios or packs.
pub(super) fn same_inputs(shards: &RunHead, here: &RunHead, out: &Path) -> Result<(), Failure> {
    let sums = |head: &RunHead| -> Vec<String> {
        head.inputs.iter().map(|it| it.sha256.clone()).filter(|sum| !sum.is_empty()).collect()
    };
    if shards.program != here.program {
        let problem = format!("the shards were run by {}, and this is {}", shards.program, here.program);
        return Err(FileError::new(out, problem).mend("merge with the program that ran them").into());
    }
    let other = shards.inputs.iter().zip(&here.inputs).find(|(there, here)| there.sha256 != here.sha256);
    if let Some((there, _)) = other.filter(|_| sums(shards) != sums(here)) {
        let problem = format!("{} is not here as the shards were run from it", there.name);
        let mend = "merge where the scenarios and packs are those of the shards";
        return Err(FileError::new(out, problem).mend(mend).into());
    }
    Ok(())
}
