//! One case of a replication: what is noted about it, and what is said of an id that names none.

use mash_sim::front_door::{CaseKey, CaseRecord, Log, Note, Records};

/// How an id of a case looks, in words.
pub const ID_FORM: &str =
    "ids look like `h12-c2-1`: household 12, its second contact, the first child of the household";

/// Keeps what happens to one case and forgets the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseNotes {
    /// The case.
    pub key: CaseKey,
    /// What happened to it, in order.
    pub notes: Vec<Note>,
}

impl CaseNotes {
    /// Listens for one case.
    #[must_use]
    pub fn of(key: CaseKey) -> Self {
        Self { key, notes: Vec::new() }
    }
}

impl Log for CaseNotes {
    fn note(&mut self, note: Note) {
        if note.key == self.key {
            self.notes.push(note);
        }
    }
}

/// An id that names no case of the replication.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no case `{id}` in this replication; {ID_FORM}{}", known(.near))]
pub struct UnknownCaseError {
    /// What was asked for.
    pub id: String,
    /// At most three ids that exist, the nearest first.
    pub near: Vec<String>,
}

fn known(near: &[String]) -> String {
    let named: Vec<String> = near.iter().map(|id| format!("`{id}`")).collect();
    match named.as_slice() {
        [] => "; no contact was received".to_owned(),
        named => format!("; near it there are {}", named.join(", ")),
    }
}

/// The key of an id as typed.
///
/// # Errors
/// A message that says how ids look, for a text that is none.
pub fn parse(id: &str) -> Result<CaseKey, String> {
    CaseKey::parse(id).ok_or_else(|| format!("`{id}` is not the id of a case; {ID_FORM}"))
}

/// The record of a case; contacts of the warm-up are found too.
///
/// # Errors
/// [`UnknownCaseError`] names three that exist: of the same household where there are, else of the nearest numbers.
pub fn find(records: &Records, key: CaseKey) -> Result<&CaseRecord, UnknownCaseError> {
    if let Some(record) = records.cases.iter().find(|record| record.key == key) {
        return Ok(record);
    }
    let mut near: Vec<CaseKey> = records.cases.iter().map(|record| record.key).collect();
    near.sort_unstable_by_key(|other| {
        (
            other.household.abs_diff(key.household),
            other.approach.abs_diff(key.approach),
            other.child.abs_diff(key.child),
            *other,
        )
    });
    Err(UnknownCaseError { id: key.id(), near: near.iter().take(3).map(|key| key.id()).collect() })
}
