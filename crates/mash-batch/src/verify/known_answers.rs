//! Answers in which there is no chance.

use jiff::civil::{Date, date};
use mash_model::calendar::{WorkingCalendar, WorkingDays};
use mash_sim::philox::philox4x32_10;

use super::Verified;

pub(super) fn all() -> Vec<Verified> {
    let mut found = generator();
    found.extend(working_days());
    found
}

/// One line of a case whose answer is exact.
pub(super) fn exact(case: &str, measure: String, expected: f64, found: f64, source: &str) -> Verified {
    Verified {
        case: case.to_owned(),
        measure,
        expected,
        found,
        half_width: None,
        replications: 1,
        passed: (expected - found).abs() <= 1e-9,
        source: source.to_owned(),
    }
}

/// The generator's published answers: how many of them come out.
fn generator() -> Vec<Verified> {
    const ANSWERS: [([u32; 4], [u32; 2], [u32; 4]); 3] = [
        ([0; 4], [0; 2], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
        ([u32::MAX; 4], [u32::MAX; 2], [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
        (
            [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
            [0xa409_3822, 0x299f_31d0],
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1],
        ),
    ];
    let right = ANSWERS.iter().filter(|(counter, key, answer)| philox4x32_10(*counter, *key) == *answer);
    let right = f64::from(u8::try_from(right.count()).unwrap_or(0));
    vec![exact("Philox4x32-10", "known answers".to_owned(), 3.0, right, "Random123")]
}

/// Ends of time limits in working days: days from the end expected, which is none.
fn working_days() -> Vec<Verified> {
    let calendar = WorkingCalendar::default();
    let cases: [(Date, [(u16, Date); 3]); 2] = [
        (date(2026, 3, 2), [(10, date(2026, 3, 16)), (15, date(2026, 3, 23)), (45, date(2026, 5, 7))]),
        (date(2026, 4, 2), [(10, date(2026, 4, 20)), (15, date(2026, 4, 27)), (45, date(2026, 6, 10))]),
    ];
    let line = |start: Date, days: u16, end: Date| {
        let found = calendar.add_working_days(start, WorkingDays(days));
        let away = found.since(end).map_or(f64::NAN, |span| f64::from(span.get_days()));
        let measure = format!("{days} days from {start}: days from {end}");
        exact("working days", measure, 0.0, away, "England's bank holidays")
    };
    cases.iter().flat_map(|(start, ends)| ends.map(|(days, end)| line(*start, days, end))).collect()
}
