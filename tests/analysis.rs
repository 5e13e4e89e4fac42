//! Exact analysis: its propositions say what the engines say, and its claims hold.

use mash_model::FactSheet;
use mash_rules::{RulePack, analysis};
use mash_tests_support::{random_sheet, shipped, shipped_packs};

fn sheets(pack: &RulePack, count: u64) -> Vec<FactSheet> {
    (0..count).map(|seed| random_sheet(&pack.dictionary, seed, [1, 3, 6, 9, 10][seed as usize % 5])).collect()
}

#[test]
fn propositions_say_what_the_engines_say_on_shipped_packs() {
    for name in shipped_packs() {
        let pack = shipped(&name);
        let mut sheets = sheets(&pack, 1000);
        sheets.extend(pack.cases.iter().map(|case| case.contact.facts.clone()));
        assert_eq!(analysis::agrees_with_engines(&pack, &sheets), Ok(()), "{name}");
    }
}
