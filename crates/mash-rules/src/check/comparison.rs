//! Comparisons that say something else than they mean, and the same said rightly.

use mash_model::{FactDefinition, FactKind};

use crate::{
    fix::{Fix, is_part_of_word},
    source::SourcePlace,
};

/// What a fact is compared with, as the rule writes it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Bound<'b> {
    /// A text written out.
    Grade(&'b str),
    /// A threshold, by its name.
    Threshold(&'b str),
}

/// A comparison by letters as one by grades: `f.g >= "high"` as `reaches(f.g, "high")`, `f.g < "high"` as its opposite.
///
/// `>` and `<=` reach for the next grade, which a threshold may not have. `at` is the place of the operator; the two sides
/// may stand either way round. `None` where the text does not read so, or no grade says the same.
pub(super) fn by_grades(
    at: &SourcePlace,
    text: &str,
    operator: &str,
    (variable, fact): (&str, &FactDefinition),
    bound: Bound<'_>,
) -> Option<Fix> {
    let FactKind::Ordinal(grades) = &fact.kind else { return None };
    let read = format!("{variable}.{}", fact.id);
    let written = match bound {
        Bound::Grade(grade) => format!("\"{grade}\""),
        Bound::Threshold(name) => format!("threshold::{name}"),
    };
    let middle = at.offset_in(text)?;
    let before = text.get(..middle)?.trim_end();
    let after = text.get(middle..)?.strip_prefix(operator)?.trim_start();
    let (range, operator) = if let Some(range) = between(text, before, after, &read, &written) {
        (range, operator)
    } else {
        (between(text, before, after, &written, &read)?, turned(operator)?)
    };
    let next = || match bound {
        Bound::Grade(grade) => {
            let above = grades.iter().skip_while(|known| *known != grade).nth(1)?;
            Some(format!("\"{above}\""))
        }
        Bound::Threshold(_) => None,
    };
    let mended = match operator {
        ">=" => format!("reaches({read}, {written})"),
        "<" => format!("!reaches({read}, {written})"),
        ">" => format!("reaches({read}, {})", next()?),
        "<=" => format!("!reaches({read}, {})", next()?),
        _ => return None,
    };
    Fix::new(&at.file, text, range, &mended)
}

/// The range from `left`, which ends what stands before an operator, to `right`, which starts what stands after it.
fn between(text: &str, before: &str, after: &str, left: &str, right: &str) -> Option<std::ops::Range<usize>> {
    let start = before.strip_suffix(left)?;
    let rest = after.strip_prefix(right)?;
    let whole = !start.ends_with(|letter| is_part_of_word(letter) || letter == '.' || letter == ':')
        && !rest.starts_with(|letter| is_part_of_word(letter) || letter == '.' || letter == '[');
    whole.then(|| start.len()..text.len() - rest.len())
}

/// The operator that says the same with its sides changed.
fn turned(operator: &str) -> Option<&'static str> {
    match operator {
        ">=" => Some("<="),
        "<=" => Some(">="),
        ">" => Some("<"),
        "<" => Some(">"),
        _ => None,
    }
}
