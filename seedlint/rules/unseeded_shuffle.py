"""SEED403: shuffles and samples without a seed."""

from __future__ import annotations

from seedlint.rules._draws import check_all
from seedlint.rules.rule import Example, Rule

check = check_all("SEED403", "the order differs in every run")

RULE = Rule(
    code="SEED403",
    name="unseeded-shuffle",
    severity="warning",
    summary="shuffles and samples without a seed",
    what=(
        "Reports `random.shuffle`, `numpy.random.shuffle` and `permutation`, `tf.random.shuffle`, "
        "`sklearn.utils.shuffle` and `resample`, `DataFrame.sample` and their kin that draw from a stream "
        "without a constant seed."
    ),
    why=("The order of the samples, or which of them are taken, decides what is learnt."),
    fix_safety=(
        "Safe: the program gets its seed first (SEED101 to SEED104), which usually leaves nothing to do "
        "here; what is then still not covered gets a seed of its own. Only the choice of random numbers "
        "changes."
    ),
    sources=(
        ("https://docs.python.org/3/library/random.html#random.shuffle"),
        ("https://pandas.pydata.org/docs/reference/api/pandas.DataFrame.sample.html"),
    ),
    bad=(
        Example(
            code="""\
import random

rows = list(range(10))
random.shuffle(rows)
""",
            reason="nothing is seeded",
            found=(4,),
            fixed="""\
import random

random.seed(42)

rows = list(range(10))
random.shuffle(rows)
""",
        ),
    ),
    good=(
        Example(
            code="""\
import random

random.seed(1)
rows = list(range(10))
random.shuffle(rows)
""",
            reason="the stream is seeded",
        ),
        Example(
            code="""\
import pandas as pd

frame = pd.DataFrame({"a": [1, 2, 3]}).sample(frac=1, random_state=0)
""",
            reason="the sample has a seed of its own",
        ),
        Example(
            code="""\
def shuffle(rows):
    return sorted(rows)


print(shuffle([2, 1]))
""",
            reason="the program's own `shuffle`",
        ),
    ),
    check=check,
)
