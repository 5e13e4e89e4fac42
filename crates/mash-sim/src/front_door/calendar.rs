//! Dates of a run: from nanoseconds since its first midnight to days, working days and opening hours, and back.
//!
//! Times are civil: a day has 24 hours. The hour that summer time takes or gives twice a year is not simulated.

use jiff::{
    Span,
    civil::{Date, DateTime},
};
use mash_model::calendar::is_bank_holiday;

use crate::queueing::Time;

/// Nanoseconds of a minute.
const MINUTE: i64 = 60_000_000_000;
/// Nanoseconds of a day.
pub(crate) const DAY: i64 = 1_440 * MINUTE;

/// The days of a run.
#[derive(Debug, Clone)]
pub(crate) struct Days {
    start: Date,
    /// By day: is it a working day?
    working: Vec<bool>,
    /// By day: working days before it.
    before: Vec<u32>,
    /// Working days in order, as days of the run.
    working_days: Vec<u32>,
}

impl Days {
    /// The days from `start` on.
    pub(crate) fn new(start: Date, count: usize) -> Self {
        let mut days = Self {
            start,
            working: Vec::with_capacity(count),
            before: Vec::with_capacity(count),
            working_days: Vec::new(),
        };
        for (number, day) in (0_u32..).zip(start.series(Span::new().days(1)).take(count)) {
            let working = day.weekday().to_monday_zero_offset() < 5 && !is_bank_holiday(day);
            days.before.push(u32::try_from(days.working_days.len()).unwrap_or(u32::MAX));
            days.working.push(working);
            if working {
                days.working_days.push(number);
            }
        }
        days
    }

    /// Day of the run.
    pub(crate) fn day(at: Time) -> usize {
        usize::try_from(at.0.div_euclid(DAY)).unwrap_or(0)
    }

    /// Midnight at the start of a day.
    pub(crate) fn midnight(day: usize) -> Time {
        Time(i64::try_from(day).unwrap_or(i64::MAX).saturating_mul(DAY))
    }

    /// Is it a working day? Days past the last one known are Monday to Friday.
    pub(crate) fn is_working(&self, day: usize) -> bool {
        self.working.get(day).copied().unwrap_or_else(|| self.weekday(day) < 5)
    }

    /// Monday is 0.
    pub(crate) fn weekday(&self, day: usize) -> usize {
        let first = usize::try_from(self.start.weekday().to_monday_zero_offset()).unwrap_or(0);
        (first + day) % 7
    }

    /// Working days after one day and up to another, that one included: the day after the start is day 1.
    pub(crate) fn working_days_between(&self, from: usize, to: usize) -> u32 {
        let upto = |day: usize| -> u32 {
            let before = self.before.get(day).copied().unwrap_or_else(|| {
                u32::try_from(self.working_days.len() + (day - self.before.len()) * 5 / 7).unwrap_or(u32::MAX)
            });
            before + u32::from(self.is_working(day))
        };
        upto(to).saturating_sub(upto(from))
    }

    /// The day so many working days after `day`.
    pub(crate) fn add_working_days(&self, day: usize, days: u32) -> usize {
        let done = self.before.get(day).copied().unwrap_or(0) + u32::from(self.is_working(day));
        let wanted = usize::try_from(done + days).unwrap_or(usize::MAX).saturating_sub(1);
        match self.working_days.get(wanted) {
            _ if days == 0 => day,
            Some(day) => usize::try_from(*day).unwrap_or(usize::MAX),
            None => {
                let over = (wanted + 1).saturating_sub(self.working_days.len());
                self.working.len() + over * 7 / 5
            }
        }
    }

    /// The moment so many working days later, at the same time of day.
    pub(crate) fn after_working_days(&self, at: Time, days: u32) -> Time {
        let day = Self::day(at);
        let later = self.add_working_days(day, days);
        at.after(Time(Self::midnight(later).0 - Self::midnight(day).0))
    }

    /// The moment on the real calendar.
    pub(crate) fn civil(&self, at: Time) -> DateTime {
        let seconds = at.0.div_euclid(1_000_000_000);
        self.start.at(0, 0, 0, 0).saturating_add(Span::new().seconds(seconds))
    }
}

/// When a desk begins work: minutes of a working day and of another day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hours {
    /// From and to, minutes after midnight; nothing for closed.
    pub(crate) working: Option<(i64, i64)>,
    pub(crate) other: Option<(i64, i64)>,
}

impl Hours {
    fn of(self, days: &Days, day: usize) -> Option<(Time, Time)> {
        let (from, to) = if days.is_working(day) { self.working } else { self.other }?;
        let midnight = Days::midnight(day);
        Some((midnight.after(Time(from * MINUTE)), midnight.after(Time(to * MINUTE))))
    }

    /// Is it open in this moment?
    pub(crate) fn is_open(self, days: &Days, now: Time) -> bool {
        self.of(days, Days::day(now)).is_some_and(|(from, to)| from <= now && now < to)
    }

    /// The first moment from now on when it is open; [`Time::NEVER`] for hours that never are.
    pub(crate) fn next_open(self, days: &Days, now: Time) -> Time {
        let today = Days::day(now);
        // The longest run of days that are not working days is a long weekend.
        for day in today..today + 12 {
            if let Some((from, to)) = self.of(days, day)
                && now < to
            {
                return from.max(now);
            }
        }
        Time::NEVER
    }

    /// When it closes on a day, if it opens.
    pub(crate) fn closes(self, days: &Days, day: usize) -> Option<Time> {
        self.of(days, day).map(|(_, to)| to)
    }

    /// Open time of a day.
    pub(crate) fn minutes_on(self, days: &Days, day: usize) -> i64 {
        let hours = if days.is_working(day) { self.working } else { self.other };
        hours.map_or(0, |(from, to)| to - from)
    }

    /// When so much open time from now on has passed.
    pub(crate) fn after_open(self, days: &Days, now: Time, span: Time) -> Time {
        let (mut left, mut at) = (span.0, now);
        // A span of a year of open time at most; a desk that never opens has no end.
        for _ in 0..2_000 {
            at = self.next_open(days, at);
            if at == Time::NEVER {
                return at;
            }
            let Some((_, to)) = self.of(days, Days::day(at)) else { return Time::NEVER };
            let open = to.0 - at.0;
            if left <= open {
                return at.after(Time(left));
            }
            left -= open;
            at = to;
        }
        Time::NEVER
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn days() -> Days {
        Days::new(date(2026, 3, 2), 200)
    }

    #[test]
    fn working_days_agree_with_the_calendar_of_the_model() {
        let (days, calendar) = (days(), mash_model::calendar::WorkingCalendar::default());
        for day in 0..90 {
            for count in [1_u32, 10, 15, 45] {
                let from = days.start.saturating_add(Span::new().days(i64::from(day)));
                let expect = calendar
                    .add_working_days(from, mash_model::calendar::WorkingDays(u16::try_from(count).unwrap()));
                let day = usize::try_from(day).unwrap();
                let to = days.add_working_days(day, count);
                assert_eq!(days.civil(Days::midnight(to)).date(), expect, "{from} + {count}");
                assert_eq!(days.working_days_between(day, to), count);
            }
        }
    }

    #[test]
    fn open_time_passes_over_nights_weekends_and_holidays() {
        let (days, hours) = (days(), Hours { working: Some((510, 1_020)), other: None });
        let at = |day: usize, minute: i64| Days::midnight(day).after(Time(minute * MINUTE));
        // Friday 6 March, 16:00: an hour is left, then Monday 08:30.
        assert_eq!(hours.after_open(&days, at(4, 960), Time(120 * MINUTE)), at(7, 570));
        assert_eq!(hours.next_open(&days, at(4, 1_020)), at(7, 510));
        // Good Friday 3 April is day 32; the next working day is Tuesday 7 April.
        assert!(!hours.is_open(&days, at(32, 600)));
        assert_eq!(hours.next_open(&days, at(31, 1_030)), at(36, 510));
        let never = Hours { working: None, other: None };
        assert_eq!(never.next_open(&days, at(0, 0)), Time::NEVER);
    }
}
