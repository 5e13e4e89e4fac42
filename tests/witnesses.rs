//! Every case that exact analysis shows for the shipped packs, given to `mash decide` and `mash explain` as a contact.

use std::{fs, path::Path};

use mash_model::Stage;
use mash_rules::{
    Evaluator, FindingKind, RulePack,
    analysis::{Claim, Limits, Region, Witness, changes, check, difference},
};
use mash_tests_support::{facts, root, shipped};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::cli::run;

/// The witness as a contact.
fn contact(id: &str, witness: &Witness) -> Value {
    json!({ "id": id, "received": "2023-11-06T09:15:00", "source": "police", "facts": witness.facts })
}

/// The decisions on these contacts, which both engines give alike, with every undetermined rule.
fn decided(folder: &Path, pack: &str, contacts: &[Value]) -> Vec<Value> {
    let path = |name: &str| folder.join(name).display().to_string();
    let lines: String = contacts.iter().map(|contact| format!("{contact}\n")).collect();
    fs::write(path("in.jsonl"), lines).unwrap();
    let files = ["compiled", "interpreted"].map(|engine| {
        let (from, to) = (path("in.jsonl"), path(&format!("{engine}.jsonl")));
        let rules = format!("rules/{pack}");
        let arguments = ["decide", &rules, "--in", &from, "--out", &to, "--engine", engine, "--all-rules"];
        let ran = run(&root(), &arguments);
        assert_eq!(ran.code, 0, "{}", ran.err);
        fs::read_to_string(to).unwrap()
    });
    assert!(files[0] == files[1], "{pack}");
    files[0].lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Rules that `mash explain` says fired, at any stage.
fn fired_in_explain(folder: &Path, pack: &str, contact: &Value) -> Vec<String> {
    let case = folder.join("case.json");
    fs::write(&case, contact.to_string()).unwrap();
    let ran =
        run(&root(), &["explain", &format!("rules/{pack}"), "--case", &case.display().to_string(), "--json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let trace: Value = serde_json::from_str(&ran.out).unwrap();
    let stages = trace["stages"].as_array().unwrap().iter();
    let fired = stages.flat_map(|stage| stage["fired"].as_array().unwrap());
    fired.map(|rule| rule["rule"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn what_check_shows_of_the_base_pack_is_so() {
    let folder = TempDir::new().unwrap();
    let pack = shipped("levels-of-need");
    let claims: Vec<Claim> = check(&pack, Limits::default()).claims;
    let shown: Vec<(&Claim, &Witness)> =
        claims.iter().filter_map(|claim| Some((claim, claim.witness.as_ref()?))).collect();
    assert!(shown.len() >= 7);
    let contacts: Vec<Value> = (0..).zip(&shown).map(|(at, (_, w))| contact(&format!("w{at}"), w)).collect();
    let decisions = decided(folder.path(), "levels-of-need", &contacts);
    let strongest = pack.manifest.routes.last().unwrap().id.as_str();
    for ((claim, _), (contact, decision)) in shown.iter().zip(contacts.iter().zip(&decisions)) {
        let fired = fired_in_explain(folder.path(), "levels-of-need", contact);
        match claim.finding.kind {
            FindingKind::NeverDecides => {
                assert!(
                    claim.rules.iter().all(|rule| fired.iter().any(|fired| rule.as_str() == fired)),
                    "{fired:?}"
                );
            }
            FindingKind::HiddenRisk => {
                assert_ne!(decision["route"], strongest);
                assert_eq!(decision["could_still_be"], strongest);
            }
            FindingKind::NotMonotone => assert_ne!(decision["manual_review"], true),
            other => panic!("{other:?} is new here: say what its case must show"),
        }
    }
}

#[test]
fn what_diff_shows_of_the_overlays_is_so() {
    let folder = TempDir::new().unwrap();
    let a = shipped("levels-of-need");
    for name in ["repeat-contacts-tightened", "domestic-abuse-standard-to-early-help", "neglect-earlier"] {
        let b = shipped(name);
        let mut contacts = Vec::new();
        for stage in Stage::ALL {
            for region in difference(&a, &b, stage, Limits::default()).unwrap().regions {
                contacts.push(contact(&format!("w{}", contacts.len()), &region.witness));
                changed(&a, &b, stage, &region);
            }
        }
        assert!(contacts.len() >= 6, "{name}");
        for pack in ["levels-of-need", name] {
            assert_eq!(decided(folder.path(), pack, &contacts).len(), contacts.len());
        }
    }
}

/// Both engines change their answer at the stage as the region says.
fn changed(a: &RulePack, b: &RulePack, stage: Stage, region: &Region) {
    let known = serde_json::to_string(&region.witness.facts).unwrap();
    let answer = |pack: &RulePack, engine: &dyn Evaluator| pack.answer(engine, stage, &facts(pack, &known));
    let slow = changes((a, &answer(a, a.interpreter())), (b, &answer(b, b.interpreter())));
    let fast = changes((a, &answer(a, &a.compiled())), (b, &answer(b, &b.compiled())));
    assert_eq!(slow, fast);
    if stage != Stage::Enquiries {
        assert!(slow.contains(&region.change), "{slow:?} lacks {:?}", region.change);
    }
}
