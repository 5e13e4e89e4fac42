//! People at a desk: who waits, who is served next, and how the day went.

use std::{cmp::Reverse, collections::BinaryHeap};

use super::{
    calendar::{Days, Hours},
    law::Law,
    record::{DeskId, ShiftRecord},
};
use crate::{queueing::Time, scenario::front_door::Discipline};

/// A desk as the scenario has it.
#[derive(Debug, Clone)]
pub(crate) struct DeskPlan {
    pub(crate) id: DeskId,
    /// Posts; none for as many people as it takes.
    pub(crate) posts: Option<f64>,
    /// Share of post days on which nobody is there.
    pub(crate) absent: f64,
    pub(crate) hours: Hours,
    pub(crate) discipline: Discipline,
    /// By rating.
    pub(crate) laws: Vec<Law>,
}

impl DeskPlan {
    /// How long work takes for a contact of this rating.
    pub(crate) fn law(&self, rating: usize) -> Option<Law> {
        self.laws.get(rating).or_else(|| self.laws.last()).copied()
    }
}

/// Who waits: the key says who is next, the lowest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Waiting {
    urgency: u8,
    at: Time,
    sequence: u64,
    /// The contact.
    pub(crate) contact: u32,
    /// A contact that was put elsewhere in the queue has a newer version.
    pub(crate) version: u16,
}

/// A desk at work.
#[derive(Debug)]
pub(crate) struct Desk {
    /// People on duty today; none where there are always enough.
    pub(crate) on_duty: Option<u32>,
    pub(crate) at_work: u32,
    /// Its next opening is among the events.
    pub(crate) opening: bool,
    queue: BinaryHeap<Reverse<Waiting>>,
    pub(crate) waiting: u32,
    sequence: u64,
    today: ShiftRecord,
}

impl Desk {
    pub(crate) fn new(plan: &DeskPlan) -> Self {
        let today = ShiftRecord {
            desk: plan.id,
            day: 0,
            staff: 0,
            on_duty: Time::ZERO,
            busy: Time::ZERO,
            overtime: Time::ZERO,
            waiting: 0,
            begun: 0,
        };
        Self {
            on_duty: None,
            at_work: 0,
            opening: false,
            queue: BinaryHeap::new(),
            waiting: 0,
            sequence: 0,
            today,
        }
    }

    /// Puts a contact in the queue. `urgency` is 0 for the most urgent rating.
    pub(crate) fn wait(
        &mut self,
        discipline: Discipline,
        (contact, version): (u32, u16),
        urgency: u8,
        received: Time,
        due: Time,
        now: Time,
    ) {
        self.sequence += 1;
        let (urgency, at) = match discipline {
            Discipline::FirstCome => (0, now),
            Discipline::Rating => (urgency, received),
            Discipline::Due => (0, due),
        };
        self.queue.push(Reverse(Waiting { urgency, at, sequence: self.sequence, contact, version }));
        self.waiting += 1;
    }

    /// Takes who is next out of the queue; `still` says whether an entry is not an old one.
    pub(crate) fn next(&mut self, still: impl Fn(&Waiting) -> bool) -> Option<u32> {
        while let Some(Reverse(waiting)) = self.queue.pop() {
            if still(&waiting) {
                self.waiting = self.waiting.saturating_sub(1);
                return Some(waiting.contact);
            }
        }
        None
    }

    pub(crate) fn has_waiting(&self) -> bool {
        !self.queue.is_empty()
    }

    /// Is anybody free?
    pub(crate) fn has_free(&self) -> bool {
        self.on_duty.is_none_or(|people| self.at_work < people)
    }

    /// Work begun today, before this.
    pub(crate) fn begun_today(&self) -> u32 {
        self.today.begun
    }

    /// Notes a piece of work of which beginning and end are known.
    pub(crate) fn worked(&mut self, plan: &DeskPlan, days: &Days, from: Time, to: Time) {
        self.today.begun += 1;
        let day = Days::day(from);
        let closes = plan.hours.closes(days, day).unwrap_or(to).max(from);
        let inside = to.min(closes);
        self.today.busy = self.today.busy.after(inside.since(from));
        self.today.overtime = self.today.overtime.after(to.since(inside));
    }

    /// Ends the day, and begins the next with so many people.
    pub(crate) fn next_day(
        &mut self,
        plan: &DeskPlan,
        days: &Days,
        day: usize,
        people: Option<u32>,
    ) -> ShiftRecord {
        let record = ShiftRecord { waiting: self.waiting, ..self.today };
        let minutes = plan.hours.minutes_on(days, day);
        let staff = people.unwrap_or(0);
        self.on_duty = people;
        self.today = ShiftRecord {
            desk: plan.id,
            day: u32::try_from(day).unwrap_or(u32::MAX),
            staff: u16::try_from(staff).unwrap_or(u16::MAX),
            on_duty: Time(minutes * 60_000_000_000 * i64::from(staff)),
            busy: Time::ZERO,
            overtime: Time::ZERO,
            waiting: 0,
            begun: 0,
        };
        record
    }
}
