//! Tests that cross crates, as one binary.

mod analysis;
mod brief;
mod check;
mod cli;
mod decision_tables;
mod decisions;
mod differential;
mod engines;
mod fold;
mod front_door;
mod front_door_golden;
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
mod table_analysis;
mod witnesses;
mod workbooks;
