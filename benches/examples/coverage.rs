//! How often a 95% interval covers the exact mean: many small experiments on an M/M/3 whose answer is known.
//!
//! `cargo run --release -p mash-benches --example coverage [EXPERIMENTS]`
//!
//! Each experiment is 20 replications of 6,000 hours after a warm-up of 200, with a seed of its own, and gives one interval of the
//! mean number waiting. The run starts empty; the warm-up takes that away.

use mash_benches::front_door::reference;
use mash_sim::queueing::{Measure, Statistic, Time, Window, measure};
use mash_stats::estimate;

/// Erlang C for 20,000 contacts a year, an hour each, three servers.
const EXACT: f64 = 1.862_904_4;
const REPLICATIONS: u32 = 20;

fn main() {
    let experiments: u64 = std::env::args().nth(1).map_or(2_000, |text| text.parse().expect("a number"));
    let mut short = reference(include_str!("../../scenarios/reference/mm3.json"));
    short.network.until = Time::from_hours(6_200.0);
    short.window = Window { from: Time::from_hours(200.0), to: Time::from_hours(6_200.0) };
    let waiting = [Measure { station: 0, class: None, of: Statistic::WaitingMean }];
    let seeds: Vec<u64> = (1..=experiments).collect();
    let covered = mash_batch::parallel::map(&seeds, |seed| {
        let value = |replication| {
            let row = measure(&short.network, short.window, &waiting, *seed, replication)
                .expect("a model that runs");
            row[0].expect("somebody waits")
        };
        let found = estimate(&(0..REPLICATIONS).map(value).collect::<Vec<_>>()).expect("finite values");
        (found.low <= EXACT && EXACT <= found.high, found.mean)
    });
    let share = covered.iter().filter(|(covers, _)| *covers).count() as f64 / experiments as f64;
    let mean = covered.iter().map(|(_, mean)| mean).sum::<f64>() / experiments as f64;
    let error = (share * (1.0 - share) / experiments as f64).sqrt();
    println!(
        "{experiments} experiments of {REPLICATIONS} replications: {:.2}% of 95% intervals cover {EXACT} \
         (standard error {:.2}); mean of all {mean:.4}",
        100.0 * share,
        100.0 * error
    );
}
