//! Queues whose answers theory gives exactly.

use mash_sim::queueing::{
    Arrivals, Distribution, Network, Station, Step, Time,
    measures::{mean, quantile},
};

use super::{Case, Measure};

/// One station.
const ONLY: u32 = 0;

pub(super) fn all() -> Vec<Case> {
    let exponential = |mean| Distribution::Exponential { mean };
    let wait = |exact| Measure::new("mean wait, h", exact, |visits| mean(&visits.waits(ONLY, None)));
    vec![
        Case {
            name: "M/M/1",
            network: one(0.8, Station::new(1, exponential(1.0)), 60_000.0),
            from: Time::from_hours(2_000.0),
            measures: vec![
                wait(4.0),
                Measure::new("mean time in system, h", 5.0, |visits| mean(&visits.until_done(ONLY, None))),
                Measure::new("mean number waiting", 3.2, |visits| visits.waiting(ONLY)),
                Measure::new("p95 of time in system, h", 14.978_661, |visits| {
                    quantile(&visits.until_done(ONLY, None), 0.95)
                })
                .within(0.02),
            ],
            source: "Erlang C with one server",
        },
        Case {
            name: "M/M/3",
            network: one(20_000.0 / 8_760.0, Station::new(3, exponential(1.0)), 20_000.0),
            from: Time::from_hours(1_000.0),
            measures: vec![
                wait(0.815_952_13),
                Measure::new("mean number waiting", 1.862_904_4, |visits| visits.waiting(ONLY)),
                Measure::new("share waiting over 1 h", 0.285_612_15, |visits| {
                    let waits = visits.waits(ONLY, None);
                    mean(&waits.iter().map(|wait| f64::from(u8::from(*wait > 1.0))).collect::<Vec<_>>())
                }),
            ],
            source: "Erlang C",
        },
        Case {
            name: "M/M/1, three classes",
            network: Network {
                classes: vec![0.1, 0.3, 0.3],
                stations: vec![Station {
                    service: vec![exponential(0.5), exponential(1.0), exponential(1.2)],
                    ..Station::new(1, exponential(1.0))
                }],
                ..one(0.7, Station::new(1, exponential(1.0)), 60_000.0)
            },
            from: Time::from_hours(2_000.0),
            measures: vec![
                Measure::new("mean wait of the first, h", 0.796_842_11, |visits| {
                    mean(&visits.waits(ONLY, Some(0)))
                }),
                Measure::new("mean wait of the second, h", 1.225_910_9, |visits| {
                    mean(&visits.waits(ONLY, Some(1)))
                }),
                Measure::new("mean wait of the third, h", 4.015_915_1, |visits| {
                    mean(&visits.waits(ONLY, Some(2)))
                }),
            ],
            source: "Cobham, non-preemptive priority",
        },
        Case {
            name: "M/G/1, lognormal",
            network: one(0.75, Station::new(1, Distribution::LogNormal { mean: 1.0, sd: 0.8 }), 60_000.0),
            from: Time::from_hours(2_000.0),
            measures: vec![wait(2.46)],
            source: "Pollaczek-Khinchine",
        },
        Case {
            name: "M/D/1",
            network: one(0.8, Station::new(1, Distribution::Fixed { hours: 1.0 }), 60_000.0),
            from: Time::from_hours(2_000.0),
            measures: vec![wait(2.0)],
            source: "Pollaczek-Khinchine",
        },
        Case {
            name: "siblings, M[X]/M/1",
            network: Network {
                arrivals: Arrivals::Poisson { per_hour: 0.4, sizes: vec![0.5, 0.3, 0.2] },
                ..one(0.4, Station::new(1, exponential(1.0)), 60_000.0)
            },
            from: Time::from_hours(2_000.0),
            measures: vec![Measure::new("mean time in system, h", 4.779_411_8, |visits| {
                mean(&visits.until_done(ONLY, None))
            })],
            source: "batch arrivals",
        },
        fan_out(),
        Case {
            name: "caseload, M/G/infinity",
            network: one(
                4_000.0 / 8_760.0,
                Station::new(usize::MAX, Distribution::LogNormal { mean: 63.0 * 24.0, sd: 900.0 }),
                400_000.0,
            ),
            from: Time::from_hours(20_000.0),
            measures: vec![
                Measure::new("mean held", 690.410_96, |visits| visits.in_station(ONLY).mean),
                Measure::new("sd held", 26.275_672, |visits| visits.in_station(ONLY).sd),
                Measure::new("p95 held", 734.0, |visits| visits.in_station(ONLY).p95).within(0.02),
            ],
            source: "Poisson, whatever the law of the time",
        },
        Case {
            name: "caseload cap, M/M/60/60",
            network: one(50.0, Station { turns_away: true, ..Station::new(60, exponential(1.0)) }, 4_000.0),
            from: Time::from_hours(100.0),
            measures: vec![Measure::new("share turned away", 0.021_668_473, |visits| {
                visits.turned_away(ONLY)
            })],
            source: "Erlang B",
        },
    ]
}

/// Three agencies asked at once, none of whom is ever busy: the reply that comes last.
fn fan_out() -> Case {
    let ample = |mean| Station::new(usize::MAX, Distribution::Exponential { mean });
    let stations = vec![
        ample(0.6),
        ample(0.7),
        ample(0.5),
        Station::new(usize::MAX, Distribution::Fixed { hours: 0.0 }),
    ];
    Case {
        name: "fan-out to three agencies",
        network: Network {
            stations,
            steps: vec![Step(vec![0, 1, 2]), Step(vec![3])],
            ..one(1.0, ample(1.0), 20_000.0)
        },
        from: Time::ZERO,
        measures: vec![Measure::new("mean until the last reply, h", 1.108_790_8, |visits| {
            mean(&visits.until_done(3, None))
        })],
        source: "maximum of three exponentials",
    }
}

/// One station, one class, one rate of arrivals.
fn one(per_hour: f64, station: Station, until: f64) -> Network {
    Network {
        arrivals: Arrivals::Poisson { per_hour, sizes: vec![1.0] },
        classes: vec![1.0],
        stations: vec![station],
        steps: vec![Step(vec![0])],
        until: Time::from_hours(until),
    }
}
