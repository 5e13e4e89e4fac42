//! Rows of a batch that is not finished: `rows.checkpoint` in its results folder.
//!
//! The first line says what is run; each further line is a row with a checksum at its end. Rows are written block by
//! block and brought to the disk before the next block is begun, so a run that is killed loses no more than a block. A
//! last line that was cut off is dropped; anything else that is wrong is refused, because nobody can say what it was.

use std::{
    fs::{File, OpenOptions},
    io::{BufRead, BufReader, BufWriter, Write},
    path::{Path, PathBuf},
};

use mash_batch::batch::{Row, Summary};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{RunHead, hexadecimal, rows::json_number};
use crate::{error::FileError, output::cannot_write};

/// Name of the file.
const NAME: &str = "rows.checkpoint";
/// Characters of a checksum.
const SUM: usize = 16;

/// The first line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct First {
    #[serde(flatten)]
    head: RunHead,
    measures: Vec<String>,
}

/// A checkpoint being written.
#[derive(Debug)]
pub struct Checkpoint {
    path: PathBuf,
    file: BufWriter<File>,
}

/// A checkpoint opened, and what it held.
#[derive(Debug)]
pub struct Resumed {
    /// To go on with.
    pub checkpoint: Checkpoint,
    /// Its rows, folded.
    pub summary: Summary,
    /// Whether a last line was cut off and dropped.
    pub dropped: bool,
}

impl Checkpoint {
    /// Opens the checkpoint of a folder, or begins one; `restart` begins one whatever is there.
    ///
    /// # Errors
    /// It is of another run, or damaged other than at its end; or it cannot be read or written.
    pub fn open(
        folder: &Path,
        head: &RunHead,
        measures: &[String],
        restart: bool,
    ) -> Result<Resumed, FileError> {
        let path = folder.join(NAME);
        let first = First { head: head.clone(), measures: measures.to_vec() };
        if restart || !path.exists() {
            return Self::begin(path, &first);
        }
        let bytes = std::fs::metadata(&path).map_err(|error| cannot_read(&path, &error))?.len();
        let mut lines = Lines::open(&path)?;
        let Some(line) = lines.next_line()? else { return Self::begin(path, &first) };
        // A first line that was cut off has no row after it.
        if !line.whole && lines.end == bytes {
            return Self::begin(path, &first);
        }
        let found: First = checked(&line.text)
            .and_then(|text| serde_json::from_str(text).ok())
            .ok_or_else(|| damaged(&path, 1))?;
        if let Some(other) = difference(&found, &first) {
            return Err(FileError::new(&path, format!("is of another run: {other}"))
                .mend("give `--restart` to begin anew, or another folder with `--out`"));
        }
        let mut summary = Summary::new(measures.len());
        let (mut kept, mut dropped) = (lines.end, false);
        let shard = head.shard();
        let mut wanted = shard.replications(head.replications);
        while let Some(line) = lines.next_line()? {
            let row = checked(&line.text).and_then(row).filter(|row| row.figures.len() == measures.len());
            match row {
                Some(row) if line.whole && wanted.next() == Some(row.replication) => {
                    summary.push(&row).map_err(|_| damaged(&path, lines.number))?;
                    kept = lines.end;
                }
                _ if lines.end == bytes && !line.whole => dropped = true,
                _ => return Err(damaged(&path, lines.number)),
            }
        }
        let file =
            OpenOptions::new().append(true).open(&path).map_err(|error| cannot_write(&path, &error))?;
        file.set_len(kept).map_err(|error| cannot_write(&path, &error))?;
        Ok(Resumed { checkpoint: Checkpoint { path, file: BufWriter::new(file) }, summary, dropped })
    }

    fn begin(path: PathBuf, first: &First) -> Result<Resumed, FileError> {
        let file = File::create(&path).map_err(|error| cannot_write(&path, &error))?;
        let mut checkpoint = Checkpoint { path, file: BufWriter::new(file) };
        let text = serde_json::to_string(first)
            .map_err(|error| FileError::new(&checkpoint.path, format!("cannot be written: {error}")))?;
        checkpoint.line(&text)?;
        checkpoint.sync()?;
        Ok(Resumed { checkpoint, summary: Summary::new(first.measures.len()), dropped: false })
    }

    /// Adds rows and brings them to the disk.
    ///
    /// # Errors
    /// They cannot be written; what stood there before stands.
    pub fn add(&mut self, rows: &[Row]) -> Result<(), FileError> {
        for row in rows {
            let figures: Vec<String> = row
                .figures
                .iter()
                .map(|figure| figure.map_or_else(|| "null".to_owned(), json_number))
                .collect();
            self.line(&format!("[{},[{}]]", row.replication, figures.join(",")))?;
        }
        self.sync()
    }

    /// Its rows, in order, from the first.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn rows(&self) -> Result<impl Iterator<Item = Result<Row, FileError>> + use<>, FileError> {
        let mut lines = Lines::open(&self.path)?;
        lines.next_line()?;
        let path = self.path.clone();
        Ok(std::iter::from_fn(move || {
            let line = lines.next_line().transpose()?;
            Some(line.and_then(|line| {
                checked(&line.text).and_then(row).ok_or_else(|| damaged(&path, lines.number))
            }))
        }))
    }

    /// Takes the file away once the results stand.
    ///
    /// # Errors
    /// It cannot be removed.
    pub fn remove(self) -> Result<(), FileError> {
        std::fs::remove_file(&self.path).map_err(|error| cannot_write(&self.path, &error))
    }

    fn line(&mut self, text: &str) -> Result<(), FileError> {
        writeln!(self.file, "{text}\t{}", sum(text)).map_err(|error| cannot_write(&self.path, &error))
    }

    fn sync(&mut self) -> Result<(), FileError> {
        let flushed = self.file.flush().and_then(|()| self.file.get_ref().sync_data());
        flushed.map_err(|error| cannot_write(&self.path, &error))
    }
}

/// What differs between two runs, in words.
fn difference(found: &First, wanted: &First) -> Option<String> {
    let says = |name: &str, found: &str, wanted: &str| {
        (found != wanted).then(|| format!("{name} is {found} there and {wanted} here"))
    };
    let (one, two) = (&found.head, &wanted.head);
    let inputs = |head: &RunHead| -> String {
        let all = head
            .inputs
            .iter()
            .map(|input| format!("{} {}", input.name, input.sha256.get(..12).unwrap_or("")));
        all.collect::<Vec<_>>().join(", ")
    };
    says("the program", &one.program, &two.program)
        .or_else(|| says("the model", &one.model, &two.model))
        .or_else(|| says("the input", &inputs(one), &inputs(two)))
        .or_else(|| says("the seed", &one.seed.to_string(), &two.seed.to_string()))
        .or_else(|| {
            says("the number of replications", &one.replications.to_string(), &two.replications.to_string())
        })
        .or_else(|| says("the precision", &format!("{:?}", one.until), &format!("{:?}", two.until)))
        .or_else(|| says("the shard", &one.shard, &two.shard))
        .or_else(|| (found.measures != wanted.measures).then(|| "its measures are others".to_owned()))
}

/// Lines of a file, and whether each ends where a line ends.
struct Lines {
    path: PathBuf,
    reader: BufReader<File>,
    number: u64,
    end: u64,
}

struct Line {
    text: String,
    whole: bool,
}

impl Lines {
    fn open(path: &Path) -> Result<Self, FileError> {
        let file = File::open(path).map_err(|error| cannot_read(path, &error))?;
        Ok(Self { path: path.to_owned(), reader: BufReader::new(file), number: 0, end: 0 })
    }

    fn next_line(&mut self) -> Result<Option<Line>, FileError> {
        let mut bytes = Vec::new();
        let read =
            self.reader.read_until(b'\n', &mut bytes).map_err(|error| cannot_read(&self.path, &error))?;
        if read == 0 {
            return Ok(None);
        }
        self.number += 1;
        self.end += read as u64;
        let whole = bytes.last() == Some(&b'\n');
        let text = String::from_utf8_lossy(&bytes).trim_end_matches('\n').to_owned();
        Ok(Some(Line { text, whole }))
    }
}

/// The text of a line whose checksum is right.
fn checked(line: &str) -> Option<&str> {
    let (text, found) = line.rsplit_once('\t')?;
    (found == sum(text)).then_some(text)
}

fn sum(text: &str) -> String {
    hexadecimal(&Sha256::digest(text.as_bytes())).chars().take(SUM).collect()
}

fn row(text: &str) -> Option<Row> {
    let (replication, figures): (u32, Vec<Option<f64>>) = serde_json::from_str(text).ok()?;
    Some(Row { replication, figures })
}

fn damaged(path: &Path, line: u64) -> FileError {
    FileError::new(path, format!("line {line} is damaged"))
        .mend("give `--restart` to begin anew; rows before it cannot be trusted either")
}

fn cannot_read(path: &Path, error: &std::io::Error) -> FileError {
    FileError::new(path, format!("cannot be read: {error}"))
}
