//! Practising alone with the same vignettes: a room of one, which moves it on.

use std::net::SocketAddr;

use axum::{
    extract::{ConnectInfo, Path, State},
    http::StatusCode,
    response::{Html, IntoResponse as _, Response},
};
use mash_exercise::Vignette;
use serde::Serialize;

use super::{
    join::{Problem, problem},
    new_room::{Listed, MOST_VIGNETTES, listed},
    participant,
};
use crate::{
    answers, clock,
    error::WebError,
    pages,
    security::{code, fields::Fields, limiter::Guess, visit::Visit},
    state::Shared,
    store::{Kind, NewRoom},
    view::SECTORS,
};

#[derive(Serialize)]
struct Practice {
    vignettes: Vec<Listed>,
    problems: Vec<Problem>,
}

fn form(app: &Shared, problems: Vec<Problem>) -> Practice {
    Practice { vignettes: app.library.deck().iter().map(|it| listed(it, false)).collect(), problems }
}

/// GET `/practice`
pub(crate) async fn page(State(app): State<Shared>, visit: Visit) -> Result<Html<String>, WebError> {
    pages::page(&app, &visit, "practice.html", &form(&app, Vec::new()))
}

/// POST `/practice`
pub(crate) async fn start(
    State(app): State<Shared>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    visit: Visit,
    fields: Fields,
) -> Result<Response, WebError> {
    let now = clock::now();
    if let Some(seconds) = app.limiter.wait(from.ip(), &visit, Guess::Practice, now) {
        return Err(WebError::Wait(seconds));
    }
    let known = app.library.deck();
    let chosen = fields.all("vignette").iter();
    let deck: Vec<Vignette> =
        chosen.filter_map(|id| known.get(&id.as_str().into()).cloned()).take(MOST_VIGNETTES).collect();
    if deck.is_empty() {
        let problems = vec![problem("vignettes", "Choose at least one vignette")];
        let page = pages::page(&app, &visit, "practice.html", &form(&app, problems))?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    // Each practice takes room in the file, so an address begins so many in ten minutes and no more.
    app.limiter.failed(from.ip(), &visit, Guess::Practice, now);
    let code = code::new()?;
    let pack = app.library.usual().map(|(name, _)| name.to_owned()).unwrap_or_default();
    let room = NewRoom {
        code: code.clone(),
        title: "Practice".to_owned(),
        kind: Kind::Solo,
        passphrase: None,
        pack,
        deck,
        small_groups: false,
        timing: false,
        support: "You may skip any case or stop at any time. If a case stays with you, speak to your manager or your \
                  organisation's support for staff."
            .to_owned(),
    };
    let fresh = app.allow(&visit, None).await?;
    let hash = fresh.hash();
    let sector = SECTORS.last().copied().unwrap_or_default();
    app.stored(move |store| {
        let id = store.make_room(&room, now)?;
        store.join(id, &hash, ["You", sector, ""], now)?;
        // Nobody else is waited for.
        store.move_on(id, 0, now)
    })
    .await?;
    Ok(answers::see_as(&format!("/r/{code}"), &fresh, app.secure))
}

/// POST `/r/{code}/next`: whoever practises alone goes on.
pub(crate) async fn next(
    State(app): State<Shared>,
    visit: Visit,
    Path(code): Path<String>,
    fields: Fields,
) -> Result<Response, WebError> {
    let (room, _) = participant::entered(&app, &visit, &code).await?;
    if room.kind != Kind::Solo {
        return Err(WebError::NotFacilitator(room.code));
    }
    let from =
        fields.text("from").parse().map_err(|_| WebError::Misuse("the form names no step".to_owned()))?;
    app.stored(move |store| store.move_on(room.id, from, clock::now())).await?;
    Ok(answers::see(&format!("/r/{}", room.code)))
}
