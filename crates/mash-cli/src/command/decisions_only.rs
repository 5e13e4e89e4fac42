//! `mash compare --decisions-only`: two packs on a generated year of contacts, each decided at once, without queues.

use std::path::Path;

use mash_batch::{CompareSettings, Comparison, compare};

use crate::{
    args::CompareArgs,
    exit_code::Failure,
    input, interrupt,
    terminal::{self, WIDTH},
};

/// Flipped children shown in a report.
const EXAMPLES: usize = 12;

pub(super) fn run(args: &CompareArgs, json: bool) -> Result<(), Failure> {
    let [against] = args.against.as_slice() else {
        return Err(Failure::Misuse("--decisions-only compares two packs: give one --against".to_owned()));
    };
    let Some(pack) = &args.pack else {
        return Err(Failure::Misuse("--decisions-only needs --pack, the pack as it is".to_owned()));
    };
    let comparison = compared(args, pack, Path::new(against))?;
    write(&comparison, args.out.as_deref(), json)
}

/// Runs the comparison.
fn compared(args: &CompareArgs, pack: &Path, against: &Path) -> Result<Comparison, Failure> {
    let loaded = input::scenario(&args.scenario)?;
    let scenario = match args.contacts {
        Some(contacts) => loaded.scenario.with_expected_contacts(f64::from(contacts)),
        None => loaded.scenario,
    };
    let a = input::pack(pack)?;
    let b = input::pack(against)?;
    let stop = interrupt::flag()?;
    if let Some(out) = args.out.as_deref() {
        // An unwritable place is better known before the work than after it.
        drop(mash_io::output::Output::create(out)?);
    }
    let settings = CompareSettings {
        seed: args.seed.unwrap_or(scenario.seed),
        replications: args.replications.unwrap_or(scenario.replications),
        examples: EXAMPLES,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        command: command_line(args, pack, against),
        scenario_hash: loaded.sha256,
        engine: args.engine.kind(),
    };
    let progress = |done: u32, of: u32| terminal::progress(&format!("replication {done} of {of}"));
    let result = compare(&scenario, &a, &b, &settings, &progress, &stop);
    terminal::progress_done();
    Ok(result?)
}

/// Prints the comparison and writes its report.
fn write(comparison: &Comparison, out: Option<&Path>, json: bool) -> Result<(), Failure> {
    if let Some(out) = out {
        let html =
            mash_report::comparison_html(comparison).map_err(|error| Failure::Run(error.to_string()))?;
        mash_io::output::write(out, &html)?;
    }
    if json {
        terminal::json(comparison);
    } else {
        terminal::out(&mash_report::comparison_text(comparison, WIDTH));
    }
    if let Some(out) = out {
        terminal::err(&format!("report: {}\n", out.display()));
    }
    Ok(())
}

/// The command that repeats the run, without what does not change its bytes.
fn command_line(args: &CompareArgs, pack: &Path, against: &Path) -> String {
    let mut words = vec![
        "mash compare --decisions-only".to_owned(),
        args.scenario.display().to_string(),
        format!("--pack {}", pack.display()),
        format!("--against {}", against.display()),
    ];
    let mut option = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            words.push(format!("--{name} {value}"));
        }
    };
    option("replications", args.replications.map(|value| value.to_string()));
    option("contacts", args.contacts.map(|value| value.to_string()));
    option("seed", args.seed.map(|value| value.to_string()));
    words.push("--out report.html".to_owned());
    words.join(" ")
}
