//! The event log as CSV: one row for each note.

use std::path::Path;

use mash_sim::front_door::{FrontDoor, Log, Note, RatingLimit};

use super::{Clock, Sink, push_child, push_contact, push_family, push_number, push_worker, value_id};
use crate::error::FileError;

/// The columns.
pub const COLUMNS: [&str; 10] =
    ["time", "activity", "case", "contact", "child", "family", "agency", "worker", "value", "replication"];

/// Writes notes as they come; memory does not grow with them.
#[derive(Debug)]
pub struct CsvLog<'d> {
    sink: Sink,
    clock: Clock<'d>,
    /// As fields.
    ratings: Vec<String>,
    /// `,0` and the line end.
    tail: Vec<u8>,
}

impl<'d> CsvLog<'d> {
    /// Opens a file and writes its header; `-` is standard output.
    ///
    /// # Errors
    /// The folder is not there or may not be written, or the place is a folder.
    pub fn create(
        path: &Path,
        door: &'d FrontDoor<'d>,
        ratings: &[RatingLimit],
        replication: u32,
    ) -> Result<Self, FileError> {
        let mut sink = Sink::create(path)?;
        sink.block.extend_from_slice(COLUMNS.join(",").as_bytes());
        sink.block.push(b'\n');
        let ratings = ratings.iter().map(|rating| field(&rating.id)).collect();
        Ok(Self { sink, clock: Clock::new(door), ratings, tail: format!(",{replication}\n").into_bytes() })
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    /// The first error of writing, or the file cannot be moved.
    pub fn finish(self) -> Result<(), FileError> {
        self.sink.finish()
    }
}

impl Log for CsvLog<'_> {
    fn note(&mut self, note: Note) {
        let Note { at, activity, key, agency, worker, .. } = note;
        let row = &mut self.sink.block;
        self.clock.push(at, row);
        row.push(b',');
        row.extend_from_slice(activity.title().as_bytes());
        row.push(b',');
        push_contact(key, row);
        row.push(b'-');
        push_number(u64::from(key.child) + 1, row);
        row.push(b',');
        push_contact(key, row);
        row.push(b',');
        push_child(key, row);
        row.push(b',');
        push_family(key, row);
        row.push(b',');
        row.extend_from_slice(agency.map_or("", |agency| agency.id()).as_bytes());
        row.push(b',');
        if let Some(worker) = worker {
            push_worker(worker, row);
        }
        row.push(b',');
        row.extend_from_slice(value_id(&note, &self.ratings).unwrap_or("").as_bytes());
        row.extend_from_slice(&self.tail);
        self.sink.settle();
    }
}

/// A text as a field, in quotation marks where it needs them.
fn field(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}
