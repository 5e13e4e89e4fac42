//! Whose route is another: the same child in the same contact of the same replication, under two alternatives.

use mash_model::Agency;
use mash_sim::{
    AgeBand, LatentNeed,
    front_door::{CaseKey, Records, record::Ending},
    queueing::Time,
};

use serde::{Deserialize, Serialize};

use super::equality::{self, Persons};
use crate::{characteristics::Groups, counts::Counts};

/// A child whose route is another than under the baseline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
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

/// A moved child as it is kept between runs: alternative and replication, household, contact and child, when received,
/// source, position of the age band, and from which route to which.
type Written = ([u32; 2], (u64, u8, u8), i64, Agency, u8, [LatentNeed; 2]);

impl From<Written> for MovedCase {
    fn from(
        ([alternative, replication], (household, approach, child), received, source, age, [from, to]): Written,
    ) -> Self {
        Self {
            alternative: usize::try_from(alternative).unwrap_or(usize::MAX),
            replication,
            key: CaseKey { household, approach, child },
            received: Time(received),
            source,
            age: AgeBand::ALL.get(usize::from(age)).copied().unwrap_or(AgeBand::FiveToNine),
            from,
            to,
        }
    }
}

impl From<MovedCase> for Written {
    fn from(it: MovedCase) -> Self {
        let alternative = u32::try_from(it.alternative).unwrap_or(u32::MAX);
        (
            [alternative, it.replication],
            (it.key.household, it.key.approach, it.key.child),
            it.received.0,
            it.source,
            AgeBand::ALL
                .iter()
                .position(|band| *band == it.age)
                .and_then(|at| u8::try_from(at).ok())
                .unwrap_or(0),
            [it.from, it.to],
        )
    }
}

/// A child on whom the hub decided: all that [`between`] reads of its record.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct DecidedChild {
    key: CaseKey,
    received: Time,
    source: Agency,
    age: AgeBand,
    route: LatentNeed,
    groups: Groups,
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
        counts.one("cell", format!("{} > {}", case.route.route_id(), other.route.route_id()));
        let way = match other.route.cmp(&case.route) {
            std::cmp::Ordering::Greater => "stronger",
            std::cmp::Ordering::Less => "weaker",
            std::cmp::Ordering::Equal => continue,
        };
        counts.one("moved", way);
        for group in equality::moved(case.groups) {
            counts.one(way, group);
        }
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
pub(super) fn decided(records: &Records, persons: &Persons) -> Vec<DecidedChild> {
    let [from, to] = records.window;
    let of_year = persons.groups(records).filter(|(case, _)| from <= case.received && case.received < to);
    let mut cases: Vec<DecidedChild> = of_year
        .filter(|(case, _)| case.ending == Ending::Decided)
        .map(|(case, groups)| DecidedChild {
            key: case.key,
            received: case.received,
            source: case.source,
            age: case.age,
            route: case.route,
            groups,
        })
        .collect();
    cases.sort_by_key(|case| case.key);
    cases.shrink_to_fit();
    cases
}
