//! How many contacts are at a station, over time.

use super::Window;
use crate::queueing::Time;

/// Nanoseconds during which so many contacts were there, by their number.
pub(super) struct Spread {
    spans: Vec<i64>,
}

impl Spread {
    /// From when contacts came and when they went, in any order; nothing of an empty stretch of time.
    pub(super) fn of(mut came: Vec<Time>, mut went: Vec<Time>, window: Window) -> Option<Self> {
        came.sort_unstable();
        went.sort_unstable();
        let mut spans: Vec<i64> = Vec::new();
        let (mut came, mut went) = (came.into_iter().peekable(), went.into_iter().peekable());
        let (mut there, mut last) = (0_usize, window.from);
        loop {
            let (next_came, next_went) = (came.peek().copied(), went.peek().copied());
            let at = next_came.into_iter().chain(next_went).min().unwrap_or(Time::NEVER);
            let until = at.clamp(window.from, window.to);
            if spans.len() <= there {
                spans.resize(there + 1, 0);
            }
            if let Some(span) = spans.get_mut(there) {
                *span += until.since(last).0;
            }
            last = until;
            // Of one moment, who comes is counted before who goes: the moment itself lasts for nothing.
            if next_came == Some(at) {
                came.next();
                there += 1;
            } else if next_went == Some(at) {
                went.next();
                there = there.saturating_sub(1);
            } else {
                return (window.to > window.from).then_some(Self { spans });
            }
        }
    }

    pub(super) fn sd(&self) -> f64 {
        let (mean, squares) = (self.moment(1), self.moment(2));
        libm::sqrt((squares - mean * mean).max(0.0))
    }

    /// The number that is not passed in this share of the time.
    #[expect(clippy::cast_precision_loss, reason = "numbers of contacts are far below 2^52")]
    pub(super) fn quantile(&self, share: f64) -> f64 {
        let (mut below, wanted) = (0.0, share * self.total());
        let place = self.spans.iter().position(|span| {
            below += *span as f64;
            below >= wanted
        });
        place.unwrap_or(0) as f64
    }

    #[expect(clippy::cast_precision_loss, reason = "numbers of contacts are far below 2^52")]
    fn moment(&self, power: i32) -> f64 {
        let of = |(count, span): (usize, &i64)| libm::pow(count as f64, f64::from(power)) * *span as f64;
        self.spans.iter().enumerate().map(of).sum::<f64>() / self.total()
    }

    #[expect(clippy::cast_precision_loss, reason = "a float is as near as a measure need be")]
    fn total(&self) -> f64 {
        self.spans.iter().map(|span| *span as f64).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_split_by_how_many_are_there() {
        let at = |hours: &[f64]| hours.iter().map(|hour| Time::from_hours(*hour)).collect::<Vec<_>>();
        let window = Window { from: Time::from_hours(1.0), to: Time::from_hours(11.0) };
        // One from 0 to 4, a second from 3 to 20, a third that comes and goes at once.
        let spread = Spread::of(at(&[0.0, 3.0, 6.0]), at(&[4.0, 20.0, 6.0]), window).unwrap();
        let hours: Vec<f64> = spread.spans.iter().map(|span| Time(*span).hours()).collect();
        assert_eq!(hours, [0.0, 9.0, 1.0]);
        assert_eq!((spread.quantile(0.9), spread.quantile(0.95)), (1.0, 2.0));
        assert!((spread.sd() - 0.3).abs() < 1e-12);
        assert!(Spread::of(at(&[]), at(&[]), Window { from: Time::ZERO, to: Time::ZERO }).is_none());
    }
}
