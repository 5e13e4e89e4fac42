//! What is wrong with a pack: every finding at once, each with its place and its mend.

use serde::{Deserialize, Serialize};

pub use crate::slip::nearest;
use crate::{fix::Fix, source::SourcePlace};

/// What kind of thing is wrong. The ids are stable.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
pub enum FindingKind {
    /// A pack without a file it needs.
    #[serde(rename = "MASH001")]
    File,
    /// JSON that does not parse or has unknown fields.
    #[serde(rename = "MASH002")]
    Json,
    /// Rhai that does not parse.
    #[serde(rename = "MASH003")]
    Syntax,
    /// Base packs that lead back to themselves, or a base that is not there.
    #[serde(rename = "MASH004")]
    Base,
    /// A fact the dictionary does not have.
    #[serde(rename = "MASH005")]
    UnknownFact,
    /// A threshold the pack does not have.
    #[serde(rename = "MASH006")]
    UnknownThreshold,
    /// A route, rating, outcome, duty, agency or stage that does not exist.
    #[serde(rename = "MASH007")]
    UnknownName,
    /// A comparison between a fact and a value of another type.
    #[serde(rename = "MASH008")]
    WrongType,
    /// A value outside the fact's range or list.
    #[serde(rename = "MASH009")]
    OutsideRange,
    /// An id that stands twice.
    #[serde(rename = "MASH010")]
    Duplicate,
    /// A rule without source, reason, condition or conclusion.
    #[serde(rename = "MASH011")]
    Incomplete,
    /// An overlay that would lower, replace or remove a rule of the statutory floor.
    #[serde(rename = "MASH012")]
    FloorLowered,
    /// A rule file that does what rule files may not.
    #[serde(rename = "MASH013")]
    NotAllowed,
    /// A threshold no rule reads.
    #[serde(rename = "MASH014")]
    Unused,
    /// A rule that reads a characteristic kept for reporting.
    #[serde(rename = "MASH015")]
    Characteristic,
    /// A constraint or case that contradicts the dictionary.
    #[serde(rename = "MASH016")]
    Inconsistent,
    /// A decision table without rows or with columns or cells that do not fit one another.
    #[serde(rename = "MASH020")]
    TableShape,
    /// A cell of a decision table that says nothing a rule can mean.
    #[serde(rename = "MASH021")]
    TableCell,
    /// A row of a decision table that applies to every child.
    #[serde(rename = "MASH022")]
    TableRowAlways,
    /// A rule that no case makes fire.
    #[serde(rename = "MASH017")]
    NeverFires,
    /// A rule without which every answer stays the same.
    #[serde(rename = "MASH018")]
    NeverDecides,
    /// Two rules that fire together and contradict each other.
    #[serde(rename = "MASH019")]
    Clash,
    /// Fully known cases on which no rule speaks and for which no default is declared.
    #[serde(rename = "MASH030")]
    Gap,
    /// Facts that alone could turn an answer into the strongest route and that no enquiries rule asks for.
    #[serde(rename = "MASH031")]
    HiddenRisk,
    /// Learning one more risk lowers an answer.
    #[serde(rename = "MASH032")]
    NotMonotone,
    /// A rule that analysis does not cover entirely.
    #[serde(rename = "MASH033")]
    NotExact,
}

impl FindingKind {
    /// Every kind, in the order of ids.
    pub const ALL: [FindingKind; 26] = [
        FindingKind::File,
        FindingKind::Json,
        FindingKind::Syntax,
        FindingKind::Base,
        FindingKind::UnknownFact,
        FindingKind::UnknownThreshold,
        FindingKind::UnknownName,
        FindingKind::WrongType,
        FindingKind::OutsideRange,
        FindingKind::Duplicate,
        FindingKind::Incomplete,
        FindingKind::FloorLowered,
        FindingKind::NotAllowed,
        FindingKind::Unused,
        FindingKind::Characteristic,
        FindingKind::Inconsistent,
        FindingKind::NeverFires,
        FindingKind::NeverDecides,
        FindingKind::Clash,
        FindingKind::TableShape,
        FindingKind::TableCell,
        FindingKind::TableRowAlways,
        FindingKind::Gap,
        FindingKind::HiddenRisk,
        FindingKind::NotMonotone,
        FindingKind::NotExact,
    ];

    /// Is it found by exact analysis of a pack that loads, rather than when it loads?
    #[must_use]
    pub fn by_analysis(self) -> bool {
        match self {
            FindingKind::NeverFires
            | FindingKind::NeverDecides
            | FindingKind::Clash
            | FindingKind::Gap
            | FindingKind::HiddenRisk
            | FindingKind::NotMonotone
            | FindingKind::NotExact => true,
            FindingKind::File
            | FindingKind::Json
            | FindingKind::Syntax
            | FindingKind::Base
            | FindingKind::UnknownFact
            | FindingKind::UnknownThreshold
            | FindingKind::UnknownName
            | FindingKind::WrongType
            | FindingKind::OutsideRange
            | FindingKind::Duplicate
            | FindingKind::Incomplete
            | FindingKind::FloorLowered
            | FindingKind::NotAllowed
            | FindingKind::Unused
            | FindingKind::Characteristic
            | FindingKind::Inconsistent
            | FindingKind::TableShape
            | FindingKind::TableCell
            | FindingKind::TableRowAlways => false,
        }
    }

    /// The stable id, for example `MASH005`.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            FindingKind::File => "MASH001",
            FindingKind::Json => "MASH002",
            FindingKind::Syntax => "MASH003",
            FindingKind::Base => "MASH004",
            FindingKind::UnknownFact => "MASH005",
            FindingKind::UnknownThreshold => "MASH006",
            FindingKind::UnknownName => "MASH007",
            FindingKind::WrongType => "MASH008",
            FindingKind::OutsideRange => "MASH009",
            FindingKind::Duplicate => "MASH010",
            FindingKind::Incomplete => "MASH011",
            FindingKind::FloorLowered => "MASH012",
            FindingKind::NotAllowed => "MASH013",
            FindingKind::Unused => "MASH014",
            FindingKind::Characteristic => "MASH015",
            FindingKind::Inconsistent => "MASH016",
            FindingKind::TableShape => "MASH020",
            FindingKind::TableCell => "MASH021",
            FindingKind::TableRowAlways => "MASH022",
            FindingKind::NeverFires => "MASH017",
            FindingKind::NeverDecides => "MASH018",
            FindingKind::Clash => "MASH019",
            FindingKind::Gap => "MASH030",
            FindingKind::HiddenRisk => "MASH031",
            FindingKind::NotMonotone => "MASH032",
            FindingKind::NotExact => "MASH033",
        }
    }
}

/// Does a finding stop the pack from loading?
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The pack cannot be used.
    Error,
    /// The pack can be used; somebody should look.
    Warning,
}

/// One thing wrong with a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Finding {
    /// What kind of thing.
    pub kind: FindingKind,
    /// Whether it stops the pack from loading.
    pub severity: Severity,
    /// Where.
    pub at: SourcePlace,
    /// What is wrong, in the pack's words.
    pub message: String,
    /// How to mend it.
    pub mend: Option<String>,
    /// The change of text that mends it, where that is certain.
    pub fix: Option<Fix>,
    /// A second place that matters, for example the floor rule that would be lowered.
    pub related: Option<SourcePlace>,
}

impl Finding {
    /// An error at a place.
    #[must_use]
    pub fn error(kind: FindingKind, at: SourcePlace, message: impl Into<String>) -> Self {
        Self {
            kind,
            severity: Severity::Error,
            at,
            message: message.into(),
            mend: None,
            fix: None,
            related: None,
        }
    }

    /// A warning at a place.
    #[must_use]
    pub fn warning(kind: FindingKind, at: SourcePlace, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(kind, at, message) }
    }

    /// With the mend.
    #[must_use]
    pub fn mend(mut self, mend: impl Into<String>) -> Self {
        self.mend = Some(mend.into());
        self
    }

    /// With "did you mean", where a known name is near, or else the list of names when it is short.
    #[must_use]
    pub fn suggest<'n>(self, written: &str, names: impl IntoIterator<Item = &'n str>) -> Self {
        let names: Vec<&str> = names.into_iter().collect();
        match nearest(written, names.iter().copied()) {
            Some(near) => self.mend(format!("did you mean `{near}`?")),
            None if !names.is_empty() && names.len() <= 12 => {
                self.mend(format!("one of {}", names.join(", ")))
            }
            None => self,
        }
    }

    /// As [`Finding::suggest`] for a name that stands at the finding's place in its file's text, and with the change to
    /// the name that was certainly meant.
    #[must_use]
    pub(crate) fn suggest_in<'n>(
        self,
        text: &str,
        written: &str,
        names: impl IntoIterator<Item = &'n str> + Clone,
    ) -> Self {
        let fix = Fix::name(&self.at, text, written, names.clone());
        self.suggest(written, names).fix(fix)
    }

    /// With the change of text that mends it.
    #[must_use]
    pub(crate) fn fix(mut self, fix: Option<Fix>) -> Self {
        // A cell's text is not the file's: nothing is changed in a table or workbook but by hand.
        self.fix = fix.filter(|_| self.at.cell.is_none());
        self
    }

    /// With a second place.
    #[must_use]
    pub fn related(mut self, place: SourcePlace) -> Self {
        self.related = Some(place);
        self
    }
}

/// A pack that cannot be used, with everything that is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", summary(.findings))]
pub struct PackError {
    /// Errors and warnings, in order of place; at least one error.
    pub findings: Vec<Finding>,
}

fn summary(findings: &[Finding]) -> String {
    let lines: Vec<String> = findings
        .iter()
        .map(|finding| {
            let mend = finding.mend.as_ref().map_or_else(String::new, |mend| format!(" ({mend})"));
            format!("{}: {}{mend}", finding.at, finding.message)
        })
        .collect();
    lines.join("\n")
}
