//! What rooms are played with: packs, decks of vignettes and scenarios, read once when the server starts; a draft that is
//! accepted joins them.

pub(crate) mod drafts;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use mash_exercise::{Deck, Vignette, VignetteProblem};
use mash_io::FileError;
use mash_model::VignetteId;
use mash_rules::RulePack;

/// Packs, vignettes and scenarios by name.
#[derive(Debug)]
pub struct Library {
    /// The folder with `rules` and `scenarios`.
    pub folder: PathBuf,
    /// Packs by the name of their folder.
    pub packs: BTreeMap<String, Arc<RulePack>>,
    /// Scenario files by name without `.json`.
    pub scenarios: BTreeMap<String, PathBuf>,
    /// Vignettes that a facilitator has accepted; another is added when a draft is accepted.
    deck: RwLock<Arc<Deck>>,
    /// The folder or file of vignettes of one's own.
    own: Option<PathBuf>,
    /// Held by whoever changes a draft.
    changing: Mutex<()>,
}

/// The pack with which rooms begin.
pub(crate) const USUAL_PACK: &str = "levels-of-need";

impl Library {
    /// Reads what lies in the folders `rules`, `scenarios` and `scenarios/vignettes` of `files`, and the vignettes of
    /// `own` where a folder is named. A draft that no facilitator has accepted is left out.
    ///
    /// # Errors
    /// Everything that is wrong with a file, each with its place and its mend.
    pub fn read(files: &Path, own: Option<&Path>) -> Result<Self, Vec<FileError>> {
        let mut errors = Vec::new();
        let mut packs = BTreeMap::new();
        for folder in folders_with(&files.join("rules"), "manifest.json") {
            let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            match load(&folder) {
                Ok(pack) => {
                    packs.insert(name, Arc::new(pack));
                }
                Err(found) => errors.extend(found),
            }
        }
        let shipped = files.join("scenarios/vignettes");
        let mut vignettes: Vec<Vignette> = Vec::new();
        for folder in [Some(shipped.as_path()).filter(|it| it.is_dir()), own].into_iter().flatten() {
            match mash_io::vignettes::read(folder) {
                Ok(deck) => vignettes.extend(deck.iter().filter(|it| it.accepted_by_facilitator).cloned()),
                Err(found) => errors.extend(found),
            }
        }
        let deck = Deck::new(vignettes).unwrap_or_else(|error| {
            errors.push(
                FileError::new(own.unwrap_or(&shipped), error.to_string())
                    .mend("give each vignette an id of its own"),
            );
            Deck::default()
        });
        if packs.is_empty() && errors.is_empty() {
            let error = FileError::new(files.join("rules"), "holds no rule pack");
            errors.push(error.mend("name the folder that holds `rules` and `scenarios`"));
        }
        if let (Some(own), true) = (own, errors.is_empty()) {
            errors.extend(wrong(own, &deck, &packs));
        }
        let scenarios = files_of(&files.join("scenarios"));
        if errors.is_empty() {
            let deck = RwLock::new(Arc::new(deck));
            let own = own.map(Path::to_owned);
            Ok(Self { folder: files.to_path_buf(), packs, scenarios, deck, own, changing: Mutex::default() })
        } else {
            Err(errors)
        }
    }

    /// Vignettes that a facilitator has accepted.
    pub(crate) fn deck(&self) -> Arc<Deck> {
        Arc::clone(&self.deck.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The pack that vignettes are checked against, and rooms begin with.
    pub(crate) fn usual(&self) -> Option<(&str, &Arc<RulePack>)> {
        let usual = self.packs.get_key_value(USUAL_PACK).or_else(|| self.packs.first_key_value());
        usual.map(|(name, pack)| (name.as_str(), pack))
    }

    /// The pack of this name, if it has one.
    #[must_use]
    pub fn pack(&self, name: &str) -> Option<&Arc<RulePack>> {
        self.packs.get(name)
    }
}

fn load(folder: &Path) -> Result<RulePack, Vec<FileError>> {
    let files = mash_io::pack_folder::read(folder)?;
    RulePack::load(&files).map_err(|error| {
        let problem = FileError::new(folder, error.to_string());
        vec![problem.mend("`mash check` names every place that is wrong")]
    })
}

/// Everything wrong with the vignettes of a folder or file, as `mash check` says it; warnings are not told here.
fn wrong(own: &Path, deck: &Deck, packs: &BTreeMap<String, Arc<RulePack>>) -> Vec<FileError> {
    let place = |id: &str| if own.is_dir() { own.join(format!("{id}.json")) } else { own.to_owned() };
    let here = deck
        .iter()
        .map(|vignette| (place(vignette.id.as_str()), &vignette.id))
        .filter(|(path, _)| path.is_file());
    let errors = here.flat_map(|(path, id)| {
        let found = errors_of(id, deck, packs);
        found.iter().map(|problem| mash_io::vignettes::file_error(&path, problem)).collect::<Vec<_>>()
    });
    errors.collect()
}

/// Everything wrong with a vignette of a deck: nothing where one pack finds nothing wrong, for a pack of one's own may
/// have facts that others do not; else what the pack says that rooms begin with. A room holds it to the pack that it is
/// played with.
fn errors_of(id: &VignetteId, deck: &Deck, packs: &BTreeMap<String, Arc<RulePack>>) -> Vec<VignetteProblem> {
    let found = |pack: &RulePack| -> Vec<VignetteProblem> {
        deck.check_one(pack, id).into_iter().filter(VignetteProblem::is_error).collect()
    };
    let Some((usual, pack)) = packs.get_key_value(USUAL_PACK).or_else(|| packs.first_key_value()) else {
        return Vec::new();
    };
    let first = found(pack);
    let fits = |(name, pack): (&String, &Arc<RulePack>)| name != usual && found(pack).is_empty();
    if first.is_empty() || packs.iter().any(fits) { Vec::new() } else { first }
}

fn folders_with(above: &Path, file: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(above).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> =
        entries.map(|entry| entry.path()).filter(|folder| folder.join(file).is_file()).collect();
    folders.sort();
    folders
}

fn files_of(folder: &Path) -> BTreeMap<String, PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let json =
        entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|end| end == "json"));
    json.filter_map(|path| Some((path.file_stem()?.to_string_lossy().into_owned(), path))).collect()
}
