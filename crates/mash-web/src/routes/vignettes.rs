//! Reading vignettes before an exercise; not for participants.

use axum::{
    extract::{Path, State},
    response::Html,
};
use mash_exercise::vignette::LearningPoint;
use serde::Serialize;

use super::{
    drafts,
    new_room::{Listed, listed},
};
use crate::{
    error::WebError,
    pages,
    security::visit::Visit,
    state::Shared,
    view::{self, StageView},
};

#[derive(Serialize)]
struct List {
    /// Drafts that wait for a facilitator.
    drafts: usize,
    vignettes: Vec<Listed>,
}

/// GET `/vignettes`
pub(crate) async fn list(State(app): State<Shared>, visit: Visit) -> Result<Html<String>, WebError> {
    app.host(&visit).await?;
    let drafts = drafts::waiting(&app).await?;
    let list = List { drafts, vignettes: app.library.deck().iter().map(|it| listed(it, false)).collect() };
    pages::page(&app, &visit, "vignettes.html", &list)
}

#[derive(Serialize)]
struct One {
    about: Listed,
    people: Vec<(String, String)>,
    stages: Vec<StageView>,
    accepted: Vec<String>,
    learning_points: Vec<LearningPoint>,
    later_found: Option<String>,
    shows: Option<String>,
}

/// GET `/vignettes/{id}`
pub(crate) async fn one(
    State(app): State<Shared>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Html<String>, WebError> {
    app.host(&visit).await?;
    let deck = app.library.deck();
    let vignette = deck.get(&id.as_str().into()).ok_or(WebError::NotFound)?;
    let manifest = app.library.usual().map(|(_, pack)| &pack.manifest);
    let title = |route: &mash_model::RouteId| {
        let known = manifest.and_then(|manifest| manifest.routes.iter().find(|it| it.id == *route));
        known.map_or_else(|| route.to_string(), |it| it.title.clone())
    };
    let one = One {
        about: listed(vignette, false),
        people: vignette.people.iter().map(|it| (it.name.clone(), it.what.clone())).collect(),
        stages: view::documents(vignette, &vignette.stage_ids()),
        accepted: vignette.accepted.iter().map(title).collect(),
        learning_points: vignette.learning_points.clone(),
        later_found: vignette.later_found.as_ref().map(|found| found.what.clone()),
        shows: vignette
            .shows
            .as_ref()
            .map(|it| format!("{} Source ({}): {}.", it.failure, it.mark, it.source)),
    };
    pages::page(&app, &visit, "vignette.html", &one)
}
