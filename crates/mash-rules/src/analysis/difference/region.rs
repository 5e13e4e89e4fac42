//! One region: a case of the difference, widened to all that the solver proves to change alike.

use std::collections::BTreeSet;

use batsat::Lit;
use mash_model::{FactId, FactSheet, FactValue, Slot, Stage};
use schemars::JsonSchema;
use serde::Serialize;

use super::change::{Change, Kind};
use crate::{
    analysis::{
        classes::{Class, Fact},
        inquiry::{Found, Inquiry},
        logic::Verdict,
        witness::Witness,
    },
    program::{Cell, Node, NodeId},
    rule::{Rule, RuleIndex},
    rule_pack::RulePack,
};

/// A fact with the values it may have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FactValues {
    /// The fact.
    pub fact: FactId,
    /// Its values in words: one, a stretch (`4 to 9`), or `not known`.
    pub values: Vec<String>,
    /// All other values, in the same words: shorter to say where there are few.
    pub except: Vec<String>,
}

/// Cases whose answer changes alike.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Region {
    /// What changes.
    pub change: Change,
    /// All of these hold; facts left out may be anything.
    pub facts: Vec<FactValues>,
    /// What else is taken as given, in words: the weaker answer, and how it came about.
    pub given: Vec<String>,
    /// What was changed in the packs that shows here: a threshold, a rule.
    pub cause: Vec<String>,
    /// The smallest case that no region before covers.
    pub witness: Witness,
    #[serde(skip)]
    within: Vec<(Slot, Vec<Class>)>,
}

impl Region {
    /// Do these facts, on a sheet of pack A, lie in the region, when the answers change in this way?
    #[must_use]
    pub fn holds(&self, changes: &[Change], sheet: &FactSheet) -> bool {
        changes.contains(&self.change)
            && self
                .within
                .iter()
                .all(|(slot, classes)| classes.iter().any(|class| class.contains(sheet.get(*slot))))
    }
}

/// The widest region found around a case, with the literals that state it.
pub(super) fn widened(
    inquiry: &mut Inquiry<'_>,
    a: &RulePack,
    b: &RulePack,
    stage: Stage,
    kind: &Kind,
    case: &Found,
) -> (Region, Vec<Lit>) {
    let witness = inquiry.witness(case);
    let differing = differing_rules(inquiry, a, b);
    let read = |side: usize, rules: &[RuleIndex]| -> Vec<usize> {
        let rules = rules.iter().filter_map(|rule| inquiry.pack(side)?.rule(*rule));
        rules.flat_map(|rule| &rule.facts).filter_map(|slot| inquiry.facts.place(side, *slot)).collect()
    };
    let changed: Vec<usize> =
        differing.iter().enumerate().flat_map(|(side, rules)| read(side, rules)).collect();
    // What makes the answer stronger is told by facts; that a further rule which differs stays out, by that rule.
    let stronger = 1 - kind.weaker;
    let (applies, stays_out): (Vec<RuleIndex>, Vec<RuleIndex>) = differing
        .get(stronger)
        .into_iter()
        .flatten()
        .partition(|rule| fires(inquiry, stronger, **rule).is_some_and(|lit| inquiry.logic.holds(lit)));
    let applied = read(stronger, &applies);
    let mut steps = steps(inquiry, stage, kind);
    let fold_steps = steps.len();
    for (rules, holds) in [(&stays_out, false), (&applies, true)] {
        steps.extend(rules.iter().filter_map(|rule| by_rule(inquiry, stronger, *rule, holds)));
    }
    let rule_steps = steps.len() - applies.len();
    let claim = [kind.given, !kind.changes];

    // The facts that changed rules read, and how the weaker answer came about, suffice unless packs differ otherwise.
    let selector = |inquiry: &Inquiry<'_>, fact: usize| {
        inquiry.selectors.get(fact, case.case.get(fact).copied().unwrap_or(0))
    };
    let own: Vec<Lit> = changed.iter().filter_map(|fact| selector(inquiry, *fact)).collect();
    let mut needed: Vec<Lit> =
        claim.iter().copied().chain(steps.iter().take(rule_steps).map(|step| step.lit)).chain(own).collect();
    if inquiry.ask(&needed) != Verdict::Impossible {
        needed.extend(inquiry.lits(&case.case));
        if inquiry.ask(&needed) != Verdict::Impossible {
            // Out of budget: the case alone.
            let lits = inquiry.lits(&case.case);
            let all = (0..inquiry.facts.facts.len()).map(|fact| (fact, vec![class_of(case, fact)])).collect();
            return (region(inquiry, kind, witness, all, &[], cause(inquiry, a, b, stage, case)), lits);
        }
    }
    let mut needed = inquiry.logic.rests_on(&needed);
    // What can be left out is: other facts first, the facts that tell why the answer is stronger last.
    let chosen = inquiry.lits(&case.case);
    let rank = |lit: &Lit| {
        let fact = chosen.iter().position(|other| other == lit);
        match fact {
            Some(fact) if applied.contains(&fact) => (3, fact),
            Some(fact) => (0, fact),
            None => match steps.iter().position(|step| step.lit == *lit) {
                Some(step) if step >= fold_steps => (2, step),
                step => (1, step.unwrap_or(0)),
            },
        }
    };
    pruned(inquiry, &claim, &mut needed, rank);
    let told = |inquiry: &Inquiry<'_>, needed: &[Lit]| -> Vec<usize> {
        let facts = 0..inquiry.facts.facts.len();
        facts.filter(|fact| selector(inquiry, *fact).is_some_and(|lit| needed.contains(&lit))).collect()
    };
    let mut facts = told(inquiry, &needed);
    if facts.len() > MOST_FACTS {
        // Told by the rules that apply rather than by every combination of facts that makes them.
        let moved = moved_facts(inquiry, &differing);
        let own: Vec<usize> = facts.iter().copied().filter(|fact| moved.contains(fact)).collect();
        let lits: Vec<Lit> = own.iter().filter_map(|fact| selector(inquiry, *fact)).collect();
        let mut by_rules: Vec<Lit> = claim
            .iter()
            .copied()
            .chain(steps.iter().map(|step| step.lit))
            .chain(lits.iter().copied())
            .collect();
        if inquiry.ask(&by_rules) == Verdict::Impossible {
            let fixed: Vec<Lit> = claim.iter().copied().chain(lits).collect();
            by_rules = inquiry.logic.rests_on(&by_rules);
            pruned(inquiry, &fixed, &mut by_rules, rank);
            (needed, facts) = (by_rules, own);
        }
    }
    let kept: Vec<Step> = steps.into_iter().filter(|step| needed.contains(&step.lit)).collect();
    let mut within: Vec<(usize, Vec<usize>)> =
        facts.into_iter().map(|fact| (fact, vec![class_of(case, fact)])).collect();
    widen_values(inquiry, kind, &kept, &mut within);
    let mut lits = sets(inquiry, &within, None);
    lits.push(kind.given);
    lits.extend(kept.iter().map(|step| step.lit));
    let cause = cause(inquiry, a, b, stage, case);
    (region(inquiry, kind, witness, within, &kept, cause), lits)
}

/// A region of more facts is told by the rules that apply in it.
const MOST_FACTS: usize = 3;

/// Leaves out what the claim does not need, in this order; what is fixed stays assumed.
fn pruned<K: Ord>(
    inquiry: &mut Inquiry<'_>,
    fixed: &[Lit],
    needed: &mut Vec<Lit>,
    order: impl Fn(&Lit) -> K,
) {
    let mut open: Vec<Lit> = needed.iter().copied().filter(|lit| !fixed.contains(lit)).collect();
    open.sort_by_key(order);
    for lit in open {
        if !needed.contains(&lit) {
            continue;
        }
        let others = needed.iter().copied().filter(|other| *other != lit && !fixed.contains(other));
        let without: Vec<Lit> = fixed.iter().copied().chain(others).collect();
        if inquiry.ask(&without) == Verdict::Impossible {
            *needed = inquiry.logic.rests_on(&without);
        }
    }
}

/// That a rule applies, or does not, on one side.
fn by_rule(inquiry: &Inquiry<'_>, side: usize, rule: RuleIndex, holds: bool) -> Option<Step> {
    let lit = fires(inquiry, side, rule)?;
    let pack = inquiry.pack(side)?;
    let rule = pack.rule(rule)?;
    Some(if holds {
        Step { lit, words: format!("rule {} ({}) applies", rule.id, rule.title.to_lowercase()) }
    } else {
        Step { lit: !lit, words: format!("rule {} does not apply", rule.id) }
    })
}

/// Facts of tables that a rule reads in one pack and not in the other: what a moved threshold moves.
fn moved_facts(inquiry: &Inquiry<'_>, differing: &[Vec<RuleIndex>; 2]) -> BTreeSet<usize> {
    let mut moved = BTreeSet::new();
    for (side, rules) in differing.iter().enumerate() {
        for rule in rules {
            let id = inquiry.pack(side).and_then(|pack| pack.rule(*rule)).map(|rule| rule.id.as_str());
            let twin = id.and_then(|id| Some(inquiry.pack(1 - side)?.find_rule(id)?.0));
            let own = tables(inquiry, side, *rule);
            let other = twin.map(|twin| tables(inquiry, 1 - side, twin)).unwrap_or_default();
            moved.extend(own.symmetric_difference(&other).flat_map(|(facts, _)| facts.iter().copied()));
        }
    }
    moved
}

/// The tables that a rule's condition reads, by the places of their facts.
fn tables<'p>(inquiry: &Inquiry<'p>, side: usize, rule: RuleIndex) -> BTreeSet<(Vec<usize>, &'p [Cell])> {
    let mut found = BTreeSet::new();
    let Some(program) = inquiry.pack(side).map(|pack| pack.program()) else { return found };
    let mut open: Vec<NodeId> = program.roots().get(rule.0).copied().into_iter().collect();
    let mut seen: BTreeSet<NodeId> = BTreeSet::new();
    while let Some(id) = open.pop() {
        let Some(node) = program.node(id).filter(|_| seen.insert(id)) else { continue };
        if let Node::Table(table) = node {
            let places = table.facts.iter().filter_map(|slot| inquiry.facts.place(side, *slot));
            found.insert((places.collect(), table.cells.as_slice()));
        }
        open.extend(node.operands());
    }
    found
}

fn class_of(case: &Found, fact: usize) -> usize {
    case.case.get(fact).copied().unwrap_or(0)
}

/// Adds values to facts for as long as the claim is proved and is about something.
fn widen_values(inquiry: &mut Inquiry<'_>, kind: &Kind, steps: &[Step], within: &mut [(usize, Vec<usize>)]) {
    for at in 0..within.len() {
        let Some((fact, _)) = within.get(at).cloned() else { continue };
        let classes = inquiry.facts.facts.get(fact).map_or(0, |fact| fact.classes.len());
        for class in 0..classes {
            if within.get(at).is_some_and(|(_, chosen)| chosen.contains(&class)) {
                continue;
            }
            let Some(lit) = inquiry.selectors.get(fact, class) else { continue };
            let mut assumptions = sets(inquiry, within, Some(at));
            assumptions.extend([lit, kind.given]);
            assumptions.extend(steps.iter().map(|step| step.lit));
            if inquiry.ask(&assumptions) != Verdict::Possible {
                continue;
            }
            assumptions.push(!kind.changes);
            if inquiry.ask(&assumptions) == Verdict::Impossible
                && let Some((_, chosen)) = within.get_mut(at)
            {
                chosen.push(class);
                chosen.sort_unstable();
            }
        }
    }
}

/// For each fact but one, that it has one of its values.
fn sets(inquiry: &mut Inquiry<'_>, within: &[(usize, Vec<usize>)], but: Option<usize>) -> Vec<Lit> {
    let chosen = within.iter().enumerate().filter(|(at, _)| Some(*at) != but);
    let lits = chosen.map(|(_, (fact, classes))| {
        let lits = classes.iter().filter_map(|class| inquiry.selectors.get(*fact, *class));
        let lits: Vec<Lit> = lits.collect();
        inquiry.logic.any(lits)
    });
    lits.collect()
}

/// A step of the weaker side's fold, as it stood in the case.
struct Step {
    lit: Lit,
    words: String,
}

fn steps(inquiry: &Inquiry<'_>, stage: Stage, kind: &Kind) -> Vec<Step> {
    let (Some(answer), Some(pack)) =
        (inquiry.sides.get(kind.weaker).and_then(|side| side.answer(stage)), inquiry.pack(kind.weaker))
    else {
        return Vec::new();
    };
    if !matches!(kind.change, Change::Route { .. } | Change::Rating { .. } | Change::Outcome { .. }) {
        return Vec::new();
    }
    let title =
        |at: usize| pack.manifest.routes.get(at).map_or_else(String::new, |route| route.title.to_lowercase());
    let mut steps = Vec::new();
    // Routes that no rule names are reached together with the next: the strongest that holds and the weakest that does
    // not say it all.
    let mut add = |lit: Lit, yes: String, no: String| {
        let holds = inquiry.logic.holds(lit);
        let step = if holds { Step { lit, words: yes } } else { Step { lit: !lit, words: no } };
        match steps.iter_mut().find(|known: &&mut Step| known.lit == step.lit) {
            Some(known) if holds => *known = step,
            Some(_) => {}
            None => steps.push(step),
        }
    };
    let fold = &answer.steps;
    for (at, lit) in fold.before.iter().enumerate().skip(1) {
        let route = title(at);
        add(
            *lit,
            format!("some rule concludes at least {route}"),
            format!("no rule concludes {route} or more"),
        );
    }
    for (at, lit) in fold.kept_up.iter().enumerate().skip(1) {
        let route = title(at);
        add(*lit, format!("it may not go below {route}"), format!("nothing keeps it at {route} or more"));
    }
    for lit in &fold.raised {
        add(*lit, "a rule raises it".to_owned(), "no rule raises it".to_owned());
    }
    for lit in &fold.lowered {
        add(*lit, "a strength lowers it".to_owned(), "no strength lowers it".to_owned());
    }
    steps
}

fn fires(inquiry: &Inquiry<'_>, side: usize, rule: RuleIndex) -> Option<Lit> {
    inquiry.sides.get(side)?.fired.get(rule.0).copied()
}

/// For each side, the rules that the other has not, or not in the same way.
fn differing_rules(inquiry: &Inquiry<'_>, a: &RulePack, b: &RulePack) -> [Vec<RuleIndex>; 2] {
    [(a, b, 0, 1), (b, a, 1, 0)].map(|(pack, other_pack, side, other)| {
        let differs = |(at, rule): (usize, &Rule)| {
            let same = other_pack.find_rule(rule.id.as_str()).is_some_and(|(twin_at, twin)| {
                fires(inquiry, side, RuleIndex(at)) == fires(inquiry, other, twin_at)
                    && twin.conclusion == rule.conclusion
                    && twin.stages == rule.stages
            });
            (!same).then_some(RuleIndex(at))
        };
        pack.rules.iter().enumerate().filter_map(differs).collect()
    })
}

/// What was changed that shows in a case: thresholds that the rules which differ there read, or those rules.
fn cause(inquiry: &Inquiry<'_>, a: &RulePack, b: &RulePack, stage: Stage, case: &Found) -> Vec<String> {
    let fired = |pack: &RulePack, side: usize| {
        pack.marks(&pack.compiled(), stage, &inquiry.facts.sheet(side, &case.case)).fired
    };
    let (x, y) = (fired(a, 0), fired(b, 1));
    let mut causes = Vec::new();
    for (pack, own, other_pack, others) in [(a, &x, b, &y), (b, &y, a, &x)] {
        for rule in own.iter().filter_map(|rule| pack.rule(rule)) {
            let twin = other_pack.find_rule(rule.id.as_str());
            let same =
                twin.is_some_and(|(at, twin)| others.contains(at) && twin.conclusion == rule.conclusion);
            if same {
                continue;
            }
            let thresholds = changed_thresholds(rule, a, b);
            causes.extend(match (thresholds.is_empty(), twin) {
                (false, _) => thresholds,
                (true, Some(_)) => vec![format!("rule {}: {}", rule.id, rule.title)],
                (true, None) => {
                    vec![format!("rule {} (only in {}): {}", rule.id, pack.manifest.id, rule.title)]
                }
            });
        }
    }
    if causes.is_empty() {
        causes.push("how the packs fold what their rules conclude".to_owned());
    }
    causes.sort();
    causes.dedup();
    causes
}

/// Thresholds that differ and that a rule names.
fn changed_thresholds(rule: &Rule, a: &RulePack, b: &RulePack) -> Vec<String> {
    let differ = a.thresholds.values().filter_map(|threshold| {
        let other = b.thresholds.get(&threshold.id)?;
        (other.value != threshold.value).then_some((threshold, other))
    });
    let named = differ.filter(|(threshold, _)| {
        let name = format!("threshold::{}", threshold.id);
        // A longer name may begin with a shorter one.
        rule.condition.match_indices(&name).any(|(at, found)| {
            let next = rule.condition.get(at + found.len()..).and_then(|rest| rest.chars().next());
            !next.is_some_and(|next| next.is_alphanumeric() || next == '_')
        })
    });
    named.map(|(from, to)| format!("threshold `{}`: {} becomes {}", from.id, from.value, to.value)).collect()
}

fn region(
    inquiry: &Inquiry<'_>,
    kind: &Kind,
    witness: Witness,
    within: Vec<(usize, Vec<usize>)>,
    steps: &[Step],
    cause: Vec<String>,
) -> Region {
    let mut facts = Vec::new();
    let mut slots = Vec::new();
    for (at, classes) in within {
        let Some(fact) = inquiry.facts.facts.get(at) else { continue };
        let chosen: Vec<Class> =
            classes.iter().filter_map(|class| fact.classes.get(*class).cloned()).collect();
        let others = fact.classes.iter().enumerate().filter(|(class, _)| !classes.contains(class));
        let others: Vec<Class> = others.map(|(_, class)| class.clone()).collect();
        let (values, except) = (in_words(fact, &chosen), in_words(fact, &others));
        facts.push(FactValues { fact: fact.definition.id.clone(), values, except });
        if let Some(slot) = fact.slots.first().copied().flatten() {
            slots.push((slot, chosen));
        }
    }
    let given = steps.iter().map(|step| step.words.clone()).collect();
    Region { change: kind.change.clone(), facts, given, cause, witness, within: slots }
}

/// The values of classes in words: neighbours among whole numbers as one stretch.
fn in_words(fact: &Fact<'_>, classes: &[Class]) -> Vec<String> {
    let mut words = Vec::new();
    if classes.iter().any(|class| class.value().is_none()) {
        words.push("not known".to_owned());
    }
    let mut stretches: Vec<(FactValue, FactValue)> = classes
        .iter()
        .flat_map(|class| &class.stretches)
        .map(|stretch| (stretch.first, stretch.last))
        .collect();
    stretches.sort_unstable();
    let mut joined: Vec<(FactValue, FactValue)> = Vec::new();
    for (first, last) in stretches {
        match (joined.last_mut(), first) {
            (Some((_, FactValue::Integer(end))), FactValue::Integer(start)) if *end + 1 == start => {
                if let FactValue::Integer(last) = last {
                    *end = last;
                }
            }
            _ => joined.push((first, last)),
        }
    }
    let text = |value| fact.definition.text_of(value);
    words.extend(joined.into_iter().map(|(first, last)| match (first, last) {
        (first, last) if first == last => text(first),
        (first, last) => format!("{} to {}", text(first), text(last)),
    }));
    words
}
