//! From the command line to alternatives: which scenario under which packs.

use std::path::{Path, PathBuf};

use mash_batch::{
    batch::Shard,
    experiment::{Setup, study::Study},
    pack_change::Governs,
};
use mash_io::{
    results_folder::{InputFile, RunHead, WantedPrecision},
    scenario_file::LoadedScenario,
};
use mash_rules::RulePack;
use mash_sim::{Scenario, TruthModelId};

use crate::{
    args::{CompareArgs, GovernsArg},
    command::{
        sharded,
        simulate::{hashed, usual_pack},
    },
    exit_code::Failure,
    input,
};

/// What was read, each file once an alternative.
pub(super) struct Inputs {
    alternatives: Vec<Read>,
    /// What must be said of how they were chosen.
    pub(super) warnings: Vec<String>,
}

struct Read {
    id: String,
    title: String,
    scenario: Scenario,
    sha256: String,
    pack: RulePack,
}

/// Reads the baseline and every alternative.
pub(super) fn inputs(args: &CompareArgs) -> Result<Inputs, Failure> {
    let sized = |loaded: LoadedScenario| {
        let scenario = match args.contacts {
            Some(contacts) => loaded.scenario.with_expected_contacts(f64::from(contacts)),
            None => loaded.scenario,
        };
        (scenario, loaded.sha256)
    };
    let loaded = input::scenario(&args.scenario)?;
    let base_file = loaded.files.first().cloned();
    let mut warnings = Vec::new();
    let (scenario, sha256) = sized(loaded);
    let folder = match &args.pack {
        Some(folder) => folder.clone(),
        None => usual_pack(&args.scenario, scenario.as_written().pack.as_deref())?,
    };
    let baseline = Read {
        id: "baseline".to_owned(),
        title: format!("Baseline: {}", scenario.title),
        pack: input::pack(&folder)?,
        scenario,
        sha256,
    };
    let mut all = vec![baseline];
    for against in &args.against {
        let Some(baseline) = all.first() else { break };
        let (scenario, pack) = parts(against)?;
        let (title_of_scenario, (scenario, sha256), own) = match &scenario {
            Some(path) => {
                let loaded = input::scenario(path)?;
                warnings.extend(other_base(&loaded, base_file.as_ref()));
                let loaded = sized(loaded);
                let own = loaded.0.as_written().pack.clone();
                let own = own.map(|own| usual_pack(path, Some(&own))).transpose()?;
                (Some(loaded.0.title.clone()), loaded, own)
            }
            None => (None, (baseline.scenario.clone(), baseline.sha256.clone()), None),
        };
        // A scenario that names its pack comes with it, unless the command says otherwise.
        let pack =
            input::pack(&pack.or(own.filter(|_| args.pack.is_none())).unwrap_or_else(|| folder.clone()))?;
        let title = title_of_scenario.unwrap_or_else(|| pack.manifest.title.clone());
        let id = if title == pack.manifest.title { pack.manifest.id.clone() } else { scenario.id.clone() };
        let id = unique(id, &all);
        all.push(Read { id, title, scenario, sha256, pack });
    }
    Ok(Inputs { alternatives: all, warnings })
}

impl Inputs {
    /// The alternatives, the baseline first.
    pub(super) fn setups(&self, args: &CompareArgs) -> Vec<Setup<'_>> {
        let governs = match args.governs {
            GovernsArg::Receipt => Governs::Receipt,
            GovernsArg::Decision => Governs::Decision,
        };
        let Some(baseline) = self.alternatives.first() else { return Vec::new() };
        let one = |read| setup(baseline, read, args, governs);
        self.alternatives.iter().map(one).collect()
    }
}

/// Says of a what-if that it changes another scenario than the baseline: everything between the two would count as its
/// effect.
fn other_base(loaded: &LoadedScenario, baseline: Option<&(String, String)>) -> Option<String> {
    let (_, extended) = loaded.files.split_first()?;
    let (base, extends) = extended.first()?;
    let (_, hash) = baseline?;
    (extends != hash).then(|| {
        format!(
            "`{}` extends {base}, which is not the baseline: whatever differs between the two counts as its effect; \
             give {base} as the baseline to see the what-if alone",
            loaded.scenario.id
        )
    })
}

/// One alternative; its pack holds from the start, or takes effect on the day that the command names.
fn setup<'i>(baseline: &'i Read, read: &'i Read, args: &CompareArgs, governs: Governs) -> Setup<'i> {
    let (pack, then) = match args.takes_effect {
        Some(day) if read.pack.hash != baseline.pack.hash => {
            (&baseline.pack, Some((&read.pack, day, governs)))
        }
        _ => (&read.pack, None),
    };
    Setup {
        id: read.id.clone(),
        title: read.title.clone(),
        scenario: &read.scenario,
        scenario_sha256: read.sha256.clone(),
        pack,
        then,
        truth_model: args.truth_model.as_deref().map(TruthModelId::from),
        engine: args.engine.kind(),
        value_of_information: args.value_of_information,
    }
}

/// The scenario and the pack that an alternative names.
fn parts(text: &str) -> Result<(Option<PathBuf>, Option<PathBuf>), Failure> {
    let is_scenario = |path: &Path| path.extension().is_some_and(|end| end.eq_ignore_ascii_case("json"));
    let (first, second) = match text.split_once(',') {
        Some((first, second)) => (PathBuf::from(first.trim()), Some(PathBuf::from(second.trim()))),
        None => (PathBuf::from(text.trim()), None),
    };
    match second {
        Some(pack) if is_scenario(&first) && !is_scenario(&pack) => Ok((Some(first), Some(pack))),
        Some(_) => Err(Failure::Misuse(format!(
            "--against: `{text}` is not SCENARIO,PACK: first the scenario's file, then the pack's folder"
        ))),
        None if is_scenario(&first) => Ok((Some(first), None)),
        None => Ok((None, Some(first))),
    }
}

fn unique(id: String, all: &[Read]) -> String {
    let taken = |id: &str| all.iter().any(|read| read.id == id);
    if !taken(&id) {
        return id;
    }
    (2..).map(|number| format!("{id}-{number}")).find(|id| !taken(id)).unwrap_or(id)
}

/// What is run, for its checkpoint and for those who merge its shards.
pub(super) fn head(
    args: &CompareArgs,
    inputs: &Inputs,
    study: &Study<'_>,
    shard: Shard,
) -> Result<RunHead, Failure> {
    let mut all = Vec::new();
    for read in &inputs.alternatives {
        all.push(InputFile { name: read.scenario.id.clone(), sha256: read.sha256.clone() });
        all.push(InputFile { name: read.pack.manifest.id.clone(), sha256: read.pack.hash.clone() });
    }
    if let Some(path) = &args.rates {
        all.push(hashed(&path.display().to_string(), &std::fs::read(path).unwrap_or_default()));
    }
    let governs = if args.governs == GovernsArg::Decision { "decision" } else { "receipt" };
    let settings = [
        Some(format!("{} replications", study.experiment.stopping.most)),
        Some(format!("{} of missed harm", args.harm_replications)),
        Some(format!("{} points", args.uncertainty)),
        args.takes_effect.map(|day| format!("takes effect on {day} by {governs}")),
        args.truth_model.as_ref().map(|model| format!("truth model {model}")),
        args.contacts.map(|contacts| format!("{contacts} contacts a year")),
        args.value_of_information.then(|| "value of information".to_owned()),
        (!args.precision.is_empty()).then(|| format!("precision {}", args.precision.join(" "))),
    ];
    let settings = settings.into_iter().flatten();
    all.extend(settings.map(|name| InputFile { name, sha256: String::new() }));
    let (baseline, others) = study.setups.split_first().map_or(("", Vec::new()), |(first, rest)| {
        (first.scenario.id.as_str(), rest.iter().map(|it| it.id.as_str()).collect())
    });
    let asked = CompareArgs { out: None, shard: None, restart: false, ..args.clone() };
    Ok(RunHead {
        program: format!("mash {}", env!("CARGO_PKG_VERSION")),
        model: format!("{} against {baseline}", others.join(", ")),
        inputs: all,
        seed: study.experiment.seed,
        replications: study.rows(),
        parts: study.begins(),
        until: study.experiment.stopping.wanted.first().map(|wanted| WantedPrecision {
            measure: args.precision.join(" "),
            half_width: wanted.half_width,
        }),
        shard: shard.to_string(),
        asked: Some(sharded::asked("compare", &asked)?),
    })
}

/// The command that repeats the run, without what does not change its bytes.
pub(super) fn command_line(args: &CompareArgs) -> String {
    let mut words = vec!["mash compare".to_owned(), args.scenario.display().to_string()];
    let mut option = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            words.push(format!("--{name} {value}"));
        }
    };
    option("pack", args.pack.as_ref().map(|pack| pack.display().to_string()));
    for against in &args.against {
        option("against", Some(against.clone()));
    }
    option("takes-effect", args.takes_effect.map(|day| day.to_string()));
    if args.takes_effect.is_some() && args.governs == GovernsArg::Decision {
        option("governs", Some("decision".to_owned()));
    }
    option("replications", args.replications.map(|value| value.to_string()));
    for precision in &args.precision {
        option("precision", Some(precision.clone()));
    }
    option("contacts", args.contacts.map(|value| value.to_string()));
    option("seed", args.seed.map(|value| value.to_string()));
    option("truth-model", args.truth_model.clone());
    option("harm-replications", Some(args.harm_replications.to_string()));
    option("uncertainty", (args.uncertainty > 0).then(|| args.uncertainty.to_string()));
    option("rates", args.rates.as_ref().map(|path| path.display().to_string()));
    if args.value_of_information {
        words.push("--value-of-information".to_owned());
    }
    words.push("--out results".to_owned());
    words.join(" ")
}
