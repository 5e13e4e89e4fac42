//! Contacts of a simulated year from JSON Lines in memory to decisions, and the exact difference of two packs.

use std::{hint::black_box, io::Cursor, path::Path};

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use mash_batch::parallel;
use mash_benches::{json_lines, levels_of_need, pack};
use mash_io::{
    contact_columns::{ContactImport, parse_block},
    contact_file::{DecisionRows, Format},
};
use mash_model::{Stage, calendar::WorkingCalendar};
use mash_rules::{
    EngineKind,
    analysis::{Limits, difference},
};
use mash_tests_support::year;

/// Years of contacts in the file.
const YEARS: usize = 4;

fn decisions(criterion: &mut Criterion) {
    let pack = levels_of_need();
    let contacts = year(&pack.dictionary, 1);
    let json = json_lines(&pack.dictionary, &contacts);
    let calendar = WorkingCalendar::default();
    let rows = DecisionRows::new(&pack, &calendar, Format::JsonLines);
    let lines = |contacts: &mash_io::contact_columns::ContactColumns| {
        let outlines = contacts.outlines(&pack, EngineKind::Compiled, false);
        rows.rows(outlines.map(|(contact, outline)| (contact.id, contact.received, outline)))
            .expect("memory takes every byte")
    };

    let mut group = criterion.benchmark_group("JSON Lines to decisions");
    group.sample_size(20);
    // A block as the import cuts it: as many whole rows as 1 MiB holds.
    let block = json.get(..1 << 20).and_then(|text| text.rsplit_once('\n')).expect("rows").0.as_bytes();
    let taken = parse_block(Format::JsonLines, block, &pack.dictionary).0;
    println!(
        "workload: {} contacts a block, {} bytes a line of decisions",
        taken.len(),
        lines(&taken).len() / taken.len()
    );
    group.throughput(Throughput::Elements(taken.len() as u64));
    group.bench_function("a block to columns of decisions", |bencher| {
        bencher.iter(|| {
            let (contacts, _) = parse_block(Format::JsonLines, black_box(block), &pack.dictionary);
            pack.decide_columns(contacts.facts())
        });
    });
    group.bench_function("a block to lines of decisions", |bencher| {
        bencher.iter(|| lines(&parse_block(Format::JsonLines, black_box(block), &pack.dictionary).0));
    });

    let file = json.repeat(YEARS);
    group.throughput(Throughput::Elements((YEARS * contacts.len()) as u64)).sample_size(10);
    for threads in [1, 2] {
        group.bench_function(format!("a file to columns of decisions, {threads} threads"), |bencher| {
            bencher.iter_batched(
                || Cursor::new(file.clone()),
                |source| {
                    let import =
                        ContactImport::new(source, Path::new("-"), Format::JsonLines, &pack.dictionary);
                    let import = import.expect("a file");
                    let work = |block: &mash_io::contact_columns::ImportedBlock| {
                        pack.decide_columns(block.contacts.facts()).rows()
                    };
                    let mut decided = 0;
                    let take = |_, rows| {
                        decided += rows;
                        Ok::<(), ()>(())
                    };
                    parallel::with_threads(threads, || import.run(work, take))
                        .expect("threads")
                        .expect("no error");
                    assert_eq!(decided, YEARS * contacts.len());
                },
                BatchSize::LargeInput,
            );
        });
    }
    group.finish();
}

fn diff(criterion: &mut Criterion) {
    let base = levels_of_need();
    let mut group = criterion.benchmark_group("exact difference from levels-of-need, three stages");
    group.sample_size(10);
    for name in ["repeat-contacts-tightened", "domestic-abuse-standard-to-early-help", "neglect-earlier"] {
        let other = pack(name);
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                for stage in Stage::ALL {
                    black_box(difference(&base, &other, stage, Limits::default()).expect("the same facts"));
                }
            });
        });
    }
    group.finish();
}

criterion_group!(benches, decisions, diff);
criterion_main!(benches);
