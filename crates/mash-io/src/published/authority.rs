//! One authority's own rows of one year.

use std::collections::BTreeMap;

use super::{ENGLAND, Table, measures::find, rows};

/// The rows of an authority, or of England, for a year that ends on 31 March.
#[derive(Debug, Clone, PartialEq)]
pub struct Authority {
    /// As DfE spells it.
    pub name: String,
    /// The year.
    pub year: u16,
    /// Its region; none for England.
    pub region: Option<String>,
    /// By file: what its row says; blank cells are not there.
    cells: BTreeMap<Table, BTreeMap<String, f64>>,
}

/// What a cell says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell {
    /// A figure.
    Figure(f64),
    /// The row is there and the cell is blank: suppressed, of low reliability or missing at source.
    Suppressed,
    /// There is no row.
    NoRow,
}

impl Cell {
    /// The figure, where there is one.
    #[must_use]
    pub fn figure(self) -> Option<f64> {
        match self {
            Cell::Figure(value) => Some(value),
            Cell::Suppressed | Cell::NoRow => None,
        }
    }
}

impl Authority {
    /// The authority as DfE spells it, or [`ENGLAND`]; `None` where it has no row of children in need for that year.
    #[must_use]
    pub fn of(name: &str, year: u16) -> Option<Self> {
        let mut cells = BTreeMap::new();
        let mut region = None;
        for table in Table::ALL {
            if let Some(row) = rows(table, year).into_iter().find(|row| row.name == name) {
                if row.is_authority && !row.region.is_empty() {
                    region = region.or(Some(row.region));
                }
                cells.insert(table, row.cells);
            }
        }
        let there = cells.contains_key(&Table::KeyMeasures);
        there.then(|| Self { name: name.to_owned(), year, region, cells })
    }

    /// Whether this is England's own row.
    #[must_use]
    pub fn is_england(&self) -> bool {
        self.name == ENGLAND
    }

    /// What is published of a measure.
    #[must_use]
    pub fn cell(&self, measure: &str) -> Cell {
        let Some(measure) = find(measure) else { return Cell::NoRow };
        let Some(cells) = self.cells.get(&measure.table) else { return Cell::NoRow };
        measure.in_cells(cells).map_or(Cell::Suppressed, Cell::Figure)
    }

    /// A figure of one of its rows by the column's own name.
    pub(crate) fn column(&self, table: Table, column: &str) -> Option<f64> {
        self.cells.get(&table)?.get(column).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_figures_or_suppressed_or_not_there() {
        let own = Authority::of("Herefordshire, County of", 2023).unwrap();
        assert_eq!(own.region.as_deref(), Some("West Midlands"));
        assert_eq!(own.cell("s47_per_10k"), Cell::Figure(254.1));
        assert_eq!(own.cell("referral_nfa_pct"), Cell::Figure(0.0));
        assert_eq!(own.cell("re_referral_pct"), Cell::Suppressed);
        assert_eq!(own.cell("no_such_measure"), Cell::NoRow);
        assert_eq!(own.column(Table::Workforce, "cases"), Some(1_577.0));
        let england = Authority::of(ENGLAND, 2023).unwrap();
        assert!(england.is_england() && england.region.is_none());
        assert_eq!(Authority::of("Herefordshire", 2023), None);
        assert_eq!(Authority::of("Herefordshire, County of", 1999), None);
    }
}
