//! Entering with a passphrase: the server's, to make rooms; a room's, to lead it.

use std::net::SocketAddr;

use axum::{
    extract::{ConnectInfo, Path, State},
    http::StatusCode,
    response::{Html, IntoResponse as _, Response},
};
use serde::Serialize;

use super::join::{Problem, problem};
use crate::{
    answers, clock,
    error::WebError,
    pages,
    security::{code, fields::Fields, limiter::Guess, passphrase, visit::Visit},
    state::{Shared, plain},
    store::{Right, RoomSummary},
};

#[derive(Serialize)]
struct Enter {
    /// Code of the room; empty for the server.
    code: String,
    shown: String,
    problems: Vec<Problem>,
}

/// GET `/host`
pub(crate) async fn page(State(app): State<Shared>, visit: Visit) -> Result<Html<String>, WebError> {
    let enter = Enter { code: String::new(), shown: String::new(), problems: Vec::new() };
    pages::page(&app, &visit, "enter.html", &enter)
}

/// POST `/host`
pub(crate) async fn enter(
    State(app): State<Shared>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    visit: Visit,
    fields: Fields,
) -> Result<Response, WebError> {
    let Some(hash) = app.host_passphrase.clone() else { return Ok(answers::see("/")) };
    if check(&app, from, &visit, &fields, Some(hash)).await? {
        let fresh = app.allow(&visit, Some(Right::Host)).await?;
        return Ok(answers::see_as("/rooms", &fresh, app.secure));
    }
    refused(&app, &visit, "")
}

/// POST `/host/leave`: this browser has no right any more.
pub(crate) async fn leave(State(app): State<Shared>, visit: Visit, _: Fields) -> Result<Response, WebError> {
    let hash = visit.hash();
    let ended = hash.clone();
    app.stored(move |store| store.sign_out(&hash)).await?;
    app.live.ended(&ended);
    Ok(answers::see("/"))
}

#[derive(Serialize)]
struct Rooms {
    rooms: Vec<RoomSummary>,
}

/// GET `/rooms`: every room of this server.
pub(crate) async fn rooms(State(app): State<Shared>, visit: Visit) -> Result<Html<String>, WebError> {
    app.host(&visit).await?;
    let rooms = app.stored(crate::store::Store::list).await?;
    let rooms = rooms.into_iter().filter(|room| room.kind != "solo").collect();
    pages::page(&app, &visit, "rooms.html", &Rooms { rooms })
}

/// GET `/rooms/{code}/enter`
pub(crate) async fn enter_page(
    State(app): State<Shared>,
    visit: Visit,
    Path(typed): Path<String>,
) -> Result<Html<String>, WebError> {
    let code = plain(&typed);
    let enter = Enter { shown: code::shown(&code), code, problems: Vec::new() };
    pages::page(&app, &visit, "enter.html", &enter)
}

/// POST `/rooms/{code}/enter`
pub(crate) async fn enter_room(
    State(app): State<Shared>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    visit: Visit,
    Path(typed): Path<String>,
    fields: Fields,
) -> Result<Response, WebError> {
    let code = plain(&typed);
    let asked = code.clone();
    let room = app.stored(move |store| store.room(&asked)).await?;
    let hash = room.as_ref().and_then(|room| room.passphrase.clone());
    if let (true, Some(room)) = (check(&app, from, &visit, &fields, hash).await?, room) {
        let fresh = app.allow(&visit, Some(Right::Facilitate(room.id))).await?;
        return Ok(answers::see_as(&format!("/rooms/{code}"), &fresh, app.secure));
    }
    refused(&app, &visit, &code)
}

/// Is the passphrase right? Failures count, and a room that is not there costs as much time as one that is.
async fn check(
    app: &Shared,
    from: SocketAddr,
    visit: &Visit,
    fields: &Fields,
    hash: Option<String>,
) -> Result<bool, WebError> {
    if let Some(seconds) = app.limiter.wait(from.ip(), visit, Guess::Passphrase, clock::now()) {
        return Err(WebError::Wait(seconds));
    }
    let typed = fields.text("passphrase").to_owned();
    let is = app
        .computed(move |_| match hash {
            Some(hash) => Ok(passphrase::is(&typed, &hash)),
            None => {
                let _ = passphrase::hashed("a room that is not there");
                Ok(false)
            }
        })
        .await?;
    if !is {
        app.limiter.failed(from.ip(), visit, Guess::Passphrase, clock::now());
    }
    Ok(is)
}

fn refused(app: &Shared, visit: &Visit, code: &str) -> Result<Response, WebError> {
    let problems = vec![problem("passphrase", "That is not the passphrase")];
    let enter = Enter { shown: code::shown(code), code: code.to_owned(), problems };
    Ok((StatusCode::UNAUTHORIZED, pages::page(app, visit, "enter.html", &enter)?).into_response())
}
