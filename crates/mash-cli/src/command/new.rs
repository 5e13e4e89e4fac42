//! `mash new`: a pack to start from, with a case that passes, or a scenario.

use std::{fs, path::Path};

use super::Written;
use crate::{args::NewKind, exit_code::Failure, terminal};

const MANIFEST: &str = include_str!("../../templates/pack/manifest.json");
const OVERLAY: &str = include_str!("../../templates/overlay/manifest.json");
const FACTS: &str = include_str!("../../templates/pack/facts.json");
const THRESHOLDS: &str = include_str!("../../templates/pack/thresholds.json");
const RULES: &str = include_str!("../../templates/pack/attendance.rhai");
const TABLE: &str = include_str!("../../templates/pack/attendance.csv");
const TABLE_CASES: &str = include_str!("../../templates/pack/table_cases.json");
const CASES: &str = include_str!("../../templates/pack/cases.json");
const SCENARIO: &str = include_str!("../../../../scenarios/herefordshire-like-2023.json");
const SCENARIO_ID: &str = "herefordshire-like-2023";

pub(crate) fn run(
    kind: NewKind,
    path: &Path,
    base: Option<&str>,
    table: bool,
    json: bool,
) -> Result<(), Failure> {
    if path.exists() {
        return Err(Failure::Misuse(format!("`{}` exists already; choose another folder", path.display())));
    }
    let Some(id) = path.file_name().map(|name| name.to_string_lossy().into_owned()) else {
        return Err(Failure::Misuse(format!("`{}` names no folder", path.display())));
    };
    if kind == NewKind::Scenario {
        if table {
            return Err(Failure::Misuse(
                "`--table` is for a pack: `mash new pack FOLDER --table`".to_owned(),
            ));
        }
        let id = id.trim_end_matches(".json");
        let text = SCENARIO.replacen(&format!("\"{SCENARIO_ID}\""), &format!("\"{id}\""), 1);
        mash_io::output::write(path, &text)?;
        let written = path.display().to_string();
        if json {
            terminal::json(&Written::new(vec![written]));
        } else {
            terminal::out(&format!(
                "wrote {written}\nnext: mash compare {written} --pack rules/levels-of-need --against rules/neglect-earlier\n"
            ));
        }
        return Ok(());
    }
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
