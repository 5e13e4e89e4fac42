//! The style sheet, the modules and the icon, from inside the program.

use axum::{
    extract::Path,
    http::header,
    response::{IntoResponse as _, Response},
};
use rust_embed::RustEmbed;

use crate::error::WebError;

#[derive(RustEmbed)]
#[folder = "static"]
struct Static;

/// GET `/static/{file}`
pub(crate) async fn file(Path(file): Path<String>) -> Result<Response, WebError> {
    let found = Static::get(&file).ok_or(WebError::NotFound)?;
    let kind = match file.rsplit_once('.').map(|(_, end)| end) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    };
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=300")];
    Ok((headers, found.data.into_owned()).into_response())
}
