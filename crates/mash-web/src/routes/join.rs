//! Joining a room: a code, a pseudonym, a sector and a role; no account.

use std::{borrow::Cow, net::SocketAddr};

use axum::{
    extract::{ConnectInfo, Path, State},
    http::StatusCode,
    response::{Html, IntoResponse as _, Response},
};
use serde::Serialize;

use crate::{
    answers, clock,
    error::WebError,
    pages,
    security::{code, fields::Fields, limiter::Guess, visit::Visit},
    state::Shared,
    store::{Joining, Kind},
    view::SECTORS,
};

/// Longest pseudonym and role, in characters.
const MOST_NAME: usize = 30;

#[derive(Serialize, Default)]
struct Join {
    code: String,
    pseudonym: String,
    sector: String,
    role: String,
    sectors: Vec<&'static str>,
    problems: Vec<Problem>,
}

/// A field to change.
#[derive(Debug, Serialize)]
pub(crate) struct Problem {
    pub(crate) field: Cow<'static, str>,
    pub(crate) message: String,
}

pub(crate) fn problem(field: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Problem {
    Problem { field: field.into(), message: message.into() }
}

/// GET `/join`
pub(crate) async fn page(State(app): State<Shared>, visit: Visit) -> Result<Html<String>, WebError> {
    pages::page(&app, &visit, "join.html", &Join { sectors: SECTORS.to_vec(), ..Join::default() })
}

/// GET `/join/{code}`: the code is filled in, whether there is such a room or not.
pub(crate) async fn page_of(
    State(app): State<Shared>,
    visit: Visit,
    Path(typed): Path<String>,
) -> Result<Html<String>, WebError> {
    let code = code::shown(&code::normalised(&typed));
    pages::page(&app, &visit, "join.html", &Join { code, sectors: SECTORS.to_vec(), ..Join::default() })
}

/// POST `/join`
pub(crate) async fn join(
    State(app): State<Shared>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    visit: Visit,
    fields: Fields,
) -> Result<Response, WebError> {
    if let Some(seconds) = app.limiter.wait(from.ip(), &visit, Guess::Code, clock::now()) {
        return Err(WebError::Wait(seconds));
    }
    let mut join = Join {
        code: fields.trimmed("code").to_owned(),
        pseudonym: fields.trimmed("pseudonym").to_owned(),
        sector: fields.text("sector").to_owned(),
        role: fields.trimmed("role").to_owned(),
        sectors: SECTORS.to_vec(),
        problems: Vec::new(),
    };
    let mut problems = Vec::new();
    for (field, text) in [("pseudonym", &join.pseudonym), ("role", &join.role)] {
        if text.chars().count() > MOST_NAME {
            problems.push(problem(field, format!("Use at most {MOST_NAME} characters")));
        }
    }
    if join.pseudonym.is_empty() {
        problems.push(problem("pseudonym", "Choose a name for today that is not your own"));
    }
    if !SECTORS.contains(&join.sector.as_str()) {
        problems.push(problem("sector", "Choose where you work"));
    }
    let code = code::normalised(&join.code);
    let asked = code.clone();
    // A room that is led by its one participant is not joined.
    let room = app.stored(move |store| store.room(&asked)).await?.filter(|room| room.kind != Kind::Solo);
    match room {
        None => {
            if !code.is_empty() {
                app.limiter.failed(from.ip(), &visit, Guess::Code, clock::now());
            }
            problems.insert(
                0,
                problem("code", "Enter the code that the facilitator shows, for example BCDF-2345"),
            );
        }
        Some(room) if problems.is_empty() => {
            let here = visit.hash();
            let already = app.stored(move |store| store.person(room.id, &here)).await?;
            if already.is_some() {
                return Ok(answers::see(&format!("/r/{code}")));
            }
            let fresh = app.allow(&visit, None).await?;
            let hash = fresh.hash();
            let [pseudonym, sector, role] = [&join.pseudonym, &join.sector, &join.role].map(Clone::clone);
            let joined = app
                .stored(move |store| store.join(room.id, &hash, [&pseudonym, &sector, &role], clock::now()))
                .await?;
            match joined {
                Joining::Joined => {
                    app.live.counted(room.id);
                    return Ok(answers::see_as(&format!("/r/{code}"), &fresh, app.secure));
                }
                Joining::Taken => {
                    problems.push(problem("pseudonym", "Somebody here has that name; choose another"))
                }
                Joining::Full => problems.push(problem("code", "This room is full")),
            }
            // The cookie has changed already, so the form is made for the new one.
            join.problems = problems;
            let page = pages::page(&app, &fresh, "join.html", &join)?;
            let cookie = [(axum::http::header::SET_COOKIE, fresh.cookie(app.secure))];
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, cookie, page).into_response());
        }
        Some(_) => {}
    }
    join.problems = problems;
    let page = pages::page(&app, &visit, "join.html", &join)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}
