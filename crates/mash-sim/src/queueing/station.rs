//! A station at work: who waits, how many servers are free.

use std::collections::VecDeque;

use super::time::Time;

/// A contact that waits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Waiting {
    pub(super) contact: u32,
    pub(super) since: Time,
}

/// The state of a station.
#[derive(Debug)]
pub(super) struct AtWork {
    pub(super) free: usize,
    /// Who waits, the most urgent class first; first come, first served within a class.
    queues: Vec<VecDeque<Waiting>>,
    /// Its next opening has been set as an event.
    pub(super) opening: bool,
}

impl AtWork {
    pub(super) fn new(servers: usize, classes: usize) -> Self {
        Self { free: servers, queues: vec![VecDeque::new(); classes.max(1)], opening: false }
    }

    pub(super) fn wait(&mut self, class: usize, waiting: Waiting) {
        let last = self.queues.len().saturating_sub(1);
        if let Some(queue) = self.queues.get_mut(class.min(last)) {
            queue.push_back(waiting);
        }
    }

    /// The one to be served next.
    pub(super) fn next(&mut self) -> Option<Waiting> {
        self.queues.iter_mut().find_map(VecDeque::pop_front)
    }

    pub(super) fn has_waiting(&self) -> bool {
        self.queues.iter().any(|queue| !queue.is_empty())
    }
}
