//! `check --format sarif`: logs follow the schema of SARIF 2.1.0 and say what the findings say.

use std::{fs, path::PathBuf, process::Command};

use mash_rules::FindingKind;
use mash_tests_support::{mash, root};
use serde_json::Value;
use serde_sarif::sarif::{Result as SarifResult, Sarif};
use tempfile::TempDir;

/// The schema of SARIF 2.1.0 as OASIS publishes it, from the package that carries it.
fn schema() -> Value {
    // Packages of other platforms need not be here.
    let version = Command::new("rustc").arg("-vV").output().unwrap();
    let version = String::from_utf8_lossy(&version.stdout).into_owned();
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", host])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let package =
        metadata["packages"].as_array().unwrap().iter().find(|package| package["name"] == "serde-sarif");
    let manifest = PathBuf::from(package.unwrap()["manifest_path"].as_str().unwrap());
    let text = fs::read_to_string(manifest.with_file_name("src").join("schema.json")).unwrap();
    let schema: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(schema["title"], "Static Analysis Results Format (SARIF) Version 2.1.0 JSON Schema");
    schema
}

/// A folder with a pack in `our packs`, and the log of its check once `change` has been made.
fn log(file: &str, from: &str, to: &str) -> (TempDir, Value) {
    let folder = TempDir::new().unwrap();
    let run = |args: &[&str]| Command::new(mash()).args(args).current_dir(folder.path()).output().unwrap();
    assert!(run(&["new", "pack", "our packs"]).status.success());
    let path = folder.path().join("our packs").join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from));
    fs::write(path, text.replace(from, to)).unwrap();
    let output = run(&["check", "our packs", "--format", "sarif"]);
    let log = serde_json::from_slice(&output.stdout).unwrap();
    (folder, log)
}

/// The one result of a log that follows the schema.
#[track_caller]
fn result(log: &Value) -> SarifResult {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(log).map(|error| format!("{error} at {}", error.instance_path)).collect();
    assert!(errors.is_empty(), "{errors:?}");
    let log: Sarif = serde_json::from_value(log.clone()).unwrap();
    let mut results = log.runs[0].results.clone().unwrap();
    assert_eq!(results.len(), 1);
    results.remove(0)
}

#[test]
fn the_schema_refuses_a_log_that_is_none() {
    let (_folder, mut log) = log("attendance.rhai", "AT-01", "AT-02");
    let validator = jsonschema::validator_for(&schema()).unwrap();
    assert!(validator.is_valid(&log));
    log["runs"][0]["columnKind"] = "letters".into();
    assert!(!validator.is_valid(&log));
}

#[test]
fn a_result_says_what_where_and_how_to_mend_it() {
    let (folder, log) = log("attendance.rhai", "f.attendance_band", "f.atendance_band");
    let result = result(&log);
    assert_eq!(result.rule_id.as_deref(), Some("MASH005"));
    let text = result.message.text.as_deref().unwrap();
    assert_eq!(text, "unknown fact `atendance_band` (did you mean `attendance_band`?)");
    let place = result.locations.unwrap()[0].physical_location.clone().unwrap();
    assert_eq!(place.artifact_location.unwrap().uri.as_deref(), Some("our%20packs/attendance.rhai"));
    let region = place.region.unwrap();
    assert_eq!((region.start_line, region.start_column), (Some(4), Some(25)));

    // The fix, applied as the standard says, gives what `--fix` writes.
    let change = result.fixes.unwrap()[0].artifact_changes[0].clone();
    let replacement = &change.replacements[0];
    let region = &replacement.deleted_region;
    assert_eq!((region.start_line, region.end_line), (Some(4), Some(4)));
    let (start, end) = (region.start_column.unwrap() as usize - 1, region.end_column.unwrap() as usize - 1);
    let text = fs::read_to_string(folder.path().join("our packs/attendance.rhai")).unwrap();
    let line: Vec<char> = text.lines().nth(3).unwrap().chars().collect();
    let inserted = replacement.inserted_content.clone().unwrap().text.unwrap();
    let mended: String =
        line[..start].iter().copied().chain(inserted.chars()).chain(line[end..].iter().copied()).collect();
    assert!(mended.contains("reaches(f.attendance_band, "), "{mended}");
}

#[test]
fn warnings_and_whole_files_have_a_place_without_a_region() {
    let spare = "{\n  \"spare\": { \"title\": \"t\", \"values\": [ { \"from\": \"2026-01-01\", \"value\": 1, \"source\": { \"title\": \"t\" } } ] },";
    let (_folder, log) = log("thresholds.json", "{\n  \"", &format!("{spare}\n  \""));
    let result = result(&log);
    assert_eq!(result.rule_id.as_deref(), Some("MASH014"));
    assert_eq!(log["runs"][0]["results"][0]["level"], "warning");
    let place = result.locations.unwrap()[0].physical_location.clone().unwrap();
    assert_eq!(place.artifact_location.unwrap().uri.as_deref(), Some("our%20packs/thresholds.json"));
    assert!(place.region.is_none() && result.fixes.is_none());
}

#[test]
fn braces_in_messages_stand_for_themselves() {
    let (_folder, log) = log("manifest.json", "\"effective\": { \"from\": \"2026-04-01\" },", "");
    let result = result(&log);
    let text = result.message.text.unwrap();
    assert!(text.contains("add \"effective\": {{ \"from\": \"2026-04-01\" }}"), "{text}");
}

#[test]
fn the_floor_rule_that_would_be_lowered_is_a_related_place() {
    let explanation = FindingKind::FloorLowered.explanation();
    let folder = TempDir::new().unwrap();
    for (pack, files) in [("floor", mash_rules::lint::FLOOR.files), ("ours", explanation.bad.files)] {
        fs::create_dir(folder.path().join(pack)).unwrap();
        for file in files {
            fs::write(folder.path().join(pack).join(file.name), file.text).unwrap();
        }
    }
    // Named by its whole path, the pack is still told relative to the current folder.
    let pack = folder.path().join("ours");
    let output = Command::new(mash())
        .args(["check", "--format", "sarif"])
        .arg(fs::canonicalize(&pack).unwrap())
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let log: Value = serde_json::from_slice(&output.stdout).unwrap();
    let result = result(&log);
    let related = result.related_locations.unwrap()[0].physical_location.clone().unwrap();
    assert_eq!(related.artifact_location.unwrap().uri.as_deref(), Some("floor/law.rhai"));
    assert_eq!(related.region.unwrap().start_line, Some(1));
    let place = result.locations.unwrap()[0].physical_location.clone().unwrap();
    assert_eq!(place.artifact_location.unwrap().uri.as_deref(), Some("ours/manifest.json"));
}

#[test]
fn every_kind_is_a_rule_of_the_tool_and_results_point_at_theirs() {
    let condition = "reaches(f.attendance_band, threshold::attendance_for_early_help)";
    let (_folder, log) = log("attendance.rhai", condition, &format!("f.unborn == 3 && {condition}"));
    let result = result(&log);
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    let ids: Vec<&str> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    assert_eq!(ids, FindingKind::ALL.map(FindingKind::id));
    assert_eq!(ids[usize::try_from(result.rule_index.unwrap()).unwrap()], result.rule_id.unwrap());
    assert!(rules.iter().all(|rule| rule["help"]["text"].as_str().unwrap().contains("explain-lint")));
}
