//! Sensitivities by differences over the same draws.

use mash_stats::fit::Sensitivity;

use super::{CalibrateError, Work};

/// How far each parameter is moved, as a share of its range. Far enough that a handful of cases decide otherwise; chosen.
const MOVED: f64 = 0.15;
/// Elements within so many standard deviations of nothing are taken to be nothing: of a hundred and fifty, chance leaves
/// about one beyond.
const CHANCE: f64 = 3.0;

impl Work<'_> {
    /// The sensitivity matrix where the fit is, every parameter moved by itself towards the middle of its range; in
    /// standard errors as they are there.
    pub(super) fn sensitivity(&mut self) -> Result<Sensitivity, CalibrateError> {
        self.weigh();
        let moves: Vec<f64> = self.at.iter().map(|at| if *at > 0.5 { -MOVED } else { MOVED }).collect();
        let points = moves.iter().enumerate().map(|(own, by)| {
            let at = self.at.iter().enumerate();
            let at: Vec<f64> = at.map(|(other, at)| if other == own { at + by } else { *at }).collect();
            self.point(&at)
        });
        let points: Vec<_> = points.collect();
        let runs = self.run(&points)?;
        let counts: Vec<bool> = self.targets.iter().map(|target| self.is_fitted(target)).collect();
        let (mut columns, mut squares, mut elements) = (Vec::new(), 0.0, 0.0_f64);
        for (figures, by) in runs.iter().zip(&moves) {
            let mut column = Vec::with_capacity(counts.len());
            let each = self.figures.differences(figures).into_iter().zip(&self.errors).zip(&counts);
            for (((moved, chance), error), counts) in each {
                elements += f64::from(u8::from(*counts));
                if *counts && moved.abs() > CHANCE * chance {
                    column.push(moved / by / error);
                    squares += (chance / by / error) * (chance / by / error);
                } else {
                    column.push(0.0);
                }
            }
            columns.push(column);
        }
        Ok(Sensitivity { columns, noise: libm::sqrt(squares / elements.max(1.0)) })
    }
}
