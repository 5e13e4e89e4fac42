//! The explorer through its routes.

use std::{path::Path, time::Instant};

use axum::{
    body::{Body, to_bytes},
    http::header,
};
use serde_json::Value;
use tower::ServiceExt as _;

use super::*;

/// A library with one small scenario and the project's packs.
struct Library {
    folder: std::path::PathBuf,
}

impl Library {
    fn new(name: &str) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let folder = std::env::temp_dir().join(format!("mash-explore-{name}-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("scenarios")).unwrap();
        std::fs::create_dir_all(folder.join("rules")).unwrap();
        let text = std::fs::read_to_string(root.join("scenarios/herefordshire-like-2023.json")).unwrap();
        let mut whole: Value = serde_json::from_str(&text).unwrap();
        whole["id"] = "small".into();
        let front = &mut whole["front_door"];
        front["assessment"]["open_at_start"]["value"] = 158.into();
        front["plan"]["on_plan_at_start"]["value"] = 19.into();
        front["workforce"]["posts"]["value"] = 10.into();
        whole["volume"]["children"]["value"] = 2830.into();
        whole["volume"]["referrals"]["value"] = 131.into();
        std::fs::write(folder.join("scenarios/small.json"), whole.to_string()).unwrap();
        for pack in ["levels-of-need", "statutory-floor", "neglect-earlier"] {
            copy(&root.join("rules").join(pack), &folder.join("rules").join(pack));
        }
        Self { folder }
    }
}

impl Drop for Library {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.folder).ok();
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to)
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

struct Answer {
    status: StatusCode,
    headers: axum::http::HeaderMap,
    text: String,
}

async fn get_of(routes: &Router, path: &str) -> Answer {
    let request = axum::http::Request::get(path).body(Body::empty()).unwrap();
    let response = routes.clone().oneshot(request).await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let bytes = to_bytes(response.into_body(), 8 << 20).await.unwrap();
    Answer { status, headers, text: String::from_utf8(bytes.to_vec()).unwrap() }
}

const HIGH: &str = "/explore?scenario=small&set=threshold.dash_grade_for_assessment:high";

/// Waits until a question is answered.
async fn finished(explorer: &Shared, query: &str) -> Arc<Picture> {
    let parts: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let asked = Asked::read(explorer, parts, &[]).unwrap().asked;
    let job = explorer.ask(&asked);
    job.watched().wait_for(|stage| stage.finished || stage.failed).await.unwrap();
    job.picture().unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_is_tried_refined_followed_and_shared() {
    let library = Library::new("whole");
    let explorer = Explorer::start(&library.folder).unwrap();
    let routes = routes::<()>(Arc::clone(&explorer));
    let page = get_of(&routes, HIGH).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    for part in [
        "Every child here is invented",
        "DASH grade that calls for an assessment: medium becomes <strong>high</strong>",
        "so far; goes on to 50",
        "Whose route is another",
        "http-equiv=\"refresh\"",
        "role=\"status\"",
        "withheld",
    ] {
        assert!(page.text.contains(part), "{part} is not in {}", page.text);
    }
    assert!(page.text.len() < 130_000, "{} bytes", page.text.len());
    assert!(!page.text.contains("style=") && !page.text.contains("onclick"), "nothing inline");
    // A form that sends every field leads to the address of the changes alone.
    let by_form = get_of(
        &routes,
        "/explore?scenario=small&v.front_door.screening.staff=5&v.threshold.dash_grade_for_assessment=high&v.contacts=",
    )
    .await;
    assert_eq!(by_form.status, StatusCode::SEE_OTHER);
    assert_eq!(
        by_form.headers[header::LOCATION],
        "/explore?scenario=small&pack=levels-of-need&set=threshold.dash_grade_for_assessment%3Ahigh"
    );
    let query = HIGH.strip_prefix("/explore?").unwrap();
    let picture = finished(&explorer, query).await;
    assert!(picture.settled && picture.results.replications >= 50);
    assert!(!picture.results.harm.is_empty());
    let page = get_of(&routes, HIGH).await;
    assert!(page.text.contains("Finished: ") && !page.text.contains("http-equiv=\"refresh\""));
    // Events end with the last.
    let events = get_of(&routes, &HIGH.replace("/explore", "/explore/events")).await;
    assert!(events.text.contains("event: finished"), "{}", events.text);
    let part = get_of(&routes, &HIGH.replace("/explore", "/explore/results")).await;
    assert!(part.text.contains("id=\"explore-status\"") && !part.text.contains("<html"));
    // A moved child is followed under both.
    let moved = picture.results.moves[0].examples.first().unwrap();
    let case = get_of(
        &routes,
        &format!(
            "{}&id={}&replication={}",
            HIGH.replace("/explore", "/explore/case"),
            moved.id,
            moved.replication
        ),
    )
    .await;
    assert_eq!(case.status, StatusCode::OK, "{}", case.text);
    assert!(
        case.text.contains("Rules that fire here only") && case.text.contains("contact received"),
        "{}",
        case.text
    );
    // Files and the report.
    let figures = "/explore/scenario.json?scenario=small&set=front_door.screening.staff:6";
    let file = get_of(&routes, figures).await;
    let json: Value = serde_json::from_str(&file.text).unwrap();
    assert_eq!(json["extends"], "small.json");
    assert_eq!(json["front_door"]["screening"]["staff"]["value"], 6);
    let place = library.folder.join("scenarios/tried.json");
    std::fs::write(&place, &file.text).unwrap();
    let again = mash_io::scenario_file::read(&place).unwrap();
    assert_eq!(again.scenario.changes().len(), 1);
    let overlay = get_of(&routes, &HIGH.replace("/explore", "/explore/pack.json")).await;
    assert!(overlay.text.contains("\"base\": \"../levels-of-need\""), "{}", overlay.text);
    let report = get_of(&routes, &HIGH.replace("/explore", "/explore/report.html")).await;
    assert!(report.headers[header::CONTENT_DISPOSITION].to_str().unwrap().contains("report.html"));
    assert!(report.text.contains("Synthetic") || report.text.contains("synthetic"));
    let results = get_of(&routes, &HIGH.replace("/explore", "/explore/results.json")).await;
    let json: Value = serde_json::from_str(&results.text).unwrap();
    assert_eq!(json["absolute_harm_withheld"], true);
    explorer.stop();
}

#[tokio::test]
async fn what_makes_no_sense_is_named_with_its_mend() {
    let library = Library::new("wrong");
    let explorer = Explorer::start(&library.folder).unwrap();
    let routes = routes::<()>(Arc::clone(&explorer));
    for (query, expect) in [
        ("scenario=smal", "Did you mean `small`?"),
        ("scenario=../../etc/passwd", "there is nothing called"),
        ("pack=levels", "Did you mean `levels-of-need`?"),
        ("against=nothing", "`against`"),
        ("nonsense=1", "there is no such parameter"),
        ("set=front_door.screening.staff", "PLACE:VALUE"),
        ("set=front_door.screening.stafff:4", "did you mean `front_door.screening.staff`?"),
        ("set=front_door.screening.staff:4000", "give a whole number from 1 to 15"),
        ("set=front_door.screening.staff:NaN", "give a whole number"),
        ("set=front_door.run.warm_up_days:99999999", "nothing called"),
        ("set=contacts:300&set=contacts:400", "given twice"),
        ("scenario=small&scenario=small", "is given twice"),
        ("set=contacts:250&set=front_door.screening.minutes.otherwise:1e99", "give a number from 40 to 90"),
    ] {
        let answer = get_of(&routes, &format!("/explore?{query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}: {}", answer.text);
        let text = answer.text.replace("&#x2f;", "/");
        assert!(text.contains(expect), "{query}: {text}");
    }
    let answer = get_of(&routes, "/explore?set=%3Cscript%3Ealert(1)%3C/script%3E:1").await;
    assert!(!answer.text.contains("<script>alert"), "{}", answer.text);
    for (query, expect) in [
        ("/explore/case?scenario=small&set=contacts:400&id=x&replication=1", "h12-c2-1"),
        ("/explore/case?scenario=small&set=contacts:400&id=h1-c1-1&replication=900", "from 0 to 199"),
        ("/explore/case?scenario=small&set=contacts:400&id=h999999-c1-1&replication=0", "near it there are"),
        ("/explore/case?scenario=small", "is missing"),
        ("/explore/report.html?scenario=small", "nothing is tried"),
        ("/explore/pack.json?scenario=small", "no threshold is moved"),
    ] {
        let answer = get_of(&routes, query).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}: {}", answer.text);
        assert!(answer.text.contains(expect), "{query}: {}", answer.text);
    }
    let many: String = (0..30).map(|at| format!("set=contacts:{}&", 300 + at)).collect();
    let answer = get_of(&routes, &format!("/explore?{many}")).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    explorer.stop();
}

/// The whole server on a port of its own: headers, the first page, the explorer, and an end while somebody listens.
#[test]
fn the_server_answers_and_ends_while_somebody_listens() {
    use std::{
        io::{Read as _, Write as _},
        net::TcpStream,
        sync::{
            atomic::{AtomicBool, Ordering},
            mpsc,
        },
    };

    let library = Library::new("server");
    let settings = crate::Settings {
        listen: "127.0.0.1:0".parse().unwrap(),
        data: library.folder.join("sessions.sqlite"),
        passphrase: None,
        tls: None,
        keep_days: None,
    };
    let read = crate::Library::read(&library.folder, None).unwrap();
    let (ready, address) = mpsc::channel();
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = Arc::clone(&stop);
    let server = std::thread::spawn(move || {
        let ready = |address: &str| ready.send(address.to_owned()).unwrap();
        crate::serve(&settings, read, ready, move || stopped.load(Ordering::Relaxed)).unwrap();
    });
    let address = address.recv().unwrap().replace("http://", "");
    let ask = |path: &str| {
        let mut stream = TcpStream::connect(&address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
        stream
    };
    let text = |path: &str| {
        let mut text = String::new();
        ask(path).read_to_string(&mut text).unwrap();
        text
    };
    assert!(text("/").contains("href=\"/explore\""));
    let page = text(HIGH);
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("script-src 'self'"), "{page}");
    assert!(text("/explore?set=x").starts_with("HTTP/1.1 400"));
    assert!(text("/static/explore.js").contains("text/javascript"));
    assert!(text("/static/explore.css").contains("text/css"));
    let mut listening = ask("/explore/events?scenario=small&set=contacts:900");
    stop.store(true, Ordering::Relaxed);
    server.join().unwrap();
    let mut events = String::new();
    listening.read_to_string(&mut events).ok();
}

/// What a real county costs: run by hand, it prints and holds nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures time on the project's own scenario"]
#[expect(clippy::disallowed_methods, reason = "it measures time")]
async fn how_long_a_picture_takes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let explorer = Explorer::start(&root).unwrap();
    let routes = routes::<()>(Arc::clone(&explorer));
    for (what, query) in [
        ("the baseline alone", "scenario=herefordshire-like-2023".to_owned()),
        (
            "first change",
            "scenario=herefordshire-like-2023&set=threshold.dash_grade_for_assessment:high".to_owned(),
        ),
        (
            "second change, the baseline kept",
            "scenario=herefordshire-like-2023&set=front_door.screening.staff:6".to_owned(),
        ),
    ] {
        let begun = Instant::now();
        let page = get_of(&routes, &format!("/explore?{query}")).await;
        let parts: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let asked = Asked::read(&explorer, parts, &[]).unwrap().asked;
        let mut watched = explorer.look(&asked).watched();
        eprintln!(
            "{what}: page of {} bytes after {:.2} s with {} replications",
            page.text.len(),
            begun.elapsed().as_secs_f64(),
            watched.borrow().replications
        );
        let (mut at_two, mut at_fifty) = (0, false);
        loop {
            let stage = *watched.borrow_and_update();
            let seconds = begun.elapsed().as_secs_f64();
            if seconds <= 2.0 {
                at_two = stage.replications;
            }
            if stage.replications >= 50 && !at_fifty {
                at_fifty = true;
                eprintln!("  {} replications after {seconds:.1} s ({at_two} after 2 s)", stage.replications);
            }
            if stage.finished || stage.failed {
                eprintln!("  finished with {} replications after {seconds:.1} s", stage.replications);
                break;
            }
            watched.changed().await.unwrap();
        }
        eprintln!("  kept baselines: {} kB", explorer.baselines.bytes() / 1024);
    }
    explorer.stop();
}
