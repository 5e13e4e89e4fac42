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
    let until = app.live.until(&visit.hash());
    let (room, _) = participant::entered(&app, &visit, &code).await?;
    let changes = app.live.of(room.id);
    Ok(stream(changes, [app.stopping.subscribe(), until], |change| ("step", change.step)))
}

/// GET `/rooms/{code}/events`
pub(crate) async fn of_facilitator(
    State(app): State<Shared>,
    visit: Visit,
    Path(code): Path<String>,
) -> Result<Response, WebError> {
    let until = app.live.until(&visit.hash());
    let room = app.led_room(&visit, &code).await?;
    let changes = app.live.of(room.id);
    Ok(stream(changes, [app.stopping.subscribe(), until], |change| ("count", change.step + change.count)))
}

/// An event whenever a counter moves; the first says where it stands now.
fn stream(
    changes: watch::Receiver<Change>,
    ends: [watch::Receiver<bool>; 2],
    seen: impl Fn(Change) -> (&'static str, u64) + Send + 'static,
) -> Response {
    let mut last = None;
    let counted = WatchStream::new(changes).filter_map(move |change| {
        let (name, counter) = seen(change);
        (last.replace(counter) != Some(counter)).then_some((name, counter))
    });
    let events = until(counted, ends)
        .map(|(name, counter)| Ok::<_, Infallible>(Event::default().event(name).data(counter.to_string())));
    Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(20))).into_response()
}

/// The stream until it ends by itself or one of `ends` says so: the server stops, or whoever looks may not any more.
fn until<T: Send + 'static>(
    items: impl Stream<Item = T> + Send + 'static,
    ends: [watch::Receiver<bool>; 2],
) -> impl Stream<Item = T> + Send + 'static {
    let [one, other] = ends.map(|end| WatchStream::new(end).filter(|is| *is).map(|_| None));
    // A room that is deleted has no changes any more.
    let items = items.map(Some).chain(tokio_stream::once(None));
    items.merge(one).merge(other).take_while(Option::is_some).filter_map(|item| item)
}
