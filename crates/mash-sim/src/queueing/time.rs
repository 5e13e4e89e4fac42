//! Simulated time: whole nanoseconds, so that order and equality are exact.

/// Nanoseconds from the start of the run, or between two moments of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Time(pub i64);

/// Nanoseconds of an hour.
const HOUR: f64 = 3.6e12;

impl Time {
    /// The moment the run starts, or no time at all.
    pub const ZERO: Time = Time(0);
    /// Seven days.
    pub const WEEK: Time = Time(604_800_000_000_000);
    /// Later than every moment of a run.
    pub const NEVER: Time = Time(i64::MAX);

    /// The nearest moment to so many hours; 292 years are the most that there are.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "a cast to an integer ends at its greatest value")]
    pub fn from_hours(hours: f64) -> Self {
        // A cast cuts towards zero; half a nanosecond outward first makes that the nearest whole number.
        let exact = hours * HOUR;
        Self((exact + 0.5_f64.copysign(exact)) as i64)
    }

    /// Hours.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a run of a century is within a microsecond")]
    pub fn hours(self) -> f64 {
        self.0 as f64 / HOUR
    }

    /// This much later; [`Time::NEVER`] where that is past the end of all time.
    #[must_use]
    pub fn after(self, more: Time) -> Self {
        Self(self.0.saturating_add(more.0))
    }

    /// From `earlier` until now.
    #[must_use]
    pub fn since(self, earlier: Time) -> Self {
        Self(self.0.saturating_sub(earlier.0))
    }
}
