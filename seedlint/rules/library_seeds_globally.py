"""SEED108: a module of a package that seeds a global stream when it is imported."""

from __future__ import annotations

import os
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from seedlint.rules._seeding import named
from seedlint.rules.rule import Example, Report, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seedlint.knowledge.model import Stream
    from seedlint.program.events import Place, SeedEvent
    from seedlint.rules.rule import View

_INSTEAD: Final[dict[Stream, str]] = {
    "numpy": "draw from `np.random.default_rng(seed)`",
    "python": "draw from `random.Random(seed)`",
    "tensorflow": "pass `seed=` on to what draws",
    "keras": "pass `seed=` on to what draws",
}


def check(view: View) -> Iterator[Report]:
    """Report the global seeds that importing a package's module sets."""
    if not _is_library(view):
        return
    seeds: defaultdict[Place, list[SeedEvent]] = defaultdict(list)
    for seed in view.trace.seeds:
        if seed.on_import and seed.holds == "constant" and not seed.hidden:
            seeds[(*seed.chain, seed.place)[0]].append(seed)
    for place, together in seeds.items():
        streams = tuple(dict.fromkeys(stream for seed in together for stream in seed.streams))
        yield Report(
            place,
            f"importing `{_module(view)}` seeds the {named(streams)} of whatever program does so: take `seed` or `rng` "
            f"as an argument and {_INSTEAD.get(streams[0], 'pass it on')}; leave the global seed to the program",
            "possible" if view.programs or any(seed.trusted for seed in together) else "certain",
            streams,
        )


def _is_library(view: View) -> bool:
    """Tell whether the module is there to be imported by other people's programs."""
    name = os.path.basename(view.trace.entry)
    if not view.package or name == "__main__.py" or {"test", "tests"} & set(view.package.split(".")):
        return False
    if name == "__init__.py":
        return True  # whoever imports any part of the package runs it
    # A module of an application may seed the programs that it belongs to; one that draws as well is a script.
    is_script = any(draw.call.top_level and draw.place.path == view.trace.entry for draw in view.trace.draws)
    return not view.programs and not is_script


def _module(view: View) -> str:
    stem, _ = os.path.splitext(os.path.basename(view.trace.entry))
    return view.package if stem == "__init__" else f"{view.package}.{stem}"


RULE = Rule(
    code="SEED108",
    name="library-seeds-globally",
    severity="warning",
    scope="module",
    summary="a module of a package seeds a global stream when it is imported",
    what="Reports a seed of Python's, NumPy's, TensorFlow's or Keras's global stream at the top level of a package's "
    "`__init__.py`, or of another module of a package that no program of the same project imports. A module that an "
    "application's own programs import (`utils/reproducibility.py`) is how they are seeded, and left alone, as are "
    'tests, scripts, and what stands under `if __name__ == "__main__":`.',
    why="The import decides the random numbers of programs that never asked for it: it undoes the seed that they set "
    "before, and all of them draw the same numbers, whatever seed their users wanted to try. Which draws it changes "
    "depends on when the import runs first.",
    fix_safety="There is no fix: what the package draws has to come from a generator that its callers can give, and "
    "that changes its functions. Take `seed=None` or `rng=None` as an argument, make `rng = "
    "np.random.default_rng(seed)` of it, and draw from that.",
    sources=(
        "https://scientific-python.org/specs/spec-0007/",
        "https://numpy.org/neps/nep-0019-rng-policy.html",
    ),
    bad=(
        Example(
            code="""\
\"\"\"Short-term load forecasting.\"\"\"
import numpy as np

np.random.seed(1234)
""",
            reason="whoever imports the package, or any part of it, has NumPy's stream seeded",
            found=(4,),
            filename="forecast/__init__.py",
        ),
        Example(
            code="""\
import random

import numpy as np


def _seed(number):
    random.seed(number)
    np.random.seed(number)


_seed(7)


def jitter(values):
    return values + np.random.normal(size=values.shape)
""",
            reason="the same by a function, in a module that is there to be imported",
            found=(11,),
            filename="forecast/noise.py",
            files={"forecast/__init__.py": ""},
        ),
    ),
    good=(
        Example(
            code="""\
import numpy as np


def jitter(values, seed=None):
    rng = np.random.default_rng(seed)
    return values + rng.normal(size=values.shape)
""",
            reason="the caller gives the seed, or a generator: `default_rng` takes both",
            filename="forecast/noise.py",
            files={"forecast/__init__.py": ""},
        ),
        Example(
            code="""\
import random

import numpy as np


def seed_everything(seed):
    random.seed(seed)
    np.random.seed(seed)
""",
            reason="importing it seeds nothing: the program decides whether to call it",
            filename="forecast/seeding.py",
            files={"forecast/__init__.py": ""},
        ),
        Example(
            code="""\
import random

import numpy as np

random.seed(0)
np.random.seed(0)
""",
            reason="an application's own way to seed its program, which imports it",
            filename="app/reproducibility.py",
            files={
                "app/__init__.py": "",
                "train.py": "import app.reproducibility\nimport numpy as np\n\nprint(np.random.rand())\n",
            },
        ),
        Example(
            code="""\
import numpy as np


def sample(rng):
    return rng.normal(size=3)


if __name__ == "__main__":
    np.random.seed(0)
    print(sample(np.random))
""",
            reason="only the program that the module is as well is seeded, not who imports it",
            filename="forecast/noise.py",
            files={"forecast/__init__.py": ""},
        ),
        Example(
            code="""\
import numpy as np

np.random.seed(0)
print(np.random.rand())
""",
            reason="a program of its own, in no package",
        ),
    ),
    check=check,
)
