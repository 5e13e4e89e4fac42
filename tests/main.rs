//! Tests that cross crates, as one binary.

mod analysis;
mod batches;
mod check;
mod cli;
mod decision_tables;
mod decisions;
mod differential;
mod engines;
mod event_log;
mod fold;
mod front_door;
mod fuzzed;
mod import;
mod invariants;
mod lint;
mod mend;
mod not_known;
mod pack_errors;
mod packs;
mod queueing;
mod sarif;
mod scenarios;
mod simulation;
mod table_analysis;
mod witnesses;
mod workbooks;
