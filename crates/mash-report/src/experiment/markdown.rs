//! The report as Markdown: the same tables and sentences, without charts.

use std::fmt::Write as _;

use mash_batch::experiment::{headline::Question, results::ExperimentResults};

use super::{asks, equality, statements, tables};
use crate::{
    narrative::WARNING,
    number::Figures,
    table::{Cell, Table},
};

/// Writes the report as Markdown.
#[must_use]
pub fn experiment_markdown(results: &ExperimentResults) -> String {
    let figures = Figures { replications: results.replications };
    let mut out = format!("# What would change\n\n**{WARNING}**\n\n");
    for (at, alternative) in results.alternatives.iter().enumerate().skip(1) {
        let _ = writeln!(out, "## {}\n", text(&alternative.title));
        for change in &alternative.changes {
            let _ =
                writeln!(out, "- {}: {} becomes {}", text(&change.what), text(&change.a), text(&change.b));
        }
        out.push('\n');
        for sentence in statements::does(results, at, figures) {
            let _ = writeln!(out, "{}\n", text(&sentence));
        }
        let _ = writeln!(
            out,
            "Modelled, under assumed need: missed harm {}; over-intervention {}.\n",
            statements::harm(results, at, true),
            statements::harm(results, at, false)
        );
    }
    if let Some(table) = tables::scorecard(results) {
        out.push_str("## Targets\n\n");
        out.push_str(&markdown(&table));
        if let Some(table) = tables::months_met(results, figures) {
            out.push_str(&markdown(&table));
        }
    }
    for question in Question::ALL {
        let _ = writeln!(out, "## {}\n\n{}\n", question.title(), asks(question));
        out.push_str(&markdown(&tables::question(results, question, figures)));
    }
    out.push_str("## Equality\n\n");
    for (by, note, tables) in equality::told(results, figures) {
        let _ = writeln!(out, "### {}\n\n{}\n", text(&by), text(&note));
        tables.iter().for_each(|table| out.push_str(&markdown(table)));
    }
    out.push_str("## What is not known\n\n");
    for sentence in statements::not_known(results) {
        let _ = writeln!(out, "- {}", text(&sentence));
    }
    let _ = writeln!(out, "\n## How to repeat this run\n\n    {}\n", results.command);
    out.push_str(&markdown(&tables::manifest(results)));
    out
}

fn markdown(table: &Table) -> String {
    let mut out = format!("{}\n\n|", text(&table.caption));
    for column in &table.columns {
        let _ = write!(out, " {} |", text(&column.title));
    }
    out.push_str("\n|");
    for column in &table.columns {
        out.push_str(if column.numeric { "---:|" } else { "---|" });
    }
    out.push('\n');
    for row in &table.rows {
        let detail = row.detail.as_ref().map_or(String::new(), |it| format!(" ({})", text(it)));
        let _ = write!(out, "| {}{detail} |", text(&row.title));
        for cell in &row.cells {
            let _ = write!(out, " {} |", of(cell));
        }
        out.push('\n');
    }
    out.push('\n');
    out
}

fn of(cell: &Cell) -> String {
    let mut out = text(&cell.text);
    if let Some(interval) = &cell.interval {
        let _ = write!(out, " ({})", text(interval));
    }
    if let Some(detail) = &cell.detail {
        let _ = write!(out, "; {}", text(detail));
    }
    out
}

/// Text that no Markdown reads as markup.
fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' => out.push(' '),
            '|' | '*' | '_' | '`' | '[' | ']' | '<' | '>' | '#' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}
