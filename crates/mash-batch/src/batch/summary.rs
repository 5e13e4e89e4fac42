//! What rows come to: a mean with its interval for each measure, folded in the order of replications.

use mash_stats::{Estimate, Running, StatsError};

use super::Row;

/// Running means of a batch.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    columns: Vec<Running>,
    rows: u32,
}

impl Summary {
    /// Of so many measures, and no row yet.
    #[must_use]
    pub fn new(measures: usize) -> Self {
        Self { columns: vec![Running::default(); measures], rows: 0 }
    }

    /// Takes the next row.
    ///
    /// # Errors
    /// [`StatsError`] for a figure that is not finite.
    pub fn push(&mut self, row: &Row) -> Result<(), StatsError> {
        for (column, figure) in self.columns.iter_mut().zip(&row.figures) {
            if let Some(figure) = figure {
                column.push(*figure)?;
            }
        }
        self.rows += 1;
        Ok(())
    }

    /// Rows taken.
    #[must_use]
    pub fn rows(&self) -> u32 {
        self.rows
    }

    /// The estimate of each measure; none where no row had a figure.
    ///
    /// # Errors
    /// [`StatsError::TooLarge`] where a mean or interval overflows.
    pub fn estimates(&self) -> Result<Vec<Option<Estimate>>, StatsError> {
        let estimate = |column: &Running| match column.n() {
            0 => Ok(None),
            _ => column.estimate().map(Some),
        };
        self.columns.iter().map(estimate).collect()
    }

    /// Half-width of a measure's 95% interval; none before its second figure.
    ///
    /// # Errors
    /// As [`Summary::estimates`].
    pub fn half_width(&self, measure: usize) -> Result<Option<f64>, StatsError> {
        let Some(column) = self.columns.get(measure).filter(|column| column.n() > 1) else { return Ok(None) };
        column.estimate().map(|estimate| Some((estimate.high - estimate.low) / 2.0))
    }
}
