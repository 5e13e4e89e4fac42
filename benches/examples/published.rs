//! What each scenario of an authority gives beside what is published, and why anything lies outside the range of
//! England's authorities: `docs/validation.md`.
//!
//! `cargo run --release -p mash-benches --example published -- [REPLICATIONS [FILE...]]`
//!
//! Without files it runs the shipped ones and writes the page; it fails where a figure lies outside and `WORDS` does not
//! say why. Of files named it prints the tables only.

use std::{fmt::Write as _, path::Path, process::ExitCode};

use mash_batch::{front_door_model::FrontDoorModel, model::Model, parallel};
use mash_benches::levels_of_need;
use mash_io::{
    against_published::{self, Beside, Side},
    published::ENGLAND,
    scenario_file,
};
use mash_rules::{EngineKind, RulePack};
use mash_sim::Scenario;
use mash_stats::estimate;

const SHIPPED: [&str; 5] = [
    "herefordshire-like-2022",
    "herefordshire-like-2023",
    "herefordshire-like-2024",
    "england-average",
    "london-borough",
];

/// Why a figure lies outside: scenario, measure, side, words.
const WORDS: [(&str, &str, Side, &str); 2] = [
    (
        "herefordshire-like-2023",
        "re_referral_pct",
        Side::Below,
        "a child in need stays open for 560 days on average, as Herefordshire's own stock over its referrals says, and \
         an open child is not referred again: the longer cases stay open, the fewer referrals are re-referrals. \
         Herefordshire's own share is suppressed; it was 2.7% the year before.",
    ),
    (
        "herefordshire-like-2024",
        "re_referral_pct",
        Side::Below,
        "at the edge of the range, for the same reason as in 2023, with 400 days. Herefordshire's own share is \
         withheld.",
    ),
];

/// What holds for every scenario.
const ALL: &str = "
## What is off in all of them

- **Referrals** come out above the figure that a scenario is set to, by about a tenth except in 2023. The figure is \
met by `mash compare --decisions-only`, which simulates no cases after a referral. Here an open child is not referred again, so that \
longer cases mean fewer referrals (2022: 748 per 10,000 children at 250 days in need, 727 at 380). London's table has \
England's figures; its boroughs' median is 585 referrals per 10,000.
- **Assessments within 45 working days** come out about five points low: published days count from the referral; here \
they are drawn when a worker has the case, on top of the time until the decision.
- **Assessed, not in need** comes out low, partly because a child with an enquiry under way or on a plan is never found not \
in need.
- **Conferences and plans** in Herefordshire stay below its own, since conferences per enquiry are England's: \
Herefordshire held 44 to 47 conferences for 100 enquiries in 2022 and 2023, England 33 or 34.
- **Children in need and caseload** cannot both be met: every child in need has a worker here, while case holders \
held 1,577 of about 2,240 children in need in Herefordshire and 320,461 of 399,460 in England.
";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let replications = arguments.next().map_or(20, |text| text.parse().expect("a number"));
    let files: Vec<String> = arguments.collect();
    let (pack, scenarios) = (levels_of_need(), Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios"));
    if !files.is_empty() {
        for file in files {
            let scenario = read(Path::new(&file));
            let (lines, authority, year) = lines(&scenario, &pack, replications);
            println!("{}{}", scenario.id, against_published::text(&lines, &authority, year));
        }
        return ExitCode::SUCCESS;
    }
    let mut page = format!(
        "# Simulated beside published\n\nWritten by `cargo run --release -p mash-benches --example published`: each \
         scenario of an authority,\n{replications} replications under `levels-of-need`, beside the figures of \
         `data/`. A scenario is set to some of them (its file says\nwhich); the others follow. Below each table stands \
         why anything lies outside the range of England's authorities. The other scenarios change one \
         of these and have no year of\ntheir own to stand beside.\n"
    );
    let mut silent = Vec::new();
    for id in SHIPPED {
        let scenario = read(&scenarios.join(id).with_extension("json"));
        let (lines, authority, year) = lines(&scenario, &pack, replications);
        let table = against_published::text(&lines, &authority, year);
        print!("{id}{table}");
        let _ = write!(page, "\n## {id}\n\n{}.\n\n```text{table}```\n", scenario.title);
        let outside: Vec<&Beside> = lines.iter().filter(|line| !line.is_inside()).collect();
        if outside.is_empty() {
            page.push_str("\nNothing lies outside.\n");
        }
        for (at, line) in outside.iter().enumerate() {
            let words = WORDS.iter().find(|(scenario, measure, side, _)| {
                *scenario == id && *measure == line.measure && *side == line.side()
            });
            let Some((_, _, _, words)) = words else {
                silent.push(format!("{id}: {} lies {:?}", line.measure, line.side()));
                continue;
            };
            let gap = if at == 0 { "\n" } else { "" };
            let _ = writeln!(page, "{gap}- **{}**: {words}", line.title);
        }
    }
    page.push_str(ALL);
    if !silent.is_empty() {
        eprintln!("no words say why:\n  {}\nnothing was written", silent.join("\n  "));
        return ExitCode::FAILURE;
    }
    std::fs::write(scenarios.join("../docs/validation.md"), page).expect("docs/validation.md can be written");
    ExitCode::SUCCESS
}

fn read(path: &Path) -> Scenario {
    scenario_file::read(path).unwrap_or_else(|error| panic!("{error}")).scenario
}

fn lines(scenario: &Scenario, pack: &RulePack, replications: u32) -> (Vec<Beside>, String, u16) {
    let model = FrontDoorModel::new(scenario, pack, EngineKind::Compiled, None)
        .unwrap_or_else(|error| panic!("{}: {error}", scenario.id));
    let numbers: Vec<u32> = (0..replications).collect();
    let rows = parallel::map(&numbers, |number| {
        model.replicate(scenario.seed, *number).unwrap_or_else(|error| panic!("{}: {error}", scenario.id))
    });
    let figure = |id: &str| {
        let at = model.measures().iter().position(|measure| measure.id == id)?;
        let values: Vec<f64> = rows.iter().filter_map(|row| row[at]).collect();
        estimate(&values).ok()
    };
    let authority = scenario.as_written().authority_like.clone().unwrap_or_else(|| ENGLAND.to_owned());
    let year = u16::try_from(scenario.year_end.year()).expect("a year");
    (against_published::beside(&figure, &authority, year), authority, year)
}
