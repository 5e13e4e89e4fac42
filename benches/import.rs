//! Contacts of a simulated year, as JSON Lines and as CSV in memory, to columns on one thread.

use std::{hint::black_box, io::Cursor, path::Path};

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use mash_batch::parallel;
use mash_benches::{json_lines, levels_of_need};
use mash_io::{
    contact_columns::{ContactImport, parse_block},
    contact_file::{Format, Row, RowContent, RowParser},
};
use mash_model::{Contact, FactDictionary};
use mash_tests_support::year;

fn csv(dictionary: &FactDictionary, contacts: &[Contact]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let plain = ["id", "received", "source", "household", "contact", "child", "age", "sex", "ethnicity"];
    let facts = dictionary.iter().map(|(_, fact)| fact.id.as_str());
    writer.write_record(plain.into_iter().chain(facts)).expect("a header");
    for contact in contacts {
        let characteristics = &contact.characteristics;
        let text = |id: Option<String>| id.unwrap_or_default();
        let mut cells = vec![
            contact.id.to_string(),
            contact.received.to_string(),
            contact.source.to_string(),
            text(contact.household.as_ref().map(ToString::to_string)),
            text(contact.contact.as_ref().map(ToString::to_string)),
            text(contact.child.as_ref().map(ToString::to_string)),
            text(characteristics.age.map(|age| age.to_string())),
            text(characteristics.sex.map(|sex| format!("{sex:?}"))),
            text(characteristics.ethnicity.clone()),
        ];
        cells.extend(dictionary.iter().map(|(slot, fact)| {
            contact.facts.get(slot).map_or_else(String::new, |value| fact.text_of(value))
        }));
        writer.write_record(cells).expect("a row");
    }
    String::from_utf8(writer.into_inner().expect("the text")).expect("UTF-8")
}

fn import(criterion: &mut Criterion) {
    let dictionary = levels_of_need().dictionary;
    let contacts = year(&dictionary, 1);
    let json = json_lines(&dictionary, &contacts);
    let csv = csv(&dictionary, &contacts);
    let known: usize = contacts.iter().map(|contact| contact.facts.known().count()).sum();
    let each = |total: usize| total as f64 / contacts.len() as f64;
    println!(
        "workload: {} contacts, {:.1} of {} facts known; {:.0} bytes a line of JSON, {:.0} of CSV",
        contacts.len(),
        each(known),
        dictionary.len(),
        each(json.len()),
        each(csv.len()),
    );

    let mut group = criterion.benchmark_group("import, a year of contacts");
    group.throughput(Throughput::Elements(contacts.len() as u64)).sample_size(20);
    for (name, format, text) in [("JSON Lines", Format::JsonLines, &json), ("CSV", Format::Csv, &csv)] {
        // A block as the import cuts it: as many whole rows as 1 MiB holds.
        let block =
            text.get(..text.len().min(1 << 20)).and_then(|text| text.rsplit_once('\n')).expect("rows").0;
        let rows = parse_block(format, block.as_bytes(), &dictionary).0.len();
        assert!(rows > 100);
        group.throughput(Throughput::Elements(rows as u64));
        group.bench_function(format!("{name}, a block to columns"), |bencher| {
            bencher.iter(|| parse_block(format, black_box(block.as_bytes()), &dictionary));
        });
        group.throughput(Throughput::Elements(contacts.len() as u64));
        group.bench_function(format!("{name}, whole import on one thread"), |bencher| {
            let copy = || Cursor::new(text.clone());
            bencher.iter_batched(
                copy,
                |source| {
                    let import =
                        ContactImport::new(source, Path::new("-"), format, &dictionary).expect("a header");
                    let mut found = 0;
                    let run = || {
                        import.run(
                            |_| (),
                            |block, ()| {
                                found += block.contacts.len();
                                Ok::<(), ()>(())
                            },
                        )
                    };
                    parallel::with_threads(1, run).expect("a thread").expect("no error");
                    assert_eq!(found, contacts.len());
                },
                BatchSize::LargeInput,
            );
        });
    }
    // The row parser, for comparison.
    let parser = RowParser::of_json_lines("-".to_owned());
    let rows: Vec<Row> = (1..)
        .zip(json.lines().take(500))
        .map(|(line, text)| Row { line, content: RowContent::Json(text.as_bytes().to_vec()) })
        .collect();
    group.throughput(Throughput::Elements(rows.len() as u64));
    group.bench_function("JSON Lines, row by row to contacts", |bencher| {
        bencher.iter(|| {
            for row in &rows {
                black_box(parser.parse(black_box(row), &dictionary).expect("a contact"));
            }
        });
    });
    group.finish();
}

criterion_group!(benches, import);
criterion_main!(benches);
