//! From the command line to a model: a front door under a pack, or a network of queues.

use std::path::{Path, PathBuf};

use mash_batch::{front_door_model::FrontDoorModel, network_model::NetworkModel};
use mash_io::{
    FileError, contact_log,
    event_log::{EventTargets, case},
    published::ENGLAND,
    results_folder::InputFile,
    text_file,
};
use mash_sim::{NetworkScenario, TruthModelId, network_file::is_network};
use sha2::{Digest, Sha256};

use super::Made;
use crate::{
    args::SimulateArgs,
    command::{events, keeps_up},
    exit_code::Failure,
    input,
};

/// Largest network file that is read, in bytes.
const MAX_BYTES: u64 = 256 * 1024 * 1024;
/// The pack of a scenario that names none, beside the scenario's folder.
const USUAL_PACK: &str = "rules/levels-of-need";

/// Makes the model that the command line asks for, and gives it to `work`.
pub(super) fn with_model(
    args: &SimulateArgs,
    work: impl FnOnce(Made<'_>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let text = text_file::read(&args.scenario, MAX_BYTES)?;
    if is_network(&text) { network(args, &text, work) } else { front_door(args, work) }
}

fn network(
    args: &SimulateArgs,
    text: &str,
    work: impl FnOnce(Made<'_>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    if let Some(option) = [
        ("--pack", args.pack.is_some()),
        ("--truth-model", args.truth_model.is_some()),
        ("--value-of-information", args.value_of_information),
        ("--contacts", args.contacts.is_some()),
        ("--contact-log", args.contact_log.is_some()),
        ("--case", args.case.is_some()),
        ("--events", args.events.is_some()),
    ]
    .into_iter()
    .find_map(|(option, given)| given.then_some(option))
    {
        return Err(Failure::Misuse(format!(
            "{option} is for a front door; this file is a network of queues"
        )));
    }
    let folder = args.scenario.parent().map_or_else(PathBuf::new, Path::to_path_buf);
    let mut inputs = vec![hashed(&args.scenario.display().to_string(), text.as_bytes())];
    let others = std::cell::RefCell::new(Vec::new());
    let beside = |name: &str| {
        let path = folder.join(name);
        let text = text_file::read(&path, MAX_BYTES).map_err(|error| error.problem)?;
        others.borrow_mut().push(hashed(&path.display().to_string(), text.as_bytes()));
        Ok(text)
    };
    let scenario = NetworkScenario::from_json(text, beside)
        .map_err(|error| Failure::Network { path: args.scenario.display().to_string(), error })?;
    inputs.append(&mut others.borrow_mut());
    let (seed, replications) = (scenario.seed, scenario.replications);
    let warnings = scenario.warnings.iter().map(ToString::to_string).collect();
    let model = NetworkModel::new(scenario).map_err(|error| Failure::Run(error.to_string()))?;
    work(Made { model: &model, inputs, seed, replications, warnings })
}

fn front_door(
    args: &SimulateArgs,
    work: impl FnOnce(Made<'_>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let loaded = input::scenario(&args.scenario)?;
    let mut inputs: Vec<InputFile> = loaded
        .files
        .iter()
        .map(|(name, sha256)| InputFile { name: name.clone(), sha256: sha256.clone() })
        .collect();
    let folder = match &args.pack {
        Some(folder) => folder.clone(),
        None => usual_pack(&args.scenario, loaded.scenario.as_written().pack.as_deref())?,
    };
    let pack = input::pack(&folder)?;
    inputs.push(InputFile { name: pack.manifest.id.clone(), sha256: pack.hash.clone() });
    let scenario = match args.contacts {
        Some(contacts) => loaded.scenario.with_expected_contacts(f64::from(contacts)),
        None => loaded.scenario,
    };
    let model = args.truth_model.as_deref().map(TruthModelId::from);
    let made = FrontDoorModel::new(&scenario, &pack, args.engine.kind(), model.as_ref());
    let mut made =
        made.map_err(|error| Failure::Files(vec![FileError::new(&args.scenario, error.to_string())]))?;
    if scenario.names_real_authority {
        made = made.without_need();
    }
    if args.value_of_information {
        made = made.with_value_of_information();
    }
    // A hub's own log says itself how much there is to do.
    let seed = args.seed.unwrap_or(scenario.seed);
    let warnings = match args.contact_log {
        Some(_) => Vec::new(),
        None => keeps_up::check(&made, &args.scenario, seed)?,
    };
    if let Some(path) = &args.contact_log {
        let contacts = contact_log::read(path, made.door())?;
        let bytes = std::fs::read(path).unwrap_or_default();
        inputs.push(hashed(&path.display().to_string(), &bytes));
        made = made.with_contacts(contacts);
    }
    if args.case.is_some() || args.events.is_some() {
        let targets = targets(args)?;
        events::write(made.door(), made.triage(), seed, args.replication, &targets)?;
        return Ok(());
    }
    if let Some(contacts) = args.contacts {
        inputs.push(InputFile { name: format!("{contacts} contacts a year"), sha256: String::new() });
    }
    work(Made { model: &made, inputs, seed: scenario.seed, replications: scenario.replications, warnings })
}

/// What is wanted of one replication.
fn targets(args: &SimulateArgs) -> Result<EventTargets, Failure> {
    let case = args.case.as_deref().map(case::parse).transpose().map_err(Failure::Misuse)?;
    let mut targets = EventTargets { case, ..EventTargets::default() };
    if let Some(path) = &args.events {
        let name = path.to_string_lossy();
        if name.ends_with(".csv") {
            targets.csv = Some(path.clone());
        } else if name.ends_with(".jsonocel") || name.ends_with(".json") {
            targets.ocel = Some(path.clone());
        } else {
            return Err(Failure::Misuse(format!("--events: `{name}` ends neither in .csv nor in .jsonocel")));
        }
    }
    Ok(targets)
}

/// The pack that a scenario names, or the usual one.
pub(crate) fn usual_pack(scenario: &Path, named: Option<&str>) -> Result<PathBuf, Failure> {
    let folder = scenario.parent().map_or_else(PathBuf::new, Path::to_path_buf);
    if let Some(named) = named {
        return Ok(folder.join(named));
    }
    let beside = folder.ancestors().map(|above| above.join(USUAL_PACK));
    let here = std::iter::once(PathBuf::from(USUAL_PACK));
    beside.chain(here).find(|pack| pack.join("manifest.json").is_file()).ok_or_else(|| {
        Failure::Misuse("which rule pack? Give `--pack DIR`, or `\"pack\"` in the scenario".to_owned())
    })
}

/// The authority and year whose published figures a front door stands beside: England where it leans on nobody.
pub(super) fn published_beside(args: &SimulateArgs) -> Result<Option<(String, u16)>, Failure> {
    let text = text_file::read(&args.scenario, MAX_BYTES)?;
    if is_network(&text) || args.contacts.is_some() || args.contact_log.is_some() {
        return Ok(None);
    }
    let scenario = input::scenario(&args.scenario)?.scenario;
    let year = u16::try_from(scenario.year_end.year()).unwrap_or(0);
    let authority = scenario.authority_like.unwrap_or_else(|| ENGLAND.to_owned());
    Ok(Some((authority, year)))
}

/// A file as results name it.
pub(crate) fn hashed(name: &str, bytes: &[u8]) -> InputFile {
    let sha256 = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    InputFile { name: name.to_owned(), sha256 }
}
