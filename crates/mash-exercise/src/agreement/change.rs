//! What further information, or a group's talk, did to people's answers.
//!
//! In: for each person and vignette the answer before and after, as positions in the list of routes. Out: how many kept
//! theirs, went higher or lower, by how many steps, and how many came to an accepted route or left one.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One person's answers to one vignette, before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BeforeAfter {
    /// Position of the route before.
    pub before: usize,
    /// Position of the route after.
    pub after: usize,
    /// Was the one before accepted?
    pub before_accepted: bool,
    /// Is the one after?
    pub after_accepted: bool,
}

/// How answers changed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// Pairs of answers.
    pub answers: u32,
    /// As before.
    pub kept: u32,
    /// Went to a stronger route.
    pub higher: u32,
    /// Went to a weaker route.
    pub lower: u32,
    /// Steps along the routes, upwards less downwards, a pair on average.
    pub mean_steps: Option<f64>,
    /// Came from a route that is not accepted to one that is.
    pub to_accepted: u32,
    /// Left an accepted route for one that is not.
    pub from_accepted: u32,
}

/// How these answers changed.
#[must_use]
pub fn change(answers: &[BeforeAfter]) -> Change {
    let mut change = Change::default();
    let mut steps = 0.0;
    for answer in answers {
        change.answers += 1;
        match answer.after.cmp(&answer.before) {
            std::cmp::Ordering::Equal => change.kept += 1,
            std::cmp::Ordering::Greater => change.higher += 1,
            std::cmp::Ordering::Less => change.lower += 1,
        }
        steps += answer.after as f64 - answer.before as f64;
        match (answer.before_accepted, answer.after_accepted) {
            (false, true) => change.to_accepted += 1,
            (true, false) => change.from_accepted += 1,
            (true, true) | (false, false) => {}
        }
    }
    change.mean_steps = (change.answers > 0).then(|| steps / f64::from(change.answers));
    change
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_that_move_are_counted_with_their_steps() {
        let answer = |before, after| BeforeAfter {
            before,
            after,
            before_accepted: before >= 4,
            after_accepted: after >= 4,
        };
        let found = change(&[answer(2, 5), answer(4, 4), answer(5, 3), answer(1, 2)]);
        let expect = Change {
            answers: 4,
            kept: 1,
            higher: 2,
            lower: 1,
            mean_steps: Some(0.5),
            to_accepted: 1,
            from_accepted: 1,
        };
        assert_eq!(found, expect);
        assert_eq!(change(&[]), Change::default());
    }
}
