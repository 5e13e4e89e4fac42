//! The event log of a simulated front door: that it tells what happened, changes nothing, and can be read elsewhere.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

use mash_batch::pack_triage::PackTriage;
use mash_io::event_log::{
    self, CaseNotes, EventLogError, EventTargets,
    case::{find, parse},
    timeline::timeline,
};
use mash_model::Agency;
use mash_rules::{EngineKind, RulePack};
use mash_sim::{
    AgeBand, LatentNeed, Scenario,
    front_door::{Activity, CaseKey, FrontDoor, Note, Records, Silent, Triage, record::Channel, run},
    queueing::Time,
};
use mash_tests_support::{root, scenario, shipped};
use serde_json::Value;

const SEED: u64 = 7;

/// A small year under the shipped pack.
struct Year {
    scenario: Scenario,
    pack: RulePack,
}

impl Year {
    fn new() -> Self {
        Self { scenario: scenario().with_expected_contacts(1_200.0), pack: shipped("levels-of-need") }
    }

    fn with<T>(&self, work: impl FnOnce(&FrontDoor<'_>, &PackTriage<'_>) -> T) -> T {
        let triage = PackTriage::new(&self.pack, self.pack.engine(EngineKind::default())).unwrap();
        let model = &self.scenario.truth_models[0].id;
        let door = FrontDoor::new(&self.scenario, &self.pack.dictionary, triage.ratings(), model).unwrap();
        work(&door, &triage)
    }
}

/// One run of it, shared: notes, records, and the files.
struct Once {
    notes: Vec<Note>,
    records: Records,
    csv: String,
    ocel: String,
}

static YEAR: LazyLock<Year> = LazyLock::new(Year::new);
static ONCE: LazyLock<Once> = LazyLock::new(|| {
    YEAR.with(|door, triage| {
        let mut notes: Vec<Note> = Vec::new();
        let records = run(door, triage, SEED, 0, &mut notes).unwrap();
        let (csv, ocel) = files(door, triage, SEED);
        Once { notes, records, csv, ocel }
    })
});

fn files(door: &FrontDoor<'_>, triage: &dyn Triage, seed: u64) -> (String, String) {
    let folder = tempfile::tempdir().unwrap();
    let [csv, ocel] = ["log.csv", "log.jsonocel"].map(|name| folder.path().join(name));
    let targets = EventTargets { case: None, csv: Some(csv.clone()), ocel: Some(ocel.clone()) };
    event_log::write(door, triage, seed, 0, &targets).unwrap();
    (std::fs::read_to_string(csv).unwrap(), std::fs::read_to_string(ocel).unwrap())
}

fn by_case() -> BTreeMap<CaseKey, Vec<Note>> {
    let mut cases: BTreeMap<CaseKey, Vec<Note>> = BTreeMap::new();
    for note in &ONCE.notes {
        cases.entry(note.key).or_default().push(*note);
    }
    cases
}

#[test]
fn the_same_seed_writes_the_same_bytes_and_another_seed_does_not() {
    YEAR.with(|door, triage| {
        let again = files(door, triage, SEED);
        assert_eq!(again.0, ONCE.csv);
        assert_eq!(again.1, ONCE.ocel);
        assert_ne!(files(door, triage, SEED + 1).0, ONCE.csv);
    });
}

#[test]
fn listening_changes_no_record() {
    YEAR.with(|door, triage| {
        let silent = run(door, triage, SEED, 0, &mut Silent).unwrap();
        assert!(silent == ONCE.records);
        let case = Some(ONCE.records.cases[0].key);
        let targets = EventTargets { case, ..EventTargets::default() };
        assert!(event_log::write(door, triage, SEED, 0, &targets).unwrap().records == silent);
    });
}

#[test]
fn every_case_of_the_records_has_events_and_no_other_has() {
    let noted: BTreeSet<CaseKey> = ONCE.notes.iter().map(|note| note.key).collect();
    let recorded: BTreeSet<CaseKey> = ONCE.records.cases.iter().map(|case| case.key).collect();
    assert!(recorded.len() > 1_000, "{}", recorded.len());
    assert_eq!(noted, recorded);
}

#[test]
fn events_follow_the_pathway_in_the_order_of_time() {
    let whole = ONCE.notes.windows(2).all(|pair| pair[0].at <= pair[1].at);
    assert!(whole);
    /// What must have happened before.
    const BEFORE: [(Activity, Activity); 15] = [
        (Activity::Screened, Activity::ScreeningBegun),
        (Activity::AgreementRefused, Activity::AgreementSought),
        (Activity::AgencyAnswered, Activity::AgencyAsked),
        (Activity::AgencyReminded, Activity::AgencyAsked),
        (Activity::RepliesOverdue, Activity::AgencyAsked),
        (Activity::DecisionRead, Activity::Decided),
        (Activity::Reopened, Activity::Decided),
        (Activity::StrategyHeld, Activity::StrategyCalled),
        (Activity::WorkerAllocated, Activity::ReferralAccepted),
        (Activity::AssessmentDone, Activity::ReferralAccepted),
        (Activity::ConferenceHeld, Activity::Section47Begun),
        (Activity::PlanBegun, Activity::ConferenceHeld),
        (Activity::PlanEnded, Activity::PlanBegun),
        (Activity::CoreGroupHeld, Activity::PlanBegun),
        (Activity::EarlyHelpEnded, Activity::EarlyHelpBegun),
    ];
    let mut seen: BTreeSet<Activity> = BTreeSet::new();
    for (key, notes) in by_case() {
        assert_eq!(notes[0].activity, Activity::ContactReceived, "{}", key.id());
        let happened = |upto: usize| notes[..upto].iter().map(|note| note.activity).collect::<BTreeSet<_>>();
        for (at, note) in notes.iter().enumerate() {
            seen.insert(note.activity);
            for (_, before) in BEFORE.iter().filter(|(after, _)| *after == note.activity) {
                assert!(
                    happened(at).contains(before),
                    "{}: {:?} without {before:?}",
                    key.id(),
                    note.activity
                );
            }
        }
    }
    for (after, _) in BEFORE {
        assert!(seen.contains(&after), "{after:?} never happens here, so its order is not tested");
    }
}

#[test]
fn moments_of_the_records_are_moments_of_the_log() {
    let cases = by_case();
    let mut checked = 0;
    for record in &ONCE.records.cases {
        let has = |activity: Activity, at: Time| {
            at == Time::NEVER
                || cases[&record.key].iter().any(|note| note.activity == activity && note.at == at)
        };
        assert!(has(Activity::ContactReceived, record.received));
        assert!(has(Activity::Screened, record.screened[1]), "{}", record.key.id());
        assert!(has(Activity::AssessmentDone, record.assessed), "{}", record.key.id());
        assert!(has(Activity::ConferenceHeld, record.conference), "{}", record.key.id());
        assert!(has(Activity::PlanBegun, record.plan[0]), "{}", record.key.id());
        checked += usize::from(record.assessed != Time::NEVER);
    }
    assert!(checked > 50, "{checked}");
}

/// What teams do by the week is in the log as often as in the records, at working hours, and by whoever had the case.
#[test]
fn visits_and_supervisions_are_noted_as_often_as_they_are_recorded() {
    let cases = by_case();
    let mut all = [0_usize; 4];
    for record in &ONCE.records.cases {
        let notes = &cases[&record.key];
        let count = |activity| notes.iter().filter(|note| note.activity == activity).count();
        let found = [
            count(Activity::VisitMade),
            count(Activity::VisitMissed),
            count(Activity::SupervisionHeld),
            count(Activity::SupervisionMissed),
        ];
        let [[visits, made], [supervisions, held]] =
            [record.visits, record.supervisions].map(|pair| pair.map(usize::from));
        assert_eq!(found, [made, visits - made, held, supervisions - held], "{}", record.key.id());
        for (total, more) in all.iter_mut().zip(found) {
            *total += more;
        }
        for note in notes.iter().filter(|note| note.activity == Activity::VisitMade) {
            let hour = note.at.hours().rem_euclid(24.0);
            assert!(note.worker.is_some(), "{note:?}");
            assert!((9.0..17.0).contains(&hour) || note.at == record.closed, "{note:?}");
        }
    }
    assert!(all.iter().all(|count| *count > 100), "{all:?}");
}

#[test]
fn core_groups_and_discussions_about_open_cases_are_noted() {
    let cases = by_case();
    let (mut groups, mut late, mut about_open) = (0, 0, 0);
    YEAR.with(|door, _| {
        for record in &ONCE.records.cases {
            let notes = &cases[&record.key];
            let first = |activity| notes.iter().find(|note| note.activity == activity).map(|note| note.at);
            let [called, _] = record.strategy;
            let held = notes.iter().filter(|note| note.activity == Activity::StrategyHeld).count();
            about_open += usize::from(held > usize::from(called != Time::NEVER));
            let (Some(begun), Some(group)) = (first(Activity::PlanBegun), first(Activity::CoreGroupHeld))
            else {
                continue;
            };
            let in_time = door.working_days(begun, group) <= 10;
            assert_eq!(record.core_group_in_time, Some(in_time), "{}", record.key.id());
            groups += 1;
            late += usize::from(!in_time);
        }
    });
    assert!(groups > 10 && late > 0 && about_open > 10, "{groups} {late} {about_open}");
}

#[test]
fn the_csv_has_a_row_for_each_note() {
    let mut lines = ONCE.csv.lines();
    let header = lines.next().unwrap();
    assert_eq!(header, "time,activity,case,contact,child,family,agency,worker,value,replication");
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
    assert_eq!(rows.len(), ONCE.notes.len());
    YEAR.with(|door, triage| {
        for (row, note) in rows.iter().zip(&ONCE.notes) {
            let civil = door.civil(note.at);
            assert_eq!(row[0], civil.strftime("%Y-%m-%dT%H:%M:%S").to_string());
            assert_eq!((row[1], row[2]), (note.activity.title(), note.key.id().as_str()));
            assert_eq!(row[3], note.key.id().rsplit_once('-').unwrap().0);
            assert_eq!(row[6], note.agency.map_or("", |agency| agency.id()));
            assert_eq!(row[7].is_empty(), note.worker.is_none());
            let value = match (note.activity, note.value.map(usize::from)) {
                (_, None) => "",
                (Activity::ContactReceived | Activity::RatingChanged, Some(at)) => {
                    triage.ratings()[at].id.as_str()
                }
                (_, Some(at)) => LatentNeed::ALL[at].route_id(),
            };
            assert_eq!((row[8], row[9]), (value, "0"));
        }
    });
}

#[test]
fn the_ocel_log_is_of_the_standards_shape() {
    let schema = std::fs::read_to_string(root().join("tests/ocel.schema.json")).unwrap();
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let mut log: Value = serde_json::from_str(&ONCE.ocel).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&log).take(5).map(|e| format!("{}: {e}", e.instance_path)).collect();
    assert!(errors.is_empty(), "{errors:?}");
    // The schema notices: a time without an offset, a value that is no text, an object without a type.
    let whole = log.clone();
    log["events"][0]["time"] = "2023-04-03T09:12:00".into();
    assert!(!validator.is_valid(&log));
    log.clone_from(&whole);
    log["events"][0]["attributes"] = serde_json::json!([{ "name": "rating", "value": 3 }]);
    assert!(!validator.is_valid(&log));
    log.clone_from(&whole);
    log["objects"][0].as_object_mut().unwrap().remove("type");
    assert!(!validator.is_valid(&log));
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

#[test]
fn every_event_of_the_ocel_log_names_objects_and_attributes_that_are_there() {
    let log: Value = serde_json::from_str(&ONCE.ocel).unwrap();
    let types = |kind: &str| -> BTreeMap<&str, BTreeSet<&str>> {
        list(&log[kind])
            .iter()
            .map(|one| {
                let names = list(&one["attributes"]).iter().map(|it| text(&it["name"])).collect();
                (text(&one["name"]), names)
            })
            .collect()
    };
    let (event_types, object_types) = (types("eventTypes"), types("objectTypes"));
    assert_eq!(event_types.len(), Activity::ALL.len());
    let objects: BTreeMap<&str, &str> =
        list(&log["objects"]).iter().map(|object| (text(&object["id"]), text(&object["type"]))).collect();
    assert_eq!(objects.len(), list(&log["objects"]).len(), "an id is there twice");
    let wanted = |qualifier: &str| match qualifier {
        "about child" => "child",
        "in family" => "family",
        "in contact" | "for contact" => "contact",
        "request" => "agency request",
        "social worker" => "social worker",
        other => panic!("{other}"),
    };
    let mut related: BTreeSet<&str> = BTreeSet::new();
    for (one, types) in list(&log["events"])
        .iter()
        .map(|event| (event, &event_types))
        .chain(list(&log["objects"]).iter().map(|object| (object, &object_types)))
    {
        let attributes = &types[text(&one["type"])];
        assert!(list(&one["attributes"]).iter().all(|it| attributes.contains(text(&it["name"]))), "{one}");
        for relation in list(&one["relationships"]) {
            let (id, qualifier) = (text(&relation["objectId"]), text(&relation["qualifier"]));
            assert_eq!(objects.get(id), Some(&wanted(qualifier)), "{one}");
            related.insert(id);
        }
    }
    assert_eq!(related.len(), objects.len(), "an object that nothing names");
    // What is told of several children at once is one event of all of them.
    let children = |event: &Value| {
        list(&event["relationships"]).iter().filter(|it| it["qualifier"] == "about child").count()
    };
    let told: usize = list(&log["events"]).iter().map(children).sum();
    assert_eq!(told, ONCE.notes.len());
    assert!(list(&log["events"]).iter().any(|event| children(event) > 1));
}

/// A Python with pm4py: one under `target/`, or the one on the path.
fn python() -> Option<Command> {
    let own = |name: &str| root().join("target").join(name).join("bin/python3");
    let candidates: [PathBuf; 3] = [own("pm4py"), own("venv"), "python3".into()];
    let works = |python: &PathBuf| {
        Command::new(python).args(["-c", "import pm4py"]).output().is_ok_and(|output| output.status.success())
    };
    candidates.into_iter().find(works).map(Command::new)
}

#[test]
fn a_process_mining_library_reads_the_ocel_log() {
    let Some(mut python) = python() else {
        println!(
            "skipped: no python3 with pm4py; `python3 -m venv target/pm4py` and pip install pm4py there"
        );
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.jsonocel");
    std::fs::write(&path, &ONCE.ocel).unwrap();
    let output = python.arg(root().join("tests/ocel_reads.py")).arg(&path).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let log: Value = serde_json::from_str(&ONCE.ocel).unwrap();
    let relations =
        |kind: &str| -> usize { list(&log[kind]).iter().map(|one| list(&one["relationships"]).len()).sum() };
    let children: BTreeSet<(u64, u8)> =
        ONCE.records.cases.iter().map(|case| (case.key.household, case.key.child)).collect();
    for line in [
        format!("events {}", list(&log["events"]).len()),
        format!("objects {}", list(&log["objects"]).len()),
        format!("relations {}", relations("events")),
        format!("object relations {}", relations("objects")),
        "dangling 0".to_owned(),
        "object types agency request,child,contact,family,social worker".to_owned(),
        format!("children with events {}", children.len()),
    ] {
        assert!(said.lines().any(|said| said == line), "{line} not in:\n{said}");
    }
}

/// A case made by hand, so that the page is tested and not the simulation.
#[test]
fn a_timeline_reads_like_case_notes() {
    let key = parse("h120-c2-1").unwrap();
    let mut record = ONCE.records.cases[0].clone();
    record.key = key;
    (record.source, record.channel, record.age) = (Agency::School, Channel::Form, AgeBand::FiveToNine);
    (record.need, record.contacts_before) = (LatentNeed::StrategyDiscussion, 1);
    (record.met, record.closed) = (Time::NEVER, Time::NEVER);
    let day = |day: i64, hour: i64, minute: i64| Time((day * 1_440 + hour * 60 + minute) * 60_000_000_000);
    let first = ONCE.records.window[0].0 / (1_440 * 60_000_000_000);
    let at = |days: i64, hour: i64, minute: i64| day(first + days, hour, minute);
    record.received = at(4, 15, 10);
    YEAR.with(|door, triage| {
        let rating = |id: &str| triage.ratings().iter().position(|it| it.id == id).map(|at| at as u8);
        record.rating = [rating("amber"), rating("red")];
        let route = |route: LatentNeed| Some(route.rank() as u8);
        let note = |at, activity, agency, worker, value| Note { at, activity, key, agency, worker, value };
        let plain = |at, activity| note(at, activity, None, None, None);
        let notes = vec![
            note(at(4, 15, 10), Activity::ContactReceived, Some(Agency::School), None, rating("amber")),
            plain(at(4, 15, 42), Activity::ScreeningBegun),
            note(at(4, 16, 30), Activity::Screened, None, None, route(LatentNeed::EarlyHelp)),
            note(at(4, 16, 30), Activity::AgencyAsked, Some(Agency::Camhs), None, None),
            note(at(5, 9, 5), Activity::AgencyAnswered, Some(Agency::Camhs), None, None),
            note(at(5, 9, 5), Activity::RatingChanged, None, None, rating("red")),
            plain(at(5, 9, 20), Activity::DecisionBegun),
            note(at(5, 10, 0), Activity::Decided, None, None, route(LatentNeed::StrategyDiscussion)),
            plain(at(5, 10, 0), Activity::StrategyCalled),
            plain(at(5, 13, 0), Activity::StrategyHeld),
            plain(at(5, 14, 0), Activity::ReferralAccepted),
            note(at(5, 14, 0), Activity::WorkerAllocated, None, Some(11), None),
            note(at(5, 14, 0), Activity::Section47Begun, None, Some(11), None),
            note(at(32, 10, 0), Activity::ConferenceHeld, None, Some(11), None),
            note(at(32, 10, 0), Activity::PlanBegun, None, Some(11), None),
        ];
        let mut earlier = record.clone();
        earlier.key = parse("h120-c1-1").unwrap();
        earlier.received = at(-40, 11, 0);
        let records = Records { cases: vec![earlier, record.clone()], ..ONCE.records.clone() };
        let text = timeline(door, triage.ratings(), &notes, key, &records).unwrap();
        let expect = std::fs::read_to_string(root().join("tests/timeline.txt")).unwrap();
        assert!(text == expect, "the timeline is now:\n{text}");
    });
}

#[test]
fn every_timeline_fits_80_columns_and_keeps_what_is_true_apart() {
    YEAR.with(|door, triage| {
        let (mut shown, mut missed) = (0, 0);
        for (key, notes) in by_case().iter().step_by(9) {
            let text = timeline(door, triage.ratings(), notes, *key, &ONCE.records).unwrap();
            assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
            let need = find(&ONCE.records, *key).unwrap().need;
            let (hub, truth) = text.split_once("Simulated truth").unwrap();
            assert!(truth.replace('\n', " ").contains("which nobody in the hub knows"));
            let words = need.route_id().replace('_', " ");
            assert!(truth.split_whitespace().collect::<Vec<_>>().join(" ").contains(&words), "{text}");
            let events = hub.lines().filter(|line| line.get(..2).is_some_and(|two| two == "20")).count();
            assert_eq!(events, notes.len(), "{text}");
            shown += 1;
            missed += usize::from(hub.contains("MISSED"));
        }
        assert!(shown > 100 && missed > 0 && missed < shown, "{missed} of {shown}");
    });
}

#[test]
fn a_case_of_the_warm_up_has_a_timeline_too() {
    let early = ONCE.records.cases.iter().find(|case| case.received < ONCE.records.window[0]).unwrap();
    YEAR.with(|door, triage| {
        let targets = EventTargets { case: Some(early.key), ..EventTargets::default() };
        let text = event_log::write(door, triage, SEED, 0, &targets).unwrap().timeline.unwrap();
        assert!(text.contains("Received in the warm-up") && text.contains("contact received"), "{text}");
    });
}

#[test]
fn an_id_that_names_no_case_is_answered_with_some_that_do() {
    let wrong = parse("h12").unwrap_err();
    assert!(wrong.contains("`h12` is not the id of a case; ids look like `h12-c2-1`"), "{wrong}");
    let known = &ONCE.records.cases[40].key;
    let unknown = CaseKey { approach: 200, ..*known };
    YEAR.with(|door, triage| {
        let folder = tempfile::tempdir().unwrap();
        let csv = folder.path().join("log.csv");
        let targets = EventTargets { case: Some(unknown), csv: Some(csv), ocel: None };
        let error = event_log::write(door, triage, SEED, 0, &targets).unwrap_err();
        let EventLogError::UnknownCase(error) = error else { panic!("{error}") };
        assert_eq!(error.near.len(), 3);
        assert!(error.near[0].starts_with(&format!("h{}-", known.household)), "{error}");
        for id in &error.near {
            let key = parse(id).unwrap();
            assert!(ONCE.records.cases.iter().any(|case| case.key == key), "{id}");
        }
        assert!(error.to_string().contains(&unknown.id()), "{error}");
        let left = std::fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(left, 0, "something was written");
    });
}

#[test]
fn a_log_that_cannot_be_written_is_an_error_before_the_run() {
    YEAR.with(|door, triage| {
        let nowhere = Path::new("/no/such/folder/log.csv").to_owned();
        let targets = EventTargets { csv: Some(nowhere), ..EventTargets::default() };
        let error = event_log::write(door, triage, SEED, 0, &targets).unwrap_err().to_string();
        assert!(error.contains("there is no folder `/no/such/folder`"), "{error}");
        let same = Some(Path::new("log.json").to_owned());
        let targets = EventTargets { case: None, csv: same.clone(), ocel: same };
        let error = event_log::write(door, triage, SEED, 0, &targets).unwrap_err().to_string();
        assert!(error.contains("is named for the CSV and for the OCEL"), "{error}");
    });
}

#[test]
fn a_listener_for_one_case_keeps_that_case_alone() {
    let key = ONCE.records.cases[17].key;
    YEAR.with(|door, triage| {
        let mut case = CaseNotes::of(key);
        run(door, triage, SEED, 0, &mut case).unwrap();
        assert_eq!(&case.notes, &by_case()[&key]);
    });
}
