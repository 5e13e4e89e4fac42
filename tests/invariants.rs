//! What holds of every fact sheet, known or not.

use mash_model::{FactKind, FactSheet, FactValue, Slot, Stage};
use mash_rules::RulePack;
use mash_tests_support::shipped;
use proptest::prelude::*;

/// A sheet of the pack with about three facts in ten known.
fn sheet(pack: &RulePack, picks: &[(u8, u16)]) -> FactSheet {
    let mut sheet = FactSheet::unknown(&pack.dictionary);
    for ((slot, fact), (known, value)) in pack.dictionary.iter().zip(picks) {
        if *known < 77 {
            sheet.set(slot, Some(value_of(&fact.kind, *value)));
        }
    }
    sheet
}

fn value_of(kind: &FactKind, pick: u16) -> FactValue {
    match kind {
        FactKind::Bool => FactValue::Bool(pick.is_multiple_of(2)),
        FactKind::Integer { min, max, .. } => FactValue::Integer(min + i64::from(pick) % (max - min + 1)),
        FactKind::Ordinal(values) | FactKind::Enum(values) => {
            FactValue::Rank(pick % u16::try_from(values.len()).unwrap())
        }
    }
}

fn picks() -> impl Strategy<Value = Vec<(u8, u16)>> {
    proptest::collection::vec((any::<u8>(), any::<u16>()), 128)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    /// Every rule of a stage stands in exactly one list, and none fails on facts its dictionary admits.
    #[test]
    fn every_rule_has_one_mark(picks in picks()) {
        let pack = shipped_once();
        let sheet = sheet(pack, &picks);
        for stage in Stage::ALL {
            let marks = pack.marks(pack.interpreter(), stage, &sheet);
            let not_fired = marks.not_fired();
            let lists = [&marks.fired, &not_fired, &marks.undetermined];
            let mut all: Vec<usize> = lists.iter().flat_map(|list| list.iter()).map(|rule| rule.0).collect();
            prop_assert!(marks.failed.is_empty(), "{:?}", marks.failed);
            all.sort_unstable();
            let members: Vec<usize> =
                pack.rules.iter().enumerate().filter(|(_, rule)| rule.stages.contains(&stage)).map(|(i, _)| i).collect();
            prop_assert_eq!(all, members);
            let needs = pack.interpreter().needs(&marks.undetermined, &sheet);
            prop_assert_eq!(needs.len(), marks.undetermined.len());
            for (_, needs) in needs {
                prop_assert!(!needs.is_empty() && needs.is_sorted());
                prop_assert!(needs.iter().all(|&slot| sheet.get(slot).is_none()));
            }
        }
    }

    /// Learning a fact never un-fires a rule that uses neither `known` nor `??`.
    #[test]
    fn learning_a_fact_never_unfires_a_rule(picks in picks(), learned in any::<u16>(), value in any::<u16>()) {
        let pack = shipped_once();
        let before = sheet(pack, &picks);
        let slot = Slot(learned % u16::try_from(pack.dictionary.len()).unwrap());
        if before.get(slot).is_none() {
            let mut after = before.clone();
            after.set(slot, Some(value_of(&pack.dictionary.get(slot).unwrap().kind, value)));
            let (before, after) =
                (pack.marks(pack.interpreter(), Stage::Decision, &before), pack.marks(pack.interpreter(), Stage::Decision, &after));
            let plain = |rule: &mash_rules::RuleIndex| {
                let condition = &pack.rule(*rule).unwrap().condition;
                !condition.contains("known(") && !condition.contains("??")
            };
            for rule in before.fired.iter().filter(plain) {
                prop_assert!(after.fired.contains(rule), "{}", pack.rule(rule).unwrap().id);
            }
            for rule in before.not_fired().iter().filter(plain) {
                prop_assert!(after.not_fired().contains(rule), "{}", pack.rule(rule).unwrap().id);
            }
        }
    }

    /// What a case could still be is never weaker than what it is, and nothing known ever lowers beneath the floor.
    #[test]
    fn could_still_be_is_an_upper_bound(picks in picks()) {
        let pack = shipped_once();
        let sheet = sheet(pack, &picks);
        let answer = pack.answer(pack.interpreter(), Stage::Decision, &sheet);
        prop_assert!(answer.could_still_be >= answer.folded.route);
        let floor = answer.marks.fired.iter().filter_map(|rule| pack.rule(rule)).filter(|rule| rule.floor);
        for rule in floor {
            prop_assert!(rule.conclusion.route.is_none_or(|route| answer.folded.route >= route), "{}", rule.id);
        }
        prop_assert!(answer.outcome.as_str() != "no_further_action" || answer.missing_for_closing.is_empty());
    }
}

fn shipped_once() -> &'static RulePack {
    static PACK: std::sync::OnceLock<RulePack> = std::sync::OnceLock::new();
    PACK.get_or_init(|| shipped("levels-of-need"))
}
