"""SEED207: backends that Keras has no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from seedlint.knowledge.tables.environment import RETIRED_BACKENDS
from seedlint.program.values import Constant
from seedlint.rules._retired import gone, is_gone
from seedlint.rules.rule import Example, Report, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seedlint.finding import Fix
    from seedlint.program.events import EnvironmentEvent
    from seedlint.rewrite.rewriter import Rewriter
    from seedlint.rules.rule import View

_CODE = "SEED207"


def check(view: View) -> Iterator[Report]:
    """Report each choice of a backend that is gone, and Theano's random streams."""
    for setting in view.trace.environment:
        if setting.place.path == view.trace.entry and setting.name == "KERAS_BACKEND":
            yield from _backend(view, setting)
    for event in gone(view, _CODE):
        yield Report(
            event.place,
            f"{is_gone(view, event)}: use `tf.random.Generator.from_seed(SEED)`, whose `normal` and `uniform` take "
            "the shape",
        )


def _backend(view: View, setting: EnvironmentEvent) -> Iterator[Report]:
    name = setting.value.value if isinstance(setting.value, Constant) else None
    if not isinstance(name, str) or name not in RETIRED_BACKENDS:
        return
    fails = f"importing Keras fails ({RETIRED_BACKENDS[name]})"
    yield Report(
        setting.place,
        f"Keras has no backend `{name}` any more: {fails if view.trace.target == 'keras3' else 'Keras 2 ignores it'}; "
        "delete this, `tensorflow` is the default, and seed with `keras.utils.set_random_seed(SEED)`, since NumPy's "
        "seed alone doesn't reach it",
        fix=delete_setting(setting),
    )


def delete_setting(setting: EnvironmentEvent) -> Callable[[Rewriter], Fix | None]:
    """Return the fix that deletes the statement that sets a variable of the environment."""

    def fix(rewriter: Rewriter) -> Fix | None:
        statement = setting_alone(rewriter, setting)
        if statement is None:
            return None
        return rewriter.fix(
            "safe",
            f"delete the setting of `{setting.name}`",
            rewriter.imports.delete_with_orphans([statement]),
        )

    return fix


def setting_alone(rewriter: Rewriter, setting: EnvironmentEvent) -> cst.CSTNode | None:
    """Return the statement that sets a variable of the environment, if it does nothing else."""
    node = rewriter.node(setting.place.node)
    small = node
    while small is not None and not isinstance(small, cst.BaseSmallStatement):
        small = rewriter.editor.parent(small)  # type: ignore[assignment]
    match small:
        case cst.Assign(targets=[cst.AssignTarget(target=target)], value=cst.BaseString() | cst.Name() | cst.Call()):
            return small if target is node else None
        case cst.Expr(value=value) if value is node and isinstance(value, cst.Call) and len(value.args) == 2:
            return small
    return None


RULE = Rule(
    code=_CODE,
    name="retired-backend",
    severity="error",
    scope="module",
    summary="Theano and other backends that Keras has no more",
    what="Reports `os.environ['KERAS_BACKEND'] = 'theano'` (or `'cntk'`), and Theano's `RandomStreams` and "
    "`MRG_RandomStreams`.",
    why="`ValueError: Unable to import backend : theano` is what importing Keras prints. And the advice that came with "
    "that backend, to seed NumPy and nothing else, holds no more: Keras draws from Python's `random` and from "
    "TensorFlow.",
    fix_safety="Safe for the variable: its setting is deleted, with the import of `os` if nothing else needs it, and "
    "Keras takes its default, TensorFlow. Nothing is done about Theano's streams: what is drawn from them has to be "
    "written anew.",
    sources=(
        "https://keras.io/getting_started/#configuring-your-backend",
        "Experiment: `KERAS_BACKEND=theano` and `import keras` (Keras 3.15)",
    ),
    bad=(
        Example(
            code="""\
import os
os.environ['KERAS_BACKEND'] = 'theano'

from keras.models import Sequential
""",
            reason="the next line fails",
            found=(2,),
            fixed="""\
from keras.models import Sequential
""",
        ),
        Example(
            code="""\
import os

os.environ.setdefault('KERAS_BACKEND', 'theano')
os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')
import keras
""",
            reason="set if nobody else sets it, which fails as well",
            found=(3,),
            fixed="""\
import os

os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')
import keras
""",
        ),
        Example(
            code="""\
from theano.sandbox.rng_mrg import MRG_RandomStreams as RandomStreams

srng = RandomStreams(1234)
""",
            reason="Theano's own generator",
            found=(1,),
        ),
    ),
    good=(
        Example(
            code="""\
import os
os.environ['KERAS_BACKEND'] = 'jax'

import keras
""",
            reason="a backend that there is",
        ),
        Example(
            code="""\
import os

backend = os.environ.get('KERAS_BACKEND', 'theano')
""",
            reason="it is asked for, not set",
        ),
        Example(
            code="""\
try:
    from theano.tensor.shared_randomstreams import RandomStreams
except ImportError:
    RandomStreams = None
""",
            reason="written to do without",
        ),
    ),
    check=check,
)
