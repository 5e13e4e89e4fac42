"""Reckons a room's debrief again from its exported votes, with other people's libraries, and compares.

Arguments: the `results.json` that a room exports, and the folder of vignettes that it was played with. Shares, coefficients,
Brier score, calibration and the analysis of variance come from irrCAC, krippendorff, statsmodels, scikit-learn and
SciPy. Votes that were counted by hand are in no exported answer: they are what the spreads hold beyond those. Ends with 1
at the first figure that differs by more than 1e-9.
"""

import json
import math
import pathlib
import sys
import warnings

import krippendorff
import numpy as np
import pandas as pd
from irrCAC.raw import CAC
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss, cohen_kappa_score
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm
from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa

CLOSE = 1e-9
warnings.filterwarnings("ignore")

ROUNDS = ["first", "informed", "group"]


class Compared:
    """Counts what was compared, and ends at the first difference."""

    def __init__(self):
        self.figures = 0

    def same(self, what, ours, theirs):
        self.figures += 1
        if ours is None or not abs(ours - float(theirs)) <= CLOSE:
            sys.exit(f"{what} is {ours} in the debrief and {float(theirs)!r} here")


def table_of(results, answers, round_id, hands=True):
    """Votes as a row a vignette and a column a person, NaN where there is none; hands have columns after the people."""
    routes = [route["id"] for route in results["vignettes"][0]["routes"]]
    people = sorted({answer["person"] for answer in answers})
    rows = []
    for vignette in results["vignettes"]:
        votes = {
            answer["person"]: routes.index(answer["route"])
            for answer in answers
            if answer["vignette"] == vignette["id"] and answer["round"] == round_id
        }
        row = [votes.get(person, math.nan) for person in people]
        spread = next((it["all"]["votes"] for it in vignette["rounds"] if it["round"] == round_id), None)
        if hands and spread is not None:
            typed = [sum(1 for vote in votes.values() if vote == route) for route in range(len(routes))]
            row += [route for route, (all_, own) in enumerate(zip(spread, typed)) for _ in range(all_ - own)]
        rows.append(row)
    width = max(len(row) for row in rows)
    table = np.array([row + [math.nan] * (width - len(row)) for row in rows], dtype=float)
    return table[:, ~np.isnan(table).all(axis=0)], len(routes)


def agreement(compared, what, found, table, routes):
    """The coefficients of one group of voters in one round."""
    table = table[~np.isnan(table).all(axis=1)]
    compared.same(f"{what}: votes", found["votes"], np.count_nonzero(~np.isnan(table)))
    categories = [float(route) for route in range(routes)]
    frame = pd.DataFrame(table)
    # A vignette with one vote says nothing of agreement, and both libraries leave it out of the share.
    if not (np.count_nonzero(~np.isnan(table), axis=1) >= 2).any():
        return
    if found["percent"] is not None:
        pairs = [
            (row[:, None] == row[None, :])[~np.eye(len(row), dtype=bool)].mean()
            for row in (row[~np.isnan(row)] for row in table)
            if len(row) >= 2
        ]
        compared.same(f"{what}: percent", found["percent"]["value"], np.mean(pairs))
    if found["alpha_nominal"] is not None:
        for name, level in (("alpha_nominal", "nominal"), ("alpha_ordinal", "ordinal")):
            value = krippendorff.alpha(table.T, level_of_measurement=level, value_domain=categories)
            compared.same(f"{what}: {name}", found[name]["value"], value)
    if found["ac1"] is not None:
        for name, weights in (("ac1", "identity"), ("ac2", "ordinal")):
            value = CAC(frame, weights=weights, categories=categories, digits=12).gwet()["est"]
            compared.same(f"{what}: {name}", found[name]["value"], value["coefficient_value"])
    if found["fleiss_kappa"] is not None:
        if np.isnan(table).any():
            value = CAC(frame, categories=categories, digits=12).fleiss()["est"]["coefficient_value"]
        else:
            value = fleiss_kappa(aggregate_raters(table.astype(int), n_cat=routes)[0])
        compared.same(f"{what}: fleiss_kappa", found["fleiss_kappa"]["value"], value)
    if found["cohen_kappa"] is not None:
        a, b = table.astype(int).T
        compared.same(f"{what}: cohen_kappa", found["cohen_kappa"]["value"], cohen_kappa_score(a, b, labels=range(routes)))


def vignettes(compared, results):
    """Spreads, shares and means of each vignette and round."""
    answers = pd.DataFrame(results["answers"])
    for vignette in results["vignettes"]:
        routes = [route["id"] for route in vignette["routes"]]
        accepted = {routes[at] for at in vignette["accepted"]}
        own = vignette["pack"]["decision"]["route"]
        for found in vignette["rounds"]:
            what = f"{vignette['id']}, {found['round']}"
            typed = answers[(answers["vignette"] == vignette["id"]) & (answers["round"] == found["round"])]
            spread = pd.Series(found["all"]["votes"], index=routes)
            counted = typed["route"].value_counts().reindex(routes, fill_value=0)
            if (counted > spread).any():
                sys.exit(f"{what}: fewer votes in the debrief than answers were exported")
            voted = spread.sum()
            compared.same(f"{what}: accepted", found["accepted"], spread[list(accepted)].sum() / voted)
            compared.same(f"{what}: as_the_pack", found["as_the_pack"], spread[own] / voted)
            if found["percent_agreement"] is not None:
                pairs = (spread * (spread - 1)).sum() / (voted * (voted - 1))
                compared.same(f"{what}: percent_agreement", found["percent_agreement"], pairs)
            for name in ("probability", "confidence"):
                given = typed[name].dropna()
                if (found[name] is None) != (len(given) < 5):
                    sys.exit(f"{what}: {name} is {found[name]} of {len(given)} answers")
                if found[name] is not None:
                    compared.same(f"{what}: {name}", found[name][0], given.mean())
                    compared.same(f"{what}: {name}, answers", found[name][1], len(given))


def last_answers(results):
    """The last answer of each person to each vignette."""
    answers = pd.DataFrame(results["answers"])
    answers["order"] = answers["round"].map(ROUNDS.index)
    return answers.sort_values("order").groupby(["person", "vignette"], as_index=False).last()


def foresight(compared, results, folder):
    """Stated probabilities against what the vignettes say was found."""
    last = last_answers(results)
    later = {it["id"]: json.loads((folder / f"{it['id']}.json").read_text())["later_found"] for it in results["vignettes"]}
    last["found"] = last["vignette"].map(lambda id_: None if later[id_] is None else int(later[id_]["harm"]))
    stated = last.dropna(subset=["found", "probability"])
    compared.same("stated", results["debrief"]["stated"], len(stated))
    found = results["debrief"]["foresight"]
    if found is None:
        return
    outcome, probability = stated["found"].astype(int), stated["probability"] / 100
    compared.same("Brier score", found["brier"], brier_score_loss(outcome, probability))
    base = np.full(len(outcome), outcome.mean())
    compared.same("Brier score of the base rate", found["brier_of_base_rate"], brier_score_loss(outcome, base))
    shares, means = calibration_curve(outcome, probability, n_bins=5)
    for row, (share, mean) in enumerate(zip(shares, means)):
        compared.same(f"calibration {row}: found", found["calibration"][row]["found"], share)
        compared.same(f"calibration {row}: stated", found["calibration"][row]["stated"], mean)


def variation(compared, results):
    """One-way analysis of variance of the steps from the pack's answer, by person."""
    found = results["debrief"]["variation"]
    if found is None:
        return
    last = last_answers(results)
    routes = [route["id"] for route in results["vignettes"][0]["routes"]]
    own = {it["id"]: routes.index(it["pack"]["decision"]["route"]) for it in results["vignettes"]}
    last["steps"] = last["route"].map(routes.index) - last["vignette"].map(own)
    compared.same("lean", found["lean"], last["steps"].mean())
    squares = anova_lm(ols("steps ~ C(person)", last).fit())["mean_sq"]
    answers = last.groupby("person").size()
    a_person = (answers.sum() - (answers**2).sum() / answers.sum()) / (len(answers) - 1)
    between = max(0.0, (squares["C(person)"] - squares["Residual"]) / a_person)
    compared.same("between people", found["between_people"], math.sqrt(between))
    compared.same("within a person", found["within_person"], math.sqrt(max(0.0, squares["Residual"] - 1 / 12)))


def changes(compared, results):
    """What asking and talking did."""
    answers = pd.DataFrame(results["answers"])
    routes = [route["id"] for route in results["vignettes"][0]["routes"]]
    answers["at"] = answers["route"].map(routes.index)
    by_round = {round_: it.set_index(["person", "vignette"])["at"] for round_, it in answers.groupby("round")}
    for name, before, after in (("by_asking", "first", "informed"), ("by_talking", "informed", "group")):
        if before not in by_round or after not in by_round:
            continue
        steps = (by_round[after] - by_round[before]).dropna()
        found = results["debrief"][name]
        for figure, theirs in (("answers", len(steps)), ("kept", (steps == 0).sum()), ("higher", (steps > 0).sum()), ("lower", (steps < 0).sum())):
            compared.same(f"{name}: {figure}", found[figure], theirs)


def main():
    results = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
    compared = Compared()
    for found in results["debrief"]["agreement"]:
        table, routes = table_of(results, results["answers"], found["round"])
        agreement(compared, f"everybody, {found['round']}", found["all"], table, routes)
        for group, of_group in found["by_agency"].items():
            members = [answer for answer in results["answers"] if answer["sector"] == group]
            table, routes = table_of(results, members, found["round"], hands=False)
            if of_group["votes"] == np.count_nonzero(~np.isnan(table)):
                agreement(compared, f"{group}, {found['round']}", of_group, table, routes)
    vignettes(compared, results)
    foresight(compared, results, pathlib.Path(sys.argv[2]))
    variation(compared, results)
    changes(compared, results)
    print(f"agree on {compared.figures} figures of {len(results['answers'])} exported answers")


if __name__ == "__main__":
    main()
