//! Exact analysis: its propositions say what the engines say, its claims hold, and another solver agrees.

use std::process::Command;

use mash_model::{FactSheet, Stage};
use mash_rules::{
    FindingKind, PackFiles, RulePack,
    analysis::{self, Beyond, Change, Checked, Limits, changes, check, difference},
};
use mash_tests_support::{FACTS, MANIFEST, folder, random_sheet, root, shipped, shipped_packs, small};

fn sheets(pack: &RulePack, count: u64) -> Vec<FactSheet> {
    (0..count).map(|seed| random_sheet(&pack.dictionary, seed, [1, 3, 6, 9, 10][seed as usize % 5])).collect()
}

/// A rule of the small pack.
fn rule(id: &str, condition: &str, conclusion: &str) -> String {
    format!(
        "rule(\"{id}\", \"test\").source(\"doc\", \"1\").when(|f| {condition}){conclusion}\
         .because(\"b\").plain(\"p\").family_may_be_told(true);\n"
    )
}

fn pack(rules: &[(&str, &str, &str)]) -> RulePack {
    let text: String =
        rules.iter().map(|(id, condition, conclusion)| rule(id, condition, conclusion)).collect();
    small(&text).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn propositions_say_what_the_engines_say_on_shipped_packs() {
    for name in shipped_packs() {
        let pack = shipped(&name);
        // An overlay's circuit is nearly its base's.
        let mut sheets = sheets(&pack, if name == "levels-of-need" { 1500 } else { 150 });
        sheets.extend(pack.cases.iter().map(|case| case.contact.facts.clone()));
        assert_eq!(analysis::agrees_with_engines(&pack, &sheets), Ok(()), "{name}");
    }
}

#[test]
fn propositions_say_what_the_engines_say_in_every_form() {
    let forms = [
        "f.p && f.q || !f.r",
        "known(f.p) || f.n > 3",
        "(f.p ?? f.q) && f.m == 2",
        "at_least(2, [f.p, f.q, f.r, f.n >= 4])",
        "if f.p { f.q } else { f.n < f.m }",
        "switch f.g { \"none\" => f.p, \"low\" => f.q, _ => f.r }",
        "reaches(f.g, \"medium\") && f.n + f.m > 7",
        "!(f.g == \"high\") && (f.p != f.q)",
    ];
    let conclusions = [
        ".route(EARLY_HELP)",
        ".route(STRATEGY_DISCUSSION).firm()",
        ".at_least(CHILD_AND_FAMILY_ASSESSMENT)",
        ".raise(1)",
        ".lower(1)",
        ".not_below(EARLY_HELP).rating(RED)",
        ".duty(MARAC)",
        ".outcome(ALLOCATED_WORKER)",
    ];
    for shift in 0..conclusions.len() {
        let rules: String = forms
            .iter()
            .enumerate()
            .map(|(at, form)| {
                rule(&format!("T-{at:02}"), form, conclusions[(at + shift) % conclusions.len()])
            })
            .collect();
        let pack = small(&rules).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(analysis::agrees_with_engines(&pack, &sheets(&pack, 1000)), Ok(()), "shift {shift}");
    }
}

/// The claims of one kind about a pack of these rules: the rules each is about, and its witness.
#[track_caller]
fn claims(rules: &[(&str, &str, &str)], kind: FindingKind, expect: &[(&str, &str)]) {
    let checked = check(&pack(rules), Limits::default());
    assert_eq!((&checked.unconfirmed, &checked.unsettled), (&Vec::new(), &Vec::new()));
    let found: Vec<(String, String)> = checked
        .claims
        .iter()
        .filter(|claim| claim.finding.kind == kind)
        .map(|claim| {
            let rules: Vec<&str> = claim.rules.iter().map(|rule| rule.as_str()).collect();
            (
                rules.join(" "),
                claim.witness.as_ref().map_or_else(String::new, |witness| witness.notes.clone()),
            )
        })
        .collect();
    let found: Vec<(&str, &str)> =
        found.iter().map(|(rules, notes)| (rules.as_str(), notes.as_str())).collect();
    assert_eq!(found, expect);
}

#[test]
fn a_rule_that_can_never_fire_is_named() {
    let rules = [("A", "f.n > 3 && f.n < 2", ".route(EARLY_HELP)"), ("B", "f.n > 3", ".route(EARLY_HELP)")];
    claims(&rules, FindingKind::NeverFires, &[("A", "")]);
}

#[test]
fn a_rule_that_a_stronger_one_always_covers_is_named() {
    let rules = [
        ("A", "f.n > 3", ".route(CHILD_AND_FAMILY_ASSESSMENT)"),
        ("B", "f.n > 5", ".route(EARLY_HELP)"),
        ("C", "f.n > 2", ".route(EARLY_HELP)"),
    ];
    claims(&rules, FindingKind::NeverDecides, &[("B", "n 6; everything else not known")]);
}

#[test]
fn rules_that_name_two_outcomes_for_one_case_clash() {
    let rules = [
        ("A", "f.p", ".outcome(ALLOCATED_WORKER)"),
        ("B", "f.q && !f.p", ".outcome(ALLOCATED_WORKER)"),
        ("C", "f.r", ".raise(1)"),
        ("D", "f.r == true", ".lower(1)"),
    ];
    claims(&rules, FindingKind::Clash, &[("C D", "r true; everything else not known")]);
}

#[test]
fn learning_a_risk_that_lowers_an_answer_is_shown() {
    let rules = [("A", "f.n < 2", ".route(EARLY_HELP)")];
    let expect = [("A", "n 0; everything else not known")];
    claims(&rules, FindingKind::NotMonotone, &expect);
    claims(&[("A", "f.n > 2 && f.p", ".route(EARLY_HELP)")], FindingKind::NotMonotone, &[]);
}

#[test]
fn facts_that_hide_a_strategy_discussion_are_listed_once_a_pack() {
    let rules = [
        ("A", "f.p && f.q", ".route(STRATEGY_DISCUSSION)"),
        ("B", "f.q", ".ask(POLICE)"),
        ("C", "f.r", ".route(STRATEGY_DISCUSSION)"),
    ];
    // Police hold p, and are asked when q is known; nobody asks for q or r.
    let checked = check(&pack(&rules), Limits::default());
    let claim = checked.claims.iter().find(|claim| claim.finding.kind == FindingKind::HiddenRisk).unwrap();
    let facts: Vec<&str> = claim.facts.iter().map(|fact| fact.as_str()).collect();
    assert_eq!(facts, ["q", "r"], "{}", claim.finding.message);
}

#[test]
fn a_gap_is_a_fully_known_case_on_which_nobody_speaks() {
    let gaps = |manifest: &str| {
        let rules = rule("A", "f.p", ".route(EARLY_HELP)");
        let own = folder("small", &[("manifest.json", manifest), ("facts.json", FACTS), ("a.rhai", &rules)]);
        let pack = RulePack::load(&PackFiles { chain: vec![own], broken_base: None }).unwrap();
        let checked = check(&pack, Limits::default());
        checked.claims.iter().filter(|claim| claim.finding.kind == FindingKind::Gap).count()
    };
    assert_eq!(gaps(MANIFEST), 0);
    assert_eq!(gaps(&MANIFEST.replace(", \"default_rating\": \"blue\"", "")), 2, "screening and decision");
}

#[test]
fn a_rule_left_to_the_interpreter_is_named() {
    let rules = [("A", "{ let n = 0; while n < f.n { n += 1; } n > 3 }", ".route(EARLY_HELP)")];
    let pack = pack(&rules);
    let residual = !pack.program().residual_rules().is_empty();
    let checked = check(&pack, Limits::default());
    assert_eq!(!checked.not_exact.is_empty(), residual);
    assert_eq!(checked.claims.iter().any(|claim| claim.finding.kind == FindingKind::NotExact), residual);
}

/// The small pack with a fact of too many values to tabulate, `income`, and these rules.
fn with_income(rules: &[(&str, &str, &str)]) -> RulePack {
    let income = r#"{ "id": "income", "group": "t", "type": "integer", "min": 0, "max": 2000000000, "unit": "pounds",
        "direction": "neither", "question": "?", "agencies": ["police"], "mark": "synthesised" }"#;
    let facts = FACTS.trim_end().trim_end_matches("] }").to_owned() + "," + income + "] }";
    let rules: String = rules.iter().map(|(id, condition, then)| rule(id, condition, then)).collect();
    let own = folder("small", &[("manifest.json", MANIFEST), ("facts.json", &facts), ("a.rhai", &rules)]);
    RulePack::load(&PackFiles { chain: vec![own], broken_base: None }).unwrap()
}

#[test]
fn nothing_is_claimed_of_cases_that_are_left_to_the_interpreter() {
    let rules = [
        ("SUM", "f.income % 7 == 3", ".route(EARLY_HELP)"),
        ("OVER", "f.income > 5", ".route(CHILD_AND_FAMILY_ASSESSMENT)"),
        ("AND", "f.p && f.income % 7 == 3", ".route(STRATEGY_DISCUSSION)"),
        ("WITHIN", "f.p && !f.p && f.income % 7 == 3", ".route(STRATEGY_DISCUSSION)"),
        ("NEVER", "f.p && !f.p", ".route(STRATEGY_DISCUSSION)"),
    ];
    let pack = with_income(&rules);
    let checked = check(&pack, Limits::default());
    let named: Vec<&str> = checked.not_exact.iter().map(|open| open.rule.as_str()).collect();
    assert_eq!(named, ["SUM", "AND", "WITHIN"]);
    // OVER fires only where income is known, and then SUM is left to the interpreter; still it can fire.
    let of = |kind: FindingKind| -> Vec<&str> {
        let claims = checked.claims.iter().filter(|claim| claim.finding.kind == kind);
        claims.flat_map(|claim| &claim.rules).map(mash_model::RuleId::as_str).collect()
    };
    assert_eq!(of(FindingKind::NeverFires), ["NEVER"]);
    assert_eq!(of(FindingKind::NeverDecides), Vec::<&str>::new());
    assert_eq!(checked.unconfirmed, Vec::<String>::new());

    let other = with_income(&rules[..3]);
    let found = difference(&pack, &other, Stage::Decision, Limits::default()).unwrap();
    assert_eq!((found.regions.len(), found.beyond), (0, Beyond::NothingCovered));
    // What differs where no rule asks is found all the same.
    let with_q = [rules[0], rules[1], rules[2], ("Q", "f.q", ".route(STRATEGY_DISCUSSION)")];
    let found = difference(&pack, &with_income(&with_q), Stage::Decision, Limits::default()).unwrap();
    assert!(!found.regions.is_empty());
    assert!(found.regions.iter().all(|region| region.facts.iter().any(|fact| fact.fact == *"q")));
    assert_eq!(found.beyond, Beyond::NothingCovered);
}

#[test]
fn claims_about_shipped_packs_are_confirmed_and_settled() {
    for name in shipped_packs() {
        let Checked { not_exact, unsettled, unconfirmed, .. } = check(&shipped(&name), Limits::default());
        assert!(not_exact.is_empty() && unsettled.is_empty() && unconfirmed.is_empty(), "{name}");
    }
}

#[test]
fn sixty_free_booleans_in_one_expression_get_an_answer() {
    let facts: Vec<String> = (0..60)
        .map(|at| {
            format!(
                "{{ \"id\": \"x{at}\", \"group\": \"t\", \"type\": \"bool\", \"direction\": \"risk\", \
                 \"question\": \"?\", \"agencies\": [\"police\"], \"mark\": \"synthesised\" }}"
            )
        })
        .collect();
    let facts = format!("{{ \"facts\": [{}] }}", facts.join(","));
    // Parity of sixty facts, which no short formula says; and two counts over pairs that share every fact.
    let parity = (1..60).map(|at| format!("odd = odd != f.x{at}; ")).collect::<String>();
    let parity = format!("{{ let odd = f.x0; {parity} odd }}");
    let pairs = |by: usize| -> String {
        let pairs: Vec<String> = (0..60).map(|at| format!("f.x{at} != f.x{}", (at + by) % 60)).collect();
        pairs.join(", ")
    };
    let rules = rule("A", &parity, ".route(EARLY_HELP)")
        + &*rule("B", &format!("at_least(45, [{}])", pairs(1)), ".route(EARLY_HELP)")
        + &*rule("C", &format!("at_least(45, [{}])", pairs(2)), ".route(CHILD_AND_FAMILY_ASSESSMENT)");
    let own = folder("small", &[("manifest.json", MANIFEST), ("facts.json", &facts), ("a.rhai", &rules)]);
    let pack = RulePack::load(&PackFiles { chain: vec![own], broken_base: None }).unwrap();
    let checked = check(&pack, Limits { conflicts: 500, ..Limits::default() });
    assert_eq!(checked.unconfirmed, Vec::<String>::new());
}

/// The regions between two packs at the decision hold what they claim, on random sheets and the packs' own cases.
#[track_caller]
fn holds(a: &RulePack, b: &RulePack, bound: usize) -> Beyond {
    let found = difference(a, b, Stage::Decision, Limits { regions: bound, ..Limits::default() }).unwrap();
    assert_eq!(found.unconfirmed, Vec::<String>::new());
    let mut tried = sheets(a, 3000);
    tried.extend(a.cases.iter().chain(&b.cases).map(|case| case.contact.facts.clone()));
    for sheet in tried {
        let answer = |pack: &RulePack| pack.answer(pack.interpreter(), Stage::Decision, &sheet);
        let (x, y) = (answer(a), answer(b));
        if x.contradiction.is_some() {
            continue;
        }
        let changes = changes((a, &x), (b, &y));
        if found.beyond == Beyond::Nothing {
            for change in &changes {
                let one = std::slice::from_ref(change);
                assert!(
                    found.regions.iter().any(|region| region.holds(one, &sheet)),
                    "{change:?} on {sheet:?}"
                );
            }
        }
    }
    found.beyond
}

#[test]
fn differences_of_shipped_packs_cover_every_change() {
    let base = shipped("levels-of-need");
    for name in ["repeat-contacts-tightened", "domestic-abuse-standard-to-early-help", "neglect-earlier"] {
        assert_eq!(holds(&base, &shipped(name), 200), Beyond::Nothing, "{name}");
    }
}

#[test]
fn a_renumbered_pack_is_proved_to_be_no_different_whatever_the_bound() {
    let (a, b) = (shipped("levels-of-need"), shipped("levels-of-need-s17-at-4"));
    for stage in Stage::ALL {
        let found = difference(&a, &b, stage, Limits { regions: 0, ..Limits::default() }).unwrap();
        assert_eq!((found.regions.len(), found.beyond), (0, Beyond::Nothing), "{}", stage.id());
    }
}

#[test]
fn one_moved_threshold_is_one_region() {
    let a = pack(&[("A", "f.n >= 3", ".route(EARLY_HELP)")]);
    let b = pack(&[("A", "f.n >= 5", ".route(EARLY_HELP)")]);
    let found = difference(&a, &b, Stage::Decision, Limits::default()).unwrap();
    assert_eq!(found.beyond, Beyond::Nothing);
    let [region] = found.regions.as_slice() else { panic!("{:?}", found.regions) };
    let facts: Vec<(&str, &[String])> =
        region.facts.iter().map(|fact| (fact.fact.as_str(), fact.values.as_slice())).collect();
    assert_eq!(facts, [("n", ["3 to 4".to_owned()].as_slice())]);
    let expect = Change::Route { from: "early_help".into(), to: "no_further_action".into() };
    assert_eq!((&region.change, region.witness.smallest), (&expect, true));
}

#[test]
fn more_remain_when_the_bound_is_met() {
    let a = pack(&[("A", "f.p || f.q", ".route(EARLY_HELP)")]);
    let b = pack(&[("A", "f.r", ".route(EARLY_HELP)")]);
    let found = difference(&a, &b, Stage::Decision, Limits { regions: 1, ..Limits::default() }).unwrap();
    assert_eq!((found.regions.len(), found.beyond), (1, Beyond::More));
}

#[test]
fn packs_whose_facts_mean_different_things_are_not_compared() {
    let rules = rule("A", "f.n > 3", ".route(EARLY_HELP)");
    let facts = FACTS.replacen("\"max\": 20", "\"max\": 30", 1);
    let own = folder("small", &[("manifest.json", MANIFEST), ("facts.json", &facts), ("a.rhai", &rules)]);
    let b = RulePack::load(&PackFiles { chain: vec![own], broken_base: None }).unwrap();
    let error = difference(&small(&rules).unwrap(), &b, Stage::Decision, Limits::default()).unwrap_err();
    assert!(error.to_string().contains("fact `n` is a whole number of times from 0 to 20"), "{error}");
}

/// A Python that has Z3: the one under `target/` that `cargo xtask test` makes, or the one on the path.
fn python() -> Option<Command> {
    let own = root().join("target/venv/bin/python3");
    let candidates = [own, "python3".into()];
    let works = |python: &std::path::PathBuf| {
        Command::new(python).args(["-c", "import z3"]).output().is_ok_and(|output| output.status.success())
    };
    candidates.into_iter().find(works).map(Command::new)
}

#[test]
fn another_solver_agrees_on_every_question() {
    let Some(mut python) = python() else {
        println!("skipped: no python3 with z3; `cargo xtask test` installs it");
        return;
    };
    let (a, b) = (shipped("levels-of-need"), shipped("neglect-earlier"));
    let (found, record) = analysis::recorded(&a, &b, Stage::Decision, Limits::default()).unwrap();
    assert_eq!(found.beyond, Beyond::Nothing);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("questions.txt");
    std::fs::write(&path, record).unwrap();
    let output = python.arg(root().join("tests/solver_agrees.py")).arg(&path).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("Z3 agrees"), "{said}{output:?}");
}
