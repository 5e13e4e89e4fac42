//! Experiments as a person runs them: comparisons, sweeps and reports, what they write, and what they say to mistakes.

use std::{collections::BTreeSet, fs, path::Path, process::Command};

use mash_tests_support::{mash, root};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::cli::{Ran, conforms, holds, nothing_left, run};

const BASE: &str = "scenarios/herefordshire-like-2023.json";

/// A small comparison in the project's folder.
fn compare(more: &[&str]) -> Ran {
    let mut args = vec!["compare", BASE, "--contacts", "600", "--harm-replications", "0"];
    args.extend(more);
    run(&root(), &args)
}

fn results(more: &[&str]) -> Value {
    let mut args = more.to_vec();
    args.push("--json");
    let ran = compare(&args);
    assert_eq!(ran.code, 0, "{}", ran.err);
    serde_json::from_str(&ran.out).unwrap()
}

fn difference<'r>(results: &'r Value, measure: &str) -> &'r Value {
    let rows = results["figures"].as_array().unwrap();
    &rows.iter().find(|row| row["measure"] == measure).unwrap()["differences"][0]
}

#[test]
fn an_alternative_that_changes_nothing_differs_in_nothing() {
    let found = results(&["--against", BASE, "--replications", "4"]);
    conforms("experiment", &found);
    for row in found["figures"].as_array().unwrap() {
        for difference in row["differences"].as_array().unwrap().iter().filter(|it| !it.is_null()) {
            assert_eq!(difference["estimate"]["mean"], json!(0.0), "{row}");
            assert_eq!(difference["estimate"]["high"], json!(0.0), "{row}");
            assert!(difference["p"].is_null());
        }
    }
    assert_eq!(found["moves"][0]["stronger"]["mean"], json!(0.0));
    assert_eq!(found["on_equal_facts"], json!([]));
}

#[test]
fn the_same_bytes_at_any_number_of_threads_and_every_table_in_its_file() {
    let folder = TempDir::new().unwrap();
    let all = |threads: &str| {
        let out = folder.path().join(threads);
        let ran = compare(&[
            "--against",
            "rules/neglect-earlier",
            "--against",
            "scenarios/people-decide.json",
            "--replications",
            "5",
            "--threads",
            threads,
            "--records",
            "--out",
            out.to_str().unwrap(),
        ]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let names: BTreeSet<String> = fs::read_dir(&out)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.into_iter().map(|name| (name.clone(), fs::read(out.join(&name)).unwrap())).collect::<Vec<_>>()
    };
    let one = all("1");
    let names: Vec<&str> = one.iter().map(|(name, _)| name.as_str()).collect();
    for name in
        ["cases.csv", "data-dictionary.csv", "differences.csv", "moves.csv", "report.html", "results.json"]
    {
        assert!(names.contains(&name), "{name} is not among {names:?}");
    }
    for threads in ["2", "7"] {
        for ((name, first), (_, other)) in one.iter().zip(all(threads)) {
            assert!(*first == other, "{name} differs at {threads} threads");
        }
    }
    // Every column of every table is explained.
    let text = |name: &str| {
        let (_, bytes) = one.iter().find(|(other, _)| other == name).unwrap();
        String::from_utf8(bytes.clone()).unwrap()
    };
    let dictionary = text("data-dictionary.csv");
    for name in ["figures", "differences", "replications", "weeks", "months", "scorecard", "harm"] {
        for column in text(&format!("{name}.csv")).lines().next().unwrap().split(',') {
            assert!(dictionary.contains(&format!("{name},{column},")), "{name}: {column}");
        }
    }
    // No absolute figure of missed harm under a real council's name, in any file.
    assert!(!text("replications.csv").lines().next().unwrap().contains("missed"));
    // Each table stands there as Parquet too, whole and of its own magic number.
    for name in ["alternatives", "measures", "figures", "differences", "replications", "weeks", "months"] {
        let name = format!("{name}.parquet");
        let (_, bytes) = one.iter().find(|(other, _)| *other == name).unwrap();
        assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"), "{name}");
    }
    let cases = text("cases.csv");
    assert!(cases.lines().next().unwrap().ends_with(",need"));
    assert!(cases.lines().skip(1).all(|line| line.ends_with(',')));
    let json: Value = serde_json::from_str(&text("results.json")).unwrap();
    assert_eq!(json["absolute_harm_withheld"], json!(true));
    let missed = json["figures"].as_array().unwrap().iter().find(|row| row["measure"] == "missed").unwrap();
    assert!(missed["estimates"].as_array().unwrap().iter().all(Value::is_null));
    assert!(!missed["differences"][0].is_null());
}

#[test]
fn shared_draws_save_replications_and_holm_is_never_below_p() {
    let found = results(&["--against", "rules/neglect-earlier", "--replications", "12"]);
    let referrals = difference(&found, "referrals");
    assert!(referrals["variance_ratio"].as_f64().unwrap() > 5.0, "{referrals}");
    let [low, high] = [0, 1].map(|at| referrals["bootstrap"][at].as_f64().unwrap());
    let mean = referrals["estimate"]["mean"].as_f64().unwrap();
    assert!(low <= mean && mean <= high);
    for row in found["figures"].as_array().unwrap() {
        let difference = &row["differences"][0];
        if let (Some(p), Some(holm)) = (difference["p"].as_f64(), difference["p_holm"].as_f64()) {
            assert!(holm >= p && holm <= 1.0);
            assert!(!row["question"].is_null());
        }
    }
    let moves = &found["moves"][0];
    assert!(moves["stronger"]["mean"].as_f64().unwrap() > 0.0);
    assert_eq!(found["on_equal_facts"][0]["alternative"], json!("neglect-earlier"));
}

#[test]
fn a_pack_that_takes_effect_inside_the_run_changes_nothing_before() {
    let args = ["--against", "rules/neglect-earlier", "--replications", "6", "--takes-effect", "2022-10-03"];
    let found = results(&args);
    let hours = found["weeks"].as_array().unwrap().iter().find(|it| it["id"] == "contacts").unwrap();
    let days = hours["days"].as_array().unwrap();
    for (day, (base, other)) in days
        .iter()
        .zip(hours["bands"][0].as_array().unwrap().iter().zip(hours["bands"][1].as_array().unwrap()))
    {
        if day.as_str().unwrap() < "2022-09-26" {
            assert_eq!(base, other, "{day}");
        }
    }
    let examples = found["moves"][0]["examples"].as_array().unwrap();
    assert!(!examples.is_empty());
    assert!(examples.iter().all(|it| it["received"].as_str().unwrap() >= "2022-10-03"), "{examples:?}");
    // Work in hand changes over at once where the day of the decision governs.
    let mut by_decision = args.to_vec();
    by_decision.extend(["--governs", "decision"]);
    let other = results(&by_decision);
    assert_ne!(other["moves"][0]["stronger"], json!(null));
    let ran = compare(&["--against", "rules/neglect-earlier", "--takes-effect", "2035-01-01"]);
    assert_eq!(ran.code, 2);
    holds(&ran.err, &["2035-01-01", "outside the run"]);
}

#[test]
fn it_stops_when_several_differences_are_known_narrowly_enough() {
    let found = results(&[
        "--against",
        "rules/neglect-earlier",
        "--replications",
        "200",
        "--precision",
        "referrals=6",
        "--precision",
        "decision_hours_mean=0.8",
    ]);
    let done = found["replications"].as_u64().unwrap();
    assert!((10..200).contains(&done), "{done}");
    for reached in found["precision"].as_array().unwrap() {
        assert!(reached["reached"].as_f64().unwrap() <= reached["wanted"].as_f64().unwrap());
    }
}

#[test]
fn mistakes_are_named_with_their_mend() {
    for (args, expect) in [
        (vec!["--against", "rules/neglect-earlier", "--precision", "referals=5"], "did you mean `referrals`"),
        (vec!["--against", "rules/neglect-earlier", "--precision", "referrals"], "MEASURE=HALF-WIDTH"),
        (vec!["--against", "rules/neglect-earlier,scenarios/x.json"], "SCENARIO,PACK"),
        (vec!["--against", "rules/neglect-earlier", "--governs", "decision"], "--takes-effect"),
    ] {
        let ran = compare(&args);
        assert_eq!(ran.code, 2, "{args:?}: {}", ran.err);
        holds(&ran.err, &[expect]);
    }
    assert_eq!(compare(&["--against", "rules/nowhere"]).code, 3);
    let network =
        run(&root(), &["compare", "scenarios/reference/caseload.json", "--against", "rules/neglect-earlier"]);
    assert_eq!(network.code, 3);
    holds(&network.err, &["caseload.json", "network of queues", "give a scenario"]);
    assert_eq!(compare(&["--against", "rules/neglect-earlier", "--measure", "referals"]).code, 2);
    let folder = TempDir::new().unwrap();
    let rates = folder.path().join("rates.json");
    fs::write(&rates, r#"{"source": "made up", "hourly": {"screning": 30}}"#).unwrap();
    let ran = compare(&[
        "--against",
        "rules/neglect-earlier",
        "--replications",
        "1",
        "--rates",
        rates.to_str().unwrap(),
    ]);
    assert_eq!(ran.code, 2);
    holds(&ran.err, &["no desk `screning`", "did you mean `screening`"]);
    let target = folder.path().join("target.json");
    let base = root().join(BASE);
    let extends = json!({
        "extends": base, "id": "target", "title": "T",
        "targets": [{
            "measure": "caseload_men", "target": {"value": 15, "mark": "synthesised", "reason": "x"},
            "better": "lower", "amber_within": 1, "blue_from": 12, "blue_means": "x",
        }],
    });
    fs::write(&target, extends.to_string()).unwrap();
    let ran = run(
        &root(),
        &[
            "compare",
            target.to_str().unwrap(),
            "--against",
            "rules/neglect-earlier",
            "--contacts",
            "200",
            "--replications",
            "1",
        ],
    );
    assert_eq!(ran.code, 2, "{}", ran.err);
    holds(&ran.err, &["no measure `caseload_men`", "did you mean `caseload_mean`"]);
}

#[test]
fn another_base_than_the_baseline_is_said() {
    let ran = compare(&["--against", "scenarios/what-if/agency-share-halved.json", "--replications", "1"]);
    assert_eq!(ran.code, 0);
    holds(&ran.err, &["herefordshire-like-2022.json, which is not", "counts as its effect"]);
}

#[test]
fn pounds_only_at_the_rates_that_are_given() {
    let folder = TempDir::new().unwrap();
    let rates = folder.path().join("rates.json");
    fs::write(&rates, r#"{"source": "made up", "hourly": {"hub": 40}, "agency_worker": 70000}"#).unwrap();
    let found = results(&[
        "--against",
        "rules/neglect-earlier",
        "--replications",
        "2",
        "--rates",
        rates.to_str().unwrap(),
    ]);
    let rows = found["costs"].as_array().unwrap();
    assert_eq!(rows.len(), 2);
    let hours =
        found["figures"].as_array().unwrap().iter().find(|row| row["measure"] == "hub_work_hours").unwrap();
    let expected = hours["estimates"][0]["mean"].as_f64().unwrap() * 40.0 * 365.25 / 7.0;
    let got = rows[0]["estimates"][0]["mean"].as_f64().unwrap();
    assert!((got - expected).abs() < 1e-6 * expected);
    assert_eq!(results(&["--against", "rules/neglect-earlier", "--replications", "1"])["costs"], json!([]));
}

fn estimate(results: &Value, measure: &str) -> f64 {
    let rows = results["figures"].as_array().unwrap();
    rows.iter().find(|row| row["measure"] == measure).unwrap()["estimates"][0]["mean"].as_f64().unwrap()
}

/// Groups of each breakdown together are everybody; a breakdown without a mechanism has no outcome in any file.
#[test]
fn what_happens_to_whom_adds_up_and_says_where_the_model_cannot_tell() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("results");
    let place = out.to_str().unwrap();
    let arguments = [
        "compare",
        BASE,
        "--contacts",
        "900",
        "--against",
        "rules/neglect-earlier",
        "--replications",
        "6",
        "--harm-replications",
        "2",
        "--out",
        place,
        "--json",
    ];
    let ran = run(&root(), &arguments);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let found: Value = serde_json::from_str(&ran.out).unwrap();
    conforms("experiment", &found);
    let parts = found["equality"].as_array().unwrap();
    let names: Vec<&str> = parts.iter().map(|part| part["by"].as_str().unwrap()).collect();
    assert_eq!(names, ["source", "age", "sex", "ethnicity", "disability"]);
    for part in parts {
        let groups = part["groups"].as_array().unwrap();
        let sum = |of: &dyn Fn(&Value) -> f64| groups.iter().map(of).sum::<f64>();
        let informed = !["sex", "ethnicity"].contains(&part["by"].as_str().unwrap());
        assert_eq!(part["informative"], json!(informed));
        let small = groups.iter().filter(|group| group["suppressed"] == json!(true)).count();
        let children = sum(&|group| group["children"]["mean"].as_f64().unwrap_or(0.0));
        let missing = estimate(&found, "contacts") - children;
        // Fewer than ten children over six replications are not shown.
        assert!(missing > -1e-6 && missing <= 9.0 / 6.0 * small as f64 + 1e-6, "{part}");
        for group in groups {
            let shown = informed && group["suppressed"] == json!(false);
            assert_eq!(group["outcomes"].is_object(), shown, "{group}");
            assert_eq!(group["children"].is_null(), group["suppressed"] == json!(true));
        }
        if !informed {
            assert!(part["note"].as_str().unwrap().contains("cannot inform"));
            continue;
        }
        let change = |name: &'static str| {
            sum(&|group| group["outcomes"]["differences"][0][name]["mean"].as_f64().unwrap_or(0.0))
        };
        let of = |measure: &str| difference(&found, measure)["estimate"]["mean"].as_f64().unwrap();
        for (sum, all) in [
            (change("stronger"), found["moves"][0]["stronger"]["mean"].as_f64().unwrap()),
            (change("weaker"), found["moves"][0]["weaker"]["mean"].as_f64().unwrap()),
            (change("referrals"), of("referrals")),
            (change("missed"), of("missed")),
            (change("over"), of("over_intervention")),
        ] {
            assert!((sum - all).abs() <= small as f64 * 1.5 + 1e-6, "{}: {sum} {all}", part["by"]);
        }
        let tried =
            &groups.iter().find(|group| group["outcomes"].is_object()).unwrap()["outcomes"]["differences"][0];
        assert_eq!(tried["missed_tried"].as_array().unwrap().len(), found["harm"].as_array().unwrap().len());
    }
    let csv = fs::read_to_string(out.join("equality.csv")).unwrap();
    for line in csv.lines().filter(|line| line.starts_with("sex,") || line.starts_with("ethnicity,")) {
        assert!(line.contains(",children,level,"), "{line}");
    }
    let html = fs::read_to_string(out.join("report.html")).unwrap();
    holds(&html, &["Equality: what happens to whom", "The model cannot inform this.", "by sex or ethnicity"]);
    // No absolute figure of missed harm under a real council's name.
    assert!(
        csv.lines()
            .filter(|line| line.contains(",missed,") || line.contains(",over,"))
            .all(|line| line.contains(",difference,"))
    );
}

#[test]
fn a_mechanism_that_a_scenario_names_makes_its_breakdown_tell_something() {
    let folder = TempDir::new().unwrap();
    let named = folder.path().join("named.json");
    let mechanism = "Sex: made up for a test.";
    let extends = json!({
        "extends": root().join(BASE), "id": "named", "title": "N", "equality_mechanisms": [mechanism],
    });
    fs::write(&named, extends.to_string()).unwrap();
    let arguments = [
        "compare",
        named.to_str().unwrap(),
        "--contacts",
        "300",
        "--against",
        "rules/neglect-earlier",
        "--replications",
        "2",
        "--harm-replications",
        "0",
        "--json",
    ];
    let ran = run(&root(), &arguments);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let found: Value = serde_json::from_str(&ran.out).unwrap();
    let part = &found["equality"][2];
    assert_eq!(
        (&part["by"], &part["informative"], &part["note"]),
        (&json!("sex"), &json!(true), &json!(mechanism))
    );
    assert!(part["groups"][0]["outcomes"]["differences"][0]["hours"].is_object(), "{part}");
}

#[test]
fn every_clock_is_followed_by_month_and_every_target_counts_its_months() {
    let found = results(&["--against", BASE, "--replications", "3"]);
    let months = found["months"].as_array().unwrap();
    let with_target: Vec<&str> = months
        .iter()
        .filter(|it| !it["target"].is_null())
        .map(|it| it["measure"].as_str().unwrap())
        .collect();
    let targets: Vec<&str> =
        found["scorecard"].as_array().unwrap().iter().map(|row| row["measure"].as_str().unwrap()).collect();
    assert_eq!(with_target.iter().collect::<BTreeSet<_>>(), targets.iter().collect::<BTreeSet<_>>());
    for clock in [
        "referral_one_day_pct",
        "assessment_45_days_pct",
        "conference_15_days_pct",
        "core_group_10_days_pct",
        "reviews_in_time_pct",
        "strategy_one_day_pct",
        "in_time_red_pct",
        "in_time_amber_pct",
    ] {
        assert!(months.iter().any(|it| it["measure"] == clock), "{clock}");
    }
    for series in months {
        assert_eq!(series["months"].as_array().unwrap().len(), 12);
        let met = series["months_met"][0]["mean"].as_f64();
        assert_eq!(met.is_some(), !series["target"].is_null(), "{series}");
        assert!(met.is_none_or(|met| (0.0..=12.0).contains(&met)));
    }
    // Children by month together are the year: the mean caseload of twelve months is about that of the year.
    let caseload = months.iter().find(|it| it["measure"] == "caseload_mean").unwrap();
    let mean = |month: &Value| month["mean"].as_f64().unwrap();
    let by_month = caseload["shares"][0].as_array().unwrap().iter().map(mean).sum::<f64>() / 12.0;
    assert!((by_month - estimate(&found, "caseload_mean")).abs() < 0.5, "{by_month}");
    assert_eq!(caseload["better"], json!("lower"));
}

#[test]
fn hours_of_partners_follow_what_the_scenario_states_of_their_work() {
    let found = results(&["--against", BASE, "--replications", "2"]);
    let (asked, hours) = (estimate(&found, "enquiries_gp"), estimate(&found, "gp_work_hours"));
    assert!(asked > 0.0 && (hours - asked / 2.0).abs() < 1e-9, "{asked} {hours}");
    assert!(estimate(&found, "police_work_hours") > 0.0);
    let folder = TempDir::new().unwrap();
    let silent = folder.path().join("silent.json");
    let extends = json!({
        "extends": root().join(BASE), "id": "silent", "title": "S",
        "front_door": {"enquiries": {"desks": {"gp": {"work_minutes": null}}}},
    });
    fs::write(&silent, extends.to_string()).unwrap();
    let out = folder.path().join("report.html");
    let arguments = [
        "compare",
        silent.to_str().unwrap(),
        "--contacts",
        "300",
        "--against",
        "rules/neglect-earlier",
        "--replications",
        "2",
        "--harm-replications",
        "0",
        "--out",
        out.to_str().unwrap(),
    ];
    let ran = run(&root(), &arguments);
    assert_eq!(ran.code, 0, "{}", ran.err);
    holds(
        &fs::read_to_string(out).unwrap(),
        &["30 minutes an enquiry (synthesised)", "states neither people nor minutes of work", "no figure"],
    );
}

/// A folder of results to write reports from.
fn folder_of_results(folder: &Path) -> String {
    let out = folder.join("results");
    let ran = compare(&[
        "--against",
        "rules/neglect-earlier",
        "--replications",
        "3",
        "--out",
        out.to_str().unwrap(),
    ]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    out.to_str().unwrap().to_owned()
}

#[test]
fn reports_are_written_again_from_results_and_by_a_template_of_ones_own() {
    let folder = TempDir::new().unwrap();
    let results = folder_of_results(folder.path());
    let again = run(folder.path(), &["report", &results, "--out", "again.html"]);
    assert_eq!(again.code, 0, "{}", again.err);
    let html = fs::read_to_string(folder.path().join("again.html")).unwrap();
    assert_eq!(html, fs::read_to_string(Path::new(&results).join("report.html")).unwrap());
    assert!(html.len() < 2_000_000 && !html.contains("<script") && !html.contains("src="));
    let ids: Vec<&str> = html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let unique: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), unique.len(), "an id stands twice");
    let template = run(folder.path(), &["report", "--write-template", "own.html"]);
    assert_eq!(template.code, 0, "{}", template.err);
    let own = fs::read_to_string(folder.path().join("own.html")).unwrap();
    fs::write(folder.path().join("own.html"), own.replace("What-if report", "Our partnership")).unwrap();
    let ran = run(folder.path(), &["report", &results, "--template", "own.html", "--out", "own-report.html"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(fs::read_to_string(folder.path().join("own-report.html")).unwrap().contains("Our partnership"));
    fs::write(folder.path().join("own.html"), own.replace("page.warning", "page.warnin")).unwrap();
    let ran = run(folder.path(), &["report", &results, "--template", "own.html", "--out", "bad.html"]);
    assert_eq!(ran.code, 3);
    holds(&ran.err, &["own.html", "line ", "undefined"]);
    assert!(!folder.path().join("bad.html").exists());
    fs::write(folder.path().join("own.html"), "<p>{{ page.title }}</p>").unwrap();
    let ran = run(folder.path(), &["report", &results, "--template", "own.html", "--out", "bad.html"]);
    assert_eq!(ran.code, 3);
    holds(&ran.err, &["own.html", "does not say", "page.warning"]);
    assert!(!folder.path().join("bad.html").exists());
    let ran = run(folder.path(), &["report", &results, "--markdown", "--out", "report.md"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let markdown = fs::read_to_string(folder.path().join("report.md")).unwrap();
    holds(&markdown, &["## Timeliness", "| Measure | Baseline |", "## What is not known"]);
}

#[test]
fn results_of_another_form_are_refused_by_name() {
    let folder = TempDir::new().unwrap();
    for (text, expect) in [
        (r#"{"form": 99, "version": "7.0"}"#, "written by version 7.0 in form 99"),
        (r#"{"rows": 3}"#, "holds no results of an experiment"),
        ("{", "not JSON"),
        (r#"{"form": 2}"#, "is damaged"),
    ] {
        fs::write(folder.path().join("results.json"), text).unwrap();
        let ran = run(folder.path(), &["report", "results.json", "--out", "r.html"]);
        assert_eq!(ran.code, 3, "{text}");
        holds(&ran.err, &["results.json", expect]);
    }
    nothing_left(folder.path(), &["results.json"]);
}

fn sweep(more: &[&str]) -> Ran {
    let mut args = vec!["sweep", BASE];
    args.extend(more);
    run(&root(), &args)
}

#[test]
fn a_sweep_finds_where_a_level_is_first_met() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("sweep.csv");
    let ran = sweep(&[
        "--vary",
        "front_door.decision.staff=2,3,6",
        "--measure",
        "hub_utilisation_pct",
        "--until",
        "hub_utilisation_pct<=25",
        "--replications",
        "3",
        "--out",
        out.to_str().unwrap(),
        "--json",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let found: Value = serde_json::from_str(&ran.out).unwrap();
    conforms("sweep", &found);
    assert_eq!(found["points"].as_array().unwrap().len(), 3);
    assert_eq!(found["places"], json!(["front_door.decision.staff"]));
    let at = found["measures"]
        .as_array()
        .unwrap()
        .iter()
        .position(|it| it["id"] == "hub_utilisation_pct")
        .unwrap();
    let means: Vec<f64> = found["points"]
        .as_array()
        .unwrap()
        .iter()
        .map(|point| point["estimates"][at]["mean"].as_f64().unwrap())
        .collect();
    assert!(means[0] > means[1] && means[1] > means[2], "{means:?}");
    let first = means.iter().position(|mean| *mean <= 25.0);
    assert_eq!(found["first_met"]["by_mean"].as_u64(), first.map(|at| at as u64));
    let csv = fs::read_to_string(out).unwrap();
    assert!(csv.starts_with("front_door.decision.staff,measure,unit,mean"));
}

#[test]
fn a_threshold_and_a_figure_are_varied_against_each_other() {
    let ran = sweep(&[
        "--vary",
        "threshold.repeat_contacts_12m=2,4",
        "--vary",
        "front_door.screening.staff=4..6/2",
        "--measure",
        "read_by_manager_pct",
        "--replications",
        "2",
        "--json",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let found: Value = serde_json::from_str(&ran.out).unwrap();
    let values: Vec<Value> =
        found["points"].as_array().unwrap().iter().map(|point| point["values"].clone()).collect();
    assert_eq!(values, [json!([2.0, 4.0]), json!([2.0, 6.0]), json!([4.0, 4.0]), json!([4.0, 6.0])]);
    let route =
        found["measures"].as_array().unwrap().iter().position(|it| it["id"] == "route_no_further_action_pct");
    let at = |point: usize| found["points"][point]["estimates"][route.unwrap()]["mean"].as_f64().unwrap();
    // More contacts before a manager looks again: more are closed.
    assert!(at(2) > at(0));
}

/// The same sweep as a page: a line a value of the second place, every figure in a table, no script and no request; missed
/// harm as differences alone.
#[test]
fn a_sweep_is_drawn_as_curves() {
    let folder = TempDir::new().unwrap();
    let page = folder.path().join("curve.html");
    let common = ["--replications", "2", "--out", page.to_str().unwrap(), "--measure", "read_by_manager_pct"];
    let vary = ["--vary", "threshold.repeat_contacts_12m=2,4", "--vary", "front_door.screening.staff=4..6/2"];
    let more = ["--measure", "missed", "--until", "read_by_manager_pct>=1"];
    let ran = sweep(&[&common[..], &vary, &more].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    let html = fs::read_to_string(&page).unwrap();
    holds(
        &html,
        &[
            "threshold.repeat_contacts_12m = 4, front_door.screening.staff = 6",
            "front_door.screening.staff = 4</text>",
            "first met by the mean",
            "Missed harm against over-intervention",
            "difference from the first point",
            "Content-Security-Policy",
        ],
    );
    assert!(!html.contains("<script") && !html.contains("src="));
    assert_eq!(html.matches("<polyline").count(), 4, "two lines for each of two measures");
}

#[test]
fn mistakes_in_a_sweep_are_named_with_their_mend() {
    let folder = TempDir::new().unwrap();
    let design = folder.path().join("design.csv");
    fs::write(&design, "front_door.screening.staff\n4\nfive\n").unwrap();
    for (args, code, expect) in [
        (vec!["--vary", "front_door.screening.staf=4"], 2, "did you mean `staff`"),
        (vec!["--vary", "threshold.repeat_contact_12m=4"], 3, "repeat_contact_12m"),
        (vec!["--vary", "front_door.screening.staff"], 2, "PLACE=VALUES"),
        (vec!["--vary", "front_door.screening.staff=1..2"], 2, "PLACE=VALUES"),
        (
            vec!["--vary", "front_door.screening.staff=4", "--measure", "referals"],
            2,
            "did you mean `referrals`",
        ),
        (vec!["--vary", "front_door.screening.staff=4", "--until", "referrals"], 2, "MEASURE>=LEVEL"),
        (vec!["--vary", "volume.children=-3"], 2, "volume.children"),
        (vec!["--design", design.to_str().unwrap()], 3, "line 3"),
        (vec![], 2, "--vary"),
    ] {
        let ran = sweep(&args);
        assert_eq!(ran.code, code, "{args:?}: {}", ran.err);
        holds(&ran.err, &[expect]);
    }
}

/// A Python with what the script needs: one under `target/`, or the one on the path.
fn python() -> Option<Command> {
    let own = root().join("target/pandas/bin/python3");
    let works = |python: &Path| {
        let output = Command::new(python).args(["-c", "import pandas, scipy, holidays"]).output();
        output.is_ok_and(|output| output.status.success())
    };
    [own, "python3".into()].into_iter().find(|python| works(python)).map(Command::new)
}

#[test]
fn every_figure_comes_out_again_from_the_case_level_export() {
    let Some(mut python) = python() else {
        println!(
            "skipped: no python3 with pandas, scipy and holidays; make a venv at target/pandas and install them"
        );
        return;
    };
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("out");
    let ran = compare(&[
        "--against",
        "rules/neglect-earlier",
        "--replications",
        "4",
        "--records",
        "--out",
        out.to_str().unwrap(),
    ]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let output = python.arg(root().join("tests/recompute.py")).arg(&out).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    let count: u32 = said.split_whitespace().next().unwrap().parse().unwrap();
    assert!(count > 500, "{said}");
}

#[test]
fn the_program_alone_runs_the_main_job_beside_itself() {
    let folder = TempDir::new().unwrap();
    let program = folder.path().join("mash-alone");
    fs::copy(mash(), &program).unwrap();
    let elsewhere = TempDir::new().unwrap();
    let output = Command::new(&program)
        .current_dir(elsewhere.path())
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let files = folder.path().join("mash-files");
    assert!(fs::read_to_string(files.join("out/report.html")).unwrap().contains("What would change if"));
    nothing_left(elsewhere.path(), &[]);
    // Files that were unpacked and changed stay as they are.
    let manifest = files.join("rules/repeat-contacts-tightened/manifest.json");
    fs::write(&manifest, "{").unwrap();
    let again = Command::new(&program).current_dir(elsewhere.path()).output().unwrap();
    assert_eq!(again.status.code(), Some(3));
    assert_eq!(fs::read_to_string(&manifest).unwrap(), "{");
}

#[test]
fn doubt_about_inputs_is_told_from_chance() {
    let found = results(&["--against", "rules/neglect-earlier", "--replications", "2", "--uncertainty", "4"]);
    let doubt = &found["uncertainty"];
    assert_eq!(doubt["points"], json!(4));
    let rows = doubt["rows"].as_array().unwrap();
    let row = rows.iter().find(|row| row["measure"] == "referrals").unwrap();
    assert!(row["inputs"].as_f64().unwrap() >= 0.0 && row["chance"].as_f64().unwrap() > 0.0);
    assert!(row["p5"].as_f64().unwrap() <= row["p95"].as_f64().unwrap());
    let folder = TempDir::new().unwrap();
    let wrong = folder.path().join("wrong.json");
    let extends = json!({
        "extends": root().join(BASE), "id": "wrong", "title": "W",
        "ranges": [{"place": "front_door.screening.staf", "low": 1, "high": 2, "reason": "x"}],
    });
    fs::write(&wrong, extends.to_string()).unwrap();
    let ran = run(
        &root(),
        &[
            "compare",
            wrong.to_str().unwrap(),
            "--against",
            "rules/neglect-earlier",
            "--contacts",
            "100",
            "--replications",
            "1",
            "--harm-replications",
            "0",
            "--uncertainty",
            "2",
        ],
    );
    assert_eq!(ran.code, 2, "{}", ran.err);
    holds(&ran.err, &["ranges:", "did you mean `staff`"]);
}

#[test]
fn a_curve_of_missed_harm_over_a_threshold_is_of_differences_only() {
    let ran =
        sweep(&["--vary", "threshold.repeat_contacts_12m=2,6", "--measure", "missed", "--replications", "2"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    holds(&ran.out, &["difference from the first point"]);
}

#[test]
fn what_each_partner_is_waited_for_and_changes_is_told() {
    let found =
        results(&["--against", "rules/neglect-earlier", "--replications", "2", "--value-of-information"]);
    let mean = |measure: &str| {
        let rows = found["figures"].as_array().unwrap();
        let row = rows.iter().find(|row| row["measure"] == measure).unwrap();
        row["estimates"][0]["mean"].as_f64().unwrap()
    };
    assert!(mean("waited_for_police_hours") > 0.0);
    assert!(mean("enquiries_police") > 0.0);
    assert!(mean("changed_up_by_police") > 0.0);
}
