//! What is measured of visits, and of nothing else.
//!
//! In: a network, the stretch of time that counts, and the measures wanted. Out: one value of each a replication. Times
//! are added up as whole nanoseconds, so no value depends on the order of visits. Lists are kept only of what is
//! asked for.

mod present;
mod tally;

use super::{
    network::Network,
    run::{QueueError, run},
    time::Time,
};
use tally::Tallies;

/// A figure of one station, for one class or for all.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measure {
    /// The station, by number.
    pub station: usize,
    /// The class, by number; none for all together.
    pub class: Option<usize>,
    /// Which figure.
    pub of: Statistic,
}

/// What is measured. Contacts count that arrive in the stretch that counts; numbers are means over that stretch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Statistic {
    /// Hours from coming to the station until work began: the mean.
    WaitMean,
    /// The wait that this share of contacts does not pass.
    WaitQuantile(f64),
    /// Share of contacts that wait longer than so many hours.
    WaitOver(f64),
    /// Hours from arrival at the first step until the station was done: the mean.
    UntilDoneMean,
    /// The time until done that this share of contacts does not pass.
    UntilDoneQuantile(f64),
    /// Share of contacts for which the station is done within so many hours of their arrival.
    UntilDoneWithin(f64),
    /// Hours from arrival until done of one contact, by its number in order of arrival from 0.
    UntilDoneOf(u32),
    /// Contacts that wait: the mean over time.
    WaitingMean,
    /// The same over one third of the stretch that counts: 0, 1 or 2.
    WaitingInThird(u8),
    /// Contacts at the station, waiting or being worked on: the mean over time.
    PresentMean,
    /// Their standard deviation over time.
    PresentSd,
    /// The number of them that is not passed in this share of the time.
    PresentQuantile(f64),
    /// Time at work of all servers over the time they have within opening hours; work past closing time counts as
    /// work. None of a station with ample servers.
    Utilisation,
    /// Share of contacts that were turned away.
    TurnedAway,
}

/// The stretch of a run that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Contacts that arrive from here on count.
    pub from: Time,
    /// Those that arrive from here on do not.
    pub to: Time,
}

/// Runs one replication and measures it: one value a measure, in their order; none of nobody.
///
/// # Errors
/// [`QueueError`], where the network cannot be run.
pub fn measure(
    network: &Network,
    window: Window,
    measures: &[Measure],
    seed: u64,
    replication: u32,
) -> Result<Vec<Option<f64>>, QueueError> {
    let mut tallies = Tallies::new(network, window, measures);
    run(network, seed, replication, |visit| tallies.add(&visit))?;
    Ok(measures.iter().map(|measure| tallies.value(measure)).collect())
}

/// The value that this share of the values does not pass: the `ceil(share * n)`-th smallest; 0 of nothing.
#[must_use]
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts are far below 2^52 and never negative"
)]
pub fn quantile(values: &[f64], share: f64) -> f64 {
    let place = (libm::ceil(share * values.len() as f64) as usize).saturating_sub(1);
    if place >= values.len() {
        return 0.0;
    }
    *values.to_vec().select_nth_unstable_by(place, f64::total_cmp).1
}
