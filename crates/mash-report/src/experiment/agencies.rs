//! Partner by partner: who waits because of whom, what each is asked, and what its information changes.

use mash_batch::experiment::results::ExperimentResults;

use super::tables::table;
use crate::{number::Figures, table::Table};

/// Waiting for each partner, and how much it is asked.
pub(super) fn waits(results: &ExperimentResults, figures: Figures) -> Table {
    let caption = format!(
        "Hours that children\u{2019}s contacts waited for a partner\u{2019}s reply when it was the last, and enquiries to \
         each; n = {} replications",
        results.replications
    );
    let told = |measure: &str| measure.starts_with("waited_for_") || measure.starts_with("enquiries_");
    let some =
        |estimates: &[Option<mash_stats::Estimate>]| estimates.iter().flatten().any(|it| it.mean != 0.0);
    table(results, "waits", caption, |row| told(&row.measure) && some(&row.estimates), figures)
}

/// What each partner's replies change; none where it was not measured.
pub(super) fn information(results: &ExperimentResults, figures: Figures) -> Option<Table> {
    let caption = format!(
        "For how many of 1,000 children the route would be another without this partner\u{2019}s reply; n = {} \
         replications",
        results.replications
    );
    let some =
        |estimates: &[Option<mash_stats::Estimate>]| estimates.iter().flatten().any(|it| it.mean != 0.0);
    let found = table(
        results,
        "information",
        caption,
        |row| row.measure.starts_with("changed_") && some(&row.estimates),
        figures,
    );
    (!found.rows.is_empty()).then_some(found)
}
