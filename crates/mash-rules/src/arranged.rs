//! A pack's rules arranged by what they conclude, so that answering is a matter of bits.

use mash_model::{Agency, FactDictionary, OutcomeId, Slot, Stage};

use crate::{
    fold::Fold,
    manifest::{MANUAL_REVIEW, MORE_INFORMATION, Manifest},
    outline::{Agencies, bits_of},
    rule::Rule,
    rule_set::RuleSet,
};

/// Sets of rules by stage and conclusion, built once when the pack loads.
#[derive(Debug, Clone, Default)]
pub(crate) struct Arranged {
    pub(crate) all: RuleSet,
    /// Rules of each stage, in the order of [`Stage::ALL`].
    pub(crate) stages: [RuleSet; 3],
    /// Rules of screening and of enquiries.
    pub(crate) at_the_door: RuleSet,
    /// Route and rating.
    pub(crate) fold: Fold,
    /// Rules that conclude each duty, in the manifest's order.
    pub(crate) duties: Vec<RuleSet>,
    /// Rules that send the contact elsewhere than its route would.
    pub(crate) outcomes: RuleSet,
    /// Rules that ask each agency, in the order of the agency list; only agencies that some rule asks.
    pub(crate) asks: Vec<(Agency, RuleSet)>,
    /// Rules that may make the route stronger, those that move it alike together.
    pub(crate) alike: Vec<Alike>,
    /// Every outcome: the routes, the manifest's others, more information, manual review.
    pub(crate) outcome_list: Vec<OutcomeId>,
    /// Facts that must be known before closing.
    pub(crate) closing: Vec<Slot>,
    /// For each slot, the agencies that hold the fact.
    holders: Vec<Agencies>,
}

impl Arranged {
    pub(crate) fn new(manifest: &Manifest, dictionary: &FactDictionary, rules: &[Rule]) -> Self {
        Self {
            all: RuleSet::all(rules.len()),
            stages: Stage::ALL.map(|stage| RuleSet::picked(rules, |rule| rule.stages.contains(&stage))),
            at_the_door: RuleSet::picked(rules, |rule| {
                [Stage::Screening, Stage::Enquiries].iter().any(|stage| rule.stages.contains(stage))
            }),
            fold: Fold::new(manifest, rules),
            duties: manifest
                .duties
                .iter()
                .map(|duty| RuleSet::picked(rules, |rule| rule.conclusion.duties.contains(&duty.id)))
                .collect(),
            outcomes: RuleSet::picked(rules, |rule| rule.conclusion.outcome.is_some()),
            asks: Agency::ALL
                .iter()
                .map(|&agency| (agency, RuleSet::picked(rules, |rule| rule.conclusion.ask.contains(&agency))))
                .filter(|(_, rules)| !rules.is_empty())
                .collect(),
            alike: alike(rules),
            outcome_list: manifest
                .routes
                .iter()
                .map(|route| OutcomeId::from(route.id.as_str()))
                .chain(manifest.outcomes.iter().map(|outcome| outcome.id.clone()))
                .chain([OutcomeId::from(MORE_INFORMATION), OutcomeId::from(MANUAL_REVIEW)])
                .collect(),
            closing: manifest
                .closing
                .facts
                .iter()
                .filter_map(|fact| dictionary.slot(fact.as_str()))
                .collect(),
            holders: dictionary.iter().map(|(_, fact)| bits_of(&fact.agencies)).collect(),
        }
    }

    /// Agencies that hold any of these facts.
    #[inline]
    pub(crate) fn held_by(&self, facts: &[Slot]) -> Agencies {
        let held = facts.iter().filter_map(|slot| self.holders.get(slot.index()));
        held.fold(0, |joined, agencies| joined | agencies)
    }
}

/// Rules that move the route alike.
#[derive(Debug, Clone)]
pub(crate) struct Alike {
    pub(crate) rules: RuleSet,
    /// The strongest route they name.
    pub(crate) names: Option<usize>,
    /// Whether they raise or lower, rather than only naming routes.
    pub(crate) moves: bool,
}

/// Rules that move the route alike, set by set; rules that cannot make it stronger are left out.
fn alike(rules: &[Rule]) -> Vec<Alike> {
    let part = |rule: &Rule| {
        let conclusion = &rule.conclusion;
        let kept = rule.floor || conclusion.firm;
        (
            conclusion.route,
            conclusion.at_least,
            conclusion.not_below,
            conclusion.raise,
            conclusion.lower,
            kept,
        )
    };
    let strengthens = |rule: &&Rule| names(rule).is_some() || rule.conclusion.raise > 0;
    let mut parts: Vec<_> = rules.iter().filter(strengthens).map(part).collect();
    parts.sort_unstable();
    parts.dedup();
    let alike = parts.into_iter().map(|one| {
        let is_one = |rule: &Rule| strengthens(&rule) && part(rule) == one;
        let (route, at_least, not_below, raise, lower, _) = one;
        Alike {
            rules: RuleSet::picked(rules, is_one),
            names: route.max(at_least).max(not_below),
            moves: raise > 0 || lower > 0,
        }
    });
    alike.collect()
}

/// The strongest route that a rule names.
fn names(rule: &Rule) -> Option<usize> {
    let conclusion = &rule.conclusion;
    conclusion.route.max(conclusion.at_least).max(conclusion.not_below)
}
