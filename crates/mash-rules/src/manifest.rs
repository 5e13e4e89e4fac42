//! The manifest of a pack: what it is called, what it builds on, and its vocabulary of routes, levels, ratings,
//! outcomes and duties.
//!
//! Two steps: [`ManifestFile`] is what was written; [`Manifest`] is complete, with what an overlay left out taken from
//! its base.

use std::collections::BTreeMap;

use jiff::civil::Date;
use mash_model::{DutyId, FactId, OutcomeId, RatingId, RouteId, RuleId, ThresholdId, calendar::TimeLimit};
use serde::{Deserialize, Serialize};

use crate::thresholds::ThresholdValue;

/// `manifest.json` as written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ManifestFile {
    /// Name of the pack; equals its folder's name.
    pub id: String,
    /// What the pack is, in a line.
    pub title: String,
    /// Version of the pack.
    pub version: String,
    /// Folder of the base pack, relative to this one.
    pub base: Option<String>,
    /// No overlay may lower, replace or remove the rules of a floor pack.
    #[serde(default)]
    pub floor: bool,
    /// Who keeps it.
    pub owner: Option<String>,
    /// When it is in force.
    pub effective: Option<Effective>,
    /// Who reviewed it, and when.
    pub reviewed_by_practitioners: Option<Review>,
    /// For an overlay: whether more, fewer or the same children cross a threshold.
    pub crossing: Option<Crossing>,
    /// Documents that rules may cite, by key.
    #[serde(default)]
    pub documents: BTreeMap<String, Document>,
    /// Routes, weakest first.
    pub routes: Option<Vec<Route>>,
    /// Levels of need.
    pub levels: Option<Vec<Level>>,
    /// Route to level number.
    pub numbering: Option<BTreeMap<RouteId, u8>>,
    /// Ratings, least urgent first.
    pub ratings: Option<Vec<Rating>>,
    /// Outcomes besides the routes.
    pub outcomes: Option<Vec<Named<OutcomeId>>>,
    /// Parallel duties.
    pub duties: Option<Vec<Named<DutyId>>>,
    /// How conclusions are folded.
    pub fold: Option<Fold>,
    /// What must be known before closing.
    pub closing: Option<Closing>,
    /// Overlay: thresholds to change.
    #[serde(default)]
    pub set: BTreeMap<ThresholdId, ThresholdValue>,
    /// Overlay: base rules to leave out.
    #[serde(default)]
    pub remove: Vec<RuleId>,
}

/// When a pack is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Effective {
    /// First day in force.
    pub from: Date,
    /// Last day in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
}

/// A review by practitioners.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Review {
    /// Who reviewed it.
    pub by: String,
    /// When.
    pub on: Date,
}

/// Whether a change makes more or fewer children cross a threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Crossing {
    /// More children cross.
    More,
    /// Fewer children cross.
    Fewer,
    /// The same children cross.
    Same,
}

/// A document that rules may cite.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Title people would look for.
    pub title: String,
    /// Address, where there is one.
    #[serde(default)]
    pub href: Option<String>,
    /// `read`, `reported`, `unverified` or `synthesised`.
    pub mark: String,
}

/// A route along which a case may go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// Id.
    pub id: RouteId,
    /// Name people read.
    pub title: String,
    /// The contact ends here.
    #[serde(default)]
    pub closes: bool,
    /// Position on consent.
    pub consent: RouteConsent,
    /// Rating when no rule concludes a more urgent one.
    #[serde(default)]
    pub default_rating: Option<RatingId>,
}

/// A route's position on consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RouteConsent {
    /// Nothing is done that would need it.
    NotApplicable,
    /// Needed.
    Needed,
    /// Not required; the reason is recorded.
    NotRequired,
}

/// A level of need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// Number.
    pub level: u8,
    /// Name people read.
    pub title: String,
}

/// A triage rating and its time limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rating {
    /// Id.
    pub id: RatingId,
    /// Name people read.
    pub title: String,
    /// Time limit, where it has one.
    pub timescale: Option<Timescale>,
    /// Where the timescale comes from.
    #[serde(default)]
    pub source: Option<TitledSource>,
    /// `verified`, `reported`, `unverified` or `synthesised`.
    #[serde(default)]
    pub mark: Option<String>,
}

/// A time limit as written: hours round the clock, or working days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Timescale {
    /// Hours round the clock.
    Hours(u16),
    /// Working days of the hub.
    WorkingDays(u16),
}

impl Timescale {
    /// The limit in calendar terms.
    #[must_use]
    pub fn limit(self) -> TimeLimit {
        match self {
            Timescale::Hours(hours) => TimeLimit::Hours(hours),
            Timescale::WorkingDays(days) => TimeLimit::WorkingDays(mash_model::calendar::WorkingDays(days)),
        }
    }

    /// In words, for example `4 hours` or `1 working day`.
    #[must_use]
    pub fn in_words(self) -> String {
        match self {
            Timescale::Hours(1) => "1 hour".to_owned(),
            Timescale::Hours(hours) => format!("{hours} hours"),
            Timescale::WorkingDays(1) => "1 working day".to_owned(),
            Timescale::WorkingDays(days) => format!("{days} working days"),
        }
    }
}

/// A source by title, with an address where there is one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TitledSource {
    /// Title.
    pub title: String,
    /// Address.
    #[serde(default)]
    pub href: Option<String>,
}

/// An id with the name people read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Named<Id> {
    /// Id.
    pub id: Id,
    /// Name people read.
    pub title: String,
    /// Where it comes from.
    #[serde(default)]
    pub source: Option<TitledSource>,
    /// `verified`, `reported`, `unverified` or `synthesised`.
    #[serde(default)]
    pub mark: Option<String>,
}

/// How conclusions are folded into one answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fold {
    /// Most steps that raises may add together.
    pub raise_steps: u8,
    /// Most steps that lowers may take together.
    pub lower_steps: u8,
    /// Only answers weaker than this route may be lowered.
    pub lower_only_below: RouteId,
}

/// What must be known before a contact is closed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Closing {
    /// Facts without which a route that closes may not be given.
    pub facts: Vec<FactId>,
}

/// The complete manifest of a pack and its bases.
#[derive(Debug, Clone, PartialEq)]
pub struct Manifest {
    /// Name of the pack.
    pub id: String,
    /// What it is, in a line.
    pub title: String,
    /// Version.
    pub version: String,
    /// Who keeps it.
    pub owner: String,
    /// When it is in force.
    pub effective: Effective,
    /// Who reviewed it, and when.
    pub reviewed: Option<Review>,
    /// For an overlay: who crosses.
    pub crossing: Option<Crossing>,
    /// Documents of the pack and its bases.
    pub documents: BTreeMap<String, Document>,
    /// Routes, weakest first; at least one.
    pub routes: Vec<Route>,
    /// Levels.
    pub levels: Vec<Level>,
    /// Route to level.
    pub numbering: BTreeMap<RouteId, u8>,
    /// Ratings, least urgent first.
    pub ratings: Vec<Rating>,
    /// Outcomes besides routes.
    pub outcomes: Vec<Named<OutcomeId>>,
    /// Duties.
    pub duties: Vec<Named<DutyId>>,
    /// Fold.
    pub fold: Fold,
    /// Closing.
    pub closing: Closing,
}

impl Manifest {
    /// Position of a route, weakest first.
    #[must_use]
    pub fn route_index(&self, id: &str) -> Option<usize> {
        self.routes.iter().position(|route| route.id == id)
    }

    /// Position of a rating, least urgent first.
    #[must_use]
    pub fn rating_index(&self, id: &str) -> Option<usize> {
        self.ratings.iter().position(|rating| rating.id == id)
    }

    /// The name people read of an outcome, be it a route or not.
    #[must_use]
    pub fn outcome_title(&self, id: &str) -> String {
        match id {
            MORE_INFORMATION => return "More information".to_owned(),
            MANUAL_REVIEW => return "Manual review".to_owned(),
            _ => {}
        }
        let route = self.routes.iter().find(|route| route.id == id).map(|route| route.title.clone());
        let other =
            || self.outcomes.iter().find(|outcome| outcome.id == id).map(|outcome| outcome.title.clone());
        route.or_else(other).unwrap_or_else(|| id.to_owned())
    }

    /// Whether practitioners reviewed the pack, in words.
    #[must_use]
    pub fn reviewed_in_words(&self) -> String {
        self.reviewed.as_ref().map_or_else(
            || "not reviewed by practitioners".to_owned(),
            |review| format!("reviewed by {} on {}", review.by, review.on),
        )
    }
}

/// The outcome when a fact that must be known before closing is not known.
pub const MORE_INFORMATION: &str = "more_information";
/// The outcome when a rule failed or the facts contradict one another.
pub const MANUAL_REVIEW: &str = "manual_review";
