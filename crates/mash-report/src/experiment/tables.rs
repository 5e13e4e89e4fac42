//! The tables that hold every alternative side by side.

use mash_batch::experiment::{
    headline::Question,
    results::{AlternativeSummary, Difference, ExperimentResults, MeasureFigures, MonthSeries},
};
use mash_stats::{Estimate, measures::Measure};

use crate::{
    number::{Figures, is_nothing, plain},
    table::{Cell, Table},
};

/// Measures of the first page, as far as the results have them.
const FIRST: [&str; 9] = [
    "referrals",
    "route_child_and_family_assessment_pct",
    "route_strategy_discussion_pct",
    "decision_hours_mean",
    "referral_one_day_pct",
    "assessment_45_days_pct",
    "caseload_mean",
    "same_worker_pct",
    "re_referral_pct",
];

/// Measures whose value is set by a change of the scenario itself, by the beginning of the change's place: a result
/// that only repeats what was assumed.
const ASSUMED: [(&str, &[&str]); 8] = [
    ("volume.", &["contacts", "referrals"]),
    ("front_door.workforce.agency_share", &["agency_pct"]),
    ("front_door.workforce.posts", &["workers"]),
    ("front_door.enquiries.desks", &["replies_hours_mean"]),
    ("front_door.enquiries.consent", &["agreement_refused_pct"]),
    ("front_door.oversight", &["read_by_manager_pct"]),
    ("front_door.workforce.supervision", &["supervision_held_pct"]),
    ("front_door.section_47.conference_days", &["conference_15_days_pct"]),
];

/// Does the alternative's change set this measure directly?
pub(super) fn only_assumed(results: &ExperimentResults, at: usize, measure: &str) -> bool {
    let Some(alternative) = results.alternatives.get(at) else { return false };
    alternative.changes.iter().any(|change| {
        ASSUMED.iter().any(|(place, measures)| change.what.starts_with(place) && measures.contains(&measure))
    })
}

fn rows(results: &ExperimentResults) -> impl Iterator<Item = (&MeasureFigures, &Measure)> {
    results.figures.iter().zip(&results.measures)
}

pub(super) fn is_percent(measure: &Measure) -> bool {
    measure.unit.starts_with("per cent")
}

fn value(figures: Figures, measure: &Measure, estimate: Option<Estimate>, withheld: bool) -> Cell {
    match estimate {
        Some(it) if is_percent(measure) => Cell::percent(figures, &it),
        Some(it) => Cell::count(figures, &it),
        None if withheld => Cell::words("withheld"),
        None => Cell::words("nothing to measure"),
    }
}

pub(super) fn difference(figures: Figures, it: Option<Difference>, assumed: bool) -> Cell {
    let Some(it) = it else { return Cell::words("nothing to measure") };
    let cell = Cell::difference(figures, &it.estimate);
    if is_nothing(&it.estimate) {
        return cell;
    }
    let told = match it.p_holm {
        Some(p) if p < 0.001 => "told from chance (p < 0.001)".to_owned(),
        Some(p) if p < 0.05 => format!("told from chance (p = {p:.3})"),
        Some(p) => format!("not told from chance (p = {p:.2})"),
        None => String::new(),
    };
    let detail = if assumed { format!("set by the change itself; {told}") } else { told };
    Cell { detail: (!detail.is_empty()).then_some(detail), ..cell }
}

/// A table of measures by alternative.
pub(super) fn table(
    results: &ExperimentResults,
    id: &str,
    caption: String,
    pick: impl Fn(&MeasureFigures) -> bool,
    figures: Figures,
) -> Table {
    let mut columns = vec![("Measure", false), ("Baseline", true)];
    columns.extend(results.alternatives.iter().skip(1).map(|it| (it.title.as_str(), true)));
    let mut table = Table::new(id, caption, &columns);
    for (row, measure) in rows(results).filter(|(row, _)| pick(row)) {
        let withheld = results.absolute_harm_withheld && mash_stats::measures::is_of_need(&measure.id);
        let mut cells = vec![value(figures, measure, row.estimates.first().copied().flatten(), withheld)];
        for (at, it) in (1..).zip(&row.differences) {
            cells.push(difference(figures, *it, only_assumed(results, at, &measure.id)));
        }
        table.push_with(&measure.title, &measure.unit, cells);
    }
    table
}

pub(super) fn summary(results: &ExperimentResults, figures: Figures) -> Table {
    let caption = format!(
        "The baseline, and the difference under each alternative; n = {} replications",
        results.replications
    );
    table(results, "summary", caption, |row| FIRST.contains(&row.measure.as_str()), figures)
}

pub(super) fn question(results: &ExperimentResults, question: Question, figures: Figures) -> Table {
    let id = format!("table-{}", super::slug_of(question));
    let caption =
        format!("{}: baseline and differences; n = {} replications", question.title(), results.replications);
    table(results, &id, caption, |row| row.question == Some(question), figures)
}

pub(super) fn scorecard(results: &ExperimentResults) -> Option<Table> {
    if results.scorecard.is_empty() {
        return None;
    }
    let mut columns = vec![("Target", false)];
    columns.extend(results.alternatives.iter().map(|it| {
        let title = if it.id == "baseline" { "Baseline" } else { it.title.as_str() };
        (title, false)
    }));
    columns.push(("Source of the target", false));
    let mut table =
        Table::new("scorecard", "Targets of the service, scored under each alternative", &columns);
    for row in &results.scorecard {
        let mut cells: Vec<Cell> = row
            .scores
            .iter()
            .map(|scored| match scored {
                Some(it) => {
                    let [low, high] = it.probability_interval.map(|it| (100.0 * it).round());
                    Cell::words_with(
                        it.score.words(),
                        format!(
                            "{}; a year meets it with probability {:.0}% ({low:.0} to {high:.0})",
                            plain(it.estimate.mean),
                            100.0 * it.probability
                        ),
                    )
                }
                None => Cell::words("nothing to measure"),
            })
            .collect();
        cells.push(match &row.source {
            Some(source) => Cell::words_with(&row.mark, source.clone()),
            None => Cell::words("no source: chosen for the model"),
        });
        table.push_with(
            &row.title,
            &format!("{} {} {}", row.better.words(), plain(row.target), row.unit),
            cells,
        );
    }
    Some(table)
}

pub(super) fn costs(results: &ExperimentResults, figures: Figures) -> Option<Table> {
    if results.costs.is_empty() {
        return None;
    }
    let mut columns = vec![("Whose time", false), ("Baseline", true)];
    columns.extend(results.alternatives.iter().skip(1).map(|it| (it.title.as_str(), true)));
    let caption = format!(
        "Pounds a year at the rates that were given, and differences; n = {} replications",
        results.replications
    );
    let mut table = Table::new("costs", caption, &columns);
    for row in &results.costs {
        let none = || Cell::words("nothing to measure");
        let mut cells =
            vec![row.estimates.first().copied().flatten().map_or_else(none, |it| Cell::count(figures, &it))];
        for it in &row.differences {
            cells.push(it.map_or_else(none, |it| Cell::difference(figures, &it)));
        }
        table.push_with(&row.title, &row.rate, cells);
    }
    Some(table)
}

/// Months of the year that meet each target, one row a target; none without targets.
pub(super) fn months_met(results: &ExperimentResults, figures: Figures) -> Option<Table> {
    let mut columns = vec![("Target", false)];
    columns.extend(results.alternatives.iter().map(|it| (short(it), true)));
    let caption = format!(
        "Months of receipt, of those in the year, in which each target is met; n = {}",
        results.replications
    );
    let mut table = Table::new("months-met", caption, &columns);
    for series in &results.months {
        let Some(target) = target(series) else { continue };
        let met = series.months_met.iter().map(|it| match it {
            Some(it) => Cell::count(figures, it),
            None => Cell::words("nothing to measure"),
        });
        table.push_with(&series.title, &target, met.collect());
    }
    (!table.rows.is_empty()).then_some(table)
}

/// What a target asks, in words.
fn target(series: &MonthSeries) -> Option<String> {
    let (target, better) = (series.target?, series.better?);
    Some(format!("{} {} {}", better.words(), plain(target), series.unit))
}

/// Every followed measure month by month; clocks with a target come first.
pub(super) fn months(results: &ExperimentResults, figures: Figures) -> Vec<Table> {
    let one = |series: &MonthSeries| {
        let mut columns = vec![("Month of receipt", false)];
        // Beside one another on paper, these tables have no room for the title of the only alternative.
        let only = results.alternatives.len() == 2;
        let heads = results.alternatives.iter().enumerate();
        columns.extend(
            heads.map(|(at, it)| (if only && at == 1 { "This alternative" } else { short(it) }, true)),
        );
        let target = target(series).map_or("no target set".to_owned(), |it| format!("target {it}"));
        let caption =
            format!("{}, {} by month; {target}; n = {}", series.title, series.unit, results.replications);
        let mut table =
            Table::new(&format!("months-{}", series.measure.replace('_', "-")), caption, &columns);
        for (at, month) in series.months.iter().enumerate() {
            let cells = series.shares.iter().map(|shares| match shares.get(at).copied().flatten() {
                Some(it) if series.unit.starts_with("per cent") => Cell::percent(figures, &it),
                Some(it) => Cell::count(figures, &it),
                None => Cell::words("nothing to measure"),
            });
            table.push(month, cells.collect());
        }
        table
    };
    let (with, without): (Vec<&MonthSeries>, Vec<&MonthSeries>) =
        results.months.iter().partition(|series| series.target.is_some());
    let measured = |series: &&&MonthSeries| series.shares.iter().flatten().any(Option::is_some);
    with.iter().chain(&without).filter(measured).map(|series| one(series)).collect()
}

/// An alternative's name in a heading.
fn short(alternative: &AlternativeSummary) -> &str {
    if alternative.id == "baseline" { "Baseline" } else { alternative.title.as_str() }
}

pub(super) fn manifest(results: &ExperimentResults) -> Table {
    let mut table = Table::new("manifest", "What the run was made of", &[("Part", false), ("Value", false)]);
    table.push("Version", vec![Cell::words(&results.version)]);
    table.push("Seed", vec![Cell::words(results.seed.to_string())]);
    table.push("Replications of each alternative", vec![Cell::words(results.replications.to_string())]);
    for it in &results.alternatives {
        table.push_with(
            &it.title,
            "scenario, SHA-256 of its files",
            vec![Cell::code(&format!("{} {}", it.scenario, it.scenario_sha256))],
        );
        table.push_with(
            &it.title,
            "pack, SHA-256",
            vec![Cell::code(&format!("{} {}", it.pack, it.pack_sha256))],
        );
        table.push_with(&it.title, "truth model", vec![Cell::words(&it.truth_model)]);
    }
    for it in &results.precision {
        let reached = it.reached.map_or("not measured".to_owned(), plain);
        table.push_with(
            "Precision",
            &it.measure,
            vec![Cell::words(format!("half-width wanted {}, reached {reached}", plain(it.wanted)))],
        );
    }
    table
}

/// What every headline measure is.
pub(super) fn measures(results: &ExperimentResults) -> Table {
    let mut table = Table::new(
        "measures",
        "What the measures are",
        &[("Measure", false), ("Definition", false), ("Authority of the clock", false)],
    );
    for (_, measure) in rows(results).filter(|(row, _)| row.question.is_some()) {
        let authority = match (measure.authority, &measure.source) {
            (Some(authority), Some(source)) => Cell::words_with(authority.title(), source.clone()),
            (Some(authority), None) => Cell::words(authority.title()),
            (None, _) => Cell::words("no clock with a limit"),
        };
        table.push_with(&measure.title, &measure.unit, vec![Cell::words(&measure.definition), authority]);
    }
    table
}
