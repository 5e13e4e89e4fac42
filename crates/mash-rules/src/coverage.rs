//! How much of a pack its cases exercise: per rule, and per clause of its condition.
//!
//! Counted honestly: a rule is covered when a case made it fire at a stage that was evaluated; a clause when it was
//! evaluated to true and to false. Percentages are rounded down.

use std::sync::Arc;

use mash_model::Stage;
use serde::{Deserialize, Serialize};

use crate::{cases::Case, fact_view::Recorder, rule_pack::RulePack, rule_set::RuleSet, source::SourcePlace};

/// Coverage of a pack by its cases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Coverage {
    /// One entry a rule of the pack, its bases' included.
    pub rules: Vec<RuleCoverage>,
    /// Rules that fired in a case.
    pub rules_covered: usize,
    /// Clauses seen both true and false.
    pub clauses_covered: usize,
    /// Clauses in all.
    pub clauses: usize,
}

/// Coverage of one rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct RuleCoverage {
    /// The rule.
    pub rule: String,
    /// The pack that declares it.
    pub pack: String,
    /// Cases in which its condition was evaluated at all.
    pub evaluated: usize,
    /// Cases in which it fired.
    pub fired: usize,
    /// Cases in which it was settled and did not fire.
    pub not_fired: usize,
    /// Cases in which it was undetermined.
    pub undetermined: usize,
    /// Clauses never seen true, by place.
    pub never_true: Vec<String>,
    /// Clauses never seen false, by place.
    pub never_false: Vec<String>,
    /// Clauses of the condition.
    pub clauses: usize,
}

/// Percent, rounded down; 100 only when all are covered.
#[must_use]
pub fn percent(part: usize, whole: usize) -> usize {
    (part * 100).checked_div(whole).unwrap_or(100)
}

/// Measures what a set of cases exercises, with the interpreter.
#[must_use]
pub fn measure(pack: &RulePack, cases: &[Case]) -> Coverage {
    let mut rules: Vec<RuleCoverage> = pack
        .rules
        .iter()
        .map(|rule| RuleCoverage {
            rule: rule.id.to_string(),
            pack: rule.pack.clone(),
            evaluated: 0,
            fired: 0,
            not_fired: 0,
            undetermined: 0,
            never_true: Vec::new(),
            never_false: Vec::new(),
            clauses: rule.clauses.len(),
        })
        .collect();
    let mut seen = vec![(false, false); pack.interpreter.clause_count];
    for case in cases {
        let recorder = Arc::new(Recorder::new(pack.dictionary.len(), pack.interpreter.clause_count));
        let mut outcome: Vec<Option<Seen>> = vec![None; rules.len()];
        let triage = pack.triage(&pack.interpreter, &case.contact.facts);
        let stages =
            [Some(Stage::Screening), Some(Stage::Enquiries), triage.decision.map(|_| Stage::Decision)];
        let rules_of = stages.into_iter().flatten().map(|stage| pack.stage_rules(stage));
        let asked = rules_of.fold(RuleSet::none(pack.rules.len()), |all, some| all.or(some));
        let marks = pack.interpreter.run(&asked, &case.contact.facts, Some(Arc::clone(&recorder)));
        let failed = marks.failed.iter().map(|mark| (mark.rule, Seen::Failed));
        let lists = [
            (&marks.fired, Seen::Fired),
            (&marks.not_fired(), Seen::NotFired),
            (&marks.undetermined, Seen::Undetermined),
        ];
        for (rule, what) in
            lists.iter().flat_map(|(list, what)| list.iter().map(|rule| (rule, *what))).chain(failed)
        {
            if let Some(place) = outcome.get_mut(rule.0) {
                *place = Some(what);
            }
        }
        for (rule, what) in rules.iter_mut().zip(outcome) {
            let Some(what) = what else { continue };
            rule.evaluated += 1;
            match what {
                Seen::Fired => rule.fired += 1,
                Seen::NotFired => rule.not_fired += 1,
                Seen::Undetermined => rule.undetermined += 1,
                Seen::Failed => {}
            }
        }
        for (total, case) in seen.iter_mut().zip(recorder.clauses()) {
            total.0 |= case.0;
            total.1 |= case.1;
        }
    }
    summarise(pack, rules, &mut seen)
}

#[derive(Debug, Clone, Copy)]
enum Seen {
    Fired,
    NotFired,
    Undetermined,
    Failed,
}

fn summarise(pack: &RulePack, mut rules: Vec<RuleCoverage>, seen: &mut [(bool, bool)]) -> Coverage {
    let mut clauses_covered = 0;
    for (coverage, rule) in rules.iter_mut().zip(&pack.rules) {
        let alone = rule.clauses.len() == 1;
        for index in rule.clauses.clone() {
            let (mut yes, mut no) = seen.get(index).copied().unwrap_or_default();
            if alone {
                // The condition is its own only clause: what became of the rule tells.
                (yes, no) = (yes || coverage.fired > 0, no || coverage.not_fired > 0);
            }
            let place = pack
                .clauses
                .get(index)
                .map_or_else(|| SourcePlace::file("").to_string(), |clause| clause.place.to_string());
            if !yes {
                coverage.never_true.push(place.clone());
            }
            if !no {
                coverage.never_false.push(place);
            }
            clauses_covered += usize::from(yes && no);
        }
    }
    Coverage {
        rules_covered: rules.iter().filter(|rule| rule.fired > 0).count(),
        clauses: pack.rules.iter().map(|rule| rule.clauses.len()).sum(),
        clauses_covered,
        rules,
    }
}
