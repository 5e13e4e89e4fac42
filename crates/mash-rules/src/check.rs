//! Checking a pack before anything runs: what rules read against what exists.

mod comparison;
mod manifest;
mod native;

pub(crate) use manifest::{ManifestText, manifest};

use std::collections::{BTreeMap, BTreeSet};

use mash_model::{FactDefinition, FactDictionary, FactKind, FactValue, Slot, ThresholdId};
use rhai::{AST, ASTNode, Expr, Stmt};

use native::NATIVE;

use crate::{
    error::{Finding, FindingKind},
    facts::CHARACTERISTICS,
    fix::Fix,
    kleene::{fact_read, is_ours},
    load::Script,
    source::SourcePlace,
    thresholds::Threshold,
    tree,
};

/// Walks every script: unknown facts and thresholds, comparisons that cannot hold, forms that are not allowed.
pub(crate) fn scripts(
    scripts: &[Script],
    dictionary: &FactDictionary,
    thresholds: &BTreeMap<ThresholdId, Threshold>,
    findings: &mut Vec<Finding>,
) {
    let functions: BTreeSet<(String, usize)> = scripts
        .iter()
        .flat_map(|script| script.ast.iter_functions())
        .map(|function| (function.name.to_owned(), function.params.len()))
        .collect();
    for script in scripts {
        let mut checker =
            Checker { script, dictionary, thresholds, functions: &functions, found: Vec::new() };
        for definition in script.ast.iter_fn_def() {
            let alone = tree::alone(definition);
            let params: Vec<String> = definition.params.iter().map(ToString::to_string).collect();
            alone.walk(&mut |path: &[ASTNode<'_>]| {
                checker.node(path, &params);
                true
            });
        }
        // Functions come in an order that changes from run to run: places give the order.
        checker.found.sort_by(|a, b| a.at.cmp(&b.at));
        checker.found.dedup();
        findings.append(&mut checker.found);
    }
}

struct Checker<'c> {
    script: &'c Script,
    dictionary: &'c FactDictionary,
    thresholds: &'c BTreeMap<ThresholdId, Threshold>,
    functions: &'c BTreeSet<(String, usize)>,
    found: Vec<Finding>,
}

impl Checker<'_> {
    fn node(&mut self, path: &[ASTNode<'_>], params: &[String]) {
        match path.last() {
            Some(ASTNode::Expr(expression)) => self.expression(expression, params),
            Some(ASTNode::Stmt(Stmt::FnCall(call, position))) => {
                self.call(&call.name, &call.args, *position, call.is_qualified());
            }
            Some(ASTNode::Stmt(Stmt::Import(_, position) | Stmt::Export(_, position))) => {
                let at = SourcePlace::of(&self.script.file, *position);
                self.found.push(Finding::error(
                    FindingKind::NotAllowed,
                    at,
                    "a rule may not import or export",
                ));
            }
            _ => {}
        }
    }

    fn expression(&mut self, expression: &Expr, params: &[String]) {
        match expression {
            Expr::Dot(parts, ..) => {
                if let (Expr::Variable(variable, ..), Some((property, position))) =
                    (&parts.lhs, first_property(&parts.rhs))
                {
                    // Conditions and functions get the facts as a parameter; maps made inside them are their own.
                    if params.iter().any(|param| *param == variable.1.as_str()) {
                        self.fact(property, position);
                    }
                }
            }
            Expr::Variable(parts, _, position) => {
                if parts.2.is_empty() {
                    return;
                }
                if parts.2.to_string().trim_end_matches("::") == "threshold"
                    && !self.thresholds.contains_key(parts.1.as_str())
                {
                    let at = SourcePlace::of(&self.script.file, *position);
                    let names: Vec<&str> = self.thresholds.keys().map(ThresholdId::as_str).collect();
                    self.found.push(
                        Finding::error(
                            FindingKind::UnknownThreshold,
                            at,
                            format!("unknown threshold `{}`", parts.1),
                        )
                        .suggest_in(&self.script.text, &parts.1, names),
                    );
                }
            }
            Expr::FnCall(call, position) => {
                self.call(&call.name, &call.args, *position, call.is_qualified());
            }
            _ => {}
        }
    }

    fn fact(&mut self, name: &str, position: rhai::Position) {
        if self.dictionary.slot(name).is_some() {
            return;
        }
        let at = SourcePlace::of(&self.script.file, position);
        if CHARACTERISTICS.contains(&name) {
            self.found.push(
                Finding::error(
                    FindingKind::Characteristic,
                    at,
                    format!("a rule may not read the characteristic `{name}`"),
                )
                .mend("characteristics are for reporting only"),
            );
            return;
        }
        let names: Vec<&str> = self.dictionary.iter().map(|(_, fact)| fact.id.as_str()).collect();
        self.found.push(
            Finding::error(FindingKind::UnknownFact, at, format!("unknown fact `{name}`")).suggest_in(
                &self.script.text,
                name,
                names,
            ),
        );
    }

    fn call(&mut self, name: &str, arguments: &[Expr], position: rhai::Position, qualified: bool) {
        if qualified {
            return;
        }
        let at = SourcePlace::of(&self.script.file, position);
        match (name, arguments) {
            ("==" | "!=" | "<" | "<=" | ">" | ">=", [left, right]) => {
                self.comparison(name, left, right, position);
                self.comparison(name, right, left, position);
            }
            ("in" | "contains", [list, read]) | ("!in", [list, read]) => self.membership(list, read),
            ("known", [_]) => {}
            ("known", _) => self.misused(at, "`known` takes one expression", "known(f.fact)"),
            ("at_least", [_, Expr::Array(..)]) => {}
            ("at_least", _) => {
                self.misused(
                    at,
                    "`at_least` takes a number and a list written out",
                    "at_least(2, [a, b, c])",
                );
            }
            ("reaches", [read, bound]) => self.reaches(read, bound, at),
            ("reaches", _) => {
                self.misused(at, "`reaches` takes a fact and a value", "reaches(f.fact, \"value\")");
            }
            _ => self.exists(name, arguments.len(), at),
        }
    }

    /// Functions Rhai's packages give are found at run time; a name near one of the pack's own is a slip.
    fn exists(&mut self, name: &str, arity: usize, at: SourcePlace) {
        let own: BTreeSet<&str> = self.functions.iter().map(|(name, _)| name.as_str()).collect();
        if own.contains(name) && !self.functions.contains(&(name.to_owned(), arity)) {
            self.found.push(Finding::error(
                FindingKind::UnknownName,
                at,
                format!("function `{name}` is called with {arity} arguments, and none takes so many"),
            ));
        } else if !own.contains(name)
            && !name.starts_with("anon$")
            && is_word(name)
            && !is_ours(name)
            && !NATIVE.contains(&name)
        {
            let names: Vec<&str> = own
                .into_iter()
                .filter(|name| !name.starts_with("anon$"))
                .chain(NATIVE)
                .chain(["known", "at_least", "reaches"])
                .collect();
            self.found.push(
                Finding::error(FindingKind::UnknownName, at, format!("unknown function `{name}`"))
                    .suggest_in(&self.script.text, name, names),
            );
        }
    }

    fn misused(&mut self, at: SourcePlace, message: &str, mend: &str) {
        self.found.push(Finding::error(FindingKind::WrongType, at, message).mend(mend));
    }

    fn comparison(&mut self, operator: &str, read: &Expr, other: &Expr, position: rhai::Position) {
        let Some(fact) = fact_read(Some(read), self.dictionary).and_then(|slot| self.dictionary.get(slot))
        else {
            return;
        };
        let at = SourcePlace::of(&self.script.file, other.start_position());
        let ordered = !matches!(operator, "==" | "!=");
        match (&fact.kind, self.literal(other)) {
            (FactKind::Ordinal(_) | FactKind::Enum(_), Some(Literal::Text(_))) if ordered => {
                let at = SourcePlace::of(&self.script.file, position);
                let fix = self.by_grades(&at, operator, read, fact, other);
                self.found.push(
                    Finding::error(
                        FindingKind::WrongType,
                        at,
                        format!("`{operator}` between `{}` and a text compares letters, not grades", fact.id),
                    )
                    .mend(format!("reaches(f.{}, \"...\") compares in the dictionary's order", fact.id))
                    .fix(fix),
                );
            }
            (_, Some(literal)) => {
                self.mismatched(fact, &literal, &at, operator);
            }
            (_, None) => {}
        }
    }

    fn membership(&mut self, list: &Expr, read: &Expr) {
        let Some(fact) = fact_read(Some(read), self.dictionary).and_then(|slot| self.dictionary.get(slot))
        else {
            return;
        };
        if let Expr::Array(items, _) = list {
            for item in items {
                let at = SourcePlace::of(&self.script.file, item.start_position());
                if let Some(literal) = self.literal(item) {
                    self.mismatched(fact, &literal, &at, "in");
                }
            }
        }
    }

    fn reaches(&mut self, read: &Expr, bound: &Expr, at: SourcePlace) {
        let fact = fact_read(Some(read), self.dictionary).and_then(|slot| self.dictionary.get(slot));
        match fact {
            Some(fact) if matches!(fact.kind, FactKind::Ordinal(_)) => {
                let at = SourcePlace::of(&self.script.file, bound.start_position());
                if let Some(literal) = self.literal(bound) {
                    self.mismatched(fact, &literal, &at, "reaches");
                }
            }
            Some(fact) => {
                let message = format!("`reaches` needs an ordinal fact, and `{}` is not", fact.id);
                self.found.push(Finding::error(FindingKind::WrongType, at, message));
            }
            // An unknown fact is reported where it is read.
            None if matches!(read, Expr::Dot(..)) => {}
            None => self.misused(at, "`reaches` takes a fact and a value", "reaches(f.fact, \"value\")"),
        }
    }

    /// Reports a literal that the fact never equals, with the change to the value that was certainly meant.
    fn mismatched(&mut self, fact: &FactDefinition, literal: &Literal, at: &SourcePlace, operator: &str) {
        let Some(finding) = mismatch(fact, literal, at, operator) else { return };
        let text = &self.script.text;
        let fix = match literal {
            Literal::Text(written) => Fix::unquoted(at, text, fact, written)
                .or_else(|| Fix::name(at, text, written, fact.value_names().iter().map(String::as_str))),
            Literal::Bool(_) | Literal::Integer(_) | Literal::Other => None,
        };
        self.found.push(finding.fix(fix));
    }

    /// The comparison of an ordinal fact with a text, by grades instead of letters.
    fn by_grades(
        &self,
        at: &SourcePlace,
        operator: &str,
        read: &Expr,
        fact: &FactDefinition,
        other: &Expr,
    ) -> Option<Fix> {
        let Expr::Dot(parts, ..) = read else { return None };
        let Expr::Variable(variable, ..) = &parts.lhs else { return None };
        let bound = match other {
            Expr::StringConstant(grade, _) => comparison::Bound::Grade(grade),
            Expr::Variable(threshold, ..) => comparison::Bound::Threshold(&threshold.1),
            _ => return None,
        };
        comparison::by_grades(at, &self.script.text, operator, (&variable.1, fact), bound)
    }

    /// A literal, or the value of a threshold.
    fn literal(&self, expression: &Expr) -> Option<Literal> {
        match expression {
            Expr::BoolConstant(value, _) => Some(Literal::Bool(*value)),
            Expr::IntegerConstant(value, _) => Some(Literal::Integer(*value)),
            Expr::StringConstant(value, _) => Some(Literal::Text(value.to_string())),
            Expr::FloatConstant(..) | Expr::CharConstant(..) => Some(Literal::Other),
            Expr::Variable(parts, ..) if parts.2.to_string().trim_end_matches("::") == "threshold" => {
                use crate::thresholds::ThresholdValue;
                self.thresholds.get(parts.1.as_str()).map(|threshold| match &threshold.value {
                    ThresholdValue::Bool(value) => Literal::Bool(*value),
                    ThresholdValue::Integer(value) => Literal::Integer(*value),
                    ThresholdValue::Grade(value) => Literal::Text(value.clone()),
                })
            }
            _ => None,
        }
    }
}

fn is_word(name: &str) -> bool {
    name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

enum Literal {
    Bool(bool),
    Integer(i64),
    Text(String),
    Other,
}

fn first_property(link: &Expr) -> Option<(&str, rhai::Position)> {
    match link {
        Expr::Property(property, position) => Some((property.2.as_str(), *position)),
        Expr::Dot(parts, ..) | Expr::Index(parts, ..) => first_property(&parts.lhs),
        _ => None,
    }
}

/// What is wrong with comparing a fact to a literal, if anything.
fn mismatch(fact: &FactDefinition, literal: &Literal, at: &SourcePlace, operator: &str) -> Option<Finding> {
    let wrong_type = |written: &str| {
        Finding::error(FindingKind::WrongType, at.clone(), format!("fact `{}` is never {written}", fact.id))
            .mend(format!("it is {}", fact.expected()))
    };
    match (literal, &fact.kind) {
        (Literal::Bool(_), FactKind::Bool) => None,
        (Literal::Integer(value), FactKind::Integer { min, max, .. }) => {
            // `>= max + 1` and `< min` and the like can never hold; equality must be inside.
            let inside = match operator {
                "==" | "!=" | "in" => (*min..=*max).contains(value),
                _ => (min.saturating_sub(1)..=max.saturating_add(1)).contains(value),
            };
            (!inside).then(|| {
                Finding::error(
                    FindingKind::OutsideRange,
                    at.clone(),
                    format!("{value} is outside the range of fact `{}`", fact.id),
                )
                .mend(format!("it is {}", fact.expected()))
            })
        }
        (Literal::Text(text), FactKind::Ordinal(_) | FactKind::Enum(_)) => {
            if fact.admits(FactValue::Rank(fact.rank_of(text).unwrap_or(u16::MAX))) {
                return None;
            }
            let names: Vec<&str> = fact.value_names().iter().map(String::as_str).collect();
            Some(
                Finding::error(
                    FindingKind::OutsideRange,
                    at.clone(),
                    format!("\"{text}\" is not a value of fact `{}`", fact.id),
                )
                .suggest(text, names),
            )
        }
        (Literal::Bool(value), _) => Some(wrong_type(&value.to_string())),
        (Literal::Integer(value), _) => Some(wrong_type(&value.to_string())),
        (Literal::Text(text), _) => Some(wrong_type(&format!("\"{text}\""))),
        (Literal::Other, _) => Some(wrong_type("a value of this type")),
    }
}

/// Facts that a closure reads, itself or through the file's functions, in dictionary order.
pub(crate) fn facts_read(ast: &AST, closure: &str, dictionary: &FactDictionary) -> Vec<Slot> {
    let mut slots = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut open = vec![closure.to_owned()];
    while let Some(name) = open.pop() {
        if !seen.insert(name.clone()) {
            continue;
        }
        let alone = tree::function(ast, &name);
        alone.walk(&mut |path: &[ASTNode<'_>]| {
            match path.last() {
                Some(ASTNode::Expr(Expr::Dot(parts, ..))) => {
                    let slot = first_property(&parts.rhs).and_then(|(name, _)| dictionary.slot(name));
                    slots.extend(slot);
                }
                Some(ASTNode::Expr(Expr::FnCall(call, _)) | ASTNode::Stmt(Stmt::FnCall(call, _))) => {
                    open.push(call.name.to_string());
                }
                _ => {}
            }
            true
        });
    }
    slots.into_iter().collect()
}

/// Thresholds that no rule of the pack reads: a slip more often than a wish.
pub(crate) fn unused(
    thresholds: &BTreeMap<ThresholdId, Threshold>,
    scripts: &[Script],
    written: &[ManifestText<'_>],
    findings: &mut Vec<Finding>,
) {
    let mut read = BTreeSet::new();
    for script in scripts {
        script.ast.walk(&mut |path: &[ASTNode<'_>]| {
            if let Some(ASTNode::Expr(Expr::Variable(parts, ..))) = path.last()
                && !parts.2.is_empty()
            {
                read.insert(parts.1.to_string());
            }
            true
        });
    }
    for threshold in thresholds.values().filter(|threshold| !read.contains(threshold.id.as_str())) {
        let folder = written
            .iter()
            .find(|entry| entry.manifest.id == threshold.set_by)
            .map_or_else(String::new, |entry| entry.file.replace("manifest.json", "thresholds.json"));
        findings.push(
            Finding::warning(
                FindingKind::Unused,
                SourcePlace::file(&folder),
                format!("no rule reads threshold `{}`", threshold.id),
            )
            .mend("take it out, or read it as threshold::name"),
        );
    }
}
