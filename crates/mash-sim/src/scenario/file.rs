//! A scenario as it is written: the shape of `scenarios/*.json`.
//!
//! Shares and probabilities are fractions of one unless a name says otherwise. Maps are keyed by ids: source groups,
//! agencies, age bands, themes.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    figure::{Figure, Mark, Marked},
    front_door::FrontDoorFile,
    ranges::RangeFile,
    targets::TargetFile,
};

/// Shares or weights by id.
pub type ByName = BTreeMap<String, f64>;

/// A scenario file: one authority's front door for one year.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScenarioFile {
    /// Where editors find the schema of this file (`mash schema scenario`); not read otherwise.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// Equals the file's name without `.json`.
    pub id: String,
    /// What people read.
    pub title: String,
    /// The authority whose published figures it leans on, as DfE spells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority_like: Option<String>,
    /// True when `authority_like` or the title names a real authority: absolute figures of missed harm are then withheld.
    pub names_real_authority: bool,
    /// The year simulated.
    pub year: YearFile,
    /// Folder of the rule pack, relative to this file, where none is named on the command line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pack: Option<String>,
    /// Seed used unless another is asked for.
    pub seed: u64,
    /// Replications run unless another number is asked for.
    pub replications: u32,
    /// How much comes in.
    pub volume: VolumeFile,
    /// When it comes in.
    pub arrivals: ArrivalsFile,
    /// Who sends it.
    pub sources: SourcesFile,
    /// Whom it is about.
    pub population: PopulationFile,
    /// What the hub's own records say.
    pub history: HistoryFile,
    /// What the children's situations call for.
    pub need: NeedFile,
    /// Which concerns are present.
    pub themes: Vec<ThemeFile>,
    /// What is told, and what partners hold.
    pub reporting: ReportingFile,
    /// What follows a referral.
    pub branching: BranchingFile,
    /// How contacts travel through the hub, and what follows; without it the scenario serves comparisons of packs only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub front_door: Option<FrontDoorFile>,
    /// How far synthesised figures might lie from what was chosen, for runs that ask what that doubt does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ranges: Vec<RangeFile>,
    /// What the service should reach.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<TargetFile>,
    /// Ranges outside which a result should be questioned.
    pub bands: Vec<BandFile>,
    /// Mechanisms by which a child's characteristics change what happens; none in a scenario without any.
    pub equality_mechanisms: Vec<String>,
}

/// First and last day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct YearFile {
    /// First day.
    pub start: Date,
    /// Last day, included.
    pub end: Date,
}

/// How much comes in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VolumeFile {
    /// Children aged 0 to 17.
    pub children: Figure,
    /// Referrals in the year.
    pub referrals: Figure,
    /// Share of contacts that become referrals.
    pub referrals_per_contact: Figure,
}

/// When contacts come in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ArrivalsFile {
    /// Rate a working day in each month, January first, relative to the year.
    pub months: Marked<[f64; 12]>,
    /// The same for schools, on top of `months`; the other sources make up the difference.
    pub school_months: Marked<[f64; 12]>,
    /// Days and hours by kind of source.
    pub profiles: Marked<Vec<ProfileFile>>,
}

/// Days and hours of some source groups.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileFile {
    /// Source groups that follow it.
    pub groups: Vec<String>,
    /// Weight of each weekday, Monday first; a bank holiday counts as Sunday.
    pub weekdays: [f64; 7],
    /// Weight of each hour of a working day, from midnight.
    pub hours: [f64; 24],
    /// Weight of each hour of another day, from midnight.
    pub other_hours: [f64; 24],
}

/// Who sends contacts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SourcesFile {
    /// Share of referrals by source group.
    pub referral_shares: Marked<ByName>,
    /// Share of a group's contacts that become referrals.
    pub conversion: Marked<ByName>,
    /// Weight of each agency inside its source group.
    pub agencies: Marked<ByName>,
}

/// Whom contacts are about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PopulationFile {
    /// Share by age band.
    pub age: Marked<ByName>,
    /// Share by sex of born children: `F`, `M`, `U`.
    pub sex: Marked<ByName>,
    /// Share by CIN census ethnicity code.
    pub ethnicity: Marked<ByName>,
    /// Share of siblings whose ethnicity is recorded as the first child's.
    pub siblings_share_ethnicity: Figure,
    /// Share of contacts that name one child, two, three, ...
    pub children_per_contact: Marked<Vec<f64>>,
}

/// What the hub's own records say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HistoryFile {
    /// Share of households that make contact once in twelve months, twice, ...
    pub contacts_per_household: Marked<Vec<f64>>,
    /// Correlation between how often a household is in contact and how chronic its difficulties are.
    pub contacts_follow_chronicity: Figure,
    /// Mean gap between a household's contacts, days.
    pub gap_days: Figure,
    /// Share of a household's next contact that is as serious as the last rather than drawn afresh (correlation).
    pub severity_persists: Figure,
    /// Share of referrals within twelve months of the child's last referral, for comparison.
    pub re_referral_share: Figure,
    /// Mean time for which a referred child in need stays open, days.
    pub open_days: Figure,
    /// Mean time for which a referred child found not in need stays open, days.
    pub open_days_not_in_need: Figure,
    /// Share of contacts about a child open for a reason that no contact here shows.
    pub open_otherwise: Figure,
    /// Share of open children with a current child protection plan.
    pub plan_among_open: Figure,
    /// Share of other children with a plan that ended within twelve months, and earlier.
    pub plan_ended: Marked<PlanEnded>,
    /// Share of contacts with a sibling on a plan or removed.
    pub sibling_on_plan: Figure,
    /// Share of children formerly looked after.
    pub formerly_looked_after: Figure,
    /// Share of contacts about a child who lives in another area.
    pub lives_elsewhere: Figure,
}

/// Plans that have ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanEnded {
    /// Within twelve months.
    pub recent: f64,
    /// Earlier.
    pub past: f64,
}

/// What the children's situations call for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NeedFile {
    /// Share of contacts, those about open cases included, that call for an assessment or more.
    pub assessment_share: Figure,
    /// Shares of the four weaker responses among contacts that call for no assessment.
    pub below_assessment: Marked<ByName>,
    /// Share that calls for a strategy discussion, among contacts that call for an assessment.
    pub strategy_share: Figure,
    /// Correlation between siblings' severity.
    pub siblings_alike: Figure,
    /// How need, incident, chronicity and what nobody sees hang together.
    pub truth_models: Vec<TruthModelFile>,
}

/// One way in which need and visible signs may hang together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TruthModelFile {
    /// Name in commands and results.
    pub id: String,
    /// What people read.
    pub title: String,
    /// Weight of the incident that led to the contact.
    pub incident: f64,
    /// Weight of long-standing difficulties.
    pub chronic: f64,
    /// Weight of what neither the referrer nor partners see.
    pub hidden: f64,
    /// How far it can be relied on.
    pub mark: Mark,
    /// Where it was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Why it is offered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// How often one theme is present.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ThemeFile {
    /// The theme.
    pub theme: String,
    /// Share of contacts that call for an assessment, or more, in which it is present.
    pub among_referred: Figure,
    /// Share of other contacts in which it is present.
    pub among_others: Figure,
}

/// What is told, and what partners hold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportingFile {
    /// Fact groups that each agency's form always asks about.
    pub forms: Marked<BTreeMap<String, Vec<String>>>,
    /// Share of a form's questions that are answered.
    pub form_answered: Figure,
    /// Share of present concerns outside the form that the referrer mentions.
    pub mentioned_outside_form: Figure,
    /// Share of a form's questions that a member of the public answers.
    pub public_answered: Figure,
    /// Share of present concerns that a professional states a step too low.
    pub understated: Figure,
    /// Share of present graded concerns that a professional states a step too high.
    pub overstated: Figure,
    /// Share of contacts in which a professional reports one concern that is not there.
    pub invented: Figure,
    /// How many times as often the public gets it wrong.
    pub public_error_factor: Figure,
    /// Share of the facts an agency typically holds that it has recorded, when the family is known to it.
    pub recorded: Figure,
    /// Share of enquiries that an agency can answer, by agency; `otherwise` stands for the rest.
    pub family_known: Marked<ByName>,
    /// Share of answers that are partial.
    pub partial_answers: Figure,
    /// Share of recorded facts that a partial answer gives.
    pub partial_share: Figure,
    /// Share of contacts in which each position on consent holds, among professionals' contacts.
    pub consent: Marked<ByName>,
    /// Share of contacts whose position on consent is stated.
    pub consent_stated: Figure,
}

/// What follows a referral.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BranchingFile {
    /// Share of referrals closed without an assessment.
    pub referral_nfa: Figure,
    /// Share of referrals assessed and found not in need.
    pub assessed_not_in_need: Figure,
    /// Share of strategy discussions that start a section 47 enquiry.
    pub s47_per_strategy_discussion: Figure,
    /// Share of section 47 enquiries that concern children already open.
    pub s47_from_open_cases: Figure,
    /// Initial child protection conferences per section 47 enquiry.
    pub conference_per_s47: Figure,
    /// Child protection plans per initial conference.
    pub plan_per_conference: Figure,
}

/// A range outside which a result should be questioned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BandFile {
    /// The measure.
    pub measure: String,
    /// What people read, with its unit.
    pub title: String,
    /// Lower end, fifth percentile of authorities.
    pub low: f64,
    /// Upper end, ninety-fifth percentile of authorities.
    pub high: f64,
    /// How far it can be relied on.
    pub mark: Mark,
    /// Where it was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Why this range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}
