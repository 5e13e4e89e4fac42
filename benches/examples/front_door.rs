//! CPU time of one replication of the front-door reference model, every measure of its file included, on one thread.
//!
//! `cargo run --release -p mash-benches --example front_door [REPLICATIONS]`
//!
//! Printed as `MODE SECONDS`, the least and the mean, for `cargo xtask peers`.

use std::time::Instant;

use mash_benches::front_door::{day_and_night, replicate, shifts};

#[expect(clippy::disallowed_methods, reason = "it measures time")]
fn main() {
    let replications: u32 = std::env::args().nth(1).map_or(100, |text| text.parse().expect("a number"));
    for (mode, scenario) in [("a", day_and_night()), ("b", shifts())] {
        let mut times = Vec::new();
        for replication in 0..replications {
            let begun = Instant::now();
            std::hint::black_box(replicate(&scenario, replication));
            times.push(begun.elapsed().as_secs_f64());
        }
        let least = times.iter().copied().fold(f64::INFINITY, f64::min);
        println!("{mode} {least:.6} {:.6}", times.iter().sum::<f64>() / f64::from(replications));
    }
}
