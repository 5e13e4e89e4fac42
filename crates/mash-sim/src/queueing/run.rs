//! One replication, from the first arrival until the last contact is done.

#![expect(
    clippy::indexing_slicing,
    reason = "stations of steps are checked first; slots are handed out by this file and never taken back"
)]

use super::{
    coming::{Arrival, Coming},
    events::{Event, Events},
    network::Network,
    station::{AtWork, Waiting},
    time::Time,
};
use crate::random_streams::{Purpose, bits_at, open_unit};

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
}

/// A contact on its way.
#[derive(Debug, Clone, Copy)]
struct Contact {
    number: u32,
    class: u32,
    arrived: Time,
    /// The step that it goes to next.
    step: usize,
    /// Stations of the step that are not done.
    open: usize,
    /// It was turned away, and goes no further.
    gone: bool,
}

/// Runs one replication; `visit` is told of each contact at each station when work on it begins, with when it will be
/// done, or when it is turned away.
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
    let at_work = network.stations.iter().map(|station| AtWork::new(station, network.classes.len()));
    let mut run = Run {
        network,
        seed,
        replication,
        events: Events::default(),
        at_work: at_work.collect(),
        contacts: Vec::new(),
        takes: Vec::new(),
        vacant: Vec::new(),
        visit: &mut visit,
    };
    let mut coming = Coming::new(network, seed, replication);
    let mut takes = vec![Time::ZERO; stations];
    let mut next = coming.next(&mut takes)?;
    loop {
        let happens = run.events.next_at();
        match next {
            // Of one moment, who arrives comes after what was set before.
            Some(arrival) if arrival.at < happens => {
                run.arrive(arrival, &takes)?;
                next = coming.next(&mut takes)?;
            }
            _ => match run.events.pop() {
                Some(event) if event.slot == Event::OPENS => {
                    run.at_work[event.station as usize].opening = false;
                    run.serve(event.station as usize, event.at)?;
                }
                Some(event) => run.done(event)?,
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
    at_work: Vec<AtWork<'n>>,
    /// Contacts on their way, by slot.
    contacts: Vec<Contact>,
    /// How long each station takes for them: as many places a slot as there are stations.
    takes: Vec<Time>,
    /// Slots whose contacts have left.
    vacant: Vec<u32>,
    visit: &'n mut V,
}

impl<V: FnMut(Visit)> Run<'_, V> {
    fn arrive(&mut self, arrival: Arrival, takes: &[Time]) -> Result<(), QueueError> {
        let Arrival { at, class, contact } = arrival;
        let state = Contact { number: contact, class, arrived: at, step: 0, open: 0, gone: false };
        let slot = match self.vacant.pop() {
            Some(slot) => {
                self.contacts[slot as usize] = state;
                let from = slot as usize * takes.len();
                self.takes[from..from + takes.len()].copy_from_slice(takes);
                slot
            }
            None => {
                let slot = u32::try_from(self.contacts.len()).ok().filter(|slot| *slot != Event::OPENS);
                self.contacts.push(state);
                self.takes.extend_from_slice(takes);
                slot.ok_or(QueueError::TooMany)?
            }
        };
        self.step(slot, at)
    }

    /// Sends a contact to the stations of its next step, or out.
    fn step(&mut self, slot: u32, now: Time) -> Result<(), QueueError> {
        let network = self.network;
        let contact = &mut self.contacts[slot as usize];
        let Some(step) = network.steps.get(contact.step).filter(|_| !contact.gone) else {
            self.vacant.push(slot);
            return Ok(());
        };
        contact.step += 1;
        contact.open = step.0.len();
        for station in &step.0 {
            self.come(slot, *station, now)?;
        }
        // Who finds no server at any station of a step leaves at once.
        if self.contacts[slot as usize].open == 0 { self.step(slot, now) } else { Ok(()) }
    }

    /// A contact comes to a station.
    fn come(&mut self, slot: u32, station: usize, now: Time) -> Result<(), QueueError> {
        let at = &mut self.at_work[station];
        if at.turns_away && at.free == 0 {
            let contact = &mut self.contacts[slot as usize];
            contact.gone = true;
            contact.open -= 1;
            self.tell(slot, station, [now; 3], true);
            return Ok(());
        }
        if at.free > 0 && !at.has_waiting() && at.is_open(now) {
            self.begin(slot, station, [now, now]);
            return Ok(());
        }
        at.wait(self.contacts[slot as usize].class, Waiting { slot, since: now });
        self.serve(station, now)
    }

    /// Gives the servers that are free to those who wait, where the station is open.
    fn serve(&mut self, station: usize, now: Time) -> Result<(), QueueError> {
        let at = &mut self.at_work[station];
        if !at.has_waiting() {
            return Ok(());
        }
        if !at.is_open(now) {
            if !at.opening {
                let opens = at.opens(now);
                if opens == Time::NEVER {
                    return Err(QueueError::NeverOpens(station));
                }
                at.opening = true;
                self.events.set(opens, number(station), Event::OPENS);
            }
            return Ok(());
        }
        while self.at_work[station].free > 0 {
            let Some(Waiting { slot, since }) = self.at_work[station].next() else { break };
            self.begin(slot, station, [since, now]);
        }
        Ok(())
    }

    /// Work on a contact that came at one moment begins at another.
    fn begin(&mut self, slot: u32, station: usize, [since, now]: [Time; 2]) {
        self.at_work[station].free -= 1;
        let takes = self.takes[slot as usize * self.at_work.len() + station];
        let done = now.after(takes);
        self.events.set(done, number(station), slot);
        self.tell(slot, station, [since, now, done], false);
    }

    fn done(&mut self, Event { at: now, station, slot, .. }: Event) -> Result<(), QueueError> {
        self.at_work[station as usize].free += 1;
        self.serve(station as usize, now)?;
        let contact = &mut self.contacts[slot as usize];
        contact.open -= 1;
        if contact.open > 0 {
            return Ok(());
        }
        contact.gone |= self.network.leaves.iter().any(|leaving| {
            leaving.after + 1 == contact.step
                && leaving.class == contact.class as usize
                && leaving_draw(self.seed, self.replication, contact.number, leaving.after) < leaving.share
        });
        self.step(slot, now)
    }

    fn tell(&mut self, slot: u32, station: usize, [since, begun, done]: [Time; 3], turned_away: bool) {
        let Contact { number: contact, class, arrived, .. } = self.contacts[slot as usize];
        let station = number(station);
        (self.visit)(Visit { contact, station, arrived, class, since, begun, done, turned_away });
    }
}

fn number(station: usize) -> u32 {
    u32::try_from(station).unwrap_or(u32::MAX)
}

/// Draws of a contact for [`Purpose::Class`]: 0 is its class, 1 whether it leaves after step 0, and so on.
fn leaving_draw(seed: u64, replication: u32, contact: u32, after: usize) -> f64 {
    let draw = u16::try_from(after.saturating_add(1)).unwrap_or(u16::MAX);
    open_unit(bits_at(seed, replication, u64::from(contact), Purpose::Class, draw))
}
