"""SEED109: a program that trains is seeded, but does not enable op determinism."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import libcst as cst

from seedlint.knowledge.tables.environment import ON, OP_DETERMINISM, SWITCHES
from seedlint.program.values import Constant
from seedlint.rules._draws import short_name
from seedlint.rules.rule import Example, Report, Rule
from seedlint.rules.tensorflow._graphs import has_op_determinism

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seedlint.finding import Fix
    from seedlint.program.events import CallEvent, Place, SeedEvent, Trace
    from seedlint.rewrite.rewriter import Rewriter
    from seedlint.rules.rule import View

_OF_TENSORFLOW: Final = ("tensorflow.", "keras.", "tf_keras.")
_FIT: Final = "keras.Model.fit"
_TAPE: Final = "tensorflow.GradientTape"
_INSTEAD_OF_IT: Final = "SEED208"
"""The rule on what was there before `enable_op_determinism`, whose fix calls that."""
_BACKEND: Final = "KERAS_BACKEND"


def check(view: View) -> Iterator[Report]:
    """Report the first seed of TensorFlow in a program that trains without op determinism."""
    training = _training(view.trace)
    seed = next((seed for seed in view.trace.seeds if _seeds_tensorflow(seed)), None)
    if training is None or seed is None or _may_be_deterministic(view.trace):
        return
    fit, how = training
    yield Report(
        seed.place,
        "the program trains and seeds the `tensorflow` stream, but doesn't ask for deterministic ops: some add up in "
        "another order in each run, on a GPU above all, so that equal random numbers give other weights; call "
        f"`{short_name(OP_DETERMINISM)}()` after the seed",
        "certain" if "tensorflow" in view.trace.imported and not (fit and fit.assumed) else "possible",
        ("tensorflow",),
        related=((fit.place, how),) if fit is not None else (),
        fix=_enable(seed.place),
    )


def _training(trace: Trace) -> tuple[CallEvent | None, str] | None:
    """Return the call that trains, as far as it has a place, and what it does; None if nothing trains."""
    fit = next((call for call in trace.calls if call.api.name == _FIT), None)
    if fit is not None or _TAPE in trace.external:
        return fit, "trains"
    return None


def _seeds_tensorflow(seed: SeedEvent) -> bool:
    """Tell whether it is TensorFlow or Keras that seeds there: others' functions may enable op determinism as well."""
    is_own = seed.call is not None and seed.call.api.name.startswith(_OF_TENSORFLOW) and not seed.call.guarded
    return is_own and seed.holds == "constant" and "tensorflow" in seed.streams


def _may_be_deterministic(trace: Trace) -> bool:
    """Tell whether the program enables op determinism, or may do so in another way, or needs none of it."""
    for setting in trace.environment:
        value = str(setting.value.value).lower() if isinstance(setting.value, Constant) else ""
        if setting.name in SWITCHES and SWITCHES[setting.name].whole and value in ON:
            return True
        if setting.name == _BACKEND and value != "tensorflow":
            return True
    apis = (*(call.api for call in trace.calls), *(name.api for name in trace.names))
    return (
        has_op_determinism(trace)
        or any(seed.trusted or _is_of_others(seed) for seed in trace.seeds)
        or any(api.removed is not None and api.removed.rule == _INSTEAD_OF_IT for api in apis)
    )


def _is_of_others(seed: SeedEvent) -> bool:
    """Tell whether a function that seeds several streams, and is none of TensorFlow's, seeds there."""
    is_own = seed.call is not None and seed.call.api.name.startswith(_OF_TENSORFLOW)
    return not is_own and "tensorflow" in seed.streams


def _enable(seed: Place) -> Callable[[Rewriter], Fix | None]:
    """Return the fix that enables op determinism in the statement after the seed."""

    def fix(rewriter: Rewriter) -> Fix | None:
        statement = rewriter.statement(seed.node)
        call = rewriter.call(seed.node)
        if call is None or not isinstance(statement, cst.SimpleStatementLine | cst.SimpleStatementSuite):
            return None
        if not any(isinstance(small, cst.Expr) and small.value is call for small in statement.body):
            return None
        spelled, imported = rewriter.spelling(OP_DETERMINISM, at=statement, after=True)
        code = f"{spelled}()"
        return rewriter.fix("unsafe", f"call `{code}`", imported, rewriter.editor.insert_after(statement, [code]))

    return fix


RULE = Rule(
    code="SEED109",
    name="missing-op-determinism",
    severity="note",
    opt_in=True,
    summary="a program that trains is seeded, but does not enable op determinism",
    what="Reports the first call that seeds TensorFlow in a program that calls `fit`, or computes gradients with a "
    "`tf.GradientTape`, and that doesn't call `tf.config.experimental.enable_op_determinism()`. A program that sets "
    "`TF_DETERMINISTIC_OPS` has SEED208; one that seeds by another library's function (`transformers.set_seed`), or "
    "runs on another backend of Keras's, is left alone. For a program that imports Keras and not TensorFlow the "
    "finding is possible: what backend it runs on is set elsewhere.",
    why="Seeds give each run the same random numbers. The ops that compute with them may still differ: several threads "
    "add up in the order in which they get ready, and `1e8 + 1 - 1e8` in float32 is 0 or 1 by the order. On a GPU that "
    "is usual. On a CPU it is rare, and most programs repeat without: that is why the rule is opt-in. With op "
    "determinism TensorFlow takes another algorithm or raises, and a parallel `Dataset.map` keeps its order.",
    fix_safety="Unsafe: the results change, because other algorithms round otherwise; what draws from TensorFlow "
    "without a seed raises from then on (`RuntimeError: Random ops require a seed to be set when determinism is "
    "enabled.`), as do ops without a deterministic kernel; and training may become slower: Keras 3 compiles no "
    "model with XLA by itself any more, and random ops in a parallel `map` run one after the other.",
    sources=(
        "https://www.tensorflow.org/api_docs/python/tf/config/experimental/enable_op_determinism",
        "Experiment: of 23 ops, run 40 times each on 8 threads of a CPU, the gradient of `crop_and_resize` gave 8 "
        "different results and 1 with op determinism; `bincount` with weights gave 31, and 29 with it; the others gave "
        "one (TensorFlow 2.21)",
        "Experiment: a model that is seeded with `keras.utils.set_random_seed` repeats with op determinism and without "
        "it, with different losses (TensorFlow 2.21, CPU)",
    ),
    bad=(
        Example(
            code="""\
import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(1)
x = np.random.rand(64, 4)
model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(x, x.sum(axis=1))
""",
            reason="seeded in full, and trained",
            found=(4,),
            fixed="""\
import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(1)
tf.config.experimental.enable_op_determinism()
x = np.random.rand(64, 4)
model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(x, x.sum(axis=1))
""",
            unsafe=True,
        ),
        Example(
            code="""\
import keras


def train(seed=0):
    if seed is not None: keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(keras.ops.ones((8, 4)), keras.ops.ones((8, 1)))


train()
""",
            reason="where there is no seed, op determinism would raise: it belongs to the seed",
            found=(5,),
            fixed="""\
import keras
import tensorflow as tf


def train(seed=0):
    if seed is not None:
        keras.utils.set_random_seed(seed)
        tf.config.experimental.enable_op_determinism()
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(keras.ops.ones((8, 4)), keras.ops.ones((8, 1)))


train()
""",
            unsafe=True,
        ),
        Example(
            code="""\
import tensorflow as tf

tf.random.set_seed(1)
w = tf.Variable(tf.random.normal([3]))
optimizer = tf.keras.optimizers.SGD()
for step in range(3):
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(w * w)
    optimizer.apply_gradients([(tape.gradient(loss, w), w)])
""",
            reason="a training loop of one's own",
            found=(3,),
            fixed="""\
import tensorflow as tf

tf.random.set_seed(1)
tf.config.experimental.enable_op_determinism()
w = tf.Variable(tf.random.normal([3]))
optimizer = tf.keras.optimizers.SGD()
for step in range(3):
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(w * w)
    optimizer.apply_gradients([(tape.gradient(loss, w), w)])
""",
            unsafe=True,
        ),
    ),
    good=(
        Example(
            code="""\
import tensorflow as tf

tf.config.experimental.enable_op_determinism()
tf.keras.utils.set_random_seed(1)
model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones((8, 4)), tf.ones((8, 1)))
""",
            reason="enabled, before the seed or after it",
        ),
        Example(
            code="""\
import os

os.environ["TF_DETERMINISTIC_OPS"] = "1"
import tensorflow as tf

tf.keras.utils.set_random_seed(1)
model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones((8, 4)), tf.ones((8, 1)))
""",
            reason="set in time the variable does the same; SEED208 says what to write today",
        ),
        Example(
            code="""\
import tensorflow as tf

tf.keras.utils.set_random_seed(1)
model = tf.keras.models.load_model("model.keras")
print(model.predict(tf.random.normal((1, 4))))
""",
            reason="nothing is trained",
        ),
        Example(
            code="""\
import tensorflow as tf

model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones((8, 4)), tf.ones((8, 1)))
""",
            reason="it is not seeded: SEED101 comes first, and op determinism would raise",
        ),
        Example(
            code="""\
import tensorflow as tf
from transformers import set_seed

set_seed(1, deterministic=True)
model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones((8, 4)), tf.ones((8, 1)))
""",
            reason="a function of another library's may enable it",
        ),
        Example(
            code="""\
import os

os.environ["KERAS_BACKEND"] = "jax"
import keras

keras.utils.set_random_seed(1)
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(keras.ops.ones((8, 4)), keras.ops.ones((8, 1)))
""",
            reason="another backend's ops are not TensorFlow's",
        ),
    ),
    check=check,
)
