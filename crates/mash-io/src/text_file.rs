//! Reading a text file whole, within a size, as UTF-8.

use std::{fs, io::ErrorKind, path::Path};

use crate::error::FileError;

/// The text of a file of at most `most` bytes.
///
/// # Errors
/// Not there, not readable, too large, or not UTF-8 (with the offset of the first bad byte).
pub fn read(path: &Path, most: u64) -> Result<String, FileError> {
    let length = fs::metadata(path).map_err(|error| not_readable(path, &error))?.len();
    if length > most {
        return Err(FileError::new(path, format!("the file is {length} bytes, and at most {most} are read"))
            .mend("split the file, or check that it is the file you meant"));
    }
    let bytes = fs::read(path).map_err(|error| not_readable(path, &error))?;
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let line = error.as_bytes().iter().take(valid).filter(|byte| **byte == b'\n').count() + 1;
        FileError::new(path, format!("invalid UTF-8 on line {line}, byte {valid} of the file"))
            .mend("save the file as UTF-8")
    })
}

/// Says in plain words why a file cannot be opened.
#[must_use]
pub fn not_readable(path: &Path, error: &std::io::Error) -> FileError {
    match error.kind() {
        ErrorKind::NotFound => FileError::new(path, "there is no such file or folder")
            .mend("check the path; it is relative to the folder the command runs in"),
        ErrorKind::PermissionDenied => FileError::new(path, "may not be read")
            .mend("ask for leave to read it, or copy it to a folder of yours"),
        _ => FileError::new(path, error.to_string()),
    }
}
