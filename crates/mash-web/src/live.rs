//! Changes of rooms as they happen, for those who look at them and as long as they may.

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

/// The rooms that somebody looks at, and the visits that look.
#[derive(Debug, Default)]
pub(crate) struct Live {
    rooms: Mutex<BTreeMap<i64, watch::Sender<Change>>>,
    visits: Mutex<BTreeMap<Vec<u8>, watch::Sender<bool>>>,
}

impl Live {
    /// Changes of a room from now on.
    pub(crate) fn of(&self, room: i64) -> watch::Receiver<Change> {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        // Rooms that nobody looks at any more are forgotten.
        rooms.retain(|id, sender| *id == room || sender.receiver_count() > 0);
        rooms.entry(room).or_insert_with(|| watch::Sender::new(Change::default())).subscribe()
    }

    /// Becomes true when the visit of this hash may look no more. Asked for before its rights are looked up, so that
    /// whoever signs out in between is not missed.
    pub(crate) fn until(&self, visit: &[u8]) -> watch::Receiver<bool> {
        let mut visits = self.visits.lock().unwrap_or_else(PoisonError::into_inner);
        visits.retain(|hash, sender| hash == visit || sender.receiver_count() > 0);
        visits.entry(visit.to_vec()).or_insert_with(|| watch::Sender::new(false)).subscribe()
    }

    /// Says that the visit of this hash has signed out, left, or has another cookie now.
    pub(crate) fn ended(&self, visit: &[u8]) {
        let mut visits = self.visits.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = visits.remove(visit) {
            sender.send_replace(true);
        }
    }

    /// Says that everybody sees something else.
    pub(crate) fn stepped(&self, room: i64) {
        self.change(room, |change| change.step += 1);
    }

    /// Says that facilitators see something else.
    pub(crate) fn counted(&self, room: i64) {
        self.change(room, |change| change.count += 1);
    }

    /// Says that a room is no more: whoever looks at it hears nothing further.
    pub(crate) fn forget(&self, room: i64) {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner).remove(&room);
    }

    fn change(&self, room: i64, how: impl FnOnce(&mut Change)) {
        let rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = rooms.get(&room) {
            sender.send_modify(how);
        }
    }
}
