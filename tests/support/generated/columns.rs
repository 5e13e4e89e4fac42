//! Many sheets at once: the compiled engine's columns against the interpreter's answers, row by row.

use mash_model::{FactColumns, FactSheet};
use mash_rules::{DecisionColumns, RulePack};

use super::answers::Answers;

/// Rows put to the columns at the least: a word of 64 rows, and one that is not full.
const ROWS: usize = 70;

/// What the columns of a pack said.
#[derive(Debug, Clone)]
pub struct InColumns {
    /// Sheets that were decided many at once: no rule asks the interpreter about them.
    pub sheets: u64,
    /// For each rule, the answers that its circuit gave by itself.
    pub by_circuit: Vec<u64>,
    /// The first difference, with the sheet it is over.
    pub difference: Option<(usize, String)>,
}

/// Puts sheets to the columns, as often as it takes to fill the rows.
#[must_use]
pub fn put(pack: &RulePack, sheets: &[FactSheet], said: &[Answers]) -> InColumns {
    let admitted: Vec<usize> =
        (0..sheets.len()).filter(|&at| sheets[at].inadmissible(&pack.dictionary).is_none()).collect();
    let mut found = InColumns { sheets: 0, by_circuit: vec![0; pack.rules.len()], difference: None };
    if admitted.is_empty() {
        return found;
    }
    let rows: Vec<usize> = admitted.iter().cycle().take(ROWS.max(admitted.len())).copied().collect();
    let as_rows: Vec<&FactSheet> = rows.iter().map(|&at| &sheets[at]).collect();
    let facts = FactColumns::of_sheets(&pack.dictionary, as_rows.into_iter()).expect("admitted values");

    let marks = pack.mark_columns(&facts);
    // A pack whose circuit answers everything has no column of what is asked.
    let bit = |words: &[u64], row: usize| words.get(row / 64).is_some_and(|word| word >> (row % 64) & 1 == 1);
    for (row, &sheet) in rows.iter().enumerate() {
        let asks = pack.all_rules().iter().any(|rule| bit(marks.asks(rule), row));
        found.sheets += u64::from(row < admitted.len() && !asks);
        for rule in pack.all_rules().iter() {
            if bit(marks.asks(rule), row) {
                continue;
            }
            found.by_circuit[rule.0] += u64::from(row < admitted.len());
            let expect = &said[sheet].marks;
            let expect = (expect.fired.contains(rule), expect.undetermined.contains(rule));
            let bits = (bit(marks.fired(rule), row), bit(marks.undetermined(rule), row));
            let fails = said[sheet].marks.failed.iter().any(|mark| mark.rule == rule);
            if bits != expect || fails {
                let id = &pack.rules[rule.0].id;
                let words = format!("rule `{id}` in row {row} of the columns: fired, undetermined {bits:?}");
                found.difference.get_or_insert((sheet, words));
            }
        }
    }

    let (expect, decided) = (pack.decide_rows(pack.interpreter(), &facts), pack.decide_columns(&facts));
    if expect != decided && found.difference.is_none() {
        let differs = |&row: &usize| of_row(&expect, row) != of_row(&decided, row);
        let row = (0..rows.len()).find(differs).unwrap_or(0);
        let words = format!("row {row} of the columns: {} | {}", of_row(&expect, row), of_row(&decided, row));
        found.difference = Some((rows[row], words));
    }
    found
}

fn of_row(columns: &DecisionColumns, row: usize) -> String {
    format!(
        "by hub {}, route {}, rating {}, outcome {}, could still be {}, duties {:b}, asked {:b}, manual review {}, \
         fired {:?}, undetermined {:?}",
        columns.by_hub[row],
        columns.route[row],
        columns.rating[row],
        columns.outcome[row],
        columns.could_still_be[row],
        columns.duties[row],
        columns.asked[row],
        columns.manual_review[row],
        columns.fired(row).iter().map(|rule| rule.0).collect::<Vec<_>>(),
        columns.undetermined(row).iter().map(|rule| rule.0).collect::<Vec<_>>()
    )
}
