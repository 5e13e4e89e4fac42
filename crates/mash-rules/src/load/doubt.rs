//! Fixes that the rest of the pack speaks against: where the pack spells a name one way in its definition and another
//! way more often, the definition may be the slip, and nobody but its author can say.

use crate::{
    declare::constant_name,
    error::{Finding, FindingKind},
    fix::is_part_of_word,
    rule_pack::{PackFiles, PackFolder},
};

/// Takes the fix from each finding whose known name only the pack itself defines, and spells otherwise more often.
pub(super) fn drop_doubtful(files: &PackFiles, findings: &mut [Finding]) {
    let Some(own) = files.chain.first() else { return };
    for finding in findings {
        // What serde and Rhai know is no definition of the pack's.
        if matches!(finding.kind, FindingKind::Json | FindingKind::Syntax) {
            continue;
        }
        let doubtful = finding.fix.as_ref().is_some_and(|fix| {
            let name = fix.at.file.strip_prefix(&own.path).and_then(|rest| rest.strip_prefix('/'));
            let text = name.and_then(|name| own.files.get(name)).map_or("", String::as_str);
            let written = text.get(fix.start..fix.end).unwrap_or("");
            defines(own, &fix.replacement) && times(own, written) > times(own, &fix.replacement)
        });
        if doubtful {
            finding.fix = None;
        }
    }
}

/// Does a JSON file of the pack hold this name, as it is or as a constant, other than in a case?
fn defines(own: &PackFolder, name: &str) -> bool {
    let definitions =
        own.files.iter().filter(|(file, _)| file.ends_with(".json") && !file.starts_with("cases/"));
    let texts = definitions.flat_map(|(_, text)| text.split('"').skip(1).step_by(2));
    texts.into_iter().any(|text| text == name || constant_name(text) == name)
}

/// How often a name stands in the pack's own files, as it is, or an id as its constant and the other way round.
fn times(own: &PackFolder, name: &str) -> usize {
    let constant = constant_name(name);
    let whole = |word: &str| word == word.to_lowercase() || word == word.to_uppercase();
    let words = own.files.values().flat_map(|text| text.split(|l: char| !is_part_of_word(l) && l != '-'));
    words
        .filter(|word| word.len() == name.len())
        .filter(|word| *word == name || (whole(word) && whole(name) && constant_name(word) == constant))
        .count()
}
