//! Everything that can happen next.

use std::{cmp::Ordering, collections::BinaryHeap};

use crate::queueing::Time;

/// Something that happens at a moment. Numbers are positions in the lists of the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Event {
    /// A household makes another contact, unless that was put off since.
    Again { family: u32, version: u32 },
    /// A contact that was held back is sent.
    Sent { family: u32, group: u8 },
    /// A desk is done with a contact.
    Done { desk: u16, contact: u32 },
    /// A desk opens.
    Opens { desk: u16 },
    /// The family has answered whether it agrees to enquiries.
    Agreement { contact: u32 },
    /// An agency that has not begun is reminded.
    Reminder { contact: u32, agency: u8 },
    /// The time for replies is over, unless the contact has moved on.
    Deadline { contact: u32, version: u16 },
    /// A strategy discussion ends.
    Met { strategy: u32 },
    /// Everybody whom a strategy discussion needs is there again.
    PoolsOpen,
    /// An assessment is done, unless another worker began it anew.
    Assessed { case: u32, version: u16 },
    /// A child in need is talked about in a strategy discussion.
    Concern { case: u32, version: u16 },
    /// A section 47 enquiry ends without a conference.
    EnquiryEnds { case: u32 },
    /// An initial conference.
    Conference { case: u32 },
    /// A core group; only where somebody listens.
    CoreGroup { case: u32 },
    /// The moment of something that is simulated by the week; only where somebody listens.
    Noted { number: u32 },
    /// A review conference.
    Review { case: u32, number: u8 },
    /// A case closes, unless it was put off since.
    Closes { case: u32, version: u16 },
    /// Early help ends.
    HelpEnds { help: u32 },
    /// A worker begins in a post.
    WorkerBegins { post: u16, agency: bool },
    /// A day ends.
    Midnight,
}

/// Events in the order of their time; of one moment, in the order in which they were set.
#[derive(Debug)]
pub(crate) struct Events {
    heap: BinaryHeap<Set>,
    set: u64,
    /// What would happen from then on is not kept.
    end: Time,
}

/// An event with its moment and its place among all that were set. The earliest is the greatest.
#[derive(Debug)]
struct Set {
    at: Time,
    number: u64,
    event: Event,
}

impl Ord for Set {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at, other.number).cmp(&(self.at, self.number))
    }
}

impl PartialOrd for Set {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Set {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Set {}

impl Events {
    /// No event yet, of a run until a moment.
    pub(crate) fn until(end: Time) -> Self {
        Self { heap: BinaryHeap::new(), set: 0, end }
    }

    pub(crate) fn set(&mut self, at: Time, event: Event) {
        if at >= self.end {
            return;
        }
        self.set += 1;
        self.heap.push(Set { at, number: self.set, event });
    }

    pub(crate) fn next_at(&self) -> Time {
        self.heap.peek().map_or(Time::NEVER, |next| next.at)
    }

    pub(crate) fn pop(&mut self) -> Option<(Time, Event)> {
        self.heap.pop().map(|next| (next.at, next.event))
    }
}
