use serde_json::{Value, json};

use super::*;

const FRONT_DOOR: &str = include_str!("../../../../../scenarios/reference/front-door-shifts.json");
const TRACE: &str = include_str!("../../../../../scenarios/reference/front-door-trace.json");
const ROWS: &str = include_str!("../../../../../scenarios/reference/front-door-trace.csv");

fn read(text: &str, change: impl FnOnce(&mut Value), csv: &str) -> Result<NetworkScenario, NetworkError> {
    let mut file: Value = serde_json::from_str(text).unwrap();
    change(&mut file);
    let beside = |name: &str| match name {
        "front-door-trace.csv" => Ok(csv.to_owned()),
        _ => Err("there is no such file".to_owned()),
    };
    NetworkScenario::from_json(&file.to_string(), beside)
}

fn problems(text: &str, change: impl FnOnce(&mut Value), csv: &str) -> Vec<String> {
    read(text, change, csv).unwrap_err().problems().iter().map(ToString::to_string).collect()
}

#[test]
fn the_front_door_is_what_its_file_says() {
    let found = read(FRONT_DOOR, |_| {}, "").unwrap();
    assert_eq!(found.stations, ["screening", "police", "health", "education", "decision"]);
    assert_eq!(found.classes, ["red", "amber", "green"]);
    assert_eq!(found.network.steps, [Step(vec![0]), Step(vec![1, 2, 3]), Step(vec![4])]);
    assert_eq!(found.network.stations[2].hours, WeekHours::weekdays(9, 17));
    let Arrivals::Weekly { per_hour } = &found.network.arrivals else { panic!("weekly") };
    // The reference model's own words: 20000 / 8760 times 168 / 166.6 times day times hour.
    let base = 20_000.0 / 8_760.0 * 168.0 / 166.6;
    for (hour, weight) in [(0, 1.2 * 0.3), (9, 1.2 * 1.6), (167, 0.5 * 0.9)] {
        assert!((per_hour[hour] - base * weight).abs() < 1e-9, "hour {hour}: {}", per_hour[hour]);
    }
    assert!(found.warnings.is_empty() && found.assumptions().len() == 7);
    let written = serde_json::to_value(found.as_written()).unwrap();
    assert_eq!(json_shape::misfits(&written, &network_schema()), []);
}

#[test]
fn a_record_beside_the_file_or_in_it_is_the_same() {
    let beside = read(TRACE, |_| {}, ROWS).unwrap();
    let rows: Vec<Vec<f64>> = ROWS
        .lines()
        .skip(1)
        .map(|line| line.split(',').map(|cell| cell.parse().unwrap()).collect())
        .collect();
    let inline = |file: &mut Value| file["network"]["arrivals"]["trace"] = json!({ "rows": rows });
    assert_eq!(read(TRACE, inline, "").unwrap().network, beside.network);
    assert!(beside.is_recorded());
}

#[test]
fn every_misfit_is_named_at_once() {
    let found = problems(
        FRONT_DOOR,
        |file| {
            file["network"]["stations"][0]["service"]["law"] = json!("log-normal");
            file["network"]["stations"][1]["server"] = json!(2);
            file["run"]["seed"] = json!(-1);
            file["run"].as_object_mut().unwrap().remove("replications");
        },
        "",
    );
    assert_eq!(
        found,
        [
            "network.stations[0].service.law: `log-normal` is not allowed here; did you mean `lognormal`?",
            "network.stations[1].server: unknown field `server`; did you mean `servers`?",
            "run.seed: expected 0 or more, found -1",
            "run: field `replications` is missing",
        ]
    );
}

#[test]
fn every_mistake_of_meaning_is_named_at_once_with_its_mend() {
    let found = problems(
        FRONT_DOOR,
        |file| {
            let network = &mut file["network"];
            network["arrivals"]["reason"].take();
            network["classes"]["value"][0].as_object_mut().unwrap().remove("share");
            network["stations"][0]["hours"] = json!([]);
            network["stations"][1]["service"]["mean"] = json!(-0.6);
            network["stations"][2]["hours"][0]["to"] = json!("9:00");
            network["stations"][3]["hours"][0]["to"] = json!("07:30");
            network["steps"] = json!([["screening"], ["police", "health", "edukation"], ["decision"]]);
            network["leaves"] = json!([{ "after": 3, "class": "gren", "share": 1.5, "mark": "synthesised", "reason": "a try" }]);
            file["run"]["warm_up_hours"] = json!(9_600);
            file["measures"][0]["at"] = json!(0.5);
        },
        "",
    );
    assert_eq!(
        found,
        [
            "network.arrivals: a synthesised figure needs a reason",
            "run.warm_up_hours: 9600 hours of warm-up and 168 of cool-down leave nothing of 9600; run longer, or warm up for less",
            "network.classes.value[0].share: class `red` has no share of contacts; give it a share above 0, or take it out",
            "network.classes.value: shares sum to 0.900000, not to 1",
            "network.stations[3]: no step goes to station `education`; name it in a step, or take it out",
            "network.stations[0].hours: the station is never open; give its hours, or leave `hours` out for day and night",
            "network.stations[1].service.mean: expected more than 0, found -0.6",
            "network.stations[2].hours[0].to: `9:00` is not a time of day; write hours and minutes, as `08:30`",
            "network.stations[3].hours[0]: 08:00 is not before 07:30; write a night as two stretches, until `24:00` and from `00:00`",
            "network.steps[1][2]: there is no station `edukation`; did you mean `education`?",
            "network.leaves[0].after: there is no step 3; steps are numbered from 0 to 2",
            "network.leaves[0].share: expected a share from 0 to 1, found 1.5",
            "network.leaves[0].class: there is no class `gren`; did you mean `green`?",
            "measures[0].at: this figure has no `at`; take it out",
        ]
    );
}

#[test]
fn more_work_than_can_be_done_is_refused_or_warned_of() {
    let fewer = |file: &mut Value| {
        file["network"]["stations"][0]["servers"] = json!(7);
        file["network"]["stations"][4]["servers"] = json!(5);
    };
    let expected = "network.stations[0]: station `screening`: utilisation 1.096, 2.283 hours of work come in an hour, \
                    7 servers are open 50 of 168";
    let found = problems(FRONT_DOOR, fewer, "");
    assert_eq!(found.len(), 1);
    assert!(
        found[0].starts_with(&format!("{expected}: the queue would grow without end; add servers")),
        "{found:?}"
    );
    // Where a third of green leaves after screening, the decision has less to do; screening has not.
    let leave =
        json!([{ "after": 0, "class": "green", "share": 0.3, "mark": "synthesised", "reason": "a try" }]);
    let allowed = read(
        FRONT_DOOR,
        |file| {
            fewer(file);
            file["network"]["stations"][4]["servers"] = json!(4);
            file["network"]["leaves"] = leave;
            file["network"]["allow_unstable"] = json!(true);
        },
        "",
    )
    .unwrap();
    let warnings: Vec<String> = allowed.warnings.iter().map(ToString::to_string).collect();
    let [first, second] = warnings.as_slice() else { panic!("{warnings:?}") };
    assert!(first.starts_with(expected), "{first}");
    // 2.283 x 0.65 x 0.85 over 4 servers, 50 of 168 hours.
    assert!(second.starts_with("network.stations[4]: station `decision`: utilisation 1.060"), "{second}");
}

#[test]
fn every_mistake_in_a_record_is_named_with_its_line() {
    let csv = "arr,prio,s0,s1,s2,s3,s4\n0.5,0,1,1,1,1,1\n0.4,1,1,1,1,1,1\n0.6,3,1,1,1,1,1\n0.7,1,1,1\n0.8,1,1,-1,1,1,1\n";
    let at = "network.arrivals.trace.csv: front-door-trace.csv line";
    assert_eq!(
        problems(TRACE, |_| {}, csv),
        [
            format!("{at} 3: arrives at 0.4, before the row above; sort rows by arrival"),
            format!("{at} 4: there is no class 3; classes are numbered from 0 to 2, in their order"),
            format!("{at} 5: expected 7 values, found 4; arrival hour, class, and hours at each station"),
            format!("{at} 6: a value is below zero, or no number"),
        ]
    );
    let wrong = problems(TRACE, |_| {}, "arr,prio,s0\n");
    let header = "expected columns `arr,prio,s0,s1,s2,s3,s4`, found `arr,prio,s0`";
    assert_eq!(wrong, [format!("{at} 1: {header}")]);
    let elsewhere = |file: &mut Value| file["network"]["arrivals"]["trace"]["csv"] = json!("../rows.csv");
    assert!(problems(TRACE, elsewhere, "")[0].contains("name a file in the same folder"));
}

#[test]
fn what_is_not_named_is_measured_everywhere() {
    let all = read(FRONT_DOOR, |file| drop(file.as_object_mut().unwrap().remove("measures")), "").unwrap();
    // Eight figures for all and for each of three classes, and the utilisation, at five stations.
    assert_eq!(all.measures.len(), 5 * (8 * 4 + 1));
    assert!(all.measures.iter().any(|named| named.id == "decision.red.until_done_quantile.0.95"));
    assert!(all.measures.iter().any(|named| named.title == "decision: p95 of time until done, red"));
}

#[test]
fn the_example_in_the_readme_is_sound() {
    let readme = include_str!("../../../../../scenarios/reference/README.md");
    let example = readme.split("```json\n").nth(1).unwrap().split("```").next().unwrap();
    let found = read(example, |_| {}, "").unwrap();
    assert!(found.warnings.is_empty() && found.measures.len() == 9);
}
