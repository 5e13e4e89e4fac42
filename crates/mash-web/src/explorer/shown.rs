//! The page of the explorer, ready for its templates: what can be moved, and what was found so far.

use std::collections::BTreeMap;

use mash_batch::{
    experiment::results::{Band, ExperimentResults, Moves},
    exploration::{Change, Knob, KnobGroup, Span},
};
use mash_report::{
    chart::{OverTime, TradeOffPoint, Week, over_time, trade_off},
    number::{Figures, direction, plain},
};
use mash_stats::{Estimate, measures::is_of_need};
use minijinja::Value;
use serde::Serialize;

use super::{
    Asked, ExploreError, Explorer, FIRST, MOST, PRECISION_PCT, Picture,
    asked::FIELD,
    files,
    job::{WANTED, widest},
};

/// Measures shown, by heading.
const SHOWN: [(&str, &str, &[&str]); 4] = [
    (
        "volumes",
        "What comes of contacts",
        &[
            "contacts",
            "referrals",
            "re_referral_pct",
            "agencies_asked",
            "section_47_per_10k",
            "plans_per_10k",
        ],
    ),
    (
        "load",
        "Load",
        &[
            "screening_work_hours",
            "hub_work_hours",
            "police_work_hours",
            "screening_utilisation_pct",
            "hub_utilisation_pct",
            "screening_waiting",
            "hub_waiting",
            "caseload_mean",
            "unallocated",
            "agency_pct",
        ],
    ),
    (
        "timeliness",
        "Timeliness",
        &[
            "decision_hours_mean",
            "decision_hours_p95",
            "in_time_red_pct",
            "in_time_amber_pct",
            "referral_one_day_pct",
            "strategy_one_day_pct",
            "assessment_45_days_pct",
            "conference_15_days_pct",
        ],
    ),
    ("harm", "Missed harm against over-intervention", &["missed", "over_intervention"]),
];

/// The page.
#[derive(Debug, Serialize)]
pub(crate) struct PageView {
    pub(crate) scenarios: Vec<Named>,
    pub(crate) packs: Vec<Named>,
    pub(crate) against: Vec<Named>,
    pub(crate) scenario: String,
    pub(crate) pack: String,
    /// The pack that is tried, where it is another than the baseline's.
    pub(crate) other_pack: Option<String>,
    /// Changes as an address says them.
    pub(crate) sets: Vec<String>,
    pub(crate) title: String,
    pub(crate) scenario_title: String,
    pub(crate) groups: Vec<GroupView>,
    pub(crate) changes: Vec<ChangeView>,
    /// The address of the question.
    pub(crate) address: String,
    /// The address of its baseline.
    pub(crate) baseline: String,
    pub(crate) results: ResultsView,
}

/// A name to choose.
#[derive(Debug, Serialize)]
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) chosen: bool,
}

/// Knobs of a heading.
#[derive(Debug, Serialize)]
pub(crate) struct GroupView {
    pub(crate) title: &'static str,
    pub(crate) knobs: Vec<KnobView>,
    /// Is one of them moved?
    pub(crate) moved: usize,
}

/// One knob as a field.
#[derive(Debug, Serialize)]
pub(crate) struct KnobView {
    pub(crate) field: String,
    pub(crate) title: String,
    pub(crate) unit: String,
    /// `number`, `words` or `switch`.
    pub(crate) kind: &'static str,
    /// The value asked for, or the baseline's.
    pub(crate) value: String,
    /// The baseline's.
    pub(crate) usual: String,
    pub(crate) low: String,
    pub(crate) high: String,
    pub(crate) step: String,
    pub(crate) words: Vec<String>,
    pub(crate) mark: String,
    pub(crate) source: String,
    pub(crate) moved: bool,
}

/// One change.
#[derive(Debug, Serialize)]
pub(crate) struct ChangeView {
    pub(crate) title: String,
    pub(crate) unit: String,
    pub(crate) before: String,
    pub(crate) after: String,
}

/// What was found so far.
#[derive(Debug, Serialize)]
pub(crate) struct ResultsView {
    /// The address of the question.
    pub(crate) address: String,
    pub(crate) status: String,
    pub(crate) finished: bool,
    pub(crate) failed: bool,
    pub(crate) replications: u32,
    /// Is anything tried at all?
    pub(crate) tried: bool,
    pub(crate) flips: Option<FlipsView>,
    pub(crate) tables: Vec<TableView>,
    pub(crate) charts: Vec<ChartView>,
    pub(crate) harm: Vec<HarmView>,
    pub(crate) withheld: bool,
    pub(crate) warnings: Vec<String>,
    pub(crate) overlay: bool,
    pub(crate) overlay_folder: String,
    pub(crate) against: String,
    pub(crate) command: String,
}

/// Figures of a heading.
#[derive(Debug, Serialize)]
pub(crate) struct TableView {
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) rows: Vec<RowView>,
}

/// One measure.
#[derive(Debug, Serialize)]
pub(crate) struct RowView {
    pub(crate) title: String,
    pub(crate) unit: String,
    pub(crate) baseline: String,
    pub(crate) tried: String,
    pub(crate) difference: String,
    pub(crate) way: &'static str,
}

/// Children whose route is another.
#[derive(Debug, Serialize)]
pub(crate) struct FlipsView {
    pub(crate) stronger: String,
    pub(crate) weaker: String,
    pub(crate) only_baseline: String,
    pub(crate) only_tried: String,
    pub(crate) cells: Vec<CellView>,
    pub(crate) examples: Vec<ExampleView>,
}

/// From one route to another.
#[derive(Debug, Serialize)]
pub(crate) struct CellView {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) stronger: bool,
    pub(crate) per_year: String,
}

/// A child whose route is another.
#[derive(Debug, Serialize)]
pub(crate) struct ExampleView {
    pub(crate) id: String,
    pub(crate) replication: u32,
    pub(crate) source: String,
    pub(crate) age: String,
    pub(crate) from: String,
    pub(crate) to: String,
}

/// A chart and what it shows.
#[derive(Debug, Serialize)]
pub(crate) struct ChartView {
    pub(crate) caption: String,
    pub(crate) svg: Value,
}

/// Harm under one truth model.
#[derive(Debug, Serialize)]
pub(crate) struct HarmView {
    pub(crate) number: usize,
    pub(crate) title: String,
    pub(crate) unmet: bool,
    pub(crate) missed: String,
    pub(crate) over: String,
}

/// The page of a question.
///
/// # Errors
/// A file of the library cannot be used.
pub(crate) fn page(
    explorer: &Explorer,
    asked: &Asked,
    knobs: &[Knob],
    picture: Result<Option<&Picture>, String>,
) -> Result<PageView, ExploreError> {
    let loaded = explorer.shelf.scenario(&asked.scenario)?;
    let named = |names: &mut dyn Iterator<Item = &str>, chosen: &str| -> Vec<Named> {
        names.map(|name| Named { name: name.to_owned(), chosen: name == chosen }).collect()
    };
    let value = |knob: &Knob| {
        let change = asked.changes.iter().find(|change| change.place == knob.place);
        change.map_or_else(|| knob.value.clone(), |change| change.value.clone())
    };
    let groups = KnobGroup::ALL.map(|group| {
        let of_group = knobs.iter().filter(|knob| knob.group == group);
        let knobs: Vec<KnobView> = of_group.map(|knob| field(knob, &value(knob))).collect();
        let moved = knobs.iter().filter(|knob| knob.moved).count();
        GroupView { title: group.title(), knobs, moved }
    });
    let changes = knobs.iter().filter(|knob| !knob.is_unmoved(&value(knob))).map(|knob| ChangeView {
        title: knob.title.clone(),
        unit: knob.unit.clone(),
        before: words(&knob.value),
        after: words(&value(knob)),
    });
    Ok(PageView {
        scenarios: named(&mut explorer.shelf.scenarios(), &asked.scenario),
        packs: named(&mut explorer.shelf.packs(), &asked.pack),
        against: named(&mut explorer.shelf.packs(), asked.against.as_deref().unwrap_or(&asked.pack)),
        scenario: asked.scenario.clone(),
        pack: asked.pack.clone(),
        other_pack: asked.against.clone(),
        sets: asked.changes.iter().map(ToString::to_string).collect(),
        title: asked.title(),
        scenario_title: loaded.scenario.title.clone(),
        changes: changes.collect(),
        groups: groups.into_iter().filter(|group| !group.knobs.is_empty()).collect(),
        address: asked.address(),
        baseline: asked.baseline().address(),
        results: results(asked, picture),
    })
}

fn words(value: &serde_json::Value) -> String {
    Change::text(value).replace('_', " ")
}

fn field(knob: &Knob, value: &serde_json::Value) -> KnobView {
    let (kind, ends, step, words) = match &knob.span {
        Span::Numbers { low, high, step, .. } => {
            ("number", [low.to_string(), high.to_string()], step.to_string(), Vec::new())
        }
        Span::Words(words) => ("words", Default::default(), String::new(), words.clone()),
        Span::Switch => ("switch", Default::default(), String::new(), vec!["true".into(), "false".into()]),
    };
    let [low, high] = ends;
    KnobView {
        field: format!("{FIELD}{}", knob.place),
        title: knob.title.clone(),
        unit: knob.unit.clone(),
        kind,
        value: Change::text(value),
        usual: Change::text(&knob.value),
        low,
        high,
        step,
        words,
        mark: knob.mark.clone(),
        source: knob.source.clone(),
        moved: !knob.is_unmoved(value),
    }
}

/// What was found so far.
pub(crate) fn results(asked: &Asked, picture: Result<Option<&Picture>, String>) -> ResultsView {
    let mut view = ResultsView {
        address: asked.address(),
        status: "The first replications are running.".to_owned(),
        finished: false,
        failed: false,
        replications: 0,
        tried: asked.is_tried(),
        flips: None,
        tables: Vec::new(),
        charts: Vec::new(),
        harm: Vec::new(),
        withheld: false,
        warnings: Vec::new(),
        overlay: files::has_overlay(asked),
        overlay_folder: files::overlay_folder(asked),
        against: files::against(asked),
        command: String::new(),
    };
    let picture = match picture {
        Ok(None) => return view,
        Ok(Some(picture)) => picture,
        Err(error) => {
            (view.status, view.finished, view.failed) = (error, true, true);
            return view;
        }
    };
    let results = &picture.results;
    let figures = Figures { replications: results.replications };
    view.replications = results.replications;
    view.finished = picture.finished;
    view.status = status(picture, asked.is_tried());
    view.withheld = results.absolute_harm_withheld;
    view.warnings.clone_from(&results.warnings);
    view.command.clone_from(&results.command);
    view.tables = SHOWN
        .iter()
        .map(|(id, title, measures)| TableView {
            id,
            title,
            rows: measures.iter().filter_map(|measure| row(results, measure, figures)).collect(),
        })
        .filter(|table| !table.rows.is_empty())
        .collect();
    if let Some(moves) = results.moves.first() {
        view.flips = Some(flips(moves, figures));
    }
    view.harm = harm(results);
    view.charts.extend(weeks(results, "hub"));
    view.charts.extend(trade_offs(results, figures));
    view
}

fn status(picture: &Picture, tried: bool) -> String {
    let results = &picture.results;
    let done = results.replications;
    let reached = WANTED.iter().filter_map(|id| widest(results, id)).fold(0.0_f64, f64::max);
    let what = if tried { "differences" } else { "means" };
    let narrow = format!(
        "95% intervals of the {what} in referrals, hours to a decision and hub hours reach {} per cent of the baseline",
        plain(reached)
    );
    if picture.finished {
        let why = if reached <= PRECISION_PCT { "as narrow as wanted" } else { "the most that are run" };
        format!("Finished: {done} replications of each alternative, {why}; {narrow}.")
    } else if picture.settled {
        format!(
            "{done} replications of each alternative are done; missed harm is now run under every truth model."
        )
    } else {
        format!(
            "Refining: {done} replications of each alternative so far; goes on to {FIRST}, and to {MOST} until intervals are \
             narrow. {narrow}."
        )
    }
}

fn row(results: &ExperimentResults, id: &str, figures: Figures) -> Option<RowView> {
    let measure = results.measures.iter().find(|measure| measure.id == id)?;
    let found = results.figures.iter().find(|it| it.measure == id)?;
    let absolute = |at: usize| {
        let estimate = found.estimates.get(at).copied().flatten();
        match estimate {
            Some(estimate) if !(results.absolute_harm_withheld && is_of_need(id)) => {
                count(figures, &estimate)
            }
            _ if is_of_need(id) && results.absolute_harm_withheld => "withheld".to_owned(),
            _ => "nothing to measure".to_owned(),
        }
    };
    let difference = found.differences.first().copied().flatten().map(|it| it.estimate);
    let other = results.alternatives.len() > 1;
    Some(RowView {
        title: measure.title.clone(),
        unit: measure.unit.clone(),
        baseline: absolute(0),
        tried: if other { absolute(1) } else { String::new() },
        difference: difference.map(|it| figures.difference(&it).to_string()).unwrap_or_default(),
        way: difference.map_or("", |it| direction(&it).text()),
    })
}

fn count(figures: Figures, estimate: &Estimate) -> String {
    figures.count(estimate).to_string()
}

fn flips(moves: &Moves, figures: Figures) -> FlipsView {
    let titles: BTreeMap<&str, (usize, &str)> =
        (0..).zip(&moves.routes).map(|(at, (id, title))| (id.as_str(), (at, title.as_str()))).collect();
    let title = |id: &str| titles.get(id).map_or_else(|| id.to_owned(), |(_, title)| (*title).to_owned());
    let rank = |id: &str| titles.get(id).map(|(at, _)| *at);
    let mut cells: Vec<_> = moves.cells.iter().filter(|cell| cell.from != cell.to).collect();
    cells.sort_by(|a, b| b.per_year.mean.total_cmp(&a.per_year.mean));
    FlipsView {
        stronger: count(figures, &moves.stronger),
        weaker: count(figures, &moves.weaker),
        only_baseline: count(figures, &moves.only_baseline),
        only_tried: count(figures, &moves.only_alternative),
        cells: cells
            .into_iter()
            .map(|cell| CellView {
                from: title(&cell.from),
                to: title(&cell.to),
                stronger: rank(&cell.to) > rank(&cell.from),
                per_year: count(figures, &cell.per_year),
            })
            .collect(),
        examples: moves
            .examples
            .iter()
            .map(|it| ExampleView {
                id: it.id.clone(),
                replication: it.replication,
                source: it.source.clone(),
                age: it.age.clone(),
                from: title(&it.from),
                to: title(&it.to),
            })
            .collect(),
    }
}

/// A series week by week, both alternatives.
fn weeks(results: &ExperimentResults, id: &str) -> Option<ChartView> {
    let series = results.weeks.iter().find(|series| series.id == id)?;
    let of = |at: usize| -> Option<Vec<Week>> {
        let one = |band: &Band| [band.mean, band.p10, band.p90];
        Some(series.bands.get(at)?.iter().map(one).collect())
    };
    let (baseline, other) = (of(0)?, of(1));
    let svg = over_time(&OverTime {
        id: &format!("week-{id}"),
        title: &series.title,
        unit: &series.unit,
        days: &series.days,
        baseline: &baseline,
        other: other.as_deref(),
        mark: None,
    });
    let caption = format!(
        "{}, {}. Line: mean. Band: from the 10th to the 90th replication of a hundred.",
        series.title, series.unit
    );
    Some(ChartView { caption, svg: Value::from_safe_string(svg) })
}

/// Missed harm against over-intervention: under every truth model where that was run, else under the first.
fn trade_offs(results: &ExperimentResults, figures: Figures) -> Option<ChartView> {
    let mut points: Vec<TradeOffPoint> = Vec::new();
    for row in &results.harm {
        let (missed, over) = (row.missed.first().copied().flatten(), row.over.first().copied().flatten());
        if let (Some(missed), Some(over)) = (missed, over) {
            points.push(TradeOffPoint {
                label: row.title.clone(),
                missed,
                over,
                hollow: !row.unmet_need_counts,
            });
        }
    }
    if points.is_empty() {
        let difference = |id: &str| {
            let found = results.figures.iter().find(|it| it.measure == id)?;
            found.differences.first().copied().flatten().map(|it| it.estimate)
        };
        let label = "The scenario's first truth model".to_owned();
        let (missed, over) = (difference("missed")?, difference("over_intervention")?);
        points.push(TradeOffPoint { label, missed, over, hollow: false });
    }
    let title = "Missed harm against over-intervention, differences from the baseline, children a year";
    let svg = trade_off("trade-off", title, figures, &points);
    let caption = format!(
        "{title}. Filled: unmet need brings children back sooner, as the scenario says. Hollow: it has no effect. Lines: 95% \
         intervals. Which of them is true, nobody knows."
    );
    Some(ChartView { caption, svg: Value::from_safe_string(svg) })
}

fn harm(results: &ExperimentResults) -> Vec<HarmView> {
    let rows = results.harm.iter().enumerate().map(|(at, row)| {
        let figures = Figures { replications: row.replications };
        let shown = |it: Option<Estimate>| {
            it.map_or_else(|| "nothing to measure".to_owned(), |it| figures.difference(&it).to_string())
        };
        HarmView {
            number: at + 1,
            title: row.title.clone(),
            unmet: row.unmet_need_counts,
            missed: shown(row.missed.first().copied().flatten()),
            over: shown(row.over.first().copied().flatten()),
        }
    });
    rows.collect()
}
