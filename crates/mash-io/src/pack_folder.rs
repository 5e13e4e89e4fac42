//! Reading the folder of a rule pack and those of its bases.

use std::{
    fs,
    path::{Component, Path, PathBuf},
};

use mash_rules::{BrokenBase, PackFiles, PackFolder, decision_table::sheet_name, host::MAX_FILE_BYTES};
use serde::Deserialize;

use crate::{error::FileError, text_file, workbook};

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
    for prefix in ["", "cases/", "tables/"] {
        let sub = path.join(prefix);
        let entries = match fs::read_dir(&sub) {
            Ok(entries) => entries,
            Err(_) if !prefix.is_empty() => continue,
            Err(error) => return Err(vec![text_file::not_readable(&sub, &error)]),
        };
        for entry in entries.flatten() {
            let file = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if !file.is_file() {
                continue;
            }
            match read_file(&file, prefix, &name) {
                Ok(texts) => folder.files.extend(texts),
                Err(error) => errors.push(error),
            }
        }
    }
    if errors.is_empty() { Ok(folder) } else { Err(errors) }
}

/// The texts a file of a pack holds, by name: none for a file that is no part of a pack, one a sheet for a workbook.
fn read_file(file: &Path, prefix: &str, name: &str) -> Result<Vec<(String, String)>, FileError> {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let inside = format!("{prefix}{name}");
    match (prefix, ending) {
        ("" | "cases/", "json") | ("", "rhai") => Ok(vec![(inside, text_file::read(file, MAX_FILE_BYTES)?)]),
        // Excel keeps a file of this name beside a workbook that is open.
        ("tables/", _) if name.starts_with("~$") || name.starts_with('.') => Ok(Vec::new()),
        ("tables/", "csv") => match text_file::read(file, MAX_FILE_BYTES) {
            Ok(text) => Ok(vec![(inside, text)]),
            Err(error) if error.problem.contains("UTF-8") => {
                Err(error.mend("in Excel, save as \"CSV UTF-8 (Comma delimited)\""))
            }
            Err(error) => Err(error),
        },
        ("tables/", "xlsx") => {
            let sheets = workbook::sheets(file)?;
            Ok(sheets.into_iter().map(|(sheet, text)| (sheet_name(&inside, &sheet), text)).collect())
        }
        ("tables/", "xls" | "xlsm" | "xlsb" | "ods" | "tsv" | "numbers" | "CSV" | "XLSX") => {
            Err(FileError::new(file, format!("a table in a `.{ending}` file is not read"))
                .mend("save it as .xlsx or .csv"))
        }
        _ => Ok(Vec::new()),
    }
}

/// `rules/a/../b` as `rules/b`, without touching the disk.
pub(crate) fn normal(path: &Path) -> PathBuf {
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

/// A path as messages show it, alike on every platform.
pub(crate) fn shown(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}
