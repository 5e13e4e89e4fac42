//! Files in and out: packs, scenarios, contacts and decisions.
//!
//! Each format goes from its raw shape to a checked model type; every bad row is reported, not only the first; and
//! nothing is written half: output is written beside its place and moved there when it is whole.

pub mod against_published;
pub mod belief;
pub mod calibration;
pub mod contact_columns;
pub mod contact_file;
pub mod contact_log;
pub mod error;
pub mod event_log;
pub mod experiment_folder;
pub mod output;
pub mod pack_folder;
pub mod personal_data;
pub mod published;
pub mod results_folder;
pub mod scenario_file;
pub mod text_file;
pub mod vignettes;
mod workbook;

pub use error::{FileError, Issue, RowsError};
