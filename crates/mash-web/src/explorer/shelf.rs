//! Scenarios and packs by name, read when they are first asked for and kept.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use mash_io::scenario_file::{self, LoadedScenario};
use mash_rules::{PackFiles, RulePack};

use super::{ExploreError, locked};

/// The pack with which a scenario is explored that names none.
const USUAL_PACK: &str = "levels-of-need";
/// Read files kept of each kind.
const KEPT: usize = 24;

/// Where files are, and those that were read.
#[derive(Debug)]
pub(crate) struct Shelf {
    scenarios: BTreeMap<String, PathBuf>,
    packs: BTreeMap<String, PathBuf>,
    read_scenarios: Mutex<BTreeMap<String, Arc<LoadedScenario>>>,
    read_packs: Mutex<BTreeMap<String, Arc<Loaded>>>,
}

/// A pack and the files it was read from.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) files: PackFiles,
    pub(crate) pack: RulePack,
}

impl Shelf {
    /// Names of everything below a folder that holds `scenarios` and `rules`.
    pub(super) fn new(files: &Path) -> Self {
        let mut scenarios = named(&files.join("scenarios"), "", is_scenario);
        scenarios.extend(named(&files.join("scenarios/what-if"), "what-if/", is_scenario));
        let packs = named(&files.join("rules"), "", |path| path.join("manifest.json").is_file());
        Self { scenarios, packs, read_scenarios: Mutex::default(), read_packs: Mutex::default() }
    }

    /// Names of scenarios.
    pub(crate) fn scenarios(&self) -> impl Iterator<Item = &str> {
        self.scenarios.keys().map(String::as_str)
    }

    /// Names of packs.
    pub(crate) fn packs(&self) -> impl Iterator<Item = &str> {
        self.packs.keys().map(String::as_str)
    }

    /// The scenario that a first visit sees.
    pub(super) fn first_scenario(&self) -> &str {
        let county = self.scenarios.keys().rev().find(|name| name.starts_with("herefordshire-like"));
        county.or_else(|| self.scenarios.keys().next()).map_or("", String::as_str)
    }

    /// The pack that a scenario goes with.
    pub(super) fn usual_pack(&self, scenario: &LoadedScenario) -> &str {
        let named = scenario.scenario.as_written().pack.as_deref();
        let own = named.and_then(|path| path.rsplit('/').next()).unwrap_or(USUAL_PACK);
        let found = self.packs.keys().find(|name| *name == own);
        found.or_else(|| self.packs.keys().next()).map_or("", String::as_str)
    }

    /// Where a scenario is, as a command names it.
    pub(super) fn scenario_path(name: &str) -> String {
        format!("scenarios/{name}.json")
    }

    /// A scenario.
    pub(crate) fn scenario(&self, name: &str) -> Result<Arc<LoadedScenario>, ExploreError> {
        if let Some(read) = locked(&self.read_scenarios).get(name) {
            return Ok(Arc::clone(read));
        }
        let path =
            self.scenarios.get(name).ok_or_else(|| unknown("scenario", name, &names(&self.scenarios)))?;
        let read = scenario_file::read(path).map_err(|error| ExploreError::Files(error.to_string()))?;
        let read = Arc::new(read);
        keep(&mut locked(&self.read_scenarios), name, &read);
        Ok(read)
    }

    /// A pack.
    pub(crate) fn pack(&self, parameter: &str, name: &str) -> Result<Arc<Loaded>, ExploreError> {
        if let Some(read) = locked(&self.read_packs).get(name) {
            return Ok(Arc::clone(read));
        }
        let path = self.packs.get(name).ok_or_else(|| unknown(parameter, name, &names(&self.packs)))?;
        let files = mash_io::pack_folder::read(path).map_err(|errors| {
            let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
            ExploreError::Files(errors.join("; "))
        })?;
        let pack = RulePack::load(&files).map_err(|error| ExploreError::Files(error.to_string()))?;
        let read = Arc::new(Loaded { files, pack });
        keep(&mut locked(&self.read_packs), name, &read);
        Ok(read)
    }
}

fn keep<T>(all: &mut BTreeMap<String, Arc<T>>, name: &str, read: &Arc<T>) {
    if all.len() < KEPT {
        all.insert(name.to_owned(), Arc::clone(read));
    }
}

fn names<T>(all: &BTreeMap<String, T>) -> Vec<&str> {
    all.keys().map(String::as_str).collect()
}

fn unknown(parameter: &str, name: &str, known: &[&str]) -> ExploreError {
    let near = mash_rules::error::nearest(name, known.to_vec());
    let mend = match near {
        Some(near) => format!("Did you mean `{near}`?"),
        None => format!("There are: {}.", known.join(", ")),
    };
    // What somebody typed may be long.
    let name: String = name.chars().take(60).collect();
    ExploreError::parameter(parameter, format!("there is nothing called `{name}`"), mend)
}

fn is_scenario(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "json")
}

fn named(folder: &Path, before: &str, is_one: impl Fn(&Path) -> bool) -> BTreeMap<String, PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    entries
        .filter(|path| is_one(path))
        .filter_map(|path| Some((format!("{before}{}", path.file_stem()?.to_string_lossy()), path)))
        .collect()
}
