//! `mash believe`: a simulated front door against published figures, a verdict a measure.

use mash_batch::{
    batch::{Batch, Replications, Shard},
    front_door_model::FrontDoorModel,
    model::Model,
};
use mash_io::{
    FileError,
    belief::{self, Believed, Verdict},
    published::{self, Authority, ENGLAND, others},
};
use mash_model::NOTICE;
use mash_rules::EngineKind;
use mash_sim::{Scenario, TruthModelId};
use schemars::JsonSchema;
use serde::Serialize;

use super::{keeps_up, simulate};
use crate::{args::BelieveArgs, exit_code::Failure, input, terminal};

/// The answer of `believe --json`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct BelieveAnswer {
    /// What was run.
    model: String,
    /// The authority whose figures it stands beside.
    authority: String,
    /// The year that ends on 31 March.
    year: u16,
    /// Replications, and the seed of every draw.
    replications: u32,
    /// Seed.
    seed: u64,
    /// Who the others are: statistical neighbours, a region, or England.
    beside: String,
    /// Their names.
    beside_authorities: Vec<String>,
    /// A verdict a measure.
    measures: Vec<Believed>,
    /// Measures whose mean lies outside England's band.
    outside: Vec<&'static str>,
    /// What must be said beside the verdicts.
    warnings: Vec<String>,
    /// That everything is synthetic.
    notice: &'static str,
}

pub(crate) fn run(args: &BelieveArgs, json: bool) -> Result<(), Failure> {
    let loaded = input::scenario(&args.scenario)?;
    let scenario = &loaded.scenario;
    let own = whose(args, scenario)?;
    let folder = match &args.pack {
        Some(folder) => folder.clone(),
        None => simulate::usual_pack(&args.scenario, scenario.as_written().pack.as_deref())?,
    };
    let pack = input::pack(&folder)?;
    let truth_model = args.truth_model.as_deref().map(TruthModelId::from);
    let model = FrontDoorModel::new(scenario, &pack, EngineKind::Compiled, truth_model.as_ref())
        .map_err(|error| Failure::Files(vec![FileError::new(&args.scenario, error.to_string())]))?;
    let (seed, count) =
        (args.seed.unwrap_or(scenario.seed), args.replications.unwrap_or(scenario.replications));
    let tight = keeps_up::check(&model, &args.scenario, seed)?;
    let batch = Batch { model: &model, seed, replications: Replications::Count(count), shard: Shard::WHOLE };
    let summary = simulate::in_memory(&batch)?;
    let estimates = summary.estimates().map_err(|error| Failure::Run(error.to_string()))?;
    let figure = |id: &str| {
        let at = model.measures().iter().position(|measure| measure.id == id)?;
        estimates.get(at).copied().flatten()
    };
    let others = others(&own);
    let measures = belief::believed(&figure, &own, &others);
    let mut warnings = belief::warnings(&measures, &own, &others);
    warnings.extend(tight);
    warnings.extend(model.warnings(&estimates));
    let outside: Vec<&'static str> =
        measures.iter().filter(|line| line.verdict != Verdict::Inside).map(|line| line.measure).collect();
    let is_outside = !outside.is_empty();
    if json {
        terminal::json(&BelieveAnswer {
            model: model.id().to_owned(),
            authority: own.name.clone(),
            year: own.year,
            replications: count,
            seed,
            beside: others.title.clone(),
            beside_authorities: others.names.clone(),
            measures,
            outside,
            warnings,
            notice: NOTICE,
        });
    } else {
        let say = |text: &str| terminal::out(&format!("{}\n", terminal::wrap(text, terminal::WIDTH, "  ")));
        say(&format!("{}; {count} replications, seed {seed}", model.id()));
        terminal::out(&format!("\n{}\n", belief::text(&measures, &own, &others)));
        let told = measures.iter().filter(|line| line.verdict != Verdict::Inside || !line.decided);
        told.for_each(|line| say(&format!("{}: {}", line.title, line.words)));
        for line in measures.iter().filter(|line| line.not_published.is_some()) {
            say(&format!("{}: {}", line.title, line.not_published.unwrap_or_default()));
        }
        warnings.iter().for_each(|warning| say(&format!("NOTE: {warning}")));
        let verdict = match outside.len() {
            0 => "nothing lies outside England's band".to_owned(),
            1 => "1 measure lies outside England's band".to_owned(),
            many => format!("{many} measures lie outside England's band"),
        };
        say(&verdict);
        terminal::out(&format!("{NOTICE}\n"));
    }
    if is_outside { Err(Failure::Findings) } else { Ok(()) }
}

/// The authority asked for, the scenario's own, or England.
fn whose(args: &BelieveArgs, scenario: &Scenario) -> Result<Authority, Failure> {
    let year = args.year.unwrap_or_else(|| u16::try_from(scenario.year_end.year()).unwrap_or(0));
    let name = args.authority.as_deref().or(scenario.authority_like.as_deref()).unwrap_or(ENGLAND);
    authority(name, year)
}

/// An authority's rows, or what to write instead of its name.
pub(super) fn authority(name: &str, year: u16) -> Result<Authority, Failure> {
    Authority::of(name, year).ok_or_else(|| {
        let mend = published::mend(name, year);
        Failure::Misuse(format!("no authority `{name}` has figures of the year to March {year}: {mend}"))
    })
}
