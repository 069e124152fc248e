"""SEED402: random splits without a seed."""

from __future__ import annotations

from seedlint.rules._draws import check_all
from seedlint.rules.rule import Example, Rule

check = check_all("SEED402", "other samples are held out in every run")

RULE = Rule(
    code="SEED402",
    name="unseeded-split",
    severity="warning",
    summary="random splits without a seed",
    what=(
        "Reports `train_test_split`, splitters with `shuffle=True`, `image_dataset_from_directory` and "
        "its kin, and `split_dataset` that draw from a stream without a constant seed. `KFold(5)` does "
        "not shuffle and is left alone."
    ),
    why=(
        "Other samples are trained and tested on: scores of two runs, or of two models, can't be "
        "compared. The functions of scikit-learn, and those that read directories, draw from NumPy's "
        "stream."
    ),
    fix_safety=(
        "Safe: the program gets its seed first (SEED101 to SEED104), which usually leaves nothing to do "
        "here; what is then still not covered gets a seed of its own. Only the choice of random numbers "
        "changes. A splitter that does not shuffle never gets `random_state`: it would raise."
    ),
    sources=(
        ("https://scikit-learn.org/stable/glossary.html#term-random_state"),
        ("https://keras.io/api/data_loading/image/"),
    ),
    bad=(
        Example(
            code="""\
from sklearn.model_selection import train_test_split

train, test = train_test_split(list(range(10)))
""",
            reason="nothing is seeded",
            found=(3,),
            fixed="""\
from sklearn.model_selection import train_test_split
import numpy as np

np.random.seed(42)

train, test = train_test_split(list(range(10)))
""",
        ),
    ),
    good=(
        Example(
            code="""\
from sklearn.model_selection import train_test_split

train, test = train_test_split(list(range(10)), random_state=0)
""",
            reason="the split has a seed of its own",
        ),
        Example(
            code="""\
import numpy as np
from sklearn.model_selection import train_test_split

np.random.seed(0)
train, test = train_test_split(list(range(10)))
""",
            reason="NumPy's stream is seeded",
        ),
        Example(
            code="""\
from sklearn.model_selection import KFold, train_test_split

folds = list(KFold(5).split(range(10)))
train, test = train_test_split(list(range(10)), shuffle=False)
""",
            reason="neither of them shuffles",
        ),
        Example(
            code="""\
from sklearn.model_selection import train_test_split


def split(data, **options):
    return train_test_split(data, **options)
""",
            reason="the options may hold the seed",
        ),
    ),
    check=check,
)
