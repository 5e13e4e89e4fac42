//! Experiments and sweeps in shards and after a kill: the same bytes as in one go, and shards that do not belong together
//! refused by name.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use mash_tests_support::{mash, root};
use tempfile::TempDir;

use crate::cli::{Ran, holds, run};

/// An experiment with every kind of row: replications, missed harm, doubtful inputs, packs on equal facts.
const EXPERIMENT: [&str; 14] = [
    "compare",
    "scenarios/herefordshire-like-2023.json",
    "--against",
    "rules/neglect-earlier",
    "--against",
    "scenarios/people-decide.json",
    "--contacts",
    "300",
    "--replications",
    "7",
    "--harm-replications",
    "2",
    "--uncertainty",
    "2",
];
const SWEEP: [&str; 8] = [
    "sweep",
    "scenarios/herefordshire-like-2023.json",
    "--vary",
    "front_door.decision.staff=2,3,6",
    "--replications",
    "4",
    "--until",
    "hub_utilisation_pct<=25",
];

fn go(arguments: &[&str], out: &Path, more: &[&str]) -> Ran {
    run(&root(), &[arguments, &["--out", out.to_str().unwrap()], more].concat())
}

/// Every file of a folder, by name.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let name = |entry: &fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
    entries.map(|entry| (name(&entry), fs::read(entry.path()).unwrap())).collect()
}

fn same(found: &BTreeMap<String, Vec<u8>>, wanted: &BTreeMap<String, Vec<u8>>) {
    assert_eq!(found.keys().collect::<Vec<_>>(), wanted.keys().collect::<Vec<_>>());
    for (name, bytes) in wanted {
        assert!(found[name] == *bytes, "{name} differs");
    }
}

fn whole(arguments: &[&str], folder: &TempDir) -> BTreeMap<String, Vec<u8>> {
    let place = folder.path().join("whole");
    let ran = go(arguments, &place, &[]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    files(&place)
}

fn merge(shards: &[&Path], out: &Path) -> Ran {
    let shards: Vec<&str> = shards.iter().map(|shard| shard.to_str().unwrap()).collect();
    run(&root(), &[&["merge"][..], &shards, &["--out", out.to_str().unwrap()]].concat())
}

/// Runs all shards of so many, and gives the bytes of their merger.
fn merged(arguments: &[&str], folder: &TempDir, of: u32) -> BTreeMap<String, Vec<u8>> {
    let place = |index: u32| folder.path().join(format!("shard-{index}-of-{of}"));
    let shards: Vec<_> = (1..=of).map(place).collect();
    for (index, shard) in (1..=of).zip(&shards) {
        let ran = go(arguments, shard, &["--shard", &format!("{index}/{of}")]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        if of > 1 {
            assert_eq!(files(shard).into_keys().collect::<Vec<_>>(), ["manifest.json", "rows.shard"]);
        }
    }
    if of == 1 {
        return files(&shards[0]);
    }
    let out = folder.path().join(format!("merged-{of}"));
    // In any order.
    let ran = merge(&shards.iter().rev().map(AsRef::as_ref).collect::<Vec<_>>(), &out);
    assert_eq!(ran.code, 0, "{}", ran.err);
    files(&out)
}

#[test]
fn shards_of_an_experiment_merge_to_its_bytes_and_others_are_refused() {
    let folder = TempDir::new().unwrap();
    let whole = whole(&EXPERIMENT, &folder);
    assert!(whole.contains_key("report.html") && !whole.contains_key("rows.checkpoint"));
    for of in [1, 2, 3] {
        same(&merged(&EXPERIMENT, &folder, of), &whole);
    }
    let place = |name: &str| folder.path().join(name);
    let [one, two] = ["shard-1-of-2", "shard-2-of-2"].map(place);
    let out = place("out");
    let refused = |shards: &[&Path], expect: &[&str]| {
        let ran = merge(shards, &out);
        assert_eq!(ran.code, 3, "{}", ran.err);
        holds(&ran.err, expect);
        assert!(!out.join("results.json").exists());
    };
    refused(&[&one], &["1 shard is missing: 2/2", "--shard"]);
    refused(&[&one, &one, &two], &["is shard 1/2, and so is", "give each shard once"]);
    refused(&[&one, &place("shard-2-of-3")], &["is of another run", "number of shards"]);
    let other = place("other-harm");
    let arguments: Vec<&str> = EXPERIMENT.map(|it| if it == "2" { "1" } else { it }).to_vec();
    assert_eq!(go(&arguments, &other, &["--shard", "2/2"]).code, 0);
    refused(&[&one, &other], &["is of another run"]);
    let rows = fs::read_to_string(two.join("rows.shard")).unwrap();
    fs::write(two.join("rows.shard"), rows.replacen("0.", "1.", 1)).unwrap();
    refused(&[&one, &two], &["rows.shard", "is damaged", "run the shard again"]);
    fs::remove_file(two.join("rows.shard")).unwrap();
    refused(&[&one, &two], &["rows.shard", "cannot be read", "run the shard again"]);
    fs::remove_file(two.join("manifest.json")).unwrap();
    refused(&[&one, &two], &["no finished results"]);
}

#[test]
fn a_shard_needs_a_folder_and_a_number_of_replications() {
    let folder = TempDir::new().unwrap();
    let place = folder.path().join("shard");
    for (more, expect) in [
        (vec!["--shard", "3/2", "--out", place.to_str().unwrap()], "`3/2` is no shard"),
        (vec!["--shard", "1/2"], "--out DIR"),
        (vec!["--shard", "1/2", "--out", "report.html"], "--out DIR"),
        (
            vec!["--shard", "1/2", "--out", place.to_str().unwrap(), "--precision", "referrals=5"],
            "cannot be run in shards",
        ),
        (vec!["--shard", "1/2", "--out", place.to_str().unwrap(), "--records"], "--records"),
    ] {
        let ran = run(&root(), &[&EXPERIMENT[..], &more].concat());
        assert_eq!(ran.code, 2, "{more:?}: {}", ran.err);
        holds(&ran.err, &[expect]);
    }
    assert!(!place.exists());
}

/// Starts a run and kills it once its checkpoint holds rows; gives the checkpoint.
fn killed(arguments: &[&str], place: &Path, more: &[&str]) -> String {
    let mut child = Command::new(mash())
        .args([arguments, &["--out", place.to_str().unwrap(), "--threads", "1"], more].concat())
        .current_dir(root())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let checkpoint = place.join("rows.checkpoint");
    let mut lines = String::new();
    // Two minutes at most.
    for _ in 0..120_000 {
        lines = fs::read_to_string(&checkpoint).unwrap_or_default();
        if lines.lines().count() > 3 || child.try_wait().unwrap().is_some() {
            break;
        }
        thread::sleep(Duration::from_millis(1));
    }
    // SIGKILL: nothing can be tidied up.
    child.kill().ok();
    child.wait().unwrap();
    assert!(checkpoint.exists(), "the run ended before it could be killed");
    lines
}

#[test]
fn a_killed_experiment_goes_on_and_gives_the_same_bytes() {
    let folder = TempDir::new().unwrap();
    let whole = whole(&EXPERIMENT, &folder);
    let place = folder.path().join("killed");
    assert!(killed(&EXPERIMENT, &place, &[]).lines().count() > 3);
    assert!(!place.join("results.json").exists());
    // The last row was cut off in the middle.
    let checkpoint = place.join("rows.checkpoint");
    let text = fs::read(&checkpoint).unwrap();
    fs::write(&checkpoint, &text[..text.len() - 20]).unwrap();
    let other = go(&EXPERIMENT, &place, &["--seed", "99"]);
    assert_eq!(other.code, 3, "{}", other.err);
    holds(&other.err, &["is of another run: the seed is", "--restart"]);
    let ran = go(&EXPERIMENT, &place, &[]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    holds(&ran.err, &["the last row of the checkpoint was cut off", "going on after"]);
    same(&files(&place), &whole);
}

#[test]
fn a_damaged_checkpoint_of_an_experiment_is_refused_until_it_is_begun_anew() {
    let folder = TempDir::new().unwrap();
    let place = folder.path().join("killed");
    let lines = killed(&EXPERIMENT, &place, &[]);
    let checkpoint = place.join("rows.checkpoint");
    let row = lines.lines().nth(1).unwrap();
    // A row that is there no more.
    fs::write(&checkpoint, lines.replacen(&format!("{row}\n"), "", 1)).unwrap();
    let ran = go(&EXPERIMENT, &place, &[]);
    assert_eq!(ran.code, 3, "{}", ran.err);
    holds(&ran.err, &["line 2 is damaged", "--restart"]);
    let anew = go(&EXPERIMENT, &place, &["--restart"]);
    assert_eq!(anew.code, 0, "{}", anew.err);
}

#[test]
fn an_experiment_that_stops_at_a_precision_goes_on_to_the_same_replication() {
    let folder = TempDir::new().unwrap();
    let arguments: Vec<&str> = [&EXPERIMENT[..], &["--precision", "referrals=12"]]
        .concat()
        .into_iter()
        .map(|it| if it == "7" { "40" } else { it })
        .collect();
    let whole = whole(&arguments, &folder);
    let place = folder.path().join("killed");
    killed(&arguments, &place, &[]);
    let ran = go(&arguments, &place, &[]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    same(&files(&place), &whole);
}

#[test]
fn a_sweep_in_shards_and_after_a_kill_gives_the_same_bytes() {
    let folder = TempDir::new().unwrap();
    let whole = whole(&SWEEP, &folder);
    assert_eq!(whole.keys().collect::<Vec<_>>(), ["sweep.csv", "sweep.html", "sweep.json"]);
    for of in [1, 2, 3] {
        same(&merged(&SWEEP, &folder, of), &whole);
    }
    let place = folder.path().join("killed");
    killed(&SWEEP, &place, &[]);
    let ran = go(&SWEEP, &place, &[]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    same(&files(&place), &whole);
    let place = |name: &str| folder.path().join(name);
    let mixed = merge(&[&place("shard-1-of-2"), &place("shard-2-of-3")], &place("out"));
    assert_eq!(mixed.code, 3);
    holds(&mixed.err, &["is of another run"]);
}
