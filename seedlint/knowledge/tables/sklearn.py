"""scikit-learn."""

from __future__ import annotations

from seedlint.knowledge.families import Family, given, unless
from seedlint.knowledge.model import Draw

_SHUFFLED = (given("shuffle", True),)

FAMILIES = (
    Family(
        prefix="sklearn.model_selection",
        names="train_test_split",
        seed_kind="scikit-learn",
        draws=(Draw("numpy", "SEED402", seed="random_state", where=(unless("shuffle", False),)),),
        source="T1 sklearn.train_test_split()",
    ),
    Family(
        prefix="sklearn.model_selection",
        names="KFold StratifiedKFold StratifiedGroupKFold GroupKFold",
        seed_kind="scikit-learn",
        draws=(Draw("numpy", "SEED402", seed="random_state", when="run", where=_SHUFFLED),),
        source="T1 sklearn.KFold(shuffle=True)",
    ),
    Family(
        prefix="sklearn.model_selection",
        names="ShuffleSplit StratifiedShuffleSplit GroupShuffleSplit RepeatedKFold RepeatedStratifiedKFold",
        seed_kind="scikit-learn",
        draws=(Draw("numpy", "SEED402", seed="random_state", when="run"),),
        source="measured",
    ),
    Family(
        prefix="sklearn.utils",
        names="shuffle resample",
        seed_kind="scikit-learn",
        draws=(Draw("numpy", "SEED403", seed="random_state"),),
        source="T1 sklearn.utils.shuffle(), resample()",
    ),
)
