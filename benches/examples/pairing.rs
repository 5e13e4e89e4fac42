//! What the same draws under both options save: 30% of green closed at screening, on the front-door reference model.
//!
//! `cargo run --release -p mash-benches --example pairing [REPLICATIONS]`
//!
//! The variance of the difference with seeds of their own over that with the same draws, measure by measure.

use mash_benches::front_door::day_and_night;
use mash_sim::{
    NetworkScenario,
    queueing::{Leaving, Measure, Statistic, measure},
};
use mash_stats::{estimate, paired, variance_ratio};

fn main() {
    let replications: u32 = std::env::args().nth(1).map_or(400, |text| text.parse().expect("a number"));
    let base = day_and_night();
    let mut routed = base.clone();
    routed.network.leaves = vec![Leaving { after: 0, class: 2, share: 0.3 }];
    let decision = |class, of| Measure { station: 4, class, of };
    let measures = [
        ("mean time to decision, all, h", decision(None, Statistic::UntilDoneMean)),
        ("mean time to decision, red, h", decision(Some(0), Statistic::UntilDoneMean)),
        ("mean time to decision, amber, h", decision(Some(1), Statistic::UntilDoneMean)),
        ("mean time to decision, green, h", decision(Some(2), Statistic::UntilDoneMean)),
        ("p95 of time to decision, amber, h", decision(Some(1), Statistic::UntilDoneQuantile(0.95))),
        ("decision desk utilisation", decision(None, Statistic::Utilisation)),
        ("mean wait for a decision, all, h", decision(None, Statistic::WaitMean)),
    ];
    let wanted: Vec<Measure> = measures.iter().map(|(_, measure)| *measure).collect();
    let numbers: Vec<u32> = (0..replications).collect();
    let columns = |scenario: &NetworkScenario, seed| {
        let rows = mash_batch::parallel::map(&numbers, |replication| {
            measure(&scenario.network, scenario.window, &wanted, seed, *replication)
                .expect("a model that runs")
        });
        (0..wanted.len())
            .map(|place| rows.iter().map(|row| row[place].expect("a value")).collect::<Vec<f64>>())
            .collect::<Vec<_>>()
    };
    let (a, b, own) = (columns(&base, 1), columns(&routed, 1), columns(&routed, 2));
    println!("{:<36} {:>9} {:>20} {:>20} {:>7}", "", "base", "paired difference", "with own seeds", "ratio");
    for (place, (name, _)) in measures.iter().enumerate() {
        let same = paired(&a[place], &b[place]).expect("finite values");
        let apart = paired(&a[place], &own[place]).expect("finite values").difference;
        let half = |found: mash_stats::Estimate| (found.high - found.low) / 2.0;
        let ratio = variance_ratio([&a[place], &b[place]], [&a[place], &own[place]]).expect("finite values");
        println!(
            "{name:<36} {:>9.4} {:>9.4} +- {:>7.4} {:>9.4} +- {:>7.4} {ratio:>7.1}",
            estimate(&a[place]).expect("finite values").mean,
            same.difference.mean,
            half(same.difference),
            apart.mean,
            half(apart)
        );
    }
}
