//! Charts as inline SVG: no script, no outside request, text that keeps its size at any width.
//!
//! In: labels and estimates. Out: one `<svg role="img">` with a title and a description that gives every figure.
//! Lengths across are percentages, so a chart narrows with the page while its text does not shrink. Everything is
//! told by pattern, shape or label as well as by colour. The document's style sheet sets the text's size
//! (classes `chart`, `chart-label`, `chart-value`); colours are attributes, so a chart prints as it shows.

mod curve;
mod histogram;
mod over_time;
mod sankey;
mod trade_off;

use std::fmt::Write as _;

use mash_stats::Estimate;

pub use curve::{Curve, CurvePoint, curve};
pub use histogram::histogram;
pub use over_time::{OverTime, Week, over_time};
pub use sankey::{Flow, sankey};
pub use trade_off::{TradeOffPoint, trade_off};

use crate::number::{Figures, plain};

/// Colour of option A, filled.
const COLOUR_A: &str = "#1f4e79";
/// Colour of option B, hatched.
const COLOUR_B: &str = "#a8470b";
/// Lines and text.
const INK: &str = "#17191c";
/// The published band.
const BAND: &str = "#5b6770";

/// Characters a label line holds on the narrowest screen.
const LINE: usize = 32;
/// Height of a line of text.
const LINE_HEIGHT: u32 = 20;

/// One row of a bar chart of two options.
#[derive(Debug, Clone, PartialEq)]
pub struct PairedBar {
    /// What is counted.
    pub label: String,
    /// Under option A.
    pub a: Estimate,
    /// Under option B.
    pub b: Estimate,
}

/// One row of a chart of differences about zero.
#[derive(Debug, Clone, PartialEq)]
pub struct DifferenceRow {
    /// What differs, or under which assumption.
    pub label: String,
    /// Option B less option A.
    pub difference: Estimate,
}

/// A simulated rate in the band of the published ones, on its own scale.
#[derive(Debug, Clone, PartialEq)]
pub struct BandRow {
    /// What is measured, with its unit unless that is per cent.
    pub label: String,
    /// Is it a percentage?
    pub percent: bool,
    /// The simulated rate.
    pub simulated: Estimate,
    /// The authority's own published figure.
    pub published: Option<f64>,
    /// Lower end of the band.
    pub low: f64,
    /// Upper end of the band.
    pub high: f64,
    /// Is the simulated mean within the band?
    pub inside: bool,
}

/// Two bars a row, option A filled and option B hatched, each with its mean and a line for its interval.
///
/// `id` must be unique in the document; the pattern's and the texts' ids are built on it.
#[must_use]
pub fn paired_bars(id: &str, title: &str, figures: Figures, rows: &[PairedBar]) -> String {
    let id = &escape(id);
    let largest = rows
        .iter()
        .flat_map(|row| [row.a.mean, row.a.high, row.b.mean, row.b.high])
        .filter(|v| v.is_finite())
        .fold(0.0_f64, f64::max);
    // The rest of the width is for the label at the bar's end.
    let across = |value: f64| if largest > 0.0 { (value / largest * 72.0).clamp(0.0, 72.0) } else { 0.0 };

    let mut desc = String::from("Bars from zero, two a row.");
    let mut body = String::new();
    let mut y = 0;
    for row in rows {
        let _ = write!(
            desc,
            " {}: option A {}, option B {}.",
            row.label,
            figures.count(&row.a),
            figures.count(&row.b)
        );
        y = label_lines(&mut body, &row.label, y);
        for (option, estimate, fill, stroke) in [
            ("A", &row.a, COLOUR_A.to_owned(), COLOUR_A),
            ("B", &row.b, format!("url(#{id}-hatch)"), COLOUR_B),
        ] {
            let middle = y + 9;
            let _ = write!(
                body,
                r#"<rect x="0" y="{}" width="{:.2}%" height="16" fill="{fill}" stroke="{stroke}" stroke-width="1.5"/>"#,
                y + 1,
                across(estimate.mean)
            );
            if estimate.n > 1 && estimate.high > estimate.low {
                whisker(&mut body, across(estimate.low), across(estimate.high), middle);
            }
            let _ = write!(
                body,
                r#"<text class="chart-value" x="{:.2}%" dx="8" y="{}" fill="{INK}">{option} {}</text>"#,
                across(estimate.mean.max(estimate.high)),
                y + 14,
                escape(&figures.count(estimate).figure)
            );
            y += 21;
        }
        y += 14;
    }
    svg(id, title, &desc, y, &hatch(id), &body)
}

/// A dot and its interval a row, about a line at zero.
///
/// `id` must be unique in the document.
#[must_use]
pub fn differences(id: &str, title: &str, figures: Figures, rows: &[DifferenceRow]) -> String {
    let id = &escape(id);
    let widest = rows
        .iter()
        .flat_map(|row| [row.difference.mean.abs(), row.difference.low.abs(), row.difference.high.abs()])
        .filter(|v| v.is_finite())
        .fold(0.0_f64, f64::max);
    let across =
        |value: f64| if widest > 0.0 { (50.0 + value / widest * 38.0).clamp(8.0, 92.0) } else { 50.0 };

    let mut desc = String::from("Differences, option B less option A, about a line at zero.");
    let mut rows_drawn = String::new();
    let mut y = LINE_HEIGHT + 4;
    for row in rows {
        let shown = figures.difference(&row.difference);
        let _ = write!(desc, " {}: {shown}.", row.label);
        y = label_lines(&mut rows_drawn, &row.label, y);
        let middle = y + 11;
        // Each row has its own piece of the zero line, so that it never crosses a label.
        let _ = write!(
            rows_drawn,
            r#"<line x1="0" x2="100%" y1="{middle}" y2="{middle}" stroke="{BAND}" stroke-width="1"/><line x1="50%" x2="50%" y1="{}" y2="{}" stroke="{INK}" stroke-width="2" stroke-dasharray="4 2"/>"#,
            y,
            y + 22
        );
        let at = across(row.difference.mean);
        if row.difference.n > 1 && row.difference.high > row.difference.low {
            whisker(&mut rows_drawn, across(row.difference.low), across(row.difference.high), middle);
        }
        dot(&mut rows_drawn, at, middle, true);
        let _ = write!(
            rows_drawn,
            r#"<text class="chart-value" x="{at:.2}%" y="{}" text-anchor="{}" fill="{INK}">{}</text>"#,
            y + 38,
            anchor(at),
            escape(&shown.figure)
        );
        y += 56;
    }
    let body = format!(
        r#"<text class="chart-value" x="0" y="15" fill="{INK}">fewer under B</text><text class="chart-value" x="50%" y="15" text-anchor="middle" fill="{INK}">0</text><text class="chart-value" x="100%" y="15" text-anchor="end" fill="{INK}">more under B</text>{rows_drawn}"#
    );
    svg(id, title, &desc, y, "", &body)
}

/// A dot for the simulated rate in a hatched band, with a bar for the authority's own published figure; one chart a
/// rate, so that they can stand side by side and break between pages.
///
/// A dot outside its band is hollow and says so. `id` must be unique in the document.
#[must_use]
pub fn band(id: &str, figures: Figures, row: &BandRow) -> String {
    let id = &escape(id);
    let mut body = String::new();
    let shown = if row.percent { figures.percent(&row.simulated) } else { figures.count(&row.simulated) };
    let bare = |value: f64| {
        if row.percent && value.is_finite() { format!("{}%", plain(value)) } else { plain(value) }
    };
    let (low, high) = (bare(row.low), bare(row.high));
    let place = if row.inside { "within the band" } else { "outside the band" };
    let mut desc = format!("From zero. Simulated {shown}, {place} {low} to {high}");
    if let Some(published) = row.published {
        let _ = write!(desc, ", published for the authority {}", bare(published));
    }
    desc.push('.');

    let ends = [row.simulated.mean, row.simulated.high, row.high, row.published.unwrap_or(0.0)];
    let top = ends.into_iter().filter(|v| v.is_finite()).fold(0.0_f64, f64::max);
    // Room on both sides for the labels of the ends.
    let across = |value: f64| {
        if top > 0.0 && value.is_finite() { (17.0 + value / top * 64.0).clamp(17.0, 81.0) } else { 17.0 }
    };

    let mut y = label_lines(&mut body, &row.label, 0);
    if !row.inside {
        let _ = write!(
            body,
            r#"<text class="chart-value" x="0" y="{}" fill="{INK}">outside the band</text>"#,
            y + 13
        );
        y += LINE_HEIGHT;
    }
    let at = across(row.simulated.mean);
    let _ = write!(
        body,
        r#"<text class="chart-value" x="{:.2}%" y="{}" text-anchor="{}" fill="{INK}">simulated {}</text>"#,
        edge(at),
        y + 14,
        anchor(at),
        escape(&shown.figure)
    );
    let track = y + 22;
    let (x1, x2) = (across(row.low), across(row.high));
    let _ = write!(
        body,
        r#"<line x1="17%" x2="81%" y1="{0}" y2="{0}" stroke="{BAND}" stroke-width="1"/><rect x="{x1:.2}%" y="{1}" width="{2:.2}%" height="20" fill="url(#{id}-band)" stroke="{BAND}" stroke-width="1.5"/>"#,
        track + 10,
        track,
        (x2 - x1).max(0.0)
    );
    if let Some(published) = row.published {
        let x = across(published);
        let _ = write!(
            body,
            r#"<line x1="{x:.2}%" x2="{x:.2}%" y1="{}" y2="{}" stroke="{COLOUR_B}" stroke-width="4"/><text class="chart-value" x="{:.2}%" y="{}" text-anchor="{}" fill="{INK}">published {}</text>"#,
            track - 3,
            track + 23,
            edge(x),
            track + 56,
            anchor(x),
            escape(&bare(published))
        );
    }
    if row.simulated.n > 1 && row.simulated.high > row.simulated.low {
        whisker(&mut body, across(row.simulated.low), across(row.simulated.high), track + 10);
    }
    dot(&mut body, at, track + 10, row.inside);
    let _ = write!(
        body,
        r#"<text class="chart-value" x="{x1:.2}%" y="{0}" text-anchor="end" fill="{INK}">{1}</text><text class="chart-value" x="{x2:.2}%" y="{0}" fill="{INK}">{2}</text>"#,
        track + 38,
        escape(&low),
        escape(&high)
    );
    let hatch = format!(
        r##"<pattern id="{id}-band" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)"><rect width="6" height="6" fill="#ffffff"/><rect width="1.5" height="6" fill="{BAND}"/></pattern>"##
    );
    svg(id, &row.label, &desc, track + if row.published.is_some() { 62 } else { 44 }, &hatch, &body)
}

/// Text made safe to stand between tags or in a quoted attribute.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

fn svg(id: &str, title: &str, desc: &str, height: u32, defs: &str, body: &str) -> String {
    let (title, desc) = (escape(title), escape(desc));
    let defs = if defs.is_empty() { String::new() } else { format!("<defs>{defs}</defs>") };
    format!(
        r#"<svg class="chart" role="img" aria-labelledby="{id}-title {id}-desc" width="100%" height="{height}" focusable="false"><title id="{id}-title">{title}</title><desc id="{id}-desc">{desc}</desc>{defs}{body}</svg>"#
    )
}

/// The stripes of what is told from the baseline by more than colour; fill with `url(#ID-hatch)`.
fn hatch(id: &str) -> String {
    format!(
        r##"<pattern id="{id}-hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="7" height="7" fill="#ffffff"/><rect width="3" height="7" fill="{COLOUR_B}"/></pattern>"##
    )
}

/// Writes a label over as many lines as it needs, three at most; gives the place below it.
fn label_lines(out: &mut String, label: &str, mut y: u32) -> u32 {
    for line in wrap(label, LINE, 3) {
        let _ = write!(
            out,
            r#"<text class="chart-label" x="0" y="{}" fill="{INK}">{}</text>"#,
            y + 15,
            escape(&line)
        );
        y += LINE_HEIGHT;
    }
    y + 2
}

fn whisker(out: &mut String, low: f64, high: f64, y: u32) {
    // A white edge keeps the line visible on a filled bar.
    for (colour, width) in [("#ffffff", 4), (INK, 2)] {
        let _ = write!(
            out,
            r#"<line x1="{low:.2}%" x2="{high:.2}%" y1="{y}" y2="{y}" stroke="{colour}" stroke-width="{width}"/>"#
        );
    }
    for x in [low, high] {
        let _ = write!(
            out,
            r#"<line x1="{x:.2}%" x2="{x:.2}%" y1="{}" y2="{}" stroke="{INK}" stroke-width="2"/>"#,
            y - 5,
            y + 5
        );
    }
}

fn dot(out: &mut String, x: f64, y: u32, filled: bool) {
    let fill = if filled { COLOUR_A } else { "#ffffff" };
    let _ = write!(
        out,
        r#"<circle cx="{x:.2}%" cy="{y}" r="6" fill="{fill}" stroke="{COLOUR_A}" stroke-width="3"/>"#
    );
}

/// Where a label over `x` is anchored so that it stays on the chart.
fn anchor(x: f64) -> &'static str {
    if x < 36.0 {
        "start"
    } else if x > 64.0 {
        "end"
    } else {
        "middle"
    }
}

/// Where that label starts: near the sides it may use the whole margin.
fn edge(x: f64) -> f64 {
    if x < 36.0 {
        (x - 12.0).max(0.0)
    } else if x > 64.0 {
        (x + 12.0).min(100.0)
    } else {
        x
    }
}

/// Breaks text at spaces into lines of `width` characters, `most` at most; longer text ends in an ellipsis.
fn wrap(text: &str, width: usize, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    let mut held = 0;
    for word in text.split_whitespace() {
        let mut rest: Vec<char> = word.chars().collect();
        while !rest.is_empty() {
            let space = usize::from(held > 0);
            if held + space + rest.len() <= width {
                if space == 1 {
                    line.push(' ');
                }
                line.extend(rest.iter());
                held += space + rest.len();
                rest.clear();
            } else if held > 0 {
                lines.push(std::mem::take(&mut line));
                held = 0;
            } else {
                let tail = rest.split_off(width.min(rest.len()));
                lines.push(rest.into_iter().collect());
                rest = tail;
            }
        }
    }
    if held > 0 {
        lines.push(line);
    }
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            while last.chars().count() >= width {
                last.pop();
            }
            last.push('\u{2026}');
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIGURES: Figures = Figures { replications: 200 };

    fn estimate(mean: f64, low: f64, high: f64) -> Estimate {
        Estimate { mean, low, high, n: 200 }
    }

    fn bar(label: &str, a: f64, b: f64) -> PairedBar {
        PairedBar { label: label.into(), a: estimate(a, a - 1.0, a + 1.0), b: estimate(b, b - 1.0, b + 1.0) }
    }

    #[test]
    fn bars_have_title_desc_and_direct_labels() {
        let svg = paired_bars("o", "Outcomes", FIGURES, &[bar("No further action", 4812.3, 4790.0)]);
        assert!(svg.contains(r#"role="img""#));
        assert!(svg.contains("<title id=\"o-title\">Outcomes</title>"));
        assert!(svg.contains("No further action: option A 4,812 (4,811 to 4,813), option B 4,790"));
        assert!(svg.contains(">A 4,812</text>"));
        assert!(svg.contains(">B 4,790</text>"));
    }

    #[test]
    fn no_absurd_decimals() {
        let third = 1.0 / 3.0;
        let charts = [
            paired_bars("a", "t", FIGURES, &[bar("x", third * 100.0, 17.0 / 7.0)]),
            differences(
                "b",
                "t",
                FIGURES,
                &[DifferenceRow { label: "x".into(), difference: estimate(third, -third, 1.0) }],
            ),
            band("c", FIGURES, &rate(third * 1000.0, true)),
        ];
        for chart in charts {
            for number in chart.split(|c: char| !(c.is_ascii_digit() || c == '.')) {
                let places = number.split_once('.').map_or(0, |(_, f)| f.len());
                assert!(places <= 2, "{number} in {chart}");
            }
        }
    }

    fn rate(mean: f64, inside: bool) -> BandRow {
        BandRow {
            label: "Referrals, per 10,000 children".into(),
            percent: false,
            simulated: estimate(mean, mean - 5.0, mean + 5.0),
            published: Some(560.1),
            low: 300.0,
            high: 780.0,
            inside,
        }
    }

    #[test]
    fn a_percentage_says_so_at_every_figure() {
        let svg = band("c", FIGURES, &BandRow { percent: true, ..rate(41.5, false) });
        for expect in [">simulated 41.5%<", ">300%<", ">780%<", ">published 560.1%<"] {
            assert!(svg.contains(expect), "{expect}");
        }
    }

    #[test]
    fn outside_the_band_is_told_in_words() {
        assert!(band("c", FIGURES, &rate(900.0, false)).contains(">outside the band</text>"));
        assert!(!band("c", FIGURES, &rate(500.0, true)).contains("outside"));
    }

    #[test]
    fn nothing_to_draw_still_draws() {
        for chart in [
            paired_bars("a", "t", FIGURES, &[]),
            paired_bars(
                "a",
                "t",
                FIGURES,
                &[PairedBar { label: "x".into(), a: estimate(0.0, 0.0, 0.0), b: estimate(0.0, 0.0, 0.0) }],
            ),
            differences(
                "b",
                "t",
                FIGURES,
                &[DifferenceRow { label: "x".into(), difference: estimate(0.0, 0.0, 0.0) }],
            ),
            band("c", FIGURES, &BandRow { published: None, low: 0.0, high: 0.0, ..rate(0.0, true) }),
        ] {
            assert!(!chart.contains("NaN") && !chart.contains("inf%"), "{chart}");
        }
    }

    #[test]
    fn hostile_labels_are_text() {
        let svg = paired_bars("o", "<script>", FIGURES, &[bar("<script>alert(1)</script>", 1.0, 2.0)]);
        assert!(!svg.contains("<script"));
        assert!(svg.contains("&lt;script&gt;"));
    }

    #[test]
    fn wrapping() {
        assert_eq!(wrap("one two three", 7, 3), ["one two", "three"]);
        assert_eq!(wrap("abcdefghij", 4, 3), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("abcdefghij", 4, 2), ["abcd", "efg\u{2026}"]);
        assert_eq!(wrap("", 4, 2), Vec::<String>::new());
    }
}
