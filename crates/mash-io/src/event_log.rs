//! The event log of a simulated front door: as CSV, as OCEL 2.0 for process-mining tools, and as the timeline of one
//! case for people.
//!
//! In: what [`mash_sim::front_door::run`] tells a [`Log`]. Out: files that are written as events come and put in place
//! whole, and text. Listening changes nothing that is simulated. A file holds one replication; ids name households,
//! children, contacts and workers of that replication, all of them synthetic.

pub mod case;
mod clocks;
pub mod csv;
pub mod ocel;
pub mod timeline;

use std::{
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use mash_sim::{
    LatentNeed,
    front_door::{CaseKey, FrontDoor, FrontDoorError, Log, Note, Records, Triage, ValueKind, run},
    queueing::Time,
};

use crate::{
    error::FileError,
    output::{Output, cannot_write},
};
pub use case::{CaseNotes, UnknownCaseError};

/// What is wanted of one replication.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventTargets {
    /// The case whose timeline is wanted.
    pub case: Option<CaseKey>,
    /// Where the CSV goes; `-` is standard output.
    pub csv: Option<PathBuf>,
    /// Where the OCEL 2.0 JSON goes; `-` is standard output.
    pub ocel: Option<PathBuf>,
}

/// Why there is no event log.
#[derive(Debug, thiserror::Error)]
pub enum EventLogError {
    /// The replication cannot be run.
    #[error(transparent)]
    Run(#[from] FrontDoorError),
    /// A file cannot be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// There is no such case in the replication.
    #[error(transparent)]
    UnknownCase(#[from] UnknownCaseError),
}

/// What one replication gave.
#[derive(Debug)]
pub struct EventLog {
    /// The records, the same as without a listener.
    pub records: Records,
    /// The timeline of the case that was asked for.
    pub timeline: Option<String>,
}

/// Runs one replication and writes what is wanted of its events.
///
/// # Errors
/// [`EventLogError`]; no file is put in its place then.
pub fn write(
    door: &FrontDoor<'_>,
    triage: &dyn Triage,
    seed: u64,
    replication: u32,
    targets: &EventTargets,
) -> Result<EventLog, EventLogError> {
    if let (Some(csv), Some(ocel)) = (&targets.csv, &targets.ocel)
        && csv == ocel
    {
        let problem = "is named for the CSV and for the OCEL";
        return Err(FileError::new(csv, problem).mend("give each a place of its own").into());
    }
    let ratings = triage.ratings();
    let csv = |path: &PathBuf| csv::CsvLog::create(path, door, ratings, replication);
    let ocel = |path: &PathBuf| ocel::OcelLog::create(path, door, ratings);
    let mut listeners = Listeners {
        csv: targets.csv.as_ref().map(csv).transpose()?,
        ocel: targets.ocel.as_ref().map(ocel).transpose()?,
        case: targets.case.map(CaseNotes::of),
    };
    let records = run(door, triage, seed, replication, &mut listeners)?;
    let Listeners { csv, ocel, case } = listeners;
    let timeline =
        case.map(|case| timeline::timeline(door, ratings, &case.notes, case.key, &records)).transpose()?;
    if let Some(csv) = csv {
        csv.finish()?;
    }
    if let Some(ocel) = ocel {
        ocel.finish(&records)?;
    }
    Ok(EventLog { records, timeline })
}

/// Everybody who listens to one replication.
struct Listeners<'d> {
    csv: Option<csv::CsvLog<'d>>,
    ocel: Option<ocel::OcelLog<'d>>,
    case: Option<CaseNotes>,
}

impl Log for Listeners<'_> {
    fn note(&mut self, note: Note) {
        if let Some(csv) = &mut self.csv {
            csv.note(note);
        }
        if let Some(ocel) = &mut self.ocel {
            ocel.note(note);
        }
        if let Some(case) = &mut self.case {
            case.note(note);
        }
    }

    fn listens(&self) -> bool {
        self.csv.is_some() || self.ocel.is_some() || self.case.is_some()
    }
}

/// Bytes gathered before they go to the file.
const BLOCK: usize = 64 * 1024;

/// A file written in blocks. The first error stops the writing and is given at the end.
#[derive(Debug)]
struct Sink {
    output: Output,
    place: PathBuf,
    block: Vec<u8>,
    failed: Option<io::Error>,
}

impl Sink {
    fn create(path: &Path) -> Result<Self, FileError> {
        let block = Vec::with_capacity(BLOCK + 4 * 1024);
        Ok(Self { output: Output::create(path)?, place: path.to_owned(), block, failed: None })
    }

    /// Passes on what has been gathered once that is a block.
    fn settle(&mut self) {
        if self.block.len() >= BLOCK {
            self.pass_on();
        }
    }

    fn pass_on(&mut self) {
        if self.failed.is_none() {
            self.failed = self.output.write_all(&self.block).err();
        }
        self.block.clear();
    }

    fn finish(mut self) -> Result<(), FileError> {
        self.pass_on();
        match self.failed {
            Some(error) => Err(cannot_write(&self.place, &error)),
            None => self.output.finish(),
        }
    }
}

/// Civil date-times, with one look at the calendar a day.
#[derive(Debug)]
struct Clock<'d> {
    door: &'d FrontDoor<'d>,
    day: i64,
    date: String,
}

const SECOND: i64 = 1_000_000_000;
const DAY_SECONDS: i64 = 86_400;

impl<'d> Clock<'d> {
    fn new(door: &'d FrontDoor<'d>) -> Self {
        Self { door, day: i64::MIN, date: String::new() }
    }

    /// Appends `2023-04-03T09:12:00`.
    fn push(&mut self, at: Time, out: &mut Vec<u8>) {
        let seconds = at.0.div_euclid(SECOND);
        let day = seconds.div_euclid(DAY_SECONDS);
        if day != self.day {
            self.day = day;
            self.date = self.door.civil(at).date().to_string();
        }
        let second = seconds.rem_euclid(DAY_SECONDS);
        out.extend_from_slice(self.date.as_bytes());
        for (mark, part) in [(b'T', second / 3_600), (b':', second / 60 % 60), (b':', second % 60)] {
            let digit = |value: i64| b'0' + u8::try_from(value % 10).unwrap_or(0);
            out.extend_from_slice(&[mark, digit(part / 10), digit(part)]);
        }
    }
}

/// Appends a number in digits.
fn push_number(mut number: u64, out: &mut Vec<u8>) {
    let start = out.len();
    loop {
        out.push(b'0' + u8::try_from(number % 10).unwrap_or(0));
        number /= 10;
        if number == 0 {
            break;
        }
    }
    if let Some(digits) = out.get_mut(start..) {
        digits.reverse();
    }
}

/// Appends the id of a household, `h12`.
fn push_family(key: CaseKey, out: &mut Vec<u8>) {
    out.push(b'h');
    push_number(key.household, out);
}

/// Appends the id of a contact, `h12-c2`.
fn push_contact(key: CaseKey, out: &mut Vec<u8>) {
    push_family(key, out);
    out.extend_from_slice(b"-c");
    push_number(u64::from(key.approach) + 1, out);
}

/// Appends the id of a child, `h12-1`.
fn push_child(key: CaseKey, out: &mut Vec<u8>) {
    push_family(key, out);
    out.push(b'-');
    push_number(u64::from(key.child) + 1, out);
}

/// Appends the id of a social worker, `w7`: numbers count everybody who has been in a post, from 1.
fn push_worker(worker: u32, out: &mut Vec<u8>) {
    out.push(b'w');
    push_number(u64::from(worker) + 1, out);
}

/// The id of the rating or route that a note's value stands for.
fn value_id<'r>(note: &Note, ratings: &'r [String]) -> Option<&'r str> {
    let at = usize::from(note.value?);
    match note.activity.value_kind()? {
        ValueKind::Rating => ratings.get(at).map(String::as_str),
        ValueKind::Route => LatentNeed::ALL.get(at).map(|route| route.route_id()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_their_digits() {
        for number in [0, 7, 10, 1_203, u64::MAX] {
            let mut out = b"x".to_vec();
            push_number(number, &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), format!("x{number}"));
        }
    }

    #[test]
    fn a_contact_is_its_case_without_the_child() {
        let key = CaseKey { household: 120, approach: 1, child: 9 };
        let text = |push: fn(CaseKey, &mut Vec<u8>)| {
            let mut out = Vec::new();
            push(key, &mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(text(push_contact), key.id().trim_end_matches("-10"));
        assert_eq!((text(push_family), text(push_child)), ("h120".to_owned(), "h120-10".to_owned()));
    }

    #[test]
    fn the_first_error_is_kept_and_given_at_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("log.csv");
        let mut sink = Sink::create(&place).unwrap();
        sink.failed = Some(io::Error::from(io::ErrorKind::StorageFull));
        sink.block.extend_from_slice(b"more");
        sink.pass_on();
        assert!(sink.finish().unwrap_err().to_string().contains("the disk is full"));
        assert!(!place.exists() && std::fs::read_dir(folder.path()).unwrap().next().is_none());
    }
}
