//! Decisions of many cases as columns: the answer of [`RulePack::triage`] for every row of [`FactColumns`].

use mash_model::{Agency, FactColumns, OutcomeId, Stage};

use crate::{evaluator::Evaluator, rule::RuleIndex, rule_pack::RulePack, rule_set::RuleSet, triage::Triage};

/// What was decided of each row. Every column has one entry a row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DecisionColumns {
    /// Whether the hub decided, rather than screening.
    pub by_hub: Vec<bool>,
    /// Route, as a position in the manifest.
    pub route: Vec<u8>,
    /// Rating, as a position in the manifest and one more; 0 is none.
    pub rating: Vec<u8>,
    /// Outcome, as a position in [`RulePack::outcome_list`].
    pub outcome: Vec<u8>,
    /// The strongest route that undetermined rules could still give, as a position in the manifest.
    pub could_still_be: Vec<u8>,
    /// Duties, as bits in the manifest's order.
    pub duties: Vec<u64>,
    /// Agencies that the enquiries rules ask, as bits in the order of the agency list.
    pub asked: Vec<u64>,
    /// Rows that a person must decide: a rule failed or the facts contradict one another.
    pub manual_review: Vec<bool>,
    /// Rules of the stage that answered which fired: so many words a row as the pack has rules, 64 a word.
    pub fired: Vec<u64>,
    /// Rules of the stage that answered which are undetermined, likewise.
    pub undetermined: Vec<u64>,
}

impl DecisionColumns {
    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.route.len()
    }

    /// Rules that fired in a row.
    #[must_use]
    pub fn fired(&self, row: usize) -> RuleSet {
        set(&self.fired, row, self.rows())
    }

    /// Rules that are undetermined in a row.
    #[must_use]
    pub fn undetermined(&self, row: usize) -> RuleSet {
        set(&self.undetermined, row, self.rows())
    }

    /// The stage that answered in a row.
    #[must_use]
    pub fn stage(&self, row: usize) -> Stage {
        if self.by_hub.get(row).copied().unwrap_or(false) { Stage::Decision } else { Stage::Screening }
    }

    /// Columns of this many rows, for a pack of this many rules.
    pub(crate) fn of(rows: usize, rules: usize) -> Self {
        let words = rules.div_ceil(64);
        Self {
            by_hub: vec![false; rows],
            route: vec![0; rows],
            rating: vec![0; rows],
            outcome: vec![0; rows],
            could_still_be: vec![0; rows],
            duties: vec![0; rows],
            asked: vec![0; rows],
            manual_review: vec![false; rows],
            fired: vec![0; rows * words],
            undetermined: vec![0; rows * words],
        }
    }

    /// Writes the answer of a case that was decided by itself.
    pub(crate) fn put(&mut self, pack: &RulePack, row: usize, triage: &Triage) {
        let answer = triage.answer();
        let byte = |position: usize| u8::try_from(position).unwrap_or(u8::MAX);
        let outcomes = pack.outcome_list();
        let outcome = outcomes.iter().position(|outcome| *outcome == answer.outcome).unwrap_or(0);
        let duties = pack.manifest.duties.iter().enumerate();
        let duties = duties.filter(|(_, duty)| answer.duties.contains(&duty.id));
        let asked = Agency::ALL.iter().enumerate().filter(|(_, agency)| triage.asked.contains(agency));
        set_at(&mut self.by_hub, row, triage.decision.is_some());
        set_at(&mut self.route, row, byte(answer.folded.route));
        set_at(&mut self.rating, row, answer.folded.rating.map_or(0, |rating| byte(rating + 1)));
        set_at(&mut self.outcome, row, byte(outcome));
        set_at(&mut self.could_still_be, row, byte(answer.could_still_be));
        set_at(&mut self.duties, row, bits(duties.map(|(at, _)| at)));
        set_at(&mut self.asked, row, bits(asked.map(|(at, _)| at)));
        set_at(&mut self.manual_review, row, answer.manual_review());
        let words = pack.rules.len().div_ceil(64);
        let place = row * words..(row + 1) * words;
        for (to, from) in [
            (self.fired.get_mut(place.clone()), &answer.marks.fired),
            (self.undetermined.get_mut(place.clone()), &answer.marks.undetermined),
        ] {
            to.into_iter().flatten().zip(from.words()).for_each(|(to, from)| *to = from);
        }
    }
}

fn set_at<T>(column: &mut [T], row: usize, value: T) {
    if let Some(place) = column.get_mut(row) {
        *place = value;
    }
}

fn bits(positions: impl Iterator<Item = usize>) -> u64 {
    positions.filter(|at| *at < 64).fold(0, |bits, at| bits | 1 << at)
}

fn set(words: &[u64], row: usize, rows: usize) -> RuleSet {
    let width = words.len().checked_div(rows).unwrap_or(0);
    RuleSet::of_words(words.get(row * width..(row + 1) * width).into_iter().flatten().copied())
}

/// What becomes of every rule in every row, as bits: for each rule, one word for each 64 rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MarkColumns {
    /// Words a rule.
    words: usize,
    fired: Vec<u64>,
    undetermined: Vec<u64>,
    /// Empty where no rule of the pack may ask.
    asks: Vec<u64>,
}

impl MarkColumns {
    /// Rows in which a rule fired.
    #[must_use]
    pub fn fired(&self, rule: RuleIndex) -> &[u64] {
        self.fired.get(self.place(rule)).unwrap_or_default()
    }

    /// Rows in which a rule is undetermined.
    #[must_use]
    pub fn undetermined(&self, rule: RuleIndex) -> &[u64] {
        self.undetermined.get(self.place(rule)).unwrap_or_default()
    }

    /// Rows in which a rule must be asked of the interpreter; empty where no rule of the pack ever is.
    #[must_use]
    pub fn asks(&self, rule: RuleIndex) -> &[u64] {
        self.asks.get(self.place(rule)).unwrap_or_default()
    }

    /// Makes room for so many rules and rows, of which every word is then to be written.
    pub(crate) fn make_room(&mut self, rows: usize, rules: usize, may_ask: bool) {
        self.words = rows.div_ceil(64);
        let all = self.words * rules;
        self.fired.resize(all, 0);
        self.undetermined.resize(all, 0);
        self.asks.resize(if may_ask { all } else { 0 }, 0);
    }

    /// Words of a rule from this one on, to be written: fired, undetermined, and asks.
    pub(crate) fn from(&mut self, rule: usize, word: usize) -> [&mut [u64]; 3] {
        let place = rule * self.words + word..(rule + 1) * self.words;
        [&mut self.fired, &mut self.undetermined, &mut self.asks]
            .map(|column| column.get_mut(place.clone()).unwrap_or_default())
    }

    fn place(&self, rule: RuleIndex) -> std::ops::Range<usize> {
        rule.0 * self.words..(rule.0 + 1) * self.words
    }
}

impl RulePack {
    /// What becomes of every rule in every row; bits of rows past the last are 0.
    #[must_use]
    pub fn mark_columns(&self, facts: &FactColumns) -> MarkColumns {
        let mut marks = MarkColumns::default();
        self.mark_columns_into(facts, &mut marks);
        marks
    }

    /// As [`RulePack::mark_columns`], in the memory of earlier marks: for many batches, one after another.
    pub fn mark_columns_into(&self, facts: &FactColumns, marks: &mut MarkColumns) {
        self.circuit.marks(facts, marks);
    }

    /// Decides every row on the facts it has: as [`RulePack::triage`] with the compiled engine, many rows at a time.
    #[must_use]
    pub fn decide_columns(&self, facts: &FactColumns) -> DecisionColumns {
        self.circuit.decide(self, facts)
    }

    /// Every outcome a decision may have: the routes, then the manifest's other outcomes, `more_information` and
    /// `manual_review`.
    #[must_use]
    pub fn outcome_list(&self) -> &[OutcomeId] {
        &self.arranged.outcome_list
    }

    /// The rows decided one at a time by any engine: what [`RulePack::decide_columns`] is held against.
    #[must_use]
    pub fn decide_rows(&self, engine: &dyn Evaluator, facts: &FactColumns) -> DecisionColumns {
        let mut columns = DecisionColumns::of(facts.rows(), self.rules.len());
        for row in 0..facts.rows() {
            columns.put(self, row, &self.triage(engine, &facts.sheet(&self.dictionary, row)));
        }
        columns
    }
}
