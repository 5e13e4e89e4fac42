//! The comparison as plain text: the headline, outcomes, changes, rules and what may be said of harm.
//!
//! In: the comparison and a width in columns. Out: lines no wider than that, without colour. Control characters in
//! names are left out, so that no file can steer the terminal.

use comfy_table::{Cell as TextCell, CellAlignment, ContentArrangement, Table as TextTable, presets};
use mash_batch::results::Comparison;

use crate::narrative::{
    WARNING, harm_conclusion, replications, review_warning, what_is_not_known, what_it_does,
};
use crate::number::is_nothing;
use crate::table::{Cell, Row, Table};
use crate::what_if::{changes_table, harm_table, moves_table, paired_table, rules_table};

/// The narrowest text that still reads.
const NARROWEST: usize = 48;
/// Rows of the longer tables; the HTML report holds the rest.
const MOST_ROWS: usize = 8;

/// Writes the comparison as plain text of at most `width` columns (48 at least), ending in a line end.
#[must_use]
pub fn comparison_text(comparison: &Comparison, width: usize) -> String {
    let width = width.max(NARROWEST);
    let provenance = &comparison.provenance;
    let mut out = Text { out: String::new(), width };

    out.line(&format!("Option A: {}, version {}", provenance.pack_a.title, provenance.pack_a.version));
    out.line(&format!("Option B: {}, version {}", provenance.pack_b.title, provenance.pack_b.version));
    out.line(&format!(
        "{}, {}, seed {}",
        provenance.scenario_title,
        replications(provenance.replications),
        provenance.seed
    ));
    out.line(WARNING);
    if let Some(warning) = review_warning(comparison) {
        out.line(&warning);
    }

    out.heading("What was changed");
    let mut changes = changes_table("changes", "", comparison);
    let hidden = changes.rows.len().saturating_sub(MOST_ROWS);
    changes.rows.truncate(MOST_ROWS);
    if changes.rows.is_empty() {
        out.line("No difference between the packs is recorded.");
    } else {
        out.table(&changes);
    }
    out.more(hidden);

    out.heading("What it does");
    out.line(if provenance.replications <= 1 {
        "One replication, so no figure has an interval."
    } else {
        "Every figure is a mean over the replications with its 95% interval in brackets."
    });
    for sentence in what_it_does(comparison) {
        out.bullet(&sentence);
    }

    out.heading("Contacts a year by outcome");
    let rows: Vec<_> = comparison
        .outcomes
        .iter()
        .filter(|row| !is_nothing(&row.figures.a) || !is_nothing(&row.figures.b))
        .cloned()
        .collect();
    out.table(&paired_table(comparison, "outcomes", "", &rows));

    out.heading("Changes of outcome");
    let moves = moves_table(comparison, MOST_ROWS);
    if moves.rows.is_empty() {
        out.line("No contact gets a different outcome.");
    } else {
        out.table(&moves);
        out.more(crate::narrative::changed_cells(comparison).len().saturating_sub(MOST_ROWS));
    }

    if !comparison.rules.is_empty() {
        out.heading("Rules that fired under one option only");
        out.table(&rules_table(comparison, MOST_ROWS));
        out.more(comparison.rules.len().saturating_sub(MOST_ROWS));
    }

    out.heading("Missed harm and over-intervention: modelled, under assumed need");
    for sentence in harm_conclusion(comparison) {
        out.bullet(&sentence);
    }
    if !comparison.harm.is_empty() {
        out.line("Children a year, B less A, and of how many:");
        out.table(&harm_table(comparison));
    }

    let not_known = what_is_not_known(comparison);
    if !not_known.is_empty() {
        out.heading("What is not known");
        for sentence in not_known {
            out.bullet(&sentence);
        }
    }
    out.out
}

/// Text so far, and how wide it may be.
struct Text {
    out: String,
    width: usize,
}

impl Text {
    fn gap(&mut self) {
        self.out.push('\n');
    }

    fn heading(&mut self, text: &str) {
        self.gap();
        let text = clean(text);
        self.line(&text);
        self.out.push_str(&"-".repeat(text.chars().count().min(self.width)));
        self.gap();
    }

    fn line(&mut self, text: &str) {
        self.wrapped(text, "", "");
    }

    fn bullet(&mut self, text: &str) {
        self.wrapped(text, "- ", "  ");
    }

    fn more(&mut self, hidden: usize) {
        if hidden > 0 {
            self.line(&format!("and {hidden} more"));
        }
    }

    fn wrapped(&mut self, text: &str, first: &str, rest: &str) {
        let mut held = first.chars().count();
        let mut empty = true;
        self.out.push_str(first);
        for word in clean(text).split_whitespace() {
            let mut word: Vec<char> = word.chars().collect();
            loop {
                let space = usize::from(!empty);
                if held + space + word.len() <= self.width {
                    if space == 1 {
                        self.out.push(' ');
                    }
                    held += space + word.len();
                    self.out.extend(word);
                    empty = false;
                    break;
                }
                if empty {
                    let tail = word.split_off(self.width.saturating_sub(held).clamp(1, word.len()));
                    self.out.extend(word);
                    word = tail;
                }
                self.out.push('\n');
                self.out.push_str(rest);
                held = rest.chars().count();
                empty = true;
                if word.is_empty() {
                    break;
                }
            }
        }
        self.out.push('\n');
    }

    fn table(&mut self, table: &Table) {
        let mut text = TextTable::new();
        text.load_preset(presets::NOTHING)
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(u16::try_from(self.width).unwrap_or(u16::MAX));
        text.set_header(table.columns.iter().map(|column| aligned(clean(&column.title), column.numeric)));
        for row in &table.rows {
            text.add_row(cells(table, row));
        }
        for column in text.column_iter_mut() {
            column.set_padding((0, 2));
        }
        for line in text.lines() {
            self.out.push_str(line.trim_end());
            self.out.push('\n');
        }
    }
}

fn cells(table: &Table, row: &Row) -> Vec<TextCell> {
    let head = match &row.detail {
        Some(detail) => format!("{} {}", clean(&row.title), clean(detail)),
        None => clean(&row.title),
    };
    let mut out = vec![TextCell::new(head)];
    for (at, cell) in row.cells.iter().enumerate() {
        let numeric = table.columns.get(at + 1).is_some_and(|column| column.numeric);
        out.push(aligned(cell_text(cell), numeric));
    }
    out
}

/// The figure, and under it its interval.
fn cell_text(cell: &Cell) -> String {
    let mut out = clean(&cell.text);
    if let Some(interval) = &cell.interval {
        out.push_str(&format!("\n({interval})"));
    }
    for line in cell.detail.iter().flat_map(|detail| detail.lines()) {
        out.push('\n');
        out.push_str(&clean(line));
    }
    out
}

fn aligned(text: String, numeric: bool) -> TextCell {
    let alignment = if numeric { CellAlignment::Right } else { CellAlignment::Left };
    TextCell::new(text).set_alignment(alignment)
}

/// The text on one line, without control characters.
fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn no_line_is_wider_than_asked() {
        for comparison in sample::all() {
            for width in [48, 80, 120] {
                for line in comparison_text(&comparison, width).lines() {
                    assert!(line.chars().count() <= width, "{width}: {line}");
                }
            }
        }
    }

    #[test]
    fn the_headline_and_the_conclusion_are_there() {
        let text = comparison_text(&sample::rich(), 80);
        for part in [
            WARNING,
            "Not reviewed by practitioners",
            "12.0 (10.0 to 14.0)",
            "What is not known",
            "modelled, under assumed need",
            "RC-01",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }

    #[test]
    fn names_cannot_steer_the_terminal() {
        let text = comparison_text(&sample::hostile(), 80);
        assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
    }
}
