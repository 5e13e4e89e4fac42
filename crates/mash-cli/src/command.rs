//! What each verb does.

mod analysed;
mod believe;
mod bench;
mod calibrate;
mod check;
mod check_tables;
mod compare;
mod decide;
mod decisions_only;
mod diff;
mod docs;
mod events;
mod exercise;
mod explain;
mod explain_lint;
mod keeps_up;
mod main_job;
mod merge;
mod mutants;
mod named;
mod new;
mod report;
mod schema;
mod serve;
mod sessions;
mod sharded;
mod shipped;
mod simulate;
mod sweep;
mod test;
mod verify;
mod warm_up;

use crate::{
    args::{Args, Command, NewKind},
    exit_code::Failure,
};

/// Runs what was asked for.
///
/// # Errors
/// [`Failure`], which tells the exit code.
pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let threads = args.threads;
    let work = || match &args.command {
        None => main_job::run(args.json),
        Some(Command::New { what: NewKind::Scenario, path, base: None, extends, table: false }) => {
            new::scenario(path, extends.as_deref(), args.json)
        }
        Some(Command::New { what: NewKind::Pack, path, base, extends: None, table }) => {
            new::pack(path, base.as_deref(), *table, args.json)
        }
        Some(Command::New { what: NewKind::Vignette, path, base: None, extends: None, table: false }) => {
            new::vignette(path, args.json)
        }
        Some(Command::New { what: NewKind::Vignette, .. }) => {
            Err(Failure::Misuse("`--table`, `--base` and `--extends` are for packs and scenarios".to_owned()))
        }
        Some(Command::New { what: NewKind::Scenario, .. }) => Err(Failure::Misuse(
            "`--table` and `--base` are for a pack; a scenario has `--extends`".to_owned(),
        )),
        Some(Command::New { what: NewKind::Pack, .. }) => {
            Err(Failure::Misuse("`--extends` is for a scenario; a pack has `--base`".to_owned()))
        }
        Some(Command::Test { pack, mutants, engine }) => test::run(pack, *mutants, engine.kind(), args.json),
        Some(Command::Check(check)) => check::run(check, args.json),
        Some(Command::Exercise { what }) => exercise::run(what, args.json),
        Some(Command::ExplainLint { id }) => explain_lint::run(id.as_deref(), args.json),
        Some(Command::Explain { pack, case, all_rules }) => explain::run(pack, case, *all_rules, args.json),
        Some(Command::Decide { pack, input, out, engine, all_rules }) => {
            decide::run(pack, input, out, engine.kind(), *all_rules, args.json)
        }
        Some(Command::Docs { pack, out }) => docs::run(pack, out, args.json),
        Some(Command::Diff(diff)) => diff::run(diff, args.json),
        Some(Command::Compare(compare)) if compare.decisions_only => decisions_only::run(compare, args.json),
        Some(Command::Compare(compare)) => compare::run(compare, args.json),
        Some(Command::Report(report)) => report::run(report, args.json),
        Some(Command::Sweep(sweep)) => sweep::run(sweep, args.json),
        Some(Command::Bench { pack, contacts }) => {
            bench::run(pack, usize::try_from(*contacts).unwrap_or(usize::MAX), args.json)
        }
        Some(Command::Simulate(simulate)) => simulate::run(simulate, args.json),
        Some(Command::WarmUp(warm_up)) => warm_up::run(warm_up, args.json),
        Some(Command::Believe(believe)) => believe::run(believe, args.json),
        Some(Command::Calibrate(calibrate)) => calibrate::run(calibrate, args.json),
        Some(Command::Merge { folders, out }) => merge::run(folders, out, args.json),
        Some(Command::Verify { seed }) => verify::run(*seed, args.json),
        Some(Command::Serve(serve)) => serve::run(serve),
        Some(Command::Sessions { data, what }) => sessions::run(data.as_deref(), what, args.json),
        Some(Command::Schema { name }) => {
            schema::run(*name);
            Ok(())
        }
    };
    mash_batch::parallel::with_threads(threads, work).map_err(Failure::Run)?
}

/// What a command wrote, as JSON.
#[derive(Debug, serde::Serialize, schemars::JsonSchema)]
pub(crate) struct Written {
    /// Files written.
    pub(crate) files: Vec<String>,
    /// That everything is synthetic.
    pub(crate) notice: String,
}

impl Written {
    pub(crate) fn new(files: Vec<String>) -> Self {
        Self { files, notice: mash_model::NOTICE.to_owned() }
    }
}
