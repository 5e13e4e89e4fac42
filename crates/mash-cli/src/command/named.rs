//! Measures that a command line names.

use mash_stats::measures::Measure;

use crate::exit_code::Failure;

/// The position of a measure.
///
/// # Errors
/// Misuse of `option`, with the measure that was meant.
pub(super) fn measure(option: &str, name: &str, measures: &[Measure]) -> Result<usize, Failure> {
    let names = || measures.iter().map(|measure| measure.id.as_str());
    names().position(|known| known == name).ok_or_else(|| {
        let near = mash_sim::scenario::mend(name, names());
        Failure::Misuse(format!("{option}: there is no measure `{name}`; {near}"))
    })
}

/// The measure and the half-width of `--precision MEASURE=HALF-WIDTH`.
///
/// # Errors
/// Misuse: another form, a half-width that is none, or no such measure.
pub(super) fn precision(text: &str, measures: &[Measure]) -> Result<(usize, f64), Failure> {
    let wrong = || {
        Failure::Misuse(format!("--precision: `{text}` is not MEASURE=HALF-WIDTH, for example referrals=10"))
    };
    let (name, width) = text.split_once('=').ok_or_else(wrong)?;
    let half_width: f64 = width.trim().parse().map_err(|_| wrong())?;
    if !(half_width > 0.0 && half_width.is_finite()) {
        return Err(wrong());
    }
    Ok((measure("--precision", name.trim(), measures)?, half_width))
}
