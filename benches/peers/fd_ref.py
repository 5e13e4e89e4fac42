"""The front-door reference model in SimPy 4: an independent answer, and the yardstick of speed.

Usage: python fd_ref.py MODE [--replications N] [--seed N] [--json]

MODE is `a` (day and night) or `b` (shifts and a weekly profile of arrivals). Printed: mean and 95th percentile of the
time from arrival to decision by class, and the share of red decided within 4 hours, each as a mean over replications
with half its 95% and 99% interval; CPU seconds a replication, all measures included.

Hours throughout; hour 0 is Monday 00:00. Contacts that arrive in [672, 9432) count; arrivals end at 9600, and whoever
is then in the model is finished. The 95th percentile of n values is the ceil(0.95 n)-th smallest.
"""

import argparse
import json
import math
import random
import statistics
import time

import simpy

CLASSES = ("red", "amber", "green")
WARM, COUNTED_UNTIL, HORIZON = 672.0, 9432.0, 9600.0
BASE = 20000 / 8760

# Station: servers, and hours of a weekday between which work may begin (None: always).
STATIONS = {
    "a": {
        "screening": (3, None),
        "police": (2, None),
        "health": (2, None),
        "education": (2, None),
        "decision": (2, None),
    },
    "b": {
        "screening": (10, (8, 18)),
        "police": (2, None),
        "health": (8, (9, 17)),
        "education": (6, (8, 16)),
        "decision": (6, (8, 18)),
    },
}
AGENCIES = {"police": 0.6, "health": 0.7, "education": 0.5}


def lognormal(mean, sd):
    """Parameters of the logarithm, from mean and standard deviation of the duration."""
    variance = math.log1p((sd / mean) ** 2)
    return math.log(mean) - variance / 2, math.sqrt(variance)


SCREENING = lognormal(1.0, 0.8)
DECISION = lognormal(0.65, 0.5)


def weekly_rate(now):
    """Arrivals an hour in mode B."""
    day, hour = int(now // 24) % 7, now % 24
    weekday = 1.2 if day < 5 else 0.5
    by_hour = 0.3 if hour < 8 else 1.6 if hour < 18 else 0.9
    return BASE * 168 / 166.6 * weekday * by_hour


MOST = BASE * 168 / 166.6 * 1.2 * 1.6


def shifts(env, desk, opens, closes):
    """Takes every server off the desk outside its hours, each as soon as the work in hand is finished."""
    while True:
        day, hour = divmod(env.now, 24)
        if day % 7 < 5 and opens <= hour < closes:
            yield env.timeout(day * 24 + closes - env.now)
            continue
        next_open = day * 24 + opens if hour < opens else (day + 1) * 24 + opens
        while (next_open // 24) % 7 >= 5:
            next_open += 24
        closed = [desk.request(priority=-1) for _ in range(desk.capacity)]
        yield env.timeout(next_open - env.now)
        for request in closed:
            # One that was still waited for belongs to a server that works past closing time.
            if request.triggered:
                desk.release(request)
            else:
                request.cancel()


def worked_on(env, desk, priority, hours):
    with desk.request(priority=priority) as request:
        yield request
        yield env.timeout(hours)


def contact(env, desks, draw, kind, times):
    came = env.now
    yield from worked_on(env, desks["screening"], kind, draw.lognormvariate(*SCREENING))
    asked = [
        env.process(worked_on(env, desks[name], kind, draw.gammavariate(2, mean / 2)))
        for name, mean in AGENCIES.items()
    ]
    yield env.all_of(asked)
    yield from worked_on(env, desks["decision"], kind, draw.lognormvariate(*DECISION))
    if WARM <= came < COUNTED_UNTIL:
        times[kind].append(env.now - came)


def arrivals(env, mode, desks, draw, times):
    while True:
        if mode == "a":
            yield env.timeout(draw.expovariate(BASE))
        else:
            # Thinning: candidates at the greatest rate, kept in proportion to the rate of the moment.
            gap = draw.expovariate(MOST)
            while draw.random() * MOST >= weekly_rate(env.now + gap):
                gap += draw.expovariate(MOST)
            yield env.timeout(gap)
        if env.now >= HORIZON:
            return
        chance = draw.random()
        kind = 0 if chance < 0.1 else 1 if chance < 0.5 else 2
        env.process(contact(env, desks, draw, kind, times))


def p95(values):
    return sorted(values)[math.ceil(0.95 * len(values)) - 1]


def replicate(mode, seed):
    env, draw = simpy.Environment(), random.Random(seed)
    times = [[], [], []]
    desks = {}
    for name, (servers, hours) in STATIONS[mode].items():
        desks[name] = simpy.PriorityResource(env, capacity=servers)
        if hours:
            env.process(shifts(env, desks[name], *hours))
    env.process(arrivals(env, mode, desks, draw, times))
    # The shifts of mode B never end; three weeks are far more than the last contact takes.
    env.run(until=HORIZON + 504)
    row = {}
    for name, of_class in zip(CLASSES, times):
        row[f"mean {name}"] = statistics.fmean(of_class)
        row[f"p95 {name}"] = p95(of_class)
    row["red within 4 h"] = sum(hours <= 4 for hours in times[0]) / len(times[0])
    return row


def main():
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    asked.add_argument("mode", choices=("a", "b"))
    asked.add_argument("--replications", type=int, default=20)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--json", action="store_true")
    asked = asked.parse_args()

    begun = time.process_time()
    rows = [replicate(asked.mode, asked.seed * 1_000_003 + number) for number in range(asked.replications)]
    cpu = (time.process_time() - begun) / asked.replications

    answer = {"mode": asked.mode, "replications": len(rows), "cpu_seconds_a_replication": cpu, "measures": {}}
    for name in rows[0]:
        values = [row[name] for row in rows]
        error = statistics.stdev(values) / math.sqrt(len(values)) if len(values) > 1 else math.nan
        answer["measures"][name] = {
            "mean": statistics.fmean(values),
            "half_width_95": 1.96 * error,
            "half_width_99": 2.576 * error,
        }
    if asked.json:
        print(json.dumps(answer))
        return
    print(f"FD-REF mode {asked.mode.upper()}, SimPy {simpy.__version__}, {len(rows)} replications")
    for name, found in answer["measures"].items():
        print(f"  {name:<16}{found['mean']:>10.4f} +- {found['half_width_95']:.4f} (95%)")
    print(f"  CPU {cpu:.3f} s a replication")


if __name__ == "__main__":
    main()
