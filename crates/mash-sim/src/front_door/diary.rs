//! The diary of those who chair initial conferences: so many a week, booked ahead as enquiries begin.

use super::{
    calendar::{DAY, Days},
    run::Run,
};
use crate::queueing::Time;

/// Conferences booked, week by week from the Monday of the run's first week.
#[derive(Debug, Default)]
pub(crate) struct Diary {
    booked: Vec<u32>,
}

impl Diary {
    /// When a conference that is wanted at a moment can be held: then, where its week has room; else on a working day of
    /// the first week that has, at the same time of day. [`Time::NEVER`] where no week before the end of the run has.
    pub(crate) fn book(&mut self, days: &Days, wanted: Time, a_week: f64, end: Time) -> Time {
        let shift = days.weekday(0);
        let week_of = |day: usize| (day + shift) / 7;
        let first = week_of(Days::day(wanted));
        for week in first..=week_of(Days::day(end)) {
            if self.booked.len() <= week {
                self.booked.resize(week + 1, 0);
            }
            let Some(booked) = self.booked.get_mut(week) else { continue };
            if *booked >= room(a_week, week) {
                continue;
            }
            *booked += 1;
            if week == first {
                return wanted;
            }
            let slot = usize::try_from(*booked).unwrap_or(usize::MAX) - 1;
            let monday = (7 * week).saturating_sub(shift);
            let working: Vec<usize> = (monday..monday + 7).filter(|day| days.is_working(*day)).collect();
            let day = working.get(slot % working.len().max(1)).copied().unwrap_or(monday);
            return Days::midnight(day).after(Time(wanted.0.rem_euclid(DAY)));
        }
        Time::NEVER
    }
}

/// Conferences of one week: what is not whole a week comes together over several.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked to be a few thousand at most"
)]
fn room(a_week: f64, week: usize) -> u32 {
    let until = |week: u32| libm::floor(a_week * f64::from(week) + 1e-9);
    let week = u32::try_from(week).unwrap_or(u32::MAX - 1);
    (until(week + 1) - until(week)) as u32
}

impl Run<'_, '_> {
    /// When an initial conference is held that is wanted at a moment: then, unless the chairs' time is limited.
    pub(crate) fn book_conference(&mut self, wanted: Time) -> Time {
        let file = self.door.file.section_47.as_ref();
        let Some(a_week) = file.and_then(|file| file.conferences_a_week.as_ref()) else { return wanted };
        let at = self.diary.book(&self.door.days, wanted, a_week.value, self.door.end);
        self.records.conference_waits.push([wanted, at]);
        at
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_full_week_sends_conferences_on_to_the_next_that_has_room() {
        // Wednesday 1 March 2023; the week after begins on day 5.
        let days = Days::new(date(2023, 3, 1), 400);
        let hour = |day: usize| Days::midnight(day).after(Time(10 * DAY / 24));
        let (mut diary, end) = (Diary::default(), Days::midnight(60));
        let mut book = |day: usize| diary.book(&days, hour(day), 2.0, end);
        assert_eq!([book(1), book(1)], [hour(1), hour(1)]);
        // Two of the next week: Monday and Tuesday.
        assert_eq!([book(1), book(2)], [hour(5), hour(6)]);
        // It is full for those who want it too, and the one after has Monday left.
        assert_eq!([book(9), book(9)], [hour(12), hour(13)]);
        // Good Friday is 7 April 2023: whoever is sent on to that week is not given the day.
        for day in 0..40 {
            let held = book(day);
            assert!(held == Time::NEVER || days.is_working(Days::day(held)) || held == hour(day));
        }
        assert_eq!((0..40).map(|_| book(3)).filter(|at| *at == Time::NEVER).count(), 40);
    }

    #[test]
    fn a_part_of_a_conference_a_week_adds_up() {
        let rooms = |a_week: f64| (0..8).map(|week| room(a_week, week)).collect::<Vec<_>>();
        assert_eq!(rooms(0.5), [0, 1, 0, 1, 0, 1, 0, 1]);
        assert_eq!(rooms(2.5), [2, 3, 2, 3, 2, 3, 2, 3]);
        assert_eq!(rooms(3.0), [3; 8]);
    }
}
