//! The hub's decision: what the pack recommends, what people make of it, who reads it, and where each child goes.

use mash_model::{Agency, Stage};

use super::{
    hand::{ChildInHand, Step},
    log::Activity,
    plan::{FrontDoorError, OVERSIGHT},
    record::Ending,
    run::Run,
    triage::Moment,
};
use crate::{knowledge::AgencySet, random_streams::Purpose, truth_model::LatentNeed};

impl Run<'_, '_> {
    /// Whoever decides is done: what is missing is asked for once more, or the contact is decided.
    pub(crate) fn decide(&mut self, contact: u32) -> Result<(), FrontDoorError> {
        let (triage, now) = (self.triage, self.now);
        let Some(hand) = self.contacts.get_mut(contact as usize) else { return Ok(()) };
        let moment = Moment { received: hand.received, now };
        // What was recommended under other rules is looked at again.
        let renewed = triage.takes_effect().is_some_and(|from| from <= now);
        let mut missing = AgencySet::default();
        for child in hand.children.iter_mut().filter(|child| !child.elsewhere) {
            if !child.fresh || renewed {
                let ask = child.latest.ask;
                let new = triage.decide(&child.facts, moment);
                child.latest = super::triage::Recommendation { ask, to_hub: true, ..new };
                child.fresh = true;
                child.stale = false;
            }
            if child.latest.more_information && child.decided.is_none() {
                missing = missing.with(child.latest.holders_of_missing);
            }
        }
        let missing = missing.without(hand.asked);
        let asks = self.door.asks.get(usize::from(hand.rating)).copied().unwrap_or(true);
        if !hand.asked_again && !missing.is_empty() && asks && self.door.file.enquiries.is_some() {
            hand.asked_again = true;
            return self.send(contact, missing);
        }
        self.settle(contact)
    }

    /// What is recommended now is what people go by.
    pub(crate) fn settle(&mut self, contact: u32) -> Result<(), FrontDoorError> {
        let now = self.now;
        let Some(hand) = self.contacts.get(contact as usize) else { return Ok(()) };
        let place = hand.place;
        let moves = self.departure(contact);
        let Some(hand) = self.contacts.get_mut(contact as usize) else { return Ok(()) };
        let mut routes = Vec::with_capacity(hand.children.len());
        for child in hand.children.iter_mut().filter(|child| !child.elsewhere) {
            let route = moved(child.latest.route, moves);
            // A contact that was opened again is never decided lower than before.
            let route = child.decided.map_or(route, |before| before.max(route));
            let before = child.decided.replace(route);
            routes.push((child.record, child.latest, route, before));
            // Whom screening settled, nobody looked at again.
            if self.log.listens()
                && child.fresh
                && let Some(case) = self.records.cases.get(child.record as usize)
            {
                self.log.known(case.key, Stage::Decision, &child.facts);
            }
        }
        for (record, latest, route, _) in &routes {
            let Some(case) = self.records.cases.get_mut(*record as usize) else { continue };
            let [begun, ended] = &mut case.decided;
            *begun = (*begun).min(now);
            *ended = now;
            case.recommended = latest.route;
            case.route = *route;
            case.manual_review |= latest.manual_review;
            let [_, rating] = &mut case.rating;
            *rating = latest.rating;
            let key = case.key;
            let route = u8::try_from(route.rank()).unwrap_or(0);
            self.note_more(key, Activity::Decided, None, None, Some(route));
        }
        if self.door.value_of_information {
            self.value_information(contact)?;
        }
        if self.is_read(contact, place, routes.iter().map(|(_, _, route, _)| *route).max()) {
            self.step(contact, Step::Oversight);
            self.edit(contact, |case| case.overseen = true);
            return self.queue(OVERSIGHT, contact);
        }
        self.conclude(contact)
    }

    /// Does a manager read it before it stands?
    fn is_read(&self, contact: u32, place: crate::population::Place, route: Option<LatentNeed>) -> bool {
        let (Some(oversight), Some(route)) = (&self.door.file.oversight, route) else { return false };
        let Some(hand) = self.contacts.get(contact as usize) else { return false };
        let before = hand.children.first().and_then(|child| self.records.cases.get(child.record as usize));
        let contacts = before.map_or(0, |case| case.contacts_before) + 1;
        if f64::from(contacts) >= oversight.repeat_contacts.value {
            return true;
        }
        let shares = &oversight.share.value;
        let share = shares.get(route.route_id()).or_else(|| shares.get("otherwise")).copied().unwrap_or(0.0);
        self.uniform(place, Purpose::Oversight, 0, 0) < share
    }

    /// The decision stands: each child goes where it was decided, and the household may be heard of again.
    pub(crate) fn conclude(&mut self, contact: u32) -> Result<(), FrontDoorError> {
        let Some(hand) = self.contacts.get(contact as usize) else { return Ok(()) };
        let (family, again) = (hand.family, hand.step == Step::Concluded);
        if hand.step == Step::Oversight {
            self.note_all(contact, Activity::DecisionRead, None);
        }
        self.step(contact, Step::Concluded);
        let Some(hand) = self.contacts.get(contact as usize) else { return Ok(()) };
        let decided: Vec<(u8, u32, LatentNeed)> =
            hand.own().filter_map(|child| Some((child.child, child.record, child.decided?))).collect();
        let strategy = decided.iter().any(|(_, _, route)| *route == LatentNeed::StrategyDiscussion);
        if strategy {
            self.call_strategy(contact, false)?;
        }
        for (child, record, route) in decided {
            let Some(case) = self.records.cases.get_mut(record as usize) else { continue };
            let first = case.ending == Ending::Open;
            case.ending = Ending::Decided;
            let need = case.need;
            if first && need >= LatentNeed::EarlyHelp {
                if let Some(known) = self.families.get_mut(family as usize) {
                    known.missed.push(record);
                }
                self.set_met(family, child, false);
            }
            self.route(family, child, record, route)?;
        }
        if !again {
            self.await_next(family)?;
        }
        self.forget(contact);
        Ok(())
    }

    /// Lets go of what is known of a contact once nothing can come of it any more.
    pub(crate) fn forget(&mut self, contact: u32) {
        if let Some(hand) = self.contacts.get_mut(contact as usize)
            && hand.step == Step::Concluded
            && hand.with_agencies == 0
        {
            hand.children = Vec::new();
        }
    }

    /// A child goes where it was decided.
    fn route(
        &mut self,
        family: u32,
        child: u8,
        record: u32,
        route: LatentNeed,
    ) -> Result<(), FrontDoorError> {
        match route {
            LatentNeed::NoFurtherAction | LatentNeed::Advice => Ok(()),
            LatentNeed::TargetedEarlyHelp if self.has_family_help() => {
                self.begin_family_help(family, child, record);
                Ok(())
            }
            LatentNeed::EarlyHelp | LatentNeed::TargetedEarlyHelp => {
                self.refer_to_early_help(family, child, record);
                Ok(())
            }
            LatentNeed::ChildAndFamilyAssessment | LatentNeed::StrategyDiscussion => {
                self.accept_referral(family, child, record);
                Ok(())
            }
        }
    }

    /// Which agencies' replies changed what is recommended: for each that answered, the pack is asked once more without.
    fn value_information(&mut self, contact: u32) -> Result<(), FrontDoorError> {
        let (door, triage, now) = (self.door, self.triage, self.now);
        let Some(hand) = self.contacts.get_mut(contact as usize) else { return Ok(()) };
        let moment = Moment { received: hand.received, now };
        let (place, source, replied) = (hand.place, hand.source, hand.replied);
        let mut found = Vec::new();
        for child in hand.children.iter_mut().filter(|child| !child.elsewhere) {
            let Some(at_door) = child.at_door.clone() else { continue };
            let mut changed = [0_u64; 2];
            for without in Agency::ALL.iter().filter(|agency| replied.contains(**agency)) {
                let mut other = ChildInHand {
                    facts: at_door.clone(),
                    truth: child.truth.clone(),
                    concerned: AgencySet::default(),
                    at_door: None,
                    ..*child
                };
                for agency in Agency::ALL.iter().filter(|it| replied.contains(**it) && *it != without) {
                    door.learn(&mut other, place, *agency, source)?;
                }
                let [up, down] = &mut changed;
                match child.latest.route.cmp(&triage.decide(&other.facts, moment).route) {
                    std::cmp::Ordering::Greater => *up |= 1 << (*without as u64),
                    std::cmp::Ordering::Less => *down |= 1 << (*without as u64),
                    std::cmp::Ordering::Equal => {}
                }
            }
            found.push((child.record, changed));
        }
        for (record, changed) in found {
            if let Some(case) = self.records.cases.get_mut(record as usize) {
                case.changed_by = changed;
            }
        }
        Ok(())
    }
}

/// So many steps up or down the ladder.
fn moved(route: LatentNeed, steps: i32) -> LatentNeed {
    let last = LatentNeed::ALL.len() - 1;
    let rank = i32::try_from(route.rank()).unwrap_or(0) + steps;
    let rank = usize::try_from(rank.max(0)).unwrap_or(0).min(last);
    LatentNeed::ALL.get(rank).copied().unwrap_or(route)
}
