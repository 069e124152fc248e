"""Variables of the environment that programs set, and that are retired."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

OP_DETERMINISM: Final = "tensorflow.config.experimental.enable_op_determinism"

RETIRED_BACKENDS: Final[dict[str, str]] = {
    name: f"ValueError: Unable to import backend : {name}" for name in ("theano", "cntk", "mxnet")
}
"""Values of KERAS_BACKEND, and what importing Keras 3 prints then (measured). Keras 2 since 2.4 and tf_keras have
TensorFlow only and don't look."""


class Switch(Struct, frozen=True, gc=False):
    """What a variable does today; `whole` if it is the same as `enable_op_determinism`."""

    does: str
    whole: bool


SWITCHES: Final[dict[str, Switch]] = {
    "TF_DETERMINISTIC_OPS": Switch(
        "is no documented switch any more, and is ignored once TensorFlow has looked at it", whole=True
    ),
    "TF_CUDNN_DETERMINISTIC": Switch(
        "makes cuDNN's convolutions on a GPU deterministic, and nothing else", whole=False
    ),
}
"""Measured on 2.21 (T5): with TF_DETERMINISTIC_OPS=1 an unseeded `tf.random.normal` raises as it does after
`enable_op_determinism()`; with TF_CUDNN_DETERMINISTIC=1 it draws."""

ON: Final = frozenset({"1", "true"})
"""What TensorFlow reads as yes, in lower case."""
