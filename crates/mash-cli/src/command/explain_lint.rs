//! `mash explain-lint`: what a kind of finding means, an example, and its mend.

use std::fmt::Write as _;

use mash_rules::{
    FindingKind,
    error::nearest,
    lint::{Example, Explanation},
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    exit_code::Failure,
    terminal::{self, WIDTH, wrap},
};

/// The answer of `explain-lint --json`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct LintAnswer {
    /// The kind asked for, or every kind in the order of ids.
    lints: Vec<Lint>,
    /// That everything is synthetic.
    notice: String,
}

/// One kind of finding.
#[derive(Debug, Serialize, JsonSchema)]
struct Lint {
    /// Its stable id.
    id: FindingKind,
    #[serde(flatten)]
    explanation: Explanation,
}

pub(crate) fn run(id: Option<&str>, json: bool) -> Result<(), Failure> {
    let kinds = match id {
        None => FindingKind::ALL.to_vec(),
        Some(id) => vec![FindingKind::of_id(id).ok_or_else(|| unknown(id))?],
    };
    if json {
        let lints = kinds.iter().map(|kind| Lint { id: *kind, explanation: *kind.explanation() }).collect();
        terminal::json(&LintAnswer { lints, notice: mash_model::NOTICE.to_owned() });
        return Ok(());
    }
    let text = match kinds.as_slice() {
        [kind] => page(*kind),
        _ => kinds.iter().map(|kind| format!("{}  {}\n", kind.id(), kind.explanation().title)).collect(),
    };
    terminal::out(&text);
    Ok(())
}

fn unknown(id: &str) -> Failure {
    let ids = FindingKind::ALL.map(FindingKind::id);
    let mend = match nearest(id, ids) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`mash explain-lint` lists them all".to_owned(),
    };
    Failure::Misuse(format!("there is no finding `{id}`; {mend}"))
}

fn page(kind: FindingKind) -> String {
    let explanation = kind.explanation();
    let mut text = format!("{}: {}\n\n", kind.id(), explanation.title);
    let fix = match explanation.fix {
        Some(fix) => sentence(fix),
        None => "Nothing: only its author can say what was meant.".to_owned(),
    };
    for (head, part) in [
        ("What it is", sentence(explanation.meaning)),
        ("Why it matters", explanation.why.to_owned()),
        ("What --fix mends", fix),
    ] {
        let _ = writeln!(text, "{head}:\n{}\n", wrap(&format!("  {part}"), WIDTH, "  "));
    }
    text.push_str(&example("Wrong", &explanation.bad, &explanation.good));
    text.push_str(&example("Mended", &explanation.good, &explanation.bad));
    text
}

/// A text as a sentence.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).chain(['.']).collect()
}

/// The files of an example in which it differs from the other.
fn example(head: &str, example: &Example, other: &Example) -> String {
    let mut text = String::new();
    for name in example.differing(other) {
        match example.text(name) {
            Some(file) => {
                let _ = writeln!(text, "{head}, {name}:\n");
                for line in file.lines() {
                    let _ = writeln!(text, "{}", format!("    {line}").trim_end());
                }
                text.push('\n');
            }
            None => {
                let _ = writeln!(text, "{head}: there is no {name}\n");
            }
        }
    }
    text.truncate(text.trim_end().len());
    if head == "Mended" { text + "\n" } else { text + "\n\n" }
}
