//! Asking an agency: it tells what it holds, or the family's agreement stands in the way.
//!
//! In: a vignette, a stage that somebody asks for, and whether they go on without agreement. Out: what comes of it. The
//! vignette's fact `consent` says how the family stands.

use mash_model::StageId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::vignette::{InformationStage, Vignette};

/// The fact that says how the family stands.
const CONSENT: &str = "consent";

/// What comes of asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// The agency tells what it holds.
    Told,
    /// The family has refused, and the agency may not be asked without a recorded reason.
    Refused,
    /// Nobody has asked the family yet.
    NotSought,
}

impl Vignette {
    /// What comes of asking for a stage; `None` where there is no such stage to ask for.
    #[must_use]
    pub fn reply(&self, stage: &StageId, without_agreement: bool) -> Option<Reply> {
        let stage = self.stage(stage).filter(|stage| stage.asked)?;
        if !stage.needs_agreement || without_agreement {
            return Some(Reply::Told);
        }
        let consent = self.facts.iter().find(|(fact, _)| fact.as_str() == CONSENT);
        Some(match consent.and_then(|(_, value)| value.as_str()) {
            Some("given") => Reply::Told,
            Some("refused") => Reply::Refused,
            _ => Reply::NotSought,
        })
    }

    /// The stages that can be asked for, in order.
    pub fn to_ask(&self) -> impl Iterator<Item = &InformationStage> {
        self.stages.iter().filter(|stage| stage.asked)
    }
}
