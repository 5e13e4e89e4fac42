//! `mash new`: a pack to start from, with a case that passes, a scenario, or a training vignette.

use std::{fs, path::Path};

use super::Written;
use crate::{exit_code::Failure, input, terminal};

const MANIFEST: &str = include_str!("../../templates/pack/manifest.json");
const OVERLAY: &str = include_str!("../../templates/overlay/manifest.json");
const FACTS: &str = include_str!("../../templates/pack/facts.json");
const THRESHOLDS: &str = include_str!("../../templates/pack/thresholds.json");
const RULES: &str = include_str!("../../templates/pack/attendance.rhai");
const TABLE: &str = include_str!("../../templates/pack/attendance.csv");
const TABLE_CASES: &str = include_str!("../../templates/pack/table_cases.json");
const CASES: &str = include_str!("../../templates/pack/cases.json");
const SCENARIO: &str = include_str!("../../../../scenarios/herefordshire-like-2023.json");
const VIGNETTE: &str = include_str!("../../templates/vignette.json");
const SCENARIO_ID: &str = "herefordshire-like-2023";

/// Writes a scenario: a whole one, or one that extends another and changes one thing.
pub(crate) fn scenario(path: &Path, extends: Option<&Path>, json: bool) -> Result<(), Failure> {
    let id = name(path, "file")?;
    let id = id.trim_end_matches(".json");
    let text = match extends {
        Some(base) => extending(path, id, base)?,
        None => SCENARIO.replacen(&format!("\"{SCENARIO_ID}\""), &format!("\"{id}\""), 1),
    };
    mash_io::output::write(path, &text)?;
    let written = path.display().to_string();
    if json {
        terminal::json(&Written::new(vec![written]));
    } else {
        let next = match extends {
            Some(base) => format!("mash compare {} --against {written}", base.display()),
            None => format!("mash compare {written} --against rules/neglect-earlier"),
        };
        terminal::out(&format!("wrote {written}\nnext: {next}\n"));
    }
    Ok(())
}

/// Writes a training vignette in two stages.
pub(crate) fn vignette(path: &Path, json: bool) -> Result<(), Failure> {
    // The name alone is enough: the file ends in .json, or no folder of vignettes would take it.
    let path = if path.extension().is_some() { path.to_owned() } else { path.with_extension("json") };
    let id = name(&path, "file")?;
    let id = id.trim_end_matches(".json");
    mash_io::output::write(&path, &VIGNETTE.replacen("{id}", id, 1))?;
    let written = path.display().to_string();
    if json {
        terminal::json(&Written::new(vec![written]));
    } else {
        terminal::out(&format!("wrote {written}\nnext: mash check --vignettes {written}\n"));
    }
    Ok(())
}

/// A scenario that extends `base`: a tenth more referrals, so that there is something to change.
fn extending(path: &Path, id: &str, base: &Path) -> Result<String, Failure> {
    let loaded = input::scenario(base)?;
    let before = &loaded.scenario.as_written().volume.referrals;
    // A whole number, as files write it.
    let more: serde_json::Value = serde_json::from_str(&format!("{:.0}", (before.value * 1.1).max(1.0)))
        .map_err(|error| Failure::Run(error.to_string()))?;
    let mut referrals = serde_json::json!({
        "value": more,
        "mark": "synthesised",
        "reason": format!("A tenth more than the {} of {}: change this, or say something else.", before.value, loaded.scenario.id),
    });
    if before.source.is_some()
        && let Some(fields) = referrals.as_object_mut()
    {
        fields.insert("source".to_owned(), serde_json::Value::Null);
    }
    let change = serde_json::json!({
        "extends": mash_io::scenario_file::extends_path(path, base)?,
        "id": id,
        "title": format!("{}, with a tenth more referrals", loaded.scenario.title),
        "volume": {"referrals": referrals},
    });
    serde_json::to_string_pretty(&change)
        .map(|text| text + "\n")
        .map_err(|error| Failure::Run(error.to_string()))
}

/// The last part of a path at which nothing stands yet.
fn name(path: &Path, kind: &str) -> Result<String, Failure> {
    if path.exists() {
        return Err(Failure::Misuse(format!("`{}` exists already; choose another {kind}", path.display())));
    }
    match path.file_name() {
        Some(name) => Ok(name.to_string_lossy().into_owned()),
        None => Err(Failure::Misuse(format!("`{}` names no {kind}", path.display()))),
    }
}

/// Writes a pack: a whole one with rules as scripts or as a table, or an overlay of `base`.
pub(crate) fn pack(path: &Path, base: Option<&str>, table: bool, json: bool) -> Result<(), Failure> {
    let id = name(path, "folder")?;
    let files: Vec<(&str, String)> = match base {
        Some(base) => vec![("manifest.json", OVERLAY.replace("{id}", &id).replace("{base}", base))],
        None => {
            let (rules, cases) = if table {
                // The byte-order mark tells Excel that the text is UTF-8, so that it saves it so again.
                (("tables/attendance.csv", format!("\u{feff}{TABLE}")), TABLE_CASES)
            } else {
                (("attendance.rhai", RULES.replace("{id}", &id)), CASES)
            };
            vec![
                ("manifest.json", MANIFEST.replace("{id}", &id)),
                ("facts.json", FACTS.to_owned()),
                ("thresholds.json", THRESHOLDS.to_owned()),
                rules,
                ("cases/attendance.json", cases.to_owned()),
            ]
        }
    };
    let mut written = Vec::new();
    for (name, text) in files {
        let place = path.join(name);
        if let Some(folder) = place.parent() {
            fs::create_dir_all(folder).map_err(|error| mash_io::output::cannot_write(folder, &error))?;
        }
        mash_io::output::write(&place, &text)?;
        written.push(place.display().to_string());
    }
    if json {
        terminal::json(&Written::new(written));
    } else {
        let shown = path.display();
        terminal::out(&format!(
            "wrote {}\nnext: mash check {shown} && mash test {shown}\n",
            written.join("\n      ")
        ));
    }
    Ok(())
}
