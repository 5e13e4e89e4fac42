//! The brief answer of a stage says what the whole answer says: over the packs' own cases, a generated year, sheets known
//! by chance, and facts that contradict one another, by both engines.

use mash_model::{Agency, FactSheet, FactValue, Slot, Stage};
use mash_rules::{Brief, EngineKind, Evaluator, RulePack, StageAnswer, manifest::MORE_INFORMATION};
use mash_tests_support::{facts, random_sheet, rule, shipped, shipped_packs, small, year};

fn bits(agencies: impl IntoIterator<Item = Agency>) -> u64 {
    agencies
        .into_iter()
        .fold(0, |bits, agency| bits | 1 << Agency::ALL.iter().position(|other| *other == agency).unwrap())
}

fn expected(pack: &RulePack, answer: &StageAnswer, asked: &[Agency], to_hub: bool) -> Brief {
    let missing = answer.missing_for_closing.iter().map(|slot| pack.dictionary.get(*slot).unwrap());
    Brief {
        route: answer.folded.route,
        rating: answer.folded.rating,
        asked: bits(asked.iter().copied()),
        holders_of_missing: bits(missing.flat_map(|fact| fact.agencies.iter().copied())),
        to_hub,
        more_information: answer.outcome == MORE_INFORMATION,
        manual_review: answer.manual_review(),
    }
}

/// Checks both stages, and gives the brief answers.
fn check(pack: &RulePack, engine: &dyn Evaluator, sheet: &FactSheet) -> [Brief; 2] {
    let triage = pack.screen(engine, sheet);
    let screening = pack.brief_screening(engine, sheet);
    let to_hub = pack.goes_to_hub(&triage);
    assert_eq!(screening, expected(pack, &triage.screening, &triage.asked, to_hub));
    let answer = pack.answer(engine, Stage::Decision, sheet);
    let decision = pack.brief_decision(engine, sheet);
    assert_eq!(decision, expected(pack, &answer, &[], true));
    [screening, decision]
}

const ENGINES: [EngineKind; 2] = [EngineKind::Compiled, EngineKind::Interpreted];

#[test]
fn over_the_cases_of_every_shipped_pack() {
    for name in shipped_packs() {
        let pack = shipped(&name);
        for kind in ENGINES {
            let engine = pack.engine(kind);
            for case in &pack.cases {
                check(&pack, &*engine, &case.contact.facts);
            }
        }
    }
}

#[test]
fn over_a_generated_year() {
    let pack = shipped("levels-of-need");
    let contacts = year(&pack.dictionary, 3);
    let engine = pack.engine(EngineKind::Compiled);
    let briefs: Vec<_> = contacts.iter().map(|contact| check(&pack, &*engine, &contact.facts)).collect();
    let some = |test: &dyn Fn(&Brief) -> bool| briefs.iter().flatten().any(test);
    assert!(some(&|brief| brief.more_information && brief.holders_of_missing != 0));
    assert!(some(&|brief| !brief.to_hub) && some(&|brief| brief.asked != 0));
    let engine = pack.engine(EngineKind::Interpreted);
    for contact in contacts.iter().step_by(40) {
        check(&pack, &*engine, &contact.facts);
    }
}

#[test]
fn over_facts_by_chance_that_may_contradict_one_another() {
    let pack = shipped("levels-of-need");
    let mut reviews = 0;
    for kind in ENGINES {
        let engine = pack.engine(kind);
        for seed in 0..60 {
            let mut sheet = random_sheet(&pack.dictionary, seed, seed % 10);
            let [screening, _] = check(&pack, &*engine, &sheet);
            reviews += u32::from(screening.manual_review);
            // A value that its fact does not admit.
            sheet.set(Slot(0), Some(FactValue::Integer(-1)));
            let briefs = check(&pack, &*engine, &sheet);
            assert!(briefs.iter().all(|brief| brief.manual_review));
        }
    }
    assert!(reviews > 0);
}

#[test]
fn of_a_rule_that_fails() {
    let pack = small(&rule("", "10 / f.n > 1")).unwrap();
    for kind in ENGINES {
        let engine = pack.engine(kind);
        for (known, fails) in [(r#"{ "n": 0 }"#, true), (r#"{ "n": 2 }"#, false), ("{}", false)] {
            let briefs = check(&pack, &*engine, &facts(&pack, known));
            assert_eq!(briefs.map(|brief| brief.manual_review), [fails, fails], "{known}");
        }
    }
}
