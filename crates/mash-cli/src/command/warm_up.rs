//! `mash warm-up`: does a front door settle, and is what a scenario leaves out before it counts enough?

use std::fmt::Write as _;

use mash_batch::{
    front_door_model::FrontDoorModel,
    warm_up::{SeriesWarmUp, WarmUpError, WarmUpResults, lengthened, warm_up},
};
use mash_io::FileError;
use mash_rules::EngineKind;
use mash_sim::TruthModelId;
use mash_stats::settling::Verdict;

use super::simulate;
use crate::{
    args::WarmUpArgs,
    exit_code::Failure,
    input,
    terminal::{self, figure},
};

pub(crate) fn run(args: &WarmUpArgs, json: bool) -> Result<(), Failure> {
    let loaded = input::scenario(&args.scenario)?;
    let folder = match &args.pack {
        Some(folder) => folder.clone(),
        None => simulate::usual_pack(&args.scenario, loaded.scenario.as_written().pack.as_deref())?,
    };
    let pack = input::pack(&folder)?;
    let wrong = |error: &dyn std::fmt::Display| {
        Failure::Files(vec![FileError::new(&args.scenario, error.to_string())])
    };
    let scenario = lengthened(&loaded.scenario, args.years).map_err(|error| match error {
        WarmUpError::Years(_) => Failure::Misuse(format!("--years: {error}")),
        other => wrong(&other),
    })?;
    let truth_model = args.truth_model.as_deref().map(TruthModelId::from);
    let model = FrontDoorModel::new(&scenario, &pack, EngineKind::Compiled, truth_model.as_ref())
        .map_err(|error| wrong(&error))?;
    terminal::progress(&format!("{} replications of {} years ...", args.replications, args.years));
    let found = warm_up(&model, args.seed.unwrap_or(scenario.seed), args.replications);
    terminal::progress_done();
    let found = found.map_err(|error| Failure::Run(error.to_string()))?;
    if json {
        terminal::json(&found);
    } else {
        terminal::out(&text(&found));
    }
    if found.verdict == Verdict::LongEnough { Ok(()) } else { Err(Failure::Findings) }
}

fn text(found: &WarmUpResults) -> String {
    let wrap = |text: &str| format!("{}\n", terminal::wrap(text, terminal::WIDTH, "  "));
    let mut text = wrap(&format!(
        "{}; {} replications of {} weeks from the first day on, nothing left out, seed {}. Warm-up stated: {} days, {} \
         weeks",
        found.model, found.replications, found.weeks, found.seed, found.stated_days, found.stated_weeks
    ));
    let _ = writeln!(
        text,
        "\n  {:<26} {:>6} {:>6}  {:<13} {:>7} {:>14}",
        "weeks to leave out:", "MSER-5", "Welch", "verdict", "level", "95% interval"
    );
    for one in &found.series {
        let weeks = |weeks: Option<usize>| weeks.map_or_else(|| "-".to_owned(), |weeks| weeks.to_string());
        let level = one.level.map_or_else(String::new, |level| {
            let between = format!("{} to {}", figure(level.low), figure(level.high));
            format!(" {:>7} {between:>14}", figure(level.mean))
        });
        let line = format!(
            "  {:<26} {:>6} {:>6}  {:<13}{level}",
            one.title,
            weeks(one.mser5_weeks),
            weeks(one.welch_weeks),
            words(one.verdict),
        );
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text.push('\n');
    for one in found.series.iter().filter(|one| one.verdict != Verdict::LongEnough) {
        text.push_str(&wrap(&told(one)));
    }
    text.push_str(&wrap(match found.verdict {
        Verdict::LongEnough => "The warm-up is long enough for every series.",
        Verdict::TooShort => "The warm-up is too short.",
        Verdict::DoesNotSettle => {
            "Not everything settles: a mean over the year that counts depends on when the year begins."
        }
    }));
    text.push_str(&wrap(
        "-: not within the first half of the run. MSER-5 counts where the weeks it adds are off by more than the band. \
         Level: mean of what is left; none of what does not settle.",
    ));
    let _ = writeln!(text, "{}", found.notice);
    text
}

fn words(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::LongEnough => "long enough",
        Verdict::TooShort => "too short",
        Verdict::DoesNotSettle => "not settled",
    }
}

fn told(one: &SeriesWarmUp) -> String {
    let what = match one.verdict {
        Verdict::LongEnough => String::new(),
        Verdict::TooShort => {
            format!("the warm-up is too short, {} weeks are needed", one.needed_weeks.unwrap_or(0))
        }
        Verdict::DoesNotSettle => {
            let (word, by) =
                if one.growth.mean < 0.0 { ("less", -one.growth.mean) } else { ("more", one.growth.mean) };
            format!(
                "does not settle, {} {word} in the last quarter of the run than in the one before",
                figure(by)
            )
        }
    };
    format!("{}: {what}; {}", one.title, one.mend.clone().unwrap_or_default())
}
