//! Vignettes under `mash check`: which paths they are, and everything that is wrong with them under a pack.

use std::{
    fs,
    path::{Path, PathBuf},
};

use mash_exercise::{Deck, VignetteProblem};
use schemars::JsonSchema;
use serde::Serialize;

use super::counted;
use crate::{args::CheckArgs, exit_code::Failure, input, terminal};

/// What is said of one folder or file of vignettes.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct VignettesAnswer {
    /// The folder or file.
    path: String,
    /// Vignettes in it.
    vignettes: usize,
    /// Errors.
    pub(super) errors: usize,
    /// Warnings.
    pub(super) warnings: usize,
    /// What is wrong, by vignette.
    problems: Vec<VignetteProblems>,
}

/// What is wrong with one vignette.
#[derive(Debug, Serialize, JsonSchema)]
struct VignetteProblems {
    /// Its file.
    file: String,
    /// What is wrong with it.
    problems: Vec<VignetteProblem>,
}

/// The paths that are vignettes, and those that are packs.
pub(super) fn apart(args: &CheckArgs) -> (Vec<PathBuf>, Vec<PathBuf>) {
    args.packs.iter().cloned().partition(|path| args.vignettes || holds_vignettes(path))
}

/// A folder that is no pack and has a file with stages, or such a file.
fn holds_vignettes(path: &Path) -> bool {
    let is_one = |path: &Path| {
        path.extension().is_some_and(|ending| ending == "json")
            && fs::read_to_string(path)
                .is_ok_and(|text| text.contains("\"stages\"") && text.contains("\"people\""))
    };
    if path.is_file() {
        return is_one(path);
    }
    let Ok(entries) = fs::read_dir(path) else { return false };
    let files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    let ends = |path: &PathBuf, ending: &str| path.extension().is_some_and(|found| found == ending);
    let pack = files.iter().any(|file| ends(file, "rhai") || file.ends_with("manifest.json"));
    !pack && files.iter().any(|file| is_one(file))
}

/// Reads vignettes and checks them against a pack.
pub(super) fn check(paths: &[PathBuf], pack: &Path) -> Result<Vec<VignettesAnswer>, Failure> {
    if paths.is_empty() {
        return Ok(Vec::new());
    }
    let decks: Vec<(&PathBuf, Deck)> = paths
        .iter()
        .map(|path| Ok((path, mash_io::vignettes::read(path).map_err(Failure::Files)?)))
        .collect::<Result<_, Failure>>()?;
    let pack = input::pack(pack)?;
    let answer = |(path, deck): (&PathBuf, Deck)| {
        let found = deck.check(&pack);
        let errors = found.values().flatten().filter(|problem| problem.is_error()).count();
        let problems = found.into_iter().map(|(id, problems)| {
            let file = if path.is_file() { path.clone() } else { path.join(format!("{id}.json")) };
            VignetteProblems { file: file.display().to_string(), problems }
        });
        let problems: Vec<VignetteProblems> = problems.collect();
        let all: usize = problems.iter().map(|of_one| of_one.problems.len()).sum();
        VignettesAnswer {
            path: path.display().to_string(),
            vignettes: deck.len(),
            errors,
            warnings: all - errors,
            problems,
        }
    };
    Ok(decks.into_iter().map(answer).collect())
}

impl VignettesAnswer {
    /// Problems on standard error, a line on standard output.
    pub(super) fn show(&self) {
        for of_one in &self.problems {
            for problem in &of_one.problems {
                let word = if problem.is_error() { "error" } else { "warning" };
                let at = if problem.at.is_empty() { String::new() } else { format!(" at `{}`", problem.at) };
                let line = format!("{word}: {}{at}: {}", of_one.file, problem.message);
                terminal::err(&format!("{}\n", terminal::wrap(&line, terminal::WIDTH, "  ")));
                if let Some(mend) = &problem.mend {
                    let line = format!("  help: {mend}");
                    terminal::err(&format!("{}\n", terminal::wrap(&line, terminal::WIDTH, "    ")));
                }
            }
        }
        terminal::out(&format!(
            "{}: {}; {}, {}\n",
            self.path,
            counted(self.vignettes, "vignette"),
            counted(self.errors, "error"),
            counted(self.warnings, "warning")
        ));
    }
}
