//! Mending a pack: the fixes of its findings, applied until none is left.

use std::collections::BTreeMap;

use crate::{
    error::{Finding, PackError},
    fix::{Fix, apart, apply},
    rule_pack::{PackFiles, PackFolder, RulePack},
};

/// Most rounds: a file that does not parse shows one mistake a round.
const MOST_ROUNDS: usize = 100;

/// A pack after mending.
#[derive(Debug)]
pub struct Mended {
    /// The files of the pack and its bases; only the pack's own differ from those given.
    pub files: PackFiles,
    /// The findings that were mended, each with its fix and its place in the file as it stood then.
    pub fixed: Vec<Finding>,
    /// The mended pack, or what remains to be mended by hand.
    pub loaded: Result<RulePack, PackError>,
}

/// Loads a pack, applies every fix in its own files, and loads it again, until no fix is left.
///
/// Files of its bases are never changed: they are packs of their own.
#[must_use]
pub fn mend(mut files: PackFiles) -> Mended {
    let mut fixed = Vec::new();
    let mut loaded = RulePack::load(&files);
    for _ in 0..MOST_ROUNDS {
        let round = mend_once(&mut files, findings_of(&loaded));
        if round.is_empty() {
            break;
        }
        fixed.extend(round);
        loaded = RulePack::load(&files);
    }
    Mended { files, fixed, loaded }
}

/// Findings of a pack, whether it loaded or not.
#[must_use]
pub fn findings_of(loaded: &Result<RulePack, PackError>) -> &[Finding] {
    match loaded {
        Ok(pack) => &pack.warnings,
        Err(error) => &error.findings,
    }
}

/// The findings that mending a pack would mend: those whose fix is in a file of its own.
#[must_use]
pub fn mendable<'f>(files: &PackFiles, findings: &'f [Finding]) -> Vec<&'f Finding> {
    let own = |fix: &Fix| files.chain.first().is_some_and(|own| own_file(own, fix).is_some());
    findings.iter().filter(|finding| finding.fix.as_ref().is_some_and(own)).collect()
}

/// The name of the file that a fix changes, when it is one of the folder.
fn own_file<'f>(own: &PackFolder, fix: &'f Fix) -> Option<&'f str> {
    let name = fix.at.file.strip_prefix(&own.path)?.strip_prefix('/')?;
    own.files.contains_key(name).then_some(name)
}

/// Applies the fixes of these findings to the pack's own files; gives the findings mended.
fn mend_once(files: &mut PackFiles, findings: &[Finding]) -> Vec<Finding> {
    let Some(own) = files.chain.first_mut() else { return Vec::new() };
    let mut by_file: BTreeMap<&str, Vec<&Fix>> = BTreeMap::new();
    for fix in findings.iter().filter_map(|finding| finding.fix.as_ref()) {
        if let Some(name) = own_file(own, fix) {
            by_file.entry(name).or_default().push(fix);
        }
    }
    let mut applied: Vec<&Fix> = Vec::new();
    for (name, fixes) in by_file {
        if let Some(text) = own.files.get_mut(name) {
            let fixes = apart(fixes);
            *text = apply(text, &fixes);
            applied.extend(fixes);
        }
    }
    // The same change may mend two findings; both count as mended by it.
    let mended = |finding: &&Finding| finding.fix.as_ref().is_some_and(|fix| applied.contains(&fix));
    findings.iter().filter(mended).cloned().collect()
}
