//! The explorer: a scenario and a pack with figures moved, as a page, as events, and as files.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    Json, Router,
    extract::{RawQuery, Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{
        Html, IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
    routing::get,
};
use mash_batch::experiment::results::ExperimentResults;
use minijinja::context;
use schemars::JsonSchema;
use serde::Serialize;
use tokio_stream::{Stream, StreamExt as _, wrappers::WatchStream};

use super::api::ApiError;
use crate::{
    explorer::{Asked, ExploreError, Explorer, Job, Picture, Stage, case, files, shown},
    pages,
    security::visit::Visit,
    state,
};

/// How long a page waits for its first picture.
const FIRST_PICTURE: Duration = Duration::from_millis(1_700);
/// Longest query that is read, in bytes.
const MOST_BYTES: usize = 16 * 1024;

type Shared = Arc<Explorer>;
type Query = Result<crate::explorer::Read, ExploreError>;

/// Lets nobody but those in who may make rooms: a question costs minutes of the machine's time.
pub(crate) async fn only_for_hosts(
    State(app): State<state::Shared>,
    visit: Visit,
    request: Request,
    next: Next,
) -> Response {
    match app.host(&visit).await {
        Ok(()) => next.run(request).await,
        Err(error) if request.uri().path().starts_with("/api/") => ApiError::from(error).into_response(),
        Err(error) => error.into_response(),
    }
}

/// The pages of the explorer.
pub(crate) fn routes<S: Clone + Send + Sync + 'static>(explorer: Shared) -> Router<S> {
    Router::new()
        .route("/explore", get(page))
        .route("/explore/results", get(results))
        .route("/explore/events", get(events))
        .route("/explore/case", get(one_case))
        .route("/explore/scenario.json", get(scenario_file))
        .route("/explore/pack.json", get(overlay_file))
        .route("/explore/results.json", get(results_file))
        .route("/explore/report.html", get(report))
        .route("/api/v1/explore", get(as_json))
        .with_state(explorer)
}

impl ExploreError {
    fn status(&self) -> StatusCode {
        match self {
            Self::Parameter { .. } | Self::Experiment(_) => StatusCode::BAD_REQUEST,
            Self::Files(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::NotYet => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

impl IntoResponse for ExploreError {
    fn into_response(self) -> Response {
        let html = pages::trouble(&self.to_string(), &self.mend(), "/explore", "The explorer");
        (self.status(), Html(html)).into_response()
    }
}

/// Reads what is asked.
fn read(explorer: &Explorer, query: RawQuery, more: &[&str]) -> Query {
    let query = query.0.unwrap_or_default();
    if query.len() > MOST_BYTES {
        return Err(ExploreError::Parameter {
            parameter: "set".to_owned(),
            problem: "the address is too long".to_owned(),
            mend: "Change fewer places at once.".to_owned(),
        });
    }
    let parts: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    Asked::read(explorer, parts, more)
}

/// Does work that takes more than a moment away from the threads that answer.
async fn away<T: Send + 'static>(
    explorer: &Shared,
    work: impl FnOnce(&Explorer) -> Result<T, ExploreError> + Send + 'static,
) -> Result<T, ExploreError> {
    let explorer = Arc::clone(explorer);
    let done = tokio::task::spawn_blocking(move || work(&explorer)).await;
    done.map_err(|_| ExploreError::Experiment("the server is stopping".to_owned()))?
}

/// The job of a question, with its first picture if it comes in time.
async fn first_picture(explorer: &Shared, asked: &Asked) -> (Arc<Job>, Result<Option<Arc<Picture>>, String>) {
    let job = explorer.ask(asked);
    let mut watched = job.watched();
    let there = watched.wait_for(|stage| stage.replications > 0 || stage.failed);
    drop(tokio::time::timeout(FIRST_PICTURE, there).await);
    let picture = job.picture().map_err(|error| error.to_string());
    (job, picture)
}

/// GET `/explore`
async fn page(State(explorer): State<Shared>, query: RawQuery) -> Result<Response, ExploreError> {
    let read = away(&explorer, |explorer| read(explorer, query, &[])).await?;
    if read.by_form {
        let mut response = StatusCode::SEE_OTHER.into_response();
        if let Ok(to) = HeaderValue::from_str(&format!("/explore?{}", read.asked.address())) {
            response.headers_mut().insert(header::LOCATION, to);
        }
        return Ok(response);
    }
    let asked = read.asked.clone();
    // What the scenario's own check refuses is said at once.
    away(&explorer, move |explorer| asked.is_tried().then(|| asked.tried(explorer)).transpose().map(drop))
        .await?;
    let (_, picture) = first_picture(&explorer, &read.asked).await;
    let html = away(&explorer, move |explorer| {
        let picture = picture.as_ref().map(|it| it.as_deref()).map_err(Clone::clone);
        let view = shown::page(explorer, &read.asked, &read.knobs, picture)?;
        pages::fill("explore.html", &view).map_err(defect)
    });
    Ok(Html(html.await?).into_response())
}

/// GET `/explore/results`: the part of the page that refines.
async fn results(State(explorer): State<Shared>, query: RawQuery) -> Result<Response, ExploreError> {
    let read = away(&explorer, |explorer| read(explorer, query, &[])).await?;
    let job = explorer.look(&read.asked);
    let html = away(&explorer, move |_| {
        let picture = job.picture().map_err(|error| error.to_string());
        let picture = picture.as_ref().map(|it| it.as_deref()).map_err(Clone::clone);
        let view = shown::results(&read.asked, picture);
        let page = context! { results => minijinja::Value::from_serialize(&view) };
        pages::fill("explore_results.html", &page).map_err(defect)
    });
    Ok(Html(html.await?).into_response())
}

#[expect(clippy::needless_pass_by_value, reason = "as `map_err` hands it on")]
fn defect(error: minijinja::Error) -> ExploreError {
    ExploreError::Files(format!("the page could not be made: {error}"))
}

/// GET `/explore/events`: how many replications are done, whenever there are more.
async fn events(State(explorer): State<Shared>, query: RawQuery) -> Result<Response, ExploreError> {
    let read = away(&explorer, |explorer| read(explorer, query, &[])).await?;
    let job = explorer.look(&read.asked);
    let stages = ToTheLast { stages: WatchStream::new(job.watched()), over: false };
    let events = stages.map(|stage| {
        let name = if stage.finished || stage.failed { "finished" } else { "more" };
        Ok::<_, Infallible>(Event::default().event(name).data(stage.replications.to_string()))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(20))).into_response())
}

/// Stages of a job, the last one included.
struct ToTheLast {
    stages: WatchStream<Stage>,
    over: bool,
}

impl Stream for ToTheLast {
    type Item = Stage;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Stage>> {
        if self.over {
            return Poll::Ready(None);
        }
        let next = Pin::new(&mut self.stages).poll_next(context);
        if let Poll::Ready(Some(stage)) = &next {
            self.over = stage.finished || stage.failed;
        }
        next
    }
}

/// GET `/explore/case`
async fn one_case(State(explorer): State<Shared>, query: RawQuery) -> Result<Response, ExploreError> {
    let html = away(&explorer, |explorer| {
        let read = read(explorer, query, &["id", "replication"])?;
        let part = |name: &str| {
            let found = read.rest.iter().find(|(part, _)| part == name).map(|(_, value)| value.clone());
            found.ok_or_else(|| ExploreError::Parameter {
                parameter: name.to_owned(),
                problem: "is missing".to_owned(),
                mend: "Take a case from the list of those that moved.".to_owned(),
            })
        };
        let view = case::follow(explorer, &read.asked, &part("id")?, &part("replication")?)?;
        pages::fill("explore_case.html", &view).map_err(defect)
    });
    Ok(Html(html.await?).into_response())
}

/// GET `/explore/scenario.json`
async fn scenario_file(State(explorer): State<Shared>, query: RawQuery) -> Result<Response, ExploreError> {
    let text = away(&explorer, |explorer| {
        let read = read(explorer, query, &[])?;
        files::scenario(explorer, &read.asked)
    });
    Ok(file("application/json", files::SCENARIO, text.await?))
}

/// GET `/explore/pack.json`
async fn overlay_file(State(explorer): State<Shared>, query: RawQuery) -> Result<Response, ExploreError> {
    let text = away(&explorer, |explorer| {
        let read = read(explorer, query, &[])?;
        files::overlay(explorer, &read.asked)
    });
    Ok(file("application/json", "manifest.json", text.await?))
}

/// The results of a question so far.
async fn so_far(explorer: &Shared, query: RawQuery) -> Result<Arc<Picture>, ExploreError> {
    let read = away(explorer, |explorer| read(explorer, query, &[])).await?;
    let (_, picture) = first_picture(explorer, &read.asked).await;
    picture.map_err(ExploreError::Experiment)?.ok_or(ExploreError::NotYet)
}

/// GET `/explore/results.json`
async fn results_file(State(explorer): State<Shared>, query: RawQuery) -> Result<Response, ExploreError> {
    let picture = so_far(&explorer, query).await?;
    let text = serde_json::to_string_pretty(&picture.results).unwrap_or_default();
    Ok(file("application/json", "results.json", text + "\n"))
}

/// How far a question is answered.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ExploreAnswer {
    /// Replications of each alternative so far; ask again for more.
    replications: u32,
    /// Are the intervals as narrow as is wanted, or the most replications reached?
    settled: bool,
    /// Is there nothing left to be done?
    finished: bool,
    /// Everything that was found so far; the baseline first.
    results: ExperimentResults,
}

/// GET `/api/v1/explore`
async fn as_json(State(explorer): State<Shared>, query: RawQuery) -> Result<Response, ApiError> {
    let picture = so_far(&explorer, query).await?;
    let answer = ExploreAnswer {
        replications: picture.results.replications,
        settled: picture.settled,
        finished: picture.finished,
        results: picture.results.clone(),
    };
    Ok(Json(answer).into_response())
}

impl From<ExploreError> for ApiError {
    fn from(error: ExploreError) -> Self {
        ApiError::new(error.status(), error.to_string(), error.mend())
    }
}

/// GET `/explore/report.html`
async fn report(State(explorer): State<Shared>, query: RawQuery) -> Result<Response, ExploreError> {
    let picture = so_far(&explorer, query).await?;
    if picture.results.alternatives.len() < 2 {
        return Err(ExploreError::Parameter {
            parameter: "set".to_owned(),
            problem: "nothing is tried, so there is nothing to report".to_owned(),
            mend: "Move a figure or choose another pack first.".to_owned(),
        });
    }
    let html = away(&explorer, move |_| {
        mash_report::experiment_html(&picture.results).map_err(|error| ExploreError::Files(error.to_string()))
    });
    Ok(file("text/html; charset=utf-8", "report.html", html.await?))
}

/// A file to keep.
fn file(kind: &'static str, name: &str, text: String) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers = [(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    (headers, text).into_response()
}

#[cfg(test)]
mod tests;
