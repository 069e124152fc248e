"""SEED404: scikit-learn estimators whose fit is random, without a seed."""

from __future__ import annotations

from seedlint.rules._draws import check_all
from seedlint.rules.rule import Example, Rule

check = check_all("SEED404", "the fit differs in every run")

RULE = Rule(
    code="SEED404",
    name="unseeded-estimator",
    severity="warning",
    summary="scikit-learn estimators whose fit is random, without a seed",
    what=(
        "Reports scikit-learn estimators and functions that draw from NumPy's stream with the arguments "
        "that they are given (`RandomForestClassifier()`, `SGDClassifier()`, "
        '`LogisticRegression(solver="saga")`, `SVC(probability=True)`) when that holds no constant seed '
        "as they are fitted. Estimators that are never random are left alone."
    ),
    why=("The fitted model, and its score, differ in every run."),
    fix_safety=(
        "Safe: the program gets its seed first (SEED101 to SEED104), which usually leaves nothing to do "
        "here; what is then still not covered gets a seed of its own. Only the choice of random numbers "
        "changes."
    ),
    sources=(("https://scikit-learn.org/stable/common_pitfalls.html#controlling-randomness"),),
    bad=(
        Example(
            code="""\
import numpy as np
from sklearn.ensemble import RandomForestClassifier

forest = RandomForestClassifier()
forest.fit(np.zeros((4, 2)), [0, 1, 0, 1])
""",
            reason="nothing is seeded when the forest is fitted",
            found=(4,),
            fixed="""\
import numpy as np
from sklearn.ensemble import RandomForestClassifier

np.random.seed(42)

forest = RandomForestClassifier()
forest.fit(np.zeros((4, 2)), [0, 1, 0, 1])
""",
        ),
    ),
    good=(
        Example(
            code="""\
from sklearn.ensemble import RandomForestClassifier

forest = RandomForestClassifier(random_state=0).fit([[0], [1]], [0, 1])
""",
            reason="the estimator has a seed of its own",
        ),
        Example(
            code="""\
from sklearn.linear_model import LinearRegression, LogisticRegression

LogisticRegression().fit([[0], [1]], [0, 1])
LinearRegression().fit([[0], [1]], [0, 1])
""",
            reason="not random with these arguments",
        ),
        Example(
            code="""\
import numpy as np
from sklearn.ensemble import RandomForestClassifier

forest = RandomForestClassifier()
np.random.seed(1)
forest.fit([[0], [1]], [0, 1])
""",
            reason="seeded before it is fitted",
        ),
    ),
    check=check,
)
