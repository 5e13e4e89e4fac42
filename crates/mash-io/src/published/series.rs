//! One measure of every authority over the years.

use std::collections::BTreeMap;

use mash_stats::hold_out::{Known, Series};

use super::{Table, measures::find, rows};

/// First and last year of the files.
const YEARS: std::ops::RangeInclusive<u16> = 2018..=2024;

/// A measure of all authorities, 2018 to 2024, blank cells left out; empty where there is no such measure. Behind a
/// figure stand the children or cases that its own column or denominator counts.
#[must_use]
pub fn series(measure: &str) -> Vec<Series> {
    let Some(measure) = find(measure) else { return Vec::new() };
    let mut all: BTreeMap<String, Vec<Known>> = BTreeMap::new();
    for year in YEARS {
        for row in rows(measure.table, year).into_iter().filter(|row| row.is_authority) {
            let size = row.cells.get(behind(measure.id, measure.table)).copied();
            if let (Some(value), Some(size)) = (measure.of(&row), size.filter(|size| *size > 0.0)) {
                all.entry(row.name).or_default().push(Known { year, value, size });
            }
        }
    }
    all.into_iter().map(|(name, years)| Series { name, years }).collect()
}

/// Column of the count behind a measure.
fn behind(measure: &str, table: Table) -> &'static str {
    match (measure, table) {
        ("s47_per_10k", _) => "s47_started",
        ("icpc_per_10k" | "icpc_in_15wd_pct", _) => "icpc",
        ("cpp_per_10k" | "cpp_second_pct", _) => "cpp_starts",
        ("assessments_in_45wd_pct", _) => "assessments_completed",
        ("cin_at_31_march" | "cin_at_31_march_per_10k", _) => "cin_at_31_march",
        ("cpp_at_31_march" | "cpp_at_31_march_per_10k", _) => "cpp_at_31_march",
        (_, Table::Workforce) => "case_holders_fte",
        _ => "referrals",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_rise_and_blank_cells_are_left_out() {
        let all = series("re_referral_pct");
        let own = all.iter().find(|own| own.name == "Herefordshire, County of").unwrap();
        let years: Vec<u16> = own.years.iter().map(|known| known.year).collect();
        assert_eq!(years, [2018, 2019, 2020, 2021, 2022]);
        assert!((own.years[4].value - 2.7).abs() < 1e-9 && (own.years[4].size - 2_308.0).abs() < 1e-9);
        let caseloads = series("caseload");
        let own = caseloads.iter().find(|own| own.name == "Herefordshire, County of").unwrap();
        // September 2022 lies in the year to March 2023.
        let known = own.years.iter().find(|known| known.year == 2023).unwrap();
        assert!((known.value - 18.7).abs() < 1e-9 && (known.size - 84.2).abs() < 1e-9);
        assert_eq!(series("nothing"), []);
    }
}
