//! Changes of rooms as they happen, for those who look at them.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use tokio::sync::watch;

/// What changed in a room: two counters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Change {
    /// Of what everybody sees: the step, a pause, a stage opened for all.
    pub(crate) step: u64,
    /// Of what facilitators see besides: who joined, who answered.
    pub(crate) count: u64,
}

/// The rooms that somebody looks at.
#[derive(Debug, Default)]
pub(crate) struct Live {
    rooms: Mutex<BTreeMap<i64, watch::Sender<Change>>>,
}

impl Live {
    /// Changes of a room from now on.
    pub(crate) fn of(&self, room: i64) -> watch::Receiver<Change> {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        // Rooms that nobody looks at any more are forgotten.
        rooms.retain(|id, sender| *id == room || sender.receiver_count() > 0);
        rooms.entry(room).or_insert_with(|| watch::Sender::new(Change::default())).subscribe()
    }

    /// Says that everybody sees something else.
    pub(crate) fn stepped(&self, room: i64) {
        self.change(room, |change| change.step += 1);
    }

    /// Says that facilitators see something else.
    pub(crate) fn counted(&self, room: i64) {
        self.change(room, |change| change.count += 1);
    }

    fn change(&self, room: i64, how: impl FnOnce(&mut Change)) {
        let rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = rooms.get(&room) {
            sender.send_modify(how);
        }
    }
}
