#!/bin/sh
# CPU time of the front-door reference model here and in SimPy, in the same run on the same machine, and the ratio.
# Usage: benches/peers/run.sh [REPLICATIONS of SimPy, 3 where left out]
set -eu
cd "$(dirname "$0")/../.."
python=target/peers/bin/python
[ -x "$python" ] || python3 -m venv target/peers
"$python" -c 'import simpy' 2>/dev/null || "$python" -m pip install --quiet 'simpy==4.1.2'
cargo build --quiet --release --locked -p mash-benches --example front_door
for round in 1 2 3; do
    ours=$(target/release/examples/front_door 60)
    for mode in a b; do
        theirs=$("$python" benches/peers/fd_ref.py "$mode" --replications "${1:-3}" --json)
        OURS="$ours" THEIRS="$theirs" MODE="$mode" ROUND="$round" "$python" - <<'PRINT'
import json, os
mode = os.environ["MODE"]
ours = {line.split()[0]: float(line.split()[2]) for line in os.environ["OURS"].splitlines()}[mode]
theirs = json.loads(os.environ["THEIRS"])["cpu_seconds_a_replication"]
print(f"round {os.environ['ROUND']}, mode {mode}: mash {1000 * ours:.1f} ms, SimPy {1000 * theirs:.0f} ms a replication: {theirs / ours:.0f} times")
PRINT
    done
done
