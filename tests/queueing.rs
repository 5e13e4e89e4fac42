//! Contacts that wait: everything verified by `mash verify` holds, and the same run gives the same visits.

use mash_batch::verify::verify;
use mash_sim::queueing::{
    Arrivals, Distribution, Network, QueueError, Station, Step, Time, Visit, WeekHours, run,
};

fn network() -> Network {
    Network {
        arrivals: Arrivals::Weekly { per_hour: (0..168).map(|hour| f64::from(hour % 24 / 8)).collect() },
        classes: vec![0.2, 0.8],
        stations: vec![
            Station::new(2, Distribution::LogNormal { mean: 0.5, sd: 0.4 }).open(WeekHours::weekdays(9, 17)),
            Station::new(1, Distribution::GammaOfTwo { mean: 0.3 }),
            Station::new(1, Distribution::Exponential { mean: 0.4 }),
        ],
        steps: vec![Step(vec![0]), Step(vec![1, 2])],
        leaves: Vec::new(),
        until: Time::from_hours(20.0 * 168.0),
    }
}

fn visits(network: &Network, replication: u32) -> Vec<Visit> {
    let mut all = Vec::new();
    run(network, 7, replication, |visit| all.push(visit)).unwrap();
    all
}

#[test]
fn everything_verified_holds() {
    let lines = verify(1, |_| {}).unwrap();
    let failed: Vec<_> = lines.iter().filter(|line| !line.passed).collect();
    assert!(failed.is_empty(), "{failed:#?}");
    assert!(lines.len() > 40);
}

#[test]
fn a_replication_is_the_same_whenever_it_is_run() {
    let network = network();
    let first = visits(&network, 3);
    assert!(first.len() > 5_000);
    assert_eq!(first, visits(&network, 3));
    assert_ne!(first, visits(&network, 4));
}

#[test]
fn more_staff_at_one_station_change_nobodys_draws() {
    let network = network();
    let more = Network {
        stations: network
            .stations
            .iter()
            .cloned()
            .map(|at| Station { servers: at.servers + 1, ..at })
            .collect(),
        ..network.clone()
    };
    let takes = |network: &Network| {
        let mut all: Vec<_> = visits(network, 0)
            .iter()
            .map(|visit| {
                (visit.contact, visit.station, visit.class, visit.arrived, visit.done.since(visit.begun))
            })
            .collect();
        all.sort_unstable();
        all
    };
    assert_eq!(takes(&network), takes(&more));
}

#[test]
fn nobody_is_begun_while_a_station_is_closed_and_the_urgent_go_first() {
    let network = network();
    let all = visits(&network, 1);
    assert!(all.iter().all(|visit| network.stations[visit.station as usize].hours.is_open(visit.begun)));
    // Who is begun was not overtaken by somebody less urgent who came no earlier.
    let first: Vec<&Visit> = all.iter().filter(|visit| visit.station == 0).collect();
    for urgent in first.iter().filter(|visit| visit.class == 0) {
        let overtaken = |other: &&&Visit| {
            other.class > 0
                && other.begun < urgent.begun
                && other.begun >= urgent.since
                && other.begun > other.since
        };
        // Only one that had a server at the moment the urgent one came may be ahead of it.
        assert_eq!(first.iter().filter(overtaken).count(), 0, "{urgent:?}");
    }
}

#[test]
fn a_network_that_cannot_be_run_says_why() {
    let never = Network {
        stations: vec![Station::new(1, Distribution::Fixed { hours: 1.0 }).open(WeekHours::weekdays(9, 9))],
        steps: vec![Step(vec![0])],
        ..network()
    };
    assert_eq!(run(&never, 1, 0, |_| {}), Err(QueueError::NeverOpens(0)));
    let missing = Network { steps: vec![Step(vec![7])], ..network() };
    assert_eq!(run(&missing, 1, 0, |_| {}), Err(QueueError::NoStation(7)));
}
