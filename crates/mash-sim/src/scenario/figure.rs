//! A figure with where it comes from, and the list of all of them.

use serde::{Deserialize, Serialize};

/// How far a figure can be relied on.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Printed in an official release.
    Published,
    /// Reckoned from published figures.
    Derived,
    /// Seen in a report about one place or a survey.
    Reported,
    /// Said by people in the field, not seen in a document.
    Unverified,
    /// Our own modelling choice.
    Synthesised,
}

impl Mark {
    /// The id used in files.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Mark::Published => "published",
            Mark::Derived => "derived",
            Mark::Reported => "reported",
            Mark::Unverified => "unverified",
            Mark::Synthesised => "synthesised",
        }
    }
}

impl std::fmt::Display for Mark {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.id())
    }
}

/// A value, or a table of values, with its mark. A synthesised one needs a reason, any other a source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Marked<T> {
    /// The value.
    pub value: T,
    /// How far it can be relied on.
    pub mark: Mark,
    /// Where it was read: data file, or title and place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Why this value; required of a synthesised one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// One number with its mark.
pub type Figure = Marked<f64>;

/// One line of the list of assumptions that every report prints.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Assumption {
    /// Place in the scenario file, for example `volume.referrals`.
    pub name: String,
    /// The value as text.
    pub value: String,
    /// How far it can be relied on.
    pub mark: Mark,
    /// Why this value.
    pub reason: Option<String>,
    /// Where it was read.
    pub source: Option<String>,
}

/// Every marked value below `value`, in file order, with the place where it stands.
#[must_use]
pub(crate) fn assumptions_in(value: &serde_json::Value) -> Vec<Assumption> {
    let mut found = Vec::new();
    walk(value, "", &mut found);
    found
}

fn walk(value: &serde_json::Value, at: &str, found: &mut Vec<Assumption>) {
    match value {
        serde_json::Value::Object(fields) => {
            if let Some(mark) = fields.get("mark").and_then(|mark| Mark::deserialize(mark).ok()) {
                let text_of = |name: &str| fields.get(name).and_then(|v| v.as_str()).map(str::to_owned);
                found.push(Assumption {
                    name: at.to_owned(),
                    value: stated(fields),
                    mark,
                    reason: text_of("reason"),
                    source: text_of("source"),
                });
                return;
            }
            for (name, below) in fields {
                let at = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
                walk(below, &at, found);
            }
        }
        serde_json::Value::Array(items) => {
            for (position, below) in items.iter().enumerate() {
                let name = super::extend::name_of(below).map_or_else(|| position.to_string(), str::to_owned);
                walk(below, &format!("{at}.{name}"), found);
            }
        }
        _ => {}
    }
}

/// What a marked object says: its value, or all its fields but the mark and the words around it.
fn stated(fields: &serde_json::Map<String, serde_json::Value>) -> String {
    match fields.get("value") {
        Some(value) => plain(value),
        None => fields
            .iter()
            .filter(|(name, _)| {
                !matches!(name.as_str(), "mark" | "source" | "reason" | "id" | "title" | "measure")
            })
            .map(|(name, value)| format!("{name} {}", plain(value)))
            .collect::<Vec<_>>()
            .join(", "),
    }
}

/// A value as one line of text.
pub(super) fn plain(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        serde_json::Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| format!("{name} {}", plain(value)))
            .collect::<Vec<_>>()
            .join(", "),
        other => other.to_string(),
    }
}
