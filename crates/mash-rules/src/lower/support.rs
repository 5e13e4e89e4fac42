//! Which facts an expression may read, itself or through functions, closures and variables.
//!
//! What this misses, [`super::tabulate`] notices: a table is thrown away when its filling read a fact not listed here.

use std::collections::{BTreeMap, BTreeSet};

use mash_model::{FactDictionary, Slot};
use rhai::{ASTNode, Expr, FnPtr, Stmt};

use super::scope::{Scope, StandsFor, find};
use crate::load::Functions;

/// Facts, or why they cannot be told.
pub(super) type Support = Result<BTreeSet<Slot>, String>;

/// Finds what expressions may read.
#[derive(Debug)]
pub(super) struct Supports<'p> {
    pub(super) dictionary: &'p FactDictionary,
    pub(super) functions: &'p Functions,
    /// Facts read by each function, by name, once found.
    pub(super) known: BTreeMap<String, Support>,
}

impl Supports<'_> {
    /// Facts that an expression may read in a scope.
    pub(super) fn of(&mut self, expression: &Expr, scope: &Scope) -> Support {
        let mut read = Reading::new(self.dictionary, self.functions);
        expression.walk(&mut Vec::new(), &mut |path: &[ASTNode<'_>]| {
            read.node(path);
            true
        });
        let (mut facts, calls, variables) = read.finish()?;
        for name in &calls {
            facts.extend(self.of_function(name, &mut Vec::new())?);
        }
        for name in &variables {
            if let Some(variable) = find(scope, name)
                && let StandsFor::Value { written, scope, .. } = &variable.stands_for
            {
                facts.extend(self.of(written, scope)?);
            }
        }
        Ok(facts)
    }

    fn of_function(&mut self, name: &str, path: &mut Vec<String>) -> Support {
        if let Some(known) = self.known.get(name) {
            return known.clone();
        }
        if path.iter().any(|open| open == name) {
            return Ok(BTreeSet::new());
        }
        path.push(name.to_owned());
        let mut read = Reading::new(self.dictionary, self.functions);
        for function in self.functions.named(name) {
            for statement in &function.body {
                statement.walk(&mut Vec::new(), &mut |path: &[ASTNode<'_>]| {
                    read.node(path);
                    true
                });
            }
        }
        let found = read.finish().and_then(|(mut facts, calls, _)| {
            for call in &calls {
                facts.extend(self.of_function(call, path)?);
            }
            Ok(facts)
        });
        path.pop();
        // Within a cycle the facts of the functions still open are missing: only whole answers are kept.
        if path.is_empty() {
            self.known.insert(name.to_owned(), found.clone());
        }
        found
    }
}

/// What one walk has met.
struct Reading<'p> {
    dictionary: &'p FactDictionary,
    functions: &'p Functions,
    facts: BTreeSet<Slot>,
    calls: BTreeSet<String>,
    variables: BTreeSet<String>,
    hidden: Option<String>,
}

impl<'p> Reading<'p> {
    fn new(dictionary: &'p FactDictionary, functions: &'p Functions) -> Self {
        Self {
            dictionary,
            functions,
            facts: BTreeSet::new(),
            calls: BTreeSet::new(),
            variables: BTreeSet::new(),
            hidden: None,
        }
    }

    fn node(&mut self, path: &[ASTNode<'_>]) {
        match path.last() {
            Some(ASTNode::Expr(Expr::Property(property, _))) => {
                self.facts.extend(self.dictionary.slot(&property.2));
            }
            Some(ASTNode::Expr(Expr::Variable(parts, ..))) if parts.2.is_empty() => {
                self.variables.insert(parts.1.to_string());
            }
            Some(
                ASTNode::Expr(Expr::FnCall(call, _) | Expr::MethodCall(call, _))
                | ASTNode::Stmt(Stmt::FnCall(call, _)),
            ) => {
                if call.name == "Fn" {
                    self.hidden = Some("it calls a function by a computed name".to_owned());
                } else if self.functions.named(&call.name).next().is_some() {
                    self.calls.insert(call.name.to_string());
                }
            }
            Some(ASTNode::Expr(Expr::DynamicConstant(value, _))) => {
                if let Some(pointer) = value.read_lock::<FnPtr>() {
                    self.calls.insert(pointer.fn_name().to_owned());
                }
            }
            _ => {}
        }
    }

    #[expect(clippy::type_complexity, reason = "three sets of one walk, taken apart at once by both callers")]
    fn finish(self) -> Result<(BTreeSet<Slot>, BTreeSet<String>, BTreeSet<String>), String> {
        match self.hidden {
            Some(reason) => Err(reason),
            None => Ok((self.facts, self.calls, self.variables)),
        }
    }
}
