"""SEED308: draws from the operating system, which takes no seed, that an experiment depends on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import libcst as cst

from seedlint.program.operators import text_of
from seedlint.program.values import Made, Varying
from seedlint.rules._draws import is_an_experiment, name_of, program_seed
from seedlint.rules.rule import Example, Report, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seedlint.finding import Fix
    from seedlint.program.events import CallEvent, DrawEvent, Place, Trace
    from seedlint.program.values import Value
    from seedlint.rewrite.rewriter import Rewriter
    from seedlint.rules.rule import View

_GENERATOR: Final = "random.SystemRandom"
_CHOICES: Final = frozenset({"choice", "choices", "sample", "shuffle"})
_BYTES: Final = frozenset(
    {
        "os.urandom",
        "os.getrandom",
        "uuid.uuid1",
        "uuid.uuid4",
        "secrets.token_bytes",
        "secrets.token_hex",
        "secrets.token_urlsafe",
    }
)
"""What makes names and keys, unless an array is made of it."""


def check(view: View) -> Iterator[Report]:
    """Report what the operating system draws for an experiment; generators where they are made."""
    if not view.trace.whole_program or not is_an_experiment(view.trace):
        return
    seeds = _given_as_seeds(view.trace)
    arrays = {flow.origin: flow.place for flow in reversed(view.trace.flows)}
    seen: set[Place] = set()
    for draw in view.trace.draws:
        if draw.stream != "os" or draw.call.place in seeds or not _matters(view.trace, draw, arrays):
            continue
        made = draw.call.receiver.call if isinstance(draw.call.receiver, Made) else None
        place = draw.place if made is None else made.place
        if place not in seen:
            seen.add(place)
            yield _report(view, draw, made, arrays)


def _given_as_seeds(trace: Trace) -> set[Place]:
    """Return the draws whose number seeds something: SEED105 has those."""
    values: list[Value | None] = [seed.value for seed in trace.seeds]
    values += [draw.call.value(draw.draw.seed) for draw in trace.draws if draw.draw.seed is not None]
    return {value.drawn for value in values if isinstance(value, Varying) and value.drawn is not None}


def _matters(trace: Trace, draw: DrawEvent, arrays: dict[Place, Place]) -> bool:
    """Tell whether the draw chooses among data or makes numbers, and not a name or a key."""
    name = draw.call.api.name
    if name == _GENERATOR:
        return False  # what is drawn from it tells
    if name in _BYTES:
        return draw.call.place in arrays
    if name.rpartition(".")[2] in _CHOICES:
        return all(text_of(bound.value) is None for bound in draw.call.arguments.values())
    return draw.call.place not in trace.spelled


def _report(view: View, draw: DrawEvent, made: CallEvent | None, arrays: dict[Place, Place]) -> Report:
    related: tuple[tuple[Place, str], ...] = ()
    if made is not None:
        related = ((draw.place, "draws here"),)
        use = "make it by `random.Random(SEED)`"
    elif draw.call.place in arrays:
        related = ((arrays[draw.call.place], "becomes data here"),)
        use = "draw with `np.random.default_rng(SEED)`"
    else:
        use = "draw with `random.Random(SEED)`"
    return Report(
        draw.place if made is None else made.place,
        f"`{name_of(draw)}` draws from the operating system, which takes no seed: its numbers differ in every run, "
        f"whatever is seeded; {use}",
        "possible" if draw.assumed else "certain",
        ("os",),
        related,
        fix=_make_seeded(view, made) if made is not None and made.top_level and not made.in_loop else None,
    )


def _make_seeded(view: View, made: CallEvent) -> Callable[[Rewriter], Fix | None]:
    known = program_seed(view.trace)

    def fix(rewriter: Rewriter) -> Fix | None:
        call = rewriter.call(made.place.node)
        if call is None or isinstance(rewriter.editor.parent(call), cst.Attribute):
            return None
        spelled, imported = rewriter.spelling("random.Random", call)
        seed = rewriter.seed(call, known)
        return rewriter.fix(
            "unsafe",
            f"make it by `{spelled}({seed})`",
            rewriter.editor.replace(call, f"{spelled}({seed})"),
            imported,
            rewriter.orphaned_by(call.func, written=spelled),
        )

    return fix


RULE = Rule(
    code="SEED308",
    name="unseedable-draw",
    severity="warning",
    summary="`SystemRandom`, `secrets`, `os.urandom` or `uuid4` feeding an experiment",
    what="Reports numbers that the operating system draws, in a program that works with data (it imports TensorFlow, "
    "Keras, NumPy, scikit-learn or pandas) or seeds something: what is drawn from a `random.SystemRandom`, where that "
    "is made; `secrets.choice`, `randbelow` and `randbits`; and `os.urandom`, `secrets.token_*` and `uuid.uuid4` where "
    "an array is made of them. Names and keys are left alone: what chooses among letters, numbers that become part of "
    "a text, and a `uuid4` that no array is made of. A seed that is drawn so is reported by SEED105.",
    why="The operating system takes no seed. A program that shuffles its files or splits its data by such numbers "
    "differs in every run, however well everything else is seeded.",
    fix_safety="Unsafe: a `SystemRandom` that is made once, at the top level, becomes a `random.Random` with the "
    "program's seed, which has the same methods. Whether something secret is drawn from it as well is for a person to "
    "say: numbers that repeat can be guessed. One that is made anew for each draw would draw the same number each "
    "time, and is left to a person, as `secrets` and `os.urandom` are.",
    sources=(
        "https://docs.python.org/3/library/random.html#random.SystemRandom",
        "https://docs.python.org/3/library/secrets.html",
        "Experiment: none of `random.seed`, `np.random.seed`, `tf.random.set_seed`, "
        "`keras.utils.set_random_seed` and `PYTHONHASHSEED` made `SystemRandom`, `secrets`, `os.urandom` or "
        "`uuid.uuid4` repeat",
    ),
    bad=(
        Example(
            code="""\
import random

import numpy as np

rng = random.SystemRandom()
rows = list(range(100))
rng.shuffle(rows)
print(np.array(rows[:80]).mean())
""",
            reason="the rows come in another order in every run",
            found=(5,),
            unsafe=True,
            fixed="""\
import random

import numpy as np

rng = random.Random(42)
rows = list(range(100))
rng.shuffle(rows)
print(np.array(rows[:80]).mean())
""",
        ),
        Example(
            code="""\
from random import SystemRandom

import numpy as np

SEED = 3
np.random.seed(SEED)
rng = SystemRandom()
print(np.random.rand() + rng.uniform(0, 1))
""",
            reason="the program's seed does not reach it",
            found=(7,),
            unsafe=True,
            fixed="""\
import numpy as np
import random

SEED = 3
np.random.seed(SEED)
rng = random.Random(SEED)
print(np.random.rand() + rng.uniform(0, 1))
""",
        ),
        Example(
            code="""\
import secrets

import numpy as np

rates = [0.1, 0.01, 0.001]
rate = secrets.choice(rates)
print(np.zeros(3) + rate, secrets.randbelow(10))
""",
            reason="what is chosen is what the experiment is about",
            found=(6, 7),
        ),
        Example(
            code="""\
import os

import numpy as np

noise = np.frombuffer(os.urandom(32), dtype=np.uint8)
print(noise)
""",
            reason="bytes of the operating system as data",
            found=(5,),
        ),
        Example(
            code="""\
import random

import numpy as np

files = ["a.npy", "b.npy", "c.npy"]
for _ in range(3):
    print(np.load(random.SystemRandom().choice(files)))
""",
            reason="made anew each time: with a seed it would choose the same file each time",
            found=(7,),
        ),
    ),
    good=(
        Example(
            code="""\
import os
import secrets
import uuid

import numpy as np

run = f"run-{uuid.uuid4().hex[:8]}"
folder = os.path.join("runs", run, str(secrets.randbelow(1000)))
token = secrets.token_hex(16)
key = os.urandom(24)
name = f"part-{secrets.randbelow(1000)}"
print(np.zeros(3), folder, "%04d" % secrets.randbits(12), "{}".format(secrets.randbelow(9)), name)
""",
            reason="names and keys are meant to differ, and nothing is computed from them",
        ),
        Example(
            code="""\
import random
import string

import numpy as np

rng = random.SystemRandom()
secret = "".join(rng.choice(string.ascii_letters + string.digits) for _ in range(20))
print(np.zeros(3), secret, random.SystemRandom().choices("0123456789abcdef", k=8))
""",
            reason="letters are chosen for names and keys",
        ),
        Example(
            code="""\
import random
import secrets

winner = secrets.choice(["Ann", "Bob"])
print(winner, random.SystemRandom().randint(1, 6))
""",
            reason="no experiment: nothing here works with data",
        ),
        Example(
            code="""\
import os

import numpy as np

rng = np.random.default_rng(int.from_bytes(os.urandom(4), "big"))
print(rng.random())
""",
            reason="a seed that changes from run to run has a rule of its own",
        ),
    ),
    check=check,
)
