//! The first page.

use axum::{extract::State, response::Html};
use serde::Serialize;

use crate::{error::WebError, pages, security::visit::Visit, state::Shared, store::Right};

#[derive(Serialize)]
struct Home {
    host: bool,
    vignettes: usize,
}

/// GET `/`
pub(crate) async fn page(State(app): State<Shared>, visit: Visit) -> Result<Html<String>, WebError> {
    let host = app.host_passphrase.is_none() || app.may(&visit, Right::Host).await?;
    pages::page(&app, &visit, "home.html", &Home { host, vignettes: app.library.deck.len() })
}
