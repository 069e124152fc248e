"""SEED103: some streams are seeded, but not the one drawn from."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

import libcst as cst

from seedlint.program.values import Constant
from seedlint.rules._seeding import (
    behind_idle_seeder,
    named,
    related_draws,
    seed_call,
    streams_of,
)
from seedlint.rules.rule import Example, Report, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from seedlint.finding import Fix
    from seedlint.program.events import SeedEvent
    from seedlint.program.faults import Fault
    from seedlint.rewrite.rewriter import Rewriter
    from seedlint.rules.rule import View

_TENSORFLOW_SEED: Final = "tensorflow.random.set_seed"


def check(view: View) -> Iterator[Report]:
    """Report the last seed before a draw from a stream that it doesn't set, and that nothing sets."""
    behind: defaultdict[int, list[Fault]] = defaultdict(list)
    for fault in view.faults:
        if fault.kind == "incomplete" and not behind_idle_seeder(view, fault) and fault.seed is not None:
            behind[fault.seed.order].append(fault)
    for faults in behind.values():
        seed = faults[0].seed
        assert seed is not None
        streams = streams_of(faults)
        function = seed_call(view.trace, streams)
        yield Report(
            seed.place,
            f"this leaves the {named(streams)} without a seed, and the program draws from "
            f"{'it' if len(streams) == 1 else 'them'}: {_effect(faults)} in every run; "
            f"use `{function}(SEED)`{_what_it_sets(function)}",
            "possible" if all(fault.draws[0].assumed for fault in faults) else "certain",
            streams,
            related_draws(faults),
            _seed_them_too(seed, function),
        )


def _effect(faults: Sequence[Fault]) -> str:
    drawn = (draw for fault in faults for draw in fault.draws if fault.stream == "python")
    if any(draw.call.api.name.startswith("keras.") for draw in drawn):
        return "initial weights and Dropout, which Keras draws from Python's `random`, differ"
    return "the results differ"


def _what_it_sets(function: str) -> str:
    if not function.endswith(".set_random_seed"):
        return " as well"
    return ", which seeds Python's `random`, NumPy, TensorFlow and Keras"


def _seed_them_too(seed: SeedEvent, function: str) -> Callable[[Rewriter], Fix | None] | None:
    """Let `tf.random.set_seed(…)` be the call that seeds everything; follow any other seed by it.

    TensorFlow 1's function has a finding of its own (SEED201), whose fix sets every stream.
    """
    if seed.call is not None and seed.call.api.removed is not None:
        return None
    path = seed.call.api.name if seed.call is not None else ""
    replaces = path == _TENSORFLOW_SEED and function.endswith(".set_random_seed") and _is_valid(seed)

    def fix(rewriter: Rewriter) -> Fix | None:
        node = rewriter.call(seed.place.node)
        statement = rewriter.statement(seed.place.node)
        if node is None or statement is None:
            return None
        if replaces and len(node.args) == 1:
            spelled, imported = rewriter.spelling(function, at=node)
            orphaned = rewriter.orphaned_by(node.func, written=spelled)
            edits = rewriter.editor.replace(node.func, spelled)
            return rewriter.fix("safe", f"seed every stream: `{spelled}`", imported, edits, orphaned)
        spelled, imported = rewriter.spelling(function, at=statement, after=True)
        code = f"{spelled}({_value(seed, node, rewriter)})"
        inserted = rewriter.editor.insert_after(statement, [code])
        return rewriter.fix("safe", f"seed the other streams too: `{code}`", imported, inserted)

    return fix


def _is_valid(seed: SeedEvent) -> bool:
    if isinstance(seed.value, Constant):
        return type(seed.value.value) is int and 0 <= seed.value.value < 2**32
    return True


def _value(seed: SeedEvent, node: cst.Call, rewriter: Rewriter) -> str:
    """Return the code of the same seed, where it can stand a second time."""
    if node.args and seed.call is not None and _is_valid(seed):
        given = node.args[0].value
        if isinstance(given, cst.Name | cst.Attribute | cst.Integer):
            return rewriter.editor.text_of(given)
    known = seed.value.value if isinstance(seed.value, Constant) else None
    return rewriter.seed(node, known if type(known) is int and _is_valid(seed) else None)


RULE = Rule(
    code="SEED103",
    name="incomplete-seed",
    severity="warning",
    summary="some streams are seeded but not the one drawn from",
    what="Reports the last seed before a draw whose stream it does not set: `tf.random.set_seed` alone before "
    "Keras layers, `np.random.seed` before `random.shuffle`. All draws that it misses are related places.",
    why="Each library has a stream of its own. Since TensorFlow 2.10 Keras takes initial weights from Python's "
    "`random`, so the seeding that tutorials copy, `tf.random.set_seed(42)` or NumPy's and TensorFlow's seed "
    "together, leaves the weights different in every run.",
    fix_safety="Safe: `tf.random.set_seed` becomes `keras.utils.set_random_seed`, which calls it; after any other "
    "seed that call is added. Only the choice of random numbers changes.",
    sources=(
        "https://keras.io/api/utils/python_utils/#set_random_seed-function",
        "Experiment: `tf.random.set_seed` alone gave 5 different initial weights in 5 processes on TensorFlow "
        "2.10, 2.15, 2.16 and 2.21, and the same ones on 2.9",
    ),
    bad=(
        Example(
            code="""\
import tensorflow as tf

tf.random.set_seed(42)
model = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(1)])
""",
            reason="weights come from Python's `random`, which `tf.random.set_seed` doesn't set",
            found=(3,),
            fixed="""\
import tensorflow as tf

tf.keras.utils.set_random_seed(42)
model = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(1)])
""",
        ),
        Example(
            code="""\
import random
import numpy as np

np.random.seed(0)
order = list(range(10))
random.shuffle(order)
""",
            reason="`random.shuffle` does not draw from NumPy",
            found=(4,),
            fixed="""\
import random
import numpy as np

np.random.seed(0)
random.seed(0)
order = list(range(10))
random.shuffle(order)
""",
        ),
    ),
    good=(
        Example(
            code="""\
import tensorflow as tf

tf.keras.utils.set_random_seed(42)
model = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(1)])
""",
            reason="all streams are seeded",
        ),
        Example(
            code="""\
import tensorflow as tf

tf.random.set_seed(42)
x = tf.random.normal((3,))
""",
            reason="only the stream that is seeded is drawn from",
        ),
        Example(
            code="""\
import random
import tensorflow as tf

random.seed(1)
tf.random.set_seed(1)
model = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit([[0.0] * 4], [[1.0]])
""",
            reason="this program never draws from NumPy",
        ),
    ),
    check=check,
)
