//! Paper sheets typed in afterwards, one a person: sector, and for each vignette and round route, level, rating,
//! probability, how sure, and a reason, all in the short numbers and letters that the printed sheet has.

use std::collections::BTreeMap;

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{Html, IntoResponse as _, Response},
};
use mash_exercise::{
    ballot::{Ballot, BallotForm},
    session::Round,
};
use mash_rules::manifest::Manifest;
use serde::Serialize;

use super::join::{Problem, problem};
use crate::{
    answers, clock,
    error::WebError,
    pages,
    security::{fields::Fields, visit::Visit},
    state::Shared,
    store::{Answer, Room, Sheet},
    view::{self, Codes, SECTORS},
};

/// Highest number of a sheet.
const MOST_SHEETS: u32 = 999;

#[derive(Serialize)]
struct Sheets {
    code: String,
    title: String,
    sheets: Vec<Listed>,
    next: u32,
    said: &'static str,
}

#[derive(Serialize)]
struct Listed {
    number: u32,
    sector: String,
    answers: usize,
}

/// GET `/rooms/{code}/paper`
pub(crate) async fn list(
    State(app): State<Shared>,
    visit: Visit,
    Path(code): Path<String>,
    query: axum::extract::RawQuery,
) -> Result<Html<String>, WebError> {
    let room = app.led_room(&visit, &code).await?;
    let id = room.id;
    let (people, answers) = app.stored(move |store| Ok((store.people(id)?, store.answers(id)?))).await?;
    let mut sheets: Vec<Listed> = people
        .iter()
        .filter_map(|person| {
            let answers = answers.iter().filter(|answer| answer.person == person.id).count();
            Some(Listed { number: person.sheet?, sector: person.agency.clone(), answers })
        })
        .collect();
    sheets.sort_by_key(|sheet| sheet.number);
    let page = Sheets {
        code: room.code,
        title: room.title,
        next: sheets.last().map_or(1, |last| last.number + 1).min(MOST_SHEETS),
        sheets,
        said: match query.0.as_deref() {
            Some("kept") => "The sheet is kept.",
            Some("removed") => "The sheet is taken out.",
            _ => "",
        },
    };
    pages::page(&app, &visit, "papers.html", &page)
}

#[derive(Serialize)]
struct SheetPage {
    code: String,
    number: u32,
    is_new: bool,
    sector: String,
    sectors: Vec<&'static str>,
    codes: Codes,
    rounds: Vec<(&'static str, &'static str)>,
    vignettes: Vec<VignetteRow>,
    problems: Vec<Problem>,
}

#[derive(Serialize)]
struct VignetteRow {
    title: String,
    rounds: Vec<RoundRow>,
    reason: String,
}

/// What stands on a sheet of one round, as it is typed: `name` is a field's, `text` its value.
#[derive(Serialize)]
struct RoundRow {
    cells: Vec<Cell>,
}

#[derive(Serialize)]
struct Cell {
    id: &'static str,
    title: &'static str,
    text: String,
}

/// Fields of one round: id, and the title of the column.
const CELLS: [(&str, &str); 5] = [
    ("route", "Route"),
    ("level", "Level"),
    ("rating", "Urgency"),
    ("probability", "Harm, per cent"),
    ("confidence", "Sure"),
];

fn name(cell: &str, vignette: usize, round: Round) -> String {
    format!("{cell}-{vignette}-{}", round.id())
}

fn rounds(room: &Room) -> Vec<Round> {
    Round::ALL.into_iter().filter(|round| room.small_groups || *round != Round::Group).collect()
}

fn number_of(text: &str) -> Result<u32, WebError> {
    let number = text.parse().ok().filter(|it| (1..=MOST_SHEETS).contains(it));
    number.ok_or_else(|| WebError::Misuse(format!("a sheet has a number from 1 to {MOST_SHEETS}")))
}

/// GET `/rooms/{code}/paper/{number}`
pub(crate) async fn page(
    State(app): State<Shared>,
    visit: Visit,
    Path((code, number)): Path<(String, String)>,
) -> Result<Html<String>, WebError> {
    let room = app.led_room(&visit, &code).await?;
    let number = number_of(&number)?;
    let id = room.id;
    let (people, answers) = app.stored(move |store| Ok((store.people(id)?, store.answers(id)?))).await?;
    let person = people.into_iter().find(|person| person.sheet == Some(number));
    let manifest = &app.pack_of(&room)?.manifest;
    let mut typed = BTreeMap::new();
    if let Some(person) = &person {
        typed.insert("sector".to_owned(), person.agency.clone());
        for answer in answers.iter().filter(|answer| answer.person == person.id) {
            for (cell, text) in Codes::of(manifest).written(&answer.ballot) {
                typed.insert(name(cell, answer.vignette, answer.round), text);
            }
            if !answer.ballot.reason.is_empty() {
                typed.insert(format!("reason-{}", answer.vignette), answer.ballot.reason.clone());
            }
        }
    }
    let text = |field: &str| typed.get(field).cloned().unwrap_or_default();
    let page = sheet_page(&room, manifest, number, person.is_none(), &text, Vec::new());
    pages::page(&app, &visit, "paper.html", &page)
}

fn sheet_page(
    room: &Room,
    manifest: &Manifest,
    number: u32,
    is_new: bool,
    text: &dyn Fn(&str) -> String,
    problems: Vec<Problem>,
) -> SheetPage {
    let codes = Codes::of(manifest);
    let cells = |vignette: usize, round: Round| {
        let cells = CELLS.into_iter().filter(|(id, _)| codes.asks(id));
        cells.map(|(id, title)| Cell { id, title, text: text(&name(id, vignette, round)) }).collect()
    };
    let vignettes = room.deck.iter().enumerate().map(|(at, vignette)| VignetteRow {
        title: vignette.title.clone(),
        rounds: rounds(room).into_iter().map(|round| RoundRow { cells: cells(at, round) }).collect(),
        reason: text(&format!("reason-{at}")),
    });
    SheetPage {
        vignettes: vignettes.collect(),
        code: room.code.clone(),
        number,
        is_new,
        sector: text("sector"),
        sectors: SECTORS.to_vec(),
        rounds: rounds(room).into_iter().map(|round| (round.id(), round.title())).collect(),
        codes,
        problems,
    }
}

/// POST `/rooms/{code}/paper/{number}`: in place of what was typed in before, or out of the room.
pub(crate) async fn keep(
    State(app): State<Shared>,
    visit: Visit,
    Path((code, number)): Path<(String, String)>,
    fields: Fields,
) -> Result<Response, WebError> {
    let room = app.led_room(&visit, &code).await?;
    let number = number_of(&number)?;
    let id = room.id;
    let to = format!("/rooms/{}/paper", room.code);
    if fields.ticked("remove") {
        app.stored(move |store| store.remove_sheet(id, number, clock::now())).await?;
        app.live.counted(id);
        return Ok(answers::see(&format!("{to}?removed")));
    }
    let manifest = &app.pack_of(&room)?.manifest;
    let (found, mut problems) = read(&room, manifest, &fields);
    let sector = fields.text("sector").to_owned();
    if !SECTORS.contains(&sector.as_str()) {
        problems.insert(0, problem("sector", "Choose where this person works"));
    }
    if problems.is_empty() {
        let kept =
            app.stored(move |store| store.keep_sheet(id, number, &sector, &found, clock::now())).await?;
        match kept {
            Sheet::Kept => {
                app.live.counted(id);
                return Ok(answers::see(&format!("{to}?kept")));
            }
            Sheet::Taken => problems.push(problem(
                "sector",
                format!("Somebody in the room is called Sheet {number}; write another number on this sheet"),
            )),
        }
    }
    let text = |field: &str| fields.text(field).to_owned();
    let page = sheet_page(&room, manifest, number, true, &text, problems);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, pages::page(&app, &visit, "paper.html", &page)?).into_response())
}

/// The answers on a sheet, and what cannot be taken as it is.
fn read(room: &Room, manifest: &Manifest, fields: &Fields) -> (Vec<Answer>, Vec<Problem>) {
    let codes = Codes::of(manifest);
    let mut found = Vec::new();
    let mut problems = Vec::new();
    for (at, vignette) in room.deck.iter().enumerate() {
        let before = found.len();
        for round in rounds(room) {
            let text = |cell: &str| fields.trimmed(&name(cell, at, round)).to_owned();
            if CELLS.iter().all(|(cell, _)| text(cell).is_empty()) {
                continue;
            }
            let mut say = |cell: &str, message: &str| {
                let place = format!("{}. {}, {}", at + 1, vignette.title, round.title().to_lowercase());
                problems.push(problem(name(cell, at, round), format!("{place}: {message}")));
            };
            let form = BallotForm {
                route: codes.route(&text("route")).unwrap_or_default(),
                level: text("level"),
                rating: codes.rating(&text("rating")).unwrap_or_else(|| text("rating")),
                probability: text("probability"),
                confidence: text("confidence"),
                reason: String::new(),
            };
            match form.check(manifest) {
                Ok(ballot) => found.push(answer(room, at, round, ballot)),
                Err(wrong) => {
                    for it in wrong {
                        say(it.field, &codes.mend(it.field).unwrap_or(it.message));
                    }
                }
            }
        }
        let reason = fields.text(&format!("reason-{at}")).replace("\r\n", "\n").trim().to_owned();
        if reason.is_empty() {
            continue;
        }
        let field = format!("reason-{at}");
        if reason.chars().count() > mash_exercise::ballot::MAX_REASON {
            let most = mash_exercise::ballot::MAX_REASON;
            problems.push(problem(
                field,
                format!("{}. {}: shorten the reason to {most} characters", at + 1, vignette.title),
            ));
        } else if let Some(last) = found.get_mut(before..).and_then(<[Answer]>::last_mut) {
            // A sheet has one reason a vignette: it goes with the last answer.
            last.ballot.reason = reason;
        } else if problems.is_empty() {
            let message =
                format!("{}. {}: type in the route that the reason is given for", at + 1, vignette.title);
            problems.push(problem(name("route", at, Round::First), message));
        }
    }
    (found, problems)
}

/// Whoever answers on paper has read what was opened for all.
fn answer(room: &Room, vignette: usize, round: Round, ballot: Ballot) -> Answer {
    let told = match round {
        Round::First => room.deck.get(vignette).map(|it| it.stage_ids().into_iter().take(1).collect()),
        Round::Informed | Round::Group => Some(view::told(room, vignette, &[])),
    };
    Answer { person: 0, vignette, round, ballot, told: told.unwrap_or_default() }
}
