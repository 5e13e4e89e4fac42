//! A sweep as a table at 80 columns, and as CSV.

use std::fmt::Write as _;

use mash_batch::sweep::SweepResults;
use mash_stats::Estimate;

use crate::terminal::{WIDTH, figure, wrap};

/// Columns of a bar.
const BAR: f64 = 24.0;

pub(super) fn text(answer: &SweepResults) -> String {
    let mut out = String::new();
    for id in &answer.shown {
        let Some(at) = answer.measures.iter().position(|measure| measure.id == *id) else { continue };
        let Some(measure) = answer.measures.get(at) else { continue };
        let _ = writeln!(out, "{}", wrap(&format!("{}, {}", measure.title, measure.unit), WIDTH, "  "));
        let _ = writeln!(out, "  {}", answer.places.join(", "));
        let mut estimates: Vec<Option<Estimate>> =
            answer.points.iter().map(|point| point.estimates.get(at).copied().flatten()).collect();
        if estimates.iter().all(Option::is_none) {
            out.push_str(
                "  difference from the first point; absolute figures are withheld or there are none\n",
            );
            estimates =
                answer.points.iter().map(|point| point.differences.get(at).copied().flatten()).collect();
        }
        let most = estimates.iter().flatten().map(|it| it.high).fold(0.0, f64::max);
        for (point, estimate) in answer.points.iter().zip(&estimates) {
            let values: Vec<String> = point.values.iter().map(ToString::to_string).collect();
            let Some(it) = estimate else {
                let _ = writeln!(out, "  {:>16}  nothing to measure", values.join(", "));
                continue;
            };
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "between 0 and the bar"
            )]
            let length = if most > 0.0 { (BAR * it.mean.max(0.0) / most).round() as usize } else { 0 };
            let _ = writeln!(
                out,
                "  {:>16}  {:>8}  {:<19} {}",
                values.join(", "),
                figure(it.mean),
                format!("({} to {})", figure(it.low), figure(it.high)),
                "#".repeat(length)
            );
        }
        out.push('\n');
    }
    if let Some(met) = &answer.first_met {
        let level = format!(
            "{} {} {}",
            met.level.measure,
            if met.level.at_least { "at least" } else { "at most" },
            met.level.level
        );
        let place = |at: Option<usize>| match at.and_then(|at| answer.points.get(at)) {
            Some(point) => answer.named(point),
            None => "at no point of this sweep".to_owned(),
        };
        let line = format!(
            "{level}: first met by the mean {}; by the whole interval {}.",
            place(met.by_mean),
            place(met.by_interval)
        );
        let _ = writeln!(out, "{}", wrap(&line, WIDTH, "  "));
    }
    let _ = writeln!(
        out,
        "{}",
        wrap(
            &format!(
                "Mean and 95% interval of {} replications a point, the same draws at every point; seed {}.",
                answer.replications, answer.seed
            ),
            WIDTH,
            ""
        )
    );
    let _ = writeln!(out, "{}", answer.notice);
    out
}

/// Every point and measure: a line each.
pub(super) fn csv(answer: &SweepResults) -> String {
    let mut out = format!(
        "{},measure,unit,mean,low,high,replications,difference,difference_low,difference_high\n",
        answer.places.join(",")
    );
    for point in &answer.points {
        let values: Vec<String> = point.values.iter().map(ToString::to_string).collect();
        let all = answer.measures.iter().zip(point.estimates.iter().zip(&point.differences));
        for (measure, (estimate, difference)) in all {
            let _ = write!(out, "{},{},{}", values.join(","), measure.id, measure.unit);
            match estimate {
                Some(it) => drop(write!(out, ",{},{},{},{}", it.mean, it.low, it.high, it.n)),
                None => out.push_str(",,,,0"),
            }
            match difference {
                Some(it) => drop(writeln!(out, ",{},{},{}", it.mean, it.low, it.high)),
                None => out.push_str(",,,\n"),
            }
        }
    }
    out
}
