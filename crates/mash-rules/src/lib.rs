//! Facts to rules to a decision.
//!
//! A pack's files are [loaded](rule_pack::RulePack::load) into [rules](rule::Rule) over a
//! [fact dictionary](facts), [decision tables](decision_table) among them, checked as a whole; an [engine](evaluator::Evaluator) marks each rule of a stage as
//! fired, not fired, undetermined or failed; the marks are [folded](fold) into a route and rating, and
//! [triage] writes the decision with its reasons. [cases] are a pack's own tests, [explain] the trace of one contact.
//!
//! This crate opens no file, reads no clock, starts no thread and uses no global state: packs come as path and text.

pub mod analysis;
mod arranged;
pub mod brief;
pub mod cases;
mod check;
mod compiled;
pub mod coverage;
pub mod decision_columns;
pub mod decision_table;
mod declare;
pub mod error;
pub mod evaluator;
pub mod explain;
mod fact_view;
pub mod facts;
pub mod fix;
pub mod fold;
pub mod host;
mod interpreted;
mod json_text;
mod kleene;
pub mod lint;
mod load;
mod lower;
pub mod manifest;
pub mod mend;
pub mod outline;
pub mod program;
pub mod rule;
pub mod rule_pack;
pub mod rule_set;
pub mod slip;
pub mod source;
pub mod thresholds;
mod tree;
pub mod triage;
pub mod vary;

pub use brief::Brief;
pub use compiled::Compiled;
pub use decision_columns::{DecisionColumns, MarkColumns};
pub use error::{Finding, FindingKind, PackError, Severity};
pub use evaluator::{EngineKind, Evaluator, Marks, Needs};
pub use outline::Outline;
pub use rule::{Rule, RuleIndex};
pub use rule_pack::{BrokenBase, PackFiles, PackFolder, RulePack};
pub use rule_set::RuleSet;
pub use triage::{StageAnswer, Triage};
