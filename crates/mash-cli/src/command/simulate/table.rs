//! Means and intervals at 80 columns.

use std::fmt::Write as _;

use mash_io::against_published;

use super::Measured;
use crate::terminal::figure;

/// Headings of a front door's measures, and the beginnings of the ids that stand below each.
const HEADINGS: [(&str, &[&str]); 8] = [
    (
        "Volumes",
        &["contacts", "referrals", "re_referral", "referral_nfa", "not_in_need", "to_worker", "other_area"],
    ),
    ("Decisions", &["route_", "rating_", "overridden"]),
    (
        "Clocks of the hub",
        &[
            "screening_hours",
            "replies_",
            "decision_",
            "in_time_",
            "referral_one",
            "agencies_",
            "reopened",
            "agreement",
            "read_by",
            "manual",
        ],
    ),
    (
        "Strategy, assessment, protection",
        &["strategy_", "assessment_", "conference", "core_", "reviews_", "section_47", "plans_"],
    ),
    ("Desks", &["screening_", "hub_", "oversight_", "police_"]),
    (
        "Teams",
        &[
            "workers",
            "empty",
            "unallocated",
            "council",
            "sick",
            "agency_pct",
            "turnover",
            "caseload",
            "same_worker",
            "visits",
            "supervision",
            "allocation",
            "in_need",
            "on_plan",
        ],
    ),
    ("Need, under the truth model (synthetic)", &["missed", "over_"]),
    ("What each agency's replies change", &["changed_"]),
];

/// The table.
pub(super) fn text(title: &str, measures: &[Measured], value_of_information: bool) -> String {
    let mut text = format!("{}\n", crate::terminal::wrap(title, crate::terminal::WIDTH, "  "));
    let mut shown = vec![false; measures.len()];
    for (heading, beginnings) in HEADINGS {
        if heading.starts_with("What each") && !value_of_information {
            measures
                .iter()
                .zip(&mut shown)
                .for_each(|(it, shown)| *shown |= it.measure.id.starts_with("changed_"));
            continue;
        }
        let mut lines = String::new();
        for (it, shown) in measures.iter().zip(&mut shown) {
            let id = &it.measure.id;
            let by_source = (id.starts_with("contacts_") || id.starts_with("referrals_")) && !is_rate(id);
            if *shown || !beginnings.iter().any(|beginning| id.starts_with(beginning)) {
                continue;
            }
            *shown = true;
            if !by_source {
                lines.push_str(&line(it));
            }
        }
        if !lines.is_empty() {
            let _ = write!(text, "\n{heading}\n{lines}");
        }
    }
    let rest: String =
        measures.iter().zip(&shown).filter(|(_, shown)| !**shown).map(|(it, _)| line(it)).collect();
    if !rest.is_empty() {
        let _ = write!(text, "\n{rest}");
    }
    text.push_str(
        "\nMean of replications, and its 95% interval. Shares by source and month: --json or --out.\n",
    );
    text
}

/// Measures that begin like those by source and are none of them.
fn is_rate(id: &str) -> bool {
    matches!(id, "contacts" | "referrals" | "referrals_per_10k" | "contacts_per_referral")
}

/// Columns of a measure's name.
const NAME: usize = 48;

fn line(it: &Measured) -> String {
    let name = &it.measure.title;
    // A long name has a line to itself.
    let name = if name.chars().count() > NAME {
        format!("  {name}\n  {:NAME$}", "")
    } else {
        format!("  {name:NAME$}")
    };
    let Some(estimate) = &it.estimate else { return format!("{name} {:>8}\n", "-") };
    let between = format!("{} to {}", figure(estimate.low), figure(estimate.high));
    format!("{name} {:>7} {:<6} {between:>14}\n", figure(estimate.mean), unit(&it.measure.unit))
}

/// A unit in few letters; none where the name says it.
fn unit(unit: &str) -> &'static str {
    match unit {
        "per cent" => "%",
        "per cent a year" => "%/year",
        "hours" => "h",
        "hours a week" => "h/week",
        "days" | "working days" => "days",
        "days a week" => "d/week",
        _ => "",
    }
}

/// Simulated beside published figures of an authority and year.
pub(super) fn against_published(measures: &[Measured], authority: &str, year: u16) -> String {
    let figure = |id: &str| measures.iter().find(|it| it.measure.id == id).and_then(|it| it.estimate);
    let lines = against_published::beside(&figure, authority, year);
    if lines.is_empty() { String::new() } else { against_published::text(&lines, authority, year) }
}
