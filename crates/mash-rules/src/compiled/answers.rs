//! Many cases folded at once: the planes of the rules become routes, ratings and outcomes of a chunk of rows.
//!
//! A route or rating is kept as a ladder: plane `r` holds the rows whose route is `r` or stronger. The steps are those
//! of [`crate::fold`], and the tests hold the two against one another.

use super::planes::{ALL, CHUNK, NONE, Plane, and, both, count, except, or, without};
use crate::{
    arranged::Arranged,
    fold::{ByPosition, Fold, Moves},
    rule_set::RuleSet,
};

/// Rules of one stage by what they conclude, as positions in the pack.
#[derive(Debug, Clone)]
pub(super) struct StageRules {
    base: Vec<Vec<usize>>,
    lift: Vec<Vec<usize>>,
    kept_up: Vec<Vec<usize>>,
    ratings: Vec<Vec<usize>>,
    raises: Vec<(usize, u8)>,
    lowers: Vec<(usize, u8)>,
    pub(super) duties: Vec<Vec<usize>>,
    /// Rules that send the contact elsewhere, in pack order.
    pub(super) outcomes: Vec<usize>,
}

impl StageRules {
    pub(super) fn new(arranged: &Arranged, stage: &RuleSet) -> Self {
        let list = |rules: &RuleSet| rules.and(stage).iter().map(|rule| rule.0).collect::<Vec<_>>();
        let lists = |by: &ByPosition| by.iter().map(list).collect::<Vec<_>>();
        let moves = |moves: &Moves| {
            let some = moves.steps.iter().filter(|(rule, _)| stage.contains(*rule));
            some.map(|(rule, steps)| (rule.0, *steps)).collect::<Vec<_>>()
        };
        let fold = &arranged.fold;
        Self {
            base: lists(&fold.base),
            lift: lists(&fold.lift),
            kept_up: lists(&fold.kept_up),
            ratings: lists(&fold.ratings),
            raises: moves(&fold.raises),
            lowers: moves(&fold.lowers),
            duties: arranged.duties.iter().map(list).collect(),
            outcomes: list(&arranged.outcomes),
        }
    }

    /// The ladder of routes when rules hold where `plane` says.
    pub(super) fn routes<'p>(&self, fold: &Fold, plane: &dyn Fn(usize) -> &'p Plane) -> Vec<Plane> {
        let mut route = ladder(&self.base, plane);
        let lift = ladder(&self.lift, plane);
        route.iter_mut().zip(&lift).for_each(|(route, lift)| or(route, lift));
        // A row for which nothing is concluded has the weakest route, and may be raised from there.
        if let Some(weakest) = route.first_mut() {
            *weakest = ALL;
        }

        let raised = steps(&self.raises, fold.raises.limit, plane);
        if !raised.is_empty() {
            let before = route.clone();
            for (rung, to) in route.iter_mut().enumerate() {
                for (step, moved) in (1..=rung).zip(&raised) {
                    if let Some(lower) = before.get(rung - step) {
                        or(to, &both(moved, lower));
                    }
                }
            }
        }

        let kept_up = ladder(&self.kept_up, plane);
        let lowered = steps(&self.lowers, fold.lowers.limit, plane);
        if !lowered.is_empty() {
            let before = route.clone();
            let too_strong = before.get(fold.lower_only_below).copied().unwrap_or(NONE);
            for (rung, to) in route.iter_mut().enumerate() {
                // A row stays at this rung when it stood so much higher as it is lowered, or when something keeps it up.
                let mut stays = ALL;
                for (step, moved) in (1..).zip(&lowered) {
                    let higher = before.get(rung + step).copied().unwrap_or(NONE);
                    and(&mut stays, &except(&ALL, &except(moved, &higher)));
                }
                or(&mut stays, &too_strong);
                or(&mut stays, kept_up.get(rung).unwrap_or(&NONE));
                and(to, &stays);
            }
        }
        route.iter_mut().zip(&kept_up).for_each(|(route, kept)| or(route, kept));
        if let Some(weakest) = route.first_mut() {
            *weakest = ALL;
        }
        route
    }

    /// The ladder of ratings, one rung up: rung 0 is any rating at all.
    pub(super) fn rating_ladder<'p>(
        &self,
        fold: &Fold,
        routes: &[Plane],
        plane: &dyn Fn(usize) -> &'p Plane,
    ) -> Vec<Plane> {
        let mut ratings = ladder(&self.ratings, plane);
        for (route, rating) in fold.default_ratings.iter().enumerate() {
            let Some(rating) = rating else { continue };
            let here = exactly(routes, route);
            ratings.iter_mut().take(rating + 1).for_each(|rung| or(rung, &here));
        }
        ratings
    }
}

/// Rows at this rung of a ladder and no higher.
pub(super) fn exactly(ladder: &[Plane], rung: usize) -> Plane {
    except(ladder.get(rung).unwrap_or(&NONE), ladder.get(rung + 1).unwrap_or(&NONE))
}

/// Rows where any of these rules holds.
pub(super) fn any<'p>(rules: &[usize], plane: &dyn Fn(usize) -> &'p Plane) -> Plane {
    rules.iter().fold(NONE, |mut joined, rule| {
        or(&mut joined, plane(*rule));
        joined
    })
}

/// The strongest position that a rule concludes, as a ladder.
fn ladder<'p>(by: &[Vec<usize>], plane: &dyn Fn(usize) -> &'p Plane) -> Vec<Plane> {
    let mut rungs: Vec<Plane> = by.iter().map(|rules| any(rules, plane)).collect();
    let mut above = NONE;
    for rung in rungs.iter_mut().rev() {
        or(rung, &above);
        above = *rung;
    }
    rungs
}

/// Rows moved by at least 1, 2, ... steps, up to the limit; empty when nothing moves.
fn steps<'p>(moves: &[(usize, u8)], limit: u8, plane: &dyn Fn(usize) -> &'p Plane) -> Vec<Plane> {
    if moves.is_empty() {
        return Vec::new();
    }
    let mut moved = vec![NONE; usize::from(limit)];
    for (rule, by) in moves {
        let rows = plane(*rule);
        for _ in 0..*by {
            let mut below = *rows;
            for rung in &mut moved {
                let carried = both(rung, rows);
                or(rung, &below);
                below = carried;
            }
        }
    }
    moved
}

/// One byte a row: its rung on a ladder whose first rung all rows have, or 0 for none of a ladder where some have none.
pub(super) fn rungs(ladder: &[Plane]) -> [u8; CHUNK] {
    let mut rungs = [0; CHUNK];
    ladder.iter().for_each(|plane| count(&mut rungs, plane));
    rungs
}

/// Rows left over when some are taken out one list after another; `take` gets each list with the rows it is first for.
pub(super) fn first_of<'p>(
    rules: &[usize],
    plane: &dyn Fn(usize) -> &'p Plane,
    mut take: impl FnMut(usize, &Plane),
) -> Plane {
    let mut open = ALL;
    for rule in rules {
        let rows = both(&open, plane(*rule));
        without(&mut open, &rows);
        take(*rule, &rows);
    }
    open
}
