//! Writing a file whole or not at all.
//!
//! What is written stands beside its place under a name that ends in `.partial` and is moved there once it is complete,
//! so that a run that is stopped leaves nothing that looks finished. `-` is standard output.

use std::{
    fs::File,
    io::{self, BufWriter, Stdout, Write},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use crate::error::FileError;

/// A file being written.
#[derive(Debug)]
pub struct Output {
    sink: Sink,
}

#[derive(Debug)]
enum Sink {
    File { partial: BufWriter<NamedTempFile>, place: PathBuf },
    Stdout(BufWriter<Stdout>),
}

impl Output {
    /// Opens a file for writing; `-` is standard output.
    ///
    /// # Errors
    /// The folder is not there or may not be written, or the place is a folder.
    pub fn create(path: &Path) -> Result<Self, FileError> {
        if path == Path::new("-") {
            return Ok(Self { sink: Sink::Stdout(BufWriter::new(io::stdout())) });
        }
        if path.is_dir() {
            return Err(FileError::new(path, "is a folder, not a file")
                .mend("name a file in it, for example report.html"));
        }
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        if !folder.is_dir() {
            return Err(FileError::new(path, format!("there is no folder `{}`", folder.display()))
                .mend("make the folder first, or write elsewhere"));
        }
        let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let partial = tempfile::Builder::new()
            .prefix(&format!(".{name}."))
            .suffix(".partial")
            .tempfile_in(folder)
            .map_err(|error| cannot_write(path, &error))?;
        Ok(Self { sink: Sink::File { partial: BufWriter::new(partial), place: path.to_owned() } })
    }

    /// Puts the finished file in its place.
    ///
    /// # Errors
    /// The last bytes cannot be written, or the file cannot be moved.
    pub fn finish(self) -> Result<(), FileError> {
        match self.sink {
            Sink::Stdout(mut out) => out.flush().map_err(|error| cannot_write(Path::new("-"), &error)),
            Sink::File { partial, place } => {
                let file = partial.into_inner().map_err(|error| cannot_write(&place, error.error()))?;
                keep_usual_permissions(file.as_file(), &place);
                file.as_file().sync_all().map_err(|error| cannot_write(&place, &error))?;
                file.persist(&place).map_err(|error| cannot_write(&place, &error.error))?;
                Ok(())
            }
        }
    }
}

/// Temporary files are private; a report is as readable as any file its owner makes, and a file that is replaced as
/// readable as it was.
#[cfg(unix)]
fn keep_usual_permissions(file: &File, place: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(place).map_or(0o644, |known| known.permissions().mode());
    // A file that stays private is still a whole file, so a failure here loses nothing.
    file.set_permissions(std::fs::Permissions::from_mode(mode)).ok();
}

#[cfg(not(unix))]
fn keep_usual_permissions(_file: &File, _place: &Path) {}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.sink {
            Sink::File { partial, .. } => partial.write(bytes),
            Sink::Stdout(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.sink {
            Sink::File { partial, .. } => partial.flush(),
            Sink::Stdout(out) => out.flush(),
        }
    }
}

/// Writes a text whole.
///
/// # Errors
/// As [`Output::create`] and [`Output::finish`].
pub fn write(path: &Path, text: &str) -> Result<(), FileError> {
    let mut output = Output::create(path)?;
    output.write_all(text.as_bytes()).map_err(|error| cannot_write(path, &error))?;
    output.finish()
}

/// Says in plain words why a file cannot be written.
#[must_use]
pub fn cannot_write(path: &Path, error: &io::Error) -> FileError {
    let problem = match error.kind() {
        io::ErrorKind::PermissionDenied => "may not be written".to_owned(),
        io::ErrorKind::StorageFull => "the disk is full".to_owned(),
        _ => format!("cannot be written: {error}"),
    };
    FileError::new(path, problem).mend("choose another place with `--out`")
}
