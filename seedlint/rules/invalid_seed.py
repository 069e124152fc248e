"""SEED111: a seed that the API rejects or misreads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import libcst as cst

from seedlint.knowledge.seeds import Refusal, ValueKind, refusal
from seedlint.program.effects import GENERATORS
from seedlint.program.pythons_own import NUMPY_INTEGERS
from seedlint.program.values import Constant, Items, Made
from seedlint.rules._draws import short_name
from seedlint.rules._seeding import named
from seedlint.rules.rule import Example, Report, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seedlint.finding import Applicability, Fix
    from seedlint.knowledge.model import Api, Stream
    from seedlint.program.events import CallEvent
    from seedlint.program.values import Value
    from seedlint.rewrite.rewriter import Rewriter
    from seedlint.rules.rule import View

_GENERATORS: Final[dict[str, tuple[ValueKind, str, str]]] = {
    "numpy.random.Generator": ("numpy-generator", "Generator(PCG64)", "numpy.random._generator.Generator"),
    "numpy.random.RandomState": ("random-state", "RandomState(MT19937)", "numpy.random.mtrand.RandomState"),
    "random.Random": ("python-generator", "<random.Random object>", "random.Random"),
    "tensorflow.random.Generator": ("tensorflow-generator", "<tf.random.Generator object>", "Generator"),
    "keras.random.SeedGenerator": ("seed-generator", "<SeedGenerator object>", "SeedGenerator"),
}
"""What each generator is as a seed, and how error texts show it and its type."""


def check(view: View) -> Iterator[Report]:
    """Report seeds whose value is known, and known to be refused or misread."""
    for call in view.trace.calls:
        if call.guarded:
            continue
        for parameter in _seed_parameters(call.api):
            value = call.value(parameter)
            kind = None if value is None else _kind_of(value)
            if value is None or kind is None:
                continue
            refused = refusal(call.api.name, call.api.seed_kind, kind, view.trace.target)
            if refused is not None and refused.effect != "unseeded":
                yield _report(call, parameter, value, kind, refused)


def _seed_parameters(api: Api) -> list[str]:
    first = api.seeds.value if api.seeds is not None else api.seed
    return [name for name in (first, *api.other_seeds) if name is not None]


def _kind_of(value: Value) -> ValueKind | None:
    match value:
        case Constant(None):
            return "none"
        case Constant(bool()):
            return "bool"
        case Constant(int(number)):
            return _size_of(number)
        case Constant(float()):
            return "float"
        case Constant(str()):
            return "string"
        case Made(type=name) if name in NUMPY_INTEGERS:
            return "numpy-integer"
        case Made(type=name) if name in GENERATORS:
            return _GENERATORS[name][0] if name in _GENERATORS else None
        case Items("list" | "tuple", values) if values and all(isinstance(single, Constant) for single in values):
            return "sequence"
    return None


def _size_of(number: int) -> ValueKind | None:
    if number < 0:
        return "negative"
    if number >= 2**63:
        return "from-2**63"
    return "from-2**32" if number >= 2**32 else None


def _report(call: CallEvent, parameter: str, value: Value, kind: ValueKind, refused: Refusal) -> Report:
    name, shown = short_name(call.api.name), _shown(value)
    streams = _streams(call)
    if refused.effect == "error":
        text = _filled(refused.text, call, value)
        what = f'`{name}` refuses `{parameter}={shown}` and raises "{text}": {_consequence(call, streams)}'
    else:
        whose = f"the {named(streams)}" if streams else "what it draws"
        what = f"`{name}` does not take `{parameter}={shown}` as it stands for {whose}: it {refused.text}"
    return Report(
        call.place,
        f"{what}; {_advice(call, parameter, kind)}",
        "possible" if call.assumed else "certain",
        streams,
        fix=_integer(call, parameter, value),
    )


def _consequence(call: CallEvent, streams: tuple[Stream, ...]) -> str:
    if call.api.seeds is not None:
        return f"the {named(streams)} {'is' if len(streams) == 1 else 'are'} not seeded"
    if not streams or call.api.makes in GENERATORS:
        return "no generator is made"
    return f"its draws from the {named(streams)} get no seed"


def _streams(call: CallEvent) -> tuple[Stream, ...]:
    if call.api.seeds is not None:
        return call.api.seeds.streams
    if call.api.makes in GENERATORS:
        return ("generator",)
    return tuple(dict.fromkeys(draw.stream for draw in call.api.draws))


def _shown(value: Value) -> str:
    match value:
        case Constant(single):
            return repr(single)
        case Made(type=name, holds=[Constant(single), *_]) if name in NUMPY_INTEGERS:
            return f"np.{name.rpartition('.')[2]}({single!r})"
        case Made(type=name):
            return f"np.{name.rpartition('.')[2]}(…)" if name in NUMPY_INTEGERS else _GENERATORS[name][1]
        case Items(kind, values):
            inner = ", ".join(_shown(single) for single in values)
            return f"[{inner}]" if kind == "list" else f"({inner})"
    return "…"


def _filled(text: str, call: CallEvent, value: Value) -> str:
    """Put the value into an error's text, as printing it would."""
    printed, type_ = _shown(value), "list"
    match value:
        case Constant(single):
            printed, type_ = str(single), type(single).__name__
        case Made(type=name, holds=holds) if name in NUMPY_INTEGERS:
            printed = str(holds[0].value) if holds and isinstance(holds[0], Constant) else "…"
            type_ = name
        case Made(type=name):
            type_ = _GENERATORS[name][2]
        case Items(kind):
            type_ = kind
    length = str(len(printed))
    if text.startswith("InvalidParameterError"):  # it prints what `repr` says
        printed = repr(value.value) if isinstance(value, Constant) else printed
        printed += " at 0x…" if isinstance(value, Made) and value.type.startswith("numpy.random.") else ""
    fields = {
        "{value}": printed,
        "{type}": type_,
        "{class}": f"<class '{type_}'>",
        "{length}": length,
        "{api}": call.api.name.rpartition(".")[2],
    }
    for field, filling in fields.items():
        text = text.replace(field, filling)
    return text


def _advice(call: CallEvent, parameter: str, kind: ValueKind) -> str:
    if kind == "numpy-integer":
        return f"pass Python's own integer: `{parameter}=int(…)`"
    if kind in ("numpy-generator", "python-generator") and call.api.seed_kind == "scikit-learn":
        return f"pass `{parameter}=SEED`, an integer, or `np.random.RandomState(SEED)`"
    return f"pass `{parameter}=SEED`, an integer from 0 to 2**32 - 1"


# -- the fix --------------------------------------------------------------------------------------


def _integer(call: CallEvent, parameter: str, value: Value) -> Callable[[Rewriter], Fix | None]:
    """Write the integer that the value is meant to be, where that is plain."""
    # What was not given by keyword stands where it was bound from.
    position = list(call.arguments).index(parameter)

    def fix(rewriter: Rewriter) -> Fix | None:
        node = rewriter.call(call.place.node)
        given = None if node is None else _given(node, parameter, position)
        replaced = None if given is None else _as_integer(rewriter, given, value)
        if given is None or replaced is None:
            return None
        code, tier = replaced
        edits = rewriter.editor.replace(given, code)
        return rewriter.fix(tier, f"pass the integer `{code}`", edits, rewriter.orphaned_by(given))

    return fix


def _given(call: cst.Call, parameter: str, position: int | None) -> cst.BaseExpression | None:
    """Return the expression that is written for `parameter`, if one is."""
    for number, argument in enumerate(call.args):
        if argument.star:
            return None
        if argument.keyword is not None and argument.keyword.value == parameter:
            return argument.value
        if argument.keyword is None and number == position:
            return argument.value
    return None


def _as_integer(rewriter: Rewriter, node: cst.BaseExpression, value: Value) -> tuple[str, Applicability] | None:
    written = rewriter.editor.text_of(node)
    match value:
        case Constant(None):
            return rewriter.seed(node), "safe"
        case Made(type=name) if name in NUMPY_INTEGERS:
            return _unwrapped(rewriter, node) or f"int({written})", "safe"
        case Constant(float(number)) if number.is_integer() and 0 <= number < 2**32:
            return (f"int({written})" if isinstance(node, cst.Name | cst.Attribute) else str(int(number))), "safe"
        case Constant(bool(flag)):
            return str(int(flag)), "unsafe"
        case Constant(int(number)) if not isinstance(node, cst.Name | cst.Attribute):
            return str(number % 2**32), "unsafe"
        case Constant(int()):
            return f"{written} % 2**32", "unsafe"
    return None


def _unwrapped(rewriter: Rewriter, node: cst.BaseExpression) -> str | None:
    """Return the literal in `np.int64(3)`."""
    if isinstance(node, cst.Call) and len(node.args) == 1 and isinstance(node.args[0].value, cst.Integer):
        return rewriter.editor.text_of(node.args[0].value)
    return None


RULE = Rule(
    code="SEED111",
    name="invalid-seed",
    severity="warning",
    scope="module",
    summary="a value that the API rejects or misreads",
    what="Reports a seed whose value is known and is not what the API takes: a negative number or `2**32` for NumPy, "
    "scikit-learn and `keras.utils.set_random_seed`; a float; `True`; `numpy.int64(…)` for Keras 3 and `random.seed`; "
    "a NumPy `Generator` for scikit-learn; `None` where no default stands for it. The message has the text of the "
    "error. What only a run can tell (a parameter, a value read from a file) is not reported.",
    why="Most of these stop the program, some only when it has trained for hours: an estimator looks at its "
    "`random_state` when it is fitted. The rest run with another seed than the text shows. What is refused depends on "
    "the library: TensorFlow takes `-1`, NumPy doesn't; SciPy and pandas take a `Generator`, scikit-learn doesn't.",
    fix_safety="Safe where the integer that is meant is plain: `42.0` becomes `42`, `np.int64(3)` becomes `3`, a name "
    "that holds one is wrapped in `int(…)`, and `None` becomes the program's seed. Unsafe for numbers out of range, "
    "which become their remainder by 2**32, and for `True`: somebody should choose that number. There is no fix for "
    "strings, other floats and generators.",
    sources=(
        "https://numpy.org/doc/stable/reference/random/generated/numpy.random.seed.html",
        "https://keras.io/api/utils/python_utils/#set_random_seed-function",
        "https://scikit-learn.org/stable/glossary.html#term-random_state",
        "Experiment: each value was given to each function (TensorFlow 2.21, Keras 3.15, NumPy 2.4, scikit-learn 1.9)",
    ),
    bad=(
        Example(
            code="""\
import keras
import numpy as np

keras.utils.set_random_seed(np.int64(3))
print(np.random.rand())
""",
            reason="Keras 3 wants Python's own integer",
            found=(4,),
            fixed="""\
import keras
import numpy as np

keras.utils.set_random_seed(3)
print(np.random.rand())
""",
        ),
        Example(
            code="""\
import numpy as np

SEED = 42.0
np.random.seed(SEED)
print(np.random.rand())
""",
            reason="NumPy casts no float",
            found=(4,),
            fixed="""\
import numpy as np

SEED = 42.0
np.random.seed(int(SEED))
print(np.random.rand())
""",
        ),
        Example(
            code="""\
import numpy as np

np.random.seed(-1)
rng = np.random.RandomState(2**32)
print(np.random.rand(), rng.rand())
""",
            reason="NumPy takes numbers from 0 to 2**32 - 1; which one is meant is not plain",
            found=(3, 4),
            fixed="""\
import numpy as np

np.random.seed(4294967295)
rng = np.random.RandomState(0)
print(np.random.rand(), rng.rand())
""",
            unsafe=True,
        ),
        Example(
            code="""\
import numpy as np
from sklearn.ensemble import RandomForestClassifier

rng = np.random.default_rng(0)
model = RandomForestClassifier(random_state=rng).fit([[0], [1]], [0, 1])
""",
            reason="scikit-learn takes an integer or a RandomState, and says so when the model is fitted",
            found=(5,),
        ),
        Example(
            code="""\
import keras

keras.utils.set_random_seed(None)
layer = keras.layers.Dropout(0.5)
""",
            reason="`random.seed(None)` takes a seed from the operating system; Keras wants a number",
            found=(3,),
            fixed="""\
import keras

keras.utils.set_random_seed(42)
layer = keras.layers.Dropout(0.5)
""",
        ),
        Example(
            code="""\
import keras

layer = keras.layers.Dropout(0.5, seed=True)
""",
            reason="a bool is no integer to Keras 3",
            found=(3,),
            fixed="""\
import keras

layer = keras.layers.Dropout(0.5, seed=1)
""",
            unsafe=True,
        ),
    ),
    good=(
        Example(
            code="""\
import tensorflow as tf

tf.random.set_seed(-1)
x = tf.random.normal((3,), seed=2**40)
""",
            reason="TensorFlow takes both",
        ),
        Example(
            code="""\
import random

import numpy as np

random.seed("experiment 7")
rng = np.random.default_rng(2**80)
print(random.random(), rng.random())
""",
            reason="`random.seed` takes strings, and NumPy's new generators integers of any size",
        ),
        Example(
            code="""\
import keras
import numpy as np


def fix(seed=-1):
    if seed >= 0:
        np.random.seed(seed)


fix()
keras.utils.set_random_seed(int(np.int64(3)))
""",
            reason="`-1` never gets to NumPy; the other one is Python's integer",
        ),
        Example(
            code="""\
import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split

rng = np.random.default_rng(0)
frame = pd.DataFrame({"a": range(10)}).sample(5, random_state=rng)
train, test = train_test_split(frame, random_state=np.random.RandomState(0))
""",
            reason="pandas takes a Generator, and scikit-learn a RandomState",
        ),
        Example(
            code="""\
import keras
import numpy as np

layer = keras.layers.Dropout(0.5, seed=np.int64(3))
""",
            reason="Keras 2 takes NumPy's integers",
            target="keras2",
        ),
    ),
    check=check,
)
