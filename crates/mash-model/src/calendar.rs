//! Working days in England, hub opening hours, and the end of a time limit.
//!
//! Working days are Monday to Friday less bank holidays; the day after the start is day 1.
//! Bank holidays follow the rules of the Banking and Financial Dealings Act 1971, with Easter by the Gregorian computus
//! and the days that were moved or added since 2012 (jubilees, a funeral, a coronation, VE Day) by date. A test compares
//! 2021 to 2023 with gov.uk's list; days proclaimed after that are not known here.

use jiff::{
    SignedDuration,
    civil::{Date, DateTime, Time, Weekday},
    tz::{TimeZone, TimeZoneDatabase},
};

/// A number of working days, not to be mixed with calendar days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WorkingDays(pub u16);

/// A limit as a rating states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeLimit {
    /// Hours round the clock.
    Hours(u16),
    /// Working days of the hub.
    WorkingDays(WorkingDays),
}

/// England's working days and one hub's opening hours.
#[derive(Debug, Clone)]
pub struct WorkingCalendar {
    opens: Time,
    closes: Time,
    zone: TimeZone,
}

impl Default for WorkingCalendar {
    /// Monday to Friday, 08:30 to 17:00 (synthesised: usual office hours).
    fn default() -> Self {
        Self::with_hours(jiff::civil::time(8, 30, 0, 0), jiff::civil::time(17, 0, 0, 0))
    }
}

impl WorkingCalendar {
    /// A hub open on working days between these times.
    #[must_use]
    pub fn with_hours(opens: Time, closes: Time) -> Self {
        let zone = TimeZoneDatabase::bundled().get("Europe/London").unwrap_or(TimeZone::UTC);
        Self { opens, closes, zone }
    }

    /// Is the day Monday to Friday and no bank holiday?
    #[must_use]
    pub fn is_working_day(&self, day: Date) -> bool {
        !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) && !is_bank_holiday(day)
    }

    /// The first working day after `day`.
    #[must_use]
    pub fn next_working_day(&self, day: Date) -> Date {
        let mut next = day;
        // A run of non-working days is at most a long weekend and a few holidays; the bound ends the search at Date::MAX.
        for _ in 0..30 {
            next = next.tomorrow().unwrap_or(Date::MAX);
            if self.is_working_day(next) {
                break;
            }
        }
        next
    }

    /// The working day `days` after `start`; the day after the start is day 1.
    #[must_use]
    pub fn add_working_days(&self, start: Date, days: WorkingDays) -> Date {
        (0..days.0).fold(start, |day, _| self.next_working_day(day))
    }

    /// The moment from which hub time runs for something received then: at once while open, else the next opening.
    #[must_use]
    pub fn clock_start(&self, received: DateTime) -> DateTime {
        let (day, time) = (received.date(), received.time());
        if self.is_working_day(day) {
            if time < self.opens {
                return day.to_datetime(self.opens);
            }
            if time < self.closes {
                return received;
            }
        }
        self.next_working_day(day).to_datetime(self.opens)
    }

    /// The end of a time limit for something received then, Europe/London clock time.
    #[must_use]
    pub fn due(&self, received: DateTime, limit: TimeLimit) -> DateTime {
        match limit {
            TimeLimit::Hours(hours) => {
                let instant = self.zone.to_ambiguous_timestamp(received).compatible();
                let end = instant
                    .and_then(|instant| instant.checked_add(SignedDuration::from_hours(i64::from(hours))));
                end.map_or(received, |end| self.zone.to_datetime(end))
            }
            TimeLimit::WorkingDays(days) => {
                let start = self.clock_start(received);
                self.add_working_days(start.date(), days).to_datetime(start.time())
            }
        }
    }
}

/// Is the day a bank holiday in England?
///
/// Source: Banking and Financial Dealings Act 1971 and proclamations, as listed by gov.uk.
#[must_use]
pub fn is_bank_holiday(day: Date) -> bool {
    let (year, month, number) = (day.year(), day.month(), day.day());
    let easter = easter_sunday(year);
    let from_easter = |days: i32| {
        easter.is_some_and(|sunday| sunday.checked_add(jiff::Span::new().days(days)).is_ok_and(|d| d == day))
    };
    if from_easter(-2) || from_easter(1) {
        return true;
    }
    let monday = day.weekday() == Weekday::Monday;
    let new_year = month == 1 && substitutes(day, 1);
    let early_may = match year {
        2020 => month == 5 && number == 8,
        _ => month == 5 && monday && number <= 7,
    };
    let spring = match year {
        2012 => month == 6 && number == 4,
        2022 => month == 6 && number == 2,
        _ => month == 5 && monday && number >= 25,
    };
    let summer = month == 8 && monday && number >= 25;
    let christmas = month == 12 && (substitutes(day, 25) || boxing_day(day));
    let extra = matches!((year, month, number), (2012, 6, 5) | (2022, 6, 3) | (2022, 9, 19) | (2023, 5, 8));
    new_year || early_may || spring || summer || christmas || extra
}

/// A fixed holiday, or the Monday after when it falls at a weekend.
fn substitutes(day: Date, fixed: i8) -> bool {
    let number = day.day();
    match day.weekday() {
        Weekday::Saturday | Weekday::Sunday => number == fixed,
        Weekday::Monday => (fixed..=fixed + 2).contains(&number),
        _ => number == fixed,
    }
}

/// 26 December, or the next day that is neither a weekend nor Christmas Day's substitute.
fn boxing_day(day: Date) -> bool {
    matches!(
        (day.weekday(), day.day()),
        (_, 26) | (Weekday::Monday | Weekday::Tuesday, 28) | (Weekday::Tuesday, 27)
    )
}

/// Easter Sunday by the anonymous Gregorian computus (Meeus).
fn easter_sunday(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let (d, e) = (b / 4, b % 4);
    let f = (b + 8) / 25;
    let g = (b - f + 1) / 3;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let month = (h + l - 7 * m + 114) / 31;
    let day = (h + l - 7 * m + 114) % 31 + 1;
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn check_due(received: DateTime, limit: TimeLimit, expect: DateTime) {
        assert_eq!(WorkingCalendar::default().due(received, limit), expect);
    }

    #[test]
    fn working_days_of_spring_2026() {
        let calendar = WorkingCalendar::default();
        let cases = [
            (date(2026, 3, 2), [(10, date(2026, 3, 16)), (15, date(2026, 3, 23)), (45, date(2026, 5, 7))]),
            (date(2026, 4, 2), [(10, date(2026, 4, 20)), (15, date(2026, 4, 27)), (45, date(2026, 6, 10))]),
        ];
        for (start, limits) in cases {
            for (days, expect) in limits {
                assert_eq!(calendar.add_working_days(start, WorkingDays(days)), expect, "{start} + {days}");
            }
        }
    }

    #[test]
    fn published_bank_holidays() {
        // gov.uk, bank holidays in England and Wales.
        let published = [
            date(2021, 12, 27),
            date(2021, 12, 28),
            date(2022, 1, 3),
            date(2022, 4, 15),
            date(2022, 4, 18),
            date(2022, 5, 2),
            date(2022, 6, 2),
            date(2022, 6, 3),
            date(2022, 8, 29),
            date(2022, 9, 19),
            date(2022, 12, 26),
            date(2022, 12, 27),
            date(2023, 1, 2),
            date(2023, 4, 7),
            date(2023, 4, 10),
            date(2023, 5, 1),
            date(2023, 5, 8),
            date(2023, 5, 29),
            date(2023, 8, 28),
            date(2023, 12, 25),
            date(2023, 12, 26),
        ];
        let mut day = date(2021, 12, 26);
        while day < date(2023, 12, 31) {
            day = day.tomorrow().unwrap();
            let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
            if !weekend {
                assert_eq!(is_bank_holiday(day), published.contains(&day), "{day}");
            }
        }
    }

    #[test]
    fn red_runs_round_the_clock() {
        check_due(date(2023, 11, 6).at(9, 15, 0, 0), TimeLimit::Hours(4), date(2023, 11, 6).at(13, 15, 0, 0));
        // The clocks go forward on 26 March 2023 at 01:00.
        check_due(date(2023, 3, 25).at(23, 0, 0, 0), TimeLimit::Hours(4), date(2023, 3, 26).at(4, 0, 0, 0));
    }

    #[test]
    fn a_working_day_starts_at_the_next_opening() {
        let one = TimeLimit::WorkingDays(WorkingDays(1));
        check_due(date(2023, 11, 6).at(9, 15, 0, 0), one, date(2023, 11, 7).at(9, 15, 0, 0));
        check_due(date(2023, 11, 4).at(3, 0, 0, 0), one, date(2023, 11, 7).at(8, 30, 0, 0));
    }
}
