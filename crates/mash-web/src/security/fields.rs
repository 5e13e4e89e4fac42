//! The fields of a form, taken only from a page of ours that this visit was shown.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts as _, Request},
    http::HeaderMap,
};

use super::{token, visit::Visit};
use crate::{error::WebError, state::App};

/// Name of the field that carries the form token.
pub(crate) const FORM_TOKEN: &str = "form_token";

/// Fields by name; of a name that stands several times, all.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fields(BTreeMap<String, Vec<String>>);

impl Fields {
    /// The fields of a query or a form's body.
    pub(crate) fn parse(text: &[u8]) -> Self {
        let mut fields: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(text) {
            fields.entry(name.into_owned()).or_default().push(value.into_owned());
        }
        Self(fields)
    }

    /// The first value of this name; empty where there is none.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.0.get(name).and_then(|values| values.first()).map_or("", String::as_str)
    }

    /// The same without space around it.
    pub(crate) fn trimmed(&self, name: &str) -> &str {
        self.text(name).trim()
    }

    /// Is a box of this name ticked?
    pub(crate) fn ticked(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// All values of this name, in order.
    pub(crate) fn all(&self, name: &str) -> &[String] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }
}

impl FromRequest<Arc<App>> for Fields {
    type Rejection = WebError;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, WebError> {
        let (mut parts, body) = request.into_parts();
        if !is_same_site(&parts.headers) {
            return Err(WebError::Foreign);
        }
        let Ok(visit) = Visit::from_request_parts(&mut parts, app).await;
        let body = Bytes::from_request(Request::from_parts(parts, body), app)
            .await
            .map_err(|rejection| WebError::Body(rejection.status()))?;
        let fields = Self::parse(&body);
        if token::is_form_token(&app.key, &visit.token, fields.text(FORM_TOKEN)) {
            Ok(fields)
        } else {
            Err(WebError::Foreign)
        }
    }
}

/// Does the browser say that a page of ours sent this? Browsers that say nothing are held to the token alone.
pub(crate) fn is_same_site(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").and_then(|site| site.to_str().ok());
    site.is_none_or(|site| site == "same-origin" || site == "none")
}
