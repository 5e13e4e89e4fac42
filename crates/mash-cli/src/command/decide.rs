//! `mash decide`: contacts in, decisions out, in bounded memory.

use std::{collections::BTreeMap, path::Path, sync::atomic::Ordering};

use mash_batch::parallel;
use mash_io::{
    Issue,
    contact_file::{ContactReader, DecisionWriter, Format},
};
use mash_model::{Decision, NOTICE, calendar::WorkingCalendar};
use mash_rules::EngineKind;
use schemars::JsonSchema;
use serde::Serialize;

use super::explain::opening;
use crate::{exit_code::Failure, input, interrupt, terminal};

/// Rows decided at a time.
const CHUNK: usize = 2_048;
/// Issues shown before the rest are only counted.
const SHOWN: usize = 20;

/// The answer of `decide --json`.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub(crate) struct DecideAnswer {
    /// Contacts decided.
    contacts: u64,
    /// Decisions by outcome.
    outcomes: BTreeMap<String, u64>,
    /// Decisions by rating.
    ratings: BTreeMap<String, u64>,
    /// Decisions that a person must make.
    manual_review: u64,
    /// Where decisions were written.
    out: String,
    /// SHA-256 of the pack.
    pack_hash: String,
    /// That everything is synthetic.
    notice: String,
}

pub(crate) fn run(
    path: &Path,
    from: &Path,
    to: &Path,
    engine: EngineKind,
    all_rules: bool,
    json: bool,
) -> Result<(), Failure> {
    let pack = input::pack(path)?;
    let engine = pack.engine(engine);
    let stop = interrupt::flag()?;
    let (format_in, format_out) = (Format::of(from)?, Format::of(to)?);
    let mut reader = ContactReader::open(from, format_in, &pack.dictionary).map_err(opening)?;
    let mut writer = DecisionWriter::create(to, format_out)?;
    let calendar = WorkingCalendar::default();
    let mut answer = DecideAnswer {
        out: to.display().to_string(),
        pack_hash: pack.hash.clone(),
        notice: NOTICE.to_owned(),
        ..DecideAnswer::default()
    };
    let (mut shown, mut all): (Vec<Issue>, u64) = (Vec::new(), 0);
    let mut seen = std::collections::BTreeSet::new();
    let mut done = false;
    while !done {
        if stop.load(Ordering::Relaxed) {
            return Err(Failure::Run(format!(
                "stopped after {} contacts; nothing was written",
                answer.contacts
            )));
        }
        let mut rows = Vec::with_capacity(CHUNK);
        let mut note = |issue: Issue| {
            all += 1;
            if shown.len() < SHOWN {
                shown.push(issue);
            }
        };
        while rows.len() < CHUNK {
            match reader.next_row() {
                Ok(Some(row)) => rows.push(row),
                Ok(None) => {
                    done = true;
                    break;
                }
                Err(issue) => {
                    note(issue);
                    done = true;
                    break;
                }
            }
        }
        let parser = reader.parser();
        let decided: Vec<Result<Decision, Vec<Issue>>> = parallel::map(&rows, |row| {
            let contact = parser.parse(row, &pack.dictionary)?;
            Ok(pack.decide(&*engine, &calendar, &contact, all_rules))
        });
        for (row, result) in rows.iter().zip(decided) {
            match result {
                Err(issues) => issues.into_iter().for_each(&mut note),
                Ok(decision) => {
                    if !seen.insert(decision.id.clone()) {
                        note(Issue {
                            file: from.display().to_string(),
                            line: row.line,
                            field: Some("id".to_owned()),
                            problem: format!("`{}` stands twice", decision.id),
                            mend: Some("every child in every contact has an id of its own".to_owned()),
                        });
                        continue;
                    }
                    answer.contacts += 1;
                    *answer.outcomes.entry(decision.outcome.to_string()).or_default() += 1;
                    let rating = decision.rating.as_ref().map_or("none", mash_model::RatingId::as_str);
                    *answer.ratings.entry(rating.to_owned()).or_default() += 1;
                    answer.manual_review += u64::from(decision.manual_review);
                    writer.write(&decision)?;
                }
            }
        }
    }
    if all > 0 {
        return Err(Failure::Rows { shown, all });
    }
    writer.finish()?;
    if json && to != Path::new("-") {
        terminal::json(&answer);
    } else {
        terminal::err(&text(&answer));
    }
    Ok(())
}

fn text(answer: &DecideAnswer) -> String {
    let counts = |counts: &BTreeMap<String, u64>| {
        counts.iter().map(|(name, count)| format!("{name} {count}")).collect::<Vec<_>>().join(", ")
    };
    let line = format!(
        "{} contacts decided: {}; by rating: {}; manual review: {}",
        answer.contacts,
        counts(&answer.outcomes),
        counts(&answer.ratings),
        answer.manual_review
    );
    format!("{}\n{}\n", terminal::wrap(&line, terminal::WIDTH, "  "), NOTICE)
}
