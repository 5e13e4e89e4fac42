//! Packs of the project for tests.

use std::{fs, path::Path};

use mash_rules::{PackFiles, PackFolder};
use mash_sim::Scenario;
use serde_json::json;

/// The files of a pack in `rules/` and of its bases.
pub(crate) fn files(pack: &str) -> PackFiles {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules");
    let mut chain = Vec::new();
    let mut next = Some(pack.to_owned());
    while let Some(name) = next {
        let mut folder = PackFolder { path: format!("rules/{name}"), ..PackFolder::default() };
        for below in ["", "tables"] {
            let Ok(entries) = fs::read_dir(rules.join(&name).join(below)) else { continue };
            for entry in entries.map(Result::unwrap).filter(|entry| entry.path().is_file()) {
                let file = entry.file_name().into_string().unwrap();
                let inside = if below.is_empty() { file } else { format!("{below}/{file}") };
                if let Ok(text) = fs::read_to_string(entry.path()) {
                    folder.files.insert(inside, text);
                }
            }
        }
        folder.files.retain(|name, _| [".json", ".rhai", ".csv"].iter().any(|end| name.ends_with(end)));
        let manifest: serde_json::Value = serde_json::from_str(&folder.files["manifest.json"]).unwrap();
        next = manifest["base"].as_str().map(|base| base.rsplit('/').next().unwrap().to_owned());
        chain.push(folder);
    }
    PackFiles { chain, broken_base: None }
}

/// The county of the project's scenarios, a twelfth as large.
pub(crate) fn small() -> Scenario {
    let scenario =
        Scenario::from_json(include_str!("../../../../scenarios/herefordshire-like-2023.json")).unwrap();
    let twelfth = |place: &str, value: u32| (place.to_owned(), json!(value));
    let changes = [
        twelfth("volume.children", 2830),
        twelfth("volume.referrals", 131),
        twelfth("front_door.assessment.open_at_start", 158),
        twelfth("front_door.plan.on_plan_at_start", 19),
        twelfth("front_door.workforce.posts", 10),
    ];
    scenario.patched(&changes, "Small", "small", "Small").unwrap().scenario
}
