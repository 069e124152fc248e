"""The many public ways to one object, as far as they follow a rule: whole packages under another name."""

from __future__ import annotations

from typing import Final

PREFIXES: Final[tuple[tuple[str, str], ...]] = (
    ("tensorflow.keras.v2", "keras"),
    ("tensorflow.compat.v2.keras", "keras"),
    ("tensorflow.compat.v1.keras", "keras"),
    ("tensorflow.compat.v2", "tensorflow"),
    ("tensorflow.python.keras", "keras"),
    ("tensorflow._api.v2.v2", "tensorflow"),
    ("tensorflow._api.v2", "tensorflow"),
    ("tensorflow.contrib.keras", "keras"),
    ("tensorflow.keras", "keras"),
    ("tensorflow.initializers", "keras.initializers"),
    ("tensorflow_core.keras", "keras"),
    ("keras._tf_keras.keras", "keras"),
    ("keras.api._v2.keras", "keras"),
    ("keras.api", "keras"),
    ("keras.src", "keras"),
    ("keras.legacy.preprocessing", "keras.preprocessing"),
    ("tf_keras.api._v2.keras", "keras"),
    ("tf_keras.src", "keras"),
    ("tf_keras", "keras"),
    ("keras.layers.experimental.preprocessing", "keras.layers"),
    ("keras.preprocessing_image", "keras.preprocessing.image"),
    ("keras_preprocessing", "keras.preprocessing"),
    ("numpy.random.mtrand", "numpy.random"),
    ("secrets.SystemRandom", "random.SystemRandom"),
)
"""A package and what stands for it; tried again until none fits."""


def rewrite(dotted: str) -> str:
    """`dotted` with the packages in it replaced by those that stand for them."""
    changed = True
    while changed:
        changed = False
        for prefix, replacement in PREFIXES:
            if dotted.startswith(prefix) and dotted[len(prefix) : len(prefix) + 1] in ("", "."):
                dotted = replacement + dotted[len(prefix) :]
                changed = True
                break
    return dotted
