//! Simulated figures beside published ones, and where they fall among England's authorities.

use mash_stats::Estimate;

use crate::published::published;

/// Published measures that a simulation has under another name: published, simulated.
const OTHER_NAMES: [(&str, &str); 8] = [
    ("s47_per_10k", "section_47_per_10k"),
    ("icpc_per_10k", "conferences_per_10k"),
    ("cpp_per_10k", "plans_per_10k"),
    ("assessments_in_45wd_pct", "assessment_45_days_pct"),
    ("icpc_in_15wd_pct", "conference_15_days_pct"),
    ("cin_at_31_march_per_10k", "in_need_per_10k"),
    ("cpp_at_31_march_per_10k", "on_plan_per_10k"),
    ("caseload", "caseload_mean"),
];

/// One measure both ways.
#[derive(Debug, Clone, PartialEq)]
pub struct Beside {
    /// What people read.
    pub title: &'static str,
    /// Unit of all figures.
    pub unit: &'static str,
    /// Mean of the replications.
    pub simulated: f64,
    /// The authority's own figure, where one is published.
    pub published: Option<f64>,
    /// Fifth percentile of authorities.
    pub low: f64,
    /// Ninety-fifth percentile of authorities.
    pub high: f64,
}

impl Beside {
    /// Whether the simulated figure lies between the two percentiles.
    #[must_use]
    pub fn is_inside(&self) -> bool {
        (self.low..=self.high).contains(&self.simulated)
    }
}

/// Measures that are both simulated and published, in the order of the published ones. `figure` gives the estimate of a
/// simulated measure by its id. Months are shares of the year's referrals.
#[must_use]
pub fn beside(figure: &dyn Fn(&str) -> Option<Estimate>, authority: &str, year: u16) -> Vec<Beside> {
    let mean = |id: &str| figure(id).map(|estimate| estimate.mean);
    let simulated = |measure: &str| -> Option<f64> {
        if let Some((_, name)) = OTHER_NAMES.iter().find(|(published, _)| *published == measure) {
            return mean(name);
        }
        if let Some(group) = measure.strip_prefix("share_") {
            return mean(&format!("referrals_{group}"));
        }
        if let Some(month) = measure.strip_prefix("month_").and_then(|month| month.strip_suffix("_pct")) {
            let all = mean("referrals").filter(|all| *all > 0.0)?;
            return Some(100.0 * mean(&format!("referrals_{month}"))? / all);
        }
        mean(measure)
    };
    let lines = published(authority, year).into_iter().filter_map(|line| {
        Some(Beside {
            title: line.title,
            unit: line.unit,
            simulated: simulated(line.measure)?,
            published: line.value,
            low: line.low,
            high: line.high,
        })
    });
    lines.collect()
}

/// The table at 80 columns.
#[must_use]
pub fn text(lines: &[Beside], authority: &str, year: u16) -> String {
    use std::fmt::Write as _;
    let mut text = format!("\nSimulated beside published: {authority}, year to March {year}\n");
    let _ = writeln!(text, "  {:<36} {:>9} {:>9} {:>15}", "", "simulated", "published", "p5 to p95");
    for line in lines {
        let title: String = line.title.chars().take(36).collect();
        let published = line.published.map_or_else(|| "-".to_owned(), |value| format!("{value:.1}"));
        let band = format!("{:.1} to {:.1}", line.low, line.high);
        let mark = if line.is_inside() { "" } else { "  out" };
        let _ = writeln!(text, "  {title:<36} {:>9.1} {published:>9} {band:>15}{mark}", line.simulated);
    }
    let _ = writeln!(
        text,
        "p5 to p95: fifth and ninety-fifth percentile of England's authorities that year.\nCaseload: 30 September \
         within the year. `out`: outside that range."
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn simulated_figures_find_their_published_ones() {
        let figure = |id: &str| {
            let mean = match id {
                "referrals" => 1_200.0,
                "referrals_may" => 120.0,
                "section_47_per_10k" => 5_000.0,
                "referrals_police_pct" => 30.0,
                _ => return None,
            };
            Some(Estimate { mean, low: mean, high: mean, n: 2 })
        };
        let lines = beside(&figure, "Herefordshire, County of", 2023);
        let of = |title: &str| lines.iter().find(|line| line.title == title).unwrap();
        assert!((of("Referrals in May").simulated - 10.0).abs() < 1e-12);
        assert_eq!(of("Referrals from police").published, Some(21.6));
        assert!(of("Referrals from police").is_inside());
        assert!(!of("Section 47 enquiries").is_inside());
        assert_eq!(lines.len(), 3);
        let text = text(&lines, "Herefordshire, County of", 2023);
        assert!(text.lines().all(|line| line.chars().count() <= 80) && text.contains("  out\n"));
    }
}
