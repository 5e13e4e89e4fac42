//! The exact difference of two packs: every region of cases where an answer changes, or the proof that none does.
//!
//! A region is a conjunction of facts under which, wherever one pack gives the weaker answer, the other gives the
//! stronger. It starts from the smallest case not yet covered and is widened for as long as the solver proves the claim:
//! facts are dropped, values are added. Regions are listed until the solver proves that no difference is left, or the
//! bound is met; "no difference" never depends on the bound.

mod change;
mod region;

use batsat::Lit;
use mash_model::Stage;
use schemars::JsonSchema;
use serde::Serialize;

pub use self::{
    change::{Change, changes},
    region::{FactValues, Region},
};
use super::{
    classes::DifferentFactError,
    inquiry::{Asks, Inquiry, Limits, NotExact},
    logic::{Logic, Verdict},
};
use crate::rule_pack::RulePack;

/// What the solver says of cases outside the regions listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Beyond {
    /// No case outside the regions differs: proved.
    Nothing,
    /// The same, but only of cases in which no rule is left to the interpreter.
    NothingCovered,
    /// Some case outside the regions differs.
    More,
    /// The bound on work was met first.
    Unsettled,
}

/// The difference of two packs at one stage.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Difference {
    /// The stage.
    pub stage: Stage,
    /// Regions where an answer changes, the simplest first.
    pub regions: Vec<Region>,
    /// What is left beside them.
    pub beyond: Beyond,
    /// Rules partly left to the interpreter: cases in which they are lie outside every claim.
    pub not_exact: Vec<NotExact>,
    /// Claims whose case an engine did not confirm: errors of this program, never shown as regions.
    pub unconfirmed: Vec<String>,
}

/// Lays pack B beside pack A at one stage.
///
/// # Errors
/// [`DifferentFactError`] when a fact's values are not the same in both.
pub fn difference(
    a: &RulePack,
    b: &RulePack,
    stage: Stage,
    limits: Limits,
) -> Result<Difference, DifferentFactError> {
    let mut inquiry = Inquiry::new(&[a, b], limits, Asks::Excluded)?;
    Ok(listed(&mut inquiry, a, b, stage, limits))
}

/// The same, with every clause and question of it, for another solver to repeat: a line a clause (`clause 1 -2`) or
/// question under assumptions (`possible 3 -4`, `impossible 5`), in the order they came, variables numbered from 1.
///
/// # Errors
/// [`DifferentFactError`] when a fact's values are not the same in both.
pub fn recorded(
    a: &RulePack,
    b: &RulePack,
    stage: Stage,
    limits: Limits,
) -> Result<(Difference, String), DifferentFactError> {
    let mut inquiry = Inquiry::over(&[a, b], Logic::recording(limits.conflicts), Asks::Excluded)?;
    let found = listed(&mut inquiry, a, b, stage, limits);
    Ok((found, inquiry.logic.record().to_owned()))
}

fn listed(inquiry: &mut Inquiry<'_>, a: &RulePack, b: &RulePack, stage: Stage, limits: Limits) -> Difference {
    let mut found = Difference {
        stage,
        regions: Vec::new(),
        beyond: if inquiry.not_exact.is_empty() { Beyond::Nothing } else { Beyond::NothingCovered },
        not_exact: inquiry.not_exact.clone(),
        unconfirmed: Vec::new(),
    };
    let kinds = change::kinds(inquiry, a, b, stage);
    let mut fewest = 0;
    // What is left of each kind of change once the regions listed are taken off.
    let left: Vec<Lit> = kinds.iter().map(|_| inquiry.logic.free()).collect();
    for (kind, left) in kinds.iter().zip(&left) {
        inquiry.logic.require_any([!*left, kind.changes]);
    }
    // A case that both packs refuse is nobody's.
    let refused: Vec<Lit> = inquiry.sides.iter().map(|side| side.around.contradiction).collect();
    let refused = inquiry.logic.all(refused);
    let some_left = inquiry.logic.any(left.iter().copied());
    let assumptions = [!refused, some_left];
    loop {
        match inquiry.ask(&assumptions) {
            Verdict::Impossible => return found,
            Verdict::Unsettled => {
                found.beyond = Beyond::Unsettled;
                return found;
            }
            Verdict::Possible if found.regions.len() + found.unconfirmed.len() >= limits.regions => {
                found.beyond = Beyond::More;
                return found;
            }
            Verdict::Possible => {}
        }
        let Ok(case) = inquiry.smallest_from(&assumptions, fewest) else {
            found.beyond = Beyond::Unsettled;
            return found;
        };
        if case.smallest {
            fewest = inquiry.notable(&case.case);
        }
        let chosen = left.iter().position(|lit| inquiry.logic.holds(*lit));
        let Some((kind, left)) = chosen.and_then(|at| Some((kinds.get(at)?, *left.get(at)?))) else {
            found.beyond = Beyond::Unsettled;
            return found;
        };
        let confirmed = (0..2).all(|side| inquiry.confirmed(side, stage, &case.case));
        let (region, covered) = region::widened(inquiry, a, b, stage, kind, &case);
        // Taken off even where it is not confirmed, so that the search ends.
        let mut clause: Vec<Lit> = covered.iter().map(|lit| !*lit).collect();
        clause.push(!left);
        inquiry.logic.require_any(clause);
        if confirmed {
            found.regions.push(region);
        } else {
            found.unconfirmed.push(region.witness.notes);
        }
    }
}
