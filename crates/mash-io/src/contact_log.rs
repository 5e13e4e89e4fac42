//! A hub's own log of contacts: when each came, from whom, and how long two stages took. Nothing else.
//!
//! In: CSV with the columns `received` (civil date and time), `source` (a source group or an agency), and where they
//! are known `screening_minutes` and `decision_minutes`. Out: contacts to replay. Any other column is refused, so that no
//! name, date of birth or reason can come in with it: the children of a replayed contact are invented as ever.

use std::path::Path;

use jiff::civil::DateTime;
use mash_model::{Agency, SourceGroup};
use mash_sim::{
    front_door::{FrontDoor, LoggedContact},
    group_id,
    queueing::Time,
};

use crate::{
    error::{FileError, Issue, RowsError},
    text_file,
};

/// Largest log that is read, in bytes.
const MAX_BYTES: u64 = 256 * 1024 * 1024;
/// Columns that a log may have.
const COLUMNS: [&str; 4] = ["received", "source", "screening_minutes", "decision_minutes"];
/// Most rows of which each is told apart.
const MOST_ISSUES: usize = 50;
/// Longest time that a stage may have taken, minutes: thirty days.
const LONGEST_MINUTES: f64 = 43_200.0;

/// Reads a log for a front door.
///
/// # Errors
/// [`RowsError`]: a column that a log may not have, or every row that is wrong (fifty at most).
pub fn read(path: &Path, door: &FrontDoor<'_>) -> Result<Vec<LoggedContact>, RowsError> {
    let text = text_file::read(path, MAX_BYTES)?;
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let header = reader.headers().map_err(|error| FileError::new(path, format!("not CSV: {error}")))?.clone();
    let columns = columns(path, &header)?;
    let file = path.display().to_string();
    let (mut contacts, mut issues) = (Vec::new(), Vec::new());
    for row in reader.records() {
        if issues.len() >= MOST_ISSUES {
            break;
        }
        let row = match row {
            Ok(row) => row,
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                issues.push(issue(&file, line, None, format!("not CSV: {error}"), None));
                continue;
            }
        };
        let line = row.position().map_or(0, csv::Position::line);
        let cell = |column: Option<usize>| column.and_then(|at| row.get(at)).unwrap_or_default();
        let [received, source, screening, decision] = columns;
        let found = (
            moment(cell(received), door),
            group(cell(source)),
            minutes(cell(screening)),
            minutes(cell(decision)),
        );
        let mut say = |field: &str, wrong: &Wrong| {
            issues.push(issue(&file, line, Some(field), wrong.0.clone(), Some(wrong.1.clone())));
        };
        match found {
            (Ok(at), Ok(group), Ok(screening), Ok(decision)) => {
                contacts.push(LoggedContact { at, group, screening, decision });
            }
            (at, group, screening, decision) => {
                at.err().iter().for_each(|wrong| say("received", wrong));
                group.err().iter().for_each(|wrong| say("source", wrong));
                screening.err().iter().for_each(|wrong| say("screening_minutes", wrong));
                decision.err().iter().for_each(|wrong| say("decision_minutes", wrong));
            }
        }
    }
    if !issues.is_empty() {
        return Err(RowsError::Rows(issues));
    }
    if contacts.is_empty() {
        let mend = "give one row a contact below the header".to_owned();
        return Err(FileError::new(path, "no contact in it").mend(mend).into());
    }
    contacts.sort_by_key(|contact| contact.at);
    Ok(contacts)
}

/// What is wrong with a cell, and how to mend it.
struct Wrong(String, String);

/// Where each of [`COLUMNS`] stands.
fn columns(path: &Path, header: &csv::StringRecord) -> Result<[Option<usize>; 4], FileError> {
    if let Some(other) = header.iter().find(|name| !COLUMNS.contains(name)) {
        return Err(FileError::new(path, format!("column `{other}`: a log of contacts may not have it"))
            .mend(format!(
                "take the column out; a log has {} and nothing about whom it concerns",
                COLUMNS.join(", ")
            )));
    }
    let found = COLUMNS.map(|column| header.iter().position(|name| name == column));
    for (column, at) in COLUMNS.iter().zip(found).take(2) {
        if at.is_none() {
            return Err(FileError::new(path, format!("column `{column}` is missing"))
                .mend(format!("write a first line with {}", COLUMNS.join(","))));
        }
    }
    Ok(found)
}

fn issue(file: &str, line: u64, field: Option<&str>, problem: String, mend: Option<String>) -> Issue {
    Issue { file: file.to_owned(), line, field: field.map(str::to_owned), problem, mend }
}

fn moment(text: &str, door: &FrontDoor<'_>) -> Result<Time, Wrong> {
    let at: DateTime = text.parse().map_err(|_| {
        Wrong(
            format!("`{text}` is no date and time"),
            "write it as 2023-03-27T16:45 or 2023-03-27 16:45".to_owned(),
        )
    })?;
    let [from, to] = door.span();
    let outside = || {
        let (first, last) = (door.civil(from).date(), door.civil(to).date());
        Wrong(
            format!("{} lies outside the run", at.date()),
            format!("give moments from {first} until before {last}, or another `year` in the scenario"),
        )
    };
    door.moment(at).filter(|at| *at < to).ok_or_else(outside)
}

fn group(text: &str) -> Result<SourceGroup, Wrong> {
    if let Some(group) = SourceGroup::ALL.into_iter().find(|group| group_id(*group) == text) {
        return Ok(group);
    }
    text.parse::<Agency>().map(Agency::source_group).map_err(|_| {
        let groups: Vec<&str> = SourceGroup::ALL.into_iter().map(group_id).collect();
        Wrong(
            format!("`{text}` is no source"),
            format!("use an agency's id, or one of {}", groups.join(", ")),
        )
    })
}

fn minutes(text: &str) -> Result<Option<Time>, Wrong> {
    if text.is_empty() {
        return Ok(None);
    }
    match text.parse::<f64>() {
        Ok(minutes) if (0.0..=LONGEST_MINUTES).contains(&minutes) => {
            Ok(Some(Time::from_hours(minutes / 60.0)))
        }
        _ => Err(Wrong(
            format!("`{text}` is no time a stage can take"),
            "write minutes from 0 to 43,200".to_owned(),
        )),
    }
}
