//! A child's case from referral to closure: assessment, help as a child in need, and what stands beside it.

use super::{event::Event, family::CHILDREN, log::Activity, record::CaseRecord, run::Run};
use crate::{population::Place, queueing::Time, random_streams::Purpose, sampling, truth_model::LatentNeed};

/// Time within which a second referral is a re-referral.
const TWELVE_MONTHS: Time = Time(365 * super::calendar::DAY);

/// Draws about the assessment of a case, by number.
mod draws {
    pub(super) const NO_ACTION: u16 = 0;
    pub(super) const DAYS: u16 = 1;
    pub(super) const NOT_IN_NEED: u16 = 2;
    pub(super) const IN_NEED: u16 = 3;
    pub(super) const TRANSFER: u16 = 4;
    pub(super) const STEP_DOWN: u16 = 5;
    pub(super) const CONCERN: u16 = 6;
    pub(super) const AFTER_PLAN: u16 = 7;
}

/// An open case.
#[derive(Debug)]
pub(crate) struct OpenCase {
    /// The record of the contact that opened it; none for a case that was open at the start.
    pub(crate) record: Option<u32>,
    family: Option<(u32, u8)>,
    pub(crate) place: Place,
    pub(crate) opened: Time,
    pub(crate) worker: Option<u32>,
    pub(crate) workers: u8,
    /// Being assessed.
    assessing: bool,
    /// A section 47 enquiry is under way.
    pub(crate) enquiry: bool,
    pub(crate) on_plan: bool,
    pub(crate) closed: bool,
    /// A newer version puts off what was set before.
    version: u16,
    /// Day on which the next visit is due.
    pub(crate) visit_due: u32,
}

impl Run<'_, '_> {
    /// Cases that are open when the run begins.
    pub(crate) fn begin_open_cases(&mut self) {
        let Some(file) = &self.door.file.assessment else { return };
        let open = super::plan::people(file.open_at_start.value);
        let on_plan =
            self.door.file.plan.as_ref().map_or(0, |plan| super::plan::people(plan.on_plan_at_start.value));
        for number in 0..open {
            // Apart from every household that makes contact.
            let place = self.place((1 << 39) + u64::from(number));
            let case = self.open(None, None, place);
            if let Some(open) = self.cases.get_mut(case as usize) {
                open.assessing = false;
            }
            self.allocate_at_start(case);
            let draw = |number| self.uniform(place, Purpose::Snapshot, 0, number);
            if number < on_plan {
                let first_review = Time::from_hours(draw(0) * 182.0 * 24.0);
                if let Some(open) = self.cases.get_mut(case as usize) {
                    open.on_plan = true;
                    self.open_cases[1] += 1;
                }
                self.events.set(first_review, Event::Review { case, number: 2 });
                continue;
            }
            let rest = self.door.in_need.map_or(Time::ZERO, |law| law.rest_at(draw(1), draw(2)));
            self.set_closing(case, rest);
            self.set_concern(case);
        }
    }

    /// A referral is accepted.
    pub(crate) fn accept_referral(&mut self, family: u32, child: u8, record: u32) {
        let now = self.now;
        let Some(known) = self.families.get_mut(family as usize) else { return };
        let at = usize::from(child);
        // A child already open is not referred again.
        let open = known.open.get(at).is_some_and(|case| *case > 0);
        let last = known.referred.get(at).copied().unwrap_or(Time::NEVER);
        let Some(case) = self.records.cases.get_mut(record as usize) else { return };
        if case.referral || open {
            return;
        }
        case.referral = true;
        case.re_referral = last != Time::NEVER && now.since(last) <= TWELVE_MONTHS;
        let key = case.key;
        if let Some(referred) = known.referred.get_mut(at) {
            *referred = now;
        }
        if let Some(approach) = known.household.approaches.get_mut(usize::from(key.approach)) {
            approach.became_referral = true;
            approach.open_days = f64::INFINITY;
        }
        self.note(key, Activity::ReferralAccepted);
        let Some(place) = self.place_of(record) else { return };
        let no_action = self.door.scenario.branching.referral_nfa;
        let closes_at_once = self.uniform(place, Purpose::Assessment, 0, draws::NO_ACTION) < no_action;
        if self.door.file.assessment.is_none() || closes_at_once {
            self.referral_ends(family, record, closes_at_once);
            if !closes_at_once {
                self.set_met(family, child, true);
            }
            return;
        }
        let case = self.open(Some(record), Some((family, child)), place);
        if let Some(known) = self.families.get_mut(family as usize)
            && at < CHILDREN
            && let Some(slot) = known.open.get_mut(at)
        {
            *slot = case + 1;
        }
        self.allocate(case);
    }

    /// Is targeted early help given by the teams that help children in need?
    pub(crate) fn has_family_help(&self) -> bool {
        self.door.file.assessment.as_ref().is_some_and(|file| file.family_help)
    }

    /// Targeted early help as Family Help: a case with a worker, without a referral.
    pub(crate) fn begin_family_help(&mut self, family: u32, child: u8, record: u32) {
        let now = self.now;
        let at = usize::from(child);
        let Some(known) = self.families.get(family as usize) else { return };
        let Some(place) = self.place_of(record) else { return };
        if known.open.get(at).is_none_or(|case| *case > 0) {
            return;
        }
        let Some(case) = self.records.cases.get_mut(record as usize) else { return };
        let [begun, _] = &mut case.early_help;
        *begun = now;
        let (key, met) = (case.key, case.need <= LatentNeed::TargetedEarlyHelp);
        self.note(key, Activity::EarlyHelpBegun);
        let case = self.open(Some(record), Some((family, child)), place);
        if let Some(slot) = self.families.get_mut(family as usize).and_then(|known| known.open.get_mut(at)) {
            *slot = case + 1;
        }
        if met {
            self.set_met(family, child, true);
        }
        self.allocate(case);
    }

    /// A child in Family Help turns out to need what a child in need does: the worker stays.
    fn step_up_in_family_help(&mut self, case: u32, record: u32) {
        let now = self.now;
        let Some((family, child)) = self.cases.get(case as usize).and_then(|open| open.family) else {
            return;
        };
        let Some(known) = self.families.get_mut(family as usize) else { return };
        if let Some(referred) = known.referred.get_mut(usize::from(child)) {
            *referred = now;
        }
        if let Some(approach) = known.household.approaches.last_mut() {
            approach.became_referral = true;
            approach.open_days = f64::INFINITY;
        }
        if let Some(case) = self.records.cases.get_mut(record as usize) {
            case.referral = true;
        }
        self.note_case(case, Activity::ReferralAccepted);
    }

    /// A referral that opens no case.
    fn referral_ends(&mut self, family: u32, record: u32, no_action: bool) {
        let now = self.now;
        let Some(case) = self.records.cases.get_mut(record as usize) else { return };
        case.closed = now;
        case.not_in_need = false;
        let approach = usize::from(case.key.approach);
        if let Some(known) = self.families.get_mut(family as usize)
            && let Some(approach) = known.household.approaches.get_mut(approach)
        {
            approach.open_days = 0.0;
            approach.closed_nfa = no_action;
        }
    }

    fn open(&mut self, record: Option<u32>, family: Option<(u32, u8)>, place: Place) -> u32 {
        let number = u32::try_from(self.cases.len()).unwrap_or(u32::MAX);
        let today = u32::try_from(self.today()).unwrap_or(u32::MAX);
        self.cases.push(OpenCase {
            record,
            family,
            place,
            opened: self.now,
            worker: None,
            workers: 0,
            assessing: true,
            enquiry: false,
            on_plan: false,
            closed: false,
            version: 0,
            visit_due: today + 7,
        });
        self.open_cases[0] += 1;
        number
    }

    /// A worker has the case for the first time, or another has it now: the assessment runs.
    pub(crate) fn begin_assessment(&mut self, case: u32, over_limit: f64) {
        let (Some(file), Some(bands)) = (&self.door.file.assessment, &self.door.assessment) else { return };
        let Some(open) = self.cases.get_mut(case as usize) else { return };
        if !open.assessing || open.workers > 1 {
            return;
        }
        let (place, version) = (open.place, open.version);
        let drawn = bands.at(self.uniform(place, Purpose::Assessment, 0, draws::DAYS));
        let days = drawn * libm::pow(over_limit.max(1.0), file.by_caseload.value);
        self.events.set(self.in_working_days(days), Event::Assessed { case, version });
    }

    /// So many working days from now, parts of a day in hours of the hub.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few hundred days at most")]
    pub(crate) fn in_working_days(&self, days: f64) -> Time {
        // A duration of n working days ends on the n-th after the start.
        self.door.days.after_working_days(self.now, libm::ceil(days.max(0.0)) as u32)
    }

    /// An assessment is done: the child is found in need, or is not.
    pub(crate) fn assessed(&mut self, case: u32, version: u16) {
        let now = self.now;
        let Some(open) = self.cases.get_mut(case as usize) else { return };
        if open.version != version || open.closed || !open.assessing {
            return;
        }
        open.assessing = false;
        let (place, record, protected) = (open.place, open.record, open.enquiry || open.on_plan);
        let need = record.and_then(|record| self.records.cases.get(record as usize)).map(|case| case.need);
        let share = self.share_not_in_need(need.unwrap_or(LatentNeed::ChildAndFamilyAssessment));
        let not_in_need =
            !protected && self.uniform(place, Purpose::Assessment, 0, draws::NOT_IN_NEED) < share;
        self.edit_case(case, |record| {
            record.assessed = now;
            record.not_in_need = not_in_need;
        });
        self.note_case(case, Activity::AssessmentDone);
        let in_early_help = record
            .and_then(|record| self.records.cases.get(record as usize).map(|case| (record, case)))
            .filter(|(_, case)| !case.referral && case.need >= LatentNeed::ChildAndFamilyAssessment)
            .map(|(record, _)| record);
        if let Some(record) = in_early_help.filter(|_| !not_in_need) {
            self.step_up_in_family_help(case, record);
        }
        if not_in_need {
            self.close(case);
            return;
        }
        self.met_case(case);
        if let Some(workforce) = &self.door.file.workforce
            && self.uniform(place, Purpose::Assessment, 0, draws::TRANSFER)
                < workforce.transferred_after_assessment.value
        {
            self.transfer(case);
        }
        let law = self.door.in_need;
        let stays =
            law.map_or(Time::ZERO, |law| law.at(self.uniform(place, Purpose::Assessment, 0, draws::IN_NEED)));
        self.set_closing(case, stays);
        self.set_concern(case);
    }

    /// The share found not in need: the scenario's, with the odds shifted by what the child needs.
    fn share_not_in_need(&self, need: LatentNeed) -> f64 {
        // The scenario gives both shares of all referrals; this one is of those assessed.
        let branching = &self.door.scenario.branching;
        let share = branching.assessed_not_in_need / (1.0 - branching.referral_nfa).max(1e-9);
        let Some(file) = &self.door.file.assessment else { return share };
        if share <= 0.0 || share >= 1.0 {
            return share;
        }
        let half = libm::sqrt(file.accuracy.value);
        let odds = share / (1.0 - share)
            * if need < LatentNeed::ChildAndFamilyAssessment { half } else { 1.0 / half };
        odds / (1.0 + odds)
    }

    pub(crate) fn set_closing(&mut self, case: u32, after: Time) {
        let Some(open) = self.cases.get_mut(case as usize) else { return };
        open.version = open.version.wrapping_add(1);
        let version = open.version;
        self.events.set(self.now.after(after), Event::Closes { case, version });
    }

    /// When a child in need is next talked about in a strategy discussion, if ever.
    fn set_concern(&mut self, case: u32) {
        let Some(file) = &self.door.file.assessment else { return };
        let Some(open) = self.cases.get(case as usize) else { return };
        if file.strategy_a_year.value <= 0.0 {
            return;
        }
        let uniform = self.uniform(open.place, Purpose::Assessment, 0, draws::CONCERN);
        let days = sampling::exponential(uniform, 365.0 / file.strategy_a_year.value);
        let (at, version) = (self.now.after(Time::from_hours(days * 24.0)), open.version);
        self.events.set(at, Event::Concern { case, version });
    }

    pub(crate) fn concern(&mut self, case: u32, version: u16) -> Result<(), super::plan::FrontDoorError> {
        let still = self.cases.get(case as usize).is_some_and(|open| open.version == version && !open.closed);
        if still { self.concern_now(case) } else { Ok(()) }
    }

    pub(crate) fn closes(&mut self, case: u32, version: u16) {
        let closes = self
            .cases
            .get(case as usize)
            .is_some_and(|open| open.version == version && !open.closed && !open.enquiry && !open.on_plan);
        if closes {
            self.close(case);
        }
    }

    /// After an enquiry or a plan the child is a child in need for a while, as long as the assessment is done.
    pub(crate) fn back_in_need(&mut self, case: u32) {
        let Some(open) = self.cases.get(case as usize) else { return };
        if open.assessing || open.closed {
            return;
        }
        let uniform = self.uniform(open.place, Purpose::Assessment, 0, draws::AFTER_PLAN);
        let stays = self.door.in_need.map_or(Time::ZERO, |law| law.at(uniform));
        self.set_closing(case, stays);
    }

    /// A case closes.
    fn close(&mut self, case: u32) {
        let now = self.now;
        self.note_rest_of_week(case);
        let Some(open) = self.cases.get_mut(case as usize) else { return };
        open.closed = true;
        let (record, family, opened, worker, place) =
            (open.record, open.family, open.opened, open.worker.take(), open.place);
        self.open_cases[0] = self.open_cases[0].saturating_sub(1);
        self.edit_case(case, |record| record.closed = now);
        self.note_case(case, Activity::CaseClosed);
        if let Some(worker) = worker {
            self.leave_case(worker, case);
        }
        self.unallocated.retain(|waiting| *waiting != case);
        let Some((family, child)) = family else {
            self.allocate_waiting();
            return;
        };
        let key = record.and_then(|record| self.records.cases.get(record as usize)).map(|case| case.key);
        if let Some(known) = self.families.get_mut(family as usize) {
            if let Some(slot) = known.open.get_mut(usize::from(child)) {
                *slot = 0;
            }
            let all_closed = known.open.iter().all(|case| *case == 0);
            let not_in_need = key.is_some_and(|_| {
                record
                    .and_then(|record| self.records.cases.get(record as usize))
                    .is_some_and(|case| case.not_in_need)
            });
            if let Some(key) = key
                && let Some(approach) = known.household.approaches.get_mut(usize::from(key.approach))
                && all_closed
            {
                approach.open_days = now.since(opened).hours() / 24.0;
                approach.closed_nfa = not_in_need;
            }
        }
        let down = self.door.file.assessment.as_ref().map_or(0.0, |file| file.stepped_down.value);
        let stepped = self.uniform(place, Purpose::Assessment, 0, draws::STEP_DOWN) < down;
        let in_need = record
            .and_then(|record| self.records.cases.get(record as usize))
            .is_some_and(|case| !case.not_in_need);
        if let Some(record) = record.filter(|_| stepped && in_need) {
            self.refer_to_early_help(family, child, record);
        }
        self.allocate_waiting();
    }

    /// What a child needs is being given.
    fn met_case(&mut self, case: u32) {
        if let Some((family, child)) = self.cases.get(case as usize).and_then(|open| open.family) {
            self.set_met(family, child, true);
        }
    }

    pub(crate) fn edit_case(&mut self, case: u32, change: impl FnOnce(&mut CaseRecord)) {
        let record = self.cases.get(case as usize).and_then(|open| open.record);
        if let Some(record) = record.and_then(|record| self.records.cases.get_mut(record as usize)) {
            change(record);
        }
    }

    pub(crate) fn note_case(&mut self, case: u32, activity: Activity) {
        let Some(open) = self.cases.get(case as usize) else { return };
        self.note_of_case(case, activity, open.worker);
    }

    /// Notes what a worker does for a case, or what happens to it without one.
    pub(crate) fn note_of_case(&mut self, case: u32, activity: Activity, worker: Option<u32>) {
        let Some(open) = self.cases.get(case as usize) else { return };
        let key = open.record.and_then(|record| self.records.cases.get(record as usize)).map(|case| case.key);
        if let Some(key) = key {
            self.note_more(key, activity, None, worker, None);
        }
    }
}
