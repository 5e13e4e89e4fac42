//! What runs when nothing is asked for: a what-if on a Herefordshire-like front door.

use std::path::PathBuf;

use super::compare;
use crate::{
    args::{CompareArgs, EngineArg},
    exit_code::Failure,
    terminal,
};

/// Where the main job finds its files and leaves its report, relative to the folder it runs in.
const SCENARIO: &str = "scenarios/herefordshire-like-2023.json";
const PACK: &str = "rules/levels-of-need";
const AGAINST: &str = "rules/repeat-contacts-tightened";
const OUT_FOLDER: &str = "out";
const OUT: &str = "out/report.html";
/// Replications of the main job: enough for intervals, few enough to wait for.
const REPLICATIONS: u32 = 5;

pub(crate) fn run(json: bool) -> Result<(), Failure> {
    if !PathBuf::from(SCENARIO).is_file() {
        return Err(Failure::Misuse(format!(
            "without a command, mash runs {SCENARIO} from the project's folder, and it is not here; \
             change to that folder, or see `mash --help`"
        )));
    }
    std::fs::create_dir_all(OUT_FOLDER)
        .map_err(|error| mash_io::output::cannot_write(OUT_FOLDER.as_ref(), &error))?;
    let args = CompareArgs {
        scenario: SCENARIO.into(),
        pack: PACK.into(),
        against: AGAINST.into(),
        out: Some(OUT.into()),
        replications: Some(REPLICATIONS),
        contacts: None,
        seed: None,
        engine: EngineArg::default(),
    };
    if !json {
        terminal::err(&format!("comparing {PACK} with {AGAINST} on {SCENARIO}\n"));
    }
    let comparison = compare::compared(&args)?;
    compare::write(&comparison, args.out.as_deref(), json)
}
