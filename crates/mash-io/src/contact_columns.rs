//! Contacts straight into columns, block by block, on every core and in bounded memory.
//!
//! A file is read in blocks cut where a row ends; each is parsed into [`ContactColumns`] by one
//! thread. The usual row is taken by a strict reader of JSON or of cells that writes codes where
//! they belong and allocates nothing; whatever it does not take goes to the parsers of [`contact_file`], which decide
//! what a row means and say what is wrong with it. An [import](ContactImport) gives the blocks in the order of the file
//! and finds ids that stand twice.
//!
//! [`contact_file`]: crate::contact_file

mod blocks;
mod csv_row;
mod import;
mod json_row;
mod names;
mod outlines;
mod parser;
mod seen_ids;
#[cfg(test)]
mod tests;

use std::ops::Range;

use jiff::civil::DateTime;
use mash_model::{
    Agency, Characteristics, ChildId, Contact, ContactId, FactColumns, FactDictionary, HouseholdId, Sex,
};

pub use import::{ContactImport, ImportedBlock};
pub use parser::parse_block;

/// Contacts as received, a row each: their facts as columns, all else row by row with its texts in one string.
#[derive(Debug, Default)]
pub struct ContactColumns {
    facts: FactColumns,
    rows: Vec<ContactRow<Range<usize>>>,
    text: String,
}

/// One contact, but for its facts.
#[derive(Debug, Clone, PartialEq)]
pub struct ContactRow<T> {
    /// Line of the file, from 1.
    pub line: u64,
    /// Unique in the file.
    pub id: T,
    /// When it reached the hub, Europe/London clock time.
    pub received: DateTime,
    /// Who made contact.
    pub source: Agency,
    /// The household, when known.
    pub household: Option<T>,
    /// The contact that siblings share, when it names more than one child.
    pub contact: Option<T>,
    /// The child, across contacts.
    pub child: Option<T>,
    /// Completed years.
    pub age: Option<u8>,
    /// Sex.
    pub sex: Option<Sex>,
    /// CIN census ethnicity code.
    pub ethnicity: Option<T>,
    /// Whether a disability is recorded.
    pub disability: Option<bool>,
}

impl<T> ContactRow<T> {
    /// The same contact with its texts held otherwise.
    fn map<U>(self, mut text: impl FnMut(T) -> U) -> ContactRow<U> {
        ContactRow {
            line: self.line,
            id: text(self.id),
            received: self.received,
            source: self.source,
            household: self.household.map(&mut text),
            contact: self.contact.map(&mut text),
            child: self.child.map(&mut text),
            age: self.age,
            sex: self.sex,
            ethnicity: self.ethnicity.map(&mut text),
            disability: self.disability,
        }
    }
}

impl ContactColumns {
    /// No contacts yet, and room for the facts of this many.
    fn with_room(dictionary: &FactDictionary, rows: usize) -> Self {
        Self {
            facts: FactColumns::unknown(dictionary, rows),
            rows: Vec::with_capacity(rows),
            text: String::new(),
        }
    }

    /// What is known at the door, a row a contact.
    #[must_use]
    pub fn facts(&self) -> &FactColumns {
        &self.facts
    }

    /// Number of contacts.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Are there none?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The contact in a row, but for its facts.
    #[must_use]
    pub fn row(&self, row: usize) -> Option<ContactRow<&str>> {
        self.rows.get(row).map(|row| self.read(row))
    }

    /// Every contact in order, but for the facts.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = ContactRow<&str>> {
        self.rows.iter().map(|row| self.read(row))
    }

    /// Every contact's id, in order.
    pub fn ids(&self) -> impl ExactSizeIterator<Item = &str> {
        self.rows.iter().map(|row| self.text.get(row.id.clone()).unwrap_or_default())
    }

    /// The contact in a row as a whole, for when one is wanted by itself.
    #[must_use]
    pub fn contact(&self, row: usize, dictionary: &FactDictionary) -> Option<Contact> {
        let facts = self.facts.sheet(dictionary, row);
        self.row(row).map(|row| Contact {
            id: row.id.into(),
            received: row.received,
            source: row.source,
            household: row.household.map(Into::into),
            contact: row.contact.map(Into::into),
            child: row.child.map(Into::into),
            facts,
            characteristics: Characteristics {
                age: row.age,
                sex: row.sex,
                ethnicity: row.ethnicity.map(str::to_owned),
                disability: row.disability,
            },
        })
    }

    fn read(&self, row: &ContactRow<Range<usize>>) -> ContactRow<&str> {
        row.clone().map(|place| self.text.get(place).unwrap_or_default())
    }

    /// Adds a contact whose facts are written already, in the row after the last.
    fn push(&mut self, row: ContactRow<&str>) {
        let text = &mut self.text;
        self.rows.push(row.map(|added| {
            let start = text.len();
            text.push_str(added);
            start..text.len()
        }));
    }

    /// Adds a contact that stands on this line, with its facts.
    fn push_contact(&mut self, line: u64, contact: &Contact, dictionary: &FactDictionary) {
        let row = self.rows.len();
        self.facts.forget(row);
        for (slot, value) in contact.facts.known() {
            if let Some(fact) = dictionary.get(slot) {
                self.facts.set(row, slot, fact, value);
            }
        }
        let characteristics = &contact.characteristics;
        self.push(ContactRow {
            line,
            id: contact.id.as_str(),
            received: contact.received,
            source: contact.source,
            household: contact.household.as_ref().map(HouseholdId::as_str),
            contact: contact.contact.as_ref().map(ContactId::as_str),
            child: contact.child.as_ref().map(ChildId::as_str),
            age: characteristics.age,
            sex: characteristics.sex,
            ethnicity: characteristics.ethnicity.as_deref(),
            disability: characteristics.disability,
        });
    }

    /// Leaves out what a row that came to nothing wrote into the columns, and the room that was not needed.
    fn finish(&mut self) {
        self.facts.truncate(self.rows.len());
    }
}
