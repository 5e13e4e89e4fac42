//! Findings about decision tables.

use super::{
    Explanation,
    example::{Example, MANIFEST, file},
};
use crate::error::Severity;

/// A table of one row over one fact, with this cell, in its column.
macro_rules! one_row {
    ($headers:literal, $cells:literal) => {
        concat!(
            "rule,title,",
            $headers,
            ",route,source,because,plain,family_may_be_told\n",
            "OU-01,Help,",
            $cells,
            ",EARLY_HELP,guidance; 2.1,Help early.,Help.,yes\n"
        )
    };
}

pub(super) const SHAPE: Explanation = Explanation {
    severity: Severity::Error,
    title: "a decision table whose columns or rows do not fit one another",
    meaning: "a decision table without rows, with a column that is missing or stands twice, or with a row that is longer or \
              shorter than its header",
    why: "A cell in the wrong column is another rule than the one its author wrote, and nobody sees it in the row.",
    bad: Example {
        files: &[
            MANIFEST,
            file("tables/help.csv", "rule,title,dash_grade,route,source,because,plain,family_may_be_told\n"),
        ],
    },
    good: Example { files: &[MANIFEST, file("tables/help.csv", one_row!("dash_grade", "medium"))] },
    fix: None,
};

pub(super) const CELL: Explanation = Explanation {
    severity: Severity::Error,
    title: "a cell of a decision table that no rule can mean",
    meaning: "a cell of a decision table that is empty where it may not be, or whose comparison, list or range no rule can mean",
    why: "A row is a rule: a cell that is read otherwise than it was meant decides for children that nobody had in mind.",
    bad: Example { files: &[MANIFEST, file("tables/help.csv", one_row!("dash_grade", "medium | != none"))] },
    good: Example { files: &[MANIFEST, file("tables/help.csv", one_row!("dash_grade", "medium | high"))] },
    fix: None,
};

pub(super) const ROW_ALWAYS: Explanation = Explanation {
    severity: Severity::Warning,
    title: "a row of a decision table that applies to every child",
    meaning: "a row of a decision table whose cells admit every value, so that it applies to every child",
    why: "Rows are not tried in turn: a last row for \"anything else\" applies to every child, the others' included.",
    bad: Example { files: &[MANIFEST, file("tables/help.csv", one_row!("dash_grade", "-"))] },
    good: Example { files: &[MANIFEST, file("tables/help.csv", one_row!("dash_grade", "medium"))] },
    fix: None,
};
