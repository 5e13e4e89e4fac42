//! Contacts that wait: everything verified by `mash verify` holds, and the same run gives the same visits.

use mash_batch::verify::verify;
use mash_sim::queueing::{
    Arrivals, Distribution, Leaving, Network, QueueError, Station, Step, Time, Visit, WeekHours, run,
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

#[test]
fn who_leaves_changes_nobodys_draws() {
    let network = network();
    let routed = Network { leaves: vec![Leaving { after: 0, class: 1, share: 0.3 }], ..network.clone() };
    let takes = |visits: &[Visit]| -> std::collections::BTreeMap<(u32, u32), Time> {
        visits.iter().map(|visit| ((visit.contact, visit.station), visit.done.since(visit.begun))).collect()
    };
    let (all, fewer) = (visits(&network, 2), visits(&routed, 2));
    let (before, after) = (takes(&all), takes(&fewer));
    assert!(after.iter().all(|(visit, takes)| before.get(visit) == Some(takes)));
    let gone: Vec<&Visit> =
        all.iter().filter(|it| it.station == 1 && !after.contains_key(&(it.contact, 1))).collect();
    assert!(gone.iter().all(|visit| visit.class == 1));
    let share = gone.len() as f64 / all.iter().filter(|it| it.station == 1 && it.class == 1).count() as f64;
    assert!((share - 0.3).abs() < 0.02, "{share}");
    // All of them come to the first station.
    assert_eq!(
        all.iter().filter(|it| it.station == 0).count(),
        fewer.iter().filter(|it| it.station == 0).count()
    );
}

#[test]
fn who_is_turned_away_by_one_of_several_is_finished_by_the_others_and_goes_no_further() {
    let full = Network {
        arrivals: Arrivals::Poisson { per_hour: 4.0, sizes: vec![1.0] },
        stations: vec![
            Station { turns_away: true, ..Station::new(1, Distribution::Exponential { mean: 1.0 }) },
            Station::new(6, Distribution::Exponential { mean: 1.0 }),
            Station::new(6, Distribution::Fixed { hours: 0.1 }),
        ],
        steps: vec![Step(vec![0, 1]), Step(vec![2])],
        until: Time::from_hours(2_000.0),
        ..network()
    };
    let all = visits(&full, 0);
    let at = |station: u32| all.iter().filter(move |visit| visit.station == station);
    let away = at(0).filter(|visit| visit.turned_away).count();
    assert!(away > 1_000 && at(0).count() == at(1).count());
    assert_eq!(at(2).count(), at(0).count() - away);
}
