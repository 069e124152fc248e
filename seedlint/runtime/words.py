"""What the reports call things: the families of causes, the stages of a run, the grades of a difference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seedlint.runtime.families import Family
    from seedlint.runtime.recording import Stage
    from seedlint.runtime.result import Grade

FAMILIES: Final[Mapping[Family, str]] = {
    "python": "Python's `random` stream",
    "numpy": "NumPy's global stream",
    "tensorflow": "TensorFlow's global stream",
    "generator": "a generator without a seed",
    "entropy": "entropy of the operating system",
    "clock": "a seed taken from the clock or the process id",
    "hash": "string hashing, the order of sets",
    "pipeline": "a race between parallel input workers",
    "threads": "a race between an op's threads",
    "ops": "an op without a deterministic kernel",
}
STAGES: Final[Mapping[Stage, str]] = {
    "weights": "the weights before the first step",
    "order": "the order of the data",
    "augmentation": "what is in the batches",
    "loss": "losses and weights while training",
    "fitted": "what scikit-learn learned",
    "predictions": "what the model predicts",
    "metrics": "the metrics",
    "output": "what the program prints",
}
GRADES: Final[Mapping[Grade, str]] = {
    "bits": "the last bits differ",
    "close": "numbers differ by less than a thousandth",
    "predictions": "predicted classes differ",
    "metric": "metrics or printed numbers differ",
    "order": "the order of the data differs",
}
