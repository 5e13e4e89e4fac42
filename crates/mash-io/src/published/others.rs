//! The authorities that one is set beside: its statistical neighbours, its region, or all of England.

use super::{Authority, MEASURES, Table, percentile, rows};

/// The authority whose statistical neighbours are among the files.
const WITH_NEIGHBOURS: &str = "Herefordshire, County of";

/// Authorities beside one, and where their figures lie.
#[derive(Debug, Clone, PartialEq)]
pub struct Others {
    /// What they are, for people: `statistical neighbours`, `West Midlands`, `England`.
    pub title: String,
    /// Their names, sorted.
    pub names: Vec<String>,
    /// By measure: lowest, median, highest, and how many have a figure.
    spread: Vec<(&'static str, [f64; 3], usize)>,
}

impl Others {
    /// Lowest, median and highest figure of a measure, and how many have one; `None` where nobody does.
    #[must_use]
    pub fn of(&self, measure: &str) -> Option<([f64; 3], usize)> {
        self.spread.iter().find(|(id, ..)| *id == measure).map(|(_, spread, count)| (*spread, *count))
    }
}

/// Whom to set an authority beside: its statistical neighbours where they are among the files, otherwise the other
/// authorities of its region; England's all where it has none.
#[must_use]
pub fn others(own: &Authority) -> Others {
    let of_year = rows(Table::KeyMeasures, own.year);
    let others = of_year.into_iter().filter(|row| row.is_authority && row.name != own.name);
    let (title, mut names): (String, Vec<String>) = if own.name == WITH_NEIGHBOURS {
        ("statistical neighbours".to_owned(), neighbours())
    } else if let Some(region) = &own.region {
        let same = others.filter(|row| row.region == *region);
        (region.clone(), same.map(|row| row.name).collect())
    } else {
        ("England".to_owned(), others.map(|row| row.name).collect())
    };
    names.sort();
    let tables = Table::ALL.map(|table| (table, rows(table, own.year)));
    let spread = MEASURES.iter().filter_map(|measure| {
        let (_, rows) = tables.iter().find(|(table, _)| *table == measure.table)?;
        let there = rows.iter().filter(|row| row.is_authority && names.binary_search(&row.name).is_ok());
        let mut values: Vec<f64> = there.filter_map(|row| measure.of(row)).collect();
        values.sort_by(f64::total_cmp);
        let spread = [*values.first()?, percentile(&values, 0.5)?, *values.last()?];
        Some((measure.id, spread, values.len()))
    });
    Others { title, spread: spread.collect(), names }
}

/// Source: DfE, statistical neighbour model 2025.
fn neighbours() -> Vec<String> {
    let text = include_str!("../../../../data/herefordshire_statistical_neighbours_2025.csv");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let at = reader.headers().ok().and_then(|head| head.iter().position(|head| head == "la_name"));
    let Some(at) = at else { return Vec::new() };
    reader.records().flatten().filter_map(|record| record.get(at).map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn herefordshire_stands_beside_its_neighbours_and_others_beside_their_region() {
        let of = |name: &str| others(&Authority::of(name, 2024).unwrap());
        let neighbours = of("Herefordshire, County of");
        assert_eq!((neighbours.title.as_str(), neighbours.names.len()), ("statistical neighbours", 10));
        assert_eq!(neighbours.of("referrals_per_10k").unwrap().1, 10);
        let region = of("Birmingham");
        assert_eq!(region.title, "West Midlands");
        assert!(region.names.contains(&"Herefordshire, County of".to_owned()));
        assert!(!region.names.contains(&"Birmingham".to_owned()));
        let ([low, median, high], count) = region.of("s47_per_10k").unwrap();
        assert!(low < median && median < high && count == 13, "{count}");
        let england = of(super::super::ENGLAND);
        assert_eq!((england.title.as_str(), england.names.len()), ("England", 153));
        assert_eq!(england.of("nothing"), None);
    }
}
