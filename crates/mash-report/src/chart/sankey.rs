//! Flows between columns of places: how wide each is says how many go that way.

use std::fmt::Write as _;

use super::{BAND, INK, escape, hatch, svg};
use crate::number::plain;

/// Height of all flows together.
const HEIGHT: f64 = 260.0;
/// Room between two places of a column.
const GAP: f64 = 22.0;
/// Width of the plot's own coordinates, stretched to the page's.
const WIDTH: f64 = 1_000.0;
/// Characters of a place's name that are drawn.
const LONGEST: usize = 26;
/// Width of a place.
const PLACE: f64 = 14.0;

/// From a place of one column to a place of the next.
#[derive(Debug, Clone, PartialEq)]
pub struct Flow {
    /// Column of the place it leaves, from 0.
    pub column: usize,
    /// Position of that place in its column.
    pub from: usize,
    /// Position of the place it reaches in the next column.
    pub to: usize,
    /// How many.
    pub amount: f64,
    /// Drawn striped: what the flow tells.
    pub stressed: bool,
}

/// Draws columns of named places with the flows between them.
#[must_use]
pub fn sankey(id: &str, title: &str, columns: &[Vec<String>], flows: &[Flow]) -> String {
    let id = &escape(id);
    let total: f64 = flows.iter().filter(|flow| flow.column == 0).map(|flow| flow.amount).sum();
    let scale = if total > 0.0 { HEIGHT / total } else { 0.0 };
    let size = |column: usize, place: usize| {
        let sum = |pick: &dyn Fn(&Flow) -> bool| -> f64 {
            flows.iter().filter(|flow| pick(flow)).map(|flow| flow.amount).sum()
        };
        let out = sum(&|flow| flow.column == column && flow.from == place);
        let into = sum(&|flow| flow.column + 1 == column && flow.to == place);
        out.max(into)
    };
    let last = columns.len().saturating_sub(1).max(1);
    #[expect(clippy::cast_precision_loss, reason = "columns are few")]
    let x = |column: usize| column as f64 / last as f64 * (WIDTH - PLACE);
    let mut plot = String::new();
    let mut labels = String::new();
    let mut desc = String::new();
    let mut tops: Vec<Vec<f64>> = Vec::new();
    let mut height = 0.0_f64;
    for (column, places) in columns.iter().enumerate() {
        let mut y = GAP;
        let mut of_column = Vec::new();
        for (place, name) in places.iter().enumerate() {
            let amount = size(column, place);
            of_column.push(y);
            if amount <= 0.0 {
                continue;
            }
            let tall = (amount * scale).max(1.0);
            let _ = write!(
                plot,
                r#"<rect x="{:.1}" y="{y:.1}" width="{PLACE}" height="{tall:.1}" fill="{INK}"/>"#,
                x(column)
            );
            #[expect(clippy::cast_precision_loss, reason = "columns are few")]
            let across = column as f64 / last as f64 * 100.0;
            let anchor = match column {
                0 => "start",
                column if column == last => "end",
                _ => "middle",
            };
            // The same places again are told by their order, so that no two names meet on a narrow screen.
            let again = column > 0 && columns.first() == Some(places);
            let label = if again { String::new() } else { short(name) };
            let _ = write!(
                labels,
                r#"<text class="chart-value" x="{across:.1}%" y="{:.1}" text-anchor="{anchor}" fill="{INK}">{} {}</text>"#,
                y - 5.0,
                escape(&label),
                escape(&plain(amount))
            );
            y += tall + GAP;
        }
        height = height.max(y);
        tops.push(of_column);
    }
    let mut left: Vec<Vec<f64>> = tops.clone();
    let mut right = tops;
    for flow in flows.iter().filter(|flow| flow.amount > 0.0) {
        let wide = (flow.amount * scale).max(0.5);
        let (Some(from), Some(to)) = (
            left.get_mut(flow.column).and_then(|it| it.get_mut(flow.from)),
            right.get_mut(flow.column + 1).and_then(|it| it.get_mut(flow.to)),
        ) else {
            continue;
        };
        let (a, b) = (*from, *to);
        *from += flow.amount * scale;
        *to += flow.amount * scale;
        let (start, end) = (x(flow.column) + PLACE, x(flow.column + 1));
        let middle = f64::midpoint(start, end);
        let (colour, opacity) =
            if flow.stressed { (format!("url(#{id}-hatch)"), "1") } else { (BAND.to_owned(), "0.3") };
        let _ = write!(
            plot,
            r#"<path d="M{start:.1},{a:.1} C{middle:.1},{a:.1} {middle:.1},{b:.1} {end:.1},{b:.1} L{end:.1},{:.1} C{middle:.1},{:.1} {middle:.1},{:.1} {start:.1},{:.1} Z" fill="{colour}" fill-opacity="{opacity}"/>"#,
            b + wide,
            b + wide,
            a + wide,
            a + wide
        );
        let name = |column: usize, place: usize| {
            columns.get(column).and_then(|it| it.get(place)).map_or("", String::as_str)
        };
        let _ = write!(
            desc,
            "{} to {}: {}. ",
            name(flow.column, flow.from),
            name(flow.column + 1, flow.to),
            plain(flow.amount)
        );
    }
    let body = format!(
        r#"<svg x="0" y="0" width="100%" height="{height:.0}" viewBox="0 0 {WIDTH} {height:.0}" preserveAspectRatio="none" aria-hidden="true">{plot}</svg>{labels}"#
    );
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few hundred pixels")]
    let tall = height as u32 + 4;
    svg(id, title, desc.trim_end(), tall, &hatch(id), &body)
}

/// A name that fits beside others: without what stands in brackets, and cut.
fn short(name: &str) -> String {
    let name = name.split(" (").next().unwrap_or(name);
    match name.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}\u{2026}", name.get(..at).unwrap_or(name).trim_end()),
        None => name.to_owned(),
    }
}
