//! Partner by partner: who waits because of whom, what each is asked and what work that makes, and what its information
//! changes.

use mash_batch::{experiment::results::ExperimentResults, results::Assumption};
use mash_stats::Estimate;

use super::tables::{difference, only_assumed, table};
use crate::{
    number::{Figures, plain},
    table::{Cell, Table},
};

/// Beginning and end of the measure that counts enquiries, and of the one that counts hours.
const ENQUIRIES: &str = "enquiries_";
const HOURS: &str = "_work_hours";
/// Where a scenario says what a desk of a partner is like.
const DESKS: &str = "front_door.enquiries.desks";

fn some(estimates: &[Option<Estimate>]) -> bool {
    estimates.iter().flatten().any(|it| it.mean != 0.0)
}

/// Waiting for each partner.
pub(super) fn waits(results: &ExperimentResults, figures: Figures) -> Table {
    let caption = format!(
        "Hours that children\u{2019}s contacts waited for a partner\u{2019}s reply when it was the last; n = {} \
         replications",
        results.replications
    );
    let told = |measure: &str| measure.starts_with("waited_for_");
    table(results, "waits", caption, |row| told(&row.measure) && some(&row.estimates), figures)
}

/// What each partner is asked, and the hours of its staff that this takes.
pub(super) fn work(results: &ExperimentResults, figures: Figures) -> Table {
    let caption = format!(
        "Enquiries to each partner and hours of its staff, a week; n = {} replications",
        results.replications
    );
    let mut columns = vec![("Partner", false), ("Counted", false), ("Baseline", true)];
    columns.extend(results.alternatives.iter().skip(1).map(|it| (it.title.as_str(), true)));
    columns.push(("How hours are counted", false));
    let mut table = Table::new("partner-work", caption, &columns);
    let find = |id: &str| results.figures.iter().find(|row| row.measure == id);
    let asked = results.figures.iter().zip(&results.measures).filter_map(|(row, measure)| {
        let agency = row.measure.strip_prefix(ENQUIRIES).filter(|_| some(&row.estimates))?;
        Some((agency, row, measure.title.trim_start_matches("Enquiries to ")))
    });
    for (agency, enquiries, title) in asked {
        let hours = find(&format!("{agency}{HOURS}"));
        let basis = basis(&results.assumptions, agency);
        for (row, what) in [(Some(enquiries), "enquiries"), (hours, "hours of staff")] {
            let is_hours = what != "enquiries";
            let mut cells = vec![Cell::words(what)];
            let known = row.filter(|row| some(&row.estimates) && (!is_hours || basis.is_some()));
            match known {
                Some(row) => {
                    let base = row.estimates.first().copied().flatten();
                    cells.push(base.map_or_else(|| Cell::words(NO_FIGURE), |it| Cell::count(figures, &it)));
                    for (at, it) in (1..).zip(&row.differences) {
                        cells.push(difference(figures, *it, only_assumed(results, at, &row.measure)));
                    }
                }
                None => cells.extend((0..results.alternatives.len()).map(|_| Cell::words(NO_FIGURE))),
            }
            cells.push(match (is_hours, &basis) {
                (false, _) => Cell::words("enquiries begun"),
                (true, Some(basis)) => Cell::words(basis.clone()),
                (true, None) => Cell::words("the scenario states neither people nor minutes of work"),
            });
            table.push(title, cells);
        }
    }
    table
}

/// In place of hours that nothing says.
const NO_FIGURE: &str = "no figure";

/// On what the hours of a partner rest, in words; none where the scenario states neither people nor minutes.
fn basis(assumptions: &[Assumption], agency: &str) -> Option<String> {
    let own = assumptions.iter().any(|it| it.name.starts_with(&format!("{DESKS}.{agency}.")));
    let desk = if own { agency } else { "otherwise" };
    let find = |field: &str| assumptions.iter().find(|it| it.name == format!("{DESKS}.{desk}.{field}"));
    let number = |it: &Assumption| it.value.parse::<f64>().map_or_else(|_| it.value.clone(), plain);
    if let Some(staff) = find("staff") {
        return Some(format!("time at work of {} people ({})", number(staff), staff.mark));
    }
    let minutes = find("work_minutes")?;
    Some(format!("{} minutes an enquiry ({})", number(minutes), minutes.mark))
}

/// What each partner's replies change; none where it was not measured.
pub(super) fn information(results: &ExperimentResults, figures: Figures) -> Option<Table> {
    let caption = format!(
        "For how many of 1,000 children the route would be another without this partner\u{2019}s reply; n = {} \
         replications",
        results.replications
    );
    let found = table(
        results,
        "information",
        caption,
        |row| row.measure.starts_with("changed_") && some(&row.estimates),
        figures,
    );
    (!found.rows.is_empty()).then_some(found)
}
