//! `check` and `explain-lint` as a person meets them: many packs, mends that are written or shown, forms of the answer.

use std::{
    fs,
    path::{Path, PathBuf},
};

use mash_rules::FindingKind;
use mash_tests_support::root;
use serde_json::Value;
use tempfile::TempDir;

use crate::cli::{change, conforms, copy, holds, nothing_left, run, with_pack};

const RULES: &str = "pack/attendance.rhai";

/// A pack with a misspelt fact and constant, and one error that nobody can mend for its author.
fn broken_pack() -> TempDir {
    let folder = with_pack();
    change(&folder, RULES, "f.attendance_band", "f.atendance_band");
    change(&folder, RULES, ".route(EARLY_HELP)", ".route(Early_HELP)");
    change(&folder, RULES, "\"local\"", "\"elsewhere\"");
    folder
}

fn read(folder: &TempDir, file: &str) -> String {
    fs::read_to_string(folder.path().join(file)).unwrap()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn fix_mends_what_is_certain_and_says_what_remains() {
    let folder = broken_pack();
    let before = read(&folder, RULES);
    let check = run(folder.path(), &["check", "pack", "--fix"]);
    assert_eq!(check.code, 1);
    holds(
        &check.out,
        &[
            "fixed MASH007 pack/attendance.rhai:5:12: write `EARLY_HELP` in place of `Early_HELP`",
            "fixed MASH005 pack/attendance.rhai:4:25: write `attendance_band` in place of `atendance_band`",
            "pack: 1 error, 0 warnings; the pack does not load",
        ],
    );
    holds(&check.err, &["`elsewhere` is no document of the manifest"]);
    let mended = before.replace("Early_HELP", "EARLY_HELP").replace("atendance", "attendance");
    assert_eq!(read(&folder, RULES), mended);
    nothing_left(
        &folder.path().join("pack"),
        &["attendance.rhai", "cases", "facts.json", "manifest.json", "thresholds.json"],
    );
    let again = run(folder.path(), &["check", "pack", "--fix"]);
    assert!(!again.out.contains("fixed"), "{}", again.out);
    assert_eq!(read(&folder, RULES), mended);
}

#[test]
fn diff_shows_the_same_and_writes_nothing() {
    let folder = broken_pack();
    let before = read(&folder, RULES);
    let check = run(folder.path(), &["check", "pack", "--fix", "--diff"]);
    assert_eq!(check.code, 1);
    assert_eq!(read(&folder, RULES), before);
    for line in [
        "--- pack/attendance.rhai\n+++ pack/attendance.rhai\n",
        "\n-    .route(Early_HELP)\n",
        "\n+    .route(EARLY_HELP)\n",
    ] {
        assert!(check.out.contains(line), "{line}\n{}", check.out);
    }
    holds(&check.err, &["would fix MASH005 pack/attendance.rhai:4:25"]);
    assert_eq!(run(folder.path(), &["check", "pack", "--diff"]).code, 2, "a diff of what?");
}

#[test]
fn a_check_without_fix_counts_what_it_would_mend() {
    let folder = with_pack();
    change(&folder, RULES, "f.attendance_band", "f.atendance_band");
    let before = read(&folder, RULES);
    holds(&run(folder.path(), &["check", "pack"]).out, &["`--fix` mends 1"]);
    assert_eq!(read(&folder, RULES), before);
}

#[test]
fn fixes_are_listed_as_json() {
    let folder = broken_pack();
    let dry = json(&run(folder.path(), &["check", "pack", "--fix", "--diff", "--json"]).out);
    let wet = json(&run(folder.path(), &["check", "pack", "--fix", "--json"]).out);
    assert_eq!((&dry["written"], &wet["written"]), (&Value::from(false), &Value::from(true)));
    assert_eq!(dry["fixed"], wet["fixed"]);
    assert_eq!(wet["fixed"][1]["fix"]["replacement"], "attendance_band");
    assert_eq!((&dry["errors"], &wet["errors"]), (&Value::from(1), &Value::from(1)));
    assert!(wet["findings"][0]["fix"].is_null());
    conforms("check", &dry);
    conforms("check", &wet);
}

#[test]
fn a_base_is_mended_as_a_pack_of_its_own_and_before_its_overlays() {
    let folder = with_pack();
    run(folder.path(), &["new", "pack", "above", "--base", "../pack"]);
    change(
        &folder,
        "above/manifest.json",
        "\"set\": {}",
        "\"set\": { \"attendence_for_early_help\": \"<50\" }",
    );
    change(&folder, RULES, "f.attendance_band", "f.atendance_band");
    let before = read(&folder, RULES);
    // The overlay alone: its base is wrong, and stays as it is.
    let check = run(folder.path(), &["check", "above", "--fix"]);
    assert_eq!(check.code, 1);
    assert_eq!(read(&folder, RULES), before);
    assert!(read(&folder, "above/manifest.json").contains("\"attendance_for_early_help\""));
    holds(&check.out, &["above: 1 error, 0 warnings; the pack does not load"]);
    // Both: the base comes first, whatever the order.
    let check = run(folder.path(), &["check", "above", "pack", "--fix"]);
    assert_eq!(check.code, 0, "{}", check.err);
    holds(&check.out, &["above: 1 rule", "pack: 1 rule"]);
}

/// Known and left to the packs' owners: a change of this list is a change of what the shipped rules do together.
#[test]
fn what_analysis_finds_in_the_shipped_pack_is_known() {
    let check = run(&root(), &["check", "rules/levels-of-need", "--json"]);
    assert_eq!(check.code, 0, "{}", check.err);
    let answer: serde_json::Value = serde_json::from_str(&check.out).unwrap();
    let mut found: Vec<(&str, &str)> = answer["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| (finding["kind"].as_str().unwrap(), finding["severity"].as_str().unwrap()))
        .collect();
    found.sort_unstable();
    let count = |id: &str| found.iter().filter(|(kind, _)| *kind == id).count();
    assert!(found.iter().all(|(_, severity)| *severity == "warning"), "{found:?}");
    assert_eq!((count("MASH018"), count("MASH031"), count("MASH032")), (4, 1, 2), "{found:?}");
    assert_eq!(found.len(), 7, "{found:?}");
}

#[test]
fn several_packs_share_one_answer() {
    let project = root();
    let packs: Vec<String> = fs::read_dir(project.join("rules"))
        .unwrap()
        .map(|entry| format!("rules/{}", entry.unwrap().file_name().to_string_lossy()))
        .collect();
    // What each rule says by itself gives no warning; what analysis finds is pinned below.
    let mut args = vec!["check", "--deny-warnings", "--no-analysis"];
    args.extend(packs.iter().map(String::as_str));
    let check = run(&project, &args);
    assert_eq!(check.code, 0, "{}{}", check.out, check.err);
    assert_eq!(check.out.lines().count(), packs.len() - 1);
    holds(&check.err, &["rules/README.md: a file not a pack; left out"]);

    let folder = broken_pack();
    run(folder.path(), &["new", "pack", "above", "--base", "../pack"]);
    run(folder.path(), &["new", "pack", "other"]);
    let check = run(folder.path(), &["check", "pack", "above", "other", "--json"]);
    assert_eq!(check.code, 1);
    let answer = json(&check.out);
    let counts: Vec<(&Value, &Value)> =
        answer["packs"].as_array().unwrap().iter().map(|pack| (&pack["pack"], &pack["errors"])).collect();
    assert_eq!(
        format!("{counts:?}"),
        r#"[(String("pack"), Number(1)), (String("above"), Number(1)), (String("other"), Number(0))]"#
    );
    // What is wrong with a base is said once.
    assert_eq!((&answer["errors"], answer["findings"].as_array().unwrap().len()), (&Value::from(1), 1));
    assert_eq!(answer["packs"][1]["fixable"], 0, "the file is the base's");

    // A pack that cannot be read does not hide what is wrong with the others.
    let check = run(folder.path(), &["check", "nowhere", "pack"]);
    assert_eq!(check.code, 3);
    holds(&check.err, &["unknown name `Early_HELP`", "nowhere: there is no such folder"]);
    assert_eq!(run(folder.path(), &["check", RULES]).code, 3);
    assert_eq!(run(folder.path(), &["check"]).code, 2);
}

#[test]
fn warnings_count_where_they_are_denied() {
    let folder = with_pack();
    change(&folder, RULES, "threshold::attendance_for_early_help", "\"<50\"");
    assert_eq!(run(folder.path(), &["check", "pack"]).code, 0);
    let check = run(folder.path(), &["check", "pack", "--deny-warnings"]);
    assert_eq!(check.code, 1);
    holds(&check.out, &["0 errors 1 warning"]);
    // A fix is certain, and whether somebody will read the threshold is not.
    assert_eq!(run(folder.path(), &["check", "pack", "--deny-warnings", "--fix"]).code, 1);
}

#[test]
fn forms_of_the_answer() {
    let folder = with_pack();
    let as_json = run(folder.path(), &["check", "pack", "--json"]);
    assert_eq!(as_json.out, run(folder.path(), &["check", "pack", "--format", "json"]).out);
    assert_eq!(as_json.out, run(folder.path(), &["check", "pack", "--format", "json", "--json"]).out);
    assert_eq!(json(&run(folder.path(), &["check", "pack", "--format", "sarif"]).out)["version"], "2.1.0");
    let plain = run(folder.path(), &["check", "pack"]).out;
    assert_eq!(plain, run(folder.path(), &["check", "pack", "--format", "text"]).out);
    let both = run(folder.path(), &["check", "pack", "--format", "sarif", "--json"]);
    assert_eq!(both.code, 2);
    holds(&both.err, &["name one form"]);
}

#[cfg(unix)]
#[test]
fn a_mended_file_keeps_its_permissions_and_a_link_out_of_the_pack_is_left() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = broken_pack();
    let rules = folder.path().join(RULES);
    fs::set_permissions(&rules, fs::Permissions::from_mode(0o640)).unwrap();
    run(folder.path(), &["check", "pack", "--fix"]);
    assert_eq!(fs::metadata(&rules).unwrap().permissions().mode() & 0o777, 0o640);

    let folder = broken_pack();
    let (rules, elsewhere) = (folder.path().join(RULES), folder.path().join("shared.rhai"));
    fs::rename(&rules, &elsewhere).unwrap();
    symlink(&elsewhere, &rules).unwrap();
    let before = read(&folder, "shared.rhai");
    let check = run(folder.path(), &["check", "pack", "--fix"]);
    assert_eq!(check.code, 3);
    holds(&check.err, &["pack/attendance.rhai: leads out of the pack's folder and is not mended"]);
    assert_eq!(read(&folder, "shared.rhai"), before);

    // Within the pack it stays a link.
    let inside = folder.path().join("pack/cases/shared.txt");
    fs::rename(&elsewhere, &inside).unwrap();
    fs::remove_file(&rules).unwrap();
    symlink("cases/shared.txt", &rules).unwrap();
    run(folder.path(), &["check", "pack", "--fix"]);
    assert_eq!(fs::read_link(&rules).unwrap(), PathBuf::from("cases/shared.txt"));
    assert!(fs::read_to_string(inside).unwrap().contains("f.attendance_band"));
}

#[test]
fn shipped_packs_in_other_clothes_are_mended_byte_for_byte() {
    let folder = TempDir::new().unwrap();
    copy(&root().join("rules"), &folder.path().join("rules"));
    let rules = folder.path().join("rules/levels-of-need/domestic_abuse.rhai");
    let right = format!("\u{feff}{}", fs::read_to_string(&rules).unwrap().replace('\n', "\r\n"));
    assert!(right.contains("f.dash_grade") && right.contains("STRATEGY_DISCUSSION"));
    let wrong = right.replacen("f.dash_grade", "f.dash_grad", 2).replacen(
        "STRATEGY_DISCUSSION",
        "STRATEGY_discussion",
        1,
    );
    fs::write(&rules, wrong).unwrap();
    let check = run(folder.path(), &["check", "rules/levels-of-need", "--fix"]);
    assert_eq!(check.code, 0, "{}", check.err);
    assert_eq!(check.out.matches("fixed MASH").count(), 3, "{}", check.out);
    assert!(fs::read_to_string(rules).unwrap() == right);
}

#[test]
fn explain_lint_lists_all_and_explains_each() {
    let here = Path::new(".");
    let list = run(here, &["explain-lint"]);
    assert_eq!(list.code, 0);
    assert_eq!(list.out.lines().count(), FindingKind::ALL.len());
    for (line, kind) in list.out.lines().zip(FindingKind::ALL) {
        assert!(line.starts_with(kind.id()) && line.ends_with(kind.explanation().title), "{line}");
        let page = run(here, &["explain-lint", kind.id()]);
        assert_eq!(page.code, 0, "{line}");
        let wide = list.out.lines().chain(page.out.lines()).find(|line| line.chars().count() > 80);
        assert_eq!(wide, None);
        holds(&page.out, &["What it is:", "Why it matters:", "What --fix mends:", "Wrong", "Mended"]);
    }
    assert_eq!(run(here, &["explain-lint", "mash005"]).out, run(here, &["explain-lint", "MASH005"]).out);
}

#[test]
fn a_misspelt_id_of_a_finding_is_misuse() {
    let here = Path::new(".");
    let near = run(here, &["explain-lint", "MSAH005"]);
    assert_eq!(near.code, 2);
    holds(&near.err, &["there is no finding `MSAH005`; did you mean `MASH005`?"]);
    let far = run(here, &["explain-lint", "E0308"]);
    assert_eq!(far.code, 2);
    holds(&far.err, &["`mash explain-lint` lists them all"]);
}
