//! How `mash check` shows what a decision table's rows do together.

use std::fmt::Write as _;

use mash_rules::decision_table::overlap::{FactCell, RowName, TableAnalysis};

use crate::terminal::{WIDTH, wrap};

/// Most overlaps and most covered rows shown of a table; `--json` has all.
const MOST_ROWS: usize = 10;
/// Most gaps shown: the simplest say most.
const MOST_GAPS: usize = 3;

/// A paragraph a table; nothing for a pack without tables.
pub(crate) fn text(tables: &[TableAnalysis]) -> String {
    let mut text = String::new();
    for table in tables {
        let _ = writeln!(
            text,
            "{}",
            wrap(
                &format!("{}: {} rows over {}", table.table, table.rows, table.facts.join(", ")),
                WIDTH,
                "  "
            )
        );
        list(&mut text, &table.overlaps, MOST_ROWS, "overlaps", |overlap| {
            let rows = names([&overlap.first, &overlap.second]);
            format!("overlap: rows {rows} both apply {}; {}", at(&overlap.at), same(overlap.same_conclusion))
        });
        list(&mut text, &table.covered, MOST_ROWS, "covered rows", |covered| {
            let (row, by) = (names([&covered.row]), names(&covered.by));
            let conclusion = same(covered.same_conclusion);
            match covered.by.len() {
                0 => format!("never: row {row} can apply to no child"),
                1 => format!("covered: row {row} applies only where row {by} does; {conclusion}"),
                _ => format!("covered: row {row} applies only where one of rows {by} does; {conclusion}"),
            }
        });
        list(&mut text, &table.gaps, MOST_GAPS, "gaps", |gap| format!("gap: no row applies {}", at(gap)));
        if !table.exhaustive {
            text.push_str("  the search stopped at its bound: there may be more\n");
        }
    }
    text
}

fn list<T>(text: &mut String, items: &[T], most: usize, what: &str, line: impl Fn(&T) -> String) {
    for item in items.iter().take(most) {
        let _ = writeln!(text, "{}", wrap(&format!("  {}", line(item)), WIDTH, "    "));
    }
    if items.len() > most {
        let _ = writeln!(text, "  and {} more {what}; --json lists them", items.len() - most);
    }
}

fn same(conclusion: bool) -> &'static str {
    if conclusion { "the same conclusion" } else { "different conclusions" }
}

/// `2 (AT-01) and 3 (AT-02)`.
fn names<'r>(rows: impl IntoIterator<Item = &'r RowName>) -> String {
    let names: Vec<String> = rows.into_iter().map(|row| format!("{} ({})", row.row, row.rule)).collect();
    match names.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => names.concat(),
    }
}

/// `at dash_grade medium, recent_harm true`.
fn at(cells: &[FactCell]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| format!("{} {}", cell.fact, cell.cell)).collect();
    if cells.is_empty() { "whatever the facts".to_owned() } else { format!("at {}", cells.join(", ")) }
}
