//! Published figures of one authority and year, beside where all authorities lie: what a simulated year is held against.
//!
//! In: an authority as DfE spells it and a year that ends in March. Out: one line a measure, read and reckoned from the
//! files of `data/`, which the program carries with it. Cells that are suppressed or missing at source count nowhere.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

mod authority;
mod measures;
mod others;
mod series;

pub use authority::{Authority, Cell};
pub use others::{Others, others};
pub use series::series;

use measures::MEASURES;

/// One published figure with the spread of all authorities' figures of the same year.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Published {
    /// The measure, named as in a scenario's `bands` where it stands there.
    pub measure: &'static str,
    /// What people read.
    pub title: &'static str,
    /// Unit of the four figures.
    pub unit: &'static str,
    /// The authority's own figure; absent where it is suppressed, or the authority has no row for the year.
    pub value: Option<f64>,
    /// Fifth percentile of the authorities with a figure.
    pub low: f64,
    /// Their median.
    pub median: f64,
    /// Their ninety-fifth percentile.
    pub high: f64,
    /// How many authorities have a figure.
    pub authorities: usize,
    /// File and column it was read from.
    pub source: String,
}

/// The name under which England's own row is found; it counts in no percentile.
pub const ENGLAND: &str = "England";

/// What is published about an authority for the year that ends on 31 March of `year`.
///
/// In: the authority as DfE spells it, for example `Herefordshire, County of`, or [`ENGLAND`]; a year from 2018 to 2024.
/// Out: one line a measure in the order of a case's way, in the units each line names; a measure for which no authority
/// has a figure that year is left out. The caseload is that of 30 September within the year. Source: DfE, Children in
/// need, reporting year 2024, and Children's social work workforce, reporting year 2025 (`data/sources.csv`).
#[must_use]
pub fn published(authority: &str, year: u16) -> Vec<Published> {
    let tables: BTreeMap<Table, Vec<Row>> =
        Table::ALL.into_iter().map(|table| (table, rows(table, year))).collect();
    MEASURES
        .iter()
        .filter_map(|measure| {
            let rows = tables.get(&measure.table)?;
            let mut spread: Vec<f64> =
                rows.iter().filter(|row| row.is_authority).filter_map(|row| measure.of(row)).collect();
            spread.sort_by(f64::total_cmp);
            let own = rows.iter().find(|row| row.name == authority);
            Some(Published {
                measure: measure.id,
                title: measure.title,
                unit: measure.unit,
                value: own.and_then(|row| measure.of(row)),
                low: percentile(&spread, 0.05)?,
                median: percentile(&spread, 0.5)?,
                high: percentile(&spread, 0.95)?,
                authorities: spread.len(),
                source: format!("data/{}, {}", measure.table.file(), measure.column),
            })
        })
        .collect()
}

/// Names of all authorities with a row of children in need for the year that ends on 31 March of `year`, sorted.
#[must_use]
pub fn authorities(year: u16) -> Vec<String> {
    let rows = rows(Table::KeyMeasures, year);
    let mut names: Vec<String> =
        rows.into_iter().filter(|row| row.is_authority).map(|row| row.name).collect();
    names.sort();
    names
}

/// What to write in place of a name that is no authority of that year.
///
/// Out: `did you mean ...?` where a name begins like it, holds it or is spelled nearly so, in any case; otherwise where
/// the names stand.
#[must_use]
pub fn mend(written: &str, year: u16) -> String {
    let names = authorities(year);
    if names.is_empty() {
        return format!("no authority has figures of {year}: give a year from 2018 to 2024");
    }
    let low = written.trim().to_lowercase();
    let near = |found: &dyn Fn(&str) -> bool| {
        let matching: Vec<&String> = names.iter().filter(|name| found(&name.to_lowercase())).collect();
        matching.into_iter().min_by_key(|name| name.len())
    };
    let inside = (low.len() >= 3)
        .then(|| near(&|name| name.starts_with(&low)).or_else(|| near(&|name| name.contains(&low))));
    if let Some(name) = inside.flatten() {
        return format!("did you mean `{name}`?");
    }
    let lower: Vec<String> = names.iter().map(|name| name.to_lowercase()).collect();
    let found = mash_sim::scenario::mend(&low, lower.iter().map(String::as_str));
    let spelled = names.iter().zip(&lower).find(|(_, lower)| found == format!("did you mean `{lower}`?"));
    match spelled {
        Some((name, _)) => format!("did you mean `{name}`?"),
        None => format!("names stand in data/{}, column la_name", Table::KeyMeasures.file()),
    }
}

/// Value below which `share` of the sorted values lie: position `share` x (n + 1), between neighbours in proportion
/// (Hyndman and Fan 1996, definition 6). `None` of no values.
#[must_use]
pub fn percentile(sorted: &[f64], share: f64) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "a table has few rows")]
    let position = (share * (sorted.len() as f64 + 1.0)).clamp(1.0, (sorted.len().max(1)) as f64);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to the length of the table"
    )]
    let below = position.floor() as usize;
    let low = sorted.get(below.checked_sub(1)?)?;
    let high = sorted.get(below).unwrap_or(low);
    Some(low + (high - low) * position.fract())
}

/// Files of `data/` that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Table {
    KeyMeasures,
    Sources,
    Months,
    Workforce,
}

impl Table {
    const ALL: [Table; 4] = [Table::KeyMeasures, Table::Sources, Table::Months, Table::Workforce];

    pub(crate) fn file(self) -> &'static str {
        match self {
            Table::KeyMeasures => "cin_key_measures_england_region_la.csv",
            Table::Sources => "referral_source_england_region_la.csv",
            Table::Months => "referrals_by_month_england_region_la.csv",
            Table::Workforce => "workforce_england_region_la.csv",
        }
    }

    fn text(self) -> &'static str {
        match self {
            Table::KeyMeasures => include_str!("../../../data/cin_key_measures_england_region_la.csv"),
            Table::Sources => include_str!("../../../data/referral_source_england_region_la.csv"),
            Table::Months => include_str!("../../../data/referrals_by_month_england_region_la.csv"),
            Table::Workforce => include_str!("../../../data/workforce_england_region_la.csv"),
        }
    }

    /// The year as the file counts it.
    fn year(self, year: u16) -> u16 {
        match self {
            Table::KeyMeasures | Table::Sources | Table::Months => year,
            Table::Workforce => year.saturating_sub(1),
        }
    }
}

/// One authority, or England, in one file.
struct Row {
    name: String,
    /// Its region; empty for England.
    region: String,
    is_authority: bool,
    cells: BTreeMap<String, f64>,
}

fn rows(table: Table, year: u16) -> Vec<Row> {
    let year = table.year(year).to_string();
    let mut reader = csv::Reader::from_reader(table.text().as_bytes());
    let Ok(head) = reader.headers().cloned() else { return Vec::new() };
    let column = |name: &str| head.iter().position(|head| head == name);
    let (Some(level), Some(name)) = (column("level"), column("la_name")) else { return Vec::new() };
    let region = column("region");
    reader
        .records()
        .flatten()
        .filter(|record| record.get(0) == Some(&year))
        .filter_map(|record| {
            let is_authority = match record.get(level)? {
                "Local authority" => true,
                "National" => false,
                _ => return None,
            };
            let cells = head
                .iter()
                .zip(&record)
                .filter_map(|(head, cell)| Some((head.to_owned(), cell.parse().ok()?)))
                .collect();
            let name = if is_authority { record.get(name)?.to_owned() } else { ENGLAND.to_owned() };
            let region = region.and_then(|region| record.get(region)).unwrap_or_default().to_owned();
            Some(Row { name, region, is_authority, cells })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEREFORDSHIRE: &str = "Herefordshire, County of";

    fn of(lines: &[Published], measure: &str) -> Published {
        lines.iter().find(|line| line.measure == measure).unwrap_or_else(|| panic!("{measure}")).clone()
    }

    #[track_caller]
    fn near(found: f64, expect: f64, within: f64) {
        assert!((found - expect).abs() <= within, "{found} against {expect}");
    }

    /// Fifth percentile, median and ninety-fifth of 2024 as reckoned apart from this program.
    #[test]
    fn authorities_of_2024_spread_as_known() {
        let lines = published(ENGLAND, 2024);
        for (measure, low, median, high, within) in [
            ("referrals_per_10k", 288.0, 525.0, 829.0, 0.51),
            ("re_referral_pct", 13.2, 20.6, 27.2, 0.051),
            ("referral_nfa_pct", 0.0, 4.7, 20.0, 0.051),
            ("not_in_need_pct", 8.2, 30.9, 44.9, 0.051),
            ("assessments_in_45wd_pct", 66.1, 83.3, 97.2, 0.051),
            ("s47_per_10k", 96.0, 195.0, 349.0, 0.51),
            ("icpc_per_10k", 31.0, 66.0, 118.0, 0.51),
            ("icpc_in_15wd_pct", 62.4, 81.2, 95.1, 0.051),
            ("cpp_per_10k", 29.0, 55.0, 101.0, 0.51),
            ("cpp_second_pct", 15.6, 24.6, 33.0, 0.051),
            ("cin_at_31_march_per_10k", 230.0, 342.0, 559.0, 0.51),
        ] {
            let line = of(&lines, measure);
            near(line.low, low, within);
            near(line.median, median, within);
            near(line.high, high, within);
        }
        for (measure, low, high) in [
            ("share_police_pct", 21.3, 36.8),
            ("share_schools_pct", 11.1, 28.8),
            ("share_health_pct", 9.8, 20.0),
            ("share_local_authority_pct", 8.8, 23.3),
            ("share_individual_pct", 4.0, 12.8),
            ("share_other_legal_pct", 1.4, 7.2),
            ("share_other_pct", 1.2, 8.2),
            ("share_education_services_pct", 0.0, 7.5),
            ("share_anonymous_pct", 0.2, 3.8),
            ("share_housing_pct", 0.5, 2.6),
            ("share_unknown_pct", 0.0, 4.9),
        ] {
            let line = of(&lines, measure);
            near(line.low, low, 0.051);
            near(line.high, high, 0.051);
        }
    }

    #[test]
    fn england_has_its_own_row_and_counts_in_no_percentile() {
        let lines = published(ENGLAND, 2024);
        assert_eq!(of(&lines, "referrals_per_10k").value, Some(518.3));
        assert_eq!(of(&lines, "referrals_per_10k").authorities, 151);
        assert_eq!(of(&lines, "share_police_pct").value, Some(28.5));
        near(of(&lines, "month_august_pct").value.unwrap(), 100.0 * 44_080.0 / 621_880.0, 1e-9);
        let largest = of(&lines, "cin_at_31_march");
        assert!(largest.high < 20_000.0, "{largest:?}");
    }

    #[test]
    fn an_authority_has_its_figures_and_suppressed_cells_have_none() {
        let lines = published(HEREFORDSHIRE, 2023);
        assert_eq!(of(&lines, "referrals_per_10k").value, Some(462.0));
        assert_eq!(of(&lines, "referral_nfa_pct").value, Some(0.0));
        assert_eq!(of(&lines, "re_referral_pct").value, None);
        assert_eq!(of(&lines, "icpc_in_15wd_pct").value, Some(56.2));
        assert_eq!(of(&lines, "cpp_at_31_march").value, Some(223.0));
        // September 2022 lies in the year to March 2023.
        assert_eq!(of(&lines, "caseload").value, Some(18.7));
        let months: f64 = lines
            .iter()
            .filter(|line| line.measure.starts_with("month_"))
            .filter_map(|line| line.value)
            .sum();
        near(months, 100.0, 1e-9);
        let withheld = published(HEREFORDSHIRE, 2024);
        assert_eq!(of(&withheld, "referrals_per_10k").value, None);
        assert_eq!(of(&withheld, "s47_per_10k").value, Some(275.8));
    }

    #[test]
    fn every_measure_has_figures_in_the_years_with_months_and_the_rest_before() {
        for year in 2018..=2024 {
            let lines = published(HEREFORDSHIRE, year);
            let expect = if year < 2022 { MEASURES.len() - 12 } else { MEASURES.len() };
            assert_eq!(lines.len(), expect, "{year}");
            for line in lines {
                assert!(line.low <= line.median && line.median <= line.high, "{line:?}");
                assert!(line.authorities > 90, "{line:?}");
            }
        }
        assert_eq!(published(HEREFORDSHIRE, 1999), []);
        assert!(published("Nowhere", 2024).iter().all(|line| line.value.is_none()));
    }

    #[test]
    fn a_misspelt_authority_is_told_the_nearest() {
        for (written, expect) in [
            ("Herefordshire", "did you mean `Herefordshire, County of`?"),
            ("herefordshire, county of", "did you mean `Herefordshire, County of`?"),
            ("Herefodshire, County of", "did you mean `Herefordshire, County of`?"),
            ("Birmingam", "did you mean `Birmingham`?"),
            ("york", "did you mean `York`?"),
            ("xq", "names stand in data/cin_key_measures_england_region_la.csv, column la_name"),
        ] {
            assert_eq!(mend(written, 2023), expect);
        }
        assert_eq!(mend("York", 1999), "no authority has figures of 1999: give a year from 2018 to 2024");
    }

    #[test]
    fn authorities_are_named_as_published() {
        let names = authorities(2024);
        assert_eq!(names.len(), 153);
        assert!(names.iter().any(|name| name == HEREFORDSHIRE));
    }

    #[test]
    fn percentiles_lie_between_neighbours() {
        let values = [1.0, 2.0, 3.0, 4.0];
        assert_eq!(percentile(&values, 0.5), Some(2.5));
        assert_eq!(percentile(&values, 0.05), Some(1.0));
        assert_eq!(percentile(&values, 0.95), Some(4.0));
        assert_eq!(percentile(&values, 0.3), Some(1.5));
        assert_eq!(percentile(&[7.0], 0.5), Some(7.0));
        assert_eq!(percentile(&[], 0.5), None);
    }
}
