//! The event log as OCEL 2.0 JSON, the exchange format of object-centric process mining. Source: OCEL 2.0 specification
//! (2023), <https://www.ocel-standard.org/specification/formats/json/>.
//!
//! Events go to the file as they come; objects follow when the run has ended, because the order of the four lists is
//! free. Memory grows with enquiries sent and workers, not with events: children, families and contacts are read off the
//! records. What happens to several children of a contact in the same moment, with the same value, is one event.
//!
//! The standard's schema wants times with an offset and every value as text. Times are civil and written with `Z`: a
//! simulated day has 24 hours, so durations and office hours are both right.

use std::{collections::BTreeSet, path::Path};

use mash_model::Agency;
use mash_sim::{
    front_door::{Activity, CaseKey, CaseRecord, FrontDoor, Log, Note, RatingLimit, Records, ValueKind},
    queueing::Time,
};

use super::{Clock, Sink, push_child, push_contact, push_family, push_number, push_worker, value_id};
use crate::error::FileError;

/// Types of objects, each with its attributes.
const OBJECT_TYPES: [(&str, &[&str]); 5] = [
    ("family", &[]),
    ("child", &["age band"]),
    ("contact", &["source", "channel"]),
    ("agency request", &["agency"]),
    ("social worker", &[]),
];

/// Writes events as they come, objects at the end.
#[derive(Debug)]
pub struct OcelLog<'d> {
    sink: Sink,
    clock: Clock<'d>,
    /// As JSON texts without quotation marks.
    ratings: Vec<String>,
    /// What may still concern more children: the note of the first, and all of them.
    pending: Option<Note>,
    children: Vec<u8>,
    events: u64,
    /// Enquiries sent: a child of the contact, the agency, when.
    requests: Vec<(CaseKey, Agency, Time)>,
    workers: BTreeSet<u32>,
}

impl<'d> OcelLog<'d> {
    /// Opens a file and writes what comes before the events; `-` is standard output.
    ///
    /// # Errors
    /// The folder is not there or may not be written, or the place is a folder.
    pub fn create(path: &Path, door: &'d FrontDoor<'d>, ratings: &[RatingLimit]) -> Result<Self, FileError> {
        let mut sink = Sink::create(path)?;
        let out = &mut sink.block;
        out.extend_from_slice(b"{\"objectTypes\":[\n");
        types(OBJECT_TYPES.iter().map(|(name, attributes)| (*name, attributes.to_vec())), out);
        out.extend_from_slice(b"],\n\"eventTypes\":[\n");
        types(Activity::ALL.iter().map(|activity| (activity.title(), event_attributes(*activity))), out);
        out.extend_from_slice(b"],\n\"events\":[");
        Ok(Self {
            sink,
            clock: Clock::new(door),
            ratings: ratings.iter().map(|rating| escaped(&rating.id)).collect(),
            pending: None,
            children: Vec::new(),
            events: 0,
            requests: Vec::new(),
            workers: BTreeSet::new(),
        })
    }

    /// Writes the objects and puts the file in its place.
    ///
    /// # Errors
    /// The first error of writing, or the file cannot be moved.
    pub fn finish(mut self, records: &Records) -> Result<(), FileError> {
        self.write_event();
        self.sink.block.extend_from_slice(b"\n],\n\"objects\":[");
        self.write_objects(records);
        self.sink.block.extend_from_slice(b"\n]}\n");
        self.sink.finish()
    }

    fn write_event(&mut self) {
        let Some(note) = self.pending.take() else { return };
        let Note { at, activity, key, agency, worker, .. } = note;
        let out = &mut self.sink.block;
        let comma: &[u8] = if self.events == 0 { b"" } else { b"," };
        self.events += 1;
        out.extend_from_slice(comma);
        out.extend_from_slice(b"\n{\"id\":\"e");
        push_number(self.events, out);
        out.extend_from_slice(b"\",\"type\":\"");
        out.extend_from_slice(activity.title().as_bytes());
        out.extend_from_slice(b"\",\"time\":\"");
        self.clock.push(at, out);
        out.extend_from_slice(b"Z\",\"attributes\":[");
        let named = agency.filter(|_| activity.names_agency());
        if let Some(agency) = named {
            attribute("agency", agency.id(), out);
        }
        if let (Some(kind), Some(value)) = (activity.value_kind(), value_id(&note, &self.ratings)) {
            if named.is_some() {
                out.push(b',');
            }
            attribute(kind_name(kind), value, out);
        }
        out.extend_from_slice(b"],\"relationships\":[");
        for child in self.children.drain(..) {
            relation(|out| push_child(CaseKey { child, ..key }, out), "about child", out);
            out.push(b',');
        }
        relation(|out| push_family(key, out), "in family", out);
        out.push(b',');
        relation(|out| push_contact(key, out), "in contact", out);
        if let Some(agency) = agency.filter(|_| activity.is_about_a_request()) {
            out.push(b',');
            relation(|out| push_request(key, agency, out), "request", out);
            if activity == Activity::AgencyAsked {
                self.requests.push((key, agency, at));
            }
        }
        if let Some(worker) = worker {
            out.push(b',');
            relation(|out| push_worker(worker, out), "social worker", out);
            self.workers.insert(worker);
        }
        out.extend_from_slice(b"]}");
        self.sink.settle();
    }

    fn write_objects(&mut self, records: &Records) {
        let mut cases: Vec<&CaseRecord> = records.cases.iter().collect();
        cases.sort_unstable_by_key(|case| (case.key.household, case.key.child, case.key.approach));
        let mut first = true;
        for family in cases.chunk_by(|a, b| a.key.household == b.key.household) {
            let Some(case) = family.first() else { continue };
            self.object(&mut first, "family", |out| push_family(case.key, out));
            self.sink.block.extend_from_slice(b",\"attributes\":[],\"relationships\":[]}");
            for child in family.chunk_by(|a, b| a.key.child == b.key.child) {
                self.child(&mut first, child);
            }
        }
        cases.sort_unstable_by_key(|case| case.key);
        for contact in cases.chunk_by(|a, b| same_contact(a.key, b.key)) {
            self.contact(&mut first, contact);
        }
        let mut requests = std::mem::take(&mut self.requests);
        requests.sort_unstable();
        requests.dedup_by(|a, b| same_contact(a.0, b.0) && a.1 == b.1);
        for (key, agency, at) in requests {
            self.object(&mut first, "agency request", |out| push_request(key, agency, out));
            let out = &mut self.sink.block;
            out.extend_from_slice(b",\"attributes\":[");
            timed(&mut self.clock, "agency", agency.id(), at, out);
            out.extend_from_slice(b"],\"relationships\":[");
            relation(|out| push_contact(key, out), "for contact", out);
            out.extend_from_slice(b"]}");
            self.sink.settle();
        }
        for worker in std::mem::take(&mut self.workers) {
            self.object(&mut first, "social worker", |out| push_worker(worker, out));
            self.sink.block.extend_from_slice(b",\"attributes\":[],\"relationships\":[]}");
            self.sink.settle();
        }
    }

    /// Begins an object: its id and type.
    fn object(&mut self, first: &mut bool, kind: &str, id: impl FnOnce(&mut Vec<u8>)) {
        let out = &mut self.sink.block;
        let comma: &[u8] = if std::mem::take(first) { b"" } else { b"," };
        out.extend_from_slice(comma);
        out.extend_from_slice(b"\n{\"id\":\"");
        id(out);
        out.extend_from_slice(b"\",\"type\":\"");
        out.extend_from_slice(kind.as_bytes());
        out.push(b'"');
    }

    /// A child, from its records in order of receipt: its age where a contact finds it changed.
    fn child(&mut self, first: &mut bool, records: &[&CaseRecord]) {
        let Some(case) = records.first() else { return };
        self.object(first, "child", |out| push_child(case.key, out));
        let out = &mut self.sink.block;
        out.extend_from_slice(b",\"attributes\":[");
        for (number, same) in records.chunk_by(|a, b| a.age == b.age).enumerate() {
            let Some(from) = same.first() else { continue };
            if number > 0 {
                out.push(b',');
            }
            timed(&mut self.clock, "age band", from.age.id(), from.received, out);
        }
        out.extend_from_slice(b"],\"relationships\":[");
        relation(|out| push_family(case.key, out), "in family", out);
        out.extend_from_slice(b"]}");
        self.sink.settle();
    }

    /// A contact, from the records of its children.
    fn contact(&mut self, first: &mut bool, records: &[&CaseRecord]) {
        let Some(case) = records.first() else { return };
        self.object(first, "contact", |out| push_contact(case.key, out));
        let out = &mut self.sink.block;
        out.extend_from_slice(b",\"attributes\":[");
        timed(&mut self.clock, "source", case.source.id(), case.received, out);
        out.push(b',');
        timed(&mut self.clock, "channel", case.channel.id(), case.received, out);
        out.extend_from_slice(b"],\"relationships\":[");
        for child in records {
            relation(|out| push_child(child.key, out), "about child", out);
            out.push(b',');
        }
        relation(|out| push_family(case.key, out), "in family", out);
        out.extend_from_slice(b"]}");
        self.sink.settle();
    }
}

impl Log for OcelLog<'_> {
    fn note(&mut self, note: Note) {
        let first =
            self.pending.map(|first| Note { key: CaseKey { child: note.key.child, ..first.key }, ..first });
        if first != Some(note) || self.children.contains(&note.key.child) {
            self.write_event();
            self.pending = Some(note);
        }
        self.children.push(note.key.child);
    }
}

fn same_contact(a: CaseKey, b: CaseKey) -> bool {
    (a.household, a.approach) == (b.household, b.approach)
}

fn kind_name(kind: ValueKind) -> &'static str {
    match kind {
        ValueKind::Rating => "rating",
        ValueKind::Route => "route",
    }
}

fn event_attributes(activity: Activity) -> Vec<&'static str> {
    let agency = activity.names_agency().then_some("agency");
    agency.into_iter().chain(activity.value_kind().map(kind_name)).collect()
}

/// A list of types with their attributes, all of them text.
fn types<'n>(all: impl Iterator<Item = (&'n str, Vec<&'n str>)>, out: &mut Vec<u8>) {
    let types = all.map(|(name, attributes)| {
        let attributes: Vec<String> = attributes
            .iter()
            .map(|attribute| format!("{{\"name\":\"{attribute}\",\"type\":\"string\"}}"))
            .collect();
        format!("{{\"name\":\"{name}\",\"attributes\":[{}]}}", attributes.join(","))
    });
    out.extend_from_slice(types.collect::<Vec<_>>().join(",\n").as_bytes());
}

fn attribute(name: &str, value: &str, out: &mut Vec<u8>) {
    for part in ["{\"name\":\"", name, "\",\"value\":\"", value, "\"}"] {
        out.extend_from_slice(part.as_bytes());
    }
}

/// An attribute of an object, with the moment from which it holds.
fn timed(clock: &mut Clock<'_>, name: &str, value: &str, at: Time, out: &mut Vec<u8>) {
    for part in ["{\"name\":\"", name, "\",\"value\":\"", value, "\",\"time\":\""] {
        out.extend_from_slice(part.as_bytes());
    }
    clock.push(at, out);
    out.extend_from_slice(b"Z\"}");
}

fn relation(id: impl FnOnce(&mut Vec<u8>), qualifier: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"objectId\":\"");
    id(out);
    out.extend_from_slice(b"\",\"qualifier\":\"");
    out.extend_from_slice(qualifier.as_bytes());
    out.extend_from_slice(b"\"}");
}

/// Appends the id of what one agency was asked about a contact, `h12-c2-police`.
fn push_request(key: CaseKey, agency: Agency, out: &mut Vec<u8>) {
    push_contact(key, out);
    out.push(b'-');
    out.extend_from_slice(agency.id().as_bytes());
}

/// A text as it stands between quotation marks in JSON.
fn escaped(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text).to_owned()
}
