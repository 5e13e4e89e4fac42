//! Households that are heard of, and heard of again.
//!
//! Whether and when a household makes contact again is a hazard that its difficulties and unmet need multiply. It runs
//! in the time of the source that will make the contact: nights, weekends and holidays pass as slowly as that source's
//! contacts come. One exponential draw a contact decides; when need is met or missed on the way, what is left of the
//! draw is spent at the new pace, so that two runs that differ in one decision stay together until then.

use super::{
    calendar::Days,
    event::Event,
    plan::{FrontDoorError, ever, hazard_factor},
    run::{Run, hour_of_day},
};
use crate::{
    population::Household, queueing::Time, random_streams::Purpose, sampling,
    scenario::front_door::RecontactFile,
};

/// Most children of a household.
pub(crate) const CHILDREN: usize = 8;

/// A household that has been heard of.
#[derive(Debug)]
pub(crate) struct Family {
    pub(crate) household: Household,
    /// Children whose need is not met, as bits.
    pub(crate) unmet: u8,
    unmet_since: Time,
    /// By child: the last referral.
    pub(crate) referred: [Time; CHILDREN],
    /// By child: its open case, counted from one; 0 is none.
    pub(crate) open: [u32; CHILDREN],
    /// Records of children whose need was not met.
    pub(crate) missed: Vec<u32>,
    next: Next,
    /// A newer version puts off what was set before.
    version: u32,
}

/// The hazard of the next contact.
#[derive(Debug, Clone, Copy, Default)]
struct Next {
    group: usize,
    /// Operational time, in days of the source, at which the hazard began.
    origin: f64,
    /// Whole hazard for a household of average chronicity, and its mean delay in days.
    ever: f64,
    /// What is left of the draw, from the hazard passed so far on.
    left: f64,
    passed: f64,
    factor: f64,
    runs: bool,
}

impl Next {
    /// The hazard passed after so many days of the source, before any factor.
    fn passed_after(&self, days: f64, mean: f64) -> f64 {
        let share = -libm::expm1(-self.ever);
        -libm::log1p(share * libm::expm1(-days / mean))
    }

    /// Days of the source after which so much hazard has passed, if it ever does.
    fn days_until(&self, hazard: f64, mean: f64) -> Option<f64> {
        let share = -libm::expm1(-self.ever);
        let within = -libm::expm1(-hazard) / share;
        (within < 1.0).then(|| -mean * libm::log1p(-within))
    }
}

impl Run<'_, '_> {
    /// A household is heard of for the first time.
    pub(crate) fn first_contact(&mut self, number: u64, group: usize) -> Result<(), FrontDoorError> {
        let place = self.place(number);
        let household = Household::unheard(self.door.scenario, place, group)?;
        let family = u32::try_from(self.families.len()).map_err(|_| FrontDoorError::TooMany)?;
        self.families.push(Family {
            household,
            unmet: 0,
            unmet_since: Time::NEVER,
            referred: [Time::NEVER; CHILDREN],
            open: [0; CHILDREN],
            missed: Vec::new(),
            next: Next::default(),
            version: 0,
        });
        self.approach(family, group)
    }

    /// The contact that was set for now, unless it was put off.
    pub(crate) fn again(&mut self, family: u32, version: u32) -> Result<(), FrontDoorError> {
        let Some(known) = self.families.get_mut(family as usize) else { return Ok(()) };
        if known.version != version {
            return Ok(());
        }
        known.next.runs = false;
        if let Some(recontact) = &self.door.file.recontact
            && known.unmet_since != Time::NEVER
        {
            let years = self.now.since(known.unmet_since).hours() / 8_766.0;
            known.household.worse += recontact.worsens_a_year.value * years;
            known.unmet_since = self.now;
        }
        let group = known.next.group;
        self.approach(family, group)
    }

    /// The hub is done with a household's contact: from here on it may be heard of again.
    pub(crate) fn await_next(&mut self, family: u32) -> Result<(), FrontDoorError> {
        let Some(recontact) = &self.door.file.recontact else { return Ok(()) };
        let Some(known) = self.families.get(family as usize) else { return Ok(()) };
        // A household holds no more than 250 contacts apart.
        if known.next.runs || known.household.approaches.len() > 250 {
            return Ok(());
        }
        let contacts = known.household.approaches.len().saturating_sub(1);
        let group = known.household.next_group(self.door.scenario)?;
        let origin = self.source_days(group, self.now);
        let place = known.household.place.approach(contacts);
        let left = sampling::exponential(self.uniform(place, Purpose::Recontact, 0, 0), 1.0);
        let next = Next {
            group,
            origin,
            ever: ever(recontact, contacts),
            left,
            passed: 0.0,
            factor: 0.0,
            runs: true,
        };
        if let Some(known) = self.families.get_mut(family as usize) {
            known.next = next;
        }
        self.repace(family);
        Ok(())
    }

    /// Sets the next contact by the pace that holds now.
    fn repace(&mut self, family: u32) {
        let Some(recontact) = &self.door.file.recontact else { return };
        let (mean, now) = (recontact.gap_days.value, self.now);
        let Some(known) = self.families.get(family as usize) else { return };
        let mut next = known.next;
        if !next.runs || next.ever <= 0.0 {
            return;
        }
        let factor = pace(recontact, known);
        let days = (self.source_days(next.group, now) - next.origin).max(0.0);
        let passed = next.passed_after(days, mean);
        next.left = (next.left - next.factor * (passed - next.passed)).max(0.0);
        (next.passed, next.factor) = (passed, factor);
        let until = next.days_until(passed + next.left / factor, mean);
        let at = until.map(|days| self.moment_of(next.group, next.origin + days));
        let Some(known) = self.families.get_mut(family as usize) else { return };
        known.next = next;
        known.version += 1;
        let version = known.version;
        if let Some(at) = at {
            self.events.set(at.max(now), Event::Again { family, version });
        }
    }

    /// Says of one child of a household whether what it needs is being given.
    pub(crate) fn set_met(&mut self, family: u32, child: u8, met: bool) {
        let now = self.now;
        let Some(known) = self.families.get_mut(family as usize) else { return };
        let bit = 1_u8.checked_shl(u32::from(child)).unwrap_or(0);
        let before = known.unmet;
        if met {
            known.unmet &= !bit;
            let records = &mut self.records.cases;
            known.missed.retain(|record| {
                let Some(missed) = records.get_mut(*record as usize) else { return false };
                let same = missed.key.child == child;
                if same {
                    missed.met = now;
                }
                !same
            });
        } else {
            known.unmet |= bit;
        }
        if (before == 0) != (known.unmet == 0) {
            known.unmet_since = if known.unmet == 0 { Time::NEVER } else { now };
            self.repace(family);
        }
    }

    /// Days of a source's own time until a moment: as many as would have brought as many of its contacts evenly.
    fn source_days(&self, group: usize, at: Time) -> f64 {
        let table = self.door.arrivals.get(group);
        let share = table.map_or(0.0, |table| table.position_at(Days::day(at), hour_of_day(at)));
        share * self.days_of_run()
    }

    fn moment_of(&self, group: usize, days: f64) -> Time {
        let share = days / self.days_of_run();
        if share >= 1.0 {
            return Time::NEVER;
        }
        self.door.arrivals.get(group).map_or(Time::NEVER, |table| {
            let (day, nanoseconds) = table.moment_at(share);
            Days::midnight(day).after(Time(nanoseconds))
        })
    }

    fn days_of_run(&self) -> f64 {
        self.door.end.hours() / 24.0
    }
}

/// How fast the hazard of a household's next contact passes now.
fn pace(recontact: &RecontactFile, family: &Family) -> f64 {
    let chronic = hazard_factor(recontact.by_chronicity.value, family.household.chronicity());
    chronic * if family.unmet == 0 { 1.0 } else { recontact.unmet.value }
}
