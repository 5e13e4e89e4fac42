//! What was typed.

use std::path::PathBuf;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use serde::{Deserialize, Serialize};

/// What happens if we move this threshold?
///
/// Simulates referrals to a multi-agency safeguarding hub and triages them by checkable rules. Synthetic and training
/// cases only: nothing here is for a decision about a real child. Without a command, runs the main job: two rule packs
/// on a year of a Herefordshire-like front door, and a report.
#[derive(Debug, Parser)]
#[command(name = "mash", version, after_help = FOOTER)]
pub(crate) struct Args {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    /// Print the answer as JSON on standard output.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Threads to use; 0 is one a core.
    #[arg(long, global = true, default_value_t = 0, value_name = "N")]
    pub(crate) threads: usize,
}

const FOOTER: &str = "\
Exit codes: 0 fine, 1 findings, 2 misuse, 3 invalid input, 4 the run failed.
Synthetic or training cases only, not for a decision about a real child.";

/// Reads the command line; every help page ends with the same note. Ends the program on misuse or `--help`.
pub(crate) fn parse() -> Args {
    let command = Args::command().mut_subcommands(|verb| verb.after_help(FOOTER));
    Args::from_arg_matches(&command.get_matches()).unwrap_or_else(|error| error.exit())
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write a rule pack with passing cases, a scenario or a training vignette, to start from.
    New {
        /// What to write.
        #[arg(value_enum)]
        what: NewKind,
        /// Folder of the pack, or file of the scenario or vignette; must not exist yet.
        path: PathBuf,
        /// Base pack of the new one, relative to it.
        #[arg(long, value_name = "PACK")]
        base: Option<String>,
        /// Scenario that the new one extends: it then says only what it changes.
        #[arg(long, value_name = "SCENARIO")]
        extends: Option<PathBuf>,
        /// Write the pack's rules as a decision table for a spreadsheet.
        #[arg(long, conflicts_with = "base")]
        table: bool,
    },
    /// Check rule packs and training vignettes: everything that is wrong, with place and mend.
    Check(CheckArgs),
    /// Training on vignettes: what a pack answers stage by stage, and drafts from cases that flipped.
    Exercise {
        /// What to do.
        #[command(subcommand)]
        what: ExerciseVerb,
    },
    /// Explain a kind of finding: what it means, why it matters, an example and its mend.
    ExplainLint {
        /// Id of the finding, for example MASH005; left out: all of them, a line each.
        id: Option<String>,
    },
    /// Run a pack's cases and say what they cover.
    Test {
        /// Folder of the pack.
        pack: PathBuf,
        /// Also change the pack in small ways and say which changes no case notices.
        #[arg(long)]
        mutants: bool,
        /// Engine that evaluates the rules; both give the same answers.
        #[arg(long, value_enum, default_value_t)]
        engine: EngineArg,
    },
    /// Trace one contact: facts read, rules fired, undetermined, failed.
    Explain {
        /// Folder of the pack.
        pack: PathBuf,
        /// A contact as JSON, or one of the pack's cases by id.
        #[arg(long, value_name = "FILE-OR-ID")]
        case: String,
        /// Also list rules that did not fire.
        #[arg(long)]
        all_rules: bool,
    },
    /// Decide synthetic or training contacts.
    Decide {
        /// Folder of the pack.
        pack: PathBuf,
        /// Contacts, .jsonl or .csv; - is standard input as JSON Lines.
        #[arg(long = "in", value_name = "FILE")]
        input: PathBuf,
        /// Decisions, .jsonl or .csv; - is standard output as JSON Lines.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Engine that evaluates the rules; both give the same decisions.
        #[arg(long, value_enum, default_value_t)]
        engine: EngineArg,
        /// List every undetermined rule, not only those that could strengthen the answer.
        #[arg(long)]
        all_rules: bool,
    },
    /// Write a pack's threshold document: HTML that prints.
    Docs {
        /// Folder of the pack.
        pack: PathBuf,
        /// Where to write it; - is standard output.
        #[arg(long, value_name = "FILE", default_value = "-")]
        out: PathBuf,
    },
    /// Say exactly where two packs differ, or prove that they do not.
    Diff(DiffArgs),
    /// Compare what-ifs on a simulated front door: packs, scenarios or both against a baseline.
    Compare(CompareArgs),
    /// Write the report of an experiment: one HTML file.
    Report(ReportArgs),
    /// Vary one or two values over a range, and see where a target is first met.
    Sweep(SweepArgs),
    /// Simulate a front door, or a network of queues: many replications, figures with intervals.
    Simulate(SimulateArgs),
    /// Say whether a front door's warm-up is long enough, or whether it settles at all.
    WarmUp(WarmUpArgs),
    /// Hold a simulated front door against published figures: a verdict a measure.
    Believe(BelieveArgs),
    /// Fit a scenario's free figures to an authority's published ones, or say how well next year is predicted.
    Calibrate(CalibrateArgs),
    /// Put the shards of one batch, experiment or sweep together: the bytes that the whole would have given.
    Merge {
        /// Results folders of the shards.
        #[arg(required = true, value_name = "DIR")]
        folders: Vec<PathBuf>,
        /// Where the results go.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Run the simulator against closed forms, traces and known answers on this machine.
    Verify {
        /// Seed of the replications.
        #[arg(long, value_name = "N", default_value_t = 1)]
        seed: u64,
    },
    /// Measure how fast a pack decides on this machine, by each engine.
    Bench {
        /// Folder of the pack.
        pack: PathBuf,
        /// Synthetic contacts to decide in each round.
        #[arg(long, value_name = "N", default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(1..))]
        contacts: u32,
    },
    /// Serve exercises and the what-if explorer to a browser; on this machine only, unless told otherwise.
    Serve(ServeArgs),
    /// See, back up or delete what exercises have left in the file of sessions.
    Sessions {
        /// The file; by default in your data folder.
        #[arg(long, global = true, value_name = "FILE")]
        data: Option<PathBuf>,
        /// What to do.
        #[command(subcommand)]
        what: SessionsVerb,
    },
    /// Print the JSON Schema of a file or answer.
    Schema {
        /// Which one.
        #[arg(value_enum)]
        name: SchemaName,
    },
}

/// What `exercise` does.
#[derive(Debug, Clone, Subcommand)]
pub(crate) enum ExerciseVerb {
    /// Say what a pack answers to each vignette, stage by stage.
    Answers {
        /// Folder of vignettes, or one file.
        vignettes: PathBuf,
        /// Rule pack that answers.
        #[arg(long, value_name = "PACK", default_value = VIGNETTE_PACK)]
        pack: PathBuf,
        /// Also say how each answer came about.
        #[arg(long)]
        trace: bool,
    },
    /// Draft vignettes from the cases that a comparison lists as flipped; a facilitator writes the story.
    FromFlips {
        /// What `mash compare --json` printed.
        results: PathBuf,
        /// Folder for the drafts; a draft that is there already is not written again.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// Rule pack whose questions head the fields of the drafts.
        #[arg(long, value_name = "PACK", default_value = VIGNETTE_PACK)]
        pack: PathBuf,
    },
}

/// The pack that answers vignettes unless another is named.
pub(crate) const VIGNETTE_PACK: &str = "rules/levels-of-need";

/// Packs and vignettes to check, and how to answer.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct CheckArgs {
    /// Folders of packs, folders of vignettes, or files of vignettes.
    #[arg(required = true, value_name = "PATH")]
    pub(crate) packs: Vec<PathBuf>,
    /// Take every path as vignettes.
    #[arg(long)]
    pub(crate) vignettes: bool,
    /// Rule pack that vignettes are checked against.
    #[arg(long, value_name = "PACK", default_value = VIGNETTE_PACK)]
    pub(crate) pack: PathBuf,
    /// Mend what is certain in the packs' own files, and check again.
    #[arg(long)]
    pub(crate) fix: bool,
    /// With --fix: print the changes and write nothing.
    #[arg(long, requires = "fix")]
    pub(crate) diff: bool,
    /// Form of the answer.
    #[arg(long, value_enum, value_name = "FORM")]
    pub(crate) format: Option<CheckFormat>,
    /// End with exit code 1 on warnings too.
    #[arg(long)]
    pub(crate) deny_warnings: bool,
    /// Leave out exact analysis: only what each rule says by itself.
    #[arg(long)]
    pub(crate) no_analysis: bool,
}

/// Forms of the answer of `check`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CheckFormat {
    /// For people: findings on standard error, a line a pack on standard output.
    Text,
    /// As `--json`.
    Json,
    /// A SARIF 2.1.0 log, for code review and editors.
    Sarif,
}

/// How the pages are served.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct ServeArgs {
    /// Address and port to listen on; port 0 takes a free one. Anything but 127.0.0.1 lets others on the network in.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8600")]
    pub(crate) listen: std::net::SocketAddr,
    /// File whose first line is the passphrase of whoever may make rooms; needed to listen on a network.
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// Certificate chain for TLS, PEM.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub(crate) tls_certificate: Option<PathBuf>,
    /// Its private key, PEM.
    #[arg(long, value_name = "FILE", requires = "tls_certificate")]
    pub(crate) tls_key: Option<PathBuf>,
    /// File of sessions; by default in your data folder.
    #[arg(long, value_name = "FILE")]
    pub(crate) data: Option<PathBuf>,
    /// Delete rooms in which nothing has changed for so many days.
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) keep_days: Option<u32>,
    /// Folder with vignettes of your own, beside those that are shipped.
    #[arg(long, value_name = "DIR")]
    pub(crate) vignettes: Option<PathBuf>,
    /// Do not open a browser.
    #[arg(long)]
    pub(crate) no_browser: bool,
}

/// What is done with the file of sessions.
#[derive(Debug, Clone, clap::Subcommand)]
pub(crate) enum SessionsVerb {
    /// Rooms, the latest first.
    List,
    /// Write a copy of everything, also while the server runs.
    Backup {
        /// Where the copy goes.
        to: PathBuf,
    },
    /// Delete a room with its people and answers, rooms that have lain still, or everything.
    #[command(group = clap::ArgGroup::new("which").required(true))]
    Delete {
        /// Code of the room.
        #[arg(long, value_name = "CODE", group = "which")]
        room: Option<String>,
        /// Rooms in which nothing has changed for so many days.
        #[arg(long, value_name = "DAYS", group = "which")]
        older_than: Option<u32>,
        /// Every room.
        #[arg(long, group = "which")]
        all: bool,
    },
}

/// A baseline and what is held against it.
#[derive(Debug, Clone, clap::Args, Serialize, Deserialize)]
pub(crate) struct CompareArgs {
    /// Scenario of the baseline.
    pub(crate) scenario: PathBuf,
    /// Pack of the baseline; by default the scenario's own, or rules/levels-of-need.
    #[arg(long, value_name = "PACK")]
    pub(crate) pack: Option<PathBuf>,
    /// An alternative: a pack, a scenario, or both as SCENARIO,PACK. Give it as often as there are alternatives.
    #[arg(long, value_name = "PACK|SCENARIO", required = true)]
    pub(crate) against: Vec<String>,
    /// The packs of the alternatives take effect on this day; until then the baseline's holds.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) takes_effect: Option<jiff::civil::Date>,
    /// Which day says under which pack a contact falls.
    #[arg(long, value_enum, default_value_t, requires = "takes_effect")]
    pub(crate) governs: GovernsArg,
    /// Folder for the results and their report, or one HTML file for the report alone.
    #[arg(long, value_name = "DIR|FILE.html")]
    pub(crate) out: Option<PathBuf>,
    /// Run every N-th row only, for `mash merge`.
    #[arg(long, value_name = "I/N", conflicts_with_all = ["records", "decisions_only"])]
    pub(crate) shard: Option<String>,
    /// Begin anew, whatever checkpoint the folder holds.
    #[arg(long, requires = "out", conflicts_with = "decisions_only")]
    pub(crate) restart: bool,
    /// Also write every case, shift and Monday of every replication into the folder, as CSV; such a run keeps no checkpoint.
    #[arg(long, requires = "out")]
    pub(crate) records: bool,
    /// Stop when the difference in a measure is known this narrowly, for example referrals=10; several may be given.
    #[arg(long, value_name = "MEASURE=HALF-WIDTH")]
    pub(crate) precision: Vec<String>,
    /// A measure to print besides the headline ones; several may be given. The folder of results has all.
    #[arg(long, value_name = "MEASURE")]
    pub(crate) measure: Vec<String>,
    /// Truth model; the scenario's first by default.
    #[arg(long, value_name = "ID")]
    pub(crate) truth_model: Option<String>,
    /// Replications of missed harm under each truth model; 0 leaves it out.
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub(crate) harm_replications: u32,
    /// Points over the ranges that the scenario states for its synthesised figures, to tell doubt about inputs from chance;
    /// 0 leaves it out.
    #[arg(long, value_name = "POINTS", default_value_t = 0)]
    pub(crate) uncertainty: u32,
    /// Also measure what each agency's replies change; takes longer.
    #[arg(long)]
    pub(crate) value_of_information: bool,
    /// What an hour and a worker cost: JSON, see `mash schema rates`.
    #[arg(long, value_name = "FILE")]
    pub(crate) rates: Option<PathBuf>,
    /// Decide a generated year under two packs at once, without queues and teams.
    #[arg(long)]
    pub(crate) decisions_only: bool,
    /// Replications; the scenario says how many by default.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) replications: Option<u32>,
    /// Contacts a year, in place of the scenario's volume.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) contacts: Option<u32>,
    /// Seed, in place of the scenario's.
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Engine that evaluates the rules; both give the same figures.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) engine: EngineArg,
}

/// Which day says under which pack a contact falls, as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, Serialize, Deserialize)]
pub(crate) enum GovernsArg {
    /// The day of receipt.
    #[default]
    Receipt,
    /// The day on which it is looked at.
    Decision,
}

/// What a report is written of.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct ReportArgs {
    /// Results: a folder that `mash compare --out` wrote, or its results.json.
    pub(crate) results: Option<PathBuf>,
    /// HTML file.
    #[arg(long, value_name = "FILE", default_value = "report.html")]
    pub(crate) out: PathBuf,
    /// A template of your own in place of the shipped one.
    #[arg(long, value_name = "FILE", conflicts_with = "markdown")]
    pub(crate) template: Option<PathBuf>,
    /// Write the shipped template, to start your own from, and nothing else.
    #[arg(long, value_name = "FILE")]
    pub(crate) write_template: Option<PathBuf>,
    /// The same as Markdown.
    #[arg(long)]
    pub(crate) markdown: bool,
}

/// What is varied.
#[derive(Debug, Clone, clap::Args, Serialize, Deserialize)]
pub(crate) struct SweepArgs {
    /// Scenario.
    pub(crate) scenario: PathBuf,
    /// Pack; by default the scenario's own, or rules/levels-of-need.
    #[arg(long, value_name = "PACK")]
    pub(crate) pack: Option<PathBuf>,
    /// A figure of the scenario or a threshold of the pack, and its values: `front_door.screening.staff=3,4,5`,
    /// `front_door.workforce.agency_share=0.1..0.6/6` (six values from 0.1 to 0.6), `threshold.repeat_contacts_12m=2..6/5`.
    /// At most two.
    #[arg(long, value_name = "PLACE=VALUES")]
    pub(crate) vary: Vec<String>,
    /// A CSV whose heads are places and whose rows are the points of the design, in place of --vary.
    #[arg(long, value_name = "FILE", conflicts_with = "vary")]
    pub(crate) design: Option<PathBuf>,
    /// Measure to show; several may be given.
    #[arg(long, value_name = "MEASURE", default_values_t = ["decision_hours_mean".to_owned(), "referral_one_day_pct".to_owned()])]
    pub(crate) measure: Vec<String>,
    /// Say where a measure first reaches a level: MEASURE>=LEVEL or MEASURE<=LEVEL.
    #[arg(long, value_name = "MEASURE>=LEVEL")]
    pub(crate) until: Option<String>,
    /// Replications of each point.
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) replications: u32,
    /// Seed, in place of the scenario's.
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Every point and measure as CSV; the measures shown drawn as curves, where the name ends in .html; or a folder for
    /// both, where it has no ending.
    #[arg(long, value_name = "FILE|DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Run every N-th row only, for `mash merge`.
    #[arg(long, value_name = "I/N")]
    pub(crate) shard: Option<String>,
    /// Begin anew, whatever checkpoint the folder holds.
    #[arg(long, requires = "out")]
    pub(crate) restart: bool,
    /// Engine that evaluates the rules; both give the same figures.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) engine: EngineArg,
}

/// Replications of one model.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct SimulateArgs {
    /// Scenario with a section `front_door`, or a file with a `network` of queues.
    pub(crate) scenario: PathBuf,
    /// Rule pack; by default the scenario's own, or rules/levels-of-need.
    #[arg(long, value_name = "PACK")]
    pub(crate) pack: Option<PathBuf>,
    /// Replications; the scenario says how many by default. With --precision, the most.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) replications: Option<u32>,
    /// Stop when a measure's 95% interval is this narrow, for example referrals=10.
    #[arg(long, value_name = "MEASURE=HALF-WIDTH")]
    pub(crate) precision: Option<String>,
    /// Seed, in place of the scenario's.
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Truth model; the scenario's first by default.
    #[arg(long, value_name = "ID")]
    pub(crate) truth_model: Option<String>,
    /// Also measure what each agency's replies change; takes longer.
    #[arg(long)]
    pub(crate) value_of_information: bool,
    /// Contacts a year, in place of the scenario's volume.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) contacts: Option<u32>,
    /// Replay when contacts came to a hub, from whom and how long two stages took: CSV with the columns received,
    /// source, screening_minutes, decision_minutes. Nothing about whom they concern.
    #[arg(long, value_name = "FILE")]
    pub(crate) contact_log: Option<PathBuf>,
    /// Run every N-th replication only, for `mash merge`.
    #[arg(long, value_name = "I/N")]
    pub(crate) shard: Option<String>,
    /// Folder for the results: a row a replication, means, data dictionary, manifest.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Begin anew, whatever checkpoint the folder holds.
    #[arg(long, requires = "out")]
    pub(crate) restart: bool,
    /// Show what happens to one child in one contact of one replication, for example h12-c1-1.
    #[arg(long, value_name = "ID")]
    pub(crate) case: Option<String>,
    /// Write everything that happens in one replication: .csv, or OCEL 2.0 as .jsonocel.
    #[arg(long, value_name = "FILE")]
    pub(crate) events: Option<PathBuf>,
    /// The replication of --case and --events.
    #[arg(long, value_name = "K", default_value_t = 0)]
    pub(crate) replication: u32,
    /// Engine that evaluates the rules; both give the same figures.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) engine: EngineArg,
}

/// A long run from the first day on, nothing left out.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct WarmUpArgs {
    /// Scenario with a section `front_door`.
    pub(crate) scenario: PathBuf,
    /// Rule pack; by default the scenario's own, or rules/levels-of-need.
    #[arg(long, value_name = "PACK")]
    pub(crate) pack: Option<PathBuf>,
    /// Years of each run, from the first day of the scenario's warm-up.
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u32).range(4..=10))]
    pub(crate) years: u32,
    /// Replications.
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(2..))]
    pub(crate) replications: u32,
    /// Seed, in place of the scenario's.
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Truth model; the scenario's first by default.
    #[arg(long, value_name = "ID")]
    pub(crate) truth_model: Option<String>,
}

/// A scenario against published figures.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct BelieveArgs {
    /// Scenario with a section `front_door`.
    pub(crate) scenario: PathBuf,
    /// Authority as DfE spells it; the scenario's own by default, or England.
    #[arg(long, value_name = "NAME")]
    pub(crate) authority: Option<String>,
    /// Year that ends on 31 March; the scenario's own by default.
    #[arg(long, value_name = "YEAR")]
    pub(crate) year: Option<u16>,
    /// Rule pack; by default the scenario's own, or rules/levels-of-need.
    #[arg(long, value_name = "PACK")]
    pub(crate) pack: Option<PathBuf>,
    /// Replications; the scenario says how many by default.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..))]
    pub(crate) replications: Option<u32>,
    /// Seed, in place of the scenario's.
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Truth model; the scenario's first by default.
    #[arg(long, value_name = "ID")]
    pub(crate) truth_model: Option<String>,
}

/// What is fitted to whom.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct CalibrateArgs {
    /// Authority as DfE spells it, for example "Herefordshire, County of".
    #[arg(long, value_name = "NAME")]
    pub(crate) authority: Option<String>,
    /// Year that ends on 31 March, from 2018 to 2024.
    #[arg(long, value_name = "YEAR")]
    pub(crate) year: Option<u16>,
    /// Scenario to begin from; the authority's shipped one where there is one, or england-average.
    #[arg(long, value_name = "SCENARIO")]
    pub(crate) base: Option<PathBuf>,
    /// Scenario to write; it extends the base. Without it nothing is written.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// A hub's own counts in place of published figures: CSV with the columns month, source, outcome, contacts.
    #[arg(long, value_name = "FILE")]
    pub(crate) local: Option<PathBuf>,
    /// Fit on years up to this one, predict the next and say how far off all authorities were. With --authority, its
    /// scenario is fitted too.
    #[arg(long, value_name = "YEAR", conflicts_with = "year")]
    pub(crate) hold_out: Option<u16>,
    /// Rule pack; by default the base's own, or rules/levels-of-need.
    #[arg(long, value_name = "PACK")]
    pub(crate) pack: Option<PathBuf>,
    /// Replications of each point; 3 to 12 by the authority's size by default.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(3..=1000))]
    pub(crate) replications: Option<u32>,
    /// Seed, in place of the base's.
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Truth model; the base's first by default.
    #[arg(long, value_name = "ID")]
    pub(crate) truth_model: Option<String>,
}

/// Two packs side by side.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct DiffArgs {
    /// Pack A: as it is.
    pub(crate) a: PathBuf,
    /// Pack B: with the change.
    pub(crate) b: PathBuf,
    /// List the regions of this stage only; every stage is proved or refuted all the same.
    #[arg(long, value_enum)]
    pub(crate) stage: Option<DiffStage>,
    /// Most regions to list a stage. "No difference" never depends on it.
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub(crate) bound: usize,
    /// Scenario whose contacts are counted region by region; the shipped Herefordshire-like year where it is there.
    #[arg(long, value_name = "FILE")]
    pub(crate) scenario: Option<PathBuf>,
    /// Replications to count over.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) replications: u32,
    /// Seed, in place of the scenario's.
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
}

/// Stages whose regions may be listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffStage {
    /// Is it for the hub, and how urgent?
    Screening,
    /// Whom to ask.
    Enquiries,
    /// Route and outcome.
    Decision,
}

/// Engines, as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, Serialize, Deserialize)]
pub(crate) enum EngineArg {
    /// A circuit of tables and gates: fast.
    #[default]
    Compiled,
    /// Rhai runs every rule: the reference meaning.
    Interpreted,
}

impl EngineArg {
    /// The engine meant.
    pub(crate) fn kind(self) -> mash_rules::EngineKind {
        match self {
            EngineArg::Compiled => mash_rules::EngineKind::Compiled,
            EngineArg::Interpreted => mash_rules::EngineKind::Interpreted,
        }
    }
}

/// What `new` writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum NewKind {
    /// A rule pack with a case that passes.
    Pack,
    /// A scenario: the shipped Herefordshire-like year, to be made one's own.
    Scenario,
    /// A training vignette in two stages.
    Vignette,
}

/// Schemas that are published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaName {
    /// A contact, one line of `decide --in`.
    Contact,
    /// A decision, one line of `decide --out`.
    Decision,
    /// manifest.json of a pack.
    Manifest,
    /// facts.json of a pack.
    Facts,
    /// thresholds.json of a pack.
    Thresholds,
    /// cases/*.json of a pack.
    Cases,
    /// A scenario file.
    Scenario,
    /// A training vignette.
    Vignette,
    /// The answer of `exercise answers --json`.
    ExerciseAnswers,
    /// The answer of `check --json`.
    Check,
    /// The answer of `explain-lint --json`.
    ExplainLint,
    /// The answer of `test --json`.
    Test,
    /// The answer of `explain --json`.
    Explain,
    /// The answer of `decide --json`.
    Decide,
    /// The answer of `compare --decisions-only --json`.
    Compare,
    /// The answer of `compare --json`, and results.json of its folder.
    Experiment,
    /// What an hour and a worker cost, for `compare --rates`.
    Rates,
    /// The answer of `sweep --json`.
    Sweep,
    /// The answer of `bench --json`.
    Bench,
    /// The answer of `diff --json`.
    Diff,
    /// The answer of `verify --json`.
    Verify,
    /// A file with a network of queues, for `simulate`.
    Network,
    /// The answer of `simulate --json`.
    Simulate,
    /// The answer of `warm-up --json`.
    WarmUp,
    /// The answer of `believe --json`.
    Believe,
    /// The answer of `calibrate --json`.
    Calibrate,
    /// The answer of `calibrate --hold-out --json`.
    HoldOut,
    /// manifest.json of a results folder.
    RunManifest,
    /// The answer of `docs --json` and of `new --json`: what was written.
    Written,
}
