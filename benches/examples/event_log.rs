//! How long a replication of the front door takes without and with an event log, least of so many rounds:
//! `cargo run --release -p mash-benches --example event_log -- 5`. Writes to a folder of its own and leaves nothing.

use std::time::Instant;

use mash_batch::pack_triage::PackTriage;
use mash_benches::levels_of_need;
use mash_io::event_log::{EventTargets, write};
use mash_rules::EngineKind;
use mash_sim::front_door::{FrontDoor, Triage};
use mash_tests_support::scenario;

#[expect(clippy::disallowed_methods, reason = "the time that it takes is what is asked for")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let rounds: u32 = std::env::args().nth(1).ok_or("how many rounds?")?.parse()?;
    let (pack, scenario) = (levels_of_need(), scenario());
    let triage = PackTriage::new(&pack, pack.engine(EngineKind::default()))?;
    let model = &scenario.truth_models.first().ok_or("no truth model")?.id;
    let door = FrontDoor::new(&scenario, &pack.dictionary, triage.ratings(), model)?;
    let folder = tempfile::tempdir()?;
    let [csv, ocel] = ["log.csv", "log.jsonocel"].map(|name| Some(folder.path().join(name)));
    let all = [
        ("no log", EventTargets::default()),
        ("csv", EventTargets { csv: csv.clone(), ..EventTargets::default() }),
        ("ocel", EventTargets { ocel: ocel.clone(), ..EventTargets::default() }),
        ("both", EventTargets { csv, ocel, case: None }),
    ];
    let mut least = [f64::INFINITY; 4];
    let (mut cases, mut days) = (0, 0.0);
    for _ in 0..rounds {
        for ((_, targets), least) in all.iter().zip(&mut least) {
            let start = Instant::now();
            let found = write(&door, &triage, 7, 0, targets)?;
            *least = least.min(start.elapsed().as_secs_f64() * 1e3);
            (cases, days) = (found.records.cases.len(), found.records.end.hours() / 24.0);
        }
    }
    println!("{cases} cases in {days:.0} days");
    for ((name, targets), least) in all.iter().zip(least) {
        let path = targets.csv.as_ref().xor(targets.ocel.as_ref());
        let bytes = path.map_or(Ok(0), |path| std::fs::metadata(path).map(|file| file.len()))?;
        println!(
            "{name:7} {least:8.1} ms a replication, {:8.1} ms a year, {bytes} bytes",
            least * 365.0 / days
        );
    }
    Ok(())
}
