//! Decisions as JSON Lines or CSV, a row a decision.

use std::{io, path::Path};

use jiff::civil::DateTime;
use mash_model::{ContactId, Decision, calendar::WorkingCalendar};
use mash_rules::{Outline, RulePack};

use super::{Format, decision_lines::DecisionLines};
use crate::{
    error::FileError,
    output::{Output, cannot_write},
};

/// Columns of a CSV of decisions; lists are joined by `; `.
const HEADER: [&str; 18] = [
    "id",
    "stage",
    "route",
    "level",
    "rating",
    "outcome",
    "duties",
    "due",
    "consent",
    "could_still_be",
    "family_may_be_told",
    "fired",
    "undetermined",
    "failed",
    "manual_review",
    "ask",
    "reasons",
    "notice",
];

/// Turns decisions into rows of a file; threads may share it.
#[derive(Debug)]
pub struct DecisionRows<'p> {
    pack: &'p RulePack,
    calendar: &'p WorkingCalendar,
    /// For JSON Lines.
    lines: Option<DecisionLines<'p>>,
}

impl<'p> DecisionRows<'p> {
    /// Rows of decisions by this pack in this form.
    #[must_use]
    pub fn new(pack: &'p RulePack, calendar: &'p WorkingCalendar, format: Format) -> Self {
        let lines = match format {
            Format::JsonLines => Some(DecisionLines::new(pack, calendar)),
            Format::Csv => None,
        };
        Self { pack, calendar, lines }
    }

    /// What stands before the first row.
    ///
    /// # Errors
    /// None is known: memory takes every byte.
    pub fn header(&self) -> io::Result<Vec<u8>> {
        if self.lines.is_some() {
            return Ok(Vec::new());
        }
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(HEADER)?;
        writer.into_inner().map_err(csv::IntoInnerError::into_error)
    }

    /// The rows of contacts, each with its id, when it was received, and the outline of its decision.
    ///
    /// # Errors
    /// None is known: memory takes every byte.
    pub fn rows<'c>(
        &self,
        decided: impl Iterator<Item = (&'c str, DateTime, Outline)>,
    ) -> io::Result<Vec<u8>> {
        if let Some(lines) = &self.lines {
            let mut rows = Vec::new();
            for (id, received, outline) in decided {
                lines.push(id, received, &outline, &mut rows)?;
            }
            return Ok(rows);
        }
        let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
        for (id, received, outline) in decided {
            let decision = self.pack.named(self.calendar, &ContactId::from(id), received, &outline);
            writer.write_record(cells(&decision))?;
        }
        writer.into_inner().map_err(csv::IntoInnerError::into_error)
    }
}

/// A file of decisions, written whole or not at all.
#[derive(Debug)]
pub struct DecisionWriter {
    path: std::path::PathBuf,
    output: Output,
}

impl DecisionWriter {
    /// Opens a file for decisions; `-` is standard output.
    ///
    /// # Errors
    /// As [`Output::create`].
    pub fn create(path: &Path) -> Result<Self, FileError> {
        Ok(Self { path: path.to_owned(), output: Output::create(path)? })
    }

    /// Writes whole rows.
    ///
    /// # Errors
    /// The bytes cannot be written.
    pub fn write(&mut self, rows: &[u8]) -> Result<(), FileError> {
        io::Write::write_all(&mut self.output, rows).map_err(|error| cannot_write(&self.path, &error))
    }

    /// Puts the finished file in its place.
    ///
    /// # Errors
    /// As [`Output::finish`].
    pub fn finish(self) -> Result<(), FileError> {
        self.output.finish()
    }
}

fn cells(decision: &Decision) -> [String; 18] {
    let joined = |items: Vec<String>| items.join("; ");
    let consent = serde_json::to_value(decision.consent).ok();
    [
        decision.id.to_string(),
        decision.stage.id().to_owned(),
        decision.route.to_string(),
        decision.level.map_or_else(String::new, |level| level.to_string()),
        decision.rating.as_ref().map_or_else(String::new, ToString::to_string),
        decision.outcome.to_string(),
        joined(decision.duties.iter().map(ToString::to_string).collect()),
        decision.due.map_or_else(String::new, |due| due.to_string()),
        consent.and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default(),
        decision.could_still_be.to_string(),
        decision.family_may_be_told.to_string(),
        joined(decision.fired.iter().map(ToString::to_string).collect()),
        joined(
            decision
                .undetermined
                .iter()
                .map(|mark| {
                    let needs: Vec<&str> = mark.needs.iter().map(mash_model::FactId::as_str).collect();
                    format!("{} needs {}", mark.rule, needs.join(", "))
                })
                .collect(),
        ),
        joined(
            decision
                .failed
                .iter()
                .map(|mark| format!("{} at {}: {}", mark.rule, mark.at, mark.message))
                .collect(),
        ),
        decision.manual_review.to_string(),
        joined(decision.ask.iter().map(|ask| ask.agency.to_string()).collect()),
        joined(decision.reasons.iter().map(|reason| reason.because.clone()).collect()),
        decision.notice.clone(),
    ]
}
