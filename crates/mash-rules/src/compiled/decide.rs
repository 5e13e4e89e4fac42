//! From columns of facts to columns of decisions: the stages of [`crate::triage`] over a chunk of rows.

use mash_model::{Agency, FactColumns};

use super::{
    Circuit, Compiled,
    answers::{StageRules, any, exactly, first_of, rungs},
    batch::{Batch, Chunk},
    planes::{ALL, CHUNK, NONE, Plane, both, except, or, rows, transpose, without},
};
use crate::{
    arranged::Arranged,
    decision_columns::{DecisionColumns, MarkColumns},
    manifest::{MANUAL_REVIEW, MORE_INFORMATION, Manifest},
    rule::{Rule, RuleIndex},
    rule_pack::RulePack,
};

/// Most duties, agencies and outcomes that fit the columns; a pack with more is decided a row at a time.
const MAX_BITS: usize = 64;
const MAX_OUTCOMES: usize = 250;

/// What a pack's rules conclude, arranged for chunks of rows.
#[derive(Debug, Clone)]
pub(super) struct Triaging {
    screening: StageRules,
    decision: StageRules,
    /// Agencies that enquiries rules ask: the agency's place in the list, and the rules.
    asks: Vec<(usize, Vec<usize>)>,
    /// The outcome that each rule names, as a position in the list of outcomes.
    named: Vec<u8>,
    /// Outcomes that are neither routes nor our own.
    elsewhere: std::ops::Range<u8>,
    more_information: u8,
    /// Whether each route closes.
    closes: Vec<bool>,
    closing: Vec<usize>,
    /// Whether the rule belongs to screening, and to the decision.
    members: Vec<(bool, bool)>,
    only_lowers: Vec<bool>,
    fits: bool,
}

/// The answer of one stage over a chunk.
struct Answer {
    routes: Vec<Plane>,
    route: [u8; CHUNK],
    rating: [u8; CHUNK],
    could: [u8; CHUNK],
    outcome: [u8; CHUNK],
    duties: Vec<Plane>,
}

impl Triaging {
    pub(super) fn new(manifest: &Manifest, rules: &[Rule], arranged: &Arranged) -> Self {
        let [screening, enquiries, decision] = &arranged.stages;
        let place = |id: &str| {
            let at = arranged.outcome_list.iter().position(|outcome| *outcome == id);
            at.and_then(|at| u8::try_from(at).ok()).unwrap_or(0)
        };
        let routes = u8::try_from(manifest.routes.len()).unwrap_or(u8::MAX);
        let others = u8::try_from(manifest.outcomes.len()).unwrap_or(u8::MAX);
        Self {
            screening: StageRules::new(arranged, screening),
            decision: StageRules::new(arranged, decision),
            asks: arranged
                .asks
                .iter()
                .filter_map(|(agency, rules)| {
                    let at = Agency::ALL.iter().position(|other| other == agency)?;
                    Some((at, rules.and(enquiries).iter().map(|rule| rule.0).collect()))
                })
                .collect(),
            named: rules
                .iter()
                .map(|rule| rule.conclusion.outcome.as_ref().map_or(0, |outcome| place(outcome.as_str())))
                .collect(),
            elsewhere: routes..routes.saturating_add(others),
            more_information: place(MORE_INFORMATION),
            closes: manifest.routes.iter().map(|route| route.closes).collect(),
            closing: arranged.closing.iter().map(|slot| slot.index()).collect(),
            members: (0..rules.len())
                .map(|rule| (screening.contains(RuleIndex(rule)), decision.contains(RuleIndex(rule))))
                .collect(),
            only_lowers: rules.iter().map(|rule| rule.conclusion.lower > 0).collect(),
            fits: manifest.duties.len() <= MAX_BITS
                && Agency::ALL.len() <= MAX_BITS
                && arranged.outcome_list.len() <= MAX_OUTCOMES
                && place(MANUAL_REVIEW) > 0,
        }
    }
}

impl Circuit {
    /// What becomes of every rule in every row.
    pub(crate) fn marks(&self, facts: &FactColumns, marks: &mut MarkColumns) {
        marks.make_room(facts.rows(), self.batch.rules(), self.batch.may_ask());
        let mut chunk = self.batch.chunk();
        for first in (0..facts.rows()).step_by(CHUNK) {
            self.batch.run(facts, first, &mut chunk);
            // Nothing is known of the rows past the last, which is not the same as their being undetermined.
            let within = rows_before(facts.rows() - first);
            for rule in 0..self.batch.rules() {
                let (holds, not, asks) = self.batch.rule(&chunk, rule);
                let mut open = except(&within, holds);
                without(&mut open, not);
                without(&mut open, asks);
                let [to_fired, to_open, to_asks] = marks.from(rule, first / 64);
                for (to, plane) in [(to_fired, &both(holds, &within)), (to_open, &open), (to_asks, asks)] {
                    to.iter_mut().zip(plane).for_each(|(to, word)| *to = *word);
                }
            }
        }
    }

    /// Decides every row of the columns.
    pub(crate) fn decide(&self, pack: &RulePack, facts: &FactColumns) -> DecisionColumns {
        let compiled = Compiled { circuit: self, interpreter: &pack.interpreter };
        if !self.triaging.fits {
            return pack.decide_rows(&compiled, facts);
        }
        let mut columns = DecisionColumns::of(facts.rows(), pack.rules.len());
        let mut chunk = self.batch.chunk();
        for first in (0..facts.rows()).step_by(CHUNK) {
            self.batch.run(facts, first, &mut chunk);
            let apart = self.triaging.chunk(pack, &self.batch, &chunk, facts, first, &mut columns);
            for row in rows(&apart).map(|row| first + row).take_while(|row| *row < facts.rows()) {
                let sheet = facts.sheet(&pack.dictionary, row);
                columns.put(pack, row, &pack.triage(&compiled, &sheet));
            }
        }
        columns
    }
}

impl Triaging {
    /// Decides a chunk and says which rows must be decided by themselves: a rule asks, or the facts contradict.
    fn chunk(
        &self,
        pack: &RulePack,
        batch: &Batch,
        chunk: &Chunk,
        facts: &FactColumns,
        first: usize,
        columns: &mut DecisionColumns,
    ) -> Plane {
        let mut unread = NONE;
        for slot in &self.closing {
            or(&mut unread, &batch.not_known(facts, *slot, first));
        }
        let screening = self.stage(pack, &self.screening, batch, chunk, &unread);
        let decision = self.stage(pack, &self.decision, batch, chunk, &unread);

        let fired = |rule: usize| batch.rule(chunk, rule).0;
        let mut hub = screening.routes.last().copied().unwrap_or(NONE);
        let asked: Vec<(usize, Plane)> =
            self.asks.iter().map(|(agency, rules)| (*agency, any(rules, &fired))).collect();
        asked.iter().for_each(|(_, rows)| or(&mut hub, rows));
        for (row, outcome) in screening.outcome.iter().enumerate() {
            let place = hub.get_mut(row / 64);
            if let Some(word) = place {
                if *outcome == self.more_information {
                    *word |= 1 << (row % 64);
                } else if self.elsewhere.contains(outcome) {
                    *word &= !(1 << (row % 64));
                }
            }
        }

        let count = CHUNK.min(facts.rows().saturating_sub(first));
        let (by_hub, either) = (spread(&hub), [&screening, &decision]);
        pick(&mut columns.route, first, count, &by_hub, either.map(|answer| &answer.route));
        pick(&mut columns.rating, first, count, &by_hub, either.map(|answer| &answer.rating));
        pick(&mut columns.could_still_be, first, count, &by_hub, either.map(|answer| &answer.could));
        pick(&mut columns.outcome, first, count, &by_hub, either.map(|answer| &answer.outcome));
        for (to, hub) in columns.by_hub.iter_mut().skip(first).zip(by_hub) {
            *to = hub != 0;
        }
        let add = |column: &mut Vec<u64>, bit: usize, plane: &Plane| {
            for row in rows(plane) {
                if let Some(place) = column.get_mut(first + row) {
                    *place |= 1 << bit;
                }
            }
        };
        for (duty, (at_screening, at_decision)) in screening.duties.iter().zip(&decision.duties).enumerate() {
            let mut here = except(at_screening, &hub);
            or(&mut here, &both(at_decision, &hub));
            add(&mut columns.duties, duty, &here);
        }
        for (agency, rows) in &asked {
            add(&mut columns.asked, *agency, rows);
        }
        self.rule_bits(batch, chunk, &hub, first, count, columns);
        apart(batch, chunk)
    }

    fn stage(
        &self,
        pack: &RulePack,
        rules: &StageRules,
        batch: &Batch,
        chunk: &Chunk,
        unread: &Plane,
    ) -> Answer {
        let fold = &pack.arranged.fold;
        let fired = |rule: usize| batch.rule(chunk, rule).0;
        let open = batch.open(chunk);
        let could = |rule: usize| {
            // Rules not settled could still fire; those that only lower could not strengthen the answer.
            let lowers = self.only_lowers.get(rule).copied().unwrap_or(false);
            if lowers { fired(rule) } else { open.get(rule).unwrap_or(&NONE) }
        };
        let routes = rules.routes(fold, &fired);
        let rating = rungs(&rules.rating_ladder(fold, &routes, &fired));
        let could = rungs(&rules.routes(fold, &could)).map(|rung| rung.saturating_sub(1));
        let route = rungs(&routes).map(|rung| rung.saturating_sub(1));

        let mut outcome = route;
        let mut set = |rows_of: &Plane, code: u8| {
            for row in rows(rows_of) {
                if let Some(place) = outcome.get_mut(row) {
                    *place = code;
                }
            }
        };
        let open = first_of(&rules.outcomes, &fired, |rule, rows| {
            set(rows, self.named.get(rule).copied().unwrap_or(0));
        });
        let mut closing = NONE;
        for (route, _) in self.closes.iter().enumerate().filter(|(_, closes)| **closes) {
            or(&mut closing, &exactly(&routes, route));
        }
        set(&both(&both(&closing, unread), &open), self.more_information);
        let duties = rules.duties.iter().map(|of| any(of, &fired)).collect();
        Answer { routes, route, rating, could, outcome, duties }
    }

    /// The rules that fired and those that are undetermined, in the stage that answered, as words a row.
    fn rule_bits(
        &self,
        batch: &Batch,
        chunk: &Chunk,
        hub: &Plane,
        first: usize,
        count: usize,
        columns: &mut DecisionColumns,
    ) {
        let words = batch.rules().div_ceil(64);
        for at in 0..words {
            for word in 0..count.div_ceil(64) {
                let (mut fired, mut open) = ([0_u64; 64], [0_u64; 64]);
                let hub = hub.get(word).copied().unwrap_or(0);
                for (bit, (fired, open)) in fired.iter_mut().zip(&mut open).enumerate() {
                    let rule = at * 64 + bit;
                    let Some((screening, decision)) = self.members.get(rule) else { break };
                    let here = if *screening { !hub } else { 0 } | if *decision { hub } else { 0 };
                    let (holds, not, asks) = batch.rule(chunk, rule);
                    let part = |plane: &Plane| plane.get(word).copied().unwrap_or(0);
                    *fired = part(holds) & here;
                    *open = !(part(holds) | part(not) | part(asks)) & here;
                }
                transpose(&mut fired);
                transpose(&mut open);
                let rows_here = (count - word * 64).min(64);
                for (row, (fired, open)) in fired.iter().zip(&open).enumerate().take(rows_here) {
                    let place = (first + word * 64 + row) * words + at;
                    if let (Some(to_fired), Some(to_open)) =
                        (columns.fired.get_mut(place), columns.undetermined.get_mut(place))
                    {
                        (*to_fired, *to_open) = (*fired, *open);
                    }
                }
            }
        }
    }
}

/// Rows that must be decided by themselves.
fn apart(batch: &Batch, chunk: &Chunk) -> Plane {
    let mut apart = *batch.broken(chunk);
    for rule in 0..batch.rules() {
        or(&mut apart, batch.rule(chunk, rule).2);
    }
    apart
}

/// The first so many rows of a chunk.
fn rows_before(count: usize) -> Plane {
    std::array::from_fn(|word| match count.saturating_sub(word * 64) {
        0 => 0,
        left => u64::MAX >> 64_usize.saturating_sub(left),
    })
}

/// One byte a row: 1 where the plane has it.
fn spread(plane: &Plane) -> [u8; CHUNK] {
    rungs(std::slice::from_ref(plane))
}

/// Writes one of two answers into a column, row by row.
fn pick(to: &mut [u8], first: usize, count: usize, second: &[u8; CHUNK], of: [&[u8; CHUNK]; 2]) {
    let [a, b] = of;
    let to = to.iter_mut().skip(first).take(count);
    for (to, ((a, b), second)) in to.zip(a.iter().zip(b).zip(second)) {
        *to = if *second == 0 { *a } else { *b };
    }
}

impl Batch {
    /// For each rule, the rows where it holds or could still: not settled, or true.
    fn open(&self, chunk: &Chunk) -> Vec<Plane> {
        (0..self.rules())
            .map(|rule| {
                let (_, not, asks) = self.rule(chunk, rule);
                let mut open = ALL;
                without(&mut open, not);
                without(&mut open, asks);
                open
            })
            .collect()
    }
}
