//! What the owner of the file does with it: see what is there, back it up, delete.

use std::path::Path;

use rusqlite::{Connection, backup::Backup, params};

use super::{Store, StoreError};
use crate::clock::{self, Seconds};

/// A room in a list.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct RoomSummary {
    /// Its code.
    pub code: String,
    /// Its title.
    pub title: String,
    /// `group`, `one_screen` or `solo`.
    pub kind: String,
    /// When it was made, Europe/London.
    pub created: String,
    /// When something last changed in it, Europe/London.
    pub touched: String,
    /// People who joined.
    pub people: u32,
    /// Answers kept.
    pub answers: u32,
}

/// How many rooms were deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Deleted {
    /// Rooms, with everything in them.
    pub rooms: usize,
}

impl Store {
    /// All rooms, the latest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn list(&self) -> Result<Vec<RoomSummary>, StoreError> {
        self.read(|db| {
            let mut statement = db.prepare(
                "SELECT code, title, kind, created, touched,
                        (SELECT count(*) FROM person WHERE person.room = room.id),
                        (SELECT count(*) FROM answer JOIN person ON person.id = answer.person
                         WHERE person.room = room.id)
                 FROM room ORDER BY touched DESC, id DESC",
            )?;
            let rows = statement.query_map([], |row| {
                Ok(RoomSummary {
                    code: crate::security::code::shown(&row.get::<_, String>(0)?),
                    title: row.get(1)?,
                    kind: row.get(2)?,
                    created: clock::shown(row.get(3)?),
                    touched: clock::shown(row.get(4)?),
                    people: row.get(5)?,
                    answers: row.get(6)?,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Writes a copy of everything to `path`, also while the server runs.
    ///
    /// # Errors
    /// [`StoreError`]; what was at `path` is only replaced by a whole copy.
    pub fn back_up(&self, path: &Path) -> Result<(), StoreError> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let wrong = |reason: String| StoreError::Folder { path: path.display().to_string(), reason };
        let beside = tempfile::NamedTempFile::new_in(folder).map_err(|error| wrong(error.to_string()))?;
        let connection = self.connection.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut copy = Connection::open(beside.path())?;
        Backup::new(&connection, &mut copy)?.run_to_completion(1_000, std::time::Duration::ZERO, None)?;
        drop(connection);
        copy.close().map_err(|(_, error)| error)?;
        beside.persist(path).map_err(|error| wrong(error.error.to_string()))?;
        Ok(())
    }

    /// Deletes the room of this code, with its people and answers.
    ///
    /// # Errors
    /// [`StoreError::Missing`] where there is none.
    pub fn delete_room(&self, code: &str) -> Result<Deleted, StoreError> {
        let code = crate::security::code::normalised(code);
        let rooms = self.with(|db| Ok(db.execute("DELETE FROM room WHERE code = ?1", [code])?))?;
        if rooms == 0 { Err(StoreError::Missing("room of this code")) } else { self.emptied(rooms) }
    }

    /// Deletes every room.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn delete_all(&self) -> Result<Deleted, StoreError> {
        let rooms = self.with(|db| {
            db.execute("DELETE FROM allowed", [])?;
            Ok(db.execute("DELETE FROM room", [])?)
        })?;
        self.emptied(rooms)
    }

    /// Deletes rooms in which nothing has changed for so many days.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn delete_older(&self, days: u32) -> Result<Deleted, StoreError> {
        let before: Seconds = clock::now() - Seconds::from(days) * 86_400;
        let rooms =
            self.with(|db| Ok(db.execute("DELETE FROM room WHERE touched < ?1", params![before])?))?;
        if rooms == 0 { Ok(Deleted { rooms }) } else { self.emptied(rooms) }
    }

    /// Takes what was deleted out of the write-ahead file too.
    fn emptied(&self, rooms: usize) -> Result<Deleted, StoreError> {
        let connection = self.connection.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(Deleted { rooms })
    }
}
