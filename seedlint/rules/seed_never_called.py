"""SEED104: a function that seeds, and nothing calls it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from seedlint.rules._seeding import first_in, named, path_to, related_draws, streams_of
from seedlint.rules.rule import Example, Report, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seedlint.finding import Fix
    from seedlint.program.events import Place, SeederEvent
    from seedlint.rewrite.rewriter import Rewriter
    from seedlint.rules.rule import View


def check(view: View) -> Iterator[Report]:
    """Report seeding functions that nobody calls, in a program that lacks just what they would seed."""
    for seeder in view.idle_seeders:
        lacking = [
            fault for fault in view.faults if fault.stream in seeder.streams and fault.kind in ("missing", "incomplete")
        ]
        if not lacking:
            continue
        streams = streams_of(lacking)
        first = min((fault.draws[0] for fault in lacking), key=lambda draw: draw.order)
        before = first_in(path_to(first), view.trace.entry)
        yield Report(
            seeder.place,
            f"`{seeder.name}` is never called: the {named(streams)}, which it would seed, "
            f"{'is' if len(streams) == 1 else 'are'} not seeded when the program draws; call "
            f"`{seeder.name}({', '.join(seeder.parameters)})` before the first draw",
            "possible" if any(draw.assumed for fault in lacking for draw in fault.draws) else "certain",
            streams,
            related_draws(lacking),
            _call_it(seeder, before) if seeder.place.path == view.trace.entry else None,
        )


def _call_it(seeder: SeederEvent, before: Place) -> Callable[[Rewriter], Fix | None]:
    def fix(rewriter: Rewriter) -> Fix | None:
        definition = rewriter.node(seeder.place.node)
        target = rewriter.editor.top_level_statement(rewriter.node(before.node))
        if target is None or not rewriter.editor.is_top_level(definition):
            return None
        if isinstance(target, cst.FunctionDef | cst.ClassDef):
            return None
        defined_before = rewriter.editor.span_of(definition).end <= rewriter.editor.span_of(target).start
        if not defined_before or any("seed" not in parameter for parameter in seeder.parameters):
            return None
        arguments = ", ".join(rewriter.seed(target) for _ in seeder.parameters)
        code = f"{seeder.name}({arguments})"
        return rewriter.fix(
            "safe" if seeder.pure else "unsafe",
            f"call `{code}` before the first draw",
            rewriter.editor.insert_before(target, [code]),
        )

    return fix


RULE = Rule(
    code="SEED104",
    name="seed-never-called",
    severity="warning",
    summary="a function that seeds is defined here and nothing calls it",
    what="Reports a function whose job is to seed (by what it does, or by its name) that nothing in the program "
    "calls, while the program draws from a stream that it would seed.",
    why="The program looks seeded and is not: each run gives other results.",
    fix_safety="Safe if the function does nothing but seed and set up: the call is put before the first draw. Unsafe "
    "if it does more. No fix if it needs arguments that are no seed, or is defined after the first draw.",
    sources=("https://keras.io/api/utils/python_utils/#set_random_seed-function",),
    bad=(
        Example(
            code="""\
import random

import numpy as np


def seed_everything(seed=11):
    random.seed(seed)
    np.random.seed(seed)


x = np.random.rand(3)
""",
            reason="defined and forgotten",
            found=(6,),
            fixed="""\
import random

import numpy as np


def seed_everything(seed=11):
    random.seed(seed)
    np.random.seed(seed)


seed_everything()
x = np.random.rand(3)
""",
        ),
    ),
    good=(
        Example(
            code="""\
import numpy as np


def seed_everything(seed=11):
    np.random.seed(seed)


seed_everything()
x = np.random.rand(3)
""",
            reason="it is called",
        ),
        Example(
            code="""\
import numpy as np


def seed_everything(seed=11):
    np.random.seed(seed)


rng = np.random.default_rng(3)
x = rng.random(3)
""",
            reason="the program draws from nothing that it would seed",
        ),
    ),
    check=check,
)
