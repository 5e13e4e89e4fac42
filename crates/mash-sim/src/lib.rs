//! Synthetic households and contacts, and what becomes of them. Every child here is invented.
//!
//! A [`scenario`] says how much comes in, from whom and about what. The `population` draws households with their
//! contacts; [`truth_model`] says what each child's situation calls for; `case_mix` what is true of each child;
//! `knowledge` what of that the hub hears, and what partners could add. [`generate()`] puts the year together.
//!
//! This crate opens no file, reads no clock and runs no rules: need and facts are drawn before and apart from any rule
//! pack. [`queueing`] lets contacts wait at stations with staff and opening hours, and [`network_file`] reads such a
//! model from a file. Every random number is named by what it is for ([`random_streams`]).

mod arrivals;
mod case;
mod case_mix;
pub mod front_door;
mod generate;
pub mod json_shape;
mod knowledge;
mod known_facts;
pub mod network_file;
pub mod philox;
mod population;
pub mod queueing;
pub mod random_streams;
pub mod sampling;
pub mod scenario;
#[cfg(test)]
mod testing;
mod theme;
pub mod truth_model;

pub use case::Case;
pub use generate::{GenerateError, Generator, generate};
pub use knowledge::{AgencySet, HeldFacts};
pub use known_facts::facts_left_unknown;
pub use network_file::{NetworkError, NetworkFile, NetworkScenario, network_schema};
pub use random_streams::{DrawOverflowError, Purpose, Stream};
pub use scenario::{
    Assumption, Branching, Mark, Scenario, ScenarioError, ScenarioFile, ScenarioProblem, group_id,
    scenario_schema,
};
pub use theme::{AgeBand, Theme};
pub use truth_model::{LatentNeed, Severity, TruthModel, TruthModelId};
