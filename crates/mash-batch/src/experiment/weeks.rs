//! What a replication looks like week by week and month by month: the backlog after a change, not only its mean.

use mash_sim::{
    front_door::{FrontDoor, Records, record::DeskId},
    queueing::Time,
};

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

/// Shares in time that are followed by month: measure whose target is meant, and title.
pub(super) const MONTHLY: [[&str; 2]; 2] = [
    ["referral_one_day_pct", "Referrals decided within one working day"],
    ["assessment_45_days_pct", "Assessments within 45 working days"],
];

/// By series, then by month of the year that counts: per cent in time, by month of receipt.
pub(crate) type Months = [Vec<Option<f64>>; MONTHLY.len()];

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

pub(super) fn months(records: &Records, door: &FrontDoor<'_>) -> Months {
    let [from, to] = records.window;
    let first = door.civil(from).date();
    let month = |at: Time| {
        let date = door.civil(at).date();
        let years = i32::from(date.year()) - i32::from(first.year());
        usize::try_from(years * 12 + i32::from(date.month()) - i32::from(first.month())).unwrap_or(usize::MAX)
    };
    let count = month(Time(to.0 - 1)).saturating_add(1).min(120);
    let mut one_day = vec![Mean::default(); count];
    let mut assessed = one_day.clone();
    for case in records.cases.iter().filter(|case| case.referral) {
        if case.received < from || case.received >= to {
            continue;
        }
        let at = month(case.received);
        let in_time = |until: Time, limit: u32| {
            if door.working_days(case.received, until) <= limit { 100.0 } else { 0.0 }
        };
        let [_, decided] = case.decided;
        for (series, until, limit) in [(&mut one_day, decided, 1), (&mut assessed, case.assessed, 45)] {
            if until != Time::NEVER
                && let Some(mean) = series.get_mut(at)
            {
                mean.add(in_time(until, limit));
            }
        }
    }
    [one_day, assessed].map(|series| series.into_iter().map(Mean::value).collect())
}
