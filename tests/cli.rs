//! The command as a person meets it: messages, exit codes, and nothing left half-written.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    time::Duration,
};

use mash_tests_support::{mash, root};
use tempfile::TempDir;

pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

fn ran(output: &Output) -> Ran {
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

pub(crate) fn run(folder: &Path, args: &[&str]) -> Ran {
    let output = Command::new(mash()).args(args).current_dir(folder).env("NO_COLOR", "1").output().unwrap();
    ran(&output)
}

/// A folder with a pack of one rule in `pack`.
pub(crate) fn with_pack() -> TempDir {
    let folder = TempDir::new().unwrap();
    let made = run(folder.path(), &["new", "pack", "pack"]);
    assert_eq!(made.code, 0, "{}", made.err);
    folder
}

pub(crate) fn change(folder: &TempDir, file: &str, from: &str, to: &str) {
    let path = folder.path().join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{file} has no {from}");
    fs::write(path, text.replace(from, to)).unwrap();
}

#[track_caller]
pub(crate) fn holds(text: &str, parts: &[&str]) {
    // Messages are wrapped and boxed on the terminal; the words and their order are what counts.
    let plain: String = text
        .chars()
        .filter(|c| !"│╭╰─▶×┬·,[]".contains(*c))
        .collect::<String>()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    for part in parts {
        let part = part.replace([',', '[', ']', '─', '·'], "");
        assert!(plain.contains(part.trim()), "`{part}` is not in:\n{text}");
    }
}

/// Nothing stands in the folder that could be taken for output.
pub(crate) fn nothing_left(folder: &Path, allowed: &[&str]) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        assert!(allowed.contains(&name.as_str()), "left behind: {name}");
    }
}

const CONTACT: &str = r#"{"id":"c1","received":"2023-11-06T09:15:00","source":"school","facts":{"attendance_band":"<50","previous_contacts_12m":0}}"#;

#[test]
fn a_new_pack_checks_and_tests_clean() {
    let folder = with_pack();
    let check = run(folder.path(), &["check", "pack"]);
    assert_eq!(check.code, 0, "{}{}", check.out, check.err);
    let test = run(folder.path(), &["test", "pack", "--mutants"]);
    assert_eq!(test.code, 0, "{}{}", test.out, test.err);
    holds(&test.out, &["2 cases 2 passed 0 failed", "1 of 1 fired (100%)", "not reviewed by practitioners"]);
    let again = run(folder.path(), &["new", "pack", "pack"]);
    assert_eq!(again.code, 2);
    holds(&again.err, &["exists already"]);
}

/// A folder with a pack whose rules are a decision table in `pack`.
fn with_table() -> TempDir {
    let folder = TempDir::new().unwrap();
    let made = run(folder.path(), &["new", "pack", "pack", "--table"]);
    assert_eq!(made.code, 0, "{}", made.err);
    folder
}

#[test]
fn a_new_table_checks_and_tests_clean_and_shows_what_its_rows_do_together() {
    let folder = with_table();
    let check = run(folder.path(), &["check", "pack"]);
    assert_eq!(check.code, 0, "{}{}", check.out, check.err);
    assert_eq!(
        check.out,
        "pack/tables/attendance.csv: 3 rows over attendance_band, exclusion\n  \
         overlap: rows 2 (AT-01) and 3 (AT-02) both apply at attendance_band >= 50-80,\n    \
         exclusion >= fixed-term; the same conclusion\n  \
         overlap: rows 3 (AT-02) and 4 (AT-03) both apply at attendance_band not known,\n    \
         exclusion >= fixed-term; different conclusions\n  \
         covered: row 4 (AT-03) applies only where row 3 (AT-02) does; different\n    \
         conclusions\n  \
         gap: no row applies at attendance_band <= 80-90, exclusion none\n\
         pack: 3 rules, 1 threshold, 95 facts, 4 cases; 0 errors, 0 warnings\n"
    );
    let test = run(folder.path(), &["test", "pack", "--mutants"]);
    assert_eq!(test.code, 0, "{}{}", test.out, test.err);
    holds(
        &test.out,
        &["4 cases 4 passed 0 failed", "3 of 3 fired (100%)", "noticed by a case: 5 of 5 (100%)"],
    );
    let answer = run(folder.path(), &["check", "pack", "--json"]);
    let answer: serde_json::Value = serde_json::from_str(&answer.out).unwrap();
    conforms("check", &answer);
    assert_eq!(answer["tables"][0]["gaps"][0][0]["cell"], "<= 80-90");
    let docs = run(folder.path(), &["docs", "pack"]);
    holds(&docs.out, &["Suspended at risk of exclusion or excluded", "Attendance"]);
}

#[test]
fn errors_in_a_table_show_the_cell_and_the_mend() {
    let folder = with_table();
    change(&folder, "pack/tables/attendance.csv", "!= none,early_help", "!= nome,erly help");
    change(&folder, "pack/tables/attendance.csv", ",exclusion,", ",exclusions,");
    let check = run(folder.path(), &["check", "pack"]);
    assert_eq!(check.code, 1);
    assert_eq!(
        check.err,
        "error MASH020: pack/tables/attendance.csv:D1: column `exclusions` is neither a\n  \
         fact nor a part of a rule\n  help: did you mean `exclusion`?\n\
         error MASH007: pack/tables/attendance.csv:E3: `erly help` is no route\n  help: did you mean `early_help`?\n"
    );
    change(&folder, "pack/tables/attendance.csv", ",exclusions,", ",exclusion,");
    let check = run(folder.path(), &["check", "pack"]);
    holds(
        &check.err,
        &["attendance.csv:D3: `nome` is not a value of fact `exclusion`", "did you mean `none`?"],
    );
    assert_eq!(run(folder.path(), &["test", "pack"]).code, 3);
    assert_eq!(run(folder.path(), &["new", "scenario", "s.json", "--table"]).code, 2);
}

#[test]
fn errors_in_a_pack_show_file_line_and_mend() {
    let cases = [
        (
            "attendance.rhai",
            "f.attendance_band",
            "f.attendence_band",
            "unknown fact `attendence_band`",
            "did you mean `attendance_band`?",
        ),
        (
            "attendance.rhai",
            ".route(EARLY_HELP)",
            ".outcome(EARLY_HALP)",
            "unknown name `EARLY_HALP`",
            "did you mean `EARLY_HELP`?",
        ),
        (
            "attendance.rhai",
            "reaches(f.attendance_band, threshold::attendance_for_early_help)",
            "f.unborn == 3",
            "fact `unborn` is never 3",
            "it is true or false",
        ),
        (
            "cases/attendance.json",
            "\"outcome\": \"early_help\"",
            "\"outcome\": \"erly_help\"",
            "expects unknown outcome `erly_help`",
            "did you mean `early_help`?",
        ),
    ];
    for (file, from, to, message, mend) in cases {
        let folder = with_pack();
        change(&folder, &format!("pack/{file}"), from, to);
        let check = run(folder.path(), &["check", "pack"]);
        assert_eq!(check.code, 1, "{message}");
        holds(&check.err, &[message, mend, &format!("pack/{file}:")]);
        // Every other command refuses the pack.
        let test = run(folder.path(), &["test", "pack"]);
        assert_eq!(test.code, 3, "{message}");
    }
}

#[test]
fn cyclic_base_packs_are_named() {
    let folder = with_pack();
    run(folder.path(), &["new", "pack", "over", "--base", "../pack"]);
    change(&folder, "pack/manifest.json", "\"owner\"", "\"base\": \"../over\", \"owner\"");
    let check = run(folder.path(), &["check", "over"]);
    assert_eq!(check.code, 1);
    holds(&check.err, &["base packs lead back to themselves: over -> pack -> over"]);
    let missing = with_pack();
    change(&missing, "pack/manifest.json", "\"owner\"", "\"base\": \"../nowhere\", \"owner\"");
    let check = run(missing.path(), &["check", "pack"]);
    holds(&check.err, &["there is no base pack at `nowhere`"]);
}

#[test]
fn a_floor_rule_that_would_be_lowered_names_both() {
    let folder = TempDir::new().unwrap();
    let base = root().join("rules/statutory-floor");
    let id = mash_tests_support::shipped("statutory-floor").rules[0].id.to_string();
    fs::create_dir(folder.path().join("rules")).unwrap();
    copy(&base, &folder.path().join("rules/statutory-floor"));
    fs::create_dir(folder.path().join("rules/weaker")).unwrap();
    let manifest = format!(
        r#"{{ "id": "weaker", "title": "t", "version": "1", "base": "../statutory-floor", "remove": ["{id}"] }}"#
    );
    fs::write(folder.path().join("rules/weaker/manifest.json"), manifest).unwrap();
    let check = run(folder.path(), &["check", "rules/weaker"]);
    assert_eq!(check.code, 1);
    holds(
        &check.err,
        &[&format!("pack `weaker` would remove rule `{id}` of the statutory floor `statutory-floor`")],
    );
}

pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn an_endless_loop_sends_the_case_to_manual_review_and_names_the_rule() {
    let folder = with_pack();
    change(
        &folder,
        "pack/attendance.rhai",
        "reaches(f.attendance_band, threshold::attendance_for_early_help)",
        "{ loop { } }",
    );
    fs::write(folder.path().join("in.jsonl"), CONTACT).unwrap();
    let decide = run(folder.path(), &["decide", "pack", "--in", "in.jsonl", "--out", "out.jsonl"]);
    assert_eq!(decide.code, 0, "{}", decide.err);
    let line: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(folder.path().join("out.jsonl")).unwrap()).unwrap();
    assert_eq!(line["manual_review"], true);
    assert_eq!(line["outcome"], "manual_review");
    assert_eq!(line["failed"][0]["rule"], "AT-01");
    assert!(line["failed"][0]["at"].as_str().unwrap().starts_with("pack/attendance.rhai:4:"), "{line}");
    assert_eq!(line["failed"][0]["message"], "too many operations");
}

#[test]
fn a_script_of_200_megabytes_is_refused_unread() {
    let folder = with_pack();
    let file = fs::File::create(folder.path().join("pack/big.rhai")).unwrap();
    file.set_len(200 * 1024 * 1024).unwrap();
    let check = run(folder.path(), &["check", "pack"]);
    assert_eq!(check.code, 3);
    holds(&check.err, &["pack/big.rhai: the file is 209715200 bytes and at most 1048576 are read"]);
}

#[test]
fn malformed_json_on_line_70001_is_placed_and_nothing_is_written() {
    let folder = with_pack();
    let mut text = String::new();
    for number in 1..=70_000 {
        text.push_str(&CONTACT.replace("\"c1\"", &format!("\"c{number}\"")));
        text.push('\n');
    }
    text.push_str("{\"id\": \"c70001\", \"received\": \n");
    fs::write(folder.path().join("in.jsonl"), text).unwrap();
    let decide = run(folder.path(), &["decide", "pack", "--in", "in.jsonl", "--out", "out.jsonl"]);
    assert_eq!(decide.code, 3);
    holds(&decide.err, &["in.jsonl:70001: malformed JSON at column", "nothing was written"]);
    nothing_left(folder.path(), &["pack", "in.jsonl"]);
}

#[test]
fn every_bad_row_is_reported() {
    let folder = with_pack();
    let bad = [
        CONTACT.replace("\"attendance_band\"", "\"attendance_bnd\""),
        CONTACT.replace("\"c1\"", "\"c2\"").replace("\"<50\"", "\"50\""),
        CONTACT.replace("\"c1\"", "\"c3\"").replace("\"school\"", "\"scool\""),
        CONTACT.replace("\"c1\"", "\"c4\"").replace("2023-11-06T09:15:00", "yesterday"),
        CONTACT.replace("\"c1\"", "\"c5\"").replace("\"facts\"", "\"fact\""),
        CONTACT.replace("\"c1\"", "\"c6\""),
        CONTACT.replace("\"c1\"", "\"c6\""),
    ];
    fs::write(folder.path().join("in.jsonl"), bad.join("\n")).unwrap();
    let decide = run(folder.path(), &["decide", "pack", "--in", "in.jsonl", "--out", "out.jsonl"]);
    assert_eq!(decide.code, 3);
    holds(
        &decide.err,
        &[
            "in.jsonl:1 field `facts.attendance_bnd`: unknown fact `attendance_bnd`; did you mean `attendance_band`?",
            "in.jsonl:2 field `facts.attendance_band`: `attendance_band` is \"50\"",
            "in.jsonl:3 field `source`: unknown agency `scool` (did you mean `school`?)",
            "in.jsonl:4",
            "in.jsonl:5",
            "in.jsonl:7 field `id`: `c6` stands twice",
        ],
    );
    nothing_left(folder.path(), &["pack", "in.jsonl"]);
}

#[test]
fn records_that_look_like_a_real_child_are_refused() {
    let folder = with_pack();
    let records = [
        (r#""name":"A B","#, "name", "a name"),
        (r#""dob":"2011-05-04","#, "dob", "a date of birth"),
        (r#""postcode":"HR4 0LE","#, "postcode", "a postcode"),
        (r#""upn":"H801200001001","#, "upn", "a UPN"),
        (r#""nhs_number":"9434765919","#, "nhs_number", "an NHS number"),
        (r#""address":"1 High Street","#, "address", "an address"),
        (r#""household":"9434765919","#, "household", "an NHS number"),
    ];
    for (field, name, what) in records {
        let text = CONTACT.replacen('{', &format!("{{{field}"), 1);
        fs::write(folder.path().join("in.jsonl"), &text).unwrap();
        let decide = run(folder.path(), &["decide", "pack", "--in", "in.jsonl", "--out", "out.jsonl"]);
        assert_eq!(decide.code, 3, "{text}");
        holds(&decide.err, &[&format!("in.jsonl:1 field `{name}`: looks like {what}")]);
        let explain = run(folder.path(), &["explain", "pack", "--case", "in.jsonl"]);
        assert_eq!(explain.code, 3, "{text}");
        nothing_left(folder.path(), &["pack", "in.jsonl"]);
    }
}

const CSV: &str = "id,received,source,attendance_band,previous_contacts_12m\nc1,2023-11-06T09:15:00,school,<50,0\nc2,2023-11-06T09:15:00,school,,0\n";

#[test]
fn a_csv_without_a_column_it_needs_is_refused() {
    let folder = with_pack();
    fs::write(folder.path().join("in.csv"), CSV.replace("received,", "").replace("2023-11-06T09:15:00,", ""))
        .unwrap();
    let decide = run(folder.path(), &["decide", "pack", "--in", "in.csv", "--out", "out.csv"]);
    assert_eq!(decide.code, 3);
    holds(&decide.err, &["in.csv:1: the column `received` is missing"]);
    fs::write(folder.path().join("in.csv"), CSV.replace("attendance_band", "atendance_band")).unwrap();
    let decide = run(folder.path(), &["decide", "pack", "--in", "in.csv", "--out", "out.csv"]);
    holds(&decide.err, &["unknown column `atendance_band` (did you mean `attendance_band`?)"]);
    nothing_left(folder.path(), &["pack", "in.csv"]);
}

#[test]
fn a_csv_as_excel_saves_it_reads_without_help() {
    let folder = with_pack();
    let excel =
        format!("\u{feff}{}", CSV.replace("2023-11-06T09:15:00", "06/11/2023 09:15").replace('\n', "\r\n"));
    fs::write(folder.path().join("excel.csv"), excel).unwrap();
    fs::write(folder.path().join("plain.csv"), CSV).unwrap();
    for name in ["excel", "plain"] {
        let decide = run(
            folder.path(),
            &["decide", "pack", "--in", &format!("{name}.csv"), "--out", &format!("{name}.out.csv")],
        );
        assert_eq!(decide.code, 0, "{}", decide.err);
    }
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!(read("excel.out.csv"), read("plain.out.csv"));
    let rows: Vec<String> = read("plain.out.csv").lines().map(str::to_owned).collect();
    assert!(rows[0].starts_with("id,stage,route,level,rating,outcome"));
    assert!(rows[1].contains("early_help"), "{}", rows[1]);
    // An empty cell is not known, so the second contact leaves the rule undetermined.
    assert!(rows[2].contains("AT-01 needs attendance_band"), "{}", rows[2]);
}

#[test]
fn invalid_utf8_is_placed() {
    let folder = with_pack();
    let mut bytes = CONTACT.as_bytes().to_vec();
    bytes.extend(b"\n{\"id\": \"c2\xff\"}\n");
    fs::write(folder.path().join("in.jsonl"), bytes).unwrap();
    let decide = run(folder.path(), &["decide", "pack", "--in", "in.jsonl", "--out", "out.jsonl"]);
    assert_eq!(decide.code, 3);
    holds(&decide.err, &["in.jsonl:2: invalid UTF-8 (save the file as UTF-8)"]);
    fs::write(folder.path().join("in.csv"), b"id,received,source\nc\xff,2023-11-06T09:15:00,school\n")
        .unwrap();
    let decide = run(folder.path(), &["decide", "pack", "--in", "in.csv", "--out", "out.jsonl"]);
    holds(&decide.err, &["in.csv:2 field `id`: invalid UTF-8"]);
    fs::write(folder.path().join("pack/attendance.rhai"), b"// \xff").unwrap();
    let check = run(folder.path(), &["check", "pack"]);
    assert_eq!(check.code, 3);
    holds(&check.err, &["pack/attendance.rhai: invalid UTF-8 on line 1"]);
    nothing_left(folder.path(), &["pack", "in.jsonl", "in.csv"]);
}

#[test]
fn an_output_that_cannot_be_written_is_named_before_the_work() {
    let folder = with_pack();
    fs::write(folder.path().join("in.jsonl"), CONTACT).unwrap();
    for (out, message) in
        [("nowhere/out.jsonl", "there is no folder `nowhere`"), ("pack", "does not tell its form")]
    {
        let decide = run(folder.path(), &["decide", "pack", "--in", "in.jsonl", "--out", out]);
        assert_eq!(decide.code, 3, "{out}");
        holds(&decide.err, &[message]);
    }
    let docs = run(folder.path(), &["docs", "pack", "--out", "pack"]);
    holds(&docs.err, &["is a folder not a file"]);
}

#[test]
fn a_run_that_is_stopped_leaves_no_output() {
    let folder = TempDir::new().unwrap();
    let project = root();
    let report = folder.path().join("report.html");
    let mut child = Command::new(mash())
        .args(["compare", "--decisions-only", "scenarios/herefordshire-like-2023.json"])
        .args(["--pack", "rules/levels-of-need"])
        .args(["--against", "rules/neglect-earlier", "--replications", "500", "--out"])
        .arg(&report)
        .current_dir(&project)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_secs(3));
    assert!(child.try_wait().unwrap().is_none(), "the run ended before it could be stopped");
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    let ran = ran(&child.wait_with_output().unwrap());
    assert_eq!(ran.code, 4, "{}", ran.err);
    holds(&ran.err, &["nothing was written"]);
    nothing_left(folder.path(), &[]);
}

#[test]
fn misuse_has_its_own_exit_code() {
    let folder = with_pack();
    assert_eq!(run(folder.path(), &["chekc", "pack"]).code, 2);
    assert_eq!(run(folder.path(), &["explain", "pack", "--case", "nothing"]).code, 2);
    assert_eq!(run(folder.path(), &["check", "nowhere"]).code, 3);
}

#[test]
fn every_answer_as_json_follows_its_schema() {
    let folder = with_pack();
    fs::write(folder.path().join("in.jsonl"), CONTACT).unwrap();
    let answers: [(&str, Vec<&str>); 10] = [
        ("check", vec!["check", "pack"]),
        ("check", vec!["check", "pack", "--fix"]),
        ("explain-lint", vec!["explain-lint"]),
        ("explain-lint", vec!["explain-lint", "MASH008"]),
        ("test", vec!["test", "pack", "--mutants"]),
        ("explain", vec!["explain", "pack", "--case", "in.jsonl"]),
        ("decide", vec!["decide", "pack", "--in", "in.jsonl", "--out", "out.jsonl"]),
        ("written", vec!["docs", "pack", "--out", "doc.html"]),
        ("written", vec!["new", "pack", "another"]),
        ("written", vec!["new", "scenario", "ours.json"]),
    ];
    for (schema, mut args) in answers {
        args.push("--json");
        let answer = run(folder.path(), &args);
        assert_eq!(answer.code, 0, "{args:?}: {}", answer.err);
        conforms(schema, &serde_json::from_str(&answer.out).unwrap());
    }
    let scenario = fs::read_to_string(folder.path().join("ours.json")).unwrap();
    conforms("scenario", &serde_json::from_str(&scenario).unwrap());
    assert!(scenario.contains("\"id\": \"ours\""));
    let decision = fs::read_to_string(folder.path().join("out.jsonl")).unwrap();
    conforms("decision", &serde_json::from_str(&decision).unwrap());
    conforms("contact", &serde_json::from_str(CONTACT).unwrap());
}

#[test]
fn shipped_files_follow_their_schemas() {
    let json = |path: PathBuf| -> serde_json::Value {
        serde_json::from_str(&fs::read_to_string(&path).unwrap())
            .unwrap_or_else(|e| panic!("{}: {e}", path.display()))
    };
    for name in mash_tests_support::shipped_packs() {
        let folder = root().join("rules").join(name);
        conforms("manifest", &json(folder.join("manifest.json")));
        for (file, schema) in [("facts.json", "facts"), ("thresholds.json", "thresholds")] {
            if folder.join(file).exists() {
                conforms(schema, &json(folder.join(file)));
            }
        }
        if let Ok(cases) = fs::read_dir(folder.join("cases")) {
            for case in cases.flatten() {
                conforms("cases", &json(case.path()));
            }
        }
    }
    for (folder, schema) in [
        ("", "scenario"),
        ("what-if", "scenario"),
        ("models", "scenario"),
        ("reference", "network"),
        ("vignettes", "vignette"),
    ] {
        for file in fs::read_dir(root().join("scenarios").join(folder)).unwrap().flatten() {
            if file.path().extension().is_some_and(|extension| extension == "json") {
                conforms(schema, &json(file.path()));
            }
        }
    }
}

/// The value follows the schema that `mash schema` prints under this name.
pub(crate) fn conforms(name: &str, value: &serde_json::Value) {
    let schema = run(&root(), &["schema", name]);
    assert_eq!(schema.code, 0, "{}", schema.err);
    let schema: serde_json::Value = serde_json::from_str(&schema.out).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(value).map(|error| format!("{} at {}", error, error.instance_path)).collect();
    assert!(errors.is_empty(), "{name}: {errors:?}");
}

#[test]
fn every_help_page_says_what_the_cases_are() {
    let folder = TempDir::new().unwrap();
    let help = run(folder.path(), &["--help"]);
    assert_eq!(help.code, 0);
    for verb in [
        "new",
        "check",
        "explain-lint",
        "test",
        "explain",
        "decide",
        "docs",
        "compare",
        "sweep",
        "report",
        "schema",
    ] {
        assert!(help.out.contains(verb), "{verb}");
        let page = run(folder.path(), &[verb, "--help"]);
        assert_eq!(page.code, 0);
        holds(&page.out, &["not for a decision about a real child"]);
    }
    holds(&help.out, &["not for a decision about a real child"]);
}

#[test]
fn decisions_have_the_published_shape() {
    let folder = with_pack();
    fs::write(folder.path().join("in.jsonl"), CONTACT).unwrap();
    let decide = run(folder.path(), &["decide", "pack", "--in", "in.jsonl", "--out", "-"]);
    assert_eq!(decide.code, 0, "{}", decide.err);
    let decision: serde_json::Value = serde_json::from_str(decide.out.trim()).unwrap();
    for field in [
        "id",
        "stage",
        "route",
        "level",
        "rating",
        "outcome",
        "duties",
        "due",
        "consent",
        "could_still_be",
        "fired",
        "undetermined",
        "failed",
        "manual_review",
        "reasons",
    ] {
        assert!(!decision[field].is_null(), "{field}: {decision}");
    }
    // Green is three working days of the hub: from Monday 6 November to Thursday 9 November.
    assert_eq!(decision["due"], "2023-11-09T09:15:00");
}
