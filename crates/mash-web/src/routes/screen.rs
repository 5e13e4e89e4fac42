//! What everybody sees on the wall: a projector without names, and one screen for a room without phones.

use axum::{
    extract::{Path, State},
    response::Html,
};
use mash_exercise::session::Step;
use minijinja::Value;
use serde::Serialize;

use super::desk;
use crate::{
    clock,
    error::WebError,
    gathered::Part,
    pages,
    security::{code, visit::Visit},
    state::Shared,
    store::Room,
    view::{self, Clock, StageView, Where},
};

#[derive(Serialize)]
struct Screen {
    code: String,
    shown: String,
    title: String,
    address: String,
    one_screen: bool,
    place: Where,
    next: Option<Where>,
    paused: bool,
    clock: Option<Clock>,
    content_note: String,
    support: String,
    stages: Vec<StageView>,
    here: usize,
    answered: Option<usize>,
    round: Option<&'static str>,
    debrief: Option<Value>,
    whole: Option<Value>,
}

/// GET `/rooms/{code}/projector`
pub(crate) async fn projector(
    State(app): State<Shared>,
    visit: Visit,
    Path(code): Path<String>,
) -> Result<Html<String>, WebError> {
    let room = app.led_room(&visit, &code).await?;
    screen(app, visit, room, false).await
}

/// GET `/rooms/{code}/screen`
pub(crate) async fn one_screen(
    State(app): State<Shared>,
    visit: Visit,
    Path(code): Path<String>,
) -> Result<Html<String>, WebError> {
    let room = app.led_room(&visit, &code).await?;
    screen(app, visit, room, true).await
}

async fn screen(app: Shared, visit: Visit, room: Room, one_screen: bool) -> Result<Html<String>, WebError> {
    let shared = app.clone();
    app.computed(move |app| {
        let step = room.step();
        let people = app.store.people(room.id)?;
        let answered = match step.open() {
            Some((at, round)) => Some(app.store.answered(room.id, at, round)?.len()),
            None => None,
        };
        let place = view::place(&room, step);
        let vignette = place.vignette.and_then(|at| room.deck.get(at));
        let debrief = match place.vignette {
            Some(at) if place.step == "talk" => Some(app.debriefs.of(app, &room, Part::Vignette(at))?),
            _ => None,
        };
        let whole = match step {
            Step::Finished => Some(app.debriefs.of(app, &room, Part::Whole)?),
            Step::Gathering | Step::Vignette { .. } => None,
        };
        let page = Screen {
            code: room.code.clone(),
            shown: code::shown(&room.code),
            title: room.title.clone(),
            address: app.address.clone(),
            one_screen,
            next: room.steps().get(room.position + 1).map(|step| view::place(&room, *step)),
            paused: room.paused,
            clock: view::clock(&room, 0, clock::now()),
            content_note: vignette.map(|it| it.content_note.clone()).unwrap_or_default(),
            support: room.support.clone(),
            stages: desk::stages(&room),
            here: people.iter().filter(|person| person.departed.is_none()).count(),
            answered,
            round: step.open().map(|(_, round)| round.id()),
            debrief,
            whole,
            place,
        };
        pages::page(&shared, &visit, "screen.html", &page)
    })
    .await
}
