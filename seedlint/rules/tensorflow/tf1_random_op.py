"""SEED204: TensorFlow 1's random ops."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seedlint.rules._retired import (
    BY_HAND,
    advice,
    gone,
    rename,
    report,
    retired_arguments,
    shown,
    works_in_session,
)
from seedlint.rules.rule import Example, Report, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seedlint.rules.rule import View

_CODE = "SEED204"


def check(view: View) -> Iterator[Report]:
    """Report each random op under a name that it has no more, or with an argument that it has no more."""
    for event in gone(view, _CODE):
        removed = event.api.removed
        assert removed is not None
        fix = rename(view.knowledge, event) if removed.use is not None else None
        yield report(view, event, advice(removed), fix)
    for call, parameter, removed in retired_arguments(view, _CODE):
        what = BY_HAND if works_in_session(view.trace) else removed.note
        yield Report(call.place, f"`{shown(call.path)}` has no `{parameter}` any more ({removed.error}): {what}")


RULE = Rule(
    code=_CODE,
    name="tf1-random-op",
    severity="error",
    scope="module",
    summary="TensorFlow 1's names of the random ops",
    what="Reports `tf.random_normal`, `tf.random_uniform`, `tf.truncated_normal`, `tf.random_shuffle`, "
    "`tf.multinomial`, `tf.random_crop` and the others that TensorFlow 2 knows by another name or with other "
    "arguments. Under `tensorflow.compat.v1` they are still there.",
    why="`AttributeError: module 'tensorflow' has no attribute 'random_normal'`. Two of the new names are traps: "
    "`tf.random.poisson` takes shape and rate in the other order, and what was the seed of `tf.multinomial` is the "
    "dtype of `tf.random.categorical`.",
    fix_safety="Safe where the new name is the same function: the numbers are the same too. Unsafe for "
    "`random_poisson` and `multinomial`, and only where no argument depends on its place. None in a program that "
    "works in a session.",
    sources=(
        "https://www.tensorflow.org/guide/migrate",
        "Experiment: with the same global and op seed, `tf.random_normal` of TensorFlow 1.15 and `tf.random.normal` "
        "of 2.21 give the same bits",
    ),
    bad=(
        Example(
            code="""\
import tensorflow as tf

tf.random.set_seed(1)
weights = tf.Variable(tf.random_normal([4, 3], stddev=0.1))
order = tf.random_shuffle(tf.range(10))
""",
            reason="the same functions under other names",
            found=(4, 5),
            fixed="""\
import tensorflow as tf

tf.random.set_seed(1)
weights = tf.Variable(tf.random.normal([4, 3], stddev=0.1))
order = tf.random.shuffle(tf.range(10))
""",
        ),
        Example(
            code="""\
from tensorflow import random_uniform

noise = random_uniform([3], seed=1)
""",
            reason="the import fails",
            found=(1,),
            fixed="""\
from tensorflow.random import uniform as random_uniform

noise = random_uniform([3], seed=1)
""",
        ),
        Example(
            code="""\
import tensorflow as tf

tf.random.set_seed(1)
logits = tf.math.log([[0.5, 0.5]])
counts = tf.random_poisson(lam=2.0, shape=[5])
tokens = tf.multinomial(logits, 1, output_dtype=tf.int32)
""",
            reason="the arguments have changed places and names: here each is given by its own",
            found=(5, 6),
            fixed="""\
import tensorflow as tf

tf.random.set_seed(1)
logits = tf.math.log([[0.5, 0.5]])
counts = tf.random.poisson(lam=2.0, shape=[5])
tokens = tf.random.categorical(logits, 1, dtype=tf.int32)
""",
            unsafe=True,
        ),
        Example(
            code="""\
import tensorflow as tf

counts = tf.random_poisson(2.0, [5], seed=7)
tokens = tf.multinomial(tf.math.log([[0.5, 0.5]]), 1, 7)
""",
            reason="the new functions would take the arguments for others",
            found=(3, 4),
        ),
    ),
    good=(
        Example(
            code="""\
import tensorflow as tf

tf.random.set_seed(1)
weights = tf.random.normal([4, 3])
""",
            reason="today's name",
        ),
        Example(
            code="""\
import tensorflow as tf

tf.random.set_seed(1)
weights = tf.compat.v1.random_normal([4, 3])
""",
            reason="TensorFlow 1's name is still there under compat.v1",
        ),
        Example(
            code="""\
import tensorflow as tf

tf.random.set_seed(1)
try:
    noise = tf.random_normal([3])
except AttributeError:
    noise = tf.random.normal([3])
""",
            reason="written for both versions",
        ),
        Example(
            code="""\
def random_normal(shape):
    return [0.0] * shape


random_normal(3)
""",
            reason="the program's own function",
        ),
    ),
    check=check,
)
