//! What a run has seen: answers by kind, by construct and kind, and failures by what went wrong.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use mash_rules::RulePack;

use super::{
    answers::{Answers, KINDS},
    facts::Fact,
    grammar::{Construct as C, Expression, Pattern},
    pack::Pack,
};

/// Every row of the table of constructs.
pub const EXPECTED: &[&str] = &[
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

/// Counts of a run. Adding the counts of its parts gives those of the whole, in any order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Counts {
    /// Packs that loaded.
    pub packs: u64,
    /// Packs that did not.
    pub refused: u64,
    /// Of these, packs whose text does not parse.
    pub unparsed: u64,
    /// Rules of the packs that loaded.
    pub rules: u64,
    /// Of these, rules that gave more than one kind of answer.
    pub varied: u64,
    /// Sheets put to the engines.
    pub sheets: u64,
    /// Answers of rules by kind, in the order of [`KINDS`].
    pub kinds: [u64; 4],
    /// The same for rules that hold each construct, functions they call included.
    pub constructs: BTreeMap<String, [u64; 4]>,
    /// Failures by what went wrong.
    pub failures: BTreeMap<String, u64>,
    /// Decisions by outcome.
    pub outcomes: BTreeMap<String, u64>,
}

/// The constructs of each rule of a pack.
#[derive(Debug, Clone)]
pub struct Constructs(Vec<BTreeSet<String>>);

impl Constructs {
    /// Those of this pack.
    #[must_use]
    pub fn of(pack: &Pack) -> Self {
        let of_rule = |condition: &Expression| {
            let mut labels = BTreeSet::new();
            let called = condition.calls(&pack.functions);
            let bodies = called.iter().map(|&at| &pack.functions[at].body);
            for node in std::iter::once(condition).chain(bodies).flat_map(|body| body.nodes()) {
                labels.insert(label(&node.construct, &pack.dictionary).to_owned());
                labels.extend(shape(node, pack).map(ToOwned::to_owned));
            }
            labels
        };
        Self(pack.rules.iter().map(|rule| of_rule(&rule.condition)).collect())
    }
}

impl Counts {
    /// Answers of rules, of every kind.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.kinds.iter().sum()
    }

    /// Counts a pack that did not load.
    pub fn refused(&mut self, syntax: bool) {
        self.refused += 1;
        self.unparsed += u64::from(syntax);
    }

    /// Counts the answers over one sheet, and adds to what each rule has given so far.
    pub fn answers(&mut self, pack: &RulePack, answers: &Answers, seen: &mut [[u64; 4]]) {
        self.sheets += 1;
        let failed = answers.failed(pack.rules.len());
        for rule in pack.all_rules().iter() {
            let kind = answers.kind(rule, &failed);
            self.kinds[kind] += 1;
            seen[rule.0][kind] += 1;
        }
        for mark in &answers.marks.failed {
            *self.failures.entry(what_failed(&mark.message)).or_default() += 1;
        }
        *self.outcomes.entry(answers.decision.outcome.to_string()).or_default() += 1;
    }

    /// Counts a pack by what each of its rules gave.
    pub fn pack(&mut self, constructs: &Constructs, seen: &[[u64; 4]]) {
        self.packs += 1;
        for (labels, kinds) in constructs.0.iter().zip(seen) {
            self.rules += 1;
            self.varied += u64::from(kinds.iter().filter(|&&count| count > 0).count() > 1);
            for label in labels {
                add(self.constructs.entry(label.clone()).or_default(), kinds);
            }
        }
    }

    /// Adds the counts of another part of the run.
    pub fn merge(&mut self, other: &Self) {
        self.packs += other.packs;
        self.refused += other.refused;
        self.unparsed += other.unparsed;
        self.rules += other.rules;
        self.varied += other.varied;
        self.sheets += other.sheets;
        add(&mut self.kinds, &other.kinds);
        for (label, kinds) in &other.constructs {
            add(self.constructs.entry(label.clone()).or_default(), kinds);
        }
        for (message, count) in &other.failures {
            *self.failures.entry(message.clone()).or_default() += count;
        }
        for (outcome, count) in &other.outcomes {
            *self.outcomes.entry(outcome.clone()).or_default() += count;
        }
    }
}

fn add(to: &mut [u64; 4], more: &[u64; 4]) {
    to.iter_mut().zip(more).for_each(|(to, more)| *to += more);
}

impl fmt::Display for Counts {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            out,
            "{} answers of {} rules in {} packs over {} sheets; {} packs refused; {} rules gave one kind of answer only",
            self.total(),
            self.rules,
            self.packs,
            self.sheets,
            self.refused,
            self.rules - self.varied
        )?;
        write!(out, "{:34}{:>12}", "", "answers")?;
        KINDS.iter().try_for_each(|kind| write!(out, "{kind:>14}"))?;
        writeln!(out)?;
        let row = |out: &mut fmt::Formatter<'_>, label: &str, kinds: &[u64; 4]| {
            let total: u64 = kinds.iter().sum();
            write!(out, "{label:34}{total:>12}")?;
            kinds.iter().try_for_each(|&count| {
                let percent = (count * 1_000).checked_div(total).unwrap_or(0);
                write!(out, "{:>12}.{}%", percent / 10, percent % 10)
            })?;
            writeln!(out)
        };
        row(out, "all", &self.kinds)?;
        for (label, kinds) in &self.constructs {
            row(out, label, kinds)?;
        }
        writeln!(out, "failures")?;
        for (message, count) in &self.failures {
            writeln!(out, "{count:>12}  {message}")?;
        }
        writeln!(out, "outcomes of decisions")?;
        self.outcomes.iter().try_for_each(|(outcome, count)| writeln!(out, "{count:>12}  {outcome}"))
    }
}

/// What Rhai and the engine say first when something goes wrong.
const FAILURES: [&str; 26] = [
    "addition overflow",
    "array index",
    "data race detected",
    "data type incorrect",
    "division by zero",
    "exponential overflow",
    "for loop expects iterable type",
    "function not found",
    "integer overflow",
    "integer raised to a negative power",
    "left-shift",
    "length of",
    "modulo division by zero or overflow",
    "multiplication overflow",
    "negation overflow",
    "property not found",
    "stack overflow",
    "string index",
    "subtraction overflow",
    "the condition gave a value of type",
    "this",
    "too many operations",
    "type",
    "unknown operation",
    "unknown property",
    "variable not found",
];

/// What went wrong, without the values it went wrong with; a thrown value is whatever it is.
fn what_failed(message: &str) -> String {
    let known = FAILURES.iter().find(|known| message.starts_with(**known));
    known.map_or_else(|| "a value thrown".to_owned(), |known| (*known).to_owned())
}

/// A construct's row in the table.
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
