//! How people depart from a pack, as a simulation takes it: `people` of a scenario's front door.
//!
//! In: for each person and vignette the steps by which the answer lies above or below the pack's. Out: where answers lean,
//! the standard deviation between people and that of one person from case to case, so that a partnership can simulate its
//! own consistency.
//!
//! One-way analysis of variance with unequal numbers of answers: the mean square within people estimates the variance from
//! case to case, that between people less that within, over the effective number of answers a person, the variance between
//! people. Answers are whole steps, which adds about 1/12 to the variance from case to case (Sheppard's correction).
//! Sources: S. R. Searle, G. Casella and C. E. McCulloch, Variance Components (1992), chapter 3; W. F. Sheppard, On the
//! Calculation of the most Probable Values of Frequency-Constants (1898).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Fewest people, each with two answers or more. `synthesised`.
pub const LEAST_PEOPLE: usize = 5;
/// Fewest answers. `synthesised`.
pub const LEAST_ANSWERS: usize = 20;
/// Variance that rounding to whole steps adds.
const ROUNDING: f64 = 1.0 / 12.0;

/// An answer against the pack's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Departure {
    /// Who answered.
    pub person: usize,
    /// Routes above the pack's answer; below zero is weaker.
    pub steps: i32,
}

/// How people of a room depart from the pack.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Variation {
    /// People.
    pub people: usize,
    /// Answers.
    pub answers: usize,
    /// Standard deviation between people, in routes.
    pub between_people: f64,
    /// Standard deviation of one person from case to case, in routes.
    pub within_person: f64,
    /// Mean departure, in routes; below zero is weaker than the pack.
    pub lean: f64,
}

/// The variation of these answers; `None` with fewer than [`LEAST_PEOPLE`] people of two answers or more, or fewer than
/// [`LEAST_ANSWERS`] answers.
#[must_use]
pub fn variation(departures: &[Departure]) -> Option<Variation> {
    let mut by_person: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
    for departure in departures {
        by_person.entry(departure.person).or_default().push(f64::from(departure.steps));
    }
    let several = by_person.values().filter(|steps| steps.len() > 1).count();
    if several < LEAST_PEOPLE || departures.len() < LEAST_ANSWERS {
        return None;
    }
    let people = by_person.len() as f64;
    let answers = departures.len() as f64;
    let mean_of = |steps: &[f64]| steps.iter().sum::<f64>() / steps.len() as f64;
    let lean = by_person.values().flatten().sum::<f64>() / answers;
    let within: f64 = by_person
        .values()
        .map(|steps| {
            let mean = mean_of(steps);
            steps.iter().map(|step| (step - mean) * (step - mean)).sum::<f64>()
        })
        .sum();
    let between: f64 = by_person
        .values()
        .map(|steps| steps.len() as f64 * (mean_of(steps) - lean) * (mean_of(steps) - lean))
        .sum();
    let squares: f64 = by_person.values().map(|steps| (steps.len() * steps.len()) as f64).sum();
    let a_person = (answers - squares / answers) / (people - 1.0);
    let within = within / (answers - people);
    let between = (between / (people - 1.0) - within) / a_person;
    Some(Variation {
        people: by_person.len(),
        answers: departures.len(),
        between_people: libm::sqrt(between.max(0.0)),
        within_person: libm::sqrt((within - ROUNDING).max(0.0)),
        lean,
    })
}

impl Variation {
    /// A scenario that extends `base` by this variation; `id` is its file's name without `.json`.
    #[must_use]
    pub fn scenario(&self, base: &str, id: &str, room: &str) -> Value {
        let reason = format!(
            "Estimated from {} answers of {} people in the exercise {room}, against the pack's answers; invented cases, \
             no sample of anybody's work.",
            self.answers, self.people
        );
        let figure = |value: f64| {
            let value = libm::round(value * 1_000.0) / 1_000.0;
            json!({ "value": value, "mark": "synthesised", "reason": reason })
        };
        json!({
            "extends": base,
            "id": id,
            "title": format!("People decide as in the exercise {room} (synthetic children only)"),
            "front_door": {
                "people": {
                    "between_people": figure(self.between_people),
                    "within_person": figure(self.within_person),
                    "lean": figure(self.lean),
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Steps of people whose own lean is `person / 2` and who waver by `case`: whole numbers, so that nothing is rounded.
    fn departures(people: usize, answers: usize) -> Vec<Departure> {
        let of = |person: usize| (0..answers).map(move |case| (person, case));
        (0..people)
            .flat_map(of)
            .map(|(person, case)| Departure {
                person,
                steps: i32::try_from(person % 3).unwrap() - 1 + if case % 2 == 0 { 1 } else { -1 },
            })
            .collect()
    }

    #[test]
    fn few_answers_say_nothing() {
        assert_eq!(variation(&departures(4, 10)), None);
        assert_eq!(variation(&departures(6, 3)), None);
        assert!(variation(&departures(6, 4)).is_some());
    }

    /// By hand: 6 people of 4 answers, means -1, 0, 1 twice each; squares within 4 a person over 3 degrees of freedom,
    /// between 4 * 4 = 16 over 5.
    #[test]
    fn mean_squares_by_hand() {
        let found = variation(&departures(6, 4)).unwrap();
        let within: f64 = 24.0 / 18.0;
        let between = (16.0 / 5.0 - within) / 4.0;
        assert!((found.between_people - between.sqrt()).abs() < 1e-12, "{found:?}");
        assert!((found.within_person - (within - 1.0 / 12.0).sqrt()).abs() < 1e-12, "{found:?}");
        assert!(found.lean.abs() < 1e-12);
    }
}
