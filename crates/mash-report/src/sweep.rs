//! The page of a sweep: each measure as a curve over what was varied, and what missed harm costs in over-intervention
//! along the way.
//!
//! In: [`SweepResults`]. Out: one self-contained page. Where two things were varied there is a line for each value of the
//! second; of a design with more, or in no order, there are tables alone.

use mash_batch::sweep::{SweepResults, SweptPoint};
use mash_stats::{Estimate, measures::is_of_need};
use minijinja::Value;
use serde::Serialize;

use crate::{
    chart::{Curve, CurvePoint, TradeOffPoint, curve, trade_off},
    html::{ReportError, render},
    narrative::WARNING,
    number::{Figures, plain},
    table::{Cell, Shape, Table},
};

/// Most lines of one chart.
const MOST_LINES: usize = 5;

#[derive(Debug, Serialize)]
struct Page {
    title: String,
    warning: &'static str,
    notice: String,
    scenario: String,
    pack: String,
    places: String,
    replications: u32,
    seed: u64,
    first_met: Option<String>,
    measures: Vec<Drawn>,
    harm: Option<Drawn>,
}

#[derive(Debug, Serialize)]
struct Drawn {
    title: String,
    chart: Option<Value>,
    caption: String,
    table: Table,
}

/// Writes the page as one self-contained HTML file: no outside request, no script.
///
/// # Errors
/// [`ReportError::Template`] when the template fails, which is a defect of this crate.
pub fn sweep_html(results: &SweepResults) -> Result<String, ReportError> {
    let figures = Figures { replications: results.replications };
    let shown = results.shown.iter().filter_map(|id| results.measure(id));
    let page = Page {
        title: format!("What if {} were moved?", results.places.join(" and ")),
        warning: WARNING,
        notice: results.notice.clone(),
        scenario: results.scenario.clone(),
        pack: results.pack.clone(),
        places: results.places.join(", "),
        replications: results.replications,
        seed: results.seed,
        first_met: results.first_met.as_ref().map(|_| met(results)),
        measures: shown.filter_map(|at| measure(results, figures, at)).collect(),
        harm: harm(results, figures),
    };
    render("sweep.html", &page)
}

/// Where the wanted level is first met.
fn met(results: &SweepResults) -> String {
    let Some(met) = &results.first_met else { return String::new() };
    let title = results.measure(&met.level.measure).and_then(|at| results.measures.get(at));
    let title = title.map_or(met.level.measure.as_str(), |measure| measure.title.as_str());
    let place = |at: Option<usize>| match at.and_then(|at| results.points.get(at)) {
        Some(point) => format!("at {}", results.named(point)),
        None => "at no point of this sweep".to_owned(),
    };
    format!(
        "{title} {} {}: first met by the mean {}; by the whole interval {}.",
        if met.level.at_least { "at least" } else { "at most" },
        plain(met.level.level),
        place(met.by_mean),
        place(met.by_interval)
    )
}

/// One measure over the points.
fn measure(results: &SweepResults, figures: Figures, at: usize) -> Option<Drawn> {
    let measure = results.measures.get(at)?;
    let absolute = |point: &SweptPoint| point.estimates.get(at).copied().flatten();
    let relative = |point: &SweptPoint| point.differences.get(at).copied().flatten();
    // Missed harm of a place that is like a real council is shown as a difference alone.
    let differs = is_of_need(&measure.id) || results.points.iter().all(|point| absolute(point).is_none());
    let value = |point: &SweptPoint| if differs { relative(point) } else { absolute(point) };
    let title = if differs {
        format!("{}: difference from the first point", measure.title)
    } else {
        measure.title.clone()
    };
    let level = results.first_met.as_ref().filter(|met| met.level.measure == measure.id && !differs);
    let drawn = curves(results, &value).map(|curves| {
        let over = results.places.first().map_or("", String::as_str);
        let level = level.map(|met| met.level.level);
        curve(&format!("sweep-{}", measure.id), &title, &measure.unit, over, &curves, level)
    });
    let mut columns: Vec<(&str, bool)> = vec![("Point", false)];
    if !differs {
        columns.push(("Mean and 95% interval", true));
    }
    columns.push(("Difference from the first point", true));
    let caption = format!("{}, {}", measure.title, measure.unit);
    let mut table = Table::new(&format!("table-{}", measure.id), caption, &columns);
    table.shape = Shape::Scrolls;
    for point in &results.points {
        let none = || Cell::words("nothing to measure");
        let mut cells = Vec::new();
        if !differs {
            cells.push(absolute(point).map_or_else(none, |it| Cell::count(figures, &it)));
        }
        cells.push(relative(point).map_or_else(none, |it| Cell::difference(figures, &it)));
        table.push(&results.named(point), cells);
    }
    let caption = format!(
        "{title}, {}. Lines: means. Bands: 95% intervals of {} replications a point, over the same draws.{}",
        measure.unit,
        results.replications,
        if level.is_some() { " Dotted: the level that is wanted." } else { "" }
    );
    Some(Drawn { title, chart: drawn.map(Value::from_safe_string), caption, table })
}

/// A line over the first place, for each value of the second; none where the points are no grid of one or two places.
fn curves(results: &SweepResults, value: &dyn Fn(&SweptPoint) -> Option<Estimate>) -> Option<Vec<Curve>> {
    if results.places.len() > 2 || results.points.len() < 2 {
        return None;
    }
    let second = results.places.get(1);
    let mut curves: Vec<Curve> = Vec::new();
    for point in &results.points {
        let (Some(at), Some(estimate)) = (point.values.first().copied(), value(point)) else { continue };
        let label = match (second, point.values.get(1)) {
            (Some(place), Some(value)) => format!("{place} = {}", plain(*value)),
            _ => String::new(),
        };
        let found = curves.iter_mut().find(|curve| curve.label == label);
        let point = CurvePoint { at, estimate };
        match found {
            Some(curve) => curve.points.push(point),
            None => curves.push(Curve { label, points: vec![point] }),
        }
    }
    for curve in &mut curves {
        curve.points.sort_by(|a, b| a.at.total_cmp(&b.at));
    }
    let drawn = !curves.is_empty() && curves.len() <= MOST_LINES;
    (drawn && curves.iter().all(|curve| curve.points.len() > 1)).then_some(curves)
}

/// Missed harm against over-intervention at every point, as differences from the first.
fn harm(results: &SweepResults, figures: Figures) -> Option<Drawn> {
    let [missed, over] = ["missed", "over_intervention"].map(|id| results.measure(id));
    let (missed, over) = (missed?, over?);
    let mut table = Table::new(
        "table-harm",
        "Children a year, difference from the first point, modelled under the scenario's first truth model",
        &[("Point", false), ("Missed harm", true), ("Over-intervention", true)],
    );
    table.shape = Shape::Scrolls;
    let mut points = Vec::new();
    for (number, point) in (1..).zip(&results.points) {
        let of = |at: usize| point.differences.get(at).copied().flatten();
        let (Some(missed), Some(over)) = (of(missed), of(over)) else { continue };
        let label = results.named(point);
        table.push(
            &format!("{number}. {label}"),
            vec![Cell::difference(figures, &missed), Cell::difference(figures, &over)],
        );
        points.push(TradeOffPoint { label, missed, over, hollow: false });
    }
    if points.len() < 2 {
        return None;
    }
    let title = "Missed harm against over-intervention".to_owned();
    let chart = trade_off("sweep-harm", &title, figures, &points);
    let caption = "Differences from the first point, children a year, with 95% intervals. Numbers: rows of the table. No \
                   point is the right one: what missing a child weighs against assessing one without need is nobody's to \
                   compute."
        .to_owned();
    Some(Drawn { title, chart: Some(Value::from_safe_string(chart)), caption, table })
}
