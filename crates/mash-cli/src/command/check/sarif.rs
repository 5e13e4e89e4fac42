//! Findings as a log in SARIF 2.1.0, the form that code review and editors read.
//!
//! Source: OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0 plus Errata 01.

use std::{env, fmt::Write as _, path::Path};

use mash_rules::{Finding, FindingKind, Severity, fix::Fix, source::SourcePlace};
use serde_json::{Value, json};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The log of one run; `complete` says that every pack could be read.
pub(super) fn log(findings: &[Finding], complete: bool) -> Value {
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "mash",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": FindingKind::ALL.map(rule),
            } },
            "invocations": [{ "executionSuccessful": complete }],
            "columnKind": "unicodeCodePoints",
            "results": findings.iter().map(result).collect::<Vec<Value>>(),
            "properties": { "notice": mash_model::NOTICE },
        }],
    })
}

fn rule(kind: FindingKind) -> Value {
    let explanation = kind.explanation();
    let fix = explanation.fix.map_or_else(String::new, |fix| format!(" `mash check --fix` mends {fix}."));
    let help = format!("{}{fix} `mash explain-lint {}` shows an example.", explanation.why, kind.id());
    json!({
        "id": kind.id(),
        "name": format!("{kind:?}"),
        "shortDescription": message(explanation.title),
        "fullDescription": message(explanation.meaning),
        "help": message(&help),
        "defaultConfiguration": { "level": level(explanation.severity) },
    })
}

fn result(finding: &Finding) -> Value {
    let mend = finding.mend.as_ref().map_or_else(String::new, |mend| format!(" ({mend})"));
    let mut result = json!({
        "ruleId": finding.kind.id(),
        "ruleIndex": FindingKind::ALL.iter().position(|kind| *kind == finding.kind),
        "level": level(finding.severity),
        "message": message(&format!("{}{mend}", finding.message)),
        "locations": [{ "physicalLocation": physical_location(&finding.at) }],
    });
    let parts = result.as_object_mut();
    if let Some(parts) = parts {
        if let Some(related) = &finding.related {
            parts.insert(
                "relatedLocations".to_owned(),
                json!([{ "physicalLocation": physical_location(related), "message": message("see here") }]),
            );
        }
        if let Some(fix) = &finding.fix {
            parts.insert("fixes".to_owned(), json!([change(fix)]));
        }
    }
    result
}

fn change(fix: &Fix) -> Value {
    json!({
        "description": message(&fix.description),
        "artifactChanges": [{
            "artifactLocation": { "uri": uri(&fix.at.file) },
            "replacements": [{
                "deletedRegion": {
                    "startLine": fix.at.line,
                    "startColumn": fix.at.column,
                    "endLine": fix.end_line,
                    "endColumn": fix.end_column,
                },
                "insertedContent": { "text": fix.replacement },
            }],
        }],
    })
}

fn physical_location(place: &SourcePlace) -> Value {
    let file = json!({ "uri": uri(&place.file) });
    if place.line == 0 {
        return json!({ "artifactLocation": file });
    }
    let region = json!({ "startLine": place.line, "startColumn": place.column.max(1) });
    json!({ "artifactLocation": file, "region": region })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// A text in which braces stand for themselves (3.11.5: they are doubled, since single ones name an argument).
fn message(text: &str) -> Value {
    json!({ "text": text.replace('{', "{{").replace('}', "}}") })
}

/// A path as a reference relative to the current folder, or as a `file:` address where it lies elsewhere.
fn uri(path: &str) -> String {
    let here = env::current_dir().unwrap_or_default();
    let path = Path::new(path)
        .strip_prefix(&here)
        .map_or_else(|_| path.to_owned(), |path| path.display().to_string());
    let path = path.replace('\\', "/");
    let path = path.trim_start_matches("./");
    let mut uri = String::from(if path.starts_with('/') { "file://" } else { "" });
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte))
            }
            _ => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}
