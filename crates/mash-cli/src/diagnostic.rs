//! How errors look: the file and place, the line itself, what is wrong, and the mend.

use std::{fmt::Write as _, fs};

use mash_rules::{Finding, Severity, source::SourcePlace};
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, NamedSource, Report};

use crate::{
    exit_code::Failure,
    terminal::{self, WIDTH},
};

/// Shows a failure on standard error.
pub(crate) fn show(failure: &Failure) {
    let text = match failure {
        Failure::Findings => String::new(),
        Failure::Misuse(message) => format!("error: {}\n", terminal::wrap(message, WIDTH - 7, "       ")),
        Failure::Pack(error) => error.findings.iter().map(finding).collect(),
        Failure::Files(errors) => errors
            .iter()
            .map(|error| {
                let mend = error.mend.as_ref().map_or_else(String::new, |mend| format!("  help: {mend}\n"));
                format!("error: {error}\n{mend}")
            })
            .collect(),
        Failure::Scenario { path, error } => {
            let mut text = String::new();
            for problem in error.problems() {
                let path = problem.file.as_ref().unwrap_or(path);
                let at = if problem.at.is_empty() { String::new() } else { format!(" at `{}`", problem.at) };
                let _ = writeln!(text, "error: {path}{at}: {}", problem.message);
                if let Some(mend) = &problem.mend {
                    let _ = writeln!(text, "  help: {mend}");
                }
            }
            text
        }
        Failure::Network { path, error } => {
            let mut text = String::new();
            for problem in error.problems() {
                let path = problem.file.as_ref().unwrap_or(path);
                let at = if problem.at.is_empty() { String::new() } else { format!(" at `{}`", problem.at) };
                let _ = writeln!(text, "error: {path}{at}: {}", problem.message);
                if let Some(mend) = &problem.mend {
                    let _ = writeln!(text, "  help: {mend}");
                }
            }
            text
        }
        Failure::Rows { shown, all } => {
            let mut text: String = shown.iter().map(|issue| format!("error: {issue}\n")).collect();
            let more = all.saturating_sub(shown.len() as u64);
            if more > 0 {
                let _ = writeln!(text, "and {more} more issues");
            }
            text.push_str("nothing was written\n");
            text
        }
        Failure::Run(message) => format!("error: {message}\n"),
    };
    terminal::err(&text);
}

/// One finding with its line of source.
pub(crate) fn finding(finding: &Finding) -> String {
    let severity = match finding.severity {
        Severity::Error => miette::Severity::Error,
        Severity::Warning => miette::Severity::Warning,
    };
    let mut message = finding.message.clone();
    if let Some(related) = &finding.related {
        let _ = write!(message, " (see {related})");
    }
    let mut diagnostic =
        MietteDiagnostic::new(message.clone()).with_code(finding.kind.id()).with_severity(severity);
    if let Some(mend) = &finding.mend {
        diagnostic = diagnostic.with_help(mend.clone());
    }
    let source = source(&finding.at);
    let report = match source {
        Some((text, offset)) => {
            diagnostic = diagnostic.with_label(LabeledSpan::at(offset, "here"));
            Report::new(diagnostic).with_source_code(NamedSource::new(&finding.at.file, text))
        }
        None => {
            let word = if finding.severity == Severity::Error { "error" } else { "warning" };
            let mut text = format!("{word} {}: {}: {message}", finding.kind.id(), finding.at);
            text = terminal::wrap(&text, WIDTH, "  ") + "\n";
            if let Some(mend) = &finding.mend {
                text.push_str(&terminal::wrap(&format!("  help: {mend}"), WIDTH, "    "));
                text.push('\n');
            }
            return text;
        }
    };
    let theme =
        if std::env::var_os("NO_COLOR").is_some() || !std::io::IsTerminal::is_terminal(&std::io::stderr()) {
            GraphicalTheme::unicode_nocolor()
        } else {
            GraphicalTheme::unicode()
        };
    let mut text = String::new();
    let handler = GraphicalReportHandler::new_themed(theme).with_width(WIDTH);
    if handler.render_report(&mut text, report.as_ref()).is_err() {
        let _ = writeln!(text, "{}: {}", finding.at, finding.message);
    }
    text
}

/// The file's text and the offset of the place in it.
fn source(place: &SourcePlace) -> Option<(String, usize)> {
    // A table is looked at in a spreadsheet: the cell's name says more there than a line of commas.
    if place.line == 0 || place.cell.is_some() {
        return None;
    }
    let text = fs::read_to_string(&place.file).ok()?;
    let start: usize = text.split_inclusive('\n').take(place.line - 1).map(str::len).sum();
    let line = text.get(start..)?.lines().next().unwrap_or("");
    let column = line.char_indices().nth(place.column.saturating_sub(1)).map_or(line.len(), |(at, _)| at);
    // Long lines (one-line JSON) would push the message off the screen.
    (line.len() <= 400).then_some((text, start + column))
}
