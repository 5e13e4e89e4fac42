//! Reading training vignettes: one file, or a folder of them.
//!
//! In: a path. Out: the vignettes as a deck, or every file that cannot be one, each with everything that is wrong with
//! it. What their facts, rules and routes mean is checked against a pack afterwards.

use std::{
    fs,
    path::{Path, PathBuf},
};

use mash_exercise::{Deck, Vignette, VignetteProblem};

use crate::{error::FileError, pack_folder::shown, text_file};

/// Largest vignette file that is read, in bytes.
const MAX_VIGNETTE_BYTES: u64 = 1024 * 1024;

/// Reads the vignettes of a folder's `.json` files, or the one of a file.
///
/// # Errors
/// The path is not there or holds no vignette, a file cannot be read, is no vignette, or says another id than its name
/// does; every such file is named, with every place.
pub fn read(path: &Path) -> Result<Deck, Vec<FileError>> {
    let files = if path.is_dir() { files_of(path)? } else { vec![path.to_owned()] };
    let mut vignettes = Vec::new();
    let mut errors = Vec::new();
    for file in &files {
        match read_file(file) {
            Ok(vignette) => vignettes.push(vignette),
            Err(found) => errors.extend(found),
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    // Ids equal file names, so only one file name in two cases could stand twice.
    Deck::new(vignettes).map_err(|error| vec![FileError::new(path, error.to_string())])
}

/// The vignettes of a folder's `.json` files, or the one of a file, each by itself; a folder that cannot be listed has
/// none.
#[must_use]
pub fn each(path: &Path) -> Vec<(PathBuf, Result<Vignette, Vec<FileError>>)> {
    let files = if path.is_dir() { files_of(path).unwrap_or_default() } else { vec![path.to_owned()] };
    let read = |file: PathBuf| {
        let vignette = read_file(&file);
        (file, vignette)
    };
    files.into_iter().map(read).collect()
}

/// Reads one vignette.
///
/// # Errors
/// As [`read`].
pub fn read_file(path: &Path) -> Result<Vignette, Vec<FileError>> {
    let text = text_file::read(path, MAX_VIGNETTE_BYTES).map_err(|error| vec![error])?;
    let located = |problem: &VignetteProblem| file_error(path, problem);
    let vignette =
        Vignette::from_json(&text).map_err(|error| error.problems.iter().map(located).collect::<Vec<_>>())?;
    let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    if vignette.id.as_str() != name {
        let problem = VignetteProblem::error("id", format!("is `{}`, and the file is `{name}`", vignette.id))
            .mend(format!("write `\"id\": \"{name}\"`, or rename the file"));
        return Err(vec![file_error(path, &problem)]);
    }
    Ok(vignette)
}

/// A problem with a vignette as one with its file.
#[must_use]
pub fn file_error(path: &Path, problem: &VignetteProblem) -> FileError {
    let place = if problem.at.is_empty() { String::new() } else { format!("{}: ", problem.at) };
    let error = FileError::new(shown(path), format!("{place}{}", problem.message));
    match &problem.mend {
        Some(mend) => error.mend(mend.clone()),
        None => error,
    }
}

fn files_of(folder: &Path) -> Result<Vec<PathBuf>, Vec<FileError>> {
    let entries = fs::read_dir(folder).map_err(|error| vec![text_file::not_readable(folder, &error)])?;
    let is_vignette =
        |path: &PathBuf| path.is_file() && path.extension().is_some_and(|ending| ending == "json");
    let mut files: Vec<_> = entries.flatten().map(|entry| entry.path()).filter(is_vignette).collect();
    files.sort();
    if files.is_empty() {
        let error = FileError::new(folder, "holds no vignette")
            .mend("name a folder with .json files, one a vignette; `mash new vignette NAME` writes one");
        return Err(vec![error]);
    }
    Ok(files)
}
