//! Reading a scenario with the scenarios it extends.
//!
//! In: the path of a scenario file. Out: the checked scenario, and every file it was read from with its SHA-256. What
//! is wrong names the file in which it is written.

use std::path::{Path, PathBuf};

use mash_sim::{
    Scenario,
    scenario::{ScenarioError, ScenarioLayer, ScenarioProblem, extend::EXTENDS},
};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{
    error::FileError,
    pack_folder::{normal, shown},
    text_file,
};

/// Largest scenario file that is read, in bytes.
const MAX_SCENARIO_BYTES: u64 = 16 * 1024 * 1024;

/// Longest chain of scenarios that is followed.
const LONGEST_CHAIN: usize = 16;

/// A scenario and where it was read.
#[derive(Debug, Clone)]
pub struct LoadedScenario {
    /// The scenario, complete and checked.
    pub scenario: Scenario,
    /// Each file it was read from, with the SHA-256 of its bytes in hexadecimal: the one asked for first, then what it
    /// extends.
    pub files: Vec<(String, String)>,
    /// SHA-256 of the bytes of all files one after another, in hexadecimal; of one file, that file's.
    pub sha256: String,
}

/// Why a scenario cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioFileError {
    /// A file of the chain cannot be read, or is not JSON.
    #[error(transparent)]
    File(#[from] FileError),
    /// What the files say together is wrong.
    #[error("{}", located(.path, .error))]
    Scenario {
        /// The file asked for.
        path: String,
        /// Every mistake, with the file in which it is written where there are several.
        error: ScenarioError,
    },
}

/// Reads a scenario and what it extends.
///
/// # Errors
/// A file that is not there, too large or not JSON; a chain that comes back to itself or is longer than 16; or
/// everything that is wrong with the scenario.
pub fn read(path: &Path) -> Result<LoadedScenario, ScenarioFileError> {
    let asked = normal(path);
    let mut layers: Vec<ScenarioLayer> = Vec::new();
    let mut files = Vec::new();
    let mut all = Sha256::new();
    let mut next = Some(asked.clone());
    while let Some(path) = next {
        let text = match (layers.last(), text_file::read(&path, MAX_SCENARIO_BYTES)) {
            (Some(layer), Err(error)) => return Err(not_followed(layer, &error).into()),
            (_, text) => text?,
        };
        all.update(text.as_bytes());
        files.push((shown(&path), hexadecimal(&Sha256::digest(text.as_bytes()))));
        let value: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| {
            FileError::new(&path, format!("not JSON: {}", error.to_string().to_lowercase()))
                .mend("mend the file at that place; a scenario is one JSON object")
        })?;
        if layers.is_empty() && value.get("network").is_some() {
            return Err(FileError::new(&path, "is a network of queues, not a scenario of a front door")
                .mend("`mash simulate` runs networks; give a scenario here")
                .into());
        }
        next = base(&path, &value)?;
        layers.push(ScenarioLayer { file: shown(&path), value });
        if let Some(base) = &next
            && let Some(problem) = endless(&layers, &shown(base))
        {
            return Err(FileError::new(&path, problem)
                .mend(format!("let one scenario of the chain be whole: take `{EXTENDS}` out of it"))
                .into());
        }
    }
    layers.reverse();
    let scenario = Scenario::from_layers(&layers)
        .map_err(|error| ScenarioFileError::Scenario { path: shown(&asked), error })?;
    Ok(LoadedScenario { scenario, files, sha256: hexadecimal(&all.finalize()) })
}

/// What `extends` says in a scenario at `file` that extends the one at `base`: the way from the folder of the first.
///
/// # Errors
/// The folder the command runs in is not known.
pub fn extends_path(file: &Path, base: &Path) -> Result<String, FileError> {
    let absolute = |path: &Path| {
        std::path::absolute(path)
            .map(|path| normal(&path))
            .map_err(|error| FileError::new(path, error.to_string()))
    };
    let (file, base) = (absolute(file)?, absolute(base)?);
    let folder = file.parent().unwrap_or(Path::new(""));
    let shared = folder.components().zip(base.components()).take_while(|(a, b)| a == b).count();
    if shared == 0 {
        return Ok(shown(&base));
    }
    let up = folder.components().skip(shared).map(|_| Path::new(".."));
    let way: PathBuf =
        up.chain(base.components().skip(shared).map(|part| Path::new(part.as_os_str()))).collect();
    Ok(shown(&way))
}

/// The file that this one extends.
fn base(path: &Path, value: &Value) -> Result<Option<PathBuf>, FileError> {
    match value.get(EXTENDS) {
        None => Ok(None),
        Some(Value::String(base)) if !base.is_empty() => {
            Ok(Some(normal(&path.parent().unwrap_or(Path::new("")).join(base))))
        }
        Some(other) => Err(FileError::new(path, format!("`{EXTENDS}` is {other}, which names no file"))
            .mend(format!("write `\"{EXTENDS}\": \"other.json\"`, a path relative to this file"))),
    }
}

fn endless(layers: &[ScenarioLayer], base: &str) -> Option<String> {
    if layers.iter().any(|layer| layer.file == base) {
        return Some(format!("extends `{base}`, which extends this file again"));
    }
    (layers.len() >= LONGEST_CHAIN)
        .then(|| format!("extends `{base}` at the end of a chain of {LONGEST_CHAIN} files, the longest read"))
}

/// Says of a file that its base cannot be read.
fn not_followed(layer: &ScenarioLayer, error: &FileError) -> FileError {
    let problem = format!("extends `{}`: {}", shown(&error.path), error.problem);
    let mend = format!("check `{EXTENDS}`; its path is relative to the folder of `{}`", layer.file);
    FileError::new(layer.file.as_str(), problem).mend(mend)
}

/// Every mistake on a line of its own, each with its file.
fn located(path: &str, error: &ScenarioError) -> String {
    let line = |problem: &ScenarioProblem| match problem.file {
        Some(_) => problem.to_string(),
        None => format!("{path}: {problem}"),
    };
    error.problems().iter().map(line).collect::<Vec<_>>().join("\n")
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const WHOLE: &str = include_str!("../../../scenarios/herefordshire-like-2023.json");

    /// Writes files into a folder and reads `a.json` of it; paths in messages are shortened to their names.
    fn read_files(files: &[(&str, &str)]) -> Result<LoadedScenario, String> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let place = folder.path().join(name);
            fs::create_dir_all(place.parent().unwrap()).unwrap();
            fs::write(place, text).unwrap();
        }
        read(&folder.path().join("a.json")).map_err(|error| {
            let mend = match &error {
                ScenarioFileError::File(FileError { mend: Some(mend), .. }) => format!(" ({mend})"),
                _ => String::new(),
            };
            format!("{error}{mend}").replace(&format!("{}/", shown(folder.path())), "")
        })
    }

    #[test]
    fn a_chain_of_files_is_read_from_its_own_folders() {
        let change = r#"{"extends": "bases/b.json", "id": "a", "title": "A", "seed": 7}"#;
        let between =
            r#"{"extends": "../whole.json", "id": "b", "title": "B", "seed": 6, "replications": 3}"#;
        let loaded =
            read_files(&[("a.json", change), ("bases/b.json", between), ("whole.json", WHOLE)]).unwrap();
        assert_eq!((loaded.scenario.seed, loaded.scenario.replications), (7, 3));
        assert_eq!(loaded.scenario.id, "a");
        let names: Vec<_> = loaded.files.iter().map(|(path, _)| path.rsplit('/').next().unwrap()).collect();
        assert_eq!(names, ["a.json", "b.json", "whole.json"]);
        let all = hexadecimal(&Sha256::digest(format!("{change}{between}{WHOLE}")));
        assert_eq!(loaded.sha256, all);
        let [only] = loaded.scenario.changes() else { panic!("{:?}", loaded.scenario.changes()) };
        assert_eq!(only.place, "seed");
    }

    #[test]
    fn a_file_alone_has_its_own_hash() {
        let loaded = read_files(&[("a.json", WHOLE)]).unwrap();
        assert_eq!(loaded.sha256, hexadecimal(&Sha256::digest(WHOLE)));
        assert_eq!(loaded.files.len(), 1);
        assert_eq!(loaded.scenario.changes(), []);
    }

    #[test]
    fn what_cannot_be_followed_names_the_file_and_the_mend() {
        let extends = |base: &str| format!(r#"{{"extends": "{base}", "id": "a", "title": "A"}}"#);
        for (files, expect) in [
            (
                vec![("a.json", extends("b.json"))],
                "a.json: extends `b.json`: there is no such file or folder (check `extends`; its path is relative to the folder of `a.json`)",
            ),
            (
                vec![("a.json", extends("b.json")), ("b.json", extends("./a.json"))],
                "b.json: extends `a.json`, which extends this file again (let one scenario of the chain be whole: take `extends` out of it)",
            ),
            (
                vec![("a.json", extends("a.json"))],
                "a.json: extends `a.json`, which extends this file again (let one scenario of the chain be whole: take `extends` out of it)",
            ),
            (
                vec![("a.json", extends("b.json")), ("b.json", "{".to_owned())],
                "b.json: not JSON: eof while parsing an object at line 1 column 1 (mend the file at that place; a scenario is one JSON object)",
            ),
            (
                vec![("a.json", r#"{"extends": 3}"#.to_owned())],
                "a.json: `extends` is 3, which names no file (write `\"extends\": \"other.json\"`, a path relative to this file)",
            ),
        ] {
            let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
            assert_eq!(read_files(&files).unwrap_err(), expect);
        }
    }

    #[test]
    fn the_way_to_a_base_is_told_from_the_file() {
        for (file, base, expect) in [
            ("scenarios/a.json", "scenarios/b.json", "b.json"),
            ("a.json", "scenarios/b.json", "scenarios/b.json"),
            ("mine/new/a.json", "scenarios/b.json", "../../scenarios/b.json"),
            ("scenarios/a.json", "./scenarios/../b.json", "../b.json"),
        ] {
            assert_eq!(extends_path(Path::new(file), Path::new(base)).unwrap(), expect);
        }
    }

    #[test]
    fn a_mistake_names_the_file_in_which_it_is_written() {
        let seed = r#"{"seed": 1}"#;
        assert!(read_files(&[("a.json", seed)]).unwrap_err().starts_with("a.json: field `id` is missing\n"));
        let broken = WHOLE.replace("\"seed\": 20230331", "\"seed\": \"one\"");
        let change = r#"{"extends": "b.json", "id": "a", "title": "A", "replications": "two"}"#;
        assert_eq!(
            read_files(&[("a.json", change), ("b.json", &broken)]).unwrap_err(),
            "a.json: replications: expected a whole number, found `two`\n\
             b.json: seed: expected a whole number, found `one`"
        );
    }
}
