//! Paper: the run sheet, the pack of documents with voting sheets, and the attendance record.

use axum::{
    extract::{Path, State},
    response::Html,
};
use mash_exercise::session::{Round, RunSheet};
use serde::Serialize;

use super::new_room;
use crate::{
    clock,
    error::WebError,
    pages,
    security::{code, visit::Visit},
    state::Shared,
    view::{self, Codes, SECTORS, StageView},
};

#[derive(Serialize)]
struct SheetPage {
    code: String,
    title: String,
    support: String,
    titles: Vec<String>,
    sheet: RunSheet,
}

/// GET `/rooms/{code}/run-sheet`
pub(crate) async fn run_sheet(
    State(app): State<Shared>,
    visit: Visit,
    Path(code): Path<String>,
) -> Result<Html<String>, WebError> {
    let room = app.led_room(&visit, &code).await?;
    let sheet = new_room::sheet(&room.deck, room.small_groups);
    let titles = room.deck.iter().map(|it| it.title.clone()).collect();
    let page = SheetPage { code: room.code, title: room.title, support: room.support, titles, sheet };
    pages::page(&app, &visit, "run_sheet.html", &page)
}

#[derive(Serialize)]
struct PackPage {
    code: String,
    title: String,
    support: String,
    vignettes: Vec<PrintedVignette>,
    rounds: Vec<&'static str>,
    codes: Codes,
    most_sure: u8,
    sectors: Vec<&'static str>,
}

#[derive(Serialize)]
struct PrintedVignette {
    title: String,
    content_note: String,
    people: Vec<(String, String)>,
    stages: Vec<StageView>,
}

/// GET `/rooms/{code}/pack`
pub(crate) async fn pack(
    State(app): State<Shared>,
    visit: Visit,
    Path(code): Path<String>,
) -> Result<Html<String>, WebError> {
    let room = app.led_room(&visit, &code).await?;
    let manifest = &app.pack_of(&room)?.manifest;
    let rounds = Round::ALL.into_iter().filter(|round| room.small_groups || *round != Round::Group);
    let page = PackPage {
        vignettes: room
            .deck
            .iter()
            .map(|it| PrintedVignette {
                title: it.title.clone(),
                content_note: it.content_note.clone(),
                people: it.people.iter().map(|person| (person.name.clone(), person.what.clone())).collect(),
                stages: view::documents(it, &it.stage_ids()),
            })
            .collect(),
        rounds: rounds.map(Round::title).collect(),
        codes: Codes::of(manifest),
        most_sure: mash_exercise::ballot::MAX_CONFIDENCE,
        sectors: SECTORS.to_vec(),
        code: room.code,
        title: room.title,
        support: room.support,
    };
    pages::page(&app, &visit, "pack.html", &page)
}

#[derive(Serialize)]
struct AttendancePage {
    code: String,
    shown: String,
    title: String,
    created: String,
    people: Vec<Attended>,
}

/// Somebody who was here; what they answered is no part of it.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
pub(crate) struct Attended {
    pub(crate) pseudonym: String,
    pub(crate) sector: String,
    pub(crate) role: String,
    /// Europe/London.
    pub(crate) joined: String,
    /// Europe/London; empty for those who stayed.
    pub(crate) left: String,
}

pub(crate) fn attended(people: &[crate::store::Person]) -> Vec<Attended> {
    let one = |person: &crate::store::Person| Attended {
        pseudonym: person.pseudonym.clone(),
        sector: person.agency.clone(),
        role: person.role.clone(),
        joined: clock::shown(person.joined),
        left: person.departed.map(clock::shown).unwrap_or_default(),
    };
    // A paper sheet says nothing of who was here.
    people.iter().filter(|person| person.sheet.is_none()).map(one).collect()
}

/// GET `/rooms/{code}/attendance`
pub(crate) async fn attendance(
    State(app): State<Shared>,
    visit: Visit,
    Path(code): Path<String>,
) -> Result<Html<String>, WebError> {
    let room = app.led_room(&visit, &code).await?;
    let id = room.id;
    let people = app.stored(move |store| store.people(id)).await?;
    let page = AttendancePage {
        shown: code::shown(&room.code),
        code: room.code,
        title: room.title,
        created: clock::shown(room.created),
        people: attended(&people),
    };
    pages::page(&app, &visit, "attendance.html", &page)
}
