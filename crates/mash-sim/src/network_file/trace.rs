//! Recorded arrivals, in the file itself or in a CSV file beside it.

use super::{
    TraceFile,
    check::{Beside, Check},
};
use crate::queueing::{Time, TraceRow};

/// Most problems named of one record.
const MOST: usize = 20;

/// The rows of a record; nothing where there is a mistake.
pub(super) fn rows(
    file: &TraceFile,
    stations: usize,
    classes: usize,
    beside: Beside<'_>,
    check: &mut Check,
) -> Option<Vec<TraceRow>> {
    let at = "network.arrivals.trace";
    let before = check.problems.len();
    let numbered: Vec<(String, Vec<f64>)> = match (file.rows.as_slice(), &file.csv) {
        ([_, ..], None) => {
            let place = |(position, row): (usize, &Vec<f64>)| (format!("{at}.rows[{position}]"), row.clone());
            file.rows.iter().enumerate().map(place).collect()
        }
        ([], Some(name)) => csv(name, stations, beside, check)?,
        _ => {
            check.say(at, "expected exactly one of `rows` and `csv`, and a row or more", None);
            return None;
        }
    };
    let mut rows: Vec<TraceRow> = Vec::new();
    for (place, row) in numbered {
        if check.problems.len() >= before + MOST {
            check.say(at, format!("stopped after {MOST} mistakes"), None);
            break;
        }
        let wanted = stations + 2;
        let [arrival, class, service @ ..] = row.as_slice() else {
            check.say(&place, format!("expected {wanted} values, found {}", row.len()), None);
            continue;
        };
        if row.len() != wanted {
            let mend = "arrival hour, class, and hours at each station";
            check.say(&place, format!("expected {wanted} values, found {}", row.len()), Some(mend));
            continue;
        }
        if row.iter().any(|value| *value < 0.0 || !value.is_finite()) {
            check.say(&place, "a value is below zero, or no number", None);
            continue;
        }
        let Some(class) = (0..classes).find(|number| whole(*number).to_bits() == class.to_bits()) else {
            let mend =
                format!("classes are numbered from 0 to {}, in their order", classes.saturating_sub(1));
            check.say(&place, format!("there is no class {class}"), Some(&mend));
            continue;
        };
        let at = Time::from_hours(*arrival);
        if rows.last().is_some_and(|last| last.at > at) {
            check.say(
                &place,
                format!("arrives at {arrival}, before the row above"),
                Some("sort rows by arrival"),
            );
            continue;
        }
        rows.push(TraceRow { at, class, service: service.iter().copied().map(Time::from_hours).collect() });
    }
    (check.problems.len() == before).then_some(rows)
}

#[expect(clippy::cast_precision_loss, reason = "classes are few")]
fn whole(number: usize) -> f64 {
    number as f64
}

/// Rows of a CSV file, each with its place.
fn csv(
    name: &str,
    stations: usize,
    beside: Beside<'_>,
    check: &mut Check,
) -> Option<Vec<(String, Vec<f64>)>> {
    let at = "network.arrivals.trace.csv";
    if name.is_empty() || name.contains(['/', '\\']) {
        check.say(at, format!("`{name}` is not the name of a file"), Some("name a file in the same folder"));
        return None;
    }
    let text = match beside(name) {
        Ok(text) => text,
        Err(why) => {
            check.say(at, format!("{name} cannot be read: {why}"), None);
            return None;
        }
    };
    let mut lines = text.trim_start_matches('\u{feff}').lines().zip(1..);
    let columns = (0..stations).map(|station| format!(",s{station}")).collect::<String>();
    let wanted = format!("arr,prio{columns}");
    let header = lines.next().map_or("", |(line, _)| line.trim());
    if header != wanted {
        check.say(at, format!("{name} line 1: expected columns `{wanted}`, found `{header}`"), None);
        return None;
    }
    let mut rows = Vec::new();
    for (line, number) in lines.filter(|(line, _)| !line.trim().is_empty()) {
        let cells: Result<Vec<f64>, _> = line.split(',').map(|cell| cell.trim().parse::<f64>()).collect();
        match cells {
            Ok(cells) => rows.push((format!("{at}: {name} line {number}"), cells)),
            Err(_) => {
                check.say(at, format!("{name} line {number}: a cell is not a number"), None);
                return None;
            }
        }
    }
    if rows.is_empty() {
        check.say(at, format!("{name} has no rows"), None);
        return None;
    }
    Some(rows)
}
