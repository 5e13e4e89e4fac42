//! People in a room: a pseudonym, an agency and a role, and nothing else.

use rusqlite::{OptionalExtension as _, Row, Transaction, params};

use super::{Store, StoreError, rooms::touch};
use crate::clock::Seconds;

/// Most people of a room.
const MOST_PEOPLE: i64 = 500;

/// Somebody who has joined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) id: i64,
    pub(crate) pseudonym: String,
    /// Title of the agency.
    pub(crate) agency: String,
    pub(crate) role: String,
    /// Minutes beyond the room's clock, of which the room is not told.
    pub(crate) extra_minutes: i64,
    pub(crate) joined: Seconds,
    /// When they left or were taken out.
    pub(crate) departed: Option<Seconds>,
    /// Number of the paper sheet, where somebody else typed in what stands on it.
    pub(crate) sheet: Option<u32>,
}

/// What came of joining.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Joining {
    /// They are in.
    Joined,
    /// Somebody else has that pseudonym.
    Taken,
    /// The room holds as many as it can.
    Full,
}

impl Store {
    /// Lets somebody join; `visit` is the hash of their cookie.
    pub(crate) fn join(
        &self,
        room: i64,
        visit: &[u8],
        [pseudonym, agency, role]: [&str; 3],
        now: Seconds,
    ) -> Result<Joining, StoreError> {
        self.with(|db| {
            let count: i64 =
                db.query_row("SELECT count(*) FROM person WHERE room = ?1", [room], |row| row.get(0))?;
            if count >= MOST_PEOPLE {
                return Ok(Joining::Full);
            }
            let added = db.execute(
                "INSERT OR IGNORE INTO person (room, visit, pseudonym, agency, role, joined)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![room, visit, pseudonym, agency, role, now],
            )?;
            if added == 0 {
                return Ok(Joining::Taken);
            }
            touch(db, room, now)?;
            Ok(Joining::Joined)
        })
    }

    /// The person of this visit in this room, if they are still in it.
    pub(crate) fn person(&self, room: i64, visit: &[u8]) -> Result<Option<Person>, StoreError> {
        self.read(|db| {
            let found = db.query_row(
                "SELECT * FROM person WHERE room = ?1 AND visit = ?2 AND departed IS NULL",
                params![room, visit],
                of_row,
            );
            Ok(found.optional()?)
        })
    }

    /// Everybody who has joined, those who left among them, in the order of joining.
    pub(crate) fn people(&self, room: i64) -> Result<Vec<Person>, StoreError> {
        self.read(|db| people(db, room))
    }

    /// Lets somebody leave, or takes them out: their cookie opens nothing any more. Their answers stay.
    /// Gives the hash of that cookie, where there was one.
    pub(crate) fn depart(&self, room: i64, person: i64, now: Seconds) -> Result<Option<Vec<u8>>, StoreError> {
        self.with(|db| {
            let visit = db.query_row(
                "SELECT visit FROM person WHERE room = ?1 AND id = ?2",
                params![room, person],
                |row| row.get::<_, Option<Vec<u8>>>(0),
            );
            let visit = visit.optional()?.flatten();
            db.execute(
                "UPDATE person SET visit = NULL, departed = coalesce(departed, ?3) WHERE room = ?1 AND id = ?2",
                params![room, person, now],
            )?;
            touch(db, room, now)?;
            Ok(visit)
        })
    }

    /// Gives a person minutes beyond the room's clock.
    pub(crate) fn give_minutes(
        &self,
        room: i64,
        person: i64,
        minutes: i64,
        now: Seconds,
    ) -> Result<(), StoreError> {
        self.with(|db| {
            let changed = db.execute(
                "UPDATE person SET extra_minutes = ?3 WHERE room = ?1 AND id = ?2",
                params![room, person, minutes],
            )?;
            if changed == 0 {
                return Err(StoreError::Missing("such person in this room"));
            }
            touch(db, room, now)
        })
    }
}

pub(super) fn people(db: &Transaction<'_>, room: i64) -> Result<Vec<Person>, StoreError> {
    let mut statement = db.prepare_cached("SELECT * FROM person WHERE room = ?1 ORDER BY id")?;
    let rows = statement.query_map([room], of_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn of_row(row: &Row<'_>) -> Result<Person, rusqlite::Error> {
    Ok(Person {
        id: row.get("id")?,
        pseudonym: row.get("pseudonym")?,
        agency: row.get("agency")?,
        role: row.get("role")?,
        extra_minutes: row.get("extra_minutes")?,
        joined: row.get("joined")?,
        departed: row.get("departed")?,
        sheet: row.get("sheet")?,
    })
}
