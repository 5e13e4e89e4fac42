//! Early help: families who take it up, places of partners and of the council, and how it ends.

use std::collections::VecDeque;

use super::{event::Event, log::Activity, run::Run};
use crate::{random_streams::Purpose, truth_model::LatentNeed};

/// Places of one kind of early help.
#[derive(Debug, Default)]
pub(crate) struct Places {
    free: u32,
    waiting: VecDeque<u32>,
}

/// Early help for one child.
#[derive(Debug)]
pub(crate) struct Help {
    family: u32,
    child: u8,
    record: u32,
    by_partners: bool,
}

impl Run<'_, '_> {
    pub(crate) fn begin_early_help(&mut self) {
        if let Some(file) = &self.door.file.early_help {
            let [council, partners] = &mut self.help_places;
            council.free = super::plan::people(file.council_places.value);
            partners.free = super::plan::people(file.partner_places.value);
        }
    }

    /// The family is offered early help.
    pub(crate) fn refer_to_early_help(&mut self, family: u32, child: u8, record: u32) {
        let Some(file) = &self.door.file.early_help else {
            self.helped(family, child, record);
            return;
        };
        let Some(place) = self.place_of(record) else { return };
        let draw = |number| self.uniform(place, Purpose::EarlyHelp, 0, number);
        if draw(0) >= file.taken_up.value {
            return;
        }
        let by_partners = draw(1) < file.by_partners.value;
        let help = u32::try_from(self.helps.len()).unwrap_or(u32::MAX);
        self.helps.push(Help { family, child, record, by_partners });
        let [council, partners] = &mut self.help_places;
        let places = if by_partners { partners } else { council };
        if places.free == 0 {
            places.waiting.push_back(help);
            return;
        }
        places.free -= 1;
        self.help_begins(help);
    }

    fn help_begins(&mut self, help: u32) {
        let Some(Help { family, child, record, by_partners }) = self.helps.get(help as usize) else { return };
        let (family, child, record, by_partners) = (*family, *child, *record, *by_partners);
        if let Some(case) = self.records.cases.get_mut(record as usize) {
            case.by_partners = by_partners;
        }
        let Some((law, place)) = self.door.early_help.zip(self.place_of(record)) else { return };
        let takes = law.at(self.uniform(place, Purpose::EarlyHelp, 0, 2));
        self.events.set(self.now.after(takes), Event::HelpEnds { help });
        self.helped(family, child, record);
    }

    /// Early help begins; it meets what calls for no more.
    fn helped(&mut self, family: u32, child: u8, record: u32) {
        let now = self.now;
        let Some(case) = self.records.cases.get_mut(record as usize) else { return };
        let [begun, _] = &mut case.early_help;
        *begun = now;
        let (key, met) = (case.key, case.need <= case.route.min(LatentNeed::TargetedEarlyHelp));
        self.note(key, Activity::EarlyHelpBegun);
        if met {
            self.set_met(family, child, true);
        }
    }

    /// Early help ends, and whoever waits is next. Where an assessment was needed all along, some are stepped up.
    pub(crate) fn help_ends(&mut self, help: u32) {
        let now = self.now;
        let Some(Help { family, child, record, by_partners }) = self.helps.get(help as usize) else { return };
        let (family, child, record, by_partners) = (*family, *child, *record, *by_partners);
        let [council, partners] = &mut self.help_places;
        let places = if by_partners { partners } else { council };
        match places.waiting.pop_front() {
            Some(next) => self.help_begins(next),
            None => places.free += 1,
        }
        let Some(case) = self.records.cases.get_mut(record as usize) else { return };
        let [_, ended] = &mut case.early_help;
        *ended = now;
        let (key, need, referral) = (case.key, case.need, case.referral);
        self.note(key, Activity::EarlyHelpEnded);
        let Some((file, place)) = self.door.file.early_help.as_ref().zip(self.place_of(record)) else {
            return;
        };
        if need >= LatentNeed::ChildAndFamilyAssessment
            && !referral
            && self.uniform(place, Purpose::EarlyHelp, 0, 3) < file.stepped_up.value
        {
            self.accept_referral(family, child, record);
        }
    }

    /// Families helped by the council, and waiting for it.
    pub(crate) fn early_help_now(&self) -> [u32; 2] {
        let [council, _] = &self.help_places;
        let places = self
            .door
            .file
            .early_help
            .as_ref()
            .map_or(0, |file| super::plan::people(file.council_places.value));
        [places.saturating_sub(council.free), u32::try_from(council.waiting.len()).unwrap_or(u32::MAX)]
    }

    /// The streams of a child in a contact.
    pub(crate) fn place_of(&self, record: u32) -> Option<crate::population::Place> {
        let key = self.records.cases.get(record as usize)?.key;
        Some(self.place(key.household).approach(usize::from(key.approach)).child(usize::from(key.child)))
    }
}
