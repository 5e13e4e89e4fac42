//! The reference meaning: Rhai runs the conditions of rules, all inside one evaluation.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use mash_model::{FactSheet, Slot};
use rhai::{AST, Dynamic, Engine, EvalAltResult, Position, Scope};

use crate::{
    evaluator::{Evaluator, FailedMark, Marks, Needs},
    fact_view::{self, FactView, Recorder, ValueNames},
    kleene,
    load::{lower_first, message_of},
    rule::RuleIndex,
    rule_set::RuleSet,
    source::{SourceFile, SourcePlace},
};

/// Key of the node that runs conditions.
pub(crate) const CONDITIONS: &str = "8";

/// Runs the conditions of a pack with Rhai.
#[derive(Debug)]
pub(crate) struct Interpreter {
    pub(crate) engine: Engine,
    /// Every condition of the pack under one node, in pack order.
    pub(crate) conditions: AST,
    /// What fills in tables: see [`crate::lower::tabulate`].
    pub(crate) table: AST,
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

/// What became of each rule asked for, as the evaluation hands it over.
#[derive(Debug, Clone)]
struct Outcomes(Arc<Mutex<Vec<(RuleIndex, Outcome)>>>);

/// Teaches an engine the node that runs conditions.
pub(crate) fn register(engine: &mut Engine) -> Result<(), String> {
    engine.register_custom_syntax_handler(CONDITIONS, false, |context, conditions, _| {
        let facts = context.scope().get("f").cloned().unwrap_or(Dynamic::UNIT);
        let rules = facts.read_lock::<FactView>().map(|view| view.rules().clone()).unwrap_or_default();
        *context.tag_mut() = facts;
        let depth = context.scope().len();
        let mut outcomes = Vec::with_capacity(rules.len());
        for rule in rules.iter() {
            let Some(condition) = conditions.get(rule.0) else { continue };
            // Each condition has the whole allowance: a costly rule does not starve the next.
            context.global_runtime_state_mut().num_operations = Default::default();
            let result = context.eval_expression_tree(condition);
            context.scope_mut().rewind(depth);
            outcomes.push((rule, outcome_of(result)));
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
    /// Evaluates rules, noting into `recorder` what was read where one is given.
    pub(crate) fn run(&self, rules: &RuleSet, sheet: &FactSheet, recorder: Option<Arc<Recorder>>) -> Marks {
        let none = RuleSet::none(self.files.len());
        let mut marks =
            Marks { rules: rules.clone(), fired: none.clone(), undetermined: none, failed: Vec::new() };
        for (rule, outcome) in self.outcomes(rules, sheet, recorder) {
            match outcome {
                Outcome::Fired => marks.fired.insert(rule),
                Outcome::NotFired => {}
                Outcome::Undetermined(_) => marks.undetermined.insert(rule),
                Outcome::Failed { position, function, message } => {
                    let file = function
                        .as_ref()
                        .and_then(|name| self.function_files.get(name))
                        .or_else(|| self.files.get(rule.0));
                    let place =
                        file.map_or_else(|| SourcePlace::file(""), |file| SourcePlace::of(file, position));
                    marks.failed.push(FailedMark { rule, place, message });
                }
            }
        }
        marks
    }

    /// What became of each of these rules, in pack order.
    fn outcomes(
        &self,
        rules: &RuleSet,
        sheet: &FactSheet,
        recorder: Option<Arc<Recorder>>,
    ) -> Vec<(RuleIndex, Outcome)> {
        if rules.is_empty() {
            return Vec::new();
        }
        let view = FactView::new(sheet.clone(), Arc::clone(&self.names), rules.clone(), recorder);
        let mut scope = Scope::new();
        scope.push_constant_dynamic("f", fact_view::as_dynamic(view));
        let result = self.engine.eval_ast_with_scope::<Dynamic>(&mut scope, &self.conditions);
        // The node fails only if the engine itself does: then no rule was evaluated.
        let failed = match result {
            Ok(value) => match value.try_cast::<Outcomes>() {
                Some(found) => {
                    return std::mem::take(&mut *found.0.lock().unwrap_or_else(PoisonError::into_inner));
                }
                None => Outcome::Failed {
                    position: Position::NONE,
                    function: None,
                    message: "the condition was not evaluated".to_owned(),
                },
            },
            Err(error) => failure(error),
        };
        rules.iter().map(|rule| (rule, failed.clone())).collect()
    }
}

impl Evaluator for Interpreter {
    fn evaluate(&self, rules: &RuleSet, sheet: &FactSheet) -> Marks {
        self.run(rules, sheet, None)
    }

    fn needs(&self, rules: &RuleSet, sheet: &FactSheet) -> Vec<(RuleIndex, Needs)> {
        let outcomes = self.outcomes(rules, sheet, None).into_iter();
        outcomes
            .filter_map(|(rule, outcome)| match outcome {
                Outcome::Undetermined(needs) => Some((rule, needs.into())),
                Outcome::Fired | Outcome::NotFired | Outcome::Failed { .. } => None,
            })
            .collect()
    }
}
