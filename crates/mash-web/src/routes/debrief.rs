//! The facilitator's debrief: of one vignette, and of the whole.

use axum::{
    extract::{Path, State},
    response::Html,
};
use mash_exercise::session::Round;
use minijinja::Value;
use serde::Serialize;

use crate::{
    error::WebError,
    gathered::Part,
    pages,
    security::visit::Visit,
    state::Shared,
    store::Room,
    view::{self, StageView},
};

#[derive(Serialize)]
struct OnePage {
    code: String,
    title: String,
    vignette: usize,
    of: usize,
    rounds: Vec<(&'static str, &'static str)>,
    stages: Vec<StageView>,
    debrief: Value,
}

#[derive(Serialize)]
struct WholePage {
    code: String,
    title: String,
    vignettes: Vec<String>,
    whole: Value,
}

fn rounds(room: &Room) -> Vec<(&'static str, &'static str)> {
    let wanted = Round::ALL.into_iter().filter(|round| room.small_groups || *round != Round::Group);
    wanted.map(|round| (round.id(), round.title())).collect()
}

/// GET `/rooms/{code}/debrief/{vignette}`
pub(crate) async fn one(
    State(app): State<Shared>,
    visit: Visit,
    Path((code, vignette)): Path<(String, usize)>,
) -> Result<Html<String>, WebError> {
    let room = app.led_room(&visit, &code).await?;
    let shared = app.clone();
    app.computed(move |app| {
        let debrief = app.debriefs.of(app, &room, Part::Vignette(vignette))?;
        let stages = room.deck.get(vignette).map(|it| view::documents(it, &it.stage_ids()));
        let page = OnePage {
            rounds: rounds(&room),
            of: room.deck.len(),
            code: room.code,
            title: room.title,
            vignette,
            stages: stages.unwrap_or_default(),
            debrief,
        };
        pages::page(&shared, &visit, "debrief_one.html", &page)
    })
    .await
}

/// GET `/rooms/{code}/debrief`
pub(crate) async fn whole(
    State(app): State<Shared>,
    visit: Visit,
    Path(code): Path<String>,
) -> Result<Html<String>, WebError> {
    let room = app.led_room(&visit, &code).await?;
    let shared = app.clone();
    app.computed(move |app| {
        let whole = app.debriefs.of(app, &room, Part::Whole)?;
        let vignettes = room.deck.iter().map(|it| it.title.clone()).collect();
        let page = WholePage { code: room.code, title: room.title, vignettes, whole };
        pages::page(&shared, &visit, "debrief.html", &page)
    })
    .await
}
