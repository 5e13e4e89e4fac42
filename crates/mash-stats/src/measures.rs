//! What is measured: names, units and definitions. A clock says where it starts, where it stops, what pauses it, and on
//! whose authority it runs.

mod front_door;

pub use front_door::{FrontDoorMeasures, MONTHS, Population, is_of_need};

use serde::{Deserialize, Serialize};

/// One measure: a figure of one replication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Measure {
    /// Name of its column.
    pub id: String,
    /// What people read.
    pub title: String,
    /// Its unit.
    pub unit: String,
    /// What it is; of a clock: start, stop, pause.
    pub definition: String,
    /// On whose authority the clock runs; none for what is no clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<Authority>,
    /// Where a limit comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// Who says that a clock runs. A local clock is never called statutory.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Authority {
    /// An Act or regulations.
    Statute,
    /// Statutory guidance.
    Guidance,
    /// The pack or the scenario.
    Local,
}

impl Authority {
    /// In words.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Authority::Statute => "statute",
            Authority::Guidance => "guidance",
            Authority::Local => "local",
        }
    }
}
