//! The shipped packs and scenarios inside the program, for a machine that has nothing but the program.

use std::path::{Path, PathBuf};

use mash_io::{FileError, output::cannot_write};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../../rules"]
struct Rules;

#[derive(RustEmbed)]
#[folder = "../../scenarios"]
struct Scenarios;

/// Folder beside the program into which the files go.
const FOLDER: &str = "mash-files";

/// The folder with `rules` and `scenarios`: the project's where it is the current one, else that of the files which the
/// program brings with it.
///
/// # Errors
/// The place of the program is not known, or a file cannot be written there.
pub(super) fn files() -> Result<PathBuf, FileError> {
    let here = Path::new("rules/levels-of-need/manifest.json").is_file() && Path::new("scenarios").is_dir();
    if here { Ok(PathBuf::new()) } else { unpack() }
}

/// Writes the shipped files beside the program and gives their folder. A file that is there stays as it is: it may have
/// been changed.
///
/// # Errors
/// The place of the program is not known, or a file cannot be written there.
fn unpack() -> Result<PathBuf, FileError> {
    let program = std::env::current_exe()
        .map_err(|error| FileError::new("mash", format!("does not know where it is: {error}")))?;
    let folder = program.parent().unwrap_or(Path::new("")).join(FOLDER);
    for (below, names) in
        [("rules", Rules::iter().collect::<Vec<_>>()), ("scenarios", Scenarios::iter().collect())]
    {
        for name in names {
            let found = if below == "rules" { Rules::get(&name) } else { Scenarios::get(&name) };
            let place = folder.join(below).join(name.as_ref());
            let (Some(file), false) = (found, place.exists()) else { continue };
            if let Some(above) = place.parent() {
                std::fs::create_dir_all(above).map_err(|error| cannot_write(above, &error))?;
            }
            std::fs::write(&place, file.data).map_err(|error| cannot_write(&place, &error))?;
        }
    }
    Ok(folder)
}

/// Opens a page with whatever the desktop opens pages with; says nothing where there is no desktop.
pub(super) fn open(page: impl AsRef<std::ffi::OsStr>) {
    let program = if cfg!(windows) {
        "explorer"
    } else if cfg!(target_os = "macos") {
        "open"
    } else if std::env::var_os("DISPLAY").is_some() || std::env::var_os("WAYLAND_DISPLAY").is_some() {
        "xdg-open"
    } else {
        return;
    };
    let mut command = std::process::Command::new(program);
    command.arg(page.as_ref());
    let quiet = std::process::Stdio::null;
    let started = command.stdin(quiet()).stdout(quiet()).stderr(quiet()).spawn();
    // A page that does not open by itself is still named on the screen.
    drop(started);
}
