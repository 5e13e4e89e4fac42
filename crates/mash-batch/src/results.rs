//! What a comparison of two packs found: everything a report says is read from here.

use mash_exercise::FlippedContact;
use mash_stats::{Estimate, Paired};
use serde::{Deserialize, Serialize};

/// Two packs on the same simulated year.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Comparison {
    /// That every case is synthetic.
    pub notice: String,
    /// How to repeat the run.
    pub provenance: Provenance,
    /// What differs between the packs, as their authors wrote it.
    pub changes: Vec<PackChange>,
    /// Contacts a year.
    pub contacts: Estimate,
    /// Contacts a year whose route makes them a referral.
    pub referrals: Paired,
    /// Contacts a year by outcome.
    pub outcomes: Vec<PairedRow>,
    /// Contacts a year by rating.
    pub ratings: Vec<PairedRow>,
    /// From which outcome to which.
    pub flips: FlipMatrix,
    /// Who flips.
    pub who: Vec<Breakdown>,
    /// Which rules the flips rest on.
    pub rules: Vec<RuleShare>,
    /// Missed harm and over-intervention under each truth model.
    pub harm: Vec<HarmUnderTruthModel>,
    /// What the truth models together allow to be said.
    pub harm_conclusion: HarmConclusion,
    /// Simulated rates beside published ones, under option A.
    pub face_validity: Vec<FaceValidityRow>,
    /// How much the known facts settled, under option A.
    pub settled: Vec<SettledRow>,
    /// A few children who flip, with the rules on either side.
    pub examples: Vec<FlippedCase>,
    /// Every figure the scenario assumes, with its mark.
    pub assumptions: Vec<Assumption>,
}

/// How to repeat the run, byte for byte.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Provenance {
    /// Version of `mash`.
    pub version: String,
    /// The command that repeats it.
    pub command: String,
    /// Seed of every draw.
    pub seed: u64,
    /// Replications.
    pub replications: u32,
    /// The scenario's title.
    pub scenario_title: String,
    /// SHA-256 of the scenario file.
    pub scenario_hash: String,
    /// Truth model whose population the counts come from.
    pub truth_model: String,
    /// Option A.
    pub pack_a: PackProvenance,
    /// Option B.
    pub pack_b: PackProvenance,
}

/// Which pack, exactly.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct PackProvenance {
    /// Folder name.
    pub id: String,
    /// Title.
    pub title: String,
    /// Version.
    pub version: String,
    /// SHA-256 over the pack, its bases and the engine's build flags.
    pub hash: String,
    /// Who reviewed it and when, or that nobody did.
    pub reviewed: String,
}

/// One difference between the packs' files.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct PackChange {
    /// What changed: a threshold's title, a rule, the numbering.
    pub what: String,
    /// As it is under option A.
    pub a: String,
    /// As it is under option B.
    pub b: String,
}

/// A row of a table of two options.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct PairedRow {
    /// Id of what is counted.
    pub id: String,
    /// Name people read.
    pub title: String,
    /// The figures, contacts a year.
    pub figures: Paired,
}

/// From which outcome to which, option A to option B, contacts a year.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct FlipMatrix {
    /// Outcomes in order, id and title.
    pub outcomes: Vec<(String, String)>,
    /// Cells that are not zero, the unchanged diagonal included.
    pub cells: Vec<FlipCell>,
    /// Contacts a year whose outcome differs.
    pub total: Estimate,
    /// Of these, those that take a stronger route under B.
    pub stronger: Estimate,
    /// Of these, those that take a weaker route under B.
    pub weaker: Estimate,
    /// Contacts a year whose outcome is the same and whose rating or duties differ.
    pub same_outcome_other_rating_or_duties: Estimate,
}

/// One cell of the flip matrix.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct FlipCell {
    /// Outcome under option A.
    pub from: String,
    /// Outcome under option B.
    pub to: String,
    /// Contacts a year.
    pub per_year: Estimate,
}

/// Who flips, by one characteristic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Breakdown {
    /// `source`, `age`, `sex`, `ethnicity`, `disability`.
    pub by: String,
    /// Name people read.
    pub title: String,
    /// The mechanism the scenario names, or that the model cannot inform this.
    pub note: String,
    /// Does the scenario name a mechanism that makes the breakdown informative?
    pub informative: bool,
    /// Rows, in the characteristic's order.
    pub rows: Vec<BreakdownRow>,
}

/// One group of a breakdown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct BreakdownRow {
    /// Name people read.
    pub title: String,
    /// Contacts a year from the group.
    pub contacts: Estimate,
    /// Of these, those that flip; absent when suppressed.
    pub flipped: Option<Estimate>,
    /// Flipped as a percentage of the group's contacts; absent when suppressed.
    pub percent: Option<Estimate>,
    /// Too few contacts (under 10 over all replications) to show.
    pub suppressed: bool,
}

/// How many flips rest on a rule: it fired under exactly one of the packs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct RuleShare {
    /// The rule.
    pub rule: String,
    /// Its title.
    pub title: String,
    /// `a` or `b`: the option under which it fired.
    pub fired_under: String,
    /// Flips a year.
    pub per_year: Estimate,
}

/// Missed harm and over-intervention under one truth model. Modelled, under assumed need.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct HarmUnderTruthModel {
    /// The truth model.
    pub truth_model: String,
    /// What it assumes.
    pub title: String,
    /// Children a year whose latent need calls for at least early help: the denominator of missed harm.
    pub in_need: Estimate,
    /// Children a year whose latent need calls for less than they could get: the denominator of over-intervention.
    pub could_be_over: Estimate,
    /// Difference in children a year who got a weaker route than their latent need calls for, B less A.
    pub missed_difference: Estimate,
    /// Difference in children a year who got a stronger route than their latent need calls for, B less A.
    pub over_difference: Estimate,
    /// Missed harm under each option; absent where the scenario carries a real council's name.
    pub missed: Option<Paired>,
    /// Over-intervention under each option; absent where the scenario carries a real council's name.
    pub over: Option<Paired>,
}

/// What may be said when all truth models are taken together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct HarmConclusion {
    /// `fewer`, `more`, `no difference` or `not known`.
    pub missed: String,
    /// `fewer`, `more`, `no difference` or `not known`.
    pub over: String,
    /// The same in a sentence.
    pub sentence: String,
}

/// A simulated rate beside the published one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct FaceValidityRow {
    /// What is measured.
    pub title: String,
    /// Unit: `per 10,000 children`, `percent`.
    pub unit: String,
    /// Simulated under option A.
    pub simulated: Estimate,
    /// The authority's own published figure, where it is usable.
    pub published: Option<f64>,
    /// English 5th percentile.
    pub p5: f64,
    /// English 95th percentile.
    pub p95: f64,
    /// Is the simulated mean within the band?
    pub inside: bool,
    /// Where the band comes from.
    pub source: String,
    /// Anything the reader must know, for example that the branching table is synthesised.
    pub note: Option<String>,
}

/// How much the known facts settled at a stage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SettledRow {
    /// What is counted.
    pub title: String,
    /// Percent.
    pub percent: Estimate,
}

/// One child whose outcome differs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct FlippedCase {
    /// Contact id.
    pub id: String,
    /// Replication, from 0.
    pub replication: u32,
    /// Who made contact.
    pub source: String,
    /// What was known when the answer was given: `fact: value`, absent ones left out.
    pub facts: Vec<String>,
    /// Outcome under A.
    pub outcome_a: String,
    /// Outcome under B.
    pub outcome_b: String,
    /// Rules that fired only under A, with their titles.
    pub only_a: Vec<String>,
    /// Rules that fired only under B, with their titles.
    pub only_b: Vec<String>,
    /// The same contact in ids and values, of which a training vignette can be drafted; absent in results of releases
    /// that did not keep it.
    #[serde(default)]
    pub contact: Option<FlippedContact>,
}

/// A figure the scenario rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Assumption {
    /// What it is.
    pub name: String,
    /// Its value, in words.
    pub value: String,
    /// `published`, `derived`, `reported`, `unverified` or `synthesised`.
    pub mark: String,
    /// Why this value.
    pub reason: String,
    /// Where it comes from.
    pub source: String,
}
