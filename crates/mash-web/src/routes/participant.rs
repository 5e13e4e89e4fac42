//! A participant's page: what is told so far, whom to ask, the answer, and afterwards the debrief.

use std::collections::BTreeMap;

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{Html, IntoResponse as _, Response},
};
use mash_exercise::{
    asking::Reply,
    ballot::{BallotForm, BallotProblem},
    debrief,
    session::{Round, Step},
};
use mash_model::StageId;
use minijinja::Value;
use serde::Serialize;

use crate::{
    answers, clock,
    error::WebError,
    gathered::{Gathered, Part},
    pages,
    security::{code, fields::Fields, visit::Visit},
    state::Shared,
    store::{Answer, Asked, Kind, Person, Room, Store, StoreError},
    view::{self, BallotView, Clock, StageView, Where},
};

/// Longest reason for asking without agreement, in characters.
const MOST_WITHOUT: usize = 500;

#[derive(Serialize)]
struct Page {
    code: String,
    shown: String,
    title: String,
    pseudonym: String,
    solo: bool,
    place: Where,
    paused: bool,
    support: String,
    clock: Option<Clock>,
    content_note: String,
    skipped: bool,
    stages: Vec<StageView>,
    asking: Vec<AskView>,
    ballot: Option<BallotView>,
    debrief: Option<Value>,
    whole: Option<Value>,
    /// What has just happened.
    said: String,
    /// Is it bad news?
    refused: bool,
    /// Is it that nobody was asked, for want of agreement?
    held: bool,
}

/// An agency that can be asked.
#[derive(Debug, Serialize)]
struct AskView {
    stage: String,
    from: &'static str,
    title: String,
    needs_agreement: bool,
    /// `open`, `told`, `refused` or `not_sought`.
    state: &'static str,
}

/// The room, and the person of this visit in it.
pub(crate) async fn entered(app: &Shared, visit: &Visit, code: &str) -> Result<(Room, Person), WebError> {
    let code = code::normalised(code);
    let hash = visit.hash();
    let asked = code.clone();
    let found = app
        .stored(move |store| {
            let Some(room) = store.room(&asked)? else { return Ok(None) };
            Ok(store.person(room.id, &hash)?.map(|person| (room, person)))
        })
        .await?;
    found.ok_or(WebError::NotInRoom(code))
}

/// GET `/r/{code}`
pub(crate) async fn page(
    State(app): State<Shared>,
    visit: Visit,
    Path(code): Path<String>,
    query: axum::extract::RawQuery,
) -> Result<Html<String>, WebError> {
    let (room, person) = entered(&app, &visit, &code).await?;
    let said = match query.0.as_deref() {
        Some("saved") => "Your answer is saved. You may change it until the facilitator goes on.",
        Some("told") => "The agency has answered; its words are below.",
        Some("refused") => {
            "Nobody was asked, because the family has not agreed. See “Whom do you ask?” below."
        }
        _ => "",
    };
    show(
        &app,
        visit,
        room,
        person,
        Shown { said: said.to_owned(), held: query.0.as_deref() == Some("refused"), ..Shown::default() },
    )
    .await
}

/// What a page shows beside the state of the room.
#[derive(Debug, Default)]
struct Shown {
    said: String,
    refused: bool,
    held: bool,
    typed: Option<BallotForm>,
    problems: Vec<BallotProblem>,
}

async fn show(
    app: &Shared,
    visit: Visit,
    room: Room,
    person: Person,
    shown: Shown,
) -> Result<Html<String>, WebError> {
    let shared = app.clone();
    app.computed(move |app| {
        let page = gather(app, &room, &person, shown)?;
        pages::page(&shared, &visit, "participant.html", &page)
    })
    .await
}

fn gather(app: &crate::state::App, room: &Room, person: &Person, shown: Shown) -> Result<Page, WebError> {
    let step = room.step();
    let place = view::place(room, step);
    let at = place.vignette;
    let (skipped, asked) = match at {
        Some(at) => (app.store.skips(person.id, at)?, app.store.asked(person.id, at)?),
        None => (false, Vec::new()),
    };
    let vignette = at.and_then(|at| room.deck.get(at));
    let told = at.map(|at| view::told(room, at, &asked)).unwrap_or_default();
    let is_shown = step.open().is_some() || place.step == "talk";
    let stages = match vignette {
        Some(vignette) if is_shown && !skipped => view::documents(vignette, &told),
        _ => Vec::new(),
    };
    let asking = match (vignette, step.open()) {
        (Some(vignette), Some((_, Round::Informed))) if !skipped => vignette
            .to_ask()
            .map(|stage| AskView {
                stage: stage.id.to_string(),
                from: stage.from.title(),
                title: stage.title.clone(),
                needs_agreement: stage.needs_agreement,
                state: if told.contains(&stage.id) {
                    "told"
                } else {
                    match asked.iter().find(|it| it.stage == stage.id).map(|it| it.reply) {
                        Some(Reply::Refused) => "refused",
                        Some(Reply::NotSought) => "not_sought",
                        Some(Reply::Told) | None => "open",
                    }
                },
            })
            .collect(),
        _ => Vec::new(),
    };
    let ballot = match step.open() {
        Some((at, round)) if !skipped => {
            let saved = app.store.answer_of(person.id, at, round)?;
            let is_saved = saved.is_some();
            // What is being changed counts before what was saved; a new round begins with the answer of the last.
            let is_typed = shown.typed.is_some();
            let form = match (shown.typed, &saved) {
                (Some(typed), _) => typed,
                (None, Some(ballot)) => view::form_of(ballot),
                (None, None) => earlier(app, person.id, at, round)?,
            };
            let manifest = &app.pack_of(room)?.manifest;
            let mut ballot = view::ballot(manifest, at, round.id(), form, shown.problems);
            ballot.saved = is_saved;
            ballot.typed = is_typed;
            Some(ballot)
        }
        _ => None,
    };
    let debrief = match at {
        Some(at) if place.step == "talk" && !skipped => {
            Some(app.debriefs.of(app, room, Part::Vignette(at))?)
        }
        _ => None,
    };
    let whole = match step {
        Step::Finished => Some(app.debriefs.of(app, room, Part::Whole)?),
        Step::Gathering | Step::Vignette { .. } => None,
    };
    Ok(Page {
        code: room.code.clone(),
        shown: code::shown(&room.code),
        title: room.title.clone(),
        pseudonym: person.pseudonym.clone(),
        solo: room.kind == Kind::Solo,
        paused: room.paused,
        support: room.support.clone(),
        clock: view::clock(room, person.extra_minutes, clock::now()),
        content_note: vignette.map(|it| it.content_note.clone()).unwrap_or_default(),
        skipped,
        stages,
        asking,
        ballot,
        debrief,
        whole,
        said: shown.said,
        refused: shown.refused,
        held: shown.held,
        place,
    })
}

/// The answer of the round before, without its reason, as a start for the next.
fn earlier(app: &crate::state::App, person: i64, at: usize, round: Round) -> Result<BallotForm, StoreError> {
    let before = match round {
        Round::First => return Ok(BallotForm::default()),
        Round::Informed => Round::First,
        Round::Group => Round::Informed,
    };
    Ok(app.store.answer_of(person, at, before)?.map(|ballot| view::form_of(&ballot)).unwrap_or_default())
}

/// POST `/r/{code}/answer`
pub(crate) async fn answer(
    State(app): State<Shared>,
    visit: Visit,
    Path(code): Path<String>,
    fields: Fields,
) -> Result<Response, WebError> {
    let (room, person) = entered(&app, &visit, &code).await?;
    let form = BallotForm {
        route: fields.text("route").to_owned(),
        level: fields.text("level").to_owned(),
        rating: fields.text("rating").to_owned(),
        probability: fields.text("probability").to_owned(),
        confidence: fields.text("confidence").to_owned(),
        reason: fields.text("reason").to_owned(),
    };
    let at = fields.text("vignette").parse().unwrap_or(usize::MAX);
    let round = Round::of_id(fields.text("round"));
    let kept = keep(&app, &room, &person, at, round, &form).await?;
    match kept {
        Kept::Saved => Ok(answers::see(&format!("/r/{}?saved", room.code))),
        Kept::Wrong(problems) => {
            let shown = Shown { typed: Some(form), problems, ..Shown::default() };
            let page = show(&app, visit, room, person, shown).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Kept::Closed(said) => {
            // The room may have gone on; what was typed is shown, so that nothing is lost.
            let room = app.room(&code).await?;
            let said = match form.reason.trim() {
                "" => said.to_owned(),
                reason => format!("{said} What you had written: {reason}"),
            };
            let typed = room.paused.then_some(form);
            let page =
                show(&app, visit, room, person, Shown { said, refused: true, typed, ..Shown::default() });
            Ok((StatusCode::CONFLICT, page.await?).into_response())
        }
        Kept::Failed(error) => {
            crate::log::trouble(&error.to_string());
            let said = format!("NOT SAVED: {}. {}", error.said(), error.mend());
            let shown = Shown { said, refused: true, typed: Some(form), ..Shown::default() };
            let page = show(&app, visit, room, person, shown).await?;
            Ok((error.status(), page).into_response())
        }
    }
}

/// GET `/r/{code}/answer`: somebody who loads the page again after a refusal sees the room.
pub(crate) async fn back(Path(code): Path<String>) -> Response {
    answers::see(&format!("/r/{}", code::normalised(&code)))
}

/// What came of an answer.
#[derive(Debug)]
pub(crate) enum Kept {
    /// It is in the file.
    Saved,
    /// Fields have to be changed.
    Wrong(Vec<BallotProblem>),
    /// Nothing can be answered now; why.
    Closed(&'static str),
    /// It could not be written.
    Failed(WebError),
}

/// Keeps an answer, where the round is open.
pub(crate) async fn keep(
    app: &Shared,
    room: &Room,
    person: &Person,
    at: usize,
    round: Option<Round>,
    form: &BallotForm,
) -> Result<Kept, WebError> {
    const CLOSED: &str = "Answers to this are closed; it was not saved.";
    const PAUSED: &str =
        "The facilitator has paused the exercise; it was not saved. Send it again when it goes on.";
    let Some(round) = round.filter(|round| room.step().open() == Some((at, *round))) else {
        return Ok(Kept::Closed(CLOSED));
    };
    if room.paused {
        return Ok(Kept::Closed(PAUSED));
    }
    let ballot = match form.check(&app.pack_of(room)?.manifest) {
        Ok(ballot) => ballot,
        Err(problems) => return Ok(Kept::Wrong(problems)),
    };
    let (room, person) = (room.clone(), person.id);
    let id = room.id;
    let asked = app.stored(move |store| store.asked(person, at)).await?;
    let told = view::told(&room, at, &asked);
    let answer = Answer { person, vignette: at, round, ballot, told };
    match app.written(Store::answering(room, answer, clock::now())).await {
        Ok(true) => {
            app.live.counted(id);
            Ok(Kept::Saved)
        }
        Ok(false) => Ok(Kept::Closed(CLOSED)),
        Err(error) => Ok(Kept::Failed(error)),
    }
}

/// POST `/r/{code}/ask`
pub(crate) async fn ask(
    State(app): State<Shared>,
    visit: Visit,
    Path(code): Path<String>,
    fields: Fields,
) -> Result<Response, WebError> {
    let (room, person) = entered(&app, &visit, &code).await?;
    let to = format!("/r/{}", room.code);
    let Some((at, Round::Informed)) = room.step().open() else { return Ok(answers::see(&to)) };
    let stage = StageId::from(fields.text("stage"));
    let reason: String = fields.trimmed("why").chars().take(MOST_WITHOUT).collect();
    let reply = room.deck.get(at).and_then(|vignette| vignette.reply(&stage, !reason.is_empty()));
    let Some(reply) = reply else {
        return Err(WebError::Misuse("there is no such agency to ask in this vignette".to_owned()));
    };
    let asked = Asked { stage, reply, reason };
    app.stored(move |store| store.ask(&room, person.id, at, &asked, clock::now())).await?;
    let how = if reply == Reply::Told { "told" } else { "refused" };
    Ok(answers::see(&format!("{to}?{how}")))
}

/// POST `/r/{code}/skip`: nobody else sees it.
pub(crate) async fn skip(
    State(app): State<Shared>,
    visit: Visit,
    Path(code): Path<String>,
    fields: Fields,
) -> Result<Response, WebError> {
    let (room, person) = entered(&app, &visit, &code).await?;
    if let Step::Vignette { vignette, .. } = room.step() {
        let skipped = !fields.ticked("back");
        app.stored(move |store| store.skip(person.id, vignette, skipped)).await?;
    }
    Ok(answers::see(&format!("/r/{}", room.code)))
}

/// POST `/r/{code}/leave`
pub(crate) async fn leave(
    State(app): State<Shared>,
    visit: Visit,
    Path(code): Path<String>,
    _: Fields,
) -> Result<Response, WebError> {
    let (room, person) = entered(&app, &visit, &code).await?;
    app.departed(room.id, person.id).await?;
    Ok(answers::see("/"))
}

#[derive(Serialize)]
struct MinePage {
    code: String,
    title: String,
    solo: bool,
    /// Titles of the pack's routes by id.
    routes: BTreeMap<String, String>,
    mine: debrief::Mine,
}

/// GET `/r/{code}/mine`: one person's answers beside the pack's, for that person's screen alone.
pub(crate) async fn mine(
    State(app): State<Shared>,
    visit: Visit,
    Path(code): Path<String>,
) -> Result<Html<String>, WebError> {
    let (room, person) = entered(&app, &visit, &code).await?;
    let shared = app.clone();
    app.computed(move |app| {
        let gathered = Gathered::of(&app.store, &room)?;
        let Some(voter) = gathered.people.iter().position(|it| it.id == person.id) else {
            return Err(WebError::NotInRoom(room.code));
        };
        let step = room.step();
        let mine = debrief::mine(&gathered.room(&room, app.pack_of(&room)?), voter, &|at| step.is_past(at));
        let solo = room.kind == Kind::Solo;
        let routes = app.pack_of(&room)?.manifest.routes.iter();
        let routes = routes.map(|route| (route.id.to_string(), route.title.clone())).collect();
        let page = MinePage { code: room.code, title: room.title, solo, routes, mine };
        pages::page(&shared, &visit, "mine.html", &page)
    })
    .await
}
