//! A scenario made ready to run: days, desks and laws laid out once for all replications.

use jiff::Span;
use mash_model::{Agency, FactDictionary, SourceGroup, calendar::TimeLimit};

use super::{
    calendar::{Days, Hours},
    desk::DeskPlan,
    law::{Bands, Law},
    record::DeskId,
    triage::RatingLimit,
};
use crate::{
    arrivals::ArrivalTable,
    knowledge::Knowledge,
    known_facts::{FactIndex, Known},
    queueing::Time,
    random_streams::{DrawOverflowError, Purpose},
    sampling::normal_quantile,
    scenario::{
        GROUPS, Scenario,
        front_door::{
            DeskFile, FrontDoorFile, HoursFile, PartnerDeskFile, PoolFile, RecontactFile, of_rating,
        },
    },
    truth_model::{TruthModel, TruthModelId},
};

/// A scenario that cannot be run as a front door.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FrontDoorError {
    /// It says nothing of people and clocks.
    #[error("scenario `{0}` has no section `front_door`: add one, or extend a scenario that has it")]
    NoSection(String),
    /// It has no truth model of this name.
    #[error("scenario `{scenario}` has no truth model `{model}`")]
    NoTruthModel {
        /// The scenario.
        scenario: String,
        /// What was asked for.
        model: TruthModelId,
    },
    /// A desk serves no contact of some rating.
    #[error("{at}: no minutes for rating `{rating}`; add it, or `otherwise`")]
    NoMinutes {
        /// Place in the scenario.
        at: String,
        /// The rating of the pack.
        rating: String,
    },
    /// A rating that the pack does not have.
    #[error("{at}: the pack has no rating `{rating}`; it has {known}")]
    UnknownRating {
        /// Place in the scenario.
        at: String,
        /// What was written.
        rating: String,
        /// The pack's ratings, comma-separated.
        known: String,
    },
    /// A contact waits where nobody ever comes.
    #[error("{at}: the desk is never open; give it `working_days` or `other_days`")]
    NeverOpen {
        /// Place in the scenario.
        at: String,
    },
    /// Draws are used up.
    #[error(transparent)]
    Draws(#[from] DrawOverflowError),
    /// More of something than a replication can number.
    #[error("more than {} contacts in one replication", u32::MAX)]
    TooMany,
}

/// Desks before the partners' own.
pub(crate) const SCREENING: usize = 0;
pub(crate) const DECISION: usize = 1;
pub(crate) const OVERSIGHT: usize = 2;
pub(crate) const PARTNERS: usize = 3;

/// How a partner's desk treats what it is sent.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct PartnerHabits {
    pub(crate) until_reminded: f64,
    pub(crate) never: f64,
}

/// How the work of a partner agency can be counted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PartnerWork {
    /// The desk has staff, whose time at work is recorded.
    TimeAtWork,
    /// There are always enough people; the scenario states the minutes that an enquiry takes.
    Minutes(f64),
    /// The scenario states neither.
    NotStated,
}

/// People who can meet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PoolPlan {
    pub(crate) staff: u32,
    pub(crate) on_call: u32,
    pub(crate) hours: Hours,
}

/// A scenario made ready to run.
#[derive(Debug)]
pub struct FrontDoor<'s> {
    pub(crate) scenario: &'s Scenario,
    pub(crate) file: &'s FrontDoorFile,
    pub(crate) model: &'s TruthModel,
    pub(crate) index: FactIndex<'s>,
    pub(crate) knowledge: Knowledge,
    pub(crate) days: Days,
    pub(crate) window: [Time; 2],
    pub(crate) end: Time,
    /// By source group: when its contacts come, over the whole run.
    pub(crate) arrivals: Vec<ArrivalTable>,
    /// By source group: households expected to be heard of for the first time during the run.
    pub(crate) households: [f64; GROUPS],
    /// By rating of the pack: hours of the clock, or working days.
    pub(crate) limits: Vec<Option<TimeLimit>>,
    /// Screening, decision, oversight, then one for each agency.
    pub(crate) desks: Vec<DeskPlan>,
    pub(crate) habits: Vec<PartnerHabits>,
    /// By rating: are partners asked?
    pub(crate) asks: Vec<bool>,
    pub(crate) hub_hours: Hours,
    /// By rating: time allowed for replies.
    pub(crate) deadlines: Vec<Time>,
    pub(crate) pools: [PoolPlan; 3],
    pub(crate) strategy: Law,
    pub(crate) assessment: Option<Bands>,
    pub(crate) in_need: Option<Law>,
    pub(crate) conference: Option<Bands>,
    pub(crate) early_help: Option<Law>,
    pub(crate) facts: WatchedFacts,
    /// Value of every agency's information is measured.
    pub(crate) value_of_information: bool,
    /// Contacts as they came to a real hub, in place of those that the scenario draws.
    pub(crate) contacts: Option<Vec<LoggedContact>>,
}

/// Facts that the pathway itself looks at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WatchedFacts {
    pub(crate) danger: Option<mash_model::Slot>,
    pub(crate) open_case: Option<mash_model::Slot>,
    pub(crate) elsewhere: Option<mash_model::Slot>,
    pub(crate) consent: Option<mash_model::Slot>,
    pub(crate) agencies_reporting: Option<mash_model::Slot>,
    pub(crate) corroborated: Option<mash_model::Slot>,
}

impl<'s> FrontDoor<'s> {
    /// Lays out a scenario for a dictionary of facts and a pack's ratings.
    ///
    /// # Errors
    /// [`FrontDoorError`] where the scenario has no front door, no such truth model, or a desk that does not serve one of
    /// the ratings.
    pub fn new(
        scenario: &'s Scenario,
        dictionary: &'s FactDictionary,
        ratings: &[RatingLimit],
        model: &TruthModelId,
    ) -> Result<Self, FrontDoorError> {
        let Some(file) = scenario.as_written().front_door.as_ref() else {
            return Err(FrontDoorError::NoSection(scenario.id.clone()));
        };
        let Some(model) = scenario.truth_model(model) else {
            return Err(FrontDoorError::NoTruthModel { scenario: scenario.id.clone(), model: model.clone() });
        };
        let index = FactIndex::new(dictionary);
        let knowledge = Knowledge::new(scenario, &index);
        let [before, after] = [file.run.warm_up_days.value, file.run.cool_down_days.value].map(whole_days);
        let start = scenario.year_start.saturating_sub(Span::new().days(before));
        let year =
            i64::from(scenario.year_start.until(scenario.year_end).map_or(364, |span| span.get_days())) + 1;
        let span = |days: i64| Days::midnight(usize::try_from(days).unwrap_or(0));
        let total = usize::try_from(before + year + after).unwrap_or(0);
        // Working days of clocks that run past the end are known too.
        let days = Days::new(start, total + 500);
        let (arrivals, households) = arrivals(scenario, file, start, total);
        let ids: Vec<&str> = ratings.iter().map(|rating| rating.id.as_str()).collect();
        let mut desks = vec![
            desk("front_door.screening", DeskId::Screening, &file.screening, &ids)?,
            desk("front_door.decision", DeskId::Decision, &file.decision, &ids)?,
        ];
        let managers = file.oversight.as_ref().map_or(&file.decision, |oversight| &oversight.desk);
        desks.push(desk("front_door.oversight.desk", DeskId::Oversight, managers, &ids)?);
        let mut habits = Vec::new();
        for agency in Agency::ALL {
            let written = file.enquiries.as_ref().and_then(|enquiries| {
                enquiries.desks.get(agency.id()).or_else(|| enquiries.desks.get("otherwise"))
            });
            desks.push(partner(*agency, written, &ids)?);
            habits.push(written.map_or_else(PartnerHabits::default, |written| PartnerHabits {
                until_reminded: written.until_reminded.value,
                never: written.never.value,
            }));
        }
        let deadlines = ids.iter().map(|rating| {
            let hours = file.enquiries.as_ref().and_then(|it| of_rating(&it.deadline_hours.value, rating));
            hours.map_or(Time::NEVER, Time::from_hours)
        });
        let pools = [&file.strategy.social_care, &file.strategy.police, &file.strategy.health];
        let slot = |fact: Known| index.find(fact).map(|(slot, _)| slot);
        Ok(Self {
            facts: WatchedFacts {
                danger: slot(Known::ImmediateDanger),
                open_case: slot(Known::OpenCase),
                elsewhere: slot(Known::LivesInOtherArea),
                consent: slot(Known::Consent),
                agencies_reporting: slot(Known::AgenciesReporting),
                corroborated: slot(Known::Corroborated),
            },
            scenario,
            file,
            model,
            window: [span(before), span(before + year)],
            end: span(before + year + after),
            days,
            arrivals,
            households,
            limits: ratings.iter().map(|rating| rating.limit).collect(),
            hub_hours: hours(&file.decision.hours),
            deadlines: deadlines.collect(),
            asks: asks(file, &ids)?,
            contacts: None,
            desks,
            habits,
            pools: pools.map(pool),
            strategy: Law::new(file.strategy.minutes.value / 60.0, file.strategy.spread.value),
            assessment: file.assessment.as_ref().map(|it| Bands(it.days.value.clone())),
            in_need: file
                .assessment
                .as_ref()
                .map(|it| Law::new(it.in_need_days.value * 24.0, it.in_need_spread.value)),
            conference: file.section_47.as_ref().map(|it| Bands(it.conference_days.value.clone())),
            early_help: file.early_help.as_ref().map(|it| Law::new(it.days.value * 24.0, it.spread.value)),
            index,
            knowledge,
            value_of_information: false,
        })
    }

    /// Also finds out what each agency's replies change; takes one more decision for every reply.
    #[must_use]
    pub fn with_value_of_information(mut self) -> Self {
        self.value_of_information = true;
        self
    }

    /// Replays contacts as they came to a hub: when, from which source, and how long two stages took. The children and
    /// all that is true of them are drawn as ever; households are heard of once, as often as the log has them.
    #[must_use]
    pub fn with_contacts(mut self, contacts: Vec<LoggedContact>) -> Self {
        self.contacts = Some(contacts);
        self
    }

    /// The moment of the run at which it was so late on the calendar; none before the run began.
    #[must_use]
    pub fn moment(&self, at: jiff::civil::DateTime) -> Option<Time> {
        let since = self.days.civil(Time::ZERO).until((jiff::Unit::Nanosecond, at)).ok()?;
        let nanoseconds = since.get_nanoseconds();
        (nanoseconds >= 0).then_some(Time(nanoseconds))
    }

    /// First and last moment that a contact may be received in.
    #[must_use]
    pub fn span(&self) -> [Time; 2] {
        [Time::ZERO, self.end]
    }

    /// The stretch that counts: from the end of the warm-up until the end of the year.
    #[must_use]
    pub fn window(&self) -> [Time; 2] {
        self.window
    }

    /// The moment on the real calendar.
    #[must_use]
    pub fn civil(&self, at: Time) -> jiff::civil::DateTime {
        self.days.civil(at)
    }

    /// Working days after the day of one moment and up to the day of another, that day included.
    #[must_use]
    pub fn working_days(&self, from: Time, to: Time) -> u32 {
        self.days.working_days_between(Days::day(from), Days::day(to))
    }

    /// What is known of the work that an enquiry makes at an agency.
    #[must_use]
    pub fn partner_work(&self, agency: Agency) -> PartnerWork {
        let desks = self.file.enquiries.as_ref().map(|enquiries| &enquiries.desks);
        match desks.and_then(|desks| desks.get(agency.id()).or_else(|| desks.get("otherwise"))) {
            Some(PartnerDeskFile { staff: Some(_), .. }) => PartnerWork::TimeAtWork,
            Some(PartnerDeskFile { work_minutes: Some(minutes), .. }) => PartnerWork::Minutes(minutes.value),
            _ => PartnerWork::NotStated,
        }
    }

    /// The hub's own time limit for a contact of this rating.
    #[must_use]
    pub fn due(&self, received: Time, rating: usize) -> Time {
        match self.limits.get(rating).copied().flatten() {
            Some(TimeLimit::Hours(hours)) => received.after(Time::from_hours(f64::from(hours))),
            Some(TimeLimit::WorkingDays(days)) => {
                let starts = self.hub_hours.next_open(&self.days, received);
                self.days.after_working_days(starts, u32::from(days.0))
            }
            None => Time::NEVER,
        }
    }

    /// Who meets in a strategy discussion.
    pub(crate) fn pool_names() -> [&'static str; 3] {
        ["social care", "police", "health"]
    }
}

/// A contact of a hub's own log. It says nothing of whom it was about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LoggedContact {
    /// When it was received, since the start of the run.
    pub at: Time,
    /// Who sent it.
    pub group: SourceGroup,
    /// How long screening took, where the log says.
    pub screening: Option<Time>,
    /// How long the decision took, where the log says.
    pub decision: Option<Time>,
}

/// By rating: does the scenario ask partners?
fn asks(file: &FrontDoorFile, ratings: &[&str]) -> Result<Vec<bool>, FrontDoorError> {
    let only = file.enquiries.as_ref().and_then(|enquiries| enquiries.only_ratings.as_ref());
    let Some(only) = only else { return Ok(vec![true; ratings.len()]) };
    if let Some(unknown) = only.iter().find(|rating| !ratings.contains(&rating.as_str())) {
        return Err(FrontDoorError::UnknownRating {
            at: "front_door.enquiries.only_ratings".to_owned(),
            rating: unknown.clone(),
            known: ratings.join(", "),
        });
    }
    Ok(ratings.iter().map(|rating| only.iter().any(|other| other == rating)).collect())
}

/// Whole days of a figure that was checked.
#[expect(clippy::cast_possible_truncation, reason = "checked to be a few years at most")]
fn whole_days(days: f64) -> i64 {
    libm::round(days) as i64
}

fn arrivals(
    scenario: &Scenario,
    file: &FrontDoorFile,
    start: jiff::civil::Date,
    days: usize,
) -> (Vec<ArrivalTable>, [f64; GROUPS]) {
    let tables = &scenario.tables;
    let sizes = &scenario.as_written().population.children_per_contact.value;
    let children = mean_of_list(sizes);
    let contacts = file.recontact.as_ref().map_or(1.0, contacts_of_a_household);
    let a_year = scenario.expected_contacts / (children * contacts);
    let mut over = Vec::with_capacity(GROUPS);
    let mut households = [0.0; GROUPS];
    for ((group, share), place) in tables.mix.iter().enumerate().zip(&mut households) {
        let (table, years) = tables.arrivals_over(scenario.as_written(), group, start, days);
        *place = a_year * share * years;
        over.push(table);
    }
    (over, households)
}

/// Mean of a count that is one more than its position in the list of shares.
#[expect(clippy::cast_precision_loss, reason = "lists are short")]
pub(crate) fn mean_of_list(shares: &[f64]) -> f64 {
    let total: f64 = shares.iter().sum();
    shares.iter().enumerate().map(|(at, share)| share * (at as f64 + 1.0)).sum::<f64>() / total
}

/// Contacts that a household makes in all, averaged over how long-standing difficulties are.
fn contacts_of_a_household(recontact: &RecontactFile) -> f64 {
    const PLACES: u32 = 400;
    let of = |place: u32| {
        let chronic = normal_quantile((f64::from(place) + 0.5) / f64::from(PLACES));
        let factor = hazard_factor(recontact.by_chronicity.value, chronic);
        let (mut contacts, mut reach) = (1.0, 1.0);
        for at in 0..60 {
            reach *= -libm::expm1(-ever(recontact, at) * factor);
            contacts += reach;
        }
        contacts
    };
    (0..PLACES).map(of).sum::<f64>() / f64::from(PLACES)
}

/// The whole hazard of another contact after this one, for a household of average chronicity.
pub(crate) fn ever(recontact: &RecontactFile, contacts_so_far: usize) -> f64 {
    let again = &recontact.again.value;
    let share = again.get(contacts_so_far).or_else(|| again.last()).copied().unwrap_or(0.0);
    -libm::log1p(-share.min(0.999_999))
}

/// How long-standing difficulties multiply the hazard; its mean over households is one.
pub(crate) fn hazard_factor(by_chronicity: f64, chronic: f64) -> f64 {
    libm::exp(by_chronicity * chronic - 0.5 * by_chronicity * by_chronicity)
}

/// Hours that were checked.
pub(crate) fn hours(file: &HoursFile) -> Hours {
    let span = |written: &Option<[String; 2]>| {
        let [from, to] = written.as_ref()?;
        Some((minute_of_day(from)?, minute_of_day(to)?))
    };
    Hours { working: span(&file.working_days), other: span(&file.other_days) }
}

/// Minutes after midnight of `"08:30"`; `"24:00"` is the end of the day.
pub(crate) fn minute_of_day(text: &str) -> Option<i64> {
    let (hour, minute) = text.split_once(':')?;
    let (hour, minute): (i64, i64) = (hour.parse().ok()?, minute.parse().ok()?);
    let at = hour * 60 + minute;
    ((0..60).contains(&minute) && (0..=1_440).contains(&at)).then_some(at)
}

fn desk(at: &str, id: DeskId, file: &DeskFile, ratings: &[&str]) -> Result<DeskPlan, FrontDoorError> {
    let minutes = |rating: &&str| {
        of_rating(&file.minutes.value, rating).ok_or_else(|| FrontDoorError::NoMinutes {
            at: format!("{at}.minutes"),
            rating: (*rating).to_owned(),
        })
    };
    let laws = ratings.iter().map(|rating| Ok(Law::new(minutes(rating)? / 60.0, file.spread.value)));
    let plan = DeskPlan {
        id,
        posts: Some(file.staff.value),
        absent: file.absent.value,
        hours: hours(&file.hours),
        discipline: file.discipline,
        laws: laws.collect::<Result<_, FrontDoorError>>()?,
    };
    if plan.hours.working.is_none() && plan.hours.other.is_none() {
        return Err(FrontDoorError::NeverOpen { at: format!("{at}.hours") });
    }
    Ok(plan)
}

fn partner(
    agency: Agency,
    file: Option<&PartnerDeskFile>,
    ratings: &[&str],
) -> Result<DeskPlan, FrontDoorError> {
    let id = DeskId::Partner(agency);
    let discipline = crate::scenario::front_door::Discipline::Rating;
    let Some(file) = file else {
        let hours = Hours { working: None, other: None };
        return Ok(DeskPlan { id, posts: None, absent: 0.0, hours, discipline, laws: Vec::new() });
    };
    let at = format!("front_door.enquiries.desks.{agency}");
    let minutes = |rating: &&str| {
        of_rating(&file.minutes.value, rating).ok_or_else(|| FrontDoorError::NoMinutes {
            at: format!("{at}.minutes"),
            rating: (*rating).to_owned(),
        })
    };
    let laws = ratings.iter().map(|rating| Ok(Law::new(minutes(rating)? / 60.0, file.spread.value)));
    let laws = laws.collect::<Result<_, FrontDoorError>>()?;
    let posts = file.staff.as_ref().map(|staff| staff.value);
    let hours = hours(&file.hours);
    if hours.working.is_none() && hours.other.is_none() {
        return Err(FrontDoorError::NeverOpen { at: format!("{at}.hours") });
    }
    Ok(DeskPlan { id, posts, absent: 0.0, hours, discipline, laws })
}

fn pool(file: &PoolFile) -> PoolPlan {
    PoolPlan {
        staff: people(file.staff.value),
        on_call: people(file.on_call.value),
        hours: hours(&file.hours),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked to be a whole number of people"
)]
pub(crate) fn people(count: f64) -> u32 {
    libm::round(count) as u32
}

/// Streams that belong to a place, not to a case.
pub(crate) fn place_stream(
    seed: u64,
    replication: u32,
    purpose: Purpose,
    parts: [u64; 2],
) -> crate::random_streams::Stream {
    let [high, low] = parts;
    crate::random_streams::Stream::new(seed, replication, (high << 32) | low, purpose)
}
