//! Whether a front door's warm-up is long enough: some replications from the first day on, nothing left out, week by week.
//!
//! In: a model whose run is long ([`lengthened`]), and the warm-up that its scenario states. Out: for each weekly series
//! that shows whether a hub and its teams have filled up, where [MSER-5 and Welch's average](mash_stats::settling) put the
//! end of the transient, the verdict, and what mends it. Of a series that does not settle no mean is given.

use mash_sim::{
    Scenario,
    front_door::{FrontDoorError, Records, Silent, TeamRecord, record::DeskId},
    queueing::Time,
    scenario::VaryError,
};
use mash_stats::{
    Estimate, StatsError, WarmUp,
    settling::{Look, Settling, Verdict, settling},
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{front_door_model::FrontDoorModel, model::Model as _, parallel};

/// Days of a week, and weeks of a year.
const WEEK: u32 = 7;
const YEAR_WEEKS: usize = 52;
/// Nanoseconds of a day.
const DAY: i64 = 86_400_000_000_000;
/// Neighbours on either side of Welch's average: a quarter of a year.
const WINDOW: usize = 13;
/// Share of its level that a settled series may be off.
const BAND: f64 = 0.05;
/// Contacts, children or a child more or less on a caseload that nobody minds.
const LEAST: f64 = 1.0;
/// Fewest years of a run: a season is taken out of what is looked at, and its second half holds two.
pub const FEWEST_YEARS: u32 = 4;
/// Most years of a run.
pub const MOST_YEARS: u32 = 10;

/// One weekly series.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SeriesWarmUp {
    /// Id.
    pub id: String,
    /// What it is, for people.
    pub title: String,
    /// Weeks to leave out by MSER-5; none where it puts the end of the transient into the second half.
    pub mser5_weeks: Option<usize>,
    /// Weeks after which Welch's average stays in its band; none where it is still outside at the middle of the run.
    pub welch_weeks: Option<usize>,
    /// What is said.
    pub verdict: Verdict,
    /// Weeks to leave out; none of a series that does not settle.
    pub needed_weeks: Option<usize>,
    /// Mean of what is left after that, or after the warm-up that is stated where it is longer, with its 95% interval; none
    /// of a series that does not settle.
    pub level: Option<Estimate>,
    /// Mean of the run's last quarter less that of the quarter before.
    pub growth: Estimate,
    /// How to mend it; none of a warm-up that is long enough.
    pub mend: Option<String>,
    /// The mean over replications, week by week from the first day.
    pub weekly: Vec<f64>,
}

/// All of them.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct WarmUpResults {
    /// What was run.
    pub model: String,
    /// Seed of every draw.
    pub seed: u64,
    /// Replications.
    pub replications: u32,
    /// Weeks of each run.
    pub weeks: usize,
    /// Days of warm-up that the scenario states.
    pub stated_days: u32,
    /// Whole weeks of them.
    pub stated_weeks: usize,
    /// The worst verdict of a series.
    pub verdict: Verdict,
    /// The series.
    pub series: Vec<SeriesWarmUp>,
    /// That everything is synthetic.
    pub notice: String,
}

/// Why a warm-up cannot be looked at.
#[derive(Debug, thiserror::Error)]
pub enum WarmUpError {
    /// The scenario cannot be run for so long.
    #[error(transparent)]
    Vary(#[from] VaryError),
    /// A replication failed.
    #[error(transparent)]
    FrontDoor(#[from] FrontDoorError),
    /// A figure is no number.
    #[error(transparent)]
    Stats(#[from] StatsError),
    /// A run that long is not allowed, or holds no more than the scenario's own.
    #[error("{0} years: give {FEWEST_YEARS} to {MOST_YEARS}, and more than warm-up and year together")]
    Years(u32),
}

/// The scenario with a run of so many years from its own first day on; what comes before stays as it is.
///
/// # Errors
/// [`WarmUpError::Years`].
pub fn lengthened(scenario: &Scenario, years: u32) -> Result<Scenario, WarmUpError> {
    let Some(door) = scenario.as_written().front_door.as_ref() else { return Ok(scenario.clone()) };
    let year = scenario.year_start.until(scenario.year_end).map_or(364, |span| span.get_days()) + 1;
    let after = f64::from(years * 365) - door.run.warm_up_days.value - f64::from(year);
    if !(FEWEST_YEARS..=MOST_YEARS).contains(&years) || after < 0.0 {
        return Err(WarmUpError::Years(years));
    }
    let reason = "A long run, to see whether it settles.";
    Ok(scenario.varied("front_door.run.cool_down_days", libm::floor(after), reason)?)
}

/// Looks at a model whose scenario was [`lengthened`].
///
/// # Errors
/// [`WarmUpError`] where a replication cannot be run.
pub fn warm_up(
    model: &FrontDoorModel<'_>,
    seed: u64,
    replications: u32,
) -> Result<WarmUpResults, WarmUpError> {
    let numbers: Vec<u32> = (0..replications).collect();
    let weeks = whole(days(model.door().span()[1]) / WEEK);
    let runs = parallel::map(&numbers, |number| {
        model.records(seed, *number, &mut Silent).map(|records| weekly(&records, weeks))
    });
    let runs = runs.into_iter().collect::<Result<Vec<_>, _>>()?;
    let stated_days = days(model.door().window()[0]);
    let stated_weeks = whole(stated_days / WEEK);
    let look = Look { stated: stated_weeks, season: YEAR_WEEKS, window: WINDOW, band: BAND, least: LEAST };
    let mut series = Vec::new();
    for (at, kind) in SERIES.iter().enumerate() {
        let of: Vec<Vec<f64>> = runs.iter().filter_map(|run| run.get(at).cloned()).collect();
        let found = settling(&of, look)?;
        series.push(said(kind, &found, stated_days, &of));
    }
    let verdict = series.iter().map(|one| one.verdict).max().unwrap_or(Verdict::LongEnough);
    Ok(WarmUpResults {
        model: model.id().to_owned(),
        seed,
        replications,
        weeks,
        stated_days,
        stated_weeks,
        verdict,
        series,
        notice: mash_model::NOTICE.to_owned(),
    })
}

/// A series: id, title, and what mends one that does not settle, where more time does not.
struct Kind {
    id: &'static str,
    title: &'static str,
    mend: &'static str,
}

const fn kind(id: &'static str, title: &'static str, mend: &'static str) -> Kind {
    Kind { id, title, mend }
}

/// Every series, in the order in which [`weekly`] gives them.
const SERIES: [Kind; 10] = [
    kind(
        "contacts",
        "Children in contacts",
        "look at `front_door.recontact`: `again`, `unmet`, `worsens_a_year`",
    ),
    kind("referrals", "Referrals", "look at `front_door.recontact`: `again`, `unmet`, `worsens_a_year`"),
    kind(
        "screening_waiting",
        "Waiting for screening",
        "raise `front_door.screening.staff`, or lower its `minutes` or `absent`",
    ),
    kind(
        "hub_waiting",
        "Waiting for a decision",
        "raise `front_door.decision.staff`, or lower its `minutes` or `absent`",
    ),
    kind(
        "oversight_waiting",
        "Waiting for a manager",
        "raise `front_door.oversight.desk.staff`, or lower `front_door.oversight.share`",
    ),
    kind(
        "partners_waiting",
        "Waiting at partners' desks",
        "raise `staff` under `front_door.enquiries.desks`, or lower its `minutes`",
    ),
    kind(
        "unallocated",
        "Children without a worker",
        "raise `front_door.workforce.posts` or `caseload_limit`, or lower `front_door.assessment.in_need_days`",
    ),
    kind("caseload", "Caseload", ""),
    kind("in_need", "Children in need", "set `front_door.assessment.open_at_start` to about {last}"),
    kind("on_plan", "Children on a plan", "set `front_door.plan.on_plan_at_start` to about {last}"),
];

/// The series of one replication, a value a week.
fn weekly(records: &Records, weeks: usize) -> [Vec<f64>; SERIES.len()] {
    let mut series = [(); SERIES.len()].map(|()| vec![0.0; weeks]);
    let [contacts, referrals, screening, hub, oversight, partners, unallocated, caseload, in_need, on_plan] =
        &mut series;
    let add = |to: &mut Vec<f64>, day: u32, more: f64| {
        if let Some(week) = to.get_mut(whole(day / WEEK)) {
            *week += more;
        }
    };
    for case in &records.cases {
        let day = days(case.received);
        add(contacts, day, 1.0);
        add(referrals, day, f64::from(u8::from(case.referral)));
    }
    for shift in &records.shifts {
        let waiting = f64::from(shift.waiting) / f64::from(WEEK);
        match shift.desk {
            DeskId::Screening => add(screening, shift.day, waiting),
            DeskId::Decision => add(hub, shift.day, waiting),
            DeskId::Oversight => add(oversight, shift.day, waiting),
            DeskId::Partner(_) => add(partners, shift.day, waiting),
        }
    }
    // One Monday a week.
    for team in &records.teams {
        add(unallocated, team.day, f64::from(team.unallocated));
        add(caseload, team.day, mean_caseload(team));
        add(in_need, team.day, f64::from(team.in_need));
        add(on_plan, team.day, f64::from(team.on_plan));
    }
    series
}

fn mean_caseload(team: &TeamRecord) -> f64 {
    let workers = u32::try_from(team.caseloads.len()).unwrap_or(u32::MAX).max(1);
    team.caseloads.iter().map(|cases| f64::from(*cases)).sum::<f64>() / f64::from(workers)
}

fn said(kind: &Kind, found: &Settling, stated_days: u32, of: &[Vec<f64>]) -> SeriesWarmUp {
    let weeks = |end: WarmUp| match end {
        WarmUp::EndsAt(weeks) => Some(weeks),
        WarmUp::TooShort => None,
    };
    let length = of.iter().map(Vec::len).min().unwrap_or(0);
    let count = f64::from(u32::try_from(of.len()).unwrap_or(u32::MAX).max(1));
    let mean = |week: usize| of.iter().filter_map(|one| one.get(week)).sum::<f64>() / count;
    SeriesWarmUp {
        id: kind.id.to_owned(),
        title: kind.title.to_owned(),
        mser5_weeks: weeks(found.mser5),
        welch_weeks: weeks(found.welch),
        verdict: found.verdict,
        needed_weeks: found.needed,
        level: found.level,
        growth: found.growth,
        mend: mend(kind, found, stated_days),
        weekly: (0..length).map(mean).collect(),
    }
}

fn mend(kind: &Kind, found: &Settling, stated_days: u32) -> Option<String> {
    match (found.verdict, found.needed) {
        (Verdict::LongEnough, _) => None,
        (Verdict::TooShort, needed) => {
            let days = needed.unwrap_or(0) * whole(WEEK);
            let begin = stock_mend(kind, found).map_or_else(String::new, |mend| format!(", or {mend}"));
            Some(format!("set `front_door.run.warm_up_days` to {days} or more (it is {stated_days}){begin}"))
        }
        (Verdict::DoesNotSettle, _) => {
            let own = if kind.mend.is_empty() {
                "see to what the other series say".to_owned()
            } else {
                stock_mend(kind, found).unwrap_or_else(|| kind.mend.to_owned())
            };
            Some(format!("{own}; or read the year as a path from where it begins, not as a steady state"))
        }
    }
}

/// What a stock would have to be at the start to be where it ends.
fn stock_mend(kind: &Kind, found: &Settling) -> Option<String> {
    let last = format!("{:.0}", found.last.mean);
    kind.mend.contains("{last}").then(|| kind.mend.replace("{last}", &last))
}

/// Day of the run.
fn days(at: Time) -> u32 {
    u32::try_from(at.0.div_euclid(DAY)).unwrap_or(0)
}

fn whole(count: u32) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}
