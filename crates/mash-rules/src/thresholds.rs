//! Thresholds: dated values with unit and source, read by rules as `threshold::name`.

use std::{collections::BTreeMap, fmt};

use jiff::civil::Date;
use mash_model::ThresholdId;
use serde::{Deserialize, Serialize};

use crate::manifest::TitledSource;

/// A threshold's value: a number, a grade of an ordinal fact, or a switch.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(untagged)]
pub enum ThresholdValue {
    /// On or off.
    Bool(bool),
    /// A number in the threshold's unit.
    Integer(i64),
    /// A value of an ordinal fact.
    Grade(String),
}

impl ThresholdValue {
    pub(crate) fn to_dynamic(&self) -> rhai::Dynamic {
        match self {
            ThresholdValue::Bool(value) => (*value).into(),
            ThresholdValue::Integer(value) => (*value).into(),
            ThresholdValue::Grade(value) => value.clone().into(),
        }
    }

    /// Are the two of one type, so that one may replace the other?
    #[must_use]
    pub fn same_type(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

impl fmt::Display for ThresholdValue {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ThresholdValue::Bool(value) => write!(out, "{value}"),
            ThresholdValue::Integer(value) => write!(out, "{value}"),
            ThresholdValue::Grade(value) => out.write_str(value),
        }
    }
}

/// `thresholds.json` as written: name to threshold.
pub type ThresholdsFile = BTreeMap<ThresholdId, ThresholdEntry>;

/// One threshold as written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ThresholdEntry {
    /// What it is, in a line.
    pub title: String,
    /// Values by the day from which they hold.
    pub values: Vec<DatedValue>,
}

/// A value from a day on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DatedValue {
    /// First day in force.
    pub from: Date,
    /// The value.
    pub value: ThresholdValue,
    /// Unit, for example `working_day`, `contacts` or `grade`; empty for a switch.
    #[serde(default)]
    pub unit: String,
    /// Where it comes from.
    pub source: TitledSource,
    /// `verified`, `reported`, `unverified` or `synthesised`.
    #[serde(default)]
    pub mark: Option<String>,
}

/// A threshold in force.
#[derive(Debug, Clone, PartialEq)]
pub struct Threshold {
    /// Name in rules.
    pub id: ThresholdId,
    /// What it is.
    pub title: String,
    /// The value in force.
    pub value: ThresholdValue,
    /// Unit.
    pub unit: String,
    /// Where it comes from.
    pub source: TitledSource,
    /// Mark of the source.
    pub mark: String,
    /// The pack that last set it.
    pub set_by: String,
    /// Does it belong to the statutory floor?
    pub floor: bool,
}

/// The value in force on a day: the latest that starts on or before it.
#[must_use]
pub fn in_force(entry: &ThresholdEntry, day: Date) -> Option<&DatedValue> {
    entry.values.iter().filter(|value| value.from <= day).max_by_key(|value| value.from)
}
