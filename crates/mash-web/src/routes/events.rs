//! Changes of a room as server-sent events: that something changed, never what.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::{Path, State},
    response::{
        IntoResponse as _, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use tokio::sync::watch;
use tokio_stream::{Stream, StreamExt as _, wrappers::WatchStream};

use super::participant;
use crate::{error::WebError, live::Change, security::visit::Visit, state::Shared};

/// GET `/r/{code}/events`
pub(crate) async fn of_participant(
    State(app): State<Shared>,
    visit: Visit,
    Path(code): Path<String>,
) -> Result<Response, WebError> {
    let (room, _) = participant::entered(&app, &visit, &code).await?;
    let changes = app.live.of(room.id);
    Ok(stream(changes, app.stopping.subscribe(), |change| ("step", change.step)))
}

/// GET `/rooms/{code}/events`
pub(crate) async fn of_facilitator(
    State(app): State<Shared>,
    visit: Visit,
    Path(code): Path<String>,
) -> Result<Response, WebError> {
    let room = app.led_room(&visit, &code).await?;
    let changes = app.live.of(room.id);
    Ok(stream(changes, app.stopping.subscribe(), |change| ("count", change.step + change.count)))
}

/// An event whenever a counter moves; the first says where it stands now.
fn stream(
    changes: watch::Receiver<Change>,
    stopping: watch::Receiver<bool>,
    seen: impl Fn(Change) -> (&'static str, u64) + Send + 'static,
) -> Response {
    let mut last = None;
    let counted = WatchStream::new(changes).filter_map(move |change| {
        let (name, counter) = seen(change);
        (last.replace(counter) != Some(counter)).then_some((name, counter))
    });
    let events = until(counted, stopping)
        .map(|(name, counter)| Ok::<_, Infallible>(Event::default().event(name).data(counter.to_string())));
    Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(20))).into_response()
}

/// The stream until the server stops.
fn until<T: Send + 'static>(
    items: impl Stream<Item = T> + Send + 'static,
    stopping: watch::Receiver<bool>,
) -> impl Stream<Item = T> + Send + 'static {
    let stop = WatchStream::new(stopping).filter(|stopping| *stopping).map(|_| None);
    items.map(Some).merge(stop).take_while(Option::is_some).filter_map(|item| item)
}
