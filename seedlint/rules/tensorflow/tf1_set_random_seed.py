"""SEED201: TensorFlow 1's `set_random_seed`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from seedlint.program.events import NameEvent
from seedlint.program.values import Constant
from seedlint.rules._draws import set_random_seed
from seedlint.rules._retired import gone_calls, gone_names, instead_of, rename, report
from seedlint.rules.rule import Example, Report, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seedlint.program.values import Value
    from seedlint.rules._retired import Event
    from seedlint.rules.rule import View

_CODE = "SEED201"
_FOR_TENSORFLOW = "tensorflow.random.set_seed"


def check(view: View) -> Iterator[Report]:
    """Report each call of TensorFlow 1's `set_random_seed`, or the import that it is called through."""
    for call in gone_calls(view, _CODE):
        yield _report(view, call, [call.value("seed")])
    for name in gone_names(view, _CODE):
        seeds = [call.value("seed") for call in view.trace.calls if call.path == name.path]
        yield _report(view, name, seeds)


def _report(view: View, event: Event, seeds: list[Value | None]) -> Report:
    use = set_random_seed(view.trace)
    instead = f"use `{use}(SEED)`, which seeds Python's `random`, NumPy, TensorFlow and Keras"
    if any(_is_refused(seed) for seed in seeds):
        instead = (
            f"use `tf.random.set_seed`, which takes this value, or `{use}` with an int from 0 to 2**32 - 1, which "
            "seeds Python's `random`, NumPy and Keras as well"
        )
        use = _FOR_TENSORFLOW
    elif isinstance(event, NameEvent) and event.imported and use.startswith("keras."):
        use = f"tensorflow.{use}"
    fix = rename(view.knowledge, instead_of(event, use), keep_arguments=True)
    found = report(view, event, instead, fix)
    return structs.replace(found, streams=("tensorflow",))


def _is_refused(seed: Value | None) -> bool:
    """Tell whether Keras's function raises for the seed: it takes an int from 0 to 2**32 - 1."""
    if not isinstance(seed, Constant):
        return False
    return type(seed.value) is not int or not 0 <= seed.value < 2**32


RULE = Rule(
    code=_CODE,
    name="tf1-set-random-seed",
    severity="error",
    scope="module",
    summary="TensorFlow 1's set_random_seed",
    what="Reports `tf.set_random_seed`, `tf.random.set_random_seed` and `tf.compat.v1.set_random_seed`. A name that "
    "is imported (`from tensorflow import set_random_seed`) is reported at the import, because that is what fails. "
    "Programs for TensorFlow 1's graphs and sessions that import `tensorflow.compat.v1` work as they are; nothing is "
    "said about them.",
    why="The first two are gone: `AttributeError: module 'tensorflow' has no attribute 'set_random_seed'`, "
    "`ImportError: cannot import name 'set_random_seed' from 'tensorflow'`. What everybody suggests in their place, "
    "`tf.random.set_seed`, and the name that is left under `tf.compat.v1` seed TensorFlow alone: Keras draws initial "
    "weights from Python's `random`, and they differ in every run.",
    fix_safety="Safe: the call becomes `keras.utils.set_random_seed` in the spelling that the file's imports allow. A "
    "literal seed that it refuses (negative, too large, a float, `None`) goes to `tf.random.set_seed` instead. There "
    "is no fix for a program that works in a session: graphs have a seed of their own.",
    sources=(
        "https://www.tensorflow.org/guide/migrate",
        "https://keras.io/api/utils/python_utils/#set_random_seed-function",
        "Experiment: `tf.compat.v1.set_random_seed` alone gave 5 different initial weights in 5 processes "
        "(TensorFlow 2.21, Keras 3.15)",
    ),
    bad=(
        Example(
            code="""\
from numpy.random import seed
seed(1)
from tensorflow import set_random_seed
set_random_seed(2)

from keras.models import Sequential
from keras.layers import Dense

model = Sequential([Dense(10, activation='relu'), Dense(1)])
""",
            reason="the import fails; the call needs no change once the name is right",
            found=(3,),
            fixed="""\
from numpy.random import seed
seed(1)
from tensorflow.keras.utils import set_random_seed
set_random_seed(2)

from keras.models import Sequential
from keras.layers import Dense

model = Sequential([Dense(10, activation='relu'), Dense(1)])
""",
        ),
        Example(
            code="""\
import numpy as np
import tensorflow as tf

def reset(seed):
    np.random.seed(seed)
    tf.random.set_random_seed(seed)

reset(7)
tf.compat.v1.set_random_seed(7)
""",
            reason="gone in one spelling, too little in the other",
            found=(6, 9),
            fixed="""\
import numpy as np
import tensorflow as tf

def reset(seed):
    np.random.seed(seed)
    tf.keras.utils.set_random_seed(seed)

reset(7)
tf.keras.utils.set_random_seed(7)
""",
        ),
        Example(
            code="""\
import tensorflow as tf

tf.set_random_seed(-1)
noise = tf.random.normal((3,))
""",
            reason="Keras's function refuses a negative seed, TensorFlow's does not",
            found=(3,),
            fixed="""\
import tensorflow as tf

tf.random.set_seed(-1)
noise = tf.random.normal((3,))
""",
        ),
        Example(
            code="""\
import tensorflow as tf
import tf_keras

tf.set_random_seed(3)
model = tf_keras.Sequential([tf_keras.layers.Dense(1)])
""",
            reason="a program of Keras 2 seeds with Keras 2's own function",
            found=(4,),
            fixed="""\
import tf_keras

tf_keras.utils.set_random_seed(3)
model = tf_keras.Sequential([tf_keras.layers.Dense(1)])
""",
            target="keras2",
        ),
        Example(
            code="""\
import tensorflow as tf

tf.set_random_seed(0)
x = tf.placeholder(tf.float32, [None, 4])
y = tf.layers.dense(x, 1)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print(sess.run(y, {x: [[0.0] * 4]}))
""",
            reason="the program works in its session: converting one line of it would help nobody",
            found=(3,),
        ),
    ),
    good=(
        Example(
            code="""\
import tensorflow as tf

try:
    tf.set_random_seed(1)
except AttributeError:
    tf.random.set_seed(1)
""",
            reason="written for both versions",
        ),
        Example(
            code="""\
from keras.utils import set_random_seed

set_random_seed(1)
""",
            reason="Keras's function of the same name",
        ),
        Example(
            code="""\
import numpy as np


def set_random_seed(seed):
    np.random.seed(seed)


set_random_seed(1)
""",
            reason="the program's own function of that name",
        ),
        Example(
            code="""\
import tensorflow.compat.v1 as tf

tf.disable_v2_behavior()
tf.set_random_seed(1)
x = tf.placeholder(tf.float32, [None, 4])
with tf.Session() as sess:
    print(sess.run(x, {x: [[0.0] * 4]}))
""",
            reason="a program of TensorFlow 1 that runs today, and whose graph has this seed",
        ),
        Example(
            code="""\
import tensorflow as tf

if tf.__version__.startswith("1."):
    tf.set_random_seed(1)
else:
    tf.random.set_seed(1)
""",
            reason="it asks for the version first",
        ),
    ),
    check=check,
)
