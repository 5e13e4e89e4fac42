//! A file in blocks of whole rows.
//!
//! A block holds at most [`MAX_ROW_BYTES`], so that one without the end of a row holds a row that is too long.

use std::{fmt, io::Read};

use crate::{
    contact_file::{Format, MAX_ROW_BYTES},
    error::Issue,
};

/// Whole rows of a file.
#[derive(Debug)]
pub(super) struct Block {
    /// Line of the file that it begins on, from 1.
    pub(super) first_line: u64,
    /// Ends of lines in it.
    pub(super) line_ends: usize,
    pub(super) text: Vec<u8>,
}

impl Block {
    pub(super) fn new(first_line: u64, text: Vec<u8>) -> Self {
        Self { first_line, line_ends: line_ends(&text), text }
    }
}

/// How many lines end in a text.
pub(super) fn line_ends(text: &[u8]) -> usize {
    memchr::memchr_iter(b'\n', text).count()
}

/// A file being read block by block. After an issue there is nothing more.
pub(super) struct Blocks {
    source: Box<dyn Read + Send>,
    name: String,
    format: Format,
    line: u64,
    /// The start of a row whose end is not yet read.
    begun: Vec<u8>,
    /// What ended the file before its time, told after the rows before it.
    broken: Option<Issue>,
    ended: bool,
}

impl Blocks {
    /// Blocks of a file without its byte-order mark.
    pub(super) fn new(source: Box<dyn Read + Send>, name: String, format: Format) -> Self {
        Self { source, name, format, line: 1, begun: Vec::new(), broken: None, ended: false }
    }

    /// Fills a buffer and cuts it where its last row ends.
    fn read(&mut self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(MAX_ROW_BYTES + 2);
        bytes.append(&mut self.begun);
        // One byte more than a row may have tells a row that is too long from one that just fits.
        let room = (MAX_ROW_BYTES + 1).saturating_sub(bytes.len());
        let read = self.source.by_ref().take(room as u64).read_to_end(&mut bytes);
        let too_long = bytes.len() > MAX_ROW_BYTES;
        if read.is_ok() && !too_long {
            self.ended = true;
            return bytes;
        }
        let rows = bytes.get(..MAX_ROW_BYTES).unwrap_or(&bytes);
        let end = match self.format {
            Format::JsonLines => memchr::memrchr(b'\n', rows).map_or(0, |last| last + 1),
            Format::Csv => end_of_last_record(rows),
        };
        self.begun = bytes.split_off(end);
        let (row, mend) = match self.format {
            Format::JsonLines => ("line", "one JSON object a line"),
            Format::Csv => ("row", "close every quotation mark"),
        };
        if let Err(error) = read {
            self.stop(format!("the {row} cannot be read: {error}"), None);
        } else if end == 0 {
            self.stop(format!("the {row} is longer than {MAX_ROW_BYTES} bytes"), Some(mend));
        }
        bytes
    }

    /// Ends the file before its time.
    fn stop(&mut self, problem: String, mend: Option<&str>) {
        let mend = mend.map(str::to_owned);
        self.ended = true;
        self.broken = Some(Issue { file: self.name.clone(), line: self.line, field: None, problem, mend });
    }
}

impl fmt::Debug for Blocks {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Blocks({}, line {})", self.name, self.line)
    }
}

impl Iterator for Blocks {
    type Item = Result<Block, Issue>;

    fn next(&mut self) -> Option<Self::Item> {
        if !self.ended {
            let bytes = self.read();
            if !bytes.is_empty() {
                let block = Block::new(self.line, bytes);
                self.line += block.line_ends as u64;
                return Some(Ok(block));
            }
        }
        self.broken.take().map(|issue| Err(Issue { line: self.line, ..issue }))
    }
}

/// Where the last record of a CSV ends that is surely whole; 0 when none is.
fn end_of_last_record(text: &[u8]) -> usize {
    if memchr::memchr(b'"', text).is_none() {
        return memchr::memrchr2(b'\n', b'\r', text).map_or(0, |last| last + 1);
    }
    // A quoted cell may hold line ends: only reading the records tells.
    let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text);
    let mut record = csv::ByteRecord::new();
    let mut end = 0;
    while let Ok(true) = reader.read_byte_record(&mut record) {
        match usize::try_from(reader.position().byte()) {
            Ok(byte) if byte < text.len() => end = byte,
            _ => break,
        }
    }
    end
}
