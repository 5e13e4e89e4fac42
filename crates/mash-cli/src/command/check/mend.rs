//! `--fix`: mended files, as a diff or in their places.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use mash_io::{
    FileError,
    output::{Output, cannot_write},
};
use mash_rules::{Finding, PackFiles, mend::mend};
use similar::TextDiff;

/// What mending changes in one pack.
pub(super) struct Change {
    /// The pack's folder.
    folder: PathBuf,
    /// Each changed file: its name, its text, its text once mended.
    files: Vec<(String, String, String)>,
    /// The findings that were mended.
    pub(super) fixed: Vec<Finding>,
}

/// What mending changes in each pack. Nothing is written.
///
/// A base comes before its overlays, so that they are checked on what it becomes.
pub(super) fn changes(mut packs: Vec<PackFiles>) -> Vec<Change> {
    packs.sort_by_key(|files| files.chain.len());
    let mut mended_packs: Vec<PackFiles> = Vec::new();
    let mut changes = Vec::new();
    for mut before in packs {
        for base in before.chain.iter_mut().skip(1) {
            let mended = mended_packs.iter().filter_map(|files| files.chain.first());
            if let Some(mended) = mended.into_iter().find(|mended| mended.path == base.path) {
                *base = mended.clone();
            }
        }
        let mended = mend(before.clone());
        if let (Some(own), Some(was)) = (mended.files.chain.first(), before.chain.first()) {
            let changed = own.files.iter().filter_map(|(name, text)| {
                let old = was.files.get(name).filter(|old| *old != text)?;
                Some((name.clone(), old.clone(), text.clone()))
            });
            changes.push(Change {
                folder: PathBuf::from(&own.path),
                files: changed.collect(),
                fixed: mended.fixed,
            });
        }
        mended_packs.push(mended.files);
    }
    changes
}

impl Change {
    /// The change as a unified diff.
    pub(super) fn diff(&self) -> String {
        let one = |(name, old, new): &(String, String, String)| {
            let path = self.folder.join(name).display().to_string();
            TextDiff::from_lines(old, new).unified_diff().header(&path, &path).to_string()
        };
        self.files.iter().map(one).collect()
    }
}

/// Writes every mended file beside its place and, once all are whole, moves them there.
///
/// # Errors
/// A file cannot be written, leads out of the pack's folder, or was changed by somebody else meanwhile. Then no file has
/// changed, unless it was the move itself that failed.
pub(super) fn write(changes: &[Change]) -> Result<(), Vec<FileError>> {
    let mut ready = Vec::new();
    let mut errors = Vec::new();
    for change in changes {
        for (name, old, new) in &change.files {
            match prepare(&change.folder, name, old, new) {
                Ok(output) => ready.push(output),
                Err(error) => errors.push(error),
            }
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let failed: Vec<FileError> = ready.into_iter().filter_map(|output| output.finish().err()).collect();
    if failed.is_empty() { Ok(()) } else { Err(failed) }
}

/// The mended file, whole beside its place.
fn prepare(folder: &Path, name: &str, old: &str, new: &str) -> Result<Output, FileError> {
    let path = folder.join(name);
    let of = |path: &Path| fs::canonicalize(path).map_err(|error| cannot_write(path, &error));
    // A link is followed, so that it stays one; but what it leads to may belong to another pack.
    let place = of(&path)?;
    if !place.starts_with(of(folder)?) {
        return Err(FileError::new(&path, "leads out of the pack's folder and is not mended")
            .mend("mend it where it is, or put a copy here"));
    }
    if fs::read(&place).ok().as_deref() != Some(old.as_bytes()) {
        return Err(
            FileError::new(&path, "was changed by somebody else meanwhile").mend("run the command again")
        );
    }
    let mut output = Output::create(&place)?;
    output.write_all(new.as_bytes()).map_err(|error| cannot_write(&path, &error))?;
    Ok(output)
}
