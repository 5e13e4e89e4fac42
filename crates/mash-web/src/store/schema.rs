//! The form of the file of sessions, and how older forms become this one.

use rusqlite::{Connection, TransactionBehavior};

use super::StoreError;

/// Marks a SQLite file as one of mash: the letters `mash`.
const APPLICATION: i64 = 0x6d61_7368;

/// Each step leads from the form of its position to the next; a step that was released is never changed.
const STEPS: &[&str] = &[
    "
    CREATE TABLE secret (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
    CREATE TABLE room (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        code TEXT NOT NULL UNIQUE,
        title TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('group', 'one_screen', 'solo')),
        passphrase TEXT,
        pack TEXT NOT NULL,
        deck TEXT NOT NULL,
        small_groups INTEGER NOT NULL,
        timing INTEGER NOT NULL,
        support TEXT NOT NULL,
        position INTEGER NOT NULL DEFAULT 0,
        step_since INTEGER NOT NULL,
        paused INTEGER NOT NULL DEFAULT 0,
        version INTEGER NOT NULL DEFAULT 0,
        created INTEGER NOT NULL,
        touched INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE opened (
        room INTEGER NOT NULL REFERENCES room ON DELETE CASCADE,
        vignette INTEGER NOT NULL,
        stage TEXT NOT NULL,
        PRIMARY KEY (room, vignette, stage)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE person (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        room INTEGER NOT NULL REFERENCES room ON DELETE CASCADE,
        visit BLOB,
        pseudonym TEXT NOT NULL COLLATE NOCASE,
        agency TEXT NOT NULL,
        role TEXT NOT NULL,
        extra_minutes INTEGER NOT NULL DEFAULT 0,
        joined INTEGER NOT NULL,
        departed INTEGER,
        UNIQUE (room, pseudonym)
    ) STRICT;
    CREATE INDEX person_visit ON person (visit);
    CREATE TABLE skipped (
        person INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
        vignette INTEGER NOT NULL,
        PRIMARY KEY (person, vignette)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE asked (
        person INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
        vignette INTEGER NOT NULL,
        stage TEXT NOT NULL,
        reply TEXT NOT NULL,
        reason TEXT NOT NULL,
        PRIMARY KEY (person, vignette, stage)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE answer (
        person INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
        vignette INTEGER NOT NULL,
        round TEXT NOT NULL,
        ballot TEXT NOT NULL,
        told TEXT NOT NULL,
        at INTEGER NOT NULL,
        PRIMARY KEY (person, vignette, round)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE tally (
        room INTEGER NOT NULL REFERENCES room ON DELETE CASCADE,
        vignette INTEGER NOT NULL,
        round TEXT NOT NULL,
        agency TEXT NOT NULL,
        route TEXT NOT NULL,
        count INTEGER NOT NULL,
        PRIMARY KEY (room, vignette, round, agency, route)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE allowed (
        visit BLOB NOT NULL,
        room INTEGER REFERENCES room ON DELETE CASCADE,
        until INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX allowed_visit ON allowed (visit);
",
    "
    CREATE TABLE hand (
        room INTEGER NOT NULL REFERENCES room ON DELETE CASCADE,
        vignette INTEGER NOT NULL,
        round TEXT NOT NULL,
        agency TEXT NOT NULL,
        about TEXT NOT NULL CHECK (about IN ('route', 'level', 'rating', 'probability')),
        choice TEXT NOT NULL,
        count INTEGER NOT NULL,
        PRIMARY KEY (room, vignette, round, agency, about, choice)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO hand SELECT room, vignette, round, agency, 'route', route, count FROM tally;
    DROP TABLE tally;
    ALTER TABLE person ADD COLUMN sheet INTEGER;
    CREATE UNIQUE INDEX person_sheet ON person (room, sheet);
",
];

/// The form that this version writes.
pub(super) const FORM: i64 = STEPS.len() as i64;

/// Brings the file to this version's form; one of a newer version, or of something else, stays untouched.
pub(super) fn migrate(connection: &mut Connection, path: &str) -> Result<(), StoreError> {
    let pragma = |connection: &Connection, name: &str| -> Result<i64, StoreError> {
        connection.pragma_query_value(None, name, |row| row.get(0)).map_err(|error| {
            match error.sqlite_error_code() {
                Some(rusqlite::ErrorCode::NotADatabase | rusqlite::ErrorCode::DatabaseCorrupt) => {
                    StoreError::NotADatabase { path: path.to_owned() }
                }
                _ => error.into(),
            }
        })
    };
    let found = pragma(connection, "user_version")?;
    let application = pragma(connection, "application_id")?;
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if application != APPLICATION && (tables > 0 || found != 0) {
        return Err(StoreError::Foreign { path: path.to_owned() });
    }
    if found > FORM {
        return Err(StoreError::Newer { path: path.to_owned(), found, known: FORM });
    }
    // Both belong to the file or the connection, not to a transaction.
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // What was deleted is overwritten: a session that was deleted is gone.
    connection.pragma_update(None, "secure_delete", true)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let done = usize::try_from(found).unwrap_or(0);
    for step in STEPS.iter().skip(done) {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", FORM)?;
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.commit()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sessions.db");
        (folder, path)
    }

    #[test]
    fn a_new_file_is_opened_again() {
        let (_folder, path) = file();
        crate::store::Store::open(&path).unwrap();
        crate::store::Store::open(&path).unwrap();
    }

    #[test]
    fn a_file_of_the_first_form_keeps_its_hands() {
        let (_folder, path) = file();
        let old = Connection::open(&path).unwrap();
        old.execute_batch(STEPS[0]).unwrap();
        old.pragma_update(None, "application_id", APPLICATION).unwrap();
        old.pragma_update(None, "user_version", 1).unwrap();
        old.execute_batch(
            "INSERT INTO room (id, code, title, kind, pack, deck, small_groups, timing, support, step_since, created, touched)
             VALUES (7, 'BCDF2345', 'Old', 'group', 'levels-of-need', '[]', 0, 0, '', 1, 1, 1);
             INSERT INTO tally VALUES (7, 0, 'first', 'Police', 'advice', 3);",
        )
        .unwrap();
        drop(old);
        let store = crate::store::Store::open(&path).unwrap();
        let hands = store.hands(7).unwrap();
        let [hand] = hands.as_slice() else { panic!("{hands:?}") };
        assert_eq!(
            (hand.agency.as_str(), hand.about, hand.choice.as_str(), hand.count),
            ("Police", "route", "advice", 3)
        );
    }

    #[test]
    fn a_newer_file_is_refused_and_left_alone() {
        let (_folder, path) = file();
        drop(crate::store::Store::open(&path).unwrap());
        Connection::open(&path).unwrap().pragma_update(None, "user_version", FORM + 1).unwrap();
        let before = std::fs::read(&path).unwrap();
        let error = crate::store::Store::open(&path).unwrap_err();
        assert!(matches!(error, StoreError::Newer { found, .. } if found == FORM + 1), "{error}");
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }

    #[test]
    fn another_programs_file_is_refused() {
        let (_folder, path) = file();
        Connection::open(&path).unwrap().execute_batch("CREATE TABLE stamps (name TEXT)").unwrap();
        assert!(matches!(crate::store::Store::open(&path), Err(StoreError::Foreign { .. })));
        std::fs::write(&path, "no database at all, but long enough to be looked at as one, page by page")
            .unwrap();
        let error = crate::store::Store::open(&path).unwrap_err();
        assert!(matches!(error, StoreError::NotADatabase { .. }), "{error}");
    }
}
