//! `mash compare`: what-ifs on a simulated front door, each held against a baseline over the same replications.

mod made;
mod text;

use std::{path::Path, sync::atomic::AtomicBool};

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

use crate::{args::CompareArgs, exit_code::Failure, interrupt, terminal};

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
    experiment.stopping.wanted = precision(args, &experiment)?;
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
        warnings: inputs.warnings.clone(),
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
    answer(&results, json);
    for file in files {
        terminal::err(&format!("{}\n", file.display()));
    }
    Ok(())
}

/// Says what was found.
fn answer(results: &ExperimentResults, json: bool) {
    if json {
        terminal::json(results);
    } else {
        terminal::out(&text::text(results));
    }
}

/// The folder of results and the file of the report, as far as they are asked for.
fn places(args: &CompareArgs) -> Result<(Option<&Path>, Option<std::path::PathBuf>), Failure> {
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

fn precision(args: &CompareArgs, experiment: &Experiment<'_>) -> Result<Vec<Precision>, Failure> {
    let measures = experiment.alternatives.first().map_or(&[][..], |it| it.model.measures());
    args.precision
        .iter()
        .map(|text| {
            let wrong = || {
                Failure::Misuse(format!(
                    "--precision: `{text}` is not MEASURE=HALF-WIDTH, for example referrals=10"
                ))
            };
            let (name, width) = text.split_once('=').ok_or_else(wrong)?;
            let half_width: f64 = width.trim().parse().map_err(|_| wrong())?;
            if !(half_width > 0.0 && half_width.is_finite()) {
                return Err(wrong());
            }
            let names = || measures.iter().map(|measure| measure.id.as_str());
            let measure = names().position(|known| known == name.trim()).ok_or_else(|| {
                let near = mash_sim::scenario::mend(name.trim(), names());
                Failure::Misuse(format!("--precision: there is no measure `{}`; {near}", name.trim()))
            })?;
            Ok(Precision { measure, half_width })
        })
        .collect()
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
