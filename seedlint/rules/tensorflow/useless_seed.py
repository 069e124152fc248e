"""SEED310: a seed argument that doesn't do what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seedlint.knowledge.tables.useless_seeds import DRAW_BESIDES, ZERO_IS_NONE
from seedlint.program.values import Constant
from seedlint.rules._draws import name_of, seed_function, short_name
from seedlint.rules.rule import Example, Report, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seedlint.finding import Fix
    from seedlint.program.events import CallEvent, DrawEvent, Place
    from seedlint.rewrite.rewriter import Rewriter
    from seedlint.rules.rule import View


def check(view: View) -> Iterator[Report]:
    """Report each seed 0 that means none, and each seed beside which something draws that nobody seeds."""
    if not view.trace.whole_program:
        return
    seen: set[Place] = set()
    for call in view.trace.calls:
        parameter = ZERO_IS_NONE.get(call.api.name)
        if parameter is not None and call.value(parameter) == Constant(0) and call.place not in seen:
            seen.add(call.place)
            yield _zero(call, parameter)
    for draw in view.trace.draws:
        if _draws_besides(draw) and draw.call.place not in seen:
            seen.add(draw.call.place)
            yield _besides(view, draw)


def _zero(call: CallEvent, parameter: str) -> Report:
    bound = call.arguments[parameter]

    def fix(rewriter: Rewriter) -> Fix | None:
        if bound.node is None or rewriter.text(bound.node) != "0":
            return None
        return rewriter.fix("safe", f"`{parameter}=1`", rewriter.editor.replace(rewriter.node(bound.node), "1"))

    return Report(
        call.place,
        f"`{short_name(call.api.name)}` takes the seed 0 for none, and its state from the operating system: its "
        f"numbers differ in every run; pass another one, `{parameter}=1`",
        "possible" if call.assumed else "certain",
        ("generator",),
        fix=fix,
    )


def _draws_besides(draw: DrawEvent) -> bool:
    known = DRAW_BESIDES.get(draw.call.api.name)
    if known is None or draw.own_seed != "none" or draw.covered:
        return False
    return draw.call.value(known.parameter) not in (None, Constant(None))


def _besides(view: View, draw: DrawEvent) -> Report:
    known = DRAW_BESIDES[draw.call.api.name]
    return Report(
        draw.call.place,
        f"`{name_of(draw)}` {known.how}, from the `{draw.stream}` stream: its `{known.parameter}=` does not make it "
        f"repeat; call `{seed_function(view, draw)}(SEED)` before it",
        "possible" if draw.assumed or draw.state.possible else "certain",
        (draw.stream,),
    )


RULE = Rule(
    code="SEED310",
    name="useless-seed",
    severity="warning",
    summary="a seed argument that doesn't do what it says: `sample_distorted_bounding_box(seed=0)`, `AugMix(seed=)`",
    what="Reports seeds that are given and change nothing: the seed 0 of `tf.image.sample_distorted_bounding_box` and "
    "`tf.nn.fractional_max_pool` and `fractional_avg_pool`, to which it means no seed; and the seeds of "
    "`keras.layers.AugMix` and `skipgrams`, which draw from Python's stream all the same, where that is not seeded.",
    why="The line looks as if it repeated, and is the last place to be searched when the run does not.",
    fix_safety="Safe for the seed 0, which becomes 1: only the choice of random numbers changes. Where a global stream "
    "has to be seeded, that is the fix of SEED101 to SEED104.",
    sources=(
        "https://www.tensorflow.org/api_docs/python/tf/image/sample_distorted_bounding_box",
        "https://keras.io/api/layers/preprocessing_layers/image_augmentation/aug_mix/",
        "Experiment: `sample_distorted_bounding_box(seed=0)` gave another box in each of three processes, with every "
        "global seed set; `AugMix(seed=1)` gave other pictures until `random.seed` was called (TensorFlow 2.21)",
    ),
    bad=(
        Example(
            code="""\
import tensorflow as tf

tf.keras.utils.set_random_seed(1)
boxes = tf.constant([[[0.0, 0.0, 1.0, 1.0]]])
box = tf.image.sample_distorted_bounding_box([32, 32, 3], boxes, seed=0)
""",
            reason="0 is the default, and means no seed; the program's seed does not reach it",
            found=(5,),
            fixed="""\
import tensorflow as tf

tf.keras.utils.set_random_seed(1)
boxes = tf.constant([[[0.0, 0.0, 1.0, 1.0]]])
box = tf.image.sample_distorted_bounding_box([32, 32, 3], boxes, seed=1)
""",
        ),
        Example(
            code="""\
import keras

augment = keras.layers.AugMix(seed=1)
print(augment(keras.ops.zeros((1, 8, 8, 3)), training=True))
""",
            reason="it chooses its operations from Python's stream",
            found=(3,),
            fixed="""\
import keras

keras.utils.set_random_seed(42)

augment = keras.layers.AugMix(seed=1)
print(augment(keras.ops.zeros((1, 8, 8, 3)), training=True))
""",
        ),
    ),
    good=(
        Example(
            code="""\
import tensorflow as tf

boxes = tf.constant([[[0.0, 0.0, 1.0, 1.0]]])
box = tf.image.sample_distorted_bounding_box([32, 32, 3], boxes, seed=1)
""",
            reason="any other number is a seed",
        ),
        Example(
            code="""\
import keras

keras.utils.set_random_seed(0)
augment = keras.layers.AugMix(seed=1)
print(augment(keras.ops.zeros((1, 8, 8, 3)), training=True))
""",
            reason="Python's stream is seeded as well",
        ),
        Example(
            code="""\
import keras

keras.utils.set_random_seed(0)
drop = keras.layers.Dropout(0.5, seed=0)
""",
            reason="to others 0 is a seed like any",
        ),
    ),
    check=check,
)
