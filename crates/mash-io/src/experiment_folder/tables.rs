//! The tables of an experiment: what stands in the CSV files and in the sheets of the workbook, named and explained once.

use std::path::Path;

use mash_batch::experiment::{Ran, results::ExperimentResults};
use mash_stats::Estimate;

use crate::{error::FileError, output::Output};

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Text(String),
    Number(f64),
    /// A day, `YYYY-MM-DD`.
    Day(String),
    Nothing,
}

impl Cell {
    fn of(value: Option<f64>) -> Self {
        value.map_or(Cell::Nothing, Cell::Number)
    }

    fn text(text: &str) -> Self {
        Cell::Text(text.to_owned())
    }

    fn csv(&self) -> String {
        match self {
            Cell::Text(text) | Cell::Day(text) => text.clone(),
            Cell::Number(number) => number.to_string(),
            Cell::Nothing => String::new(),
        }
    }
}

/// A table with the meaning of its columns.
#[derive(Debug)]
pub(super) struct Table {
    /// Name of its file and sheet.
    pub(super) name: &'static str,
    /// Name and meaning of each column.
    pub(super) columns: Vec<(String, String)>,
    pub(super) rows: Vec<Vec<Cell>>,
}

impl Table {
    fn new(name: &'static str, columns: &[(&str, &str)]) -> Self {
        let columns = columns.iter().map(|(name, what)| ((*name).to_owned(), (*what).to_owned())).collect();
        Self { name, columns, rows: Vec::new() }
    }

    pub(super) fn write_csv(&self, place: &Path) -> Result<(), FileError> {
        let mut table = csv::Writer::from_writer(Output::create(place)?);
        let failed = |error: csv::Error| FileError::new(place, format!("cannot be written: {error}"));
        table.write_record(self.columns.iter().map(|(name, _)| name)).map_err(failed)?;
        for row in &self.rows {
            table.write_record(row.iter().map(Cell::csv)).map_err(failed)?;
        }
        let output = table
            .into_inner()
            .map_err(|error| FileError::new(place, format!("cannot be written: {error}")))?;
        output.finish()
    }
}

const ALTERNATIVE: (&str, &str) = ("alternative", "Id of the alternative; the baseline comes first");
const MEASURE: (&str, &str) = ("measure", "Id of the measure; see the sheet or file `measures`");

/// Every table, the data dictionary last.
pub(super) fn all(results: &ExperimentResults, ran: &Ran) -> Vec<Table> {
    let mut all = vec![
        alternatives(results),
        measures(results),
        figures(results),
        differences(results),
        replications(results, ran),
        weeks(results),
        months(results),
        scorecard(results),
        equality(results),
        harm(results),
        costs(results),
        assumptions(results),
    ];
    let mut dictionary = Table::new(
        "data-dictionary",
        &[("table", "Table"), ("column", "Column"), ("meaning", "Its meaning")],
    );
    for table in &all {
        for (column, meaning) in &table.columns {
            dictionary.rows.push([table.name, column, meaning].map(Cell::text).to_vec());
        }
    }
    all.push(dictionary);
    all
}

fn interval(estimate: Option<Estimate>) -> [Cell; 4] {
    match estimate {
        Some(it) => [it.mean, it.low, it.high, f64::from(it.n)].map(Cell::Number),
        None => [const { Cell::Nothing }; 4],
    }
}

fn alternatives(results: &ExperimentResults) -> Table {
    let mut table = Table::new(
        "alternatives",
        &[
            ALTERNATIVE,
            ("title", "What people read"),
            ("scenario", "Id of the scenario"),
            ("scenario_sha256", "SHA-256 of the scenario's files"),
            ("pack", "Id of the pack"),
            ("pack_sha256", "SHA-256 of the pack"),
            ("truth_model", "Truth model"),
        ],
    );
    for it in &results.alternatives {
        let cells = [
            &it.id,
            &it.title,
            &it.scenario,
            &it.scenario_sha256,
            &it.pack,
            &it.pack_sha256,
            &it.truth_model,
        ];
        table.rows.push(cells.map(|text| Cell::text(text)).to_vec());
    }
    table
}

fn measures(results: &ExperimentResults) -> Table {
    let mut table = Table::new(
        "measures",
        &[
            MEASURE,
            ("title", "What people read"),
            ("unit", "Unit"),
            ("definition", "What it is; of a clock: start, stop, pause"),
            ("authority", "On whose authority a clock runs"),
            ("source", "Where a limit comes from"),
        ],
    );
    for it in &results.measures {
        let authority = it.authority.map_or("", mash_stats::measures::Authority::title);
        let cells = [
            &it.id,
            &it.title,
            &it.unit,
            &it.definition,
            authority,
            it.source.as_deref().unwrap_or_default(),
        ];
        table.rows.push(cells.map(Cell::text).to_vec());
    }
    table
}

fn figures(results: &ExperimentResults) -> Table {
    let mut table = Table::new(
        "figures",
        &[
            MEASURE,
            ALTERNATIVE,
            ("mean", "Mean over replications, in the measure's unit"),
            ("low", "Lower end of its 95% interval"),
            ("high", "Upper end"),
            ("n", "Replications with a figure"),
        ],
    );
    for it in &results.figures {
        for (alternative, estimate) in results.alternatives.iter().zip(&it.estimates) {
            let mut row = vec![Cell::text(&it.measure), Cell::text(&alternative.id)];
            row.extend(interval(*estimate));
            table.rows.push(row);
        }
    }
    table
}

fn differences(results: &ExperimentResults) -> Table {
    let mut table = Table::new(
        "differences",
        &[
            MEASURE,
            ALTERNATIVE,
            ("mean", "Mean difference from the baseline over the same replications, in the measure's unit"),
            ("low", "Lower end of its 95% interval by Student's t"),
            ("high", "Upper end"),
            ("n", "Replications in which both have a figure"),
            ("bootstrap_low", "Lower end of the 95% percentile bootstrap interval"),
            ("bootstrap_high", "Upper end"),
            ("p", "Two-sided p-value of no difference, paired t"),
            ("p_holm", "The same after Holm's adjustment over the headline measures and all alternatives"),
            ("variance_ratio", "Variance under independent seeds over variance under shared draws"),
            ("question", "The question under which the measure stands; empty: for exploring only"),
        ],
    );
    for it in &results.figures {
        for (alternative, difference) in results.alternatives.iter().skip(1).zip(&it.differences) {
            let mut row = vec![Cell::text(&it.measure), Cell::text(&alternative.id)];
            row.extend(interval(difference.map(|it| it.estimate)));
            let [low, high] = match difference {
                Some(it) => it.bootstrap.map(Cell::Number),
                None => [Cell::Nothing, Cell::Nothing],
            };
            row.extend([low, high]);
            row.push(Cell::of(difference.and_then(|it| it.p)));
            row.push(Cell::of(difference.and_then(|it| it.p_holm)));
            row.push(Cell::of(difference.and_then(|it| it.variance_ratio)));
            row.push(Cell::text(it.question.map_or("", |question| question.title())));
            table.rows.push(row);
        }
    }
    table
}

/// One row a replication and alternative; what is withheld has no column.
fn replications(results: &ExperimentResults, ran: &Ran) -> Table {
    let mut table = Table::new("replications", &[ALTERNATIVE, ("replication", "Which replication, from 0")]);
    let shown = |at: usize| {
        let measure = results.measures.get(at);
        measure
            .is_some_and(|it| !(results.absolute_harm_withheld && mash_stats::measures::is_of_need(&it.id)))
    };
    for (at, measure) in results.measures.iter().enumerate() {
        if shown(at) {
            table.columns.push((measure.id.clone(), format!("{}, {}", measure.title, measure.unit)));
        }
    }
    for (alternative, figures) in results.alternatives.iter().zip(&ran.figures) {
        for replication in 0..ran.replications {
            let mut row = vec![Cell::text(&alternative.id), Cell::Number(f64::from(replication))];
            for (_, values) in figures.measures.iter().enumerate().filter(|(at, _)| shown(*at)) {
                row.push(Cell::of(values.get(replication as usize).copied().flatten()));
            }
            table.rows.push(row);
        }
    }
    table
}

fn weeks(results: &ExperimentResults) -> Table {
    let mut table = Table::new(
        "weeks",
        &[
            ("series", "What is followed"),
            ("title", "What people read"),
            ("unit", "Unit"),
            ALTERNATIVE,
            ("week_from", "First day of the week; weeks of the warm-up included"),
            ("mean", "Mean over replications"),
            ("p10", "One replication in ten lies below"),
            ("p90", "One replication in ten lies above"),
        ],
    );
    for series in &results.weeks {
        for (alternative, bands) in results.alternatives.iter().zip(&series.bands) {
            for (day, band) in series.days.iter().zip(bands) {
                let mut row: Vec<Cell> = [&series.id, &series.title, &series.unit, &alternative.id]
                    .map(|it| Cell::text(it))
                    .to_vec();
                row.push(Cell::Day(day.clone()));
                row.extend([band.mean, band.p10, band.p90].map(Cell::of));
                table.rows.push(row);
            }
        }
    }
    table
}

fn months(results: &ExperimentResults) -> Table {
    let mut table = Table::new(
        "months",
        &[
            MEASURE,
            ALTERNATIVE,
            ("month", "Month of receipt"),
            ("mean", "The figure, in the measure's unit, mean over replications"),
            ("low", "Lower end of its 95% interval"),
            ("high", "Upper end"),
            ("n", "Replications with a figure"),
            ("target", "The target, in the measure's unit"),
        ],
    );
    for series in &results.months {
        for (alternative, shares) in results.alternatives.iter().zip(&series.shares) {
            for (month, share) in series.months.iter().zip(shares) {
                let mut row =
                    vec![Cell::text(&series.measure), Cell::text(&alternative.id), Cell::Text(month.clone())];
                row.extend(interval(*share));
                row.push(Cell::of(series.target));
                table.rows.push(row);
            }
        }
    }
    table
}

fn scorecard(results: &ExperimentResults) -> Table {
    let mut table = Table::new(
        "scorecard",
        &[
            MEASURE,
            ALTERNATIVE,
            ("target", "The target, in the measure's unit"),
            ("mean", "The figure, mean over replications"),
            ("score", "Score of the mean"),
            ("probability", "Share of replications in which the target is met"),
            ("probability_low", "Lower end of its 95% interval (Wilson)"),
            ("probability_high", "Upper end"),
            ("mark", "How good the target's source is"),
            ("source", "The source"),
        ],
    );
    for row in &results.scorecard {
        for (alternative, scored) in results.alternatives.iter().zip(&row.scores) {
            let mut cells =
                vec![Cell::text(&row.measure), Cell::text(&alternative.id), Cell::Number(row.target)];
            match scored {
                Some(it) => {
                    cells.push(Cell::Number(it.estimate.mean));
                    cells.push(Cell::text(it.score.words()));
                    cells.push(Cell::Number(it.probability));
                    cells.extend(it.probability_interval.map(Cell::Number));
                }
                None => cells.extend([const { Cell::Nothing }; 5]),
            }
            cells.push(Cell::text(&row.mark));
            cells.push(Cell::text(row.source.as_deref().unwrap_or_default()));
            table.rows.push(cells);
        }
    }
    table
}

/// A row a group, outcome and alternative; groups whose outcomes are not shown have a row with their children alone.
fn equality(results: &ExperimentResults) -> Table {
    let mut table = Table::new(
        "equality",
        &[
            ("by", "source, age, sex, ethnicity or disability"),
            ("group", "The group"),
            (
                "shown",
                "yes; no: the model cannot inform this breakdown; suppressed: fewer than 10 children over all replications",
            ),
            ALTERNATIVE,
            (
                "what",
                "children in contacts; referrals; hours from receipt to decision, mean; stronger and weaker routes than under \
                 the baseline; missed and over: needed more than was given, given more than was needed",
            ),
            (
                "kind",
                "level: of the baseline; count: children a year who move; difference: from the baseline",
            ),
            ("mean", "Mean over replications; children a year, or hours"),
            ("low", "Lower end of its 95% interval"),
            ("high", "Upper end"),
            ("n", "Replications with a figure"),
        ],
    );
    let baseline = results.alternatives.first().map_or("baseline", |it| it.id.as_str());
    for part in &results.equality {
        for group in &part.groups {
            let shown = match (part.informative, group.suppressed) {
                (false, _) => "no",
                (true, true) => "suppressed",
                (true, false) => "yes",
            };
            let mut add = |alternative: &str, what: &str, kind: &str, estimate: Option<Estimate>| {
                let words = [part.by.as_str(), &group.title, shown, alternative, what, kind];
                let mut row = words.map(Cell::text).to_vec();
                row.extend(interval(estimate));
                table.rows.push(row);
            };
            add(baseline, "children", "level", group.children);
            let Some(outcomes) = &group.outcomes else { continue };
            add(baseline, "referrals", "level", Some(outcomes.referrals));
            add(baseline, "hours", "level", outcomes.hours);
            for (alternative, it) in results.alternatives.iter().skip(1).zip(&outcomes.differences) {
                let id = alternative.id.as_str();
                add(id, "referrals", "difference", it.referrals);
                add(id, "stronger", "count", Some(it.stronger));
                add(id, "weaker", "count", Some(it.weaker));
                add(id, "hours", "difference", it.hours);
                add(id, "missed", "difference", it.missed);
                add(id, "over", "difference", it.over);
            }
        }
    }
    table
}

fn harm(results: &ExperimentResults) -> Table {
    let mut table = Table::new(
        "harm",
        &[
            ("truth_model", "How need is assumed"),
            (
                "unmet_need_counts",
                "Whether unmet need makes a household come again sooner and at higher severity",
            ),
            ALTERNATIVE,
            ("what", "missed: needed an assessment and got less; over: assessed or more without the need"),
            ("mean", "Difference from the baseline, children a year"),
            ("low", "Lower end of its 95% interval"),
            ("high", "Upper end"),
            ("n", "Replications"),
        ],
    );
    for row in &results.harm {
        let others = results.alternatives.iter().skip(1);
        for (alternative, (missed, over)) in others.zip(row.missed.iter().zip(&row.over)) {
            for (what, estimate) in [("missed", missed), ("over", over)] {
                let counts = if row.unmet_need_counts { "yes" } else { "no" };
                let mut cells = [row.truth_model.as_str(), counts, alternative.id.as_str(), what]
                    .map(Cell::text)
                    .to_vec();
                cells.extend(interval(*estimate));
                table.rows.push(cells);
            }
        }
    }
    table
}

fn costs(results: &ExperimentResults) -> Table {
    let mut table = Table::new(
        "costs",
        &[
            ("whose", "Whose time"),
            ("rate", "The rate that the user gave"),
            ALTERNATIVE,
            ("mean", "Pounds a year"),
            ("low", "Lower end of its 95% interval"),
            ("high", "Upper end"),
            ("n", "Replications"),
        ],
    );
    for row in &results.costs {
        for (alternative, estimate) in results.alternatives.iter().zip(&row.estimates) {
            let mut cells = [&row.title, &row.rate, &alternative.id].map(|it| Cell::text(it)).to_vec();
            cells.extend(interval(*estimate));
            table.rows.push(cells);
        }
    }
    table
}

fn assumptions(results: &ExperimentResults) -> Table {
    let mut table = Table::new(
        "assumptions",
        &[
            ("figure", "Place in the baseline's scenario"),
            ("value", "Its value"),
            ("mark", "published, derived, reported, unverified or synthesised"),
            ("reason", "Why this value"),
            ("source", "Where it was read"),
        ],
    );
    for it in &results.assumptions {
        let cells = [&it.name, &it.value, &it.mark, &it.reason, &it.source];
        table.rows.push(cells.map(|it| Cell::text(it)).to_vec());
    }
    table
}
