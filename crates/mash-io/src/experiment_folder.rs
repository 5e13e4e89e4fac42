//! The results of an experiment in a folder: `results.json`, from which reports are written, and the same as tables.
//!
//! Every file is written beside its place and then moved; `results.json` comes last, so that a folder without it is an
//! experiment that did not end. Nothing in them tells the time of day: the same run gives the same bytes.

mod parquet;
mod records;
mod sheets;
mod tables;

use std::{
    io::Write as _,
    path::{Path, PathBuf},
};

use mash_batch::experiment::{
    Alternative, MovedCase, Ran, Sink,
    results::{ExperimentResults, FORM},
};
use mash_sim::front_door::Records;

use crate::{
    error::FileError,
    output::{Output, cannot_write},
    results_folder,
};

/// The file that reports are written from.
pub const RESULTS: &str = "results.json";
const MOVES: &str = "moves.csv";
const WORKBOOK: &str = "results.xlsx";

/// A folder that is being filled while an experiment runs.
#[derive(Debug)]
pub struct ExperimentFolder<'e> {
    folder: PathBuf,
    alternatives: &'e [Alternative<'e>],
    moves: Output,
    records: Option<records::RecordFiles>,
}

/// Makes a folder, or one that is there look unfinished: without the results or the shard of an earlier run.
///
/// # Errors
/// The folder cannot be made, or a file not be removed.
pub fn forget(folder: &Path) -> Result<(), FileError> {
    results_folder::create(folder)?;
    results_folder::shard::forget(folder)?;
    let old = folder.join(RESULTS);
    if old.exists() {
        std::fs::remove_file(&old).map_err(|error| cannot_write(&old, &error))?;
    }
    Ok(())
}

impl<'e> ExperimentFolder<'e> {
    /// Makes the folder and begins its files; with `records`, those of every case, shift and Monday too.
    ///
    /// # Errors
    /// The folder or a file cannot be made.
    pub fn create(
        folder: &Path,
        alternatives: &'e [Alternative<'e>],
        records: bool,
    ) -> Result<Self, FileError> {
        forget(folder)?;
        let place = folder.join(MOVES);
        let mut moves = Output::create(&place)?;
        writeln!(moves, "alternative,replication,case,received,source,age,from,to")
            .map_err(|error| cannot_write(&place, &error))?;
        let records = records.then(|| records::RecordFiles::create(folder)).transpose()?;
        Ok(Self { folder: folder.to_path_buf(), alternatives, moves, records })
    }

    /// Writes what is left: tables, workbook and `results.json`. Gives the files' places.
    ///
    /// # Errors
    /// A file cannot be written; then there is no `results.json`.
    pub fn finish(self, results: &ExperimentResults, ran: &Ran) -> Result<Vec<PathBuf>, FileError> {
        let mut files = vec![self.folder.join(MOVES)];
        self.moves.finish()?;
        if let Some(records) = self.records {
            files.extend(records.finish()?);
        }
        let tables = tables::all(results, ran);
        for table in &tables {
            let place = self.folder.join(format!("{}.csv", table.name));
            table.write_csv(&place)?;
            files.push(place.clone());
            let place = place.with_extension("parquet");
            parquet::write(&place, table)?;
            files.push(place);
        }
        let workbook = self.folder.join(WORKBOOK);
        sheets::write(&workbook, results, &tables)?;
        files.push(workbook);
        let place = self.folder.join(RESULTS);
        let text = serde_json::to_string_pretty(results)
            .map_err(|error| FileError::new(&place, format!("cannot be written: {error}")))?;
        crate::output::write(&place, &format!("{text}\n"))?;
        files.push(place);
        Ok(files)
    }
}

impl Sink for ExperimentFolder<'_> {
    fn moved(&mut self, moved: &MovedCase) -> Result<(), String> {
        let Some(alternative) = self.alternatives.get(moved.alternative) else { return Ok(()) };
        writeln!(
            self.moves,
            "{},{},{},{},{},{},{},{}",
            alternative.id,
            moved.replication,
            moved.key.id(),
            alternative.model.door().civil(moved.received).strftime("%Y-%m-%dT%H:%M:%S"),
            moved.source,
            moved.age.id(),
            moved.from.route_id(),
            moved.to.route_id()
        )
        .map_err(|error| cannot_write(&self.folder.join(MOVES), &error).to_string())
    }

    fn wants_records(&self) -> bool {
        self.records.is_some()
    }

    fn records(&mut self, alternative: usize, replication: u32, records: &Records) -> Result<(), String> {
        match (&mut self.records, self.alternatives.get(alternative)) {
            (Some(files), Some(alternative)) => {
                files.add(alternative, replication, records).map_err(|error| error.to_string())
            }
            _ => Ok(()),
        }
    }
}

/// Reads the results of a folder, or of its `results.json`.
///
/// # Errors
/// There are none, they are not an experiment's, or of a form that this version does not read.
pub fn read(path: &Path) -> Result<ExperimentResults, FileError> {
    let file = if path.is_dir() { path.join(RESULTS) } else { path.to_path_buf() };
    let text = std::fs::read_to_string(&file).map_err(|error| {
        FileError::new(&file, format!("cannot be read: {error}"))
            .mend("name a folder that `mash compare --out` wrote to the end")
    })?;
    let value: serde_json::Value = serde_json::from_str(&text).map_err(|error| {
        FileError::new(&file, format!("not JSON: {error}")).mend("run `mash compare --out` again")
    })?;
    match value.get("form").and_then(serde_json::Value::as_u64) {
        Some(form) if form == u64::from(FORM) => {}
        Some(form) => {
            let version = value.get("version").and_then(serde_json::Value::as_str).unwrap_or("unknown");
            return Err(FileError::new(
                &file,
                format!("was written by version {version} in form {form}; this version reads form {FORM}"),
            )
            .mend("write the report with that version, or run the experiment again with this one"));
        }
        None => {
            return Err(FileError::new(&file, "holds no results of an experiment")
                .mend("name the results.json of a folder that `mash compare --out` wrote"));
        }
    }
    serde_json::from_value(value).map_err(|error| {
        FileError::new(&file, format!("is damaged: {error}")).mend("run `mash compare --out` again")
    })
}
