//! What an experiment found, at 80 columns.

use std::fmt::Write as _;

use mash_batch::experiment::{
    headline::Question,
    results::{Difference, ExperimentResults, MeasureFigures, Moves},
};
use mash_stats::{Estimate, measures::Measure};

use crate::terminal::{WIDTH, figure, wrap};

/// Columns of a measure's name.
const NAME: usize = 34;
/// Changes of a scenario or a pack that are listed.
const CHANGES: usize = 6;

/// The headline measures, and those that were asked for besides.
pub(super) fn text(results: &ExperimentResults, besides: &[String]) -> String {
    let mut out = String::new();
    for (at, alternative) in results.alternatives.iter().enumerate().skip(1) {
        let title = format!("{} (`{}`), against the baseline", alternative.title, alternative.id);
        let _ = writeln!(out, "{}", wrap(&title, WIDTH, "  "));
        for change in alternative.changes.iter().take(CHANGES) {
            let line = format!("  {}: {} -> {}", change.what, change.a, change.b);
            let _ = writeln!(out, "{}", wrap(&line, WIDTH, "    "));
        }
        if alternative.changes.len() > CHANGES {
            let _ = writeln!(out, "  and {} more changes", alternative.changes.len() - CHANGES);
        }
        if let Some(moves) = results.moves.get(at - 1) {
            out.push_str(&moved(moves));
        }
        for question in Question::ALL {
            let rows = results.figures.iter().zip(&results.measures);
            let lines: String = rows
                .filter(|(row, _)| row.question == Some(question))
                .map(|(row, measure)| line(row, measure, at))
                .collect();
            let _ = write!(out, "\n{:<NAME$}{:>10}   difference\n{lines}", question.title(), "baseline");
        }
        if !besides.is_empty() {
            let rows = results.figures.iter().zip(&results.measures);
            let asked = rows.filter(|(row, _)| besides.contains(&row.measure));
            let lines: String = asked.map(|(row, measure)| line(row, measure, at)).collect();
            let _ = write!(out, "\n{:<NAME$}{:>10}   difference\n{lines}", "Asked for", "baseline");
        }
        out.push_str(&harm(results, at));
        out.push('\n');
    }
    out.push_str(&scorecard(results));
    out.push_str(&wrap(
        &format!(
            "{} replications of each alternative over the same draws, seed {}. A difference stands with its 95% interval \
             by paired t; * says that it is told from chance after Holm's adjustment over all headline measures \
             (p below 0.05).",
            results.replications, results.seed
        ),
        WIDTH,
        "",
    ));
    out.push('\n');
    for reached in &results.precision {
        let got = reached.reached.map_or("not measured".to_owned(), figure);
        let _ = writeln!(out, "Half-width of {}: wanted {}, reached {got}", reached.measure, reached.wanted);
    }
    for warning in &results.warnings {
        let _ = writeln!(out, "{}", wrap(&format!("NOTE: {warning}"), WIDTH, "  "));
    }
    let _ = writeln!(out, "{}", results.notice);
    out
}

fn moved(moves: &Moves) -> String {
    format!(
        "\nChildren a year whose route is another\n  stronger {}, weaker {}\n  decided only under the baseline {}, only \
         here {}\n",
        between(&moves.stronger),
        between(&moves.weaker),
        figure(moves.only_baseline.mean),
        figure(moves.only_alternative.mean)
    )
}

fn line(row: &MeasureFigures, measure: &Measure, at: usize) -> String {
    let base = row.estimates.first().copied().flatten();
    let difference = row.differences.get(at - 1).copied().flatten();
    let name = measure.title.strip_prefix("Decided: ").unwrap_or(&measure.title);
    let name = if name.chars().count() > NAME - 3 {
        format!("  {name}\n{:NAME$}", "")
    } else {
        format!("  {name:<width$}", width = NAME - 2)
    };
    let base = base.map_or_else(
        || "withheld".to_owned(),
        |base| format!("{}{}", figure(base.mean), sign(&measure.unit)),
    );
    format!("{name}{base:>10}   {}\n", difference.map_or_else(|| "-".to_owned(), |it| told(&it)))
}

fn told(difference: &Difference) -> String {
    let it = &difference.estimate;
    if it.mean == 0.0 && it.low == 0.0 && it.high == 0.0 {
        return "none".to_owned();
    }
    let star = if difference.p_holm.is_some_and(|p| p < 0.05) { " *" } else { "" };
    format!("{} ({} to {}){star}", signed(it.mean), signed(it.low), signed(it.high))
}

fn harm(results: &ExperimentResults, at: usize) -> String {
    if results.harm.is_empty() {
        return String::new();
    }
    let mut out = format!(
        "\n{:<46}{:>16}{:>18}\n",
        "Modelled, under assumed need (children a year)", "missed", "over-intervention"
    );
    for row in &results.harm {
        let counts = if row.unmet_need_counts { "unmet need counts" } else { "it does not" };
        let short = |estimate: Option<&Option<Estimate>>| {
            estimate.copied().flatten().map_or("-".to_owned(), |it| {
                if it.low > 0.0 || it.high < 0.0 { signed(it.mean) } else { "not known".to_owned() }
            })
        };
        let _ = writeln!(
            out,
            "  {:<44}{:>16}{:>18}",
            format!("{}, {counts}", row.truth_model),
            short(row.missed.get(at - 1)),
            short(row.over.get(at - 1))
        );
    }
    out
}

fn scorecard(results: &ExperimentResults) -> String {
    let mut out = String::new();
    for row in &results.scorecard {
        if out.is_empty() {
            out.push_str("Targets: score, figure, chance that a year meets it\n");
        }
        let _ = writeln!(out, "  {} (target {})", row.title, figure(row.target));
        for (alternative, scored) in results.alternatives.iter().zip(&row.scores) {
            let Some(scored) = scored else { continue };
            let word = scored.score.words().split(':').next().unwrap_or_default();
            let _ = writeln!(
                out,
                "    {:<40}{:<7}{:>9}{:>8.0}%",
                alternative.id.chars().take(39).collect::<String>(),
                word,
                figure(scored.estimate.mean),
                100.0 * scored.probability
            );
        }
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

fn between(estimate: &Estimate) -> String {
    format!("{} ({} to {})", figure(estimate.mean), figure(estimate.low), figure(estimate.high))
}

fn sign(unit: &str) -> &'static str {
    if unit.starts_with("per cent") { "%" } else { "" }
}

fn signed(value: f64) -> String {
    if value > 0.0 { format!("+{}", figure(value)) } else { figure(value) }
}
