//! One moved child under both alternatives: what was known, which rules fired and why, and what happened when.

use mash_batch::{
    exploration::trace::{Heard, heard},
    front_door_model::FrontDoorModel,
    model::ModelError,
};
use mash_io::event_log::{case, timeline};
use mash_model::Stage;
use mash_rules::{EngineKind, RulePack, explain::StageTrace};
use mash_sim::{
    LatentNeed,
    front_door::{CaseKey, Triage as _},
};
use serde::Serialize;

use super::{Asked, ExploreError, Explorer, MOST};

/// Both sides.
#[derive(Debug, Serialize)]
pub(crate) struct CaseView {
    pub(crate) id: String,
    pub(crate) replication: u32,
    pub(crate) seed: u64,
    pub(crate) heading: String,
    pub(crate) sides: Vec<Side>,
    /// Rules that fired on one side only.
    pub(crate) only: Vec<Vec<FiredRule>>,
    /// The address of the question.
    pub(crate) back: String,
}

/// One side.
#[derive(Debug, Serialize)]
pub(crate) struct Side {
    pub(crate) id: &'static str,
    pub(crate) title: String,
    /// What was decided; none where the contact does not come.
    pub(crate) route: Option<String>,
    pub(crate) recommended: String,
    pub(crate) rating: String,
    pub(crate) stages: Vec<StageView>,
    pub(crate) timeline: String,
    pub(crate) command: String,
}

/// One stage.
#[derive(Debug, Serialize)]
pub(crate) struct StageView {
    pub(crate) title: &'static str,
    pub(crate) facts: Vec<(String, String)>,
    pub(crate) fired: Vec<FiredRule>,
    pub(crate) undetermined: usize,
}

/// A rule that fired.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct FiredRule {
    pub(crate) rule: String,
    pub(crate) title: String,
    pub(crate) because: String,
}

/// Follows a case.
///
/// # Errors
/// An id that is none, a replication that is not run, or a case that is in neither alternative.
pub(crate) fn follow(
    explorer: &Explorer,
    asked: &Asked,
    id: &str,
    replication: &str,
) -> Result<CaseView, ExploreError> {
    let key = case::parse(id).map_err(|error| {
        ExploreError::parameter("id", error, "Take a case from the list of those that moved.")
    })?;
    let number: u32 = replication.parse().ok().filter(|number| *number < MOST).ok_or_else(|| {
        let shown: String = replication.chars().take(20).collect();
        let mend = format!("Give a number from 0 to {}.", MOST - 1);
        ExploreError::parameter("replication", format!("`{shown}` is none"), mend)
    })?;
    let loaded = explorer.shelf.scenario(&asked.scenario)?;
    let baseline = explorer.shelf.pack("pack", &asked.pack)?;
    let tried = asked.tried(explorer)?;
    let seed = loaded.scenario.seed;
    let alone = explorer.alone();
    let before =
        FrontDoorModel::new(&loaded.scenario, &baseline.pack, EngineKind::Compiled, None).map_err(wrong)?;
    let after =
        FrontDoorModel::new(&tried.scenario, &tried.pack, EngineKind::Compiled, None).map_err(wrong)?;
    let models = [&before, &after];
    let mut found = mash_batch::parallel::map(&models, |model| heard(model, seed, number, key)).into_iter();
    drop(alone);
    let mut next =
        || found.next().unwrap_or_else(|| Err(ModelError { replication: number, reason: String::new() }));
    let [first, second] = [next().map_err(wrong)?, next().map_err(wrong)?];
    let scenario = super::shelf::Shelf::scenario_path(&asked.scenario);
    let commands = [
        format!("mash simulate {scenario} --pack rules/{} --case {id} --replication {number}", asked.pack),
        format!("mash simulate {} --case {id} --replication {number}", simulated(asked)),
    ];
    let titles = ["Baseline".to_owned(), asked.title()];
    let packs = [&baseline.pack, &tried.pack];
    let mut sides = Vec::new();
    let heard = [&first, &second];
    for ((((id, title), command), pack), (model, heard)) in ["baseline", "tried"]
        .into_iter()
        .zip(titles)
        .zip(commands)
        .zip(packs)
        .zip(models.into_iter().zip(heard))
    {
        sides.push(side(id, title, &command, pack, model, heard, key)?);
    }
    if sides.iter().all(|side| side.route.is_none()) {
        let error = case::find(&first.records, key).err().map(|error| error.to_string()).unwrap_or_default();
        return Err(ExploreError::parameter("id", error, "Take a case from the list of those that moved."));
    }
    let fired = |side: &Side| -> Vec<FiredRule> {
        let mut all: Vec<FiredRule> = Vec::new();
        for rule in side.stages.iter().flat_map(|stage| &stage.fired) {
            if !all.contains(rule) {
                all.push(rule.clone());
            }
        }
        all
    };
    let all: Vec<Vec<FiredRule>> = sides.iter().map(fired).collect();
    let without = |a: &[FiredRule], b: &[FiredRule]| -> Vec<FiredRule> {
        a.iter().filter(|rule| !b.iter().any(|it| it.rule == rule.rule)).cloned().collect()
    };
    let only = match all.as_slice() {
        [a, b] => vec![without(a, b), without(b, a)],
        _ => Vec::new(),
    };
    let record = first.record(key).or_else(|| second.record(key));
    let heading = record.map_or_else(String::new, |it| {
        format!("A simulated child, contact made by {}, age group {}", it.source.title(), it.age.id())
    });
    let back = asked.address();
    Ok(CaseView { id: id.to_owned(), replication: number, seed, heading, sides, only, back })
}

#[expect(clippy::needless_pass_by_value, reason = "as `map_err` hands it on")]
fn wrong(error: impl ToString) -> ExploreError {
    ExploreError::Experiment(error.to_string())
}

/// What `mash simulate` is told of the alternative.
fn simulated(asked: &Asked) -> String {
    let scenario = super::shelf::Shelf::scenario_path(&asked.scenario);
    let against = super::files::against(asked);
    match against.split_once(',') {
        Some((tried, pack)) => format!("{tried} --pack {pack}"),
        None if against.ends_with(".json") => format!("{against} --pack rules/{}", asked.pack),
        None => format!("{scenario} --pack {against}"),
    }
}

fn side(
    id: &'static str,
    title: String,
    command: &str,
    pack: &RulePack,
    model: &FrontDoorModel<'_>,
    heard: &Heard,
    key: CaseKey,
) -> Result<Side, ExploreError> {
    let empty = |title| Side {
        id,
        title,
        route: None,
        recommended: String::new(),
        rating: String::new(),
        stages: Vec::new(),
        timeline: String::new(),
        command: command.to_owned(),
    };
    let Some(record) = heard.record(key) else { return Ok(empty(title)) };
    let ratings = model.triage().ratings();
    let timeline =
        timeline::timeline(model.door(), ratings, &heard.notes, key, &heard.records).map_err(wrong)?;
    let route = |need: LatentNeed| {
        let id = need.route_id();
        let found = pack.manifest.routes.iter().find(|route| route.id.as_str() == id);
        found.map_or_else(|| id.replace('_', " "), |route| route.title.clone())
    };
    let [_, rating] = record.rating;
    let rating = rating.and_then(|at| ratings.get(usize::from(at))).map_or("none", |it| it.id.as_str());
    let stages = heard.stages(model, pack, key);
    Ok(Side {
        route: Some(route(record.route)),
        recommended: route(record.recommended),
        rating: rating.to_owned(),
        stages: stages.iter().map(|stage| view(pack, stage)).collect(),
        timeline,
        ..empty(title)
    })
}

fn view(pack: &RulePack, stage: &StageTrace) -> StageView {
    let question =
        |id: &str| pack.dictionary.find(id).map_or_else(|| id.to_owned(), |(_, it)| it.question.clone());
    let fired = stage.fired.iter().map(|rule| FiredRule {
        rule: rule.rule.clone(),
        title: rule.title.clone(),
        because: rule.because.clone().unwrap_or_default(),
    });
    StageView {
        title: match stage.stage {
            Stage::Screening => "At the door",
            Stage::Enquiries => "Whom to ask",
            Stage::Decision => "The hub's decision",
        },
        facts: stage.facts_read.iter().map(|(id, value)| (question(id), value.replace('_', " "))).collect(),
        fired: fired.collect(),
        undetermined: stage.undetermined.len(),
    }
}
