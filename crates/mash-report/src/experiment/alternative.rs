//! One alternative against the baseline: what changes, who moves, what waits, and what it rests on.

use mash_batch::{
    experiment::results::{Band, ExperimentResults, Moves, WeekSeries},
    results::Comparison,
};
use minijinja::Value;
use serde::Serialize;

use super::statements;
use crate::{
    chart::{
        Flow, OverTime, PairedBar, TradeOffPoint, Week, histogram, over_time, paired_bars, sankey, trade_off,
    },
    number::{Figures, is_nothing},
    table::{Cell, Kind, Table},
    what_if::{Example, Who, matrix_table, rules_table},
};

/// Changes listed on the first page.
const CHANGES: usize = 6;

/// What the template reads of an alternative.
#[derive(Debug, Serialize)]
pub(super) struct Part {
    number: usize,
    id: String,
    title: String,
    changes: Table,
    more_changes: usize,
    does: Vec<String>,
    missed: &'static str,
    over: &'static str,
    pathways: Vec<Drawn>,
    flows: Drawn,
    matrix: Table,
    sources: Vec<Value>,
    weeks: Vec<Drawn>,
    caseloads: Drawn,
    trade_off: Option<Drawn>,
    examples: Table,
    equal: Option<Equal>,
}

/// A chart with its caption and the table of its figures.
#[derive(Debug, Serialize)]
struct Drawn {
    chart: Value,
    caption: String,
    table: Option<Table>,
}

/// Packs on equal facts.
#[derive(Debug, Serialize)]
struct Equal {
    replications: u32,
    matrix: Table,
    rules: Table,
    who: Vec<Who>,
    examples: Vec<Example>,
}

impl Part {
    pub(super) fn of(results: &ExperimentResults, at: usize, figures: Figures) -> Part {
        let alternative = results.alternatives.get(at);
        let id = format!("alternative-{at}");
        let all = alternative.map(|it| it.changes.clone()).unwrap_or_default();
        let mut changes = Table::new(
            &format!("{id}-changes"),
            "What is changed",
            &[("Threshold, rule or figure", false), ("Baseline", false), ("This alternative", false)],
        );
        for change in all.iter().take(CHANGES) {
            changes.push(&change.what, vec![Cell::words(&change.a), Cell::words(&change.b)]);
        }
        let empty = Moves {
            alternative: String::new(),
            routes: Vec::new(),
            cells: Vec::new(),
            stronger: NOTHING,
            weaker: NOTHING,
            only_baseline: NOTHING,
            only_alternative: NOTHING,
            examples: Vec::new(),
        };
        let moves = results.moves.get(at - 1).unwrap_or(&empty);
        let name = alternative.map(|it| it.id.as_str()).unwrap_or_default();
        let equal = results.on_equal_facts.iter().find(|it| it.alternative == name);
        Part {
            number: at,
            title: alternative.map(|it| it.title.clone()).unwrap_or_default(),
            more_changes: all.len().saturating_sub(CHANGES),
            changes,
            does: statements::does(results, at, figures),
            missed: statements::harm(results, at, true),
            over: statements::harm(results, at, false),
            pathways: [0, at].into_iter().map(|which| pathway(results, &id, which)).collect(),
            flows: flows(&id, moves),
            matrix: matrix(&id, moves, figures),
            sources: sources(results, &id, at, figures),
            weeks: results.weeks.iter().map(|series| weeks(results, &id, series, at)).collect(),
            caseloads: caseloads(results, &id, at, figures),
            trade_off: harm(results, &id, at, figures),
            examples: examples(&id, moves),
            equal: equal.map(|it| Equal::of(&id, &it.comparison)),
            id,
        }
    }
}

const NOTHING: mash_stats::Estimate = mash_stats::Estimate { mean: 0.0, low: 0.0, high: 0.0, n: 0 };

impl Equal {
    fn of(id: &str, comparison: &Comparison) -> Equal {
        let named = |table: Table, name: &str| Table { id: format!("{id}-{name}"), ..table };
        let who = comparison.who.iter().enumerate();
        Equal {
            replications: comparison.provenance.replications,
            matrix: named(matrix_table(comparison), "equal-matrix"),
            rules: named(rules_table(comparison, usize::MAX), "equal-rules"),
            who: who.map(|(at, it)| Who::of(comparison, at + 1, it).within(id)).collect(),
            examples: comparison
                .examples
                .iter()
                .enumerate()
                .map(|(at, it)| Example::of(comparison, at + 1, it))
                .collect(),
        }
    }
}

fn safe(svg: String) -> Value {
    Value::from_safe_string(svg)
}

fn mean_of(results: &ExperimentResults, measure: &str, at: usize) -> f64 {
    let row = results.figures.iter().find(|row| row.measure == measure);
    row.and_then(|row| row.estimates.get(at).copied().flatten()).map_or(0.0, |it| it.mean)
}

/// From contacts to where they go, and what becomes of referrals, as children a year.
fn pathway(results: &ExperimentResults, id: &str, at: usize) -> Drawn {
    let mean = |measure: &str| mean_of(results, measure, at);
    let contacts = mean("contacts");
    let (worker, elsewhere) =
        (contacts * mean("to_worker_pct") / 100.0, contacts * mean("other_area_pct") / 100.0);
    let decided = (contacts - worker - elsewhere).max(0.0);
    let routes = results.moves.first().map(|it| it.routes.clone()).unwrap_or_default();
    let mut second = vec!["To the child\u{2019}s worker".to_owned(), "To another area".to_owned()];
    let mut flows = vec![(0, worker), (1, elsewhere)];
    for (route, title) in &routes {
        flows.push((second.len(), decided * mean(&format!("route_{route}_pct")) / 100.0));
        second.push(title.clone());
    }
    let mut drawn: Vec<Flow> = flows
        .iter()
        .map(|(to, amount)| Flow { column: 0, from: 0, to: *to, amount: *amount, stressed: false })
        .collect();
    let third = vec!["Not assessed".to_owned(), "Not in need".to_owned(), "In need or going on".to_owned()];
    let (closed, not_in_need) = (mean("referral_nfa_pct") / 100.0, mean("not_in_need_pct") / 100.0);
    for (place, (route, _)) in routes.iter().enumerate() {
        if !["child_and_family_assessment", "strategy_discussion"].contains(&route.as_str()) {
            continue;
        }
        let amount = flows.get(place + 2).map_or(0.0, |(_, amount)| *amount);
        // Shares are of all referrals: which of the two routes they come from is not measured.
        for (to, share) in
            [closed, not_in_need, (1.0 - closed - not_in_need).max(0.0)].into_iter().enumerate()
        {
            drawn.push(Flow { column: 1, from: place + 2, to, amount: amount * share, stressed: false });
        }
    }
    let which = if at == 0 { "Baseline" } else { "This alternative" };
    let title = format!("{which}: pathways of children in contacts, a year");
    let chart =
        sankey(&format!("{id}-pathway-{at}"), &title, &[vec!["Contacts".to_owned()], second, third], &drawn);
    let caption = format!(
        "{title}. What becomes of referrals is split over both referral routes in the same shares; the records do not tell \
         them apart here."
    );
    Drawn { chart: safe(chart), caption, table: None }
}

/// From the route under the baseline to the route under the alternative.
fn flows(id: &str, moves: &Moves) -> Drawn {
    let titles: Vec<String> = moves.routes.iter().map(|(_, title)| title.clone()).collect();
    let place = |route: &str| moves.routes.iter().position(|(id, _)| id == route).unwrap_or(0);
    let flows: Vec<Flow> = moves
        .cells
        .iter()
        .map(|cell| Flow {
            column: 0,
            from: place(&cell.from),
            to: place(&cell.to),
            amount: cell.per_year.mean,
            stressed: cell.from != cell.to,
        })
        .collect();
    let title =
        "Routes of the same children: baseline on the left, this alternative on the right, children a year";
    let chart = sankey(&format!("{id}-flows"), title, &[titles.clone(), titles], &flows);
    let caption = format!("{title}. Striped: another route. The matrix below holds the figures.");
    Drawn { chart: safe(chart), caption, table: None }
}

fn matrix(id: &str, moves: &Moves, figures: Figures) -> Table {
    let mut columns = vec![("Under the baseline", false)];
    columns.extend(moves.routes.iter().map(|(_, title)| (title.as_str(), true)));
    let caption = format!(
        "Route under the baseline (rows) and under this alternative (columns), children a year decided on under both; n = {}",
        figures.replications
    );
    let mut table = Table::new(&format!("{id}-matrix"), caption, &columns);
    for (from, title) in &moves.routes {
        let cells = moves.routes.iter().map(|(to, _)| {
            let cell = moves.cells.iter().find(|cell| cell.from == *from && cell.to == *to);
            match cell {
                Some(cell) if from == to => Cell::count(figures, &cell.per_year).set(Kind::Unchanged),
                Some(cell) => Cell::count(figures, &cell.per_year).set(Kind::Changed),
                None => Cell::empty(),
            }
        });
        table.push(title, cells.collect());
    }
    table.shape = crate::table::Shape::Landscape;
    table
}

/// Referrals by source under both, one small chart a source.
fn sources(results: &ExperimentResults, id: &str, at: usize, figures: Figures) -> Vec<Value> {
    let rows = results.figures.iter().zip(&results.measures);
    let of_source = rows.filter(|(row, _)| {
        let inner = row.measure.strip_prefix("contacts_").and_then(|it| it.strip_suffix("_pct"));
        inner.is_some()
    });
    of_source
        .filter_map(|(row, measure)| {
            let a = row.estimates.first().copied().flatten()?;
            let b = row.estimates.get(at).copied().flatten()?;
            if is_nothing(&a) && is_nothing(&b) {
                return None;
            }
            let label = measure.title.trim_start_matches("Contacts ").to_owned();
            let title = format!("Contacts {label}, per cent: A the baseline, B this alternative");
            let bar = PairedBar { label: format!("{label}, %"), a, b };
            Some(safe(paired_bars(
                &format!("{id}-{}", row.measure.replace('_', "-")),
                &title,
                figures,
                &[bar],
            )))
        })
        .collect()
}

fn weeks(results: &ExperimentResults, id: &str, series: &WeekSeries, at: usize) -> Drawn {
    // What is drawn begins four weeks before the year that counts.
    let begins = series.days.iter().position(|day| *day >= results.year_start).unwrap_or(0).saturating_sub(4);
    let ends = series.days.iter().position(|day| *day > results.year_end).unwrap_or(series.days.len());
    let cut = |bands: &[Band]| -> Vec<Week> {
        bands.iter().take(ends).skip(begins).map(|it| [it.mean, it.p10, it.p90]).collect()
    };
    let days: Vec<String> = series.days.iter().take(ends).skip(begins).cloned().collect();
    let baseline = series.bands.first().map(|it| cut(it)).unwrap_or_default();
    let other = series.bands.get(at).map(|it| cut(it)).unwrap_or_default();
    let effect = results.alternatives.get(at).and_then(|it| it.takes_effect.as_ref());
    let mark = effect.and_then(|day| days.iter().rposition(|week| week <= day));
    let told = mark.map_or("", |_| " Dotted upright line: the pack takes effect.");
    let chart = over_time(&OverTime {
        id: &format!("{id}-week-{}", series.id.replace('_', "-")),
        title: &series.title,
        unit: &series.unit,
        days: &days,
        baseline: &baseline,
        other: Some(&other),
        mark,
    });
    let caption = format!(
        "{}, {}. Line: mean. Band: from the 10th to the 90th replication of a hundred. Figures in weeks.csv and in \
         the table.{told}",
        series.title, series.unit
    );
    let mut table = Table::new(
        &format!("{id}-weeks-{}", series.id.replace('_', "-")),
        format!(
            "{}, {}: mean of every fourth week (10th to 90th replication of a hundred)",
            series.title, series.unit
        ),
        &[("Week from", false), ("Baseline", true), ("This alternative", true)],
    );
    let cell = |week: Option<&Week>| match week {
        Some([Some(mean), Some(low), Some(high)]) => {
            let text = crate::number::plain(*mean);
            let between = format!("{} to {}", crate::number::plain(*low), crate::number::plain(*high));
            Cell { interval: Some(between), ..Cell::number(text) }
        }
        _ => Cell::words("nothing to measure"),
    };
    for (at, day) in days.iter().enumerate().step_by(4) {
        table.push(day, vec![cell(baseline.get(at)), cell(other.get(at))]);
    }
    Drawn { chart: safe(chart), caption, table: Some(table) }
}

fn caseloads(results: &ExperimentResults, id: &str, at: usize, figures: Figures) -> Drawn {
    let shares = &results.caseloads;
    let means = |which: usize| -> Vec<f64> {
        shares.shares.get(which).into_iter().flatten().map(|it| it.mean).collect()
    };
    let title = "Social workers by number of children they hold, per cent of workers";
    let other = means(at);
    let chart = histogram(&format!("{id}-caseloads"), title, &shares.groups, &means(0), Some(&other));
    let mut table = Table::new(
        &format!("{id}-caseload-table"),
        format!("{title}; n = {}", figures.replications),
        &[("Children", false), ("Baseline", true), ("This alternative", true)],
    );
    for (row, group) in shares.groups.iter().enumerate() {
        let cell = |which: usize| match shares.shares.get(which).and_then(|it| it.get(row)) {
            Some(it) => Cell::percent(figures, it),
            None => Cell::words("nothing to measure"),
        };
        table.push(group, vec![cell(0), cell(at)]);
    }
    Drawn {
        chart: safe(chart),
        caption: format!("{title}, over the Mondays of the year."),
        table: Some(table),
    }
}

fn harm(results: &ExperimentResults, id: &str, at: usize, figures: Figures) -> Option<Drawn> {
    let mut points = Vec::new();
    let mut table = Table::new(
        &format!("{id}-harm"),
        "Missed harm and over-intervention, modelled, under assumed need: difference from the baseline, children a year",
        &[("Assumption", false), ("Missed harm", true), ("Over-intervention", true)],
    );
    for row in &results.harm {
        let side = |side: &[Option<mash_stats::Estimate>]| side.get(at - 1).copied().flatten();
        let (Some(missed), Some(over)) = (side(&row.missed), side(&row.over)) else { continue };
        let counts = if row.unmet_need_counts {
            "unmet need brings children back sooner"
        } else {
            "unmet need has no effect on re-contact"
        };
        let label = format!("{}. {}", points.len() + 1, row.title);
        table.push_with(
            &label,
            counts,
            vec![Cell::difference(figures, &missed), Cell::difference(figures, &over)],
        );
        points.push(TradeOffPoint { label: row.title.clone(), missed, over, hollow: !row.unmet_need_counts });
    }
    if points.is_empty() {
        return None;
    }
    table.shape = crate::table::Shape::Scrolls;
    let title = "Missed harm against over-intervention, differences from the baseline, children a year";
    let chart = trade_off(&format!("{id}-trade-off"), title, figures, &points);
    let caption = format!(
        "{title}. Filled: unmet need brings children back sooner, as the scenario says. Hollow: it has no effect. Lines: 95% \
         intervals. Numbers: rows of the table."
    );
    Some(Drawn { chart: safe(chart), caption, table: Some(table) })
}

fn examples(id: &str, moves: &Moves) -> Table {
    let mut table = Table::new(
        &format!("{id}-examples"),
        "Some of the simulated children whose route changes",
        &[
            ("Case", false),
            ("Received", false),
            ("Who made contact", false),
            ("Age", false),
            ("Baseline", false),
            ("This alternative", false),
        ],
    );
    let title = |route: &str| {
        moves.routes.iter().find(|(id, _)| id == route).map_or(route.to_owned(), |(_, title)| title.clone())
    };
    for it in &moves.examples {
        let cells = [it.received.clone(), it.source.clone(), it.age.clone(), title(&it.from), title(&it.to)];
        table.push_with(
            &it.id,
            &format!("replication {}", it.replication),
            cells.into_iter().map(Cell::words).collect(),
        );
    }
    table
}
