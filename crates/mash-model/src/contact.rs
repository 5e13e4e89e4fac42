//! A contact as the hub receives it: one child in one contact, before it is a referral.

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use crate::{Agency, ChildId, ContactId, FactSheet, HouseholdId};

/// One child in one contact. Siblings in the same contact share `contact` and `household`.
#[derive(Debug, Clone, PartialEq)]
pub struct Contact {
    /// Unique in its file or run.
    pub id: ContactId,
    /// When it reached the hub, Europe/London clock time.
    pub received: DateTime,
    /// Who made contact.
    pub source: Agency,
    /// The household, when known.
    pub household: Option<HouseholdId>,
    /// The contact that siblings share, when it names more than one child.
    pub contact: Option<ContactId>,
    /// The child, across contacts.
    pub child: Option<ChildId>,
    /// What is known at the door.
    pub facts: FactSheet,
    /// For reporting only: no rule may read these.
    pub characteristics: Characteristics,
}

/// Sex as the CIN census records it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
pub enum Sex {
    /// Female.
    F,
    /// Male.
    M,
    /// Not known or unborn.
    U,
}

/// What reports break figures down by. No rule may read these.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Characteristics {
    /// Completed years; absent when unborn or not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age: Option<u8>,
    /// Sex.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sex: Option<Sex>,
    /// CIN census ethnicity code, for example `WBRI`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ethnicity: Option<String>,
    /// Whether a disability is recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disability: Option<bool>,
}
