//! What is wrong with one pack that no single rule shows: rules that never fire or never matter, rules that clash, gaps,
//! facts that could hide a strategy discussion, and answers that sink as more risk is learnt.
//!
//! Each claim is over every case that keeps the dictionary's ranges and constraints: any other goes to manual review. That
//! there is no case of a kind is asked with rules that are left to the interpreter free to fire or not, so that it holds
//! whatever they do; cases that are shown are looked for where none of them is left to it.

mod one_fact;
mod rules;

use mash_model::{FactId, RuleId};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    inquiry::{Asks, Inquiry, Limits, NotExact},
    witness::Witness,
};
use crate::{
    error::{Finding, FindingKind},
    rule_pack::RulePack,
    source::SourcePlace,
};

/// One thing that analysis found, with the case that shows it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Claim {
    /// The finding.
    pub finding: Finding,
    /// The rules it is about.
    pub rules: Vec<RuleId>,
    /// The facts it is about.
    pub facts: Vec<FactId>,
    /// The smallest case that shows it; none where the claim is that there is no case.
    pub witness: Option<Witness>,
}

/// What analysis says of a pack.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct Checked {
    /// What it found, in order of kind and rule.
    pub claims: Vec<Claim>,
    /// Rules partly left to the interpreter: no case is shown in which they are, so that something may not be found.
    pub not_exact: Vec<NotExact>,
    /// Questions that the bound on work left open.
    pub unsettled: Vec<String>,
    /// Claims whose case an engine did not confirm: errors of this program, never shown as findings.
    pub unconfirmed: Vec<String>,
}

/// Asks everything that is asked of one pack.
#[must_use]
pub fn check(pack: &RulePack, limits: Limits) -> Checked {
    // One pack is always alike to itself.
    let of = |asks| Inquiry::new(&[pack], limits, asks);
    let (Ok(mut inquiry), Ok(mut every)) = (of(Asks::Excluded), of(Asks::Either)) else {
        return Checked::default();
    };
    let mut found = Checked { not_exact: inquiry.not_exact.clone(), ..Checked::default() };
    for open in &found.not_exact {
        let at = pack
            .find_rule(open.rule.as_str())
            .map_or_else(|| SourcePlace::file("manifest.json"), |(_, rule)| rule.place.clone());
        let message = format!(
            "rule `{}` is partly left to the interpreter ({}): cases in which it is are not looked through, so analysis is not exact",
            open.rule, open.reason
        );
        let finding = Finding::warning(FindingKind::NotExact, at, message);
        let rules = vec![open.rule.clone()];
        found.claims.push(Claim { finding, rules, facts: Vec::new(), witness: None });
    }
    rules::never_fires(&mut every, pack, &mut found);
    rules::never_matters(&mut every, &mut inquiry, pack, &mut found);
    rules::clashes(&mut every, &mut inquiry, pack, &mut found);
    rules::gaps(&mut inquiry, pack, &mut found);
    // A pack that is all statutory floor is not meant to answer alone.
    if !pack.rules.iter().all(|rule| rule.floor) {
        one_fact::hidden_and_sinking(pack, limits, &mut found);
    }
    one_fact::grouped(&mut found.claims);
    found.claims.sort_by_key(|claim| claim.finding.kind);
    found
}
