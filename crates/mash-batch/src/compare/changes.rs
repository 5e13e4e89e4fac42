//! What differs between two packs' files, as their authors wrote it.

use mash_rules::RulePack;

use crate::results::PackChange;

/// Thresholds, rules and numbering that differ.
#[must_use]
pub fn changes(a: &RulePack, b: &RulePack) -> Vec<PackChange> {
    let mut changes = Vec::new();
    for threshold in a.thresholds.values() {
        match b.thresholds.get(&threshold.id) {
            Some(other) if other.value != threshold.value => changes.push(PackChange {
                what: threshold.title.clone(),
                a: format!("{} ({})", threshold.value, threshold.unit.replace('_', " ")),
                b: format!("{} ({})", other.value, other.unit.replace('_', " ")),
            }),
            _ => {}
        }
    }
    for rule in &a.rules {
        match b.find_rule(rule.id.as_str()) {
            None => changes.push(change(rule, "in force", "not in the pack")),
            Some((_, other)) if other.condition != rule.condition || other.conclusion != rule.conclusion => {
                changes.push(change(rule, &rule.condition, &other.condition));
            }
            Some(_) => {}
        }
    }
    for rule in b.rules.iter().filter(|rule| a.find_rule(rule.id.as_str()).is_none()) {
        changes.push(change(rule, "not in the pack", "in force"));
    }
    for route in &a.manifest.routes {
        let level = |pack: &RulePack| {
            pack.manifest
                .numbering
                .get(&route.id)
                .map_or_else(|| "no level".to_owned(), |l| format!("level {l}"))
        };
        if level(a) != level(b) {
            changes.push(PackChange {
                what: format!("Numbering of {}", route.title.to_lowercase()),
                a: level(a),
                b: level(b),
            });
        }
    }
    changes
}

fn change(rule: &mash_rules::Rule, a: &str, b: &str) -> PackChange {
    PackChange { what: format!("Rule {}: {}", rule.id, rule.title), a: a.to_owned(), b: b.to_owned() }
}
