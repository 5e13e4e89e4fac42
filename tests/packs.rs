//! The shipped packs: clean, covered, and true to what their titles say.

use mash_model::Stage;
use mash_rules::{cases, coverage};
use mash_tests_support::{shipped, shipped_packs};

#[test]
fn every_pack_loads_without_warnings_and_passes_its_cases() {
    for name in shipped_packs() {
        let pack = shipped(&name);
        assert!(pack.warnings.is_empty(), "{name}: {:?}", pack.warnings);
        for case in &pack.cases {
            let result = cases::run(&pack, pack.interpreter(), case);
            assert!(result.differences.is_empty(), "{name} {}: {:?}", result.id, result.differences);
        }
    }
}

#[test]
fn there_are_120_cases_and_every_rule_fires_in_one_of_its_packs_own() {
    let mut cases = 0;
    for name in shipped_packs() {
        let pack = shipped(&name);
        cases += pack.cases.len();
        for rule in coverage::measure(&pack, &pack.cases).rules.iter().filter(|rule| rule.pack == name) {
            assert!(rule.fired > 0, "{name}: rule {} never fires in a case", rule.rule);
        }
    }
    assert!(cases >= 120, "{cases} cases");
}

#[test]
fn the_core_has_95_indicators_and_every_ordinal_has_none() {
    let floor = shipped("statutory-floor");
    let text = mash_rules::facts::CORE_FACTS;
    let core: mash_rules::facts::FactsFile = serde_json::from_str(text).unwrap();
    assert_eq!(core.facts.len(), 95);
    for fact in &core.facts {
        let (_, definition) = floor.dictionary.find(fact.id.as_str()).unwrap();
        assert!(!definition.agencies.is_empty(), "{}", fact.id);
        if !definition.value_names().is_empty() {
            assert!(definition.rank_of("none").is_some(), "{}", fact.id);
        }
    }
}

#[test]
fn the_floor_pack_states_no_level_rating_or_hour() {
    let floor = shipped("statutory-floor");
    assert!(floor.manifest.numbering.is_empty() && floor.manifest.ratings.is_empty());
    for rule in &floor.rules {
        assert!(rule.floor && !rule.source.is_empty(), "{}", rule.id);
    }
}

#[test]
fn the_other_numbering_changes_levels_and_nothing_else() {
    let (a, b) = (shipped("levels-of-need"), shipped("levels-of-need-s17-at-4"));
    let mut renumbered = 0;
    for case in &a.cases {
        let of = |pack: &mash_rules::RulePack| pack.triage(pack.interpreter(), &case.contact.facts);
        let (under_a, under_b) = (of(&a), of(&b));
        let (under_a, under_b) = (under_a.answer(), under_b.answer());
        assert_eq!(under_a.folded.route, under_b.folded.route, "{}", case.entry.id);
        assert_eq!(under_a.folded.rating, under_b.folded.rating, "{}", case.entry.id);
        assert_eq!(under_a.outcome, under_b.outcome, "{}", case.entry.id);
        let route = &a.manifest.routes[under_a.folded.route].id;
        renumbered += usize::from(a.manifest.numbering[route] != b.manifest.numbering[route]);
    }
    assert!(renumbered > 0, "no case shows the other numbering");
}

#[test]
fn a_rule_that_never_fires_changes_the_hash_and_no_answer() {
    use mash_rules::{PackFiles, RulePack};
    let files = mash_io::pack_folder::read(&mash_tests_support::root().join("rules/levels-of-need")).unwrap();
    let mut more: PackFiles = files.clone();
    more.chain[0].files.insert(
        "zz_never.rhai".to_owned(),
        "rule(\"ZZ-01\", \"never\").source(\"levels-of-need\", \"0\").when(|f| false).route(STRATEGY_DISCUSSION)\
         .because(\"b\").plain(\"p\").family_may_be_told(false);"
            .to_owned(),
    );
    let (a, b) = (RulePack::load(&files).unwrap(), RulePack::load(&more).unwrap());
    assert_ne!(a.hash, b.hash);
    let calendar = mash_model::calendar::WorkingCalendar::default();
    for case in &a.cases {
        assert_eq!(
            a.decide(a.interpreter(), &calendar, &case.contact, false),
            b.decide(b.interpreter(), &calendar, &case.contact, false)
        );
    }
}

#[test]
fn no_rule_file_reads_a_characteristic() {
    for name in shipped_packs() {
        let pack = shipped(&name);
        for characteristic in mash_rules::facts::CHARACTERISTICS {
            assert!(pack.dictionary.slot(characteristic).is_none());
        }
        for rule in &pack.rules {
            assert!(rule.stages.iter().all(|stage| Stage::ALL.contains(stage)));
        }
    }
}
