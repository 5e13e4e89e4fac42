//! Loading a pack, and deciding its own cases one at a time with the interpreter.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mash_benches::pack_files;
use mash_model::{FactSheet, calendar::WorkingCalendar};
use mash_rules::RulePack;

/// From the text of the files to a checked pack: parsing, declaring, checking, rewriting, and reading its cases.
fn load(criterion: &mut Criterion) {
    let files = pack_files("levels-of-need");
    criterion.bench_function("load levels-of-need", |bencher| {
        bencher.iter(|| RulePack::load(black_box(&files)).expect("a sound pack"));
    });
}

/// Each of the pack's own cases, facts in and answer out; the time shown is that of all, the rate that of one.
fn decide(criterion: &mut Criterion) {
    let pack = RulePack::load(&pack_files("levels-of-need")).expect("a sound pack");
    let sheets: Vec<&FactSheet> = pack.cases.iter().map(|case| &case.contact.facts).collect();
    let calendar = WorkingCalendar::default();
    let mut group = criterion.benchmark_group("interpreter, cases of levels-of-need");
    group.throughput(Throughput::Elements(sheets.len() as u64));
    group.bench_function("triage", |bencher| {
        bencher.iter(|| {
            for sheet in &sheets {
                black_box(pack.triage(pack.interpreter(), black_box(sheet)));
            }
        });
    });
    group.bench_function("decision with reasons", |bencher| {
        bencher.iter(|| {
            for case in &pack.cases {
                black_box(pack.decide(pack.interpreter(), &calendar, black_box(&case.contact), false));
            }
        });
    });
    group.finish();
}

criterion_group!(benches, load, decide);
criterion_main!(benches);
