//! A room's people, answers and counted hands, as figures and debriefs read them.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use mash_exercise::debrief::{self, Cast, Counted, Tally, Voter};
use mash_model::{RatingId, RouteId};
use minijinja::Value;

use crate::{
    error::WebError,
    state::App,
    store::{Person, Room, Store, StoreError},
};

/// Everything of a room that figures need.
#[derive(Debug)]
pub(crate) struct Gathered {
    pub(crate) people: Vec<Person>,
    pub(crate) voters: Vec<Voter>,
    pub(crate) cast: Vec<Cast>,
    pub(crate) tallies: Vec<Tally>,
}

impl Gathered {
    /// Reads it.
    pub(crate) fn of(store: &Store, room: &Room) -> Result<Self, StoreError> {
        let people = store.people(room.id)?;
        let position: BTreeMap<i64, usize> =
            people.iter().enumerate().map(|(at, person)| (person.id, at)).collect();
        let voters = people
            .iter()
            .map(|it| Voter { agency: it.agency.clone(), role: it.role.to_lowercase() })
            .collect();
        let cast = store.answers(room.id)?.into_iter().filter_map(|answer| {
            Some(Cast {
                voter: *position.get(&answer.person)?,
                vignette: answer.vignette,
                round: answer.round,
                ballot: answer.ballot,
                told: answer.told,
            })
        });
        let tallies = store.hands(room.id)?.into_iter().filter_map(|hand| {
            let what = match hand.about {
                "level" => Counted::Level(hand.choice.parse().ok()?),
                "rating" => Counted::Rating(RatingId::from(hand.choice)),
                "probability" => Counted::Probability(hand.choice.parse().ok()?),
                _ => Counted::Route(RouteId::from(hand.choice)),
            };
            Some(Tally {
                vignette: hand.vignette,
                round: hand.round,
                agency: hand.agency,
                what,
                count: hand.count,
            })
        });
        Ok(Self { voters, cast: cast.collect(), tallies: tallies.collect(), people })
    }

    /// What a debrief is made of.
    pub(crate) fn room<'r>(&'r self, room: &'r Room, pack: &'r mash_rules::RulePack) -> debrief::Room<'r> {
        debrief::Room {
            pack,
            vignettes: &room.deck,
            voters: &self.voters,
            cast: &self.cast,
            tallies: &self.tallies,
        }
    }
}

impl App {
    /// The pack that a room is played with.
    pub(crate) fn pack_of(&self, room: &Room) -> Result<&mash_rules::RulePack, WebError> {
        self.library.pack(&room.pack).map(AsRef::as_ref).ok_or_else(|| {
            WebError::Misuse(format!(
                "this room is played with the pack `{}`, which is not among this server's files",
                room.pack
            ))
        })
    }
}

/// A debrief of a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// Of one vignette.
    Vignette(usize),
    /// Of the whole.
    Whole,
}

/// Debriefs computed once for each state of a room: a whole room asks for the same one at the same moment.
#[derive(Debug, Default)]
pub(crate) struct Debriefs {
    kept: Mutex<BTreeMap<(i64, Part), (i64, Value)>>,
}

/// Debriefs kept at most.
const MOST: usize = 100;
/// Seed of the resampling of intervals: the same votes give the same interval.
pub(crate) const SEED: u64 = 20_260_401;

impl Debriefs {
    /// The debrief of this part of a room, for templates. Others who ask meanwhile wait for it.
    pub(crate) fn of(&self, app: &App, room: &Room, part: Part) -> Result<Value, WebError> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((version, value)) = kept.get(&(room.id, part))
            && *version == room.version
        {
            return Ok(value.clone());
        }
        let gathered = Gathered::of(&app.store, room)?;
        let made_of = gathered.room(room, app.pack_of(room)?);
        let value = match part {
            Part::Vignette(at) => {
                Value::from_serialize(debrief::of_vignette(&made_of, at).ok_or(WebError::NotFound)?)
            }
            Part::Whole => Value::from_serialize(debrief::debrief(&made_of, SEED)),
        };
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert((room.id, part), (room.version, value.clone()));
        Ok(value)
    }
}
