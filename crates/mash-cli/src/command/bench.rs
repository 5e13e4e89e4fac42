//! `mash bench`: how fast a pack decides on this machine, by each engine.
//!
//! Every figure is the median of several rounds over the same synthetic sheets, with the fastest and slowest round.

use std::{fmt::Write as _, fs, hint::black_box, path::Path, time::Instant};

use mash_batch::parallel;
use mash_model::{FactColumns, FactDictionary, FactSheet, NOTICE};
use mash_rules::{Evaluator, RulePack};
use mash_sim::{Purpose, Stream};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{exit_code::Failure, terminal};

/// Rounds of each measurement: an odd number, so that one of them is the median.
const ROUNDS: usize = 9;
/// Cases that the interpreter is given of those asked for: it takes some hundred times as long.
const INTERPRETED: usize = 500;
/// Share of facts known on a sheet, as at the door.
const SHARE_KNOWN: f64 = 0.3;
/// Cases of a round of columns at the least: fewer are over before a second thread has woken.
const COLUMNS: usize = 400_000;
/// Sheets that one thread is given at a time.
const BLOCK: usize = 1_024;

/// The answer of `bench --json`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct BenchAnswer {
    /// The pack's folder.
    pack: String,
    /// SHA-256 of the pack.
    pack_hash: String,
    /// Rules, and the facts they may read.
    rules: usize,
    /// Facts of the dictionary.
    facts: usize,
    /// Synthetic sheets decided in each round.
    contacts: usize,
    /// Share of facts known on each sheet.
    share_known: f64,
    /// Threads of the measurements on all cores.
    threads: usize,
    /// From the text of the files to a checked and compiled pack, milliseconds.
    load_ms: Spread,
    /// Nanoseconds a case, by engine.
    engines: Vec<Measured>,
    /// Most memory the program held, megabytes; absent where the system does not tell.
    peak_memory_mb: Option<f64>,
    /// That everything is synthetic.
    notice: String,
}

/// One engine's time a case.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Measured {
    /// Which engine, and what it was asked for.
    engine: String,
    /// Threads.
    threads: usize,
    /// Nanoseconds a case.
    ns_per_case: Spread,
    /// How many times as fast as the interpreter on one thread.
    times_interpreted: f64,
}

/// A median with the fastest and the slowest round.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub(crate) struct Spread {
    /// Median of the rounds.
    median: f64,
    /// Fastest round.
    fastest: f64,
    /// Slowest round.
    slowest: f64,
}

pub(crate) fn run(path: &Path, contacts: usize, json: bool) -> Result<(), Failure> {
    let files = mash_io::pack_folder::read(path).map_err(Failure::Files)?;
    let pack = RulePack::load(&files)?;
    let load_ms = rounds(1.0e-6, || drop(black_box(RulePack::load(&files))));
    let sheets = sheets(&pack.dictionary, contacts)?;
    let answer = BenchAnswer {
        pack: path.display().to_string(),
        pack_hash: pack.hash.clone(),
        rules: pack.rules.len(),
        facts: pack.dictionary.len(),
        contacts,
        share_known: SHARE_KNOWN,
        threads: parallel::threads(),
        load_ms,
        engines: engines(&pack, &sheets)?,
        peak_memory_mb: peak_memory_mb(),
        notice: NOTICE.to_owned(),
    };
    if json {
        terminal::json(&answer);
    } else {
        terminal::out(&text(&answer));
    }
    Ok(())
}

/// Sheets on which each fact is known or not by chance, every value as likely as any other; none contradicts itself.
fn sheets(dictionary: &FactDictionary, count: usize) -> Result<Vec<FactSheet>, Failure> {
    let failed = |error: mash_sim::DrawOverflowError| Failure::Run(error.to_string());
    let mut sheets = Vec::with_capacity(count);
    let mut entity = 0;
    while sheets.len() < count {
        entity += 1;
        let mut stream = Stream::new(1, 0, entity, Purpose::ChildFacts);
        let mut sheet = FactSheet::unknown(dictionary);
        for (slot, fact) in dictionary.iter().filter(|(_, fact)| fact.is_coded()) {
            if stream.chance(SHARE_KNOWN).map_err(failed)? {
                let last = i64::try_from(fact.value_count()).unwrap_or(1);
                let code = stream.between(1, last).map_err(failed)?;
                sheet.set(slot, u8::try_from(code).ok().and_then(|code| fact.value_of_code(code)));
            }
        }
        // A dictionary whose constraints hardly any sheet meets is measured on what there is.
        if sheet.broken_constraint(dictionary).is_none() || entity > 100 * count as u64 {
            sheets.push(sheet);
        }
    }
    Ok(sheets)
}

fn engines(pack: &RulePack, sheets: &[FactSheet]) -> Result<Vec<Measured>, Failure> {
    let few = sheets.get(..INTERPRETED.min(sheets.len())).unwrap_or(sheets);
    let blocks: Vec<FactColumns> = sheets
        .chunks(BLOCK)
        .map(|block| FactColumns::of_sheets(&pack.dictionary, block.iter()))
        .collect::<Result<_, usize>>()
        .map_err(|row| Failure::Run(format!("sheet {row} holds a value that its fact does not admit")))?;
    let marks = |engine: &(dyn Evaluator + Sync), sheets: &[FactSheet]| {
        for sheet in sheets {
            black_box(engine.evaluate(pack.all_rules(), sheet));
        }
    };
    let passes = COLUMNS.div_ceil(sheets.len().max(1));
    let blocks: Vec<&FactColumns> = (0..passes).flat_map(|_| &blocks).collect();
    let (compiled, many) = (pack.compiled(), passes * sheets.len());
    let chunks: Vec<&[FactSheet]> = sheets.chunks(BLOCK).collect();
    let few_chunks: Vec<&[FactSheet]> = few.chunks(16).collect();
    let all = parallel::threads();
    let mut found: Vec<(String, usize, usize, Spread)> = Vec::new();
    let mut measure = |name: &str, threads: usize, cases: usize, work: &mut dyn FnMut()| {
        found.push((name.to_owned(), threads, cases, rounds(1.0 / cases.max(1) as f64, work)));
    };
    measure("interpreted, marks", 1, few.len(), &mut || marks(pack.interpreter(), few));
    measure("compiled, marks", 1, sheets.len(), &mut || marks(&compiled, sheets));
    measure("compiled, whole answers", 1, sheets.len(), &mut || {
        for sheet in sheets {
            black_box(pack.triage(&compiled, sheet));
        }
    });
    measure("columns, marks", 1, many, &mut || {
        for block in &blocks {
            black_box(pack.mark_columns(block));
        }
    });
    measure("columns, whole answers", 1, many, &mut || {
        for block in &blocks {
            black_box(pack.decide_columns(block));
        }
    });
    if all > 1 {
        measure("interpreted, marks", all, few.len(), &mut || {
            parallel::map(&few_chunks, |chunk| marks(pack.interpreter(), chunk));
        });
        measure("compiled, marks", all, sheets.len(), &mut || {
            parallel::map(&chunks, |chunk| marks(&compiled, chunk));
        });
        measure("columns, marks", all, many, &mut || {
            parallel::map(&blocks, |block| drop(black_box(pack.mark_columns(block))));
        });
    }
    let reference = found.first().map_or(f64::NAN, |(.., spread)| spread.median);
    let measured = found.into_iter().map(|(engine, threads, _, ns_per_case)| Measured {
        engine,
        threads,
        times_interpreted: reference / ns_per_case.median,
        ns_per_case,
    });
    Ok(measured.collect())
}

/// Runs work a few times, once more beforehand to warm up, and gives nanoseconds times `scale`.
#[expect(clippy::disallowed_methods, reason = "the time that work takes is what is asked for")]
fn rounds(scale: f64, mut work: impl FnMut()) -> Spread {
    work();
    let mut times: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed().as_secs_f64() * 1.0e9 * scale
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let at = |index: usize| times.get(index).copied().unwrap_or(f64::NAN);
    Spread { median: at(ROUNDS / 2), fastest: at(0), slowest: at(ROUNDS - 1) }
}

/// The most memory this process held, where Linux tells.
fn peak_memory_mb() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes / 1024.0)
}

fn text(answer: &BenchAnswer) -> String {
    let mut text = format!(
        "{}: {} rules, {} facts; {} synthetic sheets, {:.0}% of facts known\n",
        answer.pack,
        answer.rules,
        answer.facts,
        answer.contacts,
        answer.share_known * 100.0
    );
    let load = answer.load_ms;
    let _ = writeln!(
        text,
        "load, check and compile: {:.1} ms ({:.1} to {:.1})\n",
        load.median, load.fastest, load.slowest
    );
    let _ = writeln!(
        text,
        "{:<26} {:>7} {:>10} {:>21} {:>9}",
        "engine", "threads", "ns a case", "(fastest to slowest)", "times"
    );
    for row in &answer.engines {
        let spread = row.ns_per_case;
        let range = format!("({:.0} to {:.0})", spread.fastest, spread.slowest);
        let _ = writeln!(
            text,
            "{:<26} {:>7} {:>10.0} {:>21} {:>8.0}x",
            row.engine, row.threads, spread.median, range, row.times_interpreted
        );
    }
    if let Some(peak) = answer.peak_memory_mb {
        let _ = writeln!(text, "\nmost memory held: {peak:.0} MB");
    }
    let _ = writeln!(text, "{NOTICE}");
    text
}
