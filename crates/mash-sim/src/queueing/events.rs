//! What happens next.

use std::{cmp::Reverse, collections::BinaryHeap};

use super::time::Time;

/// Something that happens at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Event {
    /// A station is done with a contact, which came at one moment and was begun at another.
    Done { station: u32, contact: u32, since: Time, begun: Time },
    /// A station opens.
    Open { station: u32 },
}

/// Events in the order of their time; of one moment, in the order in which they were set.
#[derive(Debug, Default)]
pub(super) struct Events {
    heap: BinaryHeap<Reverse<(Time, u64, Event)>>,
    set: u64,
}

impl Events {
    pub(super) fn set(&mut self, at: Time, event: Event) {
        self.set += 1;
        self.heap.push(Reverse((at, self.set, event)));
    }

    /// When the next event is.
    pub(super) fn next_at(&self) -> Time {
        self.heap.peek().map_or(Time::NEVER, |Reverse((at, ..))| *at)
    }

    pub(super) fn pop(&mut self) -> Option<(Time, Event)> {
        self.heap.pop().map(|Reverse((at, _, event))| (at, event))
    }
}
