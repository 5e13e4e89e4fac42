//! Households with their children, and when and from whom each is heard of.
//!
//! In: the scenario and a household's number. Out: its children, its contacts over twelve months, and how serious
//! things are for each child. Every draw is named by the household, so households can be made in any order.

use jiff::civil::DateTime;
use mash_model::{Agency, Sex, SourceGroup};

use crate::{
    random_streams::{DrawOverflowError, Purpose, Stream},
    sampling,
    scenario::{ByName, GROUPS, Scenario, Tables},
    theme::AgeBand,
    truth_model::Severity,
};

/// What a stream belongs to: a household, one of its contacts, one of its children, and a part of the drawing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) seed: u64,
    pub(crate) replication: u32,
    pub(crate) household: u64,
    pub(crate) approach: u8,
    pub(crate) child: u8,
}

impl Place {
    pub(crate) fn stream(&self, purpose: Purpose, part: u8) -> Stream {
        Stream::new(self.seed, self.replication, self.entity(part), purpose)
    }

    pub(crate) fn entity(&self, part: u8) -> u64 {
        (self.household << 24)
            | (u64::from(self.approach) << 16)
            | (u64::from(self.child) << 8)
            | u64::from(part)
    }

    pub(crate) fn approach(self, approach: usize) -> Place {
        Place { approach: u8::try_from(approach).unwrap_or(u8::MAX), ..self }
    }

    pub(crate) fn child(self, child: usize) -> Place {
        Place { child: u8::try_from(child).unwrap_or(u8::MAX), ..self }
    }
}

/// A household over its twelve months of contacts.
#[derive(Debug)]
pub(crate) struct Household {
    pub(crate) place: Place,
    pub(crate) children: Vec<Child>,
    /// In order of time; some may lie before the year.
    pub(crate) approaches: Vec<Approach>,
    chronic: f64,
    hidden: f64,
    incident: f64,
    /// Standard deviations by which difficulties have grown since the first contact.
    pub(crate) worse: f64,
}

/// A child of a household.
#[derive(Debug)]
pub(crate) struct Child {
    /// Completed years when the household is first heard of; none before birth.
    pub(crate) age: Option<u8>,
    /// Days from the household's first contact to birth, for a child not yet born then.
    born_after: i64,
    pub(crate) sex: Sex,
    pub(crate) ethnicity: String,
    chronic: f64,
    hidden: f64,
}

/// One contact by somebody about a household.
#[derive(Debug)]
pub(crate) struct Approach {
    pub(crate) received: DateTime,
    pub(crate) in_year: bool,
    pub(crate) group: SourceGroup,
    pub(crate) agency: Agency,
    incident: f64,
    /// What the hub made of it, as far as later records show.
    pub(crate) became_referral: bool,
    /// Whether it went to the worker of an open case instead.
    pub(crate) to_worker: bool,
    /// Whether that referral was closed without a service.
    pub(crate) closed_nfa: bool,
    /// Days for which the child then stayed open.
    pub(crate) open_days: f64,
}

impl Child {
    /// Age band when a contact comes this many days after the household's first.
    pub(crate) fn band(&self, days: i64) -> AgeBand {
        match self.age {
            Some(years) => AgeBand::of_years(years),
            None if days >= self.born_after => AgeBand::UnderOne,
            None => AgeBand::Unborn,
        }
    }
}

impl Household {
    /// The household of this number, or none when it makes no contact in the year.
    pub(crate) fn draw(scenario: &Scenario, place: Place) -> Result<Option<Household>, DrawOverflowError> {
        let tables = &scenario.tables;
        let history = &scenario.file.history;
        let mut timing = place.stream(Purpose::Timing, 0);
        let shares = &history.contacts_per_household.value;
        let begins = 2.0 * timing.uniform()? - 1.0;
        let count = timing.pick(shares)?;
        let mut positions = vec![begins];
        for _ in 0..count {
            positions.push(begins + truncated_days(timing.uniform()?, history.gap_days.value) / 365.0);
        }
        if !positions.iter().any(|position| (0.0..1.0).contains(position)) {
            return Ok(None);
        }
        positions.sort_by(f64::total_cmp);
        let mut source = place.stream(Purpose::Source, 0);
        let first_group = source.pick(&tables.mix)?;
        let first_band = band_of(source.pick(tables.ages.get(first_group).unwrap_or(&[0.0; 6]))?);
        let mut approaches = Vec::with_capacity(positions.len());
        for (number, position) in positions.iter().enumerate() {
            let place = place.approach(number);
            let group = if number == 0 { first_group } else { group_for(tables, first_band, place)? };
            approaches.push(Approach::draw(scenario, place, *position, group, first_band)?);
        }
        approaches.sort_by_key(|approach| approach.received);
        let mut household = Household {
            place,
            children: children(scenario, place, first_band)?,
            approaches,
            chronic: 0.0,
            hidden: 0.0,
            incident: 0.0,
            worse: 0.0,
        };
        household.draw_severity(scenario, count)?;
        household.draw_history(scenario)?;
        Ok(Some(household))
    }

    /// A household before its first contact, whose contacts are then told one by one with [`Household::hear`].
    pub(crate) fn unheard(
        scenario: &Scenario,
        place: Place,
        group: usize,
    ) -> Result<Household, DrawOverflowError> {
        let mut source = place.stream(Purpose::Source, 0);
        source.uniform()?;
        let band = band_of(source.pick(scenario.tables.ages.get(group).unwrap_or(&[0.0; 6]))?);
        let mut stream = place.stream(Purpose::Severity, 1);
        let mut household = Household {
            place,
            children: children(scenario, place, band)?,
            approaches: Vec::new(),
            chronic: stream.normal()?,
            hidden: stream.normal()?,
            incident: stream.normal()?,
            worse: 0.0,
        };
        household.draw_children(scenario)?;
        Ok(household)
    }

    /// How long-standing difficulties are, standard deviations from the average household.
    pub(crate) fn chronicity(&self) -> f64 {
        self.chronic
    }

    /// The source group of the next contact of a household that has been heard of.
    pub(crate) fn next_group(&self, scenario: &Scenario) -> Result<usize, DrawOverflowError> {
        let band = self.children.first().map_or(AgeBand::FiveToNine, |child| child.band(0));
        group_for(&scenario.tables, band, self.place.approach(self.approaches.len()))
    }

    /// Adds a contact that is received now.
    pub(crate) fn hear(
        &mut self,
        scenario: &Scenario,
        group: usize,
        received: DateTime,
    ) -> Result<(), DrawOverflowError> {
        let number = self.approaches.len();
        let band = self.children.first().map_or(AgeBand::FiveToNine, |child| child.band(0));
        let place = self.place.approach(number);
        let mut approach = Approach::received(scenario, place, received, group, band)?;
        let own = place.stream(Purpose::Severity, 2).normal()?;
        approach.incident = mixed(scenario.file.history.severity_persists.value, self.incident, own);
        self.approaches.push(approach);
        Ok(())
    }

    /// Days from the household's first contact to this one.
    pub(crate) fn days_since_first(&self, approach: &Approach) -> i64 {
        self.approaches.first().map_or(0, |first| days_between(first.received, approach.received))
    }

    /// How serious things are for one child at one contact.
    pub(crate) fn severity(
        &self,
        scenario: &Scenario,
        approach: usize,
        child: usize,
    ) -> Result<Severity, DrawOverflowError> {
        let (Some(contact), Some(person)) = (self.approaches.get(approach), self.children.get(child)) else {
            return Ok(Severity { incident: 0.0, chronic: 0.0, hidden: 0.0, source_shift: 0.0 });
        };
        let incident = if child == 0 {
            contact.incident
        } else {
            let own = self.place.approach(approach).child(child).stream(Purpose::Severity, 0).normal()?;
            mixed(scenario.file.need.siblings_alike.value, contact.incident, own)
        };
        let source_shift = scenario.tables.shift.get(contact.group as usize).copied().unwrap_or(0.0);
        Ok(Severity { incident, chronic: person.chronic + self.worse, hidden: person.hidden, source_shift })
    }

    fn draw_severity(
        &mut self,
        scenario: &Scenario,
        further_contacts: usize,
    ) -> Result<(), DrawOverflowError> {
        let mut stream = self.place.stream(Purpose::Severity, 1);
        let (mean, spread) = scenario.tables.contacts_spread;
        let often = if spread > 0.0 {
            (count_of(i64::try_from(further_contacts).unwrap_or(0) + 1) - mean) / spread
        } else {
            0.0
        };
        let follow = if spread > 0.0 { scenario.file.history.contacts_follow_chronicity.value } else { 0.0 };
        self.chronic = mixed(follow, often, stream.normal()?);
        self.hidden = stream.normal()?;
        self.incident = stream.normal()?;
        let persists = scenario.file.history.severity_persists.value;
        for (number, approach) in self.approaches.iter_mut().enumerate() {
            let own = self.place.approach(number).stream(Purpose::Severity, 2).normal()?;
            approach.incident = mixed(persists, self.incident, own);
        }
        self.draw_children(scenario)
    }

    fn draw_children(&mut self, scenario: &Scenario) -> Result<(), DrawOverflowError> {
        let alike = scenario.file.need.siblings_alike.value;
        for (number, child) in self.children.iter_mut().enumerate() {
            let mut own = self.place.child(number).stream(Purpose::Severity, 3);
            let (chronic, hidden) = (own.normal()?, own.normal()?);
            (child.chronic, child.hidden) = if number == 0 {
                (self.chronic, self.hidden)
            } else {
                (mixed(alike, self.chronic, chronic), mixed(alike, self.hidden, hidden))
            };
        }
        Ok(())
    }

    /// What the hub made of each contact, for the records that later contacts find. Drawn from how serious the
    /// contact looked, so that a changed rule pack does not rewrite the past.
    fn draw_history(&mut self, scenario: &Scenario) -> Result<(), DrawOverflowError> {
        for number in 0..self.approaches.len() {
            let apparent = self.severity(scenario, number, 0)?.apparent();
            let [.., targeted, assessment, _] = &scenario.tables.cuts;
            let accepted = match apparent {
                score if score >= *assessment => 0.9,
                score if score >= *targeted => 0.08,
                _ => 0.02,
            };
            let mut stream = self.place.approach(number).stream(Purpose::History, 0);
            let (history, branching) = (&scenario.file.history, &scenario.file.branching);
            let accepted = stream.chance(accepted)?;
            let not_in_need = branching.referral_nfa.value + branching.assessed_not_in_need.value;
            let closed_nfa = stream.chance(not_in_need)?;
            let mean = if closed_nfa { history.open_days_not_in_need.value } else { history.open_days.value };
            let open_days = sampling::exponential(stream.uniform()?, mean);
            // A child already open is not referred again: the contact goes to the worker.
            let (past, rest) = self.approaches.split_at_mut(number);
            if let Some(approach) = rest.first_mut() {
                approach.to_worker = past.iter().any(|earlier| earlier.still_open(approach.received));
                approach.became_referral = accepted && !approach.to_worker;
                approach.closed_nfa = closed_nfa;
                approach.open_days = open_days;
            }
        }
        Ok(())
    }
}

impl Approach {
    /// Whether a referral made at this contact is still open at a later one.
    pub(crate) fn still_open(&self, later: DateTime) -> bool {
        self.became_referral && count_of(days_between(self.received, later)) < self.open_days
    }

    fn draw(
        scenario: &Scenario,
        place: Place,
        position: f64,
        group: usize,
        band: AgeBand,
    ) -> Result<Approach, DrawOverflowError> {
        let received =
            scenario.tables.arrivals.get(group).map_or(DateTime::MIN, |table| table.time_at(position));
        let in_year = (0.0..1.0).contains(&position);
        Ok(Approach { in_year, ..Self::received(scenario, place, received, group, band)? })
    }

    fn received(
        scenario: &Scenario,
        place: Place,
        received: DateTime,
        group: usize,
        band: AgeBand,
    ) -> Result<Approach, DrawOverflowError> {
        let none = Vec::new();
        let agencies = scenario.tables.agencies.get(group).unwrap_or(&none);
        let weights: Vec<f64> =
            agencies.iter().map(|(agency, weight)| if sees(*agency, band) { *weight } else { 0.0 }).collect();
        let drawn = place.stream(Purpose::Source, 1).pick(&weights)?;
        Ok(Approach {
            received,
            in_year: true,
            group: SourceGroup::ALL.get(group).copied().unwrap_or(SourceGroup::Unknown),
            agency: agencies.get(drawn).map_or(Agency::Unknown, |(agency, _)| *agency),
            incident: 0.0,
            became_referral: false,
            to_worker: false,
            closed_nfa: false,
            open_days: 0.0,
        })
    }
}

/// Whole days from one moment to a later one.
pub(crate) fn days_between(from: DateTime, to: DateTime) -> i64 {
    (to.date() - from.date()).get_days().into()
}

/// Two independent standard values, mixed so that the result correlates with the first by this much.
pub(crate) fn mixed(correlation: f64, shared: f64, own: f64) -> f64 {
    correlation * shared + libm::sqrt(1.0 - correlation * correlation) * own
}

/// Days after a household's first contact, exponential and below a year.
fn truncated_days(uniform: f64, mean: f64) -> f64 {
    let within_year = -libm::expm1(-365.0 / mean);
    sampling::exponential(uniform * within_year, mean).min(364.999)
}

fn group_for(tables: &Tables, band: AgeBand, place: Place) -> Result<usize, DrawOverflowError> {
    let mut weights = [0.0; GROUPS];
    for (weight, row) in weights.iter_mut().zip(&tables.ages) {
        *weight = row.get(band.index()).copied().unwrap_or(0.0);
    }
    place.stream(Purpose::Source, 2).pick(&weights)
}

/// Whether an agency meets children of this age; synthesised from what each service is for.
fn sees(agency: Agency, band: AgeBand) -> bool {
    match agency {
        Agency::Midwife => band <= AgeBand::UnderOne,
        Agency::HealthVisitor => band <= AgeBand::OneToFour,
        Agency::Nursery => band == AgeBand::OneToFour,
        Agency::SchoolNurse | Agency::Camhs => band >= AgeBand::FiveToNine,
        Agency::SexualHealth | Agency::YouthJustice | Agency::MissingTeam => band >= AgeBand::TenToFifteen,
        Agency::SelfReferral => band >= AgeBand::TenToFifteen,
        Agency::Dentist => band >= AgeBand::OneToFour,
        _ => true,
    }
}

fn children(scenario: &Scenario, place: Place, first: AgeBand) -> Result<Vec<Child>, DrawOverflowError> {
    let population = &scenario.file.population;
    let mut stream = place.stream(Purpose::Household, 0);
    let count = stream.pick(&population.children_per_contact.value)? + 1;
    let first_age = match first.years() {
        None => {
            stream.uniform()?;
            None
        }
        Some((low, high)) => Some(stream.between(low, high)?),
    };
    let mut children: Vec<Child> = Vec::with_capacity(count);
    for number in 0..count {
        let mut own = place.child(number).stream(Purpose::Household, 1);
        let apart = sampling::uniform_integer(own.uniform()?, 1, 5) * if own.chance(0.5)? { 1 } else { -1 };
        let age = if number == 0 { first_age } else { Some(sibling_age(first_age, apart)) };
        let born_after = own.between(20, 180)?;
        let sex = match (age, named(&population.sex.value, own.uniform()?)) {
            (None, _) => Sex::U,
            (Some(_), "F") => Sex::F,
            (Some(_), "M") => Sex::M,
            (Some(_), _) => Sex::U,
        };
        let shared = own.chance(population.siblings_share_ethnicity.value)?;
        let drawn = named(&population.ethnicity.value, own.uniform()?);
        let ethnicity = match children.first() {
            Some(first) if shared => first.ethnicity.clone(),
            _ => drawn.to_owned(),
        };
        let age = age.and_then(|years| u8::try_from(years).ok());
        children.push(Child { age, born_after, sex, ethnicity, chronic: 0.0, hidden: 0.0 });
    }
    Ok(children)
}

/// A sibling some years older or younger, turned round where that would leave childhood.
fn sibling_age(first: Option<i64>, apart: i64) -> i64 {
    match first {
        None => apart.abs(),
        Some(age) if (0..=17).contains(&(age + apart)) => age + apart,
        Some(age) => (age - apart).clamp(0, 17),
    }
}

/// A name drawn in proportion to its share.
fn named(shares: &ByName, uniform: f64) -> &str {
    let total: f64 = shares.values().sum();
    let mut left = uniform * total;
    let mut last = "";
    for (name, share) in shares {
        last = name;
        if left < *share {
            break;
        }
        left -= share;
    }
    last
}

fn band_of(position: usize) -> AgeBand {
    AgeBand::ALL.get(position).copied().unwrap_or(AgeBand::FiveToNine)
}

#[expect(clippy::cast_precision_loss, reason = "a few contacts, or the days of a year or two")]
fn count_of(number: i64) -> f64 {
    number as f64
}
