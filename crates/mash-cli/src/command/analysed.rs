//! Exact analysis as a part of `mash check`.

use std::fmt::Write as _;

use mash_rules::{
    Finding, RulePack,
    analysis::{Checked, Limits, check},
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::terminal::{self, WIDTH};

/// What exact analysis says of a pack.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct Analysed(Checked);

impl Analysed {
    pub(crate) fn of(pack: &RulePack) -> Self {
        Self(check(pack, Limits::default()))
    }

    pub(crate) fn findings(&self) -> impl Iterator<Item = Finding> + '_ {
        self.0.claims.iter().map(|claim| claim.finding.clone())
    }

    /// What analysis could not settle, in words; empty where it settled everything.
    pub(crate) fn left_open(&self) -> String {
        let mut text = String::new();
        let mut say = |line: &str| {
            let _ = writeln!(text, "{}", terminal::wrap(line, WIDTH, "  "));
        };
        if !self.0.unsettled.is_empty() {
            say(&format!(
                "note: analysis stopped at its bound on work before it settled {}",
                self.0.unsettled.join("; ")
            ));
        }
        for claim in &self.0.unconfirmed {
            say(&format!("internal error: no engine confirms the claim that {claim}; please report it"));
        }
        text
    }
}
