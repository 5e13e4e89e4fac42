//! What a rule author sees when a pack is wrong: all errors at once, each with file, line, column and mend.

use mash_rules::{BrokenBase, FindingKind, PackFiles, RulePack};
use mash_tests_support::{FACTS, MANIFEST, folder, rule, small};

/// Findings as `KIND line:column message (mend)`.
fn findings(rules: &str) -> Vec<String> {
    match small(rules) {
        Ok(_) => Vec::new(),
        Err(error) => error
            .findings
            .iter()
            .map(|finding| {
                let mend = finding.mend.as_deref().unwrap_or("");
                format!(
                    "{} {}:{} {} ({mend})",
                    finding.kind.id(),
                    finding.at.line,
                    finding.at.column,
                    finding.message
                )
            })
            .collect(),
    }
}

#[track_caller]
fn check(condition: &str, expect: &str) {
    let found = findings(&rule("", condition));
    assert!(found.iter().any(|finding| finding.contains(expect)), "{condition}: {found:?}");
}

#[test]
fn unknown_names_come_with_did_you_mean() {
    check("f.dash_grad == \"high\"", "unknown fact `dash_grad` (did you mean `dash_grade`?)");
    check("threshold::nothing > 1", "unknown threshold `nothing`");
    check("nown(f.p)", "unknown function `nown` (did you mean `known`?)");
    check("f.sex == \"F\"", "a rule may not read the characteristic `sex`");
}

#[test]
fn types_and_ranges_are_checked_where_they_stand() {
    check("f.p == \"yes\"", "fact `p` is never \"yes\" (it is true or false)");
    check("f.n > 30", "30 is outside the range of fact `n`");
    check("f.g == \"hihg\"", "\"hihg\" is not a value of fact `g` (did you mean `high`?)");
    check("f.g in [\"low\", \"mdium\"]", "\"mdium\" is not a value of fact `g`");
    check("f.g >= \"low\"", "compares letters, not grades");
    check("reaches(f.g, \"highest\")", "\"highest\" is not a value of fact `g`");
    check("reaches(f.p, \"low\")", "`reaches` needs an ordinal fact");
    check("f.n == true", "fact `n` is never true");
}

#[test]
fn names_of_routes_ratings_and_methods_come_with_did_you_mean() {
    let text = rule("", "f.p").replace("EARLY_HELP", "EARLY_HLEP");
    assert!(findings(&text)[0].contains("unknown name `EARLY_HLEP` (did you mean `EARLY_HELP`?)"));
    let text = rule("", "f.p").replace(".because(", ".becuase(");
    let found = findings(&text).join("\n");
    assert!(found.contains("unknown part or function `becuase` (did you mean `because`?)"), "{found}");
    let text = rule("", "f.p").replace("route(EARLY_HELP)", "route(RED)");
    assert!(findings(&text)[0].contains("`red` is no route"));
}

#[test]
fn everything_wrong_is_reported_at_once() {
    let text = format!(
        "{}{}",
        rule("", "f.pp && f.qq"),
        "rule(\"T-02\", \"t\").when(|f| f.p).because(\"b\");\nlet x = 1;\n"
    );
    let found = findings(&text);
    for expect in ["`pp`", "`qq`", "no source", "no `.plain", "concludes nothing", "top-level `let`"] {
        assert!(found.iter().any(|finding| finding.contains(expect)), "{expect}: {found:?}");
    }
}

#[test]
fn places_are_exact() {
    let text = "\n\nrule(\"T-01\", \"t\")\n    .source(\"doc\", \"1\")\n    .when(|f| f.p && f.oops)\n    .route(EARLY_HELP)\n    .because(\"b\").plain(\"p\").family_may_be_told(true);";
    let error = small(text).unwrap_err();
    let finding = error.findings.iter().find(|finding| finding.kind == FindingKind::UnknownFact).unwrap();
    assert_eq!((finding.at.file.as_str(), finding.at.line, finding.at.column), ("small/rules.rhai", 5, 24));
}

#[test]
fn syntax_errors_are_placed() {
    let found = findings("rule(\"T-01\", \"t\")\n  .when(|f| f.p &&)\n;");
    assert!(found[0].starts_with("MASH003 2:"), "{found:?}");
}

#[test]
fn scripts_reach_nothing_outside() {
    for text in ["import \"x\" as y;", "eval(\"1\");", "print(\"x\");", "sleep(1);", "timestamp();"] {
        assert!(!findings(text).is_empty(), "{text}");
    }
    check("eval(\"true\")", "MASH003");
    check("timestamp() == 1", "unknown function `timestamp`");
}

#[test]
fn an_endless_loop_at_the_top_of_a_file_is_refused() {
    assert!(!findings("loop { }").is_empty());
    assert!(!findings("fn spin() { loop { } }\nspin();").is_empty());
}

#[test]
fn two_rules_or_functions_of_one_name_are_refused() {
    let twice = format!("{}{}", rule("", "f.p"), rule("", "f.q"));
    assert!(findings(&twice)[0].contains("rule `T-01` is declared twice"));
    let own = folder(
        "small",
        &[
            ("manifest.json", MANIFEST),
            ("facts.json", FACTS),
            ("a.rhai", "fn same(f) { f.p }"),
            ("b.rhai", "fn same(f) { f.q }"),
        ],
    );
    let error = RulePack::load(&PackFiles { chain: vec![own], broken_base: None }).unwrap_err();
    assert!(error.to_string().contains("function `same` is defined in `small/a.rhai` too"), "{error}");
}

fn overlay(manifest: &str, rules: &str) -> Result<RulePack, mash_rules::PackError> {
    let floor = MANIFEST
        .replace("\"id\": \"small\"", "\"id\": \"floor\"")
        .replace("\"owner\"", "\"floor\": true, \"owner\"");
    let base = folder(
        "floor",
        &[("manifest.json", &floor), ("facts.json", FACTS), ("rules.rhai", &rule("", "f.p"))],
    );
    let own = folder("over", &[("manifest.json", manifest), ("rules.rhai", rules)]);
    RulePack::load(&PackFiles { chain: vec![own, base], broken_base: None })
}

const OVER: &str = r#"{ "id": "over", "title": "Over", "version": "1", "base": "../floor" }"#;

#[test]
fn a_floor_rule_cannot_be_removed_or_replaced_and_both_are_named() {
    let removing = OVER.replace("\"version\"", "\"remove\": [\"T-01\"], \"version\"");
    let error = overlay(&removing, "").unwrap_err();
    assert!(
        error.to_string().contains("pack `over` would remove rule `T-01` of the statutory floor `floor`"),
        "{error}"
    );
    let error = overlay(OVER, &rule("", "f.p && f.q")).unwrap_err();
    assert!(
        error.to_string().contains("rule `T-01` would take the place of rule `T-01` of the statutory floor"),
        "{error}"
    );
    assert_eq!(error.findings[0].related.as_ref().unwrap().file, "floor/rules.rhai");
}

#[test]
fn an_overlay_cannot_reorder_routes_beneath_the_floor() {
    let routes = MANIFEST.split("\"routes\": [").nth(1).unwrap().split("],").next().unwrap();
    let mut lines: Vec<&str> = routes.trim().split("},").collect();
    lines.reverse();
    let reversed = lines.iter().map(|l| l.trim().trim_end_matches('}')).collect::<Vec<_>>().join("},") + "}";
    let manifest = OVER.replace("\"version\"", &format!("\"routes\": [{reversed}], \"version\""));
    let error = overlay(&manifest, "").unwrap_err();
    assert!(error.to_string().contains("leave out or reorder"), "{error}");
}

#[test]
fn lowering_cannot_beat_the_floor() {
    let lowering = "rule(\"L-01\", \"t\").source(\"doc\", \"1\").when(|f| f.q).lower(1).because(\"b\").plain(\"p\").family_may_be_told(true);";
    let pack = overlay(OVER, lowering).unwrap();
    let answer = pack.answer(
        pack.interpreter(),
        mash_model::Stage::Decision,
        &mash_tests_support::facts(&pack, r#"{"p": true, "q": true}"#),
    );
    assert_eq!(pack.manifest.routes[answer.folded.route].id.as_str(), "early_help");
}

#[test]
fn base_packs_that_lead_back_to_themselves_are_refused() {
    let own = folder("over", &[("manifest.json", OVER)]);
    let files = PackFiles { chain: vec![own], broken_base: Some(BrokenBase::Cycle("over".to_owned())) };
    let error = RulePack::load(&files).unwrap_err();
    assert!(error.to_string().contains("base packs lead back to themselves"), "{error}");
}

#[test]
fn malformed_json_is_placed_with_did_you_mean() {
    let manifest = MANIFEST.replace("\"outcomes\"", "\"outcome\"");
    let own = folder("small", &[("manifest.json", &manifest)]);
    let error = RulePack::load(&PackFiles { chain: vec![own], broken_base: None }).unwrap_err();
    assert!(error.to_string().contains("unknown field `outcome`"), "{error}");
    assert!(error.to_string().contains("did you mean `outcomes`?"), "{error}");
}
