//! Names as types, so that a rule's id cannot stand where a fact's id belongs.

use std::{fmt, sync::Arc};

macro_rules! text_id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(from = "String", into = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text.into())
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.as_str().to_owned()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(out, "`{}`", self.0)
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.as_str() == other
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.as_str() == *other
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                self.as_str()
            }
        }

        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                String::json_schema(generator)
            }
        }
    )+};
}

text_id! {
    /// One contact about one child.
    ContactId,
    /// A child, across contacts.
    ChildId,
    /// A household: siblings share it.
    HouseholdId,
    /// A rule of a pack or of its bases, for example `DA-02`.
    RuleId,
    /// A fact of the dictionary, for example `dash_grade`.
    FactId,
    /// A threshold of a pack, read by rules as `threshold::name`.
    ThresholdId,
    /// A route along which a case may go, for example `strategy_discussion`.
    RouteId,
    /// A triage rating, for example `amber`.
    RatingId,
    /// Where a case went, for example `allocated_worker`.
    OutcomeId,
    /// A duty that accompanies any route, for example `marac`.
    DutyId,
    /// A training vignette.
    VignetteId,
    /// A stage at which a vignette tells more, for example `health_visitor`.
    StageId,
}
