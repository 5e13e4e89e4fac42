//! What a run has seen: answers by kind, by construct and kind, and failures by what went wrong.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use mash_rules::RulePack;

use super::{
    answers::{Answers, KINDS},
    labels,
    pack::Pack,
};

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
        Self(pack.rules.iter().map(|rule| labels::of(pack, &rule.condition)).collect())
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
