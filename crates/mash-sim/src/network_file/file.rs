//! A network of stations as it is written: the shape of `scenarios/reference/*.json`.
//!
//! Times are hours unless a name says otherwise, shares are fractions of one. What carries figures carries a mark, with
//! a source, or with a reason where it is a modelling choice.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::scenario::Mark;

/// A file that holds a network of stations, how it is run and what is measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NetworkFile {
    /// Equals the file's name without `.json`.
    pub id: String,
    /// What people read.
    pub title: String,
    /// Who arrives, and what is done for them where.
    pub network: NetworkPart,
    /// How long it runs, and how often.
    pub run: RunPart,
    /// What is measured; everything at every station where nothing is named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measures: Vec<MeasureFile>,
}

/// Who arrives, and what is done for them where.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NetworkPart {
    /// How contacts arrive.
    pub arrivals: ArrivalsPart,
    /// Classes of contacts, the most urgent first: it is served first, and no work in hand is left for it. One class
    /// where none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classes: Option<ClassesPart>,
    /// Where work is done.
    pub stations: Vec<StationFile>,
    /// What is done, one step after another; the stations of one step work at the same time, and all must be done
    /// before the next begins.
    pub steps: Vec<Vec<String>>,
    /// Who leaves before the last step.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub leaves: Vec<LeavingFile>,
    /// True to run a network in which more comes in than can be done. Its queues grow without end: means of them are
    /// withheld.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub allow_unstable: bool,
}

/// How contacts arrive: one of `poisson`, `weekly` and `trace`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ArrivalsPart {
    /// At random, at one rate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub poisson: Option<PoissonFile>,
    /// At random, at a rate that follows the week.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weekly: Option<WeeklyFile>,
    /// As recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<TraceFile>,
    /// How far the figures can be relied on.
    pub mark: Mark,
    /// Where they were read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Why they were chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Arrivals at one rate: one of `per_hour` and `per_year`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PoissonFile {
    /// Arrivals an hour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_hour: Option<f64>,
    /// Arrivals in 8,760 hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_year: Option<f64>,
    /// Share of arrivals that bring one child, two, three and so on; each child is a contact of its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<f64>,
}

/// Arrivals that follow the week: one of `per_hour` and `per_year` for the mean, and `days` with `hours`, or `week`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WeeklyFile {
    /// Arrivals an hour, mean over the week.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_hour: Option<f64>,
    /// Arrivals in 8,760 hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_year: Option<f64>,
    /// Weight of each day, Monday first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<[f64; 7]>,
    /// Weight of each hour of a day, from midnight.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<[f64; 24]>,
    /// Weight of each of the 168 hours of the week, Monday 00:00 first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub week: Vec<f64>,
}

/// Arrivals as recorded, each with how long every station takes: one of `rows` and `csv`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TraceFile {
    /// Arrival hour, class by number from 0, hours at each station in the stations' order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<Vec<f64>>,
    /// Name of a CSV file beside this one, with columns `arr,prio,s0,s1,...`: the same, row by row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub csv: Option<String>,
}

/// Classes of contacts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClassesPart {
    /// The classes, the most urgent first.
    pub value: Vec<ClassFile>,
    /// How far the shares can be relied on.
    pub mark: Mark,
    /// Where they were read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Why they were chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A class of contacts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClassFile {
    /// Its name.
    pub id: String,
    /// Its share of contacts; needed unless arrivals are a trace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<f64>,
}

/// A place where work is done: `servers` or `ample`, and `service` or `service_by_class`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StationFile {
    /// Its name.
    pub id: String,
    /// How many contacts it works on at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub servers: Option<u64>,
    /// True for staff enough for however many come.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ample: bool,
    /// When work may begin; what is in hand at closing time is finished. Day and night where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Vec<HoursFile>>,
    /// How long it takes; not needed where arrivals are a trace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<LawFile>,
    /// How long it takes, by class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_by_class: Option<BTreeMap<String, LawFile>>,
    /// True where a contact that finds no server free goes away rather than waits.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub turns_away: bool,
    /// How far its figures can be relied on.
    pub mark: Mark,
    /// Where they were read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Why they were chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Hours on some days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HoursFile {
    /// The days.
    pub days: Vec<DayName>,
    /// From when, as `08:30`.
    pub from: String,
    /// Until when; `24:00` for the end of the day.
    pub to: String,
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "days of the week")]
pub enum DayName {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

/// A law of durations.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LawFile {
    /// Which law.
    pub law: LawName,
    /// Mean, hours.
    pub mean: f64,
    /// Standard deviation, hours: of a lognormal one, and of no other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sd: Option<f64>,
}

/// Laws of durations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LawName {
    /// Always the mean.
    Fixed,
    /// Exponential.
    Exponential,
    /// Lognormal.
    Lognormal,
    /// Gamma of shape 2.
    Gamma2,
}

/// A share of a class that leaves once a step is over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LeavingFile {
    /// The step after which it leaves, by number from 0.
    pub after: u64,
    /// The class.
    pub class: String,
    /// The share of the class that leaves.
    pub share: f64,
    /// How far the share can be relied on.
    pub mark: Mark,
    /// Where it was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Why it was chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// How long the network runs, and how often.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RunPart {
    /// Hours in which contacts arrive; who has arrived by then is finished.
    pub hours: f64,
    /// Contacts that arrive in these first hours do not count.
    #[serde(default)]
    pub warm_up_hours: f64,
    /// Contacts that arrive in these last hours do not count.
    #[serde(default)]
    pub cool_down_hours: f64,
    /// Seed used unless another is asked for.
    pub seed: u64,
    /// Replications run unless another number is asked for.
    pub replications: u64,
}

/// One figure that is measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MeasureFile {
    /// The station.
    pub station: String,
    /// The class; all together where none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// Which figure.
    pub of: StatisticName,
    /// The share of a quantile, the hours of `wait_over` and `until_done_within`, the number of the contact from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<f64>,
    /// What must come out, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<KnownFile>,
}

/// Figures of a station.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StatisticName {
    /// Hours from coming to the station until work began, mean.
    WaitMean,
    /// The wait that the share `at` of contacts does not pass, hours.
    WaitQuantile,
    /// Share of contacts that wait longer than `at` hours.
    WaitOver,
    /// Hours from arrival until the station was done, mean.
    UntilDoneMean,
    /// The time until done that the share `at` of contacts does not pass, hours.
    UntilDoneQuantile,
    /// Share of contacts for which the station is done within `at` hours of their arrival.
    UntilDoneWithin,
    /// Hours from arrival until done of contact number `at`.
    UntilDoneOf,
    /// Contacts that wait, mean over time.
    WaitingMean,
    /// Contacts waiting or being worked on, mean over time.
    PresentMean,
    /// The same, standard deviation over time.
    PresentSd,
    /// The number of them not passed in the share `at` of the time.
    PresentQuantile,
    /// Time at work over time on duty, of all servers.
    Utilisation,
    /// Share of contacts turned away.
    TurnedAway,
}

/// What must come out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KnownFile {
    /// The answer.
    pub value: f64,
    /// Half its 95% interval, where it is itself an estimate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub half_width: Option<f64>,
    /// Wanted half-width of the 99% interval as a share of the answer; 0.01 where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<f64>,
    /// How far it can be relied on.
    pub mark: Mark,
    /// Where it is from.
    pub source: String,
}
