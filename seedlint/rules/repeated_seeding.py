"""SEED106: a constant seed in a loop over epochs or steps, or in a function that is called for each."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

import libcst as cst

from seedlint.knowledge.tables.repetition import BETWEEN_STEPS, IN_GRAPHS, PER_ELEMENT, PER_STEP
from seedlint.program.values import Constant, Made
from seedlint.rules._draws import short_name
from seedlint.rules._seeding import describe, named
from seedlint.rules.rule import Example, Report, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from seedlint.finding import Fix
    from seedlint.knowledge.model import Stream
    from seedlint.program.events import CallEvent, DrawEvent, Place, SeedEvent, Trace
    from seedlint.program.values import Value
    from seedlint.rewrite.rewriter import Rewriter
    from seedlint.rules.rule import View

_METHODS: Final = frozenset[str]().union(*PER_STEP.values())
_EPOCH: Final = "epoch"
_STATELESS: Final = "keras.random."
_MADE_BY_PYTHON: Final = ("python", "numpy")


def check(view: View) -> Iterator[Report]:
    """Report each constant seed of a stream, or of a generator, by which the same numbers come in each step."""
    yield from _seeds(view.trace)
    seen: set[Place] = set()
    for draw in view.trace.draws:
        call = draw.call
        if call.place not in seen and _starts_anew(view.trace, draw):
            seen.add(call.place)
            yield _report(
                call.place,
                f"`{short_name(call.api.name)}` starts a generator from a constant seed {_where(call)}: it gives the "
                f"same numbers each time; {_make_outside(call)}",
                draw.assumed,
                ("generator",),
                (),
                _move_out(call.place),
            )


# -- streams ----------------------------------------------------------------------------------------


def _seeds(trace: Trace) -> Iterator[Report]:
    """Report what sets a global stream back, step for step, where something draws from it."""
    together: defaultdict[Place, list[tuple[SeedEvent, list[DrawEvent]]]] = defaultdict(list)
    for seed in trace.seeds:
        draws = _drawn_from(trace, seed) if _sets_back(seed) else []
        # Where weights are made anew each time, it is another experiment each time.
        if draws and not any(_makes_weights(draw) for draw in draws):
            together[_place_of(seed)].append((seed, draws))
    for place, found in together.items():
        streams = tuple(dict.fromkeys(stream for seed, draws in found for stream in _streams(seed, draws)))
        call = found[0][0].call
        assert call is not None
        first = min((draw for _, draws in found for draw in draws), key=lambda draw: draw.order)
        yield _report(
            place,
            f"this sets the {named(streams)} to a constant seed {_where(call)}: the same numbers come each time; "
            "seed once, before",
            all(draw.assumed for _, draws in found for draw in draws),
            streams,
            ((first.place, describe(first)),),
            _move_out(place),
        )


def _sets_back(seed: SeedEvent) -> bool:
    call = seed.call
    if call is None or not call.repeated or call.conditional or seed.hidden or call.repeated in IN_GRAPHS:
        return False
    return _is_number(seed.value) and "generator" not in seed.streams


def _drawn_from(trace: Trace, seed: SeedEvent) -> list[DrawEvent]:
    """Return the draws of each step from what the seed has set."""
    assert seed.call is not None
    between = seed.call.repeated in BETWEEN_STEPS
    return [
        draw
        for draw in trace.draws
        if draw.own_seed == "none"
        and draw.call.repeated
        and (
            (draw.stream in seed.streams and draw.stream in _MADE_BY_PYTHON and draw.call.repeated not in IN_GRAPHS)
            if between
            else draw.state.seed is seed
        )
    ]


def _streams(seed: SeedEvent, draws: Sequence[DrawEvent]) -> Iterator[Stream]:
    drawn = {draw.stream for draw in draws}
    return (stream for stream in seed.streams if stream in drawn)


def _makes_weights(draw: DrawEvent) -> bool:
    return draw.draw.parameter is not None or draw.call.api.name.startswith(("keras.layers.", "keras.initializers."))


def _place_of(seed: SeedEvent) -> Place:
    """Return the seed, or where the helper is called that does it, in the loop or function of steps."""
    assert seed.call is not None
    path = (*seed.chain, seed.place)
    return path[max(seed.call.steps, len(path) - 1 - seed.helpers)]


# -- generators -------------------------------------------------------------------------------------


def _starts_anew(trace: Trace, draw: DrawEvent) -> bool:
    """Tell whether what draws there is made anew for each step, from the same number, and put to use in it."""
    call = draw.call
    if not call.repeated or draw.own_seed != "constant" or not _is_number(_seed_of(draw)):
        return False
    if call.api.name.startswith(_STATELESS):
        return True
    if draw.stream != "generator" or call.conditional or _EPOCH in call.repeated.lower() or call.repeated in IN_GRAPHS:
        return False
    return any(
        isinstance(use.call.receiver, Made) and use.call.receiver.call is call and use.call.repeated == call.repeated
        for use in trace.draws
    )


def _seed_of(draw: DrawEvent) -> Value | None:
    return draw.call.value(draw.draw.seed) if draw.draw.seed is not None else None


def _make_outside(call: CallEvent) -> str:
    if call.api.name.startswith(_STATELESS):
        return "pass a `keras.random.SeedGenerator(SEED)` that is made once, before"
    return "make the generator once, before"


# -- both -------------------------------------------------------------------------------------------


def _is_number(value: Value | None) -> bool:
    return isinstance(value, Constant) and type(value.value) is int


def _where(call: CallEvent) -> str:
    if call.repeated in PER_ELEMENT:
        return f"in a function that `{short_name(call.repeated)}` calls for each element"
    if call.repeated in _METHODS:
        return f"in `{call.repeated}`, which Keras calls again and again"
    return f"in the loop over `{call.repeated}`"


def _report(
    place: Place,
    message: str,
    assumed: bool,
    streams: Sequence[Stream],
    related: tuple[tuple[Place, str], ...],
    fix: Callable[[Rewriter], Fix | None],
) -> Report:
    return Report(place, message, "possible" if assumed else "certain", tuple(streams), related, fix)


def _move_out(place: Place) -> Callable[[Rewriter], Fix | None]:
    """Return the fix that moves the statement before the loop, if it stands in the loop's own block."""

    def fix(rewriter: Rewriter) -> Fix | None:
        from seedlint.rewrite.rewriter import bound_names, names_read  # for a fix alone

        statement = rewriter.statement(place.node)
        loop = rewriter.editor.parent(statement) if statement is not None else None
        loop = rewriter.editor.parent(loop) if isinstance(loop, cst.IndentedBlock) else None
        if not isinstance(loop, cst.For) or not isinstance(statement, cst.SimpleStatementLine):
            return None
        needed = names_read(statement)
        targets = bound_names(statement)
        others = [other for other in loop.body.body if other is not statement]
        set_there = {name for other in others for name in bound_names(other)} | names_read(loop.target)
        alone = len(statement.body) == 1 and isinstance(statement.body[0], cst.Expr | cst.Assign)
        if not alone or (needed | targets) & set_there:
            return None
        edits = rewriter.editor.move_statement_before(statement, loop)
        return rewriter.fix("unsafe", "move it before the loop", edits)

    return fix


RULE = Rule(
    code="SEED106",
    name="repeated-seeding",
    severity="warning",
    summary="a constant seed in a loop over epochs or steps, or in a function that is called for each",
    what="Reports a call that sets a stream to a constant, or that makes a generator with a constant seed, where it "
    "runs again and again within one experiment: in a loop over epochs, batches or steps (by the name of its variable: "
    "`epoch`, `batch_index`, `global_step`), in `__getitem__` of a `PyDataset` or `Sequence`, in a callback's "
    "`on_epoch_begin` and the like, in a function that `tf.py_function` or `tf.numpy_function` calls; and a number of "
    "`keras.random` with a constant seed in a layer's `call` or a model's `train_step` too. Only where something "
    "draws from it there. Left alone: a seed that varies, one under a condition, loops over seeds, models, folds or "
    "repeats (to start each alike is a way to compare them), loops in which weights are made, and a generator that is "
    "made once in each epoch, which may be there to evaluate alike.",
    why="The seed sets the stream back. Each epoch then shuffles into the same order, each batch gets the same "
    "noise, each call drops the same units: what looks like chance is a constant, the model sees less than it "
    "should, and nothing fails. What else draws from the stream is set back as well.",
    fix_safety="Unsafe: the statement is moved before its loop, where it stands directly in one and needs nothing from "
    "it. That changes the numbers from the second step on, and rests on the assumption that they were not meant to "
    "repeat. In a function there is no fix: where the generator is to be kept is for a person to say.",
    sources=(
        "https://keras.io/api/random/seed_generator/",
        "Experiment: `tf.random.set_seed(1)`, `np.random.seed(1)` or `keras.utils.set_random_seed(1)` in a loop over "
        "epochs gave one shuffled order in three epochs, and in `__getitem__` or `tf.numpy_function` the same number "
        "for each batch or element (TensorFlow 2.21, Keras 3.15 and tf_keras 2.21)",
        "Experiment: `keras.random.dropout(x, 0.5, seed=1)` in `call` dropped the same units in each call; set in "
        "`on_epoch_begin`, a seed made the numbers that `__getitem__` draws repeat, but not the order in which `fit` "
        "shuffles arrays (Keras 3.15)",
    ),
    bad=(
        Example(
            code="""\
import numpy as np

SEED = 42
data = np.arange(100)
for epoch in range(10):
    np.random.seed(SEED)
    order = np.random.permutation(len(data))
    print(data[order])
""",
            reason="each epoch goes through the data in the same order",
            found=(6,),
            fixed="""\
import numpy as np

SEED = 42
data = np.arange(100)
np.random.seed(SEED)
for epoch in range(10):
    order = np.random.permutation(len(data))
    print(data[order])
""",
            unsafe=True,
        ),
        Example(
            code="""\
import random

import numpy as np
import tensorflow as tf


def set_seeds(seed):
    random.seed(seed)
    np.random.seed(seed)
    tf.random.set_seed(seed)


def train(model, x, y):
    for epoch in range(10):
        set_seeds(42)
        model.fit(x, y, epochs=1)


set_seeds(1)
model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
train(model, np.random.rand(8, 4), np.random.rand(8))
""",
            reason="a helper seeds; `fit` draws its order from TensorFlow's stream",
            found=(15,),
            fixed="""\
import random

import numpy as np
import tensorflow as tf


def set_seeds(seed):
    random.seed(seed)
    np.random.seed(seed)
    tf.random.set_seed(seed)


def train(model, x, y):
    set_seeds(42)
    for epoch in range(10):
        model.fit(x, y, epochs=1)


set_seeds(1)
model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
train(model, np.random.rand(8, 4), np.random.rand(8))
""",
            unsafe=True,
        ),
        Example(
            code="""\
import numpy as np

for step in range(100):
    rng = np.random.default_rng(0)
    noise = rng.normal(size=3)
    print(noise)
""",
            reason="each step makes the generator anew",
            found=(4,),
            fixed="""\
import numpy as np

rng = np.random.default_rng(0)
for step in range(100):
    noise = rng.normal(size=3)
    print(noise)
""",
            unsafe=True,
        ),
        Example(
            code="""\
import keras
import numpy as np


class Noisy(keras.utils.PyDataset):
    def __len__(self):
        return 10

    def __getitem__(self, index):
        rng = np.random.default_rng(0)
        x = rng.normal(size=(8, 4))
        return x, x.sum(axis=1)


keras.utils.set_random_seed(1)
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(Noisy())
""",
            reason="all batches are the same",
            found=(10,),
        ),
        Example(
            code="""\
import keras


class Drop(keras.layers.Layer):
    def call(self, x, training=False):
        if training:
            x = keras.random.dropout(x, 0.5, seed=1)
        return x


keras.utils.set_random_seed(1)
model = keras.Sequential([Drop(), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(keras.ops.ones((8, 4)), keras.ops.ones((8, 1)))
""",
            reason="the same units are dropped in every call",
            found=(7,),
        ),
        Example(
            code="""\
import keras
import numpy as np


class Reseed(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        np.random.seed(7)


class Noisy(keras.utils.PyDataset):
    def __len__(self):
        return 10

    def __getitem__(self, index):
        x = np.random.normal(size=(8, 4))
        return x, x.sum(axis=1)


keras.utils.set_random_seed(1)
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(Noisy(), epochs=5, callbacks=[Reseed()])
""",
            reason="each epoch gets the noise of the first",
            found=(7,),
        ),
    ),
    good=(
        Example(
            code="""\
import keras

for seed in [1, 2, 3]:
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
""",
            reason="the experiment is repeated, with another seed each time",
        ),
        Example(
            code="""\
import keras

for units in [8, 16]:
    keras.utils.set_random_seed(42)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(units)])
""",
            reason="models that are compared start alike on purpose",
        ),
        Example(
            code="""\
import keras

for epochs in [5, 10]:
    for epoch in [epochs]:
        keras.utils.set_random_seed(42)
        model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
""",
            reason="numbers of epochs are tried out",
        ),
        Example(
            code="""\
import numpy as np

SEED = 42
for epoch in range(10):
    np.random.seed(SEED + epoch)
    print(np.random.permutation(10))
""",
            reason="each epoch has its own seed, so that it can be repeated by itself",
        ),
        Example(
            code="""\
import numpy as np

seed = 0
for step in range(10):
    np.random.seed(seed)
    print(np.random.permutation(10))
    seed += 1
""",
            reason="the seed counts on",
        ),
        Example(
            code="""\
import numpy as np

for epoch in range(10):
    if epoch == 0:
        np.random.seed(1)
    print(np.random.permutation(10))
""",
            reason="it is set once",
        ),
        Example(
            code="""\
import keras
import numpy as np


class Noisy(keras.utils.PyDataset):
    def __init__(self):
        super().__init__()
        self.rng = None
        self.seed = 0

    def __len__(self):
        return 10

    def __getitem__(self, index):
        if self.rng is None:
            self.rng = np.random.default_rng(0)
        fresh = np.random.default_rng(self.seed)
        self.seed += 1
        own = np.random.default_rng([1, index])
        x = self.rng.normal(size=(8, 4)) + fresh.normal(size=(8, 4)) + own.normal(size=(8, 4))
        return x, x.sum(axis=1)


keras.utils.set_random_seed(1)
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(Noisy())
""",
            reason="one is made once, one gets another seed each time, one the seed of its batch",
        ),
        Example(
            code="""\
import numpy as np

np.random.seed(0)
order = np.random.permutation(10)
for epoch in range(3):
    shown = np.random.default_rng(0).choice(10, 3)
    print(order, shown)
""",
            reason="each epoch shows the same three",
        ),
        Example(
            code="""\
import tensorflow as tf

tf.keras.utils.set_random_seed(1)
for epoch in range(3):
    tf.random.set_seed(1)
    print(epoch)
""",
            reason="nothing draws from it",
        ),
    ),
    check=check,
)
