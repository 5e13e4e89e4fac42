//! How the people who decide depart from what is recommended. Without the scenario's section `people` they never do.
//!
//! A departure is a number of steps of the ladder: a lean that all share, what this person is like, this case's chance,
//! and the modifiers that the scenario names; their sum is rounded. The person's and the case's draws stay the same
//! whatever the modifiers are.

use super::{plan::DECISION, record::Channel, run::Run};
use crate::{
    random_streams::{Purpose, bits_at, open_unit},
    sampling::normal_quantile,
    scenario::{front_door::ModifiersFile, group_id},
};

/// Weekdays as scenarios name them.
pub(crate) const WEEKDAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

impl Run<'_, '_> {
    /// Steps by which whoever decides this contact departs from what is recommended, up or down.
    #[expect(clippy::cast_possible_truncation, reason = "a few steps")]
    pub(crate) fn departure(&self, contact: u32) -> i32 {
        let (Some(people), Some(hand)) = (&self.door.file.people, self.contacts.get(contact as usize)) else {
            return 0;
        };
        // Who decides: one of the posts, each as likely, by the contact's own draw.
        let posts = self.door.desks.get(DECISION).and_then(|desk| desk.posts).unwrap_or(1.0).max(1.0);
        let person = libm::floor(self.uniform(hand.place, Purpose::People, 0, 0) * posts);
        let person = open_unit(bits_at(self.seed, self.replication, person as u64, Purpose::People, 3));
        let case = self.uniform(hand.place, Purpose::People, 0, 1);
        let mut steps = people.lean.value
            + people.between_people.value * normal_quantile(person)
            + people.within_person.value * normal_quantile(case);
        if let Some(modifiers) = &people.modifiers {
            steps += self.modified(modifiers, contact);
        }
        libm::round(steps) as i32
    }

    fn modified(&self, modifiers: &ModifiersFile, contact: u32) -> f64 {
        let Some(hand) = self.contacts.get(contact as usize) else { return 0.0 };
        let record = hand.children.first().and_then(|child| self.records.cases.get(child.record as usize));
        let channel = record.map_or(Channel::Form, |case| case.channel);
        let mut steps = 0.0;
        if let Some(weekday) = &modifiers.weekday {
            let day = self.door.days.weekday(super::calendar::Days::day(hand.received));
            steps += WEEKDAYS.get(day).and_then(|day| weekday.value.get(*day)).copied().unwrap_or(0.0);
        }
        if let Some(by) = &modifiers.channel {
            steps += by.value.get(channel.id()).copied().unwrap_or(0.0);
        }
        if let (Some(nth), Some(desk)) = (&modifiers.nth_decision, self.desks.get(DECISION)) {
            let each = f64::from(desk.on_duty.unwrap_or(1).max(1));
            steps += nth.value * libm::floor(f64::from(desk.begun_today().saturating_sub(1)) / each);
        }
        if let (Some(caseload), Some(workforce)) = (&modifiers.caseload, &self.door.file.workforce) {
            steps +=
                caseload.value * (self.workers.mean_caseload() - workforce.caseload_limit.value).max(0.0);
        }
        if let Some(credence) = &modifiers.credence {
            steps += credence.value.get(group_id(hand.source.source_group())).copied().unwrap_or(0.0);
        }
        steps
    }
}
