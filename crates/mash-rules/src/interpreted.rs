//! The reference meaning: Rhai runs every condition of a stage, inside one evaluation.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use mash_model::{FactSheet, Slot, Stage};
use rhai::{AST, Dynamic, Engine, EvalAltResult, Position, Scope};

use crate::{
    evaluator::{Evaluator, FailedMark, StageMarks, UndeterminedMark},
    fact_view::{self, FactView, Recorder, ValueNames},
    kleene,
    load::{lower_first, message_of},
    rule::RuleIndex,
    source::{SourceFile, SourcePlace},
};

/// Key of the node that runs all conditions of a stage.
pub(crate) const STAGE: &str = "8";

/// The conditions of one stage as one tree, and which rules they are.
#[derive(Debug)]
pub(crate) struct StageProgram {
    pub(crate) ast: AST,
    pub(crate) members: Vec<RuleIndex>,
}

/// Runs the conditions of a pack with Rhai.
#[derive(Debug)]
pub(crate) struct Interpreter {
    pub(crate) engine: Engine,
    pub(crate) stages: [StageProgram; 3],
    pub(crate) names: ValueNames,
    /// File of each rule.
    pub(crate) files: Vec<SourceFile>,
    /// File of each function, closures included.
    pub(crate) function_files: BTreeMap<String, SourceFile>,
    pub(crate) clause_count: usize,
}

/// What became of one condition.
#[derive(Debug, Clone)]
enum Outcome {
    Fired,
    NotFired,
    Undetermined(Vec<Slot>),
    Failed { position: Position, function: Option<String>, message: String },
}

/// The outcomes of a stage, as the evaluation hands them over.
#[derive(Debug, Clone)]
struct Outcomes(Arc<Mutex<Vec<Outcome>>>);

/// Teaches an engine the stage node.
pub(crate) fn register(engine: &mut Engine) -> Result<(), String> {
    engine.register_custom_syntax_handler(STAGE, false, |context, conditions, _| {
        let facts = context.scope().get("f").cloned().unwrap_or(Dynamic::UNIT);
        *context.tag_mut() = facts;
        let depth = context.scope().len();
        let mut outcomes = Vec::with_capacity(conditions.len());
        for condition in conditions {
            // Each condition has the whole allowance: a costly rule does not starve the next.
            context.global_runtime_state_mut().num_operations = Default::default();
            let result = context.eval_expression_tree(condition);
            context.scope_mut().rewind(depth);
            outcomes.push(outcome_of(result));
        }
        Ok(Dynamic::from(Outcomes(Arc::new(Mutex::new(outcomes)))))
    })?;
    Ok(())
}

fn outcome_of(result: kleene::RhaiResult) -> Outcome {
    let value = match result {
        Ok(value) => value,
        Err(error) => match *error {
            EvalAltResult::Return(value, _) => value,
            error => return failure(Box::new(error)),
        },
    };
    match value.as_bool() {
        Ok(true) => Outcome::Fired,
        Ok(false) => Outcome::NotFired,
        Err(found) => Outcome::Failed {
            position: Position::NONE,
            function: None,
            message: format!("the condition gave a value of type {found}, expected true or false"),
        },
    }
}

fn failure(error: Box<EvalAltResult>) -> Outcome {
    let error = match kleene::needs_of(error) {
        Ok(needs) => return Outcome::Undetermined(needs.slots()),
        Err(error) => error,
    };
    let mut function = None;
    let mut inner = &*error;
    while let EvalAltResult::ErrorInFunctionCall(name, _, next, _) = inner {
        function = Some(name.clone());
        inner = next;
    }
    Outcome::Failed { position: inner.position(), function, message: lower_first(&message_of(inner)) }
}

impl Interpreter {
    /// Evaluates a stage, noting into `recorder` what was read where one is given.
    pub(crate) fn run(&self, stage: Stage, sheet: &FactSheet, recorder: Option<Arc<Recorder>>) -> StageMarks {
        let mut marks = StageMarks::default();
        let Some(program) = self.stages.get(stage.index()) else { return marks };
        if program.members.is_empty() {
            return marks;
        }
        let view = FactView::new(sheet.clone(), Arc::clone(&self.names), recorder);
        let mut scope = Scope::new();
        scope.push_constant_dynamic("f", fact_view::as_dynamic(view));
        let result = self.engine.eval_ast_with_scope::<Dynamic>(&mut scope, &program.ast);
        let outcomes = match result.map(|value| value.try_cast::<Outcomes>()) {
            Ok(Some(outcomes)) => {
                std::mem::take(&mut *outcomes.0.lock().unwrap_or_else(PoisonError::into_inner))
            }
            // The stage node fails only if the engine itself does: then no rule was evaluated.
            Ok(None) => Vec::new(),
            Err(error) => vec![failure(error); program.members.len()],
        };
        for (index, &rule) in program.members.iter().enumerate() {
            match outcomes.get(index) {
                Some(Outcome::Fired) => marks.fired.push(rule),
                Some(Outcome::NotFired) => marks.not_fired.push(rule),
                Some(Outcome::Undetermined(needs)) => {
                    marks.undetermined.push(UndeterminedMark { rule, needs: needs.clone() });
                }
                Some(Outcome::Failed { position, function, message }) => {
                    let file = function
                        .as_ref()
                        .and_then(|name| self.function_files.get(name))
                        .or_else(|| self.files.get(rule.0));
                    let place =
                        file.map_or_else(|| SourcePlace::file(""), |file| SourcePlace::of(file, *position));
                    marks.failed.push(FailedMark { rule, place, message: message.clone() });
                }
                None => marks.failed.push(FailedMark {
                    rule,
                    place: SourcePlace::file(self.files.get(rule.0).map_or("", SourceFile::name)),
                    message: "the condition was not evaluated".to_owned(),
                }),
            }
        }
        marks
    }
}

impl Evaluator for Interpreter {
    fn evaluate(&self, stage: Stage, sheet: &FactSheet) -> StageMarks {
        self.run(stage, sheet, None)
    }
}
