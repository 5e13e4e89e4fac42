//! A training vignette: an invented case, told in stages by the agencies that hold its facts.
//!
//! In: the text of a vignette file. Out: the [`Vignette`], or everything in which the text departs from the form. What
//! the names in it mean is [checked](crate::check) against a rule pack.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime};
use mash_model::{Agency, Characteristics, FactId, RouteId, RuleId, StageId, VignetteId};
use mash_rules::cases::Otherwise;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::problem::{VignetteError, VignetteProblem};

/// A training vignette, as its file has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Vignette {
    /// Equals the file's name without `.json`.
    pub id: VignetteId,
    /// What people read.
    pub title: String,
    /// A theme of the pack: the name of one of its rule files, for example `neglect`.
    pub theme: String,
    /// Said before the vignette is shown; a participant may skip it in private.
    pub content_note: String,
    /// The vignette that differs from this one in one thing only.
    #[serde(default)]
    pub pair: Option<Pair>,
    /// The failure mode that it shows, and where that was named.
    #[serde(default)]
    pub shows: Option<Shows>,
    /// Who it is about, by letters or evidently invented names.
    pub people: Vec<Person>,
    /// Who makes contact.
    pub source: Agency,
    /// When, Europe/London clock time.
    pub received: DateTime,
    /// What the text shows of the child that no rule reads, for example ethnicity.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub characteristics: Characteristics,
    /// What is true of the case, by fact of the dictionary.
    pub facts: BTreeMap<FactId, Value>,
    /// What is true of facts not listed.
    #[serde(default)]
    pub otherwise: Otherwise,
    /// What is told, in the order in which it may be told; the first stage is always told.
    pub stages: Vec<InformationStage>,
    /// What the vignette says was found out later.
    #[serde(default)]
    pub later_found: Option<LaterFound>,
    /// Routes that can all be defended on what the stages tell.
    pub accepted: Vec<RouteId>,
    /// How a panel of practitioners answered, where one did.
    #[serde(default)]
    pub panel: Option<Panel>,
    /// What to talk about afterwards.
    #[serde(default)]
    pub learning_points: Vec<LearningPoint>,
    /// The change of threshold that the case was drafted from, where it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flip: Option<Flip>,
    /// False in a draft that no facilitator has read and accepted.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub accepted_by_facilitator: bool,
    /// Who accepted a draft, and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acceptance: Option<Acceptance>,
    /// Always true: no vignette is about a real child.
    pub synthetic: bool,
}

fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_yes(value: &bool) -> bool {
    *value
}

fn is_empty(characteristics: &Characteristics) -> bool {
    *characteristics == Characteristics::default()
}

/// Two vignettes that differ in one thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    /// The other vignette, which names this one.
    pub with: VignetteId,
    /// What differs, for people.
    pub differs_in: String,
    /// What kind of thing differs.
    pub kind: PairKind,
    /// For a pair that differs in a fact: the fact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fact: Option<FactId>,
}

/// What two vignettes differ in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PairKind {
    /// The value of one fact, and the words that tell it.
    Fact,
    /// The child's ethnicity, and nothing else.
    Ethnicity,
    /// Who makes contact; every fact is the same.
    Source,
}

/// A failure mode, and where it was named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Shows {
    /// What goes wrong.
    pub failure: String,
    /// The report or document that named it.
    pub source: String,
    /// Address.
    #[serde(default)]
    pub href: Option<String>,
    /// `read`, `reported`, `unverified` or `synthesised`.
    pub mark: String,
}

/// Somebody in the vignette.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// A letter or an evidently invented name: `Child A`.
    pub name: String,
    /// Who that is.
    pub what: String,
}

/// A stage at which more is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InformationStage {
    /// Unique in the vignette.
    pub id: StageId,
    /// What people read.
    pub title: String,
    /// Whose words these are.
    pub from: Agency,
    /// Told only when that agency is asked, or when the facilitator opens it; the first stage never is.
    pub asked: bool,
    /// Is the family's agreement needed before that agency is asked?
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub needs_agreement: bool,
    /// What lies on the table.
    pub document: Document,
    /// Facts that it tells; one that the case does not list is told as absent.
    pub facts: Vec<FactId>,
}

/// A document as the field knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// What kind of document.
    pub kind: DocumentKind,
    /// Its heading.
    pub heading: String,
    /// Fields of a form.
    #[serde(default)]
    pub fields: Vec<Field>,
    /// Running text.
    #[serde(default)]
    pub paragraphs: Vec<String>,
}

/// Kinds of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// A police safeguarding notice.
    PoliceNotice,
    /// A concern form of a school, nursery or service.
    ConcernForm,
    /// A letter, for example from a midwife or doctor.
    Letter,
    /// An e-mail.
    Email,
    /// A hospital's discharge note.
    DischargeNote,
    /// A note that the hub took of a call.
    CallNote,
    /// An extract of an agency's own records.
    RecordExtract,
    /// A note of a visit or a meeting.
    VisitNote,
}

impl DocumentKind {
    /// All kinds.
    pub const ALL: [Self; 8] = [
        Self::PoliceNotice,
        Self::ConcernForm,
        Self::Letter,
        Self::Email,
        Self::DischargeNote,
        Self::CallNote,
        Self::RecordExtract,
        Self::VisitNote,
    ];
}

/// A field of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// What is asked.
    pub label: String,
    /// What was entered.
    pub text: String,
}

/// What the vignette says was found out later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LaterFound {
    /// Had the child come to significant harm, or was likely to?
    pub harm: bool,
    /// What was found.
    pub what: String,
}

/// How a panel answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Panel {
    /// Votes by route.
    pub routes: BTreeMap<RouteId, u32>,
    /// Who sat on it, and when.
    pub who: String,
}

/// Something to talk about afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LearningPoint {
    /// In a sentence or two.
    pub text: String,
    /// The rule whose paragraph is shown beside it.
    #[serde(default)]
    pub rule: Option<RuleId>,
    /// Does it say why a panel may answer otherwise than the pack?
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub panel_may_differ: bool,
}

/// The comparison of two packs in which the case changed its route.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Flip {
    /// Pack A, as it was.
    pub pack_a: String,
    /// Pack B, with the change.
    pub pack_b: String,
    /// The route under A.
    pub before: RouteId,
    /// The route under B.
    pub after: RouteId,
    /// Rules that fired under one pack only.
    pub rules: Vec<RuleId>,
}

/// Who accepted a draft, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Acceptance {
    /// A role or a name for the day, never a person's own: `training lead`.
    pub who: String,
    /// The day, Europe/London.
    pub on: Date,
}

impl Vignette {
    /// Reads a vignette.
    ///
    /// # Errors
    /// [`VignetteError`] with everything in which the text departs from the form: not JSON, a field unknown or missing,
    /// a value of the wrong type or none of its list.
    pub fn from_json(text: &str) -> Result<Self, VignetteError> {
        let one = |message: String| VignetteError { problems: vec![VignetteProblem::error("", message)] };
        let value: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
            .map_err(|error| one(format!("not JSON: {error}")))?;
        let problems = mash_sim::json_shape::misfits(&value, &schema());
        if !problems.is_empty() {
            return Err(VignetteError { problems: problems.into_iter().map(Into::into).collect() });
        }
        // What the shape cannot see, such as an hour of 25, serde says.
        serde_json::from_value(value).map_err(|error| one(error.to_string()))
    }

    /// The vignette as a file has it.
    ///
    /// # Errors
    /// [`serde_json::Error`], which no vignette gives.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }

    /// The stage of this id.
    #[must_use]
    pub fn stage(&self, id: &StageId) -> Option<&InformationStage> {
        self.stages.iter().find(|stage| stage.id == *id)
    }

    /// Ids of all stages, in order.
    #[must_use]
    pub fn stage_ids(&self) -> Vec<StageId> {
        self.stages.iter().map(|stage| stage.id.clone()).collect()
    }
}

/// The JSON Schema of a vignette file.
#[must_use]
pub fn schema() -> Value {
    schemars::schema_for!(Vignette).to_value()
}
