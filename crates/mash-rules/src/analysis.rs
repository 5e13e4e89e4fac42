//! Exact answers about rule packs: what can never happen, what can, with the smallest case, and what differs between
//! two packs, "no difference" included, as a proof.
//!
//! In: loaded packs. Out: [findings](check()) of one pack, or the [difference](difference()) of two, each claim with a
//! case that both engines confirmed. The conditions' [circuit](crate::program) and the [fold](crate::fold) are written
//! out as propositions over the finite regions that the conditions cut, and a SAT solver settles each question;
//! `docs/adr/0004-exact-answers-by-sat.md` says why. What the packs leave to the interpreter is named, and the answer is
//! then not exact. Work is bounded by the solver's conflicts, never by a clock.

mod answer;
pub mod check;
mod circuit;
mod classes;
pub mod difference;
mod inquiry;
mod logic;
mod witness;

pub use check::{Checked, Claim, check};
pub use classes::DifferentFactError;
pub use difference::{Beyond, Change, Difference, FactValues, Region, changes, difference, recorded};
pub use inquiry::{Limits, NotExact};
pub use witness::Witness;

use mash_model::{FactSheet, Stage};

use crate::rule_pack::RulePack;

/// Do the propositions say of every sheet, at every stage, what the engines say? How tests tie the two together.
///
/// # Errors
/// The first sheet of which they do not, by number, with the stage.
pub fn agrees_with_engines(pack: &RulePack, sheets: &[FactSheet]) -> Result<(), String> {
    let mut inquiry = inquiry::Inquiry::new(&[pack], Limits::default(), inquiry::Asks::Excluded)
        .map_err(|error| error.to_string())?;
    for (number, sheet) in sheets.iter().enumerate() {
        for stage in Stage::ALL {
            if !inquiry.same_as_engine(0, stage, sheet) {
                return Err(format!("sheet {number}, stage {}", stage.id()));
            }
        }
    }
    Ok(())
}
