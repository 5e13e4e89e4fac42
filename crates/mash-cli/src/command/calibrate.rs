//! `mash calibrate`: the free figures of a scenario fitted to an authority's published ones.

mod hold_out;
mod text;

use std::path::{Path, PathBuf};

use mash_batch::calibrate::{CalibrateError, Calibration, Fit, LeftOut, calibrate};
use mash_io::{
    calibration::{self, FittedScenario, Local},
    published::Authority,
};
use mash_model::NOTICE;
use mash_sim::{TruthModelId, scenario::extend::merged};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::{believe, simulate};
use crate::{args::CalibrateArgs, exit_code::Failure, input, interrupt, terminal};

pub(crate) use hold_out::HoldOutAnswer;

/// Contacts that the replications of one point come to together, so that a fit takes about as long whatever the size of
/// the authority.
const CONTACTS_A_POINT: f64 = 60_000.0;

/// The answer of `calibrate --json`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct CalibrateAnswer {
    /// The authority.
    authority: String,
    /// The year that ends on 31 March.
    year: u16,
    /// The scenario begun from.
    base: String,
    /// The pack that decided.
    pack: String,
    /// A hub's own counts, where they were given: the file, its months, and contacts and referrals a year.
    local: Option<LocalCounts>,
    /// Published figures that are not there, and why.
    missing: Vec<LeftOut>,
    /// What was fitted.
    #[serde(flatten)]
    fit: Fit,
    /// What must be said beside it.
    warnings: Vec<String>,
    /// Files written.
    files: Vec<String>,
    /// That everything is synthetic.
    notice: &'static str,
}

/// What a hub's own counts come to.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct LocalCounts {
    file: String,
    months: u32,
    contacts_a_year: f64,
    referrals_a_year: f64,
}

pub(crate) fn run(args: &CalibrateArgs, json: bool) -> Result<(), Failure> {
    if let Some(year) = args.hold_out {
        return hold_out::run(args, year, json);
    }
    let (Some(name), Some(year)) = (&args.authority, args.year) else {
        return Err(Failure::Misuse(
            "whom to fit? Give `--authority NAME --year YEAR`, or `--hold-out YEAR` for all".to_owned(),
        ));
    };
    let own = believe::authority(name, year)?;
    let fitted = fit(args, &own)?;
    let mut files = Vec::new();
    if let (Some(out), Some(text)) = (&args.out, &fitted.text) {
        mash_io::output::write(out, text)?;
        files.push(out.display().to_string());
    }
    let answer = CalibrateAnswer {
        authority: own.name.clone(),
        year,
        base: fitted.base.display().to_string(),
        pack: fitted.pack,
        local: fitted.local.as_ref().map(|local| LocalCounts {
            file: local.file.clone(),
            months: local.months,
            contacts_a_year: local.contacts_a_year(),
            referrals_a_year: local.referrals_a_year(),
        }),
        missing: fitted.missing,
        warnings: text::warnings(&fitted.fit, fitted.local.as_ref()),
        fit: fitted.fit,
        files,
        notice: NOTICE,
    };
    if json {
        terminal::json(&answer);
    } else {
        terminal::out(&text::text(&answer));
        answer.files.iter().for_each(|file| terminal::err(&format!("{file}\n")));
    }
    Ok(())
}

/// A fit, with what it rests on.
struct Fitted {
    fit: Fit,
    missing: Vec<LeftOut>,
    local: Option<Local>,
    base: PathBuf,
    pack: String,
    /// The scenario as a file, where a place was named.
    text: Option<String>,
}

/// Fits the scenario that the command line names to an authority's figures.
fn fit(args: &CalibrateArgs, own: &Authority) -> Result<Fitted, Failure> {
    if own.is_england() {
        return Err(Failure::Misuse(
            "England is no front door: name an authority, or use scenarios/england-average.json".to_owned(),
        ));
    }
    let base = match &args.base {
        Some(base) => base.clone(),
        None => usual_base(own)?,
    };
    if args.out.as_deref().is_some_and(|out| same_file(out, &base)) {
        return Err(Failure::Misuse(
            "`--out` is the scenario begun from: write the fit elsewhere".to_owned(),
        ));
    }
    let loaded = input::scenario(&base)?;
    let pack_folder = match &args.pack {
        Some(folder) => folder.clone(),
        None => simulate::usual_pack(&base, loaded.scenario.as_written().pack.as_deref())?,
    };
    let pack = input::pack(&pack_folder)?;
    let local = args.local.as_deref().map(|path| calibration::read_local(path, own.year)).transpose()?;
    let base_value = serde_json::to_value(loaded.scenario.as_written())
        .map_err(|error| Failure::Run(error.to_string()))?;
    let change = calibration::of_authority(&base_value, own, local.as_ref());
    let scenario = merged(&base_value, &change);
    let targets = calibration::targets(own, local.as_ref());
    let truth_model = args.truth_model.as_deref().map(TruthModelId::from);
    let stop = interrupt::flag()?;
    let request = Calibration {
        scenario: &scenario,
        pack: &pack,
        truth_model: truth_model.as_ref(),
        targets: &targets.given,
        seed: args.seed.unwrap_or(loaded.scenario.seed),
        replications: args.replications.unwrap_or_else(|| replications(&scenario)),
    };
    let fit = calibrate(&request, &terminal::progress, &stop);
    terminal::progress_done();
    let fit = fit.map_err(|error| failure(error, &base))?;
    let text = match &args.out {
        None => None,
        Some(out) => {
            let file = FittedScenario {
                path: out,
                base: &base,
                base_value: &base_value,
                authority: &own.name,
                year: own.year,
                own: &change,
                fitted: &fit.change,
            };
            let text = calibration::text(&file)?;
            let path = out.display().to_string();
            Some(text.map_err(|error| Failure::Scenario { path, error })?)
        }
    };
    Ok(Fitted { fit, missing: targets.missing, local, base, pack: pack.manifest.id.clone(), text })
}

/// The shipped scenario of the authority and year, or that of an average authority.
fn usual_base(own: &Authority) -> Result<PathBuf, Failure> {
    let word = own.name.split([',', ' ']).next().unwrap_or_default().to_lowercase();
    let of_place = PathBuf::from(format!("scenarios/{word}-like-{}.json", own.year));
    let average = PathBuf::from("scenarios/england-average.json");
    [of_place, average]
        .into_iter()
        .find(|path| path.is_file())
        .ok_or_else(|| Failure::Misuse("which scenario to begin from? Give `--base SCENARIO`".to_owned()))
}

fn same_file(a: &Path, b: &Path) -> bool {
    a == b || a.canonicalize().ok().zip(b.canonicalize().ok()).is_some_and(|(a, b)| a == b)
}

/// Replications of a point for an authority of this size.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "3 to 12")]
fn replications(scenario: &Value) -> u32 {
    let number = |path: &str| scenario.pointer(path).and_then(Value::as_f64);
    let contacts = number("/volume/referrals/value")
        .zip(number("/volume/referrals_per_contact/value"))
        .map(|(r, c)| r / c);
    (CONTACTS_A_POINT / contacts.unwrap_or(CONTACTS_A_POINT)).round().clamp(3.0, 12.0) as u32
}

fn failure(error: CalibrateError, base: &Path) -> Failure {
    match error {
        CalibrateError::Scenario(error) => Failure::Scenario { path: base.display().to_string(), error },
        CalibrateError::Nothing => Failure::Misuse(error.to_string()),
        CalibrateError::FrontDoor(_)
        | CalibrateError::Model(_)
        | CalibrateError::Stats(_)
        | CalibrateError::Stopped => Failure::Run(error.to_string()),
    }
}
