//! What the benches share: packs and sheets of facts, the same in every run.

pub mod front_door;

use std::{fmt::Write as _, path::Path};

use mash_io::contact_file::ContactRecord;
use mash_model::{Contact, FactDefinition, FactDictionary, FactSheet, Slot};
use mash_rules::{PackFiles, PackFolder, RulePack};

/// Sheets of a workload of columns.
pub const SHEETS: usize = 8_192;

/// Sheets of a workload of one case after another: enough that no answer can be foretold.
pub const FEW: usize = 512;

/// Sheets on which about so many of ten of the facts picked are known, and no others, none of them contradictory.
#[must_use]
pub fn sheets(
    dictionary: &FactDictionary,
    known_of_ten: u64,
    pick: impl Fn(&FactDefinition) -> bool,
) -> Vec<FactSheet> {
    let left_out: Vec<Slot> =
        dictionary.iter().filter(|(_, fact)| !pick(fact)).map(|(slot, _)| slot).collect();
    let sheet = |seed| {
        let mut sheet = mash_tests_support::random_sheet(dictionary, seed, known_of_ten);
        left_out.iter().for_each(|slot| sheet.set(*slot, None));
        sheet
    };
    (0..).map(sheet).filter(|sheet| sheet.broken_constraint(dictionary).is_none()).take(SHEETS).collect()
}

/// The files of a pack of `rules/` and of its base.
///
/// # Panics
/// The files are not where the repository has them.
#[must_use]
pub fn pack_files(name: &str) -> PackFiles {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("benches is a folder of the project");
    mash_io::pack_folder::read(&root.join("rules").join(name)).expect("the pack's files")
}

/// A pack of `rules/`.
///
/// # Panics
/// The pack does not load.
#[must_use]
pub fn pack(name: &str) -> RulePack {
    RulePack::load(&pack_files(name)).expect("a sound pack")
}

/// The pack `rules/levels-of-need`.
///
/// # Panics
/// The pack does not load.
#[must_use]
pub fn levels_of_need() -> RulePack {
    pack("levels-of-need")
}

/// Contacts as lines of JSON.
///
/// # Panics
/// Memory is used up.
#[must_use]
pub fn json_lines(dictionary: &FactDictionary, contacts: &[Contact]) -> String {
    let mut text = String::new();
    for contact in contacts {
        let record = ContactRecord::of(contact, dictionary);
        writeln!(text, "{}", serde_json::to_string(&record).expect("a record")).expect("a string");
    }
    text
}

/// A pack of 40 rules over 60 facts of its own: 30 yes or no, 20 graded, 10 counted. Each condition joins two to five
/// facts by `&&` and `||`, as threshold documents do.
///
/// # Panics
/// The pack does not load.
#[must_use]
pub fn forty_rules() -> RulePack {
    let mut facts = String::new();
    for number in 0..60 {
        let kind = match number {
            0..30 => r#""type": "bool""#,
            30..50 => r#""type": "ordinal", "values": ["none", "low", "medium", "high"]"#,
            _ => r#""type": "integer", "min": 0, "max": 20, "unit": "times""#,
        };
        let comma = if number == 0 { "" } else { "," };
        let _ = write!(
            facts,
            r#"{comma}{{ "id": "x{number}", "group": "t", {kind}, "direction": "risk", "question": "?", "agencies": ["police"], "mark": "synthesised" }}"#
        );
    }
    let atom = |number: usize| match number % 60 {
        number @ 0..30 => format!("f.x{number}"),
        number @ 30..50 => format!("reaches(f.x{number}, \"{}\")", ["low", "medium", "high"][number % 3]),
        number => format!("f.x{number} >= {}", 3 + number % 12),
    };
    let routes = ["EARLY_HELP", "CHILD_AND_FAMILY_ASSESSMENT", "STRATEGY_DISCUSSION"];
    let mut rules = String::new();
    for rule in 0..40 {
        let (a, b, c, d) = (atom(rule), atom(rule * 7 + 31), atom(rule * 11 + 3), atom(rule * 13 + 52));
        let condition = match rule % 4 {
            0 => format!("{a} && {b}"),
            1 => format!("{a} && ({b} || {c})"),
            2 => format!("({a} || {b}) && ({c} || {d})"),
            _ => format!("{a} || {b} && {c} && !({d})"),
        };
        let _ = writeln!(
            rules,
            "rule(\"T-{rule:02}\", \"t\").source(\"doc\", \"1\").when(|f| {condition}).route({})\
             .because(\"b\").plain(\"p\").family_may_be_told(true);",
            routes[rule % 3]
        );
    }
    let manifest = mash_tests_support::MANIFEST.replace("\"small\"", "\"forty\"");
    let folder = PackFolder {
        path: "forty".to_owned(),
        files: [
            ("manifest.json", manifest),
            ("facts.json", format!("{{ \"facts\": [{facts}] }}")),
            ("rules.rhai", rules),
        ]
        .map(|(name, text)| (name.to_owned(), text))
        .into(),
    };
    RulePack::load(&PackFiles { chain: vec![folder], broken_base: None })
        .unwrap_or_else(|error| panic!("{error}"))
}
