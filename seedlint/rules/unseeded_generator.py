"""SEED305: a random generator of the program's own without a seed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import libcst as cst

from seedlint.rules._draws import program_seed, report, uncovered
from seedlint.rules._seeding import insert_code, insertion_point
from seedlint.rules.rule import Example, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seedlint.finding import Fix
    from seedlint.program.events import DrawEvent
    from seedlint.rewrite.rewriter import Rewriter
    from seedlint.rules.rule import Report, View

_SEEDED_TWIN: Final = {
    "tensorflow.random.Generator.from_non_deterministic_state": (
        "from_seed",
        "make it by `tf.random.Generator.from_seed(SEED)`",
    ),
    "tensorflow.random.get_global_generator": (
        "",
        "call `tf.random.set_global_generator(tf.random.Generator.from_seed(SEED))` before it",
    ),
}
"""What to write where the generator takes no seed: the name of the method that does, and the advice."""


def check(view: View) -> Iterator[Report]:
    """Report each generator that is made without a seed."""
    for draw in uncovered(view, "SEED305"):
        twin = _SEEDED_TWIN.get(draw.call.api.name)
        if twin is None:
            yield report(view, draw, "its numbers differ in every run")
        else:
            method, advice = twin
            fix = _make_from_seed(view, draw, method) if method else _set_before(view, draw)
            yield report(view, draw, "its numbers differ in every run", fix, advice=advice)


def _make_from_seed(view: View, draw: DrawEvent, method: str) -> Callable[[Rewriter], Fix | None]:
    known = program_seed(view.trace)

    def fix(rewriter: Rewriter) -> Fix | None:
        call = rewriter.call(draw.call.place.node)
        if call is None or not isinstance(call.func, cst.Attribute):
            return None
        code = f"{rewriter.editor.text_of(call.func.value)}.{method}"
        seed = rewriter.seed(call, known)
        arguments = [rewriter.editor.text_of(argument) for argument in call.args]
        edits = rewriter.editor.replace(call, f"{code}({', '.join([seed, *arguments])})")
        return rewriter.fix("safe", f"make it by `{method}({seed})`", edits)

    return fix


def _set_before(view: View, draw: DrawEvent) -> Callable[[Rewriter], Fix | None] | None:
    """Return the fix that sets the global generator, unless the program sets it to one that varies."""
    if draw.state.seed is not None:
        return None
    known = program_seed(view.trace)

    def fix(rewriter: Rewriter) -> Fix | None:
        anchor = insertion_point(rewriter, draw.place)
        if anchor is None:
            return None
        statement, is_after = anchor
        package, imported = rewriter.spelling("tensorflow.random", at=statement, after=is_after)
        seed = rewriter.seed(statement, known, after=is_after)
        code = f"{package}.set_global_generator({package}.Generator.from_seed({seed}))"
        return rewriter.fix("safe", f"set it: `{code}`", *insert_code(rewriter, anchor, code, imported))

    return fix


RULE = Rule(
    code="SEED305",
    name="unseeded-generator",
    severity="warning",
    summary="a random generator of the program's own without a seed",
    what=(
        "Reports generators that the program makes for itself without a seed: `default_rng()`, "
        "`RandomState()`, `random.Random()`, `SeedGenerator()`, "
        "`tf.random.Generator.from_non_deterministic_state()`, and `tf.random.get_global_generator()` "
        "before it is set."
    ),
    why=(
        "Such a generator takes its state from the operating system. No global seed reaches it: a program "
        "can be seeded in full and still differ because of one."
    ),
    fix_safety=(
        "Safe: the generator gets the program's seed; the global one is set after the imports. Generators that "
        "must differ from each other (one for each worker) need different seeds: derive them from one, with "
        "`numpy.random.SeedSequence(SEED).spawn(n)`."
    ),
    sources=(
        ("https://numpy.org/doc/stable/reference/random/generator.html"),
        ("https://www.tensorflow.org/guide/random_numbers"),
        (
            "Experiment: none of random.seed, np.random.seed, tf.random.set_seed and "
            "keras.utils.set_random_seed made `default_rng()` repeat"
        ),
    ),
    bad=(
        Example(
            code="""\
import numpy as np

np.random.seed(0)
rng = np.random.default_rng()
noise = rng.normal(size=10)
""",
            reason="the global seed does not reach a generator of one's own",
            found=(4,),
            fixed="""\
import numpy as np

np.random.seed(0)
rng = np.random.default_rng(0)
noise = rng.normal(size=10)
""",
        ),
        Example(
            code="""\
import random

SEED = 5
rng = random.Random()
print(rng.random())
""",
            reason="the program's own constant is used",
            found=(4,),
            fixed="""\
import random

SEED = 5
rng = random.Random(SEED)
print(rng.random())
""",
        ),
        Example(
            code="""\
import tensorflow as tf

rng = tf.random.Generator.from_non_deterministic_state()
""",
            reason="the generator's state comes from the operating system, as its maker's name says",
            found=(3,),
            fixed="""\
import tensorflow as tf

rng = tf.random.Generator.from_seed(42)
""",
        ),
        Example(
            code="""\
import tensorflow as tf

noise = tf.random.get_global_generator().normal([3])
""",
            reason="no seed function sets the global generator",
            found=(3,),
            fixed="""\
import tensorflow as tf

tf.random.set_global_generator(tf.random.Generator.from_seed(42))

noise = tf.random.get_global_generator().normal([3])
""",
        ),
        Example(
            code="""\
import numpy as np


def noise(shape, seed=None):
    return np.random.default_rng(seed).normal(size=shape)


print(noise(3))
""",
            reason="the function passes on what it is given, and is given nothing: that is for its callers to mend",
            found=(5,),
        ),
    ),
    good=(
        Example(
            code="""\
import tensorflow as tf

tf.random.set_global_generator(tf.random.Generator.from_seed(42))

noise = tf.random.get_global_generator().normal([3])
""",
            reason="setting the global generator is the only way to give it a seed, under --strict too",
            strict=True,
        ),
        Example(
            code="""\
import numpy as np

rng = np.random.default_rng(0)
noise = rng.normal(size=10)
""",
            reason="the generator is seeded",
        ),
        Example(
            code="""\
import tensorflow as tf

with tf.device("cpu"):
    _ = tf.random.get_global_generator()
""",
            reason="the generator is made where it has to be, and this line draws nothing from it",
        ),
        Example(
            code="""\
import numpy as np


def sample(rng=None, seed=0):
    rng = rng or np.random.default_rng(seed)
    return rng.normal()
""",
            reason="whoever calls the function gives the seed",
        ),
        Example(
            code="""\
import keras

keras.utils.set_random_seed(1)
generator = keras.random.SeedGenerator()
""",
            reason="a SeedGenerator takes its seed from Python's `random`, which is seeded",
        ),
    ),
    check=check,
)
