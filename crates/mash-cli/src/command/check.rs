//! `mash check`: everything that is wrong with packs and vignettes, and the mends that are certain.

mod mend;
mod sarif;
mod vignettes;

use std::{collections::BTreeSet, path::PathBuf};

use mash_io::FileError;
use mash_rules::{
    Finding, PackFiles, RulePack, Severity,
    decision_table::overlap::{self, TableAnalysis},
    mend::mendable,
};
use schemars::JsonSchema;
use serde::Serialize;

use self::vignettes::VignettesAnswer;
use super::{analysed::Analysed, check_tables};
use crate::{
    args::{CheckArgs, CheckFormat},
    diagnostic,
    exit_code::Failure,
    terminal,
};

/// The answer of `check --json`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct CheckAnswer {
    /// The packs, in the order they were named.
    packs: Vec<PackAnswer>,
    /// Errors and warnings of all packs; one of a base stands once.
    findings: Vec<Finding>,
    /// What exact analysis found in each pack that loads, with the cases that show it; empty with `--no-analysis`.
    analysis: Vec<Analysed>,
    /// Errors.
    errors: usize,
    /// Warnings.
    warnings: usize,
    /// Vignettes, in the order they were named.
    vignettes: Vec<VignettesAnswer>,
    /// What the rows of each decision table do together, in packs that load.
    tables: Vec<TableAnalysis>,
    /// With `--fix`: the findings that were mended, each with its fix and its place in the file as it stood then.
    fixed: Vec<Finding>,
    /// Whether the mended files were written; `--diff` writes none.
    written: bool,
    /// That everything is synthetic.
    notice: String,
}

/// What is said of one pack.
#[derive(Debug, Serialize, JsonSchema)]
struct PackAnswer {
    /// The pack's folder.
    pack: String,
    /// Errors in the pack and its bases.
    errors: usize,
    /// Warnings.
    warnings: usize,
    /// Findings that `--fix` mends.
    fixable: usize,
    /// Rules, when the pack loads.
    rules: Option<usize>,
    /// SHA-256 of the pack, when it loads.
    hash: Option<String>,
    /// Sizes of its parts in words, when it loads.
    #[serde(skip)]
    parts: Option<String>,
}

pub(crate) fn run(args: &CheckArgs, json: bool) -> Result<(), Failure> {
    let format = match (args.format, json) {
        (None | Some(CheckFormat::Json), true) => CheckFormat::Json,
        (Some(_), true) => {
            return Err(Failure::Misuse("`--json` is `--format json`; name one form".to_owned()));
        }
        (format, false) => format.unwrap_or(CheckFormat::Text),
    };
    let (vignettes, packs) = vignettes::apart(args);
    if !vignettes.is_empty() && (format == CheckFormat::Sarif || args.fix) {
        return Err(Failure::Misuse(
            "`--fix` and `--format sarif` are for packs; name vignettes by themselves".to_owned(),
        ));
    }
    let vignettes = vignettes::check(&vignettes, &args.pack)?;
    let folders = folders(&packs);
    let (fixed, written) = if args.fix {
        let changes = mend::changes(read(&folders).0);
        if !args.diff {
            mend::write(&changes).map_err(Failure::Files)?;
        } else if format == CheckFormat::Text {
            terminal::out(&changes.iter().map(mend::Change::diff).collect::<String>());
        }
        (changes.into_iter().flat_map(|change| change.fixed).collect(), !args.diff)
    } else {
        (Vec::new(), false)
    };
    // What was mended is read again: the answer is about the files as they are.
    let (packs, unreadable) = read(&folders);
    let mut answer = answer(&packs, fixed, written, !args.no_analysis);
    answer.errors += vignettes.iter().map(|found| found.errors).sum::<usize>();
    answer.warnings += vignettes.iter().map(|found| found.warnings).sum::<usize>();
    answer.vignettes = vignettes;
    match format {
        CheckFormat::Json => terminal::json(&answer),
        CheckFormat::Sarif => terminal::json(&sarif::log(&answer.findings, unreadable.is_empty())),
        CheckFormat::Text => show(&answer, args.diff),
    }
    if !unreadable.is_empty() {
        return Err(Failure::Files(unreadable));
    }
    let found = answer.errors > 0 || (args.deny_warnings && answer.warnings > 0);
    if found { Err(Failure::Findings) } else { Ok(()) }
}

/// The folders among the paths: `rules/*` names a README too.
fn folders(paths: &[PathBuf]) -> Vec<&PathBuf> {
    let (files, folders): (Vec<&PathBuf>, Vec<&PathBuf>) = paths.iter().partition(|path| path.is_file());
    if folders.is_empty() {
        return files;
    }
    for file in files {
        terminal::err(&format!("{}: a file, not a pack; left out\n", file.display()));
    }
    folders
}

/// The files of every pack that can be read, and why others cannot; packs that share a base share its errors.
fn read(folders: &[&PathBuf]) -> (Vec<PackFiles>, Vec<FileError>) {
    let mut packs = Vec::new();
    let mut unreadable: Vec<FileError> = Vec::new();
    for folder in folders {
        match mash_io::pack_folder::read(folder) {
            Ok(files) => packs.push(files),
            Err(errors) => unreadable.extend(errors),
        }
    }
    let mut seen = BTreeSet::new();
    unreadable.retain(|error| seen.insert(error.to_string()));
    (packs, unreadable)
}

fn answer(packs: &[PackFiles], fixed: Vec<Finding>, written: bool, analysed: bool) -> CheckAnswer {
    let mut findings: Vec<Finding> = Vec::new();
    let mut answers = Vec::new();
    let mut tables: Vec<TableAnalysis> = Vec::new();
    let mut analysis = Vec::new();
    for files in packs {
        let loaded = RulePack::load(files);
        let exact = loaded.as_ref().ok().filter(|_| analysed).map(Analysed::of);
        let mut found = mash_rules::mend::findings_of(&loaded).to_vec();
        found.extend(exact.iter().flat_map(Analysed::findings));
        analysis.extend(exact);
        let errors = errors_among(&found);
        let parts = |pack: &RulePack| {
            let parts = [
                counted(pack.rules.len(), "rule"),
                counted(pack.thresholds.len(), "threshold"),
                counted(pack.dictionary.len(), "fact"),
                counted(pack.cases.len(), "case"),
            ];
            parts.join(", ")
        };
        answers.push(PackAnswer {
            pack: files.chain.first().map_or_else(String::new, |own| own.path.clone()),
            errors,
            warnings: found.len() - errors,
            fixable: mendable(files, &found).len(),
            rules: loaded.as_ref().ok().map(|pack| pack.rules.len()),
            hash: loaded.as_ref().ok().map(|pack| pack.hash.clone()),
            parts: loaded.as_ref().ok().map(parts),
        });
        for table in loaded.iter().flat_map(overlap::analyse) {
            if !tables.contains(&table) {
                tables.push(table);
            }
        }
        // Packs that share a base share its findings.
        for finding in found {
            if !findings.contains(&finding) {
                findings.push(finding);
            }
        }
    }
    let errors = errors_among(&findings);
    CheckAnswer {
        packs: answers,
        errors,
        warnings: findings.len() - errors,
        findings,
        analysis,
        vignettes: Vec::new(),
        tables,
        fixed,
        written,
        notice: mash_model::NOTICE.to_owned(),
    }
}

fn errors_among(findings: &[Finding]) -> usize {
    findings.iter().filter(|finding| finding.severity == Severity::Error).count()
}

/// Findings on standard error; what was mended and a line a pack on standard output, which `--diff` keeps for itself.
fn show(answer: &CheckAnswer, diff: bool) {
    for finding in &answer.findings {
        terminal::err(&diagnostic::finding(finding));
    }
    answer.vignettes.iter().for_each(VignettesAnswer::show);
    for analysed in &answer.analysis {
        terminal::err(&analysed.left_open());
    }
    let say = if diff { terminal::err } else { terminal::out };
    say(&check_tables::text(&answer.tables));
    let fixed = if answer.written { "fixed" } else { "would fix" };
    for finding in &answer.fixed {
        let change = finding.fix.as_ref().map_or("", |fix| fix.description.as_str());
        let line = format!("{fixed} {} {}: {change}", finding.kind.id(), finding.at);
        say(&format!("{}\n", terminal::wrap(&line, terminal::WIDTH, "  ")));
    }
    for pack in &answer.packs {
        let counts = format!("{}, {}", counted(pack.errors, "error"), counted(pack.warnings, "warning"));
        let fixable = match pack.fixable {
            0 => String::new(),
            count => format!("; `--fix` mends {count}"),
        };
        match &pack.parts {
            Some(parts) => say(&format!("{}: {parts}; {counts}{fixable}\n", pack.pack)),
            None => say(&format!("{}: {counts}; the pack does not load{fixable}\n", pack.pack)),
        }
    }
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}
