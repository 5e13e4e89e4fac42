//! Propositions and the solver that settles them: gates over literals, each built once, and questions under
//! assumptions with a bound on work.
//!
//! The bound counts conflicts of the solver, not time, so that the same question gives the same answer on any machine.

use std::collections::BTreeMap;

use batsat::{Callbacks, ClauseKind, Lit, Solver, SolverInterface, SolverOpts, lbool};

/// What became of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// There is such a case; [`Logic::holds`] reads it.
    Possible,
    /// There is none: proved.
    Impossible,
    /// The bound on work was met first.
    Unsettled,
}

/// Counts conflicts of one question.
#[derive(Debug)]
struct Budget {
    conflicts: u64,
    limit: u64,
}

impl Callbacks for Budget {
    fn on_start(&mut self) {
        self.conflicts = 0;
    }

    fn on_new_clause(&mut self, _: &[Lit], source: ClauseKind) {
        if source == ClauseKind::Learnt {
            self.conflicts += 1;
        }
    }

    fn stop(&self) -> bool {
        self.conflicts >= self.limit
    }
}

/// Propositions under construction.
pub(crate) struct Logic {
    solver: Solver<Budget>,
    /// Each conjunction by its operands, sorted: equal ones are one literal, across packs too.
    known: BTreeMap<Vec<Lit>, Lit>,
    /// Always true.
    yes: Lit,
    /// Values of the last case found, by variable.
    model: Vec<bool>,
    /// Every clause and question so far, where they are kept for another solver to repeat.
    record: Option<String>,
}

impl std::fmt::Debug for Logic {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Logic of {} variables and {} clauses", self.solver.num_vars(), self.solver.num_clauses())
    }
}

impl Logic {
    /// Nothing yet; a question may cost this many conflicts.
    pub(crate) fn new(conflicts: u64) -> Self {
        let budget = Budget { conflicts: 0, limit: conflicts };
        let mut solver = Solver::new(SolverOpts::default(), budget);
        let yes = Lit::new(solver.new_var_default(), true);
        solver.add_clause_reuse(&mut vec![yes]);
        Self { solver, known: BTreeMap::new(), yes, model: Vec::new(), record: None }
    }

    /// The same, keeping every clause and question for another solver to repeat.
    pub(crate) fn recording(conflicts: u64) -> Self {
        let mut logic = Self::new(conflicts);
        let yes = logic.yes;
        logic.record = Some(format!("clause{}\n", numbers(&[yes])));
        logic
    }

    /// What was kept: a line a clause (`clause 1 -2`) or question (`possible 3 -4`, `impossible 5`), in order.
    pub(crate) fn record(&self) -> &str {
        self.record.as_deref().unwrap_or_default()
    }

    fn clause(&mut self, mut clause: Vec<Lit>) {
        if let Some(record) = &mut self.record {
            *record += &format!("clause{}\n", numbers(&clause));
        }
        self.solver.add_clause_reuse(&mut clause);
    }

    pub(crate) fn yes(&self) -> Lit {
        self.yes
    }

    pub(crate) fn no(&self) -> Lit {
        !self.yes
    }

    /// A constant.
    pub(crate) fn constant(&self, value: bool) -> Lit {
        if value { self.yes() } else { self.no() }
    }

    /// A free proposition.
    pub(crate) fn free(&mut self) -> Lit {
        Lit::new(self.solver.new_var_default(), true)
    }

    /// States that one of these holds.
    pub(crate) fn require_any(&mut self, of: impl IntoIterator<Item = Lit>) {
        let mut clause: Vec<Lit> = of.into_iter().collect();
        clause.sort_unstable();
        clause.dedup();
        self.clause(clause);
    }

    /// States that this holds.
    pub(crate) fn require(&mut self, lit: Lit) {
        self.require_any([lit]);
    }

    /// All of these hold.
    pub(crate) fn all(&mut self, of: impl IntoIterator<Item = Lit>) -> Lit {
        let yes = self.yes;
        let mut lits: Vec<Lit> = of.into_iter().filter(|lit| *lit != yes).collect();
        lits.sort_unstable();
        lits.dedup();
        // A literal and its negation stand next to each other.
        let contradicts = |pair: &[Lit]| matches!(pair, [a, b] if *a == !*b);
        if lits.contains(&!yes) || lits.windows(2).any(contradicts) {
            return self.no();
        }
        match lits.as_slice() {
            [] => return yes,
            [one] => return *one,
            _ => {}
        }
        if let Some(gate) = self.known.get(&lits) {
            return *gate;
        }
        let gate = self.free();
        for lit in &lits {
            self.clause(vec![!gate, *lit]);
        }
        let mut back: Vec<Lit> = lits.iter().map(|lit| !*lit).collect();
        back.push(gate);
        self.clause(back);
        self.known.insert(lits, gate);
        gate
    }

    /// Any of these holds.
    pub(crate) fn any(&mut self, of: impl IntoIterator<Item = Lit>) -> Lit {
        let negated: Vec<Lit> = of.into_iter().map(|lit| !lit).collect();
        !self.all(negated)
    }

    /// The two are alike.
    pub(crate) fn same(&mut self, a: Lit, b: Lit) -> Lit {
        let (both, neither) = (self.all([a, b]), self.all([!a, !b]));
        self.any([both, neither])
    }

    /// Is there a case in which all of these hold?
    pub(crate) fn ask(&mut self, assumptions: &[Lit]) -> Verdict {
        let verdict = match self.solver.solve_limited(assumptions) {
            answer if answer == lbool::TRUE => {
                let values = self.solver.get_model().iter().map(|value| *value == lbool::TRUE);
                self.model = values.collect();
                Verdict::Possible
            }
            answer if answer == lbool::FALSE => Verdict::Impossible,
            _ => Verdict::Unsettled,
        };
        let word = match verdict {
            Verdict::Possible => "possible",
            Verdict::Impossible => "impossible",
            Verdict::Unsettled => return verdict,
        };
        if let Some(record) = &mut self.record {
            *record += &format!("{word}{}\n", numbers(assumptions));
        }
        verdict
    }

    /// The assumptions that the last answer [`Verdict::Impossible`] rests on.
    pub(crate) fn rests_on(&self, assumptions: &[Lit]) -> Vec<Lit> {
        // The core is a clause: the negations of the assumptions it rests on.
        let core = self.solver.unsat_core();
        assumptions.iter().copied().filter(|lit| core.contains(lit) || core.contains(&!*lit)).collect()
    }

    /// Does it hold in the last case found?
    pub(crate) fn holds(&self, lit: Lit) -> bool {
        self.model.get(lit.var().idx() as usize).is_some_and(|value| *value == lit.sign())
    }
}

/// Literals as DIMACS writes them: variables from 1, negated ones negative.
fn numbers(lits: &[Lit]) -> String {
    let number = |lit: &Lit| {
        let variable = i64::from(lit.var().idx()) + 1;
        format!(" {}", if lit.sign() { variable } else { -variable })
    };
    lits.iter().map(number).collect()
}

/// How many of some propositions hold, up to a limit, told as they are added one by one.
#[derive(Debug, Clone)]
pub(crate) struct Counter {
    /// At least one, two, three and so on hold.
    reached: Vec<Lit>,
    yes: Lit,
}

impl Counter {
    pub(crate) fn new(logic: &Logic, limit: usize) -> Self {
        Self { reached: vec![logic.no(); limit], yes: logic.yes() }
    }

    /// Adds a proposition that counts for so many.
    pub(crate) fn add(&mut self, logic: &mut Logic, lit: Lit, steps: usize) {
        for at in (0..self.reached.len()).rev() {
            let before = self.at_least((at + 1).saturating_sub(steps));
            let with = logic.all([lit, before]);
            if let Some(place) = self.reached.get_mut(at) {
                *place = logic.any([*place, with]);
            }
        }
    }

    /// At least this many hold; past the limit, the limit itself.
    pub(crate) fn at_least(&self, wanted: usize) -> Lit {
        match wanted {
            0 => self.yes,
            _ => self.reached.get(wanted - 1).or(self.reached.last()).copied().unwrap_or(self.yes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_gates_are_one_and_constants_fold() {
        let mut logic = Logic::new(1000);
        let (a, b) = (logic.free(), logic.free());
        let (yes, no) = (logic.yes(), logic.no());
        assert_eq!(logic.all([a, b]), logic.all([b, a, yes]));
        assert_eq!(logic.all([a, !a]), no);
        assert_eq!(logic.any([a, no]), a);
        assert_eq!(logic.all([]), yes);
    }

    #[test]
    fn a_counter_counts_to_its_limit() {
        let mut logic = Logic::new(1000);
        let lits: Vec<Lit> = (0..5).map(|_| logic.free()).collect();
        let mut counter = Counter::new(&logic, 3);
        for lit in &lits {
            counter.add(&mut logic, *lit, 1);
        }
        let two = counter.at_least(2);
        let three = counter.at_least(3);
        assert_eq!(logic.ask(&[lits[0], lits[3], !two]), Verdict::Impossible);
        assert_eq!(logic.ask(&[!lits[0], !lits[3], !lits[4], three]), Verdict::Impossible);
        assert_eq!(logic.ask(&[!lits[0], !lits[3], three]), Verdict::Possible);
        assert!(logic.holds(lits[1]) && logic.holds(lits[4]));
    }

    #[test]
    fn a_question_past_its_budget_says_so() {
        // Nine pigeons in eight holes: no proof within a few conflicts.
        let mut logic = Logic::new(20);
        let holes: Vec<Vec<Lit>> = (0..9).map(|_| (0..8).map(|_| logic.free()).collect()).collect();
        for pigeon in &holes {
            logic.require_any(pigeon.iter().copied());
        }
        for (at, pigeon) in holes.iter().enumerate() {
            for other in &holes[..at] {
                for (a, b) in pigeon.iter().zip(other) {
                    logic.require_any([!*a, !*b]);
                }
            }
        }
        assert_eq!(logic.ask(&[]), Verdict::Unsettled);
    }
}
