//! Parameters of a model found from figures that it should give: bounded least squares, and what cannot be found.
//!
//! In: a [sensitivity matrix](Sensitivity), how many standard errors each figure moves as a parameter goes from one end
//! of its range to the other; and residuals, how many standard errors each figure is off. Out: a [`step`] of the
//! parameters, and [how well](identify) each of them is known.
//!
//! Source: J. Nocedal and S. J. Wright, Numerical Optimization, 2nd edition (2006), chapter 10 (Gauss-Newton,
//! Levenberg-Marquardt); P. C. Hansen, Rank-Deficient and Discrete Ill-Posed Problems (1998), chapter 3 (truncated
//! singular values and the resolution of each parameter).

mod identify;
mod singular;
mod step;

pub use identify::{Direction, Identified, alike, identify};
pub use singular::{Singular, singular};
pub use step::{Bounds, step};

/// Singular value below which a direction of the parameters cannot be identified: its 95% interval, 1.96 standard
/// errors to each side, is then as wide as the whole range.
pub const WHOLE_RANGE: f64 = 2.0 * 1.96;

/// How figures move with parameters, one column a parameter, one row a figure.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sensitivity {
    /// By parameter: how many standard errors each figure moves as the parameter goes through its whole range.
    pub columns: Vec<Vec<f64>>,
    /// Standard deviation of the elements by chance alone, where it is known; 0 otherwise.
    pub noise: f64,
}

impl Sensitivity {
    /// Singular values at or below this are not told from nothing: [`WHOLE_RANGE`], or what chance alone would give.
    ///
    /// A matrix of independent elements with this standard deviation has its largest singular value near
    /// sqrt(rows) + sqrt(columns) of it. Source: K. R. Davidson and S. J. Szarek, Local operator theory, random matrices
    /// and Banach spaces, Handbook of the Geometry of Banach Spaces 1 (2001), theorem II.13.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a few dozen rows and columns")]
    pub fn cut(&self) -> f64 {
        let rows = self.columns.first().map_or(0, Vec::len) as f64;
        let chance = self.noise * (libm::sqrt(rows) + libm::sqrt(self.columns.len() as f64));
        WHOLE_RANGE.max(chance)
    }

    /// What the figures move, in standard errors, when parameters move by so much of their ranges.
    #[must_use]
    pub fn moves(&self, change: &[f64]) -> Vec<f64> {
        let mut moved = vec![0.0; self.columns.first().map_or(0, Vec::len)];
        for (column, by) in self.columns.iter().zip(change) {
            for (place, element) in moved.iter_mut().zip(column) {
                *place += element * by;
            }
        }
        moved
    }

    /// Takes a step that was tried into account, so that the matrix gives what was seen along it (C. G. Broyden, A class
    /// of methods for solving nonlinear simultaneous equations, Mathematics of Computation 19, 1965).
    pub fn learn(&mut self, change: &[f64], moved: &[f64]) {
        let length: f64 = change.iter().map(|by| by * by).sum();
        if length <= 0.0 {
            return;
        }
        let expected = self.moves(change);
        for (column, by) in self.columns.iter_mut().zip(change) {
            for (element, (seen, expected)) in column.iter_mut().zip(moved.iter().zip(&expected)) {
                *element += (seen - expected) * by / length;
            }
        }
    }
}

/// Sum of products.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_was_tried_is_known_afterwards_and_others_are_left_alone() {
        let mut matrix = Sensitivity { columns: vec![vec![1.0, 0.0], vec![0.0, 1.0]], noise: 0.0 };
        matrix.learn(&[0.5, 0.0], &[2.0, -1.0]);
        assert_eq!(matrix.moves(&[0.5, 0.0]), [2.0, -1.0]);
        assert_eq!(matrix.moves(&[0.0, 1.0]), [0.0, 1.0]);
    }

    #[test]
    fn chance_raises_the_cut() {
        let of = |noise| Sensitivity { columns: vec![vec![0.0; 16]; 9], noise }.cut();
        assert!((of(0.0) - 3.92).abs() < 1e-12);
        assert!((of(2.0) - 14.0).abs() < 1e-12);
    }
}
