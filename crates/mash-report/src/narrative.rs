//! The sentences of the first page, written from the figures and from nothing else.

use std::collections::BTreeMap;

use mash_batch::results::{Comparison, FlipCell};
use mash_stats::Estimate;

use crate::number::{Direction, Figures, direction, is_nothing, per_month};

/// What every report says about the cases it rests on.
pub(crate) const WARNING: &str = "Synthetic cases only. Not for a decision about a real child.";

/// What stands where a breakdown cannot be informed by the model.
pub(crate) const CANNOT_INFORM: &str = "The model cannot inform this.";

/// What is printed in place of a group with too few contacts.
pub(crate) const TOO_FEW: &str = "too few to show";

/// What the change does, in sentences.
pub(crate) fn what_it_does(comparison: &Comparison) -> Vec<String> {
    let figures = figures(comparison);
    let month = |a_year: &Estimate| figures.count(&per_month(a_year)).to_string();
    let flips = &comparison.flips;
    let mut out = vec![format!(
        "The simulated front door receives {} contacts a year.",
        figures.count(&comparison.contacts)
    )];

    if is_nothing(&flips.total) {
        out.push(format!(
            "No contact gets a different outcome under option B in {}.",
            in_replications(flips.total.n)
        ));
    } else {
        out.push(format!(
            "{} contacts a month get a different outcome under option B: {} a year.",
            month(&flips.total),
            figures.count(&flips.total)
        ));
        out.push(match (is_nothing(&flips.stronger), is_nothing(&flips.weaker)) {
            (true, true) => "None of these takes a stronger or a weaker route.".to_owned(),
            (false, true) => format!(
                "Of these, {} a month take a stronger route and none takes a weaker one.",
                month(&flips.stronger)
            ),
            (true, false) => format!(
                "Of these, {} a month take a weaker route and none takes a stronger one.",
                month(&flips.weaker)
            ),
            (false, false) => format!(
                "Of these, {} a month take a stronger route and {} a month take a weaker one.",
                month(&flips.stronger),
                month(&flips.weaker)
            ),
        });
        if flips.total.mean - flips.stronger.mean - flips.weaker.mean >= 0.05 {
            out.push("The rest change outcome without taking a stronger or a weaker route.".to_owned());
        }
        out.extend(largest_changes(comparison));
    }

    if !is_nothing(&flips.same_outcome_other_rating_or_duties) {
        out.push(format!(
            "{} contacts a month keep their outcome and change rating or duties.",
            month(&flips.same_outcome_other_rating_or_duties)
        ));
    }

    let referrals = &comparison.referrals;
    out.push(if is_nothing(&referrals.difference) {
        format!("Referrals do not differ: {} a year under both options.", figures.count(&referrals.a))
    } else {
        format!(
            "Referrals are {} a year under option A and {} a year under option B. The difference is {} a year{}.",
            figures.count(&referrals.a),
            figures.count(&referrals.b),
            figures.difference(&referrals.difference),
            match direction(&referrals.difference) {
                Direction::NotKnown => "; its direction is not known",
                Direction::None | Direction::More | Direction::Fewer => "",
            }
        )
    });
    out
}

/// The one to three changes of outcome that touch the most contacts.
fn largest_changes(comparison: &Comparison) -> Option<String> {
    let figures = figures(comparison);
    let named: Vec<String> = changed_cells(comparison)
        .into_iter()
        .take(3)
        .map(|cell| {
            format!(
                "from {} to {}, {} a month",
                outcome_title(comparison, &cell.from),
                outcome_title(comparison, &cell.to),
                figures.count(&per_month(&cell.per_year))
            )
        })
        .collect();
    match named.as_slice() {
        [] => None,
        [only] => Some(format!("All of them go {only}.")),
        several => Some(format!("The largest changes are {}.", several.join("; "))),
    }
}

/// Cells of the flip matrix off the diagonal, the largest first.
pub(crate) fn changed_cells(comparison: &Comparison) -> Vec<&FlipCell> {
    let mut cells: Vec<&FlipCell> = comparison
        .flips
        .cells
        .iter()
        .filter(|cell| cell.from != cell.to && !is_nothing(&cell.per_year))
        .collect();
    cells.sort_by(|x, y| y.per_year.mean.total_cmp(&x.per_year.mean));
    cells
}

/// The name people read of an outcome, or its id where the comparison does not name it.
pub(crate) fn outcome_title<'a>(comparison: &'a Comparison, id: &'a str) -> &'a str {
    comparison.flips.outcomes.iter().find(|(known, _)| known == id).map_or(id, |(_, title)| title.as_str())
}

/// What may be said of harm, in sentences.
pub(crate) fn harm_conclusion(comparison: &Comparison) -> Vec<String> {
    let conclusion = &comparison.harm_conclusion;
    let mut out = vec![
        format!("Missed harm under option B: {}.", conclusion.missed),
        format!("Over-intervention under option B: {}.", conclusion.over),
    ];
    if !conclusion.sentence.trim().is_empty() {
        out.push(conclusion.sentence.clone());
    }
    out
}

/// The same for the first page: the conclusion alone, where it is a sentence.
pub(crate) fn harm_in_short(comparison: &Comparison) -> Vec<String> {
    let sentence = comparison.harm_conclusion.sentence.trim();
    if sentence.is_empty() { harm_conclusion(comparison) } else { vec![sentence.to_owned()] }
}

/// What the comparison leaves open, in sentences.
pub(crate) fn what_is_not_known(comparison: &Comparison) -> Vec<String> {
    let mut out = Vec::new();
    for (subject, conclusion) in [
        ("missed harm", &comparison.harm_conclusion.missed),
        ("over-intervention", &comparison.harm_conclusion.over),
    ] {
        if conclusion == "not known" {
            out.push(format!("Whether {subject} becomes more or less under option B."));
        }
    }
    if !is_nothing(&comparison.referrals.difference)
        && direction(&comparison.referrals.difference) == Direction::NotKnown
    {
        out.push("Whether referrals become more or fewer under option B.".to_owned());
    }
    let uninformed: Vec<&str> = comparison
        .who
        .iter()
        .filter(|breakdown| !breakdown.informative)
        .map(|breakdown| breakdown.title.as_str())
        .collect();
    if !uninformed.is_empty() {
        out.push(format!("Whose outcome changes, by {}: the model cannot inform this.", list(&uninformed)));
    }
    let outside = comparison.face_validity.iter().filter(|row| !row.inside).count();
    if outside > 0 {
        out.push(format!(
            "{outside} of {} simulated rates {} outside the published band.",
            comparison.face_validity.len(),
            if outside == 1 { "lies" } else { "lie" }
        ));
    }
    let loose =
        comparison.assumptions.iter().filter(|a| a.mark == "synthesised" || a.mark == "unverified").count();
    if loose > 0 {
        out.push(format!(
            "{loose} of {} assumptions {} marked synthesised or unverified.",
            comparison.assumptions.len(),
            if loose == 1 { "is" } else { "are" }
        ));
    }
    if comparison.provenance.replications <= 1 {
        out.push(
            "How much of any figure is chance: one replication was run, so no figure has an interval."
                .to_owned(),
        );
    }
    out
}

/// Assumptions by mark, in the marks' alphabetical order: `12 published, 30 synthesised`.
pub(crate) fn marks(comparison: &Comparison) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for assumption in &comparison.assumptions {
        *counts.entry(assumption.mark.as_str()).or_default() += 1;
    }
    counts.iter().map(|(mark, count)| format!("{count} {mark}")).collect::<Vec<_>>().join(", ")
}

/// Does the text say that nobody reviewed the pack?
pub(crate) fn says_not_reviewed(reviewed: &str) -> bool {
    let reviewed = reviewed.to_lowercase();
    reviewed.trim().is_empty() || reviewed.contains("not reviewed") || reviewed.contains("nobody")
}

/// The warning about review, when a pack has not had one.
pub(crate) fn review_warning(comparison: &Comparison) -> Option<String> {
    let a = says_not_reviewed(&comparison.provenance.pack_a.reviewed);
    let b = says_not_reviewed(&comparison.provenance.pack_b.reviewed);
    match (a, b) {
        (true, true) => Some("Not reviewed by practitioners: the rules of both options.".to_owned()),
        (true, false) => Some("Not reviewed by practitioners: the rules of option A.".to_owned()),
        (false, true) => Some("Not reviewed by practitioners: the rules of option B.".to_owned()),
        (false, false) => None,
    }
}

/// The formatter of this comparison's figures.
pub(crate) fn figures(comparison: &Comparison) -> Figures {
    Figures { replications: comparison.provenance.replications }
}

/// `200 replications`, `1 replication`.
pub(crate) fn replications(n: u32) -> String {
    let number = crate::number::thousands(f64::from(n), 0);
    if n == 1 { format!("{number} replication") } else { format!("{number} replications") }
}

fn in_replications(n: u32) -> String {
    if n == 1 { "the one replication run".to_owned() } else { format!("any of the {}", replications(n)) }
}

/// `a, b and c`, first letters lowered.
fn list(titles: &[&str]) -> String {
    let lowered: Vec<String> = titles.iter().map(|title| lower_first(title)).collect();
    match lowered.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        // An abbreviation keeps its capitals.
        (Some(first), Some(second)) if second.is_uppercase() => format!("{first}{second}{}", chars.as_str()),
        (Some(first), Some(second)) => format!("{}{second}{}", first.to_lowercase(), chars.as_str()),
        (Some(first), None) => first.to_lowercase().to_string(),
        (None, _) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn the_headline_counts_by_month_and_year() {
        let text = what_it_does(&sample::rich()).join("\n");
        assert!(text.contains("12.0 (10.0 to 14.0) contacts a month get a different outcome under option B: 144.0 (120.0 to 168.0) a year."), "{text}");
        assert!(text.contains("Of these, 9.0 (7.5 to 10.5) a month take a stronger route and 2.5 (1.7 to 3.3) a month take a weaker one."), "{text}");
        assert!(
            text.contains("The rest change outcome without taking a stronger or a weaker route."),
            "{text}"
        );
    }

    #[test]
    fn nothing_flips() {
        let text = what_it_does(&sample::no_flips()).join("\n");
        assert!(
            text.contains(
                "No contact gets a different outcome under option B in any of the 200 replications."
            ),
            "{text}"
        );
        assert!(text.contains("Referrals do not differ"), "{text}");
    }

    #[test]
    fn one_replication_says_so() {
        let comparison = sample::one_replication();
        let unknown = what_is_not_known(&comparison).join("\n");
        assert!(unknown.contains("no figure has an interval"), "{unknown}");
    }

    #[test]
    fn unreviewed_packs_are_named() {
        assert!(review_warning(&sample::rich()).is_some_and(|w| w.contains("option B")));
        assert!(says_not_reviewed("Not reviewed by practitioners"));
        assert!(!says_not_reviewed("Reviewed by the partnership on 1 May 2026"));
    }

    #[test]
    fn breakdowns_without_a_mechanism_are_listed() {
        let unknown = what_is_not_known(&sample::rich()).join("\n");
        assert!(unknown.contains("by sex and ethnicity: the model cannot inform this."), "{unknown}");
    }
}
