//! The engines against one another on the same sheets: marks of every rule, and whole triages.
//!
//! Two packs: `levels-of-need` with three facts in ten known, and the pack of 40 rules over 60 facts, all known, that
//! other engines were measured on (`support`).

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mash_benches::{FEW, SHEETS, forty_rules, levels_of_need, sheets};
use mash_model::{FactColumns, FactSheet};
use mash_rules::{Evaluator, MarkColumns, RulePack};

fn engines(criterion: &mut Criterion, name: &str, pack: &RulePack, sheets: &[FactSheet]) {
    let facts = FactColumns::of_sheets(&pack.dictionary, sheets.iter()).expect("values in range");
    let mut group = criterion.benchmark_group(name);
    group.throughput(Throughput::Elements(1));
    // As many sheets as a nearer cache holds: a simulator has just made the sheet that it decides.
    let mut next = 0;
    let mut one = || {
        next = (next + 1) % FEW;
        next
    };
    group.bench_function("interpreted, marks", |bencher| {
        bencher.iter(|| {
            let sheet = sheets.get(one()).expect("a sheet");
            black_box(pack.interpreter().evaluate(pack.all_rules(), sheet))
        });
    });
    group.bench_function("compiled, marks", |bencher| {
        bencher.iter(|| {
            let sheet = sheets.get(one()).expect("a sheet");
            black_box(pack.compiled().evaluate(pack.all_rules(), sheet))
        });
    });
    group.bench_function("interpreted, triage", |bencher| {
        bencher.iter(|| black_box(pack.triage(pack.interpreter(), sheets.get(one()).expect("a sheet"))));
    });
    group.bench_function("compiled, triage", |bencher| {
        bencher.iter(|| black_box(pack.triage(&pack.compiled(), sheets.get(one()).expect("a sheet"))));
    });
    group.throughput(Throughput::Elements(SHEETS as u64));
    group.bench_function("columns, marks", |bencher| {
        let mut marks = MarkColumns::default();
        bencher.iter(|| pack.mark_columns_into(black_box(&facts), &mut marks));
    });
    group.bench_function("columns, decisions", |bencher| {
        bencher.iter(|| black_box(pack.decide_columns(&facts)));
    });
    group.finish();
}

fn both(criterion: &mut Criterion) {
    let pack = levels_of_need();
    engines(criterion, "levels-of-need, 30% known", &pack, &sheets(&pack.dictionary, 3, |_| true));
    let pack = forty_rules();
    let own = sheets(&pack.dictionary, 10, |fact| fact.group == "t");
    engines(criterion, "40 rules over 60 facts, all known", &pack, &own);
}

criterion_group!(benches, both);
criterion_main!(benches);
