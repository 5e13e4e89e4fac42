//! Questions about rules: can it fire, does it ever matter, does it clash with another, does any speak at all?

use batsat::Lit;
use mash_model::Stage;

use super::{Checked, Claim};
use crate::{
    analysis::{
        answer::{Answer, answer},
        inquiry::{Inquiry, all_fire},
        logic::Verdict,
    },
    error::{Finding, FindingKind},
    rule::{Rule, RuleIndex},
    rule_pack::RulePack,
    source::SourcePlace,
};

/// Rules that no case makes fire.
pub(super) fn never_fires(every: &mut Inquiry<'_>, pack: &RulePack, found: &mut Checked) {
    let Some(side) = every.sides.first().cloned() else { return };
    for (rule, (lit, truth)) in pack.rules.iter().zip(side.fired.iter().zip(&side.rules)) {
        // A rule that is left to the interpreter is named as such.
        if truth.yes != *lit {
            continue;
        }
        match every.ask(&[!side.around.contradiction, *lit]) {
            Verdict::Possible => {}
            Verdict::Impossible => {
                let message = format!("rule `{}` can never fire: no case makes its condition true", rule.id);
                let finding = Finding::warning(FindingKind::NeverFires, rule.place.clone(), message)
                    .mend("look for parts of the condition that exclude each other, or a constraint that excludes them");
                found.claims.push(about(finding, &[rule], None));
            }
            Verdict::Unsettled => found.unsettled.push(format!("whether rule `{}` can fire", rule.id)),
        }
    }
}

/// Rules without which every answer stays the same.
pub(super) fn never_matters(
    every: &mut Inquiry<'_>,
    inquiry: &mut Inquiry<'_>,
    pack: &RulePack,
    found: &mut Checked,
) {
    let (Some(side), Some(shown)) = (every.sides.first().cloned(), inquiry.sides.first().cloned()) else {
        return;
    };
    let logic = &mut every.logic;
    let removed: Vec<Lit> = pack.rules.iter().map(|_| logic.free()).collect();
    let left: Vec<Lit> = side.fired.iter().zip(&removed).map(|(lit, out)| logic.all([*lit, !*out])).collect();
    let mut differs = Vec::new();
    for (stage, with) in Stage::ALL.iter().zip(&side.answers) {
        let without = answer(logic, pack, *stage, &left, side.around);
        differs.push((*stage, differ(logic, with, &without)));
    }
    let rules = pack.rules.iter().zip(&side.fired).zip(&shown.fired);
    for (at, ((rule, lit), fires)) in rules.enumerate() {
        let stages = differs.iter().filter(|(stage, _)| rule.stages.contains(stage));
        let stages: Vec<Lit> = stages.map(|(_, lit)| *lit).collect();
        let some = every.logic.any(stages);
        let mut assumptions = vec![!side.around.contradiction, *lit, some];
        assumptions
            .extend(removed.iter().enumerate().map(|(other, out)| if other == at { *out } else { !*out }));
        match every.ask(&assumptions) {
            Verdict::Possible => {}
            Verdict::Unsettled => found.unsettled.push(format!("whether rule `{}` ever decides", rule.id)),
            Verdict::Impossible => {
                // A rule that never fires is told of once.
                let Ok(case) = inquiry.smallest(&[!shown.around.contradiction, *fires]) else { continue };
                let sheet = inquiry.facts.sheet(0, &case.case);
                if !all_fire(pack, &[RuleIndex(at)], &sheet) {
                    found.unconfirmed.push(format!("rule `{}` fires", rule.id));
                    continue;
                }
                let witness = inquiry.witness(&case);
                let message = format!(
                    "rule `{}` can never decide: wherever it fires, route, rating, duties, outcome, agencies asked and \
                     whether the family may be told are the same without it; it fires for example with {}",
                    rule.id, witness.notes
                );
                let finding = Finding::warning(FindingKind::NeverDecides, rule.place.clone(), message).mend(
                    "take it out, or let it conclude something that the stronger rules around it do not",
                );
                found.claims.push(about(finding, &[rule], Some(witness)));
            }
        }
    }
}

/// Some part of the answer differs.
fn differ(logic: &mut crate::analysis::logic::Logic, a: &Answer, b: &Answer) -> Lit {
    let lits = |answer: &Answer| -> Vec<Lit> {
        let mut lits = answer.route_reaches.clone();
        lits.extend(&answer.rating_reaches);
        lits.extend(answer.duties.iter().map(|(_, lit)| *lit));
        lits.extend(answer.outcomes.iter().map(|(_, lit)| *lit));
        lits.extend(answer.asked.iter().map(|(_, lit)| *lit));
        lits.push(answer.told);
        lits
    };
    let pairs: Vec<Lit> = lits(a).into_iter().zip(lits(b)).map(|(a, b)| !logic.same(a, b)).collect();
    logic.any(pairs)
}

/// Rules that fire together and contradict each other.
pub(super) fn clashes(
    every: &mut Inquiry<'_>,
    inquiry: &mut Inquiry<'_>,
    pack: &RulePack,
    found: &mut Checked,
) {
    let (Some(all), Some(side)) = (every.sides.first().cloned(), inquiry.sides.first().cloned()) else {
        return;
    };
    for (at, rule) in pack.rules.iter().enumerate() {
        for (earlier_at, earlier) in pack.rules.iter().enumerate().take(at) {
            let Some(why) = clash(earlier, rule) else { continue };
            let (Some(a), Some(b)) = (side.fired.get(earlier_at), side.fired.get(at)) else { continue };
            let contradiction = side.around.contradiction;
            if why.same_cases {
                let (Some(a), Some(b)) = (all.fired.get(earlier_at), all.fired.get(at)) else { continue };
                let apart = !every.logic.same(*a, *b);
                if every.ask(&[!all.around.contradiction, apart]) != Verdict::Impossible {
                    continue;
                }
            }
            match inquiry.smallest(&[!contradiction, *a, *b]) {
                Ok(case) => {
                    let sheet = inquiry.facts.sheet(0, &case.case);
                    if !all_fire(pack, &[RuleIndex(earlier_at), RuleIndex(at)], &sheet) {
                        found.unconfirmed.push(format!("rules `{}` and `{}` clash", earlier.id, rule.id));
                        continue;
                    }
                    let witness = inquiry.witness(&case);
                    let message = format!(
                        "rules `{}` and `{}` clash: {}; for example with {}",
                        earlier.id, rule.id, why.words, witness.notes
                    );
                    let finding = Finding::warning(FindingKind::Clash, rule.place.clone(), message)
                        .related(earlier.place.clone())
                        .mend("narrow one condition so that the two exclude each other");
                    found.claims.push(about(finding, &[earlier, rule], Some(witness)));
                }
                Err(Verdict::Unsettled) => {
                    found.unsettled.push(format!("whether rules `{}` and `{}` clash", earlier.id, rule.id));
                }
                Err(_) => {}
            }
        }
    }
}

/// How the conclusions of two rules contradict each other.
struct Why {
    words: String,
    /// Only where both fire on exactly the same cases.
    same_cases: bool,
}

fn clash(a: &Rule, b: &Rule) -> Option<Why> {
    if !a.stages.iter().any(|stage| b.stages.contains(stage)) {
        return None;
    }
    let (one, other) = (&a.conclusion, &b.conclusion);
    match (&one.outcome, &other.outcome) {
        (Some(first), Some(second)) if first != second => {
            let words = format!("both name an outcome, and only `{first}`, the first in pack order, stands");
            return Some(Why { words, same_cases: false });
        }
        _ => {}
    }
    let up_and_down = (one.raise > 0 && other.lower > 0) || (one.lower > 0 && other.raise > 0);
    if a.facts == b.facts && up_and_down {
        let words = "they fire on exactly the same cases, and one raises what the other lowers".to_owned();
        return Some(Why { words, same_cases: true });
    }
    // A pack may tighten what its base concludes.
    if a.pack == b.pack
        && a.facts == b.facts
        && one.route.is_some()
        && other.route.is_some()
        && one.route != other.route
    {
        let words = "they fire on exactly the same cases and conclude different routes".to_owned();
        return Some(Why { words, same_cases: true });
    }
    None
}

/// Fully known cases on which no rule of a stage speaks, in a pack that declares no default for them.
///
/// The default is the rating of the weakest route. A pack that is all statutory floor is not meant to answer alone.
pub(super) fn gaps(inquiry: &mut Inquiry<'_>, pack: &RulePack, found: &mut Checked) {
    let declared = pack.manifest.routes.first().is_some_and(|route| route.default_rating.is_some());
    if declared || pack.rules.iter().all(|rule| rule.floor) {
        return;
    }
    let Some(side) = inquiry.sides.first().cloned() else { return };
    for stage in [Stage::Screening, Stage::Decision] {
        let (rules, name) = (pack.stage_rules(stage), stage.id());
        let mut assumptions = vec![!side.around.contradiction];
        assumptions.extend(rules.iter().filter_map(|rule| side.fired.get(rule.0)).map(|lit| !*lit));
        let facts = 0..inquiry.facts.facts.len();
        assumptions.extend(facts.filter_map(|fact| inquiry.selectors.unknown(fact)).map(|lit| !lit));
        match inquiry.smallest(&assumptions) {
            Ok(case) => {
                let sheet = inquiry.facts.sheet(0, &case.case);
                if !pack.marks(pack.interpreter(), stage, &sheet).fired.is_empty()
                    || !inquiry.confirmed(0, stage, &case.case)
                {
                    found.unconfirmed.push(format!("no rule of stage {name} speaks"));
                    continue;
                }
                let present: Vec<String> = present(inquiry, &case.case);
                let witness = inquiry.witness(&case);
                let shown = if present.is_empty() {
                    "with everything known and absent".to_owned()
                } else {
                    format!("with {}, and everything else known and absent", present.join("; "))
                };
                let message = format!(
                    "no rule of stage {name} speaks on some fully known case, and the weakest route declares no default \
                     rating: for example {shown}"
                );
                let finding = Finding::warning(FindingKind::Gap, SourcePlace::file("manifest.json"), message)
                    .mend("give the weakest route a `default_rating`, or add a rule for these cases");
                found.claims.push(about(finding, &[], Some(witness)));
            }
            Err(Verdict::Unsettled) => found.unsettled.push(format!("whether stage {name} leaves a gap")),
            Err(_) => {}
        }
    }
}

/// The facts of a case that are known and not absent, in words.
fn present(inquiry: &Inquiry<'_>, case: &[usize]) -> Vec<String> {
    let facts = inquiry.facts.facts.iter().zip(case).filter_map(|(fact, class)| {
        let class = fact.classes.get(*class).filter(|class| !class.absent)?;
        let value = class.value()?;
        Some(format!("{} {}", fact.definition.id, fact.definition.text_of(value)))
    });
    facts.collect()
}

fn about(finding: Finding, rules: &[&Rule], witness: Option<crate::analysis::Witness>) -> Claim {
    let rules = rules.iter().map(|rule| rule.id.clone()).collect();
    Claim { finding, rules, facts: Vec::new(), witness }
}
