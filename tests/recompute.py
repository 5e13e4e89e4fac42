"""Reckons tables of an experiment again from its case-level export, by other means than the program's.

usage: recompute.py FOLDER        FOLDER: what `mash compare --records --out FOLDER` wrote

Needs pandas, scipy and holidays. Prints how many figures were reckoned and agree; exits 1 at the first that does not.
Working days and bank holidays come from the `holidays` package, intervals from scipy.
"""

import json
import math
import pathlib
import sys

import holidays
import numpy
import pandas
import scipy.stats

folder = pathlib.Path(sys.argv[1])
results = json.loads((folder / "results.json").read_text())
cases = pandas.read_csv(folder / "cases.csv", keep_default_na=False, dtype=str)
shifts = pandas.read_csv(folder / "shifts.csv")
mondays = pandas.read_csv(folder / "mondays.csv", dtype={"caseloads": str}, keep_default_na=False)
moves = pandas.read_csv(folder / "moves.csv")

names = [it["id"] for it in results["alternatives"]]
runs = range(results["replications"])
year = pandas.to_datetime([results["year_start"], results["year_end"]])
weeks_of_year = ((year[1] - year[0]).days + 1) / 7
closed = [day for day in holidays.country_holidays("GB", subdiv="ENG", years=range(2019, 2031))]

moments = ["received", "screened", "asked_at", "last_reply", "decided", "strategy_called", "strategy_held", "allocated",
           "assessed", "section_47", "conference", "closed"]
for column in moments:
    cases[column] = pandas.to_datetime(cases[column], format="ISO8601", errors="coerce").astype("datetime64[ns]")
for column in ["in_year", "agencies_asked", "agencies_replied", "agreement_refused", "overseen", "manual_review",
               "reopened", "referral", "re_referral", "supervisions_due", "supervisions_held", "replication", "not_in_need"]:
    cases[column] = cases[column].astype(int)


def working_days(start, end):
    """Working days after the first day and up to the second."""
    one = numpy.timedelta64(1, "D")
    days = [moment.to_numpy().astype("datetime64[D]") for moment in (start, end)]
    return numpy.busday_count(days[0] + one, days[1] + one, holidays=closed)


def hours(frame, start, end):
    both = frame[frame[start].notna() & frame[end].notna() & (frame[end] >= frame[start])]
    return (both[end] - both[start]) / pandas.Timedelta(hours=1)


def percent(frame, test):
    return 100 * test.sum() / len(frame) if len(frame) else None


def quantile(values, share):
    """The smallest value that so large a share does not pass."""
    ordered = numpy.sort(numpy.asarray(values, dtype=float))
    return ordered[max(math.ceil(share * len(ordered)), 1) - 1] if len(ordered) else None


def figures(case, shift, monday):
    """Measures of one replication, by id."""
    case, shift, monday = case[case.in_year == 1], shift[shift.in_year == 1], monday[monday.in_year == 1]
    decided = case[case.ending == "decided"]
    referred = case[case.referral == 1]
    out = {"contacts": len(case), "referrals": len(referred)}
    for route in ["no_further_action", "advice", "early_help", "targeted_early_help", "child_and_family_assessment",
                  "strategy_discussion"]:
        out[f"route_{route}_pct"] = percent(decided, decided.route == route)
    out["agencies_asked"] = decided.agencies_asked.mean()
    out["replies_before_pct"] = 100 * decided.agencies_replied.sum() / decided.agencies_asked.sum()
    out["replies_hours_mean"] = hours(decided, "asked_at", "last_reply").mean()
    out["reopened_pct"] = percent(decided, decided.reopened == 1)
    out["agreement_refused_pct"] = percent(decided, decided.agreement_refused == 1)
    out["decision_hours_mean"] = hours(decided, "received", "decided").mean()
    out["decision_hours_p95"] = quantile(hours(decided, "received", "decided"), 0.95)
    done = referred[referred.decided.notna()]
    out["referral_one_day_pct"] = percent(done, working_days(done.received, done.decided) <= 1)
    called = decided[decided.strategy_called.notna()]
    held = called.strategy_held.notna()
    in_time = numpy.zeros(len(called), dtype=bool)
    in_time[held.to_numpy()] = working_days(called[held].strategy_called, called[held].strategy_held) <= 1
    out["strategy_one_day_pct"] = percent(called, in_time)
    done = referred[referred.assessed.notna()]
    out["assessment_45_days_pct"] = percent(done, working_days(done.received, done.assessed) <= 45)
    met = case[case.conference.notna()]
    out["conference_15_days_pct"] = percent(met, working_days(met.section_47, met.conference) <= 15)
    out["read_by_manager_pct"] = percent(decided, decided.overseen == 1)
    out["manual_review_pct"] = percent(decided, decided.manual_review == 1)
    out["supervision_held_pct"] = 100 * case.supervisions_held.sum() / case.supervisions_due.sum()
    for desk in ["screening", "hub"]:
        of = shift[shift.desk == desk]
        out[f"{desk}_work_hours"] = (of.busy_hours + of.overtime_hours).sum() / weeks_of_year
    of = shift[shift.desk == "partner_police"]
    out["police_work_hours"] = (of.busy_hours + of.overtime_hours).sum() / weeks_of_year
    loads = [int(load) for row in monday.caseloads for load in row.split()]
    out["caseload_mean"] = numpy.mean(loads)
    out["unallocated"] = monday.unallocated.mean()
    out["same_worker_pct"] = 100 * monday.same_worker.sum() / monday.open_91_days.sum()
    staffed = monday[monday.permanent + monday.agency > 0]
    out["agency_pct"] = (100 * staffed.agency / (staffed.permanent + staffed.agency)).mean()
    out["re_referral_pct"] = percent(referred, referred.re_referral == 1)
    return out, loads


def agree(what, got, expected):
    global checked
    if got is None and expected is None:
        return
    if got is None or expected is None or abs(got - expected) > 1e-9 * max(1.0, abs(expected)):
        sys.exit(f"{what}: {got} reckoned here, {expected} in the results")
    checked += 1


def interval(values):
    n = len(values)
    mean = numpy.mean(values)
    half = scipy.stats.t.ppf(0.975, n - 1) * numpy.std(values, ddof=1) / math.sqrt(n) if n > 1 else 0.0
    return mean, mean - half, mean + half


checked = 0
by_run = {}
loads = {}
for name in names:
    for run in runs:
        def mine(frame):
            return frame[(frame.alternative == name) & (frame.replication == run)]
        by_run[name, run], loads[name, run] = figures(mine(cases), mine(shifts), mine(mondays))

for row in results["figures"]:
    measure = row["measure"]
    if measure not in by_run[names[0], 0]:
        continue
    values = {name: [by_run[name, run][measure] for run in runs] for name in names}
    for name, estimate in zip(names, row["estimates"]):
        for part, got in zip(["mean", "low", "high"], interval(values[name])):
            agree(f"{measure} under {name}, {part}", got, estimate[part])
    for name, difference in zip(names[1:], row["differences"]):
        pairs = numpy.subtract(values[name], values[names[0]])
        for part, got in zip(["mean", "low", "high"], interval(pairs)):
            agree(f"difference in {measure} under {name}, {part}", got, difference["estimate"][part])
        if difference["p"] is not None and numpy.std(pairs) > 0:
            agree(f"p of {measure} under {name}", scipy.stats.ttest_1samp(pairs, 0).pvalue, difference["p"])

decided = cases[(cases.ending == "decided") & (cases.in_year == 1)]
base = decided[decided.alternative == names[0]]
for name, moved in zip(names[1:], results["moves"]):
    both = base.merge(decided[decided.alternative == name], on=["replication", "case"], how="outer", indicator=True,
                      suffixes=("_base", "_other"))
    matched = both[both._merge == "both"]
    for cell in moved["cells"]:
        of = matched[(matched.route_base == cell["from"]) & (matched.route_other == cell["to"])]
        counts = [(of.replication == run).sum() for run in runs]
        for part, got in zip(["mean", "low", "high"], interval(counts)):
            agree(f"{cell['from']} > {cell['to']} under {name}, {part}", got, cell["per_year"][part])
    for side, key in [("left_only", "only_baseline"), ("right_only", "only_alternative")]:
        only = both[both._merge == side]
        agree(f"{key} of {name}", numpy.mean([(only.replication == run).sum() for run in runs]), moved[key]["mean"])
    listed = moves[moves.alternative == name]
    differ = matched[matched.route_base != matched.route_other]
    agree(f"moves listed of {name}", float(len(listed)), float(len(differ)))

edges = [int(group.split("-")[0].split(" ")[0]) for group in results["caseloads"]["groups"]]
for name, shares in zip(names, results["caseloads"]["shares"]):
    for at, share in enumerate(shares):
        top = edges[at + 1] if at + 1 < len(edges) else math.inf
        values = [100 * sum(edges[at] <= load < top for load in loads[name, run]) / len(loads[name, run]) for run in runs]
        agree(f"caseload {results['caseloads']['groups'][at]} under {name}", interval(values)[0], share["mean"])

start = pandas.to_datetime(results["weeks"][0]["days"])
for series in results["weeks"]:
    for name, bands in zip(names, series["bands"]):
        for day, band in zip(start, bands):
            after = day + pandas.Timedelta(days=7)
            if series["id"] == "contacts":
                of = cases[(cases.alternative == name) & (cases.received >= day) & (cases.received < after)]
                values = [(of.replication == run).sum() for run in runs]
            elif series["id"] in ("screening", "hub"):
                days = pandas.to_datetime(shifts.day)
                of = shifts[(shifts.alternative == name) & (shifts.desk == series["id"]) & (days >= day) & (days < after)]
                values = [of[of.replication == run].waiting_at_midnight.mean() for run in runs]
            else:
                continue
            agree(f"{series['id']} in the week of {day.date()} under {name}", numpy.mean(values), band["mean"])

print(f"{checked} figures reckoned again and equal")
