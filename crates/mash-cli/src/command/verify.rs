//! `mash verify`: does the simulator give the known answers on this machine?

use std::fmt::Write as _;

use mash_batch::verify::{Verified, verify};
use mash_model::NOTICE;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{exit_code::Failure, terminal};

/// The answer of `verify --json`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct VerifyAnswer {
    /// Everything verified.
    lines: Vec<Verified>,
    /// How many hold, and how many do not.
    passed: usize,
    /// See `passed`.
    failed: usize,
    /// Seed of the replications.
    seed: u64,
    /// That everything is synthetic.
    notice: String,
}

pub(crate) fn run(seed: u64, json: bool) -> Result<(), Failure> {
    let lines = verify(seed, |case| terminal::progress(&format!("verifying {case} ...")));
    terminal::progress_done();
    let lines = lines.map_err(|error| Failure::Run(error.to_string()))?;
    let passed = lines.iter().filter(|line| line.passed).count();
    let failed = lines.len() - passed;
    let answer = VerifyAnswer { lines, passed, failed, seed, notice: NOTICE.to_owned() };
    if json {
        terminal::json(&answer);
    } else {
        terminal::out(&text(&answer));
    }
    if failed > 0 { Err(Failure::Findings) } else { Ok(()) }
}

fn text(answer: &VerifyAnswer) -> String {
    let mut text = String::new();
    let mut case = "";
    for line in &answer.lines {
        if line.case != case {
            case = &line.case;
            let runs = match line.replications {
                1 => String::new(),
                many => format!("; {many} replications"),
            };
            let _ = writeln!(text, "{case} ({}{runs})", line.source);
        }
        let half = line.half_width.map_or_else(String::new, |half| format!("+- {}", figure(half)));
        let shown = format!(
            "  {:<44} {:>10} {:>10} {half:>9}",
            line.measure,
            figure(line.expected),
            figure(line.found),
        );
        let _ = writeln!(text, "{}{}", shown.trim_end(), if line.passed { "" } else { "\n  ^ FAILED" });
    }
    let _ = writeln!(
        text,
        "\n{} hold, {} do not. Columns: what must come out, what came out, half its 99%\ninterval. Seed {}.",
        answer.passed, answer.failed, answer.seed
    );
    let _ = writeln!(text, "{}", answer.notice);
    text
}

/// Up to five digits that tell.
fn figure(value: f64) -> String {
    match value.abs() {
        size if size >= 1_000.0 => format!("{value:.0}"),
        size if size >= 100.0 => format!("{value:.2}"),
        size if size >= 0.001 || size <= 0.0 => format!("{value:.4}"),
        _ => format!("{value:.0e}"),
    }
}
