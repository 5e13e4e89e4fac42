//! `mash sweep`: one or two values varied over a range or a list, or a design file; every point with the same draws.

mod points;
mod text;

use std::collections::BTreeMap;

use mash_batch::{
    front_door_model::FrontDoorModel,
    model::Model,
    sweep::{Level, Rows, SweepResults, SweptPoint, first_met, point, swept},
};
use mash_io::FileError;
use mash_model::NOTICE;
use mash_rules::{PackFiles, RulePack};
use mash_sim::Scenario;
use mash_stats::measures::Measure;

use crate::{
    args::SweepArgs,
    command::{named, simulate::usual_pack},
    exit_code::Failure,
    input, interrupt, terminal,
};

/// Places that begin so are thresholds of the pack.
const THRESHOLD: &str = "threshold.";

pub(super) fn run(args: &SweepArgs, json: bool) -> Result<(), Failure> {
    let loaded = input::scenario(&args.scenario)?;
    let scenario = &loaded.scenario;
    let folder = match &args.pack {
        Some(folder) => folder.clone(),
        None => usual_pack(&args.scenario, scenario.as_written().pack.as_deref())?,
    };
    let files = mash_io::pack_folder::read(&folder).map_err(Failure::Files)?;
    let design = points::design(args)?;
    let seed = args.seed.unwrap_or(scenario.seed);
    let stop = interrupt::flag()?;
    let mut measures: Vec<Measure> = Vec::new();
    let mut first: Option<Rows> = None;
    let mut done: Vec<SweptPoint> = Vec::new();
    let mut wanted = None;
    for (at, values) in design.points.iter().enumerate() {
        terminal::progress(&format!("point {} of {}", at + 1, design.points.len()));
        let (varied, pack) = at_point(scenario, &files, &design.places, values)?;
        let model = FrontDoorModel::new(&varied, &pack, args.engine.kind(), None)
            .map_err(|error| Failure::Files(vec![FileError::new(&args.scenario, error.to_string())]))?;
        if measures.is_empty() {
            measures = listed(args, model.measures())?;
            wanted = args.until.as_deref().map(|text| level(text, &measures)).transpose()?;
        }
        let rows =
            point(&model, seed, args.replications, &stop).map_err(|error| Failure::Run(error.to_string()))?;
        let base = first.get_or_insert_with(|| rows.clone());
        let mut point = swept(values.clone(), &rows, base);
        if scenario.names_real_authority {
            withhold(&mut point, &measures);
        }
        done.push(point);
    }
    terminal::progress_done();
    let first_met = wanted.map(|(level, at)| first_met(&done, level, at));
    let answer = SweepResults {
        scenario: scenario.title.clone(),
        pack: RulePack::load(&files)?.manifest.title,
        places: design.places,
        measures,
        shown: args.measure.clone(),
        points: done,
        first_met,
        seed,
        replications: args.replications,
        notice: NOTICE.to_owned(),
    };
    if let Some(out) = &args.out {
        let is_page = out.extension().is_some_and(|end| end.eq_ignore_ascii_case("html"));
        let written = if is_page {
            mash_report::sweep_html(&answer).map_err(|error| Failure::Run(error.to_string()))?
        } else {
            text::csv(&answer)
        };
        mash_io::output::write(out, &written)?;
    }
    if json {
        terminal::json(&answer);
    } else {
        terminal::out(&text::text(&answer));
    }
    if let Some(out) = &args.out {
        terminal::err(&format!("{}\n", out.display()));
    }
    Ok(())
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
