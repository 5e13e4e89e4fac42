//! Sentences, written from the figures and from nothing else, and what they do not tell.

use mash_batch::experiment::results::{ExperimentResults, MeasureFigures};
use mash_stats::Estimate;

use super::tables::{is_percent, only_assumed};
use crate::number::{Direction, Figures, direction, is_nothing, per_month, plain, together};

/// Hours of a full-time week.
const FULL_TIME: f64 = 37.0;

fn row<'r>(results: &'r ExperimentResults, measure: &str) -> Option<&'r MeasureFigures> {
    results.figures.iter().find(|row| row.measure == measure)
}

fn differs(results: &ExperimentResults, at: usize, measure: &str) -> Option<Estimate> {
    row(results, measure)?.differences.get(at.checked_sub(1)?).copied().flatten().map(|it| it.estimate)
}

/// What an alternative does, in sentences.
pub(super) fn does(results: &ExperimentResults, at: usize, figures: Figures) -> Vec<String> {
    let mut out = Vec::new();
    let month = |estimate: &Estimate| figures.count(&per_month(estimate)).to_string();
    if let Some(moves) = results.moves.get(at - 1) {
        out.push(match (is_nothing(&moves.stronger), is_nothing(&moves.weaker)) {
            (true, true) => "No child that is decided on under both gets another route.".to_owned(),
            (false, true) => {
                format!(
                    "Each month {} children get a stronger route, and none a weaker one.",
                    month(&moves.stronger)
                )
            }
            (true, false) => {
                format!(
                    "Each month {} children get a weaker route, and none a stronger one.",
                    month(&moves.weaker)
                )
            }
            (false, false) => format!(
                "Each month {} children get a stronger route and {} a weaker one.",
                month(&moves.stronger),
                month(&moves.weaker)
            ),
        });
        if !is_nothing(&moves.only_baseline) || !is_nothing(&moves.only_alternative) {
            out.push(format!(
                "Besides, {} children a month are decided on under the baseline only and {} under this alternative only, \
                 because what was decided before changes who comes again.",
                month(&moves.only_baseline),
                month(&moves.only_alternative)
            ));
        }
    }
    out.extend(work(results, at));
    for (measure, name) in [
        ("decision_hours_mean", "The mean time from receipt to decision"),
        ("referral_one_day_pct", "The share of referrals decided within one working day"),
        ("assessment_45_days_pct", "The share of assessments within 45 working days"),
        ("caseload_mean", "The mean caseload"),
        ("same_worker_pct", "The share of children with the same social worker throughout"),
    ] {
        if let Some(sentence) = moved(results, at, measure, name) {
            out.push(sentence);
        }
    }
    out
}

/// Hub work, with missed harm beside it: work saved is never told alone.
fn work(results: &ExperimentResults, at: usize) -> Option<String> {
    let desks = ["screening_work_hours", "hub_work_hours", "oversight_work_hours"];
    let hours: f64 = desks.iter().filter_map(|desk| differs(results, at, desk)).map(|it| it.mean).sum();
    let (more, missed) = (if hours >= 0.0 { "more" } else { "less" }, harm(results, at, true));
    let telling = desks.iter().filter_map(|desk| differs(results, at, desk)).any(|it| !is_nothing(&it));
    telling.then(|| {
        format!(
            "The hub works {} hours a week {more} ({:.2} full-time posts at {FULL_TIME} hours, leave not counted); missed \
             harm at the same time: {missed}.",
            plain(hours.abs()),
            hours.abs() / FULL_TIME
        )
    })
}

/// Which way missed harm (or over-intervention) goes when all assumptions are taken together.
pub(super) fn harm(results: &ExperimentResults, at: usize, missed: bool) -> &'static str {
    let rows = results.harm.iter().filter_map(|row| {
        let side = if missed { &row.missed } else { &row.over };
        side.get(at - 1).copied().flatten().map(|it| direction(&it))
    });
    match together(rows) {
        Direction::More => "more, under every assumption tried",
        Direction::Fewer => "fewer, under every assumption tried",
        Direction::None => "no difference, under every assumption tried",
        Direction::NotKnown => "not known: the assumptions do not agree, or chance hides it",
    }
}

fn moved(results: &ExperimentResults, at: usize, measure: &str, name: &str) -> Option<String> {
    let it = differs(results, at, measure)?;
    let unit = results.measures.iter().find(|other| other.id == measure)?;
    let told =
        row(results, measure)?.differences.get(at - 1).copied().flatten()?.p_holm.is_some_and(|p| p < 0.05);
    // What rounds to nothing is no news on a first page, however surely it is told from chance.
    if !told || it.mean.abs() < 0.05 {
        return None;
    }
    let unit_words = if is_percent(unit) { "percentage points".to_owned() } else { unit.unit.clone() };
    let way = if it.mean > 0.0 { "rises" } else { "falls" };
    let assumed =
        if only_assumed(results, at, measure) { " This only repeats what the change assumes." } else { "" };
    Some(format!(
        "{name} {way} by {} {unit_words} ({} to {}).{assumed}",
        plain(it.mean.abs()),
        plain(it.low),
        plain(it.high)
    ))
}

/// What the experiment cannot tell.
pub(super) fn not_known(results: &ExperimentResults) -> Vec<String> {
    let mut out = vec![
        "Children, need and people are simulated; most figures behind them are chosen, not measured (see the list of \
         assumptions). Intervals hold the chance between simulated years, not doubt about what is assumed."
            .to_owned(),
        "Whether a child was truly harmed or helped is assumed, apart from any rule. No figure here says how many \
         children come to harm anywhere."
            .to_owned(),
    ];
    let headline = results.figures.iter().filter(|row| row.question.is_some());
    let (mut all, mut hidden) = (0, 0);
    for difference in headline.flat_map(|row| row.differences.iter().flatten()) {
        if is_nothing(&difference.estimate) {
            continue;
        }
        all += 1;
        hidden += usize::from(difference.p_holm.is_none_or(|p| p >= 0.05));
    }
    if hidden > 0 {
        out.push(format!(
            "{hidden} of {all} headline differences that are not zero are not told from chance after adjusting for how \
             many are asked about; more replications would tell some of them."
        ));
    }
    let unknown: Vec<&str> = results
        .alternatives
        .iter()
        .enumerate()
        .skip(1)
        .filter(|(at, _)| harm(results, *at, true).starts_with("not known"))
        .map(|(_, it)| it.title.as_str())
        .collect();
    if !results.harm.is_empty() && !unknown.is_empty() {
        out.push(format!(
            "Whether more or fewer children are missed is not known under: {}.",
            unknown.join("; ")
        ));
    }
    if results.harm.is_empty() {
        out.push("Missed harm was not looked at under other truth models in this run.".to_owned());
    }
    let uninformed: Vec<String> = results
        .equality
        .iter()
        .filter(|part| !part.informative)
        .map(|part| part.title.to_lowercase())
        .collect();
    if !uninformed.is_empty() {
        out.push(format!(
            "Whether outcomes differ by {}: the model cannot inform this.",
            uninformed.join(" or ")
        ));
    }
    out.extend(results.warnings.iter().cloned());
    out
}
