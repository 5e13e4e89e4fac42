//! Tests that cross crates, as one binary.

mod cli;
mod differential;
mod engines;
mod fold;
mod front_door;
mod invariants;
mod not_known;
mod pack_errors;
mod packs;
