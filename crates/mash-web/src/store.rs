//! Sessions in one SQLite file: rooms, people, what they asked and answered.
//!
//! Everything is written before it is acknowledged, in write-ahead mode, so that a server which is killed loses nothing
//! that somebody was told is saved. Only hashes of cookies and passphrases are kept.

mod answers;
mod data;
mod people;
mod rights;
mod rooms;
mod schema;
mod sheets;
mod together;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use mash_exercise::Vignette;
use rusqlite::{Connection, ErrorCode, OpenFlags};

pub(crate) use answers::{ABOUT, Answer, Asked, TallyRow};
pub use data::{Deleted, RoomSummary};
pub(crate) use people::{Joining, Person};
pub(crate) use rights::Right;
pub(crate) use rooms::{Kind, NewRoom, Room};
pub(crate) use sheets::Sheet;

/// Why the store cannot do what it is asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Written by a later version of mash.
    #[error(
        "{path}: was written by a newer mash (form {found}; this one knows {known}); use the newer mash, or name another \
         file with --data"
    )]
    Newer {
        /// The file.
        path: String,
        /// Its form.
        found: i64,
        /// The latest form known here.
        known: i64,
    },
    /// A SQLite file of something else.
    #[error("{path}: is a database, and not one of mash; name another file with --data")]
    Foreign {
        /// The file.
        path: String,
    },
    /// No database at all.
    #[error(
        "{path}: is no database of mash, or is damaged; restore a backup, or name another file with --data"
    )]
    NotADatabase {
        /// The file.
        path: String,
    },
    /// The folder cannot be made.
    #[error("{path}: cannot be written: {reason}")]
    Folder {
        /// The folder.
        path: String,
        /// Why.
        reason: String,
    },
    /// No space is left.
    #[error("the disk is full; nothing was saved")]
    Full,
    /// Somebody else holds the file.
    #[error("another program holds the file of sessions; nothing was saved")]
    Busy,
    /// There is no such room, person or vignette.
    #[error("there is no {0}")]
    Missing(&'static str),
    /// Anything else that SQLite says.
    #[error("the file of sessions: {0}")]
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            _ => Self::Sqlite(error),
        }
    }
}

/// The file of sessions.
#[derive(Debug, Clone)]
pub struct Store {
    connection: Arc<Mutex<Connection>>,
    /// Reads beside what is written, so that nobody who looks waits for the disk.
    reader: Arc<Mutex<Connection>>,
    /// Answers that wait to be written.
    together: Arc<together::Together>,
    /// Vignettes of rooms by the room's id; they stay as they were when the room was made, and no id is used twice.
    decks: Arc<Mutex<BTreeMap<i64, Arc<Vec<Vignette>>>>>,
    path: PathBuf,
}

impl Store {
    /// Opens the file, makes it where there is none, and brings it to this version's form.
    ///
    /// # Errors
    /// [`StoreError`]: not a database, of something else, of a newer version, or not writable.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let shown = path.display().to_string();
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|error| StoreError::Folder {
                path: folder.display().to_string(),
                reason: error.to_string(),
            })?;
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let open = || {
            let connection = Connection::open_with_flags(path, flags)
                .map_err(|error| StoreError::Folder { path: shown.clone(), reason: error.to_string() })?;
            connection.busy_timeout(Duration::from_secs(5))?;
            Ok::<_, StoreError>(connection)
        };
        let mut connection = open()?;
        schema::migrate(&mut connection, &shown)?;
        let reader = open()?;
        reader.pragma_update(None, "query_only", true)?;
        Ok(Self {
            connection: Arc::new(Mutex::new(connection)),
            reader: Arc::new(Mutex::new(reader)),
            together: Arc::default(),
            decks: Arc::default(),
            path: path.to_owned(),
        })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads what stands in the file.
    fn read<T>(
        &self,
        work: impl FnOnce(&rusqlite::Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut connection = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        work(&connection.transaction()?)
    }

    /// Reads and writes, all or nothing.
    fn with<T>(
        &self,
        work: impl FnOnce(&rusqlite::Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = connection.transaction()?;
        let done = work(&transaction)?;
        transaction.commit()?;
        Ok(done)
    }
}
