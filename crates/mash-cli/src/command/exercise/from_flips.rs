//! `mash exercise from-flips`: a draft of a vignette for each case that a comparison lists as flipped.

use std::{fs, path::Path};

use mash_batch::{Comparison, experiment::results::ExperimentResults, results::FlippedCase};
use mash_exercise::from_flip;
use mash_io::FileError;

use crate::{command::Written, exit_code::Failure, input, terminal};

/// Largest results file that is read, in bytes.
const MAX_RESULTS_BYTES: u64 = 64 * 1024 * 1024;

/// The flipped cases of an experiment's packs on equal facts, or of a comparison of decisions only.
fn cases(text: &str) -> Result<Vec<FlippedCase>, String> {
    let value: serde_json::Value =
        serde_json::from_str(text).map_err(|error| format!("holds no comparison: {error}"))?;
    if value.get("on_equal_facts").is_none() {
        let comparison: Comparison =
            serde_json::from_value(value).map_err(|error| format!("holds no comparison: {error}"))?;
        return Ok(comparison.examples);
    }
    let results: ExperimentResults =
        serde_json::from_value(value).map_err(|error| format!("holds no experiment: {error}"))?;
    if results.on_equal_facts.is_empty() {
        return Err("no alternative has another pack, so no case flips on equal facts".to_owned());
    }
    Ok(results.on_equal_facts.into_iter().flat_map(|it| it.comparison.examples).collect())
}

pub(super) fn run(results: &Path, out: &Path, pack: &Path, json: bool) -> Result<(), Failure> {
    let text = mash_io::text_file::read(results, MAX_RESULTS_BYTES)?;
    let cases = cases(&text).map_err(|problem| {
        FileError::new(results, problem).mend("write one with `mash compare ... --json > results.json`")
    })?;
    let pack = input::pack(pack)?;
    let mut written = Vec::new();
    let mut left = 0;
    fs::create_dir_all(out).map_err(|error| mash_io::output::cannot_write(out, &error))?;
    for case in &cases {
        let Some(contact) = &case.contact else { continue };
        let id = format!("flip-{}", plain(&case.id));
        let path = out.join(format!("{id}.json"));
        // What a facilitator has written on a draft is worth more than the draft.
        if path.exists() {
            left += 1;
            continue;
        }
        let draft = from_flip(&pack, id.into(), contact);
        let text = draft.to_json().map_err(|error| Failure::Run(error.to_string()))?;
        mash_io::output::write(&path, &text)?;
        written.push(path.display().to_string());
    }
    if written.is_empty() && left == 0 {
        let error = FileError::new(results, "lists no case that flipped, or none with its facts")
            .mend("compare packs that differ on this scenario, with this release of mash");
        return Err(error.into());
    }
    if json {
        terminal::json(&Written::new(written));
    } else {
        let kept = if left == 0 { String::new() } else { format!(", {left} there already and left alone") };
        terminal::out(&format!("{} drafts in {}{kept}\n", written.len(), out.display()));
    }
    Ok(())
}

/// An id in small letters, digits and hyphens.
fn plain(id: &str) -> String {
    id.to_lowercase()
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' })
        .collect()
}
