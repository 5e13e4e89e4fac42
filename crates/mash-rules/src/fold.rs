//! Folding the conclusions of rules that fired into one route and rating, in a fixed order.
//!
//! Base, lifts, raises, lowers, floor: see `docs/rule-authoring.md`, "From rules to an answer". What each rule
//! concludes stands in sets by route and rating, built when the pack loads, so that a fold is a few words of bits.

use serde::{Deserialize, Serialize};

use crate::{
    manifest::Manifest,
    rule::{Rule, RuleIndex},
    rule_set::RuleSet,
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Folded {
    /// The route.
    pub route: usize,
    /// The rating, where the pack has ratings.
    pub rating: Option<usize>,
}

/// Rules by the position, in a list of routes or ratings, of what they conclude.
#[derive(Debug, Clone, Default)]
pub(crate) struct ByPosition {
    /// Weakest position first.
    rules: Vec<RuleSet>,
    /// All of them together.
    any: RuleSet,
}

impl ByPosition {
    /// The rules of each position, weakest first.
    pub(crate) fn iter(&self) -> std::slice::Iter<'_, RuleSet> {
        self.rules.iter()
    }
}

/// Rules that move the answer along the routes, with the steps each moves.
#[derive(Debug, Clone, Default)]
pub(crate) struct Moves {
    pub(crate) rules: RuleSet,
    /// Steps of each rule of the set, in pack order.
    pub(crate) steps: Vec<(RuleIndex, u8)>,
    /// Most steps that all together may take.
    pub(crate) limit: u8,
}

/// The conclusions of a pack's rules, arranged for folding.
#[derive(Debug, Clone, Default)]
pub struct Fold {
    pub(crate) base: ByPosition,
    pub(crate) lift: ByPosition,
    /// What lowering may not go below: firm rules, `.not_below`, and every route a floor rule concludes.
    pub(crate) kept_up: ByPosition,
    pub(crate) ratings: ByPosition,
    pub(crate) raises: Moves,
    pub(crate) lowers: Moves,
    /// Only routes weaker than this may be lowered.
    pub(crate) lower_only_below: usize,
    /// Rating of each route when no rule concludes a more urgent one.
    pub(crate) default_ratings: Vec<Option<usize>>,
}

impl Fold {
    /// Arranges the conclusions of these rules.
    #[must_use]
    pub fn new(manifest: &Manifest, rules: &[Rule]) -> Self {
        let by = |count: usize, part: &dyn Fn(&Rule) -> Option<usize>| ByPosition {
            rules: (0..count).map(|at| RuleSet::picked(rules, |rule| part(rule) == Some(at))).collect(),
            any: RuleSet::picked(rules, |rule| part(rule).is_some_and(|at| at < count)),
        };
        let routes = manifest.routes.len();
        let moves = |part: fn(&Rule) -> u8, limit: u8| Moves {
            rules: RuleSet::picked(rules, |rule| part(rule) > 0),
            steps: rules
                .iter()
                .enumerate()
                .filter(|(_, rule)| part(rule) > 0)
                .map(|(index, rule)| (RuleIndex(index), part(rule)))
                .collect(),
            limit,
        };
        Self {
            base: by(routes, &|rule| rule.conclusion.route),
            lift: by(routes, &|rule| rule.conclusion.at_least),
            kept_up: by(routes, &|rule| {
                let conclusion = &rule.conclusion;
                let held = if rule.floor || conclusion.firm {
                    conclusion.route.max(conclusion.at_least)
                } else {
                    None
                };
                held.max(conclusion.not_below)
            }),
            ratings: by(manifest.ratings.len(), &|rule| rule.conclusion.rating),
            raises: moves(|rule| rule.conclusion.raise, manifest.fold.raise_steps),
            lowers: moves(|rule| rule.conclusion.lower, manifest.fold.lower_steps),
            lower_only_below: manifest
                .route_index(manifest.fold.lower_only_below.as_str())
                .unwrap_or(routes.saturating_sub(1)),
            default_ratings: manifest
                .routes
                .iter()
                .map(|route| {
                    let rating = route.default_rating.as_ref()?;
                    manifest.rating_index(rating.as_str())
                })
                .collect(),
        }
    }

    /// The answer of rules that fired.
    #[must_use]
    pub fn answer(&self, fired: &RuleSet) -> Folded {
        self.walk(fired, |_| {})
    }

    /// The steps that lead to the answer, in the order taken.
    #[must_use]
    pub fn steps(&self, fired: &RuleSet) -> Vec<FoldStep> {
        let mut steps = Vec::new();
        self.walk(fired, |step| steps.push(step));
        steps
    }

    #[inline]
    fn walk(&self, fired: &RuleSet, mut note: impl FnMut(FoldStep)) -> Folded {
        let base = strongest(&self.base, fired);
        let mut route = base.map_or(0, |(route, _)| route);
        note(FoldStep { kind: FoldStepKind::Base, rule: base.map(|(_, rule)| rule), from: 0, to: route });

        let mut to = |kind: FoldStepKind, rule: RuleIndex, from: &mut usize, to: usize| {
            if to != *from {
                note(FoldStep { kind, rule: Some(rule), from: *from, to });
                *from = to;
            }
        };
        if let Some((lifted, rule)) = strongest(&self.lift, fired) {
            let lifted = lifted.max(route);
            to(FoldStepKind::Lift, rule, &mut route, lifted);
        }

        let top = self.base.rules.len().saturating_sub(1);
        self.raises.each(fired, |rule, by| {
            let raised = (route + by).min(top).max(route);
            to(FoldStepKind::Raise, rule, &mut route, raised);
        });

        let kept_up = strongest(&self.kept_up, fired);
        let bottom = kept_up.map_or(0, |(route, _)| route);
        self.lowers.each(fired, |rule, by| {
            if route < self.lower_only_below {
                let lowered = route.saturating_sub(by).max(bottom).min(route);
                to(FoldStepKind::Lower, rule, &mut route, lowered);
            }
        });

        if let Some((floor, rule)) = kept_up {
            let floor = floor.max(route);
            to(FoldStepKind::Floor, rule, &mut route, floor);
        }

        let concluded = strongest(&self.ratings, fired).map(|(rating, _)| rating);
        Folded { route, rating: concluded.max(self.default_ratings.get(route).copied().flatten()) }
    }
}

impl Moves {
    /// The moves of rules that fired, in pack order, until the limit is used up.
    #[inline]
    fn each(&self, fired: &RuleSet, mut take: impl FnMut(RuleIndex, usize)) {
        if !self.rules.meets(fired) {
            return;
        }
        let mut left = self.limit;
        for &(rule, steps) in self.steps.iter().filter(|(rule, _)| fired.contains(*rule)) {
            let by = steps.min(left);
            left -= by;
            take(rule, usize::from(by));
        }
    }
}

/// The strongest position that a rule of the set concludes, with the first such rule.
#[inline]
fn strongest(by: &ByPosition, fired: &RuleSet) -> Option<(usize, RuleIndex)> {
    if !by.any.meets(fired) {
        return None;
    }
    by.rules.iter().enumerate().rev().find_map(|(at, rules)| rules.first_shared(fired).map(|rule| (at, rule)))
}
