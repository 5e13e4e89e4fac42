//! `mash compare`: what-ifs on a simulated front door, each held against a baseline over the same replications.

mod made;
mod text;

use std::{
    path::{Path, PathBuf},
    sync::atomic::AtomicBool,
};

use mash_batch::{
    compare,
    experiment::{
        About, Experiment, ExperimentError, KeepNothing, Precision, Setup, Stopping, harm,
        rates::Rates,
        results::{EqualFacts, ExperimentResults},
        uncertainty::{Uncertainty, uncertainty},
        write_up,
    },
    model::Model,
};
use mash_io::{FileError, experiment_folder::ExperimentFolder, text_file};
use mash_stats::measures::Measure;

use crate::{
    args::CompareArgs,
    command::{keeps_up, named},
    exit_code::Failure,
    interrupt, terminal,
};

/// Children whose route is another that results show of each alternative.
const EXAMPLES: usize = 12;
/// Replications of packs on equal facts: decisions alone, without queues.
const EQUAL_FACTS: u32 = 5;
/// Largest file of rates, in bytes.
const MAX_RATES: u64 = 1024 * 1024;

pub(super) fn run(args: &CompareArgs, json: bool) -> Result<(), Failure> {
    let inputs = made::inputs(args)?;
    let setups = inputs.setups(args);
    for warning in &inputs.warnings {
        terminal::err(&format!("{}\n", terminal::wrap(&format!("NOTE: {warning}"), terminal::WIDTH, "  ")));
    }
    let Some(baseline) = setups.first() else {
        return Err(Failure::Misuse("there is no baseline".to_owned()));
    };
    let seed = args.seed.unwrap_or(baseline.scenario.seed);
    let most = args.replications.unwrap_or(baseline.scenario.replications);
    let mut experiment = Experiment::new(&setups, seed, Stopping { most, wanted: Vec::new() })?;
    let mut warnings = inputs.warnings.clone();
    for it in &experiment.alternatives {
        let tight = keeps_up::check(&it.model, Path::new(&it.title), seed)?;
        for warning in tight.into_iter().map(|warning| format!("{}: {warning}", it.title)) {
            terminal::err(&format!(
                "{}\n",
                terminal::wrap(&format!("NOTE: {warning}"), terminal::WIDTH, "  ")
            ));
            warnings.push(warning);
        }
    }
    let measures = experiment.alternatives.first().map_or(&[][..], |it| it.model.measures());
    for name in &args.measure {
        named::measure("--measure", name, measures)?;
    }
    experiment.stopping.wanted = precision(args, measures)?;
    let rates = args.rates.as_deref().map(rates).transpose()?;
    let stop = interrupt::flag()?;
    let told = |done: u32, of: u32| terminal::progress(&format!("replication {done} of {of}"));
    let (folder, report) = places(args)?;
    let mut folder = folder
        .map(|folder| ExperimentFolder::create(folder, &experiment.alternatives, args.records))
        .transpose()?;
    let ran = match &mut folder {
        Some(folder) => experiment.run(EXAMPLES, folder, &told, &stop),
        None => experiment.run(EXAMPLES, &mut KeepNothing, &told, &stop),
    };
    terminal::progress_done();
    let ran = ran?;
    let about = About {
        version: env!("CARGO_PKG_VERSION"),
        command: made::command_line(args),
        rates: rates.as_ref(),
        harm: differences_in_harm(args, &setups, seed, ran.replications, &stop)?,
        uncertainty: doubt(args, &setups, seed, &stop)?,
        on_equal_facts: on_equal_facts(&setups, seed, ran.replications, &stop)?,
        warnings,
    };
    let results = write_up(&setups, &experiment, &ran, about)?;
    let mut files = Vec::new();
    if let Some(folder) = folder {
        files.extend(folder.finish(&results, &ran)?);
    }
    if let Some(report) = &report {
        let html = mash_report::experiment_html(&results).map_err(|error| Failure::Run(error.to_string()))?;
        mash_io::output::write(report, &html)?;
        files.push(report.clone());
    }
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

fn rates(path: &Path) -> Result<Rates, Failure> {
    let text = text_file::read(path, MAX_RATES)?;
    serde_json::from_str(&text).map_err(|error| {
        let error = FileError::new(path, format!("holds no rates: {error}"))
            .mend("see `mash schema rates` for their form");
        Failure::Files(vec![error])
    })
}

fn differences_in_harm(
    args: &CompareArgs,
    setups: &[Setup<'_>],
    seed: u64,
    replications: u32,
    stop: &AtomicBool,
) -> Result<Vec<mash_batch::experiment::results::HarmRow>, Failure> {
    let replications = args.harm_replications.min(replications);
    if replications == 0 || setups.len() < 2 {
        return Ok(Vec::new());
    }
    let told = |done: u32, of: u32| terminal::progress(&format!("truth model {done} of {of}"));
    let rows = harm(setups, seed, replications, &told, stop);
    terminal::progress_done();
    Ok(rows?)
}

/// Replications of every alternative at each point of the inputs' ranges.
const AT_EACH_POINT: u32 = 3;

fn doubt(
    args: &CompareArgs,
    setups: &[Setup<'_>],
    seed: u64,
    stop: &AtomicBool,
) -> Result<Option<Uncertainty>, Failure> {
    let Some(baseline) = setups.first().filter(|_| args.uncertainty > 0) else { return Ok(None) };
    if baseline.scenario.as_written().ranges.is_empty() {
        return Err(Failure::Misuse(
            "--uncertainty: the baseline's scenario states no `ranges`; add them, each with place, low, high and reason"
                .to_owned(),
        ));
    }
    let told = |done: u32, of: u32| terminal::progress(&format!("point {done} of {of}"));
    let found = uncertainty(setups, seed, args.uncertainty, AT_EACH_POINT, &told, stop);
    terminal::progress_done();
    Ok(Some(found?))
}

/// The packs of alternatives that have another than the baseline, on equal facts.
fn on_equal_facts(
    setups: &[Setup<'_>],
    seed: u64,
    replications: u32,
    stop: &AtomicBool,
) -> Result<Vec<EqualFacts>, Failure> {
    let Some((baseline, others)) = setups.split_first() else { return Ok(Vec::new()) };
    let mut all = Vec::new();
    for other in others.iter().filter(|other| other.last_pack().hash != baseline.last_pack().hash) {
        let settings = mash_batch::CompareSettings {
            seed,
            replications: replications.min(EQUAL_FACTS),
            examples: EXAMPLES,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            command: String::new(),
            scenario_hash: baseline.scenario_sha256.clone(),
            engine: baseline.engine,
        };
        let told = |done: u32, of: u32| terminal::progress(&format!("equal facts {done} of {of}"));
        let comparison =
            compare(baseline.scenario, baseline.last_pack(), other.last_pack(), &settings, &told, stop);
        terminal::progress_done();
        all.push(EqualFacts { alternative: other.id.clone(), comparison: comparison? });
    }
    Ok(all)
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
            ExperimentError::Model(_)
            | ExperimentError::Stats(_)
            | ExperimentError::Sink(_)
            | ExperimentError::Nothing
            | ExperimentError::Stopped { .. } => Failure::Run(error.to_string()),
        }
    }
}
