//! `mash sessions`: what exercises have left in the file of sessions.

use std::path::{Path, PathBuf};

use mash_web::{Deleted, RoomSummary, Store, StoreError};

use crate::{args::SessionsVerb, command::Written, exit_code::Failure, terminal};

/// Name of the file in the user's data folder.
const FILE: &str = "mash/sessions.db";

/// The file of sessions: the one named, or that of the user's data folder.
///
/// # Errors
/// There is no data folder.
pub(super) fn file(named: Option<&Path>) -> Result<PathBuf, Failure> {
    match named {
        Some(path) => Ok(path.to_owned()),
        None => dirs::data_local_dir().map(|folder| folder.join(FILE)).ok_or_else(|| {
            Failure::Misuse("there is no data folder for you here; name a file with --data".to_owned())
        }),
    }
}

pub(super) fn run(data: Option<&Path>, what: &SessionsVerb, json: bool) -> Result<(), Failure> {
    let file = file(data)?;
    if !file.is_file() {
        let error = mash_io::FileError::new(&file, "there is no file of sessions");
        return Err(error.mend("`mash serve` makes one; name another with --data").into());
    }
    let store = Store::open(&file)?;
    match what {
        SessionsVerb::List => list(&store.list()?, json),
        SessionsVerb::Backup { to } => {
            store.back_up(to)?;
            let written = Written::new(vec![to.display().to_string()]);
            if json { terminal::json(&written) } else { terminal::out(&format!("{}\n", to.display())) }
        }
        SessionsVerb::Delete { room: Some(room), .. } => deleted(store.delete_room(room)?, json),
        SessionsVerb::Delete { older_than: Some(days), .. } => deleted(store.delete_older(*days)?, json),
        SessionsVerb::Delete { .. } => deleted(store.delete_all()?, json),
    }
    Ok(())
}

fn list(rooms: &[RoomSummary], json: bool) {
    if json {
        return terminal::json(&rooms);
    }
    if rooms.is_empty() {
        return terminal::out("No room.\n");
    }
    for room in rooms {
        let title: String = room.title.chars().take(30).collect();
        terminal::out(&format!(
            "{}  {:<10}  {}  {:>3} people  {:>5} answers  {title}\n",
            room.code, room.kind, room.touched, room.people, room.answers
        ));
    }
}

fn deleted(deleted: Deleted, json: bool) {
    if json {
        terminal::json(&deleted);
    } else {
        terminal::out(&format!(
            "{} deleted\n",
            if deleted.rooms == 1 { "1 room".to_owned() } else { format!("{} rooms", deleted.rooms) }
        ));
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Missing(_) => Failure::Misuse(error.to_string()),
            StoreError::Newer { .. }
            | StoreError::Foreign { .. }
            | StoreError::NotADatabase { .. }
            | StoreError::Folder { .. } => {
                let text = error.to_string();
                let (path, problem) = text.split_once(": ").unwrap_or(("", &text));
                let (problem, mend) =
                    problem.split_once("; ").unwrap_or((problem, "name another file with --data"));
                Failure::Files(vec![mash_io::FileError::new(path, problem).mend(mend)])
            }
            StoreError::Full | StoreError::Busy | StoreError::Sqlite(_) => Failure::Run(error.to_string()),
        }
    }
}
