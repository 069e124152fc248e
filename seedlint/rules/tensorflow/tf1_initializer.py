"""SEED205: TensorFlow 1's initializers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seedlint.rules._retired import (
    BY_HAND,
    advice,
    gone,
    instead_of,
    rename,
    report,
    retired_arguments,
    shown,
    works_in_session,
)
from seedlint.rules.rule import Example, Report, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seedlint.rules._retired import Event
    from seedlint.rules.rule import View

_CODE = "SEED205"


def check(view: View) -> Iterator[Report]:
    """Report each initializer under a name that it has no more, or with an argument that it has no more."""
    for event in gone(view, _CODE):
        yield _report(view, _in_the_keras_of(view, event))
    for call, parameter, removed in retired_arguments(view, _CODE):
        what = BY_HAND if works_in_session(view.trace) else f"leave it out, and mind that {removed.note}"
        yield Report(call.place, f"`{shown(call.path)}` has no `{parameter}` any more ({removed.error}): {what}")


def _in_the_keras_of(view: View, event: Event) -> Event:
    removed = event.api.removed
    if removed is None or removed.use is None or "tf_keras" not in view.trace.imported:
        return event
    return instead_of(event, f"tf_{removed.use}")


def _report(view: View, event: Event) -> Report:
    removed = event.api.removed
    assert removed is not None
    # A parameter under another name has another meaning here: `factor` is the root of `scale`.
    fix = rename(view.knowledge, event) if removed.use is not None and not removed.renamed else None
    return report(view, event, advice(removed), fix)


RULE = Rule(
    code=_CODE,
    name="tf1-initializer",
    severity="error",
    scope="module",
    summary="TensorFlow 1's names of the initializers",
    what="Reports `tf.truncated_normal_initializer`, `tf.glorot_uniform_initializer`, "
    "`tf.variance_scaling_initializer`, `tf.contrib.layers.xavier_initializer` and the others that are gone, and "
    "`dtype=` in those that kept their name.",
    why="`AttributeError: module 'tensorflow' has no attribute 'truncated_normal_initializer'`. Keras's initializers "
    "have other defaults (a standard deviation of 0.05 instead of 1.0) and draw from Python's `random` instead of "
    "TensorFlow's stream, so that the seed that covered them may not any more.",
    fix_safety="Unsafe: the initial weights are other numbers, of the same distribution; a default that has changed "
    "is spelled out as it was. None where an argument has no place in the new function, and in a program that works "
    "in a session.",
    sources=(
        "https://www.tensorflow.org/guide/migrate",
        "https://keras.io/api/layers/initializers/",
        "Experiment: the signatures of TensorFlow 1.15.5 and 2.21 compared",
    ),
    bad=(
        Example(
            code="""\
import tensorflow as tf

tf.keras.utils.set_random_seed(1)
layer = tf.keras.layers.Dense(4, kernel_initializer=tf.truncated_normal_initializer(seed=1))
""",
            reason="the standard deviation was 1.0 by default",
            found=(4,),
            fixed="""\
import tensorflow as tf

tf.keras.utils.set_random_seed(1)
layer = tf.keras.layers.Dense(4, kernel_initializer=tf.keras.initializers.TruncatedNormal(seed=1, stddev=1.0))
""",
            unsafe=True,
        ),
        Example(
            code="""\
import tensorflow as tf

tf.keras.utils.set_random_seed(1)
first = tf.keras.layers.Dense(4, kernel_initializer=tf.contrib.layers.xavier_initializer())
second = tf.keras.layers.Dense(4, kernel_initializer=tf.contrib.layers.xavier_initializer(uniform=False))
""",
            reason="the second is `GlorotNormal`, which only a person can tell from its argument",
            found=(4, 5),
        ),
        Example(
            code="""\
import tensorflow as tf

kernel = tf.random_normal_initializer(stddev=0.1, dtype=tf.float32)
""",
            reason="the initializer is still there, without the argument",
            found=(3,),
        ),
    ),
    good=(
        Example(
            code="""\
import tensorflow as tf

kernel = tf.random_normal_initializer(stddev=0.1, seed=1)
""",
            reason="it has kept its name",
        ),
        Example(
            code="""\
import tensorflow as tf

kernel = tf.initializers.GlorotUniform(seed=1)
""",
            reason="`tf.initializers` are Keras's initializers today",
        ),
        Example(
            code="""\
import tensorflow.compat.v1 as tf

tf.disable_v2_behavior()
weights = tf.get_variable("weights", [4, 3], initializer=tf.truncated_normal_initializer(stddev=0.1))
""",
            reason="a program of TensorFlow 1's kind, which runs today",
        ),
    ),
    check=check,
)
