//! The first page.

use axum::{extract::State, response::Html};
use serde::Serialize;

use super::drafts;
use crate::{error::WebError, pages, security::visit::Visit, state::Shared, store::Right};

#[derive(Serialize)]
struct Home {
    host: bool,
    vignettes: usize,
    /// Drafts that wait for a facilitator.
    drafts: usize,
}

/// GET `/`
pub(crate) async fn page(State(app): State<Shared>, visit: Visit) -> Result<Html<String>, WebError> {
    let host = app.host_passphrase.is_none() || app.may(&visit, Right::Host).await?;
    let drafts = if host { drafts::waiting(&app).await? } else { 0 };
    pages::page(&app, &visit, "home.html", &Home { host, drafts, vignettes: app.library.deck().len() })
}
