//! What the figures say of each parameter, and what they cannot say.

use super::{Sensitivity, dot, singular};

/// What is known of one parameter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Identified {
    /// Share of the parameter that lies along directions which the figures tell: 1 fully, 0 not at all (the diagonal of
    /// the resolution matrix).
    pub resolution: f64,
    /// Standard error along those directions, in shares of its range.
    pub standard_error: f64,
}

impl Identified {
    /// Whether nine tenths of the parameter, or more, lie along directions that the figures tell. The tenth is chosen.
    #[must_use]
    pub fn is_told(&self) -> bool {
        self.resolution >= 0.9
    }
}

/// Parameters that move together without moving any figure beyond its standard error.
#[derive(Debug, Clone, PartialEq)]
pub struct Direction {
    /// Standard errors by which figures move as the parameters go a whole range along the direction.
    pub value: f64,
    /// Share of each parameter, as a unit vector.
    pub shares: Vec<f64>,
}

/// What is known of each parameter, and every direction that cannot be identified, the least known last.
#[must_use]
pub fn identify(matrix: &Sensitivity) -> (Vec<Identified>, Vec<Direction>) {
    let found = singular(&matrix.columns);
    let cut = matrix.cut();
    let mut of = vec![Identified { resolution: 0.0, standard_error: 0.0 }; matrix.columns.len()];
    let mut unknown = Vec::new();
    for (value, shares) in found.values.iter().zip(&found.right) {
        if *value <= cut {
            unknown.push(Direction { value: *value, shares: shares.clone() });
            continue;
        }
        for (known, share) in of.iter_mut().zip(shares) {
            known.resolution += share * share;
            known.standard_error += (share / value) * (share / value);
        }
    }
    of.iter_mut().for_each(|known| known.standard_error = libm::sqrt(known.standard_error));
    (of, unknown)
}

/// Pairs of parameters that move the figures alike or opposite: cosine of their columns at least `least` in size. Each
/// pair once, the first parameter first.
#[must_use]
pub fn alike(matrix: &Sensitivity, least: f64) -> Vec<(usize, usize, f64)> {
    let lengths: Vec<f64> = matrix.columns.iter().map(|column| libm::sqrt(dot(column, column))).collect();
    let mut pairs = Vec::new();
    for (first, (a, length)) in matrix.columns.iter().zip(&lengths).enumerate() {
        for (second, (b, other)) in matrix.columns.iter().zip(&lengths).enumerate().skip(first + 1) {
            let scale = length * other;
            // A column below the cut is chance; it is like nothing.
            if length.min(*other) > matrix.cut() && (dot(a, b) / scale).abs() >= least {
                pairs.push((first, second, dot(a, b) / scale));
            }
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_of_its_own_has_the_error_of_its_figure() {
        let matrix = Sensitivity { columns: vec![vec![10.0, 0.0], vec![0.0, 50.0]], noise: 0.0 };
        let (known, unknown) = identify(&matrix);
        assert_eq!(unknown, []);
        assert!((known[0].standard_error - 0.1).abs() < 1e-12 && known[0].is_told());
        assert!((known[1].standard_error - 0.02).abs() < 1e-12);
    }

    #[test]
    fn two_that_move_one_figure_are_known_by_half() {
        let matrix = Sensitivity { columns: vec![vec![20.0], vec![20.0]], noise: 0.0 };
        let (known, unknown) = identify(&matrix);
        assert!((known[0].resolution - 0.5).abs() < 1e-12 && !known[0].is_told());
        let [direction] = unknown.as_slice() else { panic!("{unknown:?}") };
        assert!(direction.value < 1e-9);
        assert!((direction.shares[0] + direction.shares[1]).abs() < 1e-12);
        assert_eq!(alike(&matrix, 0.95), [(0, 1, 1.0)]);
    }

    #[test]
    fn what_moves_nothing_is_not_known() {
        let matrix = Sensitivity { columns: vec![vec![20.0, 1.0], vec![0.5, 0.5]], noise: 0.0 };
        let (known, unknown) = identify(&matrix);
        assert!(known[0].is_told() && !known[1].is_told());
        assert_eq!(unknown.len(), 1);
        assert_eq!(alike(&matrix, 0.1), []);
    }
}
