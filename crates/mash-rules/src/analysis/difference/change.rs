//! What may change between two packs' answers to one case: route, outcome, rating, duties, agencies asked.

use batsat::Lit;
use mash_model::{Agency, DutyId, OutcomeId, RatingId, RouteId, Stage};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    analysis::{answer::Answer, inquiry::Inquiry},
    rule_pack::RulePack,
    triage::StageAnswer,
};

/// One change of an answer. A case whose route changes is told by its route, whatever outcome and rating follow.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Another route.
    Route {
        /// Under pack A.
        from: RouteId,
        /// Under pack B.
        to: RouteId,
    },
    /// Another outcome on the same route.
    Outcome {
        /// Under pack A.
        from: OutcomeId,
        /// Under pack B.
        to: OutcomeId,
    },
    /// Another rating on the same route.
    Rating {
        /// Under pack A; none where the answer has no rating.
        from: Option<RatingId>,
        /// Under pack B.
        to: Option<RatingId>,
    },
    /// A duty more or less.
    Duty {
        /// The duty.
        duty: DutyId,
        /// Under pack B and not under pack A.
        gained: bool,
    },
    /// An agency asked, or no longer asked.
    Asked {
        /// The agency.
        agency: Agency,
        /// Under pack B and not under pack A.
        gained: bool,
    },
}

/// A kind of change as propositions.
pub(super) struct Kind {
    pub(super) change: Change,
    /// The change happens.
    pub(super) changes: Lit,
    /// The side whose answer is weaker, and that it is: what a region takes as given.
    pub(super) weaker: usize,
    pub(super) given: Lit,
}

/// Every kind of change there may be at a stage.
pub(super) fn kinds(inquiry: &mut Inquiry<'_>, a: &RulePack, b: &RulePack, stage: Stage) -> Vec<Kind> {
    let answers: Vec<Answer> = inquiry.sides.iter().filter_map(|side| side.answer(stage).cloned()).collect();
    let [x, y] = answers.as_slice() else { return Vec::new() };
    let logic = &mut inquiry.logic;
    let mut kinds = Vec::new();
    let no = logic.no();
    if stage == Stage::Enquiries {
        for agency in Agency::ALL.iter().copied() {
            let lit = |answer: &Answer| {
                answer.asked.iter().find(|(other, _)| *other == agency).map_or(no, |(_, lit)| *lit)
            };
            for (gained, from, to) in [(false, lit(x), lit(y)), (true, lit(y), lit(x))] {
                let changes = logic.all([from, !to]);
                let change = Change::Asked { agency, gained };
                kinds.push(Kind { change, changes, weaker: usize::from(!gained), given: !to });
            }
        }
        kinds.retain(|kind| kind.changes != no);
        return kinds;
    }
    let (routes_a, routes_b) = (&a.manifest.routes, &b.manifest.routes);
    let mut alike = Vec::new();
    for (at, (route, from)) in routes_a.iter().zip(&x.route).enumerate() {
        for (other_at, (other, to)) in routes_b.iter().zip(&y.route).enumerate() {
            let both = logic.all([*from, *to]);
            if route.id == other.id {
                alike.push(both);
                continue;
            }
            // Weaker by the first pack's order, where it knows both.
            let place = a.manifest.route_index(other.id.as_str()).unwrap_or(other_at.max(at + 1));
            let (weaker, given) = if at < place { (0, *from) } else { (1, *to) };
            let change = Change::Route { from: route.id.clone(), to: other.id.clone() };
            kinds.push(Kind { change, changes: both, weaker, given });
        }
    }
    let alike = logic.any(alike);
    for (from, one) in &x.outcomes {
        for (to, other) in y.outcomes.iter().filter(|(to, _)| to != from) {
            let change = Change::Outcome { from: from.clone(), to: to.clone() };
            let changes = logic.all([alike, *one, *other]);
            kinds.push(Kind { change, changes, weaker: 0, given: logic.all([alike, *one]) });
        }
    }
    let id = |pack: &RulePack, at: usize| {
        at.checked_sub(1).and_then(|at| pack.manifest.ratings.get(at)).map(|rating| rating.id.clone())
    };
    for (at, one) in x.rating.iter().enumerate() {
        for (other_at, other) in y.rating.iter().enumerate() {
            let (from, to) = (id(a, at), id(b, other_at));
            if from == to {
                continue;
            }
            let changes = logic.all([alike, *one, *other]);
            let (weaker, given) = if at < other_at { (0, *one) } else { (1, *other) };
            kinds.push(Kind {
                change: Change::Rating { from, to },
                changes,
                weaker,
                given: logic.all([alike, given]),
            });
        }
    }
    let mut duties: Vec<&DutyId> = x.duties.iter().chain(&y.duties).map(|(duty, _)| duty).collect();
    duties.sort_unstable();
    duties.dedup();
    for duty in duties {
        let lit = |answer: &Answer| {
            answer.duties.iter().find(|(other, _)| other == duty).map_or(no, |(_, lit)| *lit)
        };
        for (gained, from, to) in [(false, lit(x), lit(y)), (true, lit(y), lit(x))] {
            let changes = logic.all([from, !to]);
            let change = Change::Duty { duty: duty.clone(), gained };
            kinds.push(Kind { change, changes, weaker: usize::from(!gained), given: !to });
        }
    }
    kinds.retain(|kind| kind.changes != no);
    kinds
}

/// The changes between two answers to one case.
#[must_use]
pub fn changes(a: (&RulePack, &StageAnswer), b: (&RulePack, &StageAnswer)) -> Vec<Change> {
    let route = |(pack, answer): (&RulePack, &StageAnswer)| {
        pack.manifest.routes.get(answer.folded.route).map(|route| route.id.clone())
    };
    let rating = |(pack, answer): (&RulePack, &StageAnswer)| {
        let at = answer.folded.rating?;
        pack.manifest.ratings.get(at).map(|rating| rating.id.clone())
    };
    let mut found = Vec::new();
    match (route(a), route(b)) {
        (Some(from), Some(to)) if from != to => found.push(Change::Route { from, to }),
        _ => {
            if a.1.outcome != b.1.outcome {
                let (from, to) = (a.1.outcome.clone(), b.1.outcome.clone());
                found.push(Change::Outcome { from, to });
            }
            let (from, to) = (rating(a), rating(b));
            if from != to {
                found.push(Change::Rating { from, to });
            }
        }
    }
    for (gained, some, other) in [(false, &a.1.duties, &b.1.duties), (true, &b.1.duties, &a.1.duties)] {
        let only = some.iter().filter(|duty| !other.contains(duty));
        found.extend(only.map(|duty| Change::Duty { duty: duty.clone(), gained }));
    }
    found
}
