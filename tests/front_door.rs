//! The main job on real input: a Herefordshire-like year under the shipped packs.

use std::sync::atomic::AtomicBool;

use mash_batch::{CompareSettings, Comparison, compare, parallel};
use mash_rules::RulePack;
use mash_sim::Scenario;
use mash_tests_support::{root, scenario, shipped};

fn compared(scenario: &Scenario, a: &RulePack, b: &RulePack, replications: u32) -> Comparison {
    let settings = CompareSettings {
        seed: 7,
        replications,
        examples: 5,
        version: "test".to_owned(),
        command: "test".to_owned(),
        scenario_hash: "test".to_owned(),
        engine: mash_rules::EngineKind::default(),
    };
    compare(scenario, a, b, &settings, &|_, _| {}, &AtomicBool::new(false)).unwrap()
}

fn small(contacts: f64) -> Scenario {
    scenario().with_expected_contacts(contacts)
}

#[test]
fn simulated_shares_fall_inside_the_english_bands() {
    let pack = shipped("levels-of-need");
    let found = compared(&scenario(), &pack, &pack, 3);
    assert!(found.face_validity.len() >= 15, "{}", found.face_validity.len());
    for row in &found.face_validity {
        assert!(row.inside, "{}: {:?} outside {} to {}", row.title, row.simulated, row.p5, row.p95);
    }
}

#[test]
fn the_known_facts_settle_most_rules_and_some_contacts_at_the_door() {
    let pack = shipped("levels-of-need");
    let found = compared(&small(1_500.0), &pack, &pack, 1);
    let percent = |title: &str| {
        found
            .settled
            .iter()
            .find(|row| row.title.contains(title))
            .unwrap_or_else(|| panic!("{title}"))
            .percent
            .mean
    };
    assert!(percent("Rules settled by what is known at the door") > 40.0);
    assert!(percent("Rules settled by what is known when the answer") > 60.0);
    assert!(percent("Contacts decided at screening") > 20.0);
    assert!(percent("manual review") == 0.0);
}

#[test]
fn a_pack_against_itself_differs_nowhere() {
    let pack = shipped("levels-of-need");
    let found = compared(&small(800.0), &pack, &pack, 2);
    assert_eq!((found.flips.total.mean, found.flips.total.high), (0.0, 0.0));
    assert!(found.changes.is_empty() && found.rules.is_empty() && found.examples.is_empty());
    assert_eq!(found.harm_conclusion.missed, "no difference");
}

#[test]
fn a_change_of_numbering_alone_is_never_a_flip() {
    let found = compared(&small(800.0), &shipped("levels-of-need"), &shipped("levels-of-need-s17-at-4"), 2);
    assert_eq!(found.flips.total.mean, 0.0);
    assert_eq!(found.flips.same_outcome_other_rating_or_duties.mean, 0.0);
    assert!(found.changes.iter().any(|change| change.what.contains("Numbering")), "{:?}", found.changes);
}

/// On the same facts an overlay moves children one way only. On a simulated year a few may go the other way, because a
/// pack that asks fewer agencies also learns less; the net movement is the title's.
#[test]
fn overlays_move_children_the_way_their_titles_say() {
    use mash_rules::manifest::Crossing;
    let base = shipped("levels-of-need");
    let scenario = small(2_000.0);
    let model = scenario.truth_models[0].id.clone();
    let cases = mash_sim::generate(&scenario, &base.dictionary, &model, 7, 0).unwrap();
    let (mut more, mut fewer) = (0, 0);
    for name in ["repeat-contacts-tightened", "domestic-abuse-standard-to-early-help", "neglect-earlier"] {
        let overlay = shipped(name);
        let route = |pack: &RulePack, case: &mash_sim::Case| {
            pack.answer(pack.interpreter(), mash_model::Stage::Decision, &case.truth).folded.route
        };
        let mut moved = 0;
        for case in &cases {
            let (before, after) = (route(&base, case), route(&overlay, case));
            let right = match overlay.manifest.crossing {
                Some(Crossing::More) => after >= before,
                Some(Crossing::Fewer) => after <= before,
                Some(Crossing::Same) | None => false,
            };
            assert!(right, "{name}: {} goes from {before} to {after}", case.contact.id);
            moved += usize::from(before != after);
        }
        assert!(moved > 0, "{name} moves nobody");
        let found = compared(&scenario, &base, &overlay, 2);
        let net = found.flips.stronger.mean - found.flips.weaker.mean;
        match overlay.manifest.crossing {
            Some(Crossing::More) => {
                more += 1;
                assert!(net > 0.0 && overlay.manifest.title.contains("more children cross"), "{name}: {net}");
            }
            _ => {
                fewer += 1;
                assert!(
                    net < 0.0 && overlay.manifest.title.contains("fewer children cross"),
                    "{name}: {net}"
                );
            }
        }
    }
    assert!(more >= 1 && fewer >= 1);
}

#[test]
fn the_same_seed_gives_the_same_bytes_at_any_number_of_threads() {
    let (a, b) = (shipped("levels-of-need"), shipped("neglect-earlier"));
    let scenario = small(600.0);
    let bytes = |threads: usize| {
        parallel::with_threads(threads, || {
            let found = compared(&scenario, &a, &b, 2);
            let html = mash_report::comparison_html(&found).unwrap();
            (serde_json::to_string(&found).unwrap(), html)
        })
        .unwrap()
    };
    let one = bytes(1);
    assert_eq!(one, bytes(2));
    assert_eq!(one, bytes(7));
}

#[test]
fn a_rule_that_never_fires_changes_no_byte_but_the_hash() {
    let files = mash_io::pack_folder::read(&root().join("rules/levels-of-need")).unwrap();
    let mut more = files.clone();
    more.chain[0].files.insert(
        "zz_never.rhai".to_owned(),
        "rule(\"ZZ-01\", \"never\").source(\"levels-of-need\", \"0\").when(|f| f.unborn && !f.unborn && false)\
         .route(STRATEGY_DISCUSSION).because(\"b\").plain(\"p\").family_may_be_told(false).stage(ENQUIRIES);"
            .to_owned(),
    );
    let (a, b) = (RulePack::load(&files).unwrap(), RulePack::load(&more).unwrap());
    let scenario = small(600.0);
    let mut found = compared(&scenario, &a, &a, 1);
    let with_rule = compared(&scenario, &b, &b, 1);
    assert_ne!(found.provenance.pack_a.hash, with_rule.provenance.pack_a.hash);
    found.provenance = with_rule.provenance.clone();
    assert_eq!(serde_json::to_string(&found).unwrap(), serde_json::to_string(&with_rule).unwrap());
}

#[test]
fn no_absolute_missed_harm_under_a_real_councils_name() {
    let scenario = small(600.0);
    assert!(scenario.names_real_authority && scenario.truth_models.len() >= 3);
    let found = compared(&scenario, &shipped("levels-of-need"), &shipped("neglect-earlier"), 2);
    assert!(found.harm.iter().all(|row| row.missed.is_none() && row.over.is_none()));
    assert!(found.harm.iter().all(|row| row.in_need.mean > 0.0));
    for row in found.who.iter().filter(|row| ["sex", "ethnicity"].contains(&row.by.as_str())) {
        assert!(!row.informative && row.note.contains("cannot inform this"), "{}", row.note);
    }
}

#[test]
fn more_replications_narrow_the_interval_around_the_same_draws() {
    let (a, b) = (shipped("levels-of-need"), shipped("neglect-earlier"));
    let scenario = small(600.0);
    let (few, many) = (compared(&scenario, &a, &b, 3), compared(&scenario, &a, &b, 8));
    let width = |found: &Comparison| found.flips.total.high - found.flips.total.low;
    assert!(width(&many) < width(&few), "{} {}", width(&many), width(&few));
}
