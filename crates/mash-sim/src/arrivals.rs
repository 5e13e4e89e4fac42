//! When contacts arrive: the year's rate by month, weekday, hour and bank holiday, accumulated and inverted.
//!
//! In: a position in the year from 0 to 1. Out: the moment at which that share of a group's contacts has come in.
//! Inverting, rather than thinning, means that one uniform gives one arrival whatever the rates.

use jiff::{
    Span,
    civil::{Date, DateTime, Weekday},
};
use mash_model::{SourceGroup, calendar::is_bank_holiday};

use crate::scenario::{GROUPS, ProfileFile, ScenarioFile};

/// The accumulated rate of one source group over the year.
#[derive(Debug, Clone)]
pub(crate) struct ArrivalTable {
    start: Date,
    /// Share of the year's contacts that arrive before the end of each day.
    days: Vec<f64>,
    /// Share of a day's contacts that arrive before the end of each hour: working days, then others.
    hours: [[f64; 24]; 2],
    /// Which days are working days.
    working: Vec<bool>,
}

impl ArrivalTable {
    /// The table of one group over the scenario's year.
    pub(crate) fn new(
        file: &ScenarioFile,
        profile_of: &[usize; GROUPS],
        mix: &[f64; GROUPS],
        group: usize,
    ) -> Self {
        let days = file.year.start.until(file.year.end).map_or(364, |span| span.get_days()) + 1;
        Self::over(file, profile_of, mix, group, file.year.start, usize::try_from(days).unwrap_or(365)).0
    }

    /// The table of one group over so many days, and the sum of its daily rates.
    pub(crate) fn over(
        file: &ScenarioFile,
        profile_of: &[usize; GROUPS],
        mix: &[f64; GROUPS],
        group: usize,
        start: Date,
        count: usize,
    ) -> (Self, f64) {
        let profiles = &file.arrivals.profiles.value;
        let profile = profile_of.get(group).and_then(|position| profiles.get(*position));
        let of_schools = |group: usize| SourceGroup::ALL.get(group) == Some(&SourceGroup::Schools);
        let school_share: f64 =
            mix.iter().enumerate().filter(|(g, _)| of_schools(*g)).map(|(_, share)| share).sum();
        let months = months(file, school_share, of_schools(group));
        let (mut days, mut working, mut sum) = (Vec::with_capacity(count), Vec::with_capacity(count), 0.0);
        for day in start.series(Span::new().days(1)).take(count) {
            let open = !is_bank_holiday(day);
            let weekday = if open { day.weekday() } else { Weekday::Sunday };
            let month =
                usize::try_from(day.month() - 1).ok().and_then(|m| months.get(m)).copied().unwrap_or(1.0);
            sum += month * profile.map_or(1.0, |profile| weekday_weight(profile, weekday));
            days.push(sum);
            working.push(open && !matches!(weekday, Weekday::Saturday | Weekday::Sunday));
        }
        days.iter_mut().for_each(|day| *day /= sum);
        let [at_work, otherwise] = match profile {
            Some(profile) => [accumulated(&profile.hours), accumulated(&profile.other_hours)],
            None => [accumulated(&[1.0; 24]); 2],
        };
        (Self { start, days, hours: [at_work, otherwise], working }, sum)
    }

    /// The moment by which this share of the contacts of the whole table has arrived, from 0 to 1: day and nanoseconds
    /// since its first midnight.
    #[expect(clippy::cast_possible_truncation, reason = "a moment of a day is below 24 hours")]
    pub(crate) fn moment_at(&self, position: f64) -> (usize, i64) {
        let within = position.clamp(0.0, 1.0);
        let day = self.days.partition_point(|upto| *upto <= within).min(self.days.len().saturating_sub(1));
        let before = day.checked_sub(1).and_then(|d| self.days.get(d)).copied().unwrap_or(0.0);
        let upto = self.days.get(day).copied().unwrap_or(1.0);
        let share = if upto > before { (within - before) / (upto - before) } else { 0.0 };
        let hour = hour_at(self.hours_of(day), share);
        (day, (hour * 3.6e12) as i64)
    }

    /// The share that has arrived by a moment, hours of a day of the table.
    pub(crate) fn position_at(&self, day: usize, hour: f64) -> f64 {
        let before = day.checked_sub(1).and_then(|d| self.days.get(d)).copied().unwrap_or(0.0);
        let upto = self.days.get(day).copied().unwrap_or(1.0);
        before + (upto - before) * share_at(self.hours_of(day), hour)
    }

    fn hours_of(&self, day: usize) -> &[f64; 24] {
        let [at_work, otherwise] = &self.hours;
        if self.working.get(day).copied().unwrap_or(true) { at_work } else { otherwise }
    }

    /// The moment by which this share of the year's contacts has arrived. Whole numbers below zero are earlier years.
    pub(crate) fn time_at(&self, position: f64) -> DateTime {
        let years_back = -libm::floor(position);
        let within = (position + years_back).clamp(0.0, 1.0);
        let day = self.days.partition_point(|upto| *upto <= within).min(self.days.len().saturating_sub(1));
        let before = day.checked_sub(1).and_then(|d| self.days.get(d)).copied().unwrap_or(0.0);
        let upto = self.days.get(day).copied().unwrap_or(1.0);
        let working = self.working.get(day).copied().unwrap_or(true);
        let [at_work, otherwise] = &self.hours;
        let second =
            second_of_day(if working { at_work } else { otherwise }, (within - before) / (upto - before));
        // One step after the other: a span has a single sign.
        let start = self.start.saturating_sub(Span::new().years(whole(years_back)));
        let day = start.saturating_add(Span::new().days(i64::try_from(day).unwrap_or(0)));
        day.to_datetime(jiff::civil::Time::midnight()).saturating_add(Span::new().seconds(second))
    }
}

/// Rate a working day by month, January first, for schools or for everybody else, so that both together give the
/// scenario's months.
fn months(file: &ScenarioFile, school_share: f64, schools: bool) -> [f64; 12] {
    let (all, extra) = (&file.arrivals.months.value, &file.arrivals.school_months.value);
    let mut school = [0.0; 12];
    school.iter_mut().zip(all.iter().zip(extra)).for_each(|(place, (a, e))| *place = a * e);
    let scale = all.iter().sum::<f64>() / school.iter().sum::<f64>();
    school.iter_mut().for_each(|rate| *rate *= scale);
    if schools {
        return school;
    }
    let mut rest = [0.0; 12];
    for (place, (all, school)) in rest.iter_mut().zip(all.iter().zip(school)) {
        *place = ((all - school_share * school) / (1.0 - school_share).max(1e-9)).max(0.0);
    }
    rest
}

fn weekday_weight(profile: &ProfileFile, weekday: Weekday) -> f64 {
    usize::try_from(weekday.to_monday_zero_offset())
        .ok()
        .and_then(|d| profile.weekdays.get(d))
        .copied()
        .unwrap_or(0.0)
}

fn accumulated(weights: &[f64; 24]) -> [f64; 24] {
    let total: f64 = weights.iter().sum();
    let mut sum = 0.0;
    weights.map(|weight| {
        sum += weight / total;
        sum
    })
}

/// The hour of the day, with its part, by which this share of the day's contacts has arrived.
#[expect(clippy::cast_precision_loss, reason = "an hour of the day")]
fn hour_at(hours: &[f64; 24], share: f64) -> f64 {
    let hour = hours.partition_point(|upto| *upto <= share).min(23);
    let before = hour.checked_sub(1).and_then(|h| hours.get(h)).copied().unwrap_or(0.0);
    let width = hours.get(hour).copied().unwrap_or(1.0) - before;
    hour as f64 + if width > 0.0 { ((share - before) / width).clamp(0.0, 0.999_999_999) } else { 0.0 }
}

/// The share of a day's contacts that has arrived by an hour of it.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "an hour of the day"
)]
fn share_at(hours: &[f64; 24], hour: f64) -> f64 {
    let whole = (hour.max(0.0) as usize).min(23);
    let before = whole.checked_sub(1).and_then(|h| hours.get(h)).copied().unwrap_or(0.0);
    let upto = hours.get(whole).copied().unwrap_or(1.0);
    before + (upto - before) * (hour - whole as f64).clamp(0.0, 1.0)
}

#[expect(clippy::cast_possible_truncation, reason = "a second of a day is below 86,400")]
fn second_of_day(hours: &[f64; 24], share: f64) -> i64 {
    let hour = hours.partition_point(|upto| *upto <= share).min(23);
    let before = hour.checked_sub(1).and_then(|h| hours.get(h)).copied().unwrap_or(0.0);
    let width = hours.get(hour).copied().unwrap_or(1.0) - before;
    let within = if width > 0.0 { ((share - before) / width).clamp(0.0, 1.0) } else { 0.0 };
    let second = (within * 3600.0) as i64;
    i64::try_from(hour).unwrap_or(0) * 3600 + second.min(3599)
}

#[expect(clippy::cast_possible_truncation, reason = "a number of years, at most a few")]
fn whole(years: f64) -> i64 {
    years as i64
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::testing::scenario;

    fn table(group: SourceGroup) -> &'static ArrivalTable {
        &scenario().tables.arrivals[group as usize]
    }

    #[test]
    fn time_runs_with_the_position_and_stays_in_the_year() {
        let police = table(SourceGroup::Police);
        let times: Vec<DateTime> =
            (0..20_000).map(|step| police.time_at((f64::from(step) + 0.5) / 20_000.0)).collect();
        assert!(times.is_sorted());
        assert_eq!(times[0].date(), date(2022, 4, 1));
        assert_eq!(times[19_999].date(), date(2023, 3, 31));
        assert_eq!(police.time_at(-0.5).date(), date(2021, times[10_000].month(), times[10_000].day()));
    }

    #[test]
    fn a_moment_and_its_position_lead_to_each_other() {
        for group in [SourceGroup::Police, SourceGroup::Schools] {
            let table = table(group);
            for step in 0..5_000 {
                let position = (f64::from(step) + 0.5) / 5_000.0;
                let (day, nanoseconds) = table.moment_at(position);
                let back = table.position_at(day, nanoseconds as f64 / 3.6e12);
                assert!((back - position).abs() < 1e-9, "{position} {back}");
            }
        }
    }

    #[test]
    fn schools_rest_at_weekends_and_in_august() {
        let share = |group: SourceGroup, test: &dyn Fn(DateTime) -> bool| {
            let times = (0..10_000).map(|step| table(group).time_at((f64::from(step) + 0.5) / 10_000.0));
            times.filter(|at| test(*at)).count() as f64 / 10_000.0
        };
        let weekend = |at: DateTime| matches!(at.weekday(), Weekday::Saturday | Weekday::Sunday);
        assert!(share(SourceGroup::Schools, &weekend) < 0.01);
        assert!(share(SourceGroup::Police, &weekend) > 0.1);
        let august = |at: DateTime| at.month() == 8;
        assert!(share(SourceGroup::Schools, &august) < 0.025);
        assert!(share(SourceGroup::Police, &august) > 0.07);
        let late = |at: DateTime| at.hour() >= 15;
        assert!(share(SourceGroup::Schools, &late) > 0.35);
    }

    #[test]
    fn all_sources_together_follow_the_months() {
        let written = &scenario().as_written().arrivals.months.value;
        let mut by_month = [0.0; 12];
        for group in SourceGroup::ALL {
            for step in 0..5_000 {
                let at = table(group).time_at((f64::from(step) + 0.5) / 5_000.0);
                by_month[at.month() as usize - 1] += scenario().contact_share(group) / 5_000.0;
            }
        }
        // Working days of April 2022 to March 2023, January first.
        let days = [21.0, 20.0, 23.0, 19.0, 21.0, 20.0, 21.0, 22.0, 21.0, 21.0, 22.0, 20.0];
        let rates: Vec<f64> = by_month.iter().zip(days).map(|(share, days)| share / days * 251.0).collect();
        for (rate, expect) in rates.iter().zip(written) {
            assert!((rate - expect).abs() < 0.06, "{rates:?}");
        }
    }
}
