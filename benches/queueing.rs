//! The front-door reference model: one replication with every measure that its file names, on one thread.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use mash_benches::front_door;

fn front_door_models(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("front-door reference model");
    group.sample_size(30);
    for (name, scenario) in [("day and night", front_door::day_and_night()), ("shifts", front_door::shifts())]
    {
        let mut replication = 0;
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                replication += 1;
                black_box(front_door::replicate(black_box(&scenario), replication))
            });
        });
    }
    group.finish();
}

criterion_group!(benches, front_door_models);
criterion_main!(benches);
