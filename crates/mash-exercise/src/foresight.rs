//! How well stated probabilities met what the vignettes say was later found.
//!
//! In: for each answer the probability of significant harm that somebody stated, 0 to 1, and whether it was found. Out: the
//! Brier score, and a table of stated probability against the share in which harm was found. From [`LEAST_ANSWERS`] answers
//! on: fewer say more of chance than of people.
//!
//! Source: G. W. Brier, Verification of forecasts expressed in terms of probability (1950).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Answers from which on figures are given. `synthesised`.
pub const LEAST_ANSWERS: usize = 20;

/// Rows of the table: 0 to 20 per cent, and so on.
const ROWS: usize = 5;

/// What somebody stated, and what was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stated {
    /// Probability of significant harm, 0 to 1.
    pub probability: f64,
    /// Was it found?
    pub found: bool,
}

/// How well stated probabilities met what was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Foresight {
    /// Answers.
    pub answers: usize,
    /// Mean square of stated probability less what was found (1 or 0): 0 is perfect, 0.25 is always saying one half.
    pub brier: f64,
    /// The score of somebody who always states the share that was found.
    pub brier_of_base_rate: f64,
    /// Stated against found, rows without answers left out.
    pub calibration: Vec<CalibrationRow>,
}

/// One row of the table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CalibrationRow {
    /// Stated probabilities above this; the first row includes 0.
    pub above: f64,
    /// Up to and including this.
    pub to: f64,
    /// Answers.
    pub answers: usize,
    /// Mean stated probability.
    pub stated: f64,
    /// Share in which harm was found.
    pub found: f64,
}

/// How well these answers met what was found; `None` with fewer than [`LEAST_ANSWERS`], or with a probability outside 0
/// to 1.
#[must_use]
pub fn foresight(answers: &[Stated]) -> Option<Foresight> {
    let fits = answers.iter().all(|answer| (0.0..=1.0).contains(&answer.probability));
    if answers.len() < LEAST_ANSWERS || !fits {
        return None;
    }
    let number = answers.len() as f64;
    let brier =
        answers.iter().map(|answer| square(answer.probability - outcome(answer))).sum::<f64>() / number;
    let base = answers.iter().map(outcome).sum::<f64>() / number;
    let edge = |row: usize| row as f64 / ROWS as f64;
    let calibration = (0..ROWS).filter_map(|row| {
        let (above, to) = (edge(row), edge(row + 1));
        let inside = |p: f64| p <= to && (p > above || row == 0);
        let here: Vec<&Stated> = answers.iter().filter(|answer| inside(answer.probability)).collect();
        let mean = |of: &dyn Fn(&Stated) -> f64| {
            here.iter().map(|answer| of(answer)).sum::<f64>() / here.len() as f64
        };
        (!here.is_empty()).then(|| CalibrationRow {
            above,
            to,
            answers: here.len(),
            stated: mean(&|answer| answer.probability),
            found: mean(&outcome),
        })
    });
    Some(Foresight {
        answers: answers.len(),
        brier,
        brier_of_base_rate: base * (1.0 - base),
        calibration: calibration.collect(),
    })
}

fn outcome(answer: &Stated) -> f64 {
    if answer.found { 1.0 } else { 0.0 }
}

fn square(value: f64) -> f64 {
    value * value
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Probabilities 0.05, 0.10 ... 1.00, harm found above 0.6 and at 0.1.
    fn answers() -> Vec<Stated> {
        (1..=20).map(|n| Stated { probability: f64::from(n) / 20.0, found: n > 12 || n == 2 }).collect()
    }

    #[test]
    fn twenty_answers_are_the_least() {
        assert_eq!(foresight(&answers()[1..]), None);
        let mut outside = answers();
        outside[3].probability = 1.2;
        assert_eq!(foresight(&outside), None);
    }

    #[test]
    fn rows_hold_their_upper_edge() {
        let rows = foresight(&answers()).unwrap().calibration;
        let counts: Vec<usize> = rows.iter().map(|row| row.answers).collect();
        assert_eq!(counts, [4, 4, 4, 4, 4]);
        assert!(
            (rows[0].found - 0.25).abs() < 1e-12 && (rows[0].stated - 0.125).abs() < 1e-12,
            "{:?}",
            rows[0]
        );
        assert!((rows[4].stated - 0.925).abs() < 1e-12 && rows[4].found > 0.99, "{:?}", rows[4]);
    }

    /// Values of scikit-learn 1.9.1: `brier_score_loss`, and `calibration_curve` with five bins.
    #[test]
    fn scikit_learn_says_the_same() {
        let stated = [
            0.05, 0.1, 0.1, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9,
            0.95, 0.97, 0.15, 0.62,
        ];
        let found = [0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 1, 1, 0, 1, 1, 1, 1, 0, 1, 1, 0, 1];
        let answers: Vec<Stated> = stated
            .iter()
            .zip(found)
            .map(|(&probability, found)| Stated { probability, found: found == 1 })
            .collect();
        let ours = foresight(&answers).unwrap();
        assert!((ours.brier - 0.192_286_363_636_363_67).abs() < 1e-12, "{}", ours.brier);
        let rows: Vec<(f64, f64)> = ours.calibration.iter().map(|row| (row.stated, row.found)).collect();
        let expect = [(0.12, 0.2), (0.325, 0.25), (0.525, 0.75), (0.704, 0.8), (0.9175, 0.75)];
        for (ours, theirs) in rows.iter().zip(expect) {
            assert!((ours.0 - theirs.0).abs() < 1e-12 && (ours.1 - theirs.1).abs() < 1e-12, "{rows:?}");
        }
    }
}
