//! Folding the conclusions of a stage into one route and rating, in a fixed order, each step noted.
//!
//! Base, lifts, raises, lowers, floor: see `docs/rule-authoring.md`, "From rules to an answer".

use serde::{Deserialize, Serialize};

use crate::{
    rule::{Rule, RuleIndex},
    rule_pack::RulePack,
};

/// One step of the fold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FoldStep {
    /// What kind of step.
    pub kind: FoldStepKind,
    /// The rule it rests on; none for the default.
    pub rule: Option<RuleIndex>,
    /// Route before, as a position in the manifest.
    pub from: usize,
    /// Route after.
    pub to: usize,
}

/// The kinds of step, in the order they are taken.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum FoldStepKind {
    /// The strongest base conclusion, or the weakest route where there is none.
    Base,
    /// Lifted by `.at_least(...)`.
    Lift,
    /// Raised by `.raise(...)`.
    Raise,
    /// Lowered by `.lower(...)`.
    Lower,
    /// Kept up by `.not_below(...)` or a floor rule.
    Floor,
}

/// A folded answer: positions in the manifest's lists of routes and ratings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folded {
    /// The route.
    pub route: usize,
    /// The rating, where the pack has ratings.
    pub rating: Option<usize>,
    /// How it came about.
    pub steps: Vec<FoldStep>,
}

/// Folds the conclusions of rules that fired.
#[must_use]
pub fn fold(pack: &RulePack, fired: &(impl Iterator<Item = RuleIndex> + Clone)) -> Folded {
    let rules = || fired.clone().filter_map(|index| pack.rule(index).map(|rule| (index, rule)));
    let manifest = &pack.manifest;
    let strongest = |part: fn(&Rule) -> Option<usize>| {
        // The first rule in pack order among those with the strongest route.
        rules().filter_map(|(index, rule)| part(rule).map(|route| (route, index))).fold(
            None,
            |best: Option<(usize, RuleIndex)>, next| match best {
                Some(best) if best.0 >= next.0 => Some(best),
                _ => Some(next),
            },
        )
    };
    let mut steps = Vec::new();

    let base = strongest(|rule| rule.conclusion.route);
    let mut route = base.map_or(0, |(route, _)| route);
    steps.push(FoldStep { kind: FoldStepKind::Base, rule: base.map(|(_, rule)| rule), from: 0, to: route });

    if let Some((lifted, rule)) =
        strongest(|rule| rule.conclusion.at_least).filter(|(lifted, _)| *lifted > route)
    {
        steps.push(FoldStep { kind: FoldStepKind::Lift, rule: Some(rule), from: route, to: lifted });
        route = lifted;
    }

    let top = manifest.routes.len().saturating_sub(1);
    let mut raises_left = manifest.fold.raise_steps;
    for (index, rule) in rules().filter(|(_, rule)| rule.conclusion.raise > 0) {
        let by = rule.conclusion.raise.min(raises_left);
        let raised = (route + usize::from(by)).min(top);
        if raised > route {
            steps.push(FoldStep { kind: FoldStepKind::Raise, rule: Some(index), from: route, to: raised });
            route = raised;
        }
        raises_left -= by;
    }

    // What lowering may not go below: firm rules, `.not_below`, and every route a floor rule concludes.
    let kept_up = strongest(|rule| {
        let conclusion = &rule.conclusion;
        let held =
            if rule.floor || conclusion.firm { conclusion.route.max(conclusion.at_least) } else { None };
        held.max(conclusion.not_below)
    });
    let bottom = kept_up.map_or(0, |(route, _)| route);
    let lower_only_below = manifest.route_index(manifest.fold.lower_only_below.as_str()).unwrap_or(top);
    let mut lowers_left = manifest.fold.lower_steps;
    for (index, rule) in rules().filter(|(_, rule)| rule.conclusion.lower > 0) {
        if route >= lower_only_below {
            break;
        }
        let by = rule.conclusion.lower.min(lowers_left);
        let lowered = route.saturating_sub(usize::from(by)).max(bottom).min(route);
        if lowered < route {
            steps.push(FoldStep { kind: FoldStepKind::Lower, rule: Some(index), from: route, to: lowered });
            route = lowered;
        }
        lowers_left -= by;
    }

    if let Some((floor, rule)) = kept_up.filter(|(floor, _)| *floor > route) {
        steps.push(FoldStep { kind: FoldStepKind::Floor, rule: Some(rule), from: route, to: floor });
        route = floor;
    }

    let concluded = rules().filter_map(|(_, rule)| rule.conclusion.rating).max();
    let default = manifest
        .routes
        .get(route)
        .and_then(|route| route.default_rating.as_ref())
        .and_then(|rating| manifest.rating_index(rating.as_str()));
    Folded { route, rating: concluded.max(default), steps }
}
