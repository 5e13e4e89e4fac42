//! A visit: a browser that carries our one cookie. What it may do is kept in the store, by the cookie's hash.

use std::{convert::Infallible, sync::Arc};

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, HeaderValue, header, request::Parts},
    middleware::Next,
    response::Response,
};

use super::token::{self, NoRandomnessError};
use crate::state::{App, Shared};

const COOKIE: &str = "mash_visit";
/// Seconds for which a browser keeps the cookie: a long training day and the evening after.
const KEPT: u32 = 60 * 60 * 24;

/// A browser.
#[derive(Clone)]
pub(crate) struct Visit {
    /// The cookie's value: a secret, never logged.
    pub(crate) token: String,
}

impl std::fmt::Debug for Visit {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Visit")
    }
}

impl Visit {
    /// A browser that has not been here.
    pub(crate) fn new() -> Result<Self, NoRandomnessError> {
        Ok(Self { token: token::hex(&token::random()?) })
    }

    /// What the store knows it by.
    pub(crate) fn hash(&self) -> Vec<u8> {
        token::hashed(&self.token)
    }

    /// The header that hands the cookie to the browser. No script reads it and no other site's page sends it along with
    /// a form.
    pub(crate) fn cookie(&self, secure: bool) -> String {
        let secure = if secure { "; Secure" } else { "" };
        format!("{COOKIE}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={KEPT}{secure}", self.token)
    }

    fn of(headers: &HeaderMap) -> Option<Self> {
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let ours = cookies.flat_map(|value| value.split(';')).filter_map(|pair| {
            let (name, value) = pair.trim().split_once('=')?;
            (name == COOKIE).then_some(value)
        });
        let is_token = |value: &&str| value.len() == 64 && value.bytes().all(|byte| byte.is_ascii_hexdigit());
        ours.into_iter().find(is_token).map(|value| Self { token: value.to_owned() })
    }
}

impl FromRequestParts<Arc<App>> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, Infallible> {
        // The middleware below put it there; a visit of no token has no rights and no form token.
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or(Self { token: String::new() }))
    }
}

/// Gives each browser its cookie.
pub(crate) async fn give(State(app): State<Shared>, mut request: Request, next: Next) -> Response {
    let known = Visit::of(request.headers());
    let is_new = known.is_none();
    let Some(visit) = known.or_else(|| Visit::new().ok()) else { return next.run(request).await };
    request.extensions_mut().insert(visit.clone());
    let mut response = next.run(request).await;
    // A handler that gave new rights has set a new cookie already.
    if is_new
        && !response.headers().contains_key(header::SET_COOKIE)
        && response.headers().get(header::CONTENT_TYPE).is_some_and(is_page)
        && let Ok(cookie) = HeaderValue::from_str(&visit.cookie(app.secure))
    {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

fn is_page(kind: &HeaderValue) -> bool {
    kind.as_bytes().starts_with(b"text/html")
}
