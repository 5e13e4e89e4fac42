//! What a run has seen: answers by kind, by construct and kind, and failures by what went wrong.

use std::{collections::BTreeMap, fmt};

use mash_rules::RulePack;

use super::{
    answers::{Answers, KINDS},
    columns::InColumns,
    labels,
    pack::Pack,
};

/// Answers of some rules.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// By kind, in the order of [`KINDS`].
    pub kinds: [u64; 4],
    /// Of these, answers that the circuit gave without asking the interpreter.
    pub by_circuit: u64,
}

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
    /// Of these, rules with no part that must stay with the interpreter.
    pub lowered: u64,
    /// Sheets put to the engines.
    pub sheets: u64,
    /// Of these, sheets that were decided many at once: no rule asked the interpreter.
    pub in_columns: u64,
    /// Answers of rules.
    pub all: Tally,
    /// Answers of rules that hold each construct, functions they call included.
    pub constructs: BTreeMap<&'static str, Tally>,
    /// Failures by what went wrong.
    pub failures: BTreeMap<&'static str, u64>,
    /// Decisions by outcome.
    pub outcomes: BTreeMap<String, u64>,
    /// Parts that stay with the interpreter, by why.
    pub residuals: BTreeMap<String, u64>,
}

impl Tally {
    /// Answers of every kind.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.kinds.iter().sum()
    }

    fn add(&mut self, more: &Self) {
        self.kinds.iter_mut().zip(more.kinds).for_each(|(to, more)| *to += more);
        self.by_circuit += more.by_circuit;
    }
}

impl Counts {
    /// Counts a pack that did not load.
    pub fn refused(&mut self, syntax: bool) {
        self.refused += 1;
        self.unparsed += u64::from(syntax);
    }

    /// Counts a pack's answers, one entry a sheet, and how many of them its circuit gave.
    pub fn pack(&mut self, pack: &Pack, loaded: &RulePack, answers: &[Answers], found: &InColumns) {
        let mut tallies: Vec<Tally> =
            found.by_circuit.iter().map(|&by_circuit| Tally { kinds: [0; 4], by_circuit }).collect();
        for answers in answers {
            let failed = answers.failed(loaded.rules.len());
            for rule in loaded.all_rules().iter() {
                tallies[rule.0].kinds[answers.kind(rule, &failed)] += 1;
            }
            for mark in &answers.marks.failed {
                *self.failures.entry(what_failed(&mark.message)).or_default() += 1;
            }
            *self.outcomes.entry(answers.decision.outcome.to_string()).or_default() += 1;
        }
        for (rule, tally) in pack.rules.iter().zip(&tallies) {
            self.varied += u64::from(tally.kinds.iter().filter(|&&count| count > 0).count() > 1);
            self.all.add(tally);
            for label in labels::of(pack, &rule.condition) {
                self.constructs.entry(label).or_default().add(tally);
            }
        }
        let residual = loaded.program().residual_rules();
        for part in residual.iter().flat_map(|(_, parts)| parts) {
            *self.residuals.entry(why(&part.reason)).or_default() += 1;
        }
        self.packs += 1;
        self.sheets += answers.len() as u64;
        self.in_columns += found.sheets;
        self.rules += pack.rules.len() as u64;
        self.lowered += (pack.rules.len() - residual.len()) as u64;
    }

    /// Adds the counts of another part of the run.
    pub fn merge(&mut self, other: &Self) {
        self.packs += other.packs;
        self.refused += other.refused;
        self.unparsed += other.unparsed;
        self.rules += other.rules;
        self.varied += other.varied;
        self.lowered += other.lowered;
        self.sheets += other.sheets;
        self.in_columns += other.in_columns;
        self.all.add(&other.all);
        for (label, tally) in &other.constructs {
            self.constructs.entry(label).or_default().add(tally);
        }
        for (message, count) in &other.failures {
            *self.failures.entry(message).or_default() += count;
        }
        for (outcome, count) in &other.outcomes {
            *self.outcomes.entry(outcome.clone()).or_default() += count;
        }
        for (reason, count) in &other.residuals {
            *self.residuals.entry(reason.clone()).or_default() += count;
        }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            out,
            "{} answers of {} rules in {} packs over {} sheets; {} packs refused\n\
             {} sheets were decided many at once; {} rules gave more than one kind of answer; {} have no part that stays with the interpreter",
            self.all.total(),
            self.rules,
            self.packs,
            self.sheets,
            self.refused,
            self.in_columns,
            self.varied,
            self.lowered
        )?;
        write!(out, "{:25}{:>9}", "", "answers")?;
        KINDS.iter().try_for_each(|kind| write!(out, "{kind:>13}"))?;
        writeln!(out, "{:>12}", "by circuit")?;
        row(out, "all", &self.all)?;
        self.constructs.iter().try_for_each(|(label, tally)| row(out, label, tally))?;
        list(out, "failures", &self.failures)?;
        list(out, "outcomes of decisions", &self.outcomes)?;
        list(out, "parts that stay with the interpreter", &self.residuals)
    }
}

fn row(out: &mut fmt::Formatter<'_>, label: &str, tally: &Tally) -> fmt::Result {
    let total = tally.total();
    write!(out, "{label:25}{total:>9}")?;
    let mut percent = |count: u64, width: usize| {
        let tenths = (count * 1_000).checked_div(total).unwrap_or(0);
        write!(out, "{:>width$}.{}%", tenths / 10, tenths % 10)
    };
    tally.kinds.iter().try_for_each(|&count| percent(count, 10))?;
    percent(tally.by_circuit, 9)?;
    writeln!(out)
}

fn list<K: fmt::Display>(
    out: &mut fmt::Formatter<'_>,
    title: &str,
    counts: &BTreeMap<K, u64>,
) -> fmt::Result {
    writeln!(out, "{title}")?;
    counts.iter().try_for_each(|(what, count)| writeln!(out, "{count:>9}  {what}"))
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
fn what_failed(message: &str) -> &'static str {
    FAILURES.into_iter().find(|known| message.starts_with(known)).unwrap_or("a value thrown")
}

/// Why a part stays with the interpreter, without names and numbers.
fn why(reason: &str) -> String {
    let without_names = reason.split('`').step_by(2).collect::<Vec<_>>().join("..");
    without_names.replace(|letter: char| letter.is_ascii_digit(), "")
}
