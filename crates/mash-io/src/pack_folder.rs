//! Reading the folder of a rule pack and those of its bases.

use std::{
    fs,
    path::{Component, Path, PathBuf},
};

use mash_rules::{BrokenBase, PackFiles, PackFolder, host::MAX_FILE_BYTES};
use serde::Deserialize;

use crate::{error::FileError, text_file};

/// Longest chain of bases that is followed.
const LONGEST_CHAIN: usize = 16;

#[derive(Deserialize)]
struct Base {
    base: Option<String>,
}

/// Reads a pack's folder and follows its bases; what cannot be followed is left for loading to report.
///
/// # Errors
/// The folder or one of its files cannot be read; every such file is named.
pub fn read(path: &Path) -> Result<PackFiles, Vec<FileError>> {
    let mut files = PackFiles::default();
    let mut next = normal(path);
    loop {
        if !next.is_dir() {
            if files.chain.is_empty() {
                let error = FileError::new(&next, "there is no such folder")
                    .mend("a pack is a folder with a manifest.json; `mash new pack` writes one");
                return Err(vec![error]);
            }
            files.broken_base = Some(BrokenBase::Missing(shown(&next)));
            return Ok(files);
        }
        if files.chain.len() >= LONGEST_CHAIN || files.chain.iter().any(|folder| folder.path == shown(&next))
        {
            files.broken_base = Some(BrokenBase::Cycle(shown(&next)));
            return Ok(files);
        }
        let folder = read_folder(&next)?;
        let base = folder
            .files
            .get("manifest.json")
            .and_then(|text| serde_json::from_str::<Base>(text.trim_start_matches('\u{feff}')).ok())
            .and_then(|manifest| manifest.base);
        files.chain.push(folder);
        match base {
            Some(base) => next = normal(&next.join(base)),
            None => return Ok(files),
        }
    }
}

fn read_folder(path: &Path) -> Result<PackFolder, Vec<FileError>> {
    let mut folder = PackFolder { path: shown(path), ..PackFolder::default() };
    let mut errors = Vec::new();
    for (sub, prefix) in [(path.to_owned(), ""), (path.join("cases"), "cases/")] {
        let entries = match fs::read_dir(&sub) {
            Ok(entries) => entries,
            Err(_) if !prefix.is_empty() => continue,
            Err(error) => return Err(vec![text_file::not_readable(&sub, &error)]),
        };
        for entry in entries.flatten() {
            let file = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            let wanted = name.ends_with(".json") || (prefix.is_empty() && name.ends_with(".rhai"));
            if !wanted || !file.is_file() {
                continue;
            }
            match text_file::read(&file, MAX_FILE_BYTES) {
                Ok(text) => {
                    folder.files.insert(format!("{prefix}{name}"), text);
                }
                Err(error) => errors.push(error),
            }
        }
    }
    if errors.is_empty() { Ok(folder) } else { Err(errors) }
}

/// `rules/a/../b` as `rules/b`, without touching the disk.
fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(out.components().next_back(), Some(Component::Normal(_))) => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    if out.as_os_str().is_empty() { PathBuf::from(".") } else { out }
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}
