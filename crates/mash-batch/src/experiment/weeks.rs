//! What a replication looks like week by week and month by month: the backlog after a change, not only its mean.

use jiff::Span;
use mash_sim::{
    Scenario,
    front_door::{FrontDoor, Records, record::DeskId},
    queueing::Time,
};
use mash_stats::measures::Measure;

use crate::front_door_model::FrontDoorModel;

/// A day, in nanoseconds.
const DAY: i64 = 86_400_000_000_000;

/// What is followed by week: id, title, unit.
pub(super) const SERIES: [[&str; 3]; 6] = [
    ["contacts", "Children in contacts received", "children a week"],
    ["screening", "Contacts waiting to be screened", "contacts, mean of midnights"],
    ["hub", "Contacts waiting for the hub's decision", "contacts, mean of midnights"],
    ["decision_hours", "Received to decided, by week of receipt", "hours, mean"],
    ["unallocated", "Children without a social worker", "children on Monday"],
    ["in_need", "Children in need, open cases", "children on Monday"],
];

/// By series, then by week of the run.
pub(crate) type Weeks = [Vec<Option<f64>>; SERIES.len()];

/// By measure that is followed, then by month of the year that counts.
pub(crate) type Months = Vec<Vec<Option<f64>>>;

/// Sums and counts of one week.
#[derive(Clone, Copy, Default)]
struct Mean {
    sum: f64,
    n: u32,
}

impl Mean {
    fn add(&mut self, value: f64) {
        self.sum += value;
        self.n += 1;
    }

    fn value(self) -> Option<f64> {
        (self.n > 0).then(|| self.sum / f64::from(self.n))
    }
}

pub(super) fn weeks(records: &Records) -> Weeks {
    let count = usize::try_from(records.end.0 / (7 * DAY)).unwrap_or(0);
    let mut means = [const { Vec::new() }; SERIES.len()];
    for series in &mut means {
        *series = vec![Mean::default(); count];
    }
    let [contacts, screening, hub, hours, unallocated, in_need] = &mut means;
    let week = |at: Time| usize::try_from(at.0 / (7 * DAY)).unwrap_or(usize::MAX);
    let of_day = |day: u32| week(Time(i64::from(day) * DAY));
    for case in &records.cases {
        let at = week(case.received);
        if let Some(contacts) = contacts.get_mut(at) {
            contacts.sum += 1.0;
        }
        let [_, decided] = case.decided;
        if decided != Time::NEVER
            && let Some(hours) = hours.get_mut(at)
        {
            hours.add(decided.since(case.received).hours());
        }
    }
    for contacts in contacts.iter_mut() {
        contacts.n = 1;
    }
    for shift in &records.shifts {
        let series = match shift.desk {
            DeskId::Screening => &mut *screening,
            DeskId::Decision => &mut *hub,
            DeskId::Oversight | DeskId::Partner(_) => continue,
        };
        if let Some(mean) = series.get_mut(of_day(shift.day)) {
            mean.add(f64::from(shift.waiting));
        }
    }
    for team in &records.teams {
        let at = of_day(team.day);
        for (series, value) in [(&mut *unallocated, team.unallocated), (&mut *in_need, team.in_need)] {
            if let Some(mean) = series.get_mut(at) {
                mean.add(f64::from(value));
            }
        }
    }
    means.map(|series| series.into_iter().map(Mean::value).collect())
}

/// Groups of caseloads: the first of each, the last being open.
pub(super) const CASELOADS: [u16; 8] = [0, 5, 10, 13, 16, 19, 22, 26];

/// Per cent of workers by group of caseload, over the Mondays of the year.
pub(crate) type Caseloads = [f64; CASELOADS.len()];

pub(super) fn caseloads(records: &Records) -> Caseloads {
    let [from, to] = records.window;
    let mut counts = [0.0; CASELOADS.len()];
    let mut all = 0.0;
    for team in &records.teams {
        let day = Time(i64::from(team.day) * DAY);
        if day < from || day >= to {
            continue;
        }
        for load in &team.caseloads {
            let group = CASELOADS.iter().rposition(|first| load >= first).unwrap_or(0);
            if let Some(count) = counts.get_mut(group) {
                *count += 1.0;
            }
            all += 1.0;
        }
    }
    counts.map(|count| if all > 0.0 { 100.0 * count / all } else { 0.0 })
}

/// Measures that are followed month by month: every share in time that has a clock with an authority, and whatever else
/// the scenario sets a target for.
pub(super) fn followed(scenario: &Scenario, measures: &[Measure]) -> Vec<usize> {
    let targets = &scenario.as_written().targets;
    let is = |measure: &Measure| {
        let clock = measure.authority.is_some() && measure.unit == "per cent";
        clock || targets.iter().any(|target| target.measure == measure.id)
    };
    (0..).zip(measures).filter(|(_, measure)| is(measure)).map(|(at, _)| at).collect()
}

/// The followed measures by month of receipt.
pub(super) fn months(records: &Records, model: &FrontDoorModel<'_>, followed: &[usize]) -> Months {
    model.figures_over(followed, &stretches(records.window, model.door()), records)
}

/// The months of the year that counts, cut at its ends.
fn stretches([from, to]: [Time; 2], door: &FrontDoor<'_>) -> Vec<[Time; 2]> {
    let mut all = Vec::new();
    let mut first = door.civil(from).date().first_of_month();
    let mut begins = from;
    while begins < to && all.len() < 120 {
        first = first.saturating_add(Span::new().months(1));
        let ends = door.moment(first.at(0, 0, 0, 0)).unwrap_or(to).min(to);
        all.push([begins, ends]);
        begins = ends;
    }
    all
}
