//! One pack, or several over the same facts, ready for questions: what each rule comes to, each stage's answer, which
//! cases contradict themselves, and the smallest case of a kind.

use batsat::Lit;
use mash_model::{FactSheet, RuleId, Stage, fact::Constraint};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    answer::{Answer, Around, answer},
    circuit::{Selectors, Truth, Writer},
    classes::{DifferentFactError, Facts},
    logic::{Counter, Logic, Verdict},
};
use crate::{evaluator::Evaluator, rule::RuleIndex, rule_pack::RulePack, triage::StageAnswer};

/// How much work an analysis may do. No clock: the same pack gets the same answer on any machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Conflicts of the solver a question may cost.
    pub conflicts: u64,
    /// Regions a difference lists.
    pub regions: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { conflicts: 20_000, regions: 100 }
    }
}

/// What becomes of cases in which a rule is left to the interpreter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asks {
    /// They are left out, and a rule that always is: a case that is found is as the interpreter has it.
    Excluded,
    /// The rule may fire in them or not: what is impossible even so is impossible in every case.
    Either,
}

/// A rule that is partly left to the interpreter: the analysis covers only cases in which it is not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NotExact {
    /// The pack.
    pub pack: String,
    /// The rule.
    pub rule: RuleId,
    /// Why, in words.
    pub reason: String,
}

/// One pack of an inquiry.
#[derive(Debug, Clone)]
pub(crate) struct Side {
    /// What each node of the circuit comes to.
    pub(crate) nodes: Vec<Truth>,
    /// What each rule comes to, in pack order.
    pub(crate) rules: Vec<Truth>,
    /// Each rule fires.
    pub(crate) fired: Vec<Lit>,
    pub(crate) around: Around,
    /// By stage, in the order of [`Stage::ALL`].
    pub(crate) answers: Vec<Answer>,
}

impl Side {
    pub(crate) fn answer(&self, stage: Stage) -> Option<&Answer> {
        let at = Stage::ALL.iter().position(|other| *other == stage)?;
        self.answers.get(at)
    }
}

/// A case found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    /// The class of each fact.
    pub(crate) case: Vec<usize>,
    /// Is no case of the kind smaller? Proved, or else only small.
    pub(crate) smallest: bool,
}

/// Most facts that a witness proved smallest may have; a larger one is only small.
const COUNTED: usize = 10;

/// Packs under question.
#[derive(Debug)]
pub(crate) struct Inquiry<'p> {
    pub(crate) logic: Logic,
    pub(crate) facts: Facts<'p>,
    pub(crate) selectors: Selectors,
    pub(crate) sides: Vec<Side>,
    pub(crate) not_exact: Vec<NotExact>,
    few_notable: Counter,
    few_known: Counter,
}

impl<'p> Inquiry<'p> {
    /// Writes the packs out as propositions.
    ///
    /// # Errors
    /// [`DifferentFactError`] when the packs cannot be laid side by side.
    pub(crate) fn new(
        packs: &[&'p RulePack],
        limits: Limits,
        asks: Asks,
    ) -> Result<Self, DifferentFactError> {
        Self::over(packs, Logic::new(limits.conflicts), asks)
    }

    /// The same, written into this logic.
    ///
    /// # Errors
    /// [`DifferentFactError`] when the packs cannot be laid side by side.
    pub(crate) fn over(
        packs: &[&'p RulePack],
        mut logic: Logic,
        asks: Asks,
    ) -> Result<Self, DifferentFactError> {
        let facts = Facts::new(packs)?;
        let selectors = Selectors::new(&mut logic, &facts);
        let (mut few_notable, mut few_known) = (Counter::new(&logic, COUNTED), Counter::new(&logic, COUNTED));
        for (fact, lits) in facts.facts.iter().zip(&selectors.0) {
            let present = fact.classes.iter().zip(lits).skip(1).filter(|(class, _)| !class.absent);
            let present = logic.any(present.map(|(_, lit)| *lit).collect::<Vec<_>>());
            few_notable.add(&mut logic, present, 1);
            if let Some(unknown) = lits.first() {
                few_known.add(&mut logic, !*unknown, 1);
            }
        }
        let mut sides = Vec::new();
        let mut not_exact = Vec::new();
        for (at, pack) in packs.iter().enumerate() {
            let mut writer = Writer { logic: &mut logic, facts: &facts, selectors: &selectors, pack: at };
            let nodes = writer.nodes(pack.program(), None);
            let mut side = side(&mut logic, &facts, &selectors, at, pack, nodes);
            settle_asks(&mut logic, pack, &mut side, asks, &mut not_exact);
            side.answers = answers(&mut logic, pack, &side.fired, side.around);
            sides.push(side);
        }
        Ok(Self { logic, facts, selectors, sides, not_exact, few_notable, few_known })
    }

    pub(crate) fn pack(&self, side: usize) -> Option<&'p RulePack> {
        self.facts.packs.get(side).copied()
    }

    /// The same pack over facts that are alike but for one, whose selectors are given.
    pub(crate) fn with_fact(&mut self, side_at: usize, fact: usize, lits: &[Lit]) -> Option<Side> {
        let pack = self.pack(side_at)?;
        let mut selectors = self.selectors.clone();
        *selectors.0.get_mut(fact)? = lits.to_vec();
        let before = self.sides.get(side_at)?.nodes.clone();
        let mut writer =
            Writer { logic: &mut self.logic, facts: &self.facts, selectors: &selectors, pack: side_at };
        let nodes = writer.nodes(pack.program(), Some((fact, &before)));
        let mut side = side(&mut self.logic, &self.facts, &selectors, side_at, pack, nodes);
        // What always asks was taken out before; what asks now is excluded with the case.
        let taken_out = self.sides.get(side_at)?.fired.iter().map(|lit| *lit == self.logic.no());
        for (lit, out) in side.fired.iter_mut().zip(taken_out.collect::<Vec<_>>()) {
            if out {
                *lit = self.logic.no();
            }
        }
        side.answers = answers(&mut self.logic, pack, &side.fired, side.around);
        Some(side)
    }

    /// Is there a case in which all of these hold?
    pub(crate) fn ask(&mut self, assumptions: &[Lit]) -> Verdict {
        self.logic.ask(assumptions)
    }

    /// The smallest case in which all of these hold: fewest facts known and not absent, then fewest known.
    ///
    /// # Errors
    /// The verdict, when there is none or the bound was met.
    pub(crate) fn smallest(&mut self, assumptions: &[Lit]) -> Result<Found, Verdict> {
        self.smallest_from(assumptions, 0)
    }

    /// The same, where no case has fewer than this many facts known and not absent.
    pub(crate) fn smallest_from(&mut self, assumptions: &[Lit], fewest: usize) -> Result<Found, Verdict> {
        match self.logic.ask(assumptions) {
            Verdict::Possible => {}
            other => return Err(other),
        }
        let mut best = self.selectors.case(&self.logic);
        let mut held = assumptions.to_vec();
        let mut smallest = true;
        for (counter, fewest) in [(self.few_notable.clone(), fewest), (self.few_known.clone(), 0)] {
            let mut proved = false;
            for most in fewest..COUNTED {
                held.push(!counter.at_least(most + 1));
                match self.logic.ask(&held) {
                    Verdict::Possible => {
                        best = self.selectors.case(&self.logic);
                        proved = true;
                        break;
                    }
                    Verdict::Impossible => {}
                    Verdict::Unsettled => smallest = false,
                }
                held.pop();
            }
            if !proved {
                smallest = false;
                best = self.smaller(assumptions, best);
                break;
            }
        }
        // The last question of all is the case itself, so that literals can be read.
        let exact: Vec<Lit> = assumptions.iter().copied().chain(self.lits(&best)).collect();
        match self.logic.ask(&exact) {
            Verdict::Possible => Ok(Found { case: best, smallest }),
            other => Err(other),
        }
    }

    /// Forgets one fact after another for as long as the case stays one of the kind.
    fn smaller(&mut self, assumptions: &[Lit], mut case: Vec<usize>) -> Vec<usize> {
        for fact in 0..case.len() {
            let before = case.get(fact).copied().unwrap_or(0);
            if before == 0 {
                continue;
            }
            if let Some(class) = case.get_mut(fact) {
                *class = 0;
            }
            let exact: Vec<Lit> = assumptions.iter().copied().chain(self.lits(&case)).collect();
            if self.logic.ask(&exact) != Verdict::Possible
                && let Some(class) = case.get_mut(fact)
            {
                *class = before;
            }
        }
        case
    }

    /// The selectors of a case.
    pub(crate) fn lits(&self, case: &[usize]) -> Vec<Lit> {
        case.iter().enumerate().filter_map(|(fact, class)| self.selectors.get(fact, *class)).collect()
    }

    /// How many facts of a case are known and not absent.
    pub(crate) fn notable(&self, case: &[usize]) -> usize {
        let classes = self.facts.facts.iter().zip(case).filter_map(|(fact, class)| fact.classes.get(*class));
        classes.filter(|class| class.value().is_some() && !class.absent).count()
    }

    /// Does a stage's answer to the case just found stand under both engines?
    pub(crate) fn confirmed(&self, side: usize, stage: Stage, case: &[usize]) -> bool {
        self.stands(side, stage, &self.facts.sheet(side, case))
    }

    fn stands(&self, side: usize, stage: Stage, sheet: &FactSheet) -> bool {
        let (Some(pack), Some(answer)) =
            (self.pack(side), self.sides.get(side).and_then(|s| s.answer(stage)))
        else {
            return false;
        };
        let reference = pack.answer(pack.interpreter(), stage, sheet);
        let fast = pack.answer(&pack.compiled(), stage, sheet);
        reference == fast && self.agrees(pack, answer, &reference, stage, sheet)
    }

    /// Do the literals of an answer, in the case just found, say what an engine says?
    fn agrees(
        &self,
        pack: &RulePack,
        answer: &Answer,
        engine: &StageAnswer,
        stage: Stage,
        sheet: &FactSheet,
    ) -> bool {
        let logic = &self.logic;
        let holds = |lit: &Lit| logic.holds(*lit);
        let route = answer.route.iter().position(holds);
        let rating = answer.rating.iter().position(holds);
        let outcome = answer.outcomes.iter().find(|(_, lit)| holds(lit)).map(|(outcome, _)| outcome);
        let duties = answer.duties.iter().filter(|(_, lit)| holds(lit)).map(|(duty, _)| duty);
        let asked = answer.asked.iter().filter(|(_, lit)| holds(lit)).map(|(agency, _)| *agency);
        let expect_asked = if stage == Stage::Enquiries {
            pack.screen(pack.interpreter(), sheet).asked
        } else {
            asked.clone().collect()
        };
        route == Some(engine.folded.route)
            && rating == Some(engine.folded.rating.map_or(0, |rating| rating + 1))
            && outcome == Some(&engine.outcome)
            && duties.eq(&engine.duties)
            && asked.eq(expect_asked)
    }

    /// Does the propositions' answer to these facts equal the engines'?
    pub(crate) fn same_as_engine(&mut self, side: usize, stage: Stage, sheet: &FactSheet) -> bool {
        let case: Vec<usize> = self.facts.case_of(side, sheet);
        let lits = self.lits(&case);
        self.logic.ask(&lits) == Verdict::Possible && self.stands(side, stage, sheet)
    }
}

/// A pack's rules over some selectors; the answers come later.
fn side(
    logic: &mut Logic,
    facts: &Facts<'_>,
    selectors: &Selectors,
    at: usize,
    pack: &RulePack,
    nodes: Vec<Truth>,
) -> Side {
    let rules: Vec<Truth> =
        pack.program().roots().iter().filter_map(|root| nodes.get(root.index()).copied()).collect();
    let broken: Vec<Lit> = pack
        .dictionary
        .constraints()
        .iter()
        .map(|constraint| broken(logic, facts, selectors, at, constraint))
        .collect();
    let missing = pack.arranged.closing.iter().filter_map(|slot| selectors.unknown(facts.place(at, *slot)?));
    let missing: Vec<Lit> = missing.collect();
    let around = Around { missing: logic.any(missing), contradiction: logic.any(broken) };
    let fired = rules.iter().map(|truth| truth.yes).collect();
    Side { nodes, rules, fired, around, answers: Vec::new() }
}

/// The known facts break a constraint.
fn broken(
    logic: &mut Logic,
    facts: &Facts<'_>,
    selectors: &Selectors,
    at: usize,
    constraint: &Constraint,
) -> Lit {
    let mut among = |(slot, values): &(mash_model::Slot, Vec<mash_model::FactValue>), wanted: bool| {
        let Some(place) = facts.place(at, *slot) else { return logic.no() };
        let classes = facts.facts.get(place).map(|fact| fact.classes.as_slice()).unwrap_or_default();
        let chosen = classes
            .iter()
            .enumerate()
            .filter(|(_, class)| class.value().is_some_and(|value| values.contains(&value) == wanted));
        let lits: Vec<Lit> = chosen.filter_map(|(class, _)| selectors.get(place, class)).collect();
        logic.any(lits)
    };
    let when: Vec<Lit> = constraint.when.iter().map(|atom| among(atom, true)).collect();
    let then: Vec<Lit> = constraint.then.iter().map(|atom| among(atom, false)).collect();
    let (when, then) = (logic.all(when), logic.any(then));
    logic.all([when, then])
}

/// Does with cases in which a rule is left to the interpreter what is wanted, and names the rule.
fn settle_asks(
    logic: &mut Logic,
    pack: &RulePack,
    side: &mut Side,
    asks: Asks,
    not_exact: &mut Vec<NotExact>,
) {
    let residuals = pack.program().residual_rules();
    // All are found before any case is left out: what is left out for one may be all that another asks about.
    let mut may_ask =
        |truth: &Truth| truth.ask != logic.no() && logic.ask(&[truth.ask]) != Verdict::Impossible;
    let asking: Vec<(usize, Truth)> =
        side.rules.iter().copied().enumerate().filter(|(_, truth)| may_ask(truth)).collect();
    for (at, truth) in asking {
        let parts = residuals.iter().find(|(rule, _)| *rule == RuleIndex(at)).map(|(_, parts)| parts);
        let reason = parts.map_or_else(
            || "it fails on some facts".to_owned(),
            |parts| parts.iter().map(|part| part.reason.clone()).collect::<Vec<_>>().join("; "),
        );
        let rule = pack.rules.get(at).map_or_else(|| RuleId::from(""), |rule| rule.id.clone());
        not_exact.push(NotExact { pack: pack.manifest.id.clone(), rule, reason });
        let Some(fired) = side.fired.get_mut(at) else { continue };
        match asks {
            Asks::Either => {
                let free = logic.free();
                let told = logic.all([truth.ask, free]);
                *fired = logic.any([truth.yes, told]);
            }
            Asks::Excluded if logic.ask(&[!truth.ask]) == Verdict::Possible => logic.require(!truth.ask),
            Asks::Excluded => *fired = logic.no(),
        }
    }
}

fn answers(logic: &mut Logic, pack: &RulePack, fired: &[Lit], around: Around) -> Vec<Answer> {
    Stage::ALL.iter().map(|stage| answer(logic, pack, *stage, fired, around)).collect()
}

/// Are both engines of one mind about these rules on a sheet, and do all of them fire?
pub(crate) fn all_fire(pack: &RulePack, rules: &[RuleIndex], sheet: &FactSheet) -> bool {
    let engines: [&dyn Evaluator; 2] = [pack.interpreter(), &pack.compiled()];
    engines.iter().all(|engine| {
        let marks = engine.evaluate(pack.all_rules(), sheet);
        rules.iter().all(|rule| marks.fired.contains(*rule))
    })
}
