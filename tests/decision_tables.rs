//! Decision tables: a row means what its cells say, whatever they say stays text, and every mistake is named by its cell.

use std::collections::BTreeMap;

use mash_model::{
    Decision, FactDefinition, FactKind, FactSheet, FactValue, Slot, Stage, calendar::WorkingCalendar,
};
use mash_rules::{PackFiles, PackFolder, RuleIndex, RulePack, cases, coverage, decision_table::overlap};
use mash_tests_support::{FACTS, MANIFEST, THRESHOLDS, folder, rule, shipped, table, tabled, with_files};
use proptest::prelude::*;

fn loaded(facts: &[&str], rows: &[&[&str]]) -> RulePack {
    tabled(&table(facts, rows)).unwrap_or_else(|error| panic!("{rows:?}: {error}"))
}

/// Every value of a fact, and not known.
fn values(fact: &FactDefinition) -> Vec<Option<FactValue>> {
    let known: Vec<FactValue> = match &fact.kind {
        FactKind::Bool => vec![FactValue::Bool(false), FactValue::Bool(true)],
        FactKind::Integer { min, max, .. } => (*min..=*max).map(FactValue::Integer).collect(),
        FactKind::Ordinal(names) | FactKind::Enum(names) => {
            (0..names.len()).map(|rank| FactValue::Rank(u16::try_from(rank).unwrap())).collect()
        }
    };
    known.into_iter().map(Some).chain([None]).collect()
}

/// The state of each rule over these facts: `+` fired, `-` not, `?` undetermined.
fn states(pack: &RulePack, facts: &[(Slot, Option<FactValue>)]) -> String {
    let mut sheet = FactSheet::unknown(&pack.dictionary);
    for (slot, value) in facts {
        sheet.set(*slot, *value);
    }
    let marks = pack.marks(pack.interpreter(), Stage::Decision, &sheet);
    assert!(marks.failed.is_empty(), "{:?}", marks.failed);
    let state = |index| match () {
        () if marks.fired.contains(RuleIndex(index)) => '+',
        () if marks.not_fired().contains(RuleIndex(index)) => '-',
        () => '?',
    };
    (0..pack.rules.len()).map(state).collect()
}

/// A cell over one fact fires exactly for these values, is undetermined for not known (unless it asks for that), and
/// the analysis of tables sees the same values.
#[track_caller]
fn check_cell(fact: &str, cell: &str, condition: &str, fires: &[&str]) {
    let pack = loaded(&[fact], &[&[cell]]);
    assert_eq!(pack.rules[0].condition, condition, "{cell}");
    let (slot, definition) = pack.dictionary.find(fact).unwrap();
    for value in values(definition) {
        let text = value.map_or("not known".to_owned(), |value| definition.text_of(value));
        let state = states(&pack, &[(slot, value)]);
        let expect = match () {
            () if fires.contains(&text.as_str()) => "+",
            () if value.is_some() || cell.contains("known") => "-",
            () => "?",
        };
        assert_eq!(state, expect, "{fact} {text} under `{cell}`");
        assert_eq!(
            pack.tables[0].rows[0].admits[0].contains(value),
            expect == "+",
            "{fact} {text} in `{cell}`"
        );
    }
}

const G: [&str; 5] = ["none", "low", "medium", "high", "not known"];

#[test]
fn a_cell_means_what_it_says() {
    let all: Vec<String> = (0..=20).map(|n| n.to_string()).collect();
    let n =
        |range: std::ops::RangeInclusive<usize>| all[range].iter().map(String::as_str).collect::<Vec<_>>();
    check_cell("p", "true", "f.p", &["true"]);
    check_cell("p", "no", "!f.p", &["false"]);
    check_cell("p", "TRUE", "f.p", &["true"]);
    check_cell("p", "!= true", "f.p != true", &["false"]);
    check_cell("p", "threshold::on", "f.p == threshold::on", &["true"]);
    check_cell("p", "known", "known(f.p)", &["true", "false"]);
    check_cell("p", "not known", "!known(f.p)", &["not known"]);
    check_cell("n", "3", "f.n == 3", &["3"]);
    check_cell("n", "3.0", "f.n == 3", &["3"]);
    check_cell(
        "n",
        "0 | 3 | threshold::three | 20",
        "f.n in [0, 3, threshold::three, 20]",
        &["0", "3", "20"],
    );
    check_cell("n", "!= 3", "f.n != 3", &[n(0..=2), n(4..=20)].concat());
    check_cell("n", ">= 18", "f.n >= 18", &n(18..=20));
    check_cell("n", "≥18", "f.n >= 18", &n(18..=20));
    check_cell("n", "> 18", "f.n > 18", &n(19..=20));
    check_cell("n", "<= 2", "f.n <= 2", &n(0..=2));
    check_cell("n", "<2", "f.n < 2", &n(0..=1));
    check_cell("n", "3..7", "f.n >= 3 && f.n <= 7", &n(3..=7));
    check_cell("n", "threshold::three .. 7", "f.n >= threshold::three && f.n <= 7", &n(3..=7));
    check_cell("n", "> threshold::three", "f.n > threshold::three", &n(4..=20));
    check_cell("g", "low", "f.g == \"low\"", &["low"]);
    check_cell("g", "none | high", "f.g in [\"none\", \"high\"]", &["none", "high"]);
    check_cell("g", "!= none", "f.g != \"none\"", &G[1..=3]);
    check_cell("g", "≠ threshold::middle", "f.g != threshold::middle", &["none", "low", "high"]);
    check_cell("g", ">= medium", "reaches(f.g, \"medium\")", &G[2..=3]);
    check_cell("g", "> medium", "reaches(f.g, \"medium\") && f.g != \"medium\"", &["high"]);
    check_cell("g", "<= low", "(!reaches(f.g, \"low\") || f.g == \"low\")", &G[..=1]);
    check_cell("g", "< threshold::middle", "!reaches(f.g, threshold::middle)", &G[..=1]);
    check_cell("g", "<= high", "(!reaches(f.g, \"high\") || f.g == \"high\")", &G[..=3]);
    check_cell(
        "g",
        "low..medium",
        "reaches(f.g, \"low\") && (!reaches(f.g, \"medium\") || f.g == \"medium\")",
        &G[1..=2],
    );
    check_cell("e", "left | right", "f.e in [\"left\", \"right\"]", &["left", "right"]);
    check_cell("e", "!= none", "f.e != \"none\"", &["left", "right"]);
    check_cell(
        "n",
        "<= 2 | 5 | 7..9",
        "(f.n == 5 || f.n <= 2 || (f.n >= 7 && f.n <= 9))",
        &[n(0..=2), n(5..=5), n(7..=9)].concat(),
    );
    check_cell("p", "true | not known", "(f.p || !known(f.p))", &["true", "not known"]);
    check_cell(
        "g",
        "low | >= high | not known",
        "(f.g == \"low\" || reaches(f.g, \"high\") || !known(f.g))",
        &["low", "high", "not known"],
    );
    // A value that looks like a comparison is the value; one below it in the dictionary's order is not.
    check_cell("age_band", "<1", "f.age_band == \"<1\"", &["<1"]);
    check_cell("age_band", "<1 | 1-4", "f.age_band in [\"<1\", \"1-4\"]", &["<1", "1-4"]);
    check_cell("attendance_band", ">=90", "f.attendance_band == \">=90\"", &[">=90"]);
    check_cell("attendance_band", ">= 50-80", "reaches(f.attendance_band, \"50-80\")", &["50-80", "<50"]);
}

#[test]
fn cells_of_a_row_are_joined_in_column_order_and_a_dash_asks_nothing() {
    let pack = loaded(
        &["q", "g", "n", "p"],
        &[&["true", "-", ">= 3", ""], &["–", "low | high", "-", "false"], &["", "", "", "not known"]],
    );
    let conditions: Vec<&str> = pack.rules.iter().map(|rule| rule.condition.as_str()).collect();
    assert_eq!(conditions, ["f.q && f.n >= 3", "f.g in [\"low\", \"high\"] && !f.p", "!known(f.p)"]);
    let slot = |id| pack.dictionary.slot(id).unwrap();
    let (p, q, n) = (slot("p"), slot("q"), slot("n"));
    assert_eq!(states(&pack, &[(q, Some(FactValue::Bool(true)))]), "??+");
    let known = [
        (q, Some(FactValue::Bool(true))),
        (n, Some(FactValue::Integer(3))),
        (p, Some(FactValue::Bool(true))),
    ];
    assert_eq!(states(&pack, &known), "+--");
}

#[test]
fn a_row_without_a_condition_applies_always_and_is_warned_of() {
    let pack = loaded(&["p"], &[&["true"], &["-"]]);
    assert_eq!(states(&pack, &[]), "?+");
    let warnings: Vec<String> = pack.warnings.iter().map(|w| format!("{} {}", w.kind.id(), w.at)).collect();
    assert!(warnings.contains(&"MASH022 small/tables/t.csv:A3".to_owned()), "{warnings:?}");
}

#[test]
fn every_part_of_a_rule_is_a_column() {
    let pack = tabled(
        "rule,title,p,source,stage,route,at_least,not_below,raise,lower,firm,rating,duty,outcome,ask,because,plain,family_may_be_told\n\
         A,One,true,doc; 1 | doc; 2,screening | DECISION,Early help,early-help,early_help,1.0,2,yes,RED,marac,allocated worker,health visitor | gp,why,how,no\n\
         B,Two,true,doc; 1,,,,,,,no,,,,police,why,how,yes\n",
    )
    .unwrap();
    let (a, b) = (&pack.rules[0], &pack.rules[1]);
    let c = &a.conclusion;
    assert_eq!((c.route, c.at_least, c.not_below, c.rating), (Some(1), Some(1), Some(1), Some(2)));
    assert_eq!((c.raise, c.lower, c.firm, a.family_may_be_told), (1, 2, true, false));
    assert_eq!((c.duties.len(), c.ask.len(), a.source.len()), (1, 2, 2));
    assert_eq!(c.outcome.as_ref().unwrap().as_str(), "allocated_worker");
    assert_eq!(a.stages, [Stage::Screening, Stage::Decision]);
    assert_eq!((a.title.as_str(), a.because.as_str(), a.plain.as_str()), ("One", "why", "how"));
    assert_eq!(
        (b.stages.as_slice(), b.conclusion.firm, b.family_may_be_told),
        (&[Stage::Enquiries][..], false, true)
    );
}

#[test]
fn csv_as_a_spreadsheet_saves_it_will_do() {
    let csv = table(&["p", "g"], &[&["TRUE", "low"], &["", ">= medium"]]);
    let excel = format!("\u{feff}{}", csv.replace("rule,title", "Rule,Title").replace('\n', "\r\n"));
    // Two blank rows, and an empty column at the end of every row.
    let excel = excel.replace("\r\n", ",\r\n").replace("R-1", ",,,,,,,,\r\n\r\nR-1");
    let pack = tabled(&excel).unwrap();
    let found: Vec<String> =
        pack.rules.iter().map(|rule| format!("{} {}", rule.place, rule.condition)).collect();
    assert_eq!(
        found,
        ["small/tables/t.csv:A2 f.p && f.g == \"low\"", "small/tables/t.csv:A5 reaches(f.g, \"medium\")"]
    );
}

#[test]
fn whatever_stands_in_a_cell_stays_text() {
    let nasty = [
        "\"); rule(\"X\", \"x\").when(|f| true).route(STRATEGY_DISCUSSION); //",
        "a\\\" \\\\ \\u{41} ${f.p} `x` 'y'",
        "/* ",
        "*/",
        "// x",
        "\\",
        "\"",
        "|f| f.p",
        ").when(|f| f.q",
        "café £5 – 🙂",
    ];
    let quote = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut csv = String::from("rule,title,p,route,source,because,plain,family_may_be_told\n");
    for (number, text) in nasty.iter().enumerate() {
        let id = quote(&format!("{number} {text}"));
        let source = quote(&format!("doc; {}", text.replace('|', "/")));
        csv.push_str(&format!("{id},{0},true,early_help,{source},{0},{0},true\n", quote(text)));
    }
    let pack = tabled(&csv).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(pack.rules.len(), nasty.len());
    for (number, (rule, text)) in pack.rules.iter().zip(nasty).enumerate() {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(rule.id.as_str(), format!("{number} {text}").trim());
        assert_eq!([&rule.title, &rule.because, &rule.plain], [&text, &text, &text]);
        assert_eq!(rule.source[0].paragraph, text.replace('|', "/"));
        assert_eq!((rule.condition.as_str(), rule.conclusion.route), ("f.p", Some(1)));
        assert_eq!(rule.place.cell.as_deref(), Some(format!("A{}", number + 2).as_str()));
    }
    // In the columns that are read, the same texts are refused, one finding a cell, and never run.
    for text in nasty {
        for (column, at) in [("p", "C2"), ("n", "C2"), ("g", "C2")] {
            let error = tabled(&table(&[column], &[&[text]])).expect_err(text);
            assert!(error.findings.iter().all(|f| f.at.cell.as_deref() == Some(at)), "{error}");
        }
        for part in ["route", "rating", "duty", "ask", "stage", "outcome"] {
            let csv = format!(
                "rule,title,p,{part},at_least,source,because,plain,family_may_be_told\nR,t,true,{},early_help,doc; 1,b,p,true\n",
                quote(text)
            );
            let error = tabled(&csv).expect_err(text);
            assert!(error.findings.iter().all(|f| f.at.cell.as_deref() == Some("D2")), "{part}: {error}");
        }
    }
}

/// Findings as `KIND cell message (mend)`.
fn findings(csv: &str) -> Vec<String> {
    let Err(error) = tabled(csv) else { return Vec::new() };
    error
        .findings
        .iter()
        .map(|f| {
            let (cell, mend) = (f.at.cell.as_deref().unwrap_or("-"), f.mend.as_deref().unwrap_or(""));
            format!("{} {cell} {} ({mend})", f.kind.id(), f.message)
        })
        .collect()
}

#[track_caller]
fn check(csv: &str, expect: &[&str]) {
    let found = findings(csv);
    for expect in expect {
        assert!(found.iter().any(|finding| finding.starts_with(expect)), "{expect}\nnot among {found:#?}");
    }
    assert_eq!(found.len(), expect.len(), "{found:#?}");
}

#[test]
fn a_wrong_cell_is_named_with_its_mend() {
    let of = |fact: &str, cell: &str| table(&[fact], &[&[cell]]);
    check(
        &of("g", "!= low | medium"),
        &["MASH021 C2 `!= low | medium` has `!=` in a list (list the values that are meant)"],
    );
    check(
        &of("p", ">= 3"),
        &["MASH008 C2 `>= 3` compares, and the values of fact `p` have no order (it is true or false)"],
    );
    check(&of("p", "maybe"), &["MASH008 C2 fact `p` is never `maybe` (it is true or false)"]);
    check(&of("e", "> left"), &["MASH008 C2 `> left` compares"]);
    check(
        &of("n", "three"),
        &["MASH008 C2 fact `n` is never `three` (it is a whole number of times from 0 to 20)"],
    );
    check(&of("n", "3.5"), &["MASH008 C2 fact `n` is never `3.5`"]);
    check(&of("n", ">= 21"), &["MASH009 C2 21 is outside the range of fact `n`"]);
    check(&of("n", "> 20"), &["MASH009 C2 no value of fact `n` is `> 20`"]);
    check(&of("n", "7..3"), &["MASH009 C2 no value of fact `n` is `7..3`"]);
    check(&of("n", "3 |"), &["MASH021 C2 a value is missing"]);
    check(&of("n", ">="), &["MASH021 C2 a value is missing"]);
    check(&of("g", "hihg"), &["MASH009 C2 `hihg` is not a value of fact `g` (did you mean `high`?)"]);
    check(
        &of("g", "low | mdium"),
        &["MASH009 C2 `mdium` is not a value of fact `g` (did you mean `medium`?)"],
    );
    check(&of("g", "> high"), &["MASH009 C2 no value of fact `g` is `> high`"]);
    check(&of("g", ">= 3"), &["MASH009 C2 `3` is not a value of fact `g`"]);
    check(&of("n", ">= threshold::thre"), &["MASH006 C2 unknown threshold `thre` (did you mean `three`?)"]);
    check(&of("n", ">= threshold::middle"), &["MASH008 C2 fact `n` is never \"medium\""]);
    check(&of("p", "threshold::a b"), &["MASH021 C2 `threshold::a b` names no threshold"]);
    check(&of("n", "#REF!"), &["MASH021 C2 the cell holds the error `#REF!` of a formula"]);
    check(&of("age_band", "05-Sep"), &["MASH008 C2 fact `age_band` is never the date `05-Sep`"]);
    check(&of("age_band", "2026-09-05"), &["MASH008 C2 fact `age_band` is never the date `2026-09-05`"]);
    check(&of("age_band", "Oct-15"), &["MASH008 C2 fact `age_band` is never the date `Oct-15`"]);
}

const HEAD: &str = "rule,title,p,route,source,because,plain,family_may_be_told";

#[test]
fn a_wrong_part_is_named_with_its_mend() {
    let of = |row: &str| format!("{HEAD}\n{row}\n");
    check(
        &of("R,t,true,erly help,doc; 1,b,p,true"),
        &["MASH007 D2 `erly help` is no route (did you mean `early_help`?)"],
    );
    check(&of("R,t,true,red,doc; 1,b,p,true"), &["MASH007 D2 `red` is no route (one of no_further_action"]);
    check(
        &of("R,t,true,early_help,dok; 1,b,p,true"),
        &["MASH007 E2 `dok` is no document of the manifest (one of doc)"],
    );
    check(&of("R,t,true,early_help,doc,b,p,true"), &["MASH021 E2 `doc` is not a document and a paragraph"]);
    check(&of("R,t,true,early_help,doc; 1 | doc;,b,p,true"), &["MASH021 E2 `doc;` is not a document"]);
    check(
        &of("R,t,true,early_help,doc; 1,b,p,maybe"),
        &["MASH008 H2 `family_may_be_told` is true or false, not `maybe`"],
    );
    check(&of("R,t,true,early_help,doc; 1,,p,true"), &["MASH011 F2 `because` is empty"]);
    check(&of(",t,true,early_help,doc; 1,b,p,true"), &["MASH011 A2 `rule` is empty"]);
    check(&of("R,t,true,-,doc; 1,b,p,true"), &["MASH011 A2 the row concludes nothing"]);
    check(&of("01-Mar,t,true,early_help,doc; 1,b,p,true"), &["MASH021 A2 `01-Mar` is a date"]);
    check(&of("R,t,true,early_help,doc; 1,#N/A,p,true"), &["MASH021 F2 the cell holds the error `#N/A`"]);
    check(
        &of(&format!("R,t,true,early_help,doc; 1,{},p,true", "x".repeat(10_001))),
        &["MASH021 F2 the cell holds 10001 bytes"],
    );
    check(&of("R,t,true,#N/A,doc; 1,b,p,true"), &["MASH021 D2 the cell holds the error `#N/A`"]);
    let lower = of("R,t,true,none,doc; 1,b,p,true").replace("route", "lower");
    check(&lower, &["MASH008 D2 `lower` is a number of steps, not `none`"]);
}

#[test]
fn a_table_of_the_wrong_shape_is_named_with_its_mend() {
    let row = "R,t,true,early_help,doc; 1,b,p,true";
    check("", &["MASH020 - the table is empty"]);
    check(HEAD, &["MASH020 - the table has no rows"]);
    check(&format!("{HEAD}\n,,,,,,,\n"), &["MASH020 - the table has no rows"]);
    check(
        &format!("{}\n{row}", HEAD.replace("because", "becuase")),
        &["MASH020 F1 column `becuase` is neither a fact nor a part of a rule (did you mean `because`?)"],
    );
    check(&format!("{}\n{row}", HEAD.replace(",p,", ",pp_qq,")), &["MASH020 C1 column `pp_qq` is neither"]);
    check(
        &format!("{}\n{row}", HEAD.replace(",p,", ",dash_grad,")),
        &[
            "MASH020 C1 column `dash_grad` is neither a fact nor a part of a rule (did you mean `dash_grade`?)",
        ],
    );
    check(
        &format!("{}\n{row}", HEAD.replace(",p,", ",sex,")),
        &["MASH015 C1 a rule may not read the characteristic `sex`"],
    );
    check(
        &format!("{}\n{row}", HEAD.replace(",p,", ",Rule,")),
        &["MASH010 C1 two columns are called `Rule`"],
    );
    check(
        &format!("{}\n{row}", HEAD.replace(",p,", ",,")),
        &["MASH020 C2 the cell stands in a column without a header"],
    );
    check(
        "title,p,route,plain,family_may_be_told\n",
        &[
            "MASH020 A1 the table has no column `rule`, `source`, `because`",
            "MASH020 - the table has no rows",
        ],
    );
    check(
        "rule;title;p\nR;t;true\n",
        &["MASH020 A1 column `rule;title;p` is neither", "MASH020 A1 the table has no column"],
    );
    check(&format!("{HEAD}\n{row},more"), &["MASH020 H2 the row has 9 cells, and the first row has 8"]);
    check(&format!("{HEAD}\nR,t,true"), &["MASH020 C2 the row has 3 cells, and the first row has 8"]);
    check(
        &format!("{HEAD}\n{}", "R,t,true,early_help,doc; 1,b,p,\"true"),
        &["MASH020 A2 a quotation mark in this row is never closed"],
    );
    let many = format!("{HEAD}\n{}", format!("{row}\n").repeat(2_001));
    assert!(findings(&many).iter().any(|f| f.contains("the table has 2001 rows, and at most 2000 are read")));
}

#[test]
fn everything_wrong_is_reported_at_once() {
    let csv = format!(
        "{}\nR-1,t,maybe,erly_help,doc; 1,b,p,true\nR-2,t,true,early_help,doc; 1,,p,perhaps\n",
        HEAD.replace("plain", "plane")
    );
    check(&csv, &["MASH020 G1", "MASH008 C2", "MASH007 D2", "MASH011 F3", "MASH008 H3"]);
}

#[test]
fn an_id_that_stands_twice_is_named_with_both_places() {
    let row = "T-01,t,true,early_help,doc; 1,b,p,true";
    check(&format!("{HEAD}\n{row}\n{row}\n"), &["MASH010 A3 rule `T-01` is declared twice"]);
    let one = format!("{HEAD}\n{row}\n");
    let twice = [
        with_files(&[("tables/a.csv", &one), ("tables/b.csv", &one)]).unwrap_err(),
        with_files(&[("rules.rhai", &rule("", "f.p")), ("tables/a.csv", &one)]).unwrap_err(),
    ];
    let places: Vec<String> = twice
        .iter()
        .map(|error| format!("{} {}", error.findings[0].at, error.findings[0].related.as_ref().unwrap()))
        .collect();
    assert_eq!(
        places,
        ["small/tables/b.csv:A2 small/tables/a.csv:A2", "small/tables/a.csv:A2 small/rules.rhai:2:1"]
    );
}

#[test]
fn a_condition_is_found_whatever_the_title_says() {
    let text = rule("", "f.p && f.q").replace("\"test\"", "\"a rule .when(|f| f.r) and (\"");
    assert_eq!(mash_tests_support::small(&text).unwrap().rules[0].condition, "f.p && f.q");
}

#[test]
fn coverage_names_the_cells_that_no_case_settles() {
    let csv = table(&["p", "n", "g"], &[&["true", "3..7", "-"], &["-", "-", "low"]]);
    let cases = r#"{ "cases": [ { "id": "c", "title": "t", "restates": "R-0", "source": "police", "received": "2026-05-11T10:00:00",
        "facts": { "p": true, "n": 5, "g": "low" }, "expect": { "fired": ["R-0", "R-1"] } } ] }"#;
    let pack = with_files(&[("tables/t.csv", &csv), ("cases/c.json", cases)]).unwrap();
    let coverage = coverage::measure(&pack, &pack.cases);
    let at =
        |cells: &[&str]| cells.iter().map(|cell| format!("small/tables/t.csv:{cell}")).collect::<Vec<_>>();
    assert_eq!(coverage.rules[0].never_false, at(&["C2", "D2", "D2"]));
    assert_eq!(coverage.rules[1].never_false, at(&["A3"]));
}

#[test]
fn a_long_list_loads_and_a_row_too_wide_for_one_expression_is_named() {
    let list: Vec<String> = (0..=20).cycle().take(200).map(|n| n.to_string()).collect();
    loaded(&["n"], &[&[&list.join(" | ")]]);
    let core: mash_rules::facts::FactsFile = serde_json::from_str(mash_rules::facts::CORE_FACTS).unwrap();
    let facts: Vec<&str> = core.facts.iter().map(|fact| fact.id.as_str()).collect();
    assert_eq!(loaded(&facts[..50], &[&["known"; 50]]).rules[0].facts.len(), 50);
    check(&table(&facts, &[&["known"; 95]]), &["MASH003 BF2 expression exceeds maximum complexity"]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    /// Nothing that a table can hold ends the program: it loads, or every finding has its place in the table.
    #[test]
    fn any_text_loads_or_is_explained(
        text in ".{0,200}",
        cells in prop::collection::vec(
            "(-|known|not known|true|[a-z]{1,4}|[0-9.]{1,20}|[<>=!]{1,2} ?[0-9a-z:]{0,12}|[|.\"\\\\,;#{}()\\n ]{1,6}|threshold::[a-z ]{0,6}|.{0,5})",
            32,
        ),
    ) {
        let quote = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
        let rows = |width: usize| {
            cells.chunks(width).map(|row| row.iter().map(quote).collect::<Vec<_>>().join(",")).collect::<Vec<_>>().join("\n")
        };
        let head = "rule,title,p,g,n,source,because,plain,family_may_be_told,route,lower,ask";
        for csv in [text.clone(), rows(8), format!("{head}\n{}", rows(12)), format!("{head}\n{text}")] {
            if let Err(error) = tabled(&csv) {
                for finding in &error.findings {
                    prop_assert_eq!(finding.at.file.as_str(), "small/tables/t.csv", "{:?}", finding);
                }
            }
        }
    }
}

// ---- A table beside, under and over rule files ----

const OVER: &str = r#"{ "id": "over", "title": "Over", "version": "1", "base": "../small" }"#;

fn base_with(table: &str) -> PackFolder {
    folder(
        "small",
        &[
            ("manifest.json", MANIFEST),
            ("facts.json", FACTS),
            ("thresholds.json", THRESHOLDS),
            ("tables/t.csv", table),
        ],
    )
}

#[test]
fn an_overlay_may_remove_a_row_and_move_its_threshold() {
    let base = base_with(&table(&["n"], &[&[">= threshold::three"], &["0"]]));
    let manifest =
        OVER.replace("\"version\"", "\"remove\": [\"R-1\"], \"set\": { \"three\": 5 }, \"version\"");
    let over = folder("over", &[("manifest.json", &manifest)]);
    let pack = RulePack::load(&PackFiles { chain: vec![over, base], broken_base: None }).unwrap();
    let n = pack.dictionary.slot("n").unwrap();
    assert_eq!(states(&pack, &[(n, Some(FactValue::Integer(4)))]), "-");
    assert_eq!(states(&pack, &[(n, Some(FactValue::Integer(5)))]), "+");
    let analysis = &overlap::analyse(&pack)[0];
    assert_eq!((analysis.rows, analysis.gaps[0][0].cell.as_str()), (1, "<= 4"));
}

#[test]
fn a_row_of_the_floor_stands() {
    let mut base = base_with(&table(&["p"], &[&["true"]]));
    base.files
        .insert("manifest.json".to_owned(), MANIFEST.replace("\"owner\"", "\"floor\": true, \"owner\""));
    let over = folder(
        "over",
        &[("manifest.json", &OVER.replace("\"version\"", "\"remove\": [\"R-0\"], \"version\""))],
    );
    let error = RulePack::load(&PackFiles { chain: vec![over, base], broken_base: None }).unwrap_err();
    assert_eq!(error.findings[0].kind.id(), "MASH012");
    assert_eq!(error.findings[0].related.as_ref().unwrap().to_string(), "small/tables/t.csv:A2");
}

/// The cell that asks what a clause asks, with its fact; `None` for what no cell can say.
fn as_cell(clause: &str) -> Option<(String, String)> {
    let word =
        |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_').then(|| text.to_owned());
    let value = |text: &str| {
        let quoted = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
        let number = text.parse::<i64>().is_ok()
            || text.strip_prefix("threshold::").is_some_and(|t| word(t).is_some());
        quoted
            .filter(|text| !text.contains('"'))
            .map(str::to_owned)
            .or_else(|| number.then(|| text.to_owned()))
    };
    if let Some(inside) = clause.strip_prefix("reaches(f.").and_then(|rest| rest.strip_suffix(')')) {
        let (fact, bound) = inside.split_once(", ")?;
        return Some((word(fact)?, format!(">= {}", value(bound)?)));
    }
    if let Some(fact) = clause.strip_prefix("!f.").and_then(word) {
        return Some((fact, "false".to_owned()));
    }
    let read = clause.strip_prefix("f.")?;
    if let Some(fact) = word(read) {
        return Some((fact, "true".to_owned()));
    }
    let (fact, rest) = read.split_once(' ')?;
    let (sign, operand) = rest.split_once(' ')?;
    let cell = match sign {
        "==" => value(operand)?,
        "!=" | ">=" | "<=" | ">" | "<" => format!("{sign} {}", value(operand)?),
        "in" => {
            let items = operand.strip_prefix('[')?.strip_suffix(']')?;
            items.split(", ").map(value).collect::<Option<Vec<_>>>()?.join(" | ")
        }
        _ => return None,
    };
    Some((word(fact)?, cell))
}

/// Moves every rule that one row can state from the rule files of a pack into a table; gives how many.
fn move_to_table(files: &mut PackFiles, pack: &RulePack) -> usize {
    let mut columns: Vec<String> = Vec::new();
    let mut rows: Vec<(Vec<String>, BTreeMap<String, String>)> = Vec::new();
    let manifest = &pack.manifest;
    for rule in pack.rules.iter().filter(|rule| rule.pack == manifest.id) {
        let Some(cells) = rule.condition.split(" && ").map(as_cell).collect::<Option<Vec<_>>>() else {
            continue;
        };
        let count = cells.len();
        let cells: BTreeMap<String, String> = cells.into_iter().collect();
        if cells.len() < count {
            continue;
        }
        columns.extend(cells.keys().filter(|fact| !columns.contains(fact)).cloned().collect::<Vec<_>>());
        let c = &rule.conclusion;
        let route = |index: Option<usize>| index.map_or(String::new(), |i| manifest.routes[i].id.to_string());
        let steps = |steps: u8| if steps > 0 { steps.to_string() } else { String::new() };
        let sources: Vec<String> =
            rule.source.iter().map(|s| format!("{}; {}", s.document, s.paragraph)).collect();
        let stages: Vec<&str> = rule.stages.iter().map(|stage| stage.id()).collect();
        let duties: Vec<&str> = c.duties.iter().map(|duty| duty.as_str()).collect();
        let asks: Vec<&str> = c.ask.iter().map(|agency| agency.id()).collect();
        let fixed = vec![
            rule.id.to_string(),
            rule.title.clone(),
            sources.join(" | "),
            stages.join(" | "),
            route(c.route),
            route(c.at_least),
            route(c.not_below),
            steps(c.raise),
            steps(c.lower),
            c.firm.to_string(),
            c.rating.map_or(String::new(), |i| manifest.ratings[i].id.to_string()),
            duties.join(" | "),
            c.outcome.as_ref().map_or(String::new(), ToString::to_string),
            asks.join(" | "),
            rule.because.clone(),
            rule.plain.clone(),
            rule.family_may_be_told.to_string(),
        ];
        rows.push((fixed, cells));
        let file = rule.place.file.rsplit('/').next().unwrap().to_owned();
        let text = files.chain[0].files.get_mut(&file).unwrap();
        let start = text.find(&format!("rule(\"{}\"", rule.id)).unwrap();
        let told = start + text[start..].find(".family_may_be_told(").unwrap();
        let end = told + text[told..].find(';').unwrap() + 1;
        text.replace_range(start..end, "");
    }
    let quote = |cell: &str| format!("\"{}\"", cell.replace('"', "\"\""));
    let mut csv = String::from(
        "rule,title,source,stage,route,at_least,not_below,raise,lower,firm,rating,duty,outcome,ask,because,plain,family_may_be_told",
    );
    csv.extend(columns.iter().map(|column| format!(",{column}")));
    for (fixed, cells) in &rows {
        let conditions = columns.iter().map(|column| cells.get(column).map_or("-", String::as_str));
        let line: Vec<String> = fixed.iter().map(String::as_str).chain(conditions).map(quote).collect();
        csv.push('\n');
        csv.push_str(&line.join(","));
    }
    files.chain[0].files.insert("tables/moved.csv".to_owned(), csv);
    rows.len()
}

/// A decision with its lists in no order: the table's rules stand elsewhere in the pack.
fn unordered(mut decision: Decision) -> Decision {
    decision.fired.sort();
    decision.undetermined.sort_by(|a, b| a.rule.cmp(&b.rule));
    decision.reasons.sort_by(|a, b| a.rule.cmp(&b.rule));
    decision
}

#[test]
fn a_shipped_pack_moved_into_a_table_decides_every_case_as_before() {
    let before = shipped("levels-of-need");
    let mut files =
        mash_io::pack_folder::read(&mash_tests_support::root().join("rules/levels-of-need")).unwrap();
    let moved = move_to_table(&mut files, &before);
    assert!(moved > 100, "{moved} rules moved");
    let after = RulePack::load(&files).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(after.rules.len(), before.rules.len());
    for rule in &before.rules {
        let (_, other) = after.find_rule(rule.id.as_str()).unwrap();
        assert_eq!(
            (&rule.conclusion, &rule.stages, &rule.facts),
            (&other.conclusion, &other.stages, &other.facts)
        );
    }
    let calendar = WorkingCalendar::default();
    for case in &before.cases {
        assert!(cases::run(&after, after.interpreter(), case).differences.is_empty(), "{}", case.entry.id);
        let decide =
            |pack: &RulePack| unordered(pack.decide(pack.interpreter(), &calendar, &case.contact, true));
        assert_eq!(decide(&before), decide(&after), "{}", case.entry.id);
    }
    assert!(before.cases.len() >= 480, "{} cases", before.cases.len());
}
