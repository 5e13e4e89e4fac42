//! Who refers: shares raked to published ones.

use std::collections::BTreeMap;

use super::{CalibrateError, Work, point};

/// Most rounds of raking in a fit, and the farthest that one moves a share.
const FARTHEST: f64 = 3.0;

impl Work<'_> {
    /// Shares to begin with: published ones as they are, and what they leave spread over the others as the scenario has
    /// it. Empty where nothing is given.
    pub(super) fn sources_to_begin_with(&self) -> BTreeMap<String, f64> {
        let given = self.given();
        if given.is_empty() {
            return BTreeMap::new();
        }
        let stated = point::at(self.calibration.scenario, "sources.referral_shares.value");
        let stated: BTreeMap<String, f64> = stated
            .and_then(serde_json::Value::as_object)
            .into_iter()
            .flatten()
            .filter_map(|(group, share)| Some((group.clone(), share.as_f64()?)))
            .collect();
        with_rest(&stated, &given)
    }

    /// Published shares by group, as parts of one.
    fn given(&self) -> BTreeMap<String, f64> {
        let share = |target: &super::Target| Some((target.source_group.clone()?, target.value / 100.0));
        self.targets.iter().filter_map(share).collect()
    }

    /// Moves each given share by published over simulated, and runs the point again; whether anything was off by more
    /// than half its standard error.
    pub(super) fn rake(&mut self) -> Result<bool, CalibrateError> {
        let means = self.figures.means();
        let mut given = BTreeMap::new();
        let mut off = false;
        for ((target, mean), error) in self.targets.iter().zip(means).zip(&self.errors) {
            let Some(group) = &target.source_group else { continue };
            off |= (target.value - mean).abs() > 0.5 * error;
            let share = self.sources.get(group).copied().unwrap_or(0.0);
            let factor = if mean > 0.0 { target.value / mean } else { 1.0 };
            given.insert(group.clone(), share * factor.clamp(1.0 / FARTHEST, FARTHEST));
        }
        if !off {
            return Ok(false);
        }
        self.sources = with_rest(&self.sources, &given);
        self.run_here()?;
        Ok(true)
    }
}

/// Given shares, and the rest of one spread over the groups that have none, in proportion to what they had; where
/// nothing is left for them, or all are given, everything is scaled to one.
fn with_rest(stated: &BTreeMap<String, f64>, given: &BTreeMap<String, f64>) -> BTreeMap<String, f64> {
    let sum_given: f64 = given.values().sum();
    let others: f64 =
        stated.iter().filter(|(group, _)| !given.contains_key(*group)).map(|(_, share)| share).sum();
    let left = (1.0 - sum_given).max(0.0);
    let mut all: BTreeMap<String, f64> = stated
        .iter()
        .map(|(group, share)| {
            let rest = if others > 0.0 { share / others * left } else { 0.0 };
            (group.clone(), given.get(group).copied().unwrap_or(rest))
        })
        .collect();
    let total: f64 = all.values().sum();
    if total > 0.0 {
        all.values_mut().for_each(|share| *share = point::rounded(*share / total));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares(of: &[(&str, f64)]) -> BTreeMap<String, f64> {
        of.iter().map(|(group, share)| ((*group).to_owned(), *share)).collect()
    }

    #[test]
    fn what_is_not_given_shares_the_rest() {
        let stated = shares(&[("a", 0.5), ("b", 0.3), ("c", 0.1), ("d", 0.1)]);
        let found = with_rest(&stated, &shares(&[("a", 0.6), ("b", 0.2)]));
        assert_eq!(found, shares(&[("a", 0.6), ("b", 0.2), ("c", 0.1), ("d", 0.1)]));
    }

    #[test]
    fn nothing_left_is_nothing_for_the_others() {
        let found = with_rest(&shares(&[("a", 0.5), ("b", 0.5)]), &shares(&[("a", 1.0)]));
        assert_eq!(found, shares(&[("a", 1.0), ("b", 0.0)]));
        let found = with_rest(&shares(&[("a", 0.5), ("b", 0.5)]), &shares(&[("a", 0.9), ("b", 0.9)]));
        assert_eq!(found, shares(&[("a", 0.5), ("b", 0.5)]));
    }
}
