//! Rows of the table of constructs: what a rule is counted under.

use std::collections::BTreeSet;

use super::{
    facts::Fact,
    grammar::{Construct as C, Expression, Pattern},
    pack::Pack,
};

/// Every row.
pub const ALL: &[&str] = &[
    "!",
    "!in",
    "&&",
    "??",
    "assignment",
    "assignment under if",
    "at_least",
    "bits, strict logic",
    "block",
    "block in a block",
    "brackets",
    "call",
    "call on this",
    "call through a pointer",
    "call: nested",
    "call: reads no fact",
    "call: recursive",
    "closure that reads facts",
    "closure: filter, map",
    "closure: reduce",
    "closure: some, all",
    "division, remainder",
    "early return",
    "equality",
    "fact: bool",
    "fact: enum",
    "fact: integer",
    "fact: ordinal",
    "fact: wide integer",
    "function of Rhai",
    "if else",
    "if without else",
    "in",
    "index",
    "interpolation",
    "known",
    "let",
    "list",
    "literal: ()",
    "literal: bool",
    "literal: character",
    "literal: decimal",
    "literal: integer",
    "literal: text",
    "loop: do while",
    "loop: endless",
    "loop: for",
    "loop: for with break",
    "loop: loop with a value",
    "loop: while",
    "map",
    "method",
    "method of a fact",
    "minus",
    "order",
    "power, shift",
    "property",
    "range",
    "reaches",
    "sum, product",
    "switch",
    "switch with guards",
    "switch with ranges",
    "switch without default",
    "threshold",
    "throw",
    "try catch",
    "two facts compared",
    "two facts in arithmetic",
    "variable",
    "||",
];

/// The rows of a condition, functions it calls included.
#[must_use]
pub fn of(pack: &Pack, condition: &Expression) -> BTreeSet<&'static str> {
    let mut rows = BTreeSet::new();
    let called = condition.calls(&pack.functions);
    let bodies = called.iter().map(|&at| &pack.functions[at].body);
    for node in std::iter::once(condition).chain(bodies).flat_map(|body| body.nodes()) {
        rows.insert(label(&node.construct, &pack.dictionary));
        rows.extend(shape(node, pack));
    }
    rows
}

/// A construct's own row.
fn label(construct: &C, dictionary: &[Fact]) -> &'static str {
    match construct {
        C::Bool(_) => "literal: bool",
        C::Integer(_) => "literal: integer",
        C::Decimal(_) => "literal: decimal",
        C::Text(_) => "literal: text",
        C::Letter(_) => "literal: character",
        C::Unit => "literal: ()",
        C::Fact(at) => dictionary[*at].label(),
        C::Threshold(_) => "threshold",
        C::Variable(_) => "variable",
        C::Compare("==" | "!=") => "equality",
        C::Compare(_) => "order",
        C::Arithmetic("/" | "%") => "division, remainder",
        C::Arithmetic("**" | "<<" | ">>") => "power, shift",
        C::Arithmetic("&" | "|" | "^") => "bits, strict logic",
        C::Arithmetic(_) => "sum, product",
        C::Minus => "minus",
        C::Not => "!",
        C::And => "&&",
        C::Or => "||",
        C::Coalesce => "??",
        C::In => "in",
        C::NotIn => "!in",
        C::Range { .. } => "range",
        C::List => "list",
        C::Map(_) => "map",
        C::Property(_) => "property",
        C::Index => "index",
        C::Known => "known",
        C::AtLeast => "at_least",
        C::Reaches => "reaches",
        C::Grouped => "brackets",
        C::Block => "block",
        C::If => "if else",
        C::IfAlone => "if without else",
        C::Switch(_) => "switch",
        C::Let(_) => "let",
        C::Assign(..) => "assignment",
        C::AssignIf(..) => "assignment under if",
        C::EarlyReturn => "early return",
        C::Try(_) => "try catch",
        C::Throw => "throw",
        C::Call(_) => "call",
        C::Pointer(_) => "call through a pointer",
        C::OnThis(_) => "call on this",
        C::Interpolation(_) => "interpolation",
        C::Method(_) => "method",
        C::Native(_) => "function of Rhai",
        C::Closure("some" | "all", _) => "closure: some, all",
        C::Closure(..) => "closure: filter, map",
        C::Reduce(..) => "closure: reduce",
        C::For(..) => "loop: for",
        C::ForBreak(..) => "loop: for with break",
        C::While(..) => "loop: while",
        C::DoWhile(..) => "loop: do while",
        C::Loop(..) => "loop: loop with a value",
        C::Endless => "loop: endless",
    }
}

/// Rows that more than one node makes.
fn shape(node: &Expression, pack: &Pack) -> impl Iterator<Item = &'static str> {
    let reads = |part: &Expression| matches!(part.construct, C::Fact(_));
    let facts = |part: &Expression| part.nodes().into_iter().any(reads);
    let two_facts = node.parts.len() == 2 && node.parts.iter().all(facts);
    let mut shapes = Vec::new();
    match &node.construct {
        C::Compare(_) if two_facts => shapes.push("two facts compared"),
        C::Arithmetic(_) if two_facts => shapes.push("two facts in arithmetic"),
        C::Switch(arms) => {
            if arms.iter().any(|arm| arm.guarded) {
                shapes.push("switch with guards");
            }
            let mut patterns = arms.iter().flat_map(|arm| &arm.patterns);
            if patterns.any(|pattern| matches!(pattern, Pattern::Range(..))) {
                shapes.push("switch with ranges");
            }
            if arms.iter().all(|arm| !arm.patterns.is_empty()) {
                shapes.push("switch without default");
            }
        }
        C::Let(_) | C::Block
            if node.parts.iter().any(|part| matches!(part.construct, C::Let(_) | C::Block)) =>
        {
            shapes.push("block in a block");
        }
        C::Call(at) => {
            let function = &pack.functions[*at];
            if function.recursive {
                shapes.push("call: recursive");
            }
            if function.facts.is_none() {
                shapes.push("call: reads no fact");
            }
            if !function.body.calls(&pack.functions).is_empty() {
                shapes.push("call: nested");
            }
        }
        C::Method(_) | C::Property(_) if node.parts.first().is_some_and(reads) => {
            shapes.push("method of a fact");
        }
        C::Closure(..) | C::Reduce(..) if node.parts[1..].iter().any(facts) => {
            shapes.push("closure that reads facts");
        }
        _ => {}
    }
    shapes.into_iter()
}
