//! `cargo xtask`: the workspace's own checks, the same for a contributor and for continuous integration.
//!
//! [`mod@test`] is everything in order; [`fuzz`] looks for bytes that break what must hold of any; [`tidy`] is what no
//! other tool looks at; [`tools`] finds or installs what they need; [`workspace`] knows where things are and runs
//! commands; [`steps`] gives each its heading and counts.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line tool: its output is its result"
)]

mod dist;
mod fuzz;
mod steps;
mod test;
mod tidy;
mod tools;
mod workspace;

use std::process::ExitCode;

use steps::{Outcome, Steps};
use workspace::Workspace;

const HELP: &str = "\
Checks of this workspace.

Usage: cargo xtask COMMAND

Commands:
  test           Everything, stopping at the first failure: tools (cargo-deny is installed where it is
                 missing), formatting, clippy, tests, doc tests, documentation, tidy, WebAssembly,
                 licences and sources of dependencies, each rule pack's own cases, each scenario once
  test --quick   Formatting, clippy and tests only
  fuzz [--seconds N] [TARGET]
                 Fuzz targets of tests/fuzz, each for N seconds (60); needs a nightly compiler
  dist           The program as one file for Linux and, where its target is installed, Windows, with
                 checksums; written to target/dist
  tidy           Crate order, shared lints, long files, machine paths, rule packs and scenarios
  help           This text

Exit codes: 0 all passed, 1 a check failed, 2 the command was not understood.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["test"] => run(test::all),
        ["test", "--quick"] => run(test::quick),
        ["dist"] => run(dist::all),
        ["tidy"] => run(|workspace, steps| steps.step("tidy", || tidy::check(workspace))),
        ["fuzz", rest @ ..] => match fuzz_arguments(rest) {
            Some((seconds, only)) => {
                run(|workspace, steps| steps.step("fuzz targets", || fuzz::run(workspace, seconds, only)))
            }
            None => not_understood(&arguments),
        },
        ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            ExitCode::SUCCESS
        }
        [] => {
            eprint!("{HELP}");
            ExitCode::from(2)
        }
        other => not_understood(other),
    }
}

fn not_understood(arguments: &[&str]) -> ExitCode {
    eprintln!("error: `{}` is not a command; see `cargo xtask help`", arguments.join(" "));
    ExitCode::from(2)
}

/// Seconds a target and the only target, from `[--seconds N] [TARGET]`.
fn fuzz_arguments<'a>(arguments: &[&'a str]) -> Option<(u32, Option<&'a str>)> {
    let (seconds, rest) = match arguments {
        ["--seconds", seconds, rest @ ..] => (seconds.parse().ok()?, rest),
        rest => (60, rest),
    };
    match rest {
        [] => Some((seconds, None)),
        [only] => Some((seconds, Some(only))),
        _ => None,
    }
}

/// Runs steps in the workspace and closes with the count of them.
fn run(body: impl FnOnce(&Workspace, &mut Steps) -> Result<(), String>) -> ExitCode {
    let workspace = match Workspace::find() {
        Ok(workspace) => workspace,
        Err(message) => {
            eprintln!("error: {message}");
            return ExitCode::FAILURE;
        }
    };
    let mut steps = Steps::start();
    let result = body(&workspace, &mut steps);
    if let Err(message) = &result {
        eprintln!("error: {message}");
    }
    steps.summarise();
    if result.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
