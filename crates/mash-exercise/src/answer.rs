//! What a rule pack makes of what a vignette has told so far.

use mash_model::{Decision, FactId, StageId, calendar::WorkingCalendar};
use mash_rules::{Evaluator, RulePack, StageAnswer, fold::FoldStepKind, rule::Rule};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::vignette::Vignette;

/// The answer of a pack, with how it came about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct VignetteAnswer {
    /// Route, level, rating, duties, rules that fired, what is undetermined and whom to ask.
    pub decision: Decision,
    /// Facts that the stages told, with their values as files have them, in dictionary order.
    pub told: Vec<(FactId, String)>,
    /// Facts that must be known before closing and are not.
    pub missing_for_closing: Vec<FactId>,
    /// How the answer came about, a sentence a line.
    pub trace: Vec<String>,
    /// What is not settled and could make the answer stronger, a sentence a line; the first few, and how many more.
    pub open: Vec<String>,
}

/// The pack's answer on the facts that these stages tell; the first stage is always among them.
#[must_use]
pub fn answer_after(
    pack: &RulePack,
    engine: &dyn Evaluator,
    vignette: &Vignette,
    stages: &[StageId],
) -> VignetteAnswer {
    let contact = vignette.contact_after(&pack.dictionary, stages);
    let triage = pack.triage(engine, &contact.facts);
    let decision = pack.decision(engine, &WorkingCalendar::default(), &contact, &triage, false);
    let answer = triage.answer();
    let facts = contact.facts.known().filter_map(|(slot, value)| {
        let fact = pack.dictionary.get(slot)?;
        Some((fact.id.clone(), fact.text_of(value)))
    });
    let missing = answer.missing_for_closing.iter().filter_map(|&slot| pack.dictionary.get(slot));
    VignetteAnswer {
        told: facts.collect(),
        missing_for_closing: missing.map(|fact| fact.id.clone()).collect(),
        trace: trace(pack, answer, &decision),
        open: open(pack, &decision),
        decision,
    }
}

/// Undetermined rules that are named before they are only counted.
const NAMED: usize = 5;

/// How an answer came about, a sentence a line.
fn trace(pack: &RulePack, answer: &StageAnswer, decision: &Decision) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let fired = || answer.marks.fired.iter().filter_map(|index| pack.rule(index));
    for rule in fired() {
        lines.push(format!("{} ({}): {}", rule.title, rule.id, rule.plain));
    }
    let route =
        |index: usize| pack.manifest.routes.get(index).map_or("no route", |route| route.title.as_str());
    for step in pack.steps(&answer.marks.fired) {
        let rule = step.rule.and_then(|index| pack.rule(index));
        let by = rule.map_or_else(String::new, |rule| format!(" by {} ({})", rule.title, rule.id));
        lines.push(match (step.kind, rule) {
            (FoldStepKind::Base, None) => {
                format!("No rule that fired names a route, so it starts at: {}.", route(step.to))
            }
            (FoldStepKind::Base, Some(_)) => {
                format!("The strongest route that is named: {}{by}.", route(step.to))
            }
            (FoldStepKind::Lift, _) => format!("Not less than {}{by}.", route(step.to)),
            (FoldStepKind::Raise, _) => moved("Raised", route(step.from), route(step.to), &by),
            (FoldStepKind::Lower, _) => moved("Lowered", route(step.from), route(step.to), &by),
            (FoldStepKind::Floor, _) => format!("Kept at {}{by}.", route(step.to)),
        });
    }
    let rating = decision.rating.as_ref().and_then(|id| pack.manifest.ratings.iter().find(|r| r.id == *id));
    if let Some(rating) = rating {
        lines.push(format!("How urgent: {}.", rating.title));
    }
    for id in &decision.duties {
        if let Some(duty) = pack.manifest.duties.iter().find(|duty| duty.id == *id) {
            lines.push(format!("Beside any route: {}.", duty.title));
        }
    }
    let missing: Vec<&str> = answer
        .missing_for_closing
        .iter()
        .filter_map(|&slot| pack.dictionary.get(slot))
        .map(|fact| fact.question.as_str())
        .collect();
    if !missing.is_empty() {
        lines.push(format!("It may not be closed before this is known: {}", missing.join(" ")));
    }
    for failed in &decision.failed {
        lines.push(format!("A person must look: {}.", failed.message));
    }
    lines
}

/// What is not settled.
fn open(pack: &RulePack, decision: &Decision) -> Vec<String> {
    let mut lines = Vec::new();
    for open in decision.undetermined.iter().take(NAMED) {
        let title =
            pack.find_rule(open.rule.as_str()).map_or("", |(_, rule): (_, &Rule)| rule.title.as_str());
        let needs = open.needs.iter().filter_map(|id| pack.dictionary.find(id.as_str()));
        let questions: Vec<&str> = needs.map(|(_, fact)| fact.question.as_str()).collect();
        let ask: Vec<&str> = open.ask.iter().map(|agency| agency.title()).collect();
        lines.push(format!(
            "Not settled: {title} ({}). {} Ask: {}.",
            open.rule,
            questions.join(" "),
            ask.join(", ")
        ));
    }
    if let Some(more) = decision.undetermined.len().checked_sub(NAMED).filter(|more| *more > 0) {
        lines.push(format!("{more} more rules are not settled and could make the answer stronger."));
    }
    lines
}

fn moved(how: &str, from: &str, to: &str, by: &str) -> String {
    if from == to { format!("Left at {to}{by}.") } else { format!("{how} from {from} to {to}{by}.") }
}
