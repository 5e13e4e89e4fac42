//! `mash sweep`: one or two values varied over a range or a list, or a design file; every point with the same draws.

mod points;
mod text;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::atomic::Ordering,
};

use mash_batch::{
    batch::{Row, Shard},
    front_door_model::FrontDoorModel,
    model::Model,
    sweep::{self, Level, Rows, SweepResults, SweptPoint, first_met, swept},
};
use mash_io::{
    FileError,
    results_folder::{self, InputFile, RunHead, checkpoint::Checkpoint, merge::Shards},
};
use mash_model::NOTICE;
use mash_rules::{PackFiles, RulePack};
use mash_sim::Scenario;
use mash_stats::measures::Measure;

use crate::{
    args::SweepArgs,
    command::{
        named, sharded,
        simulate::{hashed, usual_pack},
    },
    exit_code::Failure,
    input, interrupt, terminal,
};

/// Places that begin so are thresholds of the pack.
const THRESHOLD: &str = "threshold.";

pub(super) fn run(args: &SweepArgs, json: bool) -> Result<(), Failure> {
    let folder = args.out.as_deref().filter(|out| is_folder(out));
    let shard = sharded::shard(args.shard.as_deref(), folder)?;
    if args.restart && folder.is_none() {
        return Err(Failure::Misuse("--restart needs a folder: `--out DIR`".to_owned()));
    }
    let laid_out = LaidOut::of(args)?;
    let head = laid_out.head(args, shard)?;
    let (rows, checkpoint) = match folder {
        Some(folder) => {
            let names: Vec<String> = laid_out.measures.iter().map(|measure| measure.id.clone()).collect();
            let mut whole = |row: &Row| row.figures.len() == names.len();
            let (mut checkpoint, done) = sharded::open(folder, &head, &names, args.restart, &mut whole)?;
            let mut add = |rows: Vec<Row>| checkpoint.add(&rows).map_err(Failure::from);
            let done = match laid_out.run(args, shard, done, &mut add)? {
                Ok(done) => done,
                Err(done) => return Err(sharded::stopped(done, folder)),
            };
            if shard != Shard::WHOLE {
                return sharded::leave(folder, &head, names.len(), done, checkpoint, json);
            }
            (Vec::new(), Some(checkpoint))
        }
        None => {
            if let Some(out) = &args.out {
                // An unwritable place is better known before the work than after it.
                drop(mash_io::output::Output::create(out)?);
            }
            let mut rows = Vec::new();
            let mut add = |more: Vec<Row>| {
                rows.extend(more);
                Ok(())
            };
            if let Err(done) = laid_out.run(args, shard, 0, &mut add)? {
                let of = head.replications;
                return Err(Failure::Run(format!(
                    "stopped after {done} of {of} replications; nothing was written"
                )));
            }
            (rows, None)
        }
    };
    let kept = checkpoint.as_ref().map(Checkpoint::rows).transpose()?;
    let answer = laid_out.answer(args, kept.into_iter().flatten().chain(rows.into_iter().map(Ok)))?;
    let files = written(&answer, args.out.as_deref())?;
    if let Some(checkpoint) = checkpoint {
        checkpoint.remove()?;
    }
    if json {
        terminal::json(&answer);
    } else {
        terminal::out(&text::text(&answer));
    }
    for file in files {
        terminal::err(&format!("{}\n", file.display()));
    }
    Ok(())
}

/// Writes the results of shards; gives the files.
///
/// # Errors
/// What they were run from is not here, a row is damaged or missing, or a file cannot be written.
pub(super) fn merged(args: &SweepArgs, shards: &Shards, out: &Path) -> Result<Vec<String>, Failure> {
    let laid_out = LaidOut::of(args)?;
    sharded::same_inputs(&shards.head, &laid_out.head(args, Shard::WHOLE)?, out)?;
    let answer = laid_out.answer(args, shards.rows()?)?;
    results_folder::create(out)?;
    let files = written(&answer, Some(out))?;
    Ok(files.iter().map(|file| file.display().to_string()).collect())
}

/// Is it a folder that a command line names? One that is there, or a name without an ending.
fn is_folder(out: &Path) -> bool {
    out.is_dir() || (out.extension().is_none() && out != Path::new("-"))
}

/// Writes the answer: into a folder in every form, or into a file in the one that its name asks for.
fn written(answer: &SweepResults, out: Option<&Path>) -> Result<Vec<PathBuf>, Failure> {
    let Some(out) = out else { return Ok(Vec::new()) };
    let page = || mash_report::sweep_html(answer).map_err(|error| Failure::Run(error.to_string()));
    let mut files = Vec::new();
    if is_folder(out) {
        results_folder::shard::forget(out)?;
        let json = serde_json::to_string_pretty(answer).map_err(|error| Failure::Run(error.to_string()))?;
        for (name, written) in
            [("sweep.csv", text::csv(answer)), ("sweep.html", page()?), ("sweep.json", format!("{json}\n"))]
        {
            files.push(out.join(name));
            mash_io::output::write(&out.join(name), &written)?;
        }
    } else {
        let is_page = out.extension().is_some_and(|end| end.eq_ignore_ascii_case("html"));
        mash_io::output::write(out, &if is_page { page()? } else { text::csv(answer) })?;
        files.push(out.to_path_buf());
    }
    Ok(files)
}

/// A sweep read from its files.
struct LaidOut {
    scenario: Scenario,
    sha256: String,
    files: PackFiles,
    pack: RulePack,
    design: points::Design,
    seed: u64,
    measures: Vec<Measure>,
    wanted: Option<(Level, usize)>,
}

impl LaidOut {
    fn of(args: &SweepArgs) -> Result<Self, Failure> {
        let loaded = input::scenario(&args.scenario)?;
        let scenario = loaded.scenario;
        let folder = match &args.pack {
            Some(folder) => folder.clone(),
            None => usual_pack(&args.scenario, scenario.as_written().pack.as_deref())?,
        };
        let files = mash_io::pack_folder::read(&folder).map_err(Failure::Files)?;
        let (pack, design) = (RulePack::load(&files)?, points::design(args)?);
        let first = design.points.first().map_or(&[][..], Vec::as_slice);
        let (varied, at_first) = at_point(&scenario, &files, &design.places, first)?;
        let measures = listed(args, model(args, &varied, &at_first)?.measures())?;
        let wanted = args.until.as_deref().map(|text| level(text, &measures)).transpose()?;
        let seed = args.seed.unwrap_or(scenario.seed);
        Ok(Self { scenario, sha256: loaded.sha256, files, pack, design, seed, measures, wanted })
    }

    /// Rows of all points.
    fn rows(&self, args: &SweepArgs) -> Result<u32, Failure> {
        let points = u32::try_from(self.design.points.len()).ok();
        points.and_then(|points| points.checked_mul(args.replications)).ok_or_else(|| {
            Failure::Misuse("too many points and replications: take fewer of either".to_owned())
        })
    }

    /// What is run, for its checkpoint and for those who merge its shards.
    fn head(&self, args: &SweepArgs, shard: Shard) -> Result<RunHead, Failure> {
        let setting = |name: String| InputFile { name, sha256: String::new() };
        let points: Vec<String> = self.design.points.iter().map(|values| format!("{values:?}")).collect();
        let points = hashed("points", points.join("\n").as_bytes());
        let asked = SweepArgs { out: None, shard: None, restart: false, ..args.clone() };
        Ok(RunHead {
            program: format!("mash {}", env!("CARGO_PKG_VERSION")),
            model: format!("{} swept over {}", self.scenario.id, self.design.places.join(", ")),
            inputs: vec![
                InputFile { name: self.scenario.id.clone(), sha256: self.sha256.clone() },
                InputFile { name: self.pack.manifest.id.clone(), sha256: self.pack.hash.clone() },
                points,
                setting(format!("{} replications of each point", args.replications)),
            ],
            seed: self.seed,
            replications: self.rows(args)?,
            parts: Vec::new(),
            until: None,
            shard: shard.to_string(),
            asked: Some(sharded::asked("sweep", &asked)?),
        })
    }

    /// Runs what is left of a shard after so many rows; gives how many are done, as an error where it was stopped.
    fn run(
        &self,
        args: &SweepArgs,
        shard: Shard,
        mut done: u32,
        add: &mut dyn FnMut(Vec<Row>) -> Result<(), Failure>,
    ) -> Result<Result<u32, u32>, Failure> {
        let stop = interrupt::flag()?;
        let rows = self.rows(args)?;
        let left: Vec<u32> = shard.replications(rows).skip(done as usize).collect();
        let points = self.design.points.len();
        for of_point in left.chunk_by(|a, b| a / args.replications == b / args.replications) {
            let Some(first) = of_point.first() else { continue };
            let at = first / args.replications;
            let Some(values) = self.design.points.get(at as usize) else { continue };
            let (varied, pack) = at_point(&self.scenario, &self.files, &self.design.places, values)?;
            let model = model(args, &varied, &pack)?;
            for numbers in of_point.chunks(2 * mash_batch::parallel::threads()) {
                if stop.load(Ordering::Relaxed) {
                    terminal::progress_done();
                    return Ok(Err(done));
                }
                terminal::progress(&format!("point {} of {points}", at + 1));
                let found = sweep::rows(&model, self.seed, at * args.replications, numbers);
                add(found.map_err(|error| Failure::Run(error.to_string()))?)?;
                done += u32::try_from(numbers.len()).unwrap_or(0);
            }
        }
        terminal::progress_done();
        Ok(Ok(done))
    }

    /// What all rows come to, in their order.
    fn answer(
        &self,
        args: &SweepArgs,
        rows: impl Iterator<Item = Result<Row, FileError>>,
    ) -> Result<SweepResults, Failure> {
        let mut rows = rows.fuse();
        let (mut first, mut points): (Option<Rows>, Vec<SweptPoint>) = (None, Vec::new());
        for values in &self.design.points {
            let of_point = rows.by_ref().take(args.replications as usize);
            let of_point: Rows = of_point.map(|row| row.map(|row| row.figures)).collect::<Result<_, _>>()?;
            let base = first.get_or_insert_with(|| of_point.clone());
            let mut point = swept(values.clone(), &of_point, base);
            if self.scenario.names_real_authority {
                withhold(&mut point, &self.measures);
            }
            points.push(point);
        }
        let wanted = self.wanted.clone();
        Ok(SweepResults {
            scenario: self.scenario.title.clone(),
            pack: self.pack.manifest.title.clone(),
            places: self.design.places.clone(),
            measures: self.measures.clone(),
            shown: args.measure.clone(),
            first_met: wanted.map(|(level, at)| first_met(&points, level, at)),
            points,
            seed: self.seed,
            replications: args.replications,
            notice: NOTICE.to_owned(),
        })
    }
}

fn model<'m>(
    args: &SweepArgs,
    scenario: &'m Scenario,
    pack: &'m RulePack,
) -> Result<FrontDoorModel<'m>, Failure> {
    FrontDoorModel::new(scenario, pack, args.engine.kind(), None)
        .map_err(|error| Failure::Files(vec![FileError::new(&args.scenario, error.to_string())]))
}

/// The scenario and the pack at one point.
fn at_point(
    scenario: &Scenario,
    files: &PackFiles,
    places: &[String],
    values: &[f64],
) -> Result<(Scenario, RulePack), Failure> {
    let mut varied = scenario.clone();
    let mut thresholds = BTreeMap::new();
    for (place, value) in places.iter().zip(values) {
        match place.strip_prefix(THRESHOLD) {
            Some(name) => drop(thresholds.insert(name.to_owned(), *value)),
            None => {
                varied = varied
                    .varied(place, *value, "Varied in a sweep")
                    .map_err(|error| Failure::Misuse(error.to_string()))?;
            }
        }
    }
    let pack = if thresholds.is_empty() {
        RulePack::load(files)?
    } else {
        RulePack::load(&mash_rules::vary::with_thresholds(files, &thresholds))?
    };
    Ok((varied, pack))
}

/// The measures of the answer; those that were asked for must be among them.
fn listed(args: &SweepArgs, all: &[Measure]) -> Result<Vec<Measure>, Failure> {
    for name in &args.measure {
        named::measure("--measure", name, all)?;
    }
    Ok(all.to_vec())
}

/// Takes out absolute figures of missed harm; differences from the first point stay.
fn withhold(point: &mut SweptPoint, measures: &[Measure]) {
    for (estimate, measure) in point.estimates.iter_mut().zip(measures) {
        if mash_stats::measures::is_of_need(&measure.id) {
            *estimate = None;
        }
    }
}

/// A level, and the position of its measure.
fn level(text: &str, measures: &[Measure]) -> Result<(Level, usize), Failure> {
    let wrong = || Failure::Misuse(format!("--until: `{text}` is not MEASURE>=LEVEL or MEASURE<=LEVEL"));
    let (at_least, (name, level)) = match (text.split_once(">="), text.split_once("<=")) {
        (Some(parts), _) => (true, parts),
        (None, Some(parts)) => (false, parts),
        (None, None) => return Err(wrong()),
    };
    let level: f64 = level.trim().parse().map_err(|_| wrong())?;
    let at = named::measure("--until", name.trim(), measures)?;
    Ok((Level { measure: name.trim().to_owned(), at_least, level }, at))
}
