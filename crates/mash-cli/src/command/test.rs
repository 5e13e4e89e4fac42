//! `mash test`: a pack's cases, and what they cover.

use std::{fmt::Write as _, path::Path};

use mash_rules::{
    EngineKind, RulePack,
    cases::{self, Difference},
    coverage::{self, Coverage, percent},
};
use schemars::JsonSchema;
use serde::Serialize;

use super::mutants::{self, MutantsAnswer};
use crate::{exit_code::Failure, input, terminal};

/// The answer of `test --json`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct TestAnswer {
    /// The pack.
    pack: String,
    /// SHA-256 of the pack.
    hash: String,
    /// Cases run.
    cases: usize,
    /// Cases that failed.
    failed: Vec<FailedCase>,
    /// Whether practitioners reviewed the pack.
    reviewed: String,
    /// Cases that merely restate a rule.
    restating: usize,
    /// Coverage per rule and clause.
    coverage: Coverage,
    /// Small changes and whether a case notices; only with `--mutants`.
    #[serde(skip_serializing_if = "Option::is_none")]
    mutants: Option<MutantsAnswer>,
    /// That everything is synthetic.
    notice: String,
}

/// A case whose answer is not as expected.
#[derive(Debug, Serialize, JsonSchema)]
struct FailedCase {
    id: String,
    title: String,
    at: String,
    differences: Vec<Difference>,
}

pub(crate) fn run(path: &Path, with_mutants: bool, engine: EngineKind, json: bool) -> Result<(), Failure> {
    let pack = input::pack(path)?;
    let engine = pack.engine(engine);
    let failed: Vec<FailedCase> = pack
        .cases
        .iter()
        .map(|case| cases::run(&pack, &*engine, case))
        .filter(|result| !result.differences.is_empty())
        .map(|result| FailedCase {
            id: result.id,
            title: result.title,
            at: result.place.to_string(),
            differences: result.differences,
        })
        .collect();
    let mutants = if with_mutants { Some(mutants::run(path, &pack)?) } else { None };
    let answer = TestAnswer {
        pack: path.display().to_string(),
        hash: pack.hash.clone(),
        cases: pack.cases.len(),
        restating: pack.cases.iter().filter(|case| case.entry.decided_by.is_none()).count(),
        reviewed: pack.manifest.reviewed_in_words(),
        failed,
        coverage: coverage::measure(&pack, &pack.cases),
        mutants,
        notice: mash_model::NOTICE.to_owned(),
    };
    if json {
        terminal::json(&answer);
    } else {
        terminal::out(&text(&pack, &answer));
    }
    if answer.failed.is_empty() { Ok(()) } else { Err(Failure::Findings) }
}

fn text(pack: &RulePack, answer: &TestAnswer) -> String {
    let mut text = String::new();
    for case in &answer.failed {
        let _ = writeln!(text, "FAILED {} ({})\n  {}", case.id, case.at, case.title);
        for difference in &case.differences {
            let _ = writeln!(
                text,
                "  {}: expected {}\n  {:width$}  found    {}",
                difference.part,
                difference.expected,
                "",
                difference.found,
                width = difference.part.len()
            );
        }
    }
    let coverage = &answer.coverage;
    let _ = writeln!(
        text,
        "{}: {} cases, {} passed, {} failed ({} restate their rule); {}",
        answer.pack,
        answer.cases,
        answer.cases - answer.failed.len(),
        answer.failed.len(),
        answer.restating,
        answer.reviewed
    );
    if answer.cases == 0 {
        let _ = writeln!(text, "the pack has no cases of its own: nothing was tested");
    } else {
        rules_covered(&mut text, pack, coverage);
    }
    if let Some(mutants) = &answer.mutants {
        mutants::text(&mut text, mutants);
    }
    text
}

/// Rules counted by the pack that declares them: cases of an overlay need not fire every rule of its base.
fn rules_covered(text: &mut String, pack: &RulePack, coverage: &Coverage) {
    let mut packs: Vec<&str> = pack.rules.iter().map(|rule| rule.pack.as_str()).collect();
    packs.dedup();
    for name in packs {
        let own: Vec<_> = coverage.rules.iter().filter(|rule| rule.pack == name).collect();
        let fired = own.iter().filter(|rule| rule.fired > 0).count();
        let clauses: usize = own.iter().map(|rule| rule.clauses).sum();
        let both: usize = own
            .iter()
            .map(|rule| {
                let mut missing: Vec<&String> = rule.never_true.iter().chain(&rule.never_false).collect();
                missing.sort();
                missing.dedup();
                rule.clauses - missing.len()
            })
            .sum();
        let _ = writeln!(
            text,
            "  rules of {name}: {fired} of {} fired ({}%); clauses seen true and false: {both} of {clauses} ({}%)",
            own.len(),
            percent(fired, own.len()),
            percent(both, clauses)
        );
        for rule in own.iter().filter(|rule| rule.fired == 0 && rule.pack == pack.manifest.id) {
            let why = if rule.evaluated == 0 { "never evaluated" } else { "never fired" };
            let _ = writeln!(text, "    {} {why}", rule.rule);
        }
    }
}
