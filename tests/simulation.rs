//! The simulated front door as a whole: what happens in which order, at which hours, and what changes nothing.

use std::{collections::BTreeSet, sync::OnceLock};

use mash_batch::{front_door_model::FrontDoorModel, model::Model};
use mash_model::{Agency, SourceGroup};
use mash_rules::{EngineKind, RulePack};
use mash_sim::{
    LatentNeed, Scenario,
    front_door::{
        Activity, CaseRecord, LoggedContact, Note, Records, Silent,
        record::{Ending, LawfulBasis},
    },
    queueing::Time,
};
use mash_tests_support::{root, shipped};
use serde_json::{Value, json};

/// Contacts a year of the small authority that these tests run.
const CONTACTS: f64 = 1_500.0;

fn pack() -> &'static RulePack {
    static PACK: OnceLock<RulePack> = OnceLock::new();
    PACK.get_or_init(|| shipped("levels-of-need"))
}

fn written() -> Value {
    let path = root().join("scenarios/herefordshire-like-2023.json");
    serde_json::from_str(&std::fs::read_to_string(path).expect("the scenario")).expect("JSON")
}

/// The shipped scenario, smaller, with one thing changed.
fn scenario(change: impl FnOnce(&mut Value)) -> Scenario {
    let mut value = written();
    change(&mut value["front_door"]);
    let scenario = Scenario::from_json(&value.to_string()).unwrap_or_else(|error| panic!("{error}"));
    scenario.with_expected_contacts(CONTACTS)
}

fn records(scenario: &Scenario, replication: u32) -> Records {
    let model = FrontDoorModel::new(scenario, pack(), EngineKind::Compiled, None).expect("a front door");
    model.records(7, replication, &mut Silent).expect("a replication")
}

fn figure(value: f64) -> Value {
    json!({ "value": value, "mark": "synthesised", "reason": "a test" })
}

/// The unchanged scenario's first replication.
fn base() -> &'static Records {
    static BASE: OnceLock<Records> = OnceLock::new();
    BASE.get_or_init(|| records(&scenario(|_| {}), 0))
}

fn hour(at: Time) -> f64 {
    at.hours().rem_euclid(24.0)
}

fn decided(records: &Records) -> impl Iterator<Item = &CaseRecord> {
    records.cases.iter().filter(|case| case.ending == Ending::Decided)
}

#[test]
fn stages_follow_one_another() {
    let mut seen = [0; 6];
    for case in &base().cases {
        let [screened, screening_ended] = case.screened;
        let [deciding, decision] = case.decided;
        assert!(case.received <= screened && screened <= screening_ended, "{case:?}");
        if case.ending != Ending::Decided {
            continue;
        }
        assert!(case.received <= decision && decision != Time::NEVER, "{case:?}");
        if deciding != Time::NEVER && screened != Time::NEVER {
            assert!(screening_ended <= deciding || case.danger, "{case:?}");
        }
        seen[0] += 1;
        let after = |later: Time, earlier: Time| {
            assert!(later == Time::NEVER || earlier != Time::NEVER && earlier <= later, "{case:?}");
            usize::from(later != Time::NEVER)
        };
        if case.referral {
            seen[1] += after(case.allocated, case.received);
            seen[2] += after(case.assessed, case.allocated);
            after(case.closed, case.received);
        }
        let [enquiry, _] = case.section_47;
        seen[3] += after(case.conference, enquiry);
        let [plan, plan_ended] = case.plan;
        seen[4] += after(plan, case.conference);
        seen[5] += after(plan_ended, plan);
        let [called, held] = case.strategy;
        after(held, called);
        assert!(case.replied <= case.asked, "{case:?}");
    }
    assert!(seen.iter().all(|count| *count > 0), "{seen:?}");
}

#[test]
fn work_begins_in_opening_hours_and_danger_waits_for_nobody() {
    let model = scenario(|_| {});
    let model = FrontDoorModel::new(&model, pack(), EngineKind::Compiled, None).unwrap();
    let (mut at_night, mut others) = (0, 0);
    // Siblings of a child in danger are talked about with it.
    let in_danger = base().cases.iter().filter(|case| case.danger);
    let in_danger: BTreeSet<_> = in_danger.map(|case| (case.key.household, case.key.approach)).collect();
    for case in &base().cases {
        let [screened, _] = case.screened;
        if screened != Time::NEVER {
            let weekday = model.door().civil(screened).weekday().to_monday_zero_offset();
            assert!((8.5..17.0).contains(&hour(screened)) && weekday < 5, "{case:?}");
        }
        let [called, held] = case.strategy;
        if held == Time::NEVER {
            continue;
        }
        if case.danger && called == case.received {
            // On call at every hour; another discussion may be under way.
            assert!(held.since(called).hours() < 6.0, "{case:?}");
            at_night += usize::from(!(8.5..17.0).contains(&hour(held)));
        } else if !in_danger.contains(&(case.key.household, case.key.approach)) {
            assert!((9.0..17.0).contains(&hour(held)), "{case:?}");
            others += 1;
        }
    }
    assert!(at_night > 0 && others > 20, "{at_night} {others}");
}

#[test]
fn the_same_seed_gives_the_same_records_whoever_listens() {
    let scenario = scenario(|_| {});
    let model = FrontDoorModel::new(&scenario, pack(), EngineKind::Compiled, None).unwrap();
    let mut notes: Vec<Note> = Vec::new();
    assert_eq!(model.records(7, 0, &mut notes).unwrap(), *base());
    assert!(notes.len() > 10_000 && notes.windows(2).all(|pair| pair[0].at <= pair[1].at));
    assert!(notes.iter().any(|note| note.activity == Activity::PlanBegun));
    assert_ne!(records(&scenario, 1), *base());
    let interpreted = FrontDoorModel::new(&scenario, pack(), EngineKind::Interpreted, None).unwrap();
    assert_eq!(interpreted.records(7, 0, &mut Silent).unwrap(), *base());
}

#[test]
fn the_value_of_information_is_measured_and_changes_nothing_else() {
    let scenario = scenario(|_| {});
    let model = FrontDoorModel::new(&scenario, pack(), EngineKind::Compiled, None).unwrap();
    let model = model.with_value_of_information();
    let mut with = model.records(7, 0, &mut Silent).unwrap();
    let moved = with.cases.iter().filter(|case| case.changed_by != [0; 2]).count();
    assert!(moved > 0);
    assert!(with.cases.iter().all(|case| case.replied > 0 || case.late > 0 || case.changed_by == [0; 2]));
    with.cases.iter_mut().for_each(|case| case.changed_by = [0; 2]);
    assert_eq!(with, *base());
}

/// Its name, a change that sets it to nothing, and one that takes it out.
type Pair = (&'static str, fn(&mut Value), fn(&mut Value));

/// What is switched off, and what is set to nothing, is the same to the byte.
#[test]
fn nothing_is_the_same_as_off() {
    let pairs: [Pair; 4] = [
        (
            "feedback",
            |door| {
                door["recontact"]["unmet"] = figure(1.0);
                door["recontact"]["worsens_a_year"] = figure(0.0);
            },
            |door| {
                let recontact = door["recontact"].as_object_mut().unwrap();
                recontact.remove("unmet");
                recontact.remove("worsens_a_year");
            },
        ),
        (
            "sickness",
            |door| door["workforce"]["sickness"] = figure(0.0),
            |door| drop(door["workforce"].as_object_mut().unwrap().remove("sickness")),
        ),
        (
            "turnover",
            |door| {
                for name in ["permanent_turnover", "agency_turnover", "turnover_by_caseload"] {
                    door["workforce"][name] = figure(0.0);
                }
            },
            |door| {
                for name in ["permanent_turnover", "agency_turnover", "turnover_by_caseload"] {
                    door["workforce"].as_object_mut().unwrap().remove(name);
                }
            },
        ),
        (
            "modifiers",
            |door| {
                door["people"] = json!({
                    "between_people": figure(0.0), "within_person": figure(0.0), "lean": figure(0.0),
                    "modifiers": { "nth_decision": figure(0.0), "caseload": figure(0.0) }
                });
            },
            |_| {},
        ),
    ];
    for (name, nothing, off) in pairs {
        let (nothing, off) = (records(&scenario(nothing), 0), records(&scenario(off), 0));
        assert!(nothing == off, "{name}");
        if name != "modifiers" {
            assert!(off != *base(), "{name} does nothing in the shipped scenario");
        }
    }
}

/// More staff changes when things happen, and no household's first contact, child or need.
#[test]
fn more_staff_leaves_every_draw_alone() {
    let more = records(
        &scenario(|door| {
            door["screening"]["staff"]["value"] = 9.into();
            door["workforce"]["posts"]["value"] = 140.into();
        }),
        0,
    );
    let first = |records: &Records| -> Vec<_> {
        let firsts = records.cases.iter().filter(|case| case.key.approach == 0);
        firsts.map(|case| (case.key, case.received, case.source, case.age, case.need)).collect()
    };
    assert_eq!(first(&more), first(base()));
    assert_ne!(more, *base());
}

#[test]
fn agreement_is_sought_and_a_refusal_stops_enquiries_where_the_scenario_says_so() {
    let asked = |stops: bool| {
        records(
            &scenario(|door| {
                door["enquiries"]["consent"]["sought"] = "always".into();
                door["enquiries"]["consent"]["refusal_stops"] = stops.into();
            }),
            0,
        )
    };
    let (stops, goes_on) = (asked(true), asked(false));
    let refused = |records: &Records| records.cases.iter().filter(|case| case.agreement_refused).count();
    assert!(refused(&stops) > 5, "{}", refused(&stops));
    let mut overridden = 0;
    for case in stops.cases.iter().filter(|case| case.agreement_refused) {
        let harm = case.recommended == LatentNeed::StrategyDiscussion || case.danger;
        // A sibling group is asked about together: harm to one is harm enough.
        assert!(case.asked == 0 || harm || case.basis == LawfulBasis::PublicTask, "{case:?}");
        overridden += usize::from(case.asked > 0);
    }
    assert!(overridden < refused(&stops));
    let asked = goes_on.cases.iter().filter(|case| case.agreement_refused && case.asked > 0);
    assert!(asked.clone().count() > 5);
    assert!(asked.clone().all(|case| case.basis == LawfulBasis::PublicTask));
    let of_base = base().cases.iter().filter(|case| case.basis == LawfulBasis::VitalInterests);
    assert!(of_base.clone().count() > 0 && of_base.clone().all(|case| case.asked > 0));
}

#[test]
fn decisions_are_made_without_reply_and_a_late_one_can_open_a_contact_again() {
    let slow = records(
        &scenario(|door| {
            for desk in door["enquiries"]["desks"].as_object_mut().unwrap().values_mut() {
                desk["minutes"] =
                    json!({ "value": { "otherwise": 6_000 }, "mark": "synthesised", "reason": "a test" });
                desk["never"] = figure(0.0);
            }
        }),
        0,
    );
    let late: u32 = decided(&slow).map(|case| u32::from(case.late)).sum();
    let of_base: u32 = decided(base()).map(|case| u32::from(case.late)).sum();
    assert!(late > 2 * of_base, "{late} {of_base}");
    let reopened: Vec<_> = decided(&slow).filter(|case| case.reopened).collect();
    assert!(!reopened.is_empty() && reopened.iter().all(|case| case.late > 0));
    let closed = records(&scenario(|door| door["enquiries"]["reopen_on_late_reply"] = false.into()), 0);
    assert!(closed.cases.iter().all(|case| !case.reopened));
}

#[test]
fn nobody_is_asked_without_enquiries_and_only_about_the_ratings_named() {
    let none = records(&scenario(|door| drop(door.as_object_mut().unwrap().remove("enquiries"))), 0);
    assert!(none.cases.iter().all(|case| case.asked == 0) && decided(&none).count() > 1_000);
    let some = scenario(|door| door["enquiries"]["only_ratings"] = json!(["red", "amber"]));
    let some = records(&some, 0);
    let urgent: BTreeSet<_> = some
        .cases
        .iter()
        .filter(|case| case.danger || case.rating.iter().flatten().any(|rating| *rating >= 2))
        .map(|case| (case.key.household, case.key.approach))
        .collect();
    let asked: Vec<_> = some.cases.iter().filter(|case| case.asked > 0).collect();
    assert!(asked.len() > 50);
    // A sibling group takes the rating of its most urgent child.
    assert!(asked.iter().all(|case| urgent.contains(&(case.key.household, case.key.approach))));
}

#[test]
fn police_notices_of_the_night_come_in_the_morning() {
    let held = |records: &Records| {
        let police = records.cases.iter().filter(|case| case.source == Agency::Police && case.key.child == 0);
        let at_half_past_eight = police.clone().filter(|case| (hour(case.received) - 8.5).abs() < 1e-9);
        (at_half_past_eight.count(), police.count())
    };
    let (morning, all) = held(base());
    assert!(morning * 5 > all, "{morning} of {all}");
    let none =
        records(&scenario(|door| drop(door["intake"].as_object_mut().unwrap().remove("police_batch"))), 0);
    assert_eq!(held(&none).0, 0);
    let triaged = records(&scenario(|door| door["intake"]["police_triage"] = figure(0.8)), 0);
    assert!(held(&triaged).1 * 10 < held(base()).1 * 9);
}

#[test]
fn workers_stay_below_their_limit_and_children_wait_instead() {
    let tight = scenario(|door| {
        door["workforce"]["posts"]["value"] = 20.into();
        door["workforce"]["caseload_limit"]["value"] = 12.into();
        door["assessment"]["open_at_start"]["value"] = 150.into();
        door["plan"]["on_plan_at_start"]["value"] = 20.into();
    });
    let records = records(&tight, 0);
    let last = records.teams.last().unwrap();
    assert!(records.teams.iter().skip(1).all(|team| team.caseloads.iter().all(|load| *load <= 12)));
    assert!(records.teams.iter().any(|team| team.unallocated > 20), "{last:?}");
    let waited = decided(&records).filter(|case| {
        let [_, decision] = case.decided;
        case.allocated != Time::NEVER && case.allocated.since(decision).hours() > 24.0
    });
    assert!(waited.count() > 10);
}

#[test]
fn family_help_keeps_the_worker_and_makes_no_new_referral() {
    let changed = scenario(|door| {
        door["assessment"]["family_help"] = true.into();
        door["workforce"]["transferred_after_assessment"] = figure(0.0);
    });
    let records = records(&changed, 0);
    // Where a strategy discussion was called at the door, its enquiry makes a referral whatever the hub decides.
    let helped = |case: &&CaseRecord| {
        case.route == LatentNeed::TargetedEarlyHelp
            && case.allocated != Time::NEVER
            && case.strategy[0] == Time::NEVER
    };
    let helped: Vec<_> = decided(&records).filter(helped).collect();
    assert!(helped.len() > 20, "{}", helped.len());
    assert!(helped.iter().any(|case| case.referral && case.need >= LatentNeed::ChildAndFamilyAssessment));
    for case in helped.iter().filter(|case| case.need < LatentNeed::ChildAndFamilyAssessment) {
        assert!(!case.referral, "{case:?}");
    }
}

#[test]
fn a_hubs_own_log_is_replayed() {
    let scenario = scenario(|_| {});
    let hours = |hours: f64| Time::from_hours(hours);
    let log: Vec<LoggedContact> = (0..40)
        .map(|at| LoggedContact {
            at: hours(24.0 * 400.0 + 9.0 + f64::from(at)),
            group: if at % 2 == 0 { SourceGroup::Police } else { SourceGroup::Schools },
            screening: Some(hours(0.25)),
            decision: None,
        })
        .collect();
    let model = FrontDoorModel::new(&scenario, pack(), EngineKind::Compiled, None).unwrap();
    let model = model.with_contacts(log.clone());
    let records = model.records(3, 0, &mut Silent).unwrap();
    let received: BTreeSet<Time> = records.cases.iter().map(|case| case.received).collect();
    assert_eq!(received, log.iter().map(|contact| contact.at).collect());
    for case in records.cases.iter().filter(|case| case.screened[0] != Time::NEVER) {
        assert_eq!(case.screened[1].since(case.screened[0]), hours(0.25));
    }
    let police = records.cases.iter().filter(|case| case.source == Agency::Police && case.key.child == 0);
    assert_eq!(police.count(), 20);
}

#[test]
fn deciding_people_agree_about_as_much_as_studies_found() {
    let people: Value = serde_json::from_str(
        &std::fs::read_to_string(root().join("scenarios/people-decide.json")).expect("the scenario"),
    )
    .expect("JSON");
    let changed = scenario(|door| door["people"] = people["front_door"]["people"].clone());
    let file = changed.as_written().front_door.as_ref().unwrap().people.clone().unwrap();
    // Two people, each case: what both make of what the pack recommends. Levels as the pack numbers routes.
    let routes: Vec<usize> = decided(base()).map(|case| case.recommended.rank()).collect();
    let level = [1, 1, 2, 3, 3, 4];
    let place = |at: u32| mash_sim::sampling::normal_quantile((f64::from(at) + 0.5) / 997.0);
    let mut counts = [[0.0; 5]; 5];
    for (number, route) in (0_u32..).zip(routes.iter().cycle().take(60_000)) {
        let decides = |person: u32, case: u32| {
            let steps = file.steps(place(number * person % 997), place((number * case + 11) % 997), 0.0);
            let rank = i32::try_from(*route).unwrap() + steps;
            level[usize::try_from(rank.clamp(0, 5)).unwrap()]
        };
        counts[decides(101, 211)][decides(307, 401)] += 1.0 / 60_000.0;
    }
    let agree: f64 = (0..5).map(|level| counts[level][level]).sum();
    let first = |level: usize| counts[level].iter().sum::<f64>();
    let second = |level: usize| counts.iter().map(|row| row[level]).sum::<f64>();
    let chance: f64 = (0..5).map(|level| first(level) * second(level)).sum();
    let kappa = (agree - chance) / (1.0 - chance);
    assert!((0.35..0.45).contains(&kappa), "{kappa}");
    let with = records(&changed, 0);
    let overridden = decided(&with).filter(|case| case.route != case.recommended).count();
    assert!(overridden > 100, "{overridden}");
    let (up, down) =
        decided(&with).fold((0, 0), |(up, down), case| match case.route.cmp(&case.recommended) {
            std::cmp::Ordering::Greater => (up + 1, down),
            std::cmp::Ordering::Less => (up, down + 1),
            std::cmp::Ordering::Equal => (up, down),
        });
    assert!(down > up / 2 && up > 0, "{up} {down}");
    assert!(
        decided(base()).all(|case| case.route >= case.recommended),
        "nobody departs unless the scenario says so"
    );
}

#[test]
fn measures_are_computed_from_records_and_named_once() {
    let scenario = scenario(|_| {});
    let model = FrontDoorModel::new(&scenario, pack(), EngineKind::Compiled, None).unwrap();
    let names: Vec<&str> = model.measures().iter().map(|measure| measure.id.as_str()).collect();
    let mut once = names.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), names.len());
    let row = model.replicate(7, 0).unwrap();
    assert_eq!(row.len(), names.len());
    let of = |id: &str| row[names.iter().position(|name| *name == id).unwrap()];
    let [from, to] = base().window;
    let inside: Vec<_> =
        base().cases.iter().filter(|case| from <= case.received && case.received < to).collect();
    assert_eq!(of("contacts"), Some(inside.len() as f64));
    let referrals = inside.iter().filter(|case| case.referral).count() as f64;
    assert_eq!(of("referrals"), Some(referrals));
    let months: f64 = model
        .measures()
        .iter()
        .zip(&row)
        .filter(|(measure, _)| measure.title.starts_with("Referrals in "))
        .filter_map(|(_, value)| *value)
        .sum();
    assert!((months - referrals).abs() < 1e-9);
    let routes: f64 = model
        .measures()
        .iter()
        .zip(&row)
        .filter(|(measure, _)| measure.id.starts_with("route_"))
        .filter_map(|(_, value)| *value)
        .sum();
    assert!((routes - 100.0).abs() < 1e-9, "{routes}");
    for measure in model.measures() {
        let clock = measure.authority.is_some();
        assert!(!clock || measure.source.is_some(), "{measure:?}");
        assert!(!measure.title.to_lowercase().contains("statut"), "{measure:?}");
    }
}

/// Conferences of each calendar week.
fn by_week(model: &FrontDoorModel<'_>, records: &Records) -> std::collections::BTreeMap<(i16, i8), usize> {
    let mut weeks = std::collections::BTreeMap::new();
    for at in &records.conferences {
        let week = model.door().civil(*at).date().iso_week_date();
        *weeks.entry((week.year(), week.week())).or_default() += 1;
    }
    weeks
}

#[test]
fn conferences_are_late_where_nobody_is_there_to_chair_them() {
    let with = |a_week: f64| scenario(|door| door["section_47"]["conferences_a_week"] = figure(a_week));
    let (ample, tight) = (with(1_000.0), with(2.0));
    let mut county = written();
    county["front_door"]["section_47"]["conferences_a_week"] = figure(2.0);
    let county = Scenario::from_json(&county.to_string()).expect("a sound scenario");
    let model =
        |scenario| FrontDoorModel::new(scenario, pack(), EngineKind::Compiled, None).expect("a front door");
    let (ample, tight, county) = (model(&ample), model(&tight), model(&county));
    let [enough, few] = [&ample, &tight].map(|it| it.records(7, 0, &mut Silent).expect("a replication"));
    // A limit that is never reached moves nothing, and none leaves no trace.
    assert!(base().conference_waits.is_empty() && !format!("{:?}", base()).contains("conference_waits"));
    assert!(enough.conference_waits.len() >= enough.conferences.len() && enough.conferences.len() > 100);
    let within = enough.conference_waits.iter().filter(|[wanted, _]| *wanted < enough.end);
    assert!(within.into_iter().all(|[wanted, held]| wanted == held));
    assert!(Records { conference_waits: Vec::new(), ..enough.clone() } == *base());
    // A tight one keeps to the week, sends conferences on and never forward.
    assert!(by_week(&tight, &few).values().all(|count| *count <= 2));
    assert!(by_week(&ample, &enough).values().any(|count| *count > 2));
    assert!(few.conference_waits.iter().all(|[wanted, held]| wanted <= held));
    let figure = |model: &FrontDoorModel<'_>, records: &Records, id: &str| {
        let at = model.measures().iter().position(|measure| measure.id == id).expect("a measure");
        model.figures(records)[at].expect("a figure")
    };
    let on_time = |model, records| figure(model, records, "conference_15_days_pct");
    assert!(on_time(&tight, &few) < on_time(&ample, &enough) - 10.0);
    assert!(figure(&ample, &enough, "conference_wait_days").abs() < 1e-12);
    assert!(figure(&ample, &enough, "conference_waited_pct").abs() < 1e-12);
    assert!(figure(&tight, &few, "conference_wait_days") > 5.0);
    assert!(figure(&tight, &few, "conference_waited_pct") > 50.0);
    // With as many contacts as the county has, chairs for two a week fall ever further behind.
    let growth = figure(
        &county,
        &county.records(7, 0, &mut Silent).expect("a replication"),
        "conferences_waiting_growth",
    );
    assert!(growth > 50.0, "{growth}");
}
