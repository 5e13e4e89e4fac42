//! What happens to whom: outcomes by source, age, sex, ethnicity and disability under every alternative.
//!
//! In: the records of a replication, with the persons that its log told of. Out: sums of each group, and over all
//! replications paired differences from the baseline. A group's outcomes are written only where the model has a
//! mechanism by which they could differ from anybody else's, and where the group is not too small.

use mash_sim::{
    Scenario,
    front_door::{CaseRecord, Log, Note, Person, Records, record::Ending},
};
use mash_stats::{Estimate, StatsError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Ran, results::HarmRow};
use crate::{
    characteristics::{self, By, Groups, OfPerson},
    counts::{Counts, Table},
    figures::{difference, estimated},
};

/// Children of a group, over all replications, below which its outcomes are not shown.
pub(super) const SMALL: f64 = 10.0;

/// One breakdown of what happens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EqualityPart {
    /// `source`, `age`, `sex`, `ethnicity`, `disability`.
    pub by: String,
    /// What people read.
    pub title: String,
    /// By what mechanism groups could differ, or that the model cannot inform this.
    pub note: String,
    /// Is there such a mechanism? Without one, groups have no outcomes here: they would be chance.
    pub informative: bool,
    /// Groups that occur, in order.
    pub groups: Vec<EqualityGroup>,
}

/// One group and what happens to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EqualityGroup {
    /// What people read.
    pub title: String,
    /// Children in contacts of the year under the baseline; none where suppressed.
    pub children: Option<Estimate>,
    /// Too few children (under 10 over all replications) for anything to be shown.
    pub suppressed: bool,
    /// What happens to them; none where it is not shown.
    pub outcomes: Option<GroupOutcomes>,
}

/// Outcomes of one group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GroupOutcomes {
    /// Children referred, a year, under the baseline.
    pub referrals: Estimate,
    /// Hours from receipt to decision under the baseline, mean; none where nobody was decided on.
    pub hours: Option<Estimate>,
    /// By alternative but the baseline.
    pub differences: Vec<GroupDifference>,
}

/// What one alternative does to a group, over the same replications as the baseline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GroupDifference {
    /// Difference in children referred, a year.
    pub referrals: Option<Estimate>,
    /// Children a year with a stronger route than under the baseline.
    pub stronger: Estimate,
    /// Children a year with a weaker one.
    pub weaker: Estimate,
    /// Difference in the mean hours from receipt to decision.
    pub hours: Option<Estimate>,
    /// Difference in children who needed an assessment and got less, a year, under the truth model of the run.
    pub missed: Option<Estimate>,
    /// Difference in children assessed or more without the need, likewise.
    pub over: Option<Estimate>,
    /// The same under every truth model, with and without an effect of unmet need, in the order of the results' `harm`.
    pub missed_tried: Vec<Option<Estimate>>,
    /// Likewise.
    pub over_tried: Vec<Option<Estimate>>,
}

/// Hears of persons, and of nothing else.
#[derive(Debug, Default)]
pub(super) struct Persons(Vec<OfPerson>);

impl Log for Persons {
    fn note(&mut self, _: Note) {}

    fn listens(&self) -> bool {
        false
    }

    fn person(&mut self, person: Person<'_>) {
        self.0.push(characteristics::of_person(person));
    }
}

impl Persons {
    /// The groups of each child of the records, in their order.
    pub(super) fn groups<'r>(
        &'r self,
        records: &'r Records,
    ) -> impl Iterator<Item = (&'r CaseRecord, Groups)> {
        let persons = self.0.iter().copied().map(Some).chain(std::iter::repeat(None));
        let children = records.cases.iter().zip(persons);
        children.map(|(case, person)| (case, characteristics::groups(case.source, case.age, person)))
    }
}

/// What is summed of a group, named as in [`Counts`].
const SUMS: [&str; 6] = ["children", "referrals", "decided", "hours", "missed", "over"];
const CHILDREN: &str = "children";
const REFERRALS: &str = "referrals";
const DECIDED: &str = "decided";
const HOURS: &str = "hours";
const MISSED: &str = "missed";
const OVER: &str = "over";

/// Room for the groups of each breakdown; none has more.
const ROOM: usize = 12;

/// Sums of one replication, by group.
pub(super) fn sums(records: &Records, persons: &Persons) -> Counts {
    let mut all = [[[0.0; SUMS.len()]; ROOM]; By::ALL.len()];
    let [from, to] = records.window;
    for (case, groups) in persons.groups(records) {
        if case.received < from || case.received >= to {
            continue;
        }
        let of_child = of(case);
        for (by, at) in all.iter_mut().zip(groups) {
            for (sum, value) in by.get_mut(usize::from(at)).into_iter().flatten().zip(of_child) {
                *sum += value;
            }
        }
    }
    let mut counts = Counts::default();
    for (by, sums) in By::ALL.into_iter().zip(&all) {
        for ((id, _), sums) in by.groups().into_iter().zip(sums) {
            for (what, sum) in SUMS.into_iter().zip(sums).filter(|(_, sum)| **sum != 0.0) {
                counts.add(what, name(by, id), *sum);
            }
        }
    }
    counts
}

/// What one child adds, in the order of [`SUMS`].
fn of(case: &CaseRecord) -> [f64; SUMS.len()] {
    let one = |yes: bool| f64::from(u8::from(yes));
    let decided = case.ending == Ending::Decided;
    let [_, ended] = case.decided;
    let (missed, over) = (decided && case.is_missed(), decided && case.is_over_intervention());
    let hours = if decided { ended.since(case.received).hours() } else { 0.0 };
    [1.0, one(case.referral), one(decided), hours, one(missed), one(over)]
}

/// What counts children of a group who move, and the name of a group in counts.
pub(super) fn moved(groups: Groups) -> impl Iterator<Item = String> {
    let named = By::ALL.into_iter().zip(groups);
    named.filter_map(|(by, at)| by.groups().get(usize::from(at)).map(|(id, _)| name(by, id)))
}

fn name(by: By, id: &str) -> String {
    format!("{} {id}", by.id())
}

/// Differences in harm of every group whose outcomes may be shown, from the runs that try one assumption.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GroupHarm {
    /// The breakdown.
    pub by: String,
    /// The group's id.
    pub id: String,
    /// By alternative but the baseline: as in the row.
    pub missed: Vec<Option<Estimate>>,
    /// Likewise.
    pub over: Vec<Option<Estimate>>,
}

/// Differences in harm of every group.
pub(super) fn harm(scenario: &Scenario, ran: &Ran) -> Vec<GroupHarm> {
    let mut all = Vec::new();
    let Some((baseline, others)) = ran.figures.split_first() else { return all };
    for by in By::ALL.into_iter().filter(|by| by.mechanism(scenario).is_ok()) {
        for (id, _) in by.groups() {
            let of = name(by, id);
            if baseline.groups.values(CHILDREN, &of).iter().sum::<f64>() < SMALL {
                continue;
            }
            let differences = |what| {
                let base = sum(&baseline.groups, what, &of);
                others.iter().map(|other| difference(&base, &sum(&other.groups, what, &of))).collect()
            };
            all.push(GroupHarm {
                by: by.id().to_owned(),
                id: id.to_owned(),
                missed: differences(MISSED),
                over: differences(OVER),
            });
        }
    }
    all
}

/// Writes up what happens to whom.
pub(super) fn parts(
    scenario: &Scenario,
    ran: &Ran,
    harm: &[HarmRow],
) -> Result<Vec<EqualityPart>, StatsError> {
    let Some(baseline) = ran.figures.first() else { return Ok(Vec::new()) };
    let one = |by: By| {
        let (informative, note) = match by.mechanism(scenario) {
            Ok(note) => (true, note),
            Err(note) => (false, note),
        };
        let mut groups = Vec::new();
        for (id, title) in by.groups() {
            let of = name(by, id);
            let children = baseline.groups.values(CHILDREN, &of);
            let all: f64 = children.iter().sum();
            if all <= 0.0 {
                continue;
            }
            let suppressed = all < SMALL;
            let shown = informative && !suppressed;
            groups.push(EqualityGroup {
                title: title.to_owned(),
                children: if suppressed { None } else { Some(mash_stats::estimate(&children)?) },
                suppressed,
                outcomes: shown.then(|| outcomes(ran, harm, by, id)).transpose()?.flatten(),
            });
        }
        Ok(EqualityPart { by: by.id().to_owned(), title: by.title().to_owned(), note, informative, groups })
    };
    By::ALL.into_iter().map(one).collect()
}

fn outcomes(ran: &Ran, harm: &[HarmRow], by: By, id: &str) -> Result<Option<GroupOutcomes>, StatsError> {
    let of = name(by, id);
    let Some((baseline, others)) = ran.figures.split_first() else { return Ok(None) };
    let base = |what| sum(&baseline.groups, what, &of);
    let tried = |at: usize, missed: bool| -> Vec<Option<Estimate>> {
        let rows = harm.iter().filter_map(|row| row.groups.iter().find(|it| it.by == by.id() && it.id == id));
        rows.map(|it| if missed { &it.missed } else { &it.over })
            .map(|it| it.get(at).copied().flatten())
            .collect()
    };
    let differences = others.iter().enumerate().map(|(at, other)| {
        let differs = |what| difference(&base(what), &sum(&other.groups, what, &of));
        Ok(GroupDifference {
            referrals: differs(REFERRALS),
            stronger: other.moves.estimate("stronger", &of)?,
            weaker: other.moves.estimate("weaker", &of)?,
            hours: difference(&hours(&baseline.groups, &of), &hours(&other.groups, &of)),
            missed: differs(MISSED),
            over: differs(OVER),
            missed_tried: tried(at, true),
            over_tried: tried(at, false),
        })
    });
    Ok(Some(GroupOutcomes {
        referrals: baseline.groups.estimate(REFERRALS, &of)?,
        hours: estimated(&hours(&baseline.groups, &of)),
        differences: differences.collect::<Result<_, StatsError>>()?,
    }))
}

fn sum(table: &Table, what: &'static str, of: &str) -> Vec<Option<f64>> {
    table.values(what, of).into_iter().map(Some).collect()
}

/// Mean hours by replication; none where nobody was decided on.
fn hours(table: &Table, of: &str) -> Vec<Option<f64>> {
    let decided = table.values(DECIDED, of);
    let hours = table.values(HOURS, of).into_iter().zip(decided);
    hours.map(|(hours, decided)| (decided > 0.0).then(|| hours / decided)).collect()
}
