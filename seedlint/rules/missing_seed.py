"""SEED101: a program that draws from a stream and seeds none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seedlint.rules._seeding import (
    behind_idle_seeder,
    first_in,
    insert_seed,
    last_in,
    named,
    path_to,
    related_draws,
    seed_call,
    streams_of,
)
from seedlint.rules.rule import Example, Report, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seedlint.program.events import DrawEvent
    from seedlint.rules.rule import View


def check(view: View) -> Iterator[Report]:
    """Report the first uncovered draw of a program that seeds nothing before it, nor the stream later."""
    missing = [fault for fault in view.faults if fault.kind == "missing" and not behind_idle_seeder(view, fault)]
    telling = [draw for fault in missing for draw in fault.draws if not _is_number_at_import(view, draw)]
    if not telling:
        return
    first = min(telling, key=lambda draw: draw.order)
    streams = streams_of(missing)
    # Mended is the program, so the place is in the file that it starts in: the draw, or what leads to it.
    way = path_to(first)
    place = last_in(way, view.trace.entry)
    call = seed_call(view.trace, streams)
    yield Report(
        place,
        f"the program draws from the {named(streams)} and seeds nothing: it gives other results in every run; "
        f"call `{call}(SEED)` before this",
        "possible" if all(fault.draws[0].assumed for fault in missing) else "certain",
        streams,
        related_draws(missing),
        insert_seed(view.trace, streams, first_in(way, view.trace.entry)) if place.path == view.trace.entry else None,
    )


def _is_number_at_import(view: View, draw: DrawEvent) -> bool:
    """Tell whether one number is drawn when a module is imported, which the program may have no use for: by the
    program, or before it begins, with the packages that it is in. It has a finding of its own."""
    is_number = draw.stream == "python" and draw.rule == "SEED304" and not draw.call.in_loop
    place = last_in(path_to(draw), view.trace.entry)
    return is_number and (place in view.trace.imports or place.path != view.trace.entry)


RULE = Rule(
    code="SEED101",
    name="missing-seed",
    severity="warning",
    summary="a program draws from a stream and seeds none",
    what="Reports a program (a script, a notebook, or a module that nothing else imports) that draws random "
    "numbers and never seeds the stream that they come from. The place is the first such draw, or where the "
    "program leads to it; the others are related places. A program that loads weights and trains nothing does not "
    "depend on what its layers draw, and a single number that a module draws when it is imported is reported by itself "
    "(SEED304).",
    why="Without a seed each run starts from another state: other initial weights, another order of the data, "
    "another split, other results. `keras.utils.set_random_seed` sets the streams of Python's `random`, NumPy, "
    "TensorFlow and Keras at once.",
    fix_safety="Safe: the fix calls the seed function once, after the imports, and changes nothing but the choice "
    "of random numbers. Programs without TensorFlow and Keras get `random.seed` or `numpy.random.seed`.",
    sources=(
        "https://keras.io/api/utils/python_utils/#set_random_seed-function",
        "Experiment: with no seed, weights, Dropout masks, tf.data and fit() order differ in every process "
        "(TensorFlow 2.21, Keras 3.15)",
    ),
    bad=(
        Example(
            code="""\
import keras

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8)])
""",
            reason="a default initializer draws from Python's `random`, which nothing seeds",
            found=(3,),
            fixed="""\
import keras

keras.utils.set_random_seed(42)

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8)])
""",
        ),
        Example(
            code="""\
import numpy as np

SEED = 7
noise = np.random.rand(10)
""",
            reason="without TensorFlow, the stream's own seed function is enough, with the program's constant",
            found=(4,),
            fixed="""\
import numpy as np

SEED = 7
np.random.seed(SEED)
noise = np.random.rand(10)
""",
        ),
        Example(
            code="""\
from net import build

model = build()
""",
            reason="the draw is in a module that the program imports; it is mended in the program",
            found=(3,),
            files={"net.py": "import keras\n\n\ndef build():\n    return keras.layers.Dense(4)\n"},
            fixed="""\
from net import build
import keras

keras.utils.set_random_seed(42)

model = build()
""",
        ),
        Example(
            code="""\
import keras
import numpy as np

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8)])
np.save("predictions.npy", model.predict(np.ones((1, 4))))
""",
            reason="nothing is trained, but nothing is loaded either: the predictions are those of random weights",
            found=(4,),
            fixed="""\
import keras
import numpy as np

keras.utils.set_random_seed(42)

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8)])
np.save("predictions.npy", model.predict(np.ones((1, 4))))
""",
        ),
        Example(
            code="""\
import keras

from loops import LOOPS

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8), keras.layers.Dropout(0.5)])
model.load_weights("pretrained.weights.h5")
LOOPS["short"](model).run()
""",
            reason="what runs there is not seen, but a function by that name leads to one that trains",
            found=(5,),
            fixed="""\
import keras

from loops import LOOPS

keras.utils.set_random_seed(42)

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8), keras.layers.Dropout(0.5)])
model.load_weights("pretrained.weights.h5")
LOOPS["short"](model).run()
""",
            files={
                "loops.py": """\
import keras


class Short:
    def __init__(self, model):
        self.model = model

    def step(self, x, y):
        self.model.train_on_batch(x, y)

    def run(self):
        for x, y in keras.datasets.mnist.load_data():
            self.step(x, y)


LOOPS = {kind.__name__.lower(): kind for kind in (Short,)}
"""
            },
        ),
    ),
    good=(
        Example(
            code="""\
import keras
import numpy as np

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8), keras.layers.Dropout(0.5)])
model.load_weights("trained.weights.h5")
print(model.predict(np.ones((1, 4))))
""",
            reason="the initial weights are loaded over, and nothing is trained",
        ),
        Example(
            code="""\
import tensorflow as tf
from tensorflow import keras


def export(build, source, target):
    model = build()
    checkpoint = tf.train.Checkpoint(model=model)
    checkpoint.read(source).assert_existing_objects_matched().expect_partial()
    tf.saved_model.save(model, target)


export(lambda: keras.Sequential([keras.Input((4,)), keras.layers.Dense(8)]), "trained", "exported")
""",
            reason="a checkpoint is exported, whatever the weights were before it was read",
        ),
        Example(
            code="""\
import keras
import numpy as np
import tensorflow as tf


class Blur(keras.layers.Layer):
    def build(self, shape):
        self.scale = tf.Variable(lambda: tf.random.normal([4]))

    def call(self, x, training=None):
        if training:
            x = x + tf.random.normal(tf.shape(x))
        return x * self.scale


model = keras.Sequential([keras.Input((4,)), Blur(), keras.layers.Dense(8)])
model.load_weights("trained.weights.h5")
print(model.predict(np.ones((1, 4))))
""",
            reason="what a layer draws for its weights is loaded over, and what it draws in training is not drawn",
        ),
        Example(
            code="""\
import keras

keras.utils.set_random_seed(42)
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8)])
""",
            reason="seeded before the first draw",
        ),
        Example(
            code="""\
from sklearn.model_selection import KFold

for train, test in KFold(5).split(range(10)):
    print(train, test)
""",
            reason="KFold without `shuffle=True` draws nothing",
        ),
        Example(
            code="""\
import keras


def shuffle(x):
    return x


model = shuffle(keras.layers.Dense(4, kernel_initializer="zeros"))
""",
            reason="no draw: zeros are not random, and `shuffle` is the program's own function",
        ),
    ),
    check=check,
)
