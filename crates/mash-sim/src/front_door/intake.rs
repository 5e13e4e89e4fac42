//! How a contact comes in: who sends it, when it reaches the hub, what is known at the door, and where it goes first.

use mash_model::{FactSheet, FactValue, Slot, SourceGroup, Stage};

use super::{
    event::Event,
    hand::{ChildInHand, InHand, Step},
    log::{Activity, Person},
    plan::{FrontDoorError, SCREENING, minute_of_day},
    record::{CaseKey, CaseRecord, Channel, Ending},
    run::Run,
    triage::Moment,
};
use crate::{
    case_mix::{has_disability, pictures},
    knowledge::AgencySet,
    queueing::Time,
    random_streams::Purpose,
    sampling::categorical,
    scenario::group_id,
    truth_model::LatentNeed,
};

/// Contacts within a year count as history.
const YEAR_DAYS: i64 = 365;

impl Run<'_, '_> {
    /// Something happens in a household that makes somebody get in touch.
    pub(crate) fn approach(&mut self, family: u32, group: usize) -> Result<(), FrontDoorError> {
        let Some(known) = self.families.get(family as usize) else { return Ok(()) };
        let place = known.household.place.approach(known.household.approaches.len());
        let police = SourceGroup::ALL.get(group) == Some(&SourceGroup::Police);
        let closed = !self.door.hub_hours.is_open(&self.door.days, self.now);
        if let Some(batch) = &self.door.file.intake.police_batch
            && self.door.contacts.is_none()
            && police
            && closed
            && self.uniform(place, Purpose::Channel, 0, 0) < batch.held_back.value
            && !self.is_danger(family, group)?
        {
            let sent = minute_of_day(&batch.sent_at).unwrap_or(0);
            let at = self.next_working_day_at(sent);
            self.events.set(at, Event::Sent { family, group: u8::try_from(group).unwrap_or(0) });
            return Ok(());
        }
        self.receive(family, group)
    }

    /// Would a contact received now be about a child in immediate danger?
    fn is_danger(&mut self, family: u32, group: usize) -> Result<bool, FrontDoorError> {
        let door = self.door;
        let received = door.days.civil(self.now);
        let Some(known) = self.families.get_mut(family as usize) else { return Ok(false) };
        known.household.hear(door.scenario, group, received)?;
        let pictures =
            pictures(door.scenario, &door.index, &known.household, known.household.approaches.len() - 1)?;
        known.household.approaches.pop();
        Ok(pictures.iter().any(|child| says_yes(&child.truth, door.facts.danger)))
    }

    /// The next time a working day reaches this minute.
    fn next_working_day_at(&self, minute: i64) -> Time {
        let hours = super::calendar::Hours { working: Some((minute, minute + 1)), other: None };
        hours.next_open(&self.door.days, self.now)
    }

    /// A contact reaches the hub.
    pub(crate) fn receive(&mut self, family: u32, group: usize) -> Result<(), FrontDoorError> {
        let door = self.door;
        let received = door.days.civil(self.now);
        let Some(known) = self.families.get_mut(family as usize) else { return Ok(()) };
        known.household.hear(door.scenario, group, received)?;
        let number = known.household.approaches.len() - 1;
        let place = known.household.place.approach(number);
        let Some(approach) = known.household.approaches.last() else { return Ok(()) };
        let (source, group) = (approach.agency, approach.group);
        let before = known.household.approaches.iter().take(number);
        let before = before
            .filter(|past| crate::population::days_between(past.received, received) <= YEAR_DAYS)
            .count();
        let pictures = pictures(door.scenario, &door.index, &known.household, number)?;
        let open = known.open;
        if let (Some(triaged), SourceGroup::Police, None) =
            (&door.file.intake.police_triage, group, &door.contacts)
        {
            let apparent = pictures.iter().map(|child| child.severity.apparent()).fold(f64::MIN, f64::max);
            let need = LatentNeed::of_score(apparent, &door.scenario.tables.cuts);
            if need <= LatentNeed::Advice && self.uniform(place, Purpose::Channel, 0, 1) < triaged.value {
                // The force keeps it: nobody here hears of it, and it is no history.
                if let Some(known) = self.families.get_mut(family as usize) {
                    known.household.approaches.pop();
                }
                return self.await_next(family);
            }
        }
        let channel = self.channel(place, group);
        let mut children = Vec::with_capacity(pictures.len());
        let mut danger = false;
        for (child, picture) in (0_u8..).zip(pictures) {
            let here = place.child(usize::from(child));
            let key = CaseKey { household: place.household, approach: place.approach, child };
            let mut record = CaseRecord::received(key, source, channel, picture.band, self.now);
            record.need =
                LatentNeed::of_score(door.model.score(&picture.severity), &door.scenario.tables.cuts);
            record.contacts_before = u8::try_from(before).unwrap_or(u8::MAX);
            let mut truth = picture.truth;
            if open.get(usize::from(child)).is_some_and(|case| *case > 0)
                && let Some(slot) = door.facts.open_case
            {
                truth.set(slot, Some(FactValue::Bool(true)));
            }
            let at_door = door.knowledge.at_the_door(&door.index, here, source, &truth)?.facts;
            let yes = |slot: Option<Slot>| says_yes(&at_door, slot);
            record.danger = yes(door.facts.danger);
            danger |= record.danger;
            let to_worker = yes(door.facts.open_case) && door.file.intake.open_cases_bypass;
            let elsewhere = !to_worker && yes(door.facts.elsewhere);
            record.ending = match (to_worker, elsewhere) {
                (true, _) => Ending::ToWorker,
                (_, true) => Ending::OtherArea,
                _ => Ending::Open,
            };
            let latest = self.triage.screen(&at_door, Moment { received: self.now, now: self.now });
            record.rating = [latest.rating; 2];
            record.recommended = latest.route;
            let number = u32::try_from(self.records.cases.len()).map_err(|_| FrontDoorError::TooMany)?;
            self.records.cases.push(record);
            if let Some(person) = self
                .families
                .get(family as usize)
                .and_then(|it| it.household.children.get(usize::from(child)))
            {
                let disability = has_disability(&door.index, &truth);
                self.log.person(Person { sex: person.sex, ethnicity: &person.ethnicity, disability });
            }
            self.note_more(key, Activity::ContactReceived, Some(source), None, latest.rating);
            if self.log.listens() {
                self.log.known(key, Stage::Screening, &at_door);
            }
            children.push(ChildInHand {
                child,
                record: number,
                truth,
                at_door: door.value_of_information.then(|| at_door.clone()),
                facts: at_door,
                concerned: AgencySet::default(),
                latest,
                fresh: false,
                stale: false,
                decided: None,
                elsewhere: to_worker || elsewhere,
            });
        }
        let rating = children.iter().filter(|child| !child.elsewhere).filter_map(|child| child.latest.rating);
        let rating = rating.max().unwrap_or(0);
        let contact = u32::try_from(self.contacts.len()).map_err(|_| FrontDoorError::TooMany)?;
        self.contacts.push(InHand {
            family,
            place,
            source,
            received: self.now,
            children,
            rating,
            due: door.due(self.now, usize::from(rating)),
            version: 0,
            step: Step::Screening,
            asked: AgencySet::default(),
            replied: AgencySet::default(),
            with_agencies: 0,
            asked_again: false,
            rounds: 0,
            behind: false,
        });
        self.pass_on(contact)?;
        let Some(hand) = self.contacts.get(contact as usize) else { return Ok(()) };
        if hand.own().next().is_none() {
            return self.conclude(contact);
        }
        if danger {
            // A strategy discussion at any hour, and enquiries meanwhile.
            self.call_strategy(contact, true)?;
            return self.ask(contact);
        }
        self.queue(SCREENING, contact)
    }

    /// Children who are not the hub's go to their worker, or to the authority where they live.
    fn pass_on(&mut self, contact: u32) -> Result<(), FrontDoorError> {
        let Some(hand) = self.contacts.get(contact as usize) else { return Ok(()) };
        let family = hand.family;
        let gone: Vec<(u8, u32, LatentNeed)> = hand
            .children
            .iter()
            .filter(|child| child.elsewhere)
            .map(|child| (child.child, child.record, child.latest.route))
            .collect();
        for (child, record, route) in gone {
            let now = self.now;
            let Some(case) = self.records.cases.get_mut(record as usize) else { continue };
            case.decided = [now; 2];
            case.route = route;
            let (key, to_worker) = (case.key, case.ending == Ending::ToWorker);
            let activity = if to_worker { Activity::PassedToWorker } else { Activity::PassedToOtherArea };
            self.note(key, activity);
            if to_worker && let Some(known) = self.families.get_mut(family as usize) {
                let open = known.open.get(usize::from(child)).copied().unwrap_or(0);
                if let Some(approach) = known.household.approaches.last_mut() {
                    approach.to_worker = true;
                }
                if route == LatentNeed::StrategyDiscussion
                    && let Some(case) = open.checked_sub(1)
                {
                    self.concern_now(case)?;
                }
            }
        }
        Ok(())
    }

    /// The channel of a contact; whatever comes while the hub is closed comes out of hours.
    fn channel(&self, place: crate::population::Place, group: SourceGroup) -> Channel {
        if !self.door.hub_hours.is_open(&self.door.days, self.now) {
            return Channel::OutOfHours;
        }
        let channels = &self.door.file.intake.channels.value;
        let Some(shares) = channels.get(group_id(group)).or_else(|| channels.get("otherwise")) else {
            return Channel::Form;
        };
        let weights: [f64; 3] = [Channel::Phone, Channel::Form, Channel::Email]
            .map(|channel| shares.get(channel.id()).copied().unwrap_or(0.0));
        let drawn = categorical(self.uniform(place, Purpose::Channel, 0, 2), &weights);
        Channel::ALL.get(drawn).copied().unwrap_or(Channel::Form)
    }
}

/// Is a yes-or-no fact known to be yes?
pub(crate) fn says_yes(facts: &FactSheet, slot: Option<Slot>) -> bool {
    slot.is_some_and(|slot| facts.get(slot) == Some(FactValue::Bool(true)))
}
