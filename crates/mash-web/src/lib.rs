//! `mash serve`: exercises in a room, practice alone, and the what-if explorer, in the browser.
//!
//! [`Settings`] say where the files are and who may come; [`serve`] answers until it is told to stop. Requests go
//! `app` (addresses) -> `security` (visits, form tokens, limits) -> `routes` (a file a room of the house) -> `store` (one
//! SQLite file) -> `pages` (templates, everything escaped). What figures mean stands in `mash-exercise`; this crate only
//! asks for them. Pages work without JavaScript; the modules in `static/` make them live.
//!
//! Every child is invented, and no page takes facts of a real one.

mod answers;
mod app;
mod clock;
mod error;
mod explorer;
mod gathered;
mod library;
mod live;
mod log;
mod pages;
mod results;
mod routes;
mod security;
mod state;
mod store;
mod view;

use std::{
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use axum_server::Handle;
use tokio::sync::watch;

pub use library::Library;
pub use security::passphrase::{LEAST_PASSPHRASE, PassphraseError};
pub use store::{Deleted, RoomSummary, Store, StoreError};

/// How the server runs.
#[derive(Debug)]
pub struct Settings {
    /// Where it listens; loopback unless somebody decided otherwise.
    pub listen: SocketAddr,
    /// The file of sessions.
    pub data: PathBuf,
    /// Passphrase of whoever may make rooms; needed beyond loopback.
    pub passphrase: Option<String>,
    /// Certificate chain and private key, PEM.
    pub tls: Option<(PathBuf, PathBuf)>,
    /// Rooms in which nothing changed for so many days are deleted.
    pub keep_days: Option<u32>,
}

/// Why the server does not run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// A network without a passphrase.
    #[error(
        "{0} can be reached from the network, so a passphrase is needed: write it into a file and name it with \
         --passphrase-file, or listen on 127.0.0.1"
    )]
    NoPassphrase(SocketAddr),
    /// A weak passphrase.
    #[error(transparent)]
    Passphrase(#[from] PassphraseError),
    /// The address is taken, or not ours.
    #[error("cannot listen on {0}: {1}; choose another with --listen")]
    Listen(SocketAddr, std::io::Error),
    /// The certificate or its key.
    #[error("{path}: {reason}; give a certificate chain and its private key, both as PEM")]
    Certificate {
        /// The certificate.
        path: String,
        /// What is wrong.
        reason: String,
    },
    /// The file of sessions.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No random numbers.
    #[error("{0}")]
    Randomness(String),
    /// The threads could not be started, or serving failed.
    #[error("the server stopped: {0}")]
    Failed(std::io::Error),
}

/// Seconds that requests get to finish once the server is to stop.
const GRACE: Duration = Duration::from_secs(5);

/// Answers until `stop` says so; `ready` hears the address when people can come.
///
/// # Errors
/// [`ServeError`].
pub fn serve(
    settings: &Settings,
    library: Library,
    ready: impl FnOnce(&str),
    stop: impl Fn() -> bool + Send + 'static,
) -> Result<(), ServeError> {
    let loopback = settings.listen.ip().is_loopback();
    if !loopback && settings.passphrase.is_none() {
        return Err(ServeError::NoPassphrase(settings.listen));
    }
    let host_passphrase = settings.passphrase.as_deref().map(security::passphrase::hashed).transpose()?;
    let store = Store::open(&settings.data)?;
    if let Some(days) = settings.keep_days {
        store.delete_older(days)?;
    }
    let random = security::token::random().map_err(|error| ServeError::Randomness(error.to_string()))?;
    let key = store.key(random)?;
    let listener =
        TcpListener::bind(settings.listen).map_err(|error| ServeError::Listen(settings.listen, error))?;
    listener.set_nonblocking(true).map_err(ServeError::Failed)?;
    let bound = listener.local_addr().map_err(ServeError::Failed)?;
    let secure = settings.tls.is_some();
    let address = format!("{}://{bound}", if secure { "https" } else { "http" });
    let explorer = explorer::Explorer::start(&library.folder).map_err(ServeError::Failed)?;
    let state = Arc::new(state::App {
        store,
        library,
        live: live::Live::default(),
        limiter: security::limiter::Limiter::default(),
        key,
        host_passphrase,
        secure,
        loopback,
        address: address.clone(),
        debriefs: gathered::Debriefs::default(),
        stopping: watch::Sender::new(false),
        explorer,
    });
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(ServeError::Failed)?;
    runtime.block_on(async {
        let handle = Handle::new();
        tokio::spawn(stop_when(stop, handle.clone(), state.clone(), settings.keep_days));
        let service = app::app(state).into_make_service_with_connect_info::<SocketAddr>();
        match &settings.tls {
            None => {
                let server = axum_server::from_tcp(listener).map_err(ServeError::Failed)?.handle(handle);
                ready(&address);
                server.serve(service).await.map_err(ServeError::Failed)
            }
            Some((certificate, key)) => {
                let config = certificate_of(certificate, key).await?;
                let server = axum_server::from_tcp_rustls(listener, config)
                    .map_err(ServeError::Failed)?
                    .handle(handle);
                ready(&address);
                server.serve(service).await.map_err(ServeError::Failed)
            }
        }
    })
}

async fn certificate_of(
    certificate: &std::path::Path,
    key: &std::path::Path,
) -> Result<axum_server::tls_rustls::RustlsConfig, ServeError> {
    // A provider that stands already is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    axum_server::tls_rustls::RustlsConfig::from_pem_file(certificate, key).await.map_err(|error| {
        ServeError::Certificate { path: certificate.display().to_string(), reason: error.to_string() }
    })
}

/// Stops the server when it is told to, and deletes old rooms once an hour.
async fn stop_when(
    stop: impl Fn() -> bool,
    handle: Handle<SocketAddr>,
    app: state::Shared,
    keep_days: Option<u32>,
) {
    const LOOK: Duration = Duration::from_millis(200);
    const HOUR: u32 = 5 * 60 * 60;
    let mut looks: u32 = 0;
    while !stop() {
        tokio::time::sleep(LOOK).await;
        looks = looks.wrapping_add(1);
        if let Some(days) = keep_days
            && looks.is_multiple_of(HOUR)
            && let Err(error) = app.stored(move |store| store.delete_older(days)).await
        {
            log::trouble(&format!("old rooms were not deleted: {error}"));
        }
    }
    app.stopping.send_replace(true);
    app.explorer.stop();
    handle.graceful_shutdown(Some(GRACE));
}
