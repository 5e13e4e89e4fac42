//! The shipped vignettes: each is sound under the pack, together they are balanced, and their routes are pinned.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    sync::LazyLock,
};

use mash_exercise::{
    Deck, Vignette, VignetteAnswer, answer_after, check::themes, deck::differing_facts, vignette::PairKind,
};
use mash_io::personal_data;
use mash_model::StageId;
use mash_rules::RulePack;
use mash_tests_support::{root, shipped};
use serde_json::{Value, json};

use crate::cli::{conforms, holds, run};

static PACK: LazyLock<RulePack> = LazyLock::new(|| shipped("levels-of-need"));
static DECK: LazyLock<Deck> =
    LazyLock::new(|| mash_io::vignettes::read(&root().join("scenarios/vignettes")).unwrap());

fn answers(vignette: &Vignette) -> Vec<VignetteAnswer> {
    let ids = vignette.stage_ids();
    (1..=ids.len()).map(|told| answer_after(&PACK, &PACK.compiled(), vignette, &ids[..told])).collect()
}

fn last(vignette: &Vignette) -> VignetteAnswer {
    answers(vignette).pop().unwrap()
}

fn named(id: &str) -> &'static Vignette {
    DECK.get(&id.into()).unwrap_or_else(|| panic!("no vignette {id}"))
}

#[test]
fn every_vignette_is_sound_under_the_pack() {
    assert_eq!(DECK.len(), 42);
    // In most areas the missing children team holds the return home interview; the dictionary lists social care alone.
    let of_the_interview =
        "stages[1].facts[0]: `missing_team` tells `no_return_interview_72h`, which the dictionary";
    let mut warned = Vec::new();
    for (id, problems) in DECK.check(&PACK) {
        let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert!(matches!(&problems[..], [one] if one.starts_with(of_the_interview)), "{id}: {problems:?}");
        warned.push(id);
    }
    assert_eq!(warned, ["night-away-interview-held", "night-away-interview-outstanding"]);
    for vignette in DECK.iter() {
        assert!((2..=4).contains(&vignette.stages.len()), "{}", vignette.id);
        let from: BTreeSet<_> = vignette.stages.iter().map(|stage| stage.from).collect();
        assert_eq!(from.len(), vignette.stages.len(), "{}: an agency speaks twice", vignette.id);
        assert!(vignette.accepted.contains(&last(vignette).decision.route), "{}", vignette.id);
        assert!(vignette.panel.is_none(), "{}: no panel sat on it", vignette.id);
        assert!(vignette.accepted_by_facilitator && vignette.later_found.is_some(), "{}", vignette.id);
    }
}

/// Themes and routes are both spread, and danger now is among them.
#[test]
fn together_they_are_balanced() {
    let count = |of: &dyn Fn(&Vignette) -> String| {
        DECK.iter().fold(BTreeMap::<String, usize>::new(), |mut counts, vignette| {
            *counts.entry(of(vignette)).or_default() += 1;
            counts
        })
    };
    let by_theme = count(&|vignette| vignette.theme.clone());
    let expect = [
        ("age", 2),
        ("domestic_abuse", 4),
        ("education", 2),
        ("emotional", 2),
        ("engagement", 2),
        ("exploitation", 2),
        ("harmful_practice", 2),
        ("history", 3),
        ("housing_and_status", 2),
        ("missing", 2),
        ("neglect", 6),
        ("parent", 3),
        ("physical", 4),
        ("protective", 2),
        ("screening", 2),
        ("sexual", 2),
    ];
    assert_eq!(by_theme, expect.map(|(theme, number)| (theme.to_owned(), number)).into());
    let by_route = count(&|vignette| last(vignette).decision.route.to_string());
    let expect = [
        ("advice", 4),
        ("child_and_family_assessment", 9),
        ("early_help", 7),
        ("no_further_action", 3),
        ("strategy_discussion", 9),
        ("targeted_early_help", 10),
    ];
    assert_eq!(by_route, expect.map(|(route, number)| (route.to_owned(), number)).into());
    let red = DECK.iter().filter(|vignette| last(vignette).decision.rating == Some("red".into())).count();
    assert_eq!(red, 4);
    let in_danger =
        DECK.iter().filter(|vignette| vignette.facts.get("immediate_danger") == Some(&json!(true)));
    assert_eq!(in_danger.count(), 1);
    assert!(DECK.iter().filter(|vignette| vignette.shows.is_some()).count() >= 10);
    let kinds: BTreeSet<_> = DECK.iter().flat_map(|v| &v.stages).map(|stage| stage.document.kind).collect();
    assert_eq!(kinds.len(), 8);
}

#[test]
fn pairs_differ_in_what_they_say_and_in_nothing_else() {
    let mut kinds: BTreeMap<PairKind, usize> = BTreeMap::new();
    for vignette in DECK.iter() {
        let Some(pair) = &vignette.pair else { continue };
        let other = named(pair.with.as_str());
        if vignette.id > other.id {
            continue;
        }
        *kinds.entry(pair.kind).or_default() += 1;
        let (ours, theirs) = (answers(vignette), answers(other));
        let same = ours.iter().zip(&theirs).all(|(a, b)| {
            let (a, b) = (&a.decision, &b.decision);
            (&a.route, &a.rating, &a.fired, &a.ask) == (&b.route, &b.rating, &b.fired, &b.ask)
        });
        match pair.kind {
            PairKind::Fact => {
                assert_eq!(differing_facts(vignette, other), [pair.fact.as_ref().unwrap()]);
                assert_ne!(last(vignette).decision.route, last(other).decision.route, "{}", vignette.id);
            }
            PairKind::Ethnicity | PairKind::Source => {
                assert_eq!(vignette.facts, other.facts);
                assert!(same, "{}: the rules read what they may not", vignette.id);
            }
        }
    }
    assert_eq!(kinds, [(PairKind::Fact, 7), (PairKind::Ethnicity, 2), (PairKind::Source, 2)].into());
}

/// No postcode, number or date of birth, and people by letters only.
#[test]
fn nobody_in_them_could_be_real() {
    for vignette in DECK.iter() {
        let mut texts = Vec::new();
        texts_of(&serde_json::to_value(vignette).unwrap(), &mut texts);
        for text in texts {
            assert_eq!(personal_data::by_value(&text), None, "{}: {text}", vignette.id);
        }
        for person in &vignette.people {
            let letter = ["Child ", "Ms ", "Mr "].iter().find_map(|title| person.name.strip_prefix(title));
            let alone = ["the baby", "her parents"].contains(&person.name.as_str());
            assert!(
                alone || letter.is_some_and(|letter| letter.len() == 1),
                "{}: {}",
                vignette.id,
                person.name
            );
        }
    }
}

fn texts_of(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::String(text) => texts.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts_of(item, texts)),
        Value::Object(fields) => fields
            .iter()
            .filter(|(name, _)| !["received", "href", "source"].contains(&name.as_str()))
            .for_each(|(_, field)| texts_of(field, texts)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The outcome and rating after each stage, as the table has them; a change of the pack shows here.
#[test]
fn their_routes_under_the_pack_are_those_of_the_table() {
    let mut table = String::new();
    for vignette in DECK.iter() {
        let _ = writeln!(table, "{}", vignette.id);
        for (stage, answer) in vignette.stages.iter().zip(answers(vignette)) {
            let rating = answer.decision.rating.map(|rating| rating.to_string()).unwrap_or_default();
            let _ = writeln!(
                table,
                "  {:<24}{:<29}{rating}",
                stage.id.as_str(),
                answer.decision.outcome.as_str()
            );
        }
    }
    let expect = fs::read_to_string(root().join("tests/vignettes.txt")).unwrap_or_default();
    assert!(table == expect, "the routes are not those of tests/vignettes.txt; as they are:\n{table}");
}

/// What is shipped as moved by a change of threshold is answered as it says under both packs.
#[test]
fn vignettes_of_flipped_cases_flip() {
    let flipped: Vec<&Vignette> = DECK.iter().filter(|vignette| vignette.flip.is_some()).collect();
    assert_eq!(flipped.len(), 2);
    for vignette in flipped {
        let flip = vignette.flip.as_ref().unwrap();
        let [before, after] = [&flip.pack_a, &flip.pack_b].map(|name| {
            let pack = shipped(name);
            answer_after(&pack, &pack.compiled(), vignette, &vignette.stage_ids()).decision
        });
        assert_eq!((&before.route, &after.route), (&flip.before, &flip.after), "{}", vignette.id);
        for rule in &flip.rules {
            assert!(before.fired.contains(rule) != after.fired.contains(rule), "{}: {rule}", vignette.id);
        }
    }
}

#[test]
fn a_fact_is_not_known_until_its_stage_is_told() {
    let vignette = named("put-down-with-a-grandmother");
    let (slot, _) = PACK.dictionary.find("protective_adult").unwrap();
    let told = |stages: &[StageId]| vignette.told_after(&PACK.dictionary, stages).get(slot);
    assert_eq!(told(&[]), None);
    assert_eq!(told(&["records".into()]), None);
    assert!(told(&["early_help".into()]).is_some());
    let answer = last(vignette);
    let trace = answer.trace.join("\n");
    holds(
        &trace,
        &[
            "The strongest route that is named: Targeted early help from several agencies by Frequent rejection or criticism (EM-02).",
            "Lowered from Targeted early help from several agencies to Early help from one agency by An adult who protects the child (C-15).",
        ],
    );
    assert!(answer.missing_for_closing.is_empty());
    let door = answer_after(&PACK, &PACK.compiled(), named("lateness-after-a-funeral"), &[]);
    assert_eq!(door.decision.outcome.as_str(), "more_information");
    assert_eq!(door.missing_for_closing.len(), 3);
}

/// A shipped vignette with a change.
fn changed(change: impl FnOnce(&mut Value)) -> String {
    let mut value = serde_json::to_value(named("nursery-bruise-cruising")).unwrap();
    change(&mut value);
    value.to_string()
}

#[test]
fn a_text_that_is_no_vignette_is_told_every_departure() {
    let text = changed(|value| {
        value["titel"] = value["title"].take();
        value.as_object_mut().unwrap().remove("title");
        value["stages"][0]["document"]["kind"] = json!("letterr");
        value["source"] = json!("nurseri");
    });
    let error = Vignette::from_json(&text).unwrap_err().to_string();
    holds(
        &error,
        &[
            "source: `nurseri` is not allowed here; did you mean `nursery`?",
            "stages[0].document.kind: `letterr` is not allowed here; did you mean `letter`?",
            "titel: unknown field `titel`; did you mean `title`?",
            "field `title` is missing",
        ],
    );
    assert!(Vignette::from_json("{").unwrap_err().to_string().starts_with("not JSON: EOF"));
}

#[test]
fn everything_wrong_with_a_vignette_is_said_at_once() {
    let text = changed(|value| {
        value["theme"] = json!("physcal");
        value["synthetic"] = json!(false);
        value["facts"]["dash_grad"] = json!("high");
        value["facts"]["injury_severity"] = json!("mild");
        value["stages"][0]["asked"] = json!(true);
        value["stages"][1]["id"] = json!("contact");
        value["stages"][1]["facts"] = json!(["consent_position", "dash_grade"]);
        value["otherwise"] = json!("not_known");
        value["accepted"] = json!(["advise"]);
        value["learning_points"][0]["rule"] = json!("PH-91");
        value["pair"]["kind"] = json!("source");
    });
    let vignette = Vignette::from_json(&text).unwrap();
    let found: Vec<String> = vignette.check(&PACK).iter().map(ToString::to_string).collect();
    let found = found.join("\n");
    holds(
        &found,
        &[
            "theme: unknown theme `physcal`; did you mean `physical`?",
            "synthetic: is false; use invented cases only, and say so with true",
            "pair.fact: does not go with the kind of the pair",
            "facts.dash_grad: unknown fact `dash_grad`; did you mean `dash_grade`?",
            "facts.injury_severity: `injury_severity` is \"mild\", expected one of \"none\", \"minor plausible\"",
            "stages[0].asked: the first stage is the contact itself; write false",
            "stages[1].id: stage `contact` stands twice",
            "stages[1].facts[0]: unknown fact `consent_position`",
            "stages[1].facts[1]: tells `dash_grade`, which the vignette does not have",
            "stages[1].facts[1]: `health_visitor` tells `dash_grade`, which the dictionary does not list it as holding; let one of police, idva tell it",
            "accepted[0]: unknown route `advise`; did you mean `advice`?",
            "learning_points[0].rule: unknown rule `PH-91`",
        ],
    );
    assert!(themes(&PACK).contains("section_47"), "themes of the base pack count too");
}

#[test]
fn an_answer_outside_the_accepted_routes_needs_a_reason() {
    let check = |reason: bool| {
        let text = changed(|value| {
            value["accepted"] = json!(["strategy_discussion"]);
            value["learning_points"][0]["panel_may_differ"] = json!(reason);
        });
        Vignette::from_json(&text).unwrap().check(&PACK)
    };
    assert_eq!(check(true), []);
    let found = check(false);
    assert_eq!(found.len(), 1);
    holds(
        &found[0].to_string(),
        &["accepted: leaves out `advice`, the pack's answer when every stage is told"],
    );
}

#[test]
fn a_pair_that_differs_in_more_is_named() {
    let with = |change: &dyn Fn(&mut Value)| {
        let vignettes = DECK.iter().map(|vignette| {
            let mut value = serde_json::to_value(vignette).unwrap();
            if vignette.id == "two-telephones-white-british" {
                change(&mut value);
            }
            Vignette::from_json(&value.to_string()).unwrap()
        });
        let found = Deck::new(vignettes).unwrap().check(&PACK);
        let problems = found.values().flatten().map(ToString::to_string);
        problems.collect::<Vec<_>>().join("\n")
    };
    let also = "also differs from `two-telephones-white-british` in";
    let words = with(&|value| value["stages"][0]["document"]["paragraphs"][0] = json!("Other words."));
    holds(&words, &[&format!("{also} the words of a document beside its field `Ethnicity`")]);
    let fact = with(&|value| value["facts"]["missing_episodes_90d"] = json!(2));
    holds(&fact, &[&format!("{also} `facts.missing_episodes_90d`")]);
    let alike = with(&|value| value["characteristics"]["ethnicity"] = json!("BCRB"));
    holds(&alike, &["does not differ from `two-telephones-white-british` in what `kind` says"]);
    let alone = with(&|value| value["pair"] = Value::Null);
    holds(&alone, &["`two-telephones-white-british` does not name this one back"]);
}

#[test]
fn a_new_vignette_checks_clean_and_a_broken_one_names_file_place_and_mend() {
    let folder = tempfile::tempdir().unwrap();
    let pack = root().join("rules/levels-of-need").display().to_string();
    let new = run(folder.path(), &["new", "vignette", "late-to-school"]);
    assert_eq!(new.code, 0, "{}", new.err);
    let check = run(folder.path(), &["check", "late-to-school.json", "--pack", &pack, "--deny-warnings"]);
    assert_eq!((check.code, check.err.as_str()), (0, ""), "{}", check.out);
    holds(&check.out, &["late-to-school.json: 1 vignette; 0 errors, 0 warnings"]);
    let answer =
        run(folder.path(), &["check", "--vignettes", "late-to-school.json", "--pack", &pack, "--json"]);
    conforms("check", &serde_json::from_str(&answer.out).unwrap());
    let answer =
        run(folder.path(), &["exercise", "answers", "late-to-school.json", "--pack", &pack, "--json"]);
    conforms("exercise-answers", &serde_json::from_str(&answer.out).unwrap());
    let text = fs::read_to_string(folder.path().join("late-to-school.json")).unwrap();
    fs::write(folder.path().join("late-to-school.json"), text.replace("\"80-90\"", "\"80-91\"")).unwrap();
    let check = run(folder.path(), &["check", "late-to-school.json", "--pack", &pack]);
    assert_eq!(check.code, 1);
    holds(&check.err, &["late-to-school.json at `facts.attendance_band`", "did you mean \"80-90\"?"]);
    fs::rename(folder.path().join("late-to-school.json"), folder.path().join("early.json")).unwrap();
    let check = run(folder.path(), &["check", "early.json", "--pack", &pack]);
    assert_eq!(check.code, 3);
    holds(
        &check.err,
        &["early.json: id: is `late-to-school`, and the file is `early`", "write `\"id\": \"early\"`"],
    );
    holds(&run(folder.path(), &["check", "--vignettes", "."]).err, &["early.json: id:"]);
}

#[test]
fn drafts_from_flipped_cases_answer_as_the_comparison_did() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| root().join(name).display().to_string();
    let (scenario, a) = (path("scenarios/herefordshire-like-2023.json"), path("rules/levels-of-need"));
    let b = path("rules/neglect-earlier");
    let compared = run(
        folder.path(),
        &[
            "compare",
            &scenario,
            "--pack",
            &a,
            "--against",
            &b,
            "--replications",
            "1",
            "--contacts",
            "6000",
            "--json",
        ],
    );
    assert_eq!(compared.code, 0, "{}", compared.err);
    fs::write(folder.path().join("results.json"), &compared.out).unwrap();
    let args = ["exercise", "from-flips", "results.json", "--out", "drafts", "--pack", &a];
    let drafted = run(folder.path(), &args);
    assert_eq!(drafted.code, 0, "{}", drafted.err);
    let drafts = mash_io::vignettes::read(&folder.path().join("drafts")).unwrap();
    assert!(drafts.len() == 12, "{}", drafts.len());
    assert_eq!(drafts.check(&PACK), BTreeMap::new());
    let with_change = shipped("neglect-earlier");
    for draft in drafts.iter() {
        assert!(!draft.accepted_by_facilitator && draft.accepted.is_empty() && draft.later_found.is_none());
        let flip = draft.flip.as_ref().unwrap();
        let before = answer_after(&PACK, &PACK.compiled(), draft, &[]).decision.route;
        let after = answer_after(&with_change, &with_change.compiled(), draft, &[]).decision.route;
        assert_eq!((&before, &after), (&flip.before, &flip.after), "{}", draft.id);
    }
    // What somebody wrote on a draft is kept.
    let again = run(folder.path(), &args);
    holds(&again.out, &["0 drafts in drafts", "there already and left alone"]);
    let nothing = run(folder.path(), &["exercise", "from-flips", "drafts", "--out", "more", "--pack", &a]);
    assert_eq!(nothing.code, 3);
}
