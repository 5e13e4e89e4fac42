//! Targets of a service, as an improvement board sets them: what a measure should reach, and what each score means.

use serde::{Deserialize, Serialize};

use super::figure::Figure;

/// One target. A measure's id is checked where measures are known, when a run begins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TargetFile {
    /// Id of the measure, as `mash simulate --json` lists them.
    pub measure: String,
    /// What it should reach, in the measure's unit.
    pub target: Figure,
    /// Which way is better.
    pub better: Better,
    /// A miss by no more than this, in the measure's unit, is amber; by more it is red.
    pub amber_within: f64,
    /// From here on, in the measure's unit, it is blue.
    pub blue_from: f64,
    /// What blue means to the board.
    pub blue_means: String,
}

/// Which way a measure is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    /// More is better.
    Higher,
    /// Less is better.
    Lower,
}

impl Better {
    /// Before a target, in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Better::Higher => "at least",
            Better::Lower => "at most",
        }
    }
}

/// What is wrong with a list of targets: place, message, mend.
pub(super) fn mistakes(targets: &[TargetFile]) -> Vec<(String, String, Option<String>)> {
    let mut mistakes = Vec::new();
    for (at, target) in targets.iter().enumerate() {
        let place = |field: &str| format!("targets[{at}].{field}");
        if targets.iter().take(at).any(|other| other.measure == target.measure) {
            mistakes.push((
                place("measure"),
                format!("`{}` has a target already", target.measure),
                Some("keep one target a measure".to_owned()),
            ));
        }
        if target.amber_within.is_nan() || target.amber_within < 0.0 {
            mistakes.push((place("amber_within"), "expected zero or more".to_owned(), None));
        }
        let beyond = match target.better {
            Better::Higher => target.blue_from >= target.target.value,
            Better::Lower => target.blue_from <= target.target.value,
        };
        if !beyond {
            mistakes.push((
                place("blue_from"),
                format!("{} falls short of the target of {}", target.blue_from, target.target.value),
                Some("set blue at the target or beyond it".to_owned()),
            ));
        }
    }
    mistakes
}
