//! A difference as text that a partnership member could read aloud.

use std::fmt::Write as _;

use mash_model::Stage;
use mash_rules::{
    RulePack,
    analysis::{Beyond, Change, FactValues, Region},
};

use super::{DiffAnswer, StageDifference};
use crate::terminal::{WIDTH, wrap};

pub(super) fn text(answer: &DiffAnswer, a: &RulePack, b: &RulePack, listed: &[Stage]) -> String {
    let mut text = String::new();
    let mut say = |line: &str, indent: &str| {
        let _ = writeln!(text, "{}", wrap(line, WIDTH, indent));
    };
    say(&format!("Pack A: {} ({})", a.manifest.id, answer.a), "        ");
    say(&format!("Pack B: {} ({})", b.manifest.id, answer.b), "        ");
    say("", "");
    if answer.changes.is_empty() {
        say("Nothing that the two packs' authors wrote differs.", "");
    } else {
        say("What changed in the packs:", "");
        for change in &answer.changes {
            say(&format!("- {}: {} becomes {}", change.what, change.a, change.b), "  ");
        }
    }
    for stage in &answer.stages {
        say("", "");
        stage_text(&mut say, stage, a, b, listed.contains(&stage.difference.stage));
    }
    if answer.stages.iter().any(|stage| stage.contacts.is_some()) {
        say("", "");
        let replications =
            answer.stages.iter().find_map(|stage| stage.contacts.as_ref()).map_or(0, |c| c.replications);
        say(
            &format!(
                "Contacts a year are simulated children's contacts of {}, means of {replications} replications; one \
                 that lies in several regions counts in the first.",
                answer.scenario.as_deref().unwrap_or("the scenario")
            ),
            "",
        );
    }
    let mut not_exact: Vec<String> = answer
        .stages
        .iter()
        .flat_map(|stage| &stage.difference.not_exact)
        .map(|open| {
            format!(
                "Not exact: rule {} of {} is partly left to the interpreter ({}); cases in which it is are not covered.",
                open.rule, open.pack, open.reason
            )
        })
        .collect();
    not_exact.sort();
    not_exact.dedup();
    if !not_exact.is_empty() {
        say("", "");
        not_exact.iter().for_each(|line| say(line, "  "));
    }
    if let Some(why) = &answer.not_counted {
        say(&format!("Contacts are not counted: {why}."), "");
    }
    say(&answer.notice, "");
    text
}

fn stage_text(
    say: &mut impl FnMut(&str, &str),
    stage: &StageDifference,
    a: &RulePack,
    b: &RulePack,
    listed: bool,
) {
    let found = &stage.difference;
    let name = match found.stage {
        Stage::Screening => "Screening",
        Stage::Enquiries => "Whom to ask",
        Stage::Decision => "The hub's decision",
    };
    match (found.regions.len(), found.beyond) {
        (0, Beyond::Nothing) => say(&format!("{name}: no difference: proved."), ""),
        (0, Beyond::NothingCovered) => {
            say(&format!("{name}: no difference found; not a proof, see below."), "");
        }
        (0, Beyond::More) if !listed => {
            say(&format!("{name}: answers differ; list where with --stage {}.", found.stage.id()), "");
        }
        (0, Beyond::Unsettled) => {
            say(&format!("{name}: not settled within the bound on work."), "");
        }
        _ => {
            say(
                &format!(
                    "{name}: the facts that change it; the answer under pack A -> the answer under pack B."
                ),
                "",
            );
        }
    }
    let mut number = 0;
    let mut causes: Vec<&Vec<String>> = Vec::new();
    for region in &found.regions {
        if !causes.contains(&&region.cause) {
            causes.push(&region.cause);
        }
    }
    for cause in causes {
        say("", "");
        say(&format!("Because of {}", cause.join(", and ")), "  ");
        for (at, region) in found.regions.iter().enumerate().filter(|(_, region)| region.cause == *cause) {
            number += 1;
            let contacts = stage.contacts.as_ref().and_then(|counts| counts.by_region.get(at));
            let contacts =
                contacts.map_or_else(String::new, |count| format!(" [{} a year]", rounded(*count)));
            say(
                &format!(
                    "{number:3}. {}: {}{contacts}",
                    conjunction(&region.facts),
                    change(&region.change, a, b)
                ),
                "     ",
            );
            if !region.given.is_empty() {
                say(&format!("     where {}", given(region)), "     ");
            }
            say(&format!("     e.g. {}", region.witness.notes), "     ");
        }
    }
    if !found.regions.is_empty() {
        say("", "");
        say(
            match found.beyond {
                Beyond::Nothing => "No further difference: proved.",
                Beyond::NothingCovered => "No further difference found; not a proof, see below.",
                Beyond::More => {
                    "More remain: some case outside these regions differs; list more with --bound."
                }
                Beyond::Unsettled => "Whether more remain was not settled within the bound on work.",
            },
            "",
        );
        if let Some(counts) = &stage.contacts {
            let inside: f64 = counts.by_region.iter().sum();
            say(
                &format!(
                    "Of {} contacts a year that come this far, {} fall in these regions and {} change elsewhere.",
                    rounded(counts.reached),
                    rounded(inside),
                    rounded(counts.elsewhere)
                ),
                "",
            );
        }
    }
    for notes in &found.unconfirmed {
        say(&format!("Internal error: no engine confirms the case `{notes}`; please report it."), "  ");
    }
}

fn rounded(count: f64) -> String {
    if count >= 9.95 { format!("{count:.0}") } else { format!("{count:.1}") }
}

/// `dash_grade is medium or high, and unborn is true`.
fn conjunction(facts: &[FactValues]) -> String {
    let one = |fact: &FactValues| {
        if fact.except.len() < fact.values.len() {
            format!("{} is not {}", fact.fact, with_commas(&fact.except).replace("not known", "unknown"))
        } else {
            format!("{} is {}", fact.fact, with_commas(&fact.values))
        }
    };
    if facts.is_empty() {
        "always".to_owned()
    } else {
        facts.iter().map(one).collect::<Vec<_>>().join(", and ")
    }
}

/// `a, b or c`.
fn with_commas(words: &[String]) -> String {
    match words.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} or {last}", before.join(", ")),
        _ => words.concat(),
    }
}

fn given(region: &Region) -> String {
    region.given.join(", and ")
}

fn change(change: &Change, a: &RulePack, b: &RulePack) -> String {
    let route = |pack: &RulePack, id: &str| pack.manifest.outcome_title(id).to_lowercase();
    match change {
        Change::Route { from, to } => format!("{} -> {}", route(a, from.as_str()), route(b, to.as_str())),
        Change::Outcome { from, to } => {
            format!("outcome {} -> {}", route(a, from.as_str()), route(b, to.as_str()))
        }
        Change::Rating { from, to } => {
            let name = |rating: &Option<mash_model::RatingId>| {
                rating.as_ref().map_or_else(|| "none".to_owned(), ToString::to_string)
            };
            format!("rating {} -> {}", name(from), name(to))
        }
        Change::Duty { duty, gained: true } => format!("duty {duty} is added"),
        Change::Duty { duty, gained: false } => format!("duty {duty} no longer follows"),
        Change::Asked { agency, gained: true } => format!("{} is asked", agency.id()),
        Change::Asked { agency, gained: false } => format!("{} is no longer asked", agency.id()),
    }
}
