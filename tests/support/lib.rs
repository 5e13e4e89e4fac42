//! Builders shared by the tests: small packs from text, contacts from facts, and generated packs.

pub mod fuzzed;
pub mod generated;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use mash_model::{Contact, FactDictionary, FactId, FactKind, FactSheet, FactValue};
use mash_rules::{
    PackError, PackFiles, PackFolder, RulePack,
    cases::{Otherwise, fact_sheet},
};
use mash_sim::Scenario;
use serde_json::Value;

/// The project's folder.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests is a folder of the project").to_owned()
}

/// A shipped pack, loaded.
#[must_use]
pub fn shipped(name: &str) -> RulePack {
    let files = mash_io::pack_folder::read(&root().join("rules").join(name)).expect("the pack's files");
    RulePack::load(&files).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Names of the shipped packs.
#[must_use]
pub fn shipped_packs() -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(root().join("rules"))
        .expect("the rules folder")
        .flatten()
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// The manifest of a small pack with three routes and three ratings.
pub const MANIFEST: &str = r#"{
  "id": "small", "title": "Small", "version": "1.0.0", "owner": "tests",
  "effective": { "from": "2026-04-01" },
  "documents": { "doc": { "title": "A document", "mark": "synthesised" } },
  "routes": [
    { "id": "no_further_action", "title": "No further action", "closes": true, "consent": "not_applicable", "default_rating": "blue" },
    { "id": "early_help", "title": "Early help", "consent": "needed", "default_rating": "green" },
    { "id": "child_and_family_assessment", "title": "Assessment", "consent": "needed", "default_rating": "green" },
    { "id": "strategy_discussion", "title": "Strategy discussion", "consent": "not_required", "default_rating": "red" }
  ],
  "levels": [ { "level": 1, "title": "Universal" } ],
  "numbering": { "no_further_action": 1, "early_help": 2, "child_and_family_assessment": 3, "strategy_discussion": 4 },
  "ratings": [
    { "id": "blue", "title": "Blue", "timescale": null },
    { "id": "green", "title": "Green", "timescale": { "working_days": 3 } },
    { "id": "red", "title": "Red", "timescale": { "hours": 4 } }
  ],
  "outcomes": [ { "id": "allocated_worker", "title": "To the allocated worker" } ],
  "duties": [ { "id": "marac", "title": "MARAC" } ]
}"#;

/// Facts of the small pack: two of each kind, so that conditions can mix them.
pub const FACTS: &str = r#"{ "facts": [
  { "id": "p", "group": "t", "type": "bool", "direction": "risk", "question": "?", "agencies": ["police"], "mark": "synthesised" },
  { "id": "q", "group": "t", "type": "bool", "direction": "risk", "question": "?", "agencies": ["school"], "mark": "synthesised" },
  { "id": "r", "group": "t", "type": "bool", "direction": "risk", "question": "?", "agencies": ["gp"], "mark": "synthesised" },
  { "id": "n", "group": "t", "type": "integer", "min": 0, "max": 20, "unit": "times", "direction": "risk", "question": "?", "agencies": ["police"], "mark": "synthesised" },
  { "id": "m", "group": "t", "type": "integer", "min": 0, "max": 20, "unit": "times", "direction": "risk", "question": "?", "agencies": ["school"], "mark": "synthesised" },
  { "id": "g", "group": "t", "type": "ordinal", "values": ["none", "low", "medium", "high"], "direction": "risk", "question": "?", "agencies": ["police"], "mark": "synthesised" }
] }"#;

/// The scenario `scenarios/herefordshire-like-2023.json`.
#[must_use]
pub fn scenario() -> Scenario {
    let text = std::fs::read_to_string(root().join("scenarios/herefordshire-like-2023.json"));
    Scenario::from_json(&text.expect("the scenario")).expect("a sound scenario")
}

/// The contacts of one replication of that scenario, as known at the door.
#[must_use]
pub fn year(dictionary: &FactDictionary, seed: u64) -> Vec<Contact> {
    let scenario = scenario();
    let model = &scenario.truth_models.first().expect("a truth model").id;
    let cases = mash_sim::generate(&scenario, dictionary, model, seed, 0).expect("a year");
    cases.into_iter().map(|case| case.contact).collect()
}

/// A pack in memory: a manifest and files by name.
#[must_use]
pub fn folder(path: &str, files: &[(&str, &str)]) -> PackFolder {
    PackFolder {
        path: path.to_owned(),
        files: files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect(),
    }
}

/// The small pack with these rule files.
pub fn small(rules: &str) -> Result<RulePack, PackError> {
    let own = folder("small", &[("manifest.json", MANIFEST), ("facts.json", FACTS), ("rules.rhai", rules)]);
    RulePack::load(&PackFiles { chain: vec![own], broken_base: None })
}

/// Thresholds of the small pack with tables: one of each type.
pub const THRESHOLDS: &str = r#"{
  "three": { "title": "t", "values": [ { "from": "2020-01-01", "value": 3, "unit": "times", "source": { "title": "t" } } ] },
  "middle": { "title": "t", "values": [ { "from": "2020-01-01", "value": "medium", "unit": "grade", "source": { "title": "t" } } ] },
  "on": { "title": "t", "values": [ { "from": "2020-01-01", "value": true, "unit": "", "source": { "title": "t" } } ] }
}"#;

/// A fact without an order.
const SIDE: &str = r#"{ "id": "e", "group": "t", "type": "enum", "values": ["none", "left", "right"], "direction": "neither", "question": "?", "agencies": ["gp"], "mark": "synthesised" }"#;

/// The small pack with this table as its only rules.
pub fn tabled(csv: &str) -> Result<RulePack, PackError> {
    with_files(&[("tables/t.csv", csv)])
}

/// The small pack with these files and no rules of its own.
pub fn with_files(files: &[(&str, &str)]) -> Result<RulePack, PackError> {
    let facts = FACTS.trim_end().trim_end_matches("] }").to_owned() + "," + SIDE + "] }";
    let mut all = vec![("manifest.json", MANIFEST), ("facts.json", &facts), ("thresholds.json", THRESHOLDS)];
    all.extend_from_slice(files);
    RulePack::load(&PackFiles { chain: vec![folder("small", &all)], broken_base: None })
}

/// A table with these condition columns; a row is its condition cells.
#[must_use]
pub fn table(facts: &[&str], rows: &[&[&str]]) -> String {
    let mut csv = format!("rule,title,{},route,source,because,plain,family_may_be_told\n", facts.join(","));
    for (number, row) in rows.iter().enumerate() {
        let cells: Vec<String> =
            row.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
        csv.push_str(&format!("R-{number},t,{},early_help,doc; 1,b,p,true\n", cells.join(",")));
    }
    csv
}

/// One rule of the small pack with this condition, and functions before it.
#[must_use]
pub fn rule(functions: &str, condition: &str) -> String {
    format!(
        "{functions}\nrule(\"T-01\", \"test\").source(\"doc\", \"1\").when(|f| {condition}).route(EARLY_HELP)\
         .because(\"b\").plain(\"p\").family_may_be_told(true);\n"
    )
}

/// A fact sheet of the pack from JSON; facts left out are not known.
#[must_use]
pub fn facts(pack: &RulePack, json: &str) -> FactSheet {
    let facts: BTreeMap<FactId, Value> = serde_json::from_str(json).expect("facts as JSON");
    fact_sheet(&pack.dictionary, &facts, Otherwise::NotKnown, &[]).unwrap_or_else(|e| panic!("{e:?}"))
}

/// The built command: the one `cargo xtask test` hands over, or the one beside the tests.
#[must_use]
pub fn mash() -> PathBuf {
    if let Some(path) = std::env::var_os("MASH_BIN") {
        return PathBuf::from(path);
    }
    let profile = if cfg!(debug_assertions) { "debug" } else { "release" };
    let beside = root().join("target").join(profile).join("mash");
    assert!(beside.exists(), "build it first: cargo build -p mash-cli, or set MASH_BIN");
    beside
}

/// Mounts a disk of this size, for example `48k`; false where that is not allowed. Whoever mounts it unmounts it.
#[must_use]
pub fn small_disk(at: &Path, size: &str) -> bool {
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"])
        .arg(at)
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !mounted {
        println!("skipped: a small disk cannot be mounted here");
    }
    mounted
}

/// A sheet on which about so many facts of ten are known, every value as likely as any other. The same seed gives the
/// same sheet.
#[must_use]
pub fn random_sheet(dictionary: &FactDictionary, seed: u64, known_of_ten: u64) -> FactSheet {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(1);
    // SplitMix64: Steele, Lea and Flood, 2014.
    let mut draw = move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    let mut sheet = FactSheet::unknown(dictionary);
    for (slot, fact) in dictionary.iter() {
        if draw() % 10 < known_of_ten {
            let position = draw() % fact.value_count();
            let value = match &fact.kind {
                FactKind::Bool => FactValue::Bool(position == 1),
                FactKind::Integer { min, .. } => {
                    FactValue::Integer(min.wrapping_add(i64::try_from(position).unwrap_or(0)))
                }
                FactKind::Ordinal(_) | FactKind::Enum(_) => {
                    FactValue::Rank(u16::try_from(position).unwrap_or(0))
                }
            };
            sheet.set(slot, Some(value));
        }
    }
    sheet
}
