//! One step towards figures: damped, within bounds, and along no direction that the figures say nothing about.

use super::{Sensitivity, dot, singular};

/// How far each parameter may still move down and up, in shares of its range.
#[derive(Debug, Clone, PartialEq)]
pub struct Bounds {
    /// Down, 0 or less.
    pub down: Vec<f64>,
    /// Up, 0 or more.
    pub up: Vec<f64>,
}

/// The step of the parameters, in shares of their ranges, that brings figures nearest to what they should be.
///
/// `residuals` are what each figure should still move, in standard errors; `damping`, 0 or more, shortens the step along
/// directions whose squared singular value is near it (Levenberg-Marquardt). Directions at or below
/// [`Sensitivity::cut`] are left alone. A parameter that would leave its bounds stops at the nearest, and the others are
/// found anew given that.
#[must_use]
pub fn step(matrix: &Sensitivity, residuals: &[f64], bounds: &Bounds, damping: f64) -> Vec<f64> {
    let many = matrix.columns.len();
    let mut fixed: Vec<Option<f64>> = vec![None; many];
    loop {
        let change = given(matrix, residuals, &fixed, damping);
        // The one that leaves by most is stopped first; the others may then stay.
        let mut worst: Option<(usize, f64, f64)> = None;
        let limits = bounds.down.iter().zip(&bounds.up);
        for (at, ((by, (down, up)), fixed)) in change.iter().zip(limits).zip(&fixed).enumerate() {
            let over = (down - by).max(by - up);
            if fixed.is_none() && over > 1e-12 && worst.is_none_or(|(_, most, _)| over > most) {
                worst = Some((at, over, by.clamp(*down, *up)));
            }
        }
        let Some((at, _, stop)) = worst else { return change };
        if let Some(place) = fixed.get_mut(at) {
            *place = Some(stop);
        }
    }
}

/// The best step with some parameters already settled.
fn given(matrix: &Sensitivity, residuals: &[f64], fixed: &[Option<f64>], damping: f64) -> Vec<f64> {
    let settled: Vec<f64> = fixed.iter().map(|by| by.unwrap_or(0.0)).collect();
    let moved = matrix.moves(&settled);
    let left: Vec<f64> = residuals.iter().zip(&moved).map(|(residual, moved)| residual - moved).collect();
    let free: Vec<Vec<f64>> = matrix
        .columns
        .iter()
        .zip(fixed)
        .filter(|(_, fixed)| fixed.is_none())
        .map(|(column, _)| column.clone())
        .collect();
    let found = singular(&free);
    let cut = matrix.cut();
    let mut change = vec![0.0; free.len()];
    for ((value, over_rows), over_columns) in found.values.iter().zip(&found.left).zip(&found.right) {
        if *value <= cut {
            continue;
        }
        let along = dot(over_rows, &left) * value / (value * value + damping);
        for (place, share) in change.iter_mut().zip(over_columns) {
            *place += along * share;
        }
    }
    let mut of_free = change.into_iter();
    fixed.iter().map(|fixed| fixed.unwrap_or_else(|| of_free.next().unwrap_or(0.0))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(columns: &[&[f64]]) -> Sensitivity {
        Sensitivity { columns: columns.iter().map(|column| column.to_vec()).collect(), noise: 0.0 }
    }

    fn within(far: f64, many: usize) -> Bounds {
        Bounds { down: vec![-far; many], up: vec![far; many] }
    }

    #[track_caller]
    fn check(found: &[f64], expect: &[f64]) {
        assert_eq!(found.len(), expect.len());
        let near = found.iter().zip(expect).all(|(found, expect)| (found - expect).abs() < 1e-9);
        assert!(near, "{found:?} against {expect:?}");
    }

    #[test]
    fn a_square_matrix_is_solved() {
        let matrix = matrix(&[&[20.0, 10.0], &[0.0, 40.0]]);
        check(&step(&matrix, &[10.0, 1.0], &within(9.0, 2), 0.0), &[0.5, -0.1]);
    }

    #[test]
    fn more_figures_than_parameters_are_met_on_average() {
        let matrix = matrix(&[&[10.0, 10.0]]);
        check(&step(&matrix, &[1.0, 3.0], &within(9.0, 1), 0.0), &[0.2]);
    }

    #[test]
    fn damping_shortens() {
        let matrix = matrix(&[&[10.0]]);
        check(&step(&matrix, &[5.0], &within(9.0, 1), 100.0), &[0.25]);
    }

    #[test]
    fn two_parameters_that_do_the_same_share_the_step_and_their_difference_stays() {
        let matrix = matrix(&[&[10.0], &[10.0]]);
        check(&step(&matrix, &[8.0], &within(9.0, 2), 0.0), &[0.4, 0.4]);
        check(&step(&Sensitivity { noise: 90.0, ..matrix }, &[8.0], &within(9.0, 2), 0.0), &[0.0, 0.0]);
    }

    #[test]
    fn what_is_stopped_at_a_bound_is_made_up_by_others() {
        let matrix = matrix(&[&[10.0], &[10.0]]);
        let bounds = Bounds { down: vec![-1.0, -1.0], up: vec![0.1, 1.0] };
        check(&step(&matrix, &[8.0], &bounds, 0.0), &[0.1, 0.7]);
        check(&step(&matrix, &[800.0], &bounds, 0.0), &[0.1, 1.0]);
    }
}
