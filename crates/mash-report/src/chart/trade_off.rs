//! Missed harm against over-intervention: one point an assumption, differences from the baseline, zero in the middle.

use std::fmt::Write as _;

use mash_stats::Estimate;

use super::{BAND, COLOUR_A, COLOUR_B, INK, escape, svg, whisker};
use crate::number::{Figures, MINUS, plain};

/// Height of the plot.
const HEIGHT: f64 = 280.0;
/// Room above and below it.
const MARGIN: f64 = 30.0;

/// One point.
#[derive(Debug, Clone, PartialEq)]
pub struct TradeOffPoint {
    /// Under which assumption.
    pub label: String,
    /// Missed harm, difference from the baseline.
    pub missed: Estimate,
    /// Over-intervention, difference from the baseline.
    pub over: Estimate,
    /// Drawn hollow.
    pub hollow: bool,
}

/// Draws the points, numbered; the numbers stand beside them and in the table below.
#[must_use]
pub fn trade_off(id: &str, title: &str, figures: Figures, points: &[TradeOffPoint]) -> String {
    let id = &escape(id);
    let widest = |pick: &dyn Fn(&TradeOffPoint) -> Estimate| {
        let ends = points.iter().map(pick).flat_map(|it| [it.mean.abs(), it.low.abs(), it.high.abs()]);
        let most = ends.filter(|it| it.is_finite()).fold(0.0_f64, f64::max);
        if most > 0.0 { most } else { 1.0 }
    };
    let (across, up) = (widest(&|it| it.missed), widest(&|it| it.over));
    let x = |value: f64| 50.0 + value / across * 40.0;
    let y = |value: f64| MARGIN + HEIGHT / 2.0 - value / up * (HEIGHT / 2.0 - 16.0);
    let (middle, bottom) = (MARGIN + HEIGHT / 2.0, MARGIN + HEIGHT);
    let mut body = format!(
        r#"<line x1="0" x2="100%" y1="{middle}" y2="{middle}" stroke="{BAND}" stroke-width="1.5"/><line x1="50%" x2="50%" y1="{MARGIN}" y2="{bottom}" stroke="{BAND}" stroke-width="1.5"/><text class="chart-value" x="50%" y="16" text-anchor="middle" fill="{INK}">more over-intervention (+{})</text><text class="chart-value" x="50%" y="{}" text-anchor="middle" fill="{INK}">less over-intervention ({MINUS}{})</text><text class="chart-value" x="0" y="{}" fill="{INK}">fewer missed</text><text class="chart-value" x="100%" y="{}" text-anchor="end" fill="{INK}">more missed (+{})</text>"#,
        escape(&plain(up)),
        bottom + 20.0,
        escape(&plain(up)),
        middle - 6.0,
        middle - 6.0,
        escape(&plain(across)),
    );
    let mut desc = String::from(
        "Points about zero: missed harm across, over-intervention up, differences from the baseline.",
    );
    for (number, point) in (1..).zip(points) {
        let (at, high) = (x(point.missed.mean), y(point.over.mean));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "inside the plot")]
        let row = high as u32;
        whisker(&mut body, x(point.missed.low), x(point.missed.high), row);
        let _ = write!(
            body,
            r#"<line x1="{at:.2}%" x2="{at:.2}%" y1="{:.1}" y2="{:.1}" stroke="{INK}" stroke-width="2"/>"#,
            y(point.over.high),
            y(point.over.low)
        );
        let (fill, stroke) = if point.hollow { ("#ffffff", COLOUR_B) } else { (COLOUR_A, COLOUR_A) };
        let _ = write!(
            body,
            r#"<circle cx="{at:.2}%" cy="{high:.1}" r="6" fill="{fill}" stroke="{stroke}" stroke-width="3"/><text class="chart-label" x="{at:.2}%" dx="10" y="{:.1}" fill="{INK}">{number}</text>"#,
            high - 8.0
        );
        let _ = write!(
            desc,
            " {number}, {}: missed {}, over-intervention {}.",
            point.label,
            figures.difference(&point.missed),
            figures.difference(&point.over)
        );
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few hundred pixels")]
    let tall = (bottom + 28.0) as u32;
    svg(id, title, &desc, tall, "", &body)
}
