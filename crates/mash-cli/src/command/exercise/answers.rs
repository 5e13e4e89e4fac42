//! `mash exercise answers`: a pack's answer to each vignette after each stage.

use std::{fmt::Write as _, path::Path};

use mash_exercise::{Vignette, VignetteAnswer, answer_after};
use mash_model::{RouteId, StageId, VignetteId};
use mash_rules::RulePack;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    exit_code::Failure,
    input,
    terminal::{self, WIDTH},
};

/// The answer of `exercise answers --json`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ExerciseAnswers {
    /// The pack that answers.
    pack: String,
    /// Each vignette, by id.
    vignettes: Vec<AnsweredVignette>,
    /// That everything is synthetic.
    notice: String,
}

/// A pack's answers to one vignette.
#[derive(Debug, Serialize, JsonSchema)]
struct AnsweredVignette {
    /// The vignette.
    id: VignetteId,
    /// Its title.
    title: String,
    /// Routes that can be defended.
    accepted: Vec<RouteId>,
    /// The answer after each stage, those before it told as well.
    after: Vec<AfterStage>,
}

/// The answer after a stage.
#[derive(Debug, Serialize, JsonSchema)]
struct AfterStage {
    /// The stage told last.
    stage: StageId,
    /// The answer.
    answer: VignetteAnswer,
}

pub(super) fn run(path: &Path, pack: &Path, trace: bool, json: bool) -> Result<(), Failure> {
    let deck = mash_io::vignettes::read(path).map_err(Failure::Files)?;
    let pack = input::pack(pack)?;
    let answers = ExerciseAnswers {
        pack: pack.manifest.id.clone(),
        vignettes: deck.iter().map(|vignette| answered(&pack, vignette)).collect(),
        notice: mash_model::NOTICE.to_owned(),
    };
    if json {
        terminal::json(&answers);
    } else {
        terminal::out(&text(&pack, &answers, trace));
    }
    Ok(())
}

fn answered(pack: &RulePack, vignette: &Vignette) -> AnsweredVignette {
    let engine = pack.compiled();
    let ids = vignette.stage_ids();
    let after = |(position, stage): (usize, &StageId)| AfterStage {
        stage: stage.clone(),
        answer: answer_after(pack, &engine, vignette, ids.get(..=position).unwrap_or(&ids)),
    };
    AnsweredVignette {
        id: vignette.id.clone(),
        title: vignette.title.clone(),
        accepted: vignette.accepted.clone(),
        after: ids.iter().enumerate().map(after).collect(),
    }
}

fn text(pack: &RulePack, answers: &ExerciseAnswers, trace: bool) -> String {
    let mut text = String::new();
    for vignette in &answers.vignettes {
        let accepted: Vec<&str> = vignette.accepted.iter().map(RouteId::as_str).collect();
        let _ = writeln!(text, "{}: {}", vignette.id, vignette.title);
        for after in &vignette.after {
            let decision = &after.answer.decision;
            let rating = decision.rating.as_ref().map_or("no rating", |rating| rating.as_str());
            let outcome = pack.manifest.outcome_title(decision.outcome.as_str());
            let _ = writeln!(text, "  {:<24} {outcome}, {rating}", after.stage.as_str());
            for line in after.answer.trace.iter().chain(&after.answer.open).filter(|_| trace) {
                let _ = writeln!(text, "{}", terminal::wrap(&format!("      {line}"), WIDTH, "      "));
            }
        }
        let _ = writeln!(text, "  accepted: {}", accepted.join(", "));
    }
    text
}
