//! What serde says about a JSON file, as a finding: the place in letters, and the change that mends it for certain.

use crate::{
    error::{Finding, FindingKind},
    fix::Fix,
    source::{SourcePlace, without_mark},
};

/// A finding for JSON that does not parse or does not fit.
pub(crate) fn json_finding(file: &str, text: &str, error: &serde_json::Error) -> Finding {
    let message = error.to_string();
    // serde_json appends the place, which the finding already has.
    let message = message.split(" at line ").next().unwrap_or(&message).to_owned();
    let read = read_until(text, error);
    let last = text.get(..read).unwrap_or("").chars().next_back().map_or(0, char::len_utf8);
    let at = SourcePlace::of_offset(file, text, read - last);
    let finding = |at| Finding::error(FindingKind::Json, at, message.clone());
    // `unknown field `x`, expected one of `a`, `b`` lists the names to choose from.
    let mut quoted = message.split('`').skip(1).step_by(2);
    if let (true, Some(written)) = (message.starts_with("unknown "), quoted.next()) {
        let names: Vec<&str> = quoted.collect();
        let at = token_before(file, text, read, &format!("\"{written}\"")).unwrap_or(at);
        let near = Fix::name(&at, text, written, names.iter().copied());
        // The list of names stands in the message already.
        let finding = match crate::slip::nearest(written, names) {
            Some(name) => finding(at).mend(format!("did you mean `{name}`?")),
            None => finding(at),
        };
        return finding.fix(near);
    }
    if message == "trailing comma" {
        let comma = text.get(..read - last).unwrap_or("").trim_end();
        let fix = comma.ends_with(',').then(|| comma.len() - 1..comma.len());
        return finding(at)
            .mend("take the comma out")
            .fix(fix.and_then(|range| Fix::new(file, text, range, "")));
    }
    match unquoted(&message) {
        Some(value) => {
            let token = format!("\"{value}\"");
            let at = token_before(file, text, read, &token).unwrap_or(at);
            let start =
                at.offset_in(text).filter(|start| text.get(*start..).is_some_and(|t| t.starts_with(&token)));
            let fix = start.and_then(|start| Fix::new(file, text, start..start + token.len(), value));
            finding(at).mend(format!("write {value} without quotes")).fix(fix)
        }
        None => finding(at),
    }
}

/// How many bytes of the text serde had read when it found the error; it counts bytes where people count letters.
fn read_until(text: &str, error: &serde_json::Error) -> usize {
    let mark = text.len() - without_mark(text).len();
    let lines = without_mark(text).split_inclusive('\n').take(error.line().saturating_sub(1));
    let mut read = (mark + lines.map(str::len).sum::<usize>() + error.column()).min(text.len());
    while !text.is_char_boundary(read) {
        read += 1;
    }
    read
}

/// The place of a token that ends where serde stopped.
fn token_before(file: &str, text: &str, read: usize, token: &str) -> Option<SourcePlace> {
    let before = text.get(..read)?.strip_suffix(token)?;
    Some(SourcePlace::of_offset(file, text, before.len()))
}

/// The number or switch that stands in quotes where none belong.
fn unquoted(message: &str) -> Option<&str> {
    let (value, expected) = message.strip_prefix("invalid type: string \"")?.split_once("\", expected ")?;
    let fits = match expected {
        "a boolean" => value.parse::<bool>().is_ok(),
        "u8" | "u16" | "u32" | "i64" => value.parse::<i64>().is_ok_and(|number| number.to_string() == value),
        _ => false,
    };
    fits.then_some(value)
}

#[cfg(test)]
mod tests {
    use serde_json::from_str;

    use super::*;
    use crate::{
        cases::CasesFile,
        facts::FactsFile,
        fix::apply,
        manifest::{Effective, Fold},
    };

    /// `LINE:COLUMN message`, and the text as its fix leaves it.
    fn found<T: serde::de::DeserializeOwned>(text: &str) -> (String, Option<String>) {
        let error = from_str::<T>(without_mark(text)).err().unwrap();
        let finding = json_finding("a.json", text, &error);
        let place = format!("{}:{} {}", finding.at.line, finding.at.column, finding.message);
        (place, finding.fix.map(|fix| apply(text, &[&fix])))
    }

    #[track_caller]
    fn check((found, fixed): (String, Option<String>), place: &str, expect: Option<&str>) {
        assert!(found.starts_with(place), "{found}");
        assert_eq!(fixed.as_deref(), expect, "{found}");
    }

    #[test]
    fn an_unknown_field_or_value_is_placed_at_its_start() {
        check(
            found::<FactsFile>("\u{feff}{\r\n \"fact\": [] }"),
            "2:2 unknown field `fact`",
            Some("\u{feff}{\r\n \"facts\": [] }"),
        );
        check(found::<FactsFile>("{ \"fact\": [], \"facts\": [] }"), "1:3 unknown field `fact`", None);
        check(found::<FactsFile>("{ \"é\": 1 }"), "1:3 unknown field `é`", None);
        check(
            found::<CasesFile>(
                "{ \"cases\": [ { \"id\": \"é\", \"title\": \"é\", \"source\": \"polce\" } ] }",
            ),
            "1:51 unknown",
            Some("{ \"cases\": [ { \"id\": \"é\", \"title\": \"é\", \"source\": \"police\" } ] }"),
        );
    }

    #[test]
    fn a_trailing_comma_is_taken_out() {
        check(
            found::<FactsFile>("{ \"facts\": [],\r\n}"),
            "2:1 trailing comma",
            Some("{ \"facts\": []\r\n}"),
        );
        check(found::<FactsFile>("{ \"facts\": [ , ] }"), "1:14 expected value", None);
    }

    #[test]
    fn a_number_or_switch_in_quotes_loses_them() {
        let fold = |steps: &str| {
            format!("{{ \"raise_steps\": {steps}, \"lower_steps\": 1, \"lower_only_below\": \"a\" }}")
        };
        check(found::<Fold>(&fold("\"1\"")), "1:18 invalid type", Some(&fold("1")));
        check(found::<Fold>(&fold("\"one\"")), "1:22 invalid type", None);
        check(found::<Fold>(&fold("\"01\"")), "1:21 invalid type", None);
        check(found::<Effective>("{ \"from\": 1 }"), "1:11 ", None);
    }
}
