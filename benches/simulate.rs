//! Replications a second: a simulated front door as a whole, and what it does thousands of times.

use std::{cell::Cell, hint::black_box};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mash_batch::{front_door_model::FrontDoorModel, model::Model};
use mash_benches::levels_of_need;
use mash_model::FactSheet;
use mash_rules::EngineKind;
use mash_sim::{
    Generator, Scenario,
    front_door::{Log, Note, Silent},
};
use mash_tests_support::scenario;

/// Cases of one replication that are drawn or answered in an iteration.
const CASES: usize = 2_000;

/// Counts what happens.
struct Counts(Cell<u64>);

impl Log for Counts {
    fn note(&mut self, note: Note) {
        self.0.set(self.0.get() + u64::from(note.agency.is_some()));
    }
}

/// One replication: 2.33 simulated years, the last of which counts.
fn replication(criterion: &mut Criterion) {
    let (pack, scenario) = (levels_of_need(), scenario());
    let model = FrontDoorModel::new(&scenario, &pack, EngineKind::Compiled, None).expect("a front door");
    let mut group = criterion.benchmark_group("front door, a replication");
    group.sample_size(20);
    group.bench_function("records", |bencher| {
        bencher.iter(|| black_box(model.records(7, black_box(0), &mut Silent).expect("records")));
    });
    group.bench_function("records and measures", |bencher| {
        bencher.iter(|| black_box(model.replicate(7, black_box(0)).expect("measures")));
    });
    group.bench_function("records, with a listener that counts", |bencher| {
        bencher.iter(|| {
            let mut counts = Counts(Cell::new(0));
            let records = model.records(7, black_box(0), &mut counts).expect("records");
            black_box((records, counts.0.get()))
        });
    });
    group.finish();
}

/// The first households of a replication, as far as they have so many cases.
fn households(generator: &Generator<'_>) -> (u64, Vec<FactSheet>) {
    let mut cases = Vec::new();
    let last = (1..)
        .find(|household| {
            generator.cases_of(*household, &mut cases).expect("cases");
            cases.len() >= CASES
        })
        .expect("households enough");
    (last, cases.into_iter().map(|case| case.contact.facts).collect())
}

fn generator<'s>(scenario: &'s Scenario, pack: &'s mash_rules::RulePack) -> Generator<'s> {
    let model = &scenario.truth_models.first().expect("a truth model").id;
    Generator::new(scenario, &pack.dictionary, model, 7, 0).expect("a generator")
}

/// A case at a time: drawn, screened, decided.
fn case(criterion: &mut Criterion) {
    let (pack, scenario) = (levels_of_need(), scenario());
    let generator = generator(&scenario, &pack);
    let (last, sheets) = households(&generator);
    let mut group = criterion.benchmark_group("a case of the front door");
    group.throughput(Throughput::Elements(sheets.len() as u64));
    group.bench_function("drawn, with what every agency holds", |bencher| {
        bencher.iter(|| {
            let mut cases = Vec::with_capacity(sheets.len());
            for household in 1..=last {
                generator.cases_of(household, &mut cases).expect("cases");
            }
            black_box(cases)
        });
    });
    let engine = pack.compiled();
    group.bench_function("brief_screening", |bencher| {
        bencher.iter(|| {
            for sheet in &sheets {
                black_box(pack.brief_screening(&engine, black_box(sheet)));
            }
        });
    });
    group.bench_function("brief_decision", |bencher| {
        bencher.iter(|| {
            for sheet in &sheets {
                black_box(pack.brief_decision(&engine, black_box(sheet)));
            }
        });
    });
    group.bench_function("screen, with its texts and lists", |bencher| {
        bencher.iter(|| {
            for sheet in &sheets {
                black_box(pack.screen(&engine, black_box(sheet)));
            }
        });
    });
    group.finish();
}

criterion_group!(benches, replication, case);
criterion_main!(benches);
