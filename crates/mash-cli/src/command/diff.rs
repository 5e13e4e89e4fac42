//! `mash diff`: exactly where two packs differ, or the proof that they do not.

use std::path::{Path, PathBuf};

use mash_batch::{
    compare::changes::changes,
    regions::{RegionCounts, count},
    results::PackChange,
};
use mash_model::Stage;
use mash_rules::{
    RulePack,
    analysis::{Difference, Limits, difference},
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    args::{DiffArgs, DiffStage},
    exit_code::Failure,
    input, terminal,
};

mod text;

/// The scenario that contacts are counted on when none is named, relative to the project's folder.
const SCENARIO: &str = "scenarios/herefordshire-like-2023.json";

/// The answer of `diff --json`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct DiffAnswer {
    /// Pack A.
    a: String,
    /// Pack B.
    b: String,
    /// What differs in the packs' files.
    changes: Vec<PackChange>,
    /// The difference stage by stage.
    stages: Vec<StageDifference>,
    /// The scenario that contacts are counted on; absent where there is none.
    scenario: Option<String>,
    /// Why contacts are not counted, when they are not.
    not_counted: Option<String>,
    /// That everything is synthetic.
    notice: String,
}

/// The difference at one stage.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct StageDifference {
    #[serde(flatten)]
    difference: Difference,
    /// Simulated contacts a year in each region.
    contacts: Option<RegionCounts>,
}

pub(crate) fn run(args: &DiffArgs, json: bool) -> Result<(), Failure> {
    let (a, b) = (input::pack(&args.a)?, input::pack(&args.b)?);
    let mut stages = Vec::new();
    for stage in [Stage::Decision, Stage::Screening, Stage::Enquiries] {
        let listed = listed(args.stage).contains(&stage);
        let limits = Limits { regions: if listed { args.bound } else { 0 }, ..Limits::default() };
        let difference =
            difference(&a, &b, stage, limits).map_err(|error| Failure::Misuse(error.to_string()))?;
        stages.push(StageDifference { difference, contacts: None });
    }
    let scenario =
        args.scenario.clone().or_else(|| Some(PathBuf::from(SCENARIO)).filter(|path| path.is_file()));
    let mut not_counted = None;
    if let Some(path) = &scenario {
        not_counted = counted(args, path, (&a, &b), &mut stages)?;
    }
    let answer = DiffAnswer {
        a: args.a.display().to_string(),
        b: args.b.display().to_string(),
        changes: changes(&a, &b),
        stages,
        scenario: scenario.map(|path| path.display().to_string()),
        not_counted,
        notice: mash_model::NOTICE.to_owned(),
    };
    if json {
        terminal::json(&answer);
    } else {
        terminal::out(&text::text(&answer, &a, &b, &listed(args.stage)));
    }
    Ok(())
}

/// Stages whose regions are listed: the hub's decision unless another is asked for.
fn listed(stage: Option<DiffStage>) -> Vec<Stage> {
    match stage {
        None | Some(DiffStage::Decision) => vec![Stage::Decision],
        Some(DiffStage::Screening) => vec![Stage::Screening],
        Some(DiffStage::Enquiries) => vec![Stage::Enquiries],
    }
}

/// Counts the contacts of a scenario region by region; gives the reason when packs do not allow it.
fn counted(
    args: &DiffArgs,
    path: &Path,
    (a, b): (&RulePack, &RulePack),
    stages: &mut [StageDifference],
) -> Result<Option<String>, Failure> {
    let scenario = input::scenario(path)?.scenario;
    let seed = args.seed.unwrap_or(scenario.seed);
    for stage in stages.iter_mut().filter(|stage| !stage.difference.regions.is_empty()) {
        if stage.difference.stage == Stage::Enquiries {
            continue;
        }
        let regions = &stage.difference.regions;
        match count(&scenario, (a, b), stage.difference.stage, regions, seed, args.replications) {
            Ok(counts) => stage.contacts = Some(counts),
            Err(error @ mash_batch::CompareError::DifferentFacts { .. }) => {
                return Ok(Some(error.to_string()));
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(None)
}
