"""SEED306: one initializer, or one constant seed, for several weights."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

import libcst as cst
from msgspec import Struct

from seedlint.program.values import Alternatives, Constant, Items, Made
from seedlint.rules._draws import set_random_seed, short_name
from seedlint.rules.rule import Example, Report, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence

    from seedlint.finding import Fix
    from seedlint.program.events import CallEvent, Place, Trace
    from seedlint.program.values import Value
    from seedlint.rewrite.rewriter import Rewriter
    from seedlint.rules.rule import View

_RULE_OF_INITIALIZERS: Final = "SEED301"
_MODELS: Final = frozenset({"keras.Sequential", "keras.Model"})
_SAME_NUMBERS: Final = {
    **dict.fromkeys(("GlorotUniform", "HeUniform", "LecunUniform", "RandomUniform"), "uniform"),
    **dict.fromkeys(("GlorotNormal", "HeNormal", "LecunNormal", "TruncatedNormal"), "truncated normal"),
}
"""Initializers that make of one seed the same numbers, up to a factor (FACTS.md T8); others go by their own name."""


class _Use(Struct, frozen=True):
    """A weight: `parameter` of the layer is given the initializer."""

    layer: CallEvent
    parameter: str
    made: Made
    initializer: CallEvent

    @property
    def place(self) -> Place:
        return self.layer.place


def check(view: View) -> Iterator[Report]:
    """Report each initializer that gives several weights of one model the same numbers, and each that is given
    the seed of another one."""
    if not view.trace.whole_program:
        return
    uses = list(_uses(view.trace))
    models = _models(view.trace)
    together: defaultdict[Hashable, list[_Use]] = defaultdict(list)
    for use in uses:
        together[use.layer.chain, models.get(id(use.layer))].append(use)
    seen: set[Place] = set()
    for group in together.values():
        for report in (*_shared(view, group), *_equal(view, group)):
            if report.place not in seen:
                seen.add(report.place)
                yield report


def _uses(trace: Trace) -> Iterator[_Use]:
    for layer in trace.calls:
        for parameter, _ in layer.api.initializers:
            given = layer.value(parameter)
            if isinstance(given, Made) and given.call is not None and _is_random(given.call):
                yield _Use(layer, parameter, given, given.call)


def _is_random(call: CallEvent) -> bool:
    return call.api.name.startswith("keras.initializers.") and any(
        draw.rule == _RULE_OF_INITIALIZERS for draw in call.api.draws
    )


def _models(trace: Trace) -> dict[int, int]:
    """Return which model each layer's call made a part of, where that is known."""
    parts: dict[int, list[Value]] = {}
    for call in trace.calls:
        if call.api.makes in _MODELS:
            parts.setdefault(id(call), call.holds)
        model = call.receiver
        if isinstance(model, Made) and model.type in _MODELS:
            parts[id(model.call)] = model.holds
    result: dict[int, int] = {}
    for model_call, held in parts.items():
        for layer in _reachable(held):
            result.setdefault(id(layer), model_call)
    return result


def _reachable(values: Sequence[Value]) -> Iterator[CallEvent]:
    """Return the calls that made `values`, what they hold, and so on."""
    waiting, seen = list(values), set[int]()
    while waiting:
        value = waiting.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, Made):
            waiting.extend(value.holds)
            if value.call is not None:
                yield value.call
        elif isinstance(value, Items | Alternatives):
            waiting.extend(value.values)


# -- one initializer --------------------------------------------------------------------------------


def _shared(view: View, group: Sequence[_Use]) -> Iterator[Report]:
    """Report the initializers that several weights share, unless each call of theirs goes on in a generator."""
    by_initializer: defaultdict[int, dict[tuple[Place, str], _Use]] = defaultdict(dict)
    for use in group:
        by_initializer[id(use.made)].setdefault((use.place, use.parameter), use)
    for weights in by_initializer.values():
        first, *same = weights.values()
        seed = _seed(first.initializer)
        if same and (seed is None or _number(seed) is not None):
            yield _report_shared(view, first, same)


def _report_shared(view: View, first: _Use, others: Sequence[_Use]) -> Report:
    initializer = first.initializer
    has_generator = view.trace.target == "keras3"
    advice = "give each layer an initializer of its own, with another seed"
    if has_generator:
        advice = f"give it a generator that goes on, `seed=keras.random.SeedGenerator({_written(initializer)})`"
    return Report(
        initializer.place,
        f"`{short_name(initializer.api.name)}` is one initializer for {len(others) + 1} weights: its generator starts "
        f"anew for each, so they get the same numbers; {advice}",
        streams=("generator",),
        related=tuple((use.place, f"its `{use.parameter}`") for use in (first, *others)),
        fix=_go_on(view, initializer) if has_generator else None,
    )


def _written(initializer: CallEvent) -> str:
    number = _number(_seed(initializer))
    return "" if number is None else "SEED"


def _go_on(view: View, initializer: CallEvent) -> Callable[[Rewriter], Fix | None]:
    """Return the fix that seeds the initializer with a generator, which goes on from weight to weight."""
    name = initializer.api.seed or "seed"
    positions = [single.name for single in initializer.api.parameters if single.kind in ("positional", "any")]
    package = set_random_seed(view.trace).partition(".")[0]
    bound = initializer.arguments.get(name)

    def fix(rewriter: Rewriter) -> Fix | None:
        call = rewriter.call(initializer.place.node)
        if call is None or (bound is not None and bound.node is None):
            return None
        spelled, imported = rewriter.spelling(f"{package}.random.SeedGenerator", call)
        number = "" if bound is None or bound.node is None else rewriter.text(bound.node)
        code = f"{spelled}({number})"
        position = positions.index(name) if name in positions else None
        edits = rewriter.editor.set_argument(call, name, position, code)
        return rewriter.fix("safe", f"`{name}={code}`", imported, edits)

    return fix


# -- one seed ---------------------------------------------------------------------------------------


def _equal(view: View, group: Sequence[_Use]) -> Iterator[Report]:
    """Report the initializers that are given the seed that an earlier one has."""
    first_with: dict[Hashable, CallEvent] = {}
    for initializer in sorted({use.initializer for use in group}, key=lambda call: call.order):
        number = _number(_seed(initializer))
        if number is None:
            continue
        kind = short_name(initializer.api.name)
        first = first_with.setdefault((number, _SAME_NUMBERS.get(kind, kind)), initializer)
        if first.place != initializer.place:
            chain = next(use.layer.chain for use in group if use.initializer is initializer)
            yield Report(
                initializer.place,
                f"`{kind}` has the seed {number}, as another initializer of this model has: two generators with one "
                "seed give the same numbers, so the weights start alike; give each another seed: `SEED`, `SEED + 1`",
                streams=("generator",),
                related=((first.place, f"the same seed, {number}"),),
                fix=_next_seed(view.trace, initializer) if initializer.chain == chain else None,
            )


def _next_seed(trace: Trace, initializer: CallEvent) -> Callable[[Rewriter], Fix | None] | None:
    """Return the fix that adds to the seed, where it is a number whoever calls."""
    bound = initializer.arguments[initializer.api.seed or "seed"]
    runs = [call for call in trace.calls if call.place == initializer.place]
    if any(_number(_seed(call)) is None for call in runs):
        return None

    def fix(rewriter: Rewriter) -> Fix | None:
        if bound.node is None:
            return None
        node = rewriter.node(bound.node)
        if not isinstance(node, cst.Integer | cst.Name | cst.Attribute | cst.BinaryOperation):
            return None
        text = rewriter.editor.text_of(node)
        code = rewriter.next_seed(text)
        if isinstance(node, cst.BinaryOperation) and code.startswith(text):
            return None
        return rewriter.fix("safe", f"give it the seed {code}", rewriter.editor.replace(node, code))

    return fix


def _seed(initializer: CallEvent) -> Value | None:
    """Return what the initializer is given for a seed, None if nothing."""
    given = initializer.value(initializer.api.seed or "seed")
    return None if given == Constant(None) else given


def _number(value: Value | None) -> int | None:
    return value.value if isinstance(value, Constant) and type(value.value) is int else None


RULE = Rule(
    code="SEED306",
    name="shared-initializer",
    severity="warning",
    summary="one initializer, or one constant seed, for several weights: they start identical",
    what="Reports an initializer object that initializes several weights of a model, and several initializers of a "
    "model that are given the same constant seed. An initializer whose seed is a `SeedGenerator` is left alone: its "
    "numbers go on from weight to weight. So are models that are compared with each other from the same start.",
    why="An initializer's generator starts anew at each call. Two layers of one shape that share an initializer, or "
    "a seed, start with exactly the same weights; of other shapes, with the same stream of numbers in another layout, "
    "and from `GlorotUniform` to `HeUniform` only the scale differs. That is random no more: units of different layers "
    "are correlated from the start. Keras 2 warns of a shared initializer without a seed, and of nothing else; Keras 3 "
    "is silent. The recipe that seeds every layer with one `SEED` has this fault.",
    fix_safety="Safe: of initializers with the same seed, the first keeps it and the others get the next ones (`SEED`, "
    "`SEED + 1`…); a shared initializer gets a `keras.random.SeedGenerator` with its seed. Only the choice of random "
    "numbers changes. For a shared initializer under Keras 2, which has no such generator, and where the seed comes "
    "from a caller, there is no fix.",
    sources=(
        "https://keras.io/api/random/seed_generator/",
        "Experiment: `GlorotUniform(seed=1)` in two layers of one shape, and one `GlorotUniform()` object in two "
        "layers, gave identical weights (TensorFlow 2.15 and 2.21); with a `SeedGenerator` they differed",
    ),
    bad=(
        Example(
            code="""\
import tensorflow as tf

SEED = 2023
tf.keras.utils.set_random_seed(SEED)
init = tf.keras.initializers.GlorotUniform
model = tf.keras.Sequential(
    [
        tf.keras.layers.Dense(32, kernel_initializer=init(seed=SEED)),
        tf.keras.layers.Dense(32, kernel_initializer=init(seed=SEED)),
        tf.keras.layers.Dense(5, kernel_initializer=init(seed=SEED)),
    ]
)
""",
            reason="the recipe: every initializer has the program's seed",
            found=(9, 10),
            fixed="""\
import tensorflow as tf

SEED = 2023
tf.keras.utils.set_random_seed(SEED)
init = tf.keras.initializers.GlorotUniform
model = tf.keras.Sequential(
    [
        tf.keras.layers.Dense(32, kernel_initializer=init(seed=SEED)),
        tf.keras.layers.Dense(32, kernel_initializer=init(seed=SEED + 1)),
        tf.keras.layers.Dense(5, kernel_initializer=init(seed=SEED + 2)),
    ]
)
""",
        ),
        Example(
            code="""\
import keras

keras.utils.set_random_seed(1)
init = keras.initializers.HeNormal(seed=1)
inputs = keras.Input((8,))
hidden = keras.layers.Dense(8, kernel_initializer=init)(inputs)
outputs = keras.layers.Dense(8, kernel_initializer=init)(hidden)
model = keras.Model(inputs, outputs)
""",
            reason="one object for two layers: both start with the same weights",
            found=(4,),
            fixed="""\
import keras

keras.utils.set_random_seed(1)
init = keras.initializers.HeNormal(seed=keras.random.SeedGenerator(1))
inputs = keras.Input((8,))
hidden = keras.layers.Dense(8, kernel_initializer=init)(inputs)
outputs = keras.layers.Dense(8, kernel_initializer=init)(hidden)
model = keras.Model(inputs, outputs)
""",
        ),
        Example(
            code="""\
import keras

keras.utils.set_random_seed(7)
init = keras.initializers.Orthogonal()
layer = keras.layers.LSTM(4, kernel_initializer=init, recurrent_initializer=init)
""",
            reason="an initializer without a seed draws one when it is made, and starts from it each time",
            found=(4,),
            fixed="""\
import keras

keras.utils.set_random_seed(7)
init = keras.initializers.Orthogonal(seed=keras.random.SeedGenerator())
layer = keras.layers.LSTM(4, kernel_initializer=init, recurrent_initializer=init)
""",
        ),
        Example(
            code="""\
import keras


def build():
    return keras.Sequential(
        [
            keras.layers.Dense(8, kernel_initializer=keras.initializers.HeUniform(3)),
            keras.layers.Dense(8, kernel_initializer=keras.initializers.GlorotUniform(seed=3)),
        ]
    )


keras.utils.set_random_seed(1)
model = build()
""",
            reason="two classes whose numbers differ in their scale alone; the seed is positional in one",
            found=(8,),
            fixed="""\
import keras


def build():
    return keras.Sequential(
        [
            keras.layers.Dense(8, kernel_initializer=keras.initializers.HeUniform(3)),
            keras.layers.Dense(8, kernel_initializer=keras.initializers.GlorotUniform(seed=4)),
        ]
    )


keras.utils.set_random_seed(1)
model = build()
""",
        ),
        Example(
            code="""\
import tf_keras

tf_keras.utils.set_random_seed(1)
init = tf_keras.initializers.HeNormal()
model = tf_keras.Sequential()
model.add(tf_keras.layers.Dense(8, kernel_initializer=init))
model.add(tf_keras.layers.Dense(8, kernel_initializer=init))
""",
            reason="Keras 2 has no generator to share: each layer needs an initializer of its own",
            found=(4,),
            target="keras2",
        ),
    ),
    good=(
        Example(
            code="""\
import keras

keras.utils.set_random_seed(1)
init = keras.initializers.HeNormal(seed=keras.random.SeedGenerator(1))
model = keras.Sequential()
model.add(keras.layers.Dense(8, kernel_initializer=init))
model.add(keras.layers.Dense(8, kernel_initializer=init))
""",
            reason="the generator goes on from layer to layer",
        ),
        Example(
            code="""\
import keras

keras.utils.set_random_seed(1)


def init():
    return keras.initializers.HeNormal()


def fresh(given):
    if isinstance(given, keras.initializers.Initializer):
        return given.__class__.from_config(given.get_config())
    return given


one = init()
model = keras.Sequential([keras.Input((4,))])
model.add(keras.layers.Dense(8, kernel_initializer=init()))
model.add(keras.layers.Dense(8, kernel_initializer=init()))
model.add(keras.layers.Dense(8, kernel_initializer=fresh(one)))
model.add(keras.layers.Dense(8, kernel_initializer=fresh(one)))
""",
            reason="each call of the function makes another initializer, or may",
        ),
        Example(
            code="""\
import keras

keras.utils.set_random_seed(1)
model = keras.Sequential(
    [
        keras.layers.Dense(8, kernel_initializer=keras.initializers.HeNormal(seed=1)),
        keras.layers.Dense(8, kernel_initializer=keras.initializers.HeNormal(seed=2)),
        keras.layers.Dense(8, kernel_initializer="he_normal"),
        keras.layers.Dense(8, kernel_initializer="he_normal"),
    ]
)
""",
            reason="each initializer has a seed of its own; a string makes a new initializer for each layer",
        ),
        Example(
            code="""\
import keras

ZEROS = keras.initializers.Zeros()
model = keras.Sequential()
model.add(keras.layers.Dense(8, kernel_initializer=ZEROS))
model.add(keras.layers.Dense(8, kernel_initializer=ZEROS))
""",
            reason="an initializer that draws nothing can be shared",
        ),
        Example(
            code="""\
import tensorflow as tf

tf.keras.utils.set_random_seed(1)
init = tf.compat.v1.variance_scaling_initializer()
model = tf.keras.Sequential()
model.add(tf.keras.layers.Dense(8, kernel_initializer=init))
model.add(tf.keras.layers.Dense(8, kernel_initializer=init))
""",
            reason="TensorFlow's own initializers, without a seed, draw anew each time that they are called",
        ),
        Example(
            code="""\
import keras

SEED = 1
keras.utils.set_random_seed(SEED)
wide = keras.Sequential([keras.layers.Dense(64, kernel_initializer=keras.initializers.HeNormal(seed=SEED))])
narrow = keras.Sequential([keras.layers.Dense(8, kernel_initializer=keras.initializers.HeNormal(seed=SEED))])
""",
            reason="two models that are compared from the same start",
        ),
        Example(
            code="""\
import keras

keras.utils.set_random_seed(1)


def build(activation):
    init = keras.initializers.HeNormal(seed=1)
    return keras.Sequential([keras.layers.Dense(8, activation, kernel_initializer=init)])


models = [build("relu"), build("tanh")]
""",
            reason="each call makes another model, with an initializer of its own",
        ),
        Example(
            code="""\
import keras

SEED = 1
keras.utils.set_random_seed(SEED)
model = keras.Sequential(
    [
        keras.layers.Dropout(0.5, seed=SEED),
        keras.layers.Dense(8, kernel_initializer=keras.initializers.HeNormal(seed=SEED)),
    ]
)
""",
            reason="a dropout layer and an initializer draw for different things",
        ),
    ),
    check=check,
)
