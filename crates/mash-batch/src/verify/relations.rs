//! What holds of any run of the front-door reference model, with no number known.

use mash_sim::queueing::{Arrivals, Network, QueueError, Station, Time, Visit, WeekHours, measure, run};

use super::{Verified, VerifyError, known_answers::exact, reference::named};

const CASE: &str = "front door, relations";

pub(super) fn all(seed: u64) -> Result<Vec<Verified>, VerifyError> {
    let day_and_night = named("front-door-day-and-night.json")?;
    let network = &day_and_night.network;
    let once = visits(network, seed)?;
    let by_station: Vec<Vec<&Visit>> = (0..network.stations.len())
        .map(|station| once.iter().filter(|visit| visit.station as usize == station).collect())
        .collect();
    // A share that is none leaves every figure the same, to the last bit.
    let measures: Vec<_> = day_and_night.measures.iter().map(|named| named.measure).collect();
    let rows = [network.leaves.clone(), vec![mash_sim::queueing::Leaving { after: 0, class: 2, share: 0.0 }]]
        .map(|leaves| {
            measure(&Network { leaves, ..network.clone() }, day_and_night.window, &measures, seed, 0)
        });
    let [base, none_leave] = rows;
    let changed = base?.iter().zip(&none_leave?).filter(|(base, other)| base != other).count();
    Ok(vec![
        halved(network, &once, seed)?,
        exact(
            CASE,
            "area under those waiting less all waits, ns".to_owned(),
            0.0,
            none(by_station.iter().all(|visits| littles_law(visits))),
            "Little's law",
        ),
        exact(
            CASE,
            "work begun outside 9 to 17, Mon to Fri".to_owned(),
            0.0,
            none(nothing_begun_when_closed(network, seed)?),
            "opening hours",
        ),
        exact(
            CASE,
            "figures that change where none leave".to_owned(),
            0.0,
            none(changed == 0),
            "a share of 0",
        ),
    ])
}

/// 0 of what holds.
fn none(holds: bool) -> f64 {
    if holds { 0.0 } else { f64::INFINITY }
}

fn visits(network: &Network, seed: u64) -> Result<Vec<Visit>, QueueError> {
    let mut all = Vec::new();
    run(network, seed, 0, |visit| all.push(visit))?;
    all.sort_by_key(|visit| (visit.contact, visit.station));
    Ok(all)
}

/// All rates doubled and all times halved: every time halves.
fn halved(network: &Network, once: &[Visit], seed: u64) -> Result<Verified, QueueError> {
    let arrivals = match &network.arrivals {
        Arrivals::Poisson { per_hour, sizes } => {
            Arrivals::Poisson { per_hour: per_hour * 2.0, sizes: sizes.clone() }
        }
        other => other.clone(),
    };
    let faster = |station: &Station| Station {
        service: station.service.iter().map(|law| law.times(0.5)).collect(),
        ..station.clone()
    };
    let double = Network {
        arrivals,
        stations: network.stations.iter().map(faster).collect(),
        until: Time(network.until.0 / 2),
        ..network.clone()
    };
    let twice = visits(&double, seed)?;
    let lasted = |visit: &Visit| visit.done.since(visit.arrived).hours();
    let apart = once.iter().zip(&twice).map(|(slow, fast)| (lasted(slow) / 2.0 - lasted(fast)).abs());
    let furthest = if once.len() == twice.len() { apart.fold(0.0, f64::max) } else { f64::INFINITY };
    Ok(Verified {
        case: CASE.to_owned(),
        measure: "double pace: furthest from half the time, h".to_owned(),
        expected: 0.0,
        found: furthest,
        half_width: None,
        replications: 1,
        passed: furthest < 1e-6,
        source: "all rates doubled, all times halved".to_owned(),
    })
}

/// The area under the number waiting is the sum of the waits, to the nanosecond.
fn littles_law(visits: &[&Visit]) -> bool {
    let mut moves: Vec<(Time, i128)> = Vec::new();
    let mut waited = 0_i128;
    for visit in visits {
        moves.extend([(visit.since, 1), (visit.begun, -1)]);
        waited += i128::from(visit.begun.since(visit.since).0);
    }
    moves.sort_unstable();
    let (mut area, mut waiting, mut last) = (0_i128, 0_i128, Time::ZERO);
    for (at, change) in moves {
        area += waiting * i128::from(at.since(last).0);
        (waiting, last) = (waiting + change, at);
    }
    area == waited
}

fn nothing_begun_when_closed(network: &Network, seed: u64) -> Result<bool, QueueError> {
    let shifts = WeekHours::weekdays(9, 17);
    let staffed = |station: &Station| Station { servers: 12, ..station.clone() }.open(shifts.clone());
    let day = Network { stations: network.stations.iter().map(staffed).collect(), ..network.clone() };
    Ok(visits(&day, seed)?.iter().all(|visit| shifts.is_open(visit.begun)))
}
