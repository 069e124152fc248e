"""SEED307: Python's or NumPy's random numbers in a function that TensorFlow makes a graph of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from seedlint.rules._draws import name_of, short_name
from seedlint.rules.rule import Example, Report, Rule
from seedlint.rules.tensorflow._graphs import graph_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seedlint.program.events import DrawEvent, Place
    from seedlint.rules.rule import View

_OF_PYTHON: Final = ("random.", "numpy.random.", "secrets.", "os.")
_MAKES_A_GENERATOR: Final = "SEED305"


def check(view: View) -> Iterator[Report]:
    """Report each draw of Python's or NumPy's that happens while TensorFlow makes a graph."""
    seen: set[Place] = set()
    for draw in view.trace.draws:
        graph = graph_of(view.trace, draw.call)
        if graph is not None and draw.place not in seen and _is_python(draw):
            seen.add(draw.place)
            yield _report(draw, graph)


def _is_python(draw: DrawEvent) -> bool:
    return draw.call.api.name.startswith(_OF_PYTHON) and draw.rule != _MAKES_A_GENERATOR


def _report(draw: DrawEvent, graph: str) -> Report:
    where = f"`{short_name(graph)}`"
    source = {"generator": "from a generator", "os": "from the operating system"}
    origin = source.get(draw.stream, f"from the `{draw.stream}` stream")
    return Report(
        draw.place,
        f"`{name_of(draw)}` draws {origin} once, while {where} makes a graph of this function: the number is then a "
        "constant, the same for every element and every call; draw with `tf.random.Generator` or "
        "`tf.random.stateless_*`, or call it through `tf.numpy_function`",
        "possible" if draw.assumed else "certain",
        (draw.stream,),
        related=((draw.chain[-1], f"{where} makes the graph"),) if draw.chain else (),
    )


RULE = Rule(
    code="SEED307",
    name="random-in-graph",
    severity="warning",
    scope="both",
    summary="`random.*` or `np.random.*` inside `tf.function` or `Dataset.map`: drawn once, at trace time",
    what="Reports draws of `random`, `numpy.random` and their generators in a function that TensorFlow makes a graph "
    "of: one that is decorated with `tf.function`, or handed to `Dataset.map`, `filter`, `interleave` and their like. "
    "What runs as Python for each element is left alone: `tf.numpy_function`, `tf.py_function`, "
    "`Dataset.from_generator`.",
    why="The Python of such a function runs once, when the graph is made. `np.random.rand()` then puts one number into "
    "the graph, and every element of the data set, in every epoch, gets that number: an augmentation that flips all "
    "pictures or none. With a seed it even repeats from run to run, so that nothing looks wrong.",
    fix_safety="There is no fix: which op draws the same distribution, and where its state is to be kept, is for a "
    "person to decide.",
    sources=(
        "https://www.tensorflow.org/guide/function",
        "Experiment: `np.random.rand()` and `random.random()` in `Dataset.map` gave one value for four elements, and "
        "in `tf.function` one value for all calls (TensorFlow 2.15 and 2.21)",
    ),
    bad=(
        Example(
            code="""\
import numpy as np
import tensorflow as tf

np.random.seed(0)


def augment(image):
    if np.random.rand() < 0.5:
        image = tf.image.flip_left_right(image)
    return image


images = tf.data.Dataset.from_tensor_slices(tf.zeros((4, 8, 8, 3))).map(augment)
""",
            reason="either every picture is flipped or none",
            found=(8,),
        ),
        Example(
            code="""\
import random

import tensorflow as tf

random.seed(1)


@tf.function
def noisy(x):
    return x + random.gauss(0, 1)


print(noisy(tf.zeros(3)), noisy(tf.zeros(3)))
""",
            reason="each call adds the number of the first",
            found=(10,),
        ),
        Example(
            code="""\
import numpy as np
import tensorflow as tf

rng = np.random.default_rng(0)
numbers = tf.data.Dataset.range(4).map(lambda x: tf.cast(x, tf.float64) + rng.normal())
""",
            reason="a generator of one's own draws once as well",
            found=(5,),
        ),
    ),
    good=(
        Example(
            code="""\
import numpy as np
import tensorflow as tf

np.random.seed(0)


def noise(x):
    return x + np.random.rand()


numbers = tf.data.Dataset.range(4).map(lambda x: tf.numpy_function(noise, [tf.cast(x, tf.float64)], tf.float64))
""",
            reason="`numpy_function` calls the Python for each element",
        ),
        Example(
            code="""\
import tensorflow as tf

rng = tf.random.Generator.from_seed(0)
numbers = tf.data.Dataset.range(4).map(lambda x: tf.cast(x, tf.float32) + rng.normal([]))
""",
            reason="TensorFlow's generator is part of the graph",
        ),
        Example(
            code="""\
import numpy as np
import tensorflow as tf

np.random.seed(0)


def rows():
    for _ in range(4):
        yield np.random.rand()


numbers = tf.data.Dataset.from_generator(rows, tf.float64).map(lambda x: 2 * x)
""",
            reason="the generator function is Python that runs for each element; only what `map` gets is a graph",
        ),
        Example(
            code="""\
import random

import tensorflow as tf

random.seed(0)
offset = random.random()
numbers = tf.data.Dataset.range(4).map(lambda x: tf.cast(x, tf.float32) + offset)
""",
            reason="drawn before, on purpose: one number for all",
        ),
    ),
    check=check,
)
