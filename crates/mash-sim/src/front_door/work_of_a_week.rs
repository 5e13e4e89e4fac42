//! When in its week a visit or a supervision is, and when a core group meets: for the log alone.
//!
//! Teams are simulated by the week, and whether a core group is in time is one draw. Somebody who listens wants moments:
//! they are drawn from a purpose of their own and change no record. What is set for a case that closes before is noted as
//! it closes. The moments are synthesised: even over working hours of the working days of the week; a core group in time
//! even over the ten working days after the conference, a late one over the ten after those.

use super::{calendar::Days, event::Event, log::Activity, run::Run};
use crate::{population::Place, queueing::Time, random_streams::Purpose};

/// Working hours in which it happens, minutes after midnight.
const BEGINS: f64 = 540.0;
const ENDS: f64 = 1_020.0;
/// Working days within which a core group is in time.
const CORE_GROUP_DAYS: f64 = 10.0;

/// Something set for a moment of this week, to be noted then.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Set {
    case: u32,
    activity: Activity,
    worker: Option<u32>,
}

impl Run<'_, '_> {
    /// A week begins: whatever was set for the last one has been noted.
    pub(crate) fn begin_week_of_log(&mut self) {
        self.week_of_log.clear();
    }

    /// Sets what is done, or is due and not done, for a case this week.
    pub(crate) fn log_week(&mut self, case: u32, visits: [u16; 2], supervisions: [u16; 2]) {
        if !self.has_listener() {
            return;
        }
        let done = [
            (visits, [Activity::VisitMade, Activity::VisitMissed]),
            (supervisions, [Activity::SupervisionHeld, Activity::SupervisionMissed]),
        ];
        for (kind, ([due, made], [yes, no])) in (0_u16..).zip(done) {
            if due > 0 {
                self.log_in_week(case, kind, if made > 0 { yes } else { no });
            }
        }
    }

    fn log_in_week(&mut self, case: u32, kind: u16, activity: Activity) {
        let Some(open) = self.cases.get(case as usize).filter(|open| open.record.is_some()) else { return };
        let (place, worker) = (open.place, open.worker);
        let monday = self.today();
        let working: Vec<usize> =
            (monday..monday + 7).filter(|day| self.door.days.is_working(*day)).collect();
        let draw = u16::try_from(monday / 7).unwrap_or(0) * 4 + kind * 2;
        let missed = matches!(activity, Activity::VisitMissed | Activity::SupervisionMissed);
        let at = match working.last() {
            Some(last) if missed => Days::midnight(*last).after(minutes(ENDS)),
            _ => self.moment_in(&working, place, draw),
        };
        if at >= self.door.end {
            return self.note_of_case(case, activity, worker);
        }
        let number = u32::try_from(self.week_of_log.len()).unwrap_or(u32::MAX);
        self.week_of_log.push(Some(Set { case, activity, worker }));
        self.events.set(at, Event::Noted { number });
    }

    /// A moment in working hours of one of these days.
    fn moment_in(&self, working: &[usize], place: Place, draw: u16) -> Time {
        let day = self.uniform(place, Purpose::LogMoment, 0, draw);
        let hour = self.uniform(place, Purpose::LogMoment, 0, draw + 1);
        let day = working.get(part_of(day, working.len())).copied().unwrap_or(self.today());
        Days::midnight(day).after(minutes(BEGINS + (ENDS - BEGINS) * hour)).max(self.now)
    }

    /// The moment of something set has come.
    pub(crate) fn noted(&mut self, number: u32) {
        let set = self.week_of_log.get_mut(number as usize).and_then(Option::take);
        if let Some(Set { case, activity, worker }) = set {
            self.note_of_case(case, activity, worker);
        }
    }

    /// A case is about to close: what was set for it later this week is noted now.
    pub(crate) fn note_rest_of_week(&mut self, case: u32) {
        if !self.has_listener() {
            return;
        }
        let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let of_case = |set: &Option<Set>| set.is_some_and(|set| set.case == case);
        let rest: Vec<u32> = (0..self.week_of_log.len())
            .filter(|at| self.week_of_log.get(*at).is_some_and(of_case))
            .map(number)
            .collect();
        rest.into_iter().for_each(|number| self.noted(number));
    }

    /// The first core group after a conference is set.
    pub(crate) fn log_core_group(&mut self, case: u32, in_time: bool) {
        if !self.has_listener() {
            return;
        }
        let Some(open) = self.cases.get(case as usize) else { return };
        // Draws of weeks end far below.
        let drawn = self.uniform(open.place, Purpose::LogMoment, 0, u16::MAX);
        let days = CORE_GROUP_DAYS * if in_time { drawn } else { 1.0 + drawn };
        let day = Days::day(self.in_working_days(days.max(0.5)));
        let hour = self.uniform(open.place, Purpose::LogMoment, 0, u16::MAX - 1);
        let at = Days::midnight(day).after(minutes(BEGINS + (ENDS - BEGINS) * hour)).max(self.now);
        self.events.set(at, Event::CoreGroup { case });
    }
}

fn minutes(minutes: f64) -> Time {
    Time::from_hours(minutes / 60.0)
}

/// Which of so many, by a uniform.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "days of a week"
)]
fn part_of(uniform: f64, count: usize) -> usize {
    ((uniform * count as f64) as usize).min(count.saturating_sub(1))
}
