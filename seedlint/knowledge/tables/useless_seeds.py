"""Seed arguments that don't do what they say."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

ZERO_IS_NONE: Final[dict[str, str]] = {
    "tensorflow.image.sample_distorted_bounding_box": "seed",
    "tensorflow.nn.fractional_max_pool": "seed",
    "tensorflow.nn.fractional_avg_pool": "seed",
}
"""Callables to which the seed 0 means none, whether or not it is given: they then take one from the operating
system (T0 H11; image_ops_impl.py:3539-3546, nn_ops.py:6244, 6378). The parameter."""


class DrawsBesides(Struct, frozen=True, gc=False):
    """A callable that draws from a global stream whatever its seed; `how` says what it draws."""

    parameter: str
    how: str


DRAW_BESIDES: Final[dict[str, DrawsBesides]] = {
    "keras.layers.AugMix": DrawsBesides("seed", "chooses its operations by `random.choice`"),
    "keras.preprocessing.sequence.skipgrams": DrawsBesides("seed", "draws the words before it sets the seed"),
}
"""T0 H14, aug_mix.py:242; T8 skipgrams. The draws themselves are in the tables of their libraries."""
