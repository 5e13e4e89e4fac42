//! What all requests share.

use std::sync::Arc;

use crate::{
    clock,
    error::WebError,
    library::Library,
    live::Live,
    security::{limiter::Limiter, token::Secret, visit::Visit},
    store::{Right, Room, Store, StoreError},
};

/// The application.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) store: Store,
    pub(crate) library: Library,
    pub(crate) live: Live,
    pub(crate) limiter: Limiter,
    /// Under which form tokens are made.
    pub(crate) key: Secret,
    /// Hash of the passphrase of whoever may make rooms; none on loopback.
    pub(crate) host_passphrase: Option<String>,
    /// Over TLS?
    pub(crate) secure: bool,
    /// On loopback only?
    pub(crate) loopback: bool,
    /// Where people reach it, for example `http://127.0.0.1:8080`.
    pub(crate) address: String,
    /// Debriefs of rooms as they stand.
    pub(crate) debriefs: crate::gathered::Debriefs,
    /// Set when the server stops, so that open streams of changes end.
    pub(crate) stopping: tokio::sync::watch::Sender<bool>,
    /// What-ifs.
    pub(crate) explorer: Arc<crate::explorer::Explorer>,
}

/// The application, shared.
pub(crate) type Shared = Arc<App>;

impl App {
    /// Reads or writes the store away from the threads that answer requests.
    pub(crate) async fn stored<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, WebError> {
        let store = self.store.clone();
        let done = tokio::task::spawn_blocking(move || work(&store)).await;
        Ok(done.map_err(|_| WebError::Stopping)??)
    }

    /// Writes something together with whatever else waits to be written; returns once it is in the file.
    pub(crate) async fn written(
        self: &Arc<Self>,
        work: impl Fn(&rusqlite::Transaction<'_>) -> Result<bool, StoreError> + Send + 'static,
    ) -> Result<bool, WebError> {
        let (said, is_first) = self.store.add(work);
        if is_first {
            let store = self.store.clone();
            tokio::task::spawn_blocking(move || store.write_waiting());
        }
        Ok(said.await.map_err(|_| WebError::Stopping)??)
    }

    /// Computes something that takes more than a moment.
    pub(crate) async fn computed<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&App) -> Result<T, WebError> + Send + 'static,
    ) -> Result<T, WebError> {
        let app = Arc::clone(self);
        tokio::task::spawn_blocking(move || work(&app)).await.map_err(|_| WebError::Stopping)?
    }

    /// May this visit make rooms and use the explorer? On loopback everybody may.
    pub(crate) async fn host(self: &Arc<Self>, visit: &Visit) -> Result<(), WebError> {
        if self.host_passphrase.is_none() || self.may(visit, Right::Host).await? {
            Ok(())
        } else {
            Err(WebError::NotHost)
        }
    }

    /// Has this visit the right?
    pub(crate) async fn may(self: &Arc<Self>, visit: &Visit, right: Right) -> Result<bool, WebError> {
        let visit = visit.hash();
        self.stored(move |store| store.may(&visit, right, clock::now())).await
    }

    /// The room of a code, as typed.
    pub(crate) async fn room(self: &Arc<Self>, code: &str) -> Result<Room, WebError> {
        let code = crate::security::code::normalised(code);
        self.stored(move |store| store.room(&code)).await?.ok_or(WebError::NotFound)
    }

    /// The room of a code, which this visit leads.
    pub(crate) async fn led_room(self: &Arc<Self>, visit: &Visit, code: &str) -> Result<Room, WebError> {
        // Whether there is such a room is told only to those who lead it.
        let room = match self.room(code).await {
            Err(WebError::NotFound) => return Err(WebError::NotFacilitator(plain(code))),
            room => room?,
        };
        if self.may(visit, Right::Facilitate(room.id)).await? {
            Ok(room)
        } else {
            Err(WebError::NotFacilitator(plain(code)))
        }
    }

    /// Lets somebody leave a room, or takes them out of it; their browser hears nothing more.
    pub(crate) async fn departed(self: &Arc<Self>, room: i64, person: i64) -> Result<(), WebError> {
        let visit = self.stored(move |store| store.depart(room, person, clock::now())).await?;
        if let Some(visit) = visit {
            self.live.ended(&visit);
        }
        self.live.counted(room);
        Ok(())
    }

    /// Rights of a visit, on a new cookie that is handed back.
    pub(crate) async fn allow(
        self: &Arc<Self>,
        visit: &Visit,
        right: Option<Right>,
    ) -> Result<Visit, WebError> {
        let fresh = Visit::new()?;
        let [earlier, now] = [visit.hash(), fresh.hash()];
        let old = earlier.clone();
        self.stored(move |store| store.allow(&earlier, &now, right, clock::now())).await?;
        // The old cookie opens nothing any more, and keeps nothing open.
        self.live.ended(&old);
        Ok(fresh)
    }
}

/// A code as it may stand in an address.
pub(crate) fn plain(code: &str) -> String {
    crate::security::code::normalised(code)
}
