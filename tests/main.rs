//! Tests that cross crates, as one binary.

mod analysis;
mod cli;
mod engines;
mod fold;
mod front_door;
mod invariants;
mod not_known;
mod pack_errors;
mod packs;
