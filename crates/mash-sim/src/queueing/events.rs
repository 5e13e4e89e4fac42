//! What happens next.

use std::{cmp::Ordering, collections::BinaryHeap};

use super::time::Time;

/// Something that happens at a moment at a station.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) at: Time,
    /// How many were set before it.
    set: u64,
    pub(super) station: u32,
    /// Who is done there; [`Event::OPENS`] for nobody: the station opens.
    pub(super) slot: u32,
}

impl Event {
    /// Stands for no contact.
    pub(super) const OPENS: u32 = u32::MAX;
}

/// The heap gives the greatest, which is to be the earliest; of one moment, the one set first.
impl Ord for Event {
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at, other.set).cmp(&(self.at, self.set))
    }
}

impl PartialOrd for Event {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Events in the order of their time; of one moment, in the order in which they were set.
#[derive(Debug, Default)]
pub(super) struct Events {
    heap: BinaryHeap<Event>,
    set: u64,
}

impl Events {
    pub(super) fn set(&mut self, at: Time, station: u32, slot: u32) {
        self.set += 1;
        self.heap.push(Event { at, set: self.set, station, slot });
    }

    /// When the next event is.
    pub(super) fn next_at(&self) -> Time {
        self.heap.peek().map_or(Time::NEVER, |event| event.at)
    }

    pub(super) fn pop(&mut self) -> Option<Event> {
        self.heap.pop()
    }
}
