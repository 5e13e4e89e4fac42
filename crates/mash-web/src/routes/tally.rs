//! Hands counted by sector, or paper sheets typed in afterwards.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{Html, IntoResponse as _, Response},
};
use mash_exercise::session::Round;
use mash_rules::manifest::Route;
use serde::Serialize;

use super::join::{Problem, problem};
use crate::{
    answers, clock,
    error::WebError,
    pages,
    security::{fields::Fields, visit::Visit},
    state::Shared,
    store::{Room, TallyRow},
    view::SECTORS,
};

/// Most hands of one sector for one route.
const MOST_HANDS: u32 = 200;

#[derive(Serialize)]
struct Tally {
    code: String,
    vignette: usize,
    about: String,
    round: &'static str,
    round_title: &'static str,
    routes: Vec<String>,
    sectors: Vec<SectorRow>,
    to: String,
    problems: Vec<Problem>,
}

#[derive(Serialize)]
struct SectorRow {
    title: &'static str,
    /// As typed, by route.
    counts: Vec<String>,
}

fn checked(room: &Room, vignette: usize, round: &str) -> Result<(String, Round), WebError> {
    let about = room.deck.get(vignette).ok_or(WebError::NotFound)?.title.clone();
    Ok((about, Round::of_id(round).ok_or(WebError::NotFound)?))
}

fn field(sector: usize, route: usize) -> String {
    format!("hands-{sector}-{route}")
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
    let routes = &app.pack_of(&room)?.manifest.routes;
    let count = |sector: &str, route: &str| {
        let found = hands.iter().find(|hand| {
            hand.vignette == vignette && hand.round == round && hand.agency == sector && hand.route == route
        });
        found.map(|hand| hand.count.to_string()).unwrap_or_default()
    };
    let sectors = SECTORS.iter().map(|sector| SectorRow {
        title: sector,
        counts: routes.iter().map(|route| count(sector, route.id.as_str())).collect(),
    });
    let to = if query.0.as_deref() == Some("to=screen") { "screen" } else { "" };
    let page = Tally { about, to: to.to_owned(), ..tally(&room, vignette, round, routes, sectors.collect()) };
    pages::page(&app, &visit, "tally.html", &page)
}

fn tally(room: &Room, vignette: usize, round: Round, routes: &[Route], sectors: Vec<SectorRow>) -> Tally {
    Tally {
        code: room.code.clone(),
        vignette,
        about: String::new(),
        round: round.id(),
        round_title: round.title(),
        routes: routes.iter().map(|route| route.title.clone()).collect(),
        sectors,
        to: String::new(),
        problems: Vec::new(),
    }
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
    let routes = app.pack_of(&room)?.manifest.routes.clone();
    let mut hands = Vec::new();
    let mut wrong = false;
    let mut sectors = Vec::new();
    for (at, sector) in SECTORS.iter().enumerate() {
        let mut counts = Vec::new();
        for (position, route) in routes.iter().enumerate() {
            let typed = fields.trimmed(&field(at, position)).to_owned();
            match typed.as_str() {
                "" => {}
                text => match text.parse::<u32>() {
                    Ok(count) if count <= MOST_HANDS => hands.push(TallyRow {
                        vignette,
                        round,
                        agency: (*sector).to_owned(),
                        route: route.id.to_string(),
                        count,
                    }),
                    _ => wrong = true,
                },
            }
            counts.push(typed);
        }
        sectors.push(SectorRow { title: sector, counts });
    }
    let to = fields.text("to").to_owned();
    if wrong {
        let message = format!("Each count is a whole number from 0 to {MOST_HANDS}, or empty");
        let problems = vec![problem("hands", message)];
        let page = Tally { about, to, problems, ..tally(&room, vignette, round, &routes, sectors) };
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
