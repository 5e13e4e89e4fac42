//! The timeline of one case for people, 80 columns wide: one line an event, and a line for each clock that ends there.
//!
//! What the hub could know stands in the timeline; what is true of the case stands below it, marked as simulated truth.

use mash_model::calendar::TimeLimit;
use mash_sim::{
    LatentNeed,
    front_door::{
        Activity, CaseKey, CaseRecord, FrontDoor, Note, RatingLimit, Records, ValueKind, record::Channel,
    },
    queueing::Time,
};

use super::{
    case::{UnknownCaseError, find},
    clocks::Clocks,
};

const WIDTH: usize = 80;
/// Columns before what happened: the moment and the time since the last.
const MARGIN: usize = 32;
/// Other contacts of the household that are named.
const MOST_OTHERS: usize = 6;

/// The timeline of a case, ending with a line end.
///
/// In: the notes of a run in order (those of other cases are passed over) and its records.
///
/// # Errors
/// [`UnknownCaseError`] where the replication has no such case.
pub fn timeline(
    door: &FrontDoor<'_>,
    ratings: &[RatingLimit],
    notes: &[Note],
    key: CaseKey,
    records: &Records,
) -> Result<String, UnknownCaseError> {
    let record = find(records, key)?;
    let mut lines = Lines::default();
    lines.text("", &heading(record));
    if record.received < records.window[0] {
        lines.text("", "Received in the warm-up: it counts in no measure.");
    }
    lines.text("", "Synthetic. Times are those of the simulated calendar.");
    lines.blank();
    let mut clocks = Clocks::new(door, ratings, record);
    let mut last = None;
    for note in notes.iter().filter(|note| note.key == key) {
        let what = what(note, ratings);
        lines.event(&format!("{}  {:>8}  ", moment(door, note.at), since(last, note.at)), &what);
        for clock in clocks.hear(note) {
            lines.event(&" ".repeat(MARGIN), &clock);
        }
        last = Some(note.at);
    }
    let open = clocks.still_open(records.end);
    if !open.is_empty() {
        lines.blank();
        lines.text("", &format!("At the end of the run, {}:", moment(door, records.end)));
        open.iter().for_each(|clock| lines.text("  ", clock));
    }
    lines.blank();
    others(door, &mut lines, record, records);
    lines.text("Clocks: ", super::clocks::LEGEND);
    lines.text("Simulated truth, which nobody in the hub knows: ", &truth(door, record));
    Ok(lines.0)
}

fn heading(record: &CaseRecord) -> String {
    let channel = match record.channel {
        Channel::Phone => "by telephone",
        Channel::Form => "on the form",
        Channel::Email => "by e-mail",
        Channel::OutOfHours => "out of hours",
    };
    let age = match record.age {
        mash_sim::AgeBand::Unborn => "an unborn child".to_owned(),
        age => format!("a child aged {}", age.id().replace('<', "under ")),
    };
    let times = match record.contacts_before {
        0 => "no contact".to_owned(),
        1 => "1 contact".to_owned(),
        many => format!("{many} contacts"),
    };
    format!(
        "Case {}: {age}; contact made by {}, {channel}; {times} about the household in the 12 months before.",
        record.key.id(),
        record.source.title(),
    )
}

/// What happened and by whom.
fn what(note: &Note, ratings: &[RatingLimit]) -> String {
    let mut text = note.activity.title().to_owned();
    let at = note.value.map(usize::from);
    match (note.activity.value_kind(), at) {
        (Some(ValueKind::Rating), Some(at)) => {
            if let Some(rating) = ratings.get(at) {
                let join = if note.activity == Activity::RatingChanged { " to " } else { ", rated " };
                text.push_str(join);
                text.push_str(&words(&rating.id));
            }
        }
        (Some(ValueKind::Route), Some(at)) => {
            if let Some(route) = LatentNeed::ALL.get(at) {
                text.push_str(if note.activity == Activity::Screened { ", pack recommends " } else { ": " });
                text.push_str(&words(route.route_id()));
            }
        }
        (Some(_), None) | (None, _) => {}
    }
    if let Some(agency) = note.agency {
        let join = if note.activity == Activity::ContactReceived { ", from " } else { ": " };
        text.push_str(join);
        text.push_str(agency.title());
    }
    if let Some(by) = by(note) {
        text.push_str(" (");
        text.push_str(&by);
        text.push(')');
    }
    text
}

fn by(note: &Note) -> Option<String> {
    if let Some(worker) = note.worker {
        return Some(format!("social worker {}", u64::from(worker) + 1));
    }
    match note.activity {
        Activity::ScreeningBegun | Activity::Screened => Some("screening desk".to_owned()),
        Activity::DecisionBegun | Activity::Decided => Some("decision maker".to_owned()),
        Activity::StrategyHeld => Some("social care, police, health".to_owned()),
        _ => None,
    }
}

/// An id in words.
pub(super) fn words(id: &str) -> String {
    id.replace('_', " ")
}

/// `2023-04-03 Mon 09:12`.
pub(super) fn moment(door: &FrontDoor<'_>, at: Time) -> String {
    let civil = door.civil(at);
    let day = match civil.weekday().to_monday_zero_offset() {
        0 => "Mon",
        1 => "Tue",
        2 => "Wed",
        3 => "Thu",
        4 => "Fri",
        5 => "Sat",
        _ => "Sun",
    };
    format!("{} {day} {:02}:{:02}", civil.date(), civil.hour(), civil.minute())
}

fn since(last: Option<Time>, at: Time) -> String {
    last.map_or_else(String::new, |last| format!("+{}", span(at.since(last))))
}

/// A duration: minutes under two hours, hours and minutes under two days, then days.
pub(super) fn span(span: Time) -> String {
    let minutes = span.0 / 60_000_000_000;
    match minutes {
        ..120 => format!("{minutes} min"),
        120..2_880 => format!("{} h {:02}", minutes / 60, minutes % 60),
        _ => format!("{} d", minutes / 1_440),
    }
}

fn others(door: &FrontDoor<'_>, lines: &mut Lines, record: &CaseRecord, records: &Records) {
    let same = |other: &&CaseRecord| {
        other.key.household == record.key.household && other.key.approach != record.key.approach
    };
    let mut others: Vec<&CaseRecord> = records.cases.iter().filter(same).collect();
    others.sort_unstable_by_key(|other| other.key);
    others.dedup_by_key(|other| other.key.approach);
    if others.is_empty() {
        return;
    }
    let named = others.iter().take(MOST_OTHERS);
    let named: Vec<String> =
        named.map(|other| format!("{} ({})", other.key.id(), door.civil(other.received).date())).collect();
    let more = others.len().saturating_sub(MOST_OTHERS);
    let more = if more > 0 { format!(", and {more} more") } else { String::new() };
    lines.text("Other contacts of the household: ", &format!("{}{more}.", named.join(", ")));
}

fn truth(door: &FrontDoor<'_>, record: &CaseRecord) -> String {
    let needs = words(record.need.route_id());
    let given = match (record.need, record.met) {
        (LatentNeed::NoFurtherAction | LatentNeed::Advice, _) => String::new(),
        (_, Time::NEVER) => "; not given by the end of the run".to_owned(),
        (_, met) => format!("; given from {}", moment(door, met)),
    };
    format!("the situation called for {needs}{given}.")
}

/// Lines of at most 80 columns.
#[derive(Default)]
struct Lines(String);

impl Lines {
    fn blank(&mut self) {
        self.0.push('\n');
    }

    /// A paragraph; lines after the first begin with two blanks.
    fn text(&mut self, start: &str, text: &str) {
        self.wrapped(start, text, 2);
    }

    fn event(&mut self, margin: &str, text: &str) {
        self.wrapped(margin, text, MARGIN + 2);
    }

    fn wrapped(&mut self, start: &str, text: &str, indent: usize) {
        self.0.push_str(start);
        let mut column = start.chars().count();
        let mut fresh = true;
        for word in text.split(' ') {
            let length = word.chars().count();
            if !fresh && column + 1 + length > WIDTH {
                self.0.push('\n');
                self.0.push_str(&" ".repeat(indent));
                column = indent;
                fresh = true;
            }
            if !fresh {
                self.0.push(' ');
                column += 1;
            }
            self.0.push_str(word);
            column += length;
            fresh = false;
        }
        self.0.push('\n');
    }
}

/// A limit in words.
pub(super) fn limit(limit: TimeLimit) -> String {
    match limit {
        TimeLimit::Hours(hours) => format!("{hours} h"),
        TimeLimit::WorkingDays(days) if days.0 == 1 => "1 working day".to_owned(),
        TimeLimit::WorkingDays(days) => format!("{} working days", days.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_reads_in_the_unit_of_its_size() {
        let of = |minutes: i64| span(Time(minutes * 60_000_000_000));
        assert_eq!([of(0), of(119), of(125), of(2_880)], ["0 min", "119 min", "2 h 05", "2 d"]);
    }

    #[test]
    fn no_line_is_wider_than_the_page() {
        let mut lines = Lines::default();
        lines.event(&" ".repeat(MARGIN), &"a few more words ".repeat(20));
        assert!(lines.0.lines().count() > 5);
        assert!(lines.0.lines().all(|line| line.chars().count() <= WIDTH), "{}", lines.0);
    }
}
