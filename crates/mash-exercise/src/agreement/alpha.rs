//! Krippendorff's alpha: `1 - D_o / D_e`, observed over expected disagreement, for any number of people and missing votes.
//!
//! Votes on a vignette with `m` votes are paired, each pair weighing `1 / (m - 1)`; expected disagreement pairs all votes
//! of vignettes with two or more. For ordered categories the distance of `c` and `k` is the square of the number of votes
//! from `c` to `k`, the ends counted half.
//!
//! Source: K. Krippendorff, Content Analysis, 4th edition (2018), chapter 12; Computing Krippendorff's alpha-reliability
//! (2011).

/// How far apart two categories are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Distance {
    /// Any two are equally far apart.
    Nominal,
    /// Categories stand in order.
    Ordinal,
}

/// Alpha of votes by category, a row a vignette; `None` where no vignette has two votes, or all votes are for one
/// category.
#[must_use]
pub fn alpha(counts: &[&[f64]], distance: Distance) -> Option<f64> {
    let paired: Vec<(&[f64], f64)> = counts
        .iter()
        .map(|counts| (*counts, counts.iter().sum::<f64>()))
        .filter(|(_, votes)| *votes >= 2.0)
        .collect();
    let categories = paired.iter().map(|(counts, _)| counts.len()).max()?;
    let of_all: Vec<f64> =
        (0..categories).map(|k| paired.iter().map(|(counts, _)| at(counts, k)).sum()).collect();
    let all: f64 = of_all.iter().sum();
    let (mut observed, mut expected) = (0.0, 0.0);
    for c in 0..categories {
        for k in (0..categories).filter(|k| *k != c) {
            let apart = match distance {
                Distance::Nominal => 1.0,
                Distance::Ordinal => {
                    let (low, high) = (c.min(k), c.max(k));
                    let between: f64 = (low..=high).map(|g| at(&of_all, g)).sum();
                    let steps = between - f64::midpoint(at(&of_all, c), at(&of_all, k));
                    steps * steps
                }
            };
            let together: f64 =
                paired.iter().map(|(counts, votes)| at(counts, c) * at(counts, k) / (votes - 1.0)).sum();
            observed += together * apart;
            expected += at(&of_all, c) * at(&of_all, k) * apart / (all - 1.0);
        }
    }
    (expected > 0.0).then(|| 1.0 - observed / expected)
}

fn at(counts: &[f64], k: usize) -> f64 {
    counts.get(k).copied().unwrap_or(0.0)
}
