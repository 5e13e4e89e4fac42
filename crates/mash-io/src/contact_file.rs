//! Contacts in, decisions out: JSON Lines and CSV.
//!
//! What a row means, and what is wrong with it; [`contact_columns`](crate::contact_columns) reads files. Facts left out
//! (JSON) or empty (CSV) are not known.

pub(crate) mod csv_rows;
mod decision_lines;
mod decisions;
mod json_lines;

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, BufRead, Read},
    path::Path,
};

use jiff::civil::DateTime;
use mash_model::{Characteristics, ContactId, FactDictionary, FactId};
use mash_rules::{error::nearest, facts::json_of};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use csv_rows::Header;
pub use decisions::{DecisionRows, DecisionWriter};

use crate::{
    error::{FileError, Issue},
    personal_data, text_file,
};

/// Longest row that is read, in bytes.
pub const MAX_ROW_BYTES: usize = 1_048_576;

/// The two forms of a contact or decision file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One JSON object a line.
    JsonLines,
    /// A header row and one row a contact.
    Csv,
}

impl Format {
    /// The form that a file's name asks for; `-` is JSON Lines.
    ///
    /// # Errors
    /// Any ending but `.jsonl`, `.ndjson`, `.json` and `.csv`.
    pub fn of(path: &Path) -> Result<Self, FileError> {
        if path == Path::new("-") {
            return Ok(Format::JsonLines);
        }
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        match ending.as_deref() {
            Some("jsonl" | "ndjson" | "json") => Ok(Format::JsonLines),
            Some("csv") => Ok(Format::Csv),
            _ => Err(FileError::new(path, "the file's ending does not tell its form")
                .mend("use .jsonl for JSON Lines or .csv for CSV")),
        }
    }
}

/// One contact as a JSON object: `{"id": "c1", "received": "2023-11-06T09:15:00", "source": "police", "facts": {..}}`.
#[derive(Debug, Clone, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactRecord {
    /// Unique in the file; a pseudonym.
    pub id: String,
    /// When it was received, Europe/London clock time.
    pub received: DateTime,
    /// Who made contact: an agency's id.
    pub source: String,
    /// The household, which siblings share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub household: Option<String>,
    /// The contact that siblings share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// The child, across contacts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub child: Option<String>,
    /// Facts known; those left out are not known.
    pub facts: BTreeMap<FactId, Value>,
    /// For reporting only.
    #[serde(default)]
    pub characteristics: Characteristics,
}

impl ContactRecord {
    /// The record of a contact, with the facts known in the order of their ids.
    #[must_use]
    pub fn of(contact: &mash_model::Contact, dictionary: &FactDictionary) -> Self {
        let known = contact.facts.known().filter_map(|(slot, value)| {
            dictionary.get(slot).map(|fact| (fact.id.clone(), json_of(fact, value)))
        });
        Self {
            id: contact.id.to_string(),
            received: contact.received,
            source: contact.source.to_string(),
            household: contact.household.as_ref().map(ToString::to_string),
            contact: contact.contact.as_ref().map(ToString::to_string),
            child: contact.child.as_ref().map(ToString::to_string),
            facts: known.collect(),
            characteristics: contact.characteristics.clone(),
        }
    }
}

/// One row as read, not yet parsed.
#[derive(Debug, Clone)]
pub struct Row {
    /// Line of the file, from 1.
    pub line: u64,
    /// The row.
    pub content: RowContent,
}

/// What a row holds, by form.
#[derive(Debug, Clone)]
pub enum RowContent {
    /// The line's bytes.
    Json(Vec<u8>),
    /// The cells.
    Csv(csv::ByteRecord),
}

/// Turns rows into checked contacts; threads may share it.
#[derive(Debug)]
pub struct RowParser {
    name: String,
    header: Option<Header>,
}

impl RowParser {
    /// The parser of JSON Lines in a file of this name.
    #[must_use]
    pub fn of_json_lines(name: String) -> Self {
        Self::new(name, None)
    }

    /// The parser of a file of this name: of its CSV's rows when it has a header, of JSON Lines otherwise.
    pub(crate) fn new(name: String, header: Option<Header>) -> Self {
        Self { name, header }
    }

    /// The file, as issues name it.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The header of a CSV.
    pub(crate) fn header(&self) -> Option<&Header> {
        self.header.as_ref()
    }

    /// A row as a checked contact.
    ///
    /// # Errors
    /// Every issue of the row: personal data, unknown or wrong fields and facts.
    pub fn parse(&self, row: &Row, dictionary: &FactDictionary) -> Result<mash_model::Contact, Vec<Issue>> {
        match (&self.header, &row.content) {
            (Some(header), RowContent::Csv(record)) => header.parse(&self.name, row.line, record, dictionary),
            (_, RowContent::Json(bytes)) => json_lines::parse(&self.name, row.line, bytes, dictionary),
            // A row of cells comes only from a file that has a header.
            (None, RowContent::Csv(_)) => Err(Vec::new()),
        }
    }
}

/// A file of contacts that cannot be used at all.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It cannot be opened.
    #[error(transparent)]
    File(#[from] FileError),
    /// Its header is unusable.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Header(Vec<Issue>),
}

/// Opens a file; `-` is standard input.
pub(crate) fn open(path: &Path) -> Result<Box<dyn Read + Send>, FileError> {
    if path == Path::new("-") {
        return Ok(Box::new(io::stdin()));
    }
    Ok(Box::new(File::open(path).map_err(|error| text_file::not_readable(path, &error))?))
}

/// Passes over the mark that some programs write before a UTF-8 text.
pub(crate) fn skip_byte_order_mark(reader: &mut impl BufRead) -> io::Result<()> {
    if reader.fill_buf()?.starts_with(b"\xef\xbb\xbf") {
        reader.consume(3);
    }
    Ok(())
}

/// The date and time of `2023-11-06T09:15:00`, the usual form, read at once; `None` settles nothing.
pub(crate) fn usual_date_time(text: &[u8]) -> Option<DateTime> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T', h1, h2, b':', n1, n2, b':', s1, s2] = *text else {
        return None;
    };
    let two = |tens: u8, ones: u8| {
        let digit =
            |byte: u8| i8::try_from(byte.wrapping_sub(b'0')).ok().filter(|digit| (0..10).contains(digit));
        Some(digit(tens)? * 10 + digit(ones)?)
    };
    let year = i16::from(two(y1, y2)?) * 100 + i16::from(two(y3, y4)?);
    DateTime::new(year, two(m1, m2)?, two(d1, d2)?, two(h1, h2)?, two(n1, n2)?, two(s1, s2)?, 0).ok()
}

/// Collects the issues of one row.
struct RowIssues<'n> {
    file: &'n str,
    line: u64,
    found: Vec<Issue>,
}

impl<'n> RowIssues<'n> {
    fn new(file: &'n str, line: u64) -> Self {
        Self { file, line, found: Vec::new() }
    }

    fn add(&mut self, field: Option<&str>, problem: impl Into<String>, mend: Option<String>) {
        self.found.push(Issue {
            file: self.file.to_owned(),
            line: self.line,
            field: field.map(str::to_owned),
            problem: problem.into(),
            mend,
        });
    }

    /// Refuses a field that looks like a real child's.
    fn refuse(&mut self, field: &str, what: &str) {
        self.add(
            Some(field),
            format!("looks like {what}; mash decides synthetic and training cases only"),
            Some("take real children's records out, use pseudonyms such as c1".to_owned()),
        );
    }

    fn unknown(&mut self, field: Option<&str>, what: &str, written: &str, names: &[&str]) {
        let near = nearest(written, names.iter().copied()).map(|near| format!("did you mean `{near}`?"));
        self.add(field, format!("{what} `{written}`"), near);
    }

    /// A pseudonym: short, without spaces, nothing that looks real.
    fn pseudonym(&mut self, field: &str, text: &str) {
        if let Some(what) = personal_data::by_value(text) {
            self.refuse(field, what);
        } else if !personal_data::is_pseudonym(text) {
            self.add(
                Some(field),
                format!("`{text}` is no pseudonym"),
                Some("up to 64 letters, digits, and . _ : - without spaces".to_owned()),
            );
        }
    }
}

/// A contact from its parts, once nothing is wrong with them.
fn contact(
    id: &str,
    received: DateTime,
    source: mash_model::Agency,
    ids: [Option<&str>; 3],
    facts: mash_model::FactSheet,
    characteristics: Characteristics,
) -> mash_model::Contact {
    let [household, contact, child] = ids;
    mash_model::Contact {
        id: ContactId::from(id),
        received,
        source,
        household: household.map(Into::into),
        contact: contact.map(Into::into),
        child: child.map(Into::into),
        facts,
        characteristics,
    }
}
