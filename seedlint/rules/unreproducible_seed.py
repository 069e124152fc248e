"""SEED105: a seed whose value changes from run to run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seedlint.knowledge.seeds import refusal
from seedlint.program.values import Constant, Made, Varying
from seedlint.rules._draws import program_seed, short_name
from seedlint.rules._seeding import describe
from seedlint.rules.rule import Example, Report, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seedlint.finding import Fix
    from seedlint.program.events import CallEvent, Place, SeedEvent
    from seedlint.program.values import Value
    from seedlint.rewrite.rewriter import Rewriter
    from seedlint.rules.rule import View


def check(view: View) -> Iterator[Report]:
    """Report seeds, and seeds given to a single draw, that are no constant."""
    for seed in view.trace.seeds:
        if seed.holds == "constant" or seed.call is None or _is_refused(seed.call, seed.value):
            continue
        if isinstance(seed.value, Made):
            continue  # a generator, whose own seed is reported
        if seed.call.api.seeds is not None:
            parameter = seed.call.api.seeds.value
            what = f"the `{seed.streams[0]}` stream"
            yield _report(view, seed.call, parameter, seed.value, seed.streams, what, _drawn_after(view, seed))
    for draw in view.trace.draws:
        if draw.own_seed == "varying" and draw.draw.seed is not None:
            value = draw.call.value(draw.draw.seed)
            if value is not None:
                what = f"`{short_name(draw.call.api.name)}`"
                yield _report(view, draw.call, draw.draw.seed, value, (draw.stream,), what)


def _drawn_after(view: View, seed: SeedEvent) -> tuple[tuple[Place, str], ...]:
    """Return the draws that differ because of what `seed` and the same in other turns of a loop do, each place once."""
    draws = [draw for draw in view.trace.draws if not draw.covered and _is_left_by(seed, draw.state.seed)]
    return tuple({draw.place: (draw.place, describe(draw)) for draw in draws}.values())


def _is_left_by(seed: SeedEvent, last: SeedEvent | None) -> bool:
    return last is not None and (last.place, last.streams, last.holds) == (seed.place, seed.streams, seed.holds)


def _is_refused(call: CallEvent, value: Value) -> bool:
    """Tell whether the function takes no None, and raises instead of seeding (SEED111)."""
    refused = refusal(call.api.name, call.api.seed_kind, "none", "keras3")
    return value == Constant(None) and bool(call.arguments) and refused is not None and refused.effect == "error"


def _report(
    view: View,
    call: CallEvent,
    parameter: str | None,
    value: Value,
    streams: tuple[str, ...],
    what: str,
    related: tuple[tuple[Place, str], ...] = (),
) -> Report:
    # The global generator is set to a generator, every other stream to a number.
    is_generator = "tensorflow-generator" in streams
    constant = "tf.random.Generator.from_seed(SEED)" if is_generator else "SEED"
    if isinstance(value, Varying):
        reason = f"the seed is {value.reason}, which changes from run to run"
    else:
        reason = "seeding without a value takes one from the operating system, another in every run"
    return Report(
        call.place,
        f"{reason}: {what} does not repeat; give it a constant, such as "
        f"`{short_name(call.api.name)}({'' if parameter is None else constant})`",
        "possible" if call.assumed else "certain",
        streams,  # type: ignore[arg-type]
        related,
        fix=None if parameter is None or is_generator else _constant(view, call, parameter),
    )


def _constant(view: View, call: CallEvent, parameter: str) -> Callable[[Rewriter], Fix | None]:
    names = [single.name for single in call.api.parameters if single.kind in ("positional", "any")]
    position = names.index(parameter) if parameter in names else None
    known = program_seed(view.trace)

    def fix(rewriter: Rewriter) -> Fix | None:
        node = rewriter.call(call.place.node)
        if node is None:
            return None
        seed = rewriter.seed(node, known)
        if not node.args and position == 0:
            edits = rewriter.editor.replace(node, f"{rewriter.editor.text_of(node.func)}({seed})")
        else:
            changed = rewriter.editor.set_argument(node, parameter, position, seed)
            if changed is None:
                return None
            edits = changed
        return rewriter.fix("safe", f"seed with {seed}", edits)

    return fix


RULE = Rule(
    code="SEED105",
    name="unreproducible-seed",
    severity="warning",
    summary="the seed's value changes from run to run",
    what="Reports a seed that is no constant: `seed()` or `seed(None)`, the time, a process id, `hash()` of a "
    "string, `os.urandom`, or a number drawn from a stream that is not seeded itself.",
    why="Such a seed gives every run other random numbers, and undoes a constant seed set before it. `hash()` of "
    "a string differs in every process unless PYTHONHASHSEED is set outside the program.",
    fix_safety="Safe: the value becomes the program's seed constant, or a number. Where runs are meant to differ, "
    "print the seed that was used, and let it be given from outside.",
    sources=(
        "https://docs.python.org/3/library/random.html#random.seed",
        "https://docs.python.org/3/using/cmdline.html#envvar-PYTHONHASHSEED",
        "Experiment: `random.seed(hash('abc'))` gave another number in each of three processes",
    ),
    bad=(
        Example(
            code="""\
import random
import time

random.seed(time.time())
print(random.random())
""",
            reason="the time is another one in every run",
            found=(4,),
            fixed="""\
import random
import time

random.seed(42)
print(random.random())
""",
        ),
        Example(
            code="""\
import numpy as np

np.random.seed()
print(np.random.rand())
""",
            reason="without a value the state comes from the operating system",
            found=(3,),
            fixed="""\
import numpy as np

np.random.seed(42)
print(np.random.rand())
""",
        ),
        Example(
            code="""\
import os

import numpy as np

rng = np.random.default_rng(os.getpid())
print(rng.random())
""",
            reason="a generator of the program's own, seeded with the process id",
            found=(5,),
            fixed="""\
import os

import numpy as np

rng = np.random.default_rng(42)
print(rng.random())
""",
        ),
    ),
    good=(
        Example(
            code="import random\n\nrandom.seed(42)\nprint(random.random())\n",
            reason="a constant",
        ),
        Example(
            code="""\
import random

import numpy as np

random.seed(1)
np.random.seed(random.randint(0, 1000))
print(np.random.rand())
""",
            reason="drawn from a stream that holds a constant seed",
        ),
        Example(
            code="""\
import argparse
import random

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
args = parser.parse_args()
random.seed(args.seed)
print(random.random())
""",
            reason="whoever runs the program gives the seed",
        ),
        Example(
            code="import random\n\nrandom.seed('experiment 7')\nprint(random.random())\n",
            reason="`random.seed` hashes strings by SHA-512, which does not change",
        ),
    ),
    check=check,
)
