//! One rule, with its names resolved against the manifest.

use mash_model::{Agency, DutyId, OutcomeId, RuleId, Slot, SourceCitation, Stage};

use crate::source::SourcePlace;

/// Position of a rule in its pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleIndex(pub usize);

/// A rule of a pack.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Unique in the pack and its bases.
    pub id: RuleId,
    /// What it is, in a line.
    pub title: String,
    /// Where it comes from; at least one.
    pub source: Vec<SourceCitation>,
    /// The stages it belongs to; at least one.
    pub stages: Vec<Stage>,
    /// What it concludes when it fires.
    pub conclusion: Conclusion,
    /// The professional reason.
    pub because: String,
    /// The reason in plain words.
    pub plain: String,
    /// May the family be told before a strategy discussion?
    pub family_may_be_told: bool,
    /// Does it belong to the statutory floor?
    pub floor: bool,
    /// The pack that declares it.
    pub pack: String,
    /// Where it stands.
    pub place: SourcePlace,
    /// The condition as written, without the closure's head.
    pub condition: String,
    /// Facts the condition may read, in dictionary order, functions it calls included.
    pub facts: Vec<Slot>,
    /// Clauses of the condition, as indices into the pack's clause list.
    pub clauses: std::ops::Range<usize>,
}

/// What a rule concludes when it fires. Routes and ratings are positions in the manifest's lists.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Conclusion {
    /// Base conclusion.
    pub route: Option<usize>,
    /// Lifts a weaker answer to this route.
    pub at_least: Option<usize>,
    /// The answer is never weaker than this route.
    pub not_below: Option<usize>,
    /// Steps up.
    pub raise: u8,
    /// Steps down.
    pub lower: u8,
    /// The routes concluded cannot be lowered.
    pub firm: bool,
    /// How urgent.
    pub rating: Option<usize>,
    /// Sends the case elsewhere than its route would.
    pub outcome: Option<OutcomeId>,
    /// Duties that accompany any route.
    pub duties: Vec<DutyId>,
    /// Agencies to ask.
    pub ask: Vec<Agency>,
}

impl Conclusion {
    /// Does it conclude anything at all?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self { firm: self.firm, ..Self::default() }
    }

    /// Does it conclude agencies to ask and nothing else?
    #[must_use]
    pub fn only_asks(&self) -> bool {
        !self.ask.is_empty() && *self == Self { ask: self.ask.clone(), firm: self.firm, ..Self::default() }
    }
}

/// A clause of a condition: an operand of `&&` or `||`, or the whole condition where it has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// Where it starts.
    pub place: SourcePlace,
}
