//! Contacts at desks: who is served, and what happens when a desk is done.

use super::{
    event::Event,
    hand::Step,
    log::Activity,
    plan::{DECISION, FrontDoorError, OVERSIGHT, PARTNERS, SCREENING},
    record::DeskId,
    run::Run,
};
use crate::{queueing::Time, random_streams::Purpose};

impl Run<'_, '_> {
    /// Puts a contact in a desk's queue, and serves it if somebody is free.
    pub(crate) fn queue(&mut self, desk: usize, contact: u32) -> Result<(), FrontDoorError> {
        self.recommend_anew(contact);
        let (Some(hand), Some(plan), Some(at)) =
            (self.contacts.get(contact as usize), self.door.desks.get(desk), self.desks.get_mut(desk))
        else {
            return Ok(());
        };
        let ratings = self.door.limits.len();
        let urgency = u8::try_from(ratings).unwrap_or(u8::MAX).saturating_sub(hand.rating);
        let version = if desk < PARTNERS { hand.version } else { 0 };
        at.wait(plan.discipline, (contact, version), urgency, hand.received, hand.due, self.now);
        self.serve(desk)
    }

    /// Moves a contact that waits to where its new rating belongs.
    pub(crate) fn requeue(&mut self, desk: usize, contact: u32) -> Result<(), FrontDoorError> {
        if let (Some(hand), Some(at)) = (self.contacts.get_mut(contact as usize), self.desks.get_mut(desk)) {
            hand.version = hand.version.wrapping_add(1);
            at.waiting = at.waiting.saturating_sub(1);
        }
        self.queue(desk, contact)
    }

    pub(crate) fn serve_all(&mut self) -> Result<(), FrontDoorError> {
        (0..self.desks.len()).try_for_each(|desk| self.serve(desk))
    }

    pub(crate) fn opens(&mut self, desk: usize) -> Result<(), FrontDoorError> {
        if let Some(at) = self.desks.get_mut(desk) {
            at.opening = false;
        }
        self.serve(desk)
    }

    /// Gives those who are free to those who wait, while the desk is open.
    fn serve(&mut self, desk: usize) -> Result<(), FrontDoorError> {
        let Some(plan) = self.door.desks.get(desk) else { return Ok(()) };
        let number = u16::try_from(desk).unwrap_or(u16::MAX);
        loop {
            let Some(at) = self.desks.get_mut(desk) else { return Ok(()) };
            if !at.has_waiting() || !at.has_free() {
                return Ok(());
            }
            if !plan.hours.is_open(&self.door.days, self.now) {
                if !at.opening {
                    let opens = plan.hours.next_open(&self.door.days, self.now);
                    if opens == Time::NEVER {
                        return Err(FrontDoorError::NeverOpen { at: name(plan.id) });
                    }
                    at.opening = true;
                    self.events.set(opens, Event::Opens { desk: number });
                }
                return Ok(());
            }
            let contacts = &self.contacts;
            let next = at.next(|waiting| {
                desk >= PARTNERS
                    || contacts
                        .get(waiting.contact as usize)
                        .is_some_and(|hand| hand.version == waiting.version)
            });
            let Some(contact) = next else { return Ok(()) };
            at.at_work += 1;
            self.recommend_anew(contact);
            let Some(hand) = self.contacts.get(contact as usize) else { continue };
            let part = u8::try_from(desk).unwrap_or(u8::MAX);
            let uniform = self.uniform(hand.place, Purpose::Desk, part, hand.rounds);
            let drawn = || plan.law(usize::from(hand.rating)).map_or(Time::ZERO, |law| law.at(uniform));
            let takes = self.logged_time(desk, hand.place.household).unwrap_or_else(drawn);
            let until = self.now.after(takes);
            if let Some(at) = self.desks.get_mut(desk) {
                at.worked(plan, &self.door.days, self.now, until);
            }
            self.begun(desk, contact);
            self.events.set(until, Event::Done { desk: number, contact });
        }
    }

    /// How long a stage took by the log that is replayed, if one is and it says.
    fn logged_time(&self, desk: usize, household: u64) -> Option<Time> {
        let number = usize::try_from(household).ok()?.checked_sub(1)?;
        let contact = self.door.contacts.as_ref()?.get(number)?;
        match desk {
            SCREENING => contact.screening,
            DECISION => contact.decision,
            _ => None,
        }
    }

    /// Notes that a desk has begun with a contact.
    fn begun(&mut self, desk: usize, contact: u32) {
        let (now, activity) = match desk {
            SCREENING => (self.now, Activity::ScreeningBegun),
            DECISION => (self.now, Activity::DecisionBegun),
            _ => return,
        };
        let Some(hand) = self.contacts.get_mut(contact as usize) else { return };
        if desk == DECISION {
            hand.rounds += 1;
        }
        let records: Vec<u32> = hand.own().map(|child| child.record).collect();
        for record in records {
            let Some(case) = self.records.cases.get_mut(record as usize) else { continue };
            let stage = if desk == SCREENING { &mut case.screened } else { &mut case.decided };
            if let [begun @ Time::NEVER, _] = stage {
                *begun = now;
            }
            let key = case.key;
            self.note(key, activity);
        }
    }

    /// A desk is done with a contact.
    pub(crate) fn done(&mut self, desk: usize, contact: u32) -> Result<(), FrontDoorError> {
        if let Some(at) = self.desks.get_mut(desk) {
            at.at_work = at.at_work.saturating_sub(1);
        }
        self.serve(desk)?;
        match desk {
            SCREENING => self.screened(contact),
            DECISION => self.decide(contact),
            OVERSIGHT => self.conclude(contact),
            partner => self.replied(contact, partner - PARTNERS),
        }
    }

    /// Moves a contact to its next step: whatever was set for the step before is old.
    pub(crate) fn step(&mut self, contact: u32, step: Step) {
        if let Some(hand) = self.contacts.get_mut(contact as usize) {
            hand.step = step;
            hand.version = hand.version.wrapping_add(1);
        }
    }

    /// Screening is over: what can be settled is; the rest goes on.
    fn screened(&mut self, contact: u32) -> Result<(), FrontDoorError> {
        let now = self.now;
        let Some(hand) = self.contacts.get(contact as usize) else { return Ok(()) };
        let (mut to_hub, mut strategy) = (false, false);
        let screened: Vec<(u32, u8)> = hand
            .own()
            .map(|child| {
                to_hub |= child.latest.to_hub;
                strategy |= child.latest.route == crate::truth_model::LatentNeed::StrategyDiscussion;
                (child.record, u8::try_from(child.latest.route.rank()).unwrap_or(0))
            })
            .collect();
        for (record, route) in screened {
            let Some(case) = self.records.cases.get_mut(record as usize) else { continue };
            let [_, ended] = &mut case.screened;
            *ended = now;
            let key = case.key;
            self.note_more(key, Activity::Screened, None, None, Some(route));
        }
        if strategy {
            // It waits for no reply.
            self.call_strategy(contact, false)?;
        }
        if to_hub { self.ask(contact) } else { self.settle(contact) }
    }
}

/// A desk's place in the scenario.
fn name(desk: DeskId) -> String {
    match desk {
        DeskId::Screening => "front_door.screening.hours".to_owned(),
        DeskId::Decision => "front_door.decision.hours".to_owned(),
        DeskId::Oversight => "front_door.oversight.desk.hours".to_owned(),
        DeskId::Partner(agency) => format!("front_door.enquiries.desks.{agency}.hours"),
    }
}
