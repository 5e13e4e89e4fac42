//! Writes contacts of simulated years of the shipped scenario as JSON Lines, so many as asked for:
//! `cargo run --release -p mash-benches --example contacts -- 1000000 > contacts.jsonl`.

use std::io::{self, BufWriter, Write};

use mash_benches::levels_of_need;
use mash_io::contact_file::ContactRecord;
use mash_tests_support::scenario;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let wanted: usize = std::env::args().nth(1).ok_or("how many contacts?")?.parse()?;
    let (pack, scenario) = (levels_of_need(), scenario());
    let model = &scenario.truth_models.first().ok_or("no truth model")?.id;
    let mut out = BufWriter::new(io::stdout().lock());
    let mut written = 0;
    for replication in 0.. {
        for case in mash_sim::generate(&scenario, &pack.dictionary, model, 1, replication)? {
            if written == wanted {
                return Ok(out.flush()?);
            }
            let mut record = ContactRecord::of(&case.contact, &pack.dictionary);
            record.id = format!("r{replication}-{}", record.id);
            serde_json::to_writer(&mut out, &record)?;
            out.write_all(b"\n")?;
            written += 1;
        }
    }
    Ok(())
}
