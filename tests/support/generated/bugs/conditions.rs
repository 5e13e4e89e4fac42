//! Bugs planted into conditions: each node becomes what an engine with the bug would take it for.

use mash_model::{FactKind, FactValue};

use crate::generated::{
    grammar::{Arm, Construct as C, Expression},
    pack::Pack,
};

pub(super) fn not_known_is_false(kind: &FactKind) -> Option<FactValue> {
    (*kind == FactKind::Bool).then_some(FactValue::Bool(false))
}

pub(super) fn not_known_is_least(kind: &FactKind) -> Option<FactValue> {
    match kind {
        FactKind::Bool => None,
        FactKind::Integer { min, .. } => Some(FactValue::Integer(*min)),
        FactKind::Ordinal(_) | FactKind::Enum(_) => Some(FactValue::Rank(0)),
    }
}

fn truth(value: bool) -> Expression {
    Expression::leaf(C::Bool(value))
}

/// `e ?? value`.
fn or_else(expression: Expression, value: bool) -> Expression {
    Expression::new(C::Coalesce, [expression, truth(value)])
}

/// Evaluates `first`, whose errors are errors, and then gives `then`.
fn after(first: impl IntoIterator<Item = Expression>, then: Expression) -> Expression {
    let first = first.into_iter().map(|expression| Expression::new(C::Known, [expression]));
    let seen = Expression::new(C::List, first.collect::<Vec<_>>());
    Expression::new(C::Let("seen".to_owned()), [seen, then])
}

pub(super) fn error_after_settled(_: &Pack, node: Expression) -> Expression {
    let (C::And, [first, rest @ ..]) = (&node.construct, node.parts.as_slice()) else { return node };
    let settled = [or_else(first.clone(), true), truth(false)];
    let settled = Expression::new(C::Compare("=="), settled);
    Expression::new(C::If, [settled, after(rest.to_vec(), truth(false)), node])
}

pub(super) fn error_after_not_known(_: &Pack, node: Expression) -> Expression {
    let (C::And | C::Or, [first, rest @ ..]) = (&node.construct, node.parts.as_slice()) else { return node };
    let known = Expression::new(C::Known, [first.clone()]);
    Expression::new(C::If, [known, node.clone(), after(rest.to_vec(), node)])
}

pub(super) fn off_by_one(_: &Pack, node: Expression) -> Expression {
    let operator = match (&node.construct, node.parts.as_slice()) {
        (C::Compare("<"), [a, b]) if a.construct.is_literal() || b.construct.is_literal() => "<=",
        (C::Compare(">="), [a, b]) if a.construct.is_literal() || b.construct.is_literal() => ">",
        _ => return node,
    };
    Expression { construct: C::Compare(operator), ..node }
}

pub(super) fn range_end(_: &Pack, mut node: Expression) -> Expression {
    if let (C::In | C::NotIn, Some(list)) = (&node.construct, node.parts.get_mut(1))
        && let C::Range { inclusive } = &mut list.construct
    {
        *inclusive = true;
    }
    node
}

/// Arms with a guard change places among themselves; the others stay where they are.
pub(super) fn guards_reversed(_: &Pack, node: Expression) -> Expression {
    let C::Switch(arms) = &node.construct else { return node };
    let mut parts = node.parts.iter().cloned();
    let subject = parts.next();
    let with_parts: Vec<(Arm, Vec<Expression>)> = arms
        .iter()
        .map(|arm| (arm.clone(), parts.by_ref().take(1 + usize::from(arm.guarded)).collect()))
        .collect();
    let mut guarded = with_parts.iter().filter(|(arm, _)| arm.guarded).cloned().rev();
    let turned: Vec<(Arm, Vec<Expression>)> = with_parts
        .iter()
        .map(|arm| if arm.0.guarded { guarded.next() } else { None }.unwrap_or_else(|| arm.clone()))
        .collect();
    let (arms, parts): (Vec<_>, Vec<_>) = turned.into_iter().unzip();
    let parts: Vec<Expression> = subject.into_iter().chain(parts.into_iter().flatten()).collect();
    Expression::new(C::Switch(arms), parts)
}

pub(super) fn at_least_counts_not_known(_: &Pack, node: Expression) -> Expression {
    if node.construct != C::AtLeast {
        return node;
    }
    let mut parts = node.parts.into_iter();
    let wanted = parts.next();
    let operands = parts.map(|part| or_else(part, true));
    Expression { construct: C::AtLeast, parts: wanted.into_iter().chain(operands).collect() }
}

pub(super) fn default_although_settled(_: &Pack, node: Expression) -> Expression {
    match (&node.construct, node.parts.as_slice()) {
        (C::Coalesce, [.., default]) => default.clone(),
        _ => node,
    }
}

pub(super) fn known_wants_all(_: &Pack, node: Expression) -> Expression {
    match (&node.construct, node.parts.as_slice()) {
        (C::Known, [inner]) if inner.construct == C::And => {
            let each = inner.parts.iter().map(|part| Expression::new(C::Known, [part.clone()]));
            Expression::new(C::And, each.collect::<Vec<_>>())
        }
        _ => node,
    }
}

pub(super) fn else_when_not_known(_: &Pack, node: Expression) -> Expression {
    match (&node.construct, node.parts.as_slice()) {
        (C::If, [condition, a, b]) => {
            Expression::new(C::If, [or_else(condition.clone(), false), a.clone(), b.clone()])
        }
        _ => node,
    }
}

pub(super) fn not_of_not_known(_: &Pack, node: Expression) -> Expression {
    match (&node.construct, node.parts.as_slice()) {
        (C::Not, [inner]) => Expression::new(C::Not, [or_else(inner.clone(), false)]),
        _ => node,
    }
}

pub(super) fn arguments_swapped(_: &Pack, mut node: Expression) -> Expression {
    if matches!(node.construct, C::Call(_)) && node.parts.len() > 1 {
        let last = node.parts.len() - 1;
        node.parts.swap(last - 1, last);
    }
    node
}

pub(super) fn wide_cut(pack: &Pack, mut node: Expression) -> Expression {
    let wide = |part: &Expression| match part.construct {
        C::Fact(at) => pack.dictionary[at].is_wide(),
        _ => false,
    };
    if matches!(node.construct, C::Compare(_)) && node.parts.iter().any(wide) {
        for part in &mut node.parts {
            if let C::Integer(value) = &mut part.construct {
                *value = value.saturating_add(1);
            }
        }
    }
    node
}
