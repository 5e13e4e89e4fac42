//! A rule pack behind what the simulation asks of one.

use mash_model::FactSheet;
use mash_rules::{Brief, Evaluator, RulePack};
use mash_sim::{
    AgencySet, LatentNeed,
    front_door::{Moment, RatingLimit, Recommendation, Triage},
};

/// A pack and the engine that runs it.
pub struct PackTriage<'p> {
    pack: &'p RulePack,
    engine: Box<dyn Evaluator + Sync + 'p>,
    /// By route of the pack.
    ladder: Vec<LatentNeed>,
    ratings: Vec<RatingLimit>,
}

impl std::fmt::Debug for PackTriage<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("PackTriage").field("pack", &self.pack.manifest.id).finish_non_exhaustive()
    }
}

/// A pack whose routes are not those that the simulation knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "pack `{pack}` has a route `{route}` that the simulation does not know; it knows {}",
    LatentNeed::ALL.map(LatentNeed::route_id).join(", ")
)]
pub struct UnknownRouteError {
    /// The pack.
    pub pack: String,
    /// Its route.
    pub route: String,
}

impl<'p> PackTriage<'p> {
    /// A pack ready for the simulation.
    ///
    /// # Errors
    /// [`UnknownRouteError`] where a route of the pack is not on the ladder from no further action to a strategy
    /// discussion.
    pub fn new(
        pack: &'p RulePack,
        engine: Box<dyn Evaluator + Sync + 'p>,
    ) -> Result<Self, UnknownRouteError> {
        let on_ladder = |id: &str| LatentNeed::ALL.into_iter().find(|need| need.route_id() == id);
        let ladder = pack.manifest.routes.iter().map(|route| {
            on_ladder(route.id.as_str()).ok_or_else(|| UnknownRouteError {
                pack: pack.manifest.id.clone(),
                route: route.id.to_string(),
            })
        });
        let ladder = ladder.collect::<Result<_, _>>()?;
        let ratings = pack.manifest.ratings.iter().map(|rating| RatingLimit {
            id: rating.id.to_string(),
            limit: rating.timescale.map(mash_rules::manifest::Timescale::limit),
        });
        Ok(Self { pack, engine, ladder, ratings: ratings.collect() })
    }

    fn recommendation(&self, brief: Brief) -> Recommendation {
        Recommendation {
            route: self.ladder.get(brief.route).copied().unwrap_or(LatentNeed::NoFurtherAction),
            rating: brief.rating.and_then(|rating| u8::try_from(rating).ok()),
            ask: AgencySet::of_bits(brief.asked),
            holders_of_missing: AgencySet::of_bits(brief.holders_of_missing),
            to_hub: brief.to_hub,
            more_information: brief.more_information,
            manual_review: brief.manual_review,
        }
    }
}

impl Triage for PackTriage<'_> {
    fn ratings(&self) -> &[RatingLimit] {
        &self.ratings
    }

    fn screen(&self, facts: &FactSheet, _: Moment) -> Recommendation {
        self.recommendation(self.pack.brief_screening(&*self.engine, facts))
    }

    fn decide(&self, facts: &FactSheet, _: Moment) -> Recommendation {
        self.recommendation(self.pack.brief_decision(&*self.engine, facts))
    }
}
