//! Answers that lead on: to another page, with or without a new cookie.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};

use crate::security::visit::Visit;

/// To another page, which the browser asks for with GET.
pub(crate) fn see(path: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(path) = HeaderValue::from_str(path) {
        response.headers_mut().insert(header::LOCATION, path);
    }
    response
}

/// The same with a new cookie.
pub(crate) fn see_as(path: &str, visit: &Visit, secure: bool) -> Response {
    let mut response = see(path);
    if let Ok(cookie) = HeaderValue::from_str(&visit.cookie(secure)) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}
