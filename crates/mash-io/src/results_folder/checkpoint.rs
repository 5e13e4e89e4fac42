//! Rows of a run that is not finished: `rows.checkpoint` in its results folder.
//!
//! The first line says what is run; each further line is a row with a checksum at its end. Rows are written block by
//! block and brought to the disk before the next block is begun, so a run that is killed loses no more than a block. A
//! last line that was cut off is dropped; anything else that is wrong is refused, because nobody can say what it was.

use std::{
    fs::{File, OpenOptions},
    io::{BufRead, BufReader, BufWriter, Write},
    path::{Path, PathBuf},
};

use mash_batch::{
    batch::{Row, Shard},
    experiment::study::StudyRow,
};
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

/// A row that can be kept.
pub trait KeptRow: Sized {
    /// Its number in the run.
    fn number(&self) -> u32;
    /// Its text, without tabs and line ends.
    fn text(&self) -> String;
    /// The row of a text.
    fn of_text(text: &str) -> Option<Self>;
}

impl KeptRow for Row {
    fn number(&self) -> u32 {
        self.replication
    }

    fn text(&self) -> String {
        let figure = |figure: &Option<f64>| figure.map_or_else(|| "null".to_owned(), json_number);
        let figures: Vec<String> = self.figures.iter().map(figure).collect();
        format!("[{},[{}]]", self.replication, figures.join(","))
    }

    fn of_text(text: &str) -> Option<Self> {
        let (replication, figures): (u32, Vec<Option<f64>>) = serde_json::from_str(text).ok()?;
        Some(Row { replication, figures })
    }
}

impl KeptRow for StudyRow {
    fn number(&self) -> u32 {
        self.number
    }

    fn text(&self) -> String {
        // A row that cannot be written is an empty line, which nobody reads as one.
        serde_json::to_string(self).unwrap_or_default()
    }

    fn of_text(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
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
    /// Rows that it held.
    pub rows: u32,
    /// Whether a last line was cut off and dropped.
    pub dropped: bool,
}

impl Checkpoint {
    /// Opens the checkpoint of a folder, or begins one; `restart` begins one whatever is there. `fold` is given the rows that
    /// it holds, in order, and says whether each is one of this run.
    ///
    /// # Errors
    /// It is of another run, or damaged other than at its end; or it cannot be read or written.
    pub fn open<K: KeptRow>(
        folder: &Path,
        head: &RunHead,
        measures: &[String],
        restart: bool,
        fold: &mut dyn FnMut(&K) -> bool,
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
        let (mut kept, mut rows, mut dropped) = (lines.end, 0, false);
        let mut order = Order::of(head);
        while let Some(line) = lines.next_line()? {
            match checked(&line.text).and_then(K::of_text) {
                Some(row) if line.whole && order.is_next(row.number()) && fold(&row) => {
                    (kept, rows) = (lines.end, rows + 1);
                }
                _ if lines.end == bytes && !line.whole => dropped = true,
                _ => return Err(damaged(&path, lines.number)),
            }
        }
        let file =
            OpenOptions::new().append(true).open(&path).map_err(|error| cannot_write(&path, &error))?;
        file.set_len(kept).map_err(|error| cannot_write(&path, &error))?;
        Ok(Resumed { checkpoint: Checkpoint { path, file: BufWriter::new(file) }, rows, dropped })
    }

    fn begin(path: PathBuf, first: &First) -> Result<Resumed, FileError> {
        let file = File::create(&path).map_err(|error| cannot_write(&path, &error))?;
        let mut checkpoint = Checkpoint { path, file: BufWriter::new(file) };
        let text = serde_json::to_string(first)
            .map_err(|error| FileError::new(&checkpoint.path, format!("cannot be written: {error}")))?;
        checkpoint.line(&text)?;
        checkpoint.sync()?;
        Ok(Resumed { checkpoint, rows: 0, dropped: false })
    }

    /// Adds rows and brings them to the disk.
    ///
    /// # Errors
    /// They cannot be written; what stood there before stands.
    pub fn add<K: KeptRow>(&mut self, rows: &[K]) -> Result<(), FileError> {
        rows.iter().try_for_each(|row| self.line(&row.text()))?;
        self.sync()
    }

    /// Its rows, in order, from the first.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn rows<K: KeptRow>(&self) -> Result<impl Iterator<Item = Result<K, FileError>> + use<K>, FileError> {
        rows(&self.path)
    }

    /// Where it stands.
    pub(super) fn path(&self) -> &Path {
        &self.path
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

/// Rows of a file in the form of a checkpoint, from the first.
///
/// # Errors
/// It cannot be read; each line that is no row is an error in its place.
pub(super) fn rows<K: KeptRow>(
    path: &Path,
) -> Result<impl Iterator<Item = Result<K, FileError>> + use<K>, FileError> {
    let mut lines = Lines::open(path)?;
    lines.next_line()?;
    let path = path.to_owned();
    Ok(std::iter::from_fn(move || {
        let line = lines.next_line().transpose()?;
        Some(line.and_then(|line| {
            checked(&line.text).and_then(K::of_text).ok_or_else(|| damaged(&path, lines.number))
        }))
    }))
}

/// The numbers that rows of a shard have, one after another. A part of a run that stops at a precision may end early.
struct Order {
    shard: Shard,
    next: u32,
    of: u32,
    begins: Vec<u32>,
}

impl Order {
    fn of(head: &RunHead) -> Self {
        let begins = if head.until.is_some() { head.parts.clone() } else { Vec::new() };
        let shard = head.shard();
        Self { shard, next: shard.index() - 1, of: head.replications, begins }
    }

    fn is_next(&mut self, number: u32) -> bool {
        let fits = number == self.next || (number > self.next && self.begins.contains(&number));
        self.next = number.saturating_add(self.shard.of());
        fits && number < self.of
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
        .or_else(|| (one.parts != two.parts).then(|| "its parts are others".to_owned()))
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

fn damaged(path: &Path, line: u64) -> FileError {
    FileError::new(path, format!("line {line} is damaged"))
        .mend("give `--restart` to begin anew; rows before it cannot be trusted either")
}

fn cannot_read(path: &Path, error: &std::io::Error) -> FileError {
    FileError::new(path, format!("cannot be read: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(until: bool) -> RunHead {
        RunHead {
            program: "mash".to_owned(),
            model: "m".to_owned(),
            inputs: Vec::new(),
            seed: 1,
            replications: 9,
            parts: vec![0, 6],
            until: until.then(|| super::super::WantedPrecision { measure: "m".to_owned(), half_width: 1.0 }),
            shard: "1/1".to_owned(),
            asked: None,
        }
    }

    /// Figures of all sizes, whose shortest text needs all its digits.
    #[test]
    fn a_figure_is_read_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let names = ["a".to_owned(), "b".to_owned()];
        let mut state = 7_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            f64::from_bits((state >> 12) | 0x3ff0_0000_0000_0000) * 10_f64.powi((state % 13) as i32 - 6)
        };
        let written: Vec<Row> = (0..9)
            .map(|replication| Row { replication, figures: vec![Some(next()), Some(-next())] })
            .collect();
        let mut nothing = |_: &Row| panic!("nothing was kept yet");
        let mut kept = Checkpoint::open(folder.path(), &head(false), &names, false, &mut nothing).unwrap();
        kept.checkpoint.add(&written).unwrap();
        drop(kept);
        let mut found = Vec::new();
        let mut keep = |row: &Row| {
            found.push(row.clone());
            true
        };
        let kept = Checkpoint::open(folder.path(), &head(false), &names, false, &mut keep).unwrap();
        assert_eq!(kept.rows, 9);
        assert_eq!(found, written);
    }

    #[test]
    fn a_part_ends_early_only_where_a_precision_is_wanted() {
        let goes = |until: bool, numbers: &[u32]| {
            let mut order = Order::of(&head(until));
            numbers.iter().all(|number| order.is_next(*number))
        };
        assert!(goes(false, &[0, 1, 2, 3, 4, 5, 6, 7, 8]));
        assert!(goes(true, &[0, 1, 2, 6, 7, 8]) && !goes(false, &[0, 1, 2, 6, 7, 8]));
        assert!(!goes(true, &[0, 1, 3]) && !goes(true, &[0, 6, 6]) && !goes(false, &[1]));
        assert!(!goes(false, &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
    }
}
