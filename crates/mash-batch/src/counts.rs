//! Counting one replication into named figures, and turning the figures of all into estimates.

use std::{borrow::Cow, collections::BTreeMap};

use mash_stats::{Estimate, Paired, StatsError};
use serde::{Deserialize, Serialize};

/// Named figures of one replication. A figure not counted is zero.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Vec<Written>", into = "Vec<Written>")]
pub(crate) struct Counts(BTreeMap<Key, f64>);

/// A figure as it is kept between runs: its name in two parts, and how much.
type Written = (Cow<'static, str>, String, f64);

impl From<Vec<Written>> for Counts {
    fn from(written: Vec<Written>) -> Self {
        Self(written.into_iter().map(|(what, of, figure)| ((what, of), figure)).collect())
    }
}

impl From<Counts> for Vec<Written> {
    fn from(counts: Counts) -> Self {
        counts.0.into_iter().map(|((what, of), figure)| (what, of, figure)).collect()
    }
}

/// Name of a figure: what is counted, and of which option or group.
pub(crate) type Key = (Cow<'static, str>, String);

impl Counts {
    pub(crate) fn add(&mut self, what: &'static str, of: impl Into<String>, by: f64) {
        *self.0.entry((Cow::Borrowed(what), of.into())).or_insert(0.0) += by;
    }

    pub(crate) fn one(&mut self, what: &'static str, of: impl Into<String>) {
        self.add(what, of, 1.0);
    }

    pub(crate) fn get(&self, what: &'static str, of: &str) -> f64 {
        self.0.get(&(Cow::Borrowed(what), of.to_owned())).copied().unwrap_or(0.0)
    }

    /// What they take in memory, in bytes; about.
    pub(crate) fn bytes(&self) -> usize {
        self.0.keys().map(|(_, of)| size_of::<(Key, f64)>() + of.len()).sum()
    }

    fn names(&self) -> impl Iterator<Item = &Key> {
        self.0.keys()
    }
}

/// The figures of every replication, in replication order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table(pub(crate) Vec<Counts>);

impl Table {
    /// One figure over replications.
    pub(crate) fn values(&self, what: &'static str, of: &str) -> Vec<f64> {
        self.0.iter().map(|counts| counts.get(what, of)).collect()
    }

    pub(crate) fn estimate(&self, what: &'static str, of: &str) -> Result<Estimate, StatsError> {
        mash_stats::estimate(&self.values(what, of))
    }

    /// The figure under each option, where it is named `a` and `b` followed by a group.
    pub(crate) fn paired(&self, what: &'static str, of: &str) -> Result<Paired, StatsError> {
        let a = self.values(what, &format!("a {of}"));
        let b = self.values(what, &format!("b {of}"));
        mash_stats::paired(&a, &b)
    }

    /// One figure as a percentage of another, replication by replication; zero where there is nothing to divide by.
    pub(crate) fn percent(
        &self,
        part: (&'static str, &str),
        whole: (&'static str, &str),
    ) -> Result<Estimate, StatsError> {
        let ratio = |(part, whole): (f64, f64)| if whole > 0.0 { 100.0 * part / whole } else { 0.0 };
        let parts = self.values(part.0, part.1).into_iter();
        let values: Vec<f64> = parts.zip(self.values(whole.0, whole.1)).map(ratio).collect();
        mash_stats::estimate(&values)
    }

    /// The groups for which a figure was counted in any replication, in order of name.
    pub(crate) fn groups(&self, what: &'static str) -> Vec<String> {
        let mut groups: Vec<String> = self
            .0
            .iter()
            .flat_map(Counts::names)
            .filter(|(name, _)| name == what)
            .map(|(_, of)| of.clone())
            .collect();
        groups.sort();
        groups.dedup();
        groups
    }
}
