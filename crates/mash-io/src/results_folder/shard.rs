//! A shard of an experiment or of a sweep: its rows as they stood in the checkpoint, and a manifest that names the command.

use std::{
    fs::File,
    io::{BufReader, Read, Write as _},
    path::Path,
};

use mash_model::NOTICE;
use sha2::{Digest, Sha256};

use super::{Hashed, InputFile, MANIFEST, RunHead, RunManifest, checkpoint::Checkpoint, hexadecimal};
use crate::{error::FileError, output::cannot_write};

/// Rows of a finished shard.
pub(super) const ROWS: &str = "rows.shard";

/// Makes a finished shard of a complete checkpoint.
///
/// # Errors
/// A file cannot be read or written; then the checkpoint stands, and no manifest.
pub fn write(
    folder: &Path,
    head: &RunHead,
    measures: usize,
    rows: u32,
    checkpoint: Checkpoint,
) -> Result<RunManifest, FileError> {
    forget(folder)?;
    let mut copy = Hashed::create(folder.join(ROWS))?;
    let path = checkpoint.path().to_owned();
    let failed = |error: &std::io::Error| FileError::new(&path, format!("cannot be read: {error}"));
    let mut from = File::open(&path).map_err(|error| failed(&error))?;
    std::io::copy(&mut from, &mut copy).map_err(|error| copy.failed(&error))?;
    copy.flush().map_err(|error| copy.failed(&error))?;
    let files = vec![InputFile { name: ROWS.to_owned(), sha256: copy.finish()? }];
    let manifest = RunManifest {
        head: head.clone(),
        rows,
        measures,
        half_width_reached: None,
        files,
        notice: NOTICE.to_owned(),
    };
    let place = folder.join(MANIFEST);
    let text = serde_json::to_string_pretty(&manifest)
        .map_err(|error| FileError::new(&place, format!("cannot be written: {error}")))?;
    crate::output::write(&place, &format!("{text}\n"))?;
    checkpoint.remove()?;
    Ok(manifest)
}

/// Takes a finished shard out of a folder that is to hold something else.
///
/// # Errors
/// A file cannot be removed.
pub fn forget(folder: &Path) -> Result<(), FileError> {
    for place in [MANIFEST, ROWS].map(|name| folder.join(name)) {
        if place.exists() {
            std::fs::remove_file(&place).map_err(|error| cannot_write(&place, &error))?;
        }
    }
    Ok(())
}

/// Is a file of a finished folder what its manifest says?
///
/// # Errors
/// It is not, or cannot be read.
pub(super) fn verify(folder: &Path, manifest: &RunManifest, name: &str) -> Result<(), FileError> {
    let path = folder.join(name);
    let again = "run the shard again";
    let failed =
        |error: &std::io::Error| FileError::new(&path, format!("cannot be read: {error}")).mend(again);
    let mut file = BufReader::new(File::open(&path).map_err(|error| failed(&error))?);
    let (mut hash, mut bytes) = (Sha256::new(), vec![0; 64 * 1024]);
    loop {
        let read = file.read(&mut bytes).map_err(|error| failed(&error))?;
        if read == 0 {
            break;
        }
        hash.update(bytes.get(..read).unwrap_or_default());
    }
    let found = hexadecimal(&hash.finalize());
    match manifest.files.iter().find(|file| file.name == name) {
        Some(file) if file.sha256 == found => Ok(()),
        Some(_) => {
            Err(FileError::new(&path, "is damaged: its bytes are not those that its manifest names")
                .mend(again))
        }
        None => Err(FileError::new(&path, "is not named by its manifest").mend(again)),
    }
}
