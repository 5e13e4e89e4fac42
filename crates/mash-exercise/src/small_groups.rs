//! Groups of people of which figures may be shown: none so small that an answer can be traced to a person.
//!
//! In: the group of each person, for example agency or role. Out: groups of [`LEAST_PEOPLE`] or more. Smaller ones are put
//! together; where they are still too few, the next smallest group joins them, so that nobody can be found by taking one
//! figure from another.

use std::collections::BTreeMap;

/// Least people of a group that is shown. `synthesised`, after the usual rule for small numbers in official statistics.
pub const LEAST_PEOPLE: usize = 5;

/// Name of the group of those whose own was too small.
pub const OTHERS: &str = "others";

/// The people of each group that may be shown, as positions in `group_of`; empty where there would be one group only.
#[must_use]
pub fn shown(group_of: &[String]) -> BTreeMap<String, Vec<usize>> {
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (person, group) in group_of.iter().enumerate() {
        groups.entry(group.clone()).or_default().push(person);
    }
    let small: Vec<String> = groups
        .iter()
        .filter(|(_, people)| people.len() < LEAST_PEOPLE)
        .map(|(name, _)| name.clone())
        .collect();
    let mut others: Vec<usize> = small.iter().filter_map(|name| groups.remove(name)).flatten().collect();
    while !others.is_empty() && others.len() < LEAST_PEOPLE {
        let smallest = groups.iter().min_by_key(|(_, people)| people.len()).map(|(name, _)| name.clone());
        match smallest.and_then(|name| groups.remove(&name)) {
            Some(people) => others.extend(people),
            None => return BTreeMap::new(),
        }
    }
    if !others.is_empty() {
        others.sort_unstable();
        groups.entry(OTHERS.to_owned()).or_default().extend(others);
    }
    if groups.len() < 2 { BTreeMap::new() } else { groups }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(sizes: &[(&str, usize)], expect: &[(&str, usize)]) {
        let people: Vec<String> =
            sizes.iter().flat_map(|(name, size)| vec![(*name).to_owned(); *size]).collect();
        let found = shown(&people);
        let found: Vec<(&str, usize)> =
            found.iter().map(|(name, people)| (name.as_str(), people.len())).collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn groups_under_five_are_put_together() {
        check(&[("police", 6), ("school", 5)], &[("police", 6), ("school", 5)]);
        check(&[("gp", 2), ("police", 6), ("school", 3)], &[("others", 5), ("police", 6)]);
        // One person alone would be found by taking the groups shown from the whole.
        check(
            &[("gp", 1), ("police", 6), ("school", 5), ("housing", 8)],
            &[("housing", 8), ("others", 6), ("police", 6)],
        );
        check(&[("gp", 1), ("police", 6)], &[]);
        check(&[("gp", 1), ("police", 2)], &[]);
        check(&[("police", 9)], &[]);
        check(&[("others", 5), ("police", 5), ("gp", 2), ("school", 3)], &[("others", 10), ("police", 5)]);
    }
}
