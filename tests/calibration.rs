//! Scenarios against published figures: believed or not, and fitted to them.

use std::{fs, path::Path, sync::atomic::AtomicBool};

use mash_batch::{
    calibrate::{Calibration, Fit, PARAMETERS, Target, calibrate},
    front_door_model::FrontDoorModel,
    model::Model,
    parallel,
};
use mash_io::against_published::simulated_as;
use mash_rules::EngineKind;
use mash_sim::{Scenario, scenario::ScenarioLayer};
use mash_tests_support::{root, shipped};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::cli::{Ran, conforms, holds, run};

/// A place of 8,000 children, so that a replication is quick.
fn small() -> Value {
    let text = fs::read_to_string(root().join("scenarios/herefordshire-like-2023.json")).unwrap();
    let mut value: Value = serde_json::from_str(&text).unwrap();
    for (place, number) in [
        ("/volume/children", 8_000),
        ("/volume/referrals", 370),
        ("/front_door/assessment/open_at_start", 250),
        ("/front_door/plan/on_plan_at_start", 40),
        ("/front_door/workforce/posts", 28),
    ] {
        value.pointer_mut(place).unwrap()["value"] = json!(number);
    }
    value
}

/// The small place with other values at some places.
fn with(values: &[(&str, f64)]) -> Value {
    let mut value = small();
    for (place, number) in values {
        value.pointer_mut(&format!("/{}", place.replace('.', "/"))).unwrap()["value"] = json!(number);
    }
    value
}

/// Targets with the figures of one simulated year of `truth`.
fn year_of(truth: &Value, measures: &[&str], seed: u64) -> Vec<Target> {
    let pack = shipped("levels-of-need");
    let layer = ScenarioLayer { file: "truth".to_owned(), value: truth.clone() };
    let scenario = Scenario::from_layers(&[layer]).unwrap();
    let model = FrontDoorModel::new(&scenario, &pack, EngineKind::Compiled, None).unwrap();
    let figures = model.replicate(seed, 0).unwrap();
    let target = |measure: &&str| {
        let simulated = simulated_as(measure);
        let at = model.measures().iter().position(|known| known.id == simulated).unwrap();
        Target {
            measure: (*measure).to_owned(),
            title: (*measure).to_owned(),
            unit: String::new(),
            simulated,
            value: figures[at].unwrap(),
            source_group: None,
        }
    };
    measures.iter().map(target).collect()
}

fn fitted(targets: &[Target], replications: u32, threads: usize) -> Fit {
    let (pack, scenario) = (shipped("levels-of-need"), small());
    let request =
        Calibration { scenario: &scenario, pack: &pack, truth_model: None, targets, seed: 5, replications };
    parallel::with_threads(threads, || calibrate(&request, &|_| {}, &AtomicBool::new(false)))
        .unwrap()
        .unwrap()
}

#[test]
fn known_parameters_are_recovered_within_their_intervals() {
    let truth = [
        ("need.assessment_share", 0.28),
        ("branching.referral_nfa", 0.15),
        ("branching.assessed_not_in_need", 0.2),
        ("front_door.assessment.in_need_days", 250.0),
    ];
    let measures = ["referrals_per_10k", "referral_nfa_pct", "not_in_need_pct", "cin_at_31_march_per_10k"];
    let (mut inside, mut of) = (0, 0);
    for seed in [101, 102, 103] {
        let fit = fitted(&year_of(&with(&truth), &measures, seed), 8, 2);
        for (path, value) in truth {
            let found = fit.parameters.iter().find(|found| found.path == path).unwrap();
            let [low, high] = found.interval.unwrap_or_else(|| panic!("{path} is not told: {fit:#?}"));
            let parameter = PARAMETERS.iter().find(|parameter| parameter.path == path).unwrap();
            let width = parameter.share(high) - parameter.share(low);
            assert!(width < 0.35, "{path}: {low} to {high} says little");
            of += 1;
            inside += usize::from((low..=high).contains(&value));
        }
    }
    println!("{inside} of {of} inside");
    // Fewer than 10 of 12 would come once in fifty such tests of true 95% intervals.
    assert!(inside >= 10, "{inside} of {of}");
}

#[test]
fn what_one_figure_cannot_tell_apart_is_said() {
    let truth = with(&[("need.strategy_share", 0.3)]);
    let fit = fitted(&year_of(&truth, &["referrals_per_10k", "s47_per_10k"], 7), 6, 2);
    let three = [
        "need.strategy_share",
        "branching.s47_per_strategy_discussion",
        "front_door.assessment.strategy_a_year",
    ];
    for path in three {
        let found = fit.parameters.iter().find(|found| found.path == path).unwrap();
        assert_eq!(found.interval, None, "{found:?}");
        assert!(fit.not_told.iter().any(|not| not.parameters.contains(&path)), "{:?}", fit.not_told);
    }
    // All the same the figure itself is met.
    let enquiries = fit.measures.iter().find(|measure| measure.measure == "s47_per_10k").unwrap();
    assert!(enquiries.residual.unwrap().abs() < 2.0, "{enquiries:?}");
}

fn mash_in(folder: &Path, args: &[&str]) -> Ran {
    let scenarios = folder.join("scenarios");
    if !scenarios.exists() {
        crate::cli::copy(&root().join("scenarios"), &scenarios);
        crate::cli::copy(&root().join("rules"), &folder.join("rules"));
    }
    run(folder, args)
}

#[test]
fn a_fit_is_a_scenario_with_grounds_and_the_same_at_any_number_of_threads() {
    let folder = TempDir::new().unwrap();
    let fit = |out: &str, more: &[&str]| {
        let mut all = vec![
            "calibrate",
            "--authority",
            "Rutland",
            "--year",
            "2023",
            "--replications",
            "3",
            "--out",
            out,
        ];
        all.extend(more);
        mash_in(folder.path(), &all)
    };
    let json = fit("rutland.json", &["--json", "--threads", "1"]);
    assert_eq!(json.code, 0, "{}", json.err);
    let answer: Value = serde_json::from_str(&json.out).unwrap();
    conforms("calibrate", &answer);
    assert_eq!(answer["authority"], "Rutland");
    let first = fs::read(folder.path().join("rutland.json")).unwrap();
    let text = fit("rutland.json", &["--threads", "3"]);
    assert_eq!(text.code, 0, "{}", text.err);
    assert!(fs::read(folder.path().join("rutland.json")).unwrap() == first);
    holds(&text.out, &["Rutland, year to March 2023", "Free figure", "95% interval"]);

    let written: Value = serde_json::from_slice(&first).unwrap();
    assert_eq!(written["extends"], "scenarios/england-average.json");
    let share = &written["need"]["assessment_share"];
    assert!(
        share["mark"] == "synthesised" && share["reason"].as_str().unwrap().starts_with("Fitted to"),
        "{share}"
    );
    let believed = run(folder.path(), &["believe", "rutland.json", "--replications", "3", "--json"]);
    assert!(believed.code <= 1, "{}", believed.err);
    let answer: Value = serde_json::from_str(&believed.out).unwrap();
    conforms("believe", &answer);
    assert_eq!((&answer["authority"], &answer["beside"]), (&json!("Rutland"), &json!("East Midlands")));
}

#[test]
fn belief_is_a_verdict_a_measure_and_an_exit_code() {
    let scenario = "scenarios/herefordshire-like-2023.json";
    let ran = run(&root(), &["believe", scenario, "--replications", "3"]);
    // Its re-referrals lie below, as docs/validation.md says.
    assert_eq!(ran.code, 1, "{}", ran.err);
    holds(
        &ran.out,
        &[
            "Simulated beside published: Herefordshire, County of, year to March 2023",
            "statistical neighbours (10 authorities)",
            "Referrals within twelve months of the last: suppressed or missing at source",
            "outside England's band",
        ],
    );
    assert!(ran.out.lines().all(|line| line.chars().count() <= 80), "{}", ran.out);
}

#[test]
fn misuse_of_belief_and_calibration_says_what_to_write() {
    let scenario = "scenarios/herefordshire-like-2023.json";
    for (args, expect) in [
        (
            vec!["believe", scenario, "--authority", "Herefordshire"],
            "no authority `Herefordshire` has figures of the year to March 2023: did you mean `Herefordshire, County of`?",
        ),
        (vec!["believe", scenario, "--year", "2031"], "give a year from 2018 to 2024"),
        (vec!["calibrate"], "whom to fit? Give `--authority NAME --year YEAR`"),
        (vec!["calibrate", "--authority", "Rutlnd", "--year", "2023"], "did you mean `Rutland`?"),
        (vec!["calibrate", "--authority", "England", "--year", "2023"], "England is no front door"),
        (
            vec![
                "calibrate",
                "--authority",
                "Rutland",
                "--year",
                "2023",
                "--base",
                scenario,
                "--out",
                scenario,
            ],
            "write the fit elsewhere",
        ),
        (vec!["calibrate", "--hold-out", "2024"], "give 2020 to 2023"),
        (vec!["calibrate", "--hold-out", "2023", "--out", "a.json"], "writes no scenario"),
    ] {
        let ran = run(&root(), &args);
        assert_eq!(ran.code, 2, "{args:?}: {}", ran.err);
        holds(&ran.err, &[expect]);
    }
}

#[test]
fn bad_local_rows_are_named_and_nothing_is_written() {
    let folder = TempDir::new().unwrap();
    fs::write(
        folder.path().join("hub.csv"),
        "month,source,outcome,contacts\n2022-04,polise,referral,3\n2022-04,police,referral,many\n",
    )
    .unwrap();
    let ran = mash_in(
        folder.path(),
        &["calibrate", "--authority", "Rutland", "--year", "2023", "--local", "hub.csv", "--out", "a.json"],
    );
    assert_eq!(ran.code, 3, "{}", ran.err);
    holds(&ran.err, &["hub.csv:2", "did you mean `police`?", "hub.csv:3", "write a whole number"]);
    assert!(!folder.path().join("a.json").exists());
}

#[test]
fn years_held_out_are_predicted_with_what_they_rest_on() {
    let ran = run(&root(), &["calibrate", "--hold-out", "2022", "--json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let answer: Value = serde_json::from_str(&ran.out).unwrap();
    conforms("hold-out", &answer);
    let referrals = &answer["measures"][0];
    assert_eq!(referrals["measure"], "referrals_per_10k");
    assert!(referrals["authorities"].as_u64().unwrap() > 140, "{referrals}");
    let coverage = referrals["coverage_pct"].as_f64().unwrap();
    assert!((85.0..=100.0).contains(&coverage), "{referrals}");
    let text = run(&root(), &["calibrate", "--hold-out", "2022"]);
    assert!(text.out.lines().all(|line| line.chars().count() <= 80), "{}", text.out);
    holds(&text.out, &["2023 predicted", "than last year", "mean coverage"]);
}
