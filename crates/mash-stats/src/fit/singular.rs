//! Singular values of a small dense matrix.
//!
//! Columns are turned against each other, pair by pair, until all are at right angles (one-sided Jacobi). The order of
//! turns is fixed, so the same matrix gives the same bits everywhere.
//!
//! Source: M. R. Hestenes, Inversion of matrices by biorthogonalization, Journal of the SIAM 6 (1958); J. Demmel and
//! K. Veselic, Jacobi's method is more accurate than QR, SIAM Journal on Matrix Analysis 13 (1992).

use super::dot;

/// A matrix as a sum of `value` x `left` x `right`, largest value first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Singular {
    /// Singular values, falling; one a column of the matrix.
    pub values: Vec<f64>,
    /// For each value: unit vector over rows; all zero where the value is.
    pub left: Vec<Vec<f64>>,
    /// For each value: unit vector over columns.
    pub right: Vec<Vec<f64>>,
}

/// Sweeps over all pairs; a dozen is usual.
const SWEEPS: usize = 60;

/// Singular values and vectors of a matrix given by its columns, all of one length.
#[must_use]
pub fn singular(columns: &[Vec<f64>]) -> Singular {
    let many = columns.len();
    let mut turned: Vec<Vec<f64>> = columns.to_vec();
    let mut right: Vec<Vec<f64>> =
        (0..many).map(|own| (0..many).map(|at| if at == own { 1.0 } else { 0.0 }).collect()).collect();
    for _ in 0..SWEEPS {
        let mut still = true;
        for first in 0..many {
            for second in first + 1..many {
                let Some((cos, sin)) = angle(&turned, first, second) else { continue };
                still = false;
                turn(&mut turned, first, second, cos, sin);
                turn(&mut right, first, second, cos, sin);
            }
        }
        if still {
            break;
        }
    }
    let mut found: Vec<(f64, Vec<f64>, Vec<f64>)> = turned
        .into_iter()
        .zip(right)
        .map(|(column, right)| {
            let value = libm::sqrt(dot(&column, &column));
            let unit = |element: f64| if value > 0.0 { element / value } else { 0.0 };
            (value, column.into_iter().map(unit).collect(), right)
        })
        .collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut all = Singular::default();
    for (value, left, right) in found {
        all.values.push(value);
        all.left.push(left);
        all.right.push(right);
    }
    all
}

/// Cosine and sine of the turn that puts two columns at right angles; none where they are.
fn angle(columns: &[Vec<f64>], first: usize, second: usize) -> Option<(f64, f64)> {
    let (a, b) = (columns.get(first)?, columns.get(second)?);
    let (aa, bb, ab) = (dot(a, a), dot(b, b), dot(a, b));
    if ab.abs() <= f64::EPSILON * libm::sqrt(aa * bb) || ab == 0.0 {
        return None;
    }
    let zeta = (bb - aa) / (2.0 * ab);
    let tangent = zeta.signum() / (zeta.abs() + libm::sqrt(1.0 + zeta * zeta));
    let cos = 1.0 / libm::sqrt(1.0 + tangent * tangent);
    Some((cos, cos * tangent))
}

fn turn(columns: &mut [Vec<f64>], first: usize, second: usize, cos: f64, sin: f64) {
    let (before, after) = columns.split_at_mut(second);
    let (Some(a), Some(b)) = (before.get_mut(first), after.first_mut()) else { return };
    for (a, b) in a.iter_mut().zip(b) {
        (*a, *b) = (cos * *a - sin * *b, sin * *a + cos * *b);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(columns: &[Vec<f64>], values: &[f64]) {
        let found = singular(columns);
        for (found, expect) in found.values.iter().zip(values) {
            assert!((found - expect).abs() < 1e-12 * values[0].max(1.0), "{found} against {expect}");
        }
        // The parts add up to the matrix, and the vectors are at right angles.
        for (at, column) in columns.iter().enumerate() {
            for (row, element) in column.iter().enumerate() {
                let sum: f64 = (0..columns.len())
                    .map(|k| found.values[k] * found.left[k][row] * found.right[k][at])
                    .sum();
                assert!((sum - element).abs() < 1e-12 * values[0].max(1.0), "{sum} against {element}");
            }
        }
        for (a, left) in found.right.iter().enumerate() {
            for (b, right) in found.right.iter().enumerate() {
                let expect = f64::from(u8::from(a == b));
                assert!((dot(left, right) - expect).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn known_matrices() {
        check(&[vec![3.0, 0.0], vec![0.0, -4.0]], &[4.0, 3.0]);
        // [[1, 1], [0, 1], [1, 0]]: squares of the values are 3 and 1.
        check(&[vec![1.0, 0.0, 1.0], vec![1.0, 1.0, 0.0]], &[3.0_f64.sqrt(), 1.0]);
        // Two columns alike and a third of zeros: rank one.
        check(&[vec![1.0, 2.0], vec![1.0, 2.0], vec![0.0, 0.0]], &[10.0_f64.sqrt(), 0.0, 0.0]);
        // The Hilbert matrix of order 3, as printed in tables.
        let hilbert = |row: u8| (0..3).map(|at| 1.0 / f64::from(row + at + 1)).collect::<Vec<f64>>();
        check(
            &[hilbert(0), hilbert(1), hilbert(2)],
            &[1.408_318_927_123_654, 0.122_327_065_853_906, 0.002_687_340_355_773],
        );
        check(&[], &[]);
    }
}
