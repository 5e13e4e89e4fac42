//! The results of a batch in a folder: a row a replication as CSV, JSON Lines and Parquet, means with intervals, what
//! each column is, and a manifest that says what was run. A shard of an experiment or a sweep stands in a folder too, as
//! its rows alone.
//!
//! While a batch runs, its rows stand in a [`checkpoint`]; the files are written from it when it is complete, each beside
//! its place and then moved. Nothing in them tells the time of day: the same run gives the same bytes.

pub mod checkpoint;
pub mod merge;
mod parquet;
mod rows;
pub mod shard;

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use mash_batch::batch::{Row, Shard, Summary};
use mash_model::NOTICE;
use mash_stats::measures::Measure;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    error::FileError,
    output::{Output, cannot_write},
};

pub use rows::read_rows;

/// Files of a folder, in the order in which they are written; the manifest comes last.
const ROWS_CSV: &str = "replications.csv";
const ROWS_JSON: &str = "replications.jsonl";
const ROWS_PARQUET: &str = "replications.parquet";
const SUMMARY: &str = "summary.csv";
const DICTIONARY: &str = "data-dictionary.csv";
const MANIFEST: &str = "manifest.json";

/// What was run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunHead {
    /// The program and its version.
    pub program: String,
    /// The model.
    pub model: String,
    /// Files that it was read from.
    pub inputs: Vec<InputFile>,
    /// Seed of every draw.
    pub seed: u64,
    /// Rows asked for, in all shards together: replications of a batch, of an experiment those of all its parts. Of a run
    /// that stops at a precision, the most.
    pub replications: u32,
    /// Of a run in several parts, the number of each part's first row.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<u32>,
    /// The precision at which it stops, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<WantedPrecision>,
    /// Which shard of them, `I/N`; `1/1` is all.
    pub shard: String,
    /// The command whose results are written when all shards are there; none of a batch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<AskedRun>,
}

/// A command, so that whoever merges its shards can write its results.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AskedRun {
    /// The verb, `compare` or `sweep`.
    pub verb: String,
    /// Its arguments.
    pub arguments: serde_json::Value,
}

/// A file that a model was read from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InputFile {
    /// Its name, as it was asked for; a pack's id.
    pub name: String,
    /// SHA-256 of its bytes in hexadecimal; of a pack, that of all its files.
    pub sha256: String,
}

/// When a batch stops.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WantedPrecision {
    /// The measure.
    pub measure: String,
    /// Wanted half-width of its 95% interval.
    pub half_width: f64,
}

/// `manifest.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunManifest {
    /// What was run.
    #[serde(flatten)]
    pub head: RunHead,
    /// Rows in this folder.
    pub rows: u32,
    /// Columns besides the replication.
    pub measures: usize,
    /// Half-width that was reached, where a precision was wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub half_width_reached: Option<f64>,
    /// Files of this folder.
    pub files: Vec<InputFile>,
    /// That everything is synthetic.
    pub notice: String,
}

impl RunHead {
    /// The shard; all where the text says nothing that can be read.
    #[must_use]
    pub fn shard(&self) -> Shard {
        self.shard.parse().unwrap_or(Shard::WHOLE)
    }
}

/// The JSON Schema of `manifest.json`.
#[must_use]
pub fn manifest_schema() -> serde_json::Value {
    schemars::schema_for!(RunManifest).to_value()
}

/// Makes a folder for results, with those above it.
///
/// # Errors
/// It cannot be made, or is a file.
pub fn create(folder: &Path) -> Result<(), FileError> {
    if folder.is_file() {
        return Err(FileError::new(folder, "is a file, not a folder").mend("name a folder for the results"));
    }
    std::fs::create_dir_all(folder).map_err(|error| cannot_write(folder, &error))
}

/// Writes every file of a complete batch, rows in order; gives the manifest.
///
/// # Errors
/// A row cannot be read or a file not be written; then no manifest stands in the folder.
pub fn write(
    folder: &Path,
    head: &RunHead,
    measures: &[Measure],
    rows: impl Iterator<Item = Result<Row, FileError>>,
) -> Result<RunManifest, FileError> {
    let place = |name: &str| folder.join(name);
    // A manifest of an older run must not stand beside files of this one.
    let manifest_place = place(MANIFEST);
    if manifest_place.exists() {
        std::fs::remove_file(&manifest_place).map_err(|error| cannot_write(&manifest_place, &error))?;
    }
    let mut csv = Hashed::create(place(ROWS_CSV))?;
    let mut json = Hashed::create(place(ROWS_JSON))?;
    let mut columns = parquet::Columns::new(measures);
    let mut parquet = parquet::writer(Hashed::create(place(ROWS_PARQUET))?, measures)?;
    let mut summary = Summary::new(measures.len());
    rows::header(&mut csv, measures)?;
    for row in rows {
        let row = row?;
        summary.push(&row).map_err(|error| FileError::new(folder, error.to_string()))?;
        rows::write_csv(&mut csv, &row)?;
        rows::write_json(&mut json, measures, &row)?;
        columns.push(&row);
        if columns.is_full() {
            parquet = parquet::write_group(parquet, &mut columns)?;
        }
    }
    parquet = parquet::write_group(parquet, &mut columns)?;
    let parquet = parquet::close(parquet)?;
    let mut files = Vec::new();
    for (name, file) in [(ROWS_CSV, csv), (ROWS_JSON, json), (ROWS_PARQUET, parquet)] {
        files.push(InputFile { name: name.to_owned(), sha256: file.finish()? });
    }
    let estimates = summary.estimates().map_err(|error| FileError::new(folder, error.to_string()))?;
    let mut table = Hashed::create(place(SUMMARY))?;
    rows::write_summary(&mut table, measures, &estimates)?;
    files.push(InputFile { name: SUMMARY.to_owned(), sha256: table.finish()? });
    let mut dictionary = Hashed::create(place(DICTIONARY))?;
    rows::write_dictionary(&mut dictionary, measures)?;
    files.push(InputFile { name: DICTIONARY.to_owned(), sha256: dictionary.finish()? });
    let reached = head.until.as_ref().and_then(|until| {
        let at = measures.iter().position(|measure| measure.id == until.measure)?;
        summary.half_width(at).ok().flatten()
    });
    let manifest = RunManifest {
        head: head.clone(),
        rows: summary.rows(),
        measures: measures.len(),
        half_width_reached: reached,
        files,
        notice: NOTICE.to_owned(),
    };
    let text = serde_json::to_string_pretty(&manifest)
        .map_err(|error| FileError::new(&manifest_place, format!("cannot be written: {error}")))?;
    crate::output::write(&manifest_place, &format!("{text}\n"))?;
    Ok(manifest)
}

/// The manifest of a folder.
///
/// # Errors
/// There is none, or it is not one of this program's.
pub fn read_manifest(folder: &Path) -> Result<RunManifest, FileError> {
    let path = folder.join(MANIFEST);
    let text = std::fs::read_to_string(&path).map_err(|_| {
        FileError::new(folder, format!("has no {MANIFEST}: no finished results"))
            .mend("run its batch to the end first")
    })?;
    serde_json::from_str(&text).map_err(|error| {
        FileError::new(path, format!("is no manifest of results: {error}")).mend("run the batch again")
    })
}

/// A file being written whose hash is taken on the way.
#[derive(Debug)]
pub(crate) struct Hashed {
    output: Output,
    hash: Sha256,
    place: PathBuf,
}

impl Hashed {
    fn create(place: PathBuf) -> Result<Self, FileError> {
        Ok(Self { output: Output::create(&place)?, hash: Sha256::new(), place })
    }

    fn finish(self) -> Result<String, FileError> {
        self.output.finish()?;
        Ok(hexadecimal(&self.hash.finalize()))
    }

    /// Says why it cannot be written.
    pub(crate) fn failed(&self, error: &io::Error) -> FileError {
        cannot_write(&self.place, error)
    }
}

impl Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.output.write(bytes)?;
        self.hash.update(bytes.get(..written).unwrap_or(bytes));
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }
}

/// Bytes in hexadecimal.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
