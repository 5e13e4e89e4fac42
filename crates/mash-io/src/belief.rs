//! Whether a simulated front door can be believed: each simulated figure beside its authority's own, beside others like
//! it, and within or outside the band of England's authorities.
//!
//! In: estimates of a simulation, and an authority's rows. Out: a verdict a measure, in words.

use mash_stats::Estimate;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    against_published::{Side, beside},
    published::{Authority, Cell, Others},
};

/// One measure, simulated and published.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Believed {
    /// Name of the published measure.
    pub measure: &'static str,
    /// What people read.
    pub title: &'static str,
    /// Unit of all figures.
    pub unit: &'static str,
    /// Mean of the replications with its 95% interval.
    pub simulated: Estimate,
    /// The authority's own figure, where there is one.
    pub published: Option<f64>,
    /// Why there is none, where there is none.
    pub not_published: Option<&'static str>,
    /// Lowest, median and highest of the authorities beside it that have a figure.
    pub others: Option<[f64; 3]>,
    /// How many of them have one.
    pub others_with_figures: usize,
    /// Fifth percentile, median and ninety-fifth percentile of England's authorities.
    pub england: [f64; 3],
    /// Where the simulated mean lies against England's fifth and ninety-fifth percentile.
    pub verdict: Verdict,
    /// Whether the whole interval lies on the same side, so that more replications would not change the verdict.
    pub decided: bool,
    /// The verdict in a sentence.
    pub words: String,
}

/// Where a figure lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Below England's fifth percentile.
    Below,
    /// Between the two percentiles, or on one.
    Inside,
    /// Above England's ninety-fifth percentile.
    Above,
}

impl Verdict {
    /// The word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Below => "below",
            Verdict::Inside => "inside",
            Verdict::Above => "above",
        }
    }
}

/// The verdicts on a simulation, in the order of a case's way. `figure` gives the estimate of a simulated measure.
#[must_use]
pub fn believed(
    figure: &dyn Fn(&str) -> Option<Estimate>,
    own: &Authority,
    others: &Others,
) -> Vec<Believed> {
    let lines = beside(figure, &own.name, own.year).into_iter().map(|line| {
        let verdict = match line.side() {
            Side::Below => Verdict::Below,
            Side::Inside => Verdict::Inside,
            Side::Above => Verdict::Above,
        };
        let Estimate { low, high, .. } = line.simulated;
        let decided = match verdict {
            Verdict::Below => high < line.low,
            Verdict::Inside => low >= line.low && high <= line.high,
            Verdict::Above => low > line.high,
        };
        let beside = others.of(line.measure);
        let mut believed = Believed {
            measure: line.measure,
            title: line.title,
            unit: line.unit,
            simulated: line.simulated,
            published: line.published,
            not_published: match own.cell(line.measure) {
                Cell::Figure(_) => None,
                Cell::Suppressed => Some("suppressed or missing at source"),
                Cell::NoRow => Some("the authority has no row in the file"),
            },
            others: beside.map(|(spread, _)| spread),
            others_with_figures: beside.map_or(0, |(_, count)| count),
            england: [line.low, line.median, line.high],
            verdict,
            decided,
            words: String::new(),
        };
        believed.words = words(&believed, others);
        believed
    });
    lines.collect()
}

fn words(of: &Believed, others: &Others) -> String {
    let [low, _, high] = of.england;
    let mean = of.simulated.mean;
    let band = match (of.verdict, of.decided) {
        (Verdict::Inside, true) => {
            format!("{mean:.1} lies within England's {low:.1} to {high:.1}, its interval too")
        }
        (Verdict::Inside, false) => {
            format!(
                "{mean:.1} lies within England's {low:.1} to {high:.1}, but its interval reaches out: not decided"
            )
        }
        (verdict, true) => {
            format!("{mean:.1} lies {} England's {low:.1} to {high:.1}, its interval too", verdict.word())
        }
        (verdict, false) => format!(
            "{mean:.1} lies {} England's {low:.1} to {high:.1}, but its interval reaches in: not decided",
            verdict.word()
        ),
    };
    let own = match (of.published, of.not_published) {
        (Some(own), _) if (of.simulated.low..=of.simulated.high).contains(&own) => {
            format!("its interval holds the authority's own {own:.1}")
        }
        (Some(own), _) if own > 0.0 => {
            let percent = 100.0 * (mean - own) / own;
            let way = if percent < 0.0 { "below" } else { "above" };
            format!("{:.0}% {way} the authority's own {own:.1}", percent.abs())
        }
        (Some(own), _) => format!("the authority's own is {own:.1}"),
        (None, why) => format!("the authority's own: {}", why.unwrap_or("none")),
    };
    let others = match of.others {
        Some([least, _, most]) if (least..=most).contains(&mean) => {
            format!("within {} ({least:.1} to {most:.1})", others.title)
        }
        Some([least, _, most]) => format!("outside {} ({least:.1} to {most:.1})", others.title),
        None => format!("no figures of {}", others.title),
    };
    format!("{band}; {own}; {others}")
}

/// What must be said of a simulation as a whole.
#[must_use]
pub fn warnings(lines: &[Believed], own: &Authority, others: &Others) -> Vec<String> {
    let mut all = Vec::new();
    let undecided = lines.iter().filter(|line| !line.decided).count();
    if undecided > 0 {
        all.push(format!(
            "verdicts that their intervals do not decide, as more replications may: {undecided}"
        ));
    }
    let blank = lines.iter().filter(|line| line.not_published.is_some()).count();
    if blank > 0 {
        let of = lines.len();
        all.push(format!(
            "{blank} of {of} figures of {} are suppressed or missing at source, and nothing is said of them",
            own.name
        ));
    }
    if others.title != "England" && others.names.len() < 5 {
        all.push(format!("{} is {} authorities: a narrow comparison", others.title, others.names.len()));
    }
    all
}

/// The table at 80 columns.
#[must_use]
pub fn text(lines: &[Believed], own: &Authority, others: &Others) -> String {
    use std::fmt::Write as _;
    let mut text = format!("Simulated beside published: {}, year to March {}\n", own.name, own.year);
    let _ = writeln!(
        text,
        "  {:<28} {:>6} {:>5} {:>6} {:>6} {:>6} {:>6} verdict",
        "", "simul.", "+-", "own", "others", "p5", "p95"
    );
    for line in lines {
        let title = crate::against_published::short_title(line.measure, line.title);
        let own = line.published.map_or_else(|| "-".to_owned(), |value| format!("{value:.1}"));
        let median = line.others.map_or_else(|| "-".to_owned(), |[_, median, _]| format!("{median:.1}"));
        let Estimate { mean, low, high, .. } = line.simulated;
        let [p5, _, p95] = line.england;
        let asks = if line.decided { "" } else { "?" };
        let _ = writeln!(
            text,
            "  {title:<28} {mean:>6.1} {:>5.1} {own:>6} {median:>6} {p5:>6.1} {p95:>6.1} {}{asks}",
            (high - low) / 2.0,
            line.verdict.word()
        );
    }
    let _ = writeln!(
        text,
        "+-: half the 95% interval of the mean. own: the authority's; - where suppressed\nor missing at source. others: \
         their median. p5, p95: percentiles of England's\nauthorities; verdict: against those two, `?` where the interval \
         crosses one.\nOthers: {} ({} authorities).",
        others.title,
        others.names.len()
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::published::others;

    fn lines(mean: f64, half: f64, measure: &'static str) -> Vec<Believed> {
        let own = Authority::of("Herefordshire, County of", 2023).unwrap();
        let figure = |id: &str| {
            (id == crate::against_published::simulated_as(measure)).then_some(Estimate {
                mean,
                low: mean - half,
                high: mean + half,
                n: 9,
            })
        };
        believed(&figure, &own, &others(&own))
    }

    #[track_caller]
    fn check(mean: f64, half: f64, measure: &'static str, verdict: Verdict, decided: bool, words: &str) {
        let found = lines(mean, half, measure);
        assert_eq!((found[0].verdict, found[0].decided), (verdict, decided), "{found:?}");
        assert!(found[0].words.contains(words), "{}", found[0].words);
    }

    #[test]
    fn verdicts_are_inside_below_or_above_and_decided_or_not() {
        // England 2023: 98.9 to 376.6; Herefordshire 254.1.
        check(
            250.0,
            9.0,
            "s47_per_10k",
            Verdict::Inside,
            true,
            "its interval holds the authority's own 254.1",
        );
        check(375.0, 9.0, "s47_per_10k", Verdict::Inside, false, "reaches out: not decided");
        check(380.0, 9.0, "s47_per_10k", Verdict::Above, false, "reaches in: not decided");
        check(400.0, 9.0, "s47_per_10k", Verdict::Above, true, "57% above the authority's own 254.1");
        check(
            10.0,
            1.0,
            "s47_per_10k",
            Verdict::Below,
            true,
            "lies below England's 98.9 to 376.6, its interval too",
        );
    }

    #[test]
    fn a_suppressed_cell_is_said() {
        let found = lines(11.0, 1.0, "re_referral_pct");
        assert_eq!(found[0].not_published, Some("suppressed or missing at source"));
        assert!(found[0].words.contains("the authority's own: suppressed or missing at source"));
        let own = Authority::of("Herefordshire, County of", 2023).unwrap();
        let all = warnings(&found, &own, &others(&own));
        assert!(all.iter().any(|line| line.contains("1 of 1 figures")), "{all:?}");
    }

    #[test]
    fn the_table_fits_a_terminal() {
        let own = Authority::of("Herefordshire, County of", 2023).unwrap();
        let others = others(&own);
        let text = text(&lines(400.0, 9.0, "s47_per_10k"), &own, &others);
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        assert!(text.contains("above\n"));
    }
}
