//! Decisions as JSON Lines or CSV.

use std::{io::Write, path::Path};

use mash_model::Decision;

use super::Format;
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

/// Writes decisions, whole or not at all.
#[derive(Debug)]
pub struct DecisionWriter {
    path: std::path::PathBuf,
    form: Form,
}

#[derive(Debug)]
enum Form {
    Json(Output),
    Csv(Box<csv::Writer<Output>>),
}

impl DecisionWriter {
    /// Opens a file for decisions; `-` is standard output.
    ///
    /// # Errors
    /// As [`Output::create`].
    pub fn create(path: &Path, format: Format) -> Result<Self, FileError> {
        let output = Output::create(path)?;
        let form = match format {
            Format::JsonLines => Form::Json(output),
            Format::Csv => {
                let mut writer = csv::Writer::from_writer(output);
                writer.write_record(HEADER).map_err(|error| of_csv(path, error))?;
                Form::Csv(Box::new(writer))
            }
        };
        Ok(Self { path: path.to_owned(), form })
    }

    /// Writes one decision.
    ///
    /// # Errors
    /// The bytes cannot be written.
    pub fn write(&mut self, decision: &Decision) -> Result<(), FileError> {
        match &mut self.form {
            Form::Json(output) => {
                let line = serde_json::to_string(decision)
                    .map_err(|error| FileError::new(&self.path, error.to_string()))?;
                writeln!(output, "{line}").map_err(|error| cannot_write(&self.path, &error))
            }
            Form::Csv(writer) => {
                writer.write_record(cells(decision)).map_err(|error| of_csv(&self.path, error))
            }
        }
    }

    /// Puts the finished file in its place.
    ///
    /// # Errors
    /// As [`Output::finish`].
    pub fn finish(self) -> Result<(), FileError> {
        match self.form {
            Form::Json(output) => output.finish(),
            Form::Csv(writer) => {
                writer.into_inner().map_err(|error| FileError::new(&self.path, error.to_string()))?.finish()
            }
        }
    }
}

fn of_csv(path: &Path, error: csv::Error) -> FileError {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => cannot_write(path, &error),
        other => FileError::new(path, format!("{other:?}")),
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
