//! Paper sheets that were typed in: each is somebody in the room who was never on a screen.

use rusqlite::{OptionalExtension as _, params};

use super::{Answer, Store, StoreError, answers::write, rooms::touch};
use crate::clock::Seconds;

/// What came of keeping a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sheet {
    /// It is in the file.
    Kept,
    /// Somebody in the room has the name that the sheet would have.
    Taken,
}

impl Store {
    /// Keeps what stands on a sheet, in place of what was typed in under its number before. The answers name no person:
    /// they are those of the sheet.
    pub(crate) fn keep_sheet(
        &self,
        room: i64,
        number: u32,
        agency: &str,
        answers: &[Answer],
        now: Seconds,
    ) -> Result<Sheet, StoreError> {
        self.with(|db| {
            let known = db.query_row(
                "SELECT id FROM person WHERE room = ?1 AND sheet = ?2",
                params![room, number],
                |row| row.get::<_, i64>(0),
            );
            let person = match known.optional()? {
                Some(person) => {
                    db.execute("UPDATE person SET agency = ?2 WHERE id = ?1", params![person, agency])?;
                    db.execute("DELETE FROM answer WHERE person = ?1", [person])?;
                    person
                }
                None => {
                    // They are nobody whom the room waits for.
                    let added = db.execute(
                        "INSERT INTO person (room, pseudonym, agency, role, joined, departed, sheet)
                         VALUES (?1, ?2, ?3, 'on paper', ?4, ?4, ?5) ON CONFLICT (room, pseudonym) DO NOTHING",
                        params![room, format!("Sheet {number}"), agency, now, number],
                    )?;
                    if added == 0 {
                        return Ok(Sheet::Taken);
                    }
                    db.last_insert_rowid()
                }
            };
            for answer in answers {
                write(db, &Answer { person, ..answer.clone() }, now)?;
            }
            touch(db, room, now)?;
            Ok(Sheet::Kept)
        })
    }

    /// Takes a sheet out of a room, with its answers.
    pub(crate) fn remove_sheet(&self, room: i64, number: u32, now: Seconds) -> Result<(), StoreError> {
        self.with(|db| {
            let gone =
                db.execute("DELETE FROM person WHERE room = ?1 AND sheet = ?2", params![room, number])?;
            if gone == 0 {
                return Err(StoreError::Missing("such sheet in this room"));
            }
            touch(db, room, now)
        })
    }
}
