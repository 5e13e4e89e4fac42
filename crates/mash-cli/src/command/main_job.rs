//! What runs when nothing is asked for: a what-if on a Herefordshire-like front door.

use std::path::PathBuf;

use super::compare;
use crate::{
    args::{CompareArgs, EngineArg, GovernsArg},
    exit_code::Failure,
    terminal,
};

/// Where the main job finds its files and leaves its report, relative to the folder it runs in.
const SCENARIO: &str = "scenarios/herefordshire-like-2023.json";
const PACK: &str = "rules/levels-of-need";
const AGAINST: &str = "rules/repeat-contacts-tightened";
const OUT: &str = "out";
/// Replications of the main job: enough for intervals, few enough to wait for.
const REPLICATIONS: u32 = 20;
/// Of these, how many under each truth model.
const HARM_REPLICATIONS: u32 = 5;

pub(crate) fn run(json: bool) -> Result<(), Failure> {
    if !PathBuf::from(SCENARIO).is_file() {
        return Err(Failure::Misuse(format!(
            "without a command, mash runs {SCENARIO} from the project's folder, and it is not here; \
             change to that folder, or see `mash --help`"
        )));
    }
    let args = CompareArgs {
        scenario: SCENARIO.into(),
        pack: Some(PACK.into()),
        against: vec![AGAINST.to_owned()],
        takes_effect: None,
        governs: GovernsArg::default(),
        out: Some(OUT.into()),
        records: false,
        precision: Vec::new(),
        truth_model: None,
        harm_replications: HARM_REPLICATIONS,
        value_of_information: false,
        rates: None,
        decisions_only: false,
        replications: Some(REPLICATIONS),
        contacts: None,
        seed: None,
        engine: EngineArg::default(),
    };
    if !json {
        terminal::err(&format!("comparing {PACK} with {AGAINST} on {SCENARIO}\n"));
    }
    compare::run(&args, json)
}
