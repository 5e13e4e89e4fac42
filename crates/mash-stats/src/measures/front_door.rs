//! The measures of a simulated front door, each computed from the records of one replication and from nothing else.

use mash_model::{Agency, SourceGroup};
use mash_sim::{
    LatentNeed,
    front_door::{
        CaseRecord, FrontDoor, RatingLimit, Records, TeamRecord,
        record::{DeskId, Ending},
    },
    group_id,
    queueing::{Time, measures::quantile},
};

pub use volumes::MONTHS;

use super::{Authority, Measure};

mod chairs;
mod clocks;
mod need;
mod teams;
mod volumes;

/// Children of an authority, for rates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Population {
    /// Children aged 0 to 17.
    pub children: f64,
}

/// Agencies that hold records and are asked; whoever only reports is not.
const ASKED: [Agency; 16] = [
    Agency::Police,
    Agency::School,
    Agency::HealthVisitor,
    Agency::SchoolNurse,
    Agency::Midwife,
    Agency::Gp,
    Agency::Hospital,
    Agency::Camhs,
    Agency::AdultMentalHealth,
    Agency::SubstanceService,
    Agency::Housing,
    Agency::ChildrensSocialCare,
    Agency::EarlyHelp,
    Agency::Probation,
    Agency::Idva,
    Agency::YouthJustice,
];

/// What measures are computed from, over the year that counts or over a part of it.
struct View<'r> {
    records: &'r Records,
    door: &'r FrontDoor<'r>,
    population: Population,
    /// The stretch that is measured.
    window: [Time; 2],
    /// Children in contacts received in it.
    cases: Vec<&'r CaseRecord>,
    /// Teams on its Mondays.
    teams: Vec<&'r TeamRecord>,
}

/// Is it a measure against what children truly needed? Its absolute value is never printed under a real council's name.
#[must_use]
pub fn is_of_need(measure: &str) -> bool {
    measure.starts_with("missed") || measure == "over_intervention_pct" || measure == "over_intervention"
}

type Of = Box<dyn Fn(&View<'_>) -> Option<f64> + Send + Sync>;

/// The measures, and how each is computed.
pub struct FrontDoorMeasures {
    measures: Vec<Measure>,
    of: Vec<Of>,
}

impl std::fmt::Debug for FrontDoorMeasures {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("FrontDoorMeasures").field("measures", &self.measures.len()).finish_non_exhaustive()
    }
}

impl FrontDoorMeasures {
    /// The measures of a front door whose pack has these ratings, least urgent first.
    #[must_use]
    pub fn new(ratings: &[RatingLimit]) -> Self {
        let mut all = Self { measures: Vec::new(), of: Vec::new() };
        volumes::add(&mut all, ratings);
        clocks::add(&mut all, ratings);
        teams::add(&mut all);
        need::add(&mut all);
        all
    }

    /// The same with the waits for a chair of an initial conference, last.
    #[must_use]
    pub fn with_conference_waits(mut self) -> Self {
        chairs::add(&mut self);
        self
    }

    /// The same without measures against what children truly needed.
    #[must_use]
    pub fn without_need(self) -> Self {
        let both = self.measures.into_iter().zip(self.of);
        let (measures, of) = both.filter(|(measure, _)| !is_of_need(&measure.id)).unzip();
        Self { measures, of }
    }

    /// The measures, in the order of columns.
    #[must_use]
    pub fn list(&self) -> &[Measure] {
        &self.measures
    }

    /// The figures of one replication, in the order of [`FrontDoorMeasures::list`]; none where there was nothing to
    /// measure.
    #[must_use]
    pub fn of(&self, records: &Records, door: &FrontDoor<'_>, population: Population) -> Vec<Option<f64>> {
        let view = View::over(records, door, population, records.window);
        self.of.iter().map(|of| of(&view).filter(|figure| figure.is_finite())).collect()
    }

    /// Some of the figures, by position, over each of several stretches: by figure, then by stretch. What hangs on a
    /// contact counts in the stretch in which the contact was received.
    #[must_use]
    pub fn over(
        &self,
        which: &[usize],
        stretches: &[[Time; 2]],
        (records, door, population): (&Records, &FrontDoor<'_>, Population),
    ) -> Vec<Vec<Option<f64>>> {
        let views: Vec<View<'_>> =
            stretches.iter().map(|stretch| View::over(records, door, population, *stretch)).collect();
        let of = |at: &usize| self.of.get(*at);
        let figures = |at| {
            let figure = |view| of(at).and_then(|of| of(view)).filter(|figure| figure.is_finite());
            views.iter().map(figure).collect()
        };
        which.iter().map(figures).collect()
    }

    /// Adds a measure that is no clock.
    fn add(
        &mut self,
        [id, title, unit]: [&str; 3],
        definition: &str,
        of: impl Fn(&View<'_>) -> Option<f64> + Send + Sync + 'static,
    ) {
        self.clock([id, title, unit], definition, None, of);
    }

    fn clock(
        &mut self,
        [id, title, unit]: [&str; 3],
        definition: &str,
        authority: Option<(Authority, &str)>,
        of: impl Fn(&View<'_>) -> Option<f64> + Send + Sync + 'static,
    ) {
        self.measures.push(Measure {
            id: id.to_owned(),
            title: title.to_owned(),
            unit: unit.to_owned(),
            definition: definition.to_owned(),
            authority: authority.map(|(authority, _)| authority),
            source: authority.map(|(_, source)| source.to_owned()),
        });
        self.of.push(Box::new(of));
    }
}

impl<'r> View<'r> {
    fn over(
        records: &'r Records,
        door: &'r FrontDoor<'r>,
        population: Population,
        window: [Time; 2],
    ) -> View<'r> {
        let [from, to] = window;
        let inside = |at: Time| from <= at && at < to;
        let day = |record: &&TeamRecord| inside(Time(i64::from(record.day) * 86_400_000_000_000));
        View {
            records,
            door,
            population,
            window,
            cases: records.cases.iter().filter(|case| inside(case.received)).collect(),
            teams: records.teams.iter().filter(day).collect(),
        }
    }
}

impl View<'_> {
    /// Children on whom the hub decided.
    fn decided(&self) -> impl Iterator<Item = &CaseRecord> {
        self.cases.iter().copied().filter(|case| case.ending == Ending::Decided)
    }

    fn referrals(&self) -> impl Iterator<Item = &CaseRecord> {
        self.cases.iter().copied().filter(|case| case.referral)
    }

    /// A count over children, per 10,000.
    fn per_10k(&self, count: usize) -> Option<f64> {
        (self.population.children > 0.0).then(|| whole(count) / self.population.children * 10_000.0)
    }

    fn in_window(&self, times: &[Time]) -> usize {
        let [from, to] = self.window;
        times.iter().filter(|at| from <= **at && **at < to).count()
    }
}

/// Did it happen?
fn happened(at: Time) -> bool {
    at != Time::NEVER
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn whole(count: usize) -> f64 {
    count as f64
}

/// Per cent of those that pass a test; none of nothing.
fn percent<'c>(all: impl Iterator<Item = &'c CaseRecord>, test: impl Fn(&CaseRecord) -> bool) -> Option<f64> {
    let (mut count, mut passed) = (0_usize, 0_usize);
    for case in all {
        count += 1;
        passed += usize::from(test(case));
    }
    (count > 0).then(|| 100.0 * whole(passed) / whole(count))
}

/// The mean; none of nothing.
fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (mut count, mut sum) = (0_usize, 0.0);
    for value in values {
        count += 1;
        sum += value;
    }
    (count > 0).then(|| sum / whole(count))
}

/// The value that this share does not pass; none of nothing.
fn percentile(values: impl Iterator<Item = f64>, share: f64) -> Option<f64> {
    let values: Vec<f64> = values.collect();
    (!values.is_empty()).then(|| quantile(&values, share))
}
