//! Rooms over HTTP: paper sheets and hands, one address for many people, streams that end, and decks held to their pack.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
    path::Path,
    time::Duration,
};

use mash_tests_support::root;
use serde_json::Value;
use tempfile::TempDir;

use crate::{
    cli::holds,
    web::server::{Browser, PASSPHRASE, Server},
};

const VIGNETTE: &str = "a-call-without-a-name";

fn served() -> (TempDir, Server) {
    let folder = TempDir::new().unwrap();
    let server = Server::start(&folder.path().join("sessions.db"));
    (folder, server)
}

#[test]
fn a_whole_class_behind_one_address_mistypes_and_gets_in() {
    let (_folder, server) = served();
    let lead = server.browser();
    let code = lead.make_room(&[VIGNETTE]);
    for at in 0..30 {
        let person = server.browser();
        person.get("/join");
        let name = format!("Person {at}");
        for wrong in ["BCDF2345", "BCDF2346", "BCDF2347"] {
            let fields = [("code", wrong), ("pseudonym", name.as_str()), ("sector", "Police")];
            assert_eq!(person.post("/join", &fields).status, 422);
        }
        assert_eq!(person.join(&code, &name, "Police").status, 303, "{name}");
    }
    // Practising alone is no guessing, and as many may begin.
    for at in 0..25 {
        let person = server.browser();
        person.get("/practice");
        assert_eq!(person.post("/practice", &[("vignette", VIGNETTE)]).status, 303, "{at}");
    }
}

#[test]
fn whoever_throws_their_cookie_away_guesses_a_thousand_times_and_no_more() {
    let (_folder, server) = served();
    let lead = server.browser();
    let code = lead.make_room(&[VIGNETTE]);
    let guesser = server.browser();
    let mut statuses = std::collections::BTreeMap::new();
    for guess in 0..1_010_u32 {
        guesser.cookie.borrow_mut().clear();
        guesser.get("/join");
        let tried = format!("BCDF{guess:04}");
        let fields = [("code", tried.as_str()), ("pseudonym", "x"), ("sector", "Police")];
        *statuses.entry(guesser.post("/join", &fields).status).or_insert(0_u32) += 1;
    }
    assert_eq!(statuses.get(&422), Some(&1_000), "{statuses:?}");
    assert_eq!(statuses.get(&429), Some(&10), "{statuses:?}");
    guesser.cookie.borrow_mut().clear();
    guesser.get("/join");
    let right = guesser.post("/join", &[("code", &code), ("pseudonym", "x"), ("sector", "Police")]);
    assert_eq!(right.status, 429);
}

/// A stream of changes that somebody listens to.
struct Listening(TcpStream);

impl Listening {
    fn to(server: &Server, browser: &Browser, path: &str) -> Self {
        let mut stream = TcpStream::connect(server.listen()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        let head = format!(
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: {}\r\n\r\n",
            browser.cookie.borrow()
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut said = String::new();
        while !said.contains("data: ") {
            let mut part = [0; 512];
            let read = stream.read(&mut part).unwrap();
            assert!(read > 0, "no stream: {said}");
            said += &String::from_utf8_lossy(&part[..read]);
        }
        assert!(said.starts_with("HTTP/1.1 200"), "{said}");
        Self(stream)
    }

    /// Reads until the server ends the stream; false where it stays open.
    fn ends(mut self) -> bool {
        let mut rest = Vec::new();
        self.0.read_to_end(&mut rest).is_ok()
    }

    /// Is it open a second later?
    fn goes_on(&mut self) -> bool {
        self.0.set_read_timeout(Some(Duration::from_secs(1))).unwrap();
        let mut part = [0; 512];
        match self.0.read(&mut part) {
            Ok(read) => read > 0,
            Err(error) => {
                matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut)
            }
        }
    }
}

#[test]
fn streams_end_with_the_right_to_hear_them() {
    let (_folder, server) = served();
    let lead = server.browser();
    let code = lead.make_room(&[VIGNETTE]);
    let second = server.browser();
    let enter = format!("/rooms/{code}/enter");
    second.get(&enter);
    assert_eq!(second.post(&enter, &[("passphrase", PASSPHRASE)]).status, 303);
    let desk = format!("/rooms/{code}");
    let events = format!("{desk}/events");
    second.get(&desk);
    let people: Vec<Browser> = ["Heron", "Otter"]
        .map(|name| {
            let person = server.browser();
            assert_eq!(person.join(&code, name, "Police").status, 303);
            person
        })
        .into();
    let [first, mut other] = [&lead, &second].map(|it| Listening::to(&server, it, &events));
    let own = format!("/r/{code}/events");
    let [heron, mut otter] = [0, 1].map(|at| Listening::to(&server, &people[at], &own));
    // Whoever signs out hears nothing more; the other facilitator does.
    lead.get(&desk);
    assert_eq!(lead.post("/host/leave", &[]).status, 303);
    assert!(first.ends(), "the stream stays open after signing out");
    assert!(other.goes_on());
    // Whoever is taken out hears nothing more; the other person does.
    let page = second.get(&desk).text;
    let (_, after) = page.split_once(&format!("/rooms/{code}/people/")).unwrap();
    let id: String = after.chars().take_while(char::is_ascii_digit).collect();
    assert_eq!(second.post(&format!("/rooms/{code}/people/{id}"), &[("out", "1")]).status, 303);
    assert!(heron.ends(), "the stream stays open after being taken out");
    assert!(otter.goes_on());
    // Of a room that is deleted nobody hears anything.
    second.get(&desk);
    assert_eq!(second.post(&format!("/rooms/{code}/delete"), &[("sure", "on")]).status, 303);
    assert!(other.ends() && otter.ends(), "a stream of a deleted room stays open");
}

#[test]
fn paper_sheets_count_as_people_and_say_what_cannot_be_read() {
    let (_folder, server) = served();
    let lead = server.browser();
    let code = lead.make_room(&[VIGNETTE, "bottles-in-the-sink"]);
    let sheet = format!("/rooms/{code}/paper/7");
    lead.get(&sheet);
    let wrong = lead.post(
        &sheet,
        &[
            ("sector", "Nowhere"),
            ("route-0-first", "9"),
            ("level-0-first", "5"),
            ("rating-0-first", "X"),
            ("probability-0-first", "140"),
            ("confidence-0-first", "6"),
            ("level-1-first", "2"),
            ("reason-0", "kept in the form"),
        ],
    );
    assert_eq!(wrong.status, 422);
    holds(
        &wrong.text,
        &[
            "Choose where this person works",
            "1. A call without a name, on the contact alone: type the number of a route, 1 to 6",
            "type one of the levels 1, 2, 3, 4",
            "type one of B, G, A, R",
            "type the per cent as a whole number from 0 to 100",
            "type how sure the person was, 1 to 5",
            "2. Bottles in the sink, on the contact alone: type the number of a route",
            "kept in the form",
        ],
    );
    assert_eq!(lead.results(&code)["answers"], serde_json::json!([]));
    let fields = [
        ("sector", "Health"),
        ("route-0-first", "2"),
        ("level-0-first", "1"),
        ("rating-0-first", "g"),
        ("probability-0-first", "5"),
        ("confidence-0-first", "4"),
        ("route-0-informed", "1"),
        ("reason-0", "Nobody saw anything <b>at all</b>"),
        ("route-1-first", "3"),
    ];
    lead.get(&sheet);
    assert_eq!(lead.post(&sheet, &fields).status, 303);
    let results = lead.results(&code);
    let answers = results["answers"].as_array().unwrap();
    assert_eq!(answers.len(), 3);
    let first = answers.iter().find(|it| it["round"] == "first" && it["vignette"] == VIGNETTE).unwrap();
    assert_eq!(
        [&first["route"], &first["level"], &first["rating"], &first["probability"], &first["confidence"]],
        [&Value::from("advice"), &1.into(), &"green".into(), &5.into(), &4.into()]
    );
    // What asking did is told of one and the same sheet, and its reason stands in the debrief.
    let vignette = results["vignettes"].as_array().unwrap().iter().find(|it| it["id"] == VIGNETTE).unwrap();
    assert_eq!(vignette["by_asking"]["lower"], 1);
    assert_eq!(vignette["reasons"][0]["text"], "Nobody saw anything <b>at all</b>");
    // Nobody on paper is at the desk, or in the attendance record.
    for page in ["", "/attendance"] {
        let text = lead.get(&format!("/rooms/{code}{page}")).text;
        assert!(!text.contains("Sheet 7"), "{page}");
    }
    let again = lead.get(&sheet).text;
    holds(&again, &["value=\"G\"", "Nobody saw anything &lt;b&gt;at all", "Take this sheet out"]);
    // In place of what was there; then out of the room.
    assert_eq!(lead.post(&sheet, &[("sector", "Police"), ("route-0-first", "6")]).status, 303);
    let answers = lead.results(&code)["answers"].clone();
    assert_eq!((answers.as_array().unwrap().len(), &answers[0]["route"]), (1, &"strategy_discussion".into()));
    lead.get(&sheet);
    assert_eq!(lead.post(&sheet, &[("remove", "1")]).status, 303);
    assert_eq!(lead.results(&code)["answers"], serde_json::json!([]));
    lead.get(&sheet);
    assert_eq!(lead.post(&sheet, &[("remove", "1")]).status, 404);
    // Somebody on a screen may have the name that a sheet would have.
    let person = server.browser();
    assert_eq!(person.join(&code, "Sheet 8", "Police").status, 303);
    let taken = format!("/rooms/{code}/paper/8");
    lead.get(&taken);
    let taken = lead.post(&taken, &[("sector", "Police"), ("route-0-first", "1")]);
    assert_eq!(taken.status, 422);
    holds(&taken.text, &["write another number on this sheet"]);
    for (path, status) in [("paper/0", 400), ("paper/1000", 400), ("paper/x", 400)] {
        assert_eq!(lead.get(&format!("/rooms/{code}/{path}")).status, status, "{path}");
    }
    assert_eq!(person.get(&sheet).status, 401);
    assert_eq!(person.post(&sheet, &fields).status, 401);
}

#[test]
fn hands_are_counted_for_level_rating_and_probability_too() {
    let (_folder, server) = served();
    let lead = server.browser();
    let code = lead.make_room(&[VIGNETTE]);
    let tally = format!("/rooms/{code}/tally/0/first");
    lead.get(&tally);
    let fields = [
        ("hands-0-1", "3"),
        ("hands-1-2", "2"),
        ("level-0-2", "4"),
        ("rating-1-3", "2"),
        ("probability-0-4", "5"),
    ];
    assert_eq!(lead.post(&tally, &fields).status, 303);
    let round = lead.results(&code)["vignettes"][0]["rounds"][0].clone();
    assert_eq!(round["all"]["votes"], serde_json::json!([0, 3, 2, 0, 0, 0]));
    assert_eq!(round["levels"], serde_json::json!([0, 0, 4, 0]));
    assert_eq!(round["ratings"], serde_json::json!([0, 0, 0, 2]));
    assert_eq!(round["probabilities"], serde_json::json!([0, 0, 0, 0, 5]));
    holds(&lead.get(&format!("/rooms/{code}/debrief/0")).text, &["Level of need", "How urgent", "80 to 100"]);
    // What was typed is shown again, those optional parts open, and a mistake names sector and answer.
    holds(&lead.get(&tally).text, &["<details open><summary>Level of need (optional)", "value=\"5\""]);
    let wrong = lead.post(&tally, &[("hands-0-1", "3"), ("level-1-0", "many")]);
    assert_eq!(wrong.status, 422);
    holds(
        &wrong.text,
        &["Police, 1, Universal: give a whole number from 0 to 200", "value=\"many\"", "value=\"3\""],
    );
    assert_eq!(lead.results(&code)["vignettes"][0]["rounds"][0], round, "a mistake changes nothing");
}

fn copied(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let place = to.join(entry.file_name());
        if entry.path().is_dir() {
            copied(&entry.path(), &place);
        } else {
            fs::copy(entry.path(), place).unwrap();
        }
    }
}

/// A vignette with a fact of one pack's own is played with that pack, and with no other.
#[test]
fn a_deck_is_held_to_the_pack_that_the_room_is_played_with() {
    let folder = TempDir::new().unwrap();
    for below in ["rules", "scenarios"] {
        copied(&root().join(below), &folder.path().join(below));
    }
    let pack = folder.path().join("rules/our-own");
    fs::create_dir(&pack).unwrap();
    let manifest = serde_json::json!({
        "id": "our-own", "title": "Our own threshold", "version": "1", "base": "../levels-of-need", "crossing": "same"
    });
    fs::write(pack.join("manifest.json"), manifest.to_string()).unwrap();
    let fact = serde_json::json!({ "facts": [{
        "id": "garden_gate_open", "group": "neglect", "type": "bool", "direction": "risk",
        "question": "Is the garden gate left open?", "agencies": ["police"], "source": ["levels-of-need"],
        "mark": "synthesised"
    }] });
    fs::write(pack.join("facts.json"), fact.to_string()).unwrap();
    let own = folder.path().join("own");
    fs::create_dir(&own).unwrap();
    let shipped = root().join(format!("scenarios/vignettes/{VIGNETTE}.json"));
    let mut vignette: Value = serde_json::from_str(&fs::read_to_string(shipped).unwrap()).unwrap();
    vignette["id"] = "the-gate".into();
    vignette["title"] = "The gate".into();
    vignette["facts"]["garden_gate_open"] = true.into();
    vignette["stages"][0]["facts"].as_array_mut().unwrap().push("garden_gate_open".into());
    fs::write(own.join("the-gate.json"), vignette.to_string()).unwrap();
    let data = folder.path().join("sessions.db");
    let server = Server::start_in(folder.path(), &data, &["--vignettes", own.to_str().unwrap()]);
    let lead = server.browser();
    lead.get("/rooms/new");
    let make = |pack: &str| {
        lead.post(
            "/rooms/new",
            &[("title", "T"), ("passphrase", PASSPHRASE), ("pack", pack), ("vignette", "the-gate")],
        )
    };
    let refused = make("levels-of-need");
    assert_eq!(refused.status, 422);
    holds(
        &refused.text,
        &[
            "“The gate” cannot be played with “Levels of need",
            "the-gate, facts.garden_gate_open: unknown fact",
            "Choose another pack, or leave the vignette out",
        ],
    );
    lead.get("/rooms/new");
    let made = make("our-own");
    assert_eq!(made.status, 303, "{}", made.text);
}

/// Every shipped vignette can be played with every shipped pack, though packs may answer otherwise than is accepted.
#[test]
fn shipped_vignettes_fit_every_shipped_pack() {
    let deck = mash_io::vignettes::read(&root().join("scenarios/vignettes")).unwrap();
    let mut packs = 0;
    for entry in fs::read_dir(root().join("rules")).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        if name == "statutory-floor" || !root().join("rules").join(&name).join("manifest.json").is_file() {
            continue;
        }
        let pack = mash_tests_support::shipped(&name);
        packs += 1;
        for vignette in deck.iter() {
            assert_eq!(vignette.misfits(&pack), [], "{} under {name}", vignette.id);
        }
    }
    assert!(packs > 3, "{packs}");
}

/// Eight people answer six vignettes in three rounds, two of them on paper, beside counted hands: the room's debrief is
/// what other libraries make of its exported votes.
#[test]
fn other_libraries_find_a_rooms_debrief_in_its_exported_votes() {
    const VIGNETTES: [&str; 6] = [
        VIGNETTE,
        "bottles-in-the-sink",
        "evening-drinking-refused",
        "toddler-care-two-months",
        "sixteen-on-a-sofa",
        "third-call-about-the-same-garden",
    ];
    const ROUTES: [&str; 6] = [
        "no_further_action",
        "advice",
        "early_help",
        "targeted_early_help",
        "child_and_family_assessment",
        "strategy_discussion",
    ];
    let (folder, server) = served();
    let lead = server.browser();
    let code = lead.make_room_with(&VIGNETTES, &[("small_groups", "on")]);
    let sector = |at: usize| if at < 5 { "Police" } else { "Health" };
    let people: Vec<Browser> = (0..10)
        .map(|at| {
            let person = server.browser();
            assert_eq!(person.join(&code, &format!("Person {at}"), sector(at)).status, 303);
            person
        })
        .collect();
    let mut draw = fastrand::Rng::with_seed(7);
    let mut position = 0;
    let go_on = |position: &mut usize| {
        assert_eq!(lead.go_on(&code, *position).status, 303);
        *position += 1;
    };
    go_on(&mut position);
    for vignette in 0..VIGNETTES.len() {
        go_on(&mut position);
        let called_for = draw.usize(0..ROUTES.len());
        for round in ["first", "informed", "group"] {
            for person in &people {
                if draw.f64() < 0.15 {
                    continue;
                }
                let vote = if draw.f64() < 0.6 { called_for } else { draw.usize(0..ROUTES.len()) };
                let body = format!(
                    "{{\"route\": \"{}\", \"probability\": \"{}\", \"confidence\": \"{}\"}}",
                    ROUTES[vote],
                    draw.u32(0..=100),
                    draw.u32(1..=5)
                );
                let path = format!("/api/v1/rooms/{code}/answers/{vignette}/{round}");
                assert_eq!(person.put_json(&path, &body).status, 200);
            }
            go_on(&mut position);
        }
        go_on(&mut position);
    }
    for number in ["1", "2"] {
        let sheet = format!("/rooms/{code}/paper/{number}");
        lead.get(&sheet);
        let mut fields = vec![("sector".to_owned(), "Education".to_owned())];
        for vignette in 0..VIGNETTES.len() {
            for round in ["first", "informed", "group"] {
                fields.push((format!("route-{vignette}-{round}"), draw.usize(1..=6).to_string()));
                fields.push((format!("probability-{vignette}-{round}"), draw.u32(0..=100).to_string()));
            }
        }
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        assert_eq!(lead.post(&sheet, &fields).status, 303);
    }
    let tally = format!("/rooms/{code}/tally/2/first");
    lead.get(&tally);
    assert_eq!(lead.post(&tally, &[("hands-3-2", "4"), ("hands-5-4", "1")]).status, 303);
    let path = folder.path().join("results.json");
    let results = lead.results(&code);
    assert!(results["debrief"]["foresight"].is_object() && results["debrief"]["variation"].is_object());
    fs::write(&path, results.to_string()).unwrap();
    recomputed(&path, 150);
}

/// Has Python reckon a debrief again; at least so many figures must have been compared.
pub(crate) fn recomputed(results: &Path, least: u32) {
    let Some(mut python) = crate::agreement::python() else {
        println!("skipped: no python3 with the libraries; `cargo xtask test` installs them");
        return;
    };
    let script = root().join("tests/debrief_agrees.py");
    let output = python.arg(script).arg(results).arg(root().join("scenarios/vignettes")).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    let figures: u32 = said.split_whitespace().nth(2).and_then(|it| it.parse().ok()).unwrap_or_default();
    assert!(figures >= least, "{said}");
    println!("{said}");
}
