//! What is counted of each case, under both packs at once.

use std::collections::BTreeSet;

use mash_exercise::{FlippedContact, vignette::Flip};
use mash_model::RuleId;
use mash_rules::{RulePack, RuleSet, StageAnswer, facts::json_of};
use mash_sim::{Case, LatentNeed, Scenario};

use crate::{
    characteristics::{self, By},
    counts::Counts,
    decide::Decided,
    results::FlippedCase,
};

/// The route from which a contact is a referral.
pub(super) const REFERRAL_FROM: &str = "child_and_family_assessment";

/// Counts one case.
pub(super) fn count(
    counts: &mut Counts,
    scenario: &Scenario,
    packs: (&RulePack, &RulePack),
    case: &Case,
    decided: (&Decided, &Decided),
) {
    let (a, b) = (decided.0.answer(), decided.1.answer());
    counts.one("contacts", "");
    for (option, pack, answer) in [("a", packs.0, a), ("b", packs.1, b)] {
        counts.one("outcome", format!("{option} {}", answer.outcome));
        let rating = answer.folded.rating.and_then(|rating| pack.manifest.ratings.get(rating));
        let rating = rating.map_or("none", |rating| rating.id.as_str());
        counts.one("rating", format!("{option} {rating}"));
        if is_referral(pack, answer) {
            counts.one("referrals", format!("{option} "));
        }
    }
    if is_referral(packs.0, a) {
        let group = mash_sim::scenario::group_id(case.contact.source.source_group());
        counts.one("referral source", group);
        let strongest = packs.0.manifest.routes.len().saturating_sub(1);
        if a.folded.route == strongest {
            counts.one("strategy discussions", "");
        }
    }
    flip(counts, packs, case, (a, b));
    harm(counts, scenario, packs, case, (a, b));
    settled(counts, packs.0, decided.0);
}

fn is_referral(pack: &RulePack, answer: &StageAnswer) -> bool {
    let from = pack.manifest.route_index(REFERRAL_FROM).unwrap_or(usize::MAX);
    answer.folded.route >= from && !went_elsewhere(pack, answer)
}

/// Did the case leave the ladder of routes: an open case, another area?
fn went_elsewhere(pack: &RulePack, answer: &StageAnswer) -> bool {
    pack.manifest.outcomes.iter().any(|outcome| outcome.id == answer.outcome)
}

/// An outcome that differs. The numbering of levels alone is never a flip.
fn flip(
    counts: &mut Counts,
    packs: (&RulePack, &RulePack),
    case: &Case,
    (a, b): (&StageAnswer, &StageAnswer),
) {
    counts.one("cell", format!("{} > {}", a.outcome, b.outcome));
    let flipped = a.outcome != b.outcome;
    if flipped {
        counts.one("flips", "");
        match b.folded.route.cmp(&a.folded.route) {
            std::cmp::Ordering::Greater => counts.one("stronger", ""),
            std::cmp::Ordering::Less => counts.one("weaker", ""),
            std::cmp::Ordering::Equal => {}
        }
        let (only_a, only_b) = fired_only(packs, (a, b));
        for rule in only_a {
            counts.one("rule", format!("a {rule}"));
        }
        for rule in only_b {
            counts.one("rule", format!("b {rule}"));
        }
    } else if a.folded.rating != b.folded.rating || a.duties != b.duties {
        counts.one("same outcome, other rating or duties", "");
    }
    for (by, group) in groups(packs.0, case) {
        counts.one(by.id(), group.clone());
        if flipped {
            counts.one(flipped_by(by), group);
        }
    }
}

/// What counts the flips of a breakdown.
pub(super) fn flipped_by(by: By) -> &'static str {
    match by {
        By::Source => "flipped source",
        By::Age => "flipped age",
        By::Sex => "flipped sex",
        By::Ethnicity => "flipped ethnicity",
        By::Disability => "flipped disability",
    }
}

/// Rules that fired under one option only, by id.
fn fired_only(
    packs: (&RulePack, &RulePack),
    (a, b): (&StageAnswer, &StageAnswer),
) -> (Vec<RuleId>, Vec<RuleId>) {
    let ids =
        |pack: &RulePack, fired: &RuleSet| -> BTreeSet<RuleId> { pack.ids(fired).into_iter().collect() };
    let (under_a, under_b) = (ids(packs.0, &a.marks.fired), ids(packs.1, &b.marks.fired));
    (under_a.difference(&under_b).cloned().collect(), under_b.difference(&under_a).cloned().collect())
}

/// Age bands of the breakdown, in order.
pub(super) const AGE_BANDS: [&str; 7] = ["unborn", "<1", "1-4", "5-9", "10-15", "16-17", "not known"];

fn groups(pack: &RulePack, case: &Case) -> [(By, String); 5] {
    let person = &case.contact.characteristics;
    let age = pack
        .dictionary
        .find("age_band")
        .and_then(|(slot, fact)| case.truth.get(slot).map(|value| fact.text_of(value)))
        .filter(|band| AGE_BANDS.contains(&band.as_str()))
        .unwrap_or_else(|| "not known".to_owned());
    [
        (By::Source, mash_sim::scenario::group_id(case.contact.source.source_group()).to_owned()),
        (By::Age, age),
        (By::Sex, characteristics::sex(person.sex).to_owned()),
        (By::Ethnicity, characteristics::ethnic_group(person.ethnicity.as_deref()).to_owned()),
        (By::Disability, characteristics::disability(person.disability).to_owned()),
    ]
}

/// The route got against the response each truth model says is called for.
fn harm(
    counts: &mut Counts,
    scenario: &Scenario,
    packs: (&RulePack, &RulePack),
    case: &Case,
    (a, b): (&StageAnswer, &StageAnswer),
) {
    // A case that went elsewhere under either option is compared under neither.
    if went_elsewhere(packs.0, a) || went_elsewhere(packs.1, b) {
        return;
    }
    let rank = |pack: &RulePack, answer: &StageAnswer| {
        let route = pack.manifest.routes.get(answer.folded.route).map(|route| route.id.as_str());
        LatentNeed::ALL.iter().position(|need| Some(need.route_id()) == route).unwrap_or(0)
    };
    let strongest = LatentNeed::ALL.len() - 1;
    for model in &scenario.truth_models {
        let id = model.id.as_str();
        let need = case.latent_need_under(model);
        if need >= LatentNeed::EarlyHelp {
            counts.one("in need", id);
        }
        if need.rank() < strongest {
            counts.one("could be over", id);
        }
        for (option, got) in [("a", rank(packs.0, a)), ("b", rank(packs.1, b))] {
            if need >= LatentNeed::EarlyHelp && got < need.rank() {
                counts.one("missed", format!("{option} {id}"));
            }
            if got > need.rank() {
                counts.one("over", format!("{option} {id}"));
            }
        }
    }
}

/// How much the known facts settled, under option A.
fn settled(counts: &mut Counts, pack: &RulePack, decided: &Decided) {
    let share = |answer: &StageAnswer| {
        let marks = &answer.marks;
        let all = marks.rules.len();
        let settled = all - marks.undetermined.len() - marks.failed.len();
        if all == 0 { 1.0 } else { ratio(settled, all) }
    };
    counts.add("rules settled", "screening", share(&decided.screening));
    counts.add("rules settled", "answer", share(decided.answer()));
    if decided.decision.is_none() {
        counts.one("decided at screening", "");
    }
    if decided.screening.could_still_be == decided.screening.folded.route
        || pack.strengthening(&decided.screening).is_empty()
    {
        counts.one("route settled", "screening");
    }
    if decided.answer().could_still_be == decided.answer().folded.route {
        counts.one("route settled", "answer");
    }
    if decided.screening.folded.route == decided.answer().folded.route {
        counts.one("same route after enquiries", "");
    }
    if decided.answer().manual_review() {
        counts.one("manual review", "");
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of rules are far below 2^52")]
fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

/// What follows the replication's referrals, by the scenario's branching table: expected values, not draws.
pub(super) fn branch(counts: &mut Counts, scenario: &Scenario) {
    let referrals = counts.get("referrals", "a ");
    let discussions = counts.get("strategy discussions", "");
    let table = &scenario.branching;
    let s47 = discussions * table.s47_per_strategy_discussion / (1.0 - table.s47_from_open_cases);
    counts.add("referral nfa", "", referrals * table.referral_nfa);
    counts.add("not in need", "", referrals * table.assessed_not_in_need);
    counts.add("s47", "", s47);
    counts.add("icpc", "", s47 * table.conference_per_s47);
    counts.add("cpp", "", s47 * table.conference_per_s47 * table.plan_per_conference);
}

/// The case as an example, when its outcome differs.
pub(super) fn example(
    packs: (&RulePack, &RulePack),
    case: &Case,
    decided: (&Decided, &Decided),
    replication: u32,
) -> Option<FlippedCase> {
    let (a, b) = (decided.0.answer(), decided.1.answer());
    if a.outcome == b.outcome {
        return None;
    }
    let known = if decided.0.asked.is_empty() && decided.1.asked.is_empty() {
        case.contact.facts.clone()
    } else {
        let asked = if decided.0.asked.is_empty() { &decided.1.asked } else { &decided.0.asked };
        case.facts_after_enquiries(asked)
    };
    let facts = known
        .known()
        .filter_map(|(slot, value)| {
            let fact = packs.0.dictionary.get(slot)?;
            (Some(value) != fact.absent).then(|| format!("{}: {}", fact.id, fact.text_of(value)))
        })
        .collect();
    let every = known.known().filter_map(|(slot, value)| {
        let fact = packs.0.dictionary.get(slot)?;
        Some((fact.id.clone(), json_of(fact, value)))
    });
    let (only_a, only_b) = fired_only(packs, (a, b));
    let route = |pack: &RulePack, answer: &StageAnswer| {
        pack.manifest.routes.get(answer.folded.route).map_or_else(|| "".into(), |route| route.id.clone())
    };
    let contact = FlippedContact {
        source: case.contact.source,
        received: case.contact.received,
        facts: every.collect(),
        flip: Flip {
            pack_a: packs.0.manifest.id.clone(),
            pack_b: packs.1.manifest.id.clone(),
            before: route(packs.0, a),
            after: route(packs.1, b),
            rules: only_a.iter().chain(&only_b).cloned().collect(),
        },
    };
    let titled = |pack: &RulePack, rules: Vec<RuleId>| {
        rules
            .iter()
            .map(|id| {
                let title = pack.find_rule(id.as_str()).map_or("", |(_, rule)| rule.title.as_str());
                format!("{id} {title}")
            })
            .collect()
    };
    Some(FlippedCase {
        id: case.contact.id.to_string(),
        replication,
        source: case.contact.source.title().to_owned(),
        facts,
        outcome_a: packs.0.manifest.outcome_title(a.outcome.as_str()),
        outcome_b: packs.1.manifest.outcome_title(b.outcome.as_str()),
        only_a: titled(packs.0, only_a),
        only_b: titled(packs.1, only_b),
        contact: Some(contact),
    })
}
