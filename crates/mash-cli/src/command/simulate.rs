//! `mash simulate`: many replications of a front door or of a network of queues, with intervals.

mod made;
mod table;

use std::{cell::Cell, path::Path, time::Instant};

use mash_batch::{
    batch::{Batch, Ended, Replications, Row, Summary},
    model::Model,
};
use mash_io::results_folder::{self, InputFile, RunHead, WantedPrecision};
use mash_model::NOTICE;
use mash_stats::{Estimate, measures::Measure};
use schemars::JsonSchema;
use serde::Serialize;

pub(super) use made::{hashed, usual_pack};

use crate::{
    args::SimulateArgs,
    command::{named, sharded},
    exit_code::Failure,
    interrupt, terminal,
};

/// Most replications of a batch that stops at a precision.
const MOST: u32 = 100_000;
/// Fewest of one.
const LEAST: u32 = 10;

/// The answer of `simulate --json`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct SimulateAnswer {
    /// What was run.
    #[serde(flatten)]
    head: RunHead,
    /// Replications done.
    done: u32,
    /// Each measure with its estimate.
    measures: Vec<Measured>,
    /// What must be said beside the means.
    warnings: Vec<String>,
    /// Files written.
    files: Vec<String>,
    /// That everything is synthetic.
    notice: String,
}

/// A measure with its estimate.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Measured {
    /// The measure.
    #[serde(flatten)]
    pub(crate) measure: Measure,
    /// Mean and 95% interval over replications; none where no replication had a figure.
    pub(crate) estimate: Option<Estimate>,
}

/// A model, and what it was read from.
struct Made<'m> {
    model: &'m dyn Model,
    inputs: Vec<InputFile>,
    seed: u64,
    replications: u32,
    warnings: Vec<String>,
}

pub(crate) fn run(args: &SimulateArgs, json: bool) -> Result<(), Failure> {
    made::with_model(args, |made| batch(args, &made, json))
}

fn batch(args: &SimulateArgs, made: &Made<'_>, json: bool) -> Result<(), Failure> {
    let measures = made.model.measures();
    let (replications, until) = wanted(args, made)?;
    let shard = sharded::shard(args.shard.as_deref(), args.out.as_deref())?;
    let seed = args.seed.unwrap_or(made.seed);
    let batch = Batch { model: made.model, seed, replications, shard };
    let head = RunHead {
        program: format!("mash {}", env!("CARGO_PKG_VERSION")),
        model: made.model.id().to_owned(),
        inputs: made.inputs.clone(),
        seed,
        replications: replications.most(),
        parts: Vec::new(),
        until,
        shard: shard.to_string(),
        asked: None,
    };
    let (summary, files) = match &args.out {
        Some(folder) => in_folder(&batch, &head, folder, args.restart)?,
        None => (in_memory(&batch)?, Vec::new()),
    };
    let estimates = summary.estimates().map_err(|error| Failure::Run(error.to_string()))?;
    let mut warnings = made.warnings.clone();
    warnings.extend(made.model.warnings(&estimates));
    let all = measures.iter().cloned().zip(estimates);
    let measures: Vec<Measured> = all.map(|(measure, estimate)| Measured { measure, estimate }).collect();
    if json {
        let done = summary.rows();
        terminal::json(&SimulateAnswer { head, done, measures, warnings, files, notice: NOTICE.to_owned() });
        return Ok(());
    }
    let title = format!("{}; {} replications, seed {seed}", made.model.id(), summary.rows());
    terminal::out(&table::text(&title, &measures, args.value_of_information));
    if let Some((authority, year)) = made::published_beside(args)? {
        terminal::out(&table::against_published(&measures, &authority, year));
    }
    for warning in &warnings {
        terminal::out(&format!("{}\n", terminal::wrap(&format!("NOTE: {warning}"), terminal::WIDTH, "  ")));
    }
    terminal::out(&format!("{NOTICE}\n"));
    for file in files {
        terminal::err(&format!("{file}\n"));
    }
    Ok(())
}

/// How many replications, and at which precision they stop.
fn wanted(args: &SimulateArgs, made: &Made<'_>) -> Result<(Replications, Option<WantedPrecision>), Failure> {
    let Some(text) = &args.precision else {
        return Ok((Replications::Count(args.replications.unwrap_or(made.replications)), None));
    };
    let measures = made.model.measures();
    let (measure, half_width) = named::precision(text, measures)?;
    let most = args.replications.unwrap_or(MOST);
    let name = measures.get(measure).map(|measure| measure.id.clone()).unwrap_or_default();
    let until = WantedPrecision { measure: name, half_width };
    Ok((Replications::Until { measure, half_width, least: LEAST.min(most), most }, Some(until)))
}

/// Runs a batch whose rows nobody keeps.
pub(super) fn in_memory(batch: &Batch<'_>) -> Result<Summary, Failure> {
    let mut summary = Summary::new(batch.model.measures().len());
    let ended = go(batch, &mut summary, &mut |_| Ok(()))?;
    if ended == Ended::Stopped {
        return Err(Failure::Run(format!(
            "stopped after {} replications; nothing was written",
            summary.rows()
        )));
    }
    Ok(summary)
}

/// Runs a batch in a folder: rows to its checkpoint, and the files when all are there.
fn in_folder(
    batch: &Batch<'_>,
    head: &RunHead,
    folder: &Path,
    restart: bool,
) -> Result<(Summary, Vec<String>), Failure> {
    let measures = batch.model.measures();
    let names: Vec<String> = measures.iter().map(|measure| measure.id.clone()).collect();
    let mut summary = Summary::new(measures.len());
    let mut fold = |row: &Row| row.figures.len() == measures.len() && summary.push(row).is_ok();
    let (mut checkpoint, _) = sharded::open(folder, head, &names, restart, &mut fold)?;
    let ended = go(batch, &mut summary, &mut |rows| checkpoint.add(rows).map_err(|error| error.to_string()))?;
    if ended == Ended::Stopped {
        return Err(sharded::stopped(summary.rows(), folder));
    }
    let manifest = results_folder::write(folder, head, measures, checkpoint.rows()?)?;
    checkpoint.remove()?;
    Ok((summary, sharded::files(folder, &manifest)))
}

/// Runs what is left of a batch, and says how far it is.
fn go(
    batch: &Batch<'_>,
    summary: &mut Summary,
    sink: &mut dyn FnMut(&[Row]) -> Result<(), String>,
) -> Result<Ended, Failure> {
    let stop = interrupt::flag()?;
    let first = Cell::new(None);
    #[expect(
        clippy::disallowed_methods,
        reason = "how long is left is told to people and stands in no result"
    )]
    let told = |done: u32, of: u32| {
        let (begun, at_first) = first.get().unwrap_or((Instant::now(), done));
        first.set(Some((begun, at_first)));
        let left = match done.checked_sub(at_first) {
            Some(run) if run > 0 => {
                let seconds =
                    begun.elapsed().as_secs_f64() / f64::from(run) * f64::from(of.saturating_sub(done));
                format!(", about {} left", time(seconds))
            }
            _ => String::new(),
        };
        terminal::progress(&format!("replication {done} of {of}{left}"));
    };
    let ended = batch.run(summary, sink, &told, &stop);
    terminal::progress_done();
    ended.map_err(|error| match error {
        mash_batch::batch::BatchError::ShardedPrecision => Failure::Misuse(error.to_string()),
        other => Failure::Run(other.to_string()),
    })
}

/// A time that a person waits.
fn time(seconds: f64) -> String {
    match seconds {
        s if s >= 5_400.0 => format!("{:.1} hours", s / 3_600.0),
        s if s >= 90.0 => format!("{:.0} minutes", s / 60.0),
        s => format!("{s:.0} seconds"),
    }
}
