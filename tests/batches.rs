//! Batches as a person runs them: the same bytes however the work is split, after a kill, and with a full disk.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use mash_tests_support::{mash, root, small_disk};
use tempfile::TempDir;

use crate::cli::{Ran, holds, run};

const FILES: [&str; 6] = [
    "replications.csv",
    "replications.jsonl",
    "replications.parquet",
    "summary.csv",
    "data-dictionary.csv",
    "manifest.json",
];
const REPLICATIONS: &str = "15";

/// Arguments of a small batch.
fn arguments<'a>(out: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let mut all = vec![
        "simulate",
        "scenarios/herefordshire-like-2023.json",
        "--contacts",
        "120",
        "--replications",
        REPLICATIONS,
        "--out",
        out,
    ];
    all.extend(more);
    all
}

fn simulate(folder: &Path, name: &str, more: &[&str]) -> Ran {
    let out = folder.join(name);
    run(&root(), &arguments(out.to_str().unwrap(), more))
}

fn bytes(folder: &Path) -> Vec<Vec<u8>> {
    FILES
        .iter()
        .map(|name| fs::read(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}")))
        .collect()
}

fn whole(folder: &TempDir) -> Vec<Vec<u8>> {
    let ran = simulate(folder.path(), "whole", &[]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let place = folder.path().join("whole");
    assert!(!place.join("rows.checkpoint").exists());
    bytes(&place)
}

#[test]
fn threads_shards_and_merging_change_no_byte() {
    let folder = TempDir::new().unwrap();
    let whole = whole(&folder);
    for threads in ["1", "7"] {
        let ran = simulate(folder.path(), threads, &["--threads", threads]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert!(bytes(&folder.path().join(threads)) == whole, "{threads} threads");
    }
    for of in [2, 7] {
        let names: Vec<String> = (1..=of).map(|index| format!("shard-{index}-of-{of}")).collect();
        for (index, name) in (1..=of).zip(&names) {
            let ran = simulate(folder.path(), name, &["--shard", &format!("{index}/{of}")]);
            assert_eq!(ran.code, 0, "{}", ran.err);
        }
        let merged = format!("merged-{of}");
        // In any order.
        let mut merge = vec!["merge"];
        merge.extend(names.iter().rev().map(String::as_str));
        merge.extend(["--out", &merged]);
        let ran = run(folder.path(), &merge);
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert!(bytes(&folder.path().join(&merged)) == whole, "{of} shards");
        let without: Vec<&str> = merge.iter().copied().filter(|name| *name != "shard-2-of-2").collect();
        if of == 2 {
            let missing = run(folder.path(), &without);
            assert_eq!(missing.code, 3);
            holds(&missing.err, &["1 shard is missing: 2/2", "--shard"]);
            let twice = run(folder.path(), &["merge", "shard-1-of-2", "shard-1-of-2", "--out", "twice"]);
            assert_eq!(twice.code, 3);
            holds(&twice.err, &["is shard 1/2, and so is", "give each shard once"]);
            assert!(!folder.path().join("twice").exists());
        } else {
            let mixed = run(folder.path(), &["merge", "shard-1-of-2", "shard-2-of-7", "--out", "mixed"]);
            assert_eq!(mixed.code, 3);
            holds(&mixed.err, &["is of another run", "number of shards"]);
        }
    }
    let unfinished = run(folder.path(), &["merge", "whole", "nothing-here", "--out", "merged"]);
    assert_eq!(unfinished.code, 3);
    holds(&unfinished.err, &["no finished results"]);
}

/// Starts a batch and kills it once its checkpoint holds rows.
fn killed(place: &Path) -> String {
    let out = place.to_str().unwrap();
    let mut child = Command::new(mash())
        .args(arguments(out, &["--threads", "1"]))
        .current_dir(root())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let checkpoint = place.join("rows.checkpoint");
    let mut lines = String::new();
    // A minute at most.
    for _ in 0..60_000 {
        lines = fs::read_to_string(&checkpoint).unwrap_or_default();
        if lines.lines().count() > 3 {
            break;
        }
        if child.try_wait().unwrap().is_some() {
            lines = String::new();
            break;
        }
        thread::sleep(Duration::from_millis(1));
    }
    // SIGKILL: nothing can be tidied up.
    child.kill().ok();
    child.wait().unwrap();
    lines
}

#[test]
fn a_killed_batch_goes_on_and_gives_the_same_bytes() {
    let folder = TempDir::new().unwrap();
    let whole = whole(&folder);
    let place = folder.path().join("killed");
    assert!(killed(&place).lines().count() > 3, "the batch ended before it could be killed");
    for name in FILES {
        assert!(!place.join(name).exists(), "{name} of a batch that was killed");
    }
    // The last row was cut off in the middle.
    let checkpoint = place.join("rows.checkpoint");
    let text = fs::read(&checkpoint).unwrap();
    fs::write(&checkpoint, &text[..text.len() - 20]).unwrap();
    let ran = simulate(folder.path(), "killed", &[]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    holds(&ran.err, &["the last row of the checkpoint was cut off", "going on after"]);
    assert!(bytes(&place) == whole);
}

#[test]
fn a_checkpoint_that_cannot_be_trusted_is_refused() {
    let folder = TempDir::new().unwrap();
    let place = folder.path().join("batch");
    assert!(killed(&place).lines().count() > 3, "the batch ended before it could be killed");
    let other = simulate(folder.path(), "batch", &["--seed", "99"]);
    assert_eq!(other.code, 3);
    holds(&other.err, &["is of another run: the seed is", "--restart"]);
    let checkpoint = place.join("rows.checkpoint");
    let text = fs::read_to_string(&checkpoint).unwrap();
    let damaged = text.replacen("[1,[", "[1,[9", 1);
    assert_ne!(damaged, text);
    fs::write(&checkpoint, damaged).unwrap();
    let ran = simulate(folder.path(), "batch", &[]);
    assert_eq!(ran.code, 3);
    holds(&ran.err, &["line 3 is damaged", "--restart"]);
    let anew = simulate(folder.path(), "batch", &["--restart"]);
    assert_eq!(anew.code, 0, "{}", anew.err);
}

#[test]
fn a_full_disk_leaves_a_checkpoint_to_go_on_from_and_nothing_half_written() {
    let folder = TempDir::new().unwrap();
    let disk = folder.path().join("disk");
    fs::create_dir(&disk).unwrap();
    if !small_disk(&disk, "48k") {
        return;
    }
    let full = simulate(&disk, "batch", &[]);
    let left: Vec<String> = fs::read_dir(disk.join("batch"))
        .map(|entries| {
            entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
        })
        .unwrap_or_default();
    let resumed = Command::new("mount").args(["-o", "remount,size=16m"]).arg(&disk).status().is_ok();
    let again = simulate(&disk, "batch", &[]);
    let same = whole(&folder) == bytes(&disk.join("batch"));
    Command::new("umount").arg(&disk).status().unwrap();
    assert_eq!(full.code, 3, "{}", full.err);
    holds(&full.err, &["the disk is full"]);
    assert!(left.iter().all(|name| !FILES.contains(&name.as_str())), "{left:?}");
    assert!(resumed && again.code == 0 && same, "{}", again.err);
}

#[test]
fn a_batch_stops_when_a_measure_is_precise_enough() {
    let common = ["simulate", "scenarios/reference/mm1.json", "--json"];
    let ran = run(&root(), &[&common[..], &["--precision", "nothing=1"]].concat());
    assert_eq!(ran.code, 2);
    holds(&ran.err, &["there is no measure `nothing`"]);
    let network: serde_json::Value = serde_json::from_str(&run(&root(), &common).out).unwrap();
    let first = network["measures"][0]["id"].as_str().unwrap().to_owned();
    let half = |answer: &serde_json::Value| {
        let estimate = &answer["measures"][0]["estimate"];
        (estimate["high"].as_f64().unwrap() - estimate["low"].as_f64().unwrap()) / 2.0
    };
    let wide = half(&network);
    let precision = format!("{first}={}", wide / 1.5);
    let narrow =
        run(&root(), &[&common[..], &["--precision", &precision, "--replications", "2000"]].concat());
    assert_eq!(narrow.code, 0, "{}", narrow.err);
    let narrow: serde_json::Value = serde_json::from_str(&narrow.out).unwrap();
    assert!(half(&narrow) <= wide / 1.5 && narrow["done"].as_u64() > network["done"].as_u64());
    let sharded = [&common[..], &["--precision", &precision, "--shard", "1/2", "--out", "/tmp"]].concat();
    let sharded = run(&root(), &sharded[..sharded.len() - 2]);
    assert_eq!(sharded.code, 2);
}

#[test]
fn a_log_of_contacts_may_say_nothing_of_whom_it_is_about() {
    let folder = TempDir::new().unwrap();
    let log = folder.path().join("log.csv");
    let with = |text: &str| {
        fs::write(&log, text).unwrap();
        let scenario = "scenarios/herefordshire-like-2023.json";
        let log = log.to_str().unwrap();
        run(&root(), &["simulate", scenario, "--replications", "2", "--contact-log", log, "--json"])
    };
    let named = with("received,source,child_name\n2022-05-03T10:00,police,Jo\n");
    assert_eq!(named.code, 3);
    holds(&named.err, &["column `child_name`: a log of contacts may not have it", "take the column out"]);
    let wrong = with("received,source,screening_minutes\n2022-05-03,police,5\n2031-01-01T10:00,polce,-3\n");
    assert_eq!(wrong.code, 3);
    holds(&wrong.err, &["lies outside the run", "`polce` is no source", "`-3` is no time"]);
    let fine = with("received,source\n2022-05-03T10:00,police\n2022-05-04 11:30,schools\n");
    assert_eq!(fine.code, 0, "{}", fine.err);
    let answer: serde_json::Value = serde_json::from_str(&fine.out).unwrap();
    let contacts = &answer["measures"][0];
    assert_eq!(contacts["id"], "contacts");
    assert!(contacts["estimate"]["mean"].as_f64().unwrap() >= 2.0);
}

#[test]
fn what_cannot_be_simulated_is_refused_with_the_mend() {
    let folder = TempDir::new().unwrap();
    let place = folder.path().join("scenario.json");
    let base = root().join("scenarios/herefordshire-like-2023.json");
    let with = |change: serde_json::Value| {
        let mut scenario = serde_json::json!({ "extends": base, "id": "scenario", "title": "t" });
        scenario["front_door"] = change;
        fs::write(&place, scenario.to_string()).unwrap();
        run(&root(), &["simulate", place.to_str().unwrap(), "--replications", "1"])
    };
    let figure =
        |value: f64| serde_json::json!({ "value": value, "mark": "synthesised", "reason": "a test" });
    let unsourced = |value: f64| serde_json::json!({ "value": value, "mark": "synthesised", "source": null, "reason": "a test" });
    let cases = [
        (serde_json::json!({ "screening": { "staff": figure(0.5) } }), "its queue would only grow"),
        (serde_json::json!({ "screening": { "hours": { "working_days": null } } }), "it is never open"),
        (
            serde_json::json!({ "decision": { "hours": { "working_days": ["17:00", "09:00"] } } }),
            "opens at 17:00",
        ),
        (serde_json::json!({ "plan": { "ends_at_later_review": unsourced(0.0) } }), "a path without an exit"),
        (serde_json::json!({ "screening": { "absent": figure(1.5) } }), "expected a share from 0 to 1"),
        (serde_json::json!({ "section_47": { "days": figure(-1.0) } }), "expected more than 0"),
    ];
    for (change, message) in cases {
        let ran = with(change);
        assert_eq!(ran.code, 3, "{message}: {}", ran.err);
        holds(&ran.err, &[message, "front_door"]);
    }
    let unserved = serde_json::json!({ "screening": { "minutes": {
        "value": { "red": 30, "otherwise": null }, "mark": "synthesised", "reason": "a test"
    } } });
    let ran = with(unserved);
    assert_eq!(ran.code, 3, "{}", ran.err);
    holds(&ran.err, &["no minutes for rating `blue`"]);
}
