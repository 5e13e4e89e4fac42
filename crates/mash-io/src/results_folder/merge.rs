//! Shards of one run put together: the bytes that the whole run would have given.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use mash_batch::batch::{Row, Shard};
use mash_stats::measures::{Authority, Measure};

use super::{
    DICTIONARY, ROWS_CSV, RunHead, RunManifest,
    checkpoint::{self, KeptRow},
    create, read_manifest, read_rows,
    shard::{self, verify},
    write,
};
use crate::error::FileError;

/// Rows of one shard that are still to come.
type Rows<K> = Box<dyn Iterator<Item = Result<K, FileError>>>;

/// The finished shards of one run, each there once.
#[derive(Debug)]
pub struct Shards {
    /// What the whole run is.
    pub head: RunHead,
    /// By shard.
    folders: Vec<(PathBuf, RunManifest)>,
}

impl Shards {
    /// Looks at the folders that shards were written to, in any order.
    ///
    /// # Errors
    /// A folder without finished results, shards of unlike runs, one given twice, or some missing (all are named).
    pub fn of(folders: &[PathBuf], out: &Path) -> Result<Self, FileError> {
        let mut shards: BTreeMap<u32, (PathBuf, RunManifest)> = BTreeMap::new();
        let mut of = None;
        for folder in folders {
            let manifest = read_manifest(folder)?;
            let shard: Shard = manifest
                .head
                .shard
                .parse()
                .map_err(|error| FileError::new(folder, format!("its manifest: {error}")))?;
            let (first, wanted) = of.get_or_insert((folder, manifest.clone()));
            if let Some(other) = unlike(wanted, &manifest) {
                return Err(FileError::new(
                    folder,
                    format!("is of another run than {}: {other}", first.display()),
                )
                .mend("merge only shards of one run: same scenario, pack, seed, replications and program"));
            }
            if let Some((before, _)) = shards.get(&shard.index()) {
                return Err(FileError::new(
                    folder,
                    format!("is shard {shard}, and so is {}", before.display()),
                )
                .mend("give each shard once"));
            }
            shards.insert(shard.index(), (folder.clone(), manifest));
        }
        let Some((_, wanted)) = of else {
            return Err(FileError::new(out, "no shard to merge"));
        };
        let count = wanted.head.shard().of();
        let missing: Vec<String> = (1..=count)
            .filter(|index| !shards.contains_key(index))
            .map(|index| format!("{index}/{count}"))
            .collect();
        if !missing.is_empty() {
            let is = if missing.len() == 1 { "shard is" } else { "shards are" };
            return Err(FileError::new(
                out,
                format!("{} {is} missing: {}", missing.len(), missing.join(", ")),
            )
            .mend("run what is missing with `--shard`, then merge again"));
        }
        let head = RunHead { shard: Shard::WHOLE.to_string(), ..wanted.head };
        Ok(Self { head, folders: shards.into_values().collect() })
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.folders.len()
    }

    /// All rows of the run in their order, from shards of an experiment or a sweep.
    ///
    /// # Errors
    /// A shard's file is not what its manifest says, or cannot be read; each row that is missing is an error in its
    /// place.
    pub fn rows<K: KeptRow + 'static>(
        &self,
    ) -> Result<impl Iterator<Item = Result<K, FileError>> + use<K>, FileError> {
        let mut all: Vec<Rows<K>> = Vec::new();
        for (folder, manifest) in &self.folders {
            verify(folder, manifest, shard::ROWS)?;
            all.push(Box::new(checkpoint::rows(&folder.join(shard::ROWS))?));
        }
        Ok(self.in_order(all))
    }

    /// Rows of all shards, one shard after the other in turn.
    fn in_order<K: KeptRow>(
        &self,
        mut rows: Vec<Rows<K>>,
    ) -> impl Iterator<Item = Result<K, FileError>> + use<K> {
        let places: Vec<PathBuf> = self.folders.iter().map(|(folder, _)| folder.clone()).collect();
        let count = u32::try_from(places.len()).unwrap_or(1).max(1);
        (0..self.head.replications).map(move |number| {
            let at = usize::try_from(number % count).unwrap_or(0);
            let row = rows.get_mut(at).and_then(Iterator::next).transpose()?;
            let place = places.get(at).cloned().unwrap_or_default();
            row.filter(|row| row.number() == number).ok_or_else(|| {
                FileError::new(place, format!("replication {number} is missing")).mend("run the shard again")
            })
        })
    }
}

/// Puts finished shards of a batch together in another folder.
///
/// # Errors
/// A shard's file is not what its manifest says, a row is missing, or the results cannot be written.
pub fn merge(shards: &Shards, out: &Path) -> Result<RunManifest, FileError> {
    let mut measures = None;
    let mut rows: Vec<Rows<Row>> = Vec::new();
    for (folder, manifest) in &shards.folders {
        verify(folder, manifest, ROWS_CSV)?;
        verify(folder, manifest, DICTIONARY)?;
        let (names, of_shard) = read_rows(folder)?;
        let dictionary = dictionary(folder)?;
        if dictionary.iter().map(|measure| &measure.id).ne(names.iter()) {
            return Err(FileError::new(folder, format!("{DICTIONARY} and the rows have different columns"))
                .mend("run the shard again"));
        }
        measures.get_or_insert(dictionary);
        rows.push(Box::new(of_shard));
    }
    create(out)?;
    write(out, &shards.head, &measures.unwrap_or_default(), shards.in_order(rows))
}

/// Why two shards are not of one run.
fn unlike(one: &RunManifest, two: &RunManifest) -> Option<String> {
    let (a, b) = (&one.head, &two.head);
    // Machines may keep a file elsewhere; what has no bytes is a setting, told by its name.
    let hashes = |manifest: &RunManifest| -> Vec<String> {
        let told = |input: &super::InputFile| {
            if input.sha256.is_empty() { input.name.clone() } else { input.sha256.clone() }
        };
        manifest.head.inputs.iter().map(told).collect()
    };
    let verb = |head: &RunHead| head.asked.as_ref().map_or("simulate", |asked| &asked.verb).to_owned();
    let shards = |manifest: &RunManifest| manifest.head.shard().of();
    let says = |name: &str, a: &str, b: &str| (a != b).then(|| format!("{name} is {b}, not {a}"));
    says("the program", &a.program, &b.program)
        .or_else(|| says("the command", &verb(a), &verb(b)))
        .or_else(|| says("the model", &a.model, &b.model))
        .or_else(|| (hashes(one) != hashes(two)).then(|| "its input files or settings differ".to_owned()))
        .or_else(|| says("the seed", &a.seed.to_string(), &b.seed.to_string()))
        .or_else(|| {
            says("the number of replications", &a.replications.to_string(), &b.replications.to_string())
        })
        .or_else(|| says("the number of shards", &shards(one).to_string(), &shards(two).to_string()))
}

/// The measures of a folder, from its data dictionary.
fn dictionary(folder: &Path) -> Result<Vec<Measure>, FileError> {
    let path = folder.join(DICTIONARY);
    let wrong = |problem: String| FileError::new(&path, problem).mend("run the shard again");
    let mut reader =
        csv::Reader::from_path(&path).map_err(|error| wrong(format!("cannot be read: {error}")))?;
    let mut measures = Vec::new();
    for row in reader.records().skip(1) {
        let row = row.map_err(|error| wrong(format!("cannot be read: {error}")))?;
        let cell = |at: usize| row.get(at).unwrap_or_default().to_owned();
        let authority = [Authority::Statute, Authority::Guidance, Authority::Local];
        measures.push(Measure {
            id: cell(0),
            title: cell(1),
            unit: cell(2),
            definition: cell(3),
            authority: authority.into_iter().find(|authority| authority.title() == cell(4)),
            source: Some(cell(5)).filter(|source| !source.is_empty()),
        });
    }
    Ok(measures)
}
