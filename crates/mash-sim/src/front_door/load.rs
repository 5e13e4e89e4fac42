//! How much work comes to each desk with a number of people, before anything is run.
//!
//! In: a scenario made ready and a pack. Out: hours of work a year for hours on duty. Contacts a year, minutes, posts,
//! absence and hours are the scenario's figures; which contacts go on to the hub, and whom the pack asks about them, is
//! what the pack says at the door of some contacts drawn from the scenario.

use mash_model::Agency;

use super::{
    desk::DeskPlan,
    intake::says_yes,
    plan::{DECISION, FrontDoor, FrontDoorError, PARTNERS, SCREENING},
    record::DeskId,
    triage::{Moment, Triage},
};
use crate::{
    case::Case,
    generate::{GenerateError, Generator},
    knowledge::AgencySet,
    queueing::Time,
    scenario::front_door::ConsentPolicy,
    truth_model::LatentNeed,
};

/// Contacts that are looked at.
const SAMPLE: u32 = 2_000;
/// Working days of a year, and the others.
const DAYS: [f64; 2] = [253.0, 112.0];

/// What a desk is offered.
#[derive(Debug, Clone, PartialEq)]
pub struct DeskLoad {
    /// Its place in the scenario.
    pub at: String,
    /// Posts.
    pub staff: f64,
    /// Hours of work that come to it in a year.
    pub work_hours: f64,
    /// Hours on duty in a year, all posts together, absences taken off.
    pub on_duty_hours: f64,
}

impl DeskLoad {
    /// Work over time on duty; more than 1 is a queue that only grows.
    #[must_use]
    pub fn utilisation(&self) -> f64 {
        if self.on_duty_hours > 0.0 { self.work_hours / self.on_duty_hours } else { f64::INFINITY }
    }

    /// The fewest posts, whole ones, with which there is more time than work.
    #[must_use]
    pub fn staff_needed(&self) -> f64 {
        libm::floor(self.staff * self.utilisation()) + 1.0
    }
}

impl FrontDoor<'_> {
    /// What each desk with a number of people is offered in a year. Contacts about open cases are counted as if they came
    /// to the hub: where they go to their workers, it is offered less.
    ///
    /// # Errors
    /// [`FrontDoorError::Draws`] where a stream runs out.
    pub fn desk_loads(&self, triage: &dyn Triage, seed: u64) -> Result<Vec<DeskLoad>, FrontDoorError> {
        let made = Generator::new(self.scenario, self.index.dictionary, &self.model.id, seed, 0);
        let generator = made.map_err(|error| self.of_generator(error))?;
        let households = generator.households().map_err(|error| self.of_generator(error))?;
        let mut hours = vec![0.0; self.desks.len()];
        let (mut looked_at, mut cases) = (0_u32, Vec::new());
        for household in 1..=households {
            if looked_at >= SAMPLE {
                break;
            }
            cases.clear();
            generator.cases_of(household, &mut cases).map_err(|error| self.of_generator(error))?;
            for contact in cases.chunk_by(|one, next| one.contact.received == next.contact.received) {
                looked_at += 1;
                self.add_work(contact, triage, &mut hours);
            }
        }
        let sizes = &self.scenario.as_written().population.children_per_contact.value;
        let a_year = self.scenario.expected_contacts / super::plan::mean_of_list(sizes);
        let each = a_year / f64::from(looked_at.max(1));
        let loads = self.desks.iter().zip(&hours).filter_map(|(plan, hours)| {
            let staff = plan.posts?;
            // A scenario without managers who read has no such desk.
            (plan.id != DeskId::Oversight).then(|| DeskLoad {
                at: self.place_of_desk(plan.id),
                staff,
                work_hours: hours * each,
                on_duty_hours: on_duty_hours(plan, staff),
            })
        });
        Ok(loads.collect())
    }

    fn of_generator(&self, error: GenerateError) -> FrontDoorError {
        match error {
            GenerateError::DrawOverflow(error) => error.into(),
            GenerateError::UnknownTruthModel { scenario, truth_model, .. } => {
                FrontDoorError::NoTruthModel { scenario, model: truth_model }
            }
        }
    }

    /// Adds the mean hours that one contact takes at each desk.
    fn add_work(&self, children: &[Case], triage: &dyn Triage, hours: &mut [f64]) {
        let moment = Moment { received: Time::ZERO, now: Time::ZERO };
        let (mut rating, mut to_hub, mut danger, mut harm) = (0, false, false, false);
        let mut ask = AgencySet::default();
        let mut own = Vec::new();
        for child in children {
            let facts = &child.contact.facts;
            let to_worker = says_yes(facts, self.facts.open_case) && self.file.intake.open_cases_bypass;
            if to_worker || says_yes(facts, self.facts.elsewhere) {
                continue;
            }
            own.push(child);
            danger |= says_yes(facts, self.facts.danger);
            let found = triage.screen(facts, moment);
            rating = rating.max(found.rating.unwrap_or(0));
            to_hub |= found.to_hub;
            harm |= found.route == LatentNeed::StrategyDiscussion;
            ask = ask.with(found.ask);
        }
        if own.is_empty() {
            return;
        }
        let rating = usize::from(rating);
        let mut add = |desk: usize, share: f64| {
            let takes =
                self.desks.get(desk).and_then(|plan| plan.law(rating)).map_or(0.0, |law| law.mean_hours());
            if let Some(hours) = hours.get_mut(desk) {
                *hours += share * takes;
            }
        };
        if !danger {
            add(SCREENING, 1.0);
        }
        if !danger && !to_hub {
            return;
        }
        add(DECISION, 1.0);
        let Some(enquiries) = self.file.enquiries.as_ref() else { return };
        if !self.asks.get(rating).copied().unwrap_or(true) {
            return;
        }
        let sought = match enquiries.consent.sought {
            ConsentPolicy::Never => false,
            ConsentPolicy::BelowHarm => !harm,
            ConsentPolicy::Always => true,
        };
        let refused = children.first().is_some_and(|child| self.refuses(&child.truth));
        if sought && refused && !harm && enquiries.consent.refusal_stops {
            ask = AgencySet::default();
        }
        // Whoever decides asks once more for what must be known before closing, and decides again.
        let asked = agencies(ask);
        let missing = own.iter().fold(AgencySet::default(), |missing, child| {
            let found = triage.decide(&child.facts_after_enquiries(&asked), moment);
            if found.more_information { missing.with(found.holders_of_missing) } else { missing }
        });
        let missing = missing.without(ask);
        if !missing.is_empty() {
            add(DECISION, 1.0);
        }
        let all = ask.with(missing);
        for (number, _) in Agency::ALL.iter().enumerate().filter(|(_, agency)| all.contains(**agency)) {
            let never = self.habits.get(number).map_or(0.0, |habits| habits.never);
            add(PARTNERS + number, 1.0 - never);
        }
    }

    /// A desk's place in the scenario.
    fn place_of_desk(&self, desk: DeskId) -> String {
        match desk {
            DeskId::Screening => "front_door.screening".to_owned(),
            DeskId::Decision => "front_door.decision".to_owned(),
            DeskId::Oversight => "front_door.oversight.desk".to_owned(),
            DeskId::Partner(agency) => {
                let own = self.file.enquiries.as_ref().is_some_and(|it| it.desks.contains_key(agency.id()));
                format!("front_door.enquiries.desks.{}", if own { agency.id() } else { "otherwise" })
            }
        }
    }
}

fn agencies(set: AgencySet) -> Vec<Agency> {
    Agency::ALL.iter().copied().filter(|agency| set.contains(*agency)).collect()
}

fn on_duty_hours(plan: &DeskPlan, staff: f64) -> f64 {
    let open = [plan.hours.working, plan.hours.other]
        .map(|span| span.map_or(0.0, |(from, to)| f64::from(i32::try_from(to - from).unwrap_or(0)) / 60.0));
    let hours: f64 = open.iter().zip(DAYS).map(|(hours, days)| hours * days).sum();
    hours * staff * (1.0 - plan.absent)
}
