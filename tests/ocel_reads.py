"""Reads an event log with pm4py as any user would, and says what it found there, one count a line."""

import sys

import pm4py

log = pm4py.read_ocel2_json(sys.argv[1])
print("events", len(log.events))
print("objects", len(log.objects))
print("relations", len(log.relations))
print("object relations", len(log.o2o))
print("dangling", len(set(log.relations["ocel:oid"]) - set(log.objects["ocel:oid"])))
print("object types", ",".join(sorted(log.objects["ocel:type"].unique())))
flat = pm4py.ocel_flattening(log, "child")
print("children with events", flat["case:concept:name"].nunique())
