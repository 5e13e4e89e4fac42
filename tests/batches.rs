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

use crate::cli::{Ran, conforms, holds, run};

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

/// The shipped county with one figure changed.
fn changed(folder: &Path, change: serde_json::Value) -> String {
    let place = folder.join("scenario.json");
    let base = root().join("scenarios/herefordshire-like-2023.json");
    let mut scenario = serde_json::json!({ "extends": base, "id": "scenario", "title": "t" });
    scenario["front_door"] = change;
    fs::write(&place, scenario.to_string()).unwrap();
    place.to_str().unwrap().to_owned()
}

fn figure(value: f64) -> serde_json::Value {
    serde_json::json!({ "value": value, "mark": "synthesised", "source": null, "reason": "a test" })
}

/// Minutes of a decision, whatever the rating.
fn decision_minutes(minutes: f64) -> serde_json::Value {
    serde_json::json!({ "decision": { "minutes": {
        "value": { "red": minutes, "amber": minutes, "otherwise": minutes },
        "mark": "synthesised", "source": null, "reason": "a test"
    } } })
}

#[test]
fn a_desk_that_cannot_keep_up_is_refused_before_the_run_or_named() {
    let folder = TempDir::new().unwrap();
    let with = |change| {
        let scenario = changed(folder.path(), change);
        run(&root(), &["simulate", &scenario, "--replications", "1", "--pack", "rules/levels-of-need"])
    };
    let police =
        |staff| serde_json::json!({ "enquiries": { "desks": { "police": { "staff": figure(staff) } } } });
    for (change, place) in [
        (police(0.3), "front_door.enquiries.desks.police: up to"),
        (decision_minutes(300.0), "front_door.decision: up to"),
    ] {
        let ran = with(change);
        assert_eq!((ran.code, ran.out.as_str()), (3, ""), "{}", ran.err);
        let err = ran.err.split_whitespace().collect::<Vec<_>>().join(" ");
        holds(
            &err,
            &[place, "hours on duty, a utilisation of", "its queue would only grow", "raise `staff` to"],
        );
    }
    // The number named is enough, and one fewer is not: what is said of the police is said of them alone.
    assert_eq!(with(police(1.0)).code, 0);
    // Between the least and the most that can come there is a note, and the run.
    let tight = with(decision_minutes(175.0));
    assert_eq!(tight.code, 0, "{}", tight.err);
    let out = tight.out.split_whitespace().collect::<Vec<_>>().join(" ");
    holds(&out, &["NOTE: front_door.decision: up to", "it may not keep up"]);
    // Nothing is said of the scenario as it is shipped.
    let shipped = with(serde_json::json!({}));
    assert!(shipped.code == 0 && !shipped.out.contains("keep up"), "{}", shipped.out);
}

#[test]
fn a_limit_on_conferences_is_compared_with_none_by_the_same_measures() {
    let folder = TempDir::new().unwrap();
    let scenario =
        changed(folder.path(), serde_json::json!({ "section_47": { "conferences_a_week": figure(3.0) } }));
    let base = "scenarios/herefordshire-like-2023.json";
    let measure = ["--measure", "conference_wait_days", "--measure", "conference_15_days_pct"];
    let mut arguments = vec!["compare", base, "--against", &scenario, "--pack", "rules/levels-of-need"];
    arguments.extend(["--replications", "2", "--harm-replications", "0", "--json"]);
    arguments.extend(measure);
    let ran = run(&root(), &arguments);
    assert_eq!(ran.code, 0, "{}", ran.err);
    holds(&ran.out, &["conference_wait_days", "conferences_waiting_growth"]);
}

#[test]
fn a_warm_up_is_long_enough_too_short_or_of_what_never_settles() {
    let folder = TempDir::new().unwrap();
    let answer = |change: serde_json::Value| {
        let scenario = changed(folder.path(), change);
        let ran = run(
            &root(),
            &[
                "warm-up",
                &scenario,
                "--pack",
                "rules/levels-of-need",
                "--replications",
                "2",
                "--years",
                "4",
                "--json",
            ],
        );
        assert!([0, 1].contains(&ran.code), "{}", ran.err);
        let answer: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(ran.code == 0, answer["verdict"] == "long_enough");
        answer
    };
    let series = |answer: &serde_json::Value, id: &str| {
        let all = answer["series"].as_array().unwrap();
        all.iter().find(|one| one["id"] == id).unwrap().clone()
    };
    // As shipped, desks have filled long before the year that counts; one replication would do.
    let shipped = answer(serde_json::json!({}));
    assert_eq!((shipped["stated_weeks"].as_u64(), shipped["weeks"].as_u64()), (Some(52), Some(208)));
    conforms("warm-up", &shipped);
    let waiting = series(&shipped, "screening_waiting");
    assert_eq!(waiting["verdict"], "long_enough", "{waiting}");
    assert!(waiting["level"]["mean"].as_f64().unwrap() > 0.5 && waiting["mend"].is_null());
    assert_eq!(waiting["weekly"].as_array().unwrap().len(), 208);
    let base = "scenarios/herefordshire-like-2023.json";
    let text = run(&root(), &["warm-up", base, "--replications", "2", "--years", "4"]);
    holds(&text.out, &["MSER-5", "Welch", "Children in need", "52", "weeks"]);
    assert!(text.out.lines().all(|line| line.chars().count() <= 80), "{}", text.out);
    assert_eq!(run(&root(), &["warm-up", base, "--years", "3"]).code, 2);
    // Without a warm-up the contacts of those heard of before are still to come.
    let none = answer(serde_json::json!({ "run": { "warm_up_days": figure(0.0) } }));
    let contacts = series(&none, "contacts");
    assert_eq!(contacts["verdict"], "too_short", "{}", contacts["welch_weeks"]);
    assert!(
        contacts["mend"].as_str().unwrap().contains("`front_door.run.warm_up_days` to"),
        "{}",
        contacts["mend"]
    );
    // A desk that falls behind has no level, however long it is waited for.
    let behind = answer(decision_minutes(300.0));
    let waiting = series(&behind, "hub_waiting");
    assert_eq!(waiting["verdict"], "does_not_settle", "{}", waiting["growth"]);
    assert!(waiting["level"].is_null() && waiting["needed_weeks"].is_null());
    assert!(waiting["growth"]["low"].as_f64().unwrap() > 0.0);
    assert!(waiting["mend"].as_str().unwrap().starts_with("raise `front_door.decision.staff`"));
}
