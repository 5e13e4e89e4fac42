//! The tables of the report, and the charts drawn beside them.
//!
//! In: the comparison. Out: [`Table`]s that the page and the terminal both print, and SVG that is safe to place.

use mash_batch::results::{Breakdown, Comparison, FaceValidityRow, HarmUnderTruthModel, PairedRow};
use mash_stats::{Estimate, Paired};
use minijinja::Value;

use super::{Harm, Pack, safe};
use crate::chart::{self, BandRow, DifferenceRow};
use crate::narrative::{TOO_FEW, changed_cells, figures, outcome_title, replications};
use crate::number::{direction, is_nothing, per_month, plain, thousands};
use crate::table::{Cell, Kind, Shape, Table};

/// From how many columns on the flip matrix takes a landscape page in print.
const LANDSCAPE_FROM: usize = 7;

/// What differs between the packs.
pub(crate) fn changes_table(id: &str, caption: &str, c: &Comparison) -> Table {
    let mut table = Table::new(
        id,
        caption,
        &[("Changed", false), ("Option A (before)", false), ("Option B (after)", false)],
    );
    for change in &c.changes {
        table.push(&change.what, vec![Cell::words(&change.a), Cell::words(&change.b)]);
    }
    table
}

/// Counts under each option and their difference.
pub(crate) fn paired_table(c: &Comparison, id: &str, caption: &str, rows: &[PairedRow]) -> Table {
    let mut table = Table::new(
        id,
        with_n(caption, c),
        &[("", false), ("Option A", true), ("Option B", true), ("Difference, B less A", true)],
    );
    name_first(&mut table, if id == "ratings" { "Rating" } else { "Outcome" });
    for row in rows {
        table.push(
            &row.title,
            vec![
                Cell::count(figures(c), &row.figures.a),
                Cell::count(figures(c), &row.figures.b),
                Cell::difference(figures(c), &row.figures.difference),
            ],
        );
    }
    table
}

/// How many contacts change outcome, and which way.
pub(crate) fn moved_table(c: &Comparison) -> Table {
    let mut table = Table::new(
        "moved",
        with_n("Contacts whose outcome, rating or duties change", c),
        &[("Contacts that", false), ("A month", true), ("A year", true)],
    );
    let flips = &c.flips;
    for (title, estimate) in [
        ("get a different outcome", &flips.total),
        ("of these, take a stronger route under B", &flips.stronger),
        ("of these, take a weaker route under B", &flips.weaker),
        ("keep their outcome, other rating or duties", &flips.same_outcome_other_rating_or_duties),
    ] {
        table.push(
            title,
            vec![Cell::count(figures(c), &per_month(estimate)), Cell::count(figures(c), estimate)],
        );
    }
    table
}

/// The flip matrix: only outcomes that occur, in the comparison's order.
pub(crate) fn matrix_table(c: &Comparison) -> Table {
    let cells = &c.flips.cells;
    let mut known: Vec<(&str, &str)> =
        c.flips.outcomes.iter().map(|(id, title)| (id.as_str(), title.as_str())).collect();
    for id in cells.iter().flat_map(|cell| [cell.from.as_str(), cell.to.as_str()]) {
        if !known.iter().any(|(k, _)| *k == id) {
            known.push((id, id));
        }
    }
    let from: Vec<_> =
        known.iter().copied().filter(|(id, _)| cells.iter().any(|cell| cell.from == *id)).collect();
    let to: Vec<_> =
        known.iter().copied().filter(|(id, _)| cells.iter().any(|cell| cell.to == *id)).collect();

    let mut columns = vec![("Under option A", false)];
    columns.extend(to.iter().map(|(_, title)| (short_head(title, &known), true)));
    let mut table = Table::new(
        "matrix",
        with_n(
            "From each outcome under option A (rows) to each under option B (columns), contacts a year; framed cells are changes",
            c,
        ),
        &columns,
    );
    table.shape = if columns.len() >= LANDSCAPE_FROM { Shape::Landscape } else { Shape::Scrolls };
    for (from, title) in from {
        let row = to
            .iter()
            .map(|(to, _)| {
                let found = cells.iter().find(|cell| cell.from == from && cell.to == *to);
                match found {
                    Some(cell) if !is_nothing(&cell.per_year) => Cell::count(figures(c), &cell.per_year)
                        .set(if from == *to { Kind::Unchanged } else { Kind::Changed }),
                    Some(_) | None => Cell::empty(),
                }
            })
            .collect();
        table.push(title, row);
    }
    table
}

/// An outcome's title for a narrow column: without what stands in brackets at its end, if no other is alike.
fn short_head<'a>(title: &'a str, known: &[(&str, &str)]) -> &'a str {
    let Some((short, _)) = title.strip_suffix(')').and_then(|t| t.rsplit_once(" (")) else { return title };
    let alike = known.iter().filter(|(_, other)| other.starts_with(short)).count();
    if short.trim().is_empty() || alike > 1 { title } else { short }
}

/// The changes of outcome, the largest first, `most` at most.
pub(crate) fn moves_table(c: &Comparison, most: usize) -> Table {
    let mut table = Table::new(
        "moves",
        with_n("Changes of outcome, the largest first", c),
        &[("From (option A)", false), ("To (option B)", false), ("A month", true), ("A year", true)],
    );
    for cell in changed_cells(c).into_iter().take(most) {
        table.push(
            outcome_title(c, &cell.from),
            vec![
                Cell::words(outcome_title(c, &cell.to)),
                Cell::count(figures(c), &per_month(&cell.per_year)),
                Cell::count(figures(c), &cell.per_year),
            ],
        );
    }
    table
}

pub(crate) fn breakdown_table(c: &Comparison, id: &str, breakdown: &Breakdown) -> Table {
    let mut table = Table::new(
        &format!("{id}-table"),
        with_n(&format!("Whose outcome changes: {}", breakdown.title), c),
        &[
            ("Group", false),
            ("Contacts a year", true),
            ("Outcome changes, a year", true),
            ("Percentage of the group's contacts", true),
        ],
    );
    for row in &breakdown.rows {
        let cells = match (row.suppressed, &row.flipped, &row.percent) {
            (false, Some(flipped), Some(percent)) => vec![
                Cell::count(figures(c), &row.contacts),
                Cell::count(figures(c), flipped),
                Cell::percent(figures(c), percent),
            ],
            _ => vec![Cell::number(TOO_FEW), Cell::number(TOO_FEW), Cell::number(TOO_FEW)],
        };
        table.push(&row.title, cells);
    }
    table
}

/// Rules that fired under exactly one option, the comparison's order, `most` at most.
pub(crate) fn rules_table(c: &Comparison, most: usize) -> Table {
    let mut table = Table::new(
        "rules",
        with_n("Rules that fired under exactly one option, contacts a year whose outcome changes", c),
        &[("Rule", false), ("Fired under", false), ("Contacts a year", true)],
    );
    for rule in c.rules.iter().take(most) {
        let under = match rule.fired_under.as_str() {
            "a" | "A" => "option A only".to_owned(),
            "b" | "B" => "option B only".to_owned(),
            other => other.to_owned(),
        };
        table.push_with(
            &rule.rule,
            &rule.title,
            vec![Cell::words(under), Cell::count(figures(c), &rule.per_year)],
        );
    }
    table
}

/// Which figures of a truth model one half of the harm section reads.
pub(crate) struct HarmSide {
    pub(crate) id: &'static str,
    pub(crate) caption: &'static str,
    pub(crate) denominator: &'static str,
    pub(crate) in_all: fn(&HarmUnderTruthModel) -> &Estimate,
    pub(crate) difference: fn(&HarmUnderTruthModel) -> &Estimate,
    pub(crate) both: fn(&HarmUnderTruthModel) -> Option<&Paired>,
}

pub(crate) fn harm(c: &Comparison, side: &HarmSide) -> Harm {
    let absolute = c.harm.iter().any(|h| (side.both)(h).is_some());
    let mut columns = vec![("Truth model", false), (side.denominator, true)];
    if absolute {
        columns.extend([("Option A", true), ("Option B", true)]);
    }
    columns.extend([("Difference, B less A", true), ("Direction", false)]);
    let mut table =
        Table::new(side.id, with_n(&format!("{} (modelled, under assumed need)", side.caption), c), &columns);
    for model in &c.harm {
        let difference = (side.difference)(model);
        let mut cells = vec![Cell::count(figures(c), (side.in_all)(model))];
        if absolute {
            match (side.both)(model) {
                Some(both) => {
                    cells.push(Cell::count(figures(c), &both.a));
                    cells.push(Cell::count(figures(c), &both.b));
                }
                None => cells.extend([Cell::number("not printed"), Cell::number("not printed")]),
            }
        }
        cells.push(Cell::difference(figures(c), difference));
        cells.push(Cell::words(direction(difference).text()));
        table.push_with(&model.truth_model, &model.title, cells);
    }
    let rows: Vec<DifferenceRow> = c
        .harm
        .iter()
        .map(|h| DifferenceRow {
            label: format!("{}: {}", h.truth_model, h.title),
            difference: *(side.difference)(h),
        })
        .collect();
    let chart = (!rows.is_empty()).then(|| {
        safe(chart::differences(
            &format!("{}-chart", side.id),
            &format!("{}, difference under each truth model", side.caption),
            figures(c),
            &rows,
        ))
    });
    Harm { chart, table }
}

/// The differences of the harm section in one table, for the terminal.
pub(crate) fn harm_table(c: &Comparison) -> Table {
    let mut table = Table::new(
        "harm",
        with_n("Difference in children a year, B less A", c),
        &[("Truth model", false), ("Missed harm", true), ("Over-intervention", true)],
    );
    for model in &c.harm {
        let cell = |difference: &Estimate, of: &Estimate| Cell {
            detail: Some(format!("of {}", figures(c).count(of)).replace(" (", "\n(")),
            ..Cell::difference(figures(c), difference)
        };
        table.push_with(
            &model.truth_model,
            &model.title,
            vec![
                cell(&model.missed_difference, &model.in_need),
                cell(&model.over_difference, &model.could_be_over),
            ],
        );
    }
    table
}

pub(crate) fn bands_table(c: &Comparison) -> Table {
    let mut table = Table::new(
        "bands",
        with_n("Simulated under option A, beside published figures", c),
        &[
            ("Rate", false),
            ("Simulated", true),
            ("Published for the authority", true),
            ("English 5th to 95th percentile", true),
            ("Within the band?", false),
            ("Notes", false),
        ],
    );
    for row in &c.face_validity {
        let said = [Some(row.source.as_str()), row.note.as_deref()].into_iter().flatten();
        let notes =
            said.filter(|text| !text.trim().is_empty()).map(|text| table.notes.number(text)).collect();
        let cells = vec![
            Cell::count(figures(c), &row.simulated),
            Cell::number(row.published.map_or("none usable".to_owned(), plain)),
            Cell::number(format!("{} to {}", plain(row.p5), plain(row.p95))),
            Cell::words(if row.inside { "yes" } else { "no" }),
            Cell::notes(notes),
        ];
        if names_unit(&row.title, &row.unit) {
            table.push(&row.title, cells);
        } else {
            table.push_with(&row.title, &row.unit, cells);
        }
    }
    table
}

/// One chart a rate.
pub(crate) fn bands_charts(c: &Comparison) -> Vec<Value> {
    let draw = |(at, row): (usize, &FaceValidityRow)| {
        let percent = one_word(&row.unit) == "percent";
        let label = if percent {
            row.title.strip_suffix(", per cent").unwrap_or(&row.title).to_owned()
        } else if names_unit(&row.title, &row.unit) {
            row.title.clone()
        } else {
            format!("{}, {}", row.title, row.unit)
        };
        safe(chart::band(
            &format!("bands-chart-{}", at + 1),
            figures(c),
            &BandRow {
                label,
                percent,
                simulated: row.simulated,
                published: row.published,
                low: row.p5,
                high: row.p95,
                inside: row.inside,
            },
        ))
    };
    c.face_validity.iter().enumerate().map(draw).collect()
}

/// Does the title of a rate say its unit already?
fn names_unit(title: &str, unit: &str) -> bool {
    one_word(title).ends_with(&one_word(unit))
}

fn one_word(text: &str) -> String {
    text.to_lowercase().replace("per cent", "percent")
}

pub(crate) fn settled_table(c: &Comparison) -> Table {
    let mut table = Table::new(
        "settled",
        with_n("How much the known facts settled, under option A", c),
        &[("Counted", false), ("Percentage", true)],
    );
    for row in &c.settled {
        table.push(&row.title, vec![Cell::percent(figures(c), &row.percent)]);
    }
    table
}

/// What the marks that occur mean, in order of strength.
pub(crate) fn mark_meanings(c: &Comparison) -> Vec<(&'static str, &'static str)> {
    [
        ("published", "printed in the source named"),
        ("derived", "worked out from published figures"),
        ("reported", "read in a text that states it, not in the original"),
        ("unverified", "general knowledge of the field, not confirmed in a source"),
        ("synthesised", "a choice made for the model, without a source"),
    ]
    .into_iter()
    .filter(|(mark, _)| c.assumptions.iter().any(|a| a.mark == *mark))
    .collect()
}

pub(crate) fn provenance_table(c: &Comparison) -> Table {
    let p = &c.provenance;
    let mut table =
        Table::new("provenance", "What the run was made of", &[("Part", false), ("Value", false)]);
    table.push("Version of mash", vec![Cell::code(&p.version)]);
    table.push("Seed", vec![Cell::code(&p.seed.to_string())]);
    table.push("Replications", vec![Cell::words(replications(p.replications))]);
    table.push("Truth model of the counts", vec![Cell::words(truth_model(c))]);
    table.push("Scenario", vec![Cell::words(&p.scenario_title)]);
    table.push("SHA-256 of the scenario", vec![Cell::code(&p.scenario_hash)]);
    for (option, pack) in [("Option A", &p.pack_a), ("Option B", &p.pack_b)] {
        table.push(
            option,
            vec![Cell::words_with(
                &format!("{}, version {}", pack.title, pack.version),
                format!("folder {}", pack.id),
            )],
        );
        table.push(&format!("{option}, SHA-256 of the pack"), vec![Cell::code(&pack.hash)]);
        table.push(&format!("{option}, review"), vec![Cell::words(Pack::of(pack).reviewed)]);
    }
    table
}

/// The truth model of the counts, with what it assumes where the comparison says it.
pub(crate) fn truth_model(c: &Comparison) -> String {
    let id = &c.provenance.truth_model;
    match c.harm.iter().find(|h| h.truth_model == *id) {
        Some(model) if !model.title.trim().is_empty() => format!("{id}: {}", model.title),
        Some(_) | None => id.clone(),
    }
}

fn with_n(caption: &str, c: &Comparison) -> String {
    match c.provenance.replications {
        0 | 1 => format!("{caption}. One replication, no interval, n = 1"),
        n => format!("{caption}. Mean (95% interval), n = {}", thousands(f64::from(n), 0)),
    }
}

fn name_first(table: &mut Table, title: &str) {
    if let Some(first) = table.columns.first_mut() {
        title.clone_into(&mut first.title);
    }
}
