//! What is measured of visits, and of nothing else.

use super::{run::Visit, time::Time};

/// The visits of one replication, with the stretch of it that counts: contacts that arrive from its start until before
/// its end.
#[derive(Debug, Clone, Default)]
pub struct Visits {
    /// Every visit, in the order in which they ended.
    pub all: Vec<Visit>,
    /// Start of the stretch that counts.
    pub from: Time,
    /// End of the stretch that counts.
    pub to: Time,
}

/// How many contacts are at a station, over time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct InStation {
    /// Mean over time.
    pub mean: f64,
    /// Standard deviation over time.
    pub sd: f64,
    /// The number that is not passed in 95 parts of 100 of the time.
    pub p95: f64,
}

impl Visits {
    /// Visits at a station of contacts that count, of one class or of all.
    pub fn at(&self, station: u32, class: Option<u32>) -> impl Iterator<Item = &Visit> {
        let counts = move |visit: &&Visit| {
            visit.station == station
                && class.is_none_or(|class| visit.class == class)
                && (self.from..self.to).contains(&visit.arrived)
        };
        self.all.iter().filter(counts)
    }

    /// Hours from coming to a station until work began.
    #[must_use]
    pub fn waits(&self, station: u32, class: Option<u32>) -> Vec<f64> {
        self.at(station, class).map(|visit| visit.begun.since(visit.since).hours()).collect()
    }

    /// Hours from arrival until a station was done.
    #[must_use]
    pub fn until_done(&self, station: u32, class: Option<u32>) -> Vec<f64> {
        self.at(station, class).map(|visit| visit.done.since(visit.arrived).hours()).collect()
    }

    /// Share of visits to a station that were turned away.
    #[must_use]
    pub fn turned_away(&self, station: u32) -> f64 {
        mean(&self.at(station, None).map(|visit| f64::from(u8::from(visit.turned_away))).collect::<Vec<_>>())
    }

    /// Contacts that wait at a station, mean over the stretch that counts.
    #[must_use]
    pub fn waiting(&self, station: u32) -> f64 {
        let inside = |visit: &Visit| {
            let (from, to) = (visit.since.max(self.from), visit.begun.min(self.to));
            if to > from { to.since(from).hours() } else { 0.0 }
        };
        let all = self.all.iter().filter(|visit| visit.station == station);
        all.map(inside).sum::<f64>() / self.to.since(self.from).hours()
    }

    /// Contacts at a station, waiting or being worked on, over the stretch that counts.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "numbers of contacts are far below 2^52")]
    pub fn in_station(&self, station: u32) -> InStation {
        let mut moves: Vec<(Time, i64)> = Vec::new();
        for visit in self.all.iter().filter(|visit| visit.station == station && visit.done > visit.since) {
            moves.extend([(visit.since, 1), (visit.done, -1)]);
        }
        moves.sort_unstable();
        // Hours during which so many were there.
        let mut hours: Vec<f64> = Vec::new();
        let (mut there, mut last) = (0_i64, self.from);
        for (at, change) in moves.into_iter().chain([(self.to, 0)]) {
            let until = at.clamp(self.from, self.to);
            let place = usize::try_from(there).unwrap_or(0);
            if hours.len() <= place {
                hours.resize(place + 1, 0.0);
            }
            hours.get_mut(place).into_iter().for_each(|total| *total += until.since(last).hours());
            (there, last) = (there + change, until);
        }
        let all: f64 = hours.iter().sum();
        let moment = |power: i32| -> f64 {
            hours
                .iter()
                .enumerate()
                .map(|(count, hours)| libm::pow(count as f64, f64::from(power)) * hours)
                .sum::<f64>()
                / all
        };
        let mut below = 0.0;
        let p95 = hours.iter().position(|hours| {
            below += hours;
            below >= 0.95 * all
        });
        InStation {
            mean: moment(1),
            sd: libm::sqrt((moment(2) - moment(1) * moment(1)).max(0.0)),
            p95: p95.unwrap_or(0) as f64,
        }
    }
}

/// The mean; 0 of nothing.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
pub fn mean(values: &[f64]) -> f64 {
    if values.is_empty() { 0.0 } else { values.iter().sum::<f64>() / values.len() as f64 }
}

/// The value that this share of the values does not pass; 0 of nothing.
#[must_use]
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts are far below 2^52 and never negative"
)]
pub fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let at = libm::ceil(share * sorted.len() as f64) as usize;
    sorted.get(at.saturating_sub(1)).copied().unwrap_or(0.0)
}
