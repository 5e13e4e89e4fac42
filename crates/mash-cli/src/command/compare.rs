//! `mash compare`: what-ifs on a simulated front door, each held against a baseline over the same replications.

mod made;
mod text;

use std::{
    cell::RefCell,
    path::{Path, PathBuf},
};

use mash_batch::{
    batch::Shard,
    experiment::{
        About, ExperimentError, KeepNothing, Precision, Setup, Sink as _, Stopping,
        rates::Rates,
        results::ExperimentResults,
        study::{Asked, Keep, Progress, Study, StudyRow},
        write_up,
    },
    model::Model as _,
};
use mash_io::{
    FileError,
    experiment_folder::{self, ExperimentFolder},
    results_folder::{RunHead, checkpoint::Checkpoint, merge::Shards},
    text_file,
};
use mash_sim::front_door::Records;
use mash_stats::measures::Measure;

use crate::{
    args::CompareArgs,
    command::{keeps_up, named, sharded},
    exit_code::Failure,
    interrupt, terminal,
};

/// Children whose route is another that results show of each alternative.
const EXAMPLES: usize = 12;
/// Largest file of rates, in bytes.
const MAX_RATES: u64 = 1024 * 1024;

pub(super) fn run(args: &CompareArgs, json: bool) -> Result<(), Failure> {
    let (folder, report) = places(args)?;
    let shard = sharded::shard(args.shard.as_deref(), folder)?;
    if shard != Shard::WHOLE && !args.precision.is_empty() {
        return Err(Failure::Misuse(
            "an experiment that stops at a precision cannot be run in shards: give a number of replications"
                .to_owned(),
        ));
    }
    let inputs = made::inputs(args)?;
    for warning in &inputs.warnings {
        terminal::err(&format!("{}\n", terminal::wrap(&format!("NOTE: {warning}"), terminal::WIDTH, "  ")));
    }
    let setups = inputs.setups(args);
    let study = study(args, &setups)?;
    let tight = tight(&study)?;
    for warning in &tight {
        terminal::err(&format!("{}\n", terminal::wrap(&format!("NOTE: {warning}"), terminal::WIDTH, "  ")));
    }
    let warnings: Vec<String> = inputs.warnings.iter().cloned().chain(tight).collect();
    let head = made::head(args, &inputs, &study, shard)?;
    // Mistakes are better known before the work than after it.
    rates(args.rates.as_deref())?;
    let (results, files) = match folder.filter(|_| !args.records) {
        Some(folder) => {
            experiment_folder::forget(folder)?;
            let (checkpoint, rows) = in_folder(&study, &head, folder, args.restart)?;
            if shard != Shard::WHOLE {
                return sharded::leave(folder, &head, measures(&study).len(), rows, checkpoint, json);
            }
            let files = ExperimentFolder::create(folder, &study.experiment.alternatives, false)?;
            let written = finish(args, warnings, &study, checkpoint.rows()?, Some(files), report.as_deref())?;
            checkpoint.remove()?;
            written
        }
        None => {
            let alternatives = &study.experiment.alternatives;
            let mut files =
                folder.map(|folder| ExperimentFolder::create(folder, alternatives, true)).transpose()?;
            let rows = in_memory(&study, files.as_mut())?.into_iter().map(Ok);
            finish(args, warnings, &study, rows, files, report.as_deref())?
        }
    };
    answer(&results, &args.measure, json);
    // Many tables are told by their folder; the pages that people open are named.
    let (pages, tables): (Vec<&PathBuf>, Vec<&PathBuf>) =
        files.iter().partition(|file| file.extension().is_some_and(|end| end == "html" || end == "xlsx"));
    if let Some(folder) = tables.first().and_then(|file| file.parent()) {
        terminal::err(&format!("{} files of results in {}\n", tables.len(), folder.display()));
    }
    for page in pages {
        terminal::err(&format!("{}\n", page.display()));
    }
    Ok(())
}

/// Writes the results of shards; gives the files.
///
/// # Errors
/// What they were run from is not here, a row is damaged or missing, or a file cannot be written.
pub(super) fn merged(args: CompareArgs, shards: &Shards, out: &Path) -> Result<Vec<String>, Failure> {
    let args = CompareArgs { out: Some(out.to_path_buf()), ..args };
    let inputs = made::inputs(&args)?;
    let setups = inputs.setups(&args);
    let study = study(&args, &setups)?;
    sharded::same_inputs(&shards.head, &made::head(&args, &inputs, &study, Shard::WHOLE)?, out)?;
    let rows = shards.rows()?;
    let folder = ExperimentFolder::create(out, &study.experiment.alternatives, false)?;
    let report = out.join("report.html");
    let warnings = inputs.warnings.iter().cloned().chain(tight(&study)?).collect();
    let (_, files) = finish(&args, warnings, &study, rows, Some(folder), Some(&report))?;
    Ok(files.iter().map(|file| file.display().to_string()).collect())
}

/// Lays out what the command line asks for.
fn study<'m>(args: &CompareArgs, setups: &'m [Setup<'m>]) -> Result<Study<'m>, Failure> {
    let Some(baseline) = setups.first() else {
        return Err(Failure::Misuse("there is no baseline".to_owned()));
    };
    if args.uncertainty > 0 && baseline.scenario.as_written().ranges.is_empty() {
        return Err(Failure::Misuse(
            "--uncertainty: the baseline's scenario states no `ranges`; add them, each with place, low, high and reason"
                .to_owned(),
        ));
    }
    let most = args.replications.unwrap_or(baseline.scenario.replications);
    let asked = Asked {
        seed: args.seed.unwrap_or(baseline.scenario.seed),
        stopping: Stopping { most, wanted: Vec::new() },
        harm_replications: args.harm_replications,
        points: args.uncertainty,
        examples: EXAMPLES,
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let mut study = Study::new(setups, asked)?;
    for name in &args.measure {
        named::measure("--measure", name, measures(&study))?;
    }
    let wanted = precision(args, measures(&study))?;
    study.stop_at(wanted);
    Ok(study)
}

/// Desks that may not keep up, in each alternative.
///
/// # Errors
/// A desk whose queue would only grow.
fn tight(study: &Study<'_>) -> Result<Vec<String>, Failure> {
    let mut warnings = Vec::new();
    for it in &study.experiment.alternatives {
        let found = keeps_up::check(&it.model, Path::new(&it.title), study.experiment.seed)?;
        warnings.extend(found.into_iter().map(|warning| format!("{}: {warning}", it.title)));
    }
    Ok(warnings)
}

fn measures<'s>(study: &'s Study<'_>) -> &'s [Measure] {
    study.experiment.alternatives.first().map_or(&[][..], |it| it.model.measures())
}

/// Runs a study whose rows stand in a folder until all are there.
fn in_folder(
    study: &Study<'_>,
    head: &RunHead,
    folder: &Path,
    restart: bool,
) -> Result<(Checkpoint, u32), Failure> {
    struct InFolder(Checkpoint);
    impl Keep for InFolder {
        fn rows(&mut self, rows: Vec<StudyRow>) -> Result<(), String> {
            self.0.add(&rows).map_err(|error| error.to_string())
        }
    }
    let names: Vec<String> = measures(study).iter().map(|measure| measure.id.clone()).collect();
    let mut progress = study.progress()?;
    let mut note = |row: &StudyRow| study.note(&mut progress, row).is_ok();
    let (checkpoint, _) = sharded::open(folder, head, &names, restart, &mut note)?;
    let mut keep = InFolder(checkpoint);
    if !go(study, head.shard(), &mut progress, &mut keep)? {
        return Err(sharded::stopped(progress.rows(), folder));
    }
    Ok((keep.0, progress.rows()))
}

/// Runs a study whose rows nobody keeps; a folder is given whole records where it wants them.
fn in_memory(study: &Study<'_>, folder: Option<&mut ExperimentFolder<'_>>) -> Result<Vec<StudyRow>, Failure> {
    struct InMemory<'f, 'e>(Vec<StudyRow>, Option<&'f mut ExperimentFolder<'e>>);
    impl Keep for InMemory<'_, '_> {
        fn rows(&mut self, rows: Vec<StudyRow>) -> Result<(), String> {
            self.0.extend(rows);
            Ok(())
        }
        fn wants_records(&self) -> bool {
            self.1.as_ref().is_some_and(|folder| folder.wants_records())
        }
        fn records(&mut self, at: usize, replication: u32, records: &Records) -> Result<(), String> {
            self.1.as_mut().map_or(Ok(()), |folder| folder.records(at, replication, records))
        }
    }
    let mut progress = study.progress()?;
    let mut keep = InMemory(Vec::new(), folder);
    if go(study, Shard::WHOLE, &mut progress, &mut keep)? {
        return Ok(keep.0);
    }
    Err(ExperimentError::Stopped { done: progress.rows(), of: study.rows() }.into())
}

/// Runs what is left, and says how far it is; false where it was stopped.
fn go(
    study: &Study<'_>,
    shard: Shard,
    progress: &mut Progress,
    keep: &mut dyn Keep,
) -> Result<bool, Failure> {
    let stop = interrupt::flag()?;
    let told = |done: u32, of: u32| terminal::progress(&format!("replication {done} of {of}"));
    let ended = study.run(shard, progress, keep, &told, &stop);
    terminal::progress_done();
    Ok(ended?)
}

/// Writes up all rows, and writes the files; gives both.
fn finish(
    args: &CompareArgs,
    warnings: Vec<String>,
    study: &Study<'_>,
    rows: impl Iterator<Item = Result<StudyRow, FileError>>,
    mut folder: Option<ExperimentFolder<'_>>,
    report: Option<&Path>,
) -> Result<(ExperimentResults, Vec<PathBuf>), Failure> {
    let wrong = RefCell::new(None);
    let rows = rows.map(|row| {
        row.map_err(|error| {
            let told = ExperimentError::Sink(error.to_string());
            wrong.replace(Some(error));
            told
        })
    });
    let found = match &mut folder {
        Some(folder) => study.finish(rows, folder),
        None => study.finish(rows, &mut KeepNothing),
    };
    if let Some(error) = wrong.take() {
        return Err(error.into());
    }
    let found = found?;
    let rates = rates(args.rates.as_deref())?;
    let about = About {
        version: env!("CARGO_PKG_VERSION"),
        command: made::command_line(args),
        rates: rates.as_ref(),
        harm: found.harm,
        uncertainty: found.uncertainty,
        on_equal_facts: found.on_equal_facts,
        warnings,
    };
    let results = write_up(study.setups, &study.experiment, &found.ran, about)?;
    let mut files = Vec::new();
    if let Some(folder) = folder {
        files.extend(folder.finish(&results, &found.ran)?);
    }
    if let Some(report) = report {
        let html = mash_report::experiment_html(&results).map_err(|error| Failure::Run(error.to_string()))?;
        mash_io::output::write(report, &html)?;
        files.push(report.to_path_buf());
    }
    Ok((results, files))
}

/// Says what was found.
fn answer(results: &ExperimentResults, measures: &[String], json: bool) {
    if json {
        terminal::json(results);
    } else {
        terminal::out(&text::text(results, measures));
    }
}

/// The folder of results and the file of the report, as far as they are asked for.
fn places(args: &CompareArgs) -> Result<(Option<&Path>, Option<PathBuf>), Failure> {
    let Some(out) = args.out.as_deref() else { return Ok((None, None)) };
    let is_page = out.extension().is_some_and(|end| end.eq_ignore_ascii_case("html"));
    if !is_page {
        return Ok((Some(out), Some(out.join("report.html"))));
    }
    if args.records {
        return Err(Failure::Misuse("--records needs a folder: `--out DIR`".to_owned()));
    }
    // An unwritable place is better known before the work than after it.
    drop(mash_io::output::Output::create(out)?);
    Ok((None, Some(out.to_path_buf())))
}

fn precision(args: &CompareArgs, measures: &[Measure]) -> Result<Vec<Precision>, Failure> {
    let one = |text: &String| {
        let (measure, half_width) = named::precision(text, measures)?;
        Ok(Precision { measure, half_width })
    };
    args.precision.iter().map(one).collect()
}

/// What time costs, where a file says it.
fn rates(path: Option<&Path>) -> Result<Option<Rates>, Failure> {
    let Some(path) = path else { return Ok(None) };
    let text = text_file::read(path, MAX_RATES)?;
    serde_json::from_str(&text).map(Some).map_err(|error| {
        let error = FileError::new(path, format!("holds no rates: {error}"))
            .mend("see `mash schema rates` for their form");
        Failure::Files(vec![error])
    })
}

impl From<ExperimentError> for Failure {
    /// Misuse where the command line or what it names is at fault.
    fn from(error: ExperimentError) -> Self {
        match error {
            ExperimentError::FrontDoor { .. }
            | ExperimentError::OtherMeasures(_)
            | ExperimentError::Target { .. }
            | ExperimentError::Range(_)
            | ExperimentError::Rate { .. } => Failure::Misuse(error.to_string()),
            ExperimentError::EqualFacts(error) => error.into(),
            ExperimentError::Model(_)
            | ExperimentError::Stats(_)
            | ExperimentError::Sink(_)
            | ExperimentError::Nothing
            | ExperimentError::Stopped { .. } => Failure::Run(error.to_string()),
        }
    }
}
