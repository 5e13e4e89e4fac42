//! Shards of one run put together: the bytes that the whole run would have given.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use mash_batch::batch::{Row, Shard};
use mash_stats::measures::{Authority, Measure};

use super::{DICTIONARY, RunManifest, create, read_manifest, read_rows, write};
use crate::error::FileError;

/// Rows of one shard that are still to come.
type Rows = Box<dyn Iterator<Item = Result<Row, FileError>>>;

/// Puts finished shards together in another folder.
///
/// # Errors
/// A folder without finished results, shards of unlike runs, one given twice, one that is missing (all are named), a
/// row that is missing; or the results cannot be written.
pub fn merge(folders: &[PathBuf], out: &Path) -> Result<RunManifest, FileError> {
    let mut shards: BTreeMap<u32, (&PathBuf, RunManifest)> = BTreeMap::new();
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
            return Err(FileError::new(folder, format!("is shard {shard}, and so is {}", before.display()))
                .mend("give each shard once"));
        }
        shards.insert(shard.index(), (folder, manifest));
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
        return Err(FileError::new(out, format!("{} {is} missing: {}", missing.len(), missing.join(", ")))
            .mend("run what is missing with `--shard`, then merge again"));
    }
    let mut measures = None;
    let mut rows: Vec<Rows> = Vec::new();
    for (folder, _) in shards.values() {
        let (names, of_shard) = read_rows(folder)?;
        let dictionary = dictionary(folder)?;
        if dictionary.iter().map(|measure| &measure.id).ne(names.iter()) {
            return Err(FileError::new(*folder, format!("{DICTIONARY} and the rows have different columns"))
                .mend("run the shard again"));
        }
        measures.get_or_insert(dictionary);
        rows.push(Box::new(of_shard));
    }
    create(out)?;
    let head = super::RunHead { shard: Shard::WHOLE.to_string(), ..wanted.head.clone() };
    let places: Vec<PathBuf> = shards.values().map(|(folder, _)| (*folder).clone()).collect();
    let all = (0..head.replications).map(move |replication| {
        let at = usize::try_from(replication % count).unwrap_or(0);
        let row = rows.get_mut(at).and_then(Iterator::next).transpose()?;
        let place = places.get(at).cloned().unwrap_or_default();
        row.filter(|row| row.replication == replication).ok_or_else(|| {
            FileError::new(place, format!("replication {replication} is missing")).mend("run the shard again")
        })
    });
    write(out, &head, &measures.unwrap_or_default(), all)
}

/// Why two shards are not of one run.
fn unlike(one: &RunManifest, two: &RunManifest) -> Option<String> {
    let (a, b) = (&one.head, &two.head);
    let hashes = |manifest: &RunManifest| -> Vec<String> {
        manifest.head.inputs.iter().map(|input| input.sha256.clone()).collect()
    };
    let shards = |manifest: &RunManifest| manifest.head.shard().of();
    let says = |name: &str, a: &str, b: &str| (a != b).then(|| format!("{name} is {b}, not {a}"));
    says("the program", &a.program, &b.program)
        .or_else(|| says("the model", &a.model, &b.model))
        .or_else(|| (hashes(one) != hashes(two)).then(|| "its input files differ".to_owned()))
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
