//! What went wrong, as a page that says what to do next.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};

use crate::{
    clock::Seconds,
    pages,
    security::{passphrase::PassphraseError, token::NoRandomnessError},
    store::StoreError,
};

/// Why a request has no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WebError {
    /// There is no such page or room, or it is not for this visit to know.
    #[error("there is no such page")]
    NotFound,
    /// A right is wanted that this visit has not.
    #[error("this page is for a facilitator of the room")]
    NotFacilitator(String),
    /// The same for the whole server.
    #[error("this page is for whoever runs this server")]
    NotHost,
    /// Not in the room, or no longer.
    #[error("this page is for people who have joined the room")]
    NotInRoom(String),
    /// A form that no page of ours sent.
    #[error("the form did not come from a page that mash showed you, or that page is from before a restart")]
    Foreign,
    /// Too many failed guesses.
    #[error("too many failed attempts")]
    Wait(Seconds),
    /// What came is too large, or cannot be read.
    #[error("what was sent could not be read")]
    Body(StatusCode),
    /// What was asked for makes no sense.
    #[error("{0}")]
    Misuse(String),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No random numbers.
    #[error(transparent)]
    Randomness(#[from] NoRandomnessError),
    /// A passphrase.
    #[error(transparent)]
    Passphrase(#[from] PassphraseError),
    /// A template: a defect of ours.
    #[error("the page could not be made: {0}")]
    Template(#[from] minijinja::Error),
    /// A task was stopped.
    #[error("the server is stopping; what was not said to be saved is not")]
    Stopping,
}

impl WebError {
    /// The status.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::NotFound | Self::Store(StoreError::Missing(_)) => StatusCode::NOT_FOUND,
            Self::NotFacilitator(_) | Self::NotHost | Self::NotInRoom(_) => StatusCode::UNAUTHORIZED,
            Self::Foreign => StatusCode::FORBIDDEN,
            Self::Wait(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Body(status) => *status,
            Self::Misuse(_) | Self::Passphrase(_) => StatusCode::BAD_REQUEST,
            Self::Store(StoreError::Full) => StatusCode::INSUFFICIENT_STORAGE,
            Self::Store(StoreError::Busy) | Self::Stopping => StatusCode::SERVICE_UNAVAILABLE,
            Self::Store(_) | Self::Randomness(_) | Self::Template(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// What to do next, for people.
    pub(crate) fn mend(&self) -> String {
        match self {
            Self::NotFound => "Check the address, or start from the first page.".to_owned(),
            Self::NotFacilitator(_) => "Enter the room's facilitators' passphrase.".to_owned(),
            Self::NotHost => "Enter the passphrase of this server.".to_owned(),
            Self::NotInRoom(_) => {
                "Join the room with its code. If you had joined, you have left, were taken out, or your browser does not keep \
                 cookies."
                    .to_owned()
            }
            Self::Foreign => "Go back, load the page again, and send it once more.".to_owned(),
            Self::Wait(seconds) => format!("Wait {} minutes and try again.", seconds / 60 + 1),
            Self::Body(StatusCode::PAYLOAD_TOO_LARGE) => {
                "It was too large; a reason may have 2,000 characters. Go back: your browser may still hold what you typed."
                    .to_owned()
            }
            Self::Body(_) => "Go back and send the form again.".to_owned(),
            Self::Misuse(_) | Self::Passphrase(_) => "Go back and change it.".to_owned(),
            Self::Store(StoreError::Full) => {
                "Free some space on the machine that runs mash, go back, and send it again.".to_owned()
            }
            Self::Store(_) | Self::Randomness(_) | Self::Template(_) | Self::Stopping => {
                "Go back and try again. If it goes on, whoever runs the server sees the reason there.".to_owned()
            }
        }
    }

    /// Where to go from here, with the words of the link.
    fn onward(&self) -> (String, &'static str) {
        match self {
            Self::NotFacilitator(code) => (format!("/rooms/{code}/enter"), "Enter the passphrase"),
            Self::NotInRoom(code) => (format!("/join/{code}"), "Join the room"),
            Self::NotHost => ("/host".to_owned(), "Enter the passphrase"),
            _ => ("/".to_owned(), "First page"),
        }
    }

    /// What is said: causes inside the machine stay there.
    pub(crate) fn said(&self) -> String {
        match self {
            Self::Store(StoreError::Sqlite(_)) => {
                "the file of sessions could not be read or written".to_owned()
            }
            Self::Template(_) => "the page could not be made".to_owned(),
            said => said.to_string(),
        }
    }
}

impl IntoResponse for WebError {
    fn into_response(self) -> Response {
        let status = self.status();
        if status.is_server_error() {
            crate::log::trouble(&self.to_string());
        }
        let (href, link) = self.onward();
        let said = self.said();
        let html = pages::trouble(&said, &self.mend(), &href, link);
        let mut response = (status, Html(html)).into_response();
        if let Self::Wait(seconds) = self
            && let Ok(seconds) = HeaderValue::from_str(&seconds.to_string())
        {
            response.headers_mut().insert(header::RETRY_AFTER, seconds);
        }
        response
    }
}
