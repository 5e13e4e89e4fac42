//! One replication, from the first arrival until the last contact is done.

use super::{
    events::{Event, Events},
    network::{Arrivals, Network, TraceRow},
    station::{AtWork, Waiting},
    time::Time,
};
use crate::random_streams::{DrawOverflowError, Purpose, Stream};

/// One contact at one station.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Visit {
    /// The contact, in order of arrival.
    pub contact: u32,
    /// The station.
    pub station: u32,
    /// When the contact arrived at the first step.
    pub arrived: Time,
    /// Its class.
    pub class: u32,
    /// When it came to this station.
    pub since: Time,
    /// When work on it began; the same as `since` for one that was turned away.
    pub begun: Time,
    /// When it was done.
    pub done: Time,
    /// No server was free, and it went away.
    pub turned_away: bool,
}

/// A network that cannot be run, or not to its end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueueError {
    /// A step names a station that there is not.
    #[error("a step goes to station {0}, which is not there")]
    NoStation(usize),
    /// Somebody waits at a station that never opens.
    #[error("a contact waits at station {0}, which never opens")]
    NeverOpens(usize),
    /// More contacts than one replication may have.
    #[error("more than {} contacts in one replication", u32::MAX)]
    TooMany,
    /// Draws are used up.
    #[error(transparent)]
    Draws(#[from] DrawOverflowError),
}

/// A contact on its way.
#[derive(Debug, Clone, Copy)]
struct Contact {
    arrived: Time,
    class: usize,
    step: usize,
    /// Stations of the step that are not done.
    open: usize,
}

/// Runs one replication; `visit` is told of each contact at each station when it is done there.
///
/// # Errors
/// [`QueueError`].
pub fn run(
    network: &Network,
    seed: u64,
    replication: u32,
    mut visit: impl FnMut(Visit),
) -> Result<(), QueueError> {
    let stations = network.stations.len();
    if let Some(missing) = network.steps.iter().flat_map(|step| &step.0).find(|station| **station >= stations)
    {
        return Err(QueueError::NoStation(*missing));
    }
    let at_work = network.stations.iter().map(|station| AtWork::new(station.servers, network.classes.len()));
    let mut run = Run {
        network,
        seed,
        replication,
        events: Events::default(),
        at_work: at_work.collect(),
        contacts: Vec::new(),
        visit: &mut visit,
    };
    let mut coming = Coming::new(network, seed, replication);
    let mut next = coming.next()?;
    loop {
        let happens = run.events.next_at();
        match next {
            // Of one moment, who arrives comes after what was set before.
            Some(arrival) if arrival.at < happens => {
                run.arrive(arrival)?;
                next = coming.next()?;
            }
            _ => match run.events.pop() {
                Some((now, Event::Done { station, contact, since, begun })) => {
                    run.tell(contact, station as usize, [since, begun, now], false);
                    run.done(station as usize, contact, now)?;
                }
                Some((now, Event::Open { station })) => run.opened(station, now)?,
                None => return Ok(()),
            },
        }
    }
}

struct Run<'n, V> {
    network: &'n Network,
    seed: u64,
    replication: u32,
    events: Events,
    at_work: Vec<AtWork>,
    contacts: Vec<Contact>,
    visit: &'n mut V,
}

impl<V: FnMut(Visit)> Run<'_, V> {
    fn arrive(&mut self, arrival: Arrival) -> Result<(), QueueError> {
        let contact = u32::try_from(self.contacts.len()).map_err(|_| QueueError::TooMany)?;
        self.contacts.push(Contact { arrived: arrival.at, class: arrival.class, step: 0, open: 0 });
        self.step(contact, arrival.at)
    }

    /// Sends a contact to the stations of its next step.
    fn step(&mut self, contact: u32, now: Time) -> Result<(), QueueError> {
        let Some(state) = self.contacts.get_mut(contact as usize) else { return Ok(()) };
        let Some(step) = self.network.steps.get(state.step) else { return Ok(()) };
        state.step += 1;
        state.open = step.0.len();
        let class = state.class;
        for station in &step.0 {
            let turned_away = self.network.stations.get(*station).is_some_and(|at| at.turns_away)
                && self.at_work.get(*station).is_some_and(|at| at.free == 0);
            if turned_away {
                // It leaves for good.
                self.tell(contact, *station, [now; 3], true);
                continue;
            }
            if let Some(at) = self.at_work.get_mut(*station) {
                at.wait(class, Waiting { contact, since: now });
            }
            self.serve(*station, now)?;
        }
        Ok(())
    }

    /// Gives the servers that are free to those who wait, where the station is open.
    fn serve(&mut self, station: usize, now: Time) -> Result<(), QueueError> {
        let (Some(place), Some(at)) = (self.network.stations.get(station), self.at_work.get_mut(station))
        else {
            return Ok(());
        };
        if !at.has_waiting() {
            return Ok(());
        }
        let number = u32::try_from(station).unwrap_or(u32::MAX);
        if !place.hours.is_open(now) {
            if !at.opening {
                let opens = place.hours.next_open(now);
                if opens == Time::NEVER {
                    return Err(QueueError::NeverOpens(station));
                }
                at.opening = true;
                self.events.set(opens, Event::Open { station: number });
            }
            return Ok(());
        }
        while at.free > 0 {
            let Some(Waiting { contact, since }) = at.next() else { break };
            at.free -= 1;
            let class = self.contacts.get(contact as usize).map_or(0, |contact| contact.class);
            let takes = self.network.service(station, contact, class, self.seed, self.replication)?;
            let done = Event::Done { station: number, contact, since, begun: now };
            self.events.set(now.after(takes), done);
        }
        Ok(())
    }

    fn opened(&mut self, station: u32, now: Time) -> Result<(), QueueError> {
        if let Some(at) = self.at_work.get_mut(station as usize) {
            at.opening = false;
        }
        self.serve(station as usize, now)
    }

    fn done(&mut self, station: usize, contact: u32, now: Time) -> Result<(), QueueError> {
        if let Some(at) = self.at_work.get_mut(station) {
            at.free += 1;
        }
        self.serve(station, now)?;
        let Some(state) = self.contacts.get_mut(contact as usize) else { return Ok(()) };
        state.open = state.open.saturating_sub(1);
        if state.open == 0 { self.step(contact, now) } else { Ok(()) }
    }

    fn tell(&mut self, contact: u32, station: usize, [since, begun, done]: [Time; 3], turned_away: bool) {
        let Some(state) = self.contacts.get(contact as usize) else { return };
        (self.visit)(Visit {
            contact,
            station: u32::try_from(station).unwrap_or(u32::MAX),
            arrived: state.arrived,
            class: u32::try_from(state.class).unwrap_or(u32::MAX),
            since,
            begun,
            done,
            turned_away,
        });
    }
}

impl Network {
    /// How long a station takes for a contact: the same whenever it is asked.
    fn service(
        &self,
        station: usize,
        contact: u32,
        class: usize,
        seed: u64,
        replication: u32,
    ) -> Result<Time, QueueError> {
        if let Arrivals::Trace(rows) = &self.arrivals {
            let row = rows.get(contact as usize);
            return Ok(row.and_then(|row| row.service.get(station)).copied().unwrap_or(Time::ZERO));
        }
        let Some(law) = self.stations.get(station).and_then(|at| at.law(class)) else {
            return Ok(Time::ZERO);
        };
        // A station of its own is part of the entity: no station's draws move another's.
        let entity = (u64::from(contact) << 16) | u64::try_from(station).unwrap_or(u64::MAX);
        Ok(law.sample(&mut Stream::new(seed, replication, entity, Purpose::Service))?)
    }
}

/// A contact that comes.
#[derive(Debug, Clone, Copy)]
struct Arrival {
    at: Time,
    class: usize,
}

/// Arrivals one after another.
struct Coming<'n> {
    network: &'n Network,
    seed: u64,
    replication: u32,
    /// Arrivals drawn so far, of one child or several.
    drawn: u64,
    /// Hours so far at one rate; expected arrivals so far at a weekly one.
    passed: f64,
    at: Time,
    /// Children of the last arrival that have not come yet.
    left: usize,
    /// Contacts so far.
    contacts: u64,
    week: Week,
}

impl<'n> Coming<'n> {
    fn new(network: &'n Network, seed: u64, replication: u32) -> Self {
        let week = match &network.arrivals {
            Arrivals::Weekly { per_hour } => Week::new(per_hour),
            Arrivals::Poisson { .. } | Arrivals::Trace(_) => Week::default(),
        };
        Self { network, seed, replication, drawn: 0, passed: 0.0, at: Time::ZERO, left: 0, contacts: 0, week }
    }

    fn next(&mut self) -> Result<Option<Arrival>, QueueError> {
        if let Arrivals::Trace(rows) = &self.network.arrivals {
            let at = usize::try_from(self.contacts).unwrap_or(usize::MAX);
            self.contacts += 1;
            return Ok(rows.get(at).map(|row: &TraceRow| Arrival { at: row.at, class: row.class }));
        }
        if self.left == 0 {
            let mut stream = Stream::new(self.seed, self.replication, self.drawn, Purpose::Arrival);
            self.drawn += 1;
            let gap = crate::sampling::exponential(stream.uniform()?, 1.0);
            match &self.network.arrivals {
                Arrivals::Poisson { per_hour, sizes } => {
                    self.passed += gap / per_hour;
                    self.at = Time::from_hours(self.passed);
                    self.left = if sizes.len() > 1 { stream.pick(sizes)? + 1 } else { 1 };
                }
                Arrivals::Weekly { .. } => {
                    self.passed += gap;
                    self.at = Time::from_hours(self.week.hours_at(self.passed));
                    self.left = 1;
                }
                Arrivals::Trace(_) => return Ok(None),
            }
        }
        if self.at >= self.network.until {
            return Ok(None);
        }
        self.left -= 1;
        let class = match self.network.classes.as_slice() {
            [] | [_] => 0,
            shares => Stream::new(self.seed, self.replication, self.contacts, Purpose::Class).pick(shares)?,
        };
        self.contacts += 1;
        Ok(Some(Arrival { at: self.at, class }))
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
        let before = per_hour
            .iter()
            .map(|rate| {
                let before = total;
                total += rate.max(0.0);
                before
            })
            .collect();
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
