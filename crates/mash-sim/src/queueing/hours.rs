//! When a station works: stretches of a week, the same every week. A run starts on a Monday at 00:00.

use super::time::Time;

/// Opening hours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeekHours {
    /// INVARIANT: from when to when of the week it is open, in order, neither empty nor touching.
    open: Vec<(Time, Time)>,
}

/// Whether a station is open, and until when that stays so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Phase {
    pub(super) open: bool,
    pub(super) until: Time,
}

impl WeekHours {
    /// Day and night.
    #[must_use]
    pub fn always() -> Self {
        Self { open: vec![(Time::ZERO, Time::WEEK)] }
    }

    /// Monday to Friday from one full hour to another.
    #[must_use]
    pub fn weekdays(from: u32, to: u32) -> Self {
        let day = |day: u32| [from, to].map(|hour| Time::from_hours(f64::from(24 * day + hour)));
        Self::of((0..5).map(day))
    }

    /// Open during these stretches of the week, each from when until when; what lies outside the week is left out.
    #[must_use]
    pub fn of(stretches: impl IntoIterator<Item = [Time; 2]>) -> Self {
        let within = |at: Time| at.clamp(Time::ZERO, Time::WEEK);
        let mut all: Vec<(Time, Time)> =
            stretches.into_iter().map(|[from, to]| (within(from), within(to))).collect();
        all.retain(|(from, to)| from < to);
        all.sort_unstable();
        let mut open: Vec<(Time, Time)> = Vec::new();
        for (from, to) in all {
            match open.last_mut() {
                Some((_, end)) if from <= *end => *end = to.max(*end),
                _ => open.push((from, to)),
            }
        }
        Self { open }
    }

    /// Hours of a week in which it is open.
    #[must_use]
    pub fn hours_a_week(&self) -> f64 {
        self.open.iter().map(|(from, to)| to.since(*from).hours()).sum()
    }

    /// Is it open in this moment?
    #[must_use]
    pub fn is_open(&self, now: Time) -> bool {
        self.phase(now).open
    }

    /// The first moment from now on when it is open; [`Time::NEVER`] for hours that never are.
    #[must_use]
    pub fn next_open(&self, now: Time) -> Time {
        let phase = self.phase(now);
        if phase.open { now } else { phase.until }
    }

    /// Hours between two moments in which it is open.
    #[must_use]
    pub fn open_between(&self, from: Time, to: Time) -> f64 {
        let (mut now, mut hours) = (from, 0.0);
        while now < to {
            let phase = self.phase(now);
            let until = phase.until.min(to);
            if phase.open {
                hours += until.since(now).hours();
            }
            now = until;
        }
        hours
    }

    /// Open or closed now, and until when.
    pub(super) fn phase(&self, now: Time) -> Phase {
        if self.open == [(Time::ZERO, Time::WEEK)] {
            return Phase { open: true, until: Time::NEVER };
        }
        let week = Time(now.0.div_euclid(Time::WEEK.0).saturating_mul(Time::WEEK.0));
        let place = now.since(week);
        match self.open.iter().find(|(_, to)| place < *to) {
            Some((from, to)) if *from <= place => Phase { open: true, until: week.after(*to) },
            Some((from, _)) => Phase { open: false, until: week.after(*from) },
            None => match self.open.first() {
                Some((from, _)) => Phase { open: false, until: week.after(Time::WEEK).after(*from) },
                None => Phase { open: false, until: Time::NEVER },
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: f64) -> Time {
        Time::from_hours(hours)
    }

    #[test]
    fn a_weekend_is_slept_through() {
        let hours = WeekHours::weekdays(8, 18);
        assert!(!hours.is_open(at(7.999)) && hours.is_open(at(8.0)) && !hours.is_open(at(18.0)));
        assert_eq!(hours.next_open(at(18.0)), at(32.0));
        // Friday evening to Monday morning of the week after.
        assert_eq!(hours.next_open(at(4.0 * 24.0 + 19.5)), at(168.0 + 8.0));
        assert_eq!(hours.next_open(at(10.25)), at(10.25));
        assert_eq!(WeekHours::weekdays(9, 9).next_open(at(1.0)), Time::NEVER);
    }

    #[test]
    fn stretches_that_touch_are_one_and_open_hours_add_up() {
        let hours = WeekHours::of([[at(20.0), at(30.5)], [at(8.5), at(12.0)], [at(12.0), at(20.0)]]);
        assert_eq!(hours, WeekHours::of([[at(8.5), at(30.5)]]));
        let close = |found: f64, expect: f64| assert!((found - expect).abs() < 1e-9, "{found}");
        close(hours.hours_a_week(), 22.0);
        close(hours.open_between(at(0.0), at(2.0 * 168.0 + 10.0)), 45.5);
        close(WeekHours::always().open_between(at(3.0), at(1_000.0)), 997.0);
        // Sunday night runs on into Monday.
        let nights = WeekHours::of([[at(0.0), at(8.0)], [at(160.0), at(168.0)]]);
        assert!(nights.is_open(at(167.9)) && nights.is_open(at(168.1)) && !nights.is_open(at(176.0)));
    }
}
