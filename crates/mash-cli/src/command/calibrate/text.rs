//! A fit at 80 columns.

use std::fmt::Write as _;

use mash_batch::calibrate::{Fit, FittedMeasure};
use mash_io::{against_published::short_title, calibration::Local};

use super::CalibrateAnswer;
use crate::terminal::{WIDTH, wrap};

/// Standard errors from which a figure is said not to be met.
const NOT_MET: f64 = 3.0;

/// What must be said beside a fit.
pub(super) fn warnings(fit: &Fit, local: Option<&Local>) -> Vec<String> {
    let mut all = Vec::new();
    for measure in fit.measures.iter().filter(|measure| measure.fitted) {
        match measure.residual {
            Some(off) if off.abs() > NOT_MET => {
                all.push(format!("{} is not met: off by {off:.1} standard errors", measure.title));
            }
            None => all.push(format!("{}: nothing to measure in the simulation", measure.title)),
            Some(_) => {}
        }
    }
    let ends: Vec<&str> = fit.parameters.iter().filter(|it| it.at_its_end).map(|it| it.path).collect();
    if !ends.is_empty() {
        all.push(format!("at an end of its range: {}", ends.join(", ")));
    }
    if let Some(local) = local.filter(|local| local.months < 12) {
        all.push(format!("{} covers {} months, taken to a year by twelfths", local.file, local.months));
    }
    all
}

/// The fit as people read it.
pub(super) fn text(answer: &CalibrateAnswer) -> String {
    let fit = &answer.fit;
    let head = format!(
        "{}, year to March {}, from {} under {}; {} points of {} replications, seed {}",
        answer.authority, answer.year, answer.base, answer.pack, fit.points, fit.replications, fit.seed
    );
    let mut text = wrap(&head, WIDTH, "  ");
    let _ = write!(
        text,
        "\n\n  {:<28} {:>8} {:>8} {:>6} {:>6} {:>7}\n",
        "", "publ.", "simul.", "+-", "s.e.", "off"
    );
    fit.measures.iter().for_each(|measure| text.push_str(&measured(measure)));
    let _ = writeln!(
        text,
        "+-: half the 95% interval of the mean over {} replications that the fit has not\nseen. s.e.: chance of one \
         year, rounding, and 2% for recording. off: published\nless simulated, in standard errors. ~ raked, - beside \
         the fit. Root mean square of\nwhat was fitted: {:.2}.",
        2 * fit.replications,
        fit.off
    );
    let _ = write!(text, "\n  {:<42} {:>7} {:>7}   95% interval\n", "Free figure", "before", "after");
    for it in &fit.parameters {
        let interval = it.interval.map_or_else(
            || format!("not told ({:.0}%)", 100.0 * it.resolution),
            |[low, high]| format!("{low} to {high}"),
        );
        let end = if it.at_its_end { " |" } else { "" };
        let path = it.path.trim_start_matches("front_door.");
        let _ = writeln!(text, "  {path:<42} {:>7} {:>7}   {interval}{end}", it.before, it.after);
    }
    text.push_str(
        "not told: these figures leave it open, alone or against others; in brackets how\nmuch of it they tell. |: at \
         an end of the range tried. Days: a factor on bands.\n",
    );
    let mut list = |title: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            let _ = write!(text, "\n{title}\n");
            lines.iter().for_each(|line| {
                let _ = writeln!(text, "{}", wrap(&format!("  - {line}"), WIDTH, "    "));
            });
        }
    };
    list("Cannot be identified from these figures", fit.not_told.iter().map(|it| it.words.clone()).collect());
    let left = answer.missing.iter().chain(&fit.left_out);
    list("Left out", left.map(|it| format!("{}: {}", it.name, it.why)).collect());
    list("Notes", answer.warnings.clone());
    if let Some(local) = &answer.local {
        let _ = write!(
            text,
            "\nLocal counts in place of published figures: {}, {} months; {:.0} contacts and\n{:.0} referrals a \
             year.\n",
            local.file, local.months, local.contacts_a_year, local.referrals_a_year
        );
    }
    let _ = writeln!(text, "\n{}", answer.notice);
    text
}

fn measured(it: &FittedMeasure) -> String {
    let title = short_title(&it.measure, &it.title);
    let kind = match (it.fitted, it.measure.starts_with("share_")) {
        (true, _) => "",
        (false, true) => " ~",
        (false, false) => " -",
    };
    let (mean, half) = match it.simulated {
        Some(found) => (format!("{:.1}", found.mean), format!("{:.1}", (found.high - found.low) / 2.0)),
        None => ("-".to_owned(), "-".to_owned()),
    };
    let off = it.residual.map_or_else(|| "-".to_owned(), |off| format!("{off:+.1}"));
    format!(
        "  {title:<28} {:>8.1} {mean:>8} {half:>6} {:>6.1} {off:>7}{kind}\n",
        it.published, it.standard_error
    )
}
