//! What people answer beside the route: level, rating, probability and how sure they are, by voters and by hands.

use mash_model::{RatingId, RouteId};

use super::Room;
use crate::{session::Round, small_groups};

/// What hands were raised for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Counted {
    /// What becomes of the contact.
    Route(RouteId),
    /// A level of need.
    Level(u8),
    /// How urgent.
    Rating(RatingId),
    /// A probability of significant harm: position of its [band](BANDS).
    Probability(usize),
}

/// Bands of stated probability in per cent, as hands are counted for: the first and the last number of each.
pub const BANDS: [(u8, u8); 5] = [(0, 19), (20, 39), (40, 59), (60, 79), (80, 100)];

/// How many gave each level, each rating and a probability of each band.
pub(super) struct Besides {
    pub(super) levels: Vec<u32>,
    pub(super) ratings: Vec<u32>,
    pub(super) bands: Vec<u32>,
}

impl Room<'_> {
    /// What was answered beside the route, by people and by hands that were counted.
    pub(super) fn besides(&self, vignette: usize, round: Round) -> Besides {
        let manifest = &self.pack.manifest;
        let mut besides = Besides {
            levels: vec![0; manifest.levels.len()],
            ratings: vec![0; manifest.ratings.len()],
            bands: vec![0; BANDS.len()],
        };
        let mut add = |what: &Counted, count: u32| {
            let (counts, at) = match what {
                Counted::Route(_) => return,
                Counted::Level(level) => {
                    (&mut besides.levels, manifest.levels.iter().position(|it| it.level == *level))
                }
                Counted::Rating(rating) => (&mut besides.ratings, manifest.rating_index(rating.as_str())),
                Counted::Probability(band) => (&mut besides.bands, Some(*band)),
            };
            if let Some(place) = at.and_then(|at| counts.get_mut(at)) {
                *place = place.saturating_add(count);
            }
        };
        for cast in self.of(vignette, round) {
            let ballot = &cast.ballot;
            let band = ballot.probability.and_then(|it| BANDS.iter().position(|(_, to)| it <= *to));
            let level = ballot.level.map(Counted::Level);
            let rating = ballot.rating.clone().map(Counted::Rating);
            for what in [level, rating, band.map(Counted::Probability)].into_iter().flatten() {
                add(&what, 1);
            }
        }
        for tally in self.tallies.iter().filter(|it| it.vignette == vignette && it.round == round) {
            add(&tally.what, tally.count);
        }
        besides
    }
}

/// Mean and number of these figures; none below the fewest of whom a figure may be shown.
pub(super) fn mean_of_enough(figures: &[f64]) -> Option<(f64, usize)> {
    (figures.len() >= small_groups::LEAST_PEOPLE)
        .then(|| (figures.iter().sum::<f64>() / figures.len() as f64, figures.len()))
}
