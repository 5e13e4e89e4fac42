//! A table over several facts, ready to be looked up.

use crate::program::{Cell, Program, Table};

/// The cells of a table, with the distance between two codes of each of its facts.
#[derive(Debug, Clone)]
pub(super) struct Lookup {
    strides: Vec<(usize, usize)>,
    cells: Vec<Cell>,
}

impl Lookup {
    pub(super) fn new(program: &Program, table: &Table) -> Self {
        let mut stride = 1;
        let mut strides = Vec::new();
        for slot in table.facts.iter().rev() {
            strides.push((slot.index(), stride));
            stride *= program.code_count(*slot);
        }
        Self { strides, cells: table.cells.clone() }
    }

    /// Slots, each with how far apart two of its codes are among the cells.
    pub(super) fn strides(&self) -> &[(usize, usize)] {
        &self.strides
    }

    /// The cell at the sum of codes times distances.
    #[inline]
    pub(super) fn cell(&self, at: usize) -> Cell {
        self.cells.get(at).copied().unwrap_or(Cell::Ask)
    }
}
