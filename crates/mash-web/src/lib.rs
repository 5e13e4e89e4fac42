//! What-ifs in the browser.

mod explorer;
mod pages;
mod routes;

use std::{io, path::Path};

use axum::Router;

/// The pages of the explorer over the scenarios and packs below a folder that holds `scenarios` and `rules`.
///
/// # Errors
/// The thread that works cannot be started.
pub fn explorer_routes(files: &Path) -> io::Result<Router> {
    Ok(routes::explore::routes(explorer::Explorer::start(files)?))
}
