"""Reckons agreement with scikit-learn, statsmodels, krippendorff and irrCAC, and compares what we found.

Reads the JSON file named on the command line: a list of exercises, each with `categories`, `rows` of votes (null where
somebody did not vote) and `found`, our coefficients by name, null where they are not defined. An exercise without `rows` has
`stated` probabilities and what was `outcome`. Ends with 1 at the first that differs.
"""

import json
import sys
import warnings

import krippendorff
import numpy as np
import pandas as pd
from irrCAC.raw import CAC
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss, cohen_kappa_score
from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa

CLOSE = 1e-9
# irrCAC rounds what it gives to five places.
ROUNDED = 1e-5
warnings.filterwarnings("ignore")


def votes(exercise):
    """What the libraries say, by name: value and how close ours must be."""
    categories = list(range(exercise["categories"]))
    table = np.array(exercise["rows"], dtype=float)
    said = {}
    for name, level in (("alpha_nominal", "nominal"), ("alpha_ordinal", "ordinal")):
        value = krippendorff.alpha(reliability_data=table.T, level_of_measurement=level, value_domain=categories)
        said[name] = (value, CLOSE)
    for name, weights in (("ac1", "identity"), ("ac2", "ordinal")):
        # Rows without a vote are no vignettes to irrCAC.
        frame = pd.DataFrame(table[~np.isnan(table).all(axis=1)])
        found = CAC(frame, weights=weights, categories=[float(c) for c in categories], digits=12).gwet()["est"]
        said[name] = (found["coefficient_value"], CLOSE)
        if name == "ac1":
            said["percent"] = (found["pa"], CLOSE)
    if not np.isnan(table).any():
        counts, _ = aggregate_raters(table.astype(int), n_cat=len(categories))
        said["fleiss_kappa"] = (fleiss_kappa(counts), CLOSE)
        if table.shape[1] == 2:
            a, b = table.astype(int).T
            for name, weights in (("cohen_kappa", None), ("cohen_linear", "linear"), ("cohen_quadratic", "quadratic")):
                said[name] = (cohen_kappa_score(a, b, labels=categories, weights=weights), CLOSE)
    else:
        found = CAC(frame, categories=[float(c) for c in categories], digits=12).fleiss()["est"]
        said["fleiss_kappa"] = (found["coefficient_value"], CLOSE)
    return said


def probabilities(exercise):
    stated, outcome = exercise["stated"], exercise["outcome"]
    said = {"brier": (brier_score_loss(outcome, stated), CLOSE)}
    found, mean = calibration_curve(outcome, stated, n_bins=5)
    for row, (share, stated_mean) in enumerate(zip(found, mean)):
        said[f"found_{row}"] = (share, CLOSE)
        said[f"stated_{row}"] = (stated_mean, CLOSE)
    return said


def main():
    compared = 0
    with open(sys.argv[1], encoding="utf-8") as file:
        exercises = json.load(file)
    for number, exercise in enumerate(exercises):
        said = votes(exercise) if "rows" in exercise else probabilities(exercise)
        for name, (value, close) in said.items():
            ours = exercise["found"].get(name)
            if "show" in sys.argv:
                print(number, name, repr(float(value)))
                continue
            if ours is None or not abs(ours - value) <= close:
                sys.exit(f"exercise {number}: {name} is {ours} here and {value} there")
            compared += 1
    print(f"agree on {compared} coefficients of {len(exercises)} exercises")


if __name__ == "__main__":
    main()
