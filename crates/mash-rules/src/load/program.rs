//! From rules to what the interpreter runs: conditions rewritten for not-known, functions joined, one tree for all.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use mash_model::{FactDictionary, ThresholdId};
use rhai::{AST, Engine, Expr, Module, Position, ScriptFuncDef, Shared, Stmt};

use super::{
    declarations::Script,
    functions::{Function, Functions},
    resolve::ResolvedRule,
};
use crate::{
    error::{Finding, FindingKind},
    fact_view, host,
    interpreted::{self, Interpreter},
    kleene::Rewriter,
    lower::{self, Condition, tabulate},
    program::Program,
    rule::{Clause, Rule},
    source::SourcePlace,
    thresholds::ThresholdValue,
};

/// What a pack needs to run.
pub(super) struct Built {
    pub(super) rules: Vec<Rule>,
    pub(super) clauses: Vec<Clause>,
    pub(super) interpreter: Interpreter,
    pub(super) program: Program,
}

/// Key of the node that stands for a function's rewritten body.
const BODY: &str = "body";

/// Builds the interpreter of a pack.
pub(super) fn build(
    scripts: &[Script],
    resolved: Vec<ResolvedRule>,
    dictionary: &FactDictionary,
    thresholds: &BTreeMap<ThresholdId, ThresholdValue>,
) -> Result<Built, Box<Finding>> {
    let mut rewriter = Rewriter::new(dictionary);
    let bodies: Arc<OnceLock<Vec<Expr>>> = Arc::new(OnceLock::new());
    let engine = engine(dictionary, thresholds, &bodies).map_err(|message| {
        Box::new(Finding::error(FindingKind::NotAllowed, SourcePlace::file("core"), message))
    })?;

    // Conditions first, so that a rule's clauses stand together.
    let functions = Functions::of(scripts);
    let mut rules = Vec::new();
    let mut clauses = Vec::new();
    let mut conditions: Vec<Expr> = Vec::new();
    let mut written: Vec<&Function> = Vec::new();
    let mut files = Vec::new();
    for found in resolved {
        let Some(script) = scripts.get(found.script) else { continue };
        let Some(closure) = functions.closure(found.script, &found.closure) else { continue };
        let mut rule = found.rule;
        let mut condition = closure.whole.clone();
        let start = clauses.len();
        rewriter.expression(&mut condition);
        if rewriter.clauses.len() == start {
            // A condition without `&&` and `||` is one clause: the rule itself.
            rewriter.clauses.push(Position::NONE);
            clauses.push(Clause { place: rule.place.clone() });
        } else {
            let places = rewriter.clauses.iter().skip(start);
            clauses.extend(places.map(|at| Clause { place: SourcePlace::of(&script.file, *at) }));
        }
        rule.clauses = start..clauses.len();
        conditions.push(condition);
        written.push(closure);
        files.push(script.file.clone());
        rules.push(rule);
    }

    let parser = stub_parser()?;
    let mut rewritten = Vec::new();
    let mut library = Module::new();
    let mut function_files = BTreeMap::new();
    for function in functions.iter() {
        let mut body = function.whole.clone();
        rewriter.expression(&mut body);
        let mut definition: ScriptFuncDef = (*function.definition).clone();
        stub(&parser, &mut definition, rewritten.len())?;
        rewritten.push(body);
        function_files.insert(definition.name.to_string(), function.file.clone());
        library.set_script_fn(definition);
    }
    // Clauses inside functions are not any one rule's; they are recorded and not reported.
    let clause_count = rewriter.clauses.len();
    bodies.set(rewritten).ok();
    let library: Shared<Module> = library.into();

    let whole = crate::kleene::node(interpreted::CONDITIONS, conditions, 0, Position::NONE);
    let conditions = AST::new([Stmt::Expr(Box::new(whole))], library.clone());
    let interpreter = Interpreter {
        engine,
        conditions,
        table: tabulate::tree(library),
        names: fact_view::value_names(dictionary),
        files,
        function_files,
        clause_count,
    };
    let lowered: Vec<Condition<'_>> = written
        .iter()
        .map(|closure| Condition {
            parameter: closure.parameters.first().map_or("f", String::as_str),
            body: &closure.whole,
            file: &closure.file,
        })
        .collect();
    let program = lower::lower(&lowered, &functions, dictionary, &interpreter);
    Ok(Built { rules, clauses, interpreter, program })
}

/// The engine that runs conditions: the host's limits, fact getters and the nodes of our own.
fn engine(
    dictionary: &FactDictionary,
    thresholds: &BTreeMap<ThresholdId, ThresholdValue>,
    bodies: &Arc<OnceLock<Vec<Expr>>>,
) -> Result<Engine, String> {
    let mut engine = host::engine(thresholds);
    fact_view::register(&mut engine, dictionary);
    crate::kleene::register(&mut engine, dictionary)?;
    interpreted::register(&mut engine)?;
    tabulate::register(&mut engine)?;
    let bodies = Arc::clone(bodies);
    engine.register_custom_syntax_handler(BODY, false, move |context, inputs, _| {
        let index = inputs.first().and_then(rhai::Expression::get_literal_value::<rhai::INT>);
        let body = index
            .and_then(|index| usize::try_from(index).ok())
            .and_then(|index| bodies.get().and_then(|bodies| bodies.get(index)));
        match body {
            Some(body) => context.eval_expression_tree(&body.into()),
            None => Ok(rhai::Dynamic::UNIT),
        }
    })?;
    Ok(engine)
}

/// An engine that knows the node which stands for a function's body, for stubs only.
fn stub_parser() -> Result<Engine, Box<Finding>> {
    let mut parser = Engine::new_raw();
    parser
        .register_custom_syntax([BODY, "$int$"], false, |_, _| Ok(rhai::Dynamic::UNIT))
        .map_err(|error| failed(error.to_string()))?;
    Ok(parser)
}

fn failed(message: String) -> Box<Finding> {
    Box::new(Finding::error(FindingKind::NotAllowed, SourcePlace::file("core"), message))
}

/// Replaces a function's body by a node that evaluates the rewritten body of this number.
///
/// The body's type cannot be built by name either: a stub of the same shape is parsed and its body moved over.
fn stub(parser: &Engine, definition: &mut ScriptFuncDef, number: usize) -> Result<(), Box<Finding>> {
    let text = format!("fn stub() {{ {BODY} {number} }}");
    let parsed = parser.compile(text).map_err(|error| failed(error.to_string()))?;
    let Some(found) = parsed.iter_fn_def().next() else {
        return Err(failed("a function stub did not parse".to_owned()));
    };
    let mut found: ScriptFuncDef = (**found).clone();
    std::mem::swap(&mut definition.body, &mut found.body);
    Ok(())
}
