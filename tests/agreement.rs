//! Agreement of votes reckoned again by scikit-learn, statsmodels, krippendorff and irrCAC, on votes drawn for it.

use std::process::Command;

use mash_exercise::{
    agreement::{Coefficient, Votes, Weights, agreement, kappa},
    foresight::{Stated, foresight},
};
use mash_tests_support::root;
use serde_json::{Value, json};

/// Exercises drawn.
const DRAWN: u64 = 60;

/// Votes of people who mostly follow what a vignette calls for; some are missing.
fn drawn(seed: u64) -> Votes {
    let mut draw = fastrand::Rng::with_seed(seed);
    let categories = draw.usize(2..=6);
    let people = if seed.is_multiple_of(4) { 2 } else { draw.usize(3..=9) };
    let missing = if seed.is_multiple_of(3) { 0.25 } else { 0.0 };
    let rows = (0..draw.usize(5..=20)).map(|_| {
        let called_for = draw.usize(0..categories);
        let vote = |draw: &mut fastrand::Rng| match draw.f64() {
            share if share < 0.6 => called_for,
            share if share < 0.8 => (called_for + 1).min(categories - 1),
            _ => draw.usize(0..categories),
        };
        (0..people).map(|_| (draw.f64() >= missing).then(|| vote(&mut draw))).collect()
    });
    Votes::new(categories, rows.collect()).unwrap()
}

fn written(votes: &Votes) -> Value {
    let found = agreement(votes, 1);
    let value = |coefficient: Option<Coefficient>| coefficient.map(|found| found.value);
    let pairs = votes.pair_of_raters().unwrap_or_default();
    let weighted = |weights| kappa::cohen(&pairs, votes.categories(), weights);
    json!({
        "categories": votes.categories(),
        "rows": votes.rows(),
        "found": {
            "percent": value(found.percent),
            "fleiss_kappa": value(found.fleiss_kappa),
            "cohen_kappa": value(found.cohen_kappa),
            "cohen_linear": weighted(Weights::Linear),
            "cohen_quadratic": weighted(Weights::Quadratic),
            "alpha_nominal": value(found.alpha_nominal),
            "alpha_ordinal": value(found.alpha_ordinal),
            "ac1": value(found.ac1),
            "ac2": value(found.ac2),
        }
    })
}

fn probabilities(seed: u64) -> Value {
    let mut draw = fastrand::Rng::with_seed(seed);
    let answers: Vec<Stated> = (0..120)
        .map(|_| {
            let probability = f64::from(draw.u32(0..=20)) / 20.0;
            Stated { probability, found: draw.f64() < probability }
        })
        .collect();
    let found = foresight(&answers).unwrap();
    let mut ours = json!({ "brier": found.brier });
    for (row, of_row) in found.calibration.iter().enumerate() {
        ours[format!("found_{row}")] = json!(of_row.found);
        ours[format!("stated_{row}")] = json!(of_row.stated);
    }
    json!({
        "stated": answers.iter().map(|answer| answer.probability).collect::<Vec<_>>(),
        "outcome": answers.iter().map(|answer| u8::from(answer.found)).collect::<Vec<_>>(),
        "found": ours,
    })
}

/// A Python that has the four libraries: the one under `target/` that `cargo xtask test` makes, or the one on the path.
pub(crate) fn python() -> Option<Command> {
    let candidates = [root().join("target/venv/bin/python3"), "python3".into()];
    let works = |python: &std::path::PathBuf| {
        let libraries = ["-c", "import sklearn, statsmodels, krippendorff, irrCAC"];
        Command::new(python).args(libraries).output().is_ok_and(|output| output.status.success())
    };
    candidates.into_iter().find(works).map(Command::new)
}

#[test]
fn other_libraries_find_the_same_agreement() {
    let Some(mut python) = python() else {
        println!("skipped: no python3 with the libraries; `cargo xtask test` installs them");
        return;
    };
    let votes = (0..DRAWN).map(drawn).filter(|votes| agreement(votes, 1).fleiss_kappa.is_some());
    let mut exercises: Vec<Value> = votes.map(|votes| written(&votes)).collect();
    assert!(exercises.len() as u64 > DRAWN / 2);
    exercises.extend((0..5).map(probabilities));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("exercises.json");
    std::fs::write(&path, serde_json::to_string(&exercises).unwrap()).unwrap();
    let output = python.arg(root().join("tests/agreement_agrees.py")).arg(&path).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("agree on"), "{said}{output:?}");
    println!("{said}");
}
