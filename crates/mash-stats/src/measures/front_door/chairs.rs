//! Initial conferences that wait because nobody is there to chair them; only where a scenario limits how many can be held
//! in a week (`section_47.conferences_a_week`), or is held against one that does.

use super::{FrontDoorMeasures, Time, View, mean, whole};

/// Working days that each conference wanted in the year waits; one booked past the end of the run waits to its end at
/// least. Without a limit none waits.
fn waits(view: &View<'_>) -> Vec<f64> {
    let [from, to] = view.records.window;
    let wanted = view.records.conference_waits.iter().filter(|[wanted, _]| from <= *wanted && *wanted < to);
    let waited = wanted.map(|[wanted, held]| {
        let until = (*held).min(view.records.end);
        f64::from(view.door.working_days(*wanted, until))
    });
    waited.collect()
}

/// The mean wait; none where no conference was held or wanted.
fn mean_wait(view: &View<'_>) -> Option<f64> {
    let [from, to] = view.records.window;
    let held = view.records.conferences.iter().any(|at| from <= *at && *at < to);
    mean(waits(view).into_iter()).or(held.then_some(0.0))
}

pub(super) fn add(all: &mut FrontDoorMeasures) {
    let definition = "Start: the working day for which the conference was wanted. Stop: held, or the end of the run. Of \
                      conferences wanted in the year";
    all.add(
        ["conference_wait_days", "Initial conferences: wait for a chair, mean", "working days"],
        definition,
        mean_wait,
    );
    all.add(
        ["conference_waited_pct", "Initial conferences that waited for a chair", "per cent"],
        definition,
        |view| {
            let waits = waits(view);
            let waited = waits.iter().filter(|days| **days > 0.0).count();
            if waits.is_empty() {
                return mean_wait(view);
            }
            Some(100.0 * whole(waited) / whole(waits.len()))
        },
    );
    all.add(
        ["conferences_waiting_growth", "Initial conferences: growth of what waits", "conferences"],
        "Conferences that wait for a chair at the end of the year less those at its start: chairs who keep up are near 0",
        |view| {
            let [from, to] = view.records.window;
            let waiting = |at: Time| {
                let waits = &view.records.conference_waits;
                whole(waits.iter().filter(|[wanted, held]| *wanted <= at && at < *held).count())
            };
            Some(waiting(to) - waiting(from))
        },
    );
}
