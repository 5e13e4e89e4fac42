//! The vocabulary of the front door, in the order a contact meets it.
//!
//! An [`agency`] reports a [`contact`] about a child; what it says becomes a [`fact_sheet`] over the closed list of
//! [`fact`]s, or with many others a row of [`fact_columns`]; the rules turn that into a [`decision`] whose time limit the
//! [`calendar`] reckons.
//!
//! This crate opens no file, reads no clock, draws no random number and knows no script engine.

pub mod agency;
pub mod calendar;
pub mod contact;
pub mod decision;
pub mod fact;
pub mod fact_columns;
pub mod fact_sheet;
pub mod id;

pub use agency::{Agency, SourceGroup};
pub use contact::{Characteristics, Contact, Sex};
pub use decision::{
    AgencyToAsk, Consent, Decision, FailedRule, Reason, SourceCitation, Stage, UndeterminedRule,
};
pub use fact::{Direction, FactDefinition, FactDictionary, FactKind, FactValue, Slot};
pub use fact_columns::{FactColumn, FactColumns};
pub use fact_sheet::FactSheet;
pub use id::{
    ChildId, ContactId, DutyId, FactId, HouseholdId, OutcomeId, RatingId, RouteId, RuleId, StageId,
    ThresholdId, VignetteId,
};

/// Said by every output, help text, page and report.
pub const NOTICE: &str = "synthetic or training case, not for a decision about a real child";
