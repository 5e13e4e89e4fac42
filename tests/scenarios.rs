//! The shipped scenarios: each figure said to be derived is derived again from `data/`, and each year lies where
//! authorities lie; and scenarios that extend one another, as a person meets them.

use std::{collections::BTreeMap, fs, sync::atomic::AtomicBool};

use mash_batch::{CompareSettings, compare};
use mash_io::scenario_file;
use mash_sim::{Scenario, scenario::ScenarioFile};
use mash_tests_support::{root, shipped};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::cli::{conforms, holds, nothing_left, run};

const SHIPPED: [&str; 6] = [
    "england-average",
    "herefordshire-like-2022",
    "herefordshire-like-2023",
    "herefordshire-like-2024",
    "london-borough",
    "people-decide",
];

const HEREFORDSHIRE: &str = "Herefordshire, County of";

fn shipped_scenario(id: &str) -> Scenario {
    let loaded = scenario_file::read(&root().join("scenarios").join(format!("{id}.json")));
    loaded.unwrap_or_else(|error| panic!("{error}")).scenario
}

#[test]
fn every_shipped_scenario_is_listed_and_named_as_its_file() {
    let mut found: Vec<String> = fs::read_dir(root().join("scenarios"))
        .unwrap()
        .flatten()
        .filter(|file| file.path().extension().is_some_and(|extension| extension == "json"))
        .map(|file| file.path().file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    found.sort();
    assert_eq!(found, SHIPPED);
    for id in SHIPPED {
        let scenario = shipped_scenario(id);
        assert_eq!(scenario.id, id);
        assert_eq!(
            scenario.names_real_authority,
            id.contains("herefordshire") || id == "people-decide",
            "{id}"
        );
        assert_eq!(scenario.changes().is_empty(), id == "herefordshire-like-2023", "{id}");
    }
}

/// Against the bands that the scenario itself states, under the pack whose referrals it is set to.
#[test]
fn every_shipped_scenario_lies_where_authorities_lie() {
    let (a, b) = (shipped("levels-of-need"), shipped("repeat-contacts-tightened"));
    for id in SHIPPED {
        let scenario = shipped_scenario(id);
        let settings = CompareSettings {
            seed: scenario.seed,
            replications: 2,
            examples: 1,
            version: "test".to_owned(),
            command: "test".to_owned(),
            scenario_hash: "test".to_owned(),
            engine: mash_rules::EngineKind::default(),
        };
        let found = compare(&scenario, &a, &b, &settings, &|_, _| {}, &AtomicBool::new(false)).unwrap();
        assert_eq!(found.face_validity.len(), 18, "{id}");
        for row in &found.face_validity {
            assert!(row.inside, "{id}, {}: {:?} outside {} to {}", row.title, row.simulated, row.p5, row.p95);
        }
        let referrals = found.face_validity.first().unwrap();
        let (simulated, stated) = (referrals.simulated.mean, referrals.published.unwrap());
        assert!((simulated / stated - 1.0).abs() < 0.05, "{id}: {simulated} against {stated}");
    }
}

type Row = BTreeMap<String, String>;

fn table(file: &str) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(root().join("data").join(file)).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

/// Rows of one year of one level; of these authorities where some are named.
fn rows(file: &str, year: u16, level: &str, names: Option<&[String]>) -> Vec<Row> {
    table(file)
        .into_iter()
        .filter(|row| row["year_ending_31_march"] == year.to_string() && row["level"] == level)
        .filter(|row| names.is_none_or(|names| names.contains(&row["la_name"])))
        .collect()
}

const KEY_MEASURES: &str = "cin_key_measures_england_region_la.csv";
const SOURCES: &str = "referral_source_england_region_la.csv";
const AUTHORITY: &str = "Local authority";

fn cell(row: &Row, column: &str) -> Option<f64> {
    row[column].parse().ok()
}

fn column(rows: &[Row], column: &str) -> Vec<f64> {
    rows.iter().filter_map(|row| cell(row, column)).collect()
}

fn ratios(rows: &[Row], over: &str, under: &str) -> Vec<f64> {
    rows.iter().filter_map(|row| Some(cell(row, over)? / cell(row, under)?)).collect()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    mash_io::published::percentile(&values, 0.5).unwrap()
}

fn mean(values: Vec<f64>) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn england(year: u16) -> Row {
    rows(KEY_MEASURES, year, "National", None).remove(0)
}

fn neighbours() -> Vec<String> {
    table("herefordshire_statistical_neighbours_2025.csv").iter().map(|row| row["la_name"].clone()).collect()
}

fn boroughs() -> Vec<String> {
    rows(KEY_MEASURES, 2024, AUTHORITY, None)
        .iter()
        .filter(|row| row["region"].contains("London") && row["la_name"] != "City of London")
        .map(|row| row["la_name"].clone())
        .collect()
}

const GROUPS: [(&str, &str); 11] = [
    ("individual", "individual"),
    ("schools", "schools"),
    ("education_services", "education_services"),
    ("health", "health_services"),
    ("housing", "housing"),
    ("local_authority", "la_services"),
    ("police", "police"),
    ("other_legal", "other_legal_agency"),
    ("other", "other"),
    ("anonymous", "anonymous"),
    ("unknown", "unknown"),
];

/// Shares of sources over rows, each source by itself, scaled to one.
fn source_shares(rows: &[Row], middle: fn(Vec<f64>) -> f64) -> BTreeMap<String, f64> {
    let shares: Vec<(&str, f64)> =
        GROUPS.iter().map(|(group, column)| (*group, middle(ratios(rows, column, "referrals")))).collect();
    let all: f64 = shares.iter().map(|(_, share)| share).sum();
    shares.into_iter().map(|(group, share)| (group.to_owned(), share / all)).collect()
}

#[track_caller]
fn near(what: &str, stated: f64, derived: f64, within: f64) {
    assert!((stated - derived).abs() <= within, "{what}: {stated} is stated, {derived} derived");
}

#[track_caller]
fn shares_near(what: &str, stated: &BTreeMap<String, f64>, derived: &BTreeMap<String, f64>) {
    assert!(stated.keys().eq(derived.keys()), "{what}");
    for (name, share) in stated {
        near(&format!("{what}, {name}"), *share, derived[name], 0.0003);
    }
}

#[test]
fn source_shares_are_derived_from_the_counts() {
    for year in [2022, 2023, 2024] {
        let id = format!("herefordshire-like-{year}");
        let derived = source_shares(&rows(SOURCES, year, AUTHORITY, Some(&neighbours())), mean);
        shares_near(&id, &written(&id).sources.referral_shares.value, &derived);
    }
    let derived = source_shares(&rows(SOURCES, 2024, "National", None), mean);
    shares_near("england-average", &written("england-average").sources.referral_shares.value, &derived);
    let derived = source_shares(&rows(SOURCES, 2024, AUTHORITY, Some(&boroughs())), median);
    shares_near("london-borough", &written("london-borough").sources.referral_shares.value, &derived);
}

fn written(id: &str) -> ScenarioFile {
    shipped_scenario(id).as_written().clone()
}

#[test]
fn volumes_are_those_published_or_derived_from_them() {
    for year in [2022, 2023, 2024] {
        let file = written(&format!("herefordshire-like-{year}"));
        let own = rows(KEY_MEASURES, year, AUTHORITY, Some(&[HEREFORDSHIRE.to_owned()])).remove(0);
        let children = cell(&own, "pop_0_17_midyear_prev").unwrap();
        near("children", file.volume.children.value, children, 0.0);
        let referrals = cell(&own, "referrals").unwrap_or_else(|| {
            assert_eq!(year, 2024, "only these are withheld");
            let rates =
                column(&rows(KEY_MEASURES, year, AUTHORITY, Some(&neighbours())), "referrals_per_10k");
            assert_eq!(rates.len(), 10);
            median(rates) * children / 10_000.0
        });
        near("referrals", file.volume.referrals.value, referrals, 0.5);
        let plans = cell(&own, "cpp_at_31_march").unwrap() / cell(&own, "cin_at_31_march").unwrap();
        near("plans among open", file.history.plan_among_open.value, plans, 0.0025);
    }
    let (file, row) = (written("england-average"), england(2024));
    let authorities = rows(KEY_MEASURES, 2024, AUTHORITY, None).len() as f64;
    near(
        "children",
        file.volume.children.value,
        cell(&row, "pop_0_17_midyear_prev").unwrap() / authorities,
        0.5,
    );
    near("referrals", file.volume.referrals.value, cell(&row, "referrals").unwrap() / authorities, 0.5);
    let (file, rows) = (written("london-borough"), rows(KEY_MEASURES, 2024, AUTHORITY, Some(&boroughs())));
    assert_eq!(rows.len(), 32);
    let children = median(column(&rows, "pop_0_17_midyear_prev"));
    near("children", file.volume.children.value, children, 0.5);
    let rate = median(column(&rows, "referrals_per_10k"));
    near("referrals", file.volume.referrals.value, rate * children / 10_000.0, 0.6);
}

#[test]
fn ratios_after_referral_are_derived_from_the_counts() {
    for (id, year) in [
        ("herefordshire-like-2022", 2022),
        ("herefordshire-like-2023", 2023),
        ("herefordshire-like-2024", 2024),
        ("england-average", 2024),
    ] {
        let (branching, row) = (written(id).branching, england(year));
        let of = |name: &str| cell(&row, name).unwrap();
        near(id, branching.referral_nfa.value, of("referral_nfa_pct") / 100.0, 1e-9);
        near(id, branching.assessed_not_in_need.value, of("assessed_not_in_need_pct") / 100.0, 1e-9);
        near(id, branching.conference_per_s47.value, of("icpc") / of("s47_started"), 0.0005);
        near(id, branching.plan_per_conference.value, of("cpp_starts") / of("icpc"), 0.0005);
        near(id, written(id).history.re_referral_share.value, of("re_referral_pct") / 100.0, 1e-9);
    }
    let (file, rows) = (written("london-borough"), rows(KEY_MEASURES, 2024, AUTHORITY, Some(&boroughs())));
    for (what, stated, derived) in [
        ("nfa", &file.branching.referral_nfa, median(column(&rows, "referral_nfa_pct")) / 100.0),
        (
            "not in need",
            &file.branching.assessed_not_in_need,
            median(column(&rows, "assessed_not_in_need_pct")) / 100.0,
        ),
        ("conferences", &file.branching.conference_per_s47, median(ratios(&rows, "icpc", "s47_started"))),
        ("plans", &file.branching.plan_per_conference, median(ratios(&rows, "cpp_starts", "icpc"))),
        ("re-referrals", &file.history.re_referral_share, median(column(&rows, "re_referral_pct")) / 100.0),
        ("open", &file.history.plan_among_open, median(ratios(&rows, "cpp_at_31_march", "cin_at_31_march"))),
    ] {
        near(what, stated.value, derived, 0.0006);
    }
}

#[test]
fn months_ages_sexes_and_ethnicities_are_those_of_england() {
    let months = mash_stats::measures::MONTHS;
    let ages = [
        ("unborn", "Unborn"),
        ("<1", "Under 1 year"),
        ("1-4", "1 to 4 years"),
        ("5-9", "5 to 9 years"),
        ("10-15", "10 to 15 years"),
        ("16-17", "16 years and over"),
    ];
    for (id, year) in [
        ("herefordshire-like-2022", 2022),
        ("herefordshire-like-2023", 2023),
        ("herefordshire-like-2024", 2024),
        ("england-average", 2024),
        ("london-borough", 2024),
    ] {
        let (file, year) = (written(id), year.to_string());
        let index = table("seasonality_index_per_working_day_england.csv");
        let row = index.iter().find(|row| row["year_ending_31_march"] == year).unwrap();
        let rates: Vec<f64> = months.iter().map(|month| cell(row, month).unwrap()).collect();
        assert_eq!(file.arrivals.months.value.to_vec(), rates, "{id}");
        let stock: BTreeMap<String, f64> = table("cin_at_31_march_age_sex_ethnicity_england.csv")
            .into_iter()
            .filter(|row| row["year_ending_31_march"] == year)
            .map(|row| (row["value"].clone(), cell(&row, "cin_at_31_march").unwrap()))
            .collect();
        let all: f64 = ages.iter().map(|(_, name)| stock[*name]).sum();
        for (band, name) in ages {
            near(band, file.population.age.value[band], stock[name] / all, 0.0006);
        }
        let girls = stock["Female"] / (stock["Female"] + stock["Male"]);
        near(id, file.population.sex.value["F"], girls, 0.0001);
        let ethnicity = &file.population.ethnicity.value;
        near(id, ethnicity["WBRI"], stock["White British"] / stock["Total"], 0.0003);
        near(id, ethnicity["BAFR"], stock["Black African"] / stock["Total"], 0.0003);
        near(id, ethnicity["NOBT"], 1.0 - stock["Known ethnicity"] / stock["Total"], 0.0006);
    }
}

/// The rate that a reason says the enquiries were set to is the published one.
#[test]
fn enquiries_are_set_to_the_published_rate() {
    for (id, stated) in [
        ("herefordshire-like-2022", cell(&own(2022), "s47_per_10k").unwrap()),
        ("herefordshire-like-2024", cell(&own(2024), "s47_per_10k").unwrap()),
        ("england-average", cell(&england(2024), "s47_per_10k").unwrap()),
        (
            "london-borough",
            median(column(&rows(KEY_MEASURES, 2024, AUTHORITY, Some(&boroughs())), "s47_per_10k")),
        ),
    ] {
        let reason = written(id).branching.s47_from_open_cases.reason.unwrap();
        assert!(reason.contains(&format!("and {stated:.0} are")), "{id}: {stated} in {reason}");
    }
}

/// One row of the workforce, 30 September after the year's end.
fn workforce(year: u16, level: &str, name: &str) -> Row {
    let all = table("workforce_england_region_la.csv").into_iter();
    let mut found = all.filter(|row| {
        row["year_at_30_september"] == year.to_string() && row["level"] == level && row["la_name"] == name
    });
    found.next().unwrap()
}

/// Case holders, agency share, turnover and sickness are those of the row; posts and empty posts follow from workers in
/// post and vacancies that agency workers do not cover.
#[test]
fn social_workers_are_those_of_the_workforce_census() {
    for (id, row, authorities) in [
        ("herefordshire-like-2022", workforce(2022, AUTHORITY, HEREFORDSHIRE), 1.0),
        ("herefordshire-like-2023", workforce(2023, AUTHORITY, HEREFORDSHIRE), 1.0),
        ("herefordshire-like-2024", workforce(2024, AUTHORITY, HEREFORDSHIRE), 1.0),
        ("england-average", workforce(2024, "National", ""), 153.0),
    ] {
        let file = written(id).front_door.unwrap().workforce.unwrap();
        let of = |name: &str| cell(&row, name).unwrap();
        let workers = of("inpost_fte") + of("agency_fte");
        let empty = of("vacancy_fte") * (1.0 - of("vacancy_agency_cover_rate_fte") / 100.0);
        let share = empty / (workers + empty);
        near(id, file.empty_share.value, share, 0.0015);
        near(id, file.posts.value, of("case_holders_fte") / authorities / (1.0 - share), 0.6);
        near(id, file.agency_share.value, of("agency_rate_fte") / 100.0, 1e-9);
        near(id, file.permanent_turnover.unwrap().value, of("turnover_rate_fte") / 100.0, 1e-9);
        near(id, file.sickness.unwrap().value, of("absence_rate_fte") / 100.0, 1e-9);
    }
    let file = written("london-borough").front_door.unwrap().workforce.unwrap();
    let rows: Vec<Row> = boroughs()
        .iter()
        .flat_map(|name| {
            table("workforce_england_region_la.csv")
                .into_iter()
                .filter(move |row| row["year_at_30_september"] == "2024" && row["la_name"] == *name)
        })
        .collect();
    let of = |name: &str| median(column(&rows, name));
    let share = of("vacancy_rate_fte") / 100.0 * (1.0 - of("vacancy_agency_cover_rate_fte") / 100.0);
    near("empty", file.empty_share.value, share, 0.0005);
    near("posts", file.posts.value, of("case_holders_fte") / (1.0 - share), 0.6);
    near("agency", file.agency_share.value, of("agency_rate_fte") / 100.0, 0.0006);
    near("turnover", file.permanent_turnover.unwrap().value, of("turnover_rate_fte") / 100.0, 0.0006);
    near("filled", file.filled_by_agency.value, of("vacancy_agency_cover_rate_fte") / 100.0, 0.0006);
    near("sickness", file.sickness.unwrap().value, of("absence_rate_fte") / 100.0, 0.0006);
}

/// Bands of working days are the counts of assessments and conferences, added up.
#[test]
fn working_days_of_assessments_and_conferences_are_the_published_bands() {
    let assessment = ["same_day", "1-10_days", "11-20_days", "21-30_days", "31-40_days", "41-45_days"];
    let longer = ["46-50_days", "51-60_days", "61+_days"];
    for (id, year, name) in [
        ("herefordshire-like-2022", "2022", HEREFORDSHIRE),
        ("herefordshire-like-2023", "2023", HEREFORDSHIRE),
        ("herefordshire-like-2024", "2024", HEREFORDSHIRE),
        ("england-average", "2024", ""),
    ] {
        let door = written(id).front_door.unwrap();
        let row = |file: &str| {
            let mut rows = table(file).into_iter();
            rows.find(|row| row["year_ending_31_march"] == year && row["la_name"] == name).unwrap()
        };
        let bands = |row: &Row, columns: &[&str], stated: &[[f64; 2]]| {
            let counts: Vec<f64> = columns.iter().map(|column| cell(row, column).unwrap()).collect();
            let all: f64 = counts.iter().sum();
            let mut so_far = 0.0;
            assert_eq!(stated.len(), counts.len());
            for (count, [_, share]) in counts.iter().zip(stated) {
                so_far += count;
                near(id, *share, so_far / all, 0.0006);
            }
        };
        let row_of_assessments = row("assessment_duration_bands_england_herefordshire.csv");
        let columns = [&assessment[..], &longer[..]].concat();
        bands(&row_of_assessments, &columns, &door.assessment.unwrap().days.value);
        let conferences = row("s47_icpc_duration_england_herefordshire.csv");
        let columns =
            ["duration_0-10_days", "duration_11-15_days", "duration_16-20_days", "duration_21+_days"];
        bands(&conferences, &columns, &door.section_47.unwrap().conference_days.value[1..]);
    }
}

fn own(year: u16) -> Row {
    rows(KEY_MEASURES, year, AUTHORITY, Some(&[HEREFORDSHIRE.to_owned()])).remove(0)
}

fn with_base() -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::copy(root().join("scenarios/herefordshire-like-2023.json"), folder.path().join("base.json")).unwrap();
    folder
}

#[test]
fn a_new_scenario_extends_another_and_is_ready_to_run() {
    let folder = with_base();
    fs::create_dir(folder.path().join("mine")).unwrap();
    let made = run(folder.path(), &["new", "scenario", "mine/more.json", "--extends", "base.json"]);
    assert_eq!(made.code, 0, "{}", made.err);
    let text = fs::read_to_string(folder.path().join("mine/more.json")).unwrap();
    let value: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["extends"], json!("../base.json"));
    assert!(text.lines().count() < 20, "{text}");
    conforms("scenario", &value);
    let loaded = scenario_file::read(&folder.path().join("mine/more.json")).unwrap();
    let [only] = loaded.scenario.changes() else { panic!("{:?}", loaded.scenario.changes()) };
    assert_eq!((only.place.as_str(), only.after.as_deref()), ("volume.referrals", Some("1726")));
    // One may extend that in turn.
    let again = run(folder.path(), &["new", "scenario", "again.json", "--extends", "mine/more.json"]);
    assert_eq!(again.code, 0, "{}", again.err);
    let packs = [root().join("rules/levels-of-need"), root().join("rules/neglect-earlier")];
    let [a, b] = packs.each_ref().map(|path| path.to_str().unwrap());
    let compared = run(
        folder.path(),
        &[
            "compare",
            "--decisions-only",
            "again.json",
            "--pack",
            a,
            "--against",
            b,
            "--replications",
            "1",
            "--contacts",
            "200",
            "--json",
        ],
    );
    assert_eq!(compared.code, 0, "{}", compared.err);
    let answer: Value = serde_json::from_str(&compared.out).unwrap();
    let loaded = scenario_file::read(&folder.path().join("again.json")).unwrap();
    assert_eq!(loaded.files.len(), 3);
    assert_eq!(answer["provenance"]["scenario_hash"], json!(loaded.sha256));
}

#[test]
fn options_of_packs_and_scenarios_are_not_mixed_up() {
    let folder = with_base();
    for (args, expect) in [
        (vec!["new", "pack", "p", "--extends", "base.json"], "a pack has `--base`"),
        (vec!["new", "scenario", "s.json", "--base", "base.json"], "a scenario has `--extends`"),
        (vec!["new", "scenario", "base.json", "--extends", "base.json"], "exists already"),
    ] {
        let ran = run(folder.path(), &args);
        assert_eq!(ran.code, 2, "{args:?}");
        holds(&ran.err, &[expect]);
    }
    assert_eq!(run(folder.path(), &["new", "scenario", "s.json", "--extends", "none.json"]).code, 3);
    nothing_left(folder.path(), &["base.json"]);
}

#[test]
fn mistakes_in_a_chain_name_the_file_and_the_place() {
    let folder = with_base();
    let pack = root().join("rules/levels-of-need");
    let pack = pack.to_str().unwrap();
    let compare = |file: &str| {
        run(folder.path(), &["compare", "--decisions-only", file, "--pack", pack, "--against", pack])
    };
    let write = |file: &str, value: &Value| fs::write(folder.path().join(file), value.to_string()).unwrap();
    write("middle.json", &json!({"extends": "base.json", "id": "m", "title": "M", "seed": "one"}));
    write(
        "last.json",
        &json!({"extends": "middle.json", "id": "l", "title": "L", "volume": {"referals": {}}}),
    );
    let ran = compare("last.json");
    assert_eq!(ran.code, 3);
    holds(
        &ran.err,
        &["middle.json at `seed`: expected a whole number", "last.json at `volume.referals`: unknown field"],
    );
    write("middle.json", &json!({"extends": "last.json", "id": "m", "title": "M"}));
    let ran = compare("last.json");
    assert_eq!(ran.code, 3);
    holds(
        &ran.err,
        &["middle.json: extends `last.json` which extends this file again", "help: let one scenario"],
    );
    write("middle.json", &json!({"extends": "nowhere.json", "id": "m", "title": "M"}));
    let ran = compare("last.json");
    assert_eq!(ran.code, 3);
    holds(&ran.err, &["middle.json: extends `nowhere.json`: there is no such file", "help: check `extends`"]);
}

/// The schema that editors complete from knows both forms, and tells them apart.
#[test]
fn the_schema_describes_both_forms() {
    let schema = run(&root(), &["schema", "scenario"]);
    let schema: Value = serde_json::from_str(&schema.out).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let whole: Value = serde_json::from_str(
        &fs::read_to_string(root().join("scenarios/herefordshire-like-2023.json")).unwrap(),
    )
    .unwrap();
    let with = |change: &dyn Fn(&mut Value)| {
        let mut value = whole.clone();
        change(&mut value);
        value
    };
    let change = |fields: Value| {
        let mut value = json!({"extends": "base.json", "id": "a", "title": "A"});
        value.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        value
    };
    for good in [
        whole.clone(),
        with(&|value| value["$schema"] = json!("scenario.schema.json")),
        change(json!({})),
        change(json!({"$schema": "scenario.schema.json", "authority_like": null})),
        change(json!({"volume": {"referrals": {"value": 3, "mark": "synthesised", "source": null}}})),
        change(json!({"sources": {"conversion": {"value": {"police": 0.2}}}})),
        change(json!({"themes": whole["themes"]})),
    ] {
        assert!(validator.is_valid(&good), "{:?}", validator.iter_errors(&good).next());
    }
    for bad in [
        with(&|value| drop(value.as_object_mut().unwrap().remove("volume"))),
        with(&|value| value["volume"]["referrals"] = json!({"value": 3})),
        json!({"extends": "base.json", "id": "a"}),
        change(json!({"voulme": {}})),
        change(json!({"volume": {"referals": {}}})),
        change(json!({"seed": "one"})),
        change(json!({"themes": [{"theme": "neglect"}]})),
        change(json!({"need": {"strategy_share": {"mark": "synthesized"}}})),
    ] {
        assert!(!validator.is_valid(&bad), "{bad}");
    }
}

/// What-ifs and models of front doors: each changes something, and each can be run.
#[test]
fn every_what_if_and_model_is_a_front_door_named_as_its_file() {
    let mut found = 0;
    for folder in ["what-if", "models"] {
        for file in fs::read_dir(root().join("scenarios").join(folder)).unwrap().flatten() {
            let path = file.path();
            let scenario = scenario_file::read(&path).unwrap_or_else(|error| panic!("{error}")).scenario;
            assert_eq!(scenario.id, path.file_stem().unwrap().to_string_lossy());
            let changed = !scenario.changes().is_empty() || scenario.as_written().pack.is_some();
            assert!(changed, "{} changes nothing", scenario.id);
            let name = scenario.as_written().pack.clone();
            let name = name.as_deref().map_or("levels-of-need", |pack| pack.rsplit('/').next().unwrap());
            let pack = mash_tests_support::shipped(name);
            mash_batch::front_door_model::FrontDoorModel::new(
                &scenario,
                &pack,
                mash_rules::EngineKind::Compiled,
                None,
            )
            .unwrap_or_else(|error| panic!("{}: {error}", scenario.id));
            found += 1;
        }
    }
    assert!(found >= 15, "{found}");
}
