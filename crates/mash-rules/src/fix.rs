//! A change of text that mends a finding for certain.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use mash_model::{FactDefinition, FactKind};

use crate::{json_text, slip::certain, source::SourcePlace};

/// A change of one place in one of a pack's files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Fix {
    /// Where the text that is replaced starts.
    pub at: SourcePlace,
    /// Line of the first letter that stays, from 1.
    pub end_line: usize,
    /// Its column, from 1.
    pub end_column: usize,
    /// First byte of the file that is replaced, from 0; a byte order mark counts.
    pub start: usize,
    /// First byte that stays.
    pub end: usize,
    /// What is put there.
    pub replacement: String,
    /// What changes, in words.
    pub description: String,
}

impl Fix {
    /// The change that puts `replacement` in place of a range of a file's text.
    ///
    /// `None` when the range is none of the text, or when two keys of one JSON object would become one.
    pub(crate) fn new(file: &str, text: &str, range: Range<usize>, replacement: &str) -> Option<Self> {
        let replaced = text.get(range.clone())?;
        let end = SourcePlace::of_offset(file, text, range.end);
        let words: Vec<&str> = replaced.lines().map(str::trim).collect();
        let words = words.join(" ");
        let description = match replacement {
            "" => format!("take out `{words}`"),
            _ => format!("write `{replacement}` in place of `{words}`"),
        };
        let fix = Self {
            at: SourcePlace::of_offset(file, text, range.start),
            end_line: end.line,
            end_column: end.column,
            start: range.start,
            end: range.end,
            replacement: replacement.to_owned(),
            description,
        };
        let sound = !file.ends_with(".json") || json_text::keys_stand_once(&apply(text, &[&fix]));
        sound.then_some(fix)
    }

    /// The change of a misspelt name that stands at a place, bare or in quotes, to the known name that was
    /// [certainly](certain) meant.
    pub(crate) fn name<'n>(
        at: &SourcePlace,
        text: &str,
        written: &str,
        names: impl IntoIterator<Item = &'n str>,
    ) -> Option<Self> {
        let range = range_of(at, text, written)?;
        let names: Vec<&str> = names.into_iter().collect();
        // In a rule file a name may be near to a variable or function of its own.
        let rivals: Vec<&str> = if at.file.ends_with(".rhai") { words(text).collect() } else { Vec::new() };
        let meant = certain(written, names.iter().copied(), rivals)?;
        let quoted = text.get(..range.start)?.ends_with('"');
        if !quoted && !meant.chars().all(is_part_of_word) {
            return None;
        }
        Self::new(&at.file, text, range, meant)
    }

    /// The change of a number or switch in quotes, `"3"`, to the value it spells, where the fact has such values.
    pub(crate) fn unquoted(
        at: &SourcePlace,
        text: &str,
        fact: &FactDefinition,
        written: &str,
    ) -> Option<Self> {
        let fits = match &fact.kind {
            FactKind::Bool => written.parse::<bool>().is_ok(),
            FactKind::Integer { min, max, .. } => written
                .parse::<i64>()
                .is_ok_and(|number| (*min..=*max).contains(&number) && number.to_string() == written),
            FactKind::Ordinal(_) | FactKind::Enum(_) => false,
        };
        let inside = range_of(at, text, written).filter(|_| fits)?;
        let range = inside.start.checked_sub(1)?..inside.end + 1;
        let quoted = text.get(range.clone())?.starts_with('"');
        quoted.then(|| Self::new(&at.file, text, range, written))?
    }
}

/// The range of a name that stands at a place, without quotes around it.
fn range_of(at: &SourcePlace, text: &str, written: &str) -> Option<Range<usize>> {
    let start = at.offset_in(text)?;
    let rest = text.get(start..)?;
    let (start, rest, closing) = match rest.strip_prefix('"') {
        Some(inside) => (start + 1, inside, Some('"')),
        None => (start, rest, None),
    };
    let after = rest.strip_prefix(written)?.chars().next();
    let whole = match closing {
        Some(quote) => after == Some(quote),
        None => !after.is_some_and(is_part_of_word),
    };
    (whole && !written.is_empty()).then(|| start..start + written.len())
}

/// The byte at which the first argument of a call starts, for a call of one of these names that stands at a place.
pub(crate) fn first_argument(call: &SourcePlace, text: &str, names: &[&str]) -> Option<usize> {
    let rest = text.get(call.offset_in(text)?..)?;
    let open = rest.trim_start_matches(is_part_of_word);
    let name = rest.strip_suffix(open)?;
    let argument = open.trim_start().strip_prefix('(')?.trim_start();
    names.contains(&name).then(|| text.len() - argument.len())
}

/// Every word of a rule file, code, text and comments alike.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter| !is_part_of_word(letter)).filter(|word| !word.is_empty())
}

pub(crate) fn is_part_of_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// Those of one file's fixes that do not overlap, in order of place; of two that do, the first.
#[must_use]
pub fn apart<'f>(fixes: impl IntoIterator<Item = &'f Fix>) -> Vec<&'f Fix> {
    let mut fixes: Vec<&Fix> = fixes.into_iter().collect();
    fixes.sort_by_key(|fix| (fix.start, fix.end));
    let mut next = 0;
    fixes.retain(|fix| {
        let free = fix.start >= next;
        if free {
            next = fix.end.max(fix.start + 1);
        }
        free
    });
    fixes
}

/// A file's text with fixes that stand [`apart`] applied; every other byte stays.
#[must_use]
pub fn apply(text: &str, fixes: &[&Fix]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut next = 0;
    for fix in fixes {
        out.push_str(text.get(next..fix.start).unwrap_or(""));
        out.push_str(&fix.replacement);
        next = fix.end;
    }
    out.push_str(text.get(next..).unwrap_or(""));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fix(text: &str, range: Range<usize>, replacement: &str) -> Fix {
        Fix::new("a.rhai", text, range, replacement).unwrap()
    }

    #[track_caller]
    fn check(written: &str, expect: Option<&str>) {
        let text = format!("\u{feff}let a;\r\n  f.{written} == 'é';\r\n");
        let at = SourcePlace::at("a.rhai", 2, 5);
        let mended =
            Fix::name(&at, &text, "polce", ["police_called", "POLICE"]).map(|fix| apply(&text, &[&fix]));
        let expect = expect.map(|name| format!("\u{feff}let a;\r\n  f.{name} == 'é';\r\n"));
        assert_eq!(mended, expect, "{written}");
    }

    #[test]
    fn a_name_is_replaced_where_it_stands_whole_and_nothing_else_changes() {
        check("polce", Some("POLICE"));
        check("\"polce\"", Some("\"POLICE\""));
        check("polces", None);
        check("\"polce station\"", None);
        check("polce == place && ", None);
    }

    #[test]
    fn of_two_fixes_that_overlap_the_first_is_kept() {
        let text = "abcdef";
        let fixes = [fix(text, 3..5, "Y"), fix(text, 1..4, "X"), fix(text, 1..4, "X"), fix(text, 4..6, "Z")];
        let kept = apart(&fixes);
        assert_eq!(apply(text, &kept), "aXZ");
        assert_eq!(apply(text, &[]), text);
    }

    #[test]
    fn places_name_lines_and_columns_and_bytes() {
        let text = "\u{feff}é = 1;\né\"x\"";
        let found = fix(text, 5..6, ":");
        assert_eq!((found.at.line, found.at.column, found.end_line, found.end_column), (1, 2, 1, 3));
        let found = fix(text, 13..16, "");
        assert_eq!((found.at.line, found.at.column, found.end_line, found.end_column), (2, 2, 2, 5));
        assert_eq!(found.description, "take out `\"x\"`");
        assert!(Fix::new("a.rhai", text, 1..2, "").is_none(), "a byte inside a letter");
    }

    #[test]
    fn two_keys_of_an_object_never_become_one() {
        let text = "{ \"polce\": 1, \"police\": 2 }";
        let at = SourcePlace::at("a.json", 1, 3);
        assert_eq!(Fix::name(&at, text, "polce", ["police"]), None);
        assert!(Fix::name(&at, &text.replace("\"police\"", "\"school\""), "polce", ["police"]).is_some());
    }
}
