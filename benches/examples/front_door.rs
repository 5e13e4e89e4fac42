//! Replications of the front-door reference model, every measure of its file included, on one thread: for
//! `benches/peers/run.sh`, which takes the CPU time.
//!
//! `cargo run --release -p mash-benches --example front_door a|b REPLICATIONS`

use mash_benches::front_door::{day_and_night, replicate, shifts};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let scenario = match arguments.first().map(String::as_str) {
        Some("a") => day_and_night(),
        Some("b") => shifts(),
        _ => panic!("say `a` or `b`"),
    };
    let replications: u32 = arguments.get(1).map_or(60, |text| text.parse().expect("a number"));
    for replication in 0..replications {
        std::hint::black_box(replicate(&scenario, replication));
    }
}
