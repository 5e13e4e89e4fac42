//! One authority's front door for one year: what was written, checked once, and ready to draw from.
//!
//! In: the text of a scenario file. Out: a [`Scenario`], complete and never checked again, or every mistake at once
//! with its place and how to mend it. Nothing here names a rule.

use jiff::civil::Date;
use mash_model::SourceGroup;

use crate::{
    json_shape as shape,
    sampling::normal_below,
    truth_model::{TruthModel, TruthModelId},
};

mod check;
pub mod extend;
mod figure;
mod file;
pub mod front_door;
mod patch;
pub mod ranges;
mod schema;
mod tables;
pub mod targets;
mod vary;

pub use crate::json_shape::mend;
pub use check::{ScenarioError, ScenarioProblem};
pub use extend::{ScenarioChange, ScenarioLayer};
pub(crate) use figure::assumptions_in;
pub use figure::{Assumption, Figure, Mark, Marked};
pub use file::{
    ArrivalsFile, BandFile, BranchingFile, ByName, HistoryFile, NeedFile, PlanEnded, PopulationFile,
    ProfileFile, ReportingFile, ScenarioFile, SourcesFile, ThemeFile, TruthModelFile, VolumeFile, YearFile,
};
pub use patch::Patched;
pub use ranges::RangeFile;
pub use schema::scenario_schema;
pub(crate) use tables::{Rows, Tables};
pub use targets::TargetFile;
pub use vary::VaryError;

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
    changes: Vec<ScenarioChange>,
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

/// Number of source groups.
pub(crate) const GROUPS: usize = 11;

impl Scenario {
    /// Reads and checks a scenario that is written whole.
    ///
    /// # Errors
    /// [`ScenarioError`] with every mistake found, each with its place and, where one is near, what was meant. A
    /// scenario that extends another cannot be read from its text alone.
    pub fn from_json(text: &str) -> Result<Self, ScenarioError> {
        check::from_json(text)
    }

    /// Joins and checks the files of a chain in which each extends the one before; the first is whole.
    ///
    /// # Errors
    /// [`ScenarioError`] as from [`Scenario::from_json`], each mistake with the file in which it is written; also a
    /// figure given a new value without its own mark, source and reason, and a field taken away that is not there.
    pub fn from_layers(layers: &[ScenarioLayer]) -> Result<Self, ScenarioError> {
        check::from_layers(layers)
    }

    /// The same scenario for an authority of another size: contacts a year as given, children in proportion.
    #[must_use]
    pub fn with_expected_contacts(mut self, contacts: f64) -> Self {
        let ratio = contacts / self.expected_contacts;
        self.expected_contacts = contacts;
        self.children *= ratio;
        self.tables.households *= ratio;
        self
    }

    /// Every marked figure, in file order, for the report's list of assumptions.
    #[must_use]
    pub fn assumptions(&self) -> &[Assumption] {
        &self.assumptions
    }

    /// What the scenario states otherwise than the one it extends, in file order; empty for one that is written whole.
    #[must_use]
    pub fn changes(&self) -> &[ScenarioChange] {
        &self.changes
    }

    /// The scenario as it was written, with what it extends.
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
            self.tables
                .mix
                .iter()
                .zip(&self.tables.shift)
                .map(|(m, s)| m * normal_below(cut - s))
                .sum::<f64>()
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
