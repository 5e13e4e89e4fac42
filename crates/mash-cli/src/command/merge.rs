//! `mash merge`: the shards of one batch, experiment or sweep put together.

use std::path::{Path, PathBuf};

use mash_io::{
    FileError,
    results_folder::{
        AskedRun,
        merge::{Shards, merge},
    },
};
use serde::de::DeserializeOwned;

use super::{Written, compare, sharded, sweep};
use crate::{exit_code::Failure, terminal};

pub(crate) fn run(folders: &[PathBuf], out: &Path, json: bool) -> Result<(), Failure> {
    let shards = Shards::of(folders, out)?;
    let files = match shards.head.asked.as_ref().map(|asked| (asked, asked.verb.as_str())) {
        None => sharded::files(out, &merge(&shards, out)?),
        Some((asked, "compare")) => compare::merged(arguments(asked, out)?, &shards, out)?,
        Some((asked, "sweep")) => sweep::merged(&arguments(asked, out)?, &shards, out)?,
        Some((_, other)) => {
            let problem = format!("the shards are of `mash {other}`, which this version does not merge");
            return Err(FileError::new(out, problem).mend("merge with the program that ran them").into());
        }
    };
    if json {
        terminal::json(&Written::new(files));
    } else {
        terminal::out(&format!(
            "{} replications of {} shards of {}\n{}\n",
            shards.head.replications,
            shards.count(),
            shards.head.model,
            files.join("\n")
        ));
    }
    Ok(())
}

fn arguments<T: DeserializeOwned>(asked: &AskedRun, out: &Path) -> Result<T, Failure> {
    serde_json::from_value(asked.arguments.clone()).map_err(|error| {
        FileError::new(out, format!("the manifests of the shards name no command: {error}"))
            .mend("merge with the program that ran them")
            .into()
    })
}
