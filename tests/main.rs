//! Tests that cross crates, as one binary.

mod cli;
mod fold;
mod front_door;
mod import;
mod invariants;
mod not_known;
mod pack_errors;
mod packs;
