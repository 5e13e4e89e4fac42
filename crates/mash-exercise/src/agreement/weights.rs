//! How far two categories count as the same: 1 for the same one, less for one further off, 0 for the furthest.

/// Weights of pairs of categories.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weights {
    /// 1 for the same category, 0 for any other.
    Nominal,
    /// By how many pairs of categories lie between: Gwet's ordinal weights.
    ///
    /// Source: K. L. Gwet, Handbook of Inter-Rater Reliability, 4th edition (2014).
    Ordinal,
    /// By the number of steps.
    Linear,
    /// By the square of the number of steps.
    Quadratic,
}

impl Weights {
    /// The weight of two of `categories` categories, 0 to 1.
    #[must_use]
    pub fn between(self, a: usize, b: usize, categories: usize) -> f64 {
        if a == b {
            return 1.0;
        }
        let pairs = |steps: usize| (steps * (steps + 1)) as f64 / 2.0;
        let (steps, most) = (a.abs_diff(b), categories.saturating_sub(1));
        let share = steps as f64 / most as f64;
        match self {
            Weights::Nominal => 0.0,
            Weights::Ordinal => 1.0 - pairs(steps) / pairs(most),
            Weights::Linear => 1.0 - share,
            Weights::Quadratic => 1.0 - share * share,
        }
    }
}
