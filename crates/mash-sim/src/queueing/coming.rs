//! Contacts that come, in order, each with its class and how long every station takes for it.
//!
//! Nothing here depends on what happens at the stations, so contacts are drawn several at a time.

#![expect(
    clippy::indexing_slicing,
    reason = "places are below LANES, and lists have a place for each station and class"
)]

use super::{
    distribution::Sampler,
    network::{Arrivals, Network},
    run::QueueError,
    time::Time,
};
use crate::{
    random_streams::{Purpose, uniform_pairs},
    sampling,
};

/// Contacts drawn at a time.
const LANES: usize = 8;

/// A contact that comes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arrival {
    pub(super) at: Time,
    pub(super) class: u32,
    pub(super) contact: u32,
}

/// How long one station takes.
#[derive(Debug)]
struct Laws {
    /// By class; one alone stands for all.
    by_class: Vec<Sampler>,
    /// How long it takes for each contact that has been drawn.
    takes: [Time; LANES],
}

/// Contacts one after another.
#[derive(Debug)]
pub(super) struct Coming<'n> {
    network: &'n Network,
    seed: u64,
    replication: u32,
    times: Times<'n>,
    /// Contacts drawn before those at hand.
    before: u64,
    drawn: [(Time, u32); LANES],
    /// How many of those drawn are contacts, and how many have come.
    count: usize,
    come: usize,
    laws: Vec<Laws>,
}

impl<'n> Coming<'n> {
    pub(super) fn new(network: &'n Network, seed: u64, replication: u32) -> Self {
        let laws = network.stations.iter().map(|station| Laws {
            by_class: station.service.iter().map(Sampler::new).collect(),
            takes: [Time::ZERO; LANES],
        });
        Self {
            network,
            seed,
            replication,
            times: Times::new(network, seed, replication),
            before: 0,
            drawn: [(Time::ZERO, 0); LANES],
            count: 0,
            come: 0,
            laws: laws.collect(),
        }
    }

    /// The next contact, and how long each station takes for it, into `takes`.
    pub(super) fn next(&mut self, takes: &mut [Time]) -> Result<Option<Arrival>, QueueError> {
        if self.come == self.count {
            self.draw();
            if self.count == 0 {
                return Ok(None);
            }
        }
        let (at, class) = self.drawn[self.come];
        for (take, laws) in takes.iter_mut().zip(&self.laws) {
            *take = laws.takes[self.come];
        }
        let number = self.before + self.come as u64;
        let contact = u32::try_from(number).map_err(|_| QueueError::TooMany)?;
        self.come += 1;
        Ok(Some(Arrival { at, class, contact }))
    }

    /// Draws the next few contacts.
    fn draw(&mut self) {
        self.before += self.count as u64;
        (self.count, self.come) = (0, 0);
        if let Arrivals::Trace(rows) = &self.network.arrivals {
            let from = usize::try_from(self.before).unwrap_or(usize::MAX);
            for row in rows.iter().skip(from).take(LANES) {
                self.drawn[self.count] = (row.at, u32::try_from(row.class).unwrap_or(u32::MAX));
                for (station, laws) in self.laws.iter_mut().enumerate() {
                    laws.takes[self.count] = row.service.get(station).copied().unwrap_or(Time::ZERO);
                }
                self.count += 1;
            }
            return;
        }
        while self.count < LANES {
            let Some(at) = self.times.next() else { break };
            self.drawn[self.count].0 = at;
            self.count += 1;
        }
        let contacts = [0, 1, 2, 3, 4, 5, 6, 7].map(|lane: u64| self.before + lane);
        if self.network.classes.len() > 1 && self.count > 0 {
            let pairs = uniform_pairs(self.seed, self.replication, contacts, Purpose::Class, 0);
            for ((_, class), [first, _]) in self.drawn.iter_mut().zip(pairs) {
                let picked = sampling::categorical(first, &self.network.classes);
                *class = u32::try_from(picked).unwrap_or(u32::MAX);
            }
        }
        for (station, laws) in (0..).zip(&mut self.laws) {
            match laws.by_class.as_slice() {
                [] => {}
                [Sampler::Fixed(time)] => laws.takes = [*time; LANES],
                by_class => {
                    // A station of its own is part of the entity: no station's draws move another's.
                    let entities = contacts.map(|contact| (contact << 16) | station);
                    let pairs = uniform_pairs(self.seed, self.replication, entities, Purpose::Service, 0);
                    let last = by_class.len() - 1;
                    for ((take, pair), (_, class)) in laws.takes.iter_mut().zip(pairs).zip(&self.drawn) {
                        *take = by_class[(*class as usize).min(last)].sample(pair);
                    }
                }
            }
        }
    }
}

/// When contacts come.
#[derive(Debug)]
struct Times<'n> {
    network: &'n Network,
    seed: u64,
    replication: u32,
    /// Arrivals drawn so far, of one child or several.
    drawn: u64,
    /// For the next few arrivals: the time since the last one in units of its mean, and the draw of how many come.
    gaps: [[f64; 2]; LANES],
    /// Hours so far at one rate; expected arrivals so far at a weekly one.
    passed: f64,
    at: Time,
    /// Children of the last arrival that have not come yet.
    left: usize,
    week: Week,
}

impl<'n> Times<'n> {
    fn new(network: &'n Network, seed: u64, replication: u32) -> Self {
        let week = match &network.arrivals {
            Arrivals::Weekly { per_hour } => Week::new(per_hour),
            Arrivals::Poisson { .. } | Arrivals::Trace(_) => Week::default(),
        };
        let gaps = [[0.0; 2]; LANES];
        Self { network, seed, replication, drawn: 0, gaps, passed: 0.0, at: Time::ZERO, left: 0, week }
    }

    fn next(&mut self) -> Option<Time> {
        if self.at >= self.network.until {
            return None;
        }
        if self.left == 0 {
            let [gap, many] = self.gap();
            self.left = 1;
            match &self.network.arrivals {
                Arrivals::Poisson { per_hour, sizes } => {
                    self.passed += gap / per_hour;
                    self.at = Time::from_hours(self.passed);
                    if sizes.len() > 1 {
                        self.left = sampling::categorical(many, sizes) + 1;
                    }
                }
                Arrivals::Weekly { .. } => {
                    self.passed += gap;
                    self.at = Time::from_hours(self.week.hours_at(self.passed));
                }
                Arrivals::Trace(_) => return None,
            }
            if self.at >= self.network.until {
                return None;
            }
        }
        self.left -= 1;
        Some(self.at)
    }

    fn gap(&mut self) -> [f64; 2] {
        let lane = usize::try_from(self.drawn % LANES as u64).unwrap_or(0);
        if lane == 0 {
            let entities = [0, 1, 2, 3, 4, 5, 6, 7].map(|lane: u64| self.drawn + lane);
            self.gaps = uniform_pairs(self.seed, self.replication, entities, Purpose::Arrival, 0);
            self.gaps.iter_mut().for_each(|[gap, _]| *gap = -libm::log(1.0 - *gap));
        }
        self.drawn += 1;
        self.gaps[lane]
    }
}

/// Expected arrivals from the start of a week to each of its hours.
#[derive(Debug, Default)]
struct Week {
    before: Vec<f64>,
    total: f64,
}

impl Week {
    fn new(per_hour: &[f64]) -> Self {
        let mut total = 0.0;
        let before = per_hour.iter().map(|rate| {
            let before = total;
            total += rate.max(0.0);
            before
        });
        let before = before.collect();
        Self { before, total }
    }

    /// The hour from the start of the run by which so many arrivals are expected; without end where none ever are.
    #[expect(clippy::cast_precision_loss, reason = "an hour of the week is below 168")]
    fn hours_at(&self, expected: f64) -> f64 {
        if self.total <= 0.0 {
            return f64::INFINITY;
        }
        let weeks = libm::floor(expected / self.total);
        let left = expected - weeks * self.total;
        let hour = self.before.partition_point(|before| *before <= left).saturating_sub(1);
        let (start, end) = (
            self.before.get(hour).copied().unwrap_or(0.0),
            self.before.get(hour + 1).copied().unwrap_or(self.total),
        );
        let within = if end > start { (left - start) / (end - start) } else { 0.0 };
        weeks * self.before.len() as f64 + hour as f64 + within
    }
}
