//! Section 47 enquiries, initial conferences, child protection plans and their reviews.

use super::{event::Event, log::Activity, run::Run};
use crate::{population::Place, queueing::Time, random_streams::Purpose, sampling};

/// Days from the initial conference to the first review, and from one review to the next. Source: Working Together to
/// Safeguard Children (2023), three months and then at most six; the passage is unverified.
const FIRST_REVIEW_DAYS: f64 = 91.0;
const NEXT_REVIEW_DAYS: f64 = 182.0;

/// Draws about protection, by number; those of a review come after.
mod draws {
    pub(super) const CONFERENCE: u16 = 0;
    pub(super) const DAYS: u16 = 1;
    pub(super) const PLAN: u16 = 2;
    pub(super) const CORE_GROUP: u16 = 3;
    pub(super) const REVIEWS: u16 = 8;
}

/// The beginning of the first stretch of its kind: a case may have several, its record keeps the first.
fn first([begun, _]: &mut [Time; 2], now: Time) {
    *begun = (*begun).min(now);
}

/// The end of the first.
fn ended([_, ended]: &mut [Time; 2], now: Time) {
    *ended = (*ended).min(now);
}

impl Run<'_, '_> {
    /// A section 47 enquiry begins about the child of a contact.
    pub(crate) fn begin_enquiry_of_record(&mut self, family: u32, record: u32) {
        let Some(key) = self.records.cases.get(record as usize).map(|case| case.key) else { return };
        // The referral may not be decided yet; the discussion decides it.
        self.accept_referral(family, key.child, record);
        let open =
            self.families.get(family as usize).and_then(|known| known.open.get(usize::from(key.child)));
        match open.copied().and_then(|case| case.checked_sub(1)) {
            Some(case) => self.begin_enquiry(case),
            None => {
                let now = self.now;
                if let Some(case) = self.records.cases.get_mut(record as usize) {
                    first(&mut case.section_47, now);
                }
                self.note(key, Activity::Section47Begun);
            }
        }
    }

    /// A section 47 enquiry begins about a child whose case is open.
    pub(crate) fn begin_enquiry(&mut self, case: u32) {
        let now = self.now;
        let Some(open) = self.cases.get_mut(case as usize) else { return };
        if open.closed || open.enquiry || open.on_plan {
            return;
        }
        let Some(file) = &self.door.file.section_47 else { return };
        open.enquiry = true;
        let place = open.place;
        self.edit_case(case, |record| first(&mut record.section_47, now));
        self.records.enquiries.push(now);
        self.note_case(case, Activity::Section47Begun);
        let conference = self.door.scenario.branching.conference_per_s47;
        if self.protection(place, draws::CONFERENCE) < conference {
            let days = self
                .door
                .conference
                .as_ref()
                .map_or(15.0, |bands| bands.at(self.protection(place, draws::DAYS)));
            let at = self.book_conference(self.in_working_days(days));
            self.events.set(at, Event::Conference { case });
        } else {
            let days = sampling::exponential(self.protection(place, draws::DAYS), file.days.value);
            self.events.set(now.after(Time::from_hours(days * 24.0)), Event::EnquiryEnds { case });
        }
    }

    pub(crate) fn enquiry_ends(&mut self, case: u32) {
        let now = self.now;
        let Some(open) = self.cases.get_mut(case as usize) else { return };
        open.enquiry = false;
        self.edit_case(case, |record| ended(&mut record.section_47, now));
        self.note_case(case, Activity::Section47Ended);
        self.back_in_need(case);
    }

    pub(crate) fn conference(&mut self, case: u32) {
        let now = self.now;
        let Some(open) = self.cases.get_mut(case as usize) else { return };
        open.enquiry = false;
        let place = open.place;
        self.edit_case(case, |record| {
            ended(&mut record.section_47, now);
            record.conference = record.conference.min(now);
        });
        self.records.conferences.push(now);
        self.note_case(case, Activity::ConferenceHeld);
        let share = self.door.scenario.branching.plan_per_conference;
        let Some(file) = self.door.file.plan.as_ref().filter(|_| self.protection(place, draws::PLAN) < share)
        else {
            self.back_in_need(case);
            return;
        };
        let in_time = self.protection(place, draws::CORE_GROUP) < file.core_group_in_time.value;
        if let Some(open) = self.cases.get_mut(case as usize) {
            open.on_plan = true;
        }
        self.open_cases[1] += 1;
        self.records.plans.push(now);
        self.edit_case(case, |record| {
            first(&mut record.plan, now);
            record.core_group_in_time = record.core_group_in_time.or(Some(in_time));
        });
        self.note_case(case, Activity::PlanBegun);
        self.log_core_group(case, in_time);
        let first = now.after(Time::from_hours(FIRST_REVIEW_DAYS * 24.0));
        self.events.set(first, Event::Review { case, number: 1 });
    }

    pub(crate) fn review(&mut self, case: u32, number: u8) {
        let now = self.now;
        let Some(file) = &self.door.file.plan else { return };
        let Some(open) = self.cases.get(case as usize) else { return };
        let draw = draws::REVIEWS + 2 * u16::from(number);
        let late = self.protection(open.place, draw) < file.reviews_late.value;
        let share = if number == 1 { &file.ends_at_first_review } else { &file.ends_at_later_review };
        let ends = self.protection(open.place, draw + 1) < share.value;
        self.edit_case(case, |record| {
            let [due, in_time] = &mut record.reviews;
            *due = due.saturating_add(1);
            *in_time = in_time.saturating_add(u8::from(!late));
        });
        self.note_case(case, Activity::PlanReviewed);
        if !ends {
            let next = now.after(Time::from_hours(NEXT_REVIEW_DAYS * 24.0));
            self.events.set(next, Event::Review { case, number: number.saturating_add(1) });
            return;
        }
        if let Some(open) = self.cases.get_mut(case as usize) {
            open.on_plan = false;
        }
        self.open_cases[1] = self.open_cases[1].saturating_sub(1);
        self.edit_case(case, |record| ended(&mut record.plan, now));
        self.note_case(case, Activity::PlanEnded);
        self.back_in_need(case);
    }

    fn protection(&self, place: Place, draw: u16) -> f64 {
        self.uniform(place, Purpose::Protection, 0, draw)
    }
}
