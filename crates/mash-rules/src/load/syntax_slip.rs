//! Rhai that does not parse for a reason that leaves no doubt: words for operators, quotes and spaces of a word
//! processor, operators of another language.

use crate::{
    error::{Finding, FindingKind},
    fix::{Fix, is_part_of_word},
    source::SourcePlace,
};

/// What people write, what Rhai calls it.
const OPERATORS: [(&str, &str); 6] =
    [("and", "&&"), ("or", "||"), ("AND", "&&"), ("OR", "||"), ("===", "=="), ("!==", "!=")];

/// A finding for a rule file that does not parse at this place.
pub(super) fn finding(text: &str, at: SourcePlace, message: &str) -> Finding {
    let slip = at.offset_in(text).and_then(|start| slip(text.get(start..)?, start));
    let finding = Finding::error(FindingKind::Syntax, at, message);
    match slip {
        Some((range, replacement, mend)) => {
            let fix = Fix::new(&finding.at.file, text, range, &replacement);
            finding.mend(mend).fix(fix)
        }
        None => finding,
    }
}

/// What at the start of a text is to be replaced, by what, and why.
fn slip(rest: &str, start: usize) -> Option<(std::ops::Range<usize>, String, String)> {
    for (written, operator) in OPERATORS {
        let whole =
            |after: &str| !written.starts_with(is_part_of_word) || !after.starts_with(is_part_of_word);
        if rest.strip_prefix(written).is_some_and(whole) {
            let mend = format!("Rhai writes `{operator}` for `{written}`");
            return Some((start..start + written.len(), operator.to_owned(), mend));
        }
    }
    if rest.starts_with('\u{a0}') {
        let mend = "this is a space that a word processor keeps from breaking; write a plain one";
        return Some((start..start + '\u{a0}'.len_utf8(), " ".to_owned(), mend.to_owned()));
    }
    let (inside, _) = rest.strip_prefix('“')?.split_once('”')?;
    let end = start + '“'.len_utf8() + inside.len() + '”'.len_utf8();
    let plain = !inside.contains(['"', '\\', '\n', '\r', '“']);
    plain.then(|| (start..end, format!("\"{inside}\""), "write straight quotes: \"...\"".to_owned()))
}
