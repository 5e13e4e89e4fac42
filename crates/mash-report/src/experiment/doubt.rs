//! Doubt about inputs, apart from chance.

use mash_batch::experiment::results::ExperimentResults;

use crate::{
    number::{plain, signed},
    table::{Cell, Table},
};

/// What doubt about inputs does to each headline difference.
pub(super) fn table(results: &ExperimentResults) -> Option<Table> {
    let found = results.uncertainty.as_ref()?;
    let mut table = Table::new(
        "uncertainty",
        format!(
            "Doubt about inputs and chance, kept apart: {} points over the ranges below, {} replications at each",
            found.points, found.replications
        ),
        &[
            ("Difference in", false),
            ("Mean of all points", true),
            ("From inputs: standard deviation", true),
            ("From chance: standard deviation of a point", true),
            ("Points that go the other way", true),
        ],
    );
    for row in &found.rows {
        if row.mean == 0.0 && row.inputs == 0.0 && row.chance == 0.0 {
            continue;
        }
        let title = results
            .measures
            .iter()
            .find(|it| it.id == row.measure)
            .map_or(row.measure.as_str(), |it| &it.title);
        let places = |value: f64| if value.abs() < 1.0 { 3 } else { 1 };
        let between = format!("{} to {}", signed(row.p5, places(row.p5)), signed(row.p95, places(row.p95)));
        table.push_with(
            title,
            &row.alternative,
            vec![
                Cell { interval: Some(between), ..Cell::number(signed(row.mean, places(row.mean))) },
                Cell::number(format!("{:.1$}", row.inputs, places(row.inputs))),
                Cell::number(format!("{:.1$}", row.chance, places(row.chance))),
                Cell::number(format!("{:.0}%", row.other_way_pct)),
            ],
        );
    }
    Some(table)
}

/// The ranges.
pub(super) fn ranges(results: &ExperimentResults) -> Option<Table> {
    let found = results.uncertainty.as_ref()?;
    let mut table = Table::new(
        "ranges",
        "Ranges of synthesised figures",
        &[("Figure", false), ("Lowest", true), ("Highest", true), ("Why this range", false)],
    );
    for range in &found.ranges {
        table.push(
            &range.place,
            vec![Cell::number(plain(range.low)), Cell::number(plain(range.high)), Cell::words(&range.reason)],
        );
    }
    Some(table)
}
