//! Loading a pack: parse every file, join the chain of bases, declare the rules, resolve names, check, compile.
//!
//! Everything wrong is collected; nothing stops at the first finding unless what follows could not mean anything.

mod declarations;
mod doubt;
mod functions;
mod join;
mod json_error;
mod program;
mod resolve;
mod syntax_slip;

pub(crate) use declarations::{Script, lower_first, message_of};
pub(crate) use functions::Functions;
pub(crate) use json_error::json_finding;

use std::collections::BTreeMap;

use mash_model::ThresholdId;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::{
    arranged::Arranged,
    cases, check,
    compiled::Circuit,
    error::{Finding, FindingKind, PackError, Severity},
    facts::{self, CORE_FACTS, CORE_FACTS_NAME, FactsFile, FactsSource},
    host,
    manifest::ManifestFile,
    rule_pack::{BrokenBase, PackFiles, PackFolder, RulePack},
    source::{SourcePlace, without_mark},
    thresholds::{ThresholdValue, ThresholdsFile},
};

/// One folder of the chain with its JSON parsed.
struct ParsedFolder<'f> {
    folder: &'f PackFolder,
    manifest: ManifestFile,
    facts: FactsFile,
    thresholds: ThresholdsFile,
}

impl ParsedFolder<'_> {
    fn file(&self, name: &str) -> String {
        format!("{}/{name}", self.folder.path)
    }

    fn text(&self, name: &str) -> &str {
        self.folder.files.get(name).map_or("", String::as_str)
    }

    /// The place of a text in one of the folder's files.
    fn place(&self, name: &str, needle: &str) -> SourcePlace {
        SourcePlace::find(&self.file(name), self.text(name), needle)
    }
}

pub(crate) fn load(files: &PackFiles) -> Result<RulePack, PackError> {
    let mut loaded = load_all(files);
    if let Err(error) = &mut loaded {
        doubt::drop_doubtful(files, &mut error.findings);
    }
    loaded
}

fn load_all(files: &PackFiles) -> Result<RulePack, PackError> {
    let mut findings = Vec::new();
    let parsed = parse_chain(files, &mut findings);
    if parsed.is_empty() || parsed.len() < files.chain.len() || files.broken_base.is_some() {
        return Err(PackError { findings });
    }

    // Base first from here on: what comes later builds on what came before.
    let Some(manifest) = join::manifest(&parsed, &mut findings) else {
        return Err(PackError { findings });
    };
    let core = match serde_json::from_str::<FactsFile>(CORE_FACTS) {
        Ok(core) => core,
        Err(error) => {
            findings.push(json_finding(CORE_FACTS_NAME, CORE_FACTS, &error));
            return Err(PackError { findings });
        }
    };
    let fact_files: Vec<String> = parsed.iter().map(|folder| folder.file("facts.json")).collect();
    let mut sources = vec![FactsSource { file: CORE_FACTS_NAME, text: CORE_FACTS, facts: core }];
    for (folder, file) in parsed.iter().zip(&fact_files) {
        sources.push(FactsSource { file, text: folder.text("facts.json"), facts: folder.facts.clone() });
    }
    let dictionary = facts::build_dictionary(&sources, &mut findings);
    let thresholds = join::thresholds(&parsed, &manifest, &mut findings);
    let values: BTreeMap<ThresholdId, ThresholdValue> =
        thresholds.iter().map(|(id, threshold)| (id.clone(), threshold.value.clone())).collect();

    let mut scripts = declarations::declare(&parsed, &manifest, &dictionary, &values, &mut findings);
    check::scripts(&scripts, &dictionary, &thresholds, &mut findings);
    let resolved = resolve::rules(&parsed, &manifest, &dictionary, &scripts, &mut findings);
    check::manifest(&parsed_manifests(&parsed), &manifest, &dictionary, &mut findings);
    if findings.iter().all(|finding| finding.severity != Severity::Error) {
        // A file that did not parse reads nothing, which says nothing about its thresholds.
        check::unused(&thresholds, &scripts, &parsed_manifests(&parsed), &mut findings);
    }

    if findings.iter().any(|finding| finding.severity == Severity::Error) {
        findings.sort_by(|a, b| (a.severity, &a.at).cmp(&(b.severity, &b.at)));
        return Err(PackError { findings });
    }
    let built = program::build(&scripts, resolved, &dictionary, &values)
        .map_err(|finding| PackError { findings: vec![*finding] })?;
    let arranged = Arranged::new(&manifest, &dictionary, &built.rules);
    let circuit = Circuit::new(&manifest, &dictionary, &built.rules, &arranged, built.program);
    let mut pack = RulePack {
        arranged,
        manifest,
        dictionary,
        thresholds,
        rules: built.rules,
        clauses: built.clauses,
        tables: scripts.iter_mut().filter_map(|script| script.table.take()).collect(),
        cases: Vec::new(),
        warnings: Vec::new(),
        hash: hash(files),
        interpreter: built.interpreter,
        circuit,
    };
    let own = files.chain.first().cloned().unwrap_or_default();
    pack.cases = cases::read(&own, &pack, &mut findings);
    if findings.iter().any(|finding| finding.severity == Severity::Error) {
        findings.sort_by(|a, b| (a.severity, &a.at).cmp(&(b.severity, &b.at)));
        return Err(PackError { findings });
    }
    findings.sort_by(|a, b| a.at.cmp(&b.at));
    pack.warnings = findings;
    Ok(pack)
}

/// Manifest of each folder with its file name and text, base first.
fn parsed_manifests<'p>(parsed: &'p [ParsedFolder<'_>]) -> Vec<check::ManifestText<'p>> {
    parsed
        .iter()
        .map(|folder| check::ManifestText {
            file: folder.file("manifest.json"),
            text: folder.text("manifest.json"),
            manifest: &folder.manifest,
        })
        .collect()
}

fn parse_chain<'f>(files: &'f PackFiles, findings: &mut Vec<Finding>) -> Vec<ParsedFolder<'f>> {
    let mut parsed: Vec<ParsedFolder<'f>> = Vec::new();
    for folder in files.chain.iter().rev() {
        let Some(manifest) = parse::<ManifestFile>(folder, "manifest.json", findings) else { continue };
        let facts = optional::<FactsFile>(folder, "facts.json", findings);
        let thresholds = optional::<ThresholdsFile>(folder, "thresholds.json", findings);
        let (Some(facts), Some(thresholds)) = (facts, thresholds) else { continue };
        parsed.push(ParsedFolder { folder, manifest, facts, thresholds });
    }
    if let (Some(broken), Some(last)) = (&files.broken_base, files.chain.last()) {
        let file = format!("{}/manifest.json", last.path);
        let text = last.files.get("manifest.json").map_or("", String::as_str);
        let at = SourcePlace::find(&file, text, "\"base\"");
        findings.push(match broken {
            BrokenBase::Missing(path) => {
                Finding::error(FindingKind::Base, at, format!("there is no base pack at `{path}`"))
                    .mend("`base` is the folder of another pack, relative to this one")
            }
            BrokenBase::Cycle(path) => {
                let names: Vec<&str> = files.chain.iter().map(|folder| folder.path.as_str()).collect();
                Finding::error(
                    FindingKind::Base,
                    at,
                    format!("base packs lead back to themselves: {} -> {path}", names.join(" -> ")),
                )
                .mend("one of these packs must not have the other as its base")
            }
        });
    }
    parsed
}

fn parse<T: DeserializeOwned>(folder: &PackFolder, name: &str, findings: &mut Vec<Finding>) -> Option<T> {
    let file = format!("{}/{name}", folder.path);
    let Some(text) = folder.files.get(name) else {
        findings.push(
            Finding::error(FindingKind::File, SourcePlace::file(&file), format!("a pack needs `{name}`"))
                .mend("`mash new` writes a pack to start from"),
        );
        return None;
    };
    match serde_json::from_str(without_mark(text)) {
        Ok(value) => Some(value),
        Err(error) => {
            findings.push(json_finding(&file, text, &error));
            None
        }
    }
}

fn optional<T: DeserializeOwned + Default>(
    folder: &PackFolder,
    name: &str,
    findings: &mut Vec<Finding>,
) -> Option<T> {
    if folder.files.contains_key(name) { parse(folder, name, findings) } else { Some(T::default()) }
}

fn hash(files: &PackFiles) -> String {
    let mut hasher = Sha256::new();
    let mut add = |name: &str, text: &str| {
        hasher.update((name.len() as u64).to_le_bytes());
        hasher.update(name.as_bytes());
        hasher.update((text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    };
    add("build", &host::build_flags());
    add("core", CORE_FACTS);
    for (depth, folder) in files.chain.iter().enumerate() {
        for (name, text) in &folder.files {
            if !name.starts_with("cases/") {
                add(&format!("{depth}/{name}"), text);
            }
        }
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
