//! How many contacts of a simulated year fall in each region of an exact difference.

use mash_model::Stage;
use mash_rules::{
    Evaluator, RulePack, StageAnswer,
    analysis::{Region, changes},
};
use mash_sim::{Case, Scenario, generate};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{compare::CompareError, decide::decide, parallel};

/// Contacts a year by region, means over replications.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RegionCounts {
    /// Contacts a year in each region; one that lies in several counts in the first.
    pub by_region: Vec<f64>,
    /// Contacts a year whose answer changes outside every region listed.
    pub elsewhere: f64,
    /// Contacts a year that reach the stage.
    pub reached: f64,
    /// Replications.
    pub replications: u32,
}

/// Counts the contacts of a scenario in regions that pack B changes.
///
/// Each contact is decided by both packs on the facts that pack A's hub would have at that stage.
///
/// # Errors
/// [`CompareError`] when the packs do not share their facts or no year can be generated.
pub fn count(
    scenario: &Scenario,
    (a, b): (&RulePack, &RulePack),
    stage: Stage,
    regions: &[Region],
    seed: u64,
    replications: u32,
) -> Result<RegionCounts, CompareError> {
    if !a.dictionary.iter().map(|(_, fact)| fact).eq(b.dictionary.iter().map(|(_, fact)| fact)) {
        let (a, b) = (a.manifest.id.clone(), b.manifest.id.clone());
        return Err(CompareError::DifferentFacts { a, b });
    }
    let Some(model) = scenario.truth_models.first().map(|model| model.id.clone()) else {
        return Err(CompareError::Nothing);
    };
    let mut totals = vec![0_u64; regions.len()];
    let (mut elsewhere, mut reached) = (0_u64, 0_u64);
    for replication in 0..replications {
        let cases = generate(scenario, &a.dictionary, &model, seed, replication)?;
        for place in parallel::map(&cases, |case| place(case, a, b, stage, regions)) {
            reached += u64::from(place.is_some());
            match place {
                Some(Place::Region(at)) => totals.iter_mut().skip(at).take(1).for_each(|total| *total += 1),
                Some(Place::Elsewhere) => elsewhere += 1,
                Some(Place::Unchanged) | None => {}
            }
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "counts of contacts are far below 2^52")]
    let mean = |total: u64| total as f64 / f64::from(replications.max(1));
    Ok(RegionCounts {
        by_region: totals.into_iter().map(mean).collect(),
        elsewhere: mean(elsewhere),
        reached: mean(reached),
        replications,
    })
}

enum Place {
    Region(usize),
    Elsewhere,
    Unchanged,
}

/// Where a case falls; none when it does not reach the stage.
fn place(case: &Case, a: &RulePack, b: &RulePack, stage: Stage, regions: &[Region]) -> Option<Place> {
    let (one, other) = (a.compiled(), b.compiled());
    let facts = if stage == Stage::Decision {
        let decided = decide(a, &one, case);
        decided.decision.as_ref()?;
        let at_once = decided.screening.folded.route + 1 >= a.manifest.routes.len();
        if at_once { case.contact.facts.clone() } else { case.facts_after_enquiries(&decided.asked) }
    } else {
        case.contact.facts.clone()
    };
    let answer =
        |pack: &RulePack, engine: &dyn Evaluator| -> StageAnswer { pack.answer(engine, stage, &facts) };
    let (x, y) = (answer(a, &one), answer(b, &other));
    let changes = changes((a, &x), (b, &y));
    if changes.is_empty() {
        return Some(Place::Unchanged);
    }
    let region = regions.iter().position(|region| region.holds(&changes, &facts));
    Some(region.map_or(Place::Elsewhere, Place::Region))
}
