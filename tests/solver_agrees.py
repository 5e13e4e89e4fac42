"""Repeats every question of a recorded analysis with Z3, a solver that shares nothing with ours.

Reads the file named on the command line: a line a clause (`clause 1 -2`) or question under assumptions
(`possible 3 -4`, `impossible 5`). Ends with 1 at the first verdict that differs.
"""

import sys

import z3

solver = z3.Solver()
variables = {}
counts = {"possible": 0, "impossible": 0}


def literal(number):
    variable = variables.get(abs(number))
    if variable is None:
        variable = variables[abs(number)] = z3.Bool(f"v{abs(number)}")
    return variable if number > 0 else z3.Not(variable)


with open(sys.argv[1], encoding="utf-8") as lines:
    for number, line in enumerate(lines, start=1):
        word, *rest = line.split()
        literals = [literal(int(text)) for text in rest]
        if word == "clause":
            solver.add(z3.Or(literals))
            continue
        expect = z3.sat if word == "possible" else z3.unsat
        found = solver.check(*literals)
        if found != expect:
            sys.exit(f"line {number}: Z3 says {found}, recorded as {word}")
        counts[word] += 1

print(f"Z3 agrees on {counts['possible']} possible and {counts['impossible']} impossible")
