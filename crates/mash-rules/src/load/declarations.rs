//! Running rule files once, to collect what they declare.

use std::collections::{BTreeMap, BTreeSet};

use mash_model::{Agency, FactDictionary, Stage, ThresholdId};
use rhai::{AST, Engine, EvalAltResult, ParseErrorType, Scope, Stmt};

use super::{ParsedFolder, syntax_slip};
use crate::{
    decision_table::{self, DecisionTable, Vocabulary},
    declare::{self, Drafts, METHODS, NAME_METHODS, RuleDraft},
    error::{Finding, FindingKind},
    fix::{Fix, first_argument},
    host,
    manifest::Manifest,
    source::{SourceFile, SourcePlace, without_mark},
    thresholds::ThresholdValue,
};

/// One rule file or decision table, parsed and declared.
#[derive(Debug)]
pub(crate) struct Script {
    pub(crate) file: SourceFile,
    /// The file's text, or what a table was made into.
    pub(crate) text: String,
    pub(crate) ast: AST,
    pub(crate) drafts: Vec<RuleDraft>,
    pub(crate) table: Option<DecisionTable>,
    pub(crate) pack: String,
    pub(crate) floor: bool,
}

/// Compiles and declares every rule file and table of the chain, base first, files by name.
pub(super) fn declare(
    parsed: &[ParsedFolder<'_>],
    manifest: &Manifest,
    dictionary: &FactDictionary,
    thresholds: &BTreeMap<ThresholdId, ThresholdValue>,
    findings: &mut Vec<Finding>,
) -> Vec<Script> {
    let drafts = Drafts::default();
    let mut engine = host::engine(thresholds);
    declare::register(&mut engine, &drafts);
    let constants = constants(manifest);
    let mut scripts = Vec::new();
    let mut functions: BTreeMap<(String, usize), String> = BTreeMap::new();
    for folder in parsed {
        for (name, text) in &folder.folder.files {
            let path = folder.file(name);
            let (file, text, table) = if name.ends_with(".rhai") {
                (SourceFile::rules(&path), text.clone(), None)
            } else if decision_table::is_table(name) {
                let vocabulary = Vocabulary { manifest, dictionary, thresholds };
                let lowered = decision_table::lower(&path, text, vocabulary, findings);
                (lowered.file, lowered.text, Some(lowered.table))
            } else {
                continue;
            };
            let mut script = Script {
                file,
                text,
                ast: AST::empty(),
                drafts: Vec::new(),
                table,
                pack: folder.manifest.id.clone(),
                floor: folder.manifest.floor,
            };
            if compile(&engine, &constants, &mut script, findings) {
                run(&engine, &constants, &drafts, &mut script, findings);
                one_definition_each(&script, &mut functions, findings);
            }
            scripts.push(script);
        }
    }
    scripts
}

/// Every id of the manifest, the stages and the agencies, in capitals.
fn constants(manifest: &Manifest) -> Scope<'static> {
    let mut ids: BTreeSet<String> = BTreeSet::new();
    ids.extend(manifest.routes.iter().map(|route| route.id.to_string()));
    ids.extend(manifest.ratings.iter().map(|rating| rating.id.to_string()));
    ids.extend(manifest.outcomes.iter().map(|outcome| outcome.id.to_string()));
    ids.extend(manifest.duties.iter().map(|duty| duty.id.to_string()));
    ids.extend(Stage::ALL.iter().map(|stage| stage.id().to_owned()));
    ids.extend(Agency::ALL.iter().map(|agency| agency.id().to_owned()));
    let mut scope = Scope::new();
    for id in ids {
        scope.push_constant_dynamic(declare::constant_name(&id), declare::constant_value(&id));
    }
    scope
}

fn constant_names(scope: &Scope<'_>) -> Vec<String> {
    scope.iter().map(|(name, ..)| name.to_owned()).collect()
}

fn compile(engine: &Engine, constants: &Scope<'_>, script: &mut Script, findings: &mut Vec<Finding>) -> bool {
    match engine.compile_with_scope(constants, without_mark(&script.text)) {
        Ok(mut ast) => {
            ast.set_source(script.file.name());
            script.ast = ast;
            true
        }
        Err(error) => {
            let at = SourcePlace::of(&script.file, error.position());
            let names = constant_names(constants);
            let finding =
                match error.err_type() {
                    ParseErrorType::VariableUndefined(name) => {
                        Finding::error(FindingKind::UnknownName, at, format!("unknown name `{name}`"))
                            .suggest_in(&script.text, name, names.iter().map(String::as_str))
                    }
                    other => syntax_slip::finding(&script.text, at, &lower_first(&other.to_string())),
                };
            findings.push(finding);
            false
        }
    }
}

fn run(
    engine: &Engine,
    constants: &Scope<'_>,
    drafts: &Drafts,
    script: &mut Script,
    findings: &mut Vec<Finding>,
) {
    let mut scope = constants.clone();
    let depth = scope.len();
    for statement in script.ast.statements() {
        let at = || SourcePlace::of(&script.file, statement.position());
        match statement {
            Stmt::Noop(_) => continue,
            Stmt::Expr(_) | Stmt::FnCall(..) => {}
            Stmt::Var(..) => {
                findings.push(
                    Finding::error(
                        FindingKind::NotAllowed,
                        at(),
                        "a rule file may hold no top-level `let` or `const`",
                    )
                    .mend("put the value into thresholds.json and read it as threshold::name"),
                );
                continue;
            }
            _ => {
                findings.push(
                    Finding::error(
                        FindingKind::NotAllowed,
                        at(),
                        "a rule file holds `rule(...)` statements and `fn` definitions",
                    )
                    .mend("move the statement into a function or a condition"),
                );
                continue;
            }
        }
        let one = AST::new([statement.clone()], script.ast.shared_lib().clone());
        if let Err(error) = engine.eval_ast_with_scope::<rhai::Dynamic>(&mut scope, &one) {
            findings.push(declaration_finding(script, constants, &error));
        }
        scope.rewind(depth);
    }
    script.drafts = drafts.take();
}

fn declaration_finding(script: &Script, constants: &Scope<'_>, error: &EvalAltResult) -> Finding {
    let at = SourcePlace::of(&script.file, error.position());
    let finding = match error.unwrap_inner() {
        EvalAltResult::ErrorFunctionNotFound(signature, _) => {
            let name = signature.split([' ', '(']).next().unwrap_or(signature);
            let arguments = signature.split_once('(').map_or("", |(_, rest)| rest.trim_end_matches(')'));
            if !METHODS.contains(&name) {
                return Finding::error(
                    FindingKind::UnknownName,
                    at,
                    format!("unknown part or function `{name}`"),
                )
                .suggest_in(&script.text, name, METHODS);
            }
            let taken = if NAME_METHODS.contains(&name) && arguments.contains("String") {
                format!("`.{name}(...)` takes a name in capitals, not a text in quotes")
            } else {
                format!("`{name}` is called with ({})", plain_types(arguments))
            };
            Finding::error(FindingKind::WrongType, at, taken)
                .mend(format!("see `{name}` in the table of docs/rule-authoring.md"))
        }
        inner => Finding::error(FindingKind::NotAllowed, at, lower_first(&message_of(inner))),
    };
    let fix = name_in_quotes(script, constants, &finding.at);
    finding.fix(fix)
}

/// `.route("early_help")` with the name in capitals, where there is such a name.
fn name_in_quotes(script: &Script, constants: &Scope<'_>, call: &SourcePlace) -> Option<Fix> {
    let (file, text) = (script.file.name(), script.text.as_str());
    let argument = text.get(first_argument(call, text, &NAME_METHODS)?..)?;
    let name = argument.strip_prefix('"')?.split('"').next()?;
    let constant = declare::constant_name(name);
    let start = text.len() - argument.len();
    let known = constants.contains(&constant);
    known.then(|| Fix::new(file, text, start..start + name.len() + 2, &constant))?
}

/// Rhai's names of types in the field's words.
fn plain_types(arguments: &str) -> String {
    arguments.replace("&str | ImmutableString | String", "text").replace("i64", "number")
}

/// A runtime error's message without Rhai's prefix and place.
pub(crate) fn message_of(error: &EvalAltResult) -> String {
    let text = match error {
        EvalAltResult::ErrorRuntime(value, _) => value.to_string(),
        other => other.to_string(),
    };
    text.split(" (line ").next().unwrap_or(&text).to_owned()
}

pub(crate) fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// Rhai keeps the last of two functions of one name silently; a pack may define each once.
fn one_definition_each(
    script: &Script,
    functions: &mut BTreeMap<(String, usize), String>,
    findings: &mut Vec<Finding>,
) {
    for function in script.ast.iter_functions() {
        let name = function.name.to_owned();
        if name.starts_with("anon$") {
            continue;
        }
        let at = SourcePlace::find(script.file.name(), &script.text, &format!("fn {name}"));
        let key = (name.clone(), function.params.len());
        if let Some(other) = functions.get(&key) {
            let related = SourcePlace::file(other);
            findings.push(
                Finding::error(
                    FindingKind::Duplicate,
                    at,
                    format!("function `{name}` is defined in `{other}` too"),
                )
                .mend("a pack and its bases may define a function once")
                .related(related),
            );
        } else {
            functions.insert(key, script.file.name().to_owned());
        }
    }
}
