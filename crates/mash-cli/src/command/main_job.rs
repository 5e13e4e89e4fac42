//! What runs when nothing is asked for: a what-if on a Herefordshire-like front door.

use std::path::Path;

use super::{compare, shipped};
use crate::{
    args::{CompareArgs, EngineArg, GovernsArg},
    exit_code::Failure,
    terminal,
};

/// Where the main job finds its files and leaves its report, relative to the folder of shipped files.
const SCENARIO: &str = "scenarios/herefordshire-like-2023.json";
const PACK: &str = "rules/levels-of-need";
const AGAINST: &str = "rules/repeat-contacts-tightened";
const OUT: &str = "out";
/// Replications of the main job: enough for intervals, few enough to wait for.
const REPLICATIONS: u32 = 20;
/// Of these, how many under each truth model.
const HARM_REPLICATIONS: u32 = 5;

pub(crate) fn run(json: bool) -> Result<(), Failure> {
    let here = Path::new(SCENARIO).is_file();
    let files = shipped::files()?;
    let out = files.join(OUT);
    let args = CompareArgs {
        scenario: files.join(SCENARIO),
        pack: Some(files.join(PACK)),
        against: vec![files.join(AGAINST).display().to_string()],
        takes_effect: None,
        governs: GovernsArg::default(),
        out: Some(out.clone()),
        shard: None,
        restart: false,
        records: false,
        precision: Vec::new(),
        measure: Vec::new(),
        truth_model: None,
        harm_replications: HARM_REPLICATIONS,
        uncertainty: 0,
        value_of_information: false,
        rates: None,
        decisions_only: false,
        replications: Some(REPLICATIONS),
        contacts: None,
        seed: None,
        engine: EngineArg::default(),
    };
    if !json {
        let [pack, against, scenario] =
            [PACK, AGAINST, SCENARIO].map(|it| files.join(it).display().to_string());
        terminal::err(&format!("comparing {pack} with {against} on {scenario}\n"));
    }
    compare::run(&args, json)?;
    if !here {
        shipped::open(out.join("report.html"));
    }
    Ok(())
}
