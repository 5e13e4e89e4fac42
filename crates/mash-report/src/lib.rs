//! Results to report: what an experiment or a comparison of two packs found, for people to read.
//!
//! In: [`mash_batch::experiment::results::ExperimentResults`], a [`mash_batch::results::Comparison`], or a
//! [`ThresholdDocument`]. Out: one self-contained HTML file that makes no outside request and holds no script
//! ([`experiment_html`], [`sweep_html`], [`comparison_html`], [`threshold_document_html`]), Markdown ([`experiment_markdown`]), or plain
//! text for a terminal ([`comparison_text`]). Nothing here reads a file, a clock or a random number, and no figure is
//! shown that the input does not hold; a month's figure is a twelfth of a year's.

pub mod number;

mod narrative;
mod table;

pub mod chart;

mod experiment;
mod html;
mod sweep;
mod terminal;
mod threshold_document;
mod what_if;

pub use experiment::{EXPERIMENT_TEMPLATE, experiment_html, experiment_html_with, experiment_markdown};
pub use html::ReportError;
pub use sweep::sweep_html;
pub use terminal::comparison_text;
pub use threshold_document::{
    DocumentEntry, FactEntry, RatingEntry, RouteEntry, RuleEntry, RuleSource, Theme, ThresholdDocument,
    ThresholdEntry, threshold_document_html,
};
pub use what_if::comparison_html;

#[cfg(test)]
mod sample;
