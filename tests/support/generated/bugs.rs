//! Bugs planted on purpose: each must make a difference that the comparison finds.
//!
//! A bug is planted into a copy of the pack, whose conditions then mean what an engine with that bug would say, or into
//! what an engine reads of a fact sheet.

use mash_model::{FactDictionary, FactKind, FactSheet, FactValue, Slot};
use mash_rules::{Evaluator, Marks, RuleIndex, RulePack, RuleSet};

use super::{
    answers::{Answers, Errors, difference},
    facts::Sheet,
    grammar::{Arm, Construct as C, Expression},
    pack::Pack,
    trial::{self, Failure},
};

/// How a bug is planted.
#[derive(Debug, Clone, Copy)]
pub enum Plant {
    /// Each node of each condition and function becomes this.
    Conditions(fn(&Pack, Expression) -> Expression),
    /// Each fact that is not known reads as this.
    NotKnown(fn(&FactKind) -> Option<FactValue>),
}

/// The bugs.
pub const BUGS: [(&str, Plant); 14] = [
    ("an error after a settled && is still an error", Plant::Conditions(error_after_settled)),
    ("an error after a not-known operand fails the rule", Plant::Conditions(error_after_not_known)),
    ("an interval is off by one", Plant::Conditions(off_by_one)),
    ("a range takes its end too", Plant::Conditions(range_end)),
    ("not known reads as false", Plant::NotKnown(not_known_is_false)),
    ("not known reads as the least value", Plant::NotKnown(not_known_is_least)),
    ("the guards of a switch are tried last first", Plant::Conditions(guards_reversed)),
    ("at_least counts not known as true", Plant::Conditions(at_least_counts_not_known)),
    ("?? takes the default although settled", Plant::Conditions(default_although_settled)),
    ("known says false of an && that false settles", Plant::Conditions(known_wants_all)),
    ("an if takes the else branch when its condition is not known", Plant::Conditions(else_when_not_known)),
    ("! of not known is true", Plant::Conditions(not_of_not_known)),
    ("a function is inlined with its arguments swapped", Plant::Conditions(arguments_swapped)),
    ("a wide integer is cut one too far", Plant::Conditions(wide_cut)),
];

/// An engine with a bug.
enum Planted<'p> {
    Conditions(Box<RulePack>),
    NotKnown(&'p RulePack, fn(&FactKind) -> Option<FactValue>),
}

impl<'p> Planted<'p> {
    /// The engine; none where the bug changes nothing of this pack.
    fn new(pack: &Pack, loaded: &'p RulePack, plant: Plant) -> Option<Self> {
        match plant {
            Plant::NotKnown(reads) => Some(Planted::NotKnown(loaded, reads)),
            Plant::Conditions(change) => {
                let changed = changed(pack, change);
                (changed != *pack)
                    .then(|| changed.load().ok())
                    .flatten()
                    .map(Box::new)
                    .map(Planted::Conditions)
            }
        }
    }

    /// Where the text of the rules differs, so do the places of errors, and what is said of them.
    fn errors(&self) -> Errors {
        match self {
            Planted::Conditions(_) => Errors::Ignored,
            Planted::NotKnown(..) => Errors::Compared,
        }
    }
}

impl Evaluator for Planted<'_> {
    fn evaluate(&self, rules: &RuleSet, sheet: &FactSheet) -> Marks {
        match self {
            Planted::Conditions(pack) => pack.interpreter().evaluate(rules, sheet),
            Planted::NotKnown(pack, reads) => {
                pack.interpreter().evaluate(rules, &all_known(&pack.dictionary, sheet, *reads))
            }
        }
    }

    fn needs(&self, rules: &RuleSet, sheet: &FactSheet) -> Vec<(RuleIndex, Vec<Slot>)> {
        match self {
            Planted::Conditions(pack) => pack.interpreter().needs(rules, sheet),
            Planted::NotKnown(pack, reads) => {
                pack.interpreter().needs(rules, &all_known(&pack.dictionary, sheet, *reads))
            }
        }
    }
}

/// Looks for a difference that a bug makes, pack by pack from a seed on; with it, how many packs that took.
#[must_use]
pub fn find(plant: Plant, first_seed: u64, packs: u64) -> Option<(u64, Failure)> {
    (0..packs).find_map(|number| {
        let seed = first_seed + number;
        let (pack, sheets) = trial::draw(seed);
        let loaded = pack.load().ok()?;
        let engine = Planted::new(&pack, &loaded, plant)?;
        let (sheet, difference) = sheets.into_iter().find_map(|sheet| {
            let found = differs_over(&pack, &loaded, &engine, &sheet)?;
            Some((sheet, found))
        })?;
        Some((number + 1, Failure { seed, pack, sheet, difference }))
    })
}

/// The difference that a bug makes over one pack and sheet.
#[must_use]
pub fn differs(plant: Plant, pack: &Pack, sheet: &Sheet) -> Option<String> {
    let loaded = pack.load().ok()?;
    let engine = Planted::new(pack, &loaded, plant)?;
    differs_over(pack, &loaded, &engine, sheet)
}

fn differs_over(pack: &Pack, loaded: &RulePack, engine: &Planted<'_>, sheet: &Sheet) -> Option<String> {
    let facts = sheet.facts(&pack.dictionary, loaded);
    let said = Answers::of(loaded, loaded.interpreter(), &facts);
    let else_said = Answers::of(loaded, engine, &facts);
    difference(loaded, &said, &else_said, engine.errors())
}

fn changed(pack: &Pack, change: fn(&Pack, Expression) -> Expression) -> Pack {
    let mut changed = pack.clone();
    let rewrite = |expression| change(pack, expression);
    for rule in &mut changed.rules {
        rule.condition = rule.condition.rewritten(&rewrite);
    }
    for function in &mut changed.functions {
        function.body = function.body.rewritten(&rewrite);
    }
    changed
}

fn all_known(
    dictionary: &FactDictionary,
    sheet: &FactSheet,
    reads: fn(&FactKind) -> Option<FactValue>,
) -> FactSheet {
    let mut known = sheet.clone();
    for (slot, fact) in dictionary.iter().filter(|(slot, _)| sheet.get(*slot).is_none()) {
        known.set(slot, reads(&fact.kind));
    }
    known
}

fn not_known_is_false(kind: &FactKind) -> Option<FactValue> {
    (*kind == FactKind::Bool).then_some(FactValue::Bool(false))
}

fn not_known_is_least(kind: &FactKind) -> Option<FactValue> {
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

fn error_after_settled(_: &Pack, node: Expression) -> Expression {
    let (C::And, [first, rest @ ..]) = (&node.construct, node.parts.as_slice()) else { return node };
    let settled = [or_else(first.clone(), true), truth(false)];
    let settled = Expression::new(C::Compare("=="), settled);
    Expression::new(C::If, [settled, after(rest.to_vec(), truth(false)), node])
}

fn error_after_not_known(_: &Pack, node: Expression) -> Expression {
    let (C::And | C::Or, [first, rest @ ..]) = (&node.construct, node.parts.as_slice()) else { return node };
    let known = Expression::new(C::Known, [first.clone()]);
    Expression::new(C::If, [known, node.clone(), after(rest.to_vec(), node)])
}

fn off_by_one(_: &Pack, node: Expression) -> Expression {
    let operator = match (&node.construct, node.parts.as_slice()) {
        (C::Compare("<"), [a, b]) if a.construct.is_literal() || b.construct.is_literal() => "<=",
        (C::Compare(">="), [a, b]) if a.construct.is_literal() || b.construct.is_literal() => ">",
        _ => return node,
    };
    Expression { construct: C::Compare(operator), ..node }
}

fn range_end(_: &Pack, mut node: Expression) -> Expression {
    if let (C::In | C::NotIn, Some(list)) = (&node.construct, node.parts.get_mut(1))
        && let C::Range { inclusive } = &mut list.construct
    {
        *inclusive = true;
    }
    node
}

/// Arms with a guard change places among themselves; the others stay where they are.
fn guards_reversed(_: &Pack, node: Expression) -> Expression {
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

fn at_least_counts_not_known(_: &Pack, node: Expression) -> Expression {
    if node.construct != C::AtLeast {
        return node;
    }
    let mut parts = node.parts.into_iter();
    let wanted = parts.next();
    let operands = parts.map(|part| or_else(part, true));
    Expression { construct: C::AtLeast, parts: wanted.into_iter().chain(operands).collect() }
}

fn default_although_settled(_: &Pack, node: Expression) -> Expression {
    match (&node.construct, node.parts.as_slice()) {
        (C::Coalesce, [.., default]) => default.clone(),
        _ => node,
    }
}

fn known_wants_all(_: &Pack, node: Expression) -> Expression {
    match (&node.construct, node.parts.as_slice()) {
        (C::Known, [inner]) if inner.construct == C::And => {
            let each = inner.parts.iter().map(|part| Expression::new(C::Known, [part.clone()]));
            Expression::new(C::And, each.collect::<Vec<_>>())
        }
        _ => node,
    }
}

fn else_when_not_known(_: &Pack, node: Expression) -> Expression {
    match (&node.construct, node.parts.as_slice()) {
        (C::If, [condition, a, b]) => {
            Expression::new(C::If, [or_else(condition.clone(), false), a.clone(), b.clone()])
        }
        _ => node,
    }
}

fn not_of_not_known(_: &Pack, node: Expression) -> Expression {
    match (&node.construct, node.parts.as_slice()) {
        (C::Not, [inner]) => Expression::new(C::Not, [or_else(inner.clone(), false)]),
        _ => node,
    }
}

fn arguments_swapped(_: &Pack, mut node: Expression) -> Expression {
    if matches!(node.construct, C::Call(_)) && node.parts.len() > 1 {
        let last = node.parts.len() - 1;
        node.parts.swap(last - 1, last);
    }
    node
}

fn wide_cut(pack: &Pack, mut node: Expression) -> Expression {
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
