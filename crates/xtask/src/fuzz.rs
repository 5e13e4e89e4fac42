//! `cargo xtask fuzz`: coverage-guided fuzzing for a set time.

use crate::Outcome;
use crate::workspace::{Workspace, succeed, works};

/// The targets of `tests/fuzz`, each with a folder of seeds where there is one.
const TARGETS: [(&str, Option<&str>); 6] = [
    ("pack", Some("rules/levels-of-need")),
    ("table", None),
    ("condition", Some("tests/corpus")),
    ("contacts", None),
    ("scenario", Some("scenarios")),
    ("network", Some("scenarios/reference")),
];

/// The release installed where there is none.
const CARGO_FUZZ: &str = "0.13.2";

/// Runs every target, or the one named, for so many seconds each.
pub(crate) fn run(workspace: &Workspace, seconds: u32, only: Option<&str>) -> Result<Outcome, String> {
    let targets: Vec<_> = TARGETS.iter().filter(|(name, _)| only.is_none_or(|only| only == *name)).collect();
    if targets.is_empty() {
        let names: Vec<&str> = TARGETS.iter().map(|(name, _)| *name).collect();
        return Err(format!("there is no such target; there are {}", names.join(", ")));
    }
    if !works(workspace.command("rustup").args(["run", "nightly", "rustc", "--version"])) {
        return Err("a nightly compiler is missing: `rustup toolchain install nightly` brings it".to_owned());
    }
    if !works(&mut workspace.cargo(&["fuzz", "--version"])) {
        succeed(&mut workspace.cargo(&["install", "cargo-fuzz", "--locked", "--version", CARGO_FUZZ]))?;
    }
    for (name, seeds) in targets {
        let corpus = workspace.target.join("fuzz-corpus").join(name);
        std::fs::create_dir_all(&corpus)
            .map_err(|error| format!("cannot make {}: {error}", corpus.display()))?;
        let mut command = workspace.command("rustup");
        command.args(["run", "nightly", "cargo", "fuzz", "run", "--fuzz-dir", "tests/fuzz", name]);
        command.arg("--target-dir").arg(workspace.target.join("fuzz")).arg(&corpus).args(seeds);
        command.args(["--", &format!("-max_total_time={seconds}"), "-timeout=20", "-rss_limit_mb=4096"]);
        succeed(command.args(["-max_len=8192", "-print_final_stats=1"]))?;
    }
    Ok(Outcome::Passed)
}
