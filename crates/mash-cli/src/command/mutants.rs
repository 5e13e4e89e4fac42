//! Small changes to a pack that its cases ought to notice: a rule left out, a threshold shifted by one step.

use std::{fmt::Write as _, path::Path};

use mash_batch::parallel;
use mash_model::FactKind;
use mash_rules::{PackFiles, Rule, RulePack, cases, coverage::percent, thresholds::ThresholdValue};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use crate::exit_code::Failure;

/// What became of the changes.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct MutantsAnswer {
    /// Changes tried.
    tried: usize,
    /// Changes that made a case fail, or the pack refuse to load.
    caught: usize,
    /// Changes that no case noticed.
    survived: Vec<String>,
}

/// One change to an overlay of the pack.
struct Mutant {
    name: String,
    manifest: Value,
}

pub(crate) fn run(path: &Path, pack: &RulePack) -> Result<MutantsAnswer, Failure> {
    let files = mash_io::pack_folder::read(path).map_err(Failure::Files)?;
    let mutants = mutants(pack);
    let survived: Vec<bool> = parallel::map(&mutants, |mutant| survives(&files, pack, mutant));
    let survivors: Vec<String> = mutants
        .iter()
        .zip(&survived)
        .filter(|(_, survived)| **survived)
        .map(|(m, _)| m.name.clone())
        .collect();
    Ok(MutantsAnswer { tried: mutants.len(), caught: mutants.len() - survivors.len(), survived: survivors })
}

/// Every rule of the pack's own left out, and every threshold it declares shifted one step up and down.
fn mutants(pack: &RulePack) -> Vec<Mutant> {
    let mut mutants = Vec::new();
    // A rule of the floor can be left out of its own file alone, which for a row of a table is not done.
    let own = |rule: &&Rule| rule.pack == pack.manifest.id && !(rule.floor && rule.place.cell.is_some());
    for rule in pack.rules.iter().filter(own) {
        mutants.push(Mutant {
            name: format!("without rule {}", rule.id),
            manifest: json!({ "remove": [rule.id] }),
        });
    }
    for threshold in pack.thresholds.values().filter(|threshold| threshold.set_by == pack.manifest.id) {
        let shifted: Vec<Value> = match &threshold.value {
            ThresholdValue::Integer(value) => vec![json!(value - 1), json!(value + 1)],
            ThresholdValue::Bool(value) => vec![json!(!value)],
            ThresholdValue::Grade(grade) => neighbours(pack, grade).into_iter().map(Value::from).collect(),
        };
        for value in shifted {
            mutants.push(Mutant {
                name: format!("threshold {} at {value} instead of {}", threshold.id, threshold.value),
                manifest: json!({ "set": { threshold.id.as_str(): value } }),
            });
        }
    }
    mutants
}

/// The grades next to one, in the first ordinal that has it.
fn neighbours(pack: &RulePack, grade: &str) -> Vec<String> {
    let order = pack.dictionary.iter().find_map(|(_, fact)| match &fact.kind {
        FactKind::Ordinal(values) if values.iter().any(|value| value == grade) => Some(values.clone()),
        _ => None,
    });
    let Some(order) = order else { return Vec::new() };
    let Some(at) = order.iter().position(|value| value == grade) else { return Vec::new() };
    [at.checked_sub(1), Some(at + 1)].into_iter().flatten().filter_map(|at| order.get(at).cloned()).collect()
}

/// Does every case still pass under the change?
fn survives(files: &PackFiles, pack: &RulePack, mutant: &Mutant) -> bool {
    let mut files = files.clone();
    let Some(own) = files.chain.first_mut() else { return false };
    let changed = if pack.rules.iter().any(|rule| rule.floor && rule.pack == pack.manifest.id) {
        // A floor pack's rules may not be removed by an overlay, so its own file is cut instead.
        without_rule(own, mutant)
    } else {
        own.files.get("manifest.json").and_then(|text| merged(text, &mutant.manifest)).map(|text| {
            own.files.insert("manifest.json".to_owned(), text);
        })
    };
    if changed.is_none() {
        return true;
    }
    match RulePack::load(&strip_cases(files)) {
        // A change that does not load is noticed before any case is.
        Err(_) => false,
        Ok(changed) => pack
            .cases
            .iter()
            .all(|case| cases::run(&changed, &changed.compiled(), case).differences.is_empty()),
    }
}

/// Cases name rules; the changed pack is run against the cases already read.
fn strip_cases(mut files: PackFiles) -> PackFiles {
    if let Some(own) = files.chain.first_mut() {
        own.files.retain(|name, _| !name.starts_with("cases/"));
    }
    files
}

fn merged(text: &str, change: &Value) -> Option<String> {
    let mut manifest: Value = serde_json::from_str(text).ok()?;
    for (key, value) in change.as_object()? {
        match (manifest.get_mut(key), value) {
            (Some(Value::Object(known)), Value::Object(more)) => known.extend(more.clone()),
            (Some(Value::Array(known)), Value::Array(more)) => known.extend(more.clone()),
            _ => {
                manifest.as_object_mut()?.insert(key.clone(), value.clone());
            }
        }
    }
    serde_json::to_string(&manifest).ok()
}

/// Cuts a rule's statement out of its file.
fn without_rule(own: &mut mash_rules::PackFolder, mutant: &Mutant) -> Option<()> {
    let id = mutant.manifest.get("remove")?.get(0)?.as_str()?;
    let head = format!("rule(\"{id}\"");
    let text = own.files.values_mut().find(|text| text.contains(&head))?;
    let start = text.find(&head)?;
    let rest = text.get(start + 1..)?;
    let end = rest.find("\nrule(").map_or(text.len(), |at| start + 1 + at);
    text.replace_range(start..end, "");
    Some(())
}

pub(crate) fn text(text: &mut String, answer: &MutantsAnswer) {
    let _ = writeln!(
        text,
        "  small changes noticed by a case: {} of {} ({}%)",
        answer.caught,
        answer.tried,
        percent(answer.caught, answer.tried)
    );
    for name in &answer.survived {
        let _ = writeln!(text, "    not noticed: {name}");
    }
}
