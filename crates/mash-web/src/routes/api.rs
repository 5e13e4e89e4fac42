//! The same as JSON, for programs: `/api/v1`, described by an OpenAPI document that the types make.

use std::sync::LazyLock;

use axum::{
    Json,
    extract::{Path, Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use mash_exercise::{
    ballot::{BallotForm, BallotProblem},
    session::{Round, Step},
};
use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    explore::ExploreAnswer,
    new_room::MOST_VIGNETTES,
    participant::{self, Kept},
};
use crate::{
    error::WebError,
    results::Results,
    security::{fields::is_same_site, visit::Visit},
    state::Shared,
    store::Right,
};

/// Why a call has no answer.
#[derive(Debug, Serialize, JsonSchema)]
struct Trouble {
    /// What is wrong.
    error: String,
    /// What to do.
    mend: String,
    /// Fields of an answer that have to be changed; empty where it is about something else.
    problems: Vec<BallotProblem>,
}

/// An error as JSON.
#[derive(Debug)]
pub(crate) struct ApiError(StatusCode, Trouble);

impl ApiError {
    pub(crate) fn new(status: StatusCode, error: String, mend: String) -> Self {
        Self(status, Trouble { error, mend, problems: Vec::new() })
    }
}

impl From<WebError> for ApiError {
    fn from(error: WebError) -> Self {
        if error.status().is_server_error() {
            crate::log::trouble(&error.to_string());
        }
        Self::new(error.status(), error.said(), error.mend())
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        (self.0, Json(self.1)).into_response()
    }
}

/// A vignette in a list.
#[derive(Debug, Serialize, JsonSchema)]
struct ListedVignette {
    /// Id.
    id: String,
    /// Title.
    title: String,
    /// Theme.
    theme: String,
    /// What it is about.
    content_note: String,
}

/// GET `/api/v1/vignettes`
pub(crate) async fn vignettes(State(app): State<Shared>, visit: Visit) -> Result<Response, ApiError> {
    app.host(&visit).await?;
    let deck = app.library.deck();
    let list = deck.iter().map(|it| ListedVignette {
        id: it.id.to_string(),
        title: it.title.clone(),
        theme: it.theme.clone(),
        content_note: it.content_note.clone(),
    });
    Ok(Json(list.collect::<Vec<_>>()).into_response())
}

/// Where a room stands.
#[derive(Debug, Serialize, JsonSchema)]
struct RoomState {
    /// Title of the exercise.
    title: String,
    /// Where it stands.
    step: Step,
    /// Number of vignettes.
    vignettes: usize,
    /// Does it pause?
    paused: bool,
    /// Counts every change.
    version: i64,
}

/// GET `/api/v1/rooms/{code}`: for those who are in the room or lead it.
pub(crate) async fn room(
    State(app): State<Shared>,
    visit: Visit,
    Path(code): Path<String>,
) -> Result<Response, ApiError> {
    let room = match participant::entered(&app, &visit, &code).await {
        Ok((room, _)) => room,
        Err(WebError::NotInRoom(_)) => app.led_room(&visit, &code).await?,
        Err(other) => return Err(other.into()),
    };
    let state = RoomState {
        step: room.step(),
        vignettes: room.deck.len(),
        paused: room.paused,
        version: room.version,
        title: room.title,
    };
    Ok(Json(state).into_response())
}

/// That something was saved.
#[derive(Debug, Serialize, JsonSchema)]
struct Saved {
    /// Always true: the answer is in the file.
    saved: bool,
}

/// PUT `/api/v1/rooms/{code}/answers/{vignette}/{round}`
pub(crate) async fn answer(
    State(app): State<Shared>,
    visit: Visit,
    Path((code, vignette, round)): Path<(String, String, String)>,
    request: Request,
) -> Result<Response, ApiError> {
    if !is_same_site(request.headers()) {
        return Err(WebError::Foreign.into());
    }
    let is_json = request
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|it| it.as_bytes().starts_with(b"application/json"));
    if !is_json {
        return Err(WebError::Body(StatusCode::UNSUPPORTED_MEDIA_TYPE).into());
    }
    let vignette = vignette
        .parse()
        .map_err(|_| WebError::Misuse("a vignette is named by its position, from 0".to_owned()))?;
    let (room, person) = participant::entered(&app, &visit, &code).await?;
    let body = axum::body::to_bytes(request.into_body(), 64 * 1024)
        .await
        .map_err(|_| WebError::Body(StatusCode::PAYLOAD_TOO_LARGE))?;
    let form: BallotForm = serde_json::from_slice(&body)
        .map_err(|error| WebError::Misuse(format!("the body is no answer: {error}")))?;
    match participant::keep(&app, &room, &person, vignette, Round::of_id(&round), &form).await? {
        Kept::Saved => Ok(Json(Saved { saved: true }).into_response()),
        Kept::Wrong(problems) => {
            let trouble = Trouble {
                error: "the answer has fields that have to be changed".to_owned(),
                mend: "change what `problems` names".to_owned(),
                problems,
            };
            Err(ApiError(StatusCode::UNPROCESSABLE_ENTITY, trouble))
        }
        Kept::Closed(said) => {
            let mend = "ask for the room's state, and answer the round that is open".to_owned();
            Err(ApiError::new(StatusCode::CONFLICT, said.to_owned(), mend))
        }
        Kept::Failed(error) => Err(error.into()),
    }
}

/// GET `/api/v1/rooms/{code}/results`
pub(crate) async fn results(
    State(app): State<Shared>,
    visit: Visit,
    Path(code): Path<String>,
) -> Result<Response, ApiError> {
    let room = app.led_room(&visit, &code).await?;
    if !app.may(&visit, Right::Facilitate(room.id)).await? {
        return Err(WebError::NotFacilitator(room.code).into());
    }
    let json = app.computed(move |app| Results::of(app, &room)?.json()).await?;
    Ok(([(header::CONTENT_TYPE, "application/json")], json).into_response())
}

/// GET `/api/v1/openapi.json`
pub(crate) async fn openapi() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT.to_string()).into_response()
}

/// The document; made once.
static DOCUMENT: LazyLock<Value> = LazyLock::new(document);

fn document() -> Value {
    let mut schemas = SchemaSettings::draft2020_12()
        .with(|settings| {
            "/components/schemas".clone_into(settings.definitions_path.to_mut());
            settings.meta_schema = None;
        })
        .into_generator();
    let paths = json!({
        "/api/v1/openapi.json": {
            "get": operation("openapi", "This document", &[], None, &[(200, "The document", json!({ "type": "object" }))])
        },
        "/api/v1/vignettes": {
            "get": operation("vignettes", "Vignettes that rooms can be made of", &[], None, &[
                (200, "Vignettes", schema::<Vec<ListedVignette>>(&mut schemas)),
                (401, "Not the host of this server", schema::<Trouble>(&mut schemas)),
            ])
        },
        "/api/v1/rooms/{code}": {
            "get": operation("room", "Where a room stands", &[CODE], None, &[
                (200, "The room", schema::<RoomState>(&mut schemas)),
                (401, "Neither in the room nor leading it", schema::<Trouble>(&mut schemas)),
            ])
        },
        "/api/v1/rooms/{code}/answers/{vignette}/{round}": {
            "put": operation("answer", "Answer the round that is open; again, to change the answer",
                &[CODE, VIGNETTE, ROUND], Some(schema::<BallotForm>(&mut schemas)), &[
                (200, "The answer is in the file", schema::<Saved>(&mut schemas)),
                (400, "No answer, or a path that cannot be read", schema::<Trouble>(&mut schemas)),
                (401, "Not in the room", schema::<Trouble>(&mut schemas)),
                (403, "Sent by a page of another site", schema::<Trouble>(&mut schemas)),
                (409, "Closed or paused; nothing was saved", schema::<Trouble>(&mut schemas)),
                (413, "Too large", schema::<Trouble>(&mut schemas)),
                (415, "Not JSON", schema::<Trouble>(&mut schemas)),
                (422, "Fields to change", schema::<Trouble>(&mut schemas)),
                (507, "The disk is full; nothing was saved", schema::<Trouble>(&mut schemas)),
            ])
        },
        "/api/v1/rooms/{code}/results": {
            "get": operation("results", "What a room decided", &[CODE], None, &[
                (200, "Results", schema::<Results>(&mut schemas)),
                (401, "Not leading the room", schema::<Trouble>(&mut schemas)),
            ])
        },
        "/api/v1/explore": {
            "get": operation("explore", "What follows when figures and thresholds are moved; the address of the explorer's page asks the same",
                &[SCENARIO, PACK, AGAINST, SET], None, &[
                (200, "What was found so far", schema::<ExploreAnswer>(&mut schemas)),
                (400, "A parameter makes no sense; it is named", schema::<Trouble>(&mut schemas)),
                (401, "Not the host of this server", schema::<Trouble>(&mut schemas)),
                (503, "The first replications are not done yet; ask again", schema::<Trouble>(&mut schemas)),
            ])
        },
    });
    let definitions = schemas.take_definitions(true);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "mash",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Exercises on invented children. A visit is known by the cookie `mash_visit`, which pages give; no real child is ever scored."
        },
        "paths": paths,
        "components": {
            "schemas": definitions,
            "securitySchemes": { "visit": { "type": "apiKey", "in": "cookie", "name": "mash_visit" } }
        },
        "security": [{ "visit": [] }]
    })
}

type Parameter = (&'static str, &'static str, &'static str);
const CODE: Parameter = ("code", "string", "The room's code");
const VIGNETTE: Parameter = ("vignette", "position", "Position of the vignette, from 0");
const ROUND: Parameter = ("round", "round", "Round of answers");
const SCENARIO: Parameter = ("scenario", "optional", "Name of a scenario's file without .json");
const PACK: Parameter = ("pack", "optional", "Folder of the baseline's pack");
const AGAINST: Parameter = ("against", "optional", "Folder of the pack that is tried");
const SET: Parameter = (
    "set",
    "several",
    "PLACE:VALUE, a figure of the scenario or threshold.NAME; as often as there are changes",
);

fn schema<T: JsonSchema>(schemas: &mut SchemaGenerator) -> Value {
    schemas.subschema_for::<T>().to_value()
}

fn operation(
    id: &str,
    summary: &str,
    parameters: &[Parameter],
    body: Option<Value>,
    answers: &[(u16, &str, Value)],
) -> Value {
    let parameter = |(name, kind, what): &Parameter| {
        let schema = match *kind {
            "position" => json!({ "type": "integer", "minimum": 0, "maximum": MOST_VIGNETTES - 1 }),
            "round" => json!({ "type": "string", "enum": Round::ALL.map(Round::id) }),
            "optional" => json!({ "type": "string" }),
            "several" => json!({ "type": "array", "items": { "type": "string" } }),
            kind => json!({ "type": kind }),
        };
        let in_query = matches!(*kind, "optional" | "several");
        let place = if in_query { "query" } else { "path" };
        json!({ "name": name, "in": place, "required": !in_query, "description": what, "schema": schema })
    };
    let answer = |(status, what, schema): &(u16, &str, Value)| {
        let content = json!({ "application/json": { "schema": schema } });
        (status.to_string(), json!({ "description": what, "content": content }))
    };
    let mut operation = json!({
        "operationId": id,
        "summary": summary,
        "parameters": parameters.iter().map(parameter).collect::<Vec<_>>(),
        "responses": answers.iter().map(answer).collect::<serde_json::Map<_, _>>(),
    });
    if !parameters.contains(&CODE)
        && let Some(operation) = operation.as_object_mut()
    {
        // On a server of one's own nobody has to be known for these.
        operation.insert("security".to_owned(), json!([{}, { "visit": [] }]));
    }
    if let (Some(body), Some(operation)) = (body, operation.as_object_mut()) {
        let content = json!({ "application/json": { "schema": body } });
        operation.insert("requestBody".to_owned(), json!({ "required": true, "content": content }));
    }
    operation
}
