//! The fuzz targets on seeds and on slips of them, in every test run; `cargo xtask fuzz` goes further.

use std::fs;

use mash_io::contact_file::ContactRecord;
use mash_model::Contact;
use mash_tests_support::{fuzzed, generated::answers::contact, random_sheet, root, rule, small, table};

/// Slips tried of each seed.
const SLIPS: usize = 40;

/// The seed itself, and texts that differ from it by a few slips: something left out, doubled, exchanged or put in.
fn slips(seed: &str, number: u64) -> impl Iterator<Item = Vec<u8>> {
    const PIECES: [&str; 16] = [
        "f.",
        "p",
        "(",
        ")",
        " && ",
        " || ",
        "!",
        "\"",
        ",",
        "{",
        "}",
        "\n",
        "0",
        "9223372036854775807",
        "\u{0}",
        "é",
    ];
    let mut draws = fastrand::Rng::with_seed(number);
    let seed = seed.as_bytes().to_vec();
    (0..=SLIPS).map(move |count| {
        let mut text = seed.clone();
        for _ in 0..count % 4 {
            let at = draws.usize(..=text.len());
            let end = (at + draws.usize(1..12)).min(text.len());
            match draws.u8(..4) {
                0 => drop(text.drain(at..end)),
                1 => {
                    let doubled = text[at..end].to_vec();
                    text.splice(at..at, doubled);
                }
                2 => text[at..end].reverse(),
                _ => {
                    let piece = PIECES[draws.usize(..PIECES.len())].bytes();
                    text.splice(at..at, piece);
                }
            }
        }
        text
    })
}

fn each(seeds: impl IntoIterator<Item = String>, target: fn(&[u8])) {
    for (number, seed) in (0..).zip(seeds) {
        slips(&seed, number).for_each(|text| target(&text));
    }
}

#[test]
fn packs() {
    let rules = rule("fn both(f) { f.p && f.q }", "both(f) || f.n > 3");
    each([rules.clone(), format!("facts.json\n{{ \"facts\": [] }}\na.rhai\n{rules}")], fuzzed::pack);
}

#[test]
fn tables() {
    each([table(&["p", "n", "g"], &[&["yes", "3..7", ">= low"], &["-", "< 2", "none, low"]])], fuzzed::table);
}

#[test]
fn conditions() {
    let folder = root().join("tests/corpus");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let conditions = files.iter().flat_map(|file| {
        let text = fs::read_to_string(file).unwrap();
        // Two of each file: the corpus has a test of its own.
        text.lines()
            .filter_map(|line| line.strip_prefix("|f| "))
            .take(2)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    });
    each(conditions, fuzzed::condition);
}

/// Scenarios that say little of their own, so that slips often leave something to check.
#[test]
fn scenarios() {
    let folder = root().join("scenarios/what-if");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    each(files.iter().map(|file| fs::read_to_string(file).unwrap()), fuzzed::scenario);
    let mut taken = 0;
    for file in &files {
        let text = fs::read_to_string(file).unwrap();
        fuzzed::scenario(text.as_bytes());
        taken += usize::from(text.contains("\"extends\""));
    }
    assert!(taken > 5, "no seed reaches what follows reading");
}

#[test]
fn networks() {
    let folder = root().join("scenarios/reference");
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let mut files: Vec<_> = files.filter(|path| path.extension().is_some_and(|end| end == "json")).collect();
    files.sort();
    each(files.iter().map(|file| fs::read_to_string(file).unwrap()), fuzzed::network);
}

#[test]
fn contacts() {
    let pack = small("").unwrap();
    let line = |seed: u64| {
        let known = [0, 6][usize::from(seed > 0)];
        let contact = contact(&random_sheet(&pack.dictionary, seed, known));
        let contact = Contact { id: format!("c{seed}").into(), ..contact };
        serde_json::to_string(&ContactRecord::of(&contact, &pack.dictionary)).unwrap() + "\n"
    };
    let lines: String = (0..5).map(line).collect();
    let csv = "\u{1}id,received,source,p,n,g\nc1,2023-11-06T09:15:00,police,true,3,low\nc2,2023-11-06T09:15:00,gp,,,\n";
    each([format!("\u{0}{lines}"), csv.to_owned()], fuzzed::contacts);
}
