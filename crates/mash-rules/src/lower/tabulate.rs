//! Filling in tables: Rhai evaluates an expression once for each combination of the values of the facts it reads.
//!
//! Comparison, order, arithmetic, overflow and mixed types are Rhai's by construction: nothing of them is written again
//! here. All rows of a table are one evaluation of one node.

use std::sync::{Arc, Mutex, PoisonError};

use mash_model::Slot;
use rhai::{AST, Dynamic, Engine, EvalAltResult, EvalContext, Expr, Position, Stmt};

use super::scope::{self, Scope, StandsFor};
use crate::{
    fact_view::{self, FactView, Recorder},
    host::MAX_OPERATIONS,
    kleene::{self, Needs, RhaiResult},
};

/// Key of the node that fills a table.
const TABLE: &str = "9";

/// What an expression comes to in one row.
#[derive(Debug, Clone)]
pub(super) enum Row {
    /// It has this value.
    Value(Dynamic),
    /// It is not known for want of these facts, in dictionary order.
    NotKnown(Vec<Slot>),
    /// It fails.
    Failed,
}

/// One table to fill.
#[derive(Debug, Clone)]
struct Job(Arc<JobParts>);

#[derive(Debug)]
struct JobParts {
    expression: Expr,
    scope: Scope,
    /// Facts of each row.
    rows: Vec<FactView>,
    /// Function calls around the expression: they count against Rhai's limit.
    calls_around: usize,
    /// May a `return` end it with a value?
    returns: bool,
    answer: Mutex<Answer>,
}

#[derive(Debug, Default)]
struct Answer {
    rows: Vec<Row>,
    operations: u64,
}

/// Teaches an engine the node that fills tables.
pub(crate) fn register(engine: &mut Engine) -> Result<(), String> {
    engine.register_custom_syntax_handler(TABLE, false, |context, _, _| {
        let Some(Job(job)) = context.scope().get("job").and_then(|value| value.clone().try_cast::<Job>())
        else {
            return Ok(Dynamic::UNIT);
        };
        let level = context.global_runtime_state().level;
        context.global_runtime_state_mut().level = level + job.calls_around;
        let answer = fill(context, &job);
        context.global_runtime_state_mut().level = level;
        *job.answer.lock().unwrap_or_else(PoisonError::into_inner) = answer;
        Ok(Dynamic::UNIT)
    })?;
    Ok(())
}

/// The tree whose evaluation fills a table.
pub(crate) fn tree(library: rhai::Shared<rhai::Module>) -> AST {
    AST::new([Stmt::Expr(Box::new(kleene::node(TABLE, Vec::new(), 0, Position::NONE)))], library)
}

fn fill(context: &mut EvalContext<'_, '_, '_, '_, '_, '_>, job: &JobParts) -> Answer {
    let mut answer = Answer { rows: Vec::with_capacity(job.rows.len()), operations: 0 };
    let needed = scope::names(&job.expression);
    for view in &job.rows {
        context.global_runtime_state_mut().num_operations = Default::default();
        let result = values(context, &job.scope, &needed, view).and_then(|values| {
            enter(context, values);
            context.eval_expression_tree(&(&job.expression).into())
        });
        answer.operations = answer.operations.max(context.global_runtime_state().num_operations());
        answer.rows.push(match result {
            Ok(value) => Row::Value(value),
            Err(error) => match *error {
                EvalAltResult::Return(value, _) if job.returns => Row::Value(value),
                error => match kleene::needs_of(Box::new(error)) {
                    Ok(needs) => Row::NotKnown(Needs::slots(needs)),
                    Err(_) => Row::Failed,
                },
            },
        });
    }
    answer
}

/// Replaces the variables in scope.
fn enter(context: &mut EvalContext<'_, '_, '_, '_, '_, '_>, values: Vec<(String, Dynamic)>) {
    let scope = context.scope_mut();
    scope.rewind(0);
    for (name, value) in values {
        scope.push_dynamic(name, value);
    }
}

/// The variables of a scope with their values; one that nothing needs is `()`, so that places stay the same.
fn values(
    context: &mut EvalContext<'_, '_, '_, '_, '_, '_>,
    scope: &Scope,
    needed: &std::collections::BTreeSet<String>,
    view: &FactView,
) -> Result<Vec<(String, Dynamic)>, Box<EvalAltResult>> {
    let Some(variable) = scope else { return Ok(Vec::new()) };
    let mut values_so_far = values(context, &variable.outer, needed, view)?;
    let value = match &variable.stands_for {
        StandsFor::Facts => fact_view::as_dynamic(view.clone()),
        StandsFor::Value { .. } if !needed.contains(&variable.name) => Dynamic::UNIT,
        StandsFor::Value { evaluated, scope, .. } => {
            // Its own variables have values of their own: what it needs of them, nothing else does.
            let seen = values(context, scope, &scope::names(evaluated), view)?;
            enter(context, seen);
            context.eval_expression_tree(&evaluated.into())?
        }
    };
    values_so_far.push((variable.name.clone(), value));
    Ok(values_so_far)
}

/// Fills tables with one engine.
#[derive(Debug)]
pub(super) struct Tabulator<'p> {
    pub(super) engine: &'p Engine,
    pub(super) tree: &'p AST,
    pub(super) recorder: Arc<Recorder>,
}

/// One expression to tabulate.
pub(super) struct Question<'q> {
    /// The expression as evaluated, with the nodes for not known.
    pub(super) expression: Expr,
    pub(super) scope: &'q Scope,
    pub(super) calls_around: usize,
    pub(super) returns: bool,
}

impl Tabulator<'_> {
    /// What the expression comes to in each row, and the most operations that a row took.
    ///
    /// # Errors
    /// It read a fact that is not among `facts`, took too many operations, or could not be evaluated at all.
    pub(super) fn rows(
        &self,
        question: Question<'_>,
        rows: Vec<FactView>,
        facts: &std::collections::BTreeSet<Slot>,
    ) -> Result<(Vec<Row>, u64), String> {
        self.recorder.forget();
        let count = rows.len();
        let job = Job(Arc::new(JobParts {
            expression: question.expression,
            scope: question.scope.clone(),
            rows,
            calls_around: question.calls_around,
            returns: question.returns,
            answer: Mutex::default(),
        }));
        let mut variables = rhai::Scope::new();
        variables.push_dynamic("job", Dynamic::from(job.clone()));
        let result: RhaiResult = self.engine.eval_ast_with_scope(&mut variables, self.tree);
        let answer = std::mem::take(&mut *job.0.answer.lock().unwrap_or_else(PoisonError::into_inner));
        if result.is_err() || answer.rows.len() != count {
            return Err("it cannot be evaluated apart".to_owned());
        }
        if let Some(other) = self.recorder.facts_read().into_iter().find(|slot| !facts.contains(slot)) {
            return Err(format!("it reads a fact that it does not name (number {})", other.0));
        }
        // Parts of a rule share the interpreter's allowance; half of it for one part leaves room for the others.
        if answer.operations > MAX_OPERATIONS / 2 {
            return Err("it takes so many operations that a limit may end it".to_owned());
        }
        Ok((answer.rows, answer.operations))
    }
}
