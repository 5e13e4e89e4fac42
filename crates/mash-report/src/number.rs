//! Figures as people read them: thousands separators, one decimal at most, a 95% interval, a true minus sign.
//!
//! In: an [`Estimate`]. Out: a [`Shown`], text only. A figure that is zero in every replication reads `0`, or
//! `no difference`; `0.0` is a figure that rounds to nothing and is not nothing.

use std::fmt;

use mash_stats::Estimate;

/// The minus sign, U+2212.
pub const MINUS: char = '\u{2212}';

/// A figure ready to print.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The mean: `12.4`, `+3.0`, `no difference`.
    pub figure: String,
    /// What stands in brackets after it: `10.1 to 14.7`. Absent when nothing is counted or differs.
    pub interval: Option<String>,
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.interval {
            Some(interval) => write!(f, "{} ({interval})", self.figure),
            None => f.write_str(&self.figure),
        }
    }
}

/// Formats the figures of one report. A figure that rests on another number of replications than the report
/// says so itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    /// Replications of the run, printed once a table.
    pub replications: u32,
}

impl Figures {
    /// A count or a rate: `12.4 (10.1 to 14.7)`.
    #[must_use]
    pub fn count(self, estimate: &Estimate) -> Shown {
        if is_nothing(estimate) {
            return Shown { figure: "0".into(), interval: self.own_n(estimate) };
        }
        self.shown(estimate, decimals(estimate.mean), "", thousands)
    }

    /// A percentage: `12.4% (10.1 to 14.7)`.
    #[must_use]
    pub fn percent(self, estimate: &Estimate) -> Shown {
        if is_nothing(estimate) {
            return Shown { figure: "0%".into(), interval: self.own_n(estimate) };
        }
        self.shown(estimate, 1, "%", thousands)
    }

    /// A difference, option B less option A: `+3.0 (−1.2 to +7.2)`, or `no difference`.
    #[must_use]
    pub fn difference(self, estimate: &Estimate) -> Shown {
        if is_nothing(estimate) {
            return Shown { figure: "no difference".into(), interval: self.own_n(estimate) };
        }
        self.shown(estimate, decimals(estimate.mean), "", signed)
    }

    fn shown(self, estimate: &Estimate, places: usize, unit: &str, write: fn(f64, usize) -> String) -> Shown {
        if !estimate.mean.is_finite() {
            return Shown { figure: "not known".into(), interval: self.own_n(estimate) };
        }
        let figure = format!("{}{unit}", write(estimate.mean, places));
        let ends = if estimate.n <= 1 || !estimate.low.is_finite() || !estimate.high.is_finite() {
            "no interval".to_owned()
        } else {
            format!("{} to {}", write(estimate.low, places), write(estimate.high, places))
        };
        let interval = match self.own_n(estimate) {
            Some(n) => format!("{ends}; {n}"),
            None => ends,
        };
        Shown { figure, interval: Some(interval) }
    }

    fn own_n(self, estimate: &Estimate) -> Option<String> {
        (estimate.n != self.replications).then(|| format!("n = {}", thousands(f64::from(estimate.n), 0)))
    }
}

/// Which way a difference goes, as far as its interval tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Zero in every replication.
    None,
    /// The whole interval lies above zero.
    More,
    /// The whole interval lies below zero.
    Fewer,
    /// The interval includes zero, or there is no interval.
    NotKnown,
}

impl Direction {
    /// As the report prints it.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Direction::None => "no difference",
            Direction::More => "more",
            Direction::Fewer => "fewer",
            Direction::NotKnown => "not known",
        }
    }
}

/// Which way a difference goes. One replication gives no interval, so its direction is not known.
#[must_use]
pub fn direction(difference: &Estimate) -> Direction {
    if is_nothing(difference) {
        Direction::None
    } else if difference.n <= 1 {
        Direction::NotKnown
    } else if difference.low > 0.0 {
        Direction::More
    } else if difference.high < 0.0 {
        Direction::Fewer
    } else {
        Direction::NotKnown
    }
}

/// Which way several differences of the same thing go together: not known unless all go the same way.
#[must_use]
pub fn together(ways: impl IntoIterator<Item = Direction>) -> Direction {
    let mut ways = ways.into_iter();
    let first = ways.next().unwrap_or(Direction::NotKnown);
    if ways.all(|way| way == first) { first } else { Direction::NotKnown }
}

/// Was there nothing at all: mean zero and no spread?
#[must_use]
pub fn is_nothing(estimate: &Estimate) -> bool {
    estimate.mean == 0.0 && estimate.low == 0.0 && estimate.high == 0.0
}

/// A twelfth of a year's figure, interval included.
#[must_use]
pub fn per_month(a_year: &Estimate) -> Estimate {
    Estimate { mean: a_year.mean / 12.0, low: a_year.low / 12.0, high: a_year.high / 12.0, n: a_year.n }
}

/// A bare number, for example a published rate: `1,234.5`, `12`.
#[must_use]
pub fn plain(value: f64) -> String {
    if !value.is_finite() {
        return "not known".into();
    }
    let text = thousands(value, decimals(value));
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// A number with thousands separators, `places` decimals and, below zero, a true minus sign.
#[must_use]
pub fn thousands(value: f64, places: usize) -> String {
    let digits = format!("{:.places$}", value.abs());
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits.as_str(), ""));
    let mut out = String::new();
    if value < 0.0 && digits.chars().any(|c| c.is_ascii_digit() && c != '0') {
        out.push(MINUS);
    }
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// [`thousands`], with a plus sign above zero. A value that rounds to nothing carries no sign.
#[must_use]
pub fn signed(value: f64, places: usize) -> String {
    let text = thousands(value, places);
    let rounds_to_nothing = !text.chars().any(|c| c.is_ascii_digit() && c != '0');
    if value > 0.0 && !rounds_to_nothing { format!("+{text}") } else { text }
}

/// From a thousand on a tenth says nothing.
fn decimals(mean: f64) -> usize {
    if mean.abs() >= 999.95 { 0 } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIGURES: Figures = Figures { replications: 200 };

    fn estimate(mean: f64, low: f64, high: f64) -> Estimate {
        Estimate { mean, low, high, n: 200 }
    }

    fn check_count(given: Estimate, expect: &str) {
        assert_eq!(FIGURES.count(&given).to_string(), expect);
    }

    fn check_difference(given: Estimate, expect: &str) {
        assert_eq!(FIGURES.difference(&given).to_string(), expect);
    }

    #[test]
    fn counts() {
        check_count(estimate(12.4, 10.1, 14.7), "12.4 (10.1 to 14.7)");
        check_count(estimate(4812.34, 4790.06, 4834.6), "4,812 (4,790 to 4,835)");
        check_count(estimate(1_234_567.0, 1_234_000.0, 1_235_000.0), "1,234,567 (1,234,000 to 1,235,000)");
        check_count(estimate(0.0, 0.0, 0.0), "0");
        check_count(estimate(0.01, 0.0, 0.03), "0.0 (0.0 to 0.0)");
        check_count(estimate(999.96, 990.0, 1009.9), "1,000 (990 to 1,010)");
        check_count(estimate(f64::NAN, 0.0, 0.0), "not known");
    }

    #[test]
    fn differences_carry_a_sign() {
        check_difference(estimate(3.0, -1.2, 7.2), "+3.0 (\u{2212}1.2 to +7.2)");
        check_difference(estimate(-21.34, -30.1, -12.5), "\u{2212}21.3 (\u{2212}30.1 to \u{2212}12.5)");
        check_difference(estimate(-0.01, -0.1, 0.08), "0.0 (\u{2212}0.1 to +0.1)");
        check_difference(estimate(0.0, 0.0, 0.0), "no difference");
        check_difference(estimate(0.0, -1.0, 1.0), "0.0 (\u{2212}1.0 to +1.0)");
    }

    #[test]
    fn percentages() {
        assert_eq!(FIGURES.percent(&estimate(12.44, 10.1, 14.7)).to_string(), "12.4% (10.1 to 14.7)");
        assert_eq!(FIGURES.percent(&estimate(0.0, 0.0, 0.0)).to_string(), "0%");
    }

    #[test]
    fn one_replication_has_no_interval_and_no_direction() {
        let one = Estimate { mean: 5.0, low: 5.0, high: 5.0, n: 1 };
        let figures = Figures { replications: 1 };
        assert_eq!(figures.count(&one).to_string(), "5.0 (no interval)");
        assert_eq!(figures.difference(&one).to_string(), "+5.0 (no interval)");
        assert_eq!(direction(&one), Direction::NotKnown);
        let none = Estimate { mean: 0.0, low: 0.0, high: 0.0, n: 1 };
        assert_eq!(figures.difference(&none).to_string(), "no difference");
        assert_eq!(direction(&none), Direction::None);
    }

    #[test]
    fn another_number_of_replications_is_printed() {
        let other = Estimate { mean: 5.0, low: 4.0, high: 6.0, n: 20 };
        assert_eq!(FIGURES.count(&other).to_string(), "5.0 (4.0 to 6.0; n = 20)");
    }

    #[test]
    fn direction_follows_the_interval() {
        assert_eq!(direction(&estimate(2.0, 1.0, 3.0)), Direction::More);
        assert_eq!(direction(&estimate(-2.0, -3.0, -1.0)), Direction::Fewer);
        assert_eq!(direction(&estimate(2.0, -1.0, 5.0)), Direction::NotKnown);
        assert_eq!(direction(&estimate(2.0, 0.0, 4.0)), Direction::NotKnown);
    }

    #[test]
    fn differences_that_disagree_go_no_way_together() {
        use Direction::{Fewer, More, None, NotKnown};
        for (ways, expect) in [
            (&[More, More][..], More),
            (&[None, None], None),
            (&[More, Fewer], NotKnown),
            (&[None, NotKnown], NotKnown),
            (&[], NotKnown),
        ] {
            assert_eq!(together(ways.iter().copied()), expect);
        }
    }

    #[test]
    fn months() {
        assert_eq!(
            FIGURES.count(&per_month(&estimate(144.0, 120.0, 168.0))).to_string(),
            "12.0 (10.0 to 14.0)"
        );
    }

    #[test]
    fn bare_numbers() {
        assert_eq!(plain(544.5), "544.5");
        assert_eq!(plain(33.0), "33");
        assert_eq!(plain(12_345.0), "12,345");
        assert_eq!(plain(-4.0), "\u{2212}4");
        assert_eq!(signed(-0.04, 1), "0.0");
        assert_eq!(signed(0.04, 1), "0.0");
        assert_eq!(signed(1000.0, 0), "+1,000");
    }
}
