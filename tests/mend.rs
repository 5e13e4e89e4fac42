//! `check --fix`: what is certain is mended, what is not is left, and no other byte changes.

use mash_rules::{FindingKind, PackFiles, PackFolder, mend::mend};
use mash_tests_support::{FACTS, MANIFEST, folder, rule};
use proptest::prelude::*;

const CASE: &str = r#"{ "cases": [
  { "id": "c1", "title": "t", "restates": "T-01", "source": "police", "received": "2026-05-01T09:00:00",
    "facts": { "p": true, "n": 3, "g": "high" }, "not_known": ["q"],
    "expect": { "route": "early_help", "rating": "green", "fired": ["T-01"], "duties": [] } }
] }"#;

/// The small pack, with the manifest of an overlay on it where there is one.
fn files(own: PackFolder) -> PackFiles {
    let overlays = own.files.get("manifest.json").is_some_and(|text| text.contains("\"base\""));
    let base = overlays.then(|| {
        let rules = rule("", "f.n >= threshold::many_times");
        let thresholds = r#"{ "many_times": { "title": "t", "values": [
            { "from": "2026-01-01", "value": 3, "unit": "times", "source": { "title": "t" } } ] } }"#;
        folder(
            "small",
            &[
                ("manifest.json", MANIFEST),
                ("facts.json", FACTS),
                ("thresholds.json", thresholds),
                ("rules.rhai", &rules),
            ],
        )
    });
    PackFiles { chain: std::iter::once(own).chain(base).collect(), broken_base: None }
}

fn small(name: &str, text: &str) -> PackFiles {
    let mut own = folder(
        "small",
        &[("manifest.json", MANIFEST), ("facts.json", FACTS), ("rules.rhai", &rule("", "f.p"))],
    );
    own.files.insert(name.to_owned(), text.to_owned());
    files(own)
}

/// A file of the small pack as mending leaves it, given how it was.
#[track_caller]
fn check_file(name: &str, text: &str, expect: &str) {
    let mended = mend(small(name, text));
    assert_eq!(mended.files.chain[0].files[name], expect, "{:?}", mended.loaded.err());
    assert_eq!(mended.fixed.is_empty(), text == expect, "{:?}", mended.fixed);
}

/// The condition of a rule.
#[track_caller]
fn check(condition: &str, expect: &str) {
    check_file("rules.rhai", &rule("", condition), &rule("", expect));
}

/// A piece of the rule's statement.
#[track_caller]
fn check_part(part: &str, wrong: &str) {
    let right = rule("", "f.p");
    assert!(right.contains(part), "{part}");
    check_file("rules.rhai", &right.replace(part, wrong), &right);
}

/// A piece of a JSON file of the pack.
#[track_caller]
fn check_json(name: &str, part: &str, wrong: &str, mends: bool) {
    let right = match name {
        "manifest.json" => MANIFEST,
        "facts.json" => FACTS,
        _ => CASE,
    };
    let bad = right.replacen(part, wrong, 1);
    assert_ne!(bad, right, "{part}");
    check_file(name, &bad, if mends { right } else { &bad });
}

#[test]
fn names_one_slip_away_are_mended() {
    for (wrong, right) in [
        ("f.dash_grad == \"high\"", "f.dash_grade == \"high\""),
        ("f.DASH_grade == \"high\"", "f.dash_grade == \"high\""),
        ("f.g == \"hihg\"", "f.g == \"high\""),
        ("f.g == \"High\"", "f.g == \"high\""),
        ("f.g in [\"low\", \"mdium\"]", "f.g in [\"low\", \"medium\"]"),
        ("reachs(f.g, \"hihg\")", "reaches(f.g, \"high\")"),
    ] {
        check(wrong, right);
    }
    check_part(".because(", ".becuase(");
    check_part("route(EARLY_HELP)", "route(EARLY_help)");
    check_part("route(EARLY_HELP)", "route(EARLY_HLEP)");
    check_part("route(EARLY_HELP)", "route(\"early_help\")");
    check_part(
        "route(EARLY_HELP)",
        "route ( \"Early help\" )".replace(" ( ", "(").replace(" )", ")").as_str(),
    );
    check_file(
        "rules.rhai",
        &rule("", "f.p")
            .replace("\"doc\"", "\"DOC\"")
            .replace(".route", ".duty(\"marac\").ask(\"police\").route"),
        &rule("", "f.p").replace(".route", ".duty(MARAC).ask(POLICE).route"),
    );
}

#[test]
fn what_may_have_been_meant_otherwise_is_left() {
    for condition in [
        // No known name is near, or two are, or a number differs.
        "f.nothing_of_the_kind",
        "f.previous_contacts_6m == 1",
        "threshold::nothing > 1",
        // A variable of the rule's own may be meant.
        "{ let marak = 3; maraac > 2 }",
        // A text that spells no value.
        "f.p == \"yes\"",
        "f.n == \"03\"",
        "f.n == \"30\"",
        // Nothing says which of the two sides is wrong.
        "f.n == true",
        "reaches(f.p, \"low\")",
        "f.sex == \"F\"",
    ] {
        check(condition, condition);
    }
}

#[test]
fn order_between_grades_is_said_in_grades() {
    for (wrong, right) in [
        ("f.g >= \"medium\"", "reaches(f.g, \"medium\")"),
        ("f.g < \"medium\"", "!reaches(f.g, \"medium\")"),
        ("f.g > \"low\"", "reaches(f.g, \"medium\")"),
        ("f.g <= \"low\"", "!reaches(f.g, \"medium\")"),
        ("\"medium\" <= f.g", "reaches(f.g, \"medium\")"),
        ("\"medium\" > f.g && f.p", "!reaches(f.g, \"medium\") && f.p"),
        ("f.p && f.g\n  >=\n  \"medium\"", "f.p && reaches(f.g, \"medium\")"),
        ("f.g >= \"mdium\"", "reaches(f.g, \"medium\")"),
        // No grade stands above the highest, and nothing is said of brackets or other forms.
        ("f.g > \"high\"", "f.g > \"high\""),
        ("(f.g) >= \"low\"", "(f.g) >= \"low\""),
    ] {
        check(wrong, right);
    }
}

/// The mended comparison holds where the grade is as the operator says, and is not known where the grade is not.
#[test]
fn a_mended_comparison_means_what_its_operator_says() {
    let grades = ["none", "low", "medium", "high"];
    for operator in [">=", "<", ">", "<="] {
        for (bound, grade) in grades.iter().enumerate() {
            let mended = mend(small("rules.rhai", &rule("", &format!("f.g {operator} \"{grade}\""))));
            let Ok(pack) = mended.loaded else {
                assert!(*grade == "high" && [">", "<="].contains(&operator), "{operator} {grade}");
                continue;
            };
            for (rank, known) in grades.iter().enumerate() {
                let holds = match operator {
                    ">=" => rank >= bound,
                    "<" => rank < bound,
                    ">" => rank > bound,
                    _ => rank <= bound,
                };
                let facts = mash_tests_support::facts(&pack, &format!("{{ \"g\": \"{known}\" }}"));
                let marks = pack.marks(pack.interpreter(), mash_model::Stage::Decision, &facts);
                assert_eq!(marks.fired.len(), usize::from(holds), "{known} {operator} {grade}");
            }
            let nothing = mash_tests_support::facts(&pack, "{}");
            let marks = pack.marks(pack.interpreter(), mash_model::Stage::Decision, &nothing);
            assert_eq!(marks.undetermined.len(), 1, "{operator} {grade}");
        }
    }
}

#[test]
fn a_number_or_switch_in_quotes_loses_them() {
    check("f.n == \"3\"", "f.n == 3");
    check("f.n in [\"3\", 4]", "f.n in [3, 4]");
    check("f.p == \"true\"", "f.p == true");
    check_json("cases/a.json", "\"n\": 3", "\"n\": \"3\"", true);
    check_json("cases/a.json", "\"p\": true", "\"p\": \"true\"", true);
    check_json("cases/a.json", "\"p\": true", "\"p\": \"yes\"", false);
    check_json("manifest.json", "\"early_help\": 2", "\"early_help\": \"2\"", true);
}

#[test]
fn words_and_signs_of_other_programs_are_mended() {
    check("f.p and (f.q or f.r)", "f.p && (f.q || f.r)");
    check("f.n === 3 && f.m !== 4", "f.n == 3 && f.m != 4");
    check("f.g == “high” &&\u{a0}f.p", "f.g == \"high\" && f.p");
    // Rhai stops at these too, and nobody can say what was meant.
    check("f.g == “high\"", "f.g == “high\"");
    check("not f.p", "not f.p");
}

#[test]
fn json_is_mended_where_it_stands() {
    check_json("manifest.json", "\"outcomes\"", "\"outcome\"", true);
    check_json("manifest.json", "\"outcomes\"", "\"results\"", false);
    check_json("manifest.json", "\"strategy_discussion\": 4", "\"strategy_discusion\": 4", true);
    check_json("manifest.json", "\"default_rating\": \"green\"", "\"default_rating\": \"grene\"", true);
    check_json("manifest.json", "\"timescale\": null }", "\"timescale\": null, }", true);
    check_json("facts.json", "\"ordinal\"", "\"ordnal\"", true);
    check_json("facts.json", "\"police\"", "\"polise\"", true);
    check_json("cases/a.json", "\"g\": \"high\"", "\"g\": \"hihg\"", true);
    check_json("cases/a.json", "\"route\": \"early_help\"", "\"route\": \"erly_help\"", true);
    check_json("cases/a.json", "\"rating\": \"green\"", "\"rating\": \"Green\"", true);
    check_json("cases/a.json", "\"fired\": [\"T-01\"]", "\"fired\": [\"t-01\"]", true);
    check_json("cases/a.json", "\"fired\": [\"T-01\"]", "\"fired\": [\"T-02\"]", false);
    check_json("cases/a.json", "\"restates\": \"T-01\"", "\"restates\": \"T 01\"", true);
    check_json("cases/a.json", "\"not_known\": [\"q\"]", "\"not_known\": [\"Q\"]", true);
    // The right name stands there already: which of the two values holds, nobody can say.
    check_json("cases/a.json", "\"p\": true", "\"p\": true, \"P\": false", false);
}

#[test]
fn an_overlay_is_mended_and_its_base_is_not() {
    let overlay = |rest: &str| {
        let manifest =
            format!(r#"{{ "id": "over", "title": "Over", "version": "1", "base": "../small", {rest} }}"#);
        mend(files(folder("over", &[("manifest.json", &manifest)])))
    };
    let mended = overlay(r#""set": { "many_tims": 4 }, "remove": ["t-01"]"#);
    let text = &mended.files.chain[0].files["manifest.json"];
    assert!(text.contains(r#""set": { "many_times": 4 }, "remove": ["T-01"]"#), "{text}");
    assert!(mended.loaded.is_ok(), "{:?}", mended.loaded.err());

    let own = folder(
        "over",
        &[("manifest.json", r#"{ "id": "over", "title": "Over", "version": "1", "base": "../small" }"#)],
    );
    let mut broken = files(own);
    let base = broken.chain[1].clone();
    let text = base.files["rules.rhai"].replace("many_times", "many_tmes");
    broken.chain[1].files.insert("rules.rhai".to_owned(), text);
    let before = broken.clone();
    let mended = mend(broken);
    let error = mended.loaded.unwrap_err();
    assert!(error.findings.iter().any(|finding| finding.fix.is_some()), "the base's own check mends it");
    assert_eq!(mended.files, before);
    assert!(mended.fixed.is_empty());
}

#[test]
fn where_the_definition_may_be_the_slip_nothing_is_renamed() {
    let facts = FACTS.replace("\"id\": \"g\"", "\"id\": \"grdae_of_risk\"");
    let twice = rule("", "f.grade_of_risk == \"high\" || f.grade_of_risk == \"medium\"");
    let mut files = small("facts.json", &facts);
    files.chain[0].files.insert("rules.rhai".to_owned(), twice);
    assert_eq!(mend(files.clone()).files, files);
    // The same where only their case differs.
    let mut cased = small("manifest.json", &MANIFEST.replace("\"doc\"", "\"dOc\""));
    cased.chain[0].files.insert("more.rhai".to_owned(), rule("", "f.q").replace("T-01", "T-02"));
    assert_eq!(mend(cased.clone()).files, cased);
    // Once against once: the definition counts.
    files.chain[0].files.insert("rules.rhai".to_owned(), rule("", "f.grade_of_risk == \"high\""));
    assert_eq!(mend(files).fixed.len(), 1);
    // The shipped dictionary is right, however often a rule is wrong.
    check(
        "f.dash_grad == \"high\" || f.dash_grad == \"medium\"",
        "f.dash_grade == \"high\" || f.dash_grade == \"medium\"",
    );
}

#[test]
fn an_unused_threshold_is_only_named() {
    let thresholds = r#"{ "spare": { "title": "t", "values": [
        { "from": "2026-01-01", "value": 3, "source": { "title": "t" } } ] } }"#;
    check_file("thresholds.json", thresholds, thresholds);
    let mended = mend(small("thresholds.json", thresholds));
    assert_eq!(mended.loaded.unwrap().warnings[0].kind, FindingKind::Unused);
}

#[test]
fn line_ends_and_byte_order_marks_stay() {
    let dressed = |text: &str| format!("\u{feff}{}", text.replace('\n', "\r\n"));
    let wrong = rule("// é\n", "f.p and\n f.g >= \"hihg\" && f.dash_grad == \"é\"");
    let right = rule("// é\n", "f.p &&\n reaches(f.g, \"high\") && f.dash_grade == \"é\"");
    check_file("rules.rhai", &dressed(&wrong), &dressed(&right));
    let first = "fn a(f) { f.p and f.q }";
    check_file("rules.rhai", &format!("\u{feff}{first}"), &format!("\u{feff}{}", first.replace("and", "&&")));
    check_file("manifest.json", &dressed(&MANIFEST.replace("outcomes", "outcome")), &dressed(MANIFEST));
    check_file("cases/a.json", &dressed(&CASE.replace("\"p\"", "\"P\"")), &dressed(CASE));
}

/// The files that a pack of this kind may have wrong, and the texts they start from.
fn starting_points() -> Vec<(&'static str, String)> {
    let rules = rule(
        "fn often(f, times) { f.n >= times }\n",
        "f.p && often(f, 3) || reaches(f.g, \"medium\") && f.dash_grade in [\"medium\", \"high\"] && f.m > 2",
    );
    vec![
        ("rules.rhai", rules),
        ("manifest.json", MANIFEST.to_owned()),
        ("facts.json", FACTS.to_owned()),
        ("cases/a.json", CASE.to_owned()),
    ]
}

/// One slip of the keyboard at a place of a text: a letter twice, left out, changed, or two that change places.
fn slip(text: &str, at: usize, kind: u8, letter: char) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let at = at % (letters.len() - 1);
    match kind % 5 {
        0 => letters.insert(at, letter),
        1 => drop(letters.remove(at)),
        2 => letters[at] = letter,
        3 => letters.swap(at, at + 1),
        _ => {
            letters[at] = if letters[at].is_uppercase() {
                letters[at].to_ascii_lowercase()
            } else {
                letters[at].to_ascii_uppercase()
            }
        }
    }
    letters.into_iter().collect()
}

/// Files of a pack that do not parse.
fn unparsed(files: &PackFiles) -> Vec<String> {
    let loaded = mash_rules::RulePack::load(files);
    let findings = mash_rules::mend::findings_of(&loaded).iter();
    let unparsed = findings.filter(|finding| {
        matches!(
            finding.kind,
            FindingKind::Json | FindingKind::Syntax | FindingKind::File | FindingKind::Base
        ) || finding.message.starts_with("unknown name")
    });
    unparsed.map(|finding| finding.at.file.clone()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    /// Up to three slips in one file: mending never breaks a file that parsed, mending again changes nothing, and the
    /// fixes that a finding carries are what mending does.
    #[test]
    fn mending_never_breaks_a_pack_and_is_done_at_once(
        file in 0_usize..4,
        slips in prop::collection::vec((any::<usize>(), any::<u8>(), prop::char::range('a', 'z')), 1..4),
    ) {
        let (name, text) = starting_points().swap_remove(file);
        let text = slips.iter().fold(text, |text, (at, kind, letter)| slip(&text, *at, *kind, *letter));
        let before = small(name, &text);
        let mended = mend(before.clone());
        if unparsed(&before).is_empty() {
            prop_assert_eq!(unparsed(&mended.files), Vec::<String>::new(), "{}", mended.files.chain[0].files[name]);
        }
        let again = mend(mended.files.clone());
        prop_assert!(again.fixed.is_empty(), "{:?}", again.fixed.first());
        prop_assert_eq!(&again.files, &mended.files);
    }

    /// One slip: a pack that loads once mended says what it said before the slip, or follows it where it stands in the
    /// definition of a name.
    #[test]
    fn one_slip_is_mended_to_what_was_meant(
        file in 0_usize..4,
        at in any::<usize>(),
        kind in any::<u8>(),
        letter in prop::char::range('a', 'z'),
    ) {
        let (name, text) = starting_points().swap_remove(file);
        let slipped = slip(&text, at, kind, letter);
        let mended = mend(small(name, &slipped));
        if !mended.fixed.is_empty() && mended.loaded.is_ok() {
            let found = &mended.files.chain[0].files[name];
            let (meant, written) = words(&text).zip(words(&slipped)).find(|(a, b)| a != b).unwrap_or_default();
            let follows = words(found).zip(words(&text)).all(|(found, was)| found == was || (found, was) == (written, meant));
            prop_assert!(follows || spaceless(found) == spaceless(&text), "{written}: {found}");
        }
    }
}

/// A text without its spaces: a space that slipped into a name leaves its old place empty.
fn spaceless(text: &str) -> String {
    text.split_whitespace().collect()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
}
