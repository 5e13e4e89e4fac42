//! A station at work: who waits, how many servers are free, whether it is open.

use std::collections::VecDeque;

use super::{
    hours::{Phase, WeekHours},
    network::Station,
    time::Time,
};

/// A contact that waits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Waiting {
    pub(super) slot: u32,
    pub(super) since: Time,
}

/// The state of a station.
#[derive(Debug)]
pub(super) struct AtWork<'n> {
    pub(super) free: usize,
    pub(super) turns_away: bool,
    hours: &'n WeekHours,
    /// INVARIANT: true of every moment from when it was asked for until its end.
    phase: Phase,
    /// INVARIANT: the sum of the queues' lengths.
    waiting: usize,
    /// Who waits, the most urgent class first; first come, first served within a class.
    queues: Vec<VecDeque<Waiting>>,
    /// Its next opening has been set as an event.
    pub(super) opening: bool,
}

impl<'n> AtWork<'n> {
    pub(super) fn new(station: &'n Station, classes: usize) -> Self {
        Self {
            free: station.servers,
            turns_away: station.turns_away,
            hours: &station.hours,
            phase: station.hours.phase(Time::ZERO),
            waiting: 0,
            queues: vec![VecDeque::new(); classes.max(1)],
            opening: false,
        }
    }

    pub(super) fn is_open(&mut self, now: Time) -> bool {
        if now >= self.phase.until {
            self.phase = self.hours.phase(now);
        }
        self.phase.open
    }

    /// When it opens, of a station that is closed.
    pub(super) fn opens(&self, now: Time) -> Time {
        self.hours.next_open(now)
    }

    pub(super) fn wait(&mut self, class: u32, waiting: Waiting) {
        let last = self.queues.len().saturating_sub(1);
        if let Some(queue) = self.queues.get_mut((class as usize).min(last)) {
            queue.push_back(waiting);
            self.waiting += 1;
        }
    }

    /// The one to be served next.
    pub(super) fn next(&mut self) -> Option<Waiting> {
        let next = self.queues.iter_mut().find_map(VecDeque::pop_front)?;
        self.waiting -= 1;
        Some(next)
    }

    pub(super) fn has_waiting(&self) -> bool {
        self.waiting > 0
    }
}
