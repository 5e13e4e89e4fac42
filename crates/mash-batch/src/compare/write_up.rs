//! From counts to results: estimates, tables and what may be said.

use mash_model::NOTICE;
use mash_rules::{
    RulePack,
    manifest::{MANUAL_REVIEW, MORE_INFORMATION},
};
use mash_sim::{Scenario, TruthModelId};
use mash_stats::{Estimate, StatsError};

use super::{
    CompareSettings,
    changes::changes,
    tally::{self, AGE_BANDS},
};
use crate::{
    characteristics::By,
    counts::Table,
    results::{
        Assumption, Breakdown, BreakdownRow, Comparison, FaceValidityRow, FlipCell, FlipMatrix, FlippedCase,
        HarmConclusion, HarmUnderTruthModel, PackProvenance, PairedRow, Provenance, RuleShare, SettledRow,
    },
};

/// Contacts of a group, over all replications, below which its flips are not shown.
const SMALL: f64 = 10.0;
/// Rules listed as responsible.
const RULES_LISTED: usize = 15;

pub(super) fn comparison(
    scenario: &Scenario,
    a: &RulePack,
    b: &RulePack,
    model: &TruthModelId,
    settings: &CompareSettings,
    table: &Table,
    examples: Vec<FlippedCase>,
) -> Result<Comparison, StatsError> {
    let harm = harm(scenario, table)?;
    Ok(Comparison {
        notice: NOTICE.to_owned(),
        provenance: Provenance {
            version: settings.version.clone(),
            command: settings.command.clone(),
            seed: settings.seed,
            replications: settings.replications,
            scenario_title: scenario.title.clone(),
            scenario_hash: settings.scenario_hash.clone(),
            truth_model: model.as_str().to_owned(),
            pack_a: provenance(a),
            pack_b: provenance(b),
        },
        changes: changes(a, b),
        contacts: table.estimate("contacts", "")?,
        referrals: table.paired("referrals", "")?,
        outcomes: outcomes(a)
            .into_iter()
            .map(|(id, title)| Ok(PairedRow { figures: table.paired("outcome", &id)?, id, title }))
            .filter(|row| row.as_ref().map_or(true, |row| row.figures.a.mean + row.figures.b.mean > 0.0))
            .collect::<Result<_, StatsError>>()?,
        ratings: a
            .manifest
            .ratings
            .iter()
            .rev()
            .map(|rating| {
                Ok(PairedRow {
                    id: rating.id.to_string(),
                    title: rating.title.clone(),
                    figures: table.paired("rating", rating.id.as_str())?,
                })
            })
            .collect::<Result<_, StatsError>>()?,
        flips: flips(a, table)?,
        who: who(scenario, table)?,
        rules: rules(a, b, table)?,
        harm_conclusion: conclusion(&harm),
        harm,
        face_validity: face_validity(scenario, table)?,
        settled: settled(table)?,
        examples,
        assumptions: scenario
            .assumptions()
            .iter()
            .map(|assumption| Assumption {
                name: assumption.name.clone(),
                value: assumption.value.clone(),
                mark: format!("{:?}", assumption.mark).to_lowercase(),
                reason: assumption.reason.clone().unwrap_or_default(),
                source: assumption.source.clone().unwrap_or_default(),
            })
            .collect(),
    })
}

fn provenance(pack: &RulePack) -> PackProvenance {
    PackProvenance {
        id: pack.manifest.id.clone(),
        title: pack.manifest.title.clone(),
        version: pack.manifest.version.clone(),
        hash: pack.hash.clone(),
        reviewed: pack.manifest.reviewed_in_words(),
    }
}

/// Every outcome a pack can give, routes first, weakest first.
fn outcomes(pack: &RulePack) -> Vec<(String, String)> {
    let manifest = &pack.manifest;
    let routes = manifest.routes.iter().map(|route| route.id.to_string());
    let others = manifest.outcomes.iter().map(|outcome| outcome.id.to_string());
    routes
        .chain(others)
        .chain([MORE_INFORMATION.to_owned(), MANUAL_REVIEW.to_owned()])
        .map(|id| {
            let title = manifest.outcome_title(&id);
            (id, title)
        })
        .collect()
}

fn flips(a: &RulePack, table: &Table) -> Result<FlipMatrix, StatsError> {
    let mut cells = Vec::new();
    for name in table.groups("cell") {
        if let Some((from, to)) = name.split_once(" > ") {
            cells.push(FlipCell {
                from: from.to_owned(),
                to: to.to_owned(),
                per_year: table.estimate("cell", &name)?,
            });
        }
    }
    let seen = |id: &String| cells.iter().any(|cell| cell.from == *id || cell.to == *id);
    Ok(FlipMatrix {
        outcomes: outcomes(a).into_iter().filter(|(id, _)| seen(id)).collect(),
        total: table.estimate("flips", "")?,
        stronger: table.estimate("stronger", "")?,
        weaker: table.estimate("weaker", "")?,
        same_outcome_other_rating_or_duties: table.estimate("same outcome, other rating or duties", "")?,
        cells,
    })
}

fn who(scenario: &Scenario, table: &Table) -> Result<Vec<Breakdown>, StatsError> {
    let mut breakdowns = Vec::new();
    for by in By::ALL {
        let groups: Vec<(&str, &str)> = match by {
            By::Age => AGE_BANDS.iter().map(|band| (*band, *band)).collect(),
            _ => by.groups(),
        };
        let flipped = tally::flipped_by(by);
        let (informative, note) = match by.mechanism(scenario) {
            Ok(note) => (true, note),
            Err(note) => (false, note),
        };
        let (title, by) = (by.title(), by.id());
        let mut rows = Vec::new();
        for (id, title) in groups {
            let contacts: f64 = table.values(by, id).iter().sum();
            if contacts <= 0.0 {
                continue;
            }
            let suppressed = contacts < SMALL;
            let show = |estimate: Result<Estimate, StatsError>| {
                if suppressed { Ok(None) } else { estimate.map(Some) }
            };
            rows.push(BreakdownRow {
                title: title.to_owned(),
                contacts: table.estimate(by, id)?,
                flipped: show(table.estimate(flipped, id))?,
                percent: show(table.percent((flipped, id), (by, id)))?,
                suppressed,
            });
        }
        breakdowns.push(Breakdown { by: by.to_owned(), title: title.to_owned(), note, informative, rows });
    }
    Ok(breakdowns)
}

fn rules(a: &RulePack, b: &RulePack, table: &Table) -> Result<Vec<RuleShare>, StatsError> {
    let mut rules = Vec::new();
    for name in table.groups("rule") {
        let Some((option, rule)) = name.split_once(' ') else { continue };
        let pack = if option == "a" { a } else { b };
        rules.push(RuleShare {
            rule: rule.to_owned(),
            title: pack.find_rule(rule).map_or_else(String::new, |(_, rule)| rule.title.clone()),
            fired_under: option.to_owned(),
            per_year: table.estimate("rule", &name)?,
        });
    }
    rules.sort_by(|x, y| y.per_year.mean.total_cmp(&x.per_year.mean).then_with(|| x.rule.cmp(&y.rule)));
    rules.truncate(RULES_LISTED);
    Ok(rules)
}

fn harm(scenario: &Scenario, table: &Table) -> Result<Vec<HarmUnderTruthModel>, StatsError> {
    scenario
        .truth_models
        .iter()
        .map(|model| {
            let id = model.id.as_str();
            let missed = table.paired("missed", id)?;
            let over = table.paired("over", id)?;
            let absolute = !scenario.names_real_authority;
            Ok(HarmUnderTruthModel {
                truth_model: id.to_owned(),
                title: model.title.clone(),
                in_need: table.estimate("in need", id)?,
                could_be_over: table.estimate("could be over", id)?,
                missed_difference: missed.difference,
                over_difference: over.difference,
                missed: absolute.then_some(missed),
                over: absolute.then_some(over),
            })
        })
        .collect()
}

/// The sign of a difference, when its interval leaves no doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Fewer,
    None,
    More,
    Unclear,
}

fn sign(difference: &Estimate) -> Sign {
    let nothing = difference.low == 0.0 && difference.high == 0.0;
    match difference {
        _ if nothing => Sign::None,
        Estimate { low, .. } if *low > 0.0 => Sign::More,
        Estimate { high, .. } if *high < 0.0 => Sign::Fewer,
        _ => Sign::Unclear,
    }
}

fn in_words(signs: &[Sign]) -> &'static str {
    match signs.first() {
        Some(first) if signs.iter().all(|sign| sign == first) => match first {
            Sign::Fewer => "fewer",
            Sign::None => "no difference",
            Sign::More => "more",
            Sign::Unclear => "not known",
        },
        _ => "not known",
    }
}

/// What all truth models together allow to be said: only a sign that none of them contradicts.
fn conclusion(harm: &[HarmUnderTruthModel]) -> HarmConclusion {
    let missed = in_words(&harm.iter().map(|row| sign(&row.missed_difference)).collect::<Vec<_>>());
    let over = in_words(&harm.iter().map(|row| sign(&row.over_difference)).collect::<Vec<_>>());
    let clause = |what: &str, found: &str| match found {
        "not known" => {
            format!("whether {what} changes is not known: the truth models disagree or leave doubt")
        }
        "no difference" => format!("{what} does not change under any truth model"),
        _ => format!("{found} {what} under every truth model"),
    };
    let sentence = format!(
        "Modelled, under assumed need: {}; {}.",
        clause("children with missed harm", missed),
        clause("children with over-intervention", over)
    );
    HarmConclusion { missed: missed.to_owned(), over: over.to_owned(), sentence }
}

fn face_validity(scenario: &Scenario, table: &Table) -> Result<Vec<FaceValidityRow>, StatsError> {
    let per_10k = |what: &'static str, of: &str| {
        let values: Vec<f64> =
            table.values(what, of).iter().map(|count| 10_000.0 * count / scenario.children).collect();
        mash_stats::estimate(&values)
    };
    let volume = &scenario.as_written().volume;
    let published_referrals = 10_000.0 * volume.referrals.value / volume.children.value;
    let branching = Some("by the scenario's branching table, synthesised".to_owned());
    let mut rows = Vec::new();
    for band in &scenario.bands {
        let (simulated, unit, note) = match band.measure.as_str() {
            "referrals_per_10k" => (per_10k("referrals", "a ")?, "per 10,000 children", None),
            "s47_per_10k" => (per_10k("s47", "")?, "per 10,000 children", branching.clone()),
            "icpc_per_10k" => (per_10k("icpc", "")?, "per 10,000 children", branching.clone()),
            "cpp_per_10k" => (per_10k("cpp", "")?, "per 10,000 children", branching.clone()),
            "referral_nfa_pct" => {
                (table.percent(("referral nfa", ""), ("referrals", "a "))?, "percent", branching.clone())
            }
            "not_in_need_pct" => {
                (table.percent(("not in need", ""), ("referrals", "a "))?, "percent", branching.clone())
            }
            "referrals_per_contact_pct" => {
                (table.percent(("referrals", "a "), ("contacts", ""))?, "percent", None)
            }
            other => {
                let group = other.strip_prefix("share_").and_then(|name| name.strip_suffix("_pct"));
                match group {
                    Some(group) => {
                        (table.percent(("referral source", group), ("referrals", "a "))?, "percent", None)
                    }
                    // A measure that needs the simulation of what follows, such as re-referral.
                    None => continue,
                }
            }
        };
        rows.push(FaceValidityRow {
            title: band.title.clone(),
            unit: unit.to_owned(),
            inside: (band.low..=band.high).contains(&simulated.mean),
            simulated,
            published: (band.measure == "referrals_per_10k").then_some(published_referrals),
            p5: band.low,
            p95: band.high,
            source: band.source.clone().unwrap_or_default(),
            note,
        });
    }
    Ok(rows)
}

fn settled(table: &Table) -> Result<Vec<SettledRow>, StatsError> {
    let contacts = ("contacts", "");
    [
        ("Rules settled by what is known at the door", ("rules settled", "screening")),
        ("Rules settled by what is known when the answer is given", ("rules settled", "answer")),
        ("Contacts decided at screening, without enquiries", ("decided at screening", "")),
        (
            "Contacts whose route no fact still unknown could strengthen, at the door",
            ("route settled", "screening"),
        ),
        (
            "Contacts whose route no fact still unknown could strengthen, at the answer",
            ("route settled", "answer"),
        ),
        ("Contacts whose route at the door is the route of the answer", ("same route after enquiries", "")),
        ("Contacts sent to manual review", ("manual review", "")),
    ]
    .into_iter()
    .map(|(title, part)| Ok(SettledRow { title: title.to_owned(), percent: table.percent(part, contacts)? }))
    .collect()
}
