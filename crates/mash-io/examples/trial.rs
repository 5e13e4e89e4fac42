//! trial
use std::path::Path;
#[expect(clippy::print_stdout, reason = "trial")]
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let files = mash_io::pack_folder::read(Path::new(&args[2])).unwrap();
    let t=std::time::Instant::now();
    match mash_rules::RulePack::load(&files) {
        Ok(pack) => {
            println!("{} rules, {} facts, {} cases, {:?}", pack.rules.len(), pack.dictionary.len(), pack.cases.len(), t.elapsed());
            for w in &pack.warnings { println!("warning {}: {} {:?}", w.at, w.message, w.mend); }
            if args[1] == "test" {
                for case in &pack.cases {
                    let r = mash_rules::cases::run(&pack, pack.interpreter(), case);
                    for d in &r.differences { println!("{} {}: {} expected {} found {}", r.place, r.id, d.part, d.expected, d.found); }
                }
                let c = mash_rules::coverage::measure(&pack, &pack.cases);
                println!("rules {}/{} clauses {}/{}", c.rules_covered, c.rules.len(), c.clauses_covered, c.clauses);
                for r in &c.rules { if r.fired==0 { println!("not fired: {}", r.rule); } }
            }
        }
        Err(error) => println!("{error}\n{} findings", error.findings.len()),
    }
}
