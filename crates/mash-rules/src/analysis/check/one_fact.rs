//! Questions about learning one fact: could it alone turn the answer into a strategy discussion while nobody who holds
//! it is asked, and could learning one more risk make the answer weaker?
//!
//! Both lay the pack beside itself over facts that are alike but for one.

use batsat::Lit;
use mash_model::{Direction, FactId, FactKind, FactSheet, FactValue, Stage};

use super::{Checked, Claim};
use crate::{
    analysis::{
        Witness,
        classes::{Class, Fact},
        inquiry::{Asks, Found, Inquiry, Limits, Side},
        logic::Verdict,
    },
    error::{Finding, FindingKind},
    fold::Folded,
    rule_pack::RulePack,
    source::SourcePlace,
};

/// A fact that could hide a strategy discussion.
struct Hidden {
    fact: FactId,
    /// A case, where no enquiries rule asks a holder in any; none where some rule does.
    never_asked: Option<Witness>,
}

/// Facts asked about before the propositions are written afresh: each leaves its own behind, and all are settled again
/// with every case found.
const AT_ONCE: usize = 8;

pub(super) fn hidden_and_sinking(pack: &RulePack, limits: Limits, found: &mut Checked) {
    let mut hidden = Vec::new();
    let Ok(mut inquiry) = Inquiry::new(&[pack], limits, Asks::Excluded) else { return };
    for at in 0..inquiry.facts.facts.len() {
        if at % AT_ONCE == 0 {
            let Ok(fresh) = Inquiry::new(&[pack], limits, Asks::Excluded) else { return };
            inquiry = fresh;
        }
        let inquiry = &mut inquiry;
        let Some(before) = inquiry.sides.first().cloned() else { return };
        let Some(fact) = inquiry.facts.facts.get(at).cloned() else { continue };
        let slot = fact.slots.first().copied().flatten();
        if !pack.rules.iter().any(|rule| slot.is_some_and(|slot| rule.facts.contains(&slot))) {
            continue;
        }
        let lits: Vec<Lit> = fact.classes.iter().map(|_| inquiry.logic.free()).collect();
        inquiry.logic.require_any(lits.iter().copied());
        for (at, lit) in lits.iter().enumerate() {
            for other in lits.iter().take(at) {
                inquiry.logic.require_any([!*lit, !*other]);
            }
        }
        let Some(after) = inquiry.with_fact(0, at, &lits) else { continue };
        let both = Both { pack, before: &before, after: &after, fact: &fact, at, lits: &lits };
        both.sinking(inquiry, found);
        hidden.extend(both.hidden(inquiry, found));
    }
    report_hidden(pack, &hidden, found);
}

/// A pack before and after one fact is learnt.
struct Both<'a, 'p> {
    pack: &'a RulePack,
    before: &'a Side,
    after: &'a Side,
    fact: &'a Fact<'p>,
    at: usize,
    lits: &'a [Lit],
}

impl Both<'_, '_> {
    /// Neither case contradicts itself, and none is left to the interpreter.
    fn sound(&self) -> Vec<Lit> {
        let mut sound = vec![!self.before.around.contradiction, !self.after.around.contradiction];
        sound.extend(
            self.after.rules.iter().zip(&self.after.fired).filter(|(t, f)| t.yes == **f).map(|(t, _)| !t.ask),
        );
        sound
    }

    fn sheets(&self, inquiry: &Inquiry<'_>, case: &Found, class: usize) -> [FactSheet; 2] {
        let mut learnt = case.case.clone();
        if let Some(place) = learnt.get_mut(self.at) {
            *place = class;
        }
        [inquiry.facts.sheet(0, &case.case), inquiry.facts.sheet(0, &learnt)]
    }

    /// Learning one more risk lowers route or rating.
    fn sinking(&self, inquiry: &mut Inquiry<'_>, found: &mut Checked) {
        if self.fact.definition.direction != Direction::Risk {
            return;
        }
        let logic = &mut inquiry.logic;
        let mut worse = Vec::new();
        for (from, before) in self.fact.classes.iter().enumerate() {
            for (to, after) in self.fact.classes.iter().enumerate() {
                let lits = inquiry.selectors.get(self.at, from).zip(self.lits.get(to).copied());
                if let (true, Some((a, b))) = (more_risk(self.fact, before, after), lits) {
                    worse.push(logic.all([a, b]));
                }
            }
        }
        let worse = logic.any(worse);
        for stage in [Stage::Screening, Stage::Decision] {
            let (Some(a), Some(b)) = (self.before.answer(stage), self.after.answer(stage)) else { continue };
            let route: Vec<Lit> = a
                .route_reaches
                .iter()
                .zip(&b.route_reaches)
                .map(|(a, b)| inquiry.logic.all([*a, !*b]))
                .collect();
            let rating =
                a.rating_reaches.iter().zip(&b.rating_reaches).map(|(a, b)| inquiry.logic.all([*a, !*b]));
            let rating: Vec<Lit> = rating.collect();
            let weaker = inquiry.logic.any(route.into_iter().chain(rating));
            let mut assumptions = self.sound();
            assumptions.extend([worse, weaker]);
            let name = &self.fact.definition.id;
            match inquiry.smallest(&assumptions) {
                Err(Verdict::Unsettled) => {
                    found.unsettled.push(format!("whether learning `{name}` can lower an answer"));
                }
                Err(_) => continue,
                Ok(case) => {
                    let to = self.lits.iter().position(|lit| inquiry.logic.holds(*lit)).unwrap_or(0);
                    let sheets = self.sheets(inquiry, &case, to);
                    let [x, y] = sheets.each_ref().map(|sheet| self.confirmed(stage, sheet));
                    let (Some(x), Some(y)) = (x, y) else {
                        found.unconfirmed.push(format!("learning `{name}` lowers an answer"));
                        continue;
                    };
                    if x.route <= y.route && x.rating <= y.rating {
                        found.unconfirmed.push(format!("learning `{name}` lowers an answer"));
                        continue;
                    }
                    let value = |class: usize| {
                        let value = self.fact.classes.get(class).and_then(Class::value);
                        value.map_or_else(
                            || "not known".to_owned(),
                            |value| self.fact.definition.text_of(value),
                        )
                    };
                    let from = case.case.get(self.at).copied().unwrap_or(0);
                    let witness = inquiry.witness(&case);
                    let message = format!(
                        "learning one more risk lowers the answer of stage {}: with {}, when {name} goes from {} to {}, \
                         {} becomes {}",
                        stage.id(),
                        witness.notes,
                        value(from),
                        value(to),
                        in_words(self.pack, x),
                        in_words(self.pack, y),
                    );
                    let rule = self.changed_rule(stage, &sheets);
                    let place =
                        rule.map_or_else(|| SourcePlace::file("facts.json"), |rule| rule.place.clone());
                    let finding = Finding::warning(FindingKind::NotMonotone, place, message)
                        .mend("let the rule depend on the risk itself, not on its being unknown or low; or say that it is meant");
                    found.claims.push(Claim {
                        finding,
                        rules: rule.map(|rule| rule.id.clone()).into_iter().collect(),
                        facts: vec![name.clone()],
                        witness: Some(witness),
                    });
                    // One stage is enough: most rules belong to both.
                    break;
                }
            }
        }
    }

    /// The answer of a stage, where both engines give it.
    fn confirmed(&self, stage: Stage, sheet: &FactSheet) -> Option<Folded> {
        let reference = self.pack.answer(self.pack.interpreter(), stage, sheet).folded;
        (self.pack.answer(&self.pack.compiled(), stage, sheet).folded == reference).then_some(reference)
    }

    /// The first rule that stops or starts firing.
    fn changed_rule(&self, stage: Stage, [before, after]: &[FactSheet; 2]) -> Option<&crate::rule::Rule> {
        let fired = |sheet| self.pack.marks(self.pack.interpreter(), stage, sheet).fired;
        let (x, y) = (fired(before), fired(after));
        let changed = x.without(&y).first().or_else(|| y.without(&x).first());
        changed.and_then(|rule| self.pack.rule(rule))
    }

    /// Not known, it alone keeps the route from being the strongest, and nobody who holds it is asked.
    fn hidden(&self, inquiry: &mut Inquiry<'_>, found: &mut Checked) -> Option<Hidden> {
        let unknown = inquiry.selectors.unknown(self.at)?;
        let (a, b) = (self.before.answer(Stage::Decision)?, self.after.answer(Stage::Decision)?);
        let (short, reached) = (*a.route_reaches.last()?, *b.route_reaches.last()?);
        let holders = &self.fact.definition.agencies;
        let asked = self.before.answer(Stage::Enquiries)?.asked.iter();
        let asked: Vec<Lit> =
            asked.filter(|(agency, _)| holders.contains(agency)).map(|(_, lit)| *lit).collect();
        let asked = inquiry.logic.any(asked);
        let mut assumptions = self.sound();
        assumptions.extend([unknown, !short, reached]);
        let fact = self.fact.definition.id.clone();
        let with = |lit: Lit| assumptions.iter().copied().chain([lit]).collect::<Vec<Lit>>();
        // A rule that is left to the interpreter may ask wherever it likes.
        let may_ask = inquiry.not_exact.iter().any(|open| {
            let rule = self.pack.find_rule(open.rule.as_str());
            rule.is_some_and(|(_, rule)| rule.conclusion.ask.iter().any(|agency| holders.contains(agency)))
        });
        match (inquiry.ask(&with(asked)), inquiry.ask(&with(!asked))) {
            (_, Verdict::Impossible) => None,
            (Verdict::Impossible, Verdict::Possible) if may_ask => Some(Hidden { fact, never_asked: None }),
            (Verdict::Possible, Verdict::Possible) => Some(Hidden { fact, never_asked: None }),
            (Verdict::Impossible, Verdict::Possible) => {
                let case = inquiry.smallest(&assumptions).ok()?;
                let to = self.lits.iter().position(|lit| inquiry.logic.holds(*lit)).unwrap_or(0);
                let [known, learnt] = self.sheets(inquiry, &case, to);
                let strongest = self.pack.manifest.routes.len().saturating_sub(1);
                let route = |sheet| self.confirmed(Stage::Decision, sheet).map(|folded| folded.route);
                if !matches!((route(&known), route(&learnt)), (Some(a), Some(b)) if a < strongest && b >= strongest)
                {
                    found.unconfirmed.push(format!("`{fact}` could hide a route"));
                    return None;
                }
                Some(Hidden { fact, never_asked: Some(inquiry.witness(&case)) })
            }
            _ => {
                found.unsettled.push(format!("whether `{fact}` could hide a route"));
                None
            }
        }
    }
}

/// One finding a pack: the facts that no enquiries rule ever asks for first.
fn report_hidden(pack: &RulePack, hidden: &[Hidden], found: &mut Checked) {
    let never: Vec<(&FactId, &Witness)> =
        hidden.iter().filter_map(|hidden| Some((&hidden.fact, hidden.never_asked.as_ref()?))).collect();
    let Some((first, witness)) = never.first().copied() else { return };
    let names: Vec<FactId> = never.iter().map(|(fact, _)| (*fact).clone()).collect();
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let strongest = pack.manifest.routes.last().map_or_else(String::new, |route| route.title.to_lowercase());
    let message = format!(
        "{} of {} facts that alone could turn an answer into {strongest} are asked for by no enquiries rule while that \
         hangs on them: {}; for example `{first}` with {}",
        never.len(),
        hidden.len(),
        quoted.join(", "),
        witness.notes,
    );
    let place = pack.rules.iter().find(|rule| rule.stages.contains(&Stage::Enquiries));
    let place =
        place.map_or_else(|| SourcePlace::file("manifest.json"), |rule| SourcePlace::file(&rule.place.file));
    let finding = Finding::warning(FindingKind::HiddenRisk, place, message)
        .mend("let an enquiries rule ask who holds them when what is known points that way");
    found.claims.push(Claim { finding, rules: Vec::new(), facts: names, witness: Some(witness.clone()) });
}

/// One claim a rule that makes answers sink: the first, with the other facts that show the same.
pub(super) fn grouped(claims: &mut Vec<Claim>) {
    let mut kept: Vec<Claim> = Vec::new();
    for claim in std::mem::take(claims) {
        let same = |other: &&mut Claim| {
            other.finding.kind == FindingKind::NotMonotone
                && !other.rules.is_empty()
                && other.rules == claim.rules
        };
        match kept.iter_mut().find(same).filter(|_| claim.finding.kind == FindingKind::NotMonotone) {
            Some(first) => first.facts.extend(claim.facts),
            None => kept.push(claim),
        }
    }
    for claim in kept.iter_mut().filter(|claim| claim.finding.kind == FindingKind::NotMonotone) {
        let others: Vec<String> = claim.facts.iter().skip(1).map(|fact| format!("`{fact}`")).collect();
        if !others.is_empty() {
            claim.finding.message.push_str(&format!("; likewise with {}", others.join(", ")));
        }
    }
    *claims = kept;
}

/// Is the second class one more risk than the first?
fn more_risk(fact: &Fact<'_>, before: &Class, after: &Class) -> bool {
    let Some(greatest) = after.greatest() else { return false };
    match (before.value(), &fact.definition.kind) {
        // Asked and absent is no risk, nor is the least value.
        (None, FactKind::Enum(_)) => !after.absent,
        (None, kind) => !after.absent && Some(greatest) != least(kind),
        (Some(_), FactKind::Enum(_)) => false,
        (Some(value), _) => value < greatest && !after.contains(Some(value)),
    }
}

fn least(kind: &FactKind) -> Option<FactValue> {
    match kind {
        FactKind::Bool => Some(FactValue::Bool(false)),
        FactKind::Integer { min, .. } => Some(FactValue::Integer(*min)),
        FactKind::Ordinal(_) => Some(FactValue::Rank(0)),
        FactKind::Enum(_) => None,
    }
}

fn in_words(pack: &RulePack, folded: crate::fold::Folded) -> String {
    let route =
        pack.manifest.routes.get(folded.route).map_or_else(String::new, |route| route.title.to_lowercase());
    let rating = folded.rating.and_then(|rating| pack.manifest.ratings.get(rating));
    rating.map_or(route.clone(), |rating| format!("{route}, {}", rating.title.to_lowercase()))
}
