//! What is simulated: arrivals, stations, and the steps from one to the next.

use super::{distribution::Distribution, hours::WeekHours, time::Time};

/// Stations and the contacts that pass through them.
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    /// How contacts arrive.
    pub arrivals: Arrivals,
    /// Share of each class of contacts, the most urgent first: it is served first, and no work in hand is left for it.
    pub classes: Vec<f64>,
    /// Where work is done.
    pub stations: Vec<Station>,
    /// What is done, one step after another.
    pub steps: Vec<Step>,
    /// Who leaves before the last step.
    pub leaves: Vec<Leaving>,
    /// No contact arrives from here on; those that have are finished.
    pub until: Time,
}

/// How contacts arrive.
#[derive(Debug, Clone, PartialEq)]
pub enum Arrivals {
    /// At random, at one rate.
    Poisson {
        /// Arrivals an hour.
        per_hour: f64,
        /// Share of arrivals that bring one child, two, three and so on; each child is a contact of its own.
        sizes: Vec<f64>,
    },
    /// At random, at a rate for each hour of the week, Monday 00:00 first.
    Weekly {
        /// Arrivals in each of the 168 hours.
        per_hour: Vec<f64>,
    },
    /// As recorded, with the time each station takes.
    Trace(Vec<TraceRow>),
}

/// One contact of a trace.
#[derive(Debug, Clone, PartialEq)]
pub struct TraceRow {
    /// When it arrives.
    pub at: Time,
    /// Its class.
    pub class: usize,
    /// How long each station takes for it, by station.
    pub service: Vec<Time>,
}

/// A place where work is done.
#[derive(Debug, Clone, PartialEq)]
pub struct Station {
    /// How many contacts it works on at once; `usize::MAX` for ample staff.
    pub servers: usize,
    /// No work is begun outside these hours; what is in hand is finished.
    pub hours: WeekHours,
    /// How long it takes, by class; one law alone stands for all.
    pub service: Vec<Distribution>,
    /// A contact that finds no server free goes away rather than waits.
    pub turns_away: bool,
}

impl Station {
    /// A station that is always open and lets contacts wait.
    #[must_use]
    pub fn new(servers: usize, service: Distribution) -> Self {
        Self { servers, hours: WeekHours::always(), service: vec![service], turns_away: false }
    }

    /// Does it work on however many come?
    #[must_use]
    pub fn is_ample(&self) -> bool {
        self.servers == usize::MAX
    }

    /// The same within these hours.
    #[must_use]
    pub fn open(self, hours: WeekHours) -> Self {
        Self { hours, ..self }
    }
}

/// A share of a class that leaves once a step is over: closed there, say, rather than sent on.
///
/// Whether a contact leaves is a draw of its own, so that the others see the same arrivals and the same times of work.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Leaving {
    /// The step after which it leaves, by number from 0.
    pub after: usize,
    /// The class.
    pub class: usize,
    /// The share of the class that leaves.
    pub share: f64,
}

/// Stations that work at the same time; the step is over when all are done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step(pub Vec<usize>);
