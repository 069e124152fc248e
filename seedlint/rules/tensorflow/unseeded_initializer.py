"""SEED301: explicit initializers without a seed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from seedlint.program.values import Constant
from seedlint.rules._draws import program_seed, report, seed_function, set_random_seed, uncovered
from seedlint.rules.rule import Example, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seedlint.finding import Fix
    from seedlint.program.events import DrawEvent
    from seedlint.rewrite.rewriter import Rewriter
    from seedlint.rules.rule import Report, View


def check(view: View) -> Iterator[Report]:
    """Report each initializer that is named, and under `strict` also those that a layer has by default."""
    effect = "the weights differ in every run"
    for draw in uncovered(view, "SEED301"):
        parameter = draw.draw.parameter
        name = None if parameter is None else _initializer(view, draw, parameter)
        if parameter is None or name is None:
            yield report(view, draw, effect)
            continue
        own = f"pass `{parameter}={name}(seed=SEED)`"
        advice = own if draw.covered else f"call `{seed_function(view, draw)}(SEED)` before it, or {own}"
        yield report(view, draw, effect, _by_class(view, draw, parameter, name), advice=advice)


def _initializer(view: View, draw: DrawEvent, parameter: str) -> str | None:
    """Return the class of the initializer that a layer is given as a string, or has by default."""
    given = draw.call.value(parameter)
    name = dict(draw.call.api.initializers).get(parameter)
    if isinstance(given, Constant) and isinstance(given.value, str):
        name = given.value
    elif given is not None and given != Constant(None):
        return None
    return None if name is None else view.knowledge.initializer_class(name)


def _by_class(view: View, draw: DrawEvent, parameter: str, name: str) -> Callable[[Rewriter], Fix | None]:
    """Return the fix that gives the layer an initializer with a seed of its own."""
    known = program_seed(view.trace)
    package = set_random_seed(view.trace).partition(".")[0]

    def fix(rewriter: Rewriter) -> Fix | None:
        call = rewriter.call(draw.call.place.node)
        if call is None:
            return None
        spelled, imported = rewriter.spelling(f"{package}.initializers.{name}", call)
        code = f"{spelled}(seed={rewriter.fresh_seed(call, known)})"
        bound = draw.call.arguments.get(parameter)
        if bound is None:
            edits = rewriter.editor.add_argument(call, f"{parameter}={code}")
        elif bound.node is not None and isinstance(rewriter.node(bound.node), cst.BaseString | cst.Name):
            edits = rewriter.editor.replace(rewriter.node(bound.node), code)
        else:
            return None
        return rewriter.fix("safe", f"`{parameter}={code}`", imported, edits)

    return fix


RULE = Rule(
    code="SEED301",
    name="unseeded-initializer",
    severity="warning",
    summary="explicit initializers without a seed",
    what=(
        "Reports initializers that the program names, by class (`GlorotUniform()`) or by string "
        '(`kernel_initializer="he_normal"`), and that draw from a stream without a constant seed. Layers '
        "that keep their default initializer are shown with the seeding fault behind them (SEED101 to "
        "SEED104), and get findings of their own under `--strict`."
    ),
    why=(
        "Other initial weights lead to another model. Under Keras 3 an initializer draws when it is made, "
        "under Keras 2 when its layer is built, and since TensorFlow 2.10 from Python's `random`, "
        "whatever `tf.random.set_seed` was told."
    ),
    fix_safety=(
        "Safe: the program gets its seed first (SEED101 to SEED104), which usually leaves nothing to do "
        "here; what is then still not covered gets a seed of its own. Only the choice of random numbers "
        "changes. Under `--strict` each initializer gets another seed: two with one seed give their "
        "layers the same weights."
    ),
    sources=(
        ("https://keras.io/api/layers/initializers/"),
        (
            "Experiment: `GlorotUniform()` gives the same weights in every process after `random.seed(42)`, "
            "and others after `tf.random.set_seed(42)` (TensorFlow 2.10, 2.15, 2.21)"
        ),
    ),
    bad=(
        Example(
            code="""\
import keras

layer = keras.layers.Dense(8, kernel_initializer="he_normal")
""",
            reason="an initializer named by a string",
            found=(3,),
            fixed="""\
import keras

keras.utils.set_random_seed(42)

layer = keras.layers.Dense(8, kernel_initializer="he_normal")
""",
        ),
        Example(
            code="""\
import keras

SEED = 3
keras.utils.set_random_seed(SEED)
first = keras.layers.Dense(8, kernel_initializer=keras.initializers.HeNormal())
second = keras.layers.Dense(8, kernel_initializer=keras.initializers.HeNormal())
""",
            reason="under `--strict` each initializer has a seed of its own, another one each",
            found=(5, 6),
            strict=True,
            fixed="""\
import keras

SEED = 3
keras.utils.set_random_seed(SEED)
first = keras.layers.Dense(8, kernel_initializer=keras.initializers.HeNormal(seed=SEED))
second = keras.layers.Dense(8, kernel_initializer=keras.initializers.HeNormal(seed=SEED + 1))
""",
        ),
    ),
    good=(
        Example(
            code="""\
import keras

keras.utils.set_random_seed(42)
layer = keras.layers.Dense(8, kernel_initializer="he_normal")
""",
            reason="the program is seeded",
        ),
        Example(
            code="""\
import keras

layer = keras.layers.Dense(8, kernel_initializer=keras.initializers.HeNormal(seed=1))
""",
            reason="the initializer has a seed of its own",
        ),
        Example(
            code="""\
import keras

layer = keras.layers.Dense(8, kernel_initializer="zeros", bias_initializer="ones")
""",
            reason="these initializers are not random",
        ),
        Example(
            code="""\
import keras


def dense(units, seed):
    return keras.layers.Dense(units, kernel_initializer=keras.initializers.HeNormal(seed=seed))
""",
            reason="the seed is passed on: whoever calls the function gives it",
        ),
    ),
    check=check,
)
