//! `mash serve`: exercises and the what-if explorer in the browser.

use std::{path::Path, sync::atomic::Ordering};

use mash_io::{FileError, text_file};
use mash_web::{Library, ServeError, Settings};

use super::{sessions, shipped};
use crate::{args::ServeArgs, exit_code::Failure, interrupt, terminal};

/// Largest file with a passphrase, in bytes.
const MAX_PASSPHRASE: u64 = 4096;

pub(super) fn run(args: &ServeArgs) -> Result<(), Failure> {
    let settings = Settings {
        listen: args.listen,
        data: sessions::file(args.data.as_deref())?,
        passphrase: args.passphrase_file.as_deref().map(passphrase).transpose()?,
        tls: args.tls_certificate.clone().zip(args.tls_key.clone()),
        keep_days: args.keep_days,
    };
    let library = Library::read(&shipped::files()?, args.vignettes.as_deref()).map_err(Failure::Files)?;
    let stop = interrupt::flag()?;
    let ready = |address: &str| {
        terminal::out(&format!("{address}\n"));
        terminal::err(&said(&settings));
        if !args.no_browser && settings.listen.ip().is_loopback() {
            shipped::open(address);
        }
    };
    Ok(mash_web::serve(&settings, library, ready, move || stop.load(Ordering::Relaxed))?)
}

/// What listening there means.
fn said(settings: &Settings) -> String {
    let mut lines = vec![format!("Sessions are kept in {}.", settings.data.display())];
    if settings.listen.ip().is_loopback() {
        lines.push("Only this machine can open the pages.".to_owned());
    } else {
        lines.push(format!(
            "EVERYBODY WHO CAN REACH {} CAN OPEN THE PAGES. Rooms need their code, making rooms and the explorer your \
             passphrase.",
            settings.listen
        ));
        if settings.tls.is_none() {
            lines.push(
                "WITHOUT TLS everything, passphrases too, can be read on the way: give --tls-certificate and --tls-key, \
                 or use a network that you trust."
                    .to_owned(),
            );
        }
    }
    if settings.keep_days.is_none() {
        lines
            .push("Rooms are kept until you delete them: `mash sessions delete`, or --keep-days.".to_owned());
    }
    lines.push("Ctrl-C stops it; nothing that was said to be saved is lost.".to_owned());
    let wrapped = lines.iter().map(|line| terminal::wrap(line, terminal::WIDTH, "") + "\n");
    wrapped.collect()
}

fn passphrase(path: &Path) -> Result<String, Failure> {
    let text = text_file::read(path, MAX_PASSPHRASE)?;
    Ok(text.lines().next().unwrap_or_default().trim().to_owned())
}

impl From<ServeError> for Failure {
    fn from(error: ServeError) -> Self {
        match error {
            ServeError::NoPassphrase(_) | ServeError::Passphrase(_) | ServeError::Listen(..) => {
                Failure::Misuse(error.to_string())
            }
            ServeError::Certificate { path, reason } => {
                let mend = "give a certificate chain and its private key, both as PEM";
                Failure::Files(vec![FileError::new(path, reason).mend(mend)])
            }
            ServeError::Store(error) => error.into(),
            ServeError::Randomness(_) | ServeError::Failed(_) => Failure::Run(error.to_string()),
        }
    }
}
