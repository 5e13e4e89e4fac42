#!/bin/sh
# CPU time of a replication of the front-door reference model here and in SimPy, in one run on one machine, and the
# ratio. Usage: benches/peers/run.sh [ROUNDS, 3 where left out]
set -eu
cd "$(dirname "$0")/../.."
python=target/peers/bin/python
[ -x "$python" ] || python3 -m venv target/peers
"$python" -c 'import simpy' 2>/dev/null || "$python" -m pip install --quiet 'simpy==4.1.2'
cargo build --quiet --release --locked -p mash-benches --example front_door
"$python" - "${1:-3}" <<'COMPARE'
import resource, subprocess, sys


def cpu(*command):
    """CPU seconds, user and system, of a command and what it starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


for mode in ("a", "b"):
    for number in range(int(sys.argv[1])):
        ours = cpu("target/release/examples/front_door", mode, "100") / 100
        theirs = cpu(sys.executable, "benches/peers/fd_ref.py", mode, "--replications", "3") / 3
        print(f"mode {mode}, round {number + 1}: mash {1000 * ours:.1f} ms, SimPy {1000 * theirs:.0f} ms a replication: {theirs / ours:.0f} times")
COMPARE
