//! The fold: base, lifts, raises, lowers, floor.

use mash_model::Stage;
use mash_rules::fold::FoldStepKind;
use mash_tests_support::{facts, small};

fn pack_of(rules: &[(&str, &str, &str)]) -> String {
    rules
        .iter()
        .map(|(id, condition, conclusion)| {
            format!(
                "rule(\"{id}\", \"t\").source(\"doc\", \"1\").when(|f| {condition}){conclusion}\
                 .because(\"b\").plain(\"p\").family_may_be_told(true);\n"
            )
        })
        .collect()
}

#[track_caller]
fn check(rules: &[(&str, &str, &str)], known: &str, route: &str, rating: &str, steps: &[FoldStepKind]) {
    let pack = small(&pack_of(rules)).unwrap_or_else(|error| panic!("{error}"));
    let answer = pack.answer(pack.interpreter(), Stage::Decision, &facts(&pack, known));
    let found = &pack.manifest.routes[answer.folded.route].id;
    assert_eq!(found.as_str(), route);
    assert_eq!(pack.manifest.ratings[answer.folded.rating.unwrap()].id.as_str(), rating);
    let kinds: Vec<FoldStepKind> = pack.steps(&answer.marks.fired).iter().map(|step| step.kind).collect();
    assert_eq!(kinds, steps);
}

use FoldStepKind::{Base, Floor, Lift, Lower, Raise};

#[test]
fn the_strongest_base_stands() {
    let rules = [("A", "f.p", ".route(EARLY_HELP)"), ("B", "f.q", ".route(STRATEGY_DISCUSSION)")];
    check(&rules, r#"{"p": true, "q": true}"#, "strategy_discussion", "red", &[Base]);
    check(&rules, r#"{"p": true}"#, "early_help", "green", &[Base]);
    check(&rules, "{}", "no_further_action", "blue", &[Base]);
}

#[test]
fn raises_add_to_one_step_in_all() {
    let rules = [("A", "f.p", ".route(EARLY_HELP)"), ("B", "f.q", ".raise(1)"), ("C", "f.r", ".raise(1)")];
    let known = r#"{"p": true, "q": true, "r": true}"#;
    check(&rules, known, "child_and_family_assessment", "green", &[Base, Raise]);
}

#[test]
fn lowers_take_one_step_and_only_below_the_strongest() {
    let rules = [
        ("A", "f.p", ".route(CHILD_AND_FAMILY_ASSESSMENT)"),
        ("B", "f.q", ".route(STRATEGY_DISCUSSION)"),
        ("C", "f.r", ".lower(1)"),
    ];
    check(&rules, r#"{"p": true, "r": true}"#, "early_help", "green", &[Base, Lower]);
    check(&rules, r#"{"q": true, "r": true}"#, "strategy_discussion", "red", &[Base]);
    // A fact not known never lowers.
    check(&rules, r#"{"p": true}"#, "child_and_family_assessment", "green", &[Base]);
}

#[test]
fn a_firm_rule_is_not_lowered_and_a_floor_stands() {
    let firm = [("A", "f.p", ".route(CHILD_AND_FAMILY_ASSESSMENT).firm()"), ("C", "f.r", ".lower(1)")];
    check(&firm, r#"{"p": true, "r": true}"#, "child_and_family_assessment", "green", &[Base]);
    let below = [("A", "f.p", ".not_below(EARLY_HELP)"), ("C", "f.r", ".lower(1)")];
    check(&below, r#"{"p": true, "r": true}"#, "early_help", "green", &[Base, Floor]);
}

#[test]
fn a_lift_may_be_lowered_again() {
    let rules = [("A", "f.p", ".at_least(CHILD_AND_FAMILY_ASSESSMENT)"), ("C", "f.r", ".lower(1)")];
    check(&rules, r#"{"p": true}"#, "child_and_family_assessment", "green", &[Base, Lift]);
    check(&rules, r#"{"p": true, "r": true}"#, "early_help", "green", &[Base, Lift, Lower]);
}

#[test]
fn the_most_urgent_rating_stands() {
    let rules = [("A", "f.p", ".route(EARLY_HELP).rating(RED)"), ("B", "f.q", ".rating(BLUE)")];
    check(&rules, r#"{"p": true, "q": true}"#, "early_help", "red", &[Base]);
    // A rating never makes the route's own less urgent.
    check(
        &[("A", "f.p", ".route(STRATEGY_DISCUSSION).rating(BLUE)")],
        r#"{"p": true}"#,
        "strategy_discussion",
        "red",
        &[Base],
    );
}
