//! Asking partner agencies: agreement, reminders, replies in time and late, and what they change.

use mash_model::{Agency, FactSheet, FactValue, Slot};

use super::{
    event::Event,
    hand::{ChildInHand, Step},
    log::Activity,
    plan::{DECISION, FrontDoor, FrontDoorError, PARTNERS},
    record::LawfulBasis,
    run::Run,
    triage::Moment,
};
use crate::{
    knowledge::AgencySet, population::Place, queueing::Time, random_streams::Purpose, sampling,
    scenario::front_door::ConsentPolicy, truth_model::LatentNeed,
};

impl Run<'_, '_> {
    /// Asks whom the pack says, once agreement has been sought where the scenario wants it.
    pub(crate) fn ask(&mut self, contact: u32) -> Result<(), FrontDoorError> {
        let Some(hand) = self.contacts.get(contact as usize) else { return Ok(()) };
        let ask = hand.own().fold(AgencySet::default(), |all, child| all.with(child.latest.ask));
        let asks = self.door.asks.get(usize::from(hand.rating)).copied().unwrap_or(true) && !ask.is_empty();
        let Some(enquiries) = self.door.file.enquiries.as_ref().filter(|_| asks) else {
            return self.wait_for_decision(contact);
        };
        let harm = hand.own().any(|child| child.latest.route == LatentNeed::StrategyDiscussion);
        let seek = match enquiries.consent.sought {
            ConsentPolicy::Never => false,
            ConsentPolicy::BelowHarm => !harm,
            ConsentPolicy::Always => true,
        };
        if !seek {
            return self.send(contact, ask);
        }
        self.step(contact, Step::Agreement);
        self.note_all(contact, Activity::AgreementSought, None);
        let Some(hand) = self.contacts.get(contact as usize) else { return Ok(()) };
        let uniform = self.uniform(hand.place, Purpose::Agreement, 0, 0);
        let takes = Time::from_hours(sampling::exponential(uniform, enquiries.consent.hours.value));
        let answered = self.door.hub_hours.after_open(&self.door.days, self.now, takes);
        self.events.set(answered, Event::Agreement { contact });
        Ok(())
    }

    /// The family has answered.
    pub(crate) fn agreement(&mut self, contact: u32) -> Result<(), FrontDoorError> {
        let Some(hand) = self.contacts.get(contact as usize) else { return Ok(()) };
        let refused = self.door.refused(hand.children.first());
        let danger = hand.own().any(|child| child.latest.route == LatentNeed::StrategyDiscussion);
        let stops = self.door.file.enquiries.as_ref().is_some_and(|it| it.consent.refusal_stops) && !danger;
        let ask = hand.own().fold(AgencySet::default(), |all, child| all.with(child.latest.ask));
        let basis = if refused { LawfulBasis::PublicTask } else { LawfulBasis::Consent };
        self.edit(contact, |case| {
            case.agreement_refused = refused;
            case.basis = if refused && stops { LawfulBasis::NotNeeded } else { basis };
        });
        if refused {
            self.note_all(contact, Activity::AgreementRefused, None);
        }
        if refused && stops { self.wait_for_decision(contact) } else { self.send(contact, ask) }
    }

    /// Sends enquiries.
    pub(crate) fn send(&mut self, contact: u32, ask: AgencySet) -> Result<(), FrontDoorError> {
        let Some(enquiries) = &self.door.file.enquiries else { return self.wait_for_decision(contact) };
        self.step(contact, Step::Replies);
        let now = self.now;
        let (mut place, mut rating, mut version) = (None, 0, 0);
        let mut new = AgencySet::default();
        if let Some(hand) = self.contacts.get_mut(contact as usize) {
            new = ask.without(hand.asked);
            hand.asked = hand.asked.with(new);
            (place, rating, version) = (Some(hand.place), hand.rating, hand.version);
        }
        let Some(place) = place else { return Ok(()) };
        let danger = self.contacts.get(contact as usize).is_some_and(|hand| {
            hand.own()
                .any(|child| self.records.cases.get(child.record as usize).is_some_and(|case| case.danger))
        });
        self.edit(contact, |case| {
            case.asked_at = case.asked_at.min(now);
            case.asked += u8::try_from(new.len()).unwrap_or(0);
            if case.basis == LawfulBasis::NotNeeded {
                case.basis = if danger { LawfulBasis::VitalInterests } else { LawfulBasis::PublicTask };
            }
        });
        for (number, agency) in Agency::ALL.iter().enumerate().filter(|(_, agency)| new.contains(**agency)) {
            self.note_all(contact, Activity::AgencyAsked, Some(*agency));
            let part = u8::try_from(number).unwrap_or(u8::MAX);
            let habits = self.door.habits.get(number).copied().unwrap_or_default();
            if self.uniform(place, Purpose::Enquiry, part, 0) < habits.never {
                continue;
            }
            if let Some(hand) = self.contacts.get_mut(contact as usize) {
                hand.with_agencies += 1;
            }
            if self.uniform(place, Purpose::Enquiry, part, 1) < habits.until_reminded {
                let span = Time::from_hours(enquiries.reminder_hours.value);
                let at = self.door.hub_hours.after_open(&self.door.days, now, span);
                self.events.set(at, Event::Reminder { contact, agency: part });
            } else {
                self.queue_partner(contact, number)?;
            }
        }
        let allowed = self.door.deadlines.get(usize::from(rating)).copied().unwrap_or(Time::NEVER);
        let most_urgent = usize::from(rating) + 1 == self.door.limits.len();
        let at = match allowed {
            Time::NEVER => Time::NEVER,
            span if most_urgent => now.after(span),
            span => self.door.hub_hours.after_open(&self.door.days, now, span),
        };
        self.events.set(at, Event::Deadline { contact, version });
        self.if_complete(contact)
    }

    /// An agency that had not begun is reminded, and begins.
    pub(crate) fn remind(&mut self, contact: u32, agency: u8) -> Result<(), FrontDoorError> {
        self.note_all(contact, Activity::AgencyReminded, Agency::ALL.get(usize::from(agency)).copied());
        self.queue_partner(contact, usize::from(agency))
    }

    fn queue_partner(&mut self, contact: u32, agency: usize) -> Result<(), FrontDoorError> {
        let at_once = self.door.desks.get(PARTNERS + agency).is_none_or(|desk| desk.laws.is_empty());
        if at_once { self.replied(contact, agency) } else { self.queue(PARTNERS + agency, contact) }
    }

    /// An agency has answered.
    pub(crate) fn replied(&mut self, contact: u32, agency: usize) -> Result<(), FrontDoorError> {
        let Some(agency) = Agency::ALL.get(agency).copied() else { return Ok(()) };
        let (door, now) = (self.door, self.now);
        let Some(hand) = self.contacts.get_mut(contact as usize) else { return Ok(()) };
        hand.with_agencies = hand.with_agencies.saturating_sub(1);
        let step = hand.step;
        let decided = step == Step::Concluded;
        hand.replied = hand.replied.with(AgencySet::of(&[agency]));
        let (place, source) = (hand.place, hand.source);
        let reopens = door.file.enquiries.as_ref().is_some_and(|it| it.reopen_on_late_reply);
        if !decided || reopens {
            hand.behind = true;
            for child in hand.children.iter_mut().filter(|child| !child.elsewhere) {
                // What says nothing new changes no recommendation.
                child.stale |= door.learn(child, place, agency, source)? || !child.fresh;
            }
        }
        // Until the last has answered, nobody need know what is recommended by then but who looks at the rating.
        let others = step == Step::Replies && !hand.asked.without(hand.replied).is_empty();
        let waits = others && !self.has_listener() && self.triage.takes_effect().is_none();
        self.note_all(contact, Activity::AgencyAnswered, Some(agency));
        self.edit(contact, |case| {
            if decided {
                case.late += 1;
            } else {
                case.replied += 1;
                case.replied_at = now;
                case.last_reply_of = Some(agency);
            }
        });
        let changed = !waits && self.recommend_anew(contact);
        match step {
            Step::Replies => self.if_complete(contact),
            // It waits elsewhere in the queue now.
            Step::Decision if changed && self.is_waiting_for_decision(contact) => {
                self.requeue(DECISION, contact)
            }
            Step::Concluded if reopens && self.is_stronger(contact) => self.reopen(contact),
            Step::Concluded => {
                self.forget(contact);
                Ok(())
            }
            Step::Screening | Step::Agreement | Step::Decision | Step::Oversight => Ok(()),
        }
    }

    /// What is recommended of all that is known by now; whether that changed the rating of a contact not yet decided.
    pub(crate) fn recommend_anew(&mut self, contact: u32) -> bool {
        let (door, triage, now) = (self.door, self.triage, self.now);
        let Some(hand) = self.contacts.get_mut(contact as usize).filter(|hand| hand.behind) else {
            return false;
        };
        hand.behind = false;
        let moment = Moment { received: hand.received, now };
        let mut rating = 0;
        for child in hand.children.iter_mut().filter(|child| !child.elsewhere) {
            if std::mem::take(&mut child.stale) {
                child.latest = Reply::keep_ask(child, triage.decide(&child.facts, moment));
                child.fresh = true;
            }
            rating = rating.max(child.latest.rating.unwrap_or(0));
        }
        let changed = rating != hand.rating && hand.step != Step::Concluded;
        if changed {
            hand.rating = rating;
            hand.due = door.due(hand.received, usize::from(rating));
            self.note_rating(contact, rating);
        }
        changed
    }

    /// Is more recommended of any child than was decided?
    fn is_stronger(&self, contact: u32) -> bool {
        let stronger = |child: &ChildInHand| child.decided.is_some_and(|route| child.latest.route > route);
        self.contacts.get(contact as usize).is_some_and(|hand| hand.own().any(stronger))
    }

    /// Is it in the queue for a decision, and nobody at it?
    fn is_waiting_for_decision(&self, contact: u32) -> bool {
        self.contacts.get(contact as usize).is_some_and(|hand| {
            hand.own().any(|child| {
                let case = self.records.cases.get(child.record as usize);
                case.is_some_and(|case| matches!(case.decided, [Time::NEVER, _]))
            })
        })
    }

    /// The time for replies is over.
    pub(crate) fn deadline(&mut self, contact: u32, version: u16) -> Result<(), FrontDoorError> {
        let waits = |hand: &super::hand::InHand| hand.version == version && hand.step == Step::Replies;
        if !self.contacts.get(contact as usize).is_some_and(waits) {
            return Ok(());
        }
        self.note_all(contact, Activity::RepliesOverdue, None);
        self.wait_for_decision(contact)
    }

    /// Goes on where everybody who was asked has answered.
    fn if_complete(&mut self, contact: u32) -> Result<(), FrontDoorError> {
        let complete = self
            .contacts
            .get(contact as usize)
            .is_some_and(|hand| hand.step == Step::Replies && hand.asked.without(hand.replied).is_empty());
        if complete { self.wait_for_decision(contact) } else { Ok(()) }
    }

    /// On to whoever decides.
    pub(crate) fn wait_for_decision(&mut self, contact: u32) -> Result<(), FrontDoorError> {
        self.step(contact, Step::Decision);
        self.queue(DECISION, contact)
    }

    /// A late reply makes more of a contact than was decided.
    fn reopen(&mut self, contact: u32) -> Result<(), FrontDoorError> {
        self.edit(contact, |case| case.reopened = true);
        self.note_all(contact, Activity::Reopened, None);
        self.wait_for_decision(contact)
    }

    /// Changes the records of all children of a contact that are the hub's.
    pub(crate) fn edit(&mut self, contact: u32, change: impl Fn(&mut super::record::CaseRecord)) {
        let Some(hand) = self.contacts.get(contact as usize) else { return };
        for child in hand.own() {
            if let Some(case) = self.records.cases.get_mut(child.record as usize) {
                change(case);
            }
        }
    }

    /// Notes the same of all children of a contact that are the hub's.
    pub(crate) fn note_all(&mut self, contact: u32, activity: Activity, agency: Option<Agency>) {
        if !self.has_listener() {
            return;
        }
        let Some(hand) = self.contacts.get(contact as usize) else { return };
        let keys: Vec<_> = hand
            .own()
            .filter_map(|child| self.records.cases.get(child.record as usize))
            .map(|case| case.key)
            .collect();
        for key in keys {
            self.note_more(key, activity, agency, None, None);
        }
    }

    fn note_rating(&mut self, contact: u32, rating: u8) {
        let Some(hand) = self.contacts.get(contact as usize).filter(|_| self.has_listener()) else { return };
        let records: Vec<u32> = hand.own().map(|child| child.record).collect();
        for record in records {
            if let Some(key) = self.records.cases.get(record as usize).map(|case| case.key) {
                self.note_more(key, Activity::RatingChanged, None, None, Some(rating));
            }
        }
    }
}

/// What a reply leaves as it was.
struct Reply;

impl Reply {
    /// The hub's stage asks nobody: whom screening asked stands.
    fn keep_ask(child: &ChildInHand, new: super::triage::Recommendation) -> super::triage::Recommendation {
        super::triage::Recommendation { ask: child.latest.ask, to_hub: child.latest.to_hub, ..new }
    }
}

impl FrontDoor<'_> {
    /// Adds to what is known of a child what an agency holds; says whether that is anything new.
    pub(crate) fn learn(
        &self,
        child: &mut ChildInHand,
        place: Place,
        agency: Agency,
        source: Agency,
    ) -> Result<bool, FrontDoorError> {
        let here = place.child(usize::from(child.child));
        let (mut new, facts) = (false, &mut child.facts);
        let mut tell = |slot: Slot, value: FactValue| {
            new |= facts.get(slot) != Some(value);
            facts.set(slot, Some(value));
        };
        if self.knowledge.reply(self.scenario, here, agency, &child.truth, &mut tell)? {
            child.concerned.insert(agency);
        }
        // How many agencies report a concern, and whether anybody else bears the referrer's report out.
        let others = child.concerned.without(AgencySet::of(&[source])).len();
        if let Some(slot) = self.facts.agencies_reporting {
            tell(slot, FactValue::Integer(i64::from(others) + 1));
        }
        if let Some(slot) = self.facts.corroborated {
            tell(slot, FactValue::Bool(others > 0));
        }
        Ok(new)
    }

    /// Does the family refuse, in truth?
    fn refused(&self, child: Option<&ChildInHand>) -> bool {
        child.is_some_and(|child| self.refuses(&child.truth))
    }

    /// Does a family of which this is true refuse?
    pub(crate) fn refuses(&self, truth: &FactSheet) -> bool {
        let Some(slot) = self.facts.consent else { return false };
        let Some(definition) = self.index.dictionary.get(slot) else { return false };
        truth.get(slot).is_some_and(|value| definition.text_of(value) == "refused")
    }
}
