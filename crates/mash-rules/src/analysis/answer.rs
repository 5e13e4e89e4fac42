//! A stage's answer as propositions: one literal a route and rating, one a duty, one an outcome, one an agency asked.
//!
//! Follows [`crate::fold`] and [`crate::triage`] step by step; a route is held as "at least this one", so that the
//! strongest of several is one `or` a route.

use batsat::Lit;
use mash_model::{Agency, DutyId, OutcomeId, Stage};

use super::logic::{Counter, Logic};
use crate::{
    fold::Moves,
    manifest::{MANUAL_REVIEW, MORE_INFORMATION},
    rule::RuleIndex,
    rule_pack::RulePack,
    rule_set::RuleSet,
};

/// The answer of one stage.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    /// The route is this one, by position.
    pub(crate) route: Vec<Lit>,
    /// The route is at least this one.
    pub(crate) route_reaches: Vec<Lit>,
    /// There is no rating, then one literal a rating.
    pub(crate) rating: Vec<Lit>,
    /// There is a rating and it is at least this one.
    pub(crate) rating_reaches: Vec<Lit>,
    pub(crate) duties: Vec<(DutyId, Lit)>,
    pub(crate) outcomes: Vec<(OutcomeId, Lit)>,
    pub(crate) asked: Vec<(Agency, Lit)>,
    /// The family may be told: no rule that fired forbids it.
    pub(crate) told: Lit,
    /// How the route came about.
    pub(crate) steps: Steps,
}

/// The steps of the fold, each "at least this route" or "at least so many steps".
#[derive(Debug, Clone)]
pub(crate) struct Steps {
    /// The strongest base conclusion or lift: what raises and lowers start from.
    pub(crate) before: Vec<Lit>,
    pub(crate) kept_up: Vec<Lit>,
    pub(crate) raised: Vec<Lit>,
    pub(crate) lowered: Vec<Lit>,
}

/// What an answer depends on besides the rules that fired.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Around {
    /// A fact that must be known before closing is not.
    pub(crate) missing: Lit,
    /// The facts contradict one another.
    pub(crate) contradiction: Lit,
}

/// The answer of a stage when rules fire as `fired` says, by rule index.
pub(crate) fn answer(
    logic: &mut Logic,
    pack: &RulePack,
    stage: Stage,
    fired: &[Lit],
    around: Around,
) -> Answer {
    let in_stage = pack.stage_rules(stage);
    let fires = |rule: RuleIndex| fired.get(rule.0).copied();
    let of = |rules: &RuleSet| rules.and(in_stage).iter().filter_map(fires).collect::<Vec<Lit>>();
    let fold = &pack.arranged.fold;
    let no = logic.no();

    let concluding = fold.base.iter().zip(fold.lift.iter()).map(|(base, lift)| of(&base.or(lift)));
    let steps = Steps {
        before: reaches(logic, concluding),
        kept_up: reaches(logic, fold.kept_up.iter().map(of)),
        raised: counted(logic, &fold.raises, in_stage, fired),
        lowered: counted(logic, &fold.lowers, in_stage, fired),
    };
    let rank = |list: &[Lit], at: usize| list.get(at).copied().unwrap_or(no);
    // The weakest route where no rule concludes one.
    let route: Vec<Lit> =
        steps.before.iter().enumerate().map(|(at, lit)| if at == 0 { logic.yes() } else { *lit }).collect();
    let raised: Vec<Lit> = (0..route.len())
        .map(|at| {
            let by = (0..=steps.raised.len()).filter(|by| *by <= at).map(|by| {
                let raised = if by == 0 { logic.yes() } else { rank(&steps.raised, by - 1) };
                logic.all([rank(&route, at - by), raised])
            });
            let by: Vec<Lit> = by.collect();
            logic.any(by)
        })
        .collect();
    let firm = rank(&raised, fold.lower_only_below);
    let lowered: Vec<Lit> = (0..raised.len())
        .map(|at| {
            let still: Vec<Lit> = (1..=steps.lowered.len())
                .map(|by| logic.any([!rank(&steps.lowered, by - 1), rank(&raised, at + by)]))
                .collect();
            let still = logic.all(still);
            let still = logic.any([firm, rank(&steps.kept_up, at), still]);
            if at == 0 { logic.yes() } else { logic.all([rank(&raised, at), still]) }
        })
        .collect();
    let route_reaches: Vec<Lit> =
        (0..lowered.len()).map(|at| logic.any([rank(&lowered, at), rank(&steps.kept_up, at)])).collect();
    let route = exactly(logic, &route_reaches);

    let concluded = reaches(logic, fold.ratings.iter().map(of));
    let rating_reaches: Vec<Lit> = (0..pack.manifest.ratings.len())
        .map(|at| {
            let by_route = fold.default_ratings.iter().zip(&route);
            let by_route = by_route.filter(|(rating, _)| rating.is_some_and(|rating| rating >= at));
            let mut any: Vec<Lit> = by_route.map(|(_, lit)| *lit).collect();
            any.push(rank(&concluded, at));
            logic.any(any)
        })
        .collect();
    let mut rating = vec![rating_reaches.first().map_or(logic.yes(), |lit| !*lit)];
    rating.extend(exactly(logic, &rating_reaches));

    let duties = pack.manifest.duties.iter().zip(&pack.arranged.duties);
    let duties = duties.map(|(duty, rules)| (duty.id.clone(), logic.any(of(rules)))).collect();
    let asked = pack.arranged.asks.iter().map(|(agency, rules)| (*agency, logic.any(of(rules)))).collect();
    let silent = pack
        .rules
        .iter()
        .zip(fired)
        .enumerate()
        .filter(|(at, (rule, _))| !rule.family_may_be_told && in_stage.contains(RuleIndex(*at)));
    let silent: Vec<Lit> = silent.map(|(_, (_, lit))| *lit).collect();
    let told = !logic.any(silent);
    let outcomes = outcomes(logic, pack, in_stage, fired, &route, around);
    Answer { route, route_reaches, rating, rating_reaches, duties, outcomes, asked, told, steps }
}

/// Every outcome there may be, each when it is the one.
fn outcomes(
    logic: &mut Logic,
    pack: &RulePack,
    in_stage: &RuleSet,
    fired: &[Lit],
    route: &[Lit],
    around: Around,
) -> Vec<(OutcomeId, Lit)> {
    let mut found: Vec<(OutcomeId, Vec<Lit>)> = vec![(MANUAL_REVIEW.into(), vec![around.contradiction])];
    let mut add = |outcome: &OutcomeId, lit: Lit| match found.iter_mut().find(|(known, _)| known == outcome) {
        Some((_, lits)) => lits.push(lit),
        None => found.push((outcome.clone(), vec![lit])),
    };
    // The first rule in pack order that names one.
    let mut none_before = !around.contradiction;
    for rule in pack.arranged.outcomes.and(in_stage).iter() {
        let (Some(lit), Some(outcome)) =
            (fired.get(rule.0).copied(), pack.rule(rule).and_then(|rule| rule.conclusion.outcome.as_ref()))
        else {
            continue;
        };
        add(outcome, logic.all([none_before, lit]));
        none_before = logic.all([none_before, !lit]);
    }
    for ((routed, lit), id) in pack.manifest.routes.iter().zip(route).zip(&pack.arranged.outcome_list) {
        let by_route = logic.all([none_before, *lit]);
        if routed.closes {
            add(&OutcomeId::from(MORE_INFORMATION), logic.all([by_route, around.missing]));
            add(id, logic.all([by_route, !around.missing]));
        } else {
            add(id, by_route);
        }
    }
    found.into_iter().map(|(outcome, lits)| (outcome, logic.any(lits))).collect()
}

/// For each position, that something at it or past it holds.
fn reaches(logic: &mut Logic, by: impl DoubleEndedIterator<Item = Vec<Lit>>) -> Vec<Lit> {
    let mut so_far = logic.no();
    let mut reached = Vec::new();
    for lits in by.rev() {
        so_far = logic.any(lits.into_iter().chain([so_far]));
        reached.push(so_far);
    }
    reached.reverse();
    reached
}

/// For each position, that it is reached and the next is not.
fn exactly(logic: &mut Logic, reached: &[Lit]) -> Vec<Lit> {
    let next = reached.iter().skip(1).copied().chain([logic.no()]);
    reached.iter().zip(next).map(|(here, next)| logic.all([*here, !next])).collect()
}

/// At least one, two, three and so on steps are taken.
fn counted(logic: &mut Logic, moves: &Moves, in_stage: &RuleSet, fired: &[Lit]) -> Vec<Lit> {
    let limit = usize::from(moves.limit);
    let mut counter = Counter::new(logic, limit);
    for (rule, steps) in moves.steps.iter().filter(|(rule, _)| in_stage.contains(*rule)) {
        if let Some(lit) = fired.get(rule.0) {
            counter.add(logic, *lit, usize::from(*steps));
        }
    }
    (1..=limit).map(|steps| counter.at_least(steps)).collect()
}
