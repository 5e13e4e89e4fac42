//! What must hold of any bytes: each of these is a fuzz target, and an ordinary test over seeds and slips of them.

use std::collections::BTreeMap;

use mash_io::{
    contact_columns::{ContactColumns, parse_block},
    contact_file::{ContactRecord, Format},
};
use mash_model::FactSheet;
use mash_rules::{PackFiles, RulePack};
use mash_sim::{NetworkScenario, Scenario, scenario::ScenarioLayer};

use crate::{
    FACTS, MANIFEST, THRESHOLDS, folder,
    generated::answers::{Answers, Errors, difference},
    random_sheet, rule, small, tabled,
};

/// Names of the files that a pack of [`pack`] may have.
const FILES: [&str; 5] = ["a.rhai", "b.rhai", "facts.json", "manifest.json", "thresholds.json"];

/// The files of a pack, each after a line of its name; text before the first such line is `a.rhai`. What is not there is
/// the small pack's. A pack that loads answers alike by both engines, and one that does not says why.
pub fn pack(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut files = BTreeMap::from(
        [("manifest.json", MANIFEST), ("facts.json", FACTS), ("thresholds.json", THRESHOLDS)]
            .map(|(name, text)| (name, text.to_owned())),
    );
    let mut name = "a.rhai";
    for line in text.split_inclusive('\n') {
        match FILES.into_iter().find(|known| *known == line.trim()) {
            Some(file) => {
                name = file;
                files.remove(name);
            }
            None => files.entry(name).or_default().push_str(line),
        }
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let chain = vec![folder("small", &files)];
    match RulePack::load(&PackFiles { chain, broken_base: None }) {
        Ok(pack) => alike(&pack),
        Err(error) => assert!(!error.findings.is_empty(), "refused without a word"),
    }
}

/// A decision table as CSV.
pub fn table(bytes: &[u8]) {
    match tabled(&String::from_utf8_lossy(bytes)) {
        Ok(pack) => alike(&pack),
        Err(error) => assert!(!error.findings.is_empty(), "refused without a word"),
    }
}

/// A condition of a rule: whatever loads is lowered to the same answers.
pub fn condition(bytes: &[u8]) {
    if let Ok(pack) = small(&rule("", &String::from_utf8_lossy(bytes))) {
        alike(&pack);
    }
}

/// Contacts in either form, the first byte says which: what is taken is written out and taken again as the same.
pub fn contacts(bytes: &[u8]) {
    let Some((first, text)) = bytes.split_first() else { return };
    let format = if first % 2 == 0 { Format::JsonLines } else { Format::Csv };
    let pack = small("").unwrap_or_else(|error| panic!("{error}"));
    let dictionary = &pack.dictionary;
    let (taken, _) = parse_block(format, text, dictionary);
    let all = |columns: &ContactColumns| -> Vec<_> {
        (0..columns.len()).filter_map(|row| columns.contact(row, dictionary)).collect()
    };
    let contacts = all(&taken);
    assert_eq!(contacts.len(), taken.len());
    let lines: String = contacts
        .iter()
        .map(|contact| {
            serde_json::to_string(&ContactRecord::of(contact, dictionary)).expect("a record") + "\n"
        })
        .collect();
    let (again, issues) = parse_block(Format::JsonLines, lines.as_bytes(), dictionary);
    assert_eq!((issues, all(&again)), (Vec::new(), contacts));
}

/// A scenario whole, or what one says that extends the shipped year of a county: an object with `extends` is the latter.
/// What is taken is written out and taken again; what is refused says why.
pub fn scenario(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let value = serde_json::from_str::<serde_json::Value>(&text).ok();
    let read = match value.filter(|value| value.get("extends").is_some()) {
        Some(value) => {
            let layer = |file: &str, value| ScenarioLayer { file: file.to_owned(), value };
            Scenario::from_layers(&[layer("base.json", SHIPPED.clone()), layer("own.json", value)])
        }
        None => Scenario::from_json(&text),
    };
    let read = match read {
        Ok(read) => read,
        Err(error) => return assert!(!error.problems().is_empty(), "refused without a word"),
    };
    let written = serde_json::to_string(read.as_written()).expect("a scenario");
    let again = Scenario::from_json(&written).unwrap_or_else(|error| panic!("{error}\n{written}"));
    // Numbers may come back a last digit off.
    let names =
        |it: &Scenario| (it.id.clone(), it.title.clone(), it.assumptions().len(), it.truth_models.len());
    assert_eq!(names(&again), names(&read));
    let shares: f64 = read.need_shares().iter().sum();
    assert!((shares - 1.0).abs() < 1e-9 && read.expected_contacts.is_finite(), "{shares}\n{written}");
}

/// A network of queues; the file beside it, where it names one, is a short trace.
pub fn network(bytes: &[u8]) {
    const TRACE: &str =
        "arr,prio,s0,s1,s2,s3,s4\n0.01,2,1.03,0.61,0.72,0.53,0.64\n0.12,1,1.17,0.42,0.91,0.37,0.58\n";
    let read = |text: &str| NetworkScenario::from_json(text, |_| Ok(TRACE.to_owned()));
    let network = match read(&String::from_utf8_lossy(bytes)) {
        Ok(network) => network,
        Err(error) => return assert!(!error.problems().is_empty(), "refused without a word"),
    };
    let written = serde_json::to_string(network.as_written()).expect("a network");
    let again = read(&written).unwrap_or_else(|error| panic!("{error}\n{written}"));
    let names = |it: &NetworkScenario| {
        let measures: Vec<String> = it.measures.iter().map(|measure| measure.id.clone()).collect();
        (it.id.clone(), it.stations.clone(), it.classes.clone(), measures)
    };
    assert_eq!(names(&again), names(&network));
}

/// The shipped year of a county, which a fuzzed scenario may extend.
static SHIPPED: std::sync::LazyLock<serde_json::Value> = std::sync::LazyLock::new(|| {
    let text = std::fs::read_to_string(crate::root().join("scenarios/herefordshire-like-2023.json"));
    serde_json::from_str(&text.expect("the shipped scenario")).expect("JSON")
});

/// Both engines answer alike on a few sheets.
fn alike(pack: &RulePack) {
    let sheets: Vec<FactSheet> =
        (0..6).map(|seed| random_sheet(&pack.dictionary, seed, [0, 3, 6, 10][seed as usize % 4])).collect();
    for sheet in &sheets {
        let expect = Answers::of(pack, pack.interpreter(), sheet);
        let found = Answers::of(pack, &pack.compiled(), sheet);
        if let Some(words) = difference(pack, &expect, &found, Errors::Compared) {
            panic!("{words}");
        }
    }
}
