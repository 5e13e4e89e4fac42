//! Changes as figures of the scenario: some places move several figures, or one that is reckoned from others.

use mash_sim::Scenario;
use serde_json::Value;

use super::{CONTACTS, Change};

/// Shares of one whole, which together stay one.
const AGREEMENT: &str = "reporting.consent.";

/// The figures to set.
pub(super) fn written(scenario: &Scenario, changes: &[Change]) -> Vec<(String, Value)> {
    let file = scenario.as_written();
    let mut figures = Vec::new();
    let mut shares = file.reporting.consent.value.clone();
    let mut set: Vec<&str> = Vec::new();
    for change in changes {
        let number = change.value.as_f64();
        match (change.place.as_str(), change.place.strip_prefix(AGREEMENT), number) {
            (CONTACTS, _, Some(contacts)) => {
                let referrals = contacts * file.volume.referrals_per_contact.value;
                figures.push(("volume.referrals".to_owned(), Value::from(referrals)));
            }
            (_, Some(share), Some(value)) => {
                shares.insert(share.to_owned(), value);
                set.push(share);
            }
            _ => figures.push((change.place.clone(), change.value.clone())),
        }
    }
    if !set.is_empty() {
        let given = |name: &str| set.contains(&name);
        let sum = |of_set: bool| {
            shares.iter().filter(|(name, _)| given(name) == of_set).map(|(_, share)| share).sum::<f64>()
        };
        // What was not given shares out the rest as it did.
        let factor = if sum(false) > 0.0 { (1.0 - sum(true)).max(0.0) / sum(false) } else { 0.0 };
        for (name, share) in &shares {
            let share = if given(name) { *share } else { share * factor };
            figures.push((format!("{AGREEMENT}{name}"), Value::from(share)));
        }
    }
    figures
}
