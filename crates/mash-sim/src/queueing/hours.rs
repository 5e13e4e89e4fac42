//! When a station works: hours of the week, the same every week. A run starts on a Monday at 00:00.

use super::time::Time;

/// Hours of a week.
const WEEK_HOURS: i64 = 168;
/// Nanoseconds of an hour.
const HOUR: i64 = 3_600_000_000_000;

/// Opening hours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeekHours {
    /// By hour of the week, Monday 00:00 first: is it open from then to the next hour?
    open: Vec<bool>,
}

impl WeekHours {
    /// Day and night.
    #[must_use]
    pub fn always() -> Self {
        Self { open: vec![true; 168] }
    }

    /// Monday to Friday from one full hour to another.
    #[must_use]
    pub fn weekdays(from: u32, to: u32) -> Self {
        let open = (0..168_u32).map(|hour| hour / 24 < 5 && (from..to).contains(&(hour % 24)));
        Self { open: open.collect() }
    }

    /// Is it open in this moment?
    #[must_use]
    pub fn is_open(&self, now: Time) -> bool {
        self.at(now.0.div_euclid(HOUR))
    }

    /// The first moment from now on when it is open; [`Time::NEVER`] for hours that never are.
    #[must_use]
    pub fn next_open(&self, now: Time) -> Time {
        if self.is_open(now) {
            return now;
        }
        let hour = now.0.div_euclid(HOUR);
        let next = (hour + 1..=hour + WEEK_HOURS).find(|hour| self.at(*hour));
        next.and_then(|hour| hour.checked_mul(HOUR)).map_or(Time::NEVER, Time)
    }

    fn at(&self, hour: i64) -> bool {
        let place = usize::try_from(hour.rem_euclid(WEEK_HOURS)).unwrap_or(0);
        self.open.get(place).copied().unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weekend_is_slept_through() {
        let hours = WeekHours::weekdays(8, 18);
        let at = |hours: f64| Time::from_hours(hours);
        assert!(!hours.is_open(at(7.999)) && hours.is_open(at(8.0)) && !hours.is_open(at(18.0)));
        assert_eq!(hours.next_open(at(18.0)), at(32.0));
        // Friday evening to Monday morning of the week after.
        assert_eq!(hours.next_open(at(4.0 * 24.0 + 19.5)), at(168.0 + 8.0));
        assert_eq!(hours.next_open(at(10.25)), at(10.25));
        assert_eq!(WeekHours::weekdays(9, 9).next_open(at(1.0)), Time::NEVER);
    }
}
