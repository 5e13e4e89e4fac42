//! `cargo xtask test`: every check in order.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::workspace::{Workspace, output, succeed};
use crate::{Outcome, Steps, tidy, tools};

/// Pack that every scenario is tried with, and the overlay it is compared with.
const SMOKE_PACKS: (&str, &str) = ("rules/levels-of-need", "rules/repeat-contacts-tightened");

/// Everything.
pub(crate) fn all(workspace: &Workspace, steps: &mut Steps) -> Result<(), String> {
    steps.step("tools", || tools::install(workspace))?;
    let mash = code(workspace, steps)?;
    steps.step("documentation", || documentation(workspace))?;
    steps.step("tidy", || tidy::check(workspace))?;
    steps.step("WebAssembly", || web_assembly(workspace))?;
    steps.step("licences and sources of dependencies", || dependencies(workspace))?;
    steps.step("each rule pack's own cases", || rule_packs(workspace, &mash))?;
    steps.step("each scenario once", || scenarios(workspace, &mash))
}

/// Formatting, clippy and tests.
pub(crate) fn quick(workspace: &Workspace, steps: &mut Steps) -> Result<(), String> {
    code(workspace, steps).map(drop)
}

/// The steps over the code itself, in the profile that users run: its arithmetic is checked for overflow too, and
/// dependencies are compiled once for both. Gives the `mash` program that the tests ran.
fn code(workspace: &Workspace, steps: &mut Steps) -> Result<PathBuf, String> {
    steps.step("formatting", || {
        succeed(&mut workspace.cargo(&["fmt", "--all", "--check"]))?;
        Ok(Outcome::Passed)
    })?;
    steps.step("clippy", || {
        let arguments = ["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"];
        succeed(&mut workspace.cargo(&arguments))?;
        Ok(Outcome::Passed)
    })?;
    let mut mash = PathBuf::new();
    steps.step("build mash", || {
        mash = build_mash(workspace)?;
        Ok(Outcome::Passed)
    })?;
    steps.step("tests and doc tests", || {
        succeed(workspace.cargo(&["test", "--workspace", "--release", "--locked"]).env("MASH_BIN", &mash))?;
        Ok(Outcome::Passed)
    })?;
    Ok(mash)
}

/// Builds the `mash` program and says where it is.
fn build_mash(workspace: &Workspace) -> Result<PathBuf, String> {
    println!("$ cargo build --package mash-cli --release --locked");
    let messages = output(&mut workspace.cargo(&[
        "build",
        "--package",
        "mash-cli",
        "--release",
        "--locked",
        "--message-format",
        "json-render-diagnostics",
    ]))?;
    program_named("mash", &messages).ok_or_else(|| "cargo built no program called `mash`".to_owned())
}

/// The program of this name among cargo's build messages.
fn program_named(name: &str, messages: &str) -> Option<PathBuf> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message.pointer("/target/name").and_then(Value::as_str) == Some(name))
        .find_map(|message| message.get("executable").and_then(Value::as_str).map(PathBuf::from))
}

fn documentation(workspace: &Workspace) -> Result<Outcome, String> {
    let mut command = workspace.cargo(&["doc", "--workspace", "--no-deps", "--locked"]);
    succeed(command.env("RUSTDOCFLAGS", "-D warnings"))?;
    Ok(Outcome::Passed)
}

/// The crates that a browser edition runs compile for it.
fn web_assembly(workspace: &Workspace) -> Result<Outcome, String> {
    if !tools::wasm_is_installed(workspace) {
        return Ok(Outcome::Skipped(format!("the {} target is not installed", tools::WASM)));
    }
    let mut command = workspace.cargo(&["check", "--locked", "--target", tools::WASM]);
    for name in tidy::BROWSER_CRATES {
        command.args(["--package", name]);
    }
    succeed(&mut command)?;
    Ok(Outcome::Passed)
}

fn dependencies(workspace: &Workspace) -> Result<Outcome, String> {
    println!(
        "known advisories change daily and need the network, so they are apart: cargo deny check advisories"
    );
    let mut command =
        workspace.cargo(&["deny", "--all-features", "--locked", "check", "--hide-inclusion-graph"]);
    succeed(command.args(["licenses", "bans", "sources"]))?;
    Ok(Outcome::Passed)
}

/// Every folder of `rules/` passes its checks and its own cases.
fn rule_packs(workspace: &Workspace, mash: &Path) -> Result<Outcome, String> {
    let packs = workspace.folders_in("rules")?;
    if packs.is_empty() {
        return Ok(Outcome::Skipped("there is no rule pack yet".to_owned()));
    }
    for pack in packs {
        for verb in ["check", "test"] {
            succeed(workspace.command(mash).arg(verb).arg(workspace.shown(&pack)))?;
        }
    }
    Ok(Outcome::Passed)
}

/// Every scenario gives a comparison report: one replication of a few contacts.
fn scenarios(workspace: &Workspace, mash: &Path) -> Result<Outcome, String> {
    let scenarios = workspace.json_files_in("scenarios")?;
    if scenarios.is_empty() {
        return Ok(Outcome::Skipped("there is no scenario yet".to_owned()));
    }
    let folder = workspace.target.join("smoke");
    std::fs::create_dir_all(&folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    for scenario in scenarios {
        let name = scenario.file_stem().map(std::ffi::OsStr::to_os_string).unwrap_or_default();
        let report = folder.join(name).with_extension("html");
        // A report of an earlier run must not pass for this one's.
        if report.exists() {
            std::fs::remove_file(&report)
                .map_err(|error| format!("cannot remove {}: {error}", report.display()))?;
        }
        let (pack, against) = SMOKE_PACKS;
        let mut command = workspace.command(mash);
        command.arg("compare").arg(workspace.shown(&scenario));
        command.args(["--pack", pack, "--against", against, "--replications", "1", "--contacts", "300"]);
        succeed(command.arg("--out").arg(&report))?;
        if std::fs::metadata(&report).map_or(0, |file| file.len()) == 0 {
            return Err(format!("no report was written for {}", workspace.shown(&scenario)));
        }
    }
    Ok(Outcome::Passed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_found_among_build_messages() {
        let messages = concat!(
            r#"{"reason":"compiler-artifact","target":{"name":"mash-cli"},"executable":null}"#,
            "\nnot a message\n",
            r#"{"reason":"compiler-artifact","target":{"name":"mash"},"executable":"debug/mash"}"#,
            "\n",
            r#"{"reason":"build-finished","success":true}"#,
        );
        assert_eq!(program_named("mash", messages), Some(PathBuf::from("debug/mash")));
        assert_eq!(program_named("mash-cli", messages), None);
    }
}
