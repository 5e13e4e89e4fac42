//! Files of the repository: no paths of somebody's machine, no Rust file that holds two ideas.

use std::path::Path;

use super::Finding;
use crate::workspace::{Workspace, output};

/// Folders that exist on one machine and not on the next. Written in halves so that this file does not name them.
const MACHINE_FOLDERS: [&str; 4] =
    [concat!("/", "work/"), concat!("/", "home/"), concat!("/", "root/"), concat!("/", "Users/")];

/// Lines of Rust before the tests, past which a file is worth splitting.
const LONG_FILE: usize = 700;

pub(super) fn check(workspace: &Workspace) -> Result<Vec<Finding>, String> {
    let mut list = workspace.command("git");
    // Files not yet added count too, so that what is found here is what would be found once they are.
    list.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let mut findings = Vec::new();
    for name in output(&mut list)?.split('\0').filter(|name| !name.is_empty()) {
        // A file that is listed and gone is being removed; one that is not UTF-8 is not text.
        let Some(text) =
            std::fs::read(workspace.root.join(name)).ok().and_then(|it| String::from_utf8(it).ok())
        else {
            continue;
        };
        for (line, folder) in machine_paths(&text) {
            let message = format!("names a folder of one machine (`{folder}`)");
            findings.push(Finding::error(format!("{name}:{line}"), message));
        }
        let lines = rust_lines_before_tests(&text);
        if is_library_rust(name) && lines > LONG_FILE {
            let message =
                format!("has {lines} lines before its tests; past {LONG_FILE}, look for a second idea");
            findings.push(Finding::warning(name, message));
        }
    }
    Ok(findings)
}

/// Line numbers, from 1, that name a folder of one machine, with the folder.
fn machine_paths(text: &str) -> Vec<(usize, &'static str)> {
    let mut found = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        let named = MACHINE_FOLDERS.into_iter().find(|folder| {
            line.match_indices(folder).any(|(at, _)| line.get(..at).is_some_and(starts_a_path))
        });
        found.extend(named.map(|folder| (number, folder)));
    }
    found
}

/// Does a path start after this text, rather than go on? Web addresses and relative paths have such folders too.
fn starts_a_path(before: &str) -> bool {
    let goes_on = |last: char| last.is_alphanumeric() || "/._-~%$}".contains(last);
    before.ends_with("file://") || !before.ends_with(goes_on)
}

/// Is this a file of a crate, apart from its tests?
fn is_library_rust(name: &str) -> bool {
    let path = Path::new(name);
    path.starts_with("crates")
        && path.extension().is_some_and(|end| end == "rs")
        && !path.components().any(|part| part.as_os_str() == "tests")
        && path.file_name().is_some_and(|file| file != "tests.rs")
}

/// Lines up to the unit tests, which stand last.
fn rust_lines_before_tests(text: &str) -> usize {
    text.lines().take_while(|line| *line != "#[cfg(test)]").count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_line(before: &str, folder: &str, expect: bool) {
        let line = format!("{before}/{folder}/main/file");
        assert_eq!(!machine_paths(&line).is_empty(), expect, "{line}");
    }

    #[test]
    fn machine_paths_are_told_from_addresses() {
        for folder in ["work", "home", "root", "Users"] {
            check_line("", folder, true);
            check_line("read `", folder, true);
            check_line("path = \"", folder, true);
            check_line("file://", folder, true);
            check_line("https://example.org", folder, false);
            check_line("docs", folder, false);
            check_line("../..", folder, false);
            check_line("$PREFIX", folder, false);
        }
        check_line("", "workforce", false);
    }

    #[test]
    fn the_line_is_named() {
        let text = format!("one\ntwo /{}/x\nthree", "home");
        assert_eq!(machine_paths(&text), [(2, MACHINE_FOLDERS[1])]);
    }

    #[test]
    fn only_lines_before_the_tests_count() {
        assert_eq!(rust_lines_before_tests("a\nb\n#[cfg(test)]\nmod tests {\n}\n"), 2);
        assert_eq!(rust_lines_before_tests("a\n    #[cfg(test)]\nb\n"), 3);
    }

    #[test]
    fn test_files_may_be_long() {
        assert!(is_library_rust("crates/mash-sim/src/engine.rs"));
        assert!(!is_library_rust("crates/mash-sim/src/engine/tests.rs"));
        assert!(!is_library_rust("crates/mash-sim/tests/it.rs"));
        assert!(!is_library_rust("tests/flow.rs"));
        assert!(!is_library_rust("crates/mash-sim/README.md"));
    }
}
