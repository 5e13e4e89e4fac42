//! One simulated case through the stages of a pack: door, enquiries, decision.

use mash_model::{Agency, Stage};
use mash_rules::{Evaluator, RulePack, StageAnswer, manifest::MORE_INFORMATION};
use mash_sim::Case;

/// What became of a case under a pack.
#[derive(Debug, Clone, PartialEq)]
pub struct Decided {
    /// The answer at the door.
    pub screening: StageAnswer,
    /// The hub's answer; absent when screening settled the contact.
    pub decision: Option<StageAnswer>,
    /// Agencies asked, in the order of the agency list.
    pub asked: Vec<Agency>,
}

impl Decided {
    /// The answer that stands.
    #[must_use]
    pub fn answer(&self) -> &StageAnswer {
        self.decision.as_ref().unwrap_or(&self.screening)
    }
}

/// Screens a case on what is known at the door and, where it goes on, decides it on what enquiries reveal.
///
/// A case that calls for a strategy discussion at the door waits for no reply. A case that may not be closed for want
/// of a fact is decided once more when whoever holds that fact has been asked.
#[must_use]
pub fn decide(pack: &RulePack, engine: &dyn Evaluator, case: &Case) -> Decided {
    let triage = pack.screen(engine, &case.contact.facts);
    if !pack.goes_to_hub(&triage) {
        return Decided { screening: triage.screening, decision: None, asked: Vec::new() };
    }
    let strongest = pack.manifest.routes.len().saturating_sub(1);
    if triage.screening.folded.route >= strongest {
        let decision = pack.answer(engine, Stage::Decision, &case.contact.facts);
        return Decided { screening: triage.screening, decision: Some(decision), asked: triage.asked };
    }
    let mut asked = triage.asked.clone();
    let mut facts = case.facts_after_enquiries(&asked);
    let mut decision = pack.answer(engine, Stage::Decision, &facts);
    if decision.outcome == MORE_INFORMATION {
        let missing = decision.missing_for_closing.iter().filter_map(|&slot| pack.dictionary.get(slot));
        asked.extend(missing.flat_map(|fact| fact.agencies.iter().copied()));
        asked.sort_unstable();
        asked.dedup();
        facts = case.facts_after_enquiries(&asked);
        decision = pack.answer(engine, Stage::Decision, &facts);
    }
    Decided { screening: triage.screening, decision: Some(decision), asked }
}
