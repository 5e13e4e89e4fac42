//! Tests that cross crates, as one binary.

mod cli;
mod decision_tables;
mod fold;
mod front_door;
mod invariants;
mod not_known;
mod pack_errors;
mod packs;
mod table_analysis;
mod workbooks;
