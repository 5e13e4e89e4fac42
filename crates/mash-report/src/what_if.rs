//! The report of a what-if: a [`Comparison`] as one HTML page that a safeguarding partnership can read and print.
//!
//! In: the comparison. Out: a page whose first printed sheet stands alone as a board paper. The functions that build
//! the tables are shared with the terminal.

use mash_batch::results::{Breakdown, Comparison, FlippedCase, PackProvenance, PairedRow};
use minijinja::Value;
use serde::Serialize;

use crate::chart::{self, PairedBar};
use crate::html::{ReportError, render};
use crate::narrative::{
    CANNOT_INFORM, WARNING, figures, harm_conclusion, harm_in_short, marks, outcome_title, replications,
    review_warning, says_not_reviewed, what_is_not_known, what_it_does,
};
use crate::number::is_nothing;
use crate::table::Table;

pub(crate) mod assumptions;
mod tables;

use assumptions::Assumed;
use tables::{
    HarmSide, bands_charts, bands_table, breakdown_table, harm, mark_meanings, moved_table, provenance_table,
    settled_table, truth_model,
};
pub(crate) use tables::{changes_table, harm_table, matrix_table, moves_table, paired_table, rules_table};

/// Changes between the packs that the first page lists; the rest stand at the end.
const CHANGES_ON_FIRST_PAGE: usize = 5;

/// Writes the comparison as one self-contained HTML file.
///
/// The file makes no outside request, holds no script and is complete without one. Every figure is the comparison's
/// own, with its 95% interval; a month's is a twelfth of a year's.
///
/// # Errors
/// [`ReportError::Template`] when a template fails, which is a defect of this crate.
pub fn comparison_html(comparison: &Comparison) -> Result<String, ReportError> {
    render("what_if.html", &Page::of(comparison))
}

/// What the template reads.
#[derive(Debug, Serialize)]
struct Page {
    title: String,
    warning: &'static str,
    notice: String,
    review_warning: Option<String>,
    option_a: Pack,
    option_b: Pack,
    scenario: String,
    replications: String,
    one_replication: bool,
    truth_model: String,
    changes: Table,
    more_changes: usize,
    all_changes: Table,
    does: Vec<String>,
    not_known: Vec<String>,
    outcomes: Compared,
    ratings: Compared,
    moved: Table,
    matrix: Table,
    moves: Table,
    who: Vec<Who>,
    rules: Table,
    harm: Vec<String>,
    harm_in_short: Vec<String>,
    missed: Harm,
    over: Harm,
    absolute_withheld: bool,
    bands: Table,
    bands_charts: Vec<Value>,
    settled: Table,
    examples: Vec<Example>,
    marks: String,
    mark_meanings: Vec<(&'static str, &'static str)>,
    assumptions: Assumed,
    command: String,
    provenance: Table,
    version: String,
}

/// One of the two packs.
#[derive(Debug, Serialize)]
struct Pack {
    title: String,
    version: String,
    reviewed: String,
    unreviewed: bool,
}

/// A table of two options with its chart.
#[derive(Debug, Serialize)]
struct Compared {
    chart: Option<Value>,
    table: Table,
}

/// A breakdown: a table, or the sentence that stands in its place.
#[derive(Debug, Serialize)]
pub(crate) struct Who {
    id: String,
    title: String,
    note: String,
    informative: bool,
    cannot_inform: &'static str,
    suppressed: bool,
    table: Table,
}

/// One side of the harm section.
#[derive(Debug, Serialize)]
struct Harm {
    chart: Option<Value>,
    table: Table,
}

/// A flipped case, its ids turned into titles.
#[derive(Debug, Serialize)]
pub(crate) struct Example {
    number: usize,
    id: String,
    replication: u32,
    source: String,
    facts: Vec<String>,
    outcome_a: String,
    outcome_b: String,
    only_a: Vec<String>,
    only_b: Vec<String>,
}

impl Page {
    fn of(c: &Comparison) -> Page {
        let provenance = &c.provenance;
        let changes = changes_table("changes", "Each change, before and after", c);
        let more_changes = changes.rows.len().saturating_sub(CHANGES_ON_FIRST_PAGE);
        let all_changes = Table {
            id: "all-changes-table".into(),
            caption: "Every change between the packs".into(),
            ..changes.clone()
        };
        let mut changes = changes;
        changes.rows.truncate(CHANGES_ON_FIRST_PAGE);
        Page {
            title: format!(
                "What changes from \u{2018}{}\u{2019} to \u{2018}{}\u{2019}",
                provenance.pack_a.title, provenance.pack_b.title
            ),
            warning: WARNING,
            notice: notice(&c.notice),
            review_warning: review_warning(c),
            option_a: Pack::of(&provenance.pack_a),
            option_b: Pack::of(&provenance.pack_b),
            scenario: provenance.scenario_title.clone(),
            replications: replications(provenance.replications),
            one_replication: provenance.replications <= 1,
            truth_model: truth_model(c),
            changes,
            more_changes,
            all_changes,
            does: what_it_does(c),
            not_known: what_is_not_known(c),
            outcomes: Compared::of(c, "outcomes", "Contacts a year by outcome", &c.outcomes),
            ratings: Compared::of(c, "ratings", "Contacts a year by rating", &c.ratings),
            moved: moved_table(c),
            matrix: matrix_table(c),
            moves: moves_table(c, usize::MAX),
            who: c.who.iter().enumerate().map(|(at, breakdown)| Who::of(c, at + 1, breakdown)).collect(),
            rules: rules_table(c, usize::MAX),
            harm: harm_conclusion(c),
            harm_in_short: harm_in_short(c),
            missed: harm(
                c,
                &HarmSide {
                    id: "missed",
                    caption: "Missed harm: children a year who got a weaker route than their latent need calls for",
                    denominator: "Denominator: children a year whose latent need calls for at least early help",
                    in_all: |h| &h.in_need,
                    difference: |h| &h.missed_difference,
                    both: |h| h.missed.as_ref(),
                },
            ),
            over: harm(
                c,
                &HarmSide {
                    id: "over",
                    caption: "Over-intervention: children a year who got a stronger route than their latent need calls for",
                    denominator: "Denominator: children a year whose latent need calls for less than they could get",
                    in_all: |h| &h.could_be_over,
                    difference: |h| &h.over_difference,
                    both: |h| h.over.as_ref(),
                },
            ),
            absolute_withheld: c.harm.iter().any(|h| h.missed.is_none() || h.over.is_none()),
            bands: bands_table(c),
            bands_charts: bands_charts(c),
            settled: settled_table(c),
            examples: c
                .examples
                .iter()
                .enumerate()
                .map(|(at, example)| Example::of(c, at + 1, example))
                .collect(),
            marks: marks(c),
            mark_meanings: mark_meanings(c),
            assumptions: Assumed::of(&c.assumptions),
            command: provenance.command.clone(),
            provenance: provenance_table(c),
            version: provenance.version.clone(),
        }
    }
}

impl Pack {
    fn of(pack: &PackProvenance) -> Pack {
        Pack {
            title: pack.title.clone(),
            version: pack.version.clone(),
            reviewed: if pack.reviewed.trim().is_empty() {
                "not reviewed by practitioners".into()
            } else {
                pack.reviewed.clone()
            },
            unreviewed: says_not_reviewed(&pack.reviewed),
        }
    }
}

impl Compared {
    fn of(c: &Comparison, id: &str, caption: &str, rows: &[PairedRow]) -> Compared {
        let bars: Vec<PairedBar> = rows
            .iter()
            .filter(|row| !is_nothing(&row.figures.a) || !is_nothing(&row.figures.b))
            .map(|row| PairedBar { label: row.title.clone(), a: row.figures.a, b: row.figures.b })
            .collect();
        let chart = (!bars.is_empty())
            .then(|| safe(chart::paired_bars(&format!("{id}-chart"), caption, figures(c), &bars)));
        Compared { chart, table: paired_table(c, id, caption, rows) }
    }
}

impl Who {
    /// The same with ids that are unique within a part of a longer document.
    pub(crate) fn within(self, part: &str) -> Who {
        let table = Table { id: format!("{part}-{}", self.table.id), ..self.table };
        Who { id: format!("{part}-{}", self.id), table, ..self }
    }

    pub(crate) fn of(c: &Comparison, number: usize, breakdown: &Breakdown) -> Who {
        let id = format!("by-{number}-{}", slug(&breakdown.by));
        Who {
            title: breakdown.title.clone(),
            note: breakdown.note.clone(),
            informative: breakdown.informative,
            cannot_inform: CANNOT_INFORM,
            suppressed: breakdown.rows.iter().any(|row| row.suppressed),
            table: breakdown_table(c, &id, breakdown),
            id,
        }
    }
}

impl Example {
    pub(crate) fn of(c: &Comparison, number: usize, example: &FlippedCase) -> Example {
        Example {
            number,
            id: example.id.clone(),
            replication: example.replication,
            source: example.source.clone(),
            facts: example.facts.clone(),
            outcome_a: outcome_title(c, &example.outcome_a).to_owned(),
            outcome_b: outcome_title(c, &example.outcome_b).to_owned(),
            only_a: example.only_a.clone(),
            only_b: example.only_b.clone(),
        }
    }
}

/// The comparison's notice as a sentence; empty where the warning already says the same.
pub(crate) fn notice(text: &str) -> String {
    let text = text.trim();
    if text.to_lowercase().ends_with("not for a decision about a real child") {
        return String::new();
    }
    let mut chars = text.chars();
    let mut out: String = chars.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    out.push_str(chars.as_str());
    if !out.is_empty() && !out.ends_with(['.', '!', '?']) {
        out.push('.');
    }
    out
}

/// Letters, digits and hyphens, fit for an id.
pub(crate) fn slug(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect()
}

fn safe(svg: String) -> Value {
    Value::from_safe_string(svg)
}

#[cfg(test)]
mod tests;
