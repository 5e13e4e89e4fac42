//! Rule packs and scenarios: each pack has its manifest and is introduced in a README; each scenario is JSON.

use super::Finding;
use crate::workspace::Workspace;

/// Where a reader looks for the list of packs.
const README_FILES: [&str; 2] = ["README.md", "rules/README.md"];

pub(super) fn check(workspace: &Workspace) -> Result<Vec<Finding>, String> {
    let mut findings = Vec::new();
    let readme: String = README_FILES
        .iter()
        .filter_map(|name| std::fs::read_to_string(workspace.root.join(name)).ok())
        .collect::<Vec<_>>()
        .join("\n");
    for pack in workspace.folders_in("rules")? {
        let place = workspace.shown(&pack);
        if !pack.join("manifest.json").is_file() {
            findings.push(Finding::error(&place, "has no manifest.json"));
        }
        let name = pack.file_name().unwrap_or_default().to_string_lossy();
        if !names(&readme, &name) {
            findings
                .push(Finding::error(&place, format!("is named in neither {}", README_FILES.join(" nor "))));
        }
    }
    for scenario in workspace.json_files_in("scenarios")? {
        let place = workspace.shown(&scenario);
        match std::fs::read_to_string(&scenario) {
            Ok(text) => {
                let parsed = serde_json::from_str::<serde_json::Value>(&text);
                findings.extend(parsed.err().map(|error| Finding::error(place, error.to_string())));
            }
            Err(error) => findings.push(Finding::error(place, error.to_string())),
        }
    }
    Ok(findings)
}

/// Does the text name this pack, rather than one whose longer name holds it?
fn names(text: &str, pack: &str) -> bool {
    let of_a_name = |letter: char| letter.is_alphanumeric() || letter == '-' || letter == '_';
    text.match_indices(pack).any(|(at, _)| {
        let before = text.get(..at).unwrap_or_default();
        let after = text.get(at + pack.len()..).unwrap_or_default();
        !before.ends_with(of_a_name) && !after.starts_with(of_a_name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pack_is_named_by_its_whole_name() {
        assert!(names("see `rules/levels-of-need`.", "levels-of-need"));
        assert!(names("levels-of-need", "levels-of-need"));
        assert!(!names("levels-of-need-tightened", "levels-of-need"));
        assert!(!names("", "levels-of-need"));
    }
}
