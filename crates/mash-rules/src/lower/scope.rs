//! What the variables of an expression stand for: the facts, or an expression of their own.
//!
//! Scopes are lists that share their tails, outermost last, in the order Rhai pushes variables: Rhai finds a variable by
//! its distance from the end, so an expression evaluated apart needs the same list.

use std::{collections::BTreeSet, sync::Arc};

use mash_model::{FactDictionary, Slot};
use rhai::{ASTNode, Expr};

use crate::kleene::Rewriter;

/// Variables in scope, the innermost first; `None` holds none.
pub(super) type Scope = Option<Arc<Variable>>;

/// One variable.
#[derive(Debug)]
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) stands_for: StandsFor,
    /// Variables pushed before it.
    pub(super) outer: Scope,
}

/// What a variable holds.
#[derive(Debug)]
pub(super) enum StandsFor {
    /// The facts of the child.
    Facts,
    /// The value of an expression in a scope of its own: a `let`, or the argument of a function.
    Value {
        /// As written.
        written: Expr,
        /// As evaluated, with the nodes for not known.
        evaluated: Expr,
        /// Variables that the expression sees.
        scope: Scope,
    },
}

/// The scope with the facts added under a name.
pub(super) fn with_facts(name: &str, outer: Scope) -> Scope {
    Some(Arc::new(Variable { name: name.to_owned(), stands_for: StandsFor::Facts, outer }))
}

/// The scope with a variable that holds an expression's value.
pub(super) fn with_value(
    name: &str,
    written: &Expr,
    scope: Scope,
    outer: Scope,
    dictionary: &FactDictionary,
) -> Scope {
    let evaluated = rewritten(written, dictionary);
    let stands_for = StandsFor::Value { written: written.clone(), evaluated, scope };
    Some(Arc::new(Variable { name: name.to_owned(), stands_for, outer }))
}

/// An expression with the nodes for not known in place of Rhai's own.
pub(super) fn rewritten(expression: &Expr, dictionary: &FactDictionary) -> Expr {
    let mut evaluated = expression.clone();
    Rewriter::new(dictionary).expression(&mut evaluated);
    evaluated
}

/// The innermost variable of a name.
pub(super) fn find<'s>(scope: &'s Scope, name: &str) -> Option<&'s Arc<Variable>> {
    let mut open = scope.as_ref();
    while let Some(variable) = open {
        if variable.name == name {
            return Some(variable);
        }
        open = variable.outer.as_ref();
    }
    None
}

/// Names of the variables an expression mentions.
pub(super) fn names(expression: &Expr) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    expression.walk(&mut Vec::new(), &mut |path: &[ASTNode<'_>]| {
        if let Some(ASTNode::Expr(Expr::Variable(parts, ..))) = path.last()
            && parts.2.is_empty()
        {
            names.insert(parts.1.to_string());
        }
        true
    });
    names
}

/// The fact that an expression reads and does nothing else with, through variables if need be.
pub(super) fn plain_fact(expression: &Expr, scope: &Scope, dictionary: &FactDictionary) -> Option<Slot> {
    match expression {
        Expr::Dot(parts, ..) => match (&parts.lhs, &parts.rhs) {
            (Expr::Variable(variable, ..), Expr::Property(property, _)) if is_facts(scope, &variable.1) => {
                dictionary.slot(&property.2)
            }
            _ => None,
        },
        Expr::Variable(variable, ..) if variable.2.is_empty() => {
            match &find(scope, &variable.1)?.stands_for {
                StandsFor::Value { written, scope, .. } => plain_fact(written, scope, dictionary),
                StandsFor::Facts => None,
            }
        }
        _ => None,
    }
}

/// Does the name stand for the facts?
pub(super) fn is_facts(scope: &Scope, name: &str) -> bool {
    find(scope, name).is_some_and(|variable| match &variable.stands_for {
        StandsFor::Facts => true,
        StandsFor::Value { written: Expr::Variable(inner, ..), scope, .. } => is_facts(scope, &inner.1),
        StandsFor::Value { .. } => false,
    })
}
