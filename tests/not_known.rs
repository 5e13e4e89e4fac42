//! Not known is a value: the truth tables of `docs/rule-authoring.md`, and everything around them.

use mash_model::{FactSheet, Stage};
use mash_rules::{Evaluator, RulePack};
use mash_tests_support::{facts, rule, small};

/// What became of the one rule, which both engines must agree on: `true`, `false`, `? needs`, or `! message`.
fn answer(functions: &str, condition: &str, known: &str) -> String {
    let pack = small(&rule(functions, condition)).unwrap_or_else(|error| panic!("{condition}: {error}"));
    let sheet = facts(&pack, known);
    let by_interpreter = answer_of(&pack, pack.interpreter(), &sheet);
    let by_circuit = answer_of(&pack, &pack.compiled(), &sheet);
    assert_eq!(by_interpreter, by_circuit, "{functions} {condition} over {known}: the engines differ");
    by_interpreter
}

fn answer_of(pack: &RulePack, engine: &dyn Evaluator, sheet: &FactSheet) -> String {
    let marks = pack.marks(engine, Stage::Decision, sheet);
    if let Some(failed) = marks.failed.first() {
        return format!("! {}", failed.message);
    }
    if let Some((_, needs)) = engine.needs(&marks.undetermined, sheet).first() {
        let facts = needs.iter().filter_map(|&slot| pack.dictionary.get(slot));
        return format!("? {}", facts.map(|fact| fact.id.as_str()).collect::<Vec<_>>().join(" "));
    }
    (!marks.fired.is_empty()).to_string()
}

#[track_caller]
fn check(condition: &str, known: &str, expect: &str) {
    assert_eq!(answer("", condition, known), expect, "{condition} over {known}");
}

#[track_caller]
fn check_with(functions: &str, condition: &str, known: &str, expect: &str) {
    assert_eq!(answer(functions, condition, known), expect, "{functions} {condition} over {known}");
}

#[test]
fn and_or_follow_the_truth_table() {
    // Value of p, value of q, p && q, p || q.
    let table = [
        (Some(true), Some(true), "true", "true"),
        (Some(true), Some(false), "false", "true"),
        (Some(true), None, "? q", "true"),
        (Some(false), Some(true), "false", "true"),
        (Some(false), Some(false), "false", "false"),
        (Some(false), None, "false", "? q"),
        (None, Some(true), "? p", "true"),
        (None, Some(false), "false", "? p"),
        (None, None, "? p q", "? p q"),
    ];
    for (p, q, and, or) in table {
        let mut known = serde_json::Map::new();
        for (name, value) in [("p", p), ("q", q)] {
            if let Some(value) = value {
                known.insert(name.to_owned(), value.into());
            }
        }
        let known = serde_json::Value::Object(known).to_string();
        check("f.p && f.q", &known, and);
        check("f.p || f.q", &known, or);
    }
}

#[test]
fn strict_forms_are_not_known_at_the_first_fact_not_known() {
    for condition in [
        "f.n == 3",
        "f.n + 1 > 2",
        "!f.p",
        "f.g in [\"low\", \"high\"]",
        "f.n == ()",
        "f.p == ()",
        "if f.p { true } else { true }",
        "switch f.g { \"low\" => true, _ => true }",
        "switch 3 { 3 if f.p => true, _ => true }",
        "{ let x = f.n; true }",
        "`${f.g}` == \"low\"",
        "f.g.len() > 0",
        "reaches(f.g, \"low\")",
        "type_of(f.n) == \"i64\"",
    ] {
        let needs = match condition {
            c if c.contains("f.n") => "? n",
            c if c.contains("f.g") => "? g",
            _ => "? p",
        };
        check(condition, "{}", needs);
    }
    check("f.n > f.m", "{}", "? n");
    check("f.n > f.m", r#"{"n": 3}"#, "? m");
}

#[test]
fn known_and_coalesce_settle() {
    check("known(f.p)", "{}", "false");
    check("known(f.p)", r#"{"p": false}"#, "true");
    check("known(f.p && f.q)", r#"{"p": false}"#, "true");
    check("!known(f.p) && f.q", r#"{"q": true}"#, "true");
    check("f.p ?? true", "{}", "true");
    check("f.p ?? true", r#"{"p": false}"#, "false");
    check("(f.n ?? 7) > 6", "{}", "true");
    check("(f.n > 3) ?? f.p", "{}", "? p n");
    check("f.p ?? f.q", r#"{"q": true}"#, "true");
}

#[test]
fn at_least_counts_what_still_could_be() {
    let of = |known: &str, expect: &str| check("at_least(2, [f.p, f.q, f.r])", known, expect);
    of("{}", "? p q r");
    of(r#"{"p": true}"#, "? q r");
    of(r#"{"p": true, "q": false}"#, "? r");
    of(r#"{"p": false, "q": false}"#, "false");
    of(r#"{"p": false, "r": false}"#, "false");
    of(r#"{"p": true, "r": true}"#, "true");
    of(r#"{"p": true, "q": false, "r": false}"#, "false");
    check("at_least(0, [f.p])", "{}", "true");
    check("at_least(4, [f.p, f.q, f.r])", "{}", "false");
    check("at_least(f.n, [f.p])", r#"{"p": true}"#, "? n");
}

#[test]
fn an_error_after_a_not_known_operand_leaves_the_expression_not_known() {
    check("f.p && 1 / 0 == 1", "{}", "? p");
    check("1 / 0 == 1 && f.p", "{}", "! division by zero: 1 / 0");
    check("f.p && 1 / 0 == 1 && f.q", r#"{"q": false}"#, "false");
    check("f.p || 1 / 0 == 1 || f.q", r#"{"q": true}"#, "true");
    check("f.n + 1 / 0 > 1", "{}", "? n");
    check("1 / 0 + f.n > 1", "{}", "! division by zero: 1 / 0");
    check("at_least(2, [f.p, 1 / 0 == 1, f.q])", r#"{"q": true}"#, "? p");
    check("f.p && f.n", r#"{"n": 1}"#, "? p");
    check("f.q && f.n", r#"{"q": true, "n": 1}"#, "! data type incorrect: i64 (expecting bool)");
}

#[test]
fn operands_stop_at_the_first_that_settles() {
    check("f.p && 1 / 0 == 1", r#"{"p": false}"#, "false");
    check("f.p || 1 / 0 == 1", r#"{"p": true}"#, "true");
}

#[test]
fn try_cannot_catch_not_known() {
    check("{ let x = true; try { x = f.p; } catch { x = false; } x }", "{}", "? p");
    let functions = "fn read(f) { f.p }";
    check_with(functions, "{ let x = true; try { x = read(f); } catch { x = false; } x }", "{}", "? p");
    check("{ let x = true; try { x = [1].map(|v| f.p)[0]; } catch { x = false; } x }", "{}", "? p");
    check("{ let x = true; try { x = 1 / 0 == 1; } catch { x = false; } x }", "{}", "false");
}

#[test]
fn functions_and_closures_have_the_same_meaning() {
    let both = "fn both(f) { f.p && f.q }";
    check_with(both, "both(f)", r#"{"q": false}"#, "false");
    check_with(both, "both(f) || f.r", r#"{"r": true}"#, "true");
    check_with(both, "both(f)", "{}", "? p q");
    check_with(
        "fn deep(f, n) { if n == 0 { f.p } else { deep(f, n - 1) || f.q } }",
        "deep(f, 3)",
        r#"{"q": true}"#,
        "true",
    );
    check_with("fn early(f) { if f.n > 2 { return f.p || true; } false }", "early(f)", r#"{"n": 3}"#, "true");
    check("[1, 2].some(|v| f.p && v > 5)", "{}", "false");
    check("[1, 2].some(|v| v > 1 || f.p)", "{}", "? p");
    check("[1, 2].all(|v| v > 0 || f.p)", "{}", "true");
}

#[test]
fn a_map_of_ones_own_is_not_the_facts() {
    check("{ let o = #{ p: 1, other: 2 }; o.p + o.other == 3 }", "{}", "true");
}

#[test]
fn scope_is_restored_after_an_operand_that_stopped_half_way() {
    check("{ let a = 1; ({ let b = 2; f.p }) || a == 1 }", "{}", "true");
    check("({ let b = 2; let c = f.p; c }) || { let d = 5; d == 5 }", "{}", "true");
}

#[test]
fn reaches_compares_in_the_dictionarys_order() {
    for (value, expect) in [("none", "false"), ("low", "false"), ("medium", "true"), ("high", "true")] {
        check("reaches(f.g, \"medium\")", &format!(r#"{{"g": "{value}"}}"#), expect);
    }
}

#[test]
fn loops_stop_at_the_operation_limit_and_the_rule_fails() {
    check("{ let i = 0; loop { i += 1; } i > 0 }", "{}", "! too many operations");
    check("{ let s = \"x\"; while true { s += s; } true }", "{}", "! length of string too large");
    check_with("fn f1(n) { f1(n + 1) }", "f1(0)", "{}", "! stack overflow");
}

#[test]
fn learning_a_fact_never_unfires_a_rule_without_known_and_coalesce() {
    let conditions = [
        "f.p && f.q || f.r",
        "at_least(2, [f.p, f.q, f.n > 3])",
        "f.g == \"high\" || (f.n >= 2 && !f.q)",
        "reaches(f.g, \"low\") && (f.p || f.q)",
    ];
    let values: [&[&str]; 5] = [
        &["", "true", "false"],
        &["", "true", "false"],
        &["", "true", "false"],
        &["", "0", "2", "9"],
        &["", "\"none\"", "\"low\"", "\"high\""],
    ];
    let names = ["p", "q", "r", "n", "g"];
    for condition in conditions {
        let pack = small(&rule("", condition)).unwrap();
        let mut sheets = vec![Vec::<(usize, &str)>::new()];
        for (index, choices) in values.iter().enumerate() {
            sheets = sheets
                .into_iter()
                .flat_map(|sheet| {
                    choices.iter().map(move |choice| {
                        let mut next = sheet.clone();
                        if !choice.is_empty() {
                            next.push((index, choice));
                        }
                        next
                    })
                })
                .collect();
        }
        let mut fired_seen = 0;
        for sheet in &sheets {
            let text = |sheet: &[(usize, &str)]| {
                let parts: Vec<String> =
                    sheet.iter().map(|(index, value)| format!("\"{}\": {value}", names[*index])).collect();
                format!("{{{}}}", parts.join(", "))
            };
            let fires = |sheet: &[(usize, &str)]| {
                let marks = pack.marks(pack.interpreter(), Stage::Decision, &facts(&pack, &text(sheet)));
                !marks.fired.is_empty()
            };
            if !fires(sheet) {
                continue;
            }
            fired_seen += 1;
            for (index, choices) in values.iter().enumerate() {
                if sheet.iter().any(|(known, _)| *known == index) {
                    continue;
                }
                for choice in choices.iter().filter(|choice| !choice.is_empty()) {
                    let mut more = sheet.clone();
                    more.push((index, choice));
                    assert!(fires(&more), "{condition}: {} fires and {} does not", text(sheet), text(&more));
                }
            }
        }
        assert!(fired_seen > 0, "{condition} never fired: the test would prove nothing");
    }
}
