//! The front-door reference model: screening, three agencies at once, a decision, in three classes of urgency.
//!
//! Its answers were found by 400 replications of another simulator; a recorded run fixes each contact's time exactly.

use mash_sim::queueing::{
    Arrivals, Distribution, Network, Station, Step, Time, TraceRow, Visits, WeekHours,
    measures::{mean, quantile},
};
use mash_stats::{Confidence, estimate_at};

use super::{Verified, VerifyError, known_answers::exact, measured, replicate};

const DECISION: u32 = 4;
const REPLICATIONS: u32 = 400;
const NAME: &str = "front door by day and night";
const RECORDED: &str = "front door, recorded run";
const RELATION: &str = "front door, relations";

pub(super) fn all(seed: u64) -> Result<Vec<Verified>, VerifyError> {
    let mut found = trace()?;
    found.extend(relations(seed)?);
    found.extend(known(seed)?);
    Ok(found)
}

/// Contacts that arrive within these hours count.
fn window() -> [Time; 2] {
    [672.0, 9_432.0].map(Time::from_hours)
}

/// The model day and night, at so many times the usual pace.
pub(super) fn network(pace: f64) -> Network {
    let gamma = |mean: f64| Distribution::GammaOfTwo { mean: mean / pace };
    let normal = |mean: f64, sd: f64| Distribution::LogNormal { mean: mean / pace, sd: sd / pace };
    Network {
        arrivals: Arrivals::Poisson { per_hour: 20_000.0 / 8_760.0 * pace, sizes: vec![1.0] },
        classes: vec![0.1, 0.4, 0.5],
        stations: vec![
            Station::new(3, normal(1.0, 0.8)),
            Station::new(2, gamma(0.6)),
            Station::new(2, gamma(0.7)),
            Station::new(2, gamma(0.5)),
            Station::new(2, normal(0.65, 0.5)),
        ],
        steps: vec![Step(vec![0]), Step(vec![1, 2, 3]), Step(vec![4])],
        until: Time::from_hours(9_600.0 / pace),
    }
}

/// A measure, the answer known with half its 95% interval, and how it is measured.
type Answer = (&'static str, f64, f64, fn(&Visits) -> f64);

fn known(seed: u64) -> Result<Vec<Verified>, VerifyError> {
    fn time(visits: &Visits, class: u32) -> Vec<f64> {
        visits.until_done(DECISION, Some(class))
    }
    let answers: [Answer; 6] = [
        ("mean time to decision, red, h", 3.1274, 0.0026, |visits| mean(&time(visits, 0))),
        ("mean time to decision, amber, h", 3.4061, 0.0026, |visits| mean(&time(visits, 1))),
        ("mean time to decision, green, h", 5.7778, 0.0194, |visits| mean(&time(visits, 2))),
        ("p95 of time to decision, red, h", 5.1424, 0.0089, |visits| quantile(&time(visits, 0), 0.95)),
        ("p95 of time to decision, green, h", 12.5282, 0.0721, |visits| quantile(&time(visits, 2), 0.95)),
        ("share of red decided within 4 h", 0.8214, 0.0009, |visits| {
            mean(&time(visits, 0).iter().map(|hours| f64::from(u8::from(*hours <= 4.0))).collect::<Vec<_>>())
        }),
    ];
    let measures = answers.map(|(.., of)| of);
    let columns = measured(&network(1.0), window(), seed, 0..REPLICATIONS, &measures)?;
    let mut found = Vec::new();
    for ((measure, expected, theirs, _), column) in answers.into_iter().zip(columns) {
        let estimate = estimate_at(&column, Confidence::P99)?;
        let half_width = (estimate.high - estimate.low) / 2.0;
        // Theirs is widened from 95% to 99% as well: both are means of 400.
        let both = libm::hypot(half_width, theirs * 2.576 / 1.960);
        found.push(Verified {
            case: NAME.to_owned(),
            measure: measure.to_owned(),
            expected,
            found: estimate.mean,
            half_width: Some(half_width),
            replications: REPLICATIONS,
            passed: (estimate.mean - expected).abs() <= 1.5 * both,
            source: "another simulator's answers".to_owned(),
        });
    }
    Ok(found)
}

/// Arrival, class, and hours at screening, police, health, education and decision; then the time to decision.
const TRACE: [(f64, usize, [f64; 5], f64); 8] = [
    (0.01, 2, [1.03, 0.61, 0.72, 0.53, 0.64], 2.39),
    (0.12, 2, [1.17, 0.42, 0.91, 0.37, 0.58], 2.66),
    (0.23, 2, [1.29, 0.77, 0.66, 0.49, 0.71], 2.90),
    (0.34, 2, [0.93, 0.58, 1.31, 0.26, 0.45], 4.22),
    (0.45, 1, [0.81, 0.35, 0.74, 0.92, 1.13], 4.09),
    (0.56, 0, [0.74, 0.88, 0.47, 0.65, 0.39], 2.61),
    (0.67, 2, [1.52, 0.29, 0.83, 0.44, 0.97], 4.84),
    (0.78, 0, [0.55, 1.06, 0.38, 0.71, 0.52], 3.22),
];

fn trace() -> Result<Vec<Verified>, VerifyError> {
    let rows = TRACE.iter().map(|(at, class, service, _)| TraceRow {
        at: Time::from_hours(*at),
        class: *class,
        service: service.map(Time::from_hours).to_vec(),
    });
    let network = Network { arrivals: Arrivals::Trace(rows.collect()), ..network(1.0) };
    let mut visits = replicate(&network, [Time::ZERO, Time::NEVER], 0, 0)?;
    visits.all.sort_by_key(|visit| visit.contact);
    let times = visits.until_done(DECISION, None);
    let lines = TRACE.iter().zip(&times).zip(1..).map(|(((.., expected), found), number)| {
        let measure = format!("time to decision of contact {number}, h");
        exact(RECORDED, measure, *expected, *found, "computed by hand")
    });
    Ok(lines.collect())
}

/// What holds of any run, with no number known.
fn relations(seed: u64) -> Result<Vec<Verified>, VerifyError> {
    let once = replicate(&network(1.0), window(), seed, 0)?;
    let twice = replicate(&network(2.0), window(), seed, 0)?;
    let by_contact = |visits: &Visits| {
        let mut all = visits.all.clone();
        all.sort_by_key(|visit| (visit.contact, visit.station));
        all
    };
    // The furthest that any wait at the double pace is from half the wait, in hours.
    let furthest = by_contact(&once)
        .iter()
        .zip(by_contact(&twice))
        .map(|(slow, fast)| {
            (slow.done.since(slow.arrived).hours() / 2.0 - fast.done.since(fast.arrived).hours()).abs()
        })
        .fold(0.0, f64::max);
    let furthest = if once.all.len() == twice.all.len() { furthest } else { f64::INFINITY };
    let halved = Verified {
        case: RELATION.to_owned(),
        measure: "double pace: furthest from half the time, h".to_owned(),
        expected: 0.0,
        found: furthest,
        half_width: None,
        replications: 1,
        passed: furthest < 1e-6,
        source: "all rates doubled, all times halved".to_owned(),
    };

    // Little's law: the area under the number waiting is the sum of the waits, to the nanosecond.
    let mut apart = 0_i128;
    for station in 0..=DECISION {
        let mut moves: Vec<(Time, i128)> = Vec::new();
        let mut waited = 0_i128;
        for visit in once.all.iter().filter(|visit| visit.station == station) {
            moves.extend([(visit.since, 1), (visit.begun, -1)]);
            waited += i128::from(visit.begun.since(visit.since).0);
        }
        moves.sort_unstable();
        let (mut area, mut waiting, mut last) = (0_i128, 0_i128, Time::ZERO);
        for (at, change) in moves {
            area += waiting * i128::from(at.since(last).0);
            (waiting, last) = (waiting + change, at);
        }
        apart += (area - waited).abs();
    }
    let apart = if apart == 0 { 0.0 } else { f64::INFINITY };
    let little = "area under those waiting less all waits, ns".to_owned();

    // Nobody is begun outside a station's hours.
    let shifts = WeekHours::weekdays(9, 17);
    let day = Network {
        stations: network(1.0)
            .stations
            .into_iter()
            .map(|at| Station { servers: 12, ..at }.open(shifts.clone()))
            .collect(),
        ..network(1.0)
    };
    let outside =
        replicate(&day, window(), seed, 0)?.all.iter().filter(|visit| !shifts.is_open(visit.begun)).count();
    let outside = if outside == 0 { 0.0 } else { f64::INFINITY };
    let closed = "work begun outside 9 to 17, Mon to Fri".to_owned();
    Ok(vec![
        halved,
        exact(RELATION, little, 0.0, apart, "Little's law"),
        exact(RELATION, closed, 0.0, outside, "opening hours"),
    ])
}
