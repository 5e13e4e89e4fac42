//! How many workers hold how many cases, under two alternatives.

use std::fmt::Write as _;

use super::{COLOUR_A, COLOUR_B, INK, escape, hatch, svg};
use crate::number::plain;

/// Height of the tallest bar.
const HEIGHT: f64 = 150.0;

/// Draws shares by group: the baseline filled, the other hatched beside it.
#[must_use]
pub fn histogram(
    id: &str,
    title: &str,
    groups: &[String],
    baseline: &[f64],
    other: Option<&[f64]>,
) -> String {
    let id = &escape(id);
    let all = || baseline.iter().chain(other.unwrap_or_default());
    let most = all().copied().filter(|it| it.is_finite()).fold(0.0_f64, f64::max);
    let tall = |value: f64| if most > 0.0 { value / most * HEIGHT } else { 0.0 };
    #[expect(clippy::cast_precision_loss, reason = "groups are few")]
    let step = 100.0 / groups.len().max(1) as f64;
    let bottom = HEIGHT + 50.0;
    let mut body = format!(
        r#"<rect x="0" y="4" width="16" height="12" fill="{COLOUR_A}"/><text class="chart-value" x="22" y="16" fill="{INK}">Baseline</text>"#
    );
    if other.is_some() {
        let _ = write!(
            body,
            r#"<rect x="110" y="4" width="16" height="12" fill="url(#{id}-hatch)" stroke="{COLOUR_B}"/><text class="chart-value" x="132" y="16" fill="{INK}">This alternative</text>"#
        );
    }
    let mut desc = String::from("Bars by number of cases, per cent of workers.");
    for (at, group) in groups.iter().enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "groups are few")]
        let left = at as f64 * step;
        let here = baseline.get(at).copied().unwrap_or(0.0);
        let _ = write!(desc, " {group}: baseline {}", plain(here));
        let _ = write!(
            body,
            r#"<rect x="{left:.2}%" y="{:.1}" width="{:.2}%" height="{:.1}" fill="{COLOUR_A}"/>"#,
            bottom - tall(here),
            step * 0.4,
            tall(here)
        );
        if let Some(there) = other.and_then(|other| other.get(at)).copied() {
            let _ = write!(desc, ", this alternative {}", plain(there));
            let _ = write!(
                body,
                r#"<rect x="{:.2}%" y="{:.1}" width="{:.2}%" height="{:.1}" fill="url(#{id}-hatch)" stroke="{COLOUR_B}"/>"#,
                left + step * 0.42,
                bottom - tall(there),
                step * 0.4,
                tall(there)
            );
        }
        desc.push('.');
        let _ = write!(
            body,
            r#"<text class="chart-value" x="{:.2}%" y="{:.1}" text-anchor="middle" fill="{INK}">{}</text>"#,
            left + step * 0.4,
            bottom + 18.0,
            escape(group)
        );
    }
    let _ = write!(
        body,
        r#"<text class="chart-value" x="0" y="40" fill="{INK}">highest bar: {}% of workers</text>"#,
        escape(&plain(most))
    );
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few hundred pixels")]
    let height = (bottom + 26.0) as u32;
    svg(id, title, &desc, height, &hatch(id), &body)
}
