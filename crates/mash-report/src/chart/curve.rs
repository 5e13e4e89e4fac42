//! A measure over the values of something that was varied: a line for the mean and a band for its 95% interval; several
//! lines where a second thing was varied.

use std::fmt::Write as _;

use mash_stats::Estimate;

use super::{BAND, COLOUR_A, COLOUR_B, INK, escape, svg};
use crate::number::plain;

/// Height of the plot.
const HEIGHT: f64 = 220.0;
/// Width of the plot's own coordinates, stretched to the page's.
const WIDTH: f64 = 1_000.0;
/// Height of a line of the key.
const LINE: f64 = 22.0;
/// Lines are told apart by their dashes as well as by colour.
const DASHES: [&str; 5] = ["", "8 4", "2 3", "10 3 2 3", "4 2"];

/// One point of a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CurvePoint {
    /// Value of what was varied.
    pub at: f64,
    /// The measure there.
    pub estimate: Estimate,
}

/// A line.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// What it stands for; empty where there is only one.
    pub label: String,
    /// Its points, in the order of their values.
    pub points: Vec<CurvePoint>,
}

/// Draws the lines. The scale begins at zero unless a value lies below it.
#[must_use]
pub fn curve(id: &str, title: &str, unit: &str, over: &str, curves: &[Curve], level: Option<f64>) -> String {
    let id = &escape(id);
    let points = || curves.iter().flat_map(|curve| &curve.points);
    let ends = |pick: fn(&CurvePoint) -> f64| {
        let finite = points().map(pick).filter(|value| value.is_finite());
        finite.fold(None, |ends: Option<[f64; 2]>, value| {
            Some(ends.map_or([value, value], |[low, high]| [low.min(value), high.max(value)]))
        })
    };
    let [left, right] = ends(|point| point.at).unwrap_or([0.0, 1.0]);
    let low = ends(|point| point.estimate.low.min(point.estimate.mean)).map_or(0.0, |[low, _]| low);
    let high = ends(|point| point.estimate.high.max(point.estimate.mean)).map_or(1.0, |[_, high]| high);
    let [low, high] = [low.min(0.0).min(level.unwrap_or(0.0)), high.max(0.0).max(level.unwrap_or(0.0))];
    let wide = if right > left { right - left } else { 1.0 };
    let tall = if high > low { high - low } else { 1.0 };
    let x = |value: f64| (value - left) / wide * WIDTH;
    let y = |value: f64| HEIGHT - (value - low) / tall * HEIGHT;
    let mut plot = String::new();
    let mut rule = |value: f64, dashes: &str, colour: &str| {
        let at = y(value);
        let _ = write!(
            plot,
            r#"<line x1="0" x2="{WIDTH}" y1="{at:.1}" y2="{at:.1}" stroke="{colour}" stroke-width="1.5" stroke-dasharray="{dashes}" vector-effect="non-scaling-stroke"/>"#
        );
    };
    rule(low, "", BAND);
    rule(0.0, "", BAND);
    if let Some(level) = level {
        rule(level, "2 4", INK);
    }
    let mut key = String::new();
    let mut desc = format!("Lines over {over} from {} to {}.", plain(left), plain(right));
    let look = DASHES.iter().cycle().zip([COLOUR_A, COLOUR_B, INK].into_iter().cycle());
    let mut down = 0.0;
    for (curve, (dashes, colour)) in curves.iter().zip(look) {
        let line = |pick: fn(&Estimate) -> f64| {
            let at = |point: &CurvePoint| format!("{:.1},{:.1}", x(point.at), y(pick(&point.estimate)));
            curve.points.iter().map(at).collect::<Vec<_>>()
        };
        let known = curve.points.iter().all(|it| it.estimate.low.is_finite() && it.estimate.high.is_finite());
        if known {
            let mut outline = line(|it| it.low);
            outline.extend(line(|it| it.high).into_iter().rev());
            let _ = write!(
                plot,
                r#"<polygon points="{}" fill="{colour}" fill-opacity="0.16" stroke="none"/>"#,
                outline.join(" ")
            );
        }
        let _ = write!(
            plot,
            r#"<polyline points="{}" fill="none" stroke="{colour}" stroke-width="3" stroke-dasharray="{dashes}" vector-effect="non-scaling-stroke"/>"#,
            line(|it| it.mean).join(" ")
        );
        if !curve.label.is_empty() {
            let middle = down + 12.0;
            let _ = write!(
                key,
                r#"<line x1="0" x2="34" y1="{middle}" y2="{middle}" stroke="{colour}" stroke-width="3" stroke-dasharray="{dashes}"/><text class="chart-value" x="42" y="{}" fill="{INK}">{}</text>"#,
                middle + 5.0,
                escape(&curve.label)
            );
            down += LINE;
            let _ = write!(desc, " {}:", curve.label);
        }
        for point in &curve.points {
            let _ = write!(desc, " {}: {};", plain(point.at), plain(point.estimate.mean));
        }
    }
    let top = down + 24.0;
    let [unit, over] = [unit, over].map(escape);
    let [top_label, bottom_label, left, right] = [high, low, left, right].map(|value| escape(&plain(value)));
    let below = top + HEIGHT + 18.0;
    let body = format!(
        r#"{key}<text class="chart-value" x="0" y="{}" fill="{INK}">{top_label} {unit}</text><svg x="0" y="{top}" width="100%" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" aria-hidden="true">{plot}</svg><text class="chart-value" x="0" y="{below}" fill="{INK}">{bottom_label} {unit}</text><text class="chart-value" x="0" y="{}" fill="{INK}">{over}: {left}</text><text class="chart-value" x="100%" y="{}" text-anchor="end" fill="{INK}">{right}</text>"#,
        top - 6.0,
        below + 20.0,
        below + 20.0,
    );
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few hundred pixels")]
    let height = (below + 28.0) as u32;
    svg(id, title, &desc, height, "", &body)
}
