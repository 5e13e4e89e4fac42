//! Rooms: what is played, how, and where it stands.

use std::sync::{Arc, PoisonError};

use mash_exercise::{
    Vignette,
    session::{Step, steps},
};
use mash_model::StageId;
use rusqlite::{OptionalExtension as _, Row, Transaction, params};

use super::{Store, StoreError};
use crate::clock::Seconds;

/// How a room is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Everybody at a screen of their own.
    Group,
    /// One screen; the facilitator counts hands.
    OneScreen,
    /// One person alone.
    Solo,
}

impl Kind {
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::Group => "group",
            Self::OneScreen => "one_screen",
            Self::Solo => "solo",
        }
    }

    fn of(id: &str) -> Self {
        match id {
            "one_screen" => Self::OneScreen,
            "solo" => Self::Solo,
            _ => Self::Group,
        }
    }
}

/// A room to be made.
#[derive(Debug, Clone)]
pub(crate) struct NewRoom {
    pub(crate) code: String,
    pub(crate) title: String,
    pub(crate) kind: Kind,
    /// Hash of the facilitators' passphrase; none alone.
    pub(crate) passphrase: Option<String>,
    /// Name of the pack's folder.
    pub(crate) pack: String,
    pub(crate) deck: Vec<Vignette>,
    pub(crate) small_groups: bool,
    pub(crate) timing: bool,
    pub(crate) support: String,
}

/// A room.
#[derive(Debug, Clone)]
pub(crate) struct Room {
    pub(crate) id: i64,
    pub(crate) code: String,
    pub(crate) title: String,
    pub(crate) kind: Kind,
    pub(crate) passphrase: Option<String>,
    pub(crate) pack: String,
    /// The vignettes as they were when the room was made.
    pub(crate) deck: Arc<Vec<Vignette>>,
    pub(crate) small_groups: bool,
    pub(crate) timing: bool,
    pub(crate) support: String,
    /// Position in [`Room::steps`].
    pub(crate) position: usize,
    pub(crate) step_since: Seconds,
    pub(crate) paused: bool,
    /// Counts every change of the room and of what is in it.
    pub(crate) version: i64,
    pub(crate) created: Seconds,
    /// Stages opened for all, of any vignette.
    pub(crate) opened: Vec<(usize, StageId)>,
}

impl Room {
    /// All steps.
    pub(crate) fn steps(&self) -> Vec<Step> {
        steps(self.deck.len(), self.small_groups)
    }

    /// Where it stands.
    pub(crate) fn step(&self) -> Step {
        self.steps().get(self.position).copied().unwrap_or(Step::Finished)
    }

    /// Stages of a vignette that are open for all.
    pub(crate) fn opened_of(&self, vignette: usize) -> impl Iterator<Item = &StageId> {
        self.opened.iter().filter(move |(at, _)| *at == vignette).map(|(_, stage)| stage)
    }
}

/// What came of moving a room on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moved {
    /// It moved.
    Yes,
    /// Somebody else had moved it already; it stays where it is.
    Already,
}

impl Store {
    /// Makes a room and gives its id.
    pub(crate) fn make_room(&self, room: &NewRoom, now: Seconds) -> Result<i64, StoreError> {
        let deck = serde_json::to_string(&room.deck).unwrap_or_default();
        self.with(|db| {
            db.execute(
                "INSERT INTO room (code, title, kind, passphrase, pack, deck, small_groups, timing, support, step_since,
                                   created, touched)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10, ?10)",
                params![
                    room.code,
                    room.title,
                    room.kind.id(),
                    room.passphrase,
                    room.pack,
                    deck,
                    room.small_groups,
                    room.timing,
                    room.support,
                    now
                ],
            )?;
            Ok(db.last_insert_rowid())
        })
    }

    /// The room of this code.
    pub(crate) fn room(&self, code: &str) -> Result<Option<Room>, StoreError> {
        self.read(|db| {
            let room = db
                .query_row("SELECT * FROM room WHERE code = ?1", [code], |row| Ok(self.room_of(row)))
                .optional()?
                .transpose()?;
            room.map(|room| with_opened(db, room)).transpose()
        })
    }

    /// Moves a room on from the step at `from`; twice from the same step moves it once.
    pub(crate) fn move_on(&self, room: i64, from: usize, now: Seconds) -> Result<Moved, StoreError> {
        let from = i64::try_from(from).unwrap_or(i64::MAX);
        self.with(|db| {
            let changed = db.execute(
                "UPDATE room SET position = position + 1, step_since = ?3, paused = 0, version = version + 1, touched = ?3
                 WHERE id = ?1 AND position = ?2",
                params![room, from, now],
            )?;
            Ok(if changed == 1 { Moved::Yes } else { Moved::Already })
        })
    }

    /// Pauses a room or lets it go on.
    pub(crate) fn pause(&self, room: i64, paused: bool, now: Seconds) -> Result<(), StoreError> {
        self.with(|db| {
            db.execute("UPDATE room SET paused = ?2 WHERE id = ?1", params![room, paused])?;
            touch(db, room, now)
        })
    }

    /// Turns the room's clock on or off.
    pub(crate) fn set_timing(&self, room: i64, timing: bool, now: Seconds) -> Result<(), StoreError> {
        self.with(|db| {
            db.execute("UPDATE room SET timing = ?2 WHERE id = ?1", params![room, timing])?;
            touch(db, room, now)
        })
    }

    /// Sets the text about support.
    pub(crate) fn set_support(&self, room: i64, support: &str, now: Seconds) -> Result<(), StoreError> {
        self.with(|db| {
            db.execute("UPDATE room SET support = ?2 WHERE id = ?1", params![room, support])?;
            touch(db, room, now)
        })
    }

    /// Opens a stage for all.
    pub(crate) fn open_stage(
        &self,
        room: i64,
        vignette: usize,
        stage: &StageId,
        now: Seconds,
    ) -> Result<(), StoreError> {
        self.with(|db| {
            db.execute(
                "INSERT OR IGNORE INTO opened (room, vignette, stage) VALUES (?1, ?2, ?3)",
                params![room, i64::try_from(vignette).unwrap_or(i64::MAX), stage.as_str()],
            )?;
            touch(db, room, now)
        })
    }
}

/// Counts a change.
pub(super) fn touch(db: &Transaction<'_>, room: i64, now: Seconds) -> Result<(), StoreError> {
    db.execute("UPDATE room SET version = version + 1, touched = ?2 WHERE id = ?1", params![room, now])?;
    Ok(())
}

/// Decks that are kept read, at most.
const MOST_DECKS: usize = 50;

impl Store {
    /// The vignettes of the room in this row, read once.
    fn deck_of(&self, room: i64, row: &Row<'_>) -> Result<Arc<Vec<Vignette>>, StoreError> {
        let kept = |decks: &std::collections::BTreeMap<i64, Arc<Vec<Vignette>>>| decks.get(&room).cloned();
        if let Some(deck) = kept(&self.decks.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(deck);
        }
        let text: String = row.get("deck")?;
        let deck: Vec<Vignette> =
            serde_json::from_str(&text).map_err(|_| StoreError::Missing("readable vignette in this room"))?;
        let deck = Arc::new(deck);
        let mut decks = self.decks.lock().unwrap_or_else(PoisonError::into_inner);
        if decks.len() >= MOST_DECKS {
            decks.clear();
        }
        decks.insert(room, Arc::clone(&deck));
        Ok(deck)
    }

    fn room_of(&self, row: &Row<'_>) -> Result<Room, StoreError> {
        let kind: String = row.get("kind")?;
        let position: i64 = row.get("position")?;
        let id = row.get("id")?;
        Ok(Room {
            id,
            code: row.get("code")?,
            title: row.get("title")?,
            kind: Kind::of(&kind),
            passphrase: row.get("passphrase")?,
            pack: row.get("pack")?,
            deck: self.deck_of(id, row)?,
            small_groups: row.get("small_groups")?,
            timing: row.get("timing")?,
            support: row.get("support")?,
            position: usize::try_from(position).unwrap_or(0),
            step_since: row.get("step_since")?,
            paused: row.get("paused")?,
            version: row.get("version")?,
            created: row.get("created")?,
            opened: Vec::new(),
        })
    }
}

fn with_opened(db: &Transaction<'_>, mut room: Room) -> Result<Room, StoreError> {
    let mut opened = db.prepare_cached("SELECT vignette, stage FROM opened WHERE room = ?1")?;
    let rows = opened.query_map([room.id], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))?;
    for row in rows {
        let (vignette, stage) = row?;
        room.opened.push((usize::try_from(vignette).unwrap_or(usize::MAX), StageId::from(stage)));
    }
    Ok(room)
}
