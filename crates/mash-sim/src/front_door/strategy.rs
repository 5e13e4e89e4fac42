//! Strategy discussions: social care, police and health at the same time, at any hour for immediate danger.

use std::{cmp::Reverse, collections::BinaryHeap};

use super::{
    event::Event,
    log::Activity,
    plan::{FrontDoor, FrontDoorError},
    run::Run,
};
use crate::{queueing::Time, random_streams::Purpose, truth_model::LatentNeed};

/// Discussions that wait, and who is in one.
#[derive(Debug, Default)]
pub(crate) struct Meetings {
    /// Danger first, then by the time of the call.
    queue: BinaryHeap<Reverse<(bool, Time, u32)>>,
    all: Vec<Meeting>,
    /// Of social care, police and health: in a discussion now.
    busy: [u32; 3],
    /// The next moment at which all are there is among the events.
    opening: bool,
}

/// One discussion.
#[derive(Debug)]
struct Meeting {
    /// About these children's records, or about an open case.
    records: Vec<u32>,
    family: u32,
    case: Option<u32>,
    danger: bool,
    place: crate::population::Place,
    /// Discussions about the same contact have draws of their own.
    draw: u16,
}

impl Run<'_, '_> {
    /// Calls a discussion about the children of a contact for whom one is called for and none was called yet.
    pub(crate) fn call_strategy(&mut self, contact: u32, danger: bool) -> Result<(), FrontDoorError> {
        let now = self.now;
        let Some(hand) = self.contacts.get(contact as usize) else { return Ok(()) };
        let (place, family) = (hand.place, hand.family);
        let mut records = Vec::new();
        for child in hand.own() {
            let Some(case) = self.records.cases.get_mut(child.record as usize) else { continue };
            let route = child.decided.unwrap_or(child.latest.route);
            let called_for = route == LatentNeed::StrategyDiscussion || (danger && case.danger);
            if let ([called @ Time::NEVER, _], true) = (&mut case.strategy, called_for) {
                *called = now;
                records.push(child.record);
            }
        }
        if records.is_empty() {
            return Ok(());
        }
        for record in &records {
            if let Some(key) = self.records.cases.get(*record as usize).map(|case| case.key) {
                self.note(key, Activity::StrategyCalled);
            }
        }
        let draw = u16::try_from(records.first().map_or(0, |record| record % 16)).unwrap_or(0);
        self.call(Meeting { records, family, case: None, danger, place, draw })
    }

    /// Calls a discussion about a child whose case is open.
    pub(crate) fn concern_now(&mut self, case: u32) -> Result<(), FrontDoorError> {
        let Some(open) = self.cases.get(case as usize) else { return Ok(()) };
        if open.closed || open.enquiry || open.on_plan {
            return Ok(());
        }
        let place = open.place;
        self.note_of_case(case, Activity::StrategyCalled, None);
        let case = Some(case);
        self.call(Meeting { records: Vec::new(), family: 0, case, danger: false, place, draw: 100 })
    }

    fn call(&mut self, meeting: Meeting) -> Result<(), FrontDoorError> {
        let number = u32::try_from(self.meetings.all.len()).map_err(|_| FrontDoorError::TooMany)?;
        self.meetings.queue.push(Reverse((!meeting.danger, self.now, number)));
        self.meetings.all.push(meeting);
        self.hold()
    }

    pub(crate) fn pools_open(&mut self) -> Result<(), FrontDoorError> {
        self.meetings.opening = false;
        self.hold()
    }

    /// Holds discussions while all three are there.
    fn hold(&mut self) -> Result<(), FrontDoorError> {
        while let Some(Reverse((not_danger, called, number))) = self.meetings.queue.peek().copied() {
            let danger = !not_danger;
            let open = |pool: &super::plan::PoolPlan| pool.hours.is_open(&self.door.days, self.now);
            let people = self.door.pools.each_ref().map(|pool| {
                if open(pool) {
                    pool.staff.max(if danger { pool.on_call } else { 0 })
                } else if danger {
                    pool.on_call
                } else {
                    0
                }
            });
            let free = people.iter().zip(&self.meetings.busy).all(|(people, busy)| busy < people);
            if !free {
                if people.contains(&0) {
                    self.wait_for_pools()?;
                }
                return Ok(());
            }
            self.meetings.queue.pop();
            self.meetings.busy.iter_mut().for_each(|busy| *busy += 1);
            self.held(number, called);
        }
        Ok(())
    }

    fn held(&mut self, number: u32, _: Time) {
        let now = self.now;
        let Some(meeting) = self.meetings.all.get(number as usize) else { return };
        let uniform = self.uniform(meeting.place, Purpose::Strategy, 0, meeting.draw * 2);
        let (records, case) = (meeting.records.clone(), meeting.case);
        self.events.set(now.after(self.door.strategy.at(uniform)), Event::Met { strategy: number });
        for record in records {
            let Some(case) = self.records.cases.get_mut(record as usize) else { continue };
            let [_, held] = &mut case.strategy;
            *held = now;
            let key = case.key;
            self.note(key, Activity::StrategyHeld);
        }
        if let Some(case) = case {
            self.note_of_case(case, Activity::StrategyHeld, None);
        }
    }

    fn wait_for_pools(&mut self) -> Result<(), FrontDoorError> {
        if self.meetings.opening {
            return Ok(());
        }
        let at = self.door.all_pools_open(self.now).ok_or_else(|| FrontDoorError::NeverOpen {
            at: format!("front_door.strategy ({} together)", FrontDoor::pool_names().join(", ")),
        })?;
        self.meetings.opening = true;
        self.events.set(at, Event::PoolsOpen);
        Ok(())
    }

    /// A discussion ends: a section 47 enquiry begins, or does not.
    pub(crate) fn met(&mut self, number: u32) -> Result<(), FrontDoorError> {
        self.meetings.busy.iter_mut().for_each(|busy| *busy = busy.saturating_sub(1));
        let Some(meeting) = self.meetings.all.get_mut(number as usize) else { return Ok(()) };
        let (records, case) = (std::mem::take(&mut meeting.records), meeting.case);
        let (place, draw, family) = (meeting.place, meeting.draw, meeting.family);
        let share = self.door.scenario.branching.s47_per_strategy_discussion;
        for record in records {
            let Some(child) = self.records.cases.get(record as usize).map(|case| case.key.child) else {
                continue;
            };
            let begins = self.uniform(place.child(usize::from(child)), Purpose::Strategy, 1, 0) < share;
            if begins {
                self.begin_enquiry_of_record(family, record);
            }
        }
        if let Some(case) = case
            && self.uniform(place, Purpose::Strategy, 1, draw) < share
        {
            self.begin_enquiry(case);
        }
        self.hold()
    }
}

impl FrontDoor<'_> {
    /// The next moment at which social care, police and health are all there.
    fn all_pools_open(&self, now: Time) -> Option<Time> {
        let mut at = now;
        for _ in 0..60 {
            let later = self.pools.iter().map(|pool| pool.hours.next_open(&self.days, at)).max()?;
            if later == Time::NEVER {
                return None;
            }
            if later == at && at > now {
                return Some(at);
            }
            at = if later == now { now.after(Time(1)) } else { later };
        }
        None
    }
}
