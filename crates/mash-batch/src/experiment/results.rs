//! What an experiment found: everything that tables, charts and reports say of it is read from here.

use mash_sim::scenario::targets::Better;
use mash_stats::{Estimate, measures::Measure};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::headline::Question;
use crate::results::{Assumption, Comparison, PackChange};

/// An experiment and what it found. Alternatives are in the same order everywhere, the baseline first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExperimentResults {
    /// Form of this file; readers refuse another.
    pub form: u32,
    /// That every case is synthetic.
    pub notice: String,
    /// Version of the program.
    pub version: String,
    /// The command that repeats the run.
    pub command: String,
    /// Seed of every draw.
    pub seed: u64,
    /// Replications of each alternative.
    pub replications: u32,
    /// First day of the year that counts.
    pub year_start: String,
    /// Last day of it.
    pub year_end: String,
    /// What was compared.
    pub alternatives: Vec<AlternativeSummary>,
    /// Every measure.
    pub measures: Vec<Measure>,
    /// By measure: estimates and differences.
    pub figures: Vec<MeasureFigures>,
    /// Half-widths that were wanted, and reached.
    pub precision: Vec<PrecisionReached>,
    /// Routes that differ, one entry for each alternative but the baseline.
    pub moves: Vec<Moves>,
    /// Week by week.
    pub weeks: Vec<WeekSeries>,
    /// Month by month, against a target.
    pub months: Vec<MonthSeries>,
    /// How many workers hold how many cases.
    pub caseloads: CaseloadShares,
    /// Targets and how they are met.
    pub scorecard: Vec<super::scorecard::ScoreRow>,
    /// Pounds a year, where rates were given.
    pub costs: Vec<CostRow>,
    /// Missed harm and over-intervention, as differences, under every truth model and with and without an effect of
    /// unmet need on re-contact.
    pub harm: Vec<HarmRow>,
    /// What happens to whom: by source, age, sex, ethnicity and disability.
    pub equality: Vec<super::equality::EqualityPart>,
    /// What doubt about the inputs does to the differences, where it was looked at.
    pub uncertainty: Option<super::uncertainty::Uncertainty>,
    /// True where absolute figures of missed harm are withheld: the scenario carries a real council's name.
    pub absolute_harm_withheld: bool,
    /// For each alternative whose pack differs from the baseline's: the packs' answers on equal facts.
    pub on_equal_facts: Vec<EqualFacts>,
    /// What must be said beside the means.
    pub warnings: Vec<String>,
    /// Every figure that the baseline assumes, with its mark.
    pub assumptions: Vec<Assumption>,
}

/// The form of [`ExperimentResults`] that this version writes and reads.
pub const FORM: u32 = 2;

/// One of the things compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AlternativeSummary {
    /// Short name.
    pub id: String,
    /// What people read.
    pub title: String,
    /// The scenario's id.
    pub scenario: String,
    /// SHA-256 of the scenario's files.
    pub scenario_sha256: String,
    /// The pack's id, or both where a second takes effect.
    pub pack: String,
    /// SHA-256 of the pack.
    pub pack_sha256: String,
    /// Truth model.
    pub truth_model: String,
    /// The day on which its pack takes effect, where that lies inside the run.
    pub takes_effect: Option<String>,
    /// What differs from the baseline, in the scenario and in the pack.
    pub changes: Vec<PackChange>,
}

/// One measure under every alternative.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MeasureFigures {
    /// Id of the measure.
    pub measure: String,
    /// The question under which it stands; none where it is for exploring only.
    pub question: Option<Question>,
    /// By alternative; none where there was nothing to measure, or where the figure is withheld.
    pub estimates: Vec<Option<Estimate>>,
    /// By alternative but the baseline: what differs from it.
    pub differences: Vec<Option<Difference>>,
}

/// A difference from the baseline over the same replications.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Difference {
    /// Mean and 95% interval by Student's t.
    pub estimate: Estimate,
    /// 95% percentile bootstrap interval.
    pub bootstrap: [f64; 2],
    /// Two-sided p-value of no difference; none without spread.
    pub p: Option<f64>,
    /// The same after Holm's adjustment over all headline measures and alternatives; none for measures that are for
    /// exploring only.
    pub p_holm: Option<f64>,
    /// Variance that independent seeds would give over the variance that shared draws give; none without spread.
    pub variance_ratio: Option<f64>,
}

/// A half-width that was wanted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PrecisionReached {
    /// The measure.
    pub measure: String,
    /// Wanted.
    pub wanted: f64,
    /// The widest over the alternatives; none where it was not measured.
    pub reached: Option<f64>,
}

/// Children whose route is another than under the baseline, a year.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Moves {
    /// The alternative.
    pub alternative: String,
    /// Routes in order, least first: id and title.
    pub routes: Vec<(String, String)>,
    /// Cells that are not zero: from, to, children a year.
    pub cells: Vec<MoveCell>,
    /// To a stronger route.
    pub stronger: Estimate,
    /// To a weaker one.
    pub weaker: Estimate,
    /// Decided under the baseline only: the contact does not come under the alternative.
    pub only_baseline: Estimate,
    /// Decided under the alternative only.
    pub only_alternative: Estimate,
    /// A few of the children.
    pub examples: Vec<MovedExample>,
}

/// From one route to another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MoveCell {
    /// Route under the baseline.
    pub from: String,
    /// Route under the alternative.
    pub to: String,
    /// Children a year.
    pub per_year: Estimate,
}

/// One child whose route is another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MovedExample {
    /// The child in its contact, for `mash simulate --case`.
    pub id: String,
    /// The replication.
    pub replication: u32,
    /// Received, civil time under the baseline.
    pub received: String,
    /// Who made contact.
    pub source: String,
    /// Age.
    pub age: String,
    /// Route under the baseline.
    pub from: String,
    /// Route under the alternative.
    pub to: String,
}

/// A series by week of the run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WeekSeries {
    /// Id.
    pub id: String,
    /// What people read.
    pub title: String,
    /// Unit.
    pub unit: String,
    /// First day of each week.
    pub days: Vec<String>,
    /// By alternative, then by week.
    pub bands: Vec<Vec<Band>>,
}

/// One week over replications.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Band {
    /// Mean over replications; none where no replication had a figure.
    pub mean: Option<f64>,
    /// One replication in ten lies below.
    pub p10: Option<f64>,
    /// One in ten lies above.
    pub p90: Option<f64>,
}

/// Per cent of workers by number of cases, over the Mondays of the year.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CaseloadShares {
    /// Groups of numbers of cases: `0-4`, ..., `26 or more`.
    pub groups: Vec<String>,
    /// By alternative, then by group.
    pub shares: Vec<Vec<Estimate>>,
}

/// A clock or another measure with a target, by month of receipt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MonthSeries {
    /// The measure whose clock it is.
    pub measure: String,
    /// What people read.
    pub title: String,
    /// Unit of the measure.
    pub unit: String,
    /// The target, in that unit, where the scenario sets one.
    pub target: Option<f64>,
    /// Whether more is better, where there is a target.
    pub better: Option<Better>,
    /// Months, `YYYY-MM`.
    pub months: Vec<String>,
    /// By alternative, then by month, in the measure's unit; none of a month with nothing to measure.
    pub shares: Vec<Vec<Option<Estimate>>>,
    /// By alternative: months of the year that meet the target.
    pub months_met: Vec<Option<Estimate>>,
}

/// Pounds a year.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CostRow {
    /// Whose time.
    pub title: String,
    /// The rate, in words.
    pub rate: String,
    /// By alternative.
    pub estimates: Vec<Option<Estimate>>,
    /// By alternative but the baseline.
    pub differences: Vec<Option<Estimate>>,
}

/// Differences in harm under one truth model and one assumption about re-contact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HarmRow {
    /// The truth model.
    pub truth_model: String,
    /// What it assumes.
    pub title: String,
    /// Whether unmet need makes a household come again sooner and at higher severity, as the scenario says.
    pub unmet_need_counts: bool,
    /// Replications.
    pub replications: u32,
    /// By alternative but the baseline: children a year who needed an assessment and got less.
    pub missed: Vec<Option<Estimate>>,
    /// By alternative but the baseline: children a year assessed or more without the need.
    pub over: Vec<Option<Estimate>>,
    /// The same by group, where groups may be shown.
    pub groups: Vec<super::equality::GroupHarm>,
}

/// Two packs on equal facts, without queues.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EqualFacts {
    /// The alternative.
    pub alternative: String,
    /// What the packs decide.
    pub comparison: Comparison,
}
