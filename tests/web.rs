//! `mash serve` under bad input and bad days: every test talks to a running server over HTTP. What people see and press is
//! in `tests/web/*.mjs`, which run in Chromium.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use mash_tests_support::{mash, root, small_disk};
use serde_json::Value;
use tempfile::TempDir;

use crate::cli::{holds, run};

#[path = "web/server.rs"]
pub(crate) mod server;

use server::{Browser, PASSPHRASE, Server};

const VIGNETTE: &str = "a-call-without-a-name";
const FIRST: usize = 2;

struct Session {
    _folder: TempDir,
    data: PathBuf,
    server: Server,
    lead: Browser,
    code: String,
}

/// A room of these vignettes whose first answer is open.
fn session(vignettes: &[&str]) -> Session {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("sessions.db");
    let server = Server::start(&data);
    let lead = server.browser();
    let code = lead.make_room(vignettes);
    Session { _folder: folder, data, server, lead, code }
}

impl Session {
    fn person(&self, pseudonym: &str) -> Browser {
        let browser = self.server.browser();
        assert_eq!(browser.join(&self.code, pseudonym, "Police").status, 303);
        browser
    }

    fn open_first(&self) {
        for from in 0..FIRST {
            assert_eq!(self.lead.go_on(&self.code, from).status, 303);
        }
    }
}

#[test]
fn an_answer_sent_twice_is_one_answer_and_may_be_changed() {
    let session = session(&[VIGNETTE]);
    let person = session.person("Heron");
    session.open_first();
    for route in ["advice", "advice", "early_help"] {
        let got = person.answer(&session.code, 0, "first", route, "");
        assert_eq!((got.status, got.location.ends_with("?saved")), (303, true), "{}", got.text);
    }
    let results = session.lead.results(&session.code);
    let answers = results["answers"].as_array().unwrap();
    assert_eq!(answers.len(), 1);
    assert_eq!(answers[0]["route"], "early_help");
}

#[test]
fn an_answer_after_closing_is_refused_and_given_back() {
    let session = session(&[VIGNETTE]);
    let person = session.person("Heron");
    let early = person.answer(&session.code, 0, "first", "advice", "too early");
    assert_eq!(early.status, 409);
    session.open_first();
    session.lead.go_on(&session.code, FIRST);
    let late = person.answer(&session.code, 0, "first", "advice", "three lines that took a while");
    assert_eq!(late.status, 409);
    holds(&late.text, &["Answers to this are closed", "three lines that took a while"]);
    let other = person.answer(&session.code, 7, "informed", "advice", "");
    assert_eq!(other.status, 409);
    assert_eq!(session.lead.results(&session.code)["answers"], serde_json::json!([]));
}

#[test]
fn two_facilitators_who_press_together_move_the_room_once() {
    let session = session(&[VIGNETTE]);
    let second = session.server.browser();
    assert_eq!(second.get(&format!("/rooms/{}", session.code)).status, 401);
    second.get(&format!("/rooms/{}/enter", session.code));
    let path = format!("/rooms/{}/enter", session.code);
    assert_eq!(second.post(&path, &[("passphrase", "four plain words there")]).status, 401);
    assert_eq!(second.post(&path, &[("passphrase", PASSPHRASE)]).status, 303);
    second.get(&format!("/rooms/{}", session.code));
    std::thread::scope(|scope| {
        let pressed = [&session.lead, &second].map(|it| {
            let (it, code) = (it.clone(), session.code.clone());
            scope.spawn(move || it.go_on(&code, 0).status)
        });
        for pressed in pressed {
            assert_eq!(pressed.join().unwrap(), 303);
        }
    });
    let state: Value =
        serde_json::from_str(&second.get(&format!("/api/v1/rooms/{}", session.code)).text).unwrap();
    assert_eq!(state["step"], serde_json::json!({ "step": "vignette", "vignette": 0, "phase": "note" }));
}

#[test]
fn a_stolen_cookie_is_one_persons_and_dies_with_their_leaving() {
    let session = session(&[VIGNETTE]);
    let person = session.person("Heron");
    let other = session.person("Otter");
    session.open_first();
    person.answer(&session.code, 0, "first", "advice", "of Heron alone");
    let room = format!("/r/{}", session.code);
    // Whoever has the cookie without a page of ours sends nothing: the form token is not in the cookie.
    let thief = session.server.browser();
    thief.cookie.borrow_mut().clone_from(&person.cookie.borrow());
    let sent = thief.send(&format!("{room}/answer"), &[("route", "advice")], &[]);
    assert_eq!(sent.status, 403);
    // It opens that person's pages and nobody else's.
    assert_eq!(thief.get(&room).status, 200);
    assert!(!other.get(&format!("{room}/mine")).text.contains("of Heron alone"));
    for below in ["", "/debrief", "/export/results.json", "/attendance", "/events", "/projector"] {
        assert_eq!(thief.get(&format!("/rooms/{}{below}", session.code)).status, 401, "{below}");
    }
    // The cookie of before joining opens nothing, and that of after leaving neither.
    person.get(&room);
    assert_eq!(person.post(&format!("{room}/leave"), &[]).status, 303);
    assert_eq!(thief.get(&room).status, 401);
    // A facilitator who signs out takes their rights along.
    let thief = session.server.browser();
    thief.cookie.borrow_mut().clone_from(&session.lead.cookie.borrow());
    let desk = format!("/rooms/{}", session.code);
    assert_eq!(thief.get(&desk).status, 200);
    session.lead.get(&desk);
    session.lead.post("/host/leave", &[]);
    assert_eq!(thief.get(&desk).status, 401);
}

#[test]
fn joining_gives_a_new_cookie() {
    let session = session(&[VIGNETTE]);
    let person = session.server.browser();
    person.get("/join");
    let planted = person.cookie.borrow().clone();
    person.join(&session.code, "Heron", "Police");
    assert_ne!(planted, *person.cookie.borrow());
    let thief = session.server.browser();
    thief.cookie.borrow_mut().clone_from(&planted);
    assert_eq!(thief.get(&format!("/r/{}", session.code)).status, 401);
}

#[test]
fn a_code_guessed_a_thousand_times_is_not_found() {
    let session = session(&[VIGNETTE]);
    let guesser = session.server.browser();
    guesser.get("/join");
    let mut statuses = std::collections::BTreeMap::new();
    for guess in 0..1_000_u32 {
        let code = format!("BCDF{:04}", guess % 10_000);
        let fields = [("code", code.as_str()), ("pseudonym", "x"), ("sector", "Police")];
        *statuses.entry(guesser.post("/join", &fields).status).or_insert(0_u32) += 1;
    }
    assert_eq!(statuses.get(&422), Some(&20), "{statuses:?}");
    assert_eq!(statuses.get(&429), Some(&980), "{statuses:?}");
    // The right code is not taken from there either while it waits.
    let right = guesser.post("/join", &[("code", &session.code), ("pseudonym", "x"), ("sector", "Police")]);
    assert_eq!(right.status, 429);
    holds(
        &right.text,
        &["too many failed attempts", "Wait"]
            .map(|it| if it == "Wait" { it } else { "oo many failed attempts" }),
    );
    // Passphrases have a limit of their own.
    let enter = format!("/rooms/{}/enter", session.code);
    guesser.get(&enter);
    let tried = (0..25).map(|_| guesser.post(&enter, &[("passphrase", "nine lives of a cat")]).status);
    assert_eq!(tried.filter(|status| *status == 429).count(), 5);
}

#[test]
fn what_is_too_large_is_refused_and_the_server_goes_on() {
    let session = session(&[VIGNETTE]);
    let person = session.person("Heron");
    session.open_first();
    let long = person.answer(&session.code, 0, "first", "advice", &"x".repeat(2_001));
    assert_eq!(long.status, 422);
    holds(&long.text, &["Shorten the reason to 2000 characters; it has 2001"]);
    let huge = person.put_json(
        &format!("/api/v1/rooms/{}/answers/0/first", session.code),
        &format!("{{\"route\": \"advice\", \"reason\": \"{}\"}}", "x".repeat(60_000)),
    );
    assert_eq!(huge.status, 422, "{}", huge.text);
    // Ten megabytes: the server answers before it has read them all, so the connection may break first.
    let mut stream = TcpStream::connect(session.server.listen()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let head = format!(
        "POST /r/{}/answer HTTP/1.1\r\nHost: localhost\r\nCookie: {}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 10000000\r\n\r\nreason=",
        session.code,
        person.cookie.borrow()
    );
    stream.write_all(head.as_bytes()).unwrap();
    for _ in 0..100 {
        if stream.write_all(&[b'x'; 100_000]).is_err() {
            break;
        }
    }
    let mut answer = [0; 12];
    if stream.read_exact(&mut answer).is_ok() {
        assert_eq!(&answer, b"HTTP/1.1 413");
    }
    assert_eq!(person.answer(&session.code, 0, "first", "advice", &"é".repeat(2_000)).status, 303);
}

#[test]
fn script_typed_anywhere_is_text_everywhere() {
    const SCRIPT: &str = "<script>alert(1)</script>";
    let session = session(&[VIGNETTE]);
    let person = session.server.browser();
    assert_eq!(person.join(&session.code, SCRIPT, "Police").status, 303);
    session.open_first();
    assert_eq!(person.answer(&session.code, 0, "first", "advice", SCRIPT).status, 303);
    let desk = format!("/rooms/{}", session.code);
    session.lead.get(&desk);
    session.lead.post(&format!("{desk}/settings"), &[("support", SCRIPT)]);
    session.lead.post(&format!("{desk}/tally/0/first"), &[("hands-0-0", SCRIPT)]);
    for from in FIRST..6 {
        session.lead.go_on(&session.code, from);
    }
    for path in ["", "/projector", "/debrief/0", "/debrief", "/attendance", "/run-sheet", "/pack"] {
        let got = session.lead.get(&format!("{desk}{path}"));
        assert!(got.status == 200 && !got.text.contains("<script>alert"), "{path}");
    }
    for path in ["", "/mine"] {
        let got = person.get(&format!("/r/{}{path}", session.code));
        assert!(got.status == 200 && !got.text.contains("<script>alert"), "{path}");
        assert!(got.text.contains("&lt;script&gt;alert"), "{path}");
    }
    let odd = person.get("/join/%3Cscript%3Ealert(1)%3C%2Fscript%3E");
    assert!(!odd.text.contains("<script>"));
    // No page lets a script run that is not a file of the server.
    assert!(!desk.is_empty() && !session.lead.get(&desk).text.contains(" onclick="));
}

#[test]
fn a_form_from_elsewhere_changes_nothing() {
    let session = session(&[VIGNETTE]);
    let next = format!("/rooms/{}/next", session.code);
    let token = session.lead.token.borrow().clone();
    let without = session.lead.send(&next, &[("from", "0")], &[]);
    let wrong = session.lead.send(&next, &[("from", "0"), ("form_token", &"0".repeat(64))], &[]);
    let fields = [("from", "0"), ("form_token", token.as_str())];
    let cross = session.lead.send(&next, &fields, &[("Sec-Fetch-Site", "cross-site")]);
    assert_eq!([without.status, wrong.status, cross.status], [403; 3]);
    // A name that somebody else points at this machine is not answered.
    let rebound = session.lead.send(&next, &fields, &[("Host", "rebound.example")]);
    assert_eq!(rebound.status, 421);
    assert_eq!(session.lead.send(&next, &fields, &[("Sec-Fetch-Site", "same-origin")]).status, 303);
}

#[test]
fn killed_in_the_middle_nothing_that_was_saved_is_lost() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("sessions.db");
    let server = Server::start(&data);
    let listen = server.listen().to_owned();
    let lead = server.browser();
    let code = lead.make_room(&[VIGNETTE]);
    let people: Vec<Browser> = (0..8)
        .map(|at| {
            let person = server.browser();
            assert_eq!(person.join(&code, &format!("Person {at}"), "Police").status, 303);
            person
        })
        .collect();
    for from in 0..FIRST {
        lead.go_on(&code, from);
    }
    // Eight people answer again and again until the server is gone; each remembers what was said to be saved last.
    let saved: Vec<Option<usize>> = std::thread::scope(|scope| {
        let answering = people.iter().map(|person| {
            let (person, code) = (person.clone(), code.clone());
            scope.spawn(move || {
                let mut last = None;
                for turn in 0..100_000 {
                    let body = format!("{{\"route\": \"advice\", \"reason\": \"turn {turn}\"}}");
                    let path = format!("/api/v1/rooms/{code}/answers/0/first");
                    let sent = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                        person.put_json(&path, &body)
                    }));
                    match sent {
                        Ok(got) if got.status == 200 => last = Some(turn),
                        _ => break,
                    }
                }
                last
            })
        });
        let answering: Vec<_> = answering.collect();
        std::thread::sleep(Duration::from_millis(700));
        server.signal("-KILL");
        answering.into_iter().map(|it| it.join().unwrap()).collect()
    });
    drop(server);
    assert!(saved.iter().all(Option::is_some), "{saved:?}");
    let _again = Server::start_at(&data, &listen, &[]);
    // Cookies and forms of before the kill are good; what was acknowledged is there, or something later.
    for (person, saved) in people.iter().zip(saved) {
        let page = person.get(&format!("/r/{code}"));
        let (_, after) = page.text.split_once(">turn ").expect("the answer is in the form");
        let kept: usize = after.split('<').next().unwrap().parse().unwrap();
        assert!(kept >= saved.unwrap(), "turn {saved:?} was acknowledged, and {kept} is kept");
    }
    assert_eq!(lead.go_on(&code, FIRST).status, 303);
}

#[test]
fn a_full_disk_says_so_and_gives_the_answer_back() {
    let folder = TempDir::new().unwrap();
    let disk = folder.path().join("disk");
    fs::create_dir(&disk).unwrap();
    if !small_disk(&disk, "1m") {
        return;
    }
    let server = Server::start(&disk.join("sessions.db"));
    let lead = server.browser();
    let code = lead.make_room(&[VIGNETTE]);
    let person = server.browser();
    person.join(&code, "Heron", "Police");
    for from in 0..FIRST {
        lead.go_on(&code, from);
    }
    assert_eq!(person.answer(&code, 0, "first", "advice", "kept before").status, 303);
    // Something else fills the disk.
    let mut filler = fs::File::create(disk.join("filler")).unwrap();
    while filler.write_all(&[0; 512]).is_ok() {}
    let reason = "typed while the disk was full ".repeat(60);
    let full = person.answer(&code, 0, "first", "early_help", &reason);
    let read = person.get(&format!("/r/{code}"));
    drop(filler);
    fs::remove_file(disk.join("filler")).unwrap();
    let again = person.answer(&code, 0, "first", "early_help", &reason);
    drop(server);
    Command::new("umount").arg(&disk).status().unwrap();
    assert_eq!(full.status, 507, "{}", full.text);
    holds(&full.text, &["NOT SAVED", "the disk is full", "typed while the disk was full"]);
    holds(&read.text, &["kept before"]);
    assert_eq!(again.status, 303, "{}", again.text);
}

#[test]
fn a_newer_or_foreign_file_is_refused_by_name() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("sessions.db");
    drop(Server::start(&data));
    let bump = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('PRAGMA user_version = 99'); c.commit()";
    assert!(Command::new("python3").args(["-c", bump]).arg(&data).status().unwrap().success());
    let named = data.to_str().unwrap();
    let refused = run(&root(), &["serve", "--no-browser", "--listen", "127.0.0.1:0", "--data", named]);
    assert_eq!(refused.code, 3, "{}", refused.err);
    holds(&refused.err, &["sessions.db", "newer mash", "form 99"]);
    fs::write(&data, "a letter, and no database at all; it is long enough to be looked at like one").unwrap();
    let refused = run(&root(), &["sessions", "list", "--data", named]);
    assert_eq!(refused.code, 3, "{}", refused.err);
    holds(&refused.err, &["no database"]);
}

/// Vignettes of one's own are checked before anybody sees them: file, place and mend, as `mash check` has them.
#[test]
fn own_vignettes_with_mistakes_are_refused_by_file_and_place() {
    let folder = TempDir::new().unwrap();
    let own = folder.path().join("first.json");
    let path = own.to_str().unwrap();
    assert_eq!(run(&root(), &["new", "vignette", path]).code, 0);
    let data = folder.path().join("sessions.db");
    let served = Server::start_at(&data, "127.0.0.1:0", &["--vignettes", path]);
    assert_eq!(served.browser().get("/vignettes/first").status, 200);
    drop(served);
    let text = fs::read_to_string(&own).unwrap().replace("\"age_band\"", "\"age_bnd\"");
    fs::write(&own, text).unwrap();
    for vignettes in [path, folder.path().to_str().unwrap()] {
        let data = data.to_str().unwrap();
        let serve = ["serve", "--no-browser", "--listen", "127.0.0.1:0", "--data", data];
        let refused = run(&root(), &[&serve[..], &["--vignettes", vignettes]].concat());
        assert_eq!(refused.code, 3, "{}", refused.err);
        holds(&refused.err, &["first.json", "facts.age_bnd", "did you mean `age_band`"]);
    }
}

#[test]
fn a_network_needs_a_passphrase_and_is_told_what_it_means() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("sessions.db");
    let named = data.to_str().unwrap();
    let refused = run(&root(), &["serve", "--no-browser", "--listen", "0.0.0.0:0", "--data", named]);
    assert_eq!(refused.code, 2);
    holds(&refused.err, &["passphrase", "--passphrase-file"]);
    let secret = folder.path().join("secret");
    fs::write(&secret, "short\n").unwrap();
    let file = secret.to_str().unwrap();
    let weak = ["serve", "--no-browser", "--listen", "0.0.0.0:0", "--data", named, "--passphrase-file", file];
    assert_eq!(run(&root(), &weak).code, 2);
    fs::write(&secret, "the long way round the lake\n").unwrap();
    let mut server = Server::start_at(&data, "0.0.0.0:0", &["--passphrase-file", file]);
    server.address = server.address.replace("0.0.0.0", "127.0.0.1");
    let browser = server.browser();
    for path in
        ["/rooms/new", "/rooms", "/vignettes", "/drafts", "/explore", "/api/v1/vignettes", "/api/v1/explore"]
    {
        assert_eq!(browser.get(path).status, 401, "{path}");
    }
    browser.get("/host");
    assert_eq!(browser.post("/host", &[("passphrase", "the long way round the pond")]).status, 401);
    assert_eq!(browser.post("/host", &[("passphrase", "the long way round the lake")]).status, 303);
    assert_eq!(browser.get("/rooms/new").status, 200);
    let kept = fs::read(&data).unwrap();
    assert!(!kept.windows(8).any(|part| part == b"the lake"), "a passphrase lies in the file");
}

#[test]
fn tls_by_ones_own_certificate() {
    let folder = TempDir::new().unwrap();
    let [certificate, key] = ["certificate.pem", "key.pem"].map(|name| folder.path().join(name));
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"])
        .args(["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout"])
        .arg(&key)
        .arg("-out")
        .arg(&certificate)
        .output();
    let curl = Command::new("curl").arg("--version").output();
    if !made.is_ok_and(|it| it.status.success()) || curl.is_err() {
        println!("skipped: openssl or curl is not here");
        return;
    }
    let [shown, shown_key] = [&certificate, &key].map(|path| path.to_str().unwrap());
    let data = folder.path().join("sessions.db");
    let server =
        Server::start_at(&data, "127.0.0.1:0", &["--tls-certificate", shown, "--tls-key", shown_key]);
    assert!(server.address.starts_with("https://127.0.0.1:"));
    let got = Command::new("curl").args(["-sSi", "--cacert", shown, &server.address]).output().unwrap();
    let text = String::from_utf8_lossy(&got.stdout).to_lowercase();
    holds(&text, &[" 200", "strict-transport-security", "; secure"]);
    drop(server);
    let wrong = [
        "serve",
        "--no-browser",
        "--listen",
        "127.0.0.1:0",
        "--tls-certificate",
        shown_key,
        "--tls-key",
        shown,
    ];
    let refused = run(&root(), &[&wrong[..], &["--data", data.to_str().unwrap()]].concat());
    assert_eq!(refused.code, 3, "{}", refused.err);
    holds(&refused.err, &["key.pem", "PEM"]);
}

#[test]
fn it_stops_politely_with_people_still_listening() {
    let session = session(&[VIGNETTE]);
    let person = session.person("Heron");
    let mut stream = TcpStream::connect(session.server.listen()).unwrap();
    let head = format!(
        "GET /r/{}/events HTTP/1.1\r\nHost: localhost\r\nCookie: {}\r\n\r\n",
        session.code,
        person.cookie.borrow()
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut first = [0; 15];
    stream.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"HTTP/1.1 200 OK");
    session.server.signal("-TERM");
    assert!(session.server.wait().success());
}

#[test]
fn sessions_are_listed_backed_up_and_deleted() {
    let session = session(&[VIGNETTE]);
    let person = session.person("Heron");
    session.open_first();
    person.answer(&session.code, 0, "first", "advice", "a reason that must be gone afterwards");
    let named = session.data.to_str().unwrap();
    let listed = run(&root(), &["sessions", "list", "--data", named]);
    let shown = format!("{}-{}", &session.code[..4], &session.code[4..]);
    holds(&listed.out, &[&shown, "1 people", "1 answers", "Tried out"]);
    let copy = session.data.with_file_name("copy.db");
    let backed = run(&root(), &["sessions", "backup", copy.to_str().unwrap(), "--data", named]);
    assert_eq!(backed.code, 0, "{}", backed.err);
    let none = run(&root(), &["sessions", "delete", "--room", "BCDF-2345", "--data", named]);
    assert_eq!(none.code, 2, "{}", none.err);
    let gone = run(&root(), &["sessions", "delete", "--room", &shown, "--data", named]);
    assert_eq!((gone.code, gone.out.as_str()), (0, "1 room deleted\n"), "{}", gone.err);
    assert_eq!(person.get(&format!("/r/{}", session.code)).status, 401);
    let holds_reason = |path: &Path| {
        let bytes = fs::read(path).unwrap_or_default();
        bytes.windows(20).any(|part| part == b"that must be gone af")
    };
    assert!(holds_reason(&copy));
    assert!(!holds_reason(&session.data) && !holds_reason(&session.data.with_extension("db-wal")));
    // A copy serves like the original.
    let restored = Server::start(&copy);
    let again = restored.browser();
    again.cookie.borrow_mut().clone_from(&person.cookie.borrow());
    assert_eq!(again.get(&format!("/r/{}", session.code)).status, 200);
}

/// Six people answer five vignettes of a room; what they have in common is what the library says of the same votes.
#[test]
fn a_rooms_figures_are_those_of_its_votes_and_its_variation_can_be_simulated() {
    let vignettes = [
        VIGNETTE,
        "bottles-in-the-sink",
        "evening-drinking-refused",
        "toddler-care-two-months",
        "sixteen-on-a-sofa",
    ];
    let session = session(&vignettes);
    let people: Vec<Browser> = (0..6).map(|at| session.person(&format!("Person {at}"))).collect();
    let routes = ["advice", "early_help", "targeted_early_help", "child_and_family_assessment"];
    let mut rows = Vec::new();
    let mut position = 0;
    for vignette in 0..vignettes.len() {
        for _ in 0..2 {
            session.lead.go_on(&session.code, position);
            position += 1;
        }
        let mut row = Vec::new();
        for (at, person) in people.iter().enumerate() {
            let vote = (vignette + at / 2 + at * vignette) % routes.len();
            assert_eq!(person.answer(&session.code, vignette, "first", routes[vote], "").status, 303);
            row.push(Some(vote + 1));
        }
        rows.push(row);
        // Without small groups: informed, talk.
        for _ in 0..2 {
            session.lead.go_on(&session.code, position);
            position += 1;
        }
    }
    session.lead.go_on(&session.code, position);
    let results = session.lead.results(&session.code);
    // The room plays vignettes in the order of its deck, which is that of their ids as they were sent.
    let votes = mash_exercise::agreement::Votes::new(6, rows).unwrap();
    let expected = mash_exercise::agreement::agreement(&votes, 20_260_401);
    assert_eq!(
        results["debrief"]["agreement"][0]["all"],
        serde_json::from_str::<Value>(&serde_json::to_string(&expected).unwrap()).unwrap()
    );
    assert!(results["debrief"]["agreement"][0]["all"]["alpha_ordinal"]["low"].is_number());
    let variation = session.lead.get(&format!("/rooms/{}/export/variation.json", session.code));
    assert_eq!(variation.status, 200, "{}", variation.text);
    let folder = TempDir::new().unwrap();
    let base = "herefordshire-like-2023.json";
    fs::copy(root().join("scenarios").join(base), folder.path().join(base)).unwrap();
    let scenario = folder.path().join("people-decide-as-this-room.json");
    fs::write(&scenario, &variation.text).unwrap();
    let pack = root().join("rules/levels-of-need");
    let simulated = run(
        &root(),
        &["simulate", scenario.to_str().unwrap(), "--replications", "1", "--pack", pack.to_str().unwrap()],
    );
    assert_eq!(simulated.code, 0, "{}", simulated.err);
    let workbook = session.lead.get(&format!("/rooms/{}/export/results.xlsx", session.code));
    assert_eq!(workbook.status, 200);
}

/// In Chromium: a whole exercise by keyboard, one person without JavaScript; axe-core on every page and state.
#[test]
fn a_whole_exercise_in_a_real_browser() {
    let folder = TempDir::new().unwrap();
    let results = folder.path().join("results.json");
    if in_chromium("tests/web/exercise.mjs", "pages and states looked at twice", &results) {
        // What the room exports is what other libraries find in it.
        crate::rooms::recomputed(&results, 25);
    }
}

/// In Chromium: a threshold moved by keyboard, a child followed, what is shared; and the same without JavaScript.
#[test]
fn the_explorer_in_a_real_browser() {
    in_chromium("tests/web/explorer.mjs", "pages and states looked at twice", Path::new(""));
}

/// Runs a script that drives the browser; false where there is none. A room's results go to `results`.
fn in_chromium(script: &str, says: &str, results: &Path) -> bool {
    let node = root().join("target/node/node_modules/playwright-core");
    let chromium =
        std::env::var_os("MASH_CHROMIUM").map_or_else(|| PathBuf::from("/usr/bin/chromium"), PathBuf::from);
    if !node.is_dir() || !chromium.exists() {
        println!("skipped: `cargo xtask test` installs playwright-core, axe-core and Chromium where it can");
        return false;
    }
    let ran = Command::new("node")
        .arg(root().join(script))
        .env("MASH_BIN", mash())
        .env("MASH_NODE", root().join("target/node"))
        .env("MASH_CHROMIUM", chromium)
        .env("MASH_RESULTS", results)
        .current_dir(root())
        .output()
        .unwrap();
    let (out, err) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success(), "{out}{err}");
    holds(&out, &[says]);
    true
}

/// The same address as a page and as JSON; a scenario that is not there is said in both.
#[test]
fn what_is_explored_is_there_as_json() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(&folder.path().join("sessions.db"));
    let browser = server.browser();
    let asked = "scenario=herefordshire-like-2023&pack=levels-of-need&set=threshold.repeat_contacts_12m:4";
    let got = (0..60)
        .map(|_| browser.get(&format!("/api/v1/explore?{asked}")))
        .find(|got| got.status != 503)
        .unwrap();
    assert_eq!(got.status, 200, "{}", got.text);
    let answer: Value = serde_json::from_str(&got.text).unwrap();
    assert!(answer["replications"].as_u64().unwrap() > 0);
    assert_eq!(answer["results"]["alternatives"].as_array().unwrap().len(), 2);
    for (query, says) in [
        ("scenario=nowhere", "nowhere"),
        ("set=front_door.nothing:1", "front_door.nothing"),
        ("set=x", "set"),
    ] {
        let wrong = browser.get(&format!("/api/v1/explore?{query}"));
        assert_eq!(wrong.status, 400, "{query}");
        let trouble: Value = serde_json::from_str(&wrong.text).unwrap();
        holds(trouble["error"].as_str().unwrap(), &[says]);
        assert!(!trouble["mend"].as_str().unwrap().is_empty());
    }
}

/// schemathesis sends what the OpenAPI document allows and what it does not, as somebody who is in the room.
#[test]
fn the_api_is_as_its_document_says() {
    let schemathesis = root().join("target/venv/bin/schemathesis");
    if !schemathesis.is_file() {
        println!("skipped: `cargo xtask test` installs schemathesis");
        return;
    }
    let session = session(&[VIGNETTE]);
    let person = session.person("Heron");
    session.open_first();
    let config = session.data.with_file_name("schemathesis.toml");
    for browser in [&person, &session.lead] {
        let cookie = browser.cookie.borrow();
        let text = format!(
            "parameters = {{ \"path.code\" = \"{}\" }}\n[auth.openapi]\nvisit = {{ api_key = \"{}\" }}\n",
            session.code,
            cookie.strip_prefix("mash_visit=").unwrap()
        );
        fs::write(&config, text).unwrap();
        let ran = Command::new(&schemathesis)
            .arg("--config-file")
            .arg(&config)
            .args(["run", &format!("{}/api/v1/openapi.json", session.server.address)])
            .args(["--seed", "1", "--max-examples", "30", "--no-color", "--suppress-health-check", "all"])
            // Which routes there are the room's pack says, not the document.
            .args(["--exclude-checks", "positive_data_acceptance"])
            .output()
            .unwrap();
        let out = String::from_utf8_lossy(&ran.stdout);
        assert!(ran.status.success(), "{out}{}", String::from_utf8_lossy(&ran.stderr));
    }
}
