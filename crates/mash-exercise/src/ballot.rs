//! What one person answers to a vignette in one round: route, level, rating, a probability, confidence and a reason.
//!
//! In: what was typed. Out: a [`Ballot`] whose names the pack knows and whose numbers are in range, or what to change.

use mash_model::{RatingId, RouteId};
use mash_rules::manifest::Manifest;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Longest reason, in characters.
pub const MAX_REASON: usize = 2_000;
/// Highest confidence; 1 is a guess.
pub const MAX_CONFIDENCE: u8 = 5;

/// An answer as typed. What is empty or missing was not given; a route must be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct BallotForm {
    /// Id of a route of the pack: what becomes of the contact.
    pub route: String,
    /// A level of the pack's numbering.
    pub level: String,
    /// Id of a rating of the pack.
    pub rating: String,
    /// Probability that significant harm is present or likely, in per cent, 0 to 100.
    pub probability: String,
    /// 1 (a guess) to 5 (sure).
    pub confidence: String,
    /// In the person's own words.
    pub reason: String,
}

/// A checked answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Ballot {
    /// What becomes of the contact.
    pub route: RouteId,
    /// Level of need.
    pub level: Option<u8>,
    /// How urgent.
    pub rating: Option<RatingId>,
    /// Probability that significant harm is present or likely, per cent.
    pub probability: Option<u8>,
    /// 1 to [`MAX_CONFIDENCE`].
    pub confidence: Option<u8>,
    /// In the person's own words, at most [`MAX_REASON`] characters.
    pub reason: String,
}

/// A field that cannot be taken as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BallotProblem {
    /// The field of [`BallotForm`].
    pub field: &'static str,
    /// What to do.
    pub message: String,
}

impl BallotForm {
    /// The answer, or every field that needs a change.
    ///
    /// # Errors
    /// A [`BallotProblem`] a field: no route, a name that the pack does not have, a number out of range, a reason that
    /// is too long.
    pub fn check(&self, manifest: &Manifest) -> Result<Ballot, Vec<BallotProblem>> {
        let mut problems = Vec::new();
        let mut say = |field: &'static str, message: String| problems.push(BallotProblem { field, message });
        let route = manifest.routes.iter().find(|route| route.id.as_str() == self.route);
        if route.is_none() {
            say("route", "Choose what should become of the contact".to_owned());
        }
        let level = number(&self.level).filter(|level| {
            level.is_none_or(|level| manifest.levels.iter().any(|known| known.level == level))
        });
        if level.is_none() {
            say("level", "Choose one of the levels, or leave the level open".to_owned());
        }
        let rating = match self.rating.trim() {
            "" => Some(None),
            id => {
                manifest.ratings.iter().find(|rating| rating.id.as_str() == id).map(|it| Some(it.id.clone()))
            }
        };
        if rating.is_none() {
            say("rating", "Choose one of the ratings, or leave the rating open".to_owned());
        }
        let probability = number(&self.probability).filter(|it| it.is_none_or(|it| it <= 100));
        if probability.is_none() {
            say("probability", "Give the probability as a whole number from 0 to 100".to_owned());
        }
        let confidence =
            number(&self.confidence).filter(|it| it.is_none_or(|it| (1..=MAX_CONFIDENCE).contains(&it)));
        if confidence.is_none() {
            say("confidence", format!("Choose how sure you are, from 1 to {MAX_CONFIDENCE}"));
        }
        // Browsers send line ends as two characters.
        let reason = self.reason.replace("\r\n", "\n").trim().to_owned();
        let length = reason.chars().count();
        if length > MAX_REASON {
            say("reason", format!("Shorten the reason to {MAX_REASON} characters; it has {length}"));
        }
        match (route, level, rating, probability, confidence) {
            (Some(route), Some(level), Some(rating), Some(probability), Some(confidence))
                if problems.is_empty() =>
            {
                Ok(Ballot { route: route.id.clone(), level, rating, probability, confidence, reason })
            }
            _ => Err(problems),
        }
    }
}

/// Nothing, a number, or (as `None`) something else.
#[expect(clippy::option_option, reason = "nothing typed, a number, and neither are three things")]
fn number(text: &str) -> Option<Option<u8>> {
    match text.trim() {
        "" => Some(None),
        text => text.parse().ok().map(Some),
    }
}
