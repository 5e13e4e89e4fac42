//! `mash decide`: contacts in, decisions out, in bounded memory.

use std::{
    collections::BTreeMap,
    io,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
};

use mash_io::{
    Issue,
    contact_columns::{ContactColumns, ContactImport, ImportedBlock},
    contact_file::{DecisionRows, DecisionWriter, Format},
    output::cannot_write,
};
use mash_model::{NOTICE, calendar::WorkingCalendar};
use mash_rules::{EngineKind, RulePack};
use schemars::JsonSchema;
use serde::Serialize;

use super::explain::opening;
use crate::{exit_code::Failure, input, interrupt, terminal};

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

/// What was decided of a block of contacts.
#[derive(Default)]
struct Decided {
    /// Rows of the file of decisions; empty once anything is known to be wrong with the contacts.
    rows: Vec<u8>,
    /// Decisions by outcome and by rating, as positions in the pack; ratings from 1, 0 is none.
    outcomes: Vec<u64>,
    ratings: Vec<u64>,
    manual_review: u64,
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
    let stop = interrupt::flag()?;
    let (format_in, format_out) = (Format::of(from)?, Format::of(to)?);
    let import = ContactImport::open(from, format_in, &pack.dictionary).map_err(opening)?;
    let mut writer = DecisionWriter::create(to)?;
    let calendar = WorkingCalendar::default();
    let rows = DecisionRows::new(&pack, &calendar, format_out);
    let unwritten = |error: io::Error| Failure::from(cannot_write(to, &error));
    writer.write(&rows.header().map_err(unwritten)?)?;

    let (mut shown, mut all): (Vec<Issue>, u64) = (Vec::new(), 0);
    let mut contacts = 0;
    let (mut outcomes, mut ratings, mut manual_review) = (Vec::new(), Vec::new(), 0);
    let wrong = AtomicBool::new(false);
    let decide = |block: &ImportedBlock| {
        if !block.issues.is_empty() {
            wrong.store(true, Ordering::Relaxed);
        }
        if wrong.load(Ordering::Relaxed) || stop.load(Ordering::Relaxed) {
            return Ok(Decided::default());
        }
        decided(&pack, &block.contacts, engine, all_rules, &rows)
    };
    import.run(decide, |block, decided| {
        if stop.load(Ordering::Relaxed) {
            return Err(Failure::Run(format!("stopped after {contacts} contacts; nothing was written")));
        }
        all += block.issues.len() as u64;
        let room = SHOWN.saturating_sub(shown.len());
        shown.extend(block.issues.into_iter().take(room));
        if all > 0 {
            wrong.store(true, Ordering::Relaxed);
            return Ok(());
        }
        let decided = decided.map_err(unwritten)?;
        contacts += block.contacts.len() as u64;
        add(&mut outcomes, &decided.outcomes);
        add(&mut ratings, &decided.ratings);
        manual_review += decided.manual_review;
        Ok(writer.write(&decided.rows)?)
    })?;
    if all > 0 {
        return Err(Failure::Rows { shown, all });
    }
    writer.finish()?;
    let outcome = |at: usize| pack.outcome_list().get(at).map(ToString::to_string);
    let rating = |at: usize| match at.checked_sub(1) {
        None => Some("none".to_owned()),
        Some(at) => pack.manifest.ratings.get(at).map(|rating| rating.id.to_string()),
    };
    let answer = DecideAnswer {
        contacts,
        outcomes: by_name(&outcomes, outcome),
        ratings: by_name(&ratings, rating),
        manual_review,
        out: to.display().to_string(),
        pack_hash: pack.hash.clone(),
        notice: NOTICE.to_owned(),
    };
    if json && to != Path::new("-") {
        terminal::json(&answer);
    } else {
        terminal::err(&text(&answer));
    }
    Ok(())
}

/// Decides a block of contacts and writes their rows.
fn decided(
    pack: &RulePack,
    contacts: &ContactColumns,
    engine: EngineKind,
    all_rules: bool,
    rows: &DecisionRows,
) -> io::Result<Decided> {
    let mut decided = Decided {
        outcomes: vec![0; pack.outcome_list().len()],
        ratings: vec![0; pack.manifest.ratings.len() + 1],
        ..Decided::default()
    };
    let outlines = contacts.outlines(pack, engine, all_rules).inspect(|(_, outline)| {
        let rating = outline.folded.rating.map_or(0, |rating| rating + 1);
        decided.outcomes.get_mut(outline.outcome).into_iter().for_each(|count| *count += 1);
        decided.ratings.get_mut(rating).into_iter().for_each(|count| *count += 1);
        decided.manual_review += u64::from(outline.manual_review);
    });
    let rows = rows.rows(outlines.map(|(contact, outline)| (contact.id, contact.received, outline)))?;
    Ok(Decided { rows, ..decided })
}

/// Adds counts position by position.
fn add(to: &mut Vec<u64>, counts: &[u64]) {
    to.resize(to.len().max(counts.len()), 0);
    to.iter_mut().zip(counts).for_each(|(to, count)| *to += count);
}

/// Counts above 0 by the name of their position.
fn by_name(counts: &[u64], name: impl Fn(usize) -> Option<String>) -> BTreeMap<String, u64> {
    let some = counts.iter().enumerate().filter(|(_, count)| **count > 0);
    some.filter_map(|(at, count)| Some((name(at)?, *count))).collect()
}

fn text(answer: &DecideAnswer) -> String {
    let counts = |counts: &BTreeMap<String, u64>| {
        counts.iter().map(|(name, count)| format!("{name} {count}")).collect::<Vec<_>>().join(", ")
    };
    let line = if answer.contacts == 0 {
        "no contacts, so nothing was decided".to_owned()
    } else {
        format!(
            "{} contacts decided: {}; by rating: {}; manual review: {}",
            answer.contacts,
            counts(&answer.outcomes),
            counts(&answer.ratings),
            answer.manual_review
        )
    };
    format!("{}\n{}\n", terminal::wrap(&line, terminal::WIDTH, "  "), NOTICE)
}
