//! One authority's front door for one year: what was written, checked once, and ready to draw from.
//!
//! In: the text of a scenario file. Out: a [`Scenario`], complete and never checked again, or every mistake at once
//! with its place and how to mend it. Nothing here names a rule.

use std::collections::BTreeMap;

use jiff::civil::Date;
use mash_model::{Agency, SourceGroup};

use crate::{
    arrivals::ArrivalTable,
    sampling::{normal_below, normal_quantile},
    theme::{AgeBand, Theme},
    truth_model::{LatentNeed, TruthModel, TruthModelId},
};

mod check;
mod figure;
mod file;
mod shape;

pub use check::{scenario_schema, ScenarioError, ScenarioProblem};
pub use figure::{Assumption, Figure, Mark, Marked};
pub use file::{
    ArrivalsFile, BandFile, BranchingFile, ByName, HistoryFile, NeedFile, PlanEnded, PopulationFile, ProfileFile,
    ReportingFile, ScenarioFile, SourcesFile, ThemeFile, TruthModelFile, VolumeFile, YearFile,
};

/// A checked scenario.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// Equals the file's name without `.json`.
    pub id: String,
    /// What people read.
    pub title: String,
    /// The authority whose published figures it leans on.
    pub authority_like: Option<String>,
    /// Absolute figures of missed harm are withheld when true.
    pub names_real_authority: bool,
    /// First day.
    pub year_start: Date,
    /// Last day, included.
    pub year_end: Date,
    /// Children aged 0 to 17.
    pub children: f64,
    /// Contacts expected in the year, one child each.
    pub expected_contacts: f64,
    /// Seed used unless another is asked for.
    pub seed: u64,
    /// Replications run unless another number is asked for.
    pub replications: u32,
    /// How need and visible signs may hang together; never empty.
    pub truth_models: Vec<TruthModel>,
    /// What follows a referral.
    pub branching: Branching,
    /// Ranges outside which a result should be questioned.
    pub bands: Vec<BandFile>,
    /// Mechanisms by which characteristics change what happens.
    pub equality_mechanisms: Vec<String>,
    pub(crate) file: ScenarioFile,
    pub(crate) tables: Tables,
    assumptions: Vec<Assumption>,
}

/// Shares by which a referral goes on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Branching {
    /// Share of referrals closed without an assessment.
    pub referral_nfa: f64,
    /// Share of referrals assessed and found not in need.
    pub assessed_not_in_need: f64,
    /// Share of strategy discussions that start a section 47 enquiry.
    pub s47_per_strategy_discussion: f64,
    /// Share of section 47 enquiries that concern children already open.
    pub s47_from_open_cases: f64,
    /// Initial child protection conferences per section 47 enquiry.
    pub conference_per_s47: f64,
    /// Child protection plans per initial conference.
    pub plan_per_conference: f64,
}

/// What the draws need, reckoned once.
#[derive(Debug, Clone)]
pub(crate) struct Tables {
    /// Households expected to begin a run of contacts in a year.
    pub(crate) households: f64,
    /// Share of contacts by group.
    pub(crate) mix: [f64; GROUPS],
    /// How far a group's contacts lie from the average, standard deviations of need.
    pub(crate) shift: [f64; GROUPS],
    /// Share of a group's contacts by age band.
    pub(crate) ages: [[f64; 6]; GROUPS],
    /// Agencies of each group with their weights.
    pub(crate) agencies: [Vec<(Agency, f64)>; GROUPS],
    /// When each group makes contact.
    pub(crate) arrivals: [ArrivalTable; GROUPS],
    /// Scores between the six responses.
    pub(crate) cuts: [f64; 5],
    /// Share of contacts with each apparent response, by theme: base rate over its normaliser.
    pub(crate) themes: Vec<[f64; 6]>,
    /// Mean and standard deviation of contacts per household, counted over contacts.
    pub(crate) contacts_spread: (f64, f64),
}

/// Number of source groups.
pub(crate) const GROUPS: usize = 11;

impl Scenario {
    /// Reads and checks a scenario.
    ///
    /// # Errors
    /// [`ScenarioError`] with every mistake found, each with its place and, where one is near, what was meant.
    pub fn from_json(text: &str) -> Result<Self, ScenarioError> {
        check::from_json(text)
    }

    /// Every marked figure, in file order, for the report's list of assumptions.
    #[must_use]
    pub fn assumptions(&self) -> &[Assumption] {
        &self.assumptions
    }

    /// The scenario as it was written.
    #[must_use]
    pub fn as_written(&self) -> &ScenarioFile {
        &self.file
    }

    /// The truth model of this id.
    #[must_use]
    pub fn truth_model(&self, id: &TruthModelId) -> Option<&TruthModel> {
        self.truth_models.iter().find(|model| model.id == *id)
    }

    /// Share of contacts expected from this group.
    #[must_use]
    pub fn contact_share(&self, group: SourceGroup) -> f64 {
        self.tables.mix.get(group as usize).copied().unwrap_or(0.0)
    }

    /// Share of contacts expected to call for each response, weakest first.
    #[must_use]
    pub fn need_shares(&self) -> [f64; 6] {
        let below = |cut: f64| {
            self.tables.mix.iter().zip(&self.tables.shift).map(|(m, s)| m * normal_below(cut - s)).sum::<f64>()
        };
        let mut last = 0.0;
        let mut shares = [0.0; 6];
        for (share, upto) in shares.iter_mut().zip(self.tables.cuts.iter().map(|c| below(*c)).chain([1.0])) {
            *share = upto - last;
            last = upto;
        }
        shares
    }
}

/// What the checked numbers of a file come to, keyed maps already turned into rows.
#[derive(Debug)]
pub(super) struct Rows {
    pub(super) referral_shares: [f64; GROUPS],
    pub(super) conversion: [f64; GROUPS],
    pub(super) age: [f64; 6],
    pub(super) below_assessment: [f64; 4],
    pub(super) agencies: BTreeMap<Agency, f64>,
    pub(super) profile_of: [usize; GROUPS],
    pub(super) themes: Vec<(f64, f64)>,
}

impl Tables {
    /// Reckons the tables; `conversion` must already agree with the overall share.
    pub(super) fn new(file: &ScenarioFile, rows: &Rows, expected_contacts: f64) -> Self {
        let overall = file.volume.referrals_per_contact.value;
        let raw = rows.referral_shares.iter().zip(&rows.conversion).map(|(share, conversion)| share / conversion);
        let total: f64 = raw.clone().sum();
        let mut mix = [0.0; GROUPS];
        mix.iter_mut().zip(raw).for_each(|(place, value)| *place = value / total);
        // Scaled so that the groups' conversions give exactly the overall share.
        let conversion = rows.conversion.map(|share| share * overall * total);
        let assessment = normal_quantile(1.0 - overall);
        let shift = conversion.map(|share| assessment + normal_quantile(share));
        let share_below =
            |cut: f64| mix.iter().zip(&shift).map(|(m, s)| m * normal_below(cut - s)).sum::<f64>();
        let mut cuts = [0.0; 5];
        let mut upto = 0.0;
        for (cut, share) in cuts.iter_mut().zip(rows.below_assessment) {
            upto += share * (1.0 - overall);
            *cut = solved(upto, share_below);
        }
        let [.., before_last, last] = &mut cuts;
        *before_last = assessment;
        *last = solved(1.0 - overall * file.need.strategy_share.value, share_below);
        let ages = fitted_ages(&mix, &rows.age);
        let themes = theme_rates(rows, &mix, &conversion, &ages, file);
        let sizes = mean_and_spread(&file.population.children_per_contact.value);
        let contacts = &file.history.contacts_per_household.value;
        let per_household = mean_and_spread(contacts);
        Self {
            households: expected_contacts / (sizes.0 * per_household.0),
            mix,
            shift,
            ages,
            agencies: std::array::from_fn(|group| {
                let in_group = rows.agencies.iter().filter(|(agency, _)| agency.source_group() as usize == group);
                in_group.map(|(agency, weight)| (*agency, *weight)).collect()
            }),
            arrivals: std::array::from_fn(|group| ArrivalTable::new(file, rows, &mix, group)),
            cuts,
            themes,
            contacts_spread: size_biased(contacts),
        }
    }
}

/// The cut below which `share` lies, by halving: the share below a cut only grows with it.
fn solved(share: f64, share_below: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (-12.0, 12.0);
    for _ in 0..80 {
        let middle = 0.5 * (low + high);
        if share_below(middle) < share { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// Age bands by group so that groups keep their shares and ages theirs (iterative proportional fitting over the ages
/// each group can meet).
fn fitted_ages(mix: &[f64; GROUPS], age: &[f64; 6]) -> [[f64; 6]; GROUPS] {
    let mut joint: [[f64; 6]; GROUPS] = std::array::from_fn(|group| meets(SourceGroup::ALL.get(group).copied()));
    for _ in 0..200 {
        for (row, share) in joint.iter_mut().zip(mix) {
            let total: f64 = row.iter().sum();
            row.iter_mut().for_each(|cell| *cell *= share / total);
        }
        for (band, share) in age.iter().enumerate() {
            let total: f64 = joint.iter().filter_map(|row| row.get(band)).sum();
            joint.iter_mut().filter_map(|row| row.get_mut(band)).for_each(|cell| *cell *= share / total.max(1e-12));
        }
    }
    joint
}

/// How readily a group meets children of each age band; synthesised, schools and health from who sees whom.
fn meets(group: Option<SourceGroup>) -> [f64; 6] {
    match group {
        Some(SourceGroup::Schools) => [0.0, 0.0, 0.1, 1.0, 1.0, 0.7],
        Some(SourceGroup::EducationServices) => [0.0, 0.0, 0.05, 1.0, 1.0, 0.7],
        Some(SourceGroup::Health) => [6.0, 2.0, 1.2, 0.7, 0.8, 0.7],
        Some(SourceGroup::Housing) => [0.5, 1.0, 1.0, 1.0, 0.8, 1.5],
        _ => [0.6, 1.0, 1.0, 1.0, 1.0, 1.0],
    }
}

/// How much of a theme there is at each apparent response, relative to its class.
const MORE_WHEN_SERIOUS: [f64; 6] = [0.5, 0.8, 1.3, 1.9, 0.9, 1.15];

/// Share with each theme by apparent response, divided by the average of the spreads it will be multiplied with.
fn theme_rates(
    rows: &Rows,
    mix: &[f64; GROUPS],
    conversion: &[f64; GROUPS],
    ages: &[[f64; 6]; GROUPS],
    file: &ScenarioFile,
) -> Vec<[f64; 6]> {
    let strategy = file.need.strategy_share.value;
    let [a, b, c, d] = rows.below_assessment;
    let within = [a, b, c, d, 1.0 - strategy, strategy];
    let class_mean = |range: std::ops::Range<usize>| -> f64 {
        within.iter().zip(MORE_WHEN_SERIOUS).skip(range.start).take(range.len()).map(|(w, m)| w * m).sum()
    };
    let means = [class_mean(0..4), class_mean(4..6)];
    Theme::ALL
        .iter()
        .zip(&rows.themes)
        .map(|(theme, (referred, others))| {
            let spread = |referred: bool| {
                let (mut sum, mut weight) = (0.0, 0.0);
                for (((group, row), share), converted) in SourceGroup::ALL.iter().zip(ages).zip(mix).zip(conversion) {
                    let class = if referred { *converted } else { 1.0 - converted };
                    let row_total: f64 = row.iter().sum();
                    let fit: f64 = row.iter().zip(theme.fit()).map(|(cell, fit)| cell * fit).sum::<f64>() / row_total;
                    sum += share * class * theme.lift(*group) * fit;
                    weight += share * class;
                }
                sum / weight
            };
            let [others_spread, referred_spread] = [spread(false), spread(true)];
            let mut rates = [0.0; 6];
            for (place, (need, more)) in rates.iter_mut().zip(LatentNeed::ALL.iter().zip(MORE_WHEN_SERIOUS)) {
                *place = if *need >= LatentNeed::ChildAndFamilyAssessment {
                    referred * more / means.get(1).copied().unwrap_or(1.0) / referred_spread
                } else {
                    others * more / means.first().copied().unwrap_or(1.0) / others_spread
                };
            }
            rates
        })
        .collect()
}

/// Mean and standard deviation of a count that is one more than its position in the list of shares.
#[expect(clippy::cast_precision_loss, reason = "lists are short")]
fn mean_and_spread(shares: &[f64]) -> (f64, f64) {
    let total: f64 = shares.iter().sum();
    let moment = |squared: bool| {
        let of = |count: f64| if squared { count * count } else { count };
        shares.iter().enumerate().map(|(i, share)| share * of(i as f64 + 1.0)).sum::<f64>() / total
    };
    let mean = moment(false);
    (mean, libm::sqrt((moment(true) - mean * mean).max(0.0)))
}

/// The same, each household counted once for every contact it makes.
#[expect(clippy::cast_precision_loss, reason = "lists are short")]
fn size_biased(shares: &[f64]) -> (f64, f64) {
    let weighted: Vec<f64> = shares.iter().enumerate().map(|(i, share)| share * (i as f64 + 1.0)).collect();
    mean_and_spread(&weighted)
}

/// Id of a source group in files.
#[must_use]
pub fn group_id(group: SourceGroup) -> &'static str {
    match group {
        SourceGroup::Individual => "individual",
        SourceGroup::Schools => "schools",
        SourceGroup::EducationServices => "education_services",
        SourceGroup::Health => "health",
        SourceGroup::Housing => "housing",
        SourceGroup::LocalAuthority => "local_authority",
        SourceGroup::Police => "police",
        SourceGroup::OtherLegal => "other_legal",
        SourceGroup::Other => "other",
        SourceGroup::Anonymous => "anonymous",
        SourceGroup::Unknown => "unknown",
    }
}
