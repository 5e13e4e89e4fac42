//! Contacts as JSON Lines.

use mash_model::{Agency, Contact, FactDictionary};
use mash_rules::cases::{Otherwise, fact_sheet};
use serde_json::Value;

use super::{ContactRecord, RowIssues, contact};
use crate::{error::Issue, personal_data};

pub(super) fn parse(
    file: &str,
    line: u64,
    bytes: &[u8],
    dictionary: &FactDictionary,
) -> Result<Contact, Vec<Issue>> {
    let mut issues = RowIssues::new(file, line);
    let Ok(text) = std::str::from_utf8(bytes) else {
        issues.add(None, "invalid UTF-8", Some("save the file as UTF-8".to_owned()));
        return Err(issues.found);
    };
    // The usual row parses straight into its record; only a row that does not is looked at again as plain JSON.
    let record = match serde_json::from_str::<ContactRecord>(text) {
        Ok(record) => record,
        Err(error) => {
            diagnose(text, &error, &mut issues);
            return Err(issues.found);
        }
    };
    for (field, written) in [
        ("id", Some(&record.id)),
        ("household", record.household.as_ref()),
        ("contact", record.contact.as_ref()),
        ("child", record.child.as_ref()),
    ] {
        if let Some(written) = written {
            issues.pseudonym(field, written);
        }
    }
    let source = record.source.parse::<Agency>();
    if source.is_err() {
        let names: Vec<&str> = Agency::ALL.iter().map(|agency| agency.id()).collect();
        issues.unknown(Some("source"), "unknown agency", &record.source, &names);
    }
    let facts = fact_sheet(dictionary, &record.facts, Otherwise::NotKnown, &[]);
    if let Err(problems) = &facts {
        for (fact, problem) in problems {
            let field = format!("facts.{fact}");
            match personal_data::by_field_name(fact.as_str()) {
                Some(what) => issues.refuse(&field, what),
                None => issues.add(Some(&field), problem.clone(), None),
            }
        }
    }
    match (source, facts) {
        (Ok(source), Ok(facts)) if issues.found.is_empty() => Ok(contact(
            &record.id,
            record.received,
            source,
            [record.household.as_deref(), record.contact.as_deref(), record.child.as_deref()],
            facts,
            record.characteristics,
        )),
        _ => Err(issues.found),
    }
}

/// Says why a line is no contact: personal data first, then what serde found.
fn diagnose(text: &str, error: &serde_json::Error, issues: &mut RowIssues<'_>) {
    let Ok(value) = serde_json::from_str::<Value>(text) else {
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or(&message);
        issues.add(
            None,
            format!("malformed JSON at column {}: {message}", error.column()),
            Some("one JSON object a line".to_owned()),
        );
        return;
    };
    personal(&value, "", issues);
    if issues.found.is_empty() {
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or(&message).to_owned();
        let mut quoted = message.split('`').skip(1).step_by(2);
        let near = quoted.next().filter(|_| message.starts_with("unknown")).and_then(|written| {
            let names: Vec<&str> = quoted.collect();
            mash_rules::error::nearest(written, names).map(|near| format!("did you mean `{near}`?"))
        });
        issues.add(None, message, near.or_else(|| Some("`mash schema contact` prints the form".to_owned())));
    }
}

fn personal(value: &Value, path: &str, issues: &mut RowIssues<'_>) {
    if let Value::Object(fields) = value {
        for (name, inner) in fields {
            let field = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            if let Some(what) = personal_data::by_field_name(name) {
                issues.refuse(&field, what);
            } else if let Some(what) =
                inner.as_str().filter(|_| name != "received").and_then(personal_data::by_value)
            {
                issues.refuse(&field, what);
            }
            personal(inner, &field, issues);
        }
    }
}
