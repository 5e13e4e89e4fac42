//! What happens to whom: a table a breakdown and alternative, or that the model cannot inform it.

use mash_batch::experiment::{
    equality::{EqualityPart, GroupDifference},
    results::ExperimentResults,
};
use mash_stats::Estimate;
use serde::Serialize;

use crate::{
    number::{Direction, Figures, direction, together},
    table::{Cell, Table},
};

/// In place of figures of a group that is too small.
const TOO_FEW: &str = "too few to show";
const NOTHING: &str = "nothing to measure";

/// What the template reads of one alternative.
#[derive(Debug, Serialize)]
pub(super) struct EqualityOf {
    number: usize,
    id: String,
    title: String,
    parts: Vec<PartOf>,
}

/// One breakdown of it.
#[derive(Debug, Serialize)]
struct PartOf {
    id: String,
    title: String,
    note: String,
    routes: Table,
    times: Table,
}

/// A breakdown that the model cannot inform.
#[derive(Debug, Serialize)]
pub(super) struct Uninformed {
    title: String,
    note: String,
    groups: Table,
}

/// The breakdowns with outcomes, of every alternative.
pub(super) fn informed(results: &ExperimentResults, figures: Figures) -> Vec<EqualityOf> {
    let parts = || results.equality.iter().filter(|part| part.informative);
    let one = |(at, alternative): (usize, &mash_batch::experiment::results::AlternativeSummary)| {
        let id = format!("alternative-{at}-equality");
        EqualityOf {
            number: at,
            title: alternative.title.clone(),
            parts: parts().map(|part| PartOf::of(&format!("{id}-{}", part.by), part, at, figures)).collect(),
            id,
        }
    };
    results.alternatives.iter().enumerate().skip(1).map(one).collect()
}

/// The breakdowns without.
pub(super) fn uninformed(results: &ExperimentResults, figures: Figures) -> Vec<Uninformed> {
    let parts = results.equality.iter().filter(|part| !part.informative);
    let one = |part: &EqualityPart| {
        let mut groups = Table::new(
            &format!("equality-{}", part.by),
            format!("Children in contacts, a year, under the baseline; n = {}", figures.replications),
            &[(part.title.as_str(), false), ("Children", true)],
        );
        for group in &part.groups {
            let cell = match &group.children {
                Some(children) => Cell::count(figures, children),
                None => Cell::number(TOO_FEW),
            };
            groups.push(&group.title, vec![cell]);
        }
        Uninformed { title: part.title.clone(), note: part.note.clone(), groups }
    };
    parts.map(one).collect()
}

/// The same for a document without pages: heading, note and tables.
pub(super) fn told(results: &ExperimentResults, figures: Figures) -> Vec<(String, String, Vec<Table>)> {
    let uninformed = uninformed(results, figures).into_iter().map(|it| (it.title, it.note, vec![it.groups]));
    let informed = informed(results, figures).into_iter().flat_map(|of| {
        let title = of.title;
        of.parts.into_iter().map(move |it| {
            (format!("{title}: {}", it.title.to_lowercase()), it.note, vec![it.routes, it.times])
        })
    });
    uninformed.chain(informed).collect()
}

impl PartOf {
    fn of(id: &str, part: &EqualityPart, at: usize, figures: Figures) -> PartOf {
        let n = figures.replications;
        let by = part.title.as_str();
        let mut routes = Table::new(
            &format!("{id}-routes"),
            format!(
                "{by}: children a year referred, and with another route than under the baseline; n = {n}"
            ),
            &[
                (by, false),
                ("In contacts, baseline", true),
                ("Referred, baseline", true),
                ("Referred, difference", true),
                ("Stronger route", true),
                ("Weaker route", true),
            ],
        );
        let mut times = Table::new(
            &format!("{id}-times"),
            format!(
                "{by}: hours from receipt to decision, and children a year with missed harm and over-intervention, \
                 modelled, under assumed need; n = {n}"
            ),
            &[
                (by, false),
                ("Hours to decision, baseline", true),
                ("Hours, difference", true),
                ("Missed harm, difference", true),
                ("Over-intervention, difference", true),
            ],
        );
        for group in &part.groups {
            let shown = group.outcomes.as_ref().zip(group.children.as_ref());
            let shown = shown.and_then(|(it, children)| Some((it, children, it.differences.get(at - 1)?)));
            let Some((outcomes, children, it)) = shown else {
                routes.push(&group.title, (0..5).map(|_| Cell::number(TOO_FEW)).collect());
                times.push(&group.title, (0..4).map(|_| Cell::number(TOO_FEW)).collect());
                continue;
            };
            routes.push(
                &group.title,
                vec![
                    Cell::count(figures, children),
                    Cell::count(figures, &outcomes.referrals),
                    differs(figures, it.referrals),
                    Cell::count(figures, &it.stronger),
                    Cell::count(figures, &it.weaker),
                ],
            );
            times.push(
                &group.title,
                vec![
                    outcomes.hours.map_or_else(|| Cell::words(NOTHING), |hours| Cell::count(figures, &hours)),
                    differs(figures, it.hours),
                    tried(differs(figures, it.missed), it, true),
                    tried(differs(figures, it.over), it, false),
                ],
            );
        }
        PartOf { id: id.to_owned(), title: by.to_owned(), note: part.note.clone(), routes, times }
    }
}

fn differs(figures: Figures, it: Option<Estimate>) -> Cell {
    it.map_or_else(|| Cell::words(NOTHING), |it| Cell::difference(figures, &it))
}

/// A difference in harm with what all assumptions together say of its direction; this run's own, which has more
/// replications, among them.
fn tried(cell: Cell, it: &GroupDifference, missed: bool) -> Cell {
    let (own, all) = if missed { (&it.missed, &it.missed_tried) } else { (&it.over, &it.over_tried) };
    if all.iter().flatten().next().is_none() {
        return cell;
    }
    let detail = match together(own.iter().chain(all.iter().flatten()).map(direction)) {
        Direction::More => "more, under every assumption tried",
        Direction::Fewer => "fewer, under every assumption tried",
        Direction::None => "no difference, under every assumption tried",
        Direction::NotKnown => "not known",
    };
    Cell { detail: Some(detail.to_owned()), ..cell }
}
