//! Pages about the pages.

use axum::{extract::State, response::Html};
use serde::Serialize;

use crate::{error::WebError, pages, security::visit::Visit, state::Shared};

#[derive(Serialize)]
struct Nothing {}

/// GET `/accessibility`
pub(crate) async fn accessibility(State(app): State<Shared>, visit: Visit) -> Result<Html<String>, WebError> {
    pages::page(&app, &visit, "accessibility.html", &Nothing {})
}

/// GET `/privacy`
pub(crate) async fn privacy(State(app): State<Shared>, visit: Visit) -> Result<Html<String>, WebError> {
    pages::page(&app, &visit, "privacy.html", &Nothing {})
}
