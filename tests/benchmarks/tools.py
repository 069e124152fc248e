"""The tools that are measured, each in an environment of its own, and how each is run on one processor."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

BUILDS: Final = {"seedlint": "0", "seedlint-mypyc": "1"}
"""What this tree's seedlint is called here, as it is and compiled: what HATCH_BUILD_HOOKS_ENABLE is for each."""
SEVERAL: Final = 10
"""So often what is over at once is measured in a round."""
_ROOT: Final = Path(__file__).parents[2]
_RUFF: Final = "ruff==0.17.5"
_CLEAN: Final = "import numpy as np\n\nrng = np.random.default_rng(7)\nprint(rng.normal(size=3))\n"
_PLAIN: Final = "import json\nimport sys\n\nprint(json.dumps(sys.argv))\n"


@dataclass(frozen=True, slots=True)
class Command:
    """One way to run a tool. `once` is run before it is measured: it fills a cache. What is over at once is measured
    several `times` in a round: what else the machine does then makes half of it."""

    name: str
    words: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    once: bool = False
    times: int = 1


def installed(requirement: str, folder: Path) -> Path:
    """Return the folder of the programs of an environment that has `requirement`; make it unless it is there."""
    place = folder / "environments" / requirement
    return _programs(place) if place.exists() else _install(requirement, place)


def built(build: str, folder: Path) -> Path:
    """Return the folder of the programs of an environment that has a build of this tree's seedlint, as it is now."""
    return _install(str(_ROOT), folder / "environments" / build, HATCH_BUILD_HOOKS_ENABLE=BUILDS[build])


def _install(requirement: str, place: Path, **variables: str) -> Path:
    if not place.exists():
        venv.create(place, with_pip=True)
    command = [str(_programs(place) / "python"), "-m", "pip", "install", "--quiet", requirement]
    subprocess.run(command, env=os.environ | variables, check=True)
    return _programs(place)


def _programs(place: Path) -> Path:
    return place / ("Scripts" if sys.platform == "win32" else "bin")


def seedlint(build: str, program: Path, tree: Path, many: Path, folder: Path) -> Iterator[Command]:
    """Return how a build of seedlint is run: on one file without findings, on one without random numbers and on one
    that is known; and on many, afresh, afresh in two processes, and where nothing has changed."""
    clean, plain = folder / "clean" / "train.py", folder / "plain" / "main.py"
    for file, text in ((clean, _CLEAN), (plain, _PLAIN)):
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    cache = f"--cache-dir={folder / 'caches' / build}"
    one = (str(program), "check", "--isolated")
    afresh = "--no-cache"
    yield Command(f"{build}, a clean file", (*one, afresh, str(clean)), once=True, times=SEVERAL)
    yield Command(f"{build}, a file without random numbers", (*one, afresh, str(plain)), times=SEVERAL)
    yield Command(f"{build}, a clean file known", (*one, cache, str(clean)), once=True, times=SEVERAL)
    every = (*one, "--exit-zero", "--output-format=json")
    yield Command(build, (*every, "--no-cache", "--jobs=1", str(tree)))
    yield Command(f"{build}, 2 processes", (*every, "--no-cache", "--jobs=2", str(tree)))
    yield Command(f"{build}, nothing changed", (*every, cache, str(many)), once=True)


def peers(tree: Path, many: Path, marked: Path, folder: Path) -> Iterator[Command]:
    """Return how the others are run, with their requirements in place of their programs. `marked` are the same files
    with the word that TorchFix skips files without. Where nothing has changed ruff has its default rules: to print what
    all of them find takes it four times as long."""
    ruff = ("check", "--isolated", "--exit-zero", "--quiet")
    yield Command("flake8", ("flake8==7.5.0", "--isolated", "--jobs=1", "--exit-zero", str(tree)))
    yield Command("pylint", ("pylint==4.1.4", "--rcfile=", "--jobs=1", "--recursive=y", str(tree)))
    yield Command("TorchFix", ("torchfix==0.7.0", str(marked)))
    yield Command("Fixit", ("fixit==2.2.1", "--quiet", "lint", str(tree)))
    one = {"RAYON_NUM_THREADS": "1"}
    yield Command("ruff", (_RUFF, *ruff, "--select=ALL", "--no-cache", str(tree)), one)
    yield Command("ruff, nothing changed", (_RUFF, *ruff, f"--cache-dir={folder / 'ruff'}", str(many)), once=True)


def with_program(command: Command, folder: Path) -> Command:
    """Return a command of `peers` with the program of the tool in place of its requirement; install it unless it is
    there."""
    requirement, *words = command.words
    program = installed(requirement, folder) / requirement.partition("==")[0]
    return replace(command, words=(str(program), *words))
