"""SEED405: input pipelines whose workers race with each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from seedlint.knowledge.tables.behaviour import (
    ORDER_SETTINGS,
    OUT_OF_ORDER,
    PARALLEL_MAPS,
    RANDOM_TRANSFORMS,
    RUNS_PYTHON,
)
from seedlint.program.effects import holds
from seedlint.program.values import Alternatives, Constant, Items, Made, Unknown, truth
from seedlint.rules._draws import name_of, short_name
from seedlint.rules._retired import retired_arguments
from seedlint.rules.rule import Example, Report, Rule
from seedlint.rules.tensorflow._graphs import has_op_determinism

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seedlint.finding import Applicability, Fix
    from seedlint.knowledge.model import Draw, Stream
    from seedlint.program.events import CallEvent, DrawEvent, Place, Trace, UseEvent
    from seedlint.program.values import Value
    from seedlint.rewrite.rewriter import Rewriter
    from seedlint.rules.rule import View

_CODE: Final = "SEED405"
_PARALLEL: Final = "num_parallel_calls"
_OPTIONS: Final = "tensorflow.data.Options"
_FIT: Final = "keras.Model.fit"
_FLOW: Final = "keras.preprocessing.image.Iterator"
_AUGMENTATION: Final = "SEED303"
_DROPOUT: Final = "SEED302"
_OF_PYTHON: Final = ("random.", "numpy.random.")
_REPEATS_UNDER: Final = "`tf.config.experimental.enable_op_determinism()`"


def check(view: View) -> Iterator[Report]:
    """Report what races in a program, and in a module what asks for workers that are gone."""
    if view.trace.whole_program:
        seen: set[Place] = set()
        for report in () if has_op_determinism(view.trace) else _races(view.trace):
            if report.place not in seen:
                seen.add(report.place)
                yield report
        return
    for call, parameter, removed in retired_arguments(view, _CODE):
        yield Report(
            call.place,
            f"`fit` takes no `{parameter}` any more ({removed.error}): {removed.note}, whose workers draw from the "
            "`numpy` and `python` streams in the order in which they get there",
            streams=("numpy", "python"),
            fix=_remove(call, parameter, "safe"),
        )


def _races(trace: Trace) -> Iterator[Report]:
    """Report what races in the program, some places for several reasons."""
    yield from _out_of_order(trace)
    yield from _draws_in_parallel(trace)
    yield from _layers_in_parallel(trace)
    if trace.target == "keras2":
        yield from _workers(trace)


# -- order ------------------------------------------------------------------------------------------


def _out_of_order(trace: Trace) -> Iterator[Report]:
    """Report what lets a data set hand on its elements in the order in which they get ready."""
    any_parallel = any(_is_parallel(call) for call in trace.calls)
    for call in trace.calls:
        parameter, racing = OUT_OF_ORDER.get(call.api.name, ("", None))
        of_options = [name for name in ORDER_SETTINGS if call.settings.get(name) == Constant(False)]
        if call.value(parameter) == Constant(racing) and (parameter != "deterministic" or _is_parallel(call)):
            yield _disorder(call, f"{parameter}={racing}", _keep_order(call, parameter, not racing))
        elif call.api.name == _OPTIONS and of_options and any_parallel:
            yield _disorder(call, f"{of_options[0]} = False", None)


def _disorder(call: CallEvent, setting: str, fix: Callable[[Rewriter], Fix | None] | None) -> Report:
    return Report(
        call.place,
        f"`{setting}` lets `{short_name(call.api.name)}` hand on elements in the order in which they get ready, which "
        "differs in every run whatever the `tensorflow` stream is seeded with; leave it out, or call "
        f"{_REPEATS_UNDER}",
        streams=("tensorflow",),
        fix=fix,
    )


def _keep_order(call: CallEvent, parameter: str, value: bool) -> Callable[[Rewriter], Fix | None]:
    def fix(rewriter: Rewriter) -> Fix | None:
        bound = call.arguments[parameter]
        if bound.node is None or rewriter.text(bound.node) != str(not value):
            return None
        return rewriter.fix(
            "safe", f"`{parameter}={value}`", rewriter.editor.replace(rewriter.node(bound.node), str(value))
        )

    return fix


# -- draws ------------------------------------------------------------------------------------------


def _draws_in_parallel(trace: Trace) -> Iterator[Report]:
    """Report the parallel maps in whose function something draws from a state that all calls share."""
    maps = _parallel_maps(trace)
    for draw in trace.draws if maps else ():
        around = _around(draw.chain, maps)
        if around is not None and _races_in(draw):
            mend = "draw with a stateless op and a seed for each element"
            related = ((draw.place, "draws here"),)
            origin = "from a generator" if "generator" in draw.stream else f"from the `{draw.stream}` stream"
            yield _race(around, name_of(draw), origin, draw.stream, mend, sure=not draw.assumed, related=related)


def _parallel_maps(trace: Trace) -> dict[Place, CallEvent]:
    return {call.place: call for call in trace.calls if call.api.name in PARALLEL_MAPS and _is_parallel(call)}


def _around(chain: tuple[Place, ...], maps: dict[Place, CallEvent]) -> CallEvent | None:
    """Return the innermost of `maps` through which `chain` leads."""
    return next((maps[place] for place in reversed(chain) if place in maps), None)


def _race(
    around: CallEvent,
    name: str,
    origin: str,
    stream: Stream,
    mend: str,
    *,
    sure: bool,
    related: tuple[tuple[Place, str], ...],
) -> Report:
    return Report(
        around.place,
        f"`{name}` draws {origin} in the function that `{short_name(around.api.name)}` runs for several elements at "
        f"once (`{_PARALLEL}`): which element gets which number differs in every run, whatever is seeded; {mend}, call "
        f"{_REPEATS_UNDER}, or leave out `{_PARALLEL}`",
        "certain" if sure and not isinstance(around.value(_PARALLEL), Unknown) else "possible",
        (stream,),
        related=related,
        fix=_remove(around, _PARALLEL, "unsafe"),
    )


def _layers_in_parallel(trace: Trace) -> Iterator[Report]:
    """Report the parallel maps in whose function a layer draws, which keeps one state for all calls."""
    maps = _parallel_maps(trace)
    for use in trace.uses if maps else ():
        around = _around(use.chain, maps)
        drawing = None if around is None else next(_drawing_layers(use), None)
        if around is not None and drawing is not None:
            layer, draw = drawing
            own = draw.stream != "tensorflow"
            yield _race(
                around,
                short_name(layer.api.name),
                "from its own generator" if own else "from the `tensorflow` stream",
                "generator" if own else draw.stream,
                "make the layer part of the model",
                sure=not use.assumed and _is_known(use.training),
                related=((use.place, "draws here"),),
            )


def _drawing_layers(use: UseEvent) -> Iterator[tuple[CallEvent, Draw]]:
    """Return what draws when it is called as in `use`: an augmentation unless it is told that it is not training,
    a dropout only where it is told that it is. A seed of its own makes no difference."""
    given = None if use.training == Constant(None) else use.training
    training = None if given is None else truth(given)
    wanted = {_AUGMENTATION, _DROPOUT} if given is not None and training is not False else {_AUGMENTATION}
    for layer in _parts(use.made) if training is not False else ():
        for draw in layer.api.draws:
            if draw.rule in wanted and all(holds(condition, layer) for condition in draw.where):
                yield layer, draw


def _parts(made: Made) -> Iterator[CallEvent]:
    """Return the calls that made the layer, or the model and all layers that it holds, each once."""
    waiting: list[Value] = [made]
    seen: set[int] = set()
    while waiting:
        single = waiting.pop()
        if id(single) in seen:
            continue
        seen.add(id(single))
        if isinstance(single, Made):
            if single.call is not None:
                yield single.call
            waiting.extend(reversed(single.holds))
        elif isinstance(single, Items | Alternatives):
            waiting.extend(reversed(single.values))


def _is_known(value: Value | None) -> bool:
    return value is None or truth(value) is not None


def _races_in(draw: DrawEvent) -> bool:
    """Tell whether the draw happens for each element: Python's own do so only where a graph calls Python."""
    calls_python = False
    for path in reversed(draw.call.context):
        if path in PARALLEL_MAPS:
            return calls_python or not draw.call.api.name.startswith(_OF_PYTHON)
        calls_python = calls_python or path in RUNS_PYTHON
    return False


def _is_parallel(call: CallEvent) -> bool:
    given = call.value(_PARALLEL)
    return given is not None and given not in (Constant(None), Constant(1))


# -- workers ----------------------------------------------------------------------------------------


def _workers(trace: Trace) -> Iterator[Report]:
    """Report training on an augmenting flow by several workers, which share NumPy's stream."""
    for call in trace.calls:
        if call.api.name != _FIT or not _augments(call.value("x")):
            continue
        workers, processes = call.value("workers"), call.value("use_multiprocessing")
        several = isinstance(workers, Constant) and isinstance(workers.value, int) and workers.value > 1
        if several or processes == Constant(True):
            given = "workers" if several else "use_multiprocessing"
            yield Report(
                call.place,
                f"`{given}` lets several workers draw from the `numpy` stream for one flow: which picture gets which "
                "number differs in every run, whatever is seeded; leave it out",
                streams=("numpy",),
                fix=_remove(call, given, "unsafe"),
            )


def _augments(data: Value | None) -> bool:
    if not isinstance(data, Made) or data.type != _FLOW or data.call is None:
        return False
    generator = data.call.receiver
    return isinstance(generator, Made) and generator.call is not None and bool(_transforms(generator.call))


def _transforms(generator: CallEvent) -> set[str]:
    nothing = (Constant(None), Constant(0), Constant(0.0), Constant(False))
    return {name for name in RANDOM_TRANSFORMS & set(generator.arguments) if generator.value(name) not in nothing}


def _remove(call: CallEvent, parameter: str, tier: Applicability) -> Callable[[Rewriter], Fix | None]:
    def fix(rewriter: Rewriter) -> Fix | None:
        node = rewriter.call(call.place.node)
        for argument in node.args if node is not None else ():
            if node is not None and argument.keyword is not None and argument.keyword.value == parameter:
                return rewriter.fix(tier, f"leave out `{parameter}`", rewriter.editor.remove_argument(node, argument))
        return None

    return fix


RULE = Rule(
    code=_CODE,
    name="racing-pipeline",
    severity="warning",
    scope="both",
    summary="`deterministic=False`, random ops inside a parallel `map`, `workers=`/`use_multiprocessing`",
    what="Reports input pipelines whose result depends on which worker is first: `deterministic=False` (or `sloppy`, "
    "or `tf.data.Options`) where elements are made in parallel; a stateful random op, a Keras layer or model that "
    "augments (or drops units, with `training=True`), or NumPy's draws in `tf.numpy_function`, in the function of a "
    "`Dataset.map` with `num_parallel_calls`; and, under Keras 2, `fit(workers=…)` on an augmenting "
    "`ImageDataGenerator` flow. Under Keras 3, which has no such arguments, those. A program that enables op "
    "determinism is left alone.",
    why="A seed fixes which numbers a stream gives, not who gets them. Where several elements are made at once, the "
    "threads take their numbers in another order in every run, and no seed mends that, not even one of the op's own.",
    fix_safety="Safe or unsafe. Safe: `deterministic=False` becomes `True`, which only keeps the order; `workers=` and "
    "`use_multiprocessing=`, which crash under Keras 3, go. Unsafe: leaving out `num_parallel_calls`, or the workers "
    "under Keras 2, gives the same data in a fixed order but may slow training down; a stateless op with a seed for "
    "each element keeps the speed.",
    sources=(
        "https://www.tensorflow.org/api_docs/python/tf/data/Dataset#map",
        "https://www.tensorflow.org/api_docs/python/tf/config/experimental/enable_op_determinism",
        "Experiment: `tf.image.random_*` in a parallel `map` gave other data in each of three processes, with the "
        "program seeded and with `seed=1`; with op determinism the same",
        "Experiment: so did `RandomRotation(seed=1)`, alone, in a `Sequential` and in a functional model, with and "
        "without `training=True`, and `Dropout(seed=1)` with it, under Keras 3 and Keras 2; with `training=False`, or "
        "without `num_parallel_calls`, they repeated",
    ),
    bad=(
        Example(
            code="""\
import tensorflow as tf

tf.random.set_seed(0)
numbers = tf.data.Dataset.range(100).map(lambda x: x + 1, num_parallel_calls=4, deterministic=False)
print(list(numbers))
""",
            reason="the elements come in the order in which they get ready",
            found=(4,),
            fixed="""\
import tensorflow as tf

tf.random.set_seed(0)
numbers = tf.data.Dataset.range(100).map(lambda x: x + 1, num_parallel_calls=4, deterministic=True)
print(list(numbers))
""",
        ),
        Example(
            code="""\
import tensorflow as tf

tf.random.set_seed(0)


def augment(image):
    return tf.image.random_flip_left_right(image, seed=1)


images = tf.data.Dataset.from_tensor_slices(tf.zeros((8, 4, 4, 3)))
images = images.map(augment, num_parallel_calls=tf.data.AUTOTUNE).batch(4)
print(list(images))
""",
            reason="the threads take the numbers in another order in every run, in spite of both seeds",
            found=(11,),
            unsafe=True,
            fixed="""\
import tensorflow as tf

tf.random.set_seed(0)


def augment(image):
    return tf.image.random_flip_left_right(image, seed=1)


images = tf.data.Dataset.from_tensor_slices(tf.zeros((8, 4, 4, 3)))
images = images.map(augment).batch(4)
print(list(images))
""",
        ),
        Example(
            code="""\
import tensorflow as tf

options = tf.data.Options()
options.deterministic = False
numbers = tf.data.Dataset.range(100).map(lambda x: x + 1, num_parallel_calls=4).with_options(options)
print(list(numbers))
""",
            reason="the same for all of a data set",
            found=(3,),
        ),
        Example(
            code="""\
import keras
import numpy as np

keras.utils.set_random_seed(0)
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(np.zeros((8, 2)), np.zeros(8), epochs=2, workers=4)
""",
            reason="Keras 3 refuses it",
            found=(7,),
            fixed="""\
import keras
import numpy as np

keras.utils.set_random_seed(0)
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(np.zeros((8, 2)), np.zeros(8), epochs=2)
""",
        ),
        Example(
            code="""\
import keras
import tensorflow as tf

keras.utils.set_random_seed(0)
augment = keras.Sequential([keras.layers.RandomFlip(seed=1), keras.layers.RandomRotation(0.1, seed=2)])


def prepare(images, labels):
    return augment(images, training=True), labels


images = tf.data.Dataset.from_tensor_slices((tf.zeros((8, 4, 4, 3)), tf.zeros(8))).batch(4)
images = images.map(prepare, num_parallel_calls=tf.data.AUTOTUNE)
print(list(images))
""",
            reason="the calls of a layer take their numbers from its one generator, each when it gets there",
            found=(13,),
            unsafe=True,
            fixed="""\
import keras
import tensorflow as tf

keras.utils.set_random_seed(0)
augment = keras.Sequential([keras.layers.RandomFlip(seed=1), keras.layers.RandomRotation(0.1, seed=2)])


def prepare(images, labels):
    return augment(images, training=True), labels


images = tf.data.Dataset.from_tensor_slices((tf.zeros((8, 4, 4, 3)), tf.zeros(8))).batch(4)
images = images.map(prepare)
print(list(images))
""",
        ),
        Example(
            code="""\
import tensorflow as tf
import tf_keras

tf_keras.utils.set_random_seed(0)
images = tf.data.Dataset.from_tensor_slices(tf.zeros((8, 4, 4, 3)))
images = images.map(tf_keras.layers.RandomFlip(seed=1), num_parallel_calls=4)
print(list(images))
""",
            reason="a layer that is handed over as it is draws too, under Keras 2 as well",
            found=(6,),
            target="keras2",
            unsafe=True,
            fixed="""\
import tensorflow as tf
import tf_keras

tf_keras.utils.set_random_seed(0)
images = tf.data.Dataset.from_tensor_slices(tf.zeros((8, 4, 4, 3)))
images = images.map(tf_keras.layers.RandomFlip(seed=1))
print(list(images))
""",
        ),
        Example(
            code="""\
import keras
import tensorflow as tf

keras.utils.set_random_seed(0)
drop = keras.layers.Dropout(0.5, seed=1)
rows = tf.data.Dataset.from_tensor_slices(tf.ones((8, 4)))
rows = rows.map(lambda row: drop(row, training=True), num_parallel_calls=4)
print(list(rows))
""",
            reason="a dropout that is told that it is training draws as well",
            found=(7,),
            unsafe=True,
            fixed="""\
import keras
import tensorflow as tf

keras.utils.set_random_seed(0)
drop = keras.layers.Dropout(0.5, seed=1)
rows = tf.data.Dataset.from_tensor_slices(tf.ones((8, 4)))
rows = rows.map(lambda row: drop(row, training=True))
print(list(rows))
""",
        ),
        Example(
            code="""\
import tf_keras

tf_keras.utils.set_random_seed(0)
generator = tf_keras.preprocessing.image.ImageDataGenerator(rotation_range=20)
model = tf_keras.Sequential([tf_keras.layers.Flatten(), tf_keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(generator.flow_from_directory("pictures", seed=0), workers=4)
""",
            reason="the workers rotate pictures by numbers of one stream",
            found=(7,),
            target="keras2",
            unsafe=True,
            fixed="""\
import tf_keras

tf_keras.utils.set_random_seed(0)
generator = tf_keras.preprocessing.image.ImageDataGenerator(rotation_range=20)
model = tf_keras.Sequential([tf_keras.layers.Flatten(), tf_keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(generator.flow_from_directory("pictures", seed=0))
""",
        ),
    ),
    good=(
        Example(
            code="""\
import keras
import tensorflow as tf

keras.utils.set_random_seed(0)
tf.config.experimental.enable_op_determinism()
images = tf.data.Dataset.from_tensor_slices(tf.zeros((8, 4, 4, 3)))
images = images.map(tf.image.random_flip_left_right, num_parallel_calls=4, deterministic=False)
images = images.map(lambda image: tf.image.random_brightness(image, 0.1), num_parallel_calls=4)
print(list(images))
""",
            reason="op determinism keeps the order, whatever else is said",
        ),
        Example(
            code="""\
import tensorflow as tf

tf.random.set_seed(0)
images = tf.data.Dataset.from_tensor_slices(tf.zeros((8, 4, 4, 3)))
images = images.map(lambda image: image / 255.0, num_parallel_calls=tf.data.AUTOTUNE)
images = images.map(lambda image: tf.image.random_brightness(image, 0.1))
print(list(images))
""",
            reason="what is parallel draws nothing, and what draws is not parallel",
        ),
        Example(
            code="""\
import keras
import tensorflow as tf

keras.utils.set_random_seed(0)
augment = keras.Sequential([keras.layers.RandomFlip(), keras.layers.Rescaling(1 / 255)])
drop = keras.layers.Dropout(0.5)
images = tf.data.Dataset.from_tensor_slices(tf.zeros((8, 4, 4, 3)))
train = images.batch(4).map(lambda batch: augment(batch, training=True))
test = images.batch(4).map(lambda batch: augment(batch, training=False), num_parallel_calls=4)
test = test.map(lambda batch: drop(batch), num_parallel_calls=4)
test = test.map(keras.layers.Rescaling(2.0), num_parallel_calls=4)
print(list(train), list(test))
""",
            reason="a layer draws in training alone, and there nothing is parallel",
        ),
        Example(
            code="""\
import tensorflow as tf


def augment(index, image):
    return tf.image.stateless_random_flip_left_right(image, seed=tf.stack([index, 0]))


images = tf.data.Dataset.from_tensor_slices(tf.zeros((8, 4, 4, 3))).enumerate()
print(list(images.map(augment, num_parallel_calls=tf.data.AUTOTUNE)))
""",
            reason="each element brings its own seed",
        ),
        Example(
            code="""\
import tensorflow as tf

options = tf.data.Options()
options.deterministic = False
numbers = tf.data.Dataset.range(100).map(lambda x: x + 1).with_options(options)
print(list(numbers))
""",
            reason="nothing is parallel here",
        ),
        Example(
            code="""\
import tf_keras

tf_keras.utils.set_random_seed(0)
generator = tf_keras.preprocessing.image.ImageDataGenerator(rescale=1 / 255)
model = tf_keras.Sequential([tf_keras.layers.Flatten(), tf_keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(generator.flow_from_directory("pictures", seed=0), workers=4)
""",
            reason="the workers draw nothing: the order is drawn before, and kept",
            target="keras2",
        ),
    ),
    check=check,
)
