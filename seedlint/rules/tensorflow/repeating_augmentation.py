"""SEED309: a seeded stateful random op inside `Dataset.map`: it draws the same numbers in every epoch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from seedlint.program.values import Constant
from seedlint.rules._draws import in_dataset_map, name_of
from seedlint.rules.rule import Example, Report, Rule
from seedlint.rules.tensorflow._graphs import graph_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seedlint.program.events import CallEvent, DrawEvent, Place, Trace
    from seedlint.rules.rule import View

_FIT: Final = "keras.Model.fit"


def check(view: View) -> Iterator[Report]:
    """Report each seeded random op in `Dataset.map`, in a program that trains for several epochs."""
    training = next((call for call in view.trace.calls if _has_epochs(call)), None)
    if training is None:
        return
    seen: set[Place] = set()
    for draw in view.trace.draws:
        if draw.place not in seen and _repeats(view.trace, draw):
            seen.add(draw.place)
            yield Report(
                draw.place,
                f"`{name_of(draw)}` draws from the `tensorflow` stream in `Dataset.map`, {_seeded(draw)}: the numbers "
                "start again in each epoch, so every epoch sees the same augmentation; use a Keras augmentation layer, "
                "`tf.random.Generator.from_seed(SEED)`, or a stateless op with a seed for each element",
                "possible" if draw.assumed or draw.state.possible or training.assumed else "certain",
                ("tensorflow",),
                related=((training.place, "trains for several epochs"),),
            )


def _has_epochs(call: CallEvent) -> bool:
    epochs = call.value("epochs")
    if call.api.name != _FIT or epochs is None:
        return False
    return not isinstance(epochs, Constant) or (isinstance(epochs.value, int) and epochs.value > 1)


def _repeats(trace: Trace, draw: DrawEvent) -> bool:
    return in_dataset_map(draw) and draw.covered and graph_of(trace, draw.call) is not None


def _seeded(draw: DrawEvent) -> str:
    return "with a seed of its own" if draw.own_seed == "constant" else "which is seeded"


RULE = Rule(
    code="SEED309",
    name="repeating-augmentation",
    severity="warning",
    summary="a seeded stateful random op inside `Dataset.map`: it draws the same numbers in every epoch",
    what="Reports `tf.random.*`, `tf.image.random_*` and `tf.nn.dropout` in a function handed to `Dataset.map` where "
    "they are seeded, by `tf.random.set_seed`, `keras.utils.set_random_seed` or a `seed=` of their own, in a program "
    "that trains for more than one epoch.",
    why="A stateful op keeps its state in the iterator of the data set, and a seeded one starts from its seed in each "
    "iterator. Every epoch makes a new iterator: the second epoch then flips, crops and colours at the same positions "
    "by the same numbers as the first. After `cache()` and without `shuffle` even the pictures are the same. Nothing "
    "warns of it, and without the seed it does not happen: the program repeats, and learns from less.",
    fix_safety="There is no fix: an op whose state goes on from epoch to epoch has another name, and needs a place for "
    "its state. Keras's augmentation layers and `tf.random.Generator`, made outside of the function, keep theirs; a "
    "stateless op (`tf.image.stateless_random_*`) takes its seed from the element.",
    sources=(
        "https://www.tensorflow.org/tutorials/images/data_augmentation",
        "Experiment: with `tf.random.set_seed`, `keras.utils.set_random_seed` or `seed=1`, `tf.image.random_*` in "
        "`Dataset.map` drew bit for bit the same numbers in each of three epochs of `fit` (TensorFlow 2.15 and 2.21), "
        "with `.repeat()` as well; Keras's layers and `tf.random.Generator` did not",
    ),
    bad=(
        Example(
            code="""\
import keras
import tensorflow as tf

keras.utils.set_random_seed(0)
images = tf.data.Dataset.from_tensor_slices((tf.zeros((8, 8, 8, 3)), tf.zeros(8)))
images = images.map(lambda image, label: (tf.image.random_flip_left_right(image), label)).batch(4)
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(images, epochs=3)
""",
            reason="the program's seed is enough",
            found=(6,),
        ),
        Example(
            code="""\
import keras
import tensorflow as tf

keras.utils.set_random_seed(0)


def augment(image, label):
    return tf.image.random_brightness(image, 0.2, seed=1), label


images = tf.data.Dataset.from_tensor_slices((tf.zeros((8, 8, 8, 3)), tf.zeros(8))).map(augment).batch(4)
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(images, epochs=30)
""",
            reason="a seed of its own does the same",
            found=(8,),
        ),
    ),
    good=(
        Example(
            code="""\
import keras
import tensorflow as tf

keras.utils.set_random_seed(0)
rng = tf.random.Generator.from_seed(0)


def augment(image, label):
    seed = rng.make_seeds(2)[:, 0]
    return tf.image.stateless_random_flip_left_right(image, seed), label


images = tf.data.Dataset.from_tensor_slices((tf.zeros((8, 8, 8, 3)), tf.zeros(8))).map(augment).batch(4)
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(images, epochs=3)
""",
            reason="the generator, made outside, goes on from epoch to epoch and seeds a stateless op",
        ),
        Example(
            code="""\
import keras
import tensorflow as tf

keras.utils.set_random_seed(0)
flip = keras.layers.RandomFlip()
images = tf.data.Dataset.from_tensor_slices((tf.zeros((8, 8, 8, 3)), tf.zeros(8)))
images = images.map(lambda image, label: (flip(image), label)).batch(4)
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(images, epochs=3)
""",
            reason="a Keras layer keeps its state",
        ),
        Example(
            code="""\
import tensorflow as tf

tf.random.set_seed(0)
noise = tf.data.Dataset.range(8).map(lambda _: tf.random.normal([4]))
print(list(noise))
""",
            reason="the data set is read once",
        ),
        Example(
            code="""\
import keras
import tensorflow as tf

keras.utils.set_random_seed(0)
images = tf.image.random_flip_left_right(tf.zeros((8, 8, 8, 3)))
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.data.Dataset.from_tensor_slices((images, tf.zeros(8))).batch(4), epochs=3)
""",
            reason="drawn once, before training: that the epochs see the same pictures is to be seen",
        ),
    ),
    check=check,
)
