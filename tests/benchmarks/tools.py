"""The tools that are measured, each in an environment of its own, and how each is run on one processor."""

from __future__ import annotations

import subprocess
import sys
import venv
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


_RUFF: Final = "ruff==0.17.5"


@dataclass(frozen=True, slots=True)
class Command:
    """One way to run a tool. `once` is run before it is measured: it fills a cache."""

    name: str
    words: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    once: bool = False


def installed(requirement: str, folder: Path) -> Path:
    """Return the folder of the programs of an environment that has `requirement`; make it unless it is there."""
    place = folder / "environments" / requirement
    programs = place / ("Scripts" if sys.platform == "win32" else "bin")
    if not programs.exists():
        venv.create(place, with_pip=True)
        subprocess.run([programs / "python", "-m", "pip", "install", "--quiet", requirement], check=True)
    return programs


def seedlint(tree: Path, many: Path, folder: Path) -> list[Command]:
    """Return how seedlint is run: afresh, afresh in two processes, and where nothing of `many` files has changed."""
    words = (sys.executable, "-m", "seedlint", "check", "--isolated", "--exit-zero", "--output-format=json")
    return [
        Command("seedlint", (*words, "--no-cache", "--jobs=1", str(tree))),
        Command("seedlint, 2 processes", (*words, "--no-cache", "--jobs=2", str(tree))),
        Command("seedlint, nothing changed", (*words, f"--cache-dir={folder / 'cache'}", str(many)), once=True),
    ]


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
