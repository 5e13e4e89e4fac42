//! Crates form one line and use only those to their left; all share the workspace's lints.

use std::path::Path;

use serde_json::Value;

use super::Finding;
use crate::workspace::Workspace;

/// The line, left to right. The crates of one place do not use each other.
const ORDER: [&[&str]; 10] = [
    &["mash-model"],
    &["mash-rules"],
    &["mash-sim"],
    &["mash-stats"],
    &["mash-exercise"],
    &["mash-batch"],
    &["mash-io"],
    &["mash-report"],
    &["mash-web"],
    &["mash-cli", "mash-py"],
];

/// Crates that must also compile for a browser.
pub(crate) const BROWSER_CRATES: [&str; 5] =
    ["mash-model", "mash-rules", "mash-sim", "mash-stats", "mash-exercise"];

/// Packages beside the line: they may use any crate of it, and no crate may use them.
const BESIDE: [&str; 3] = ["mash-tests", "mash-benches", "xtask"];

/// Packages that carry lints of their own: their dependencies' macros or their purpose need it.
const OWN_LINTS: [&str; 3] = ["mash-tests", "mash-benches", "mash-py"];

/// A package of the workspace, as cargo sees it.
#[derive(Debug)]
struct Package<'a> {
    name: &'a str,
    manifest: &'a str,
    /// Dependencies of every kind: ordinary, build and development.
    uses: Vec<&'a str>,
}

pub(super) fn check(workspace: &Workspace) -> Result<Vec<Finding>, String> {
    let packages = packages(&workspace.metadata);
    let mut findings = Vec::new();
    for package in &packages {
        let path = Path::new(package.manifest);
        let place = workspace.shown(path);
        let text = std::fs::read_to_string(path).map_err(|error| format!("cannot read {place}: {error}"))?;
        findings.extend(order(package, &packages).into_iter().map(|message| Finding::error(&place, message)));
        findings.extend(lints(package.name, &text).map(|message| Finding::error(&place, message)));
    }
    Ok(findings)
}

fn packages(metadata: &Value) -> Vec<Package<'_>> {
    list(metadata, "packages")
        .map(|package| Package {
            name: text(package, "name"),
            manifest: text(package, "manifest_path"),
            uses: list(package, "dependencies").map(|dependency| text(dependency, "name")).collect(),
        })
        .collect()
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// Place of a crate in the line.
fn place_in_order(name: &str) -> Option<usize> {
    ORDER.iter().position(|names| names.contains(&name))
}

/// What is wrong with the crates that this one uses.
fn order(package: &Package<'_>, all: &[Package<'_>]) -> Vec<String> {
    let name = package.name;
    if BESIDE.contains(&name) {
        return Vec::new();
    }
    let Some(own_place) = place_in_order(name) else {
        return vec![format!("`{name}` has no place in the order of crates; give it one in xtask's tidy")];
    };
    let ours = package.uses.iter().filter(|used| all.iter().any(|other| other.name == **used));
    let wrong = ours.filter(|used| place_in_order(used).is_none_or(|place| place >= own_place));
    wrong
        .map(|used| format!("`{name}` uses `{used}`, which is not to its left in the order of crates"))
        .collect()
}

/// What is wrong with the lints of this manifest.
fn lints(name: &str, manifest: &str) -> Option<String> {
    let mut table = "";
    let (mut shared, mut own) = (false, false);
    for line in manifest.lines().map(str::trim) {
        let setting: String = line.split('#').next().unwrap_or("").split_whitespace().collect();
        if let Some(header) = setting.strip_prefix('[') {
            table = if header == "lints]" { "lints" } else { "" };
            own |= header.starts_with("lints.");
        }
        shared |= setting == "lints.workspace=true" || (table == "lints" && setting == "workspace=true");
    }
    if shared || (own && OWN_LINTS.contains(&name)) {
        None
    } else {
        Some("lacks `[lints]` with `workspace = true`".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_order(name: &str, uses: &[&str], expect: usize) {
        let named = |name| Package { name, manifest: "", uses: Vec::new() };
        let all: Vec<Package<'_>> =
            ORDER.iter().copied().flatten().chain(&BESIDE).map(|name| named(name)).collect();
        let found = order(&Package { name, manifest: "", uses: uses.to_vec() }, &all);
        assert_eq!(found.len(), expect, "{found:?}");
    }

    #[test]
    fn a_crate_uses_only_those_to_its_left() {
        check_order("mash-model", &["serde"], 0);
        check_order("mash-sim", &["mash-model", "mash-rules"], 0);
        check_order("mash-model", &["mash-rules"], 1);
        check_order("mash-stats", &["mash-stats"], 1);
        check_order("mash-cli", &["mash-web", "mash-exercise"], 0);
        check_order("mash-cli", &["mash-py"], 1);
        check_order("mash-rules", &["mash-tests", "xtask"], 2);
        check_order("mash-tests", &["mash-report"], 0);
        check_order("mash-surprise", &[], 1);
    }

    #[test]
    fn shared_lints_are_asked_for_in_either_spelling() {
        for good in
            ["[lints]\nworkspace = true", "[lints]\n# why\nworkspace=true # yes", "lints.workspace = true"]
        {
            assert_eq!(lints("mash-model", good), None, "{good}");
        }
        for bad in ["", "[lints]\n[dependencies]\nworkspace = true", "[lints.rust]\nunsafe_code = \"forbid\""]
        {
            assert!(lints("mash-model", bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn tests_and_benches_may_carry_their_own() {
        assert_eq!(lints("mash-tests", "[lints.rust]\nunsafe_code = \"forbid\""), None);
        assert!(lints("mash-tests", "[package]").is_some());
    }

    #[test]
    fn packages_are_read_from_metadata() {
        let metadata = serde_json::json!({ "packages": [
            { "name": "a", "manifest_path": "a/Cargo.toml", "dependencies": [{ "name": "b", "kind": "dev" }] },
        ] });
        let found = packages(&metadata);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].name, found[0].manifest), ("a", "a/Cargo.toml"));
        assert_eq!(found[0].uses, ["b"]);
    }

    #[test]
    fn the_browser_crates_are_in_the_line() {
        assert!(BROWSER_CRATES.iter().all(|name| place_in_order(name).is_some()));
    }
}
