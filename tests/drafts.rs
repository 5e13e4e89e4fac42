//! Drafts of vignettes in a page: seen, written on, accepted, rejected, and never lost.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
};

use mash_exercise::Vignette;
use mash_tests_support::{root, small_disk};
use tempfile::TempDir;

use crate::{
    cli::{holds, run},
    web::server::{Browser, Got, PASSPHRASE, Server},
};

const DRAFT: &str = "flip-0-12";

/// A draft as `mash exercise from-flips` writes one, of the case of a shipped vignette that began so.
fn drafted(folder: &Path) -> PathBuf {
    let shipped = root().join("scenarios/vignettes/what-the-boiler-man-saw.json");
    let vignette = Vignette::from_json(&fs::read_to_string(shipped).unwrap()).unwrap();
    let case = mash_exercise::FlippedContact {
        source: vignette.source,
        received: vignette.received,
        facts: vignette.facts.clone(),
        flip: vignette.flip.clone().unwrap(),
    };
    let pack = mash_tests_support::shipped("levels-of-need");
    let draft = mash_exercise::from_flip(&pack, DRAFT.into(), &case);
    let path = folder.join(format!("{DRAFT}.json"));
    fs::write(&path, draft.to_json().unwrap()).unwrap();
    path
}

struct Desk {
    _folder: TempDir,
    own: PathBuf,
    path: PathBuf,
    server: Server,
    lead: Browser,
}

fn desk() -> Desk {
    let folder = TempDir::new().unwrap();
    let own = folder.path().join("own");
    fs::create_dir(&own).unwrap();
    let path = drafted(&own);
    let data = folder.path().join("sessions.db");
    let server = Server::start_at(&data, "127.0.0.1:0", &["--vignettes", own.to_str().unwrap()]);
    let lead = server.browser();
    Desk { _folder: folder, own, path, server, lead }
}

/// The state of the file that a page was made of.
fn state(page: &Got) -> String {
    let (_, after) = page.text.split_once("name=\"state\" value=\"").expect("a draft's page");
    after.split('"').next().unwrap().to_owned()
}

/// What a facilitator types, with these fields in place of the usual.
fn words<'f>(state: &'f str, todo: &'f str, other: &[(&'f str, &'f str)]) -> Vec<(&'f str, &'f str)> {
    let mut fields = vec![
        ("state", state),
        ("do", todo),
        ("title", "A flat above the shop"),
        ("content_note", "A home that has slipped."),
        ("theme", "neglect"),
        ("people", "Child A: a boy of four\r\nMs B: his mother"),
        ("stage-0", "What the worker says"),
        ("kind-0", "visit_note"),
        ("heading-0", "Visit to Child A"),
        ("label-0-0", "Child"),
        ("text-0-0", "Child A, boy, four"),
        ("paragraphs-0", "The stairs were dark.\r\n\r\nMs B let me in."),
        ("accepted", "early_help"),
        ("accepted", "targeted_early_help"),
        ("differs", "A panel may want an assessment sooner."),
        ("points", "What would you ask first?"),
        ("harm", "no"),
        ("later", "Nothing more was heard."),
        ("who", "training lead"),
    ];
    for (name, _) in other {
        fields.retain(|(known, _)| known != name);
    }
    fields.extend(other.iter().filter(|(_, text)| *text != "-"));
    fields
}

#[test]
fn a_draft_is_seen_written_on_and_accepted() {
    let Desk { own, path, server, lead, .. } = &desk();
    holds(&lead.get("/").text, &["drafts to accept (1)"]);
    holds(&lead.get("/drafts").text, &[DRAFT, "Draft: from"]);
    assert!(!lead.get("/rooms/new").text.contains(DRAFT), "a draft is no vignette to choose");
    assert_eq!(lead.get(&format!("/vignettes/{DRAFT}")).status, 404);
    let page = lead.get(&format!("/drafts/{DRAFT}"));
    // Both packs' answers with how they came about, every fact, and the stage.
    holds(
        &page.text,
        &[
            "Levels of need",
            "Neglect reaches an assessment",
            "The strongest route that is named",
            "Facts: ",
            "What is known",
        ],
    );
    let first = state(&page);
    let draft = format!("/drafts/{DRAFT}");
    let saved = lead.post(&draft, &words(&first, "save", &[("who", "-")]));
    assert_eq!(
        (saved.status, saved.location.as_str()),
        (303, format!("{draft}?saved").as_str()),
        "{}",
        saved.text
    );
    let written = Vignette::from_json(&fs::read_to_string(path).unwrap()).unwrap();
    assert!(!written.accepted_by_facilitator && written.acceptance.is_none());
    assert_eq!(written.stages[0].document.paragraphs, ["The stairs were dark.", "Ms B let me in."]);
    let page = lead.get(&draft);
    holds(&page.text, &["A flat above the shop", "Child A: a boy of four", "training lead"]);
    let second = state(&page);
    assert_ne!(first, second);
    let accepted = lead.post(&draft, &words(&second, "accept", &[]));
    assert_eq!((accepted.status, accepted.location.as_str()), (303, "/drafts?accepted"), "{}", accepted.text);
    // The file says who and when, is right by the command, and a room can be made of it at once.
    let written = Vignette::from_json(&fs::read_to_string(path).unwrap()).unwrap();
    assert!(written.accepted_by_facilitator && written.flip.is_some());
    assert_eq!(written.acceptance.as_ref().unwrap().who, "training lead");
    let (differ, points): (Vec<_>, Vec<_>) =
        written.learning_points.iter().partition(|it| it.panel_may_differ);
    assert_eq!((differ.len(), points.len()), (1, 1));
    let checked = run(&root(), &["check", own.to_str().unwrap()]);
    assert_eq!(checked.code, 0, "{}{}", checked.out, checked.err);
    assert_eq!(lead.get(&format!("/vignettes/{DRAFT}")).status, 200);
    lead.make_room(&[DRAFT]);
    assert_eq!(lead.get(&draft).status, 404);
    lead.get("/drafts");
    let again = lead.post(&draft, &words(&second, "accept", &[]));
    assert_eq!(again.status, 400);
    holds(&again.text, &["here is no draft"]);
    // Nothing half-written lies beside it.
    let names: Vec<_> = fs::read_dir(own).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert_eq!(names, [format!("{DRAFT}.json").as_str()]);
    assert!(server.address.starts_with("http"));
}

#[test]
fn what_is_wrong_with_a_draft_is_said_and_nothing_typed_is_lost() {
    let Desk { path, lead, .. } = &desk();
    let before = fs::read(path).unwrap();
    let draft = format!("/drafts/{DRAFT}");
    let known = state(&lead.get(&draft));
    let long = "x".repeat(201);
    type Fields<'f> = &'f [(&'f str, &'f str)];
    let cases: [(Fields, &[&str]); 9] = [
        (&[("who", "")], &["Say in which role you accept it"]),
        (&[("accepted", "-")], &["accepted: is empty"]),
        (&[("accepted", "advice"), ("differs", "")], &["accepted: leaves out", "panel_may_differ"]),
        (&[("accepted", "nowhere")], &["unknown route `nowhere`"]),
        (
            &[("content_note", "Draft: say here what it is about.")],
            &["content_note: still begins with `Draft:`"],
        ),
        (&[("people", "Child A a boy of four")], &["Write a line a person"]),
        (&[("paragraphs-0", "They live at HR1 2AB in town.")], &["looks like a postcode"]),
        (&[("harm", "yes"), ("later", "")], &["Say what was later found"]),
        (&[("title", &long)], &["Use at most 200 characters"]),
    ];
    for (other, says) in cases {
        let refused = lead.post(&draft, &words(&known, "accept", other));
        assert_eq!(refused.status, 422, "{other:?}");
        holds(&refused.text, says);
        holds(
            &refused.text,
            &["The stairs were dark", "There is a problem"].map(|it| {
                if other[0].0 == "paragraphs-0" && it.starts_with("The stairs") { "HR1 2AB" } else { it }
            }),
        );
    }
    let script =
        lead.post(&draft, &words(&known, "accept", &[("title", "<script>alert(1)</script>"), ("who", "")]));
    assert!(script.status == 422 && !script.text.contains("<script>alert"));
    assert_eq!(fs::read(path).unwrap(), before);
    // A form from elsewhere changes nothing.
    let foreign = lead.send(&draft, &words(&known, "accept", &[]), &[]);
    assert_eq!(foreign.status, 403);
    assert_eq!(fs::read(path).unwrap(), before);
}

#[test]
fn a_file_that_somebody_changed_meanwhile_is_not_written_over_unseen() {
    let Desk { path, lead, .. } = &desk();
    let draft = format!("/drafts/{DRAFT}");
    let known = state(&lead.get(&draft));
    let text = fs::read_to_string(path).unwrap().replace("a simulated child", "somebody else's words");
    fs::write(path, &text).unwrap();
    for todo in ["save", "accept"] {
        let refused = lead.post(&draft, &words(&known, todo, &[]));
        assert_eq!(refused.status, 422);
        holds(&refused.text, &["Somebody has changed the draft", "The stairs were dark"]);
    }
    let rejected = lead.post(&draft, &[("state", &known), ("do", "reject"), ("sure", "on")]);
    assert_eq!(rejected.status, 422);
    assert_eq!(fs::read_to_string(path).unwrap(), text);
    // The page that said so knows the file as it is now.
    let refused = lead.post(&draft, &words(&known, "accept", &[]));
    let now = state(&refused);
    assert_eq!(lead.post(&draft, &words(&now, "accept", &[])).status, 303);
}

#[test]
fn a_rejected_draft_is_out_of_the_way_and_still_there() {
    let Desk { own, path, lead, .. } = &desk();
    let before = fs::read(path).unwrap();
    let draft = format!("/drafts/{DRAFT}");
    let known = state(&lead.get(&draft));
    let unsure = lead.post(&draft, &[("state", &known), ("do", "reject")]);
    assert_eq!(unsure.status, 422);
    holds(&unsure.text, &["Tick the box", "Draft: tell it here as the agency would."]);
    let rejected = lead.post(&draft, &[("state", &known), ("do", "reject"), ("sure", "on")]);
    assert_eq!((rejected.status, rejected.location.as_str()), (303, "/drafts?rejected"));
    assert_eq!(fs::read(own.join(format!("rejected/{DRAFT}.json"))).unwrap(), before);
    holds(&lead.get("/drafts").text, &["No draft waits"]);
    // Drafted again and rejected again, both stay.
    fs::write(path, &before).unwrap();
    let known = state(&lead.get(&draft));
    assert_eq!(lead.post(&draft, &[("state", &known), ("do", "reject"), ("sure", "on")]).status, 303);
    assert_eq!(fs::read_dir(own.join("rejected")).unwrap().count(), 2);
}

#[test]
fn a_full_disk_loses_neither_the_draft_nor_what_was_typed() {
    let folder = TempDir::new().unwrap();
    let own = folder.path().join("own");
    fs::create_dir(&own).unwrap();
    if !small_disk(&own, "1m") {
        return;
    }
    let path = drafted(&own);
    let before = fs::read(&path).unwrap();
    let data = folder.path().join("sessions.db");
    let server = Server::start_at(&data, "127.0.0.1:0", &["--vignettes", own.to_str().unwrap()]);
    let lead = server.browser();
    let draft = format!("/drafts/{DRAFT}");
    let known = state(&lead.get(&draft));
    let mut filler = fs::File::create(own.join("filler")).unwrap();
    while filler.write_all(&[0; 512]).is_ok() {}
    let full = lead.post(&draft, &words(&known, "accept", &[]));
    let kept = fs::read(&path).unwrap();
    let listed = lead.get("/rooms/new").text.contains(DRAFT);
    drop(filler);
    fs::remove_file(own.join("filler")).unwrap();
    let again = lead.post(&draft, &words(&known, "accept", &[]));
    drop(server);
    Command::new("umount").arg(&own).status().unwrap();
    assert_eq!(full.status, 422, "{}", full.text);
    holds(&full.text, &["NOT SAVED", "the disk is full", "The stairs were dark"]);
    assert!(kept == before && !listed);
    assert_eq!(again.status, 303, "{}", again.text);
}

#[test]
fn drafts_are_for_whoever_has_the_servers_passphrase() {
    let folder = TempDir::new().unwrap();
    let own = folder.path().join("own");
    fs::create_dir(&own).unwrap();
    let path = drafted(&own);
    let before = fs::read(&path).unwrap();
    let secret = folder.path().join("secret");
    fs::write(&secret, "the long way round the lake\n").unwrap();
    let more = ["--passphrase-file", secret.to_str().unwrap(), "--vignettes", own.to_str().unwrap()];
    let server = Server::start_at(&folder.path().join("sessions.db"), "127.0.0.1:0", &more);
    let draft = format!("/drafts/{DRAFT}");
    let stranger = server.browser();
    for page in ["/drafts", &draft] {
        assert_eq!(stranger.get(page).status, 401, "{page}");
    }
    stranger.get("/join");
    assert_eq!(stranger.post(&draft, &words("x", "accept", &[])).status, 401);
    assert!(!stranger.get("/").text.contains("drafts to accept"));
    assert_eq!(fs::read(&path).unwrap(), before);
    let lead = server.browser();
    lead.get("/host");
    assert_eq!(lead.post("/host", &[("passphrase", "the long way round the lake")]).status, 303);
    assert_eq!(lead.get(&draft).status, 200);
    // Whoever leads a room, and has no passphrase of the server, has no part in them either.
    lead.get("/rooms/new");
    let code = lead.make_room(&["a-call-without-a-name"]);
    let second = server.browser();
    let enter = format!("/rooms/{code}/enter");
    second.get(&enter);
    assert_eq!(second.post(&enter, &[("passphrase", PASSPHRASE)]).status, 303);
    assert_eq!(second.get(&draft).status, 401);
}
