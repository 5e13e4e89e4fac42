//! Training on vignettes: what people are told, what the rules answer, and how far the votes agree.
//!
//! A [`vignette`] is an invented case told in stages. [`check`] says everything that is wrong with one, [`deck`] with
//! several side by side. [`told`] is what is known after some stages, [`answer`] what a rule pack makes of it. [`flip`]
//! drafts a vignette from a case whose route changed between two packs. [`agreement`] reckons what votes have in common, for
//! all or for groups that are [not too small](small_groups); [`foresight`] how well stated probabilities met what was found;
//! [`variation`] how far people depart from the pack.
//!
//! A [`session`] plays several vignettes with a room of people, step by step: they [ask](asking) agencies, each gives a
//! [`ballot`] a round, and the [`debrief`] sets what they decided beside the pack's answer.
//!
//! This crate opens no file, reads no clock and starts no thread: text comes in, checked values go out.

pub mod agreement;
pub mod answer;
pub mod asking;
pub mod ballot;
pub mod check;
pub mod debrief;
pub mod deck;
pub mod flip;
pub mod foresight;
pub mod problem;
pub mod session;
pub mod small_groups;
pub mod told;
pub mod variation;
pub mod vignette;

pub use answer::{VignetteAnswer, answer_after};
pub use deck::Deck;
pub use flip::{FlippedContact, from_flip};
pub use problem::{VignetteError, VignetteProblem};
pub use vignette::Vignette;
