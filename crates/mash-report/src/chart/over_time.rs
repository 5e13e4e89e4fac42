//! A figure week by week under two alternatives: a line for the mean, a band from the 10th to the 90th replication of a
//! hundred.

use std::fmt::Write as _;

use super::{BAND, COLOUR_A, COLOUR_B, INK, escape, svg};
use crate::number::plain;

/// Height of the plot.
const HEIGHT: f64 = 180.0;
/// Width of the plot's own coordinates, stretched to the page's.
const WIDTH: f64 = 1_000.0;

/// One week: mean, and the ends of its band.
pub type Week = [Option<f64>; 3];

/// What is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct OverTime<'a> {
    /// Unique in the document.
    pub id: &'a str,
    /// What is followed.
    pub title: &'a str,
    /// Its unit.
    pub unit: &'a str,
    /// First day of each week.
    pub days: &'a [String],
    /// The baseline, week by week.
    pub baseline: &'a [Week],
    /// What is held against it; none where there is only the baseline.
    pub other: Option<&'a [Week]>,
    /// Position of the week in which something takes effect.
    pub mark: Option<usize>,
}

/// Draws it.
#[must_use]
pub fn over_time(drawn: &OverTime<'_>) -> String {
    let id = &escape(drawn.id);
    let all = || drawn.baseline.iter().chain(drawn.other.unwrap_or_default());
    let most = all().flatten().flatten().copied().filter(|it| it.is_finite()).fold(0.0_f64, f64::max);
    let most = if most > 0.0 { most } else { 1.0 };
    let count = drawn.baseline.len().max(2) - 1;
    #[expect(clippy::cast_precision_loss, reason = "weeks of a run are few")]
    let x = |week: usize| week as f64 / count as f64 * WIDTH;
    let y = |value: f64| HEIGHT - value / most * HEIGHT;
    let mut plot = String::new();
    for share in [0.0, 0.5, 1.0] {
        let at = HEIGHT * share;
        let _ = write!(
            plot,
            r#"<line x1="0" x2="{WIDTH}" y1="{at:.1}" y2="{at:.1}" stroke="{BAND}" stroke-width="1" stroke-opacity="0.5" vector-effect="non-scaling-stroke"/>"#
        );
    }
    if let Some(week) = drawn.mark {
        let at = x(week);
        let _ = write!(
            plot,
            r#"<line x1="{at:.1}" x2="{at:.1}" y1="0" y2="{HEIGHT}" stroke="{INK}" stroke-width="2" stroke-dasharray="2 3" vector-effect="non-scaling-stroke"/>"#
        );
    }
    let pieces = [
        (Some(drawn.baseline), COLOUR_A, "", "0.22".to_owned()),
        (drawn.other, COLOUR_B, "6 4", "1".to_owned()),
    ];
    for (weeks, colour, dashes, opacity) in pieces {
        let Some(weeks) = weeks else { continue };
        let fill = if dashes.is_empty() { colour.to_owned() } else { format!("url(#{id}-hatch)") };
        let edge = |at: usize| {
            weeks
                .iter()
                .enumerate()
                .filter_map(move |(week, it)| Some((week, (*it.get(at)?)?)))
                .map(|(week, value)| format!("{:.1},{:.1}", x(week), y(value)))
                .collect::<Vec<_>>()
        };
        let mut outline = edge(1);
        outline.extend(edge(2).into_iter().rev());
        if !outline.is_empty() {
            let _ = write!(
                plot,
                r#"<polygon points="{}" fill="{fill}" fill-opacity="{opacity}" stroke="none"/>"#,
                outline.join(" ")
            );
        }
        let _ = write!(
            plot,
            r#"<polyline points="{}" fill="none" stroke="{colour}" stroke-width="3" stroke-dasharray="{dashes}" vector-effect="non-scaling-stroke"/>"#,
            edge(0).join(" ")
        );
    }
    let (first, last) = (drawn.days.first(), drawn.days.last());
    let ends = [first, last].map(|day| day.map_or("", String::as_str));
    let [first, last] = ends.map(escape);
    let mean = |weeks: &[Week]| {
        let values: Vec<f64> = weeks.iter().filter_map(|[mean, ..]| *mean).collect();
        #[expect(clippy::cast_precision_loss, reason = "weeks of a run are few")]
        let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
        plain(mean)
    };
    let mut desc = format!(
        "Lines by week from {first} to {last}. Baseline: mean over the weeks {}.",
        mean(drawn.baseline)
    );
    let mut key = format!(
        r#"<line x1="0" x2="34" y1="12" y2="12" stroke="{COLOUR_A}" stroke-width="3"/><text class="chart-value" x="42" y="17" fill="{INK}">Baseline</text>"#
    );
    if let Some(other) = drawn.other {
        let _ = write!(desc, " This alternative: {}.", mean(other));
        let _ = write!(
            key,
            r#"<line x1="130" x2="164" y1="12" y2="12" stroke="{COLOUR_B}" stroke-width="3" stroke-dasharray="6 4"/><text class="chart-value" x="172" y="17" fill="{INK}">This alternative</text>"#
        );
    }
    let _ = write!(desc, " Highest value drawn: {} {}.", plain(most), drawn.unit);
    let top = 46.0;
    let unit = escape(drawn.unit);
    let body = format!(
        r#"{key}<text class="chart-value" x="0" y="{}" fill="{INK}">{} {unit}</text><svg x="0" y="{top}" width="100%" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" aria-hidden="true">{plot}</svg><text class="chart-value" x="0" y="{}" fill="{INK}">0, {first}</text><text class="chart-value" x="100%" y="{}" text-anchor="end" fill="{INK}">{last}</text>"#,
        top - 6.0,
        escape(&plain(most)),
        top + HEIGHT + 18.0,
        top + HEIGHT + 18.0,
    );
    let hatch = format!(
        r#"<pattern id="{id}-hatch" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="2" height="9" fill="{COLOUR_B}" fill-opacity="0.45"/></pattern>"#
    );
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few hundred pixels")]
    let height = (top + HEIGHT + 26.0) as u32;
    svg(id, drawn.title, &desc, height, &hatch, &body)
}
