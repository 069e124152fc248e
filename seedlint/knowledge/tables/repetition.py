"""Functions that run again and again in one experiment, each time for another part of it.

All measured on TensorFlow 2.21 (Keras 3.15, tf_keras 2.21): with a constant seed in the function the numbers that it
draws are the same each time. `call` and `train_step` are graphs: a seed for Python or NumPy in them is set once, and
TensorFlow's for that graph only (T8); a number of `keras.random` with a seed of its own comes again there too.
"""

from __future__ import annotations

from typing import Final

PER_STEP: Final[dict[str, frozenset[str]]] = {
    "keras.utils.PyDataset": frozenset({"__getitem__"}),
    "keras.utils.Sequence": frozenset({"__getitem__"}),
    "keras.Layer": frozenset({"call"}),
    "keras.Model": frozenset({"call", "train_step"}),
    "keras.callbacks.Callback": frozenset(
        {
            "on_epoch_begin",
            "on_epoch_end",
            "on_batch_begin",
            "on_batch_end",
            "on_train_batch_begin",
            "on_train_batch_end",
        }
    ),
}
"""Methods that Keras calls for each epoch, batch or step, by the class that has them."""

IN_GRAPHS: Final = frozenset({"call", "train_step"})
"""Those of them whose Python runs once, when their graph is made."""

BETWEEN_STEPS: Final = PER_STEP["keras.callbacks.Callback"]
"""Those of them that draw nothing for the training by themselves: what runs between their calls does."""

PER_ELEMENT: Final = frozenset(
    {"tensorflow.py_function", "tensorflow.numpy_function", "tensorflow.py_func", "tensorflow.compat.v1.py_func"}
)
"""Callables that run the Python of the function that they are given for each element."""
