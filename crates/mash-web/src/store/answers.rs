//! What people asked, skipped and answered, and hands that were counted.

use std::collections::BTreeSet;

use mash_exercise::{asking::Reply, ballot::Ballot, session::Round};
use mash_model::StageId;
use rusqlite::{OptionalExtension as _, Transaction, params};

use super::{Room, Store, StoreError, rooms::touch};
use crate::clock::Seconds;

/// An agency that somebody asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) stage: StageId,
    pub(crate) reply: Reply,
    /// Why they went on without agreement, where they did.
    pub(crate) reason: String,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) person: i64,
    pub(crate) vignette: usize,
    pub(crate) round: Round,
    pub(crate) ballot: Ballot,
    pub(crate) told: Vec<StageId>,
}

/// Hands counted by a facilitator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TallyRow {
    pub(crate) vignette: usize,
    pub(crate) round: Round,
    /// Title of the agency.
    pub(crate) agency: String,
    /// One of [`ABOUT`].
    pub(crate) about: &'static str,
    /// Id of the route or rating, number of the level, position of the band of probability.
    pub(crate) choice: String,
    pub(crate) count: u32,
}

/// What hands are raised for.
pub(crate) const ABOUT: [&str; 4] = ["route", "level", "rating", "probability"];

impl Store {
    /// What keeps an answer, in place of an earlier one of the same round; false where the room has gone on meanwhile, or
    /// is paused, and nothing was kept. It is written together with what else waits ([`Store::add`]).
    pub(crate) fn answering(
        room: Room,
        answer: Answer,
        now: Seconds,
    ) -> impl Fn(&Transaction<'_>) -> Result<bool, StoreError> + Send + 'static {
        move |db| {
            // Asked again within the transaction: nothing comes in after the facilitator has closed.
            if !still_open(db, &room)? {
                return Ok(false);
            }
            write(db, &answer, now)?;
            touch(db, room.id, now)?;
            Ok(true)
        }
    }

    /// Keeps that somebody asked an agency; false as for [`Store::answering`].
    pub(crate) fn ask(
        &self,
        room: &Room,
        person: i64,
        vignette: usize,
        asked: &Asked,
        now: Seconds,
    ) -> Result<bool, StoreError> {
        let reply = serde_json::to_value(asked.reply).unwrap_or_default();
        self.with(|db| {
            if !still_open(db, room)? {
                return Ok(false);
            }
            db.execute(
                "INSERT INTO asked (person, vignette, stage, reply, reason) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT DO UPDATE SET reply = excluded.reply, reason = excluded.reason",
                params![
                    person,
                    number(vignette),
                    asked.stage.as_str(),
                    reply.as_str().unwrap_or_default(),
                    asked.reason
                ],
            )?;
            touch(db, room.id, now)?;
            Ok(true)
        })
    }

    /// What somebody asked about a vignette.
    pub(crate) fn asked(&self, person: i64, vignette: usize) -> Result<Vec<Asked>, StoreError> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT stage, reply, reason FROM asked WHERE person = ?1 AND vignette = ?2 ORDER BY stage",
            )?;
            let rows = statement.query_map(params![person, number(vignette)], |row| {
                let reply: String = row.get(1)?;
                Ok(Asked {
                    stage: StageId::from(row.get::<_, String>(0)?),
                    reply: serde_json::from_value(reply.into()).unwrap_or(Reply::NotSought),
                    reason: row.get(2)?,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Skips a vignette for somebody, or comes back to it.
    pub(crate) fn skip(&self, person: i64, vignette: usize, skipped: bool) -> Result<(), StoreError> {
        let statement = if skipped {
            "INSERT OR IGNORE INTO skipped (person, vignette) VALUES (?1, ?2)"
        } else {
            "DELETE FROM skipped WHERE person = ?1 AND vignette = ?2"
        };
        self.with(|db| {
            db.execute(statement, params![person, number(vignette)])?;
            Ok(())
        })
    }

    /// Does somebody skip this vignette?
    pub(crate) fn skips(&self, person: i64, vignette: usize) -> Result<bool, StoreError> {
        self.read(|db| {
            let found = db.query_row(
                "SELECT 1 FROM skipped WHERE person = ?1 AND vignette = ?2",
                params![person, number(vignette)],
                |_| Ok(()),
            );
            Ok(found.optional()?.is_some())
        })
    }

    /// Somebody's answer in a round.
    pub(crate) fn answer_of(
        &self,
        person: i64,
        vignette: usize,
        round: Round,
    ) -> Result<Option<Ballot>, StoreError> {
        self.read(|db| {
            let found = db.query_row(
                "SELECT ballot FROM answer WHERE person = ?1 AND vignette = ?2 AND round = ?3",
                params![person, number(vignette), round.id()],
                |row| row.get::<_, String>(0),
            );
            Ok(found.optional()?.and_then(|text| serde_json::from_str(&text).ok()))
        })
    }

    /// All answers of a room.
    pub(crate) fn answers(&self, room: i64) -> Result<Vec<Answer>, StoreError> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT person, vignette, round, ballot, told FROM answer JOIN person ON person.id = answer.person
                 WHERE person.room = ?1 ORDER BY vignette, round, person",
            )?;
            let mut rows = statement.query([room])?;
            let mut answers = Vec::new();
            while let Some(row) = rows.next()? {
                let [round, ballot, told]: [String; 3] = [row.get(2)?, row.get(3)?, row.get(4)?];
                if let (Some(round), Ok(ballot)) = (Round::of_id(&round), serde_json::from_str(&ballot)) {
                    answers.push(Answer {
                        person: row.get(0)?,
                        vignette: position(row.get(1)?),
                        round,
                        ballot,
                        told: serde_json::from_str(&told).unwrap_or_default(),
                    });
                }
            }
            Ok(answers)
        })
    }

    /// Who has answered in a round.
    pub(crate) fn answered(
        &self,
        room: i64,
        vignette: usize,
        round: Round,
    ) -> Result<BTreeSet<i64>, StoreError> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT answer.person FROM answer JOIN person ON person.id = answer.person
                 WHERE person.room = ?1 AND vignette = ?2 AND round = ?3",
            )?;
            let rows = statement.query_map(params![room, number(vignette), round.id()], |row| row.get(0))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Keeps the hands counted of a vignette and round, in place of those that were there.
    pub(crate) fn count_hands(
        &self,
        room: i64,
        vignette: usize,
        round: Round,
        hands: &[TallyRow],
        now: Seconds,
    ) -> Result<(), StoreError> {
        self.with(|db| {
            db.execute(
                "DELETE FROM hand WHERE room = ?1 AND vignette = ?2 AND round = ?3",
                params![room, number(vignette), round.id()],
            )?;
            for hand in hands {
                db.execute(
                    "INSERT OR REPLACE INTO hand (room, vignette, round, agency, about, choice, count)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                    params![
                        room,
                        number(vignette),
                        round.id(),
                        hand.agency,
                        hand.about,
                        hand.choice,
                        hand.count
                    ],
                )?;
            }
            touch(db, room, now)
        })
    }

    /// All hands counted in a room.
    pub(crate) fn hands(&self, room: i64) -> Result<Vec<TallyRow>, StoreError> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT vignette, round, agency, about, choice, count FROM hand WHERE room = ?1 AND count > 0",
            )?;
            let mut rows = statement.query([room])?;
            let mut hands = Vec::new();
            while let Some(row) = rows.next()? {
                let round: String = row.get(1)?;
                let about: String = row.get(3)?;
                let about = ABOUT.into_iter().find(|it| *it == about);
                let (Some(round), Some(about)) = (Round::of_id(&round), about) else { continue };
                hands.push(TallyRow {
                    vignette: position(row.get(0)?),
                    round,
                    agency: row.get(2)?,
                    about,
                    choice: row.get(4)?,
                    count: row.get(5)?,
                });
            }
            Ok(hands)
        })
    }
}

/// Writes an answer, in place of an earlier one of the same round.
pub(super) fn write(db: &Transaction<'_>, answer: &Answer, now: Seconds) -> Result<(), StoreError> {
    let ballot = serde_json::to_string(&answer.ballot).unwrap_or_default();
    let told = serde_json::to_string(&answer.told).unwrap_or_default();
    db.prepare_cached(
        "INSERT INTO answer (person, vignette, round, ballot, told, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT DO UPDATE SET ballot = excluded.ballot, told = excluded.told, at = excluded.at",
    )?
    .execute(params![answer.person, number(answer.vignette), answer.round.id(), ballot, told, now])?;
    Ok(())
}

/// Does the room still stand where it stood, and not paused?
fn still_open(db: &Transaction<'_>, room: &Room) -> Result<bool, StoreError> {
    let found = db.query_row(
        "SELECT 1 FROM room WHERE id = ?1 AND position = ?2 AND paused = 0",
        params![room.id, number(room.position)],
        |_| Ok(()),
    );
    Ok(found.optional()?.is_some())
}

fn number(position: usize) -> i64 {
    i64::try_from(position).unwrap_or(i64::MAX)
}

fn position(number: i64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
