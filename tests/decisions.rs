//! Files of decisions: the lines put together from columns are the decisions serialised, whatever the engine.

use std::fs;

use mash_io::contact_file::{ContactRecord, DecisionRows, Format};
use mash_model::{Contact, FactColumns, FactDictionary, calendar::WorkingCalendar};
use mash_rules::{Evaluator, Outline, RulePack};
use mash_tests_support::{generated::answers::contact, random_sheet, root, shipped, year};
use tempfile::TempDir;

use crate::cli::run;

/// A contact of random facts, which may contradict one another.
fn random(dictionary: &FactDictionary, seed: u64) -> Contact {
    let days = jiff::Span::new().hours(i64::try_from(seed * 7).unwrap());
    let sheet = random_sheet(dictionary, seed, [0, 1, 3, 6, 10][seed as usize % 5]);
    Contact {
        id: format!("random-{seed}").into(),
        received: jiff::civil::date(2023, 3, 24).at(16, 45, 0, 0).checked_add(days).unwrap(),
        ..contact(&sheet)
    }
}

fn contacts(dictionary: &FactDictionary, of_the_year: usize) -> Vec<Contact> {
    let year = year(dictionary, 3).into_iter().take(of_the_year);
    year.chain((0..300).map(|seed| random(dictionary, seed))).collect()
}

/// The outlines of contacts, from columns where columns tell.
fn outlines(pack: &RulePack, contacts: &[Contact], all_rules: bool) -> (Vec<Outline>, usize) {
    let sheets = contacts.iter().map(|contact| &contact.facts);
    let facts = FactColumns::of_sheets(&pack.dictionary, sheets).unwrap();
    let (columns, compiled) = (pack.decide_columns(&facts), pack.compiled());
    let mut together = 0;
    let outline = |(row, contact): (usize, &Contact)| {
        if let Some(outline) = pack.outline_row(&facts, &columns, row, all_rules) {
            together += 1;
            return outline;
        }
        let triage = pack.triage(&compiled, &contact.facts);
        pack.outline(&compiled, contact, &triage, all_rules)
    };
    let outlines = contacts.iter().enumerate().map(outline).collect();
    (outlines, together)
}

#[test]
fn a_line_is_the_decision_serialised() {
    let calendar = WorkingCalendar::default();
    for (name, all_rules) in
        [("levels-of-need", false), ("levels-of-need", true), ("repeat-contacts-tightened", false)]
    {
        let pack = shipped(name);
        let contacts = contacts(&pack.dictionary, 2_000);
        let (outlines, together) = outlines(&pack, &contacts, all_rules);
        assert!(together > 2_000 && together < contacts.len(), "{together} of {}", contacts.len());
        let decided = contacts.iter().zip(outlines);
        let decided = decided.map(|(contact, outline)| (contact.id.as_str(), contact.received, outline));
        let rows = DecisionRows::new(&pack, &calendar, Format::JsonLines).rows(decided).unwrap();
        let mut lines = std::str::from_utf8(&rows).unwrap().lines();
        for (at, contact) in contacts.iter().enumerate() {
            // The interpreter gives rules their meaning; it decides one contact in ten, the compiled engine the others.
            let engine: &dyn Evaluator = if at % 10 == 0 { pack.interpreter() } else { &pack.compiled() };
            let decision = pack.decide(engine, &calendar, contact, all_rules);
            assert_eq!(lines.next().unwrap(), serde_json::to_string(&decision).unwrap());
        }
        assert_eq!(lines.next(), None);
    }
}

#[test]
fn both_engines_write_the_same_files() {
    let folder = TempDir::new().unwrap();
    let pack = shipped("levels-of-need");
    let text: String = contacts(&pack.dictionary, 400)
        .iter()
        .map(|contact| serde_json::to_string(&ContactRecord::of(contact, &pack.dictionary)).unwrap() + "\n")
        .collect();
    let path = |name: &str| folder.path().join(name).display().to_string();
    fs::write(path("in.jsonl"), text).unwrap();
    for (ending, all) in [("jsonl", false), ("csv", false), ("jsonl", true)] {
        let decide = |engine: &str| {
            let (from, to) = (path("in.jsonl"), path(&format!("{engine}.{ending}")));
            let mut arguments =
                vec!["decide", "rules/levels-of-need", "--in", &from, "--out", &to, "--engine", engine];
            if all {
                arguments.push("--all-rules");
            }
            let ran = run(&root(), &arguments);
            assert_eq!(ran.code, 0, "{}", ran.err);
            (fs::read_to_string(to).unwrap(), ran.err)
        };
        let compiled = decide("compiled");
        assert!(compiled.0.lines().count() >= 700);
        assert!(compiled == decide("interpreted"), "{ending}");
    }
}
