//! Whose route is another: the same child in the same contact of the same replication, under two alternatives.

use mash_model::Agency;
use mash_sim::{
    AgeBand, LatentNeed,
    front_door::{CaseKey, Records, record::Ending},
    group_id,
    queueing::Time,
};

use crate::counts::Counts;

/// A child whose route is another than under the baseline.
#[derive(Debug, Clone, PartialEq)]
pub struct MovedCase {
    /// Position of the alternative.
    pub alternative: usize,
    /// The replication.
    pub replication: u32,
    /// The child in its contact.
    pub key: CaseKey,
    /// When the contact was received under the baseline.
    pub received: Time,
    /// Who made contact.
    pub source: Agency,
    /// The child's age then.
    pub age: AgeBand,
    /// Route under the baseline.
    pub from: LatentNeed,
    /// Route under the alternative.
    pub to: LatentNeed,
}

/// A child on whom the hub decided: all that [`between`] reads of its record.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct DecidedChild {
    key: CaseKey,
    received: Time,
    source: Agency,
    age: AgeBand,
    route: LatentNeed,
}

/// Counts and lists the children whose route differs.
///
/// Only children are held together whom the hub decides on under both; those decided under one alone, for example
/// because a later contact no longer comes, are counted apart.
pub(super) fn between(
    alternative: usize,
    replication: u32,
    before: &[DecidedChild],
    after: &[DecidedChild],
) -> (Counts, Vec<MovedCase>) {
    let mut counts = Counts::default();
    let mut moved = Vec::new();
    let mut others = after.iter().peekable();
    for case in before {
        while others.next_if(|other| other.key < case.key).is_some() {
            counts.one("only", "alternative");
        }
        let Some(other) = others.next_if(|other| other.key == case.key) else {
            counts.one("only", "baseline");
            continue;
        };
        let group = group_id(case.source.source_group());
        counts.one("cell", format!("{} > {}", case.route.route_id(), other.route.route_id()));
        counts.one("of source", group);
        counts.one("of age", case.age.id());
        let way = match other.route.cmp(&case.route) {
            std::cmp::Ordering::Greater => "stronger",
            std::cmp::Ordering::Less => "weaker",
            std::cmp::Ordering::Equal => continue,
        };
        counts.one("moved", way);
        counts.one("moved source", group);
        counts.one("moved age", case.age.id());
        moved.push(MovedCase {
            alternative,
            replication,
            key: case.key,
            received: case.received,
            source: case.source,
            age: case.age,
            from: case.route,
            to: other.route,
        });
    }
    for _ in others {
        counts.one("only", "alternative");
    }
    (counts, moved)
}

/// Children of contacts of the year on whom the hub decided, by key.
pub(super) fn decided(records: &Records) -> Vec<DecidedChild> {
    let [from, to] = records.window;
    let of_year = records.cases.iter().filter(|case| from <= case.received && case.received < to);
    let mut cases: Vec<DecidedChild> = of_year
        .filter(|case| case.ending == Ending::Decided)
        .map(|case| DecidedChild {
            key: case.key,
            received: case.received,
            source: case.source,
            age: case.age,
            route: case.route,
        })
        .collect();
    cases.sort_by_key(|case| case.key);
    cases.shrink_to_fit();
    cases
}
