//! The files of `scenarios/reference`: run until the interval is narrow enough, and laid beside what is known.

use mash_sim::{
    NetworkScenario,
    network_file::{KnownFile, NamedMeasure},
    queueing::{Measure, QueueError, measure},
};
use mash_stats::{Confidence, Estimate, estimate_at};

use super::{Verified, VerifyError, known_answers::exact};
use crate::parallel;

macro_rules! files {
    ($($name:literal),*) => {
        [$(($name, include_str!(concat!("../../../../scenarios/reference/", $name)))),*]
    };
}

/// Each file with its text.
pub(super) const FILES: [(&str, &str); 12] = files![
    "mm1.json",
    "mm3.json",
    "mm1-priority.json",
    "mg1.json",
    "md1.json",
    "sibling-batches.json",
    "fan-out.json",
    "caseload.json",
    "caseload-cap.json",
    "front-door-trace.json",
    "front-door-day-and-night.json",
    "front-door-shifts.json"
];

/// Recorded runs that stand beside them.
const BESIDE: [(&str, &str); 1] = files!["front-door-trace.csv"];

/// Replications run between two looks at the precision.
const BLOCK: u32 = 16;
/// Most replications of a case.
const MOST: u32 = 4_000;
/// Half-width of a 99% interval over that of a 95% interval, of many replications.
const WIDER: f64 = 2.576 / 1.960;

/// One of the files, checked.
pub(super) fn read(file: &'static str, text: &str) -> Result<NetworkScenario, VerifyError> {
    let beside = |wanted: &str| {
        let found = BESIDE.iter().find(|(name, _)| *name == wanted);
        found
            .map(|(_, text)| (*text).to_owned())
            .ok_or_else(|| "it is not among the reference files".to_owned())
    };
    NetworkScenario::from_json(text, beside).map_err(|error| VerifyError::File { file, error })
}

/// The file of this name, checked.
pub(super) fn named(file: &'static str) -> Result<NetworkScenario, VerifyError> {
    let text = FILES.iter().find(|(name, _)| *name == file).map_or("", |(_, text)| *text);
    read(file, text)
}

/// Values of measures over some replications: a list for each measure; what is of nobody is not a number.
fn measured(
    scenario: &NetworkScenario,
    measures: &[Measure],
    seed: u64,
    replications: std::ops::Range<u32>,
) -> Result<Vec<Vec<f64>>, QueueError> {
    let numbers: Vec<u32> = replications.collect();
    let rows = parallel::map(&numbers, |replication| {
        measure(&scenario.network, scenario.window, measures, seed, *replication)
    });
    let mut columns = vec![Vec::with_capacity(numbers.len()); measures.len()];
    for row in rows {
        for (column, value) in columns.iter_mut().zip(row?) {
            column.push(value.unwrap_or(f64::NAN));
        }
    }
    Ok(columns)
}

/// Lays what comes out beside what is known.
///
/// An exact answer is run for until the 99% interval is as narrow as wanted; one that is an estimate itself, for as many
/// replications as the file says, and both intervals count. Within 1.5 half-widths it holds.
pub(super) fn verify(scenario: &NetworkScenario, seed: u64) -> Result<Vec<Verified>, VerifyError> {
    let known: Vec<(&NamedMeasure, &KnownFile)> =
        scenario.measures.iter().filter_map(|named| Some((named, named.known.as_ref()?))).collect();
    let measures: Vec<Measure> = known.iter().map(|(named, _)| named.measure).collect();
    if scenario.is_recorded() {
        let columns = measured(scenario, &measures, seed, 0..1)?;
        let found = columns.iter().map(|column| column.first().copied().unwrap_or(f64::NAN));
        let line = |((named, known), found): (&(&NamedMeasure, &KnownFile), f64)| {
            exact(&scenario.title, with_unit(named), known.value, found, &known.source)
        };
        return Ok(known.iter().zip(found).map(line).collect());
    }
    let least =
        if known.iter().any(|(_, known)| known.half_width.is_some()) { scenario.replications } else { BLOCK };
    let mut columns = vec![Vec::new(); measures.len()];
    let mut replications = 0;
    loop {
        let upto = if replications == 0 { least } else { replications + BLOCK };
        let block = measured(scenario, &measures, seed, replications..upto)?;
        replications = upto;
        columns.iter_mut().zip(block).for_each(|(column, more)| column.extend(more));
        let estimates = columns.iter().map(|column| estimate_at(column, Confidence::P99));
        let estimates = estimates.collect::<Result<Vec<_>, _>>()?;
        let all = || known.iter().zip(&estimates);
        let precise = all().all(|((_, known), estimate)| {
            let wanted = known.within.unwrap_or(0.01) * known.value.abs();
            known.half_width.is_some() || half(estimate) <= wanted
        });
        if precise || replications >= MOST {
            let line = |((named, known), estimate): (&(&NamedMeasure, &KnownFile), &Estimate)| {
                let half_width = half(estimate);
                let both = libm::hypot(half_width, known.half_width.unwrap_or(0.0) * WIDER);
                Verified {
                    case: scenario.title.clone(),
                    measure: with_unit(named),
                    expected: known.value,
                    found: estimate.mean,
                    half_width: Some(half_width),
                    replications,
                    passed: precise && (estimate.mean - known.value).abs() <= 1.5 * both,
                    source: known.source.clone(),
                }
            };
            return Ok(all().map(line).collect());
        }
    }
}

fn half(estimate: &Estimate) -> f64 {
    (estimate.high - estimate.low) / 2.0
}

fn with_unit(named: &NamedMeasure) -> String {
    if named.unit == "h" { format!("{}, h", named.title) } else { named.title.clone() }
}
