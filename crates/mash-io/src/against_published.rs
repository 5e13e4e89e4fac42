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

/// Titles that are too long for a line of the table: measure, and what stands there.
const SHORT_TITLES: [(&str, &str); 15] = [
    ("share_education_services_pct", "... education services"),
    ("share_health_pct", "... health services"),
    ("share_local_authority_pct", "... the local authority"),
    ("share_other_legal_pct", "... other legal agencies"),
    ("share_other_pct", "... other sources"),
    ("share_unknown_pct", "... an unknown source"),
    ("re_referral_pct", "Re-referrals in 12 months"),
    ("referral_nfa_pct", "Closed without assessment"),
    ("not_in_need_pct", "Assessed, not in need"),
    ("assessments_in_45wd_pct", "Assessed in 45 working days"),
    ("icpc_per_10k", "Initial conferences"),
    ("icpc_in_15wd_pct", "Conference in 15 work. days"),
    ("cin_at_31_march_per_10k", "In need at 31 March"),
    ("cpp_at_31_march_per_10k", "On a plan at 31 March"),
    ("caseload", "Caseload"),
];

/// One measure both ways.
#[derive(Debug, Clone, PartialEq)]
pub struct Beside {
    /// Name of the published measure.
    pub measure: &'static str,
    /// What people read.
    pub title: &'static str,
    /// Unit of all figures.
    pub unit: &'static str,
    /// Mean of the replications, with its interval.
    pub simulated: Estimate,
    /// The authority's own figure, where one is published.
    pub published: Option<f64>,
    /// Fifth percentile of authorities.
    pub low: f64,
    /// Median of authorities.
    pub median: f64,
    /// Ninety-fifth percentile of authorities.
    pub high: f64,
}

/// Where a simulated figure lies among authorities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Below their fifth percentile.
    Below,
    /// Between the two percentiles, or on one.
    Inside,
    /// Above their ninety-fifth.
    Above,
}

impl Beside {
    /// Where the simulated mean lies.
    #[must_use]
    pub fn side(&self) -> Side {
        if self.simulated.mean < self.low {
            Side::Below
        } else if self.simulated.mean > self.high {
            Side::Above
        } else {
            Side::Inside
        }
    }

    /// Whether the simulated figure lies between the two percentiles.
    #[must_use]
    pub fn is_inside(&self) -> bool {
        self.side() == Side::Inside
    }
}

/// The simulation's own measure for a published one other than a month's share.
#[must_use]
pub fn simulated_as(measure: &str) -> String {
    if let Some((_, name)) = OTHER_NAMES.iter().find(|(published, _)| *published == measure) {
        return (*name).to_owned();
    }
    match measure.strip_prefix("share_") {
        Some(group) => format!("referrals_{group}"),
        None => measure.to_owned(),
    }
}

/// What people read in a column of 28.
#[must_use]
pub fn short_title(measure: &str, title: &str) -> String {
    let short = SHORT_TITLES.iter().find(|(known, _)| *known == measure);
    short.map_or(title, |(_, title)| title).chars().take(28).collect()
}

/// Measures that are both simulated and published, in the order of the published ones. `figure` gives the estimate of a
/// simulated measure by its id. Months are shares of the year's referrals: their interval is that of the month, over
/// the mean of the year.
#[must_use]
pub fn beside(figure: &dyn Fn(&str) -> Option<Estimate>, authority: &str, year: u16) -> Vec<Beside> {
    let simulated = |measure: &str| -> Option<Estimate> {
        if let Some(month) = measure.strip_prefix("month_").and_then(|month| month.strip_suffix("_pct")) {
            let all = figure("referrals").map(|all| all.mean).filter(|all| *all > 0.0)?;
            let of_year = |referrals: f64| 100.0 * referrals / all;
            let Estimate { mean, low, high, n } = figure(&format!("referrals_{month}"))?;
            return Some(Estimate { mean: of_year(mean), low: of_year(low), high: of_year(high), n });
        }
        figure(&simulated_as(measure))
    };
    let lines = published(authority, year).into_iter().filter_map(|line| {
        Some(Beside {
            measure: line.measure,
            title: line.title,
            unit: line.unit,
            simulated: simulated(line.measure)?,
            published: line.value,
            low: line.low,
            median: line.median,
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
    let _ = writeln!(
        text,
        "  {:<28} {:>7} {:>6} {:>7} {:>6} {:>6} {:>6}",
        "", "simul.", "+-", "publ.", "p5", "median", "p95"
    );
    for line in lines {
        let title = short_title(line.measure, line.title);
        let published = line.published.map_or_else(|| "-".to_owned(), |value| format!("{value:.1}"));
        let Estimate { mean, low, high, .. } = line.simulated;
        let side = match line.side() {
            Side::Below => " below",
            Side::Inside => "",
            Side::Above => " above",
        };
        let _ = writeln!(
            text,
            "  {title:<28} {mean:>7.1} {:>6.1} {published:>7} {:>6.1} {:>6.1} {:>6.1}{side}",
            (high - low) / 2.0,
            line.low,
            line.median,
            line.high
        );
    }
    let _ = writeln!(
        text,
        "+-: half the 95% interval of the simulated mean. p5, median, p95: percentiles of\nEngland's authorities that \
         year; `below` and `above` say that the mean lies\noutside the outer two. Caseload: 30 September within the year."
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
        assert!((of("Referrals in May").simulated.mean - 10.0).abs() < 1e-12);
        assert_eq!(of("Referrals from police").published, Some(21.6));
        assert!(of("Referrals from police").is_inside());
        assert_eq!(of("Section 47 enquiries").side(), Side::Above);
        assert_eq!(lines.len(), 3);
        let text = text(&lines, "Herefordshire, County of", 2023);
        assert!(text.lines().all(|line| line.chars().count() <= 80) && text.contains(" above\n"));
    }
}
