//! Hands counted by sector: for routes, and where the facilitator wants to know, for levels, ratings and probabilities.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{Html, IntoResponse as _, Response},
};
use mash_exercise::{debrief::BANDS, session::Round};
use mash_rules::manifest::Manifest;
use serde::Serialize;

use super::join::{Problem, problem};
use crate::{
    answers, clock,
    error::WebError,
    pages,
    security::{fields::Fields, visit::Visit},
    state::Shared,
    store::{ABOUT, Room, TallyRow},
    view::{SECTORS, levels_tell},
};

/// Most hands of one sector for one answer.
const MOST_HANDS: u32 = 200;

#[derive(Serialize)]
struct Tally {
    code: String,
    vignette: usize,
    about: String,
    round: &'static str,
    round_title: &'static str,
    parts: Vec<Part>,
    to: String,
    problems: Vec<Problem>,
}

/// What hands are counted for.
#[derive(Serialize)]
struct Part {
    /// One of [`ABOUT`].
    id: &'static str,
    title: &'static str,
    /// Ids and titles of the answers.
    choices: Vec<(String, String)>,
    sectors: Vec<SectorRow>,
    /// Is there a count, or something that is none?
    filled: bool,
}

#[derive(Serialize)]
struct SectorRow {
    title: &'static str,
    /// As typed, by answer.
    counts: Vec<String>,
}

fn checked(room: &Room, vignette: usize, round: &str) -> Result<(String, Round), WebError> {
    let about = room.deck.get(vignette).ok_or(WebError::NotFound)?.title.clone();
    Ok((about, Round::of_id(round).ok_or(WebError::NotFound)?))
}

/// Name of a field; those of routes are called `hands`.
fn field(part: &str, sector: usize, choice: usize) -> String {
    let part = if part == "route" { "hands" } else { part };
    format!("{part}-{sector}-{choice}")
}

/// What can be counted under a pack, with what `count` says of each sector, answer and their positions.
fn parts(
    manifest: &Manifest,
    count: impl Fn(&'static str, (usize, &str), (usize, &str)) -> String,
) -> Vec<Part> {
    let choices = |id: &str| -> Vec<(String, String)> {
        match id {
            "route" => manifest.routes.iter().map(|it| (it.id.to_string(), it.title.clone())).collect(),
            "level" if levels_tell(manifest) => manifest
                .levels
                .iter()
                .map(|it| (it.level.to_string(), format!("{}, {}", it.level, it.title)))
                .collect(),
            "rating" => manifest.ratings.iter().map(|it| (it.id.to_string(), it.title.clone())).collect(),
            "probability" => BANDS
                .iter()
                .enumerate()
                .map(|(at, (from, to))| (at.to_string(), format!("{from} to {to}%")))
                .collect(),
            _ => Vec::new(),
        }
    };
    let titles = ["Route", "Level of need", "How urgent", "How probable harm is"];
    let part = |(id, title): (&'static str, &'static str)| {
        let choices = choices(id);
        let sectors: Vec<SectorRow> = SECTORS
            .iter()
            .enumerate()
            .map(|(at, sector)| SectorRow {
                title: sector,
                counts: choices
                    .iter()
                    .enumerate()
                    .map(|(position, (choice, _))| count(id, (at, sector), (position, choice)))
                    .collect(),
            })
            .collect();
        let filled = sectors.iter().any(|row| row.counts.iter().any(|count| !count.is_empty()));
        Part { id, title, choices, sectors, filled }
    };
    ABOUT.into_iter().zip(titles).map(part).filter(|part| !part.choices.is_empty()).collect()
}

/// GET `/rooms/{code}/tally/{vignette}/{round}`
pub(crate) async fn page(
    State(app): State<Shared>,
    visit: Visit,
    Path((code, vignette, round)): Path<(String, usize, String)>,
    query: axum::extract::RawQuery,
) -> Result<Html<String>, WebError> {
    let room = app.led_room(&visit, &code).await?;
    let (about, round) = checked(&room, vignette, &round)?;
    let id = room.id;
    let hands = app.stored(move |store| store.hands(id)).await?;
    let count = |part: &str, (_, sector): (usize, &str), (_, choice): (usize, &str)| {
        let found = hands.iter().find(|hand| {
            hand.vignette == vignette
                && hand.round == round
                && hand.agency == sector
                && hand.about == part
                && hand.choice == choice
        });
        found.map(|hand| hand.count.to_string()).unwrap_or_default()
    };
    let page = Tally {
        parts: parts(&app.pack_of(&room)?.manifest, count),
        code: room.code,
        vignette,
        about,
        round: round.id(),
        round_title: round.title(),
        to: if query.0.as_deref() == Some("to=screen") { "screen".to_owned() } else { String::new() },
        problems: Vec::new(),
    };
    pages::page(&app, &visit, "tally.html", &page)
}

/// POST `/rooms/{code}/tally/{vignette}/{round}`: in place of what was counted before.
pub(crate) async fn count(
    State(app): State<Shared>,
    visit: Visit,
    Path((code, vignette, round)): Path<(String, usize, String)>,
    fields: Fields,
) -> Result<Response, WebError> {
    let room = app.led_room(&visit, &code).await?;
    let (about, round) = checked(&room, vignette, &round)?;
    let typed = parts(&app.pack_of(&room)?.manifest, |part, (sector, _), (choice, _)| {
        fields.trimmed(&field(part, sector, choice)).to_owned()
    });
    let mut hands = Vec::new();
    let mut problems = Vec::new();
    for part in &typed {
        let mut wrong = Vec::new();
        for sector in &part.sectors {
            for (text, (choice, title)) in sector.counts.iter().zip(&part.choices) {
                match text.parse::<u32>() {
                    _ if text.is_empty() => {}
                    Ok(count) if count <= MOST_HANDS => hands.push(TallyRow {
                        vignette,
                        round,
                        agency: sector.title.to_owned(),
                        about: part.id,
                        choice: choice.clone(),
                        count,
                    }),
                    _ => wrong.push(format!("{}, {}", sector.title, title)),
                }
            }
        }
        if let Some(first) = wrong.first() {
            let message = format!("{first}: give a whole number from 0 to {MOST_HANDS}, or leave it empty");
            problems.push(problem(part.id, message));
        }
    }
    let to = fields.text("to").to_owned();
    if !problems.is_empty() {
        let page = Tally {
            code: room.code.clone(),
            vignette,
            about,
            round: round.id(),
            round_title: round.title(),
            parts: typed,
            to,
            problems,
        };
        let page = pages::page(&app, &visit, "tally.html", &page)?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let id = room.id;
    app.stored(move |store| store.count_hands(id, vignette, round, &hands, clock::now())).await?;
    app.live.counted(id);
    let onward = match to.as_str() {
        "screen" => format!("/rooms/{}/screen", room.code),
        _ => format!("/rooms/{}/debrief/{vignette}", room.code),
    };
    Ok(answers::see(&onward))
}
