//! What a visit may do beside joining: host rooms on this server, or facilitate one room.

use rusqlite::{OptionalExtension as _, params};

use super::{Store, StoreError};
use crate::{clock::Seconds, security::token::Secret};

/// A right of a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Right {
    /// Make rooms, read vignettes, use the explorer.
    Host,
    /// Lead the room of this id.
    Facilitate(i64),
}

impl Right {
    fn room(self) -> Option<i64> {
        match self {
            Self::Host => None,
            Self::Facilitate(room) => Some(room),
        }
    }
}

/// Seconds for which a right lasts.
const LASTS: Seconds = 60 * 60 * 12;

impl Store {
    /// Gives a right to a visit, and everything that its earlier cookie could do: the old cookie opens nothing any more.
    pub(crate) fn allow(
        &self,
        earlier: &[u8],
        visit: &[u8],
        right: Option<Right>,
        now: Seconds,
    ) -> Result<(), StoreError> {
        self.with(|db| {
            db.execute("DELETE FROM allowed WHERE until < ?1", [now])?;
            db.execute("UPDATE allowed SET visit = ?2 WHERE visit = ?1", params![earlier, visit])?;
            db.execute("UPDATE person SET visit = ?2 WHERE visit = ?1", params![earlier, visit])?;
            if let Some(right) = right {
                db.execute(
                    "INSERT INTO allowed (visit, room, until) VALUES (?1, ?2, ?3)",
                    params![visit, right.room(), now + LASTS],
                )?;
            }
            Ok(())
        })
    }

    /// Has this visit the right?
    pub(crate) fn may(&self, visit: &[u8], right: Right, now: Seconds) -> Result<bool, StoreError> {
        self.read(|db| {
            let found = db.query_row(
                "SELECT 1 FROM allowed WHERE visit = ?1 AND room IS ?2 AND until >= ?3",
                params![visit, right.room(), now],
                |_| Ok(()),
            );
            Ok(found.optional()?.is_some())
        })
    }

    /// Takes every right from a visit.
    pub(crate) fn sign_out(&self, visit: &[u8]) -> Result<(), StoreError> {
        self.with(|db| {
            db.execute("DELETE FROM allowed WHERE visit = ?1", [visit])?;
            Ok(())
        })
    }

    /// The key under which form tokens are made; made once, so that forms outlive a restart.
    pub(crate) fn key(&self, fresh: Secret) -> Result<Secret, StoreError> {
        self.with(|db| {
            db.execute(
                "INSERT OR IGNORE INTO secret (name, value) VALUES ('forms', ?1)",
                [fresh.as_slice()],
            )?;
            let kept: Vec<u8> =
                db.query_row("SELECT value FROM secret WHERE name = 'forms'", [], |row| row.get(0))?;
            Ok(kept.try_into().unwrap_or(fresh))
        })
    }
}
