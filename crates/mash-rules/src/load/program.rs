//! From rules to what the interpreter runs: conditions rewritten for not-known, functions joined, one program a stage.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use mash_model::{FactDictionary, Stage, ThresholdId};
use rhai::{AST, ASTNode, Engine, Expr, Module, Position, ScriptFuncDef, Shared, Stmt, StmtBlock};

use super::{declarations::Script, resolve::ResolvedRule};
use crate::{
    error::{Finding, FindingKind},
    fact_view, host,
    interpreted::{self, Interpreter, StageProgram},
    kleene::Rewriter,
    rule::{Clause, Rule, RuleIndex},
    source::SourcePlace,
    thresholds::ThresholdValue,
    tree,
};

/// What a pack needs to run.
pub(super) struct Built {
    pub(super) rules: Vec<Rule>,
    pub(super) clauses: Vec<Clause>,
    pub(super) interpreter: Interpreter,
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
    let mut rules = Vec::new();
    let mut clauses = Vec::new();
    let mut conditions: Vec<Expr> = Vec::new();
    let mut files = Vec::new();
    for found in resolved {
        let Some(script) = scripts.get(found.script) else { continue };
        let mut rule = found.rule;
        let mut body = body_of(&script.ast, &found.closure);
        rewriter.block(body.statements_mut());
        let start = clauses.len();
        if rewriter.clauses.len() == start {
            // A condition without `&&` and `||` is one clause: the rule itself.
            rewriter.clauses.push(Position::NONE);
            clauses.push(Clause { place: rule.place.clone() });
        } else {
            let places = rewriter.clauses.iter().skip(start);
            clauses.extend(places.map(|at| Clause { place: SourcePlace::of(&script.file, *at) }));
        }
        rule.clauses = start..clauses.len();
        conditions.push(single(body));
        files.push(script.file.clone());
        rules.push(rule);
    }

    let parser = stub_parser()?;
    let mut rewritten = Vec::new();
    let mut library = Module::new();
    let mut function_files = BTreeMap::new();
    for script in scripts {
        for definition in script.ast.iter_fn_def() {
            let mut body = body_of(&script.ast, &definition.name);
            rewriter.block(body.statements_mut());
            let mut definition: ScriptFuncDef = (**definition).clone();
            stub(&parser, &mut definition, rewritten.len())?;
            rewritten.push(single(body));
            function_files.insert(definition.name.to_string(), script.file.clone());
            library.set_script_fn(definition);
        }
    }
    // Clauses inside functions are not any one rule's; they are recorded and not reported.
    let clause_count = rewriter.clauses.len();
    bodies.set(rewritten).ok();
    let library: Shared<Module> = library.into();

    let stages = Stage::ALL.map(|stage| {
        let members: Vec<RuleIndex> = rules
            .iter()
            .enumerate()
            .filter(|(_, rule)| rule.stages.contains(&stage))
            .map(|(index, _)| RuleIndex(index))
            .collect();
        let inputs = members.iter().filter_map(|index| conditions.get(index.0).cloned()).collect();
        let whole = crate::kleene::node(interpreted::STAGE, inputs, 0, Position::NONE);
        let ast = AST::new([Stmt::Expr(Box::new(whole))], library.clone());
        StageProgram { ast, members }
    });
    let interpreter = Interpreter {
        engine,
        stages,
        names: fact_view::value_names(dictionary),
        files,
        function_files,
        clause_count,
    };
    Ok(Built { rules, clauses, interpreter })
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

/// A body of one expression as that expression; any other body as a block.
fn single(body: StmtBlock) -> Expr {
    match body.statements() {
        [Stmt::Expr(expression)] => (**expression).clone(),
        _ => Expr::Stmt(Box::new(body)),
    }
}

/// The statements of one function of a tree.
fn body_of(ast: &AST, name: &str) -> StmtBlock {
    let alone = tree::function(ast, name);
    let mut statements = Vec::new();
    alone.walk(&mut |path: &[ASTNode<'_>]| {
        if let [ASTNode::Stmt(statement)] = path {
            statements.push((*statement).clone());
        }
        true
    });
    StmtBlock::new(statements, Position::NONE, Position::NONE)
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
