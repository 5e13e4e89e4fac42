//! `mash check`: everything that is wrong with a pack.

use std::path::Path;

use mash_rules::{Finding, RulePack, Severity};
use schemars::JsonSchema;
use serde::Serialize;

use super::analysed::Analysed;
use crate::{diagnostic, exit_code::Failure, terminal};

/// The answer of `check --json`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct CheckAnswer {
    /// The pack's folder.
    pack: String,
    /// Errors and warnings.
    findings: Vec<Finding>,
    /// What exact analysis found, with the cases that show it; absent with `--no-analysis` and when the pack does not
    /// load.
    analysis: Option<Analysed>,
    /// Errors.
    errors: usize,
    /// Warnings.
    warnings: usize,
    /// Rules, when the pack loads.
    rules: Option<usize>,
    /// SHA-256 of the pack, when it loads.
    hash: Option<String>,
    /// That everything is synthetic.
    notice: String,
}

pub(crate) fn run(path: &Path, analysis: bool, json: bool) -> Result<(), Failure> {
    let files = mash_io::pack_folder::read(path).map_err(Failure::Files)?;
    let (findings, pack) = match RulePack::load(&files) {
        Ok(pack) => (pack.warnings.clone(), Some(pack)),
        Err(error) => (error.findings, None),
    };
    let analysed = pack.as_ref().filter(|_| analysis).map(Analysed::of);
    let findings: Vec<Finding> =
        findings.into_iter().chain(analysed.iter().flat_map(Analysed::findings)).collect();
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    let answer = CheckAnswer {
        pack: path.display().to_string(),
        errors,
        warnings: findings.len() - errors,
        rules: pack.as_ref().map(|pack| pack.rules.len()),
        hash: pack.as_ref().map(|pack| pack.hash.clone()),
        findings,
        analysis: analysed,
        notice: mash_model::NOTICE.to_owned(),
    };
    if json {
        terminal::json(&answer);
    } else {
        for finding in &answer.findings {
            terminal::err(&diagnostic::finding(finding));
        }
        if let Some(analysed) = &answer.analysis {
            terminal::err(&analysed.left_open());
        }
        match &pack {
            Some(pack) => terminal::out(&format!(
                "{}: {} rules, {} thresholds, {} facts, {} cases; {}, {}\n",
                path.display(),
                pack.rules.len(),
                pack.thresholds.len(),
                pack.dictionary.len(),
                pack.cases.len(),
                counted(answer.errors, "error"),
                counted(answer.warnings, "warning"),
            )),
            None => terminal::out(&format!(
                "{}: {}, {}; the pack does not load\n",
                path.display(),
                counted(answer.errors, "error"),
                counted(answer.warnings, "warning"),
            )),
        }
    }
    if answer.errors > 0 { Err(Failure::Findings) } else { Ok(()) }
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}
