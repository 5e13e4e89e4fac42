//! The facilitator's desk: who is here, who has answered, going on, opening replies, support, extra time.

use axum::{
    extract::{Path, State},
    response::{Html, Response},
};
use mash_exercise::session::{Phase, Step};
use mash_model::StageId;
use serde::Serialize;

use crate::{
    answers, clock,
    error::WebError,
    pages,
    security::{code, fields::Fields, visit::Visit},
    state::Shared,
    store::{Kind, Person, Room},
    view::{self, Clock, StageView, Where},
};

#[derive(Serialize)]
struct Desk {
    code: String,
    shown: String,
    title: String,
    one_screen: bool,
    address: String,
    place: Where,
    next: Option<Where>,
    paused: bool,
    timing: bool,
    clock: Option<Clock>,
    /// Does anybody still have time when the room's clock has run out?
    extra: bool,
    support: String,
    content_note: String,
    people: Vec<PersonView>,
    here: usize,
    answered: Option<usize>,
    stages: Vec<StageView>,
    vignettes: Vec<VignetteLine>,
    round: Option<&'static str>,
}

#[derive(Serialize)]
struct PersonView {
    id: i64,
    pseudonym: String,
    agency: String,
    role: String,
    extra_minutes: i64,
    here: bool,
    answered: bool,
}

#[derive(Serialize)]
struct VignetteLine {
    title: String,
    past: bool,
}

/// GET `/rooms/{code}`
pub(crate) async fn page(
    State(app): State<Shared>,
    visit: Visit,
    Path(code): Path<String>,
) -> Result<Html<String>, WebError> {
    let room = app.led_room(&visit, &code).await?;
    let step = room.step();
    let id = room.id;
    let (people, answered) = app
        .stored(move |store| {
            let answered = match step.open() {
                Some((at, round)) => Some(store.answered(id, at, round)?),
                None => None,
            };
            Ok((store.people(id)?, answered))
        })
        .await?;
    let here = |person: &&Person| person.departed.is_none();
    let present: Vec<&Person> = people.iter().filter(here).collect();
    let now = clock::now();
    let extra = |person: &&&Person| {
        view::clock(&room, person.extra_minutes, now).is_some_and(|clock| clock.ends > now)
    };
    let desk = Desk {
        code: room.code.clone(),
        shown: code::shown(&room.code),
        title: room.title.clone(),
        one_screen: room.kind == Kind::OneScreen,
        address: app.address.clone(),
        place: view::place(&room, step),
        next: room.steps().get(room.position + 1).map(|step| view::place(&room, *step)),
        paused: room.paused,
        timing: room.timing,
        clock: view::clock(&room, 0, now),
        extra: present.iter().any(|person| person.extra_minutes > 0 && extra(&person)),
        support: room.support.clone(),
        content_note: vignette_at(&room).map(|it| it.content_note.clone()).unwrap_or_default(),
        here: present.len(),
        answered: answered
            .as_ref()
            .map(|answered| present.iter().filter(|person| answered.contains(&person.id)).count()),
        people: people
            .iter()
            // Who answered on paper was never at a screen.
            .filter(|person| person.sheet.is_none())
            .map(|person| PersonView {
                id: person.id,
                pseudonym: person.pseudonym.clone(),
                agency: person.agency.clone(),
                role: person.role.clone(),
                extra_minutes: person.extra_minutes,
                here: person.departed.is_none(),
                answered: answered.as_ref().is_some_and(|it| it.contains(&person.id)),
            })
            .collect(),
        stages: stages(&room),
        vignettes: room
            .deck
            .iter()
            .enumerate()
            .map(|(at, vignette)| VignetteLine { title: vignette.title.clone(), past: step.is_past(at) })
            .collect(),
        round: step.open().map(|(_, round)| round.id()),
    };
    pages::page(&app, &visit, "desk.html", &desk)
}

fn vignette_at(room: &Room) -> Option<&mash_exercise::Vignette> {
    let at = view::place(room, room.step()).vignette?;
    room.deck.get(at)
}

/// Every stage of the vignette that is played, with whether it is open for all.
pub(super) fn stages(room: &Room) -> Vec<StageView> {
    let Step::Vignette { vignette: at, phase } = room.step() else { return Vec::new() };
    let Some(vignette) = room.deck.get(at) else { return Vec::new() };
    let stages = vignette.stages.iter().enumerate().map(|(position, stage)| {
        let opened = match position {
            0 => phase > Phase::Note,
            _ => (!stage.asked && phase >= Phase::Informed) || room.opened_of(at).any(|it| *it == stage.id),
        };
        view::stage(stage, opened)
    });
    stages.collect()
}

fn back(room: &Room, fields: &Fields) -> Response {
    // A one-screen room is led from the screen that everybody sees.
    let below = if fields.text("to") == "screen" { "/screen" } else { "" };
    answers::see(&format!("/rooms/{}{below}", room.code))
}

/// POST `/rooms/{code}/next`: twice from the same step goes on once.
pub(crate) async fn next(
    State(app): State<Shared>,
    visit: Visit,
    Path(code): Path<String>,
    fields: Fields,
) -> Result<Response, WebError> {
    let room = app.led_room(&visit, &code).await?;
    let from: usize =
        fields.text("from").parse().map_err(|_| WebError::Misuse("the form names no step".to_owned()))?;
    if from + 1 < room.steps().len() {
        let id = room.id;
        app.stored(move |store| store.move_on(id, from, clock::now())).await?;
        app.live.stepped(room.id);
    }
    Ok(back(&room, &fields))
}

/// POST `/rooms/{code}/pause`
pub(crate) async fn pause(
    State(app): State<Shared>,
    visit: Visit,
    Path(code): Path<String>,
    fields: Fields,
) -> Result<Response, WebError> {
    let room = app.led_room(&visit, &code).await?;
    let (id, paused) = (room.id, fields.text("paused") == "yes");
    app.stored(move |store| store.pause(id, paused, clock::now())).await?;
    app.live.stepped(id);
    Ok(back(&room, &fields))
}

/// POST `/rooms/{code}/open`: a stage of the vignette that is played, for all.
pub(crate) async fn open(
    State(app): State<Shared>,
    visit: Visit,
    Path(code): Path<String>,
    fields: Fields,
) -> Result<Response, WebError> {
    let room = app.led_room(&visit, &code).await?;
    let stage = StageId::from(fields.text("stage"));
    let at = view::place(&room, room.step()).vignette;
    let known = at.filter(|at| room.deck.get(*at).is_some_and(|it| it.stage(&stage).is_some()));
    let Some(at) = known else {
        return Err(WebError::Misuse("there is no such reply in the vignette that is played".to_owned()));
    };
    let id = room.id;
    app.stored(move |store| store.open_stage(id, at, &stage, clock::now())).await?;
    app.live.stepped(id);
    Ok(back(&room, &fields))
}

/// POST `/rooms/{code}/settings`
pub(crate) async fn settings(
    State(app): State<Shared>,
    visit: Visit,
    Path(code): Path<String>,
    fields: Fields,
) -> Result<Response, WebError> {
    let room = app.led_room(&visit, &code).await?;
    let (id, timing) = (room.id, fields.ticked("timing"));
    let support: String = fields.trimmed("support").chars().take(2_000).collect();
    app.stored(move |store| {
        store.set_timing(id, timing, clock::now())?;
        store.set_support(id, &support, clock::now())
    })
    .await?;
    app.live.stepped(id);
    Ok(back(&room, &fields))
}

/// Most minutes that one person may have beyond the room's clock.
const MOST_EXTRA: i64 = 60;

/// POST `/rooms/{code}/people/{person}`: extra minutes, or out of the room.
pub(crate) async fn person(
    State(app): State<Shared>,
    visit: Visit,
    Path((code, person)): Path<(String, i64)>,
    fields: Fields,
) -> Result<Response, WebError> {
    let room = app.led_room(&visit, &code).await?;
    let id = room.id;
    if fields.ticked("out") {
        app.departed(id, person).await?;
    } else {
        let minutes = fields.trimmed("extra").parse::<i64>().ok().filter(|it| (0..=MOST_EXTRA).contains(it));
        let Some(minutes) = minutes else {
            return Err(WebError::Misuse(format!("extra minutes are a whole number from 0 to {MOST_EXTRA}")));
        };
        app.stored(move |store| store.give_minutes(id, person, minutes, clock::now())).await?;
    }
    app.live.stepped(id);
    Ok(back(&room, &fields))
}

/// POST `/rooms/{code}/delete`: the room and everything in it.
pub(crate) async fn delete(
    State(app): State<Shared>,
    visit: Visit,
    Path(code): Path<String>,
    fields: Fields,
) -> Result<Response, WebError> {
    let room = app.led_room(&visit, &code).await?;
    if !fields.ticked("sure") {
        return Err(WebError::Misuse("tick the box to say that the room is to be deleted".to_owned()));
    }
    let id = room.id;
    app.stored(move |store| store.delete_room(&room.code)).await?;
    app.live.forget(id);
    Ok(answers::see("/rooms"))
}
