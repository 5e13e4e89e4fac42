//! The trace of one contact: facts read, rules fired, not fired, undetermined and failed, and every step of the fold.

use std::sync::Arc;

use mash_model::{Contact, Decision, Slot, Stage, calendar::WorkingCalendar};
use serde::{Deserialize, Serialize};

use crate::{
    evaluator::{Evaluator, Marks},
    fact_view::Recorder,
    fold::{FoldStep, FoldStepKind},
    rule::RuleIndex,
    rule_pack::RulePack,
    triage::StageAnswer,
};

/// The trace of one contact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Trace {
    /// The decision.
    pub decision: Decision,
    /// Each stage that was evaluated.
    pub stages: Vec<StageTrace>,
}

/// The trace of one stage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct StageTrace {
    /// The stage.
    pub stage: Stage,
    /// Known facts that a rule read: id and value.
    pub facts_read: Vec<(String, String)>,
    /// Facts a rule asked for that are not known.
    pub facts_not_known: Vec<String>,
    /// Rules that fired, with title, condition and reason.
    pub fired: Vec<RuleTrace>,
    /// Rules that did not fire.
    pub not_fired: Vec<RuleTrace>,
    /// Rules the known facts do not settle.
    pub undetermined: Vec<RuleTrace>,
    /// Rules that failed.
    pub failed: Vec<RuleTrace>,
    /// The steps of the fold; empty for enquiries.
    pub steps: Vec<StepTrace>,
    /// Facts that must be known before closing and are not.
    pub missing_for_closing: Vec<String>,
    /// Agencies asked; only for enquiries.
    pub asked: Vec<String>,
}

/// One rule in a trace.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct RuleTrace {
    /// The rule.
    pub rule: String,
    /// Its title.
    pub title: String,
    /// Where it stands.
    pub at: String,
    /// Its condition as written.
    pub condition: String,
    /// For a rule that fired: the professional reason.
    pub because: Option<String>,
    /// For an undetermined rule: the facts it needs.
    pub needs: Vec<String>,
    /// For an undetermined rule: agencies that hold them.
    pub ask: Vec<String>,
    /// For an undetermined rule: could it strengthen the answer?
    pub could_strengthen: bool,
    /// For a failed rule: place and message.
    pub failure: Option<String>,
}

/// One step of the fold in words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct StepTrace {
    /// Kind of step.
    pub kind: FoldStepKind,
    /// The rule it rests on.
    pub rule: Option<String>,
    /// Route before.
    pub from: String,
    /// Route after.
    pub to: String,
}

/// Traces a contact with the interpreter.
#[must_use]
pub fn explain(pack: &RulePack, calendar: &WorkingCalendar, contact: &Contact) -> Trace {
    let triage = pack.triage(&pack.interpreter, &contact.facts);
    let decision = pack.decision(&pack.interpreter, calendar, contact, &triage, false);
    let mut stages =
        vec![stage(pack, contact, Stage::Screening, Some(&triage.screening), &triage.screening.marks)];
    let mut enquiries = stage(pack, contact, Stage::Enquiries, None, &triage.enquiries);
    enquiries.asked = triage.asked.iter().map(ToString::to_string).collect();
    stages.push(enquiries);
    if let Some(answer) = &triage.decision {
        stages.push(stage(pack, contact, Stage::Decision, Some(answer), &answer.marks));
    }
    Trace { decision, stages }
}

fn stage(
    pack: &RulePack,
    contact: &Contact,
    stage: Stage,
    answer: Option<&StageAnswer>,
    marks: &Marks,
) -> StageTrace {
    let recorder = Arc::new(Recorder::new(pack.dictionary.len(), pack.interpreter.clause_count));
    pack.interpreter.run(pack.stage_rules(stage), &contact.facts, Some(Arc::clone(&recorder)));
    let id = |slot: Slot| pack.dictionary.get(slot).map_or_else(String::new, |fact| fact.id.to_string());
    let (mut facts_read, mut facts_not_known) = (Vec::new(), Vec::new());
    for slot in recorder.facts_read() {
        match (contact.facts.get(slot), pack.dictionary.get(slot)) {
            (Some(value), Some(fact)) => facts_read.push((fact.id.to_string(), fact.text_of(value))),
            _ => facts_not_known.push(id(slot)),
        }
    }
    let plain = |rule: RuleIndex| rule_trace(pack, rule);
    let strengthening = answer.map(|answer| pack.strengthening(answer)).unwrap_or_default();
    let needs = pack.interpreter.needs(&marks.undetermined, &contact.facts);
    StageTrace {
        stage,
        facts_read,
        facts_not_known,
        fired: marks
            .fired
            .iter()
            .filter_map(|index| {
                let because = pack.rule(index).map(|rule| rule.because.clone());
                Some(RuleTrace { because, ..rule_trace(pack, index)? })
            })
            .collect(),
        not_fired: marks.not_fired().iter().filter_map(plain).collect(),
        undetermined: needs
            .iter()
            .filter_map(|(rule, needs)| {
                let mut ask: Vec<String> = needs
                    .iter()
                    .filter_map(|&slot| pack.dictionary.get(slot))
                    .flat_map(|fact| fact.agencies.iter().map(ToString::to_string))
                    .collect();
                ask.sort();
                ask.dedup();
                Some(RuleTrace {
                    needs: needs.iter().map(|&slot| id(slot)).collect(),
                    ask,
                    could_strengthen: strengthening.contains(*rule),
                    ..rule_trace(pack, *rule)?
                })
            })
            .collect(),
        failed: marks
            .failed
            .iter()
            .filter_map(|mark| {
                let failure = Some(format!("{}: {}", mark.place, mark.message));
                Some(RuleTrace { failure, ..rule_trace(pack, mark.rule)? })
            })
            .collect(),
        steps: answer.map_or_else(Vec::new, |answer| {
            pack.steps(&answer.marks.fired).iter().map(|step| step_trace(pack, step)).collect()
        }),
        missing_for_closing: answer.map_or_else(Vec::new, |answer| {
            answer.missing_for_closing.iter().map(|&slot| id(slot)).collect()
        }),
        asked: Vec::new(),
    }
}

fn rule_trace(pack: &RulePack, index: RuleIndex) -> Option<RuleTrace> {
    let rule = pack.rule(index)?;
    Some(RuleTrace {
        rule: rule.id.to_string(),
        title: rule.title.clone(),
        at: rule.place.to_string(),
        condition: rule.condition.clone(),
        because: None,
        needs: Vec::new(),
        ask: Vec::new(),
        could_strengthen: false,
        failure: None,
    })
}

fn step_trace(pack: &RulePack, step: &FoldStep) -> StepTrace {
    let route =
        |index: usize| pack.manifest.routes.get(index).map_or_else(String::new, |route| route.id.to_string());
    StepTrace {
        kind: step.kind,
        rule: step.rule.and_then(|rule| pack.rule(rule)).map(|rule| rule.id.to_string()),
        from: route(step.from),
        to: route(step.to),
    }
}
